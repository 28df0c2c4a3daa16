// A real process that is ended by SIGKILL at moments of all kinds under load, on both databases; `load.mjs` says what is proved.
//   KILLS=2000 SEED=7 …/node --test --test-timeout=0 crash.test.mjs
// The seed decides when it is killed and how, and when a peer fails; what is under way at that moment no seed decides.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { chance, introduce, prove, startLoad, startPeers } from './load.mjs';
import { emptyDatabase, skip } from './postgres.mjs';
import { startVakplein } from './vakplein.mjs';

const KILLS = Number(process.env.KILLS ?? 8);
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
/** Kills under one load, after which all of it is proved. */
const ROUND = 20;

/** How it ends. Each leaves it running. */
const ENDS = {
  async 'in the middle of a burst'(server, random) {
    await sleep(random() * 1300);
    await server.kill();
    await server.start();
  },
  async 'while it takes up what the last one left'(server, random) {
    await sleep(random() * 800);
    await server.kill();
    server.begin();
    await sleep(random() * 500);
    if (!server.ended()) await server.kill();
    await server.start();
  },
  async 'twice within a second'(server, random) {
    await sleep(random() * 800);
    await server.kill();
    await server.start();
    await sleep(random() * 500);
    await server.kill();
    await server.start();
  },
  async 'while it shuts down'(server, random) {
    await sleep(random() * 800);
    await server.end(random() * 300);
    await server.start();
  },
};

/** Each kind equally often, in an order of chance. */
function* endings(random) {
  for (;;) {
    const left = Object.keys(ENDS);
    while (left.length > 0) yield left.splice(Math.floor(random() * left.length), 1)[0];
  }
}

async function crash(settings) {
  const random = chance(SEED);
  const server = await startVakplein({ settings });
  let peers, load;
  try {
    peers = await startPeers();
    const vakplein = await introduce(server, server.server, peers);
    const kinds = endings(random);
    for (let kills = 0, round = 1; kills < KILLS; round += 1) {
      load = await startLoad({ vakplein, peers, random, name: `Ronde ${round}` });
      for (let last = Math.min(KILLS, kills + ROUND); kills < last; kills += 1) {
        await load.busy(5);
        await ENDS[kinds.next().value](server.server, random);
      }
      await sleep(300);
      const written = await load.finish();
      const began = Date.now();
      await prove(written);
      const { acknowledged, unanswered } = load.counts;
      const deliveries = [peers.steady, peers.flapping, peers.microblog].map((peer) => peer.received.length);
      console.log(`seed ${SEED}, ${kills} kills: ${acknowledged} acknowledged, ${unanswered} unanswered, ${deliveries.join(' + ')} deliveries; proved ${Date.now() - began} ms after the last`);
    }
    assert.equal(await server.stop(), 0, 'vakplein ends with 0 after SIGTERM');
  } catch (error) {
    load?.abandon();
    console.log(`SEED=${SEED}`, process.env.VAKPLEIN_TEST_LOG ? await server.server.logged() : '');
    await server.stop();
    throw error;
  } finally {
    await peers?.close();
  }
}

const timeout = 120_000 + KILLS * 10_000;
test('on SQLite, what was acknowledged is there once and reaches everybody in order, however often it is killed', { timeout }, () => crash({}));
test('on PostgreSQL, what was acknowledged is there once and reaches everybody in order, however often it is killed', { timeout, skip }, async () => {
  await crash({ VAKPLEIN_DATABASE__URL: await emptyDatabase('crash') });
});
