// Starts an empty Vakplein as outside scripts do (by the command line and the environment), for the tests here and in ../browser.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { lookup } from 'node:dns';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const password = 'Correct-horse-9-battery';

/** Asks again until `find` gives something other than undefined, null or false; fails after `within` milliseconds. */
export async function eventually(what, find, within = 20_000) {
  const until = Date.now() + within;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== null && found !== false) return found;
    if (Date.now() > until) throw new Error(`waited ${within / 1000} s in vain for: ${what}`);
    await sleep(50);
  }
}

/** One HTTP request. Names under .localhost are this machine (RFC 6761), which not every resolver knows. */
export function exchange(url, { method = 'GET', headers = {}, body } = {}) {
  const find = (name, options, done) => lookup(name.endsWith('.localhost') ? '127.0.0.1' : name, options, done);
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, lookup: find, agent: false }, async (incoming) => {
      try {
        const text = Buffer.concat(await incoming.toArray()).toString();
        resolve({ status: incoming.statusCode, headers: new Headers(Object.entries(incoming.headersDistinct).map(([name, values]) => [name, values.join(', ')])), text });
      } catch (error) {
        reject(error);
      }
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/**
 * Starts `vakplein serve` (the binary is VAKPLEIN_BIN) as http://`domain` on the address `bind`, with a database and media folder of its
 * own. `settings` are further VAKPLEIN_… variables. `run` runs the command line beside it; `kill` ends it with no warning and `start` starts
 * it again on the same data; `stop` ends it and removes all that it wrote.
 */
export async function startServer({ domain, bind, settings = {} }) {
  const binary = process.env.VAKPLEIN_BIN;
  assert.ok(binary, 'VAKPLEIN_BIN must be the path of the vakplein binary');
  const dir = await mkdtemp(join(tmpdir(), 'vakplein-test-'));
  const base = `http://${domain}`;
  const env = {
    ...process.env,
    VAKPLEIN_SERVER__DOMAIN: domain, VAKPLEIN_SERVER__SCHEME: 'http', VAKPLEIN_SERVER__BIND: bind,
    VAKPLEIN_DATABASE__URL: process.env.VAKPLEIN_TEST_DATABASE ?? `sqlite:${dir}/vakplein.db`, VAKPLEIN_MEDIA__DIR: `${dir}/media`,
    VAKPLEIN_LIMITS__ENABLED: 'false', ...settings,
  };
  const log = await open(`${dir}/serve.log`, 'w');
  let server;
  let exit;
  const ended = () => server.exitCode !== null || server.signalCode !== null;
  process.on('exit', () => ended() || server.kill('SIGKILL'));
  const logged = () => readFile(`${dir}/serve.log`, 'utf8');

  /** Starts it, and waits until it answers. */
  async function start() {
    server = spawn(binary, ['serve'], { cwd: dir, env, stdio: ['ignore', log.fd, log.fd] });
    exit = once(server, 'exit');
    await eventually(`GET /healthz of ${base}`, async () => {
      if (ended()) throw new Error(`vakplein serve ended by itself:\n${await logged()}`);
      return exchange(`${base}/healthz`).then(({ status }) => status === 200, () => false);
    });
  }

  /** Ends it as a power cut does: nothing is finished. */
  async function kill() {
    assert.ok(!ended(), 'it still ran');
    server.kill('SIGKILL');
    await exit;
  }

  /** Runs one command of the command line and gives its standard output. */
  async function run(args, input = '') {
    const child = spawn(binary, args, { cwd: dir, env });
    child.stdin.end(input);
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => { out += data; });
    child.stderr.on('data', (data) => { err += data; });
    const [code] = await once(child, 'close');
    assert.equal(code, 0, `vakplein ${args.join(' ')}: ${err || out}`);
    return out;
  }

  /** Ends the server as a system does and gives its exit code. */
  async function stop() {
    if (!ended()) server.kill('SIGTERM');
    const [code] = await exit;
    await log.close();
    if (process.env.VAKPLEIN_TEST_LOG) process.stderr.write(await logged());
    await rm(dir, { recursive: true, force: true });
    return code;
  }

  const user = (name, ...more) => run(['user', 'create', name, '--email', `${name}@example.org`, '--password-stdin', ...more], `${password}\n`);
  const token = async (name) => (await run(['user', 'token', name])).trim().split('\n').at(-1);
  const group = (name, title, owner) => run(['group', 'create', name, '--title', title, '--class', 'openbaar', '--owner', owner]);

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { base, dir, run, start, kill, stop, logged, user, token, group };
}

/** The JSON API of the instance at `base` for the holder of a token. */
export function apiOf(base, token) {
  async function call(method, path, body) {
    const { status, headers, text } = await exchange(new URL(`/api/v1${path}`, base), {
      method, body: body && JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
    });
    return { status, location: headers.get('location'), json: /^[{[]/.test(text) ? JSON.parse(text) : null, text };
  }
  /** Like `call`, but demands success and gives the body. */
  async function ask(method, path, body) {
    const answer = await call(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }
  return { call, ask };
}
