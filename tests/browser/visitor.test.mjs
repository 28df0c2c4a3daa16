// The visitor against pages that are wrong on purpose: shows that the checks of the other tests can fail.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { Visitor, withBrowser } from './visitor.mjs';

const page = (body, lang = 'nl') => `<!doctype html><html lang="${lang}"><head><title>Proef</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"></head><body><main><h1>Proef</h1>${body}</main></body></html>`;
const pages = {
  '/good': page('<form><label for="n">Naam</label> <input id="n" name="n" autocomplete="name"> <button>Verder</button></form>'),
  '/label': page('<form><input name="n"></form>'),
  '/wide': page('<div style="width:500px">breed</div>'),
  '/inline': page('<script>document.title = "inline"</script>'),
  '/missing': page('<img src="/none.png" alt="niets">'),
  '/script': page('<script src="/bad.js"></script>'),
  '/bad.js': 'throw new Error("stuk")',
  '/headings': page('<h3>Te diep</h3>'),
  '/key': page('<p>threads-new-title</p>'),
  '/large': page('<div style="width:14rem">breed</div>'),
  '/small': page('<style>a { display: inline-block; width: 10px; height: 10px; overflow: hidden }</style><a href="/good">een</a><a href="/wide">twee</a>'),
  '/unfocused': page('<style>a:focus { outline: none }</style><a href="/good">Weg</a>'),
};
let server, base, close, browser;
before(async () => {
  server = createServer(({ url }, out) => {
    const path = url.split('?')[0];
    const csp = ['/large', '/small', '/unfocused', '/wide'].includes(path) ? "default-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:" : "default-src 'self'; img-src 'self' data:";
    out.writeHead(pages[path] ? 200 : 404, { 'content-type': path.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8', 'content-security-policy': csp });
    out.end(pages[path] ?? page('Niet gevonden'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://proef.localhost:${server.address().port}`;
  await new Promise((ready) => {
    const done = new Promise((end) => { close = end; });
    close.ended = withBrowser((it) => { browser = it; ready(); return done; });
  });
});
after(async () => {
  close();
  await close.ended;
  server.closeAllConnections();
  server.close();
});

async function visit(path, options) {
  const visitor = await Visitor.arrive(browser, base, options);
  await visitor.open(path);
  return visitor;
}

test('a good page passes, with labels, buttons and keyboard', async () => {
  const visitor = await visit('/good');
  await visitor.inspect();
  await visitor.fill({ Naam: 'Fenna' });
  await visitor.press('Verder');
  assert.match(visitor.page.url(), /n=Fenna/);
  await visitor.type('Naam', 'Oscar');
  await visitor.enter(visitor.button('Verder'));
  assert.match(visitor.page.url(), /n=Oscar/);
  await visitor.leave();
});

for (const [path, expected] of [['/label', /label/], ['/wide', /500 px wide at 390|wide at 320/], ['/inline', /Content Security Policy/i], ['/missing', /404 for/], ['/script', /stuk/], ['/headings', /H3 follows H1/], ['/key', /not translated: threads-new-title/], ['/large', /with text of 200 %/], ['/small', /target-size/], ['/unfocused', /no visible focus/]]) {
  test(`${path} is found out`, async () => {
    const visitor = await visit(path);
    await assert.rejects(visitor.inspect(), expected);
    await visitor.context.close();
  });
}

test('a wrong language, a wrong status and an invisible focus are found out', async () => {
  const visitor = await visit('/unfocused', { language: 'en' });
  await assert.rejects(visitor.inspect(), /lang is not en/);
  await assert.rejects(visitor.tabTo(visitor.link('Weg')), /can't be seen/);
  await assert.rejects(visitor.open('/nothing'), /404/);
  await visitor.context.close();
});

test('without scripts a form still works', async () => {
  const visitor = await visit('/script', { javaScript: false });
  await visitor.open('/good');
  await visitor.fill({ Naam: 'Roos' });
  await visitor.press('Verder');
  assert.match(visitor.page.url(), /n=Roos/);
  assert.deepEqual(await visitor.sideways(), []);
  await visitor.leave();
});
