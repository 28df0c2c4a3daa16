// Starts the Vakplein under test as outside scripts do (the contract: command line, configuration, URLs, API) and talks to its API.
// What is assumed of the API's bodies stands here and nowhere else.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './peer.mjs';

const binary = process.env.VAKPLEIN_BIN;
export const host = 'vakplein.test';
export const base = `http://${host}`;
const password = 'Correct-horse-9-battery';

/** An empty instance with the member anna (an admin) and the public group tuin; it is gone after `stop`. */
export async function startVakplein() {
  assert.ok(binary, 'VAKPLEIN_BIN must be the path of the vakplein binary');
  const dir = await mkdtemp(join(tmpdir(), 'vakplein-interop-'));
  const env = {
    ...process.env,
    VAKPLEIN_SERVER__DOMAIN: host, VAKPLEIN_SERVER__SCHEME: 'http', VAKPLEIN_SERVER__BIND: '127.0.0.21:80',
    VAKPLEIN_DATABASE__URL: process.env.INTEROP_DATABASE_URL ?? `sqlite:${dir}/vakplein.db`, VAKPLEIN_MEDIA__DIR: `${dir}/media`,
    VAKPLEIN_FEDERATION__ALLOW_PRIVATE_ADDRESSES: 'true', VAKPLEIN_FEDERATION__ALLOW_HTTP: 'true', VAKPLEIN_LIMITS__ENABLED: 'false',
  };
  const log = await open(`${dir}/serve.log`, 'w');
  const server = spawn(binary, ['serve'], { cwd: dir, env, stdio: ['ignore', log.fd, log.fd] });
  const ended = once(server, 'exit');

  /** Runs one command of the command line and gives its standard output. */
  async function run(args, input = '') {
    const child = spawn(binary, args, { cwd: dir, env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(input);
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => { out += data; });
    child.stderr.on('data', (data) => { err += data; });
    const [code] = await once(child, 'close');
    assert.equal(code, 0, `vakplein ${args.join(' ')}: ${err || out}`);
    return out;
  }

  async function stop() {
    if (server.exitCode === null) server.kill('SIGTERM');
    const [code] = await ended;
    await log.close();
    if (process.env.INTEROP_LOG) process.stderr.write(await readFile(`${dir}/serve.log`, 'utf8'));
    await rm(dir, { recursive: true, force: true });
    return code;
  }

  try {
    await eventually('GET /healthz of vakplein', async () => {
      assert.equal(server.exitCode, null, 'vakplein serve ended');
      return fetch(`${base}/healthz`).then((response) => response.status === 200, () => false);
    });
    await run(['user', 'create', 'anna', '--email', 'anna@example.org', '--password-stdin', '--admin'], `${password}\n`);
    await run(['group', 'create', 'tuin', '--title', 'De tuin', '--class', 'openbaar', '--owner', 'anna']);
    const token = (await run(['user', 'token', 'anna'])).trim().split('\n').at(-1);
    return { ...api(token), run, stop, group: `${base}/g/tuin`, anna: `${base}/u/anna` };
  } catch (error) {
    process.stderr.write(await readFile(`${dir}/serve.log`, 'utf8'));
    await stop();
    throw error;
  }
}

function api(token) {
  async function call(method, path, body) {
    const response = await fetch(new URL(`/api/v1${path}`, base), {
      method, body: body && JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
    });
    const text = await response.text();
    return { status: response.status, location: response.headers.get('location'), json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : null, text };
  }
  async function ok(method, path, body) {
    const answer = await call(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }
  const list = (json) => (Array.isArray(json) ? json : json.items);
  const threads = async () => list(await ok('GET', '/groups/tuin/threads'));
  const replies = async (id) => list(await ok('GET', `/threads/${id}/replies`));
  return {
    call,
    threads,
    replies,
    thread: (id) => ok('GET', `/threads/${id}`),
    post: (title, content) => ok('POST', '/groups/tuin/threads', { title, content }),
    reply: (thread, content, parentId) => ok('POST', `/threads/${thread}/replies`, { content, parentId }),
    edit: (thread, change) => ok('PATCH', `/threads/${thread}`, change),
    remove: (thread) => ok('DELETE', `/threads/${thread}`),
    /** Waits until the topic with this ActivityPub id is in the group. */
    topic: (id) => eventually(`the topic ${id}`, async () => (await threads()).find((it) => it.activityPubId === id)),
    /** Waits until the reply with this ActivityPub id is in the thread. */
    answer: (thread, id) => eventually(`the reply ${id}`, async () => (await replies(thread)).find((it) => it.activityPubId === id)),
    noTopic: async (id) => assert.ok(!(await threads()).some((it) => it.activityPubId === id), `${id} must not be shown`),
  };
}
