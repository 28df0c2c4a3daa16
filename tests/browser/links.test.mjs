// Two instances, a local forum and a national one, without scripts: the owner of a group asks the owner of a national one to show its topics,
// somebody asks a question, a colleague proposes it there, the asker agrees, the curators accept it, a member of the national group answers
// without having joined the local one, and the asker reads that at home. Ending the link takes the topic off.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { apiOf, eventually } from '../interop/server.mjs';
import { logIn, startAt } from './site.mjs';
import { Visitor, journey, withBrowser } from './visitor.mjs';

const title = 'Mag ik mijn spaargeld houden als ik bijstand vraag?';
const answer = 'Ja, tot een grens. Het bedrag staat op de site van de gemeente.';
const local = 'Bijstand en inkomen';
const national = 'Landelijk vragenuur';

const world = {};
const site = () => world;
const main = (visitor) => visitor.page.getByRole('main');
const sessions = {};
let finish;
let ended;

before(async () => {
  world.here = await startAt('werkplein');
  world.there = await startAt('landelijk');
  const { here, there } = world;
  for (const name of ['fatima', 'joost', 'samira']) await here.user(name);
  for (const name of ['marloes', 'tarik']) await there.user(name);
  await here.group('inkomen', local, 'fatima');
  await there.group('vragenuur', national, 'marloes');
  const as = async (server, name) => apiOf(server.base, await server.token(name));
  for (const name of ['joost', 'samira']) await (await as(here, name)).ask('POST', '/groups/inkomen/memberships');
  await (await as(there, 'tarik')).ask('POST', '/groups/vragenuur/memberships');
  // From now on nobody just comes in.
  await (await as(here, 'fatima')).ask('PATCH', '/groups/inkomen', { joining: 'approval' });
  await new Promise((ready, failed) => {
    const done = new Promise((end) => { finish = end; });
    ended = withBrowser((browser) => { world.browser = browser; ready(); return done; });
    ended.catch(failed);
  });
  world.base = here.base;
  world.sessionOf = (name, base = here.base) => {
    sessions[name] ??= sessionOf(name, base);
    return sessions[name];
  };
});
after(async () => {
  finish?.();
  await ended;
  await world.there?.stop();
  await world.here?.stop();
});

/** Logs in through the page, and gives what the browser then keeps. */
async function sessionOf(name, base) {
  const visitor = await Visitor.arrive(world.browser, base);
  await logIn(visitor, name);
  const session = await visitor.keep();
  await visitor.leave();
  return session;
}

/** What somebody else does or sees meanwhile. */
async function meanwhile(as, { base }, work) {
  const other = await Visitor.arrive(world.browser, base, { javaScript: false, session: await world.sessionOf(as, base) });
  try {
    await work(other);
  } catch (error) {
    error.message += `\nas ${as} at ${other.page.url()}: ${(await main(other).innerText().catch(() => '')).slice(0, 1500)}`;
    throw error;
  }
  await other.leave();
}

/** Opens a page until it shows something, or doesn't any more. */
async function until(visitor, path, what, find, shown = true) {
  await eventually(`${path} ${shown ? 'shows' : 'no longer shows'} ${what}`, async () => {
    await visitor.open(path);
    return (await find().filter({ visible: true }).count()) > 0 === shown;
  });
}

/** Opens a page until it has a link, or hasn't any more. */
const untilLink = (visitor, path, name, shown) => until(visitor, path, name, () => visitor.link(name, main(visitor)), shown);

/** The owner of the local group asks for a link. */
async function ask(fatima) {
  await fatima.open('/g/inkomen');
  await fatima.choose('Meer', 'Koppelingen', main(fatima));
  await fatima.sees('Deze groep heeft nog geen koppelingen');
  await fatima.press('Vraag versturen', main(fatima));
  await fatima.isToldOf(/^Met welke groep/);
  await fatima.fill({ 'Met welke groep?': `${world.there.base}/g/vragenuur` });
  await fatima.page.getByRole('radio', { name: 'Gesprekken van hier in die groep laten zien' }).check();
  await fatima.field(/^Bericht aan de andere groep/).fill('Wij krijgen vragen waar iedereen iets aan heeft.');
  await fatima.press('Vraag versturen', main(fatima));
  await fatima.sees(`Uw vraag is verstuurd aan ${national}.`);
  await fatima.sees('Een eigenaar van de andere groep moet nog akkoord gaan.');
}

/** The owner of the national group accepts it, and shows only what its moderators choose. */
async function accept(marloes) {
  await untilLink(marloes, '/g/vragenuur/links', /^Bekijken en antwoorden/);
  await marloes.sees('Wij krijgen vragen waar iedereen iets aan heeft.');
  await marloes.follow(/^Bekijken en antwoorden/, main(marloes));
  await marloes.page.getByRole('radio', { name: 'Alleen gesprekken die onze moderators uitkiezen' }).check();
  await marloes.press('Akkoord', main(marloes));
  await until(marloes, '/g/vragenuur/links', 'the link', () => marloes.page.getByText('Gesprekken die iemand voorstelde en die de moderators uitkozen.'));
}

