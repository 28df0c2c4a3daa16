// The instance that the browser tests visit, with the content that its pages need to show every state: made by the command line and the API.
import { createServer } from 'node:net';
import { after, before } from 'node:test';
import { apiOf, eventually, password, startServer } from '../interop/server.mjs';
import { Visitor, withBrowser } from './visitor.mjs';

export { password };

const word = 'Arbeidsongeschiktheidsverzekeringsmaatschappijvoorwaarden';
const question = '**Hij** staat er al jaren.\n\n| maand | doen | met welk gereedschap | hoelang ongeveer | bij welk weer |\n|---|---|---|---|---|\n| maart | snoeien | een scherpe snoeischaar | een ochtend | droog en niet te koud |\n\n- eerst het dode hout\n- dan de rest\n\n[een lange link](https://voorbeeld.nl/een/heel/lang/adres/dat/nergens/een/spatie/heeft)';
const answer = 'In de winter, als het niet vriest.\n\n```\neen heel lange regel die nergens wordt afgebroken, zodat te zien is of de pagina daarbij binnen het scherm blijft\n```';

/** A port that nobody listens on, below those that systems give to outgoing connections. */
async function freePort() {
  for (let port = 20_000 + (process.pid % 12_000); ; port++) {
    const probe = createServer();
    const free = await new Promise((tell) => probe.once('error', () => tell(false)).listen(port, '127.0.0.1', () => tell(true)));
    if (!free) continue;
    await new Promise((closed) => probe.close(closed));
    return port;
  }
}

/**
 * Starts the instance. Chromium knows by itself that names under .localhost are this machine. `settings` are VAKPLEIN_… variables; `bare` leaves
 * all content out but for one admin.
 */
export async function startSite({ settings = {}, bare = false } = {}) {
  const server = await startAt('plein', settings);
  let next;
  try {
    await server.user('anna', '--admin');
    if (bare) return { base: server.base, server };
    for (const name of ['bas', 'cor', 'dewi', 'eva']) await server.user(name);
    await server.group('tuin', 'De tuin', 'anna');
    const api = {};
    for (const name of ['anna', 'bas', 'cor', 'eva']) api[name] = apiOf(server.base, await server.token(name));
    await server.run(['peer', 'set', 'elders.example', 'limited', '--note', 'Eerst kijken hoe het gaat.']);
    await server.run(['agreement', 'set', 'elders.example', '--ceiling', 'leden', '--organisation', 'Gemeente Elders', '--purpose', 'Samen leren van moeilijke vragen.', '--until', '2099-12-31']);
    next = await startAt('buren', settings);
    const peer = await visit(next, api.bas);
    const filled = await fill(api);
    const linked = await link(api);
    const ruled = await rule(api.anna, peer);
    await wait(next, server.base, api.anna);
    const account = async (name) => `/admin/people/${(await api.anna.ask('GET', `/admin/people?q=${name}`)).items[0].id}`;
    const stop = async () => { await next.stop(); return server.stop(); };
    return { base: server.base, server: { ...server, stop }, api, peer, account: await account('bas'), ownAccount: await account('anna'), ...filled, ...linked, ...ruled };
  } catch (error) {
    await next?.stop();
    await server.stop();
    throw error;
  }
}

/** An instance at a port of its own, which may talk with others on this machine. */
export async function startAt(name, settings) {
  const port = await freePort();
  const local = { VAKPLEIN_FEDERATION__ALLOW_PRIVATE_ADDRESSES: 'true', VAKPLEIN_FEDERATION__ALLOW_HTTP: 'true' };
  return startServer({ domain: `${name}.localhost:${port}`, bind: `127.0.0.1:${port}`, settings: { ...local, ...settings } });
}

/** Lets somebody join a group of the other instance, so that there is something between the two. Gives its host. */
async function visit(other, person) {
  await other.user('elsa');
  await other.group('plein', 'Het plein', 'elsa');
  const { host } = new URL(other.base);
  await person.ask('GET', `/resolve?uri=${encodeURIComponent(`${other.base}/g/plein`)}`);
  await person.ask('POST', `/groups/plein@${host}/memberships`);
  return host;
}

/** Rules about other servers: some that count, one about a name as long as they come, and a change that a second administrator has to agree to. */
async function rule(anna, peer) {
  const reason = 'Besproken in het overleg van beheerders.';
  const propose = (changes) => anna.ask('POST', '/admin/rule-changes', { changes, reason });
  const add = (rule) => ({ change: 'add-rule', rule: { reason, ...rule } });
  const done = await propose([
    add({ effect: 'hold', organisation: 'bedrijf', kind: 'topic', direction: 'in', until: '2099-12-31', reason: 'Te veel reclame.' }),
    add({ effect: 'read-only', host: `${'heel-lange-naam.'.repeat(8)}example`, group: 'tuin' }),
    add({ effect: 'no-media', host: 'plaatjes.example' }),
    { change: 'set-server', host: 'spam.example', state: 'blocked' },
    { change: 'set-organisation', host: 'elders.example', organisation: 'gemeente' },
  ]);
  await anna.ask('PUT', `/admin/rule-changes/${done.id}/application`, { hash: done.hash });
  const wide = await propose([{ change: 'set-server', host: peer, state: 'blocked' }]);
  const { rules } = await anna.ask('GET', '/admin/rules');
  const path = ({ id }) => `/admin/rule-changes/${id}`;
  return { changeDone: path(done), change: path(wide), ruleEnd: `/admin/rules/${rules.find(({ effect }) => effect === 'no-media').id}/end` };
}

