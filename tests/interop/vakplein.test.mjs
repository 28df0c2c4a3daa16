// Groups hosted by Vakplein, against four independent peers: one that knows both signature schemes, one draft-cavage only, one RFC 9421
// only, and one that calls itself Mastodon.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseNodeInfo } from '@fedify/fedify';
import { Accept, Announce, Article, Collection, Create, Group, Note, OrderedCollection, Page, Person, Reject } from '@fedify/vocab';
import { validatePublicUrl } from '@fedify/vocab-runtime';
import { announces as announcesIn, AS, now, wraps as wrapsIn, writing } from './activities.mjs';
import { DRAFT, PUBLIC, RFC9421, startPeer } from './peer.mjs';
import { eventually } from './server.mjs';
import { base, host, startVakplein } from './vakplein.mjs';

const tuin = `${base}/g/tuin`;
const { follow, object, activity, about } = writing(tuin, `@tuin@${host}`);
const announces = (id) => announcesIn(tuin, id);
const wraps = (type, id) => wrapsIn(tuin, type, id);
let vakplein, open, draft, modern, elsewhere, fenna, oscar, group;

before(async () => {
  vakplein = await startVakplein();
  group = { id: vakplein.group, inbox: `${vakplein.group}/inbox` };
  open = await startPeer({ host: 'fedify.test', address: '127.0.0.22', people: ['fenna', 'oscar', 'thea'] });
  draft = await startPeer({ host: 'draft.test', address: '127.0.0.23', accepts: [DRAFT], signedFetch: true, people: ['dirk', 'dora'] });
  modern = await startPeer({ host: 'rfc9421.test', address: '127.0.0.24', accepts: [RFC9421], software: 'lemmy', people: ['roos'] });
  elsewhere = await startPeer({ host: 'elsewhere.test', address: '127.0.0.25', software: 'mastodon', people: ['marit'] });
  fenna = open.actor('fenna');
  oscar = open.actor('oscar');
});
after(async () => {
  await Promise.all([open, draft, modern, elsewhere].map((peer) => peer?.close()));
  if (vakplein) assert.equal(await vakplein.stop(), 0, 'vakplein ends with 0 after SIGTERM');
});

async function accepted(by, json, options) {
  const answer = await by.post(group.inbox, json, options);
  assert.ok([200, 202].includes(answer.status), `${json.type}: ${answer.status} ${answer.text}`);
}

async function join(peer, by, spec) {
  const request = follow(peer, by);
  await accepted(by, request, { spec });
  const entry = await peer.expect('Accept', (it) => it.type === 'Accept' && (it.object === request.id || it.object?.id === request.id));
  return { request, entry };
}

