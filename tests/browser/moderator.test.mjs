// What a moderator does, and what those whom it concerns get to see of it: the author, the members, the public.
import assert from 'node:assert/strict';
import { sharedSite } from './site.mjs';
import { Visitor, journey } from './visitor.mjs';

const site = sharedSite();
const main = (visitor) => visitor.page.getByRole('main');
const articleBy = (visitor, name) => visitor.page.getByRole('article', { name: new RegExp(`^${name}`) });

/** What somebody else does or sees meanwhile. */
async function meanwhile(as, work) {
  const { browser, base, sessionOf } = site();
  const other = await Visitor.arrive(browser, base, { session: as && (await sessionOf(as)) });
  await work(other);
  await other.leave();
}

/** Writes a reply by the API; gives the path of its place. */
async function said(by, content) {
  const { api, threadId } = site();
  const { id } = await api[by].ask('POST', `/threads/${threadId}/replies`, { content });
  return `/p/${id}`;
}

const notice = async (visitor, text) => {
  await visitor.open('/notifications');
  for (let tries = 0; tries < 50 && !(await visitor.link(text).count()); tries++) {
    await visitor.page.waitForTimeout(100);
    await visitor.open('/notifications');
  }
  await visitor.follow(text);
};

journey('judges a report; the author is told why, objects, and gets the post back', { as: 'anna' }, site, async (anna) => {
  const place = await said('cor', 'Wie dit leest is gek.');

  await meanwhile(null, async (passer) => {
    await passer.open(place);
    await passer.choose('Meer', 'Melden', passer.page.getByRole('article').filter({ hasText: 'Wie dit leest is gek.' }));
    await passer.press('Versturen', main(passer));
    await passer.isToldOf('Leg uit wat er mis is');
    await passer.fill({ 'Uw naam (niet verplicht)': 'Een voorbijganger', 'Tegen de regels van de groep': true });
    await passer.press('Versturen', main(passer));
    await passer.isToldOf('Leg uit wat er mis is');
    assert.equal(await passer.field(/^Uw naam/).inputValue(), 'Een voorbijganger');
    assert.ok(await passer.field('Tegen de regels van de groep').isChecked());
    await passer.fill({ 'Leg uit wat er mis is': 'Dit is schelden.' });
    await passer.press('Versturen', main(passer));
    await passer.sees('Dank u. De moderators kijken ernaar.');
  });

  await anna.open('/');
  await anna.choose('Uw account', 'Moderatie', anna.page.getByRole('banner'));
  await anna.follow(/(zaak|zaken) te beoordelen/, anna.page.locator('.panel', { hasText: 'De tuin' }));
  await anna.follow(/Antwoord van cor/);
  await anna.sees('Dit is schelden.');
  await anna.fill({ 'Het bericht verwijderen': true });
  await anna.press('Ingrijpen en afsluiten');
  await anna.isToldOf('Reden');
  assert.ok(await anna.field('Het bericht verwijderen').isChecked());
  await anna.fill({ Reden: 'Schelden mag niet, zie regel 1.' });
  await anna.press('Ingrijpen en afsluiten');
  await anna.sees('De zaak is afgehandeld.');

  await meanwhile('cor', async (cor) => {
    await notice(cor, /^Uw bericht in De tuin is verwijderd/);
    await cor.sees('Besluit over u');
    await cor.sees('Schelden mag niet, zie regel 1.');
    await cor.sees('Nee, een mens besliste');
    await cor.inspect();
    await cor.press('Vraag een nieuwe beoordeling');
    await cor.isToldOf('Waarom klopt het besluit niet?');
    await cor.fill({ 'Waarom klopt het besluit niet?': 'Het was een grap onder vrienden.' });
    await cor.press('Vraag een nieuwe beoordeling');
    await cor.sees('Uw verzoek om een nieuwe beoordeling is verstuurd.');
  });

  await meanwhile(null, async (passer) => {
    await passer.open(site().thread);
    await passer.seesNot('Wie dit leest is gek.');
    await passer.open('/g/tuin/log');
    await passer.sees('verwijderde een bericht van een lid');
    await passer.sees('Schelden mag niet, zie regel 1.');
    await passer.seesNot(/\bcor\b|\banna\b/);
  });

  await anna.open(place);
  await anna.choose('Meer', 'Terugzetten', anna.page.getByRole('article').filter({ hasText: 'Schelden mag niet' }));
  await anna.sees('Het bericht is weer te lezen.');
  await meanwhile('cor', (cor) => notice(cor, /^Uw bericht in De tuin staat er weer/));
});

