// node screenshots.mjs --screenshots DIR [--language en]: a picture of every page at 390 and 1280 px, of an instance made for it (VAKPLEIN_BIN).
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pages, show } from './pages.mjs';
import { sessionOf, startSite } from './site.mjs';
import { Visitor, withBrowser } from './visitor.mjs';

const { values } = parseArgs({ options: { screenshots: { type: 'string' }, language: { type: 'string', default: 'nl' } } });
assert.ok(values.screenshots, 'usage: node screenshots.mjs --screenshots DIR [--language nl|en]');
await mkdir(values.screenshots, { recursive: true });
const site = await startSite();
try {
  await withBrowser(async (browser) => {
    const sessions = {};
    for (const page of pages) {
      const { name, as } = page;
      if (as) sessions[as] ??= await sessionOf({ browser, base: site.base }, as);
      for (const width of [390, 1280]) {
        const visitor = await Visitor.arrive(browser, site.base, { language: values.language, width, session: sessions[as] });
        try {
          await show(visitor, page, site);
          await visitor.page.screenshot({ path: join(values.screenshots, `${name}-${width}.png`), fullPage: true });
        } catch (error) {
          process.exitCode = 1;
          console.error(`${name} at ${width}: ${error.message}`);
        }
        await visitor.context.close();
      }
    }
  });
} finally {
  await site.server.stop();
}