/** Somebody of the other instance writes in a group here something that looks like personal data, so that it waits for a moderator. */
async function wait(other, base, anna) {
  const elsa = apiOf(other.base, await other.token('elsa'));
  const group = `tuin@${new URL(base).host}`;
  await elsa.ask('GET', `/resolve?uri=${encodeURIComponent(`${base}/g/tuin`)}`);
  await elsa.ask('POST', `/groups/${group}/memberships`);
  await eventually('elsa to be a member', async () => (await elsa.ask('GET', `/groups/${group}`)).role === 'member');
  await elsa.ask('POST', `/groups/${group}/threads`, { title: 'Wie helpt mij met snoeien?', content: `Bel mij op 06-12345678. ${word}`, notPersonal: true });
  await eventually('what elsa wrote', async () => (await anna.ask('GET', '/groups/tuin/held')).items.length === 1);
}

async function fill({ anna, bas, cor }) {
  await anna.ask('PATCH', '/groups/tuin', { title: 'De tuin', mission: 'Alles over snoeien, zaaien en oogsten.', description: 'Voor wie een tuin heeft.\n\n## Wanneer\n\nHet hele jaar.', rules: '1. Wees vriendelijk.\n2. Geen reclame.', colour: 3, joining: 'open', posting: 'members' });
  await anna.ask('POST', '/groups', { name: 'kas', title: 'De kas', mission: 'Alleen voor wie een kas heeft.', joining: 'approval' });
  await anna.ask('POST', '/groups', { name: 'leeg', title: word, mission: `${word} ${word}` });
  const closed = await anna.ask('POST', '/groups', { name: 'vakgroep', title: 'Vakgroep tuinen', mission: 'Collega’s vragen elkaar raad.', description: 'Voor wie tuinen onderhoudt voor de gemeente.', rules: '1. Wat hier staat, blijft hier.', class: 'leden', joining: 'approval', face: true });
  for (const person of [bas, cor]) await person.ask('POST', '/groups/tuin/memberships');
  await bas.ask('POST', '/groups/vakgroep/memberships', { motivation: 'Ik werk bij de plantsoenendienst.' });
  await bas.ask('POST', '/groups/kas/memberships', { motivation: 'Ik heb een kas.' });
  const start = (by, title, content) => by.ask('POST', '/groups/tuin/threads', { title, content });
  const reply = (by, to, content, parentId) => by.ask('POST', `/threads/${to.id}/replies`, { content, parentId });

  const thread = await start(bas, 'Wanneer snoei ik de appelboom?', question);
  const first = await reply(anna, thread, answer);
  const own = await reply(bas, thread, 'Dank u, dan wacht ik tot de winter.', first.id);
  await bas.ask('PATCH', `/posts/${own.id}`, { content: 'Dank u wel, dan wacht ik op de winter.' });
  await bas.ask('PUT', `/posts/${first.id}/reactions/like`);
  const bad = await reply(cor, thread, 'Koop mijn snoeischaar!');
  await anna.ask('PUT', `/posts/${bad.id}/removal`, { reason: 'Reclame, zie regel 2.' });
  const gone = await reply(cor, thread, 'Dit haal ik zo weer weg.');
  await reply(bas, thread, 'Dat begrijp ik.', gone.id);
  await cor.ask('DELETE', `/posts/${gone.id}`);

  const locked = await start(bas, 'Oude afspraken over het hek', 'Dit is afgesproken.');
  await anna.ask('PUT', `/threads/${locked.id}/lock`);
  await anna.ask('PUT', `/threads/${locked.id}/pin`);

  // As long and as deep as people make it.
  const long = await start(cor, `${word} ${'en nog een lange titel '.repeat(6).trim()}`, `${word.repeat(4)}\n\n> ${'> '.repeat(8)}wie haalt wie aan?\n\n1. een\n   1. twee\n      1. drie\n         1. vier ${word}`);
  let parent;
  for (let depth = 0; depth < 12; depth++) parent = (await reply(depth % 2 ? anna : cor, long, `Antwoord ${depth} ${word}\n\n> aangehaald: ${word}\n\n\`${word}${word}\``, parent)).id;

  const unanswered = await start(cor, 'Wie heeft er nog stekken?', 'Ik zoek stekken van de bes.');
  const report = await bas.ask('POST', '/reports', { postId: unanswered.id, category: 'spam', reason: 'Dit lijkt op reclame.' });
  await anna.ask('PUT', '/groups/tuin/bans/dewi', { reason: 'Steeds reclame.', until: new Date(Date.now() + 7 * 86_400_000).toISOString() });
  await anna.ask('POST', '/groups/tuin/warnings', { person: 'cor', reason: 'Lees de regels nog eens.' });
  const warned = await eventually('the warning of cor', async () => (await cor.ask('GET', '/me/notices')).items.find(({ kind }) => kind === 'warned'));
  await anna.ask('POST', '/groups/kas/invitations', { person: 'dewi' });
  const invitation = new URL((await anna.ask('POST', '/groups/kas/invitations', { note: 'Voor de buren' })).url).pathname;
  const path = ({ id }) => `/t/${id}`;
  return { invitation, thread: path(thread), threadId: thread.id, replyId: first.id, ownId: own.id, locked: path(locked), long: path(long), reportId: report.id, decision: warned.decisionId, corId: (await cor.ask('GET', '/me')).id, groupId: (await anna.ask('GET', '/groups/tuin')).id, closedId: closed.id };
}