describe('discovery', () => {
  for (const [kind, name, type] of [['g', 'tuin', Group], ['u', 'anna', Person]]) {
    test(`WebFinger finds @${name} and its actor is a well-formed ${type.name}`, async () => {
      const found = await fetch(`${base}/.well-known/webfinger?resource=acct:${name}@${host}`);
      assert.equal(found.status, 200);
      assert.match(found.headers.get('content-type'), /^application\/jrd\+json/);
      const jrd = await found.json();
      assert.equal(jrd.subject, `acct:${name}@${host}`);
      const self = jrd.links.find((link) => link.rel === 'self' && link.type === 'application/activity+json');
      assert.equal(self.href, `${base}/${kind}/${name}`);

      const actor = await fenna.lookUp(self.href);
      assert.ok(actor instanceof type);
      assert.equal(actor.id.href, self.href);
      assert.equal(actor.preferredUsername.toString(), name);
      assert.ok(actor.inboxId && actor.outboxId && actor.followersId && actor.endpoints.sharedInbox);
      assert.ok((await actor.getPublicKey()).publicKey, 'an RSA key');
      const multikeys = await Array.fromAsync(actor.getAssertionMethods());
      assert.ok(multikeys.some((key) => key.publicKey.algorithm.name === 'Ed25519'), 'an Ed25519 Multikey (FEP-521a)');
    });
  }

  test('an actor is served to requests signed by either scheme and to unsigned ones', async () => {
    for (const spec of [DRAFT, RFC9421, null]) {
      const answer = await fenna.get(group.id, { spec });
      assert.equal(answer.status, 200, `scheme ${spec}`);
      assert.match(answer.type, /^application\/activity\+json/);
    }
    const page = await fenna.get(group.id, { spec: null, accept: 'text/html' });
    assert.match(page.type, /^text\/html/);
  });

  test('unknown names are 404', async () => {
    assert.equal((await fetch(`${base}/.well-known/webfinger?resource=acct:nobody@${host}`)).status, 404);
    assert.equal((await fenna.get(`${base}/g/nobody`)).status, 404);
  });

  test('NodeInfo is found and read as strictly as the library reads it', async () => {
    // The library's getNodeInfo asks no loopback address, and takes no option that lets it. Where its rule says no, its parser still reads.
    await assert.rejects(validatePublicUrl(base), 'once this may be asked, getNodeInfo can do all of this');
    const { links } = await (await fetch(`${base}/.well-known/nodeinfo`)).json();
    for (const version of ['2.0', '2.1']) {
      const link = links.find((it) => it.rel === `http://nodeinfo.diaspora.software/ns/schema/${version}`);
      const answer = await fetch(link.href, { headers: { accept: 'application/json' } });
      assert.match(answer.headers.get('content-type'), new RegExp(`^application/json; profile="http://nodeinfo.diaspora.software/ns/schema/${version}#"`));
      const document = await answer.json();
      assert.equal(document.version, version);
      const info = parseNodeInfo(document);
      assert.ok(info, 'nothing in it breaks the schema');
      assert.equal(info.software.name, 'vakplein');
      assert.match(info.software.version, /^\d+\.\d+\.\d+/);
      assert.deepEqual(info.protocols, ['activitypub']);
      assert.ok(info.usage.users.total >= 1);
    }
  });
});

