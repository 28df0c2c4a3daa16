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
 * An instance that isn't running yet (the binary is VAKPLEIN_BIN): a folder for all that it writes, settings (`settings` are further
 * VAKPLEIN_… variables) and the command line. `serve` gives a process of it, `run` runs another command beside those; `remove` removes what
 * they wrote.
 */
export async function install({ domain, settings = {} }) {
  const binary = process.env.VAKPLEIN_BIN;
  assert.ok(binary, 'VAKPLEIN_BIN must be the path of the vakplein binary');
  const dir = await mkdtemp(join(tmpdir(), 'vakplein-test-'));
  const env = {
    ...process.env,
    VAKPLEIN_SERVER__DOMAIN: domain, VAKPLEIN_SERVER__SCHEME: 'http',
    VAKPLEIN_DATABASE__URL: process.env.VAKPLEIN_TEST_DATABASE ?? `sqlite:${dir}/vakplein.db`, VAKPLEIN_MEDIA__DIR: `${dir}/media`,
    VAKPLEIN_LIMITS__ENABLED: 'false', ...settings,
  };
  const log = await open(`${dir}/serve.log`, 'a');
  const logged = () => readFile(`${dir}/serve.log`, 'utf8');

  /**
   * A process of `vakplein serve`, which answers on the address `bind`. `begin` starts it, `start` waits besides until it answers; `kill`
   * ends it with no warning, `end` as a system does, and gives its exit code; with a number it is killed after so many milliseconds.
   */
  function serve(bind, args = [], more = {}) {
    let child;
    let exit;
    const ended = () => !child || child.exitCode !== null || child.signalCode !== null;
    process.on('exit', () => ended() || child.kill('SIGKILL'));

    function begin() {
      assert.ok(ended(), 'it runs already');
      child = spawn(binary, ['serve', ...args], { cwd: dir, env: { ...env, VAKPLEIN_SERVER__BIND: bind, ...more }, stdio: ['ignore', log.fd, log.fd] });
      exit = once(child, 'exit');
    }
    async function ready() {
      await eventually(`GET /healthz of ${bind}`, async () => {
        if (ended()) throw new Error(`vakplein serve ended by itself:\n${await logged()}`);
        return exchange(`http://${bind}/healthz`).then(({ status }) => status === 200, () => false);
      });
    }
    async function start() {
      begin();
      await ready();
    }
    async function kill() {
      assert.ok(!ended(), 'it still ran');
      child.kill('SIGKILL');
      await exit;
    }
    async function end(patience) {
      if (!child) return 0;
      if (!ended()) child.kill('SIGTERM');
      if (patience !== undefined) {
        await Promise.race([exit, sleep(patience)]);
        if (!ended()) child.kill('SIGKILL');
      }
      const [code] = await exit;
      return code;
    }
    return { bind, begin, ready, start, kill, end, ended };
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

  async function remove() {
    await log.close();
    if (process.env.VAKPLEIN_TEST_LOG) process.stderr.write(await logged());
    await rm(dir, { recursive: true, force: true });
  }

  const user = (name, ...more) => run(['user', 'create', name, '--email', `${name}@example.org`, '--password-stdin', ...more], `${password}\n`);
  const token = async (name) => (await run(['user', 'token', name])).trim().split('\n').at(-1);
  const group = (name, title, owner) => run(['group', 'create', name, '--title', title, '--class', 'openbaar', '--owner', owner]);
  return { base: `http://${domain}`, dir, env, logged, serve, run, remove, user, token, group };
}

/** Starts an instance as one process at the address `bind`, with what `install` and `serve` give; `stop` ends and removes it. */
export async function startServer({ domain, bind, settings = {} }) {
  const instance = await install({ domain, settings });
  const server = instance.serve(bind);
  async function stop() {
    const code = await server.end();
    await instance.remove();
    return code;
  }
  try {
    await server.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...instance, ...server, stop };
}

/** The JSON API of the instance at `base` for the holder of a token. */
export function apiOf(base, token) {
  async function call(method, path, body) {
    const { status, headers, text } = await exchange(new URL(`/api/v1${path}`, base), {
      method, body: body && JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
    });
    return { status, headers, location: headers.get('location'), json: /^[{[]/.test(text) ? JSON.parse(text) : null, text };
  }
  /** Like `call`, but demands success and gives the body. */
  async function ask(method, path, body) {
    const answer = await call(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }
  return { call, ask };
}
