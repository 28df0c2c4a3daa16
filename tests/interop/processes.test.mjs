// Two processes that answer and two that work, on one PostgreSQL: any of them is killed at any moment, and the others carry on.
import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { chance, introduce, prove, startLoad, startPeers } from './load.mjs';
import { emptyDatabase, skip } from './postgres.mjs';
import { install } from './server.mjs';
import { furnish, host, local } from './vakplein.mjs';

const KILLS = Number(process.env.KILLS ?? 8);
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const ROUND = 20;

/** What stands before several web processes: each connection goes to the next one, or to another when that one doesn't answer. */
async function startGate(address, targets) {
  let turn = 0;
  const gate = createServer((incoming) => {
    let outgoing;
    incoming.on('error', () => {});
    incoming.on('close', () => outgoing?.destroy());
    const reach = (left) => {
      if (left === 0 || incoming.destroyed) return incoming.destroy();
      const [to, port] = targets[turn++ % targets.length].split(':');
      let reached = false;
      outgoing = connect(Number(port), to, () => {
        reached = true;
        incoming.pipe(outgoing).pipe(incoming);
      });
      outgoing.on('error', () => (reached ? incoming.destroy() : reach(left - 1)));
      return outgoing.on('close', () => reached && incoming.destroy());
    };
    reach(targets.length);
  });
  await new Promise((listening) => gate.listen(80, address, listening));
  return { close: () => gate.close() };
}

test('any of several processes on one PostgreSQL may die at any moment', { timeout: 180_000 + KILLS * 10_000, skip }, async () => {
  const random = chance(SEED);
  const instance = await install({ domain: host, settings: { ...local, VAKPLEIN_DATABASE__URL: await emptyDatabase('processes') } });
  const webs = [8081, 8082].map((port) => instance.serve(`127.0.0.21:${port}`, ['--role', 'web']));
  const workers = [8083, 8084].map((port) => instance.serve(`127.0.0.21:${port}`, ['--role', 'worker'], { VAKPLEIN_SERVER__WORKER_BIND: `127.0.0.21:${port}` }));
  const all = [...webs, ...workers];
  const gate = await startGate('127.0.0.21', webs.map((web) => web.bind));
  let peers, load;
  try {
    // All at the same moment, on an empty database: one of them makes the tables and the instance's own actor.
    await Promise.all(all.map((one) => one.start()));
    peers = await startPeers();
    const vakplein = await introduce(await furnish(instance), instance, peers);
    for (let kills = 0, round = 1; kills < KILLS; round += 1) {
      load = await startLoad({ vakplein, peers, random, name: `Ronde ${round}` });
      let turns = [];
      for (let last = Math.min(KILLS, kills + ROUND); kills < last; kills += 1) {
        // Each in its turn, in an order of chance; now and then a second one of the other kind with it.
        if (turns.length === 0) turns = all.map((one) => [random(), one]).sort(([one], [other]) => one - other).map(([, one]) => one);
        const victims = [turns.pop()];
        if (random() < 0.3) victims.push((webs.includes(victims[0]) ? workers : webs)[Math.floor(random() * 2)]);
        await load.busy(5);
        await sleep(random() * 1500);
        await Promise.all(victims.map((one) => one.kill()));
        await sleep(random() * 1500);
        await Promise.all(victims.map((one) => one.start()));
      }
      // The last one doesn't come back before all is proved: what it had in hand is another's to do.
      const gone = workers[Math.floor(random() * 2)];
      await gone.kill();
      const written = await load.finish();
      const began = Date.now();
      await prove(written);
      const { acknowledged, unanswered } = load.counts;
      console.log(`seed ${SEED}, ${kills} kills: ${acknowledged} acknowledged, ${unanswered} unanswered; proved ${Date.now() - began} ms after the last`);
      await gone.start();
    }
    for (const one of all) assert.equal(await one.end(), 0, 'it ends with 0 after SIGTERM');
  } catch (error) {
    load?.abandon();
    console.log(`SEED=${SEED}`, process.env.VAKPLEIN_TEST_LOG ? await instance.logged() : '');
    throw error;
  } finally {
    await Promise.all(all.map((one) => one.end(0)));
    await peers?.close();
    gate.close();
    await instance.remove();
  }
});
