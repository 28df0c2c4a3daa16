// What the program stands on fails for a while: the database is gone, the disk is full. Nothing that was acknowledged is lost, whoever asks is
// told so, and all goes on by itself when it is over, without a restart.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AS } from './activities.mjs';
import { visitor } from './forms.mjs';
import { chance, introduce, prove, startLoad, startPeers } from './load.mjs';
import { cluster, emptyDatabase, skip } from './postgres.mjs';
import { eventually, exchange } from './server.mjs';
import { base, startVakplein } from './vakplein.mjs';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const text = `Dit schreef ik toen het niet ging.\n\n${'Het is een lang verhaal. '.repeat(5)}`.trim();

/** Writes all the time, lets `happen` happen meanwhile, and proves that nothing got lost. `happen` gets what a visitor needs. */
async function throughout(settings, happen) {
  const server = await startVakplein({ settings });
  let peers, load;
  try {
    peers = await startPeers();
    const vakplein = await introduce(server, server.server, peers);
    const bas = visitor(base);
    await bas.logIn('bas');
    const thread = await vakplein.post('Waar een lid in schrijft', 'Voor en na.');
    const page = await bas.go('GET', `/t/${thread.id}`);
    assert.equal(page.status, 200);
    load = await startLoad({ vakplein, peers, random: chance(SEED), name: 'Storing' });
    await sleep(2000);
    await happen({ vakplein, bas, thread, steady: peers.steady, csrf: bas.token(page) });
    await sleep(1000);
    assert.equal(server.server.ended(), false, 'it is the same process');
    const written = await load.finish();
    await prove(written);
    console.log(`seed ${SEED}: ${load.counts.acknowledged} acknowledged, ${load.counts.unanswered} unanswered`);
    assert.equal(await server.stop(), 0);
  } catch (error) {
    load?.abandon();
    console.log(`SEED=${SEED}`, process.env.VAKPLEIN_TEST_LOG ? await server.server.logged() : '');
    await server.stop();
    throw error;
  } finally {
    await peers?.close();
  }
}

/** That an answer says "not now", and when to come back. */
function notNow(answer) {
  assert.equal(answer.status, 503, answer.text);
  assert.ok(Number(answer.headers.get('retry-after')) > 0, 'Retry-After');
}

/** That a form which was sent comes back with what was typed, and can be sent from there later. */
async function keepsTheWords({ bas, thread, csrf }) {
  const answer = await bas.go('POST', `/t/${thread.id}/reply`, { csrf, content: text });
  notNow(answer);
  assert.match(answer.text, /Dat kan nu even niet/);
  assert.ok(answer.text.includes(text), 'what was typed stands on the page');
  assert.ok(answer.text.includes(`action="/t/${thread.id}/reply"`), 'in a form');
  return bas.token(answer);
}

async function sendsItAgain({ vakplein, bas, thread }, csrf) {
  const answer = await bas.go('POST', `/t/${thread.id}/reply`, { csrf, content: text });
  assert.equal(answer.status, 303, answer.text);
  const replies = await vakplein.replies(thread.id);
  assert.equal(replies.filter((it) => it.content === text).length, 1, 'it is there once');
}

test('while the database is gone everybody is told so at once, and when it is back all goes on', { timeout: 300_000, skip }, async () => {
  const settings = { VAKPLEIN_DATABASE__URL: await emptyDatabase('outage') };
  await throughout(settings, async (scene) => {
    const { vakplein, steady } = scene;
    await cluster('crash');
    let token;
    try {
      const began = Date.now();
      await eventually('503', async () => (await vakplein.call('GET', '/threads')).status === 503);
      const api = await vakplein.call('POST', `/threads/${scene.thread.id}/replies`, { content: 'Nu niet.' });
      notNow(api);
      assert.match(api.json.type, /\/problems\/unavailable$/);
      const page = await scene.bas.go('GET', '/groups');
      notNow(page);
      assert.match(page.text, /<html lang="nl"[^]*Dat kan nu even niet/);
      notNow(await exchange(`${base}/g/tuin`, { headers: { accept: 'application/activity+json' } }));
      const like = { '@context': AS, id: steady.id('likes'), type: 'Like', actor: steady.actor().id, object: scene.thread.activityPubId };
      notNow(await steady.actor().post(`${base}/inbox`, like));
      assert.equal((await exchange(`${base}/healthz`)).status, 503);
      token = await keepsTheWords(scene);
      const took = Date.now() - began;
      assert.ok(took < 20_000, `nobody waits for a database that isn't there: ${took} ms`);
      await sleep(Math.max(0, 10_000 - took));
    } finally {
      await cluster('resume');
    }
    await eventually('200', async () => (await vakplein.call('GET', '/threads')).status === 200, 30_000);
    await sendsItAgain(scene, token);
  });
});

test('on a full disk nothing new is taken, all can be read, and when there is room all goes on', { timeout: 300_000 }, async () => {
  const run = promisify(execFile);
  const dir = await mkdtemp(join(tmpdir(), 'vakplein-disk-'));
  await run('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', dir]);
  try {
    await mkdir(`${dir}/data`);
    const filler = `${dir}/filler`;
    await throughout({ VAKPLEIN_DATABASE__URL: `sqlite:${dir}/data/vakplein.db`, VAKPLEIN_MEDIA__DIR: `${dir}/data/media` }, async (scene) => {
      const { vakplein, thread } = scene;
      const fill = async () => {
        // Smaller and smaller, until not even a page of the database fits.
        for (const size of [1 << 20, 1 << 16, 1 << 12]) {
          for (let full = false; !full;) await writeFile(filler, Buffer.alloc(size), { flag: 'a' }).catch(() => { full = true; });
        }
      };
      let refused;
      await eventually('a refusal', async () => {
        await fill();
        refused = await vakplein.call('POST', `/threads/${thread.id}/replies`, { content: `Past niet ${Date.now()}.` });
        return refused.status !== 201;
      }, 60_000);
      notNow(refused);
      assert.match(refused.json.type, /\/problems\/unavailable$/);
      await fill();
      const token = await keepsTheWords(scene);
      const upload = new FormData();
      const picture = await readFile(new URL('../browser/screenshot.png', import.meta.url));
      upload.append('file', new Blob([picture], { type: 'image/png' }), 'foto.png');
      const sent = await fetch(`${base}/api/v1/media`, { method: 'POST', headers: { authorization: `Bearer ${vakplein.token}` }, body: upload });
      notNow({ status: sent.status, headers: sent.headers, text: await sent.text() });
      for (let number = 0; number < 10; number += 1) {
        assert.equal((await vakplein.call('GET', `/threads/${thread.id}/replies`)).status, 200);
        assert.equal((await scene.bas.go('GET', `/t/${thread.id}`)).status, 200);
        assert.equal((await exchange(`${base}/g/tuin`, { headers: { accept: 'application/activity+json' } })).status, 200);
        await sleep(300);
      }
      await truncate(filler, 0);
      await eventually('room', async () => (await vakplein.call('POST', `/threads/${thread.id}/replies`, { content: 'Het past weer.' })).status === 201);
      await sendsItAgain(scene, token);
    });
  } finally {
    await run('umount', ['-l', dir]);
    await rm(dir, { recursive: true, force: true });
  }
});
