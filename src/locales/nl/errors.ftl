# Pages that say that something can't be done, and what is wrong with a field of a form.

error-home = Naar de voorpagina
error-before = Terug naar waar u was
error-back = Ga terug naar de vorige pagina, verbeter het en probeer het opnieuw.
error-not-found = Deze pagina bestaat niet
error-not-found-text = Op dit adres is niets te vinden. Misschien is de pagina verplaatst, of klopt het adres niet.
error-not-found-next = Controleer het adres, of zoek via het menu wat u nodig hebt.
error-not-found-next-visitor = Controleer het adres, of zoek via het menu wat u nodig hebt. Sommige pagina's ziet u pas als u bent ingelogd.
error-gone = Dit is verwijderd
error-gone-text = Wat hier stond, is verwijderd. Het komt niet terug.
error-gone-next = Kijk in de groep welke gesprekken er wel zijn.
error-denied = Dit kan niet
error-denied-next = Klopt dit volgens u niet? Neem dan contact op met de beheerders van deze site.
error-invalid = Er klopt iets niet
error-outdated = Dit is al veranderd
error-conflict = Dit was al gedaan, of iemand anders was u net voor. Bekijk hoe het er nu voor staat.
error-busy = Even geduld
error-busy-text = U doet dit nu te vaak achter elkaar, of het is erg druk.
error-busy-minutes = { $count ->
    [one] Probeer het over 1 minuut opnieuw.
   *[other] Probeer het over { $count } minuten opnieuw.
}
error-internal = Er ging iets mis
error-internal-text = Dit ligt aan ons, niet aan u. De fout is opgeschreven voor de beheerders.
error-internal-next = Probeer het over een paar minuten opnieuw. Gaat het dan weer mis? Neem contact op.
error-unavailable = Dat kan nu even niet
error-unavailable-text = De site kan uw vraag nu niet beantwoorden: het is te druk, of er is een storing. Er is niets veranderd, en wat eerder is geplaatst, is veilig.
error-unavailable-next = Wacht een minuut en laad deze pagina opnieuw. Lukt het dan nog niet? Neem contact op.
error-unavailable-kept = Wat u had ingevuld, is bewaard en staat hieronder. Wacht een minuut en verstuur het opnieuw. Bestanden en wachtwoorden moet u opnieuw kiezen.
error-unreachable = De andere site antwoordt niet
error-unreachable-text = Hiervoor moest een andere site antwoorden, en dat deed die nu niet.
error-unreachable-next = Probeer het over een paar minuten opnieuw.

busy-title = Het is nu erg druk
busy-text = De site kan even niet meer vragen aan. Over een halve minuut gaat het vaak wel weer.
busy-reload = Wacht even en laad deze pagina opnieuw.
busy-send-text = Er is nog niets verstuurd. Uw tekst is bewaard: wacht even en kies Opnieuw versturen. Bestanden moet u daarna opnieuw kiezen.
busy-send-reload = Er is nog niets verstuurd. Wacht even en laad deze pagina opnieuw: uw browser vraagt dan of u het formulier nog eens wilt versturen. Kies ja.
busy-look = Het duurde te lang. Misschien is het toch gelukt: kijk eerst of uw bericht of keuze er al staat. Zo niet, laad deze pagina dan opnieuw.

error-signed-out = U bent niet ingelogd
error-signed-out-text = Daarom is uw tekst nog niet verstuurd. Hij is bewaard en staat hieronder.
error-signed-out-next = Log eerst in. Dat opent in een nieuw tabblad. Kom daarna hier terug en verstuur uw tekst opnieuw. Bijlagen en wachtwoorden moet u opnieuw kiezen.
error-signed-out-login = Inloggen (nieuw tabblad)
error-stale = Dit formulier is niet verstuurd
error-stale-text = De pagina stond te lang open, of het formulier kwam niet van deze site. Daarom is er niets veranderd.
error-stale-next = Ga terug, laad de pagina opnieuw en doe het nog een keer.
error-stale-again = Wat u invulde is bewaard. Klopt het nog? Verstuur het dan opnieuw. Bijlagen en wachtwoorden moet u opnieuw kiezen.
error-stale-kept = Uw tekst
error-stale-send = Opnieuw versturen
error-large = Dit is te groot
error-large-text = U stuurde te veel tegelijk. Een bestand mag hoogstens { $size } zijn.
error-large-next = Ga terug naar de vorige pagina, maak het kleiner en probeer het opnieuw.
error-large-kept = Uw tekst is bewaard en staat hieronder. Verstuur hem zonder de bestanden. Een kleiner bestand kunt u er daarna bij doen.
error-malformed = Dit formulier is niet te lezen
error-malformed-text = Er staat iets in het formulier dat daar niet kan staan. Er is niets veranderd.

flash-signed-out = U was uitgelogd, dus er is niets veranderd. Log in en druk daarna nog een keer op de knop.

