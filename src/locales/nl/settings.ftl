# What members decide about themselves.

settings = Instellingen
settings-parts = Onderdelen van de instellingen
settings-profile = Profiel
settings-account = Account
settings-security = Beveiliging
settings-tokens = Toegangssleutels
settings-blocks = Blokkeren en dempen
settings-data = Uw gegevens

settings-display-name = Naam
settings-display-name-hint = Zo ziet iedereen u bij uw berichten.
settings-bio = Over u
settings-bio-hint = Wat anderen mogen weten. Iedereen kan dit lezen.
settings-employer = Organisatie
settings-employer-hint = Bijvoorbeeld uw gemeente of werkplein.
settings-function = Functie
settings-avatar = Foto of plaatje
settings-avatar-now = Uw foto of plaatje
settings-avatar-remove = Verwijder de foto of het plaatje
settings-avatar-file = Kies een bestand
settings-avatar-hint = PNG, JPEG, GIF of WebP, hoogstens 20 MB. Een vierkant plaatje past het best.
settings-avatar-alt = Wat staat erop?
settings-avatar-alt-hint = Voor mensen die het plaatje niet kunnen zien. Bijvoorbeeld: vrouw met rode bril.
settings-discoverable = Anderen mogen mij vinden
settings-discoverable-hint = Uw profiel kan in lijsten en zoekresultaten staan, ook op andere sites.

settings-preferences = Taal en e-mail
settings-language = Taal
settings-language-browser = Zoals mijn browser vraagt
settings-mail-replies = E-mail bij een reactie of vermelding
settings-mail-replies-hint = U krijgt een bericht als iemand u antwoordt of noemt.
settings-mail-moderation = E-mail over moderatie
settings-mail-moderation-hint = U krijgt een e-mail als er iets gemeld of aangevraagd is, en bij besluiten.
settings-mail-titles = Titels in e-mail over besloten groepen
settings-mail-titles-hint = U ziet in de e-mail over welk gesprek het gaat. Dit geldt alleen voor groepen die alleen leden lezen. Bij strengere groepen staat er nooit een titel in.
settings-email-now = Uw adres is nu { $email }.
settings-email-new = Nieuw e-mailadres
settings-email-hint = Wij sturen een link naar dit adres. Pas als u die opent, verandert het.
settings-email-send = E-mailadres veranderen
settings-password = Wachtwoord
settings-password-current = Uw wachtwoord van nu
settings-password-send = Wachtwoord veranderen

settings-totp = Inloggen in twee stappen
settings-totp-text = U logt dan in met uw wachtwoord en met een code uit een app op uw telefoon. Iemand die uw wachtwoord weet, komt dan nog niet binnen.
settings-totp-on = Inloggen in twee stappen staat aan.
settings-totp-start = Aanzetten
settings-totp-off = Uitzetten
settings-codes-left = { $count ->
    [0] U hebt geen herstelcodes meer. Maak nieuwe.
    [one] U hebt nog 1 herstelcode.
   *[other] U hebt nog { $count } herstelcodes.
}
settings-codes-new = Nieuwe herstelcodes maken
settings-sessions = Waar u bent ingelogd
settings-sessions-text = Herkent u een apparaat niet? Log het uit en verander uw wachtwoord.
settings-session-this = dit apparaat
settings-session-seen = gebruikt:
settings-session-end = Log uit
settings-sessions-end = Log overal uit, behalve hier
settings-session-unknown = Onbekend apparaat
settings-enrol = Inloggen in twee stappen aanzetten
settings-enrol-lead = U hebt een app nodig die codes maakt, op uw telefoon of computer.
settings-enrol-app = Open de app. Hebt u er nog geen? Zoek in de winkel van uw telefoon op ‘authenticator’.
settings-enrol-scan = Scan deze code met de app.
settings-enrol-qr = QR-code met de sleutel voor uw app. Dezelfde sleutel staat hieronder als tekst.
settings-enrol-secret = Kunt u niet scannen? Typ dan deze sleutel over:
settings-enrol-type = Vul hieronder de code in die de app laat zien.
settings-enrol-send = Aanzetten
settings-codes = Herstelcodes
settings-codes-lead = Bewaar deze codes op een veilige plek. U ziet ze maar één keer.
settings-codes-text = Bent u uw telefoon kwijt? Dan kunt u met zo’n code inloggen. Elke code werkt één keer.
settings-codes-done = Ik heb de codes bewaard

