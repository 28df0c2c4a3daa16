// A group hosted by an independent peer, with people of Vakplein in it: we ask to join, read, write, vote, report nothing as done before
// the host announced it, and leave. The host does by hand what FEP-1b12 asks of one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Create, Delete, Flag, Follow, Like, Page, Undo, Update } from '@fedify/vocab';
import { AS, bare, idOf, now, writing } from './activities.mjs';
import { DRAFT, PUBLIC, startPeer } from './peer.mjs';
import { eventually } from './server.mjs';
import { base, host as here, startVakplein } from './vakplein.mjs';

const host = 'fedify.test';
const name = `moestuin@${host}`;
const groupId = `http://${host}/users/moestuin`;
const { object, activity, about } = writing(groupId, `@${name}`);
let vakplein, garden, peer, draft, group, fenna, dora;

before(async () => {
  vakplein = await startVakplein();
  garden = vakplein.in(name);
  peer = await startPeer({ host, address: '127.0.0.22', software: 'lemmy', people: ['fenna'], groups: ['moestuin'] });
  draft = await startPeer({ host: 'draft.test', address: '127.0.0.23', accepts: [DRAFT], signedFetch: true, people: ['dirk', 'dora'] });
  group = peer.actor('moestuin');
  fenna = peer.actor('fenna');
  dora = draft.actor('dora');
});
after(async () => {
  await Promise.all([peer, draft].map((it) => it?.close()));
  if (vakplein) assert.equal(await vakplein.stop(), 0, 'vakplein ends with 0 after SIGTERM');
});

/** What anna's server sent to the host: signed by her, with a proof that holds, and well-formed. */
async function sent(Class, test, since = 0) {
  const entry = await peer.expect(`${Class.name} by anna`, (it) => it.type === Class.name && it.actor === vakplein.anna && test(it), { since });
  assert.deepEqual([entry.http.verified, entry.proof, entry.http.keyId.split('#')[0]], [true, true, vakplein.anna]);
  assert.ok(await fenna.read(entry.activity, Class) instanceof Class);
  return entry;
}

/** The group posts something to our shared inbox. */
async function post(json) {
  const answer = await group.post(`${base}/inbox`, json);
  assert.equal(answer.status, 202, `${json.type}: ${answer.text}`);
  return json;
}
const announce = (inner) => post({
  '@context': AS, id: peer.id('announces'), type: 'Announce', actor: group.id, object: inner, to: [PUBLIC], cc: [`${group.id}/followers`],
});
const answer = (type, ask, more) => post({ '@context': AS, id: peer.id('answers'), type, actor: group.id, object: ask, to: [idOf(ask.actor)], ...more });
const membership = async () => {
  const { role, pending } = await vakplein.ask('GET', `/groups/${name}`);
  return pending ? 'pending' : role;
};
const pending = async (id) => (await vakplein.ask('GET', `/posts/${id}`)).pending;
/** A topic by fenna, as the host announces it. */
async function topicOfFenna(title) {
  const topic = object(peer, fenna, 'Page', { name: title, content: `<p>${title}, zegt fenna.</p>` });
  await announce(about(peer, fenna, 'Create', topic));
  return { topic, shown: await garden.topic(topic.id) };
}