describe('a peer takes part in a group', () => {
  test('a Follow is accepted, signed in the scheme that the peer knows', async () => {
    for (const [peer, by, spec] of [[open, fenna, DRAFT], [draft, draft.actor('dirk'), DRAFT], [modern, modern.actor(), RFC9421], [elsewhere, elsewhere.actor(), DRAFT]]) {
      const { entry } = await join(peer, by, spec);
      assert.equal(entry.http.verified, true);
      assert.equal(entry.proof, true, 'the Accept carries a FEP-8b32 proof that holds');
      assert.equal(entry.activity.actor, group.id);
      assert.ok(await by.read(entry.activity, Accept) instanceof Accept);
    }
    assert.ok(draft.received.some((it) => it.http.scheme === DRAFT && it.http.verified));
    assert.ok(modern.received.some((it) => it.http.scheme === RFC9421 && it.http.verified));
  });

  test('what a peer serves to signed requests only is fetched with a signature that holds', async () => {
    assert.ok(draft.fetches.some((it) => it.path === '/users/dirk') || draft.fetches.some((it) => it.http.verified));
    const dora = draft.actor('dora');
    await join(draft, dora, DRAFT);
    assert.ok(draft.fetches.some((it) => it.path === '/users/dora' && it.http.verified));
  });

  for (const [type, spec] of [['Page', DRAFT], ['Article', RFC9421], ['Note', RFC9421]]) {
    test(`a new topic as Create{${type}} appears and is announced back`, async () => {
      const title = type === 'Note' ? undefined : `Een ${type}`;
      const topic = object(open, fenna, type, { name: title, content: `<p>Wie heeft er <b>${type}</b>-zaad?</p><script>alert(1)</script>` });
      const create = about(open, fenna, 'Create', topic);
      await accepted(fenna, create, { spec });
      const shown = await vakplein.topic(topic.id);
      if (title) assert.equal(shown.title, title);
      else assert.ok(shown.title.length > 0, 'a Note gets a title');
      assert.ok(!JSON.stringify(await vakplein.thread(shown.id)).includes('<script'), 'HTML is made safe');

      const entry = await open.expect(`Announce of the Create{${type}}`, announces(create.id));
      assert.equal(entry.http.verified, true);
      assert.equal(entry.proof, true);
      assert.ok(await oscar.read(entry.activity, Announce) instanceof Announce);
      assert.equal(entry.activity.object.object.content, topic.content, 'the inner activity is what was sent');
      await modern.expect('the threadiverse form', announces(create.id));
      await elsewhere.expect('the microblog form', announces(topic.id));
      assert.ok(!elsewhere.received.some((it) => announces(create.id)(it.activity)), 'microblogs get the object only');
    });
  }

  test('a delivery by the library itself, with its proofs, is taken', async () => {
    const topic = object(open, fenna, 'Page', { name: 'Via de bibliotheek', content: '<p>Dag</p>' });
    await fenna.deliver(group, about(open, fenna, 'Create', topic));
    assert.equal((await vakplein.topic(topic.id)).title, 'Via de bibliotheek');
  });

  test('the same activity twice is applied once', async () => {
    const topic = object(open, fenna, 'Page', { name: 'Eén keer', content: '<p>Dag</p>' });
    const create = about(open, fenna, 'Create', topic);
    await accepted(fenna, create);
    await vakplein.topic(topic.id);
    assert.equal((await fenna.post(group.inbox, create, { spec: RFC9421 })).status, 200);
    assert.equal((await vakplein.threads()).filter((it) => it.activityPubId === topic.id).length, 1);
  });

  test('reply, like, edit and delete of a peer reach the thread and are announced', async () => {
    const local = await vakplein.post('Compost', 'Wie weet raad met **compost**?');
    const topicId = local.activityPubId;

    // As a microblog replies: no audience, no mention of the group.
    const reply = object(open, fenna, 'Note', { inReplyTo: topicId, content: '<p>Keren, elke week.</p>', to: [PUBLIC], cc: [vakplein.anna], tag: [], audience: undefined });
    const create = about(open, fenna, 'Create', reply);
    await accepted(fenna, create);
    const shown = await vakplein.answer(local.id, reply.id);
    assert.match(JSON.stringify(shown), /Keren, elke week/);
    await open.expect('Announce of the reply', announces(create.id));

    const like = activity(open, fenna, 'Like', topicId);
    await accepted(fenna, like);
    await eventually('the like', async () => JSON.stringify(await vakplein.thread(local.id)).match(/"likeCount":\s*1/));
    await open.expect('Announce of the Like', announces(like.id));
    const undo = activity(open, fenna, 'Undo', like);
    await accepted(fenna, undo);
    await eventually('no like', async () => JSON.stringify(await vakplein.thread(local.id)).match(/"likeCount":\s*0/));
    await open.expect('Announce of the Undo', announces(undo.id));

    const newer = open.publish({ ...reply, content: '<p>Keren, elke maand.</p>', updated: now() });
    const update = about(open, fenna, 'Update', newer);
    await accepted(fenna, update);
    await eventually('the edit', async () => /elke maand/.test(JSON.stringify(await vakplein.replies(local.id))));
    await open.expect('Announce of the Update', announces(update.id));
    const older = { ...reply, content: '<p>Nooit keren.</p>', updated: new Date(Date.now() - 60_000).toISOString() };
    await accepted(fenna, about(open, fenna, 'Update', older));

    const stranger = activity(open, oscar, 'Delete', reply.id);
    await oscar.post(group.inbox, stranger);
    await sleep(1500);
    assert.match(JSON.stringify(await vakplein.replies(local.id)), /elke maand/, 'neither an older edit nor the Delete of somebody else counts');

    open.unpublish(reply.id);
    const gone = activity(open, fenna, 'Delete', { id: reply.id, type: 'Tombstone' });
    await accepted(fenna, gone);
    await eventually('the deletion', async () => !/elke maand/.test(JSON.stringify(await vakplein.replies(local.id))));
    await open.expect('Announce of the Delete', announces(gone.id));
  });
});

