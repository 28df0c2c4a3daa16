// A new release is put beside the old one, on either database: `vakplein migrate` runs while a server goes on, a server goes on with the tables of
// a later release, and the tables of an earlier one are brought up to date.
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { emptyDatabase, skip, sql } from './postgres.mjs';
import { eventually } from './server.mjs';
import { startVakplein } from './vakplein.mjs';

let turns = 0;
/** Replies one after the other while `happen` happens; each must be taken. */
async function served(vakplein, happen) {
  const thread = await vakplein.post(`Tijdens het bijwerken ${(turns += 1)}`, 'Gewoon doorschrijven.');
  let goesOn = true;
  let written = 0;
  const writing = (async () => {
    while (goesOn) {
      const { status, text } = await vakplein.call('POST', `/threads/${thread.id}/replies`, { content: `Nummer ${(written += 1)}.` });
      assert.equal(status, 201, text);
      assert.equal((await vakplein.call('GET', `/threads/${thread.id}/replies`)).status, 200);
    }
  })();
  /** Until some more are written. */
  const someMore = (since = written) => Promise.race([writing, eventually('replies', () => written > since + 3)]);
  await someMore();
  await happen();
  await someMore();
  goesOn = false;
  await writing;
  assert.equal((await vakplein.replies(thread.id)).length, written);
}

async function upgrade(settings, change) {
  const vakplein = await startVakplein({ settings });
  const { server } = vakplein;
  try {
    await served(vakplein, async () => {
      for (let times = 0; times < 3; times += 1) assert.match(await server.run(['migrate']), /up to date/);
    });
    // What a later release may do under this one: a column, a table, an index, and its line in the history.
    await served(vakplein, async () => {
      await change(server, `
        ALTER TABLE posts ADD COLUMN later TEXT; ALTER TABLE people ADD COLUMN later_count INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE later (id TEXT PRIMARY KEY); CREATE INDEX posts_later ON posts (later);
        INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')`);
      assert.match(await server.run(['migrate']), /up to date/, 'the command line goes on, too');
      await server.user('later');
    });
    assert.equal(await server.end(), 0);
    await server.start();
    await served(vakplein, async () => { await server.user('nog_later'); });

    // The tables of the release before the last migration: the next start makes what is missing.
    assert.equal(await server.end(), 0);
    await change(server, `DROP TABLE group_index; DROP TABLE group_entries; DELETE FROM __diesel_schema_migrations WHERE version = '0005'`);
    await server.start();
    await served(vakplein, async () => {
      assert.match(await server.run(['migrate']), /up to date/);
    });
    await server.group('moestuin', 'De moestuin', 'anna');
    const found = await vakplein.ask('GET', '/search/groups?q=moestuin');
    assert.deepEqual(found.items.map((it) => it.name), ['moestuin'], 'what the migration brought works');
  } finally {
    await vakplein.stop();
  }
}

test('on SQLite a server goes on beside a later release, and an earlier database is brought up to date', { timeout: 120_000 }, () => upgrade({}, async (server, statements) => {
  const database = new DatabaseSync(`${server.dir}/vakplein.db`);
  database.exec(`PRAGMA busy_timeout = 10000; ${statements}`);
  database.close();
}));

test('on PostgreSQL a server goes on beside a later release, and an earlier database is brought up to date', { timeout: 120_000, skip }, async () => {
  const url = await emptyDatabase('upgrade');
  await upgrade({ VAKPLEIN_DATABASE__URL: url }, (_, statements) => sql(url, `BEGIN; ${statements}; COMMIT`));
});
