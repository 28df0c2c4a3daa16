// The peer against a second one: shows that what the other tests rely on holds, before Vakplein comes in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Follow, Note, Person } from '@fedify/vocab';
import { DRAFT, PUBLIC, RFC9421, startPeer } from './peer.mjs';

let open, draft, modern;
before(async () => {
  open = await startPeer({ host: 'fedify.test', address: '127.0.0.22', people: ['fenna', 'oscar'] });
  draft = await startPeer({ host: 'draft.test', address: '127.0.0.23', accepts: [DRAFT], signedFetch: true, people: ['dirk', 'dora'] });
  modern = await startPeer({ host: 'rfc9421.test', address: '127.0.0.24', accepts: [RFC9421], people: ['roos'] });
});
after(() => Promise.all([open, draft, modern].map((peer) => peer?.close())));

const follow = (by, object) => ({
  '@context': 'https://www.w3.org/ns/activitystreams', id: open.id('follows'), type: 'Follow', actor: by.id, object, to: [object],
});

test('a peer serves an actor that another peer reads', async () => {
  const found = await draft.actor().lookUp(open.actor().id);
  assert.ok(found instanceof Person);
  assert.equal(found.id.href, open.actor().id);
  const { json } = await draft.actor().get(open.actor().id);
  assert.equal(json.assertionMethod.length, 2);
  assert.match(json.publicKey.publicKeyPem, /BEGIN PUBLIC KEY/);
});

for (const spec of [DRAFT, RFC9421]) {
  test(`a request signed by ${spec} is verified, and one changed afterwards is not`, async () => {
    const me = open.actor();
    const target = spec === DRAFT ? draft : modern;
    const inbox = `${target.actor().id}/inbox`;
    const activity = follow(me, target.actor().id);
    assert.equal((await me.post(inbox, activity, { spec })).status, 202);
    const entry = await target.expect('the Follow', (it) => it.id === activity.id);
    assert.deepEqual([entry.http.scheme, entry.http.verified, entry.applied], [spec, true, true]);

    const other = follow(me, target.actor().id);
    assert.equal((await me.post(inbox, other, { spec, swap: (body) => body.replace('Follow', 'Block') })).status, 401);
    assert.equal((await me.post(inbox, other, { spec, at: new Date(Date.now() - 3 * 3600_000) })).status, 401);
    assert.equal((await me.post(inbox, other, { spec, key: `${open.actor('oscar').id}#main-key` })).status, 401);
    assert.equal((await me.post(inbox, other, { spec: spec === DRAFT ? RFC9421 : DRAFT })).status, 401);
    assert.ok(!target.received.some((it) => it.activity.id === other.id && it.applied));
  });
}

test('delivery by the library knocks twice where the first scheme is refused, and its proofs hold', async () => {
  for (const target of [draft, modern]) {
    const activity = follow(open.actor(), target.actor().id);
    await open.actor().deliver({ id: target.actor().id, inbox: `${target.actor().id}/inbox` }, activity);
    const entry = await target.expect('the Follow', (it) => it.id === activity.id);
    assert.equal(entry.http.verified, true);
    assert.equal(entry.proof, true);
  }
});

test('a proof covers the document, and a changed document fails it', async () => {
  const note = await open.actor().prove({
    '@context': 'https://www.w3.org/ns/activitystreams', id: open.id('notes'), type: 'Note', attributedTo: open.actor().id, content: '<p>Dag</p>', to: [PUBLIC],
  });
  assert.equal(await draft.actor().proofHolds(note, Note), true);
  assert.equal(await draft.actor().proofHolds({ ...note, content: '<p>Anders</p>' }, Note), false);
  const bare = follow(open.actor(), draft.actor().id);
  assert.equal(await draft.actor().proofHolds(bare, Follow), false);
});

test('a peer with signed fetches answers 401 to others', async () => {
  const url = draft.actor('dora').id;
  assert.equal((await open.actor().get(url, { spec: null })).status, 401);
  assert.equal((await open.actor().get(url, { spec: DRAFT })).status, 200);
  assert.equal((await open.actor().get(url, { spec: RFC9421 })).status, 200);
});