describe('what members here do reaches the peers', () => {
  test('a post by the API is announced to all, and the post and its proof stand up to reading', async () => {
    const seen = Object.fromEntries([open, draft, modern, elsewhere].map((peer) => [peer.host, peer.received.length]));
    const local = await vakplein.post('Stekken', 'Wanneer neem je **stekken**?');
    const isCreate = (it) => it.type === 'Announce' && it.object?.type === 'Create' && it.object.object?.id === local.activityPubId;
    for (const [peer, scheme] of [[open, null], [draft, DRAFT], [modern, RFC9421]]) {
      const entry = await peer.expect('Announce{Create}', isCreate, { since: seen[peer.host] });
      assert.equal(entry.http.verified, true);
      assert.equal(entry.proof, true);
      if (scheme) assert.equal(entry.http.scheme, scheme);
    }
    await elsewhere.expect('Announce of the object', announces(local.activityPubId), { since: seen[elsewhere.host] });
    const { activity: announce } = await open.expect('Announce{Create}', isCreate);
    assert.equal(await fenna.proofHolds({ '@context': announce['@context'], ...announce.object }, Create), true, 'the inner Create carries its own proof');

    const { status, json } = await fenna.get(local.activityPubId);
    assert.equal(status, 200);
    const read = await fenna.read(json);
    assert.ok([Page, Note, Article].some((Class) => read instanceof Class), json.type);
    assert.equal(read.attributionId.href, vakplein.anna);
    assert.match(read.content.toString(), /<strong>stekken<\/strong>/);
    assert.ok(json.tag.some((it) => it.type === 'Mention' && it.href === group.id), 'the group is mentioned');
    assert.equal(await fenna.proofHolds(json, read.constructor), true, 'the object carries its own proof');
    await vakplein.reply(local.id, 'In mei.');
    const context = await fenna.get(json.context);
    assert.equal(context.json.type, 'OrderedCollection', 'FEP-f228: a thread is in order');
    const thread = await fenna.read(context.json, OrderedCollection);
    const posts = await Array.fromAsync(thread.itemIds ?? [], (id) => id.href);
    assert.deepEqual([thread.totalItems, thread.attributionId.href, posts[0]], [2, group.id, local.activityPubId]);
    const replies = await fenna.get(json.replies);
    assert.equal(replies.json.type, 'Collection', 'as Mastodon serves and reads it; an OrderedCollection would have to be newest first');
    const answers = await fenna.read(replies.json, Collection);
    assert.ok(!(answers instanceof OrderedCollection));
    assert.deepEqual([answers.totalItems, replies.json.items], [1, posts.slice(1)]);
    assert.equal((await fenna.get(announce.id)).status, 200, 'the id of an activity answers');
  });

  test('reply, edit and deletion are announced, and what was deleted is a tombstone', async () => {
    const local = await vakplein.post('Snoeien', 'Hoe diep?');
    const reply = await vakplein.reply(local.id, 'Tot op het **oog**.');
    await open.expect('Announce{Create} of the reply', wraps('Create', reply.activityPubId));
    const { json } = await fenna.get(reply.activityPubId);
    assert.equal(json.inReplyTo, local.activityPubId);
    assert.ok(json.tag.some((it) => it.type === 'Mention' && it.href === group.id), 'replies mention the group as well');

    await vakplein.edit(local.id, { content: 'Hoe diep snoei je?' });
    const { activity: update } = await open.expect('Announce{Update}', wraps('Update', local.activityPubId));
    assert.match(update.object.object.content, /Hoe diep snoei je/);
    assert.ok(update.object.object.updated);

    await vakplein.remove(local.id);
    await open.expect('Announce{Delete}', wraps('Delete', local.activityPubId));
    const gone = await fenna.get(local.activityPubId);
    assert.ok(gone.status === 410 || gone.json?.type === 'Tombstone', `${gone.status}`);
  });

  test('who leaves gets nothing more', async () => {
    const roos = modern.actor();
    const { request } = await join(modern, roos, RFC9421);
    await accepted(roos, { '@context': AS, id: modern.id('activities'), type: 'Undo', actor: roos.id, object: request, to: [group.id] }, { spec: RFC9421 });
    // The order per peer is kept: what fenna gets after this was sent after the Undo was taken.
    await sleep(1500);
    const seen = modern.received.length;
    const local = await vakplein.post('Na het afscheid', 'Nog iemand?');
    await open.expect('Announce', (it) => it.object?.object?.id === local.activityPubId);
    await sleep(1500);
    assert.equal(modern.received.length, seen);
  });
});

