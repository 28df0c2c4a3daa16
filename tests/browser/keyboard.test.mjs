// By keyboard alone: the focus can always be seen, goes in the order of the page, and is never caught.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { password, sharedSite } from './site.mjs';
import { journey } from './visitor.mjs';

const site = sharedSite();
const main = (visitor) => visitor.page.getByRole('main');
const focused = (visitor) => visitor.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120));

/** Goes once around the page with the Tab key; fails when it isn't in the order of the page, or doesn't come round. */
async function goRound(visitor) {
  await visitor.page.evaluate(() => document.activeElement?.blur());
  const order = [];
  for (let i = 0; i < 400; i++) {
    await visitor.page.keyboard.press('Tab');
    const place = await visitor.page.evaluate(() => {
      const at = document.activeElement;
      return !at || at === document.body ? -1 : [...document.querySelectorAll('*')].indexOf(at);
    });
    if (place === -1 || place === order[0]) {
      assert.deepEqual(order, [...order].sort((a, b) => a - b), 'the focus jumps back');
      return order.length;
    }
    assert.notEqual(place, order.at(-1), `the focus is caught at ${await focused(visitor)}`);
    order.push(place);
  }
  return assert.fail('the focus never comes round');
}

describe('by keyboard alone', () => {
  journey('a member logs in, reads, answers and logs out', {}, site, async (visitor) => {
    const { page } = visitor;
    const { keyboard } = page;
    await visitor.open('/');

    // The first stop leads past the menu.
    await keyboard.press('Tab');
    const skip = visitor.link('Ga naar de inhoud');
    assert.ok(await skip.evaluate((it) => it === document.activeElement && it.getBoundingClientRect().top >= 0), 'the skip link shows itself');
    await keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'main');
    await keyboard.press('Tab');
    assert.ok(await main(visitor).evaluate((it) => it.contains(document.activeElement)), 'the next stop is in the content');

    // A mistake: the list of mistakes has the focus, and leads to the field.
    await visitor.enter(visitor.link('Inloggen', page.getByRole('banner')));
    await visitor.type('E-mailadres of gebruikersnaam', 'bas@example.org');
    await visitor.enter(visitor.button('Inloggen', main(visitor)));
    await visitor.isToldOf();
    assert.equal(await visitor.field('E-mailadres of gebruikersnaam').inputValue(), 'bas@example.org');
    await visitor.type('Wachtwoord', password);
    await visitor.enter(visitor.button('Inloggen', main(visitor)));
    await visitor.sees('Dag bas');

    await visitor.enter(visitor.link('Groepen', page.getByRole('navigation', { name: 'Hoofdmenu' })));
    await visitor.enter(visitor.link('De tuin', main(visitor)));
    await visitor.enter(visitor.link('Wanneer snoei ik de appelboom?', main(visitor)));
    assert.ok((await goRound(visitor)) > 15);

    // A wide table scrolls by the arrow keys.
    const table = page.locator('.table[tabindex]').first();
    assert.equal(await table.getAttribute('role'), 'group');
    assert.match(await table.getAttribute('aria-label'), /^Tabel/);
    await page.setViewportSize({ width: 390, height: 800 });
    await visitor.tabTo(table);
    await keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.activeElement.scrollLeft > 0);
    await page.setViewportSize({ width: 1280, height: 900 });

    // A menu opens by Enter, closes by Escape, and gives the focus back.
    const menu = page.getByRole('article').first().locator('summary').filter({ hasText: 'Meer' });
    await visitor.tabTo(menu);
    await keyboard.press('Enter');
    const entry = visitor.link('Link naar dit bericht').filter({ visible: true }).first();
    await entry.waitFor();
    await visitor.tabTo(entry);
    await keyboard.press('Escape');
    assert.ok(await menu.evaluate((it) => it === document.activeElement && !it.parentElement.open));

    // An empty answer, then a real one, sent from within the text box.
    await visitor.enter(visitor.button('Reactie plaatsen'));
    await visitor.isToldOf('Uw reactie');
    await visitor.tabTo(visitor.link('Schrijf een bericht.'));
    await keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'content');
    await keyboard.type('Met het toetsenbord getypt.');
    await Promise.all([page.waitForEvent('load'), keyboard.press('Control+Enter')]);
    await visitor.sees('Uw reactie is geplaatst.');
    await visitor.sees('Met het toetsenbord getypt.');

    await visitor.tabTo(page.getByRole('banner').locator('summary').filter({ hasText: 'Uw account' }));
    await keyboard.press('Enter');
    await visitor.enter(visitor.button('Uitloggen'));
    await visitor.link('Inloggen', page.getByRole('banner')).waitFor();
  });

  for (const [what, path, as] of [
    ['the form for a topic', () => '/g/tuin/new', 'bas'],
    ['a long topic', () => site().long, 'cor'],
    ['a case', () => `/moderation/reports/${site().reportId}`, 'anna'],
    ['the settings', () => '/settings', 'bas'],
    ['the links of a group', () => '/g/stad/links', 'anna'],
    ['a question about a topic of ones own', () => site().asked, 'bas'],
    ['topics that were proposed', () => '/g/stad/offers', 'anna'],
  ]) {
    journey(`one goes around ${what}`, { as }, site, async (visitor) => {
      await visitor.open(path());
      assert.ok((await goRound(visitor)) > 10);
    });
  }
});
