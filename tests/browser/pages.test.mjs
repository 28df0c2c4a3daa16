// Every page in both languages: nothing that axe minds (target size included), no scrolling sideways on small screens or with large text,
// headings in order, the focus visible, nothing on the console, no breach of the CSP, every text translated.
import { describe } from 'node:test';
import { empty, pages, show } from './pages.mjs';
import { sharedSite } from './site.mjs';
import { journey, locales } from './visitor.mjs';

const site = sharedSite();

for (const language of Object.keys(locales)) {
  describe(language, { concurrency: 3 }, () => {
    for (const page of pages) {
      journey(`${page.name} (${language})`, { language, as: page.as }, site, async (visitor) => {
        await show(visitor, page, site());
        await visitor.inspect();
      });
    }
  });
}

describe('in the dark', { concurrency: 3 }, () => {
  const dark = ['start', 'group', 'thread-new-wrong', 'member-thread', 'moderator-thread', 'member-thread-asked', 'links', 'history', 'case', 'settings-account', 'bans'];
  for (const page of pages.filter(({ name }) => dark.includes(name))) {
    journey(`${page.name} (dark)`, { as: page.as, colours: 'dark' }, site, async (visitor) => {
      await show(visitor, page, site());
      await visitor.inspect();
    });
  }
});

describe('an empty instance', { concurrency: 3 }, () => {
  const bare = sharedSite({ bare: true });
  for (const page of empty) {
    journey(page.name, { as: page.as }, bare, async (visitor) => {
      await show(visitor, page, bare());
      await visitor.inspect();
    });
  }
});