journey('removes a post at once, with a reason', { as: 'anna' }, site, async (anna) => {
  const place = await said('bas', 'Koop hier uw heggenschaar.');
  await anna.open(place);
  await anna.choose('Meer', 'Verwijderen als moderator', anna.page.getByRole('article').filter({ hasText: 'heggenschaar' }));
  await anna.press('Verwijderen', main(anna));
  await anna.isToldOf('Reden');
  await anna.fill({ Reden: 'Geen reclame.' });
  await anna.press('Verwijderen', main(anna));
  await anna.sees('De schrijver krijgt uw reden.');
  await anna.sees('Een moderator heeft dit bericht verwijderd. Reden: Geen reclame.');
  await anna.inspect();
});

journey('closes, opens and pins a topic', { as: 'anna' }, site, async (anna) => {
  await anna.open(site().thread);
  await anna.choose('Beheren', 'Gesprek sluiten');
  await anna.sees('Het gesprek is gesloten.');
  await meanwhile('bas', async (bas) => {
    await bas.open(site().thread);
    await bas.sees('Een moderator heeft dit gesprek gesloten.');
    assert.equal(await bas.field('Uw reactie').count(), 0);
  });
  await anna.choose('Beheren', 'Gesprek weer openen');
  await anna.sees('Het gesprek is weer open.');
  await anna.choose('Beheren', 'Bovenaan vastzetten');
  await anna.sees('Het gesprek staat nu bovenaan.');
  await meanwhile('bas', async (bas) => {
    await bas.open(site().thread);
    await bas.field('Uw reactie').waitFor();
    await bas.open('/g/tuin?sort=new');
    const titles = await bas.page.locator('.topic__title').allTextContents();
    assert.ok(titles.slice(0, 2).includes('Wanneer snoei ik de appelboom?'), titles.join(', '));
  });
});

journey('warns somebody, then keeps them out for a time', { as: 'anna' }, site, async (anna) => {
  await anna.open(site().long);
  await anna.choose('Meer', 'Schrijver waarschuwen', articleBy(anna, 'cor').first());
  await anna.press('Waarschuwing versturen');
  await anna.isToldOf('Waarschuwing');
  await anna.fill({ Waarschuwing: 'Houd het vriendelijk.' });
  await anna.press('Waarschuwing versturen');
  await anna.sees('heeft een waarschuwing gekregen.');

  await anna.open('/g/tuin/bans');
  await anna.follow('Iemand uitsluiten', main(anna));
  await anna.fill({ 'Wie?': 'bestaat-niet', Reden: 'Blijft schelden.' });
  await anna.press('Uitsluiten', main(anna));
  await anna.isToldOf('Wie?');
  assert.equal(await anna.field('Reden').inputValue(), 'Blijft schelden.');
  await anna.fill({ 'Wie?': 'cor', '1 dag': true });
  await anna.press('Uitsluiten', main(anna));
  await anna.sees('cor is uitgesloten.');
  await anna.inspect();

  await meanwhile('cor', async (cor) => {
    await cor.open(site().thread);
    await cor.sees('U mag in deze groep niet meer schrijven.');
    await notice(cor, /^U mag niet meer meedoen in De tuin/);
    await cor.sees('Blijft schelden.');
    await cor.sees('Tot wanneer?');
  });

  await anna.press(/^Uitsluiting opheffen ?: cor/);
  await anna.sees('De uitsluiting is opgeheven.');
});
