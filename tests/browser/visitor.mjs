// A visitor in Debian's Chromium: opens pages, finds what it needs by visible label or role as a person does, and watches for trouble.
// Trouble is a page error, a message on the console's error level, a violation of the content security policy, or a part that failed to load.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const locales = { nl: 'nl-NL', en: 'en-GB' };
const failureDir = process.env.BROWSER_FAILURES ?? join(tmpdir(), 'vakplein-browser-failures');

// Without these Chromium asks its maker's servers for this and that at every start. No sandbox: the tests run as root.
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Runs `work` with a browser that has a new, empty profile. */
export async function withBrowser(work) {
  const profile = await mkdtemp(join(tmpdir(), 'vakplein-chromium-'));
  const context = await chromium.launchPersistentContext(profile, { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags });
  try {
    return await work(context.browser());
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}

export class Visitor {
  /** `javaScript: false` switches scripts off entirely; `session` is a log-in that was kept by `keep()`. */
  static async arrive(browser, base, { language = 'nl', width = 1280, height = 900, javaScript = true, colours = 'light', session } = {}) {
    const visitor = new Visitor();
    visitor.base = base;
    visitor.language = language;
    visitor.scripts = javaScript;
    visitor.problems = [];
    visitor.context = await browser.newContext({
      locale: locales[language], timezoneId: 'Europe/Amsterdam', viewport: { width, height }, javaScriptEnabled: javaScript, reducedMotion: 'reduce', colorScheme: colours, storageState: session,
    });
    visitor.context.setDefaultTimeout(10_000);
    visitor.page = await visitor.context.newPage();
    visitor.page.on('dialog', (dialog) => dialog.accept());
    visitor.#watch();
    return visitor;
  }

  #watch() {
    const { page } = this;
    const report = (what) => this.problems.push(`${new URL(page.url(), this.base).pathname}: ${what}`);
    page.on('pageerror', (error) => report(`script error: ${error.message}`));
    page.on('console', (message) => {
      // What failed to load is reported below, with its address.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) report(`console: ${message.text()}`);
    });
    page.on('requestfailed', (request) => {
      // A navigation that a newer one overtakes is aborted; that is no fault of the page.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') report(`not loaded: ${request.url()} ${request.failure()?.errorText}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400 && response.request().resourceType() !== 'document') report(`${response.status()} for ${response.url()}`);
      if (new URL(response.url()).origin !== new URL(this.base).origin) report(`loads from elsewhere: ${response.url()}`);
    });
  }

  /** Opens a path and demands this status. */
  async open(path, status = 200) {
    const response = await this.page.goto(new URL(path, this.base).href);
    assert.equal(response.status(), status, `GET ${path}`);
    return response;
  }

  /** The field with this visible label. */
  field(label) {
    return this.page.getByLabel(label, { exact: typeof label === 'string' });
  }

  button(name, within = this.page) {
    return within.getByRole('button', { name, exact: typeof name === 'string' });
  }

  link(name, within = this.page) {
    return within.getByRole('link', { name, exact: typeof name === 'string' });
  }

  /** Fills fields by their labels: text for a text field, true or false for a box, a label for a choice list. */
  async fill(fields) {
    for (const [label, value] of Object.entries(fields)) {
      const field = this.field(label).first();
      if (typeof value === 'boolean') await field.setChecked(value);
      else if ((await field.evaluate((it) => it.tagName)) === 'SELECT') await field.selectOption({ label: value });
      else await field.fill(value);
    }
  }

  /** Presses a button and waits for the page that follows. */
  async press(name, within) {
    await this.#next(this.button(name, within).first());
  }

  /** Follows a link and waits for the page. */
  async follow(name, within) {
    await this.#next(this.link(name, within).first());
  }

  async #next(locator) {
    await locator.click();
    await this.page.waitForLoadState('load');
  }

  /** Opens a menu, as the button with this name does, and takes an entry of it. */
  async choose(menu, entry, within = this.page) {
    await within.locator('summary').filter({ hasText: menu }).first().click();
    await this.#next(within.getByRole('link', { name: entry }).or(within.getByRole('button', { name: entry })).filter({ visible: true }).first());
  }

  /** What is wrong with the form that was sent: the list of mistakes stands at the top, has the focus (where scripts run) and leads to these fields. */
  async isToldOf(...fields) {
    const summary = this.page.locator('#form-errors');
    await summary.waitFor({ state: 'visible' });
    if (this.scripts) assert.ok(await summary.evaluate((it) => it === document.activeElement), 'the list of mistakes has no focus');
    const links = await summary.getByRole('link').evaluateAll((all) => all.map((it) => it.getAttribute('href')));
    for (const field of fields) {
      const id = await this.field(field).first().getAttribute('id');
      assert.ok(links.includes(`#${id}`), `the list of mistakes doesn't lead to ${field} but to ${links}`);
      assert.equal(await this.field(field).first().getAttribute('aria-invalid'), 'true', field);
    }
  }

  async sees(text) {
    await this.page.getByText(text).first().waitFor({ state: 'visible' });
  }

  async seesNot(text) {
    await this.page.waitForLoadState('load');
    assert.equal(await this.page.getByText(text).filter({ visible: true }).count(), 0, `must not be on ${this.page.url()}: ${text}`);
  }

  /** The part of the page with this role and name: an article, a form, a region. */
  part(role, name) {
    return this.page.getByRole(role, { name });
  }

  /**
   * Moves to an element by the Tab key alone, and demands that the focus can be seen there.
   * Fails when a whole round of the page doesn't come past it.
   */
  async tabTo(target) {
    await target.first().waitFor({ state: 'visible' });
    for (let i = 0; i < 300; i++) {
      if (await target.first().evaluate((it) => it === document.activeElement)) {
        const seen = await target.first().evaluate((it) => {
          const style = getComputedStyle(it);
          return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
        });
        assert.ok(seen, `the focus can't be seen on ${target}`);
        return;
      }
      await this.page.keyboard.press('Tab');
    }
    assert.fail(`the Tab key never reaches ${target}`);
  }

  /** By keyboard only: goes to a field and types. */
  async type(label, text) {
    await this.tabTo(this.field(label));
    await this.page.keyboard.type(text);
  }

  /** By keyboard only: goes to a button or link and presses Enter. */
  async enter(target) {
    await this.tabTo(target);
    await Promise.all([this.page.waitForEvent('load'), this.page.keyboard.press('Enter')]);
  }

  /** What axe finds on the page as it stands, as lines of text; none is the only good answer. */
  async axe() {
    await this.page.evaluate(axeSource);
    // The rule on the size of targets (WCAG 2.5.8) is off unless asked for.
    const { violations } = await this.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }));
    return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id} (${rule.impact}): ${rule.help}: ${node.target.join(' ')} ${node.html.slice(0, 160)}`));
  }

  /** Where the page scrolls sideways: at widths in CSS pixels with text as it is, and at 1280 and 390 px with text of twice its size. */
  async sideways(screens = [[390, 100], [320, 100], [1280, 200], [390, 200]]) {
    const size = this.page.viewportSize();
    const wide = [];
    for (const [width, text] of screens) {
      await this.page.setViewportSize({ width, height: 800 });
      const scroll = await this.page.evaluate((percent) => {
        document.documentElement.style.fontSize = `${percent}%`;
        return document.documentElement.scrollWidth;
      }, text);
      if (scroll > width) wide.push(`${scroll} px wide at ${width} with text of ${text} %: ${await this.page.evaluate(widest)}`);
    }
    await this.page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
    await this.page.setViewportSize(size);
    return wide;
  }

  /** What can have the focus and doesn't show it, or is not to be seen when it has it; in the order of the Tab key. */
  async hiddenFocus() {
    await this.page.keyboard.press('Tab'); // from now on the browser shows where the focus is
    return this.page.evaluate(unseen);
  }

  /** Everything that one page must hold to; `lang` is the language that it must declare. */
  async inspect(lang = this.language) {
    const { page } = this;
    const found = [...(await this.axe()), ...(await this.sideways()), ...(await this.page.evaluate(skipped)), ...(await this.page.evaluate(untranslated)), ...(await this.hiddenFocus())];
    if ((await page.locator('html').getAttribute('lang')) !== lang) found.push(`html lang is not ${lang}`);
    if ((await page.locator('h1').count()) !== 1) found.push(`${await page.locator('h1').count()} h1 elements`);
    if (!(await page.title()).trim()) found.push('no title');
    assert.deepEqual([...found, ...this.problems], [], page.url());
  }

  /** The cookies, to arrive with again. */
  keep() {
    return this.context.storageState();
  }

  async leave() {
    await this.context.close();
    assert.deepEqual(this.problems, []);
  }
}

/** The element that makes the page wide: what scrolls or is cut off within a box of its own doesn't count. Runs in the page. */
function widest() {
  const boxed = (it) => {
    for (let up = it.parentElement; up && up !== document.body; up = up.parentElement) if (getComputedStyle(up).overflowX !== 'visible') return true;
    return false;
  };
  let found = document.body;
  let right = 0;
  for (const it of document.body.querySelectorAll('*')) {
    const edge = it.getBoundingClientRect().right;
    if (edge > right && !boxed(it)) [found, right] = [it, edge];
  }
  return found.outerHTML.slice(0, 120);
}

/** Headings that leave out a level. Runs in the page. */
function skipped() {
  const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter((it) => it.checkVisibility());
  const level = (it) => Number(it.tagName[1]);
  const faults = headings.flatMap((it, i) => (i > 0 && level(it) > level(headings[i - 1]) + 1 ? [`${it.tagName} follows ${headings[i - 1].tagName}: ${it.textContent.trim().slice(0, 60)}`] : []));
  if (headings.length && level(headings[0]) !== 1) faults.push(`the first heading is ${headings[0].tagName}`);
  return faults;
}

/** Texts that are the name of a text (`threads-new-title`). Runs in the page. */
function untranslated() {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.nodeValue.trim();
    if (/^[a-z]+(-[a-z0-9]+)+$/.test(text) && !texts.currentNode.parentElement.closest('.prose, .secret, .code, .lines')) found.push(`not translated: ${text}`);
  }
  return found;
}

/** Elements whose focus can't be seen. Runs in the page. */
function unseen() {
  const faults = [];
  for (const it of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')) {
    if (!it.checkVisibility() || it.disabled) continue;
    it.focus();
    if (document.activeElement !== it) continue;
    const style = getComputedStyle(it);
    // `auto` is the browser's own ring.
    const marked = style.outlineStyle === 'auto' || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
    const box = it.getBoundingClientRect();
    if (!marked || box.width < 2 || box.height < 2 || box.right <= 0 || box.bottom <= 0) faults.push(`no visible focus: ${it.outerHTML.slice(0, 120)}`);
  }
  return faults;
}

/** A test with a visitor: a picture of the page is kept when it fails, and any trouble on the way fails it. `site` gives browser and base; `as` in the options is who is logged in. */
export function journey(name, options, site, work) {
  test(name, async () => {
    const { browser, base, sessionOf } = site();
    const session = options.as && (await sessionOf(options.as));
    const visitor = await Visitor.arrive(browser, base, { ...options, session });
    try {
      await work(visitor);
    } catch (error) {
      await mkdir(failureDir, { recursive: true });
      const file = join(failureDir, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.png`);
      await visitor.page.screenshot({ path: file, fullPage: true }).catch(() => {});
      error.message += `\nat ${visitor.page.url()}, picture: ${file}\n${visitor.problems.join('\n')}`;
      await visitor.context.close();
      throw error;
    }
    await visitor.leave();
  });
}
