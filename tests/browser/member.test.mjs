// What a member does, from making an account to leaving: with scripts, and once more without.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe } from 'node:test';
import { password, sharedSite } from './site.mjs';
import { journey } from './visitor.mjs';

const site = sharedSite();
const main = (visitor) => visitor.page.getByRole('main');
const file = (buffer) => ({ name: 'appel.png', mimeType: 'image/png', buffer });

/** The code of an authenticator app (RFC 6238) for a key in base 32. */
function codeOf(key) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...key.replaceAll(/\s|=/g, '')].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', secret).update(step).digest();
  const at = digest.at(-1) & 15;
  return String((digest.readUInt32BE(at) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

async function signUp(visitor, name) {
  await visitor.open('/');
  await visitor.follow('Meedoen');
  await visitor.fill({ Gebruikersnaam: 'met spatie', 'E-mailadres': 'geen adres', Wachtwoord: 'kort' });
  await visitor.press('Account maken', main(visitor));
  await visitor.isToldOf('Gebruikersnaam', 'E-mailadres', 'Wachtwoord', 'Ik houd mij aan de huisregels');
  assert.equal(await visitor.field('Gebruikersnaam').inputValue(), 'met spatie');
  assert.equal(await visitor.field('E-mailadres').inputValue(), 'geen adres');
  await visitor.fill({ Gebruikersnaam: name, 'E-mailadres': `${name}@example.org`, Wachtwoord: password, 'Ik houd mij aan de huisregels': true });
  await visitor.press('Account maken', main(visitor));
  await visitor.sees('Kijk in uw e-mail');

  const mail = visitor.page.locator('.panel').filter({ hasText: `aan ${name}@example.org` });
  for (let tries = 0; tries < 50 && !(await mail.count()); tries++) {
    await visitor.page.waitForTimeout(100);
    await visitor.open('/dev/mail');
  }
  await visitor.follow(/\/confirm\//, mail.first());
  await visitor.press('Ja, dit adres is van mij');
  await visitor.sees('Uw e-mailadres is bevestigd.');
}

async function enter(visitor, name) {
  await visitor.fill({ 'E-mailadres of gebruikersnaam': `${name}@example.org`, Wachtwoord: password });
  await visitor.press('Inloggen', main(visitor));
}

async function logIn(visitor, name) {
  await visitor.fill({ 'E-mailadres of gebruikersnaam': `${name}@example.org`, Wachtwoord: 'dit is het niet, denk ik' });
  await visitor.press('Inloggen', main(visitor));
  await visitor.isToldOf();
  assert.equal(await visitor.field('E-mailadres of gebruikersnaam').inputValue(), `${name}@example.org`);
  await enter(visitor, name);
  await visitor.sees(`Dag ${name}`);
}

async function join(visitor) {
  await visitor.follow('Groepen', visitor.page.getByRole('navigation', { name: 'Hoofdmenu' }));
  await visitor.follow('De tuin');
  await visitor.press('Word lid');
  await visitor.sees('U bent lid');
}

async function startTopic(visitor, name) {
  const title = `Appels van ${name}`;
  await visitor.follow('Gesprek beginnen', main(visitor));
  await visitor.fill({ 'Uw bericht': 'Mijn boom geeft **wrange** appels.' });
  await visitor.press('Gesprek plaatsen');
  await visitor.isToldOf('Onderwerp');
  assert.equal(await visitor.field('Uw bericht').inputValue(), 'Mijn boom geeft **wrange** appels.');

  await visitor.fill({ Onderwerp: title });
  await visitor.press('Voorbeeld');
  await visitor.part('region', 'Zo komt het eruit te zien').getByText('wrange', { exact: true }).waitFor();
  if (visitor.scripts) await visitor.inspect();

  await visitor.field(/^Bestanden toevoegen/).setInputFiles(file(Buffer.from('\x89PNG\r\n\x1a\nkapot', 'latin1')));
  await visitor.press('Gesprek plaatsen');
  await visitor.isToldOf(/^Bestanden toevoegen/);
  await visitor.field(/^Bestanden toevoegen/).setInputFiles(file(await visitor.page.screenshot({ clip: { x: 0, y: 0, width: 80, height: 60 } })));
  await visitor.press('Gesprek plaatsen');
  await visitor.sees('Schrijf bij elke afbeelding wat erop staat');
  if (visitor.scripts) await visitor.inspect();
  await visitor.press('Gesprek plaatsen');
  await visitor.isToldOf('Wat staat er op deze afbeelding?');
  await visitor.fill({ 'Wat staat er op deze afbeelding?': 'Een groene appel' });
  await visitor.press('Gesprek plaatsen');
  await visitor.sees('Uw gesprek is geplaatst.');
  assert.equal(await visitor.page.getByRole('heading', { level: 1 }).textContent(), title);
  await visitor.page.getByRole('img', { name: 'Een groene appel' }).waitFor();
}

async function replyTo(visitor) {
  const mine = visitor.page.getByRole('article').last();
  await visitor.press('Reactie plaatsen');
  await visitor.isToldOf('Uw reactie');
  await visitor.fill({ 'Uw reactie': 'Ze worden al zoeter.' });
  await visitor.press('Voorbeeld');
  await visitor.press('Reactie plaatsen');
  await visitor.sees('Uw reactie is geplaatst.');

  await visitor.choose('Meer', 'Bewerken', mine);
  await visitor.fill({ 'Uw bericht': 'Ze worden langzaam zoeter.' });
  await visitor.press('Wijziging opslaan');
  await visitor.sees('De wijziging is opgeslagen.');
  await visitor.follow('bewerkt', mine);
  assert.deepEqual(await visitor.page.locator('del').allTextContents(), ['al']);
  assert.deepEqual(await visitor.page.locator('ins').allTextContents(), ['langzaam']);
  await visitor.follow('Terug naar het gesprek');

  await visitor.choose('Meer', 'Verwijderen', mine);
  await visitor.press('Verwijderen', main(visitor));
  await visitor.sees('Het bericht is verwijderd.');
  await visitor.seesNot('Ze worden langzaam zoeter.');
}

async function like(visitor) {
  await visitor.open(site().thread);
  const answer = visitor.page.getByRole('article', { name: /^anna/ });
  const before = Number(await answer.getByRole('button', { name: /^Nuttig/ }).locator('.nl-number-badge').textContent());
  await visitor.press(/^Nuttig/, answer);
  const button = answer.getByRole('button', { name: `Nuttig ${before + 1}` });
  assert.equal(await button.getAttribute('aria-pressed'), 'true');
  await visitor.press(/^Nuttig/, answer);
  assert.equal(await answer.getByRole('button', { name: /^Nuttig/ }).getAttribute('aria-pressed'), 'false');
}

async function secureAndReturn(visitor, name) {
  await visitor.open('/settings/security');
  await visitor.fill({ 'Uw wachtwoord van nu': password });
  await visitor.press('Aanzetten');
  if (visitor.scripts) await visitor.inspect();
  await visitor.fill({ Code: '000000' });
  await visitor.press('Aanzetten', main(visitor));
  await visitor.isToldOf('Code');
  await visitor.fill({ Code: codeOf(await visitor.page.locator('.secret').textContent()) });
  await visitor.press('Aanzetten', main(visitor));
  await visitor.sees('Bewaar deze codes op een veilige plek.');
  if (visitor.scripts) await visitor.inspect();
  const spare = await visitor.page.locator('.secret').first().textContent();
  await visitor.follow('Ik heb de codes bewaard');

  await visitor.choose('Uw account', 'Uitloggen', visitor.page.getByRole('banner'));
  await visitor.follow('Inloggen', visitor.page.getByRole('banner'));
  await enter(visitor, name);
  await visitor.sees('Uw account is extra beveiligd.');
  await visitor.fill({ Code: '123' });
  await visitor.press('Inloggen', main(visitor));
  await visitor.isToldOf('Code');
  await visitor.fill({ Code: spare });
  await visitor.press('Inloggen', main(visitor));
  await visitor.sees(`Dag ${name}`);
}

async function takeData(visitor) {
  await visitor.open('/settings/data');
  const [download] = await Promise.all([visitor.page.waitForEvent('download'), visitor.button('Downloaden').click()]);
  const bytes = await readFile(await download.path());
  assert.equal(bytes.subarray(0, 2).toString(), 'PK', 'a zip file');
  for (const part of ['profile.json', 'posts.json', 'files.json']) assert.ok(bytes.includes(part), `${part} is in it`);
}

async function leave(visitor) {
  await visitor.open('/g/tuin');
  await visitor.choose('Meer', 'Groep verlaten', main(visitor));
  await visitor.press('Groep verlaten', main(visitor));
  await visitor.button('Word lid').waitFor();

  await visitor.open('/settings/data');
  await visitor.press('Account verwijderen');
  await visitor.isToldOf('Uw wachtwoord van nu');
  await visitor.fill({ 'Uw wachtwoord van nu': password });
  await visitor.press('Account verwijderen');
  await visitor.sees('Uw account wordt na de bedenktijd verwijderd.');
  await visitor.press('Toch houden');
  await visitor.sees('Uw account blijft bestaan.');
}

describe('a member', () => {
  for (const javaScript of [true, false]) {
    const name = javaScript ? 'fenna' : 'oscar';
    journey(`signs up, takes part and leaves ${javaScript ? 'with' : 'without'} scripts`, { javaScript }, site, async (visitor) => {
      await signUp(visitor, name);
      await logIn(visitor, name);
      await join(visitor);
      await startTopic(visitor, name);
      await replyTo(visitor);
      await like(visitor);
      await secureAndReturn(visitor, name);
      await takeData(visitor);
      await leave(visitor);
    });
  }
});