error-name-missing = Vul een naam in.
error-name-long = De naam is te lang. Gebruik hoogstens { $limit } tekens.
error-name-characters = Gebruik in de naam alleen letters van a tot z, cijfers, streepjes en punten. Begin en eindig met een letter of cijfer.
error-name-unavailable = Deze naam is niet beschikbaar. Kies een andere naam.
error-label-missing = Geef de toegangssleutel een naam, zodat u hem later herkent.
error-label-long = Deze naam is te lang. Gebruik hoogstens 100 tekens.
error-scopes-missing = Kies minstens één ding waarvoor de toegangssleutel is.
error-expiry-past = Kies een moment in de toekomst.
error-time-past = Kies een moment in de toekomst.

error-media-alt = Beschrijf wat er op de afbeelding staat, of kies dat de afbeelding versiering is.

error-ban-self = U kunt dit niet bij uzelf doen.
error-choice = Kies een van de mogelijkheden.
error-person-missing = Schrijf om wie het gaat.
error-person-unknown = Deze persoon bestaat hier niet.
error-email-taken = Dit e-mailadres heeft al een account.
error-peer-host = Vul het adres van een andere site in, zoals forum.gemeente.nl.
error-peer-own = Dit is deze site zelf.
error-flow-unknown = Kies in, out of refused.
error-admin-which = Noem met --as de beheerder namens wie u dit doet.
error-setting-unknown = Deze instelling bestaat niet.

error-link-group = Schrijf met welke groep u een koppeling wilt.
error-link-self = Dit is deze groep zelf. Kies een andere groep.
error-link-closed = Deze groep is niet te vinden, of niet openbaar. Alleen openbare groepen kunnen een koppeling hebben. Kijk of u het adres goed hebt geschreven.
error-link-twice = Deze koppeling is er al, of er wacht al een vraag. Kijk in de lijst met koppelingen.
error-link-many = Een groep kan hoogstens { $limit } koppelingen hebben. Stop er eerst een die niet meer nodig is.
error-link-blocked = De site van deze groep is geblokkeerd. Kies een andere groep, of vraag de beheerders van deze site waarom.
error-link-unreachable = De site van deze groep antwoordt nu niet. Probeer het later opnieuw.
error-link-words = Gebruik hoogstens 20 regels, met hoogstens 60 tekens per regel. Op elke regel moet een woord staan.
error-promote-nowhere = Kies een van de groepen uit de lijst. Alleen met die groepen is er een koppeling.
error-promote-stands = Dit gesprek is daar al voorgesteld. Wacht op het antwoord.
error-promote-shown = Dit gesprek is daar al te zien.
error-promote-declined = Wie dit gesprek begon, wil dit liever niet. Daarom kunt u het daar niet nog eens voorstellen.
error-promote-elsewhere = Wie dit gesprek begon, zit op een andere site. Wij kunnen die persoon niet vragen of het mag.

error-rule-reason = Schrijf op waarom dit nodig is.
error-rule-until = Kies een dag die nog komt, of laat dit leeg.
error-rule-day = Vul een dag in, zoals 31-12-2027, of laat dit leeg.
error-rule-class = Een regel kan besloten groepen niet openen. Daarvoor is een afspraak nodig. Kies openbare groepen, of een andere werking van de regel.
error-rule-direction = Laten wachten, alleen meelezen en op de achtergrond gaan over wat binnenkomt. Kies alle kanten op, of wat bij ons binnenkomt.
error-rule-group = Deze groep bestaat hier niet. Kijk of de naam goed is gespeld.
error-change-none = Er verandert niets. Kies wat er moet veranderen.
error-change-same = Dit is al zo.
error-change-many = Dit is te veel tegelijk. Verander hoogstens 5.000 dingen in één keer.
error-change-twice = Hier staat twee keer iets over hetzelfde, en dat spreekt elkaar tegen. Laat een van de twee weg.
error-change-hash = De wijziging is ondertussen opnieuw doorgerekend. Kijk eerst wat ze nu zou doen.
error-change-old = Deze proef is ouder dan een dag. Reken de wijziging opnieuw door, en kijk wat ze nu zou doen.
error-change-undo = Terugdraaien kan tot 14 dagen nadat een wijziging is ingegaan. Maak een nieuwe wijziging.
error-policy-file-json = Dit is geen bestand met regels: het is geen JSON. Kies een ander bestand, of een andere soort.
error-policy-file-format = Dit bestand heeft een vorm die deze site niet kent. Vraag de andere site om een nieuw bestand.
error-policy-file-proof = De handtekening onder dit bestand klopt niet. Gebruik het niet, en haal het opnieuw op bij de site zelf.
error-policy-file-domain = Dit bestand is ondertekend door een andere site dan erin staat. Gebruik het niet, en vraag na van wie het komt.
error-policy-file-unreachable = De site die dit bestand ondertekende antwoordt nu niet. Probeer het later opnieuw.
error-line-host = Dit is geen adres van een andere site.
error-line-own = Dit is deze site zelf.
error-line-severity = Deze site kent dit soort besluit niet.
error-line-obfuscated = Er staan sterretjes in het adres, dus is niet te zien welke site het is.
error-line-columns = In deze regel staan te weinig of te veel kolommen.
error-line-quotes = De aanhalingstekens in deze regel kloppen niet.
error-line-word = Hier staat iets wat deze site niet kent.
error-rules-file-empty = Kies een bestand, of plak de tekst.
error-rules-file-large = Dit bestand is te groot voor deze pagina. Lees het in op de server, met vakplein rules import.
