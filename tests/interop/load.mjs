// What is written while processes are killed, and the proof afterwards: what was acknowledged is there, once, and it reached every peer, in
// the order of writing.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { announces, idOf, writing } from './activities.mjs';
import { DRAFT, RFC9421, startPeer } from './peer.mjs';
import { apiOf, eventually } from './server.mjs';
import { base, host } from './vakplein.mjs';

const tuin = `${base}/g/tuin`;
const { follow, object, activity, about } = writing(tuin, `@tuin@${host}`);
/** Between two writes of one writer, in milliseconds: the proof reads all of it again. */
const PACE = 60;

/** Gives numbers from 0 to 1 that look like chance and are the same for the same seed (mulberry32). */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const text = (html) => html.replace(/<[^>]*>/g, '').trim();

/** Waits until `missing` gives an empty list; fails with the first of them. */
async function nothingLeft(what, missing, within) {
  const until = Date.now() + within;
  for (;;) {
    const left = await missing();
    if (left.length === 0) return;
    if (Date.now() > until) assert.fail(`waited ${within / 1000} s in vain for ${what}; ${left.length} left, first: ${JSON.stringify(left.slice(0, 3))}`);
    await sleep(300);
  }
}

/** Asks until there is an answer, and one that isn't "not now". Nothing but 503 says that. */
async function persist(counts, send) {
  for (;;) {
    const answer = await send().catch(() => null);
    if (answer && answer.status < 500) return answer;
    if (answer) assert.equal(answer.status, 503, answer.text);
    counts.unanswered += 1;
    if (counts.abandoned) throw new Error('abandoned');
    await sleep(100);
  }
}

