// The Vakplein under test for the interop tests: an instance with the member anna (an admin) and the public group tuin.
// What is assumed of the API's bodies stands here and nowhere else.
import assert from 'node:assert/strict';
import { apiOf, eventually, startServer } from './server.mjs';

export const host = 'vakplein.test';
export const base = `http://${host}`;

/** What lets it speak with peers on this machine. */
export const local = { VAKPLEIN_FEDERATION__ALLOW_PRIVATE_ADDRESSES: 'true', VAKPLEIN_FEDERATION__ALLOW_HTTP: 'true' };

/** Starts it as one process; `settings` are further VAKPLEIN_… variables. */
export async function startVakplein({ settings = {} } = {}) {
  const server = await startServer({ domain: host, bind: '127.0.0.21:80', settings: { ...local, ...settings } });
  try {
    return { ...(await furnish(server)), server, stop: server.stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Gives a running instance its content, and what one does there as anna. */
export async function furnish(instance) {
  await instance.user('anna', '--admin');
  await instance.group('tuin', 'De tuin', 'anna');
  const token = await instance.token('anna');
  const api = apiOf(base, token);
  return { ...api, ...threadsOf(api, 'tuin'), in: (name) => threadsOf(api, name), token, group: `${base}/g/tuin`, anna: `${base}/u/anna` };
}

/** The threads of a group: `tuin`, or `name@host` for one elsewhere. */
function threadsOf({ ask }, group) {
  /** All pages of a list. */
  async function all(path) {
    const items = [];
    for (let cursor = ''; ;) {
      const page = await ask('GET', `${path}?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      items.push(...page.items);
      if (!page.next) return items;
      cursor = page.next;
    }
  }
  const threads = () => all(`/groups/${group}/threads`);
  const replies = (id) => all(`/threads/${id}/replies`);
  return {
    threads, replies,
    thread: (id) => ask('GET', `/threads/${id}`),
    post: (title, content) => ask('POST', `/groups/${group}/threads`, { title, content }),
    reply: (thread, content, parentId) => ask('POST', `/threads/${thread}/replies`, { content, parentId }),
    edit: (thread, change) => ask('PATCH', `/threads/${thread}`, change),
    remove: (thread) => ask('DELETE', `/threads/${thread}`),
    /** Waits until the topic with this ActivityPub id is in the group. */
    topic: (id) => eventually(`the topic ${id}`, async () => (await threads()).find((it) => it.activityPubId === id)),
    /** Waits until the reply with this ActivityPub id is in the thread. */
    answer: (thread, id) => eventually(`the reply ${id}`, async () => (await replies(thread)).find((it) => it.activityPubId === id)),
    noTopic: async (id) => assert.ok(!(await threads()).some((it) => it.activityPubId === id), `${id} must not be shown`),
  };
}
