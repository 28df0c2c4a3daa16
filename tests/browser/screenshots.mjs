// node screenshots.mjs --screenshots DIR [--language en]: a picture of every page at 390 and 1280 px, of an instance made for it (VAKPLEIN_BIN).
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pages } from './pages.mjs';
import { logIn, startSite } from './site.mjs';
import { Visitor, withBrowser } from './visitor.mjs';

const { values } = parseArgs({ options: { screenshots: { type: 'string' }, language: { type: 'string', default: 'nl' } } });
assert.ok(values.screenshots, 'usage: node screenshots.mjs --screenshots DIR [--language nl|en]');
await mkdir(values.screenshots, { recursive: true });
const site = await startSite();
try {
  await withBrowser(async (browser) => {
    for (const { name, path, as, status } of pages) {
      for (const width of [390, 1280]) {
        const visitor = await Visitor.arrive(browser, site.base, { language: values.language, width });
        try {
          if (as) await logIn(visitor, as);
          await visitor.open(path(site), status);
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
