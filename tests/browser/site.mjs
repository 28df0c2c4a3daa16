// The instance that the browser tests visit: two people, a public group with a discussion, made by the command line and the API.
import { after, before } from 'node:test';
import { apiOf, password, startServer } from '../interop/server.mjs';
import { withBrowser } from './visitor.mjs';

/** Starts the instance. Chromium knows by itself that names under .localhost are this machine. */
export async function startSite() {
  const port = 20_000 + (process.pid % 20_000);
  const domain = `plein.localhost:${port}`;
  const server = await startServer({ domain, bind: `127.0.0.1:${port}` });
  try {
    await server.user('anna', '--admin');
    await server.user('bas');
    await server.group('tuin', 'De tuin', 'anna');
    const anna = apiOf(server.base, await server.token('anna'));
    const bas = apiOf(server.base, await server.token('bas'));
    await bas.ask('POST', '/groups/tuin/memberships');
    const thread = await bas.ask('POST', '/groups/tuin/threads', { title: 'Wanneer snoei ik de appelboom?', content: '**Hij** staat er al jaren.\n\n| maand | doen |\n|---|---|\n| maart | snoeien |\n\n- eerst het dode hout\n- dan de rest' });
    const reply = await anna.ask('POST', `/threads/${thread.id}/replies`, { content: 'In de winter, als het niet vriest.\n\n```\neen heel lange regel die nergens wordt afgebroken, zodat te zien is of de pagina daarbij binnen het scherm blijft\n```' });
    await server.run(['peer', 'set', 'elders.example', 'limited', '--note', 'Eerst kijken hoe het gaat.']);
    const [account] = (await anna.ask('GET', '/admin/people?q=bas')).items;
    return { base: server.base, server, account: `/admin/people/${account.id}`, thread: new URL(thread.url, server.base).pathname, threadId: thread.id, replyId: reply.id };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** For a test file: starts instance and browser before its tests and ends them after. Gives a function that returns both. */
export function sharedSite() {
  const site = {};
  let finish;
  let ended;
  before(async () => {
    Object.assign(site, await startSite());
    await new Promise((ready, failed) => {
      const done = new Promise((end) => { finish = end; });
      ended = withBrowser((browser) => { site.browser = browser; ready(); return done; });
      ended.catch(failed);
    });
  });
  after(async () => {
    finish?.();
    await ended;
    await site.server?.stop();
  });
  return () => site;
}

/** Logs a visitor in through the page. */
export async function logIn(visitor, name) {
  const [email, secret, button] = visitor.language === 'en' ? ['Email address', 'Password', 'Log in'] : ['E-mailadres', 'Wachtwoord', 'Inloggen'];
  await visitor.open('/login');
  await visitor.fill({ [email]: `${name}@example.org`, [secret]: password });
  await visitor.press(button, visitor.page.getByRole('main'));
}
