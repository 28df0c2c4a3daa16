// `vakplein demo`, as somebody meets it who has just started it: logs in with what it prints, posts on one instance, and looks at the other.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, exchange } from './server.mjs';

const SECONDS = 2;
let dir, demo, printed = '', sites;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vakplein-demo-test-'));
  demo = spawn(process.env.VAKPLEIN_BIN, ['demo'], { cwd: dir, env: { ...process.env, TMPDIR: dir, RUST_LOG: 'warn' }, stdio: ['ignore', 'pipe', 'inherit'] });
  process.on('exit', () => demo.kill('SIGKILL'));
  demo.stdout.on('data', (data) => { printed += data; });
  await eventually('the addresses', () => {
    if (demo.exitCode !== null) throw new Error(`demo ended by itself:\n${printed}`);
    return printed.includes('Ctrl-C stops both');
  }, 120_000);
  const password = /password of everybody is: (\S+)/.exec(printed)[1];
  sites = [...printed.matchAll(/(http:\/\/\S+\.localhost:\d+)\/\s+log in as: (.+)/g)].map(([, base, people]) => ({
    base, password, people: people.split(', ').map((one) => one.split(' ')[0]),
  }));
  assert.equal(sites.length, 2, printed);
});
after(async () => {
  demo.kill('SIGINT');
  const [code] = demo.exitCode === null ? await once(demo, 'exit') : [demo.exitCode];
  assert.equal(code, 0, 'it ends with 0 after Ctrl-C');
  assert.deepEqual(await readdir(dir), [], 'it leaves nothing behind');
  await rm(dir, { recursive: true });
});

/** Somebody's browser without JavaScript: cookies, and the forms of the pages. */
function visitor({ base, password }, name) {
  const cookies = new Map();
  async function ask(path, form) {
    const body = form && new Response(form);
    const { status, headers, text } = await exchange(new URL(path, base), {
      method: form ? 'POST' : 'GET', body: form && Buffer.from(await body.arrayBuffer()),
      headers: {
        cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join('; '), origin: base,
        ...(form && { 'content-type': body.headers.get('content-type') }),
      },
    });
    for (const [, key, value] of (headers.get('set-cookie') ?? '').matchAll(/(?:^|, )([\w-]+)=([^;]*);/g)) cookies.set(key, value);
    return { status, text, to: headers.get('location') };
  }
  /** Fills in the form on a page. */
  async function fillIn(path, fields, Form = FormData) {
    const page = await ask(path);
    assert.equal(page.status, 200, `${path}: ${page.status}`);
    const form = new Form();
    form.append('csrf', /name="csrf" value="([^"]+)"/.exec(page.text)[1]);
    for (const [key, value] of Object.entries(fields)) form.append(key, value);
    const sent = await ask(path, form);
    assert.equal(sent.status, 303, `${path}: ${sent.status} ${/class="[^"]*error[^"]*"[^>]*>([^<]*)/.exec(sent.text)?.[1]}`);
    return sent.to;
  }
  return { ask, fillIn, logIn: () => fillIn('/login', { email: name, password, next: '' }, URLSearchParams) };
}

/** Waits until a page has a text, and tells how long that took. */
async function appears(who, path, text, since) {
  await eventually(`"${text}" on ${path}`, async () => (await who.ask(path)).text.includes(text));
  const seconds = (performance.now() - since) / 1000;
  assert.ok(seconds < SECONDS, `"${text}" took ${seconds.toFixed(2)} s`);
  return seconds;
}

test(`a post on one instance is on the other within ${SECONDS} seconds, both ways`, async () => {
  // Whoever is a member on the other instance, of a group here.
  const [there, here] = sites;
  const [samira, marloes] = [visitor(there, there.people[0]), visitor(here, here.people[0])];
  for (const who of [samira, marloes]) assert.ok(await who.logIn());
  const group = 'participatiewet';
  const remote = `${group}@${new URL(here.base).host}`;
  const took = [];
  for (let round = 1; round <= 3; round += 1) {
    const [title, answer] = [`Een vraag om ${round} uur`, `Een antwoord om ${round} uur.`];
    let since = performance.now();
    const place = await marloes.fillIn(`/g/${group}/new`, { title, content: 'Wie weet dit?', action: 'send' });
    took.push(await appears(samira, `/g/${remote}`, title, since));
    const listed = (await samira.ask(`/g/${remote}`)).text;
    const thread = new RegExp(`href="(/t/[0-9a-f-]+)[^"]*"[^>]*>\\s*${title}`).exec(listed)[1];
    since = performance.now();
    await samira.fillIn(`${thread}/reply`, { content: answer, action: 'send' });
    took.push(await appears(marloes, new URL(place, here.base).pathname, answer, since));
  }
  console.log(`took ${took.map((it) => it.toFixed(2)).join(', ')} s`);
});

test('a question of the local forum is shown in the national group, and answered from there', async () => {
  const [local, national] = sites;
  const title = 'Ik kan tien uur per week gaan werken';
  const listed = (await visitor(national).ask('/g/bijstand-landelijk')).text;
  assert.ok(listed.includes(title), 'the national group shows the question');
  assert.match(listed, /\bvia\b[\s\S]{0,300}Vragen over bijstand/, 'and says where it is from');
  const forum = (await visitor(local).ask('/g/bijstand')).text;
  const thread = new RegExp(`href="(/t/[0-9a-f-]+)[^"]*"[^>]*>\\s*${title}`).exec(forum)[1];
  const page = (await visitor(local).ask(thread)).text;
  assert.match(page, /Ook te zien in[\s\S]{0,300}Bijstand in heel Nederland/);
  assert.ok(page.includes('Ik ben jobcoach in een andere regio'), 'the answer of a guest stands in the forum');
});