describe('what staff here does reaches the peers, and its undoing', () => {
  /** What the peers got after this moment. */
  const from = () => Object.fromEntries([open, draft, elsewhere].map((peer) => [peer.host, peer.received.length]));
  const got = (peer, what, test, since, options) => peer.expect(what, test, { since: since[peer.host], ...options });

  test('lock, pin and like', async () => {
    const { id, activityPubId } = await vakplein.post('Orde', 'Een topic om mee te schuiven.');
    for (const [what, type, undo, more] of [
      ['threads', 'lock', 'Undo', 'Lock'], ['threads', 'pin', 'Remove', 'Add'], ['posts', 'reactions/like', 'Undo', 'Like'],
    ]) {
      const since = from();
      // Lemmy's Lock isn't in the library's vocabulary, so it answers 400 to whatever has one in it: only the signature can be checked.
      const options = { refused: type === 'lock' };
      await vakplein.ask('PUT', `/${what}/${id}/${type}`);
      const { activity: done, http } = await got(open, `Announce{${more}}`, wraps(more, activityPubId), since, options);
      assert.equal(http.verified, true);
      await vakplein.ask('DELETE', `/${what}/${id}/${type}`);
      const isUndo = (it) => it.type === 'Announce' && it.object?.type === undo;
      const { activity: undone } = await got(open, `Announce of its undoing: ${type}`, isUndo, since, options);
      if (undo === 'Undo') assert.equal(undone.object.object.id, done.object.id, 'what is undone is named by its id');
      else assert.deepEqual([undone.object.object, undone.object.target], [done.object.object, `${tuin}/featured`]);
      await got(draft, 'the same at another peer', isUndo, since, options);
    }
  });

  test('a removal, and its undoing, in the form that each software understands', async () => {
    let since = from();
    const local = await vakplein.post('Weg ermee', 'Dit staat hier niet goed.');
    const { activity: boost } = await got(elsewhere, 'the announce of the object', announces(local.activityPubId), since);
    since = from();
    await vakplein.ask('PUT', `/posts/${local.id}/removal`, { reason: 'Hoort hier niet' });
    const { activity: removal } = await got(open, 'Announce{Delete}', wraps('Delete', local.activityPubId), since);
    assert.equal(removal.object.summary, 'Hoort hier niet', 'which tells Lemmy that it was a moderator');
    const { activity: unboost } = await got(elsewhere, 'Undo{Announce}', (it) => it.type === 'Undo', since);
    assert.equal(unboost.object.id, boost.id);
    assert.equal((await fenna.get(local.activityPubId)).status, 404);
    since = from();
    await vakplein.ask('DELETE', `/posts/${local.id}/removal`);
    const { activity: restored } = await got(open, 'Announce{Undo{Delete}}', (it) => it.object?.object?.id === removal.object.id, since);
    assert.equal(restored.object.type, 'Undo');
    const { activity: again } = await got(elsewhere, 'a new announce', announces(local.activityPubId), since);
    assert.notEqual(again.id, boost.id, 'Mastodon keeps to an id once undone');
    assert.equal((await fenna.get(local.activityPubId)).status, 200);
  });

  test('a ban shuts out, and lifting it is told', async () => {
    const since = from();
    const who = `oscar@${open.host}`;
    await join(open, oscar, DRAFT);
    await vakplein.ask('PUT', `/groups/tuin/bans/${who}`, { reason: 'Reclame' });
    const { activity: ban } = await got(open, 'Announce{Block}', wraps('Block', oscar.id), since);
    assert.deepEqual([ban.object.target, ban.object.summary], [tuin, 'Reclame']);
    const shut = object(open, oscar, 'Page', { name: 'Toch', content: '<p>Toch</p>' });
    await accepted(oscar, about(open, oscar, 'Create', shut));
    await sleep(1000);
    await vakplein.noTopic(shut.id);
    await vakplein.ask('DELETE', `/groups/tuin/bans/${who}`);
    const { activity: lifted } = await got(open, 'Announce{Undo{Block}}', (it) => it.object?.type === 'Undo' && it.object.object?.type === 'Block', since);
    assert.equal(lifted.object.object.id, ban.object.id);
  });

  test('who has to wait gets no answer until staff gives one: Accept, or Reject with the Follow as it came', async () => {
    await vakplein.ask('POST', '/groups', { name: 'kas', title: 'De kas', mission: 'Onder glas', class: 'openbaar', joining: 'approval' });
    const kas = `${base}/g/kas`;
    const [dirk, dora] = [draft.actor('dirk'), draft.actor('dora')];
    const asks = [dirk, dora].map((by) => ({ ...follow(draft, by, kas), 'x-kept': { as: ['it', 'came'] } }));
    for (const [number, by] of [dirk, dora].entries()) assert.equal((await by.post(`${kas}/inbox`, asks[number])).status, 202);
    const waiting = async () => (await vakplein.ask('GET', '/groups/kas/members?state=pending')).items;
    await eventually('both wait', async () => (await waiting()).length === 2);
    assert.ok(!draft.received.some((it) => it.activity.actor === kas), 'no answer yet');
    await vakplein.ask('DELETE', `/groups/kas/memberships/dirk@${draft.host}`);
    await vakplein.ask('PATCH', `/groups/kas/memberships/dora@${draft.host}`, { state: 'accepted' });
    for (const [type, Class, ask, by] of [['Reject', Reject, asks[0], dirk], ['Accept', Accept, asks[1], dora]]) {
      const entry = await draft.expect(type, (it) => it.type === type && it.actor === kas);
      assert.deepEqual([entry.http.scheme, entry.http.verified, entry.proof, entry.path], [DRAFT, true, true, new URL(`${by.id}/inbox`).pathname]);
      assert.ok(await dirk.read(entry.activity, Class) instanceof Class);
      assert.deepEqual(entry.activity.object, ask);
    }
    const seen = draft.received.length;
    const local = await vakplein.in('kas').post('Onder glas', 'Tomaten.');
    await draft.expect('what the one who was admitted gets', (it) => it.object?.object?.id === local.activityPubId, { since: seen });
    assert.equal(draft.received.slice(seen).filter((it) => it.path.startsWith('/users/dirk')).length, 0);
  });

  test('somebody who is followed accepts, and an Undo ends it', async () => {
    const ask = follow(open, oscar, vakplein.anna);
    assert.equal((await oscar.post(`${vakplein.anna}/inbox`, ask)).status, 202);
    const entry = await open.expect('Accept by the person', (it) => it.type === 'Accept' && it.actor === vakplein.anna);
    assert.deepEqual([entry.activity.object, entry.proof], [ask, true]);
    const followers = async () => (await fenna.get(`${vakplein.anna}/followers`)).json.totalItems;
    assert.equal(await followers(), 1);
    await oscar.post(`${vakplein.anna}/inbox`, { '@context': AS, id: open.id('activities'), type: 'Undo', actor: oscar.id, object: ask, to: [vakplein.anna] });
    await eventually('nobody follows any more', async () => (await followers()) === 0);
  });

  test('a changed profile and a changed group are told', async () => {
    const since = from();
    await vakplein.ask('PATCH', '/me', { displayName: 'Anna uit de tuin' });
    const { activity: update } = await got(open, 'Update{Person}', (it) => it.type === 'Update' && it.object.id === vakplein.anna, since);
    assert.equal((await fenna.read({ '@context': update['@context'], ...update.object }, Person)).name.toString(), 'Anna uit de tuin');
    await vakplein.ask('PATCH', '/groups/tuin', { title: 'De grote tuin' });
    const { activity: announced } = await got(open, 'Announce{Update{Group}}', wraps('Update', tuin), since);
    assert.deepEqual([announced.object.actor, announced.object.object.name], [vakplein.anna, 'De grote tuin']);
    const { activity: own } = await got(elsewhere, 'Update{Group} by the group', (it) => it.type === 'Update' && it.object.id === tuin, since);
    assert.deepEqual([own.actor, own.object.name], [tuin, 'De grote tuin']);
  });

  test('a peer changes a profile, reports, and deletes an account', async () => {
    const thea = open.actor('thea');
    await join(open, thea, DRAFT);
    const local = await vakplein.post('Bezoek', 'Wie komt er kijken?');
    const reply = object(open, thea, 'Note', { inReplyTo: local.activityPubId, content: '<p>Ik niet.</p>' });
    await accepted(thea, about(open, thea, 'Create', reply));
    await vakplein.answer(local.id, reply.id);

    const { json: person } = await fenna.get(thea.id);
    const renamed = open.publish({ ...person, name: 'Thea Nieuw' });
    await accepted(thea, { '@context': person['@context'], id: open.id('activities'), type: 'Update', actor: thea.id, object: renamed, to: [PUBLIC] });
    const shown = () => vakplein.ask('GET', `/people/thea@${open.host}`);
    await eventually('the new name', async () => (await shown()).displayName === 'Thea Nieuw');

    await accepted(oscar, { '@context': AS, id: open.id('flags'), type: 'Flag', actor: oscar.id, object: [vakplein.anna, local.activityPubId], content: 'Klinkt als reclame', to: [tuin] });
    const report = await eventually('the report', async () => (await vakplein.ask('GET', '/groups/tuin/reports')).items.find((it) => it.postId === local.id));
    assert.match(JSON.stringify(await vakplein.ask('GET', `/reports/${report.id}`)), /Klinkt als reclame/);

    // Nobody else deletes her; she herself does, and what she wrote goes.
    const gone = (by) => ({ '@context': AS, id: open.id('activities'), type: 'Delete', actor: by.id, object: thea.id, to: [PUBLIC] });
    await oscar.post(`${base}/inbox`, gone(oscar));
    await sleep(1000);
    assert.match(JSON.stringify(await vakplein.replies(local.id)), /Ik niet/);
    open.unpublish(thea.id);
    assert.ok([200, 202].includes((await thea.post(`${base}/inbox`, gone(thea))).status));
    await eventually('what she wrote is gone', async () => !/Ik niet/.test(JSON.stringify(await vakplein.replies(local.id))));
  });

  test('all that the peers ever got was signed in a scheme that they know, and carried a proof that holds', () => {
    for (const [peer, schemes] of [[open, [DRAFT, RFC9421]], [draft, [DRAFT]], [modern, [RFC9421]], [elsewhere, [DRAFT, RFC9421]]]) {
      const taken = peer.received.filter((it) => it.status < 300);
      assert.ok(taken.length > 5, peer.host);
      for (const { activity: it, http, proof } of taken) {
        assert.deepEqual([http.verified, schemes.includes(http.scheme), proof], [true, true, true], `${peer.host}: ${it.type} ${it.id}`);
        assert.equal(new URL(http.keyId).href.split('#')[0], it.actor, 'the key is the actor\'s');
      }
    }
    const refused = modern.received.filter((it) => it.status === 401);
    assert.ok(refused.length <= 2, `one knock in the other scheme, not ${refused.length}: what was learned is remembered`);
  });
});

