// The two instances of `vakplein demo`, which have an agreement and members in each other's groups: an administrator of one wants to block the other,
// sees whom that hits, a second administrator agrees, and undoing brings back what ended. With scripts and by keyboard alone, and once more without.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { eventually } from '../interop/server.mjs';
import { Visitor, journey, withBrowser } from './visitor.mjs';

/** A group of the guild's, to which somebody of the forum belongs. */
const group = 'participatiewet';
/** How the member of the forum is called. */
const member = 'Samira el Amrani';

const demo = {};
const site = () => demo;
const main = (visitor) => visitor.page.getByRole('main');
let child;
let dir;
let finish;
let ended;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vakplein-demo-policy-'));
  let printed = '';
  child = spawn(process.env.VAKPLEIN_BIN, ['demo'], { cwd: dir, env: { ...process.env, TMPDIR: dir, RUST_LOG: 'warn' }, stdio: ['ignore', 'pipe', 'inherit'] });
  process.on('exit', () => child.kill('SIGKILL'));
  child.stdout.on('data', (data) => { printed += data; });
  await eventually('the addresses of the demo', () => {
    if (child.exitCode !== null) throw new Error(`demo ended by itself:\n${printed}`);
    return printed.includes('Ctrl-C stops both');
  }, 120_000);
  demo.password = /password of everybody is: (\S+)/.exec(printed)[1];
  const bases = [...printed.matchAll(/(http:\/\/\S+\.localhost:\d+)\/\s+log in as: /g)].map(([, base]) => base);
  assert.equal(bases.length, 2, printed);
  [demo.forum, demo.base] = bases;
  await new Promise((ready, failed) => {
    const done = new Promise((end) => { finish = end; });
    ended = withBrowser((browser) => { demo.browser = browser; ready(); return done; });
    ended.catch(failed);
  });
  const sessions = {};
  demo.sessionOf = (name, base = demo.base) => {
    sessions[name] ??= logIn(name, base);
    return sessions[name];
  };
});
after(async () => {
  finish?.();
  await ended;
  if (child?.exitCode === null) {
    child.kill('SIGINT');
    await once(child, 'exit');
  }
  await rm(dir, { recursive: true, force: true });
});

/** Logs in through the page, and gives what the browser then keeps. */
async function logIn(name, base) {
  const visitor = await Visitor.arrive(demo.browser, base);
  await visitor.open('/login');
  await visitor.fill({ 'E-mailadres of gebruikersnaam': name, Wachtwoord: demo.password });
  await visitor.press('Inloggen', main(visitor));
  await visitor.sees(/^Dag /);
  const session = await visitor.keep();
  await visitor.leave();
  return session;
}

/** What somebody else does or sees meanwhile. */
async function meanwhile(as, base, work) {
  const other = await Visitor.arrive(demo.browser, base, { session: await demo.sessionOf(as, base) });
  await work(other);
  await other.leave();
}

/** Opens a page until it shows a text, or doesn't any more. */
async function until(visitor, path, text, shown) {
  await eventually(`${path} ${shown ? 'shows' : 'no longer shows'} ${text}`, async () => {
    await visitor.open(path);
    return (await visitor.page.getByText(text).filter({ visible: true }).count()) > 0 === shown;
  });
}

/** Makes Tarik a second administrator, if he isn't one yet. */
async function appoint(marloes) {
  await marloes.open('/admin/people?q=tarik');
  await marloes.follow(/^Beheren.*Tarik/, main(marloes));
  await marloes.page.waitForURL(/\/admin\/people\/[^/?]+$/);
  const ask = marloes.link('Beheerder maken', main(marloes));
  if (!(await ask.count())) return;
  await marloes.follow('Beheerder maken', main(marloes));
  await marloes.press('Beheerder maken', main(marloes));
  await marloes.sees('Deze persoon is nu beheerder.');
}