/** Somebody asks a question; gives the path of the topic. */
async function start(joost) {
  await joost.open('/g/inkomen/new');
  await joost.sees('die zelf kiezen of ze het laten zien');
  await joost.fill({ Onderwerp: title, 'Uw bericht': 'Ik heb een paar duizend euro voor de begrafenis.' });
  await joost.press('Gesprek plaatsen', main(joost));
  await joost.sees('Uw gesprek is geplaatst.');
  return new URL(joost.page.url()).pathname;
}

/** A colleague proposes it to the national group, which isn't asked before the asker has agreed. */
async function propose(samira, thread) {
  await samira.open(thread);
  await samira.follow('Stel voor aan een andere groep', main(samira));
  await samira.fill({ 'Aan welke groep?': 'Kies een groep' });
  await samira.field(/^Waarom stelt u dit voor/).fill('Dit vraagt elke week iemand.');
  await samira.press('Voorstellen', main(samira));
  await samira.isToldOf(/^Aan welke groep/);
  assert.equal(await samira.field(/^Waarom stelt u dit voor/).inputValue(), 'Dit vraagt elke week iemand.');
  await samira.fill({ 'Aan welke groep?': `${national} (${new URL(world.there.base).host})` });
  await samira.press('Voorstellen', main(samira));
  await samira.sees('Wie het gesprek begon, krijgt de vraag');
  await samira.sees('Dit wacht op het antwoord van wie het gesprek begon.');
  assert.equal(await samira.button(/^Ja, laat mijn vraag/).count(), 0, 'nobody agrees for somebody else');
}

/** The asker agrees. */
async function agree(joost, thread) {
  const notice = () => main(joost).locator('.notices a').filter({ hasText: title });
  await until(joost, '/notifications', 'the question', notice);
  await notice().first().click();
  await joost.page.waitForURL((url) => url.pathname === thread);
  await joost.sees(`Mag uw vraag ook in ${national} te zien zijn?`);
  await joost.sees('Dit vraagt elke week iemand.');
  await joost.press(/^Ja, laat mijn vraag daar ook zien/, main(joost));
  await joost.sees(`De moderators van ${national} beslissen nu.`);
  await joost.sees('De moderators van die groep moeten nog beslissen.');
}

/** The curators of the national group show it; refusing would have taken a reason. */
async function show(marloes) {
  await untilLink(marloes, '/g/vragenuur/offers', title);
  await main(marloes).locator('summary').filter({ hasText: 'Laat dit niet zien' }).click();
  await marloes.press(/^Laat dit niet zien/, main(marloes).locator('details form'));
  await marloes.isToldOf('Waarom niet?');
  await marloes.follow('Annuleren', main(marloes));
  await marloes.press(/^Laat dit zien/, main(marloes));
  await marloes.sees(`Het gesprek is nu te zien in ${national}.`);
  await marloes.sees('Er zijn geen voorstellen');
}

/** A member of the national group opens it by that group's list and answers. */
async function reply(tarik) {
  await untilLink(tarik, '/g/vragenuur', title);
  const row = main(tarik).locator('.topic').filter({ hasText: title });
  assert.match(await row.innerText(), new RegExp(`via ${local}`));
  await tarik.follow(title, main(tarik));
  await tarik.sees(`Dit gesprek hoort bij de groep ${local}.`);
  await tarik.fill({ 'Uw reactie': answer });
  await tarik.press('Reactie plaatsen', main(tarik));
  await tarik.sees(answer);
}

journey('a local question is answered nationally', { as: 'fatima', javaScript: false }, site, async (fatima) => {
  const { here, there } = world;
  await ask(fatima);
  await meanwhile('marloes', there, accept);
  await until(fatima, '/g/inkomen/links', 'the link', () => fatima.page.getByText('Welke gesprekken daar te zien zijn, kiest die groep zelf.'));
  let thread;
  await meanwhile('joost', here, async (joost) => { thread = await start(joost); });
  await meanwhile('samira', here, (samira) => propose(samira, thread));
  await meanwhile('marloes', there, async (marloes) => {
    await marloes.open('/g/vragenuur/offers');
    await marloes.sees('Er zijn geen voorstellen');
  });
  await meanwhile('joost', here, (joost) => agree(joost, thread));
  await meanwhile('marloes', there, show);
  await meanwhile('tarik', there, reply);
  await meanwhile('joost', here, async (joost) => {
    await until(joost, thread, 'the answer', () => main(joost).getByText(answer));
    await joost.sees('Ook te zien in:');
    await joost.sees('Het gesprek is daar ook te zien.');
  });

  // The link ends: the topic stays at home, with the answer.
  await fatima.open('/g/inkomen/links');
  await fatima.follow(/^Stoppen/, main(fatima));
  await fatima.press('Stoppen', main(fatima));
  await fatima.sees(`De koppeling met ${national} is gestopt.`);
  await meanwhile('tarik', there, (tarik) => untilLink(tarik, '/g/vragenuur', title, false));
  await fatima.open(thread);
  await fatima.sees(answer);
  await fatima.seesNot('Ook te zien in:');
});