/** Groups of which one shows topics of another, and such topics: one whose author is asked, and that were offered, refused, shown, or none of that. */
async function link({ anna, bas, cor, eva }) {
  await anna.ask('POST', '/groups', { name: 'park', title: 'Het park', mission: 'Voor wie in het park werkt.' });
  await anna.ask('POST', '/groups', { name: 'stad', title: 'Groen in de stad', mission: 'Wat iedereen in de stad moet weten.' });
  await anna.ask('POST', '/groups', { name: 'buurt', title: `De buurt ${word}` });
  await eva.ask('POST', '/groups', { name: 'straat', title: 'De straat' });
  for (const person of [bas, cor]) await person.ask('POST', '/groups/park/memberships');
  await eva.ask('POST', '/groups/stad/memberships');
  // Who owns both decides at once.
  await anna.ask('POST', '/groups/stad/links', { group: 'park', side: 'target', takes: 'promoted' });
  const words = await anna.ask('POST', '/groups/buurt/links', { group: 'park', side: 'target', takes: 'all', words: ['plantsoen', 'boomspiegel'] });
  const asked = await eva.ask('POST', '/groups/straat/links', { group: 'stad', side: 'source', note: 'In onze straat groeit ook van alles.' });

  const start = (by, title, content) => by.ask('POST', '/groups/park/threads', { title, content });
  const propose = (by, { id }, note) => by.ask('POST', `/threads/${id}/promotions`, { group: 'stad', note });
  const decide = ({ id }, state, reason) => anna.ask('PATCH', `/promotions/${id}`, { state, reason });
  const ask = await start(bas, 'Wie helpt mee in het park?', 'We zoeken **tien** mensen.');
  await propose(cor, ask, 'Dit is overal een vraag.\nOok bij ons.');
  const offered = await start(bas, 'Welke boom past bij een smalle stoep?', `Hij mag niet te breed worden. ${word}`);
  await propose(bas, offered, word);
  const refused = await start(bas, 'Wanneer wordt het gras gemaaid?', 'Het is nu erg lang.');
  await decide(await propose(bas, refused, ''), 'refused', 'Dit gaat alleen over het park.');
  const shown = await start(cor, 'Hoe verzorg je een jonge boom?', 'Hij staat er sinds maart.');
  const promotion = await propose(cor, shown, 'Dit vragen meer mensen.');
  await decide(promotion, 'accepted');
  const free = await start(bas, 'Mag ik takken meenemen?', 'Voor in de tuin.');
  const path = ({ id }) => `/t/${id}`;
  return { asked: path(ask), offered: path(offered), refused: path(refused), shown: path(shown), free: path(free), linkAsked: asked.id, linkWords: words.id };
}

/** For a test file: starts instance and browser before its tests and ends them after. Gives a function that returns both. */
export function sharedSite(options) {
  const site = {};
  const sessions = {};
  let finish;
  let ended;
  before(async () => {
    Object.assign(site, await startSite(options));
    await new Promise((ready, failed) => {
      const done = new Promise((end) => { finish = end; });
      ended = withBrowser((browser) => { site.browser = browser; ready(); return done; });
      ended.catch(failed);
    });
    // One log-in for all tests of a file.
    site.sessionOf = (name) => {
      sessions[name] ??= sessionOf(site, name);
      return sessions[name];
    };
  });
  after(async () => {
    finish?.();
    await ended;
    await site.server?.stop();
  });
  return () => site;
}

/** Logs in through the page and gives what the browser then keeps. */
export async function sessionOf({ browser, base }, name) {
  const visitor = await Visitor.arrive(browser, base);
  await logIn(visitor, name);
  const session = await visitor.keep();
  await visitor.leave();
  return session;
}

/** Logs a visitor in through the page. */
export async function logIn(visitor, name) {
  const [email, secret, button] = visitor.language === 'en' ? ['Email address or username', 'Password', 'Log in'] : ['E-mailadres of gebruikersnaam', 'Wachtwoord', 'Inloggen'];
  await visitor.open('/login');
  await visitor.fill({ [email]: name.includes('@') ? name : `${name}@example.org`, [secret]: password });
  await visitor.press(button, visitor.page.getByRole('main'));
}