describe('joining', () => {
  const old = () => object(peer, fenna, 'Page', { name: 'Van voor die tijd', content: '<p>Oud</p>', published: new Date(Date.now() - 86400_000).toISOString() });

  test('the group is found by its handle and by its address', async () => {
    const topic = old();
    peer.publish({
      '@context': AS, id: `${group.id}/outbox`, type: 'OrderedCollection', totalItems: 1,
      orderedItems: [{ id: peer.id('announces'), type: 'Announce', actor: group.id, to: [PUBLIC], object: bare(about(peer, fenna, 'Create', topic)) }],
    });
    for (const uri of [`@${name}`, `!${name}`, group.id]) {
      const found = await vakplein.ask('GET', `/resolve?uri=${encodeURIComponent(uri)}`);
      assert.deepEqual([found.kind, found.name, found.activityPubId], ['group', name, group.id], uri);
    }
    assert.equal(await membership(), null);
  });

  test('a Follow that the host refuses makes no member', async () => {
    const joined = await vakplein.ask('POST', `/groups/${name}/memberships`, {});
    assert.equal(joined.state, 'pending');
    const { activity: ask, path } = await sent(Follow, (it) => it.object === group.id);
    assert.equal(path, '/users/moestuin/inbox');
    await sleep(500);
    assert.equal(await membership(), 'pending', 'until the host answers');
    await answer('Reject', ask);
    await eventually('no membership', async () => (await membership()) === null);
  });

  test('a Follow that the host accepts does, and what was there before is read', async () => {
    const since = peer.received.length;
    await vakplein.ask('POST', `/groups/${name}/memberships`, {});
    const { activity: ask } = await sent(Follow, (it) => it.object === group.id, since);
    await answer('Accept', ask);
    await eventually('the membership', async () => (await membership()) === 'member');
    const title = await eventually('what was in the outbox', async () => (await garden.threads())[0]?.title);
    assert.equal(title, 'Van voor die tijd');
  });
});

describe('our people write there', () => {
  test('a topic is in behandeling until the host announces it', async () => {
    const local = await garden.post('Slakken', 'Wat helpt tegen **slakken**?');
    assert.equal(local.pending, true);
    const { activity: create } = await sent(Create, (it) => it.object.id === local.activityPubId);
    const page = create.object;
    assert.deepEqual([page.type, page.name, page.audience, page.attributedTo], ['Page', 'Slakken', group.id, vakplein.anna]);
    assert.ok([...page.to, ...page.cc].includes(PUBLIC) && page.to.includes(group.id));
    assert.ok(page.tag.some((it) => it.type === 'Mention' && it.href === group.id && it.name === `@${name}`));
    const { json } = await fenna.get(local.activityPubId);
    assert.equal(await fenna.proofHolds(json, Page), true, 'the host can read it at its origin, with its proof');
    await sleep(500);
    assert.equal(await pending(local.id), true, 'delivered is not announced');
    await announce(create);
    await eventually('the confirmation', async () => !(await pending(local.id)));

    await garden.edit(local.id, { content: 'Wat helpt tegen **naaktslakken**?' });
    const { activity: update } = await sent(Update, (it) => it.object.id === local.activityPubId);
    assert.match(update.object.content, /<strong>naaktslakken<\/strong>/);
    assert.ok(update.object.updated > page.published);
    await announce(update);

    await garden.remove(local.id);
    const { activity: gone } = await sent(Delete, (it) => idOf(it.object) === local.activityPubId);
    assert.equal(gone.summary, undefined, 'an author gives no reason');
    await announce(gone);
    assert.equal((await fenna.get(local.activityPubId)).status, 410);
  });

  test('so is a reply', async () => {
    const { topic, shown } = await topicOfFenna('Aardbeien');
    const local = await garden.reply(shown.id, 'Met **stro** eronder.');
    assert.equal(local.pending, true);
    const { activity: create } = await sent(Create, (it) => it.object.id === local.activityPubId);
    assert.deepEqual([create.object.type, create.object.inReplyTo, create.object.audience], ['Note', topic.id, group.id]);
    assert.ok([...create.object.to, ...create.object.cc].includes(fenna.id), 'whom it answers');
    await announce(create);
    await eventually('the confirmation', async () => !(await pending(local.id)));
    await vakplein.ask('PATCH', `/posts/${local.id}`, { content: 'Met **vilt** eronder.' });
    const { activity: update } = await sent(Update, (it) => it.object.id === local.activityPubId);
    assert.match(update.object.content, /vilt/);
    await vakplein.ask('DELETE', `/posts/${local.id}`);
    await sent(Delete, (it) => idOf(it.object) === local.activityPubId);
  });

  test('what the host refuses is shown as refused, with its reason', async () => {
    const local = await garden.post('Reclame', 'Koop mijn zaden.');
    const { activity: create } = await sent(Create, (it) => it.object.id === local.activityPubId);
    await answer('Reject', create, { summary: 'Geen reclame' });
    const post = await eventually('the refusal', async () => {
      const found = await vakplein.ask('GET', `/posts/${local.id}`);
      return found.refusedReason && found;
    });
    assert.equal(post.refusedReason, 'Geen reclame');
    assert.equal((await fenna.get(local.activityPubId)).status, 404, 'what no host took is served to nobody');
  });

  test('a vote goes to the host, and so does taking it back', async () => {
    const { topic, shown } = await topicOfFenna('Tomaten');
    await vakplein.ask('PUT', `/posts/${shown.id}/reactions/like`);
    const { activity: like } = await sent(Like, (it) => it.object === topic.id);
    assert.ok(!('to' in like) && !('cc' in like), 'as Lemmy sends them');
    await vakplein.ask('DELETE', `/posts/${shown.id}/reactions/like`);
    const { activity: undo } = await sent(Undo, (it) => it.object?.type === 'Like');
    assert.equal(undo.object.id, like.id);
  });

  test('a report reaches the host', async () => {
    const { topic, shown } = await topicOfFenna('Pillen');
    await vakplein.ask('POST', '/reports', { postId: shown.id, category: 'spam', reason: 'Reclame voor pillen', forward: true });
    const { activity: flag } = await sent(Flag, (it) => [it.object].flat().includes(topic.id));
    assert.match(flag.content ?? flag.summary, /Reclame voor pillen/);
  });
});

