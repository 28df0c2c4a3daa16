// Every page in both languages: nothing that axe minds, no scrolling sideways at 390 and 320 px, nothing on the console, no breach of the CSP.
import { describe } from 'node:test';
import { pages } from './pages.mjs';
import { logIn, sharedSite } from './site.mjs';
import { journey, locales } from './visitor.mjs';

const site = sharedSite();

for (const language of Object.keys(locales)) {
  describe(language, () => {
    for (const { name, path, as, status } of pages) {
      journey(`${name} (${language})`, { language }, site, async (visitor) => {
        if (as) await logIn(visitor, as);
        await visitor.open(path(site()), status);
        await visitor.inspect();
      });
    }
  });
}