settings-tokens-text = Met een toegangssleutel kan een programma namens u werken. Geef hem aan niemand anders.
settings-tokens-none = U hebt geen toegangssleutels
settings-token-made = Uw nieuwe toegangssleutel
settings-token-once = Bewaar hem nu. U ziet hem maar één keer.
settings-token-since = sinds
settings-token-until = tot
settings-token-revoke = Intrekken
settings-token-new = Nieuwe toegangssleutel
settings-token-label = Naam
settings-token-label-hint = Zodat u later weet waarvoor hij is.
settings-token-scopes = Wat mag het programma?
settings-token-make = Maken
settings-scope-read = Lezen wat u kunt lezen
settings-scope-write = Schrijven en reageren namens u
settings-scope-moderate = Modereren namens u
settings-scope-admin = De site beheren namens u

settings-blocks-text = Wie u blokkeert, kan u niet bereiken en u ziet diens berichten niet. Wie u dempt, merkt daar niets van.
settings-blocks-none = U blokkeert of dempt niemand
settings-block-is = geblokkeerd
settings-mute-is = gedempt
settings-block-remove = Opheffen
settings-block-new = Een hele site blokkeren of dempen
settings-block-host = Adres van de site
settings-block-host-hint = Bijvoorbeeld forum.voorbeeld.nl. Een persoon blokkeert u op diens profiel.
settings-block-kind = Wat wilt u doen?
settings-block-mute = Dempen
settings-block-mute-hint = U ziet niets meer van deze site.
settings-block-block = Blokkeren
settings-block-block-hint = Mensen van deze site kunnen u ook niet meer volgen of antwoorden.
settings-block-send = Toepassen

settings-download = Uw gegevens downloaden
settings-download-text = U krijgt een zip-bestand met uw profiel, uw berichten en uw bestanden. Programma’s en mensen kunnen het lezen.
settings-download-send = Downloaden
settings-delete = Uw account verwijderen
settings-delete-text = U krijgt eerst { $days } dagen bedenktijd. Zo lang kunt u het terugdraaien.
settings-delete-posts = Uw berichten en bestanden worden verwijderd.
settings-delete-name = Uw gebruikersnaam komt niet meer vrij.
settings-delete-elsewhere = Andere sites met een kopie krijgen bericht om die te verwijderen.
settings-delete-alone = U bent de enige eigenaar van een groep
settings-delete-alone-text = Maak eerst iemand anders eigenaar. Anders heeft de groep straks geen eigenaar en zorgt alleen de beheerder van deze site er nog voor.
settings-delete-send = Account verwijderen
settings-delete-waits = Uw account wordt verwijderd.
settings-delete-at = Dat gebeurt op
settings-delete-undo = Toch houden

flash-saved = Opgeslagen.
flash-email-sent = Wij hebben een link gestuurd naar { $value }. Open die om het adres te bevestigen.
flash-password-changed = Uw wachtwoord is veranderd. Op andere apparaten bent u uitgelogd.
flash-totp-off = Inloggen in twee stappen staat uit.
flash-session-ended = Het apparaat is uitgelogd.
flash-sessions-ended = U bent overal uitgelogd, behalve hier.
flash-token-revoked = De toegangssleutel is ingetrokken.
flash-blocked = Dit is toegepast.
flash-unblocked = Dit is opgeheven.
flash-leaving = Uw account wordt na de bedenktijd verwijderd.
flash-staying = Uw account blijft bestaan.