/** Marloes fills in that the forum is to be blocked; `keys` is whether by keyboard alone. Gives the address of the change. */
async function propose(marloes, host, keys) {
  await marloes.open('/admin/agreements');
  await marloes.sees(host);
  await marloes.open('/admin/rules');
  await marloes.follow('Besluit over een site', main(marloes));
  const reason = 'Er komt te veel reclame vandaan.';
  const blocked = marloes.page.getByRole('radio', { name: 'Geblokkeerd' });
  if (keys) {
    await marloes.type('Adres van de site', host);
    await marloes.enter(marloes.button('Bekijk wat er verandert'));
    await marloes.isToldOf('Reden');
    assert.equal(await marloes.field(/^Adres van de site/).inputValue(), host);
    // The first choice has the focus, the arrows go on from there.
    await marloes.tabTo(marloes.page.locator('#state'));
    for (let i = 0; i < 4 && !(await blocked.isChecked()); i++) await marloes.page.keyboard.press('ArrowDown');
    await marloes.type('Reden', reason);
    await marloes.enter(marloes.button('Bekijk wat er verandert'));
  } else {
    await marloes.fill({ 'Adres van de site': host });
    await marloes.press('Bekijk wat er verandert');
    await marloes.isToldOf('Reden');
    assert.equal(await marloes.field('Adres van de site').inputValue(), host);
    await blocked.check();
    await marloes.fill({ Reden: reason });
    await marloes.press('Bekijk wat er verandert');
  }
  return new URL(marloes.page.url()).pathname;
}

/** What the page says of whom it hits; nothing has changed yet. */
async function foresees(marloes) {
  await marloes.sees('Dit is nog een voorstel. Er is niets veranderd.');
  await marloes.sees(/\d+ lidmaatschap(pen)? van (iemand|mensen) van elders in (een groep|groepen) hier/);
  await marloes.sees(/Dat raakt \d+ (persoon|mensen) van elders\./);
  await marloes.sees(/in (een besloten groep|besloten groepen)\./);
  await marloes.sees('Hier moet een tweede beheerder mee akkoord gaan.');
  if (marloes.scripts) await marloes.inspect();
}

async function blockAndUndo(marloes, keys) {
  const { base, forum } = demo;
  const members = `/g/${group}/members`;
  await appoint(marloes);
  const change = await propose(marloes, new URL(forum).host, keys);
  await foresees(marloes);
  await until(marloes, members, member, true);

  await marloes.open(change);
  if (keys) await marloes.enter(marloes.button('Vraag een tweede beheerder'));
  else await marloes.press('Vraag een tweede beheerder');
  await marloes.sees('De andere beheerders krijgen een melding.');
  await marloes.sees('Wacht op een tweede beheerder');
  assert.equal(await marloes.button(/^Ga akkoord/).count(), 0, 'nobody agrees with themselves');
  await until(marloes, members, member, true);

  await meanwhile('tarik', base, async (tarik) => {
    const notice = tarik.link(/wil de regels voor andere sites veranderen en vraagt uw akkoord$/);
    await eventually('the notice', async () => {
      await tarik.open('/notifications');
      return (await notice.count()) > 0;
    });
    await tarik.open(change);
    await tarik.sees('Een andere beheerder wil deze wijziging, en vraagt u om akkoord te gaan.');
    await tarik.inspect();
    await tarik.press('Ga akkoord en laat ingaan');
    await tarik.sees('De wijziging geldt nu.');
  });
  await until(marloes, members, member, false);

  await marloes.open(change);
  await marloes.sees('Tarik Yıldız');
  if (marloes.scripts) await marloes.inspect();
  if (keys) await marloes.enter(marloes.button('Terugdraaien'));
  else await marloes.press('Terugdraaien');
  await marloes.sees('De wijziging is teruggedraaid.');
  await until(marloes, members, member, true);

  // What is written on one is read on the other again.
  const title = `Weer terug ${keys ? 'met het toetsenbord' : 'zonder scripts'}`;
  await meanwhile('samira', forum, async (samira) => {
    const there = `/g/${group}@${new URL(base).host}`;
    await eventually('samira to be a member again', async () => {
      await samira.open(there);
      return (await samira.link('Gesprek beginnen', main(samira)).count()) > 0;
    });
    await samira.follow('Gesprek beginnen', main(samira));
    await samira.fill({ Onderwerp: title, 'Uw bericht': 'Fijn dat we elkaar weer lezen.' });
    await samira.press('Gesprek plaatsen');
  });
  await until(marloes, `/g/${group}?sort=new`, title, true);
}

describe('an administrator blocks a site that has members here', () => {
  for (const keys of [true, false]) {
    const name = `sees whom that hits, gets a second yes, and undoes it, ${keys ? 'by keyboard alone' : 'without scripts'}`;
    journey(name, { as: 'marloes', javaScript: keys }, site, (marloes) => blockAndUndo(marloes, keys));
  }
});