describe('refusals', () => {
  const fresh = () => about(open, fenna, 'Create', object(open, fenna, 'Page', { name: 'Mag niet', content: '<p>Mag niet</p>' }));

  for (const spec of [DRAFT, RFC9421]) {
    for (const [what, by, options] of [
      ['a body swapped after signing', 'fenna', { swap: (body) => body.replaceAll('Mag niet', 'Verwisseld') }],
      ['an actor other than the key\'s owner', 'oscar', {}],
      ['the key id of another', 'oscar', { key: 'http://fedify.test/users/fenna#main-key' }],
      ['a date of three days ago', 'fenna', { at: new Date(Date.now() - 72 * 3600_000) }],
      ['a date of tomorrow', 'fenna', { at: new Date(Date.now() + 24 * 3600_000) }],
    ]) {
      test(`${spec}: ${what} is 401`, async () => {
        const create = fresh();
        assert.equal((await open.actor(by).post(group.inbox, create, { spec, ...options })).status, 401);
        await vakplein.noTopic(create.object.id);
      });
    }
  }

  test('no signature is 401, and no JSON is 400', async () => {
    const headers = { 'content-type': 'application/activity+json' };
    const post = (body) => fetch(`${base}/inbox`, { method: 'POST', headers, body });
    assert.equal((await post(JSON.stringify(fresh()))).status, 401);
    assert.ok([400, 401].includes((await post('{')).status));
  });

  test('an object of another origin in a Create is not shown', async () => {
    const stolen = object(elsewhere, elsewhere.actor(), 'Page', { name: 'Gestolen', content: '<p>Gestolen</p>' });
    const { '@context': _, ...inner } = stolen;
    await fenna.post(group.inbox, activity(open, fenna, 'Create', { ...inner, name: 'Vervalst', attributedTo: fenna.id }));
    await sleep(1500);
    await vakplein.noTopic(stolen.id);
  });

  test('an unknown type is taken and does nothing', async () => {
    assert.equal((await fenna.post(group.inbox, activity(open, fenna, 'View', group.id))).status, 202);
  });
});