describe('what the host announces', () => {
  test('a change and a deletion by the author', async () => {
    const { topic, shown } = await topicOfFenna('Bonen');
    const html = async () => (await vakplein.thread(shown.id)).html;
    const newer = peer.publish({ ...topic, content: '<p>Stambonen.</p>', updated: now() });
    await announce(about(peer, fenna, 'Update', newer));
    await eventually('the change', async () => /Stambonen/.test(await html()));
    await announce(about(peer, fenna, 'Update', { ...topic, content: '<p>Stokbonen.</p>', updated: new Date(Date.now() - 60_000).toISOString() }));
    peer.unpublish(topic.id);
    const marker = await topicOfFenna('Na de bonen');
    assert.match(await html(), /Stambonen/, 'an older version overwrites nothing');
    await announce(activity(peer, fenna, 'Delete', topic.id));
    await eventually('the deletion', async () => !(await garden.threads()).some((it) => it.id === shown.id));
    assert.ok((await garden.threads()).some((it) => it.id === marker.shown.id));
  });

  test('votes, locks and removals, and their undoing', async () => {
    const { topic, shown } = await topicOfFenna('Erwten');
    const seen = () => vakplein.ask('GET', `/threads/${shown.id}`);
    const undo = (it) => announce(activity(peer, fenna, 'Undo', bare(it)));
    const like = activity(peer, dora, 'Like', topic.id, { id: draft.id('likes') });
    await announce(like);
    await eventually('the vote', async () => (await seen()).likeCount === 1);
    await announce(activity(peer, dora, 'Undo', bare(like), { id: draft.id('undos') }));
    await eventually('no vote', async () => (await seen()).likeCount === 0);
    const lock = activity(peer, fenna, 'Lock', topic.id);
    // Who keeps order there is the host's to say.
    await announce(lock);
    await eventually('the lock', async () => (await seen()).locked);
    await undo(lock);
    await eventually('no lock', async () => !(await seen()).locked);
    const removal = activity(peer, fenna, 'Delete', topic.id, { summary: 'Dubbel' });
    await announce(removal);
    const state = async () => (await vakplein.call('GET', `/posts/${shown.id}`)).json;
    await eventually('the removal', async () => (await state()).state !== 'visible');
    await undo(removal);
    await eventually('the restoring', async () => (await state()).state === 'visible');
  });

  test('somebody of a third server is believed by their proof, and not without', async () => {
    const write = (title) => object(draft, dora, 'Page', { name: title, content: `<p>${title}</p>` });
    /** What the library sends to the host for her: with her proof. */
    async function sentToHost(topic) {
      await dora.deliver({ id: group.id, inbox: `${group.id}/inbox` }, about(draft, dora, 'Create', topic));
      const entry = await peer.expect('the Create of dora', (it) => it.type === 'Create' && it.object.id === topic.id);
      assert.equal(entry.proof, true);
      return entry.activity;
    }
    const [proven, forged] = [write('Met bewijs'), write('Vervalst')];
    const [first, second] = [await sentToHost(proven), await sentToHost(forged)];
    // Not to be had at its origin: the proof alone has to carry it.
    for (const one of [proven, forged]) draft.documents.delete(new URL(one.id).pathname);
    await announce(first);
    assert.equal((await garden.topic(proven.id)).author.handle, '@dora@draft.test');
    await announce(JSON.parse(JSON.stringify(second).replaceAll('Vervalst', 'Verdraaid')));
    // Served at its origin, it is read there, whatever the host says it is.
    const open = write('Bij de bron');
    await announce({ ...bare(about(draft, dora, 'Create', { ...open, content: '<p>Iets anders</p>' })) });
    const shown = await garden.topic(open.id);
    assert.match((await vakplein.thread(shown.id)).html, /Bij de bron/);
    await garden.noTopic(forged.id);
  });
});

