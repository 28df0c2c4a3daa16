// The private PostgreSQL of these tests: a cluster that `.ci/postgres.sh` started. Each test has a database of its own there.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const url = process.env.VAKPLEIN_TEST_POSTGRES;
const script = fileURLToPath(new URL('../../.ci/postgres.sh', import.meta.url));

/** For tests that need it: left out only when somebody says so. */
export const skip = url === 'none' && 'without PostgreSQL (VAKPLEIN_TEST_POSTGRES=none)';

/** Runs SQL in the database at `where` and gives what it answers, a line per row. */
export async function sql(where, statement) {
  const { stdout } = await run('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', where, '-c', statement]);
  return stdout.trim();
}

/** Makes an empty database and gives its URL. */
export async function emptyDatabase(name) {
  assert.ok(url, 'VAKPLEIN_TEST_POSTGRES must be the URL that `.ci/postgres.sh start DIR` printed, or `none`');
  const own = `${name}_${process.pid}`;
  await sql(url, `CREATE DATABASE ${own}`);
  const found = new URL(url);
  found.pathname = `/${own}`;
  return found.href;
}

/** Ends the cluster as a crash does, or starts it again on what it left. */
export const cluster = (word) => {
  const dir = process.env.VAKPLEIN_TEST_POSTGRES_DIR;
  assert.ok(dir, 'VAKPLEIN_TEST_POSTGRES_DIR must be the folder that `.ci/postgres.sh start` was given');
  return run(script, [word, dir]);
};