/** Peers for `startLoad`: one that stands, one that fails now and then, and one of another form. Close them with `close`. */
export async function startPeers() {
  const started = [];
  const start = async (options) => {
    started.push(await startPeer({ bulk: true, ...options }));
    return started.at(-1);
  };
  const close = () => Promise.all(started.map((peer) => peer.close()));
  try {
    return {
      steady: await start({ host: 'fedify.test', address: '127.0.0.22', software: 'lemmy', people: ['fenna', 'oscar'] }),
      flapping: await start({ host: 'draft.test', address: '127.0.0.23', software: 'lemmy', people: ['dirk'] }),
      microblog: await start({ host: 'elsewhere.test', address: '127.0.0.25', software: 'mastodon', people: ['marit'] }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Lets everybody in who writes: bas, who is here, and the people of the peers. */
export async function introduce(vakplein, server, peers) {
  await server.user('bas');
  const bas = apiOf(base, await server.token('bas'));
  await bas.ask('POST', '/groups/tuin/memberships', {});
  for (const [peer, name] of [[peers.steady, 'fenna'], [peers.steady, 'oscar'], [peers.flapping, 'dirk'], [peers.microblog, 'marit']]) {
    const by = peer.actor(name);
    assert.equal((await by.post(`${tuin}/inbox`, follow(peer, by))).status, 202);
    await peer.expect('Accept', (it) => it.type === 'Accept' && (it.object?.actor ?? by.id) === by.id);
    // Which form of announces it gets depends on what it calls itself.
    await eventually(`what ${peer.host} is`, async () => (await vakplein.ask('GET', `/admin/peers/${peer.host}`)).software !== '');
  }
  return { ...vakplein, bas };
}

/**
 * Begins to write, everybody one thing after the other. `random` decides when the flapping peer fails. `finish` ends that, and gives what
 * `prove` proves; `abandon` ends it in whatever state it is; `busy` waits until much was written.
 */
export async function startLoad({ vakplein, peers, random, name }) {
  const { steady, flapping, microblog } = peers;
  const [fenna, oscar, dirk, marit] = [[steady, 'fenna'], [steady, 'oscar'], [flapping, 'dirk'], [microblog, 'marit']].map(([peer, who]) => peer.actor(who));
  for (const peer of [steady, flapping, microblog]) peer.received.length = 0;
  const counts = { acknowledged: 0, unanswered: 0, abandoned: false };
  /** Everything that was written, in the order of writing; `done` is whether it was acknowledged. */
  const written = { threads: [], topics: [], edits: [], deleted: [] };
  let goesOn = true;

  const over = (api, method, path, body) => persist(counts, () => api.call(method, path, body));
  /** Sends an activity until it is taken, with the same id, as other servers do. */
  async function send(by, what, spec = DRAFT) {
    const answer = await persist(counts, () => by.post(`${base}/inbox`, what, { spec }));
    assert.ok(answer.status < 300, `${what.type}: ${answer.status} ${answer.text}`);
    counts.acknowledged += 1;
  }
  const succeeded = (answer, ...statuses) => {
    assert.ok(statuses.includes(answer.status), `${answer.status} ${answer.text}`);
    counts.acknowledged += 1;
    return answer.json;
  };
  const start = async (title) => succeeded(await over(vakplein, 'POST', '/groups/tuin/threads', { title: `${name}: ${title}`, content: 'Hieronder wordt geschreven.' }), 201);
  /** One text after the other, each with a number. */
  async function keepOn(write) {
    for (let number = 1; goesOn; number += 1) {
      await write(number);
      await sleep(PACE);
    }
  }
  /** Replies in a thread of their own. */
  async function replies(title, write) {
    const thread = await start(title);
    const texts = [];
    written.threads.push({ thread, texts });
    await keepOn(async (number) => {
      const one = { text: `${title} ${number}.`, done: false };
      texts.push(one);
      one.done = await write(thread, one.text);
    });
  }
  const note = (peer, by, thread, content) => object(peer, by, 'Note', { inReplyTo: thread.activityPubId, content: `<p>${content}</p>` });
  const byActivity = (peer, by, spec) => async (thread, content) => {
    await send(by, about(peer, by, 'Create', note(peer, by, thread, content)), spec);
    return true;
  };
  /** What isn't answered isn't sent again: there is no telling whether it counted. */
  async function once(thread, content) {
    const answer = await vakplein.call('POST', `/threads/${thread.id}/replies`, { content }).catch(() => null);
    if (!answer || answer.status === 503) {
      counts.unanswered += 1;
      await sleep(100);
      return false;
    }
    succeeded(answer, 201);
    return true;
  }
  /** What isn't answered is sent again with the same text, which is one post. */
  async function again(thread, content) {
    succeeded(await over(vakplein, 'POST', `/threads/${thread.id}/replies`, { content }), 201);
    return true;
  }
  /** A topic of anna's with its likes, of which some are taken back. */
  async function liked(number) {
    const title = `${name}: onderwerp ${number}`;
    const topic = succeeded(await over(vakplein, 'POST', '/groups/tuin/threads', { title, content: 'Wat vindt u?' }), 201);
    const likes = [[steady, fenna], [flapping, dirk], [microblog, marit]].map(([peer, by]) => ({ by, like: activity(peer, by, 'Like', topic.activityPubId), peer }));
    const one = { title, uri: topic.activityPubId, likes: likes.map(({ like }) => like.id), count: 3 };
    written.topics.push(one);
    await Promise.all(likes.map(({ by, like }) => send(by, like)));
    if (number % 2 === 0) {
      const undo = activity(steady, fenna, 'Undo', likes[0].like);
      await send(fenna, undo);
      one.likes.push(undo.id);
      one.count -= 1;
    }
    succeeded(await over(vakplein.bas, 'PUT', `/posts/${topic.id}/reactions/like`), 204);
    one.count += 1;
    if (number % 3 === 0) {
      succeeded(await over(vakplein.bas, 'DELETE', `/posts/${topic.id}/reactions/like`), 204);
      one.count -= 1;
    }
  }
  async function topicElsewhere(number) {
    const title = `${name}: van elders ${number}`;
    const page = object(microblog, marit, 'Page', { name: title, content: '<p>Van elders.</p>' });
    written.topics.push({ title, uri: page.id, likes: [], count: 0 });
    await send(marit, about(microblog, marit, 'Create', page));
  }
  async function edits() {
    const topic = await start('wordt steeds gewijzigd');
    const one = { find: () => vakplein.thread(topic.id), uri: topic.activityPubId, last: 0 };
    written.edits.push(one);
    await keepOn(async (number) => {
      succeeded(await over(vakplein, 'PATCH', `/threads/${topic.id}`, { content: `Versie ${number}.` }), 200);
      one.last = number;
    });
  }
  async function editsElsewhere() {
    const thread = await start('elders gewijzigd');
    const first = note(steady, fenna, thread, 'Versie 0.');
    await send(fenna, about(steady, fenna, 'Create', first));
    const one = { find: async () => (await vakplein.replies(thread.id))[0], uri: first.id, last: 0 };
    written.edits.push(one);
    await keepOn(async (number) => {
      const changed = steady.publish({ ...first, content: `<p>Versie ${number}.</p>`, updated: new Date().toISOString() });
      await send(fenna, about(steady, fenna, 'Update', changed));
      one.last = number;
    });
  }
  /** Posts that their authors delete right after. */
  async function deletes() {
    const thread = await start('wordt gewist');
    written.deleted.push({ thread, uris: [] });
    const { uris } = written.deleted.at(-1);
    await keepOn(async (number) => {
      const post = succeeded(await over(vakplein, 'POST', `/threads/${thread.id}/replies`, { content: `Weg ${number}.` }), 201);
      // When the answer to the first try was lost there is nothing to be deleted any more.
      succeeded(await over(vakplein, 'DELETE', `/posts/${post.id}`), 204, 404, 410);
      uris.push(post.activityPubId);
    });
  }
  async function deletesElsewhere() {
    const thread = await start('elders gewist');
    written.deleted.push({ thread, uris: [] });
    const { uris } = written.deleted.at(-1);
    await keepOn(async (number) => {
      const one = note(steady, oscar, thread, `Ook weg ${number}.`);
      await send(oscar, about(steady, oscar, 'Create', one));
      await send(oscar, activity(steady, oscar, 'Delete', one.id));
      uris.push(one.id);
    });
  }
  const retry = () => persist(counts, () => vakplein.call('POST', `/admin/peers/${flapping.host}/retry`));
  async function flap() {
    while (goesOn) {
      await sleep(500 + random() * 2000);
      await flapping.fail(['refuse', 'hang up', '503'][Math.floor(random() * 3)]);
      await sleep(200 + random() * 1500);
      await flapping.recover();
      // An administrator has it tried at once: by itself that would take a minute, and longer each time.
      await retry();
    }
  }

  const running = [
    replies('Eenmaal', once), replies('Nogmaals', again), replies('Fenna', byActivity(steady, fenna)),
    replies('Oscar', byActivity(steady, oscar, RFC9421)), replies('Dirk', byActivity(flapping, dirk)),
    keepOn(liked), keepOn(topicElsewhere), edits(), editsElsewhere(), deletes(), deletesElsewhere(), flap(),
  ];
  const failed = Promise.all(running);
  failed.catch(() => {}); // it is awaited in `finish`
  async function finish() {
    goesOn = false;
    await failed;
    return { vakplein, peers, written, counts, retry, name };
  }
  /** Waits until so much more was acknowledged: a kill is worth something when there is something to lose, on a slow machine too. */
  const busy = (more, since = counts.acknowledged) => eventually(`${more} more to be acknowledged`, () => counts.acknowledged >= since + more, 60_000);
  function abandon() {
    goesOn = false;
    counts.abandoned = true;
  }
  return { counts, busy, finish, abandon };
}

/** Proves it. `within`: how many milliseconds the queues may take for what was written last. */
export async function prove({ vakplein, peers, written, retry, name }, within = 60_000) {
  const { steady, flapping, microblog } = peers;
  // What stands in the threads.
  for (const { thread, texts } of written.threads) {
    const listed = async () => (await vakplein.replies(thread.id)).map((it) => text(it.html));
    await nothingLeft(`what was acknowledged in ${thread.title}`, async () => {
      const there = new Set(await listed());
      return texts.filter((it) => it.done && !there.has(it.text)).map((it) => it.text);
    }, within);
    const found = await listed();
    assert.equal(new Set(found).size, found.length, `nothing stands twice in ${thread.title}`);
    assert.deepEqual(found, texts.map((it) => it.text).filter((it) => found.includes(it)), `the order in ${thread.title}`);
    assert.equal((await vakplein.thread(thread.id)).replyCount, found.length, `the count of replies in ${thread.title}`);
  }
  // Topics and how often they are liked.
  const topics = async () => (await vakplein.threads()).filter((it) => it.title.startsWith(`${name}: `));
  await nothingLeft('topics and likes', async () => {
    const counted = new Map((await topics()).map((it) => [it.activityPubId, it.likeCount]));
    return written.topics.filter((it) => counted.get(it.uri) !== it.count).map((it) => [it.title, it.count, counted.get(it.uri)]);
  }, within);
  const uris = (await topics()).map((it) => it.activityPubId);
  assert.equal(new Set(uris).size, uris.length);
  const titles = (await topics()).map((it) => it.title);
  assert.equal(new Set(titles).size, titles.length, 'no topic stands twice');
  // What was changed and deleted.
  for (const one of written.edits) {
    await nothingLeft('the last version', async () => {
      const now = text((await one.find()).html);
      return now === `Versie ${one.last}.` ? [] : [now, one.last];
    }, within);
  }
  for (const { thread } of written.deleted) {
    await nothingLeft(`everything to be deleted in ${thread.title}`, async () => (await vakplein.replies(thread.id)).filter((it) => it.state === 'visible').map((it) => it.activityPubId), within);
    assert.equal((await vakplein.thread(thread.id)).replyCount, 0);
  }

  // What reached the peers.
  await flapping.recover();
  await retry();
  for (const peer of [steady, flapping]) await reached(peer, { vakplein, written, retry: peer === flapping && retry, within });
  await nothingLeft(`announces of topics at ${microblog.host}`, () => {
    const there = new Set(announcements(microblog).map((it) => it.object));
    return written.topics.map((it) => it.uri).filter((uri) => !there.has(uri));
  }, within);
  const boosts = announcements(microblog).map((it) => it.object);
  assert.equal(new Set(boosts).size, boosts.length, 'each topic has one announce');
}

/** What a peer got from the group, each id once, in the order in which they first came. */
function announcements(peer) {
  const firsts = new Map();
  for (const { activity: it, body, http, status } of peer.received) {
    if (status >= 300 || it.type !== 'Announce') continue;
    assert.equal(http.verified, true);
    const known = firsts.get(it.id);
    if (known) assert.equal(known.body, body, 'what comes again is the same, byte for byte');
    else firsts.set(it.id, { it, body });
  }
  return [...firsts.values()].map(({ it }) => it);
}

/** That everything reached a peer that understands announces of activities: each under one id, in the order of writing per thread. */
async function reached(peer, { vakplein, written, retry, within }) {
  const of = (type) => announcements(peer).filter((it) => it.object?.type === type).map((it) => idOf(it.object.object));
  const wanted = [];
  for (const { thread } of written.threads) wanted.push([thread, (await vakplein.replies(thread.id)).map((it) => it.activityPubId)]);
  const posts = [...written.topics.map((it) => it.uri), ...wanted.flatMap(([, uris]) => uris)];
  const votes = written.topics.flatMap((it) => it.likes);
  let asked = Date.now();
  await nothingLeft(`everything at ${peer.host}`, async () => {
    if (retry && Date.now() - asked > 2000) {
      await retry();
      asked = Date.now();
    }
    const all = announcements(peer);
    const created = new Set(of('Create'));
    const inner = new Set(all.map((it) => idOf(it.object)));
    const deleted = new Set(of('Delete'));
    const version = (uri) => all.filter((it) => it.object?.type === 'Update' && idOf(it.object.object) === uri).map((it) => Number(/Versie (\d+)/.exec(it.object.object.content)[1]));
    return [
      ...posts.filter((uri) => !created.has(uri)), ...votes.filter((id) => !inner.has(id)),
      ...written.deleted.flatMap(({ uris }) => uris.filter((uri) => created.has(uri) && !deleted.has(uri))),
      ...written.edits.filter(({ uri, last }) => version(uri).at(-1) !== last).map(({ uri, last }) => [uri, last, version(uri).at(-1)]),
    ];
  }, within);
  const created = of('Create');
  assert.equal(new Set(created).size, created.length, `at ${peer.host}, each post is announced under one id`);
  for (const [thread, uris] of wanted) {
    assert.deepEqual(created.filter((uri) => uris.includes(uri)), uris, `at ${peer.host}, the order in ${thread.title}`);
  }
  for (const id of votes) assert.equal(announcements(peer).filter(announces(tuin, id)).length, 1, `at ${peer.host}, ${id} is announced under one id`);
  for (const { uri } of written.edits) {
    const versions = announcements(peer).filter((it) => it.object?.type === 'Update' && idOf(it.object.object) === uri).map((it) => Number(/Versie (\d+)/.exec(it.object.object.content)[1]));
    assert.deepEqual(versions, versions.toSorted((one, other) => one - other), `at ${peer.host}, versions come in their order`);
  }
}
