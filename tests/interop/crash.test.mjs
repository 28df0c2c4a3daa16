// A real process that is ended by SIGKILL at random moments under load, several times: what it acknowledged is there exactly once, and the
// peer gets everything, in order per thread.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { idOf, writing } from './activities.mjs';
import { RFC9421, startPeer } from './peer.mjs';
import { eventually } from './server.mjs';
import { base, host, startVakplein } from './vakplein.mjs';

const tuin = `${base}/g/tuin`;
const { follow, object, about } = writing(tuin, `@tuin@${host}`);
const KILLS = 5;
let vakplein, peer;

before(async () => {
  vakplein = await startVakplein();
  peer = await startPeer({ host: 'fedify.test', address: '127.0.0.22', software: 'lemmy', people: ['fenna', 'oscar'] });
});
after(async () => {
  await peer?.close();
  if (vakplein) assert.equal(await vakplein.stop(), 0, 'vakplein ends with 0 after SIGTERM');
});

test('what was acknowledged is there once, and everything reaches the peer in order', { timeout: 90_000 }, async () => {
  const [fenna, oscar] = ['fenna', 'oscar'].map((name) => peer.actor(name));
  const ask = follow(peer, fenna);
  assert.equal((await fenna.post(`${tuin}/inbox`, ask)).status, 202);
  await peer.expect('Accept', (it) => it.type === 'Accept');

  const counts = { kills: 0, unanswered: 0 };
  /** Texts in the order in which they were written, by thread; whether each was acknowledged. */
  const written = new Map();
  let goesOn = true;
  /** Writes one reply after the other, until told to stop. `send` gives whether it was acknowledged. */
  async function keepWriting(name, send) {
    const thread = await vakplein.post(name, 'Hieronder wordt geschreven.');
    const texts = [];
    written.set(thread, texts);
    for (let number = 1; goesOn; number += 1) {
      const one = { text: `${name} ${number}.`, acknowledged: false };
      texts.push(one);
      one.acknowledged = await send(thread, one.text);
      if (!one.acknowledged) counts.unanswered += 1;
    }
  }
  /** Over the API there is no way to tell whether an unanswered request counted: it isn't sent again. */
  async function overTheApi(thread, text) {
    try {
      const { status } = await vakplein.call('POST', `/threads/${thread.id}/replies`, { content: text });
      assert.equal(status, 201);
      return true;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      await sleep(100);
      return false;
    }
  }
  /** An activity is sent until it is taken, with the same id, as other servers do. */
  const byActivity = (by, spec) => async (thread, text) => {
    const note = object(peer, by, 'Note', { inReplyTo: thread.activityPubId, content: `<p>${text}</p>` });
    const create = about(peer, by, 'Create', note);
    for (;;) {
      const answer = await by.post(`${base}/inbox`, create, { spec }).catch(() => null);
      if (answer && answer.status < 300) return true;
      if (answer) assert.ok(answer.status >= 500, `${answer.status} ${answer.text}`);
      counts.unanswered += 1;
      await sleep(100);
    }
  };

  const writers = [
    keepWriting('Eerste', overTheApi), keepWriting('Tweede', overTheApi),
    keepWriting('Derde', byActivity(fenna)), keepWriting('Vierde', byActivity(oscar, RFC9421)),
  ];
  for (let kill = 0; kill < KILLS; kill += 1) {
    await sleep(300 + Math.random() * 1200);
    await vakplein.server.kill();
    counts.kills += 1;
    await vakplein.server.start();
  }
  await sleep(300);
  goesOn = false;
  await Promise.all(writers);

  const count = [...written.values()].flat().filter((it) => it.acknowledged).length;
  assert.ok(count >= 40, `only ${count} were acknowledged`);
  for (const [thread, texts] of written) {
    const acknowledged = texts.filter((it) => it.acknowledged).map((it) => it.text);
    const text = (html) => html.replace(/<[^>]*>/g, '').trim();
    /** Replies by their ids on the wire, as the page shows them. */
    const shown = await eventually(`all that was acknowledged in ${thread.title}`, async () => {
      const replies = await vakplein.replies(thread.id);
      const there = new Set(replies.map((it) => text(it.html)));
      return acknowledged.every((it) => there.has(it)) && replies;
    }, 30_000);
    const listed = shown.map((it) => text(it.html));
    assert.equal(new Set(listed).size, listed.length, `nothing stands twice in ${thread.title}`);
    assert.deepEqual(listed, texts.map((it) => it.text).filter((it) => listed.includes(it)), `the order in ${thread.title}`);

    // Each arrives at least once; of each id, what counts is the first time.
    const wanted = shown.map((it) => it.activityPubId);
    const announced = () => peer.received.filter(({ activity: it, status }) => status < 300 && it.type === 'Announce' && it.object?.type === 'Create' && wanted.includes(idOf(it.object.object)));
    await eventually(`announces of all in ${thread.title}`, () => new Set(announced().map((it) => idOf(it.activity.object.object))).size === wanted.length, 30_000);
    const firsts = new Map();
    for (const { activity: it, body, http } of announced()) {
      assert.equal(http.verified, true);
      const known = firsts.get(it.id);
      if (known) assert.equal(known.body, body, 'what comes again is the same, byte for byte');
      else firsts.set(it.id, { body, post: idOf(it.object.object) });
    }
    assert.deepEqual([...firsts.values()].map((it) => it.post), wanted, `each of ${thread.title} under one id, in the order of writing`);
  }
  console.log(`${count} acknowledged over ${counts.kills} kills, ${counts.unanswered} unanswered; ${peer.received.length} deliveries`);
});