describe('following a person, and leaving', () => {
  test('a person is followed, and no longer', async () => {
    await vakplein.ask('GET', `/resolve?uri=${encodeURIComponent(`@fenna@${host}`)}`);
    await vakplein.ask('PUT', `/people/fenna@${host}/follow`);
    const { activity: ask, path } = await sent(Follow, (it) => it.object === fenna.id);
    assert.equal(path, '/users/fenna/inbox');
    assert.equal((await fenna.post(`${vakplein.anna}/inbox`, { '@context': AS, id: peer.id('answers'), type: 'Accept', actor: fenna.id, object: ask })).status, 202);
    const following = async () => (await fenna.get(`${vakplein.anna}/following`)).json.totalItems;
    await eventually('she follows', async () => (await following()) === 1);
    await vakplein.ask('DELETE', `/people/fenna@${host}/follow`);
    const { activity: undo } = await sent(Undo, (it) => it.object?.type === 'Follow' && it.object.object === fenna.id);
    assert.equal(undo.object.id, ask.id);
    assert.equal(await following(), 0);
  });

  test('who leaves says so, and takes nothing more from the host', async () => {
    const follows = peer.received.filter((it) => it.activity.type === 'Follow' && it.activity.object === group.id);
    await vakplein.ask('DELETE', `/groups/${name}/memberships`);
    const { activity: undo } = await sent(Undo, (it) => it.object?.type === 'Follow' && it.object.object === group.id);
    assert.equal(undo.object.id, follows.at(-1).activity.id);
    assert.equal(await membership(), null);
    const late = object(peer, fenna, 'Page', { name: 'Te laat', content: '<p>Te laat</p>' });
    await announce(about(peer, fenna, 'Create', late));
    await sleep(1500);
    await garden.noTopic(late.id);
  });

  test('nothing that was sent waits for the other scheme or was refused', () => {
    assert.deepEqual(peer.received.filter((it) => it.status >= 300).map((it) => [it.activity.type, it.status]), []);
    assert.ok(!peer.received.some((it) => it.activity.actor.startsWith(base) && it.http.keyId && !it.http.keyId.startsWith(`http://${here}/`)));
  });
});
