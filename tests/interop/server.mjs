// Starts an empty Vakplein as outside scripts do (by the command line and the environment), for the tests here and in ../browser.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
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

/**
 * Starts `vakplein serve` (the binary is VAKPLEIN_BIN) as http://`domain` on the address `bind`, with a database and media folder of its
 * own. `settings` are further VAKPLEIN_… variables. `run` runs the command line beside it; `stop` ends it and removes all that it wrote.
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
  const server = spawn(binary, ['serve'], { cwd: dir, env, stdio: ['ignore', log.fd, log.fd] });
  const ended = once(server, 'exit');
  const logged = () => readFile(`${dir}/serve.log`, 'utf8');

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
    if (server.exitCode === null) server.kill('SIGTERM');
    const [code] = await ended;
    await log.close();
    if (process.env.VAKPLEIN_TEST_LOG) process.stderr.write(await logged());
    await rm(dir, { recursive: true, force: true });
    return code;
  }

  const user = (name, ...more) => run(['user', 'create', name, '--email', `${name}@example.org`, '--password-stdin', ...more], `${password}\n`);
  const token = async (name) => (await run(['user', 'token', name])).trim().split('\n').at(-1);
  const group = (name, title, owner) => run(['group', 'create', name, '--title', title, '--class', 'openbaar', '--owner', owner]);

  const [address, port] = bind.split(':');
  await eventually(`GET /healthz of ${base}`, async () => {
    if (server.exitCode !== null) throw new Error(`vakplein serve ended with ${server.exitCode}:\n${await logged()}`);
    return fetch(`http://${address}:${port}/healthz`).then((response) => response.status === 200, () => false);
  });
  return { base, dir, run, stop, user, token, group };
}

/** The JSON API of the instance at `base` for the holder of a token. */
export function apiOf(base, token) {
  async function call(method, path, body) {
    const response = await fetch(new URL(`/api/v1${path}`, base), {
      method, body: body && JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
    });
    const text = await response.text();
    return { status: response.status, location: response.headers.get('location'), json: /^[{[]/.test(text) ? JSON.parse(text) : null, text };
  }
  /** Like `call`, but demands success and gives the body. */
  async function ask(method, path, body) {
    const answer = await call(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }
  return { call, ask };
}
