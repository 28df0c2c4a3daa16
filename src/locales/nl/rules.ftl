# Regels voor andere sites: elke regel als zin, de pagina's van het beheer, en wat er op een moderator wacht.

# Over wie gaat een regel? Dit staat in een zin na van, naar, bij of met.
rule-who-all = alle andere sites
rule-who-unknown = sites met een onbekende beheerder
rule-who-gemeente = sites van gemeenten
rule-who-werkplein = sites van werkpleinen
rule-who-uitvoerder = sites van uitvoerders zoals UWV of SVB
rule-who-rijk = sites van de rijksoverheid
rule-who-belangenorganisatie = sites van belangenorganisaties
rule-who-bedrijf = sites van bedrijven
rule-who-particulier = sites van particulieren
rule-who-within = { $who } binnen { $host }

# Waarover gaat een regel?
rule-what-all = alles
rule-what-nothing = niets
rule-what-topic = nieuwe gesprekken
rule-what-reply = antwoorden
rule-what-reaction = waarderingen
rule-what-report = meldingen
rule-what-join = verzoeken om lid te worden of te volgen

# Waar? Het eerste rijtje past bij wat binnenkomt, het tweede bij wat weggaat of wat we ophalen.
rule-in-group = { $what } in de groep “{ $group }”
rule-in-hidden = { $what } in een besloten groep
rule-in-openbaar = { $what } in openbare groepen
rule-in-leden = { $what } in groepen voor leden
rule-in-vertrouwelijk = { $what } in vertrouwelijke groepen
rule-in-lokaal = { $what } in groepen die alleen hier zijn
rule-from-group = { $what } uit de groep “{ $group }”
rule-from-hidden = { $what } uit een besloten groep
rule-from-openbaar = { $what } uit openbare groepen
rule-from-leden = { $what } uit groepen voor leden
rule-from-vertrouwelijk = { $what } uit vertrouwelijke groepen
rule-from-lokaal = { $what } uit groepen die alleen hier zijn
rule-while-openbaar = { $what } (zolang die openbaar is)
rule-while-leden = { $what } (zolang die voor leden is)
rule-while-vertrouwelijk = { $what } (zolang die vertrouwelijk is)
rule-while-lokaal = { $what } (zolang die alleen hier is)

# Wat doet een regel?
rule-allow-in = { $kind ->
    [all] Van { $who } komt { $what } gewoon binnen
   *[other] Van { $who } komen { $what } gewoon binnen
}
rule-allow-out = Naar { $who } sturen we { $what }
rule-allow-fetch = Bij { $who } halen we { $what } op
rule-allow-any = Met { $who } wisselen we { $what } uit
rule-no-media-in = { $kind ->
    [all] Van { $who } komt { $what } binnen zonder afbeeldingen en bestanden
   *[other] Van { $who } komen { $what } binnen zonder afbeeldingen en bestanden
}
rule-no-media-out = Naar { $who } sturen we { $what } zonder afbeeldingen en bestanden
rule-no-media-fetch = Bij { $who } halen we { $what } op zonder afbeeldingen en bestanden
rule-no-media-any = Met { $who } wisselen we { $what } uit zonder afbeeldingen en bestanden
rule-hide = { $kind ->
    [all] Van { $who } blijft { $what } op de achtergrond: niet bij zoeken en niet bij wat nieuw is, en lid worden kan alleen met goedkeuring
    [join] Van { $who } moet een moderator { $what } goedkeuren
   *[other] Van { $who } blijven { $what } op de achtergrond: niet bij zoeken en niet bij wat nieuw is
}
rule-read-only = { $kind ->
    [all] Mensen van { $who } mogen meelezen en lid worden, maar van hen komt { $nothing } binnen
   *[other] Mensen van { $who } mogen meelezen, maar van hen komen { $what } niet binnen
}
rule-hold = { $kind ->
    [all] Van { $who } wacht { $what } op een moderator
   *[other] Van { $who } wachten { $what } op een moderator
}
rule-refuse-in = { $kind ->
    [all] Van { $who } komt { $nothing } binnen
   *[other] Van { $who } komen { $what } niet binnen
}
rule-refuse-out = { $kind ->
    [all] Naar { $who } sturen we { $nothing }
   *[other] Naar { $who } sturen we { $what } niet
}
rule-refuse-fetch = { $kind ->
    [all] Bij { $who } halen we { $nothing } op
   *[other] Bij { $who } halen we { $what } niet op
}
rule-refuse-any = { $kind ->
    [all] Met { $who } wisselen we { $nothing } uit
   *[other] Met { $who } wisselen we { $what } niet uit
}
rule-not-partners = { $sentence } (dat geldt niet voor sites met een afspraak)
rule-always = { $sentence }.
rule-until = { $sentence }, tot en met { $date }.
rule-server-open = { $host } is verbonden, zoals andere sites.
rule-server-limited = { $host } is beperkt: mensen van daar worden pas lid als een moderator dat goedkeurt.
rule-server-blocked = { $host } is geblokkeerd: er gaat niets heen en er komt niets binnen.
rule-run-unknown = Het is niet bekend wie { $host } beheert.
rule-run-gemeente = { $host } is een site van een gemeente.
rule-run-werkplein = { $host } is een site van een werkplein.
rule-run-uitvoerder = { $host } is een site van een uitvoerder, zoals UWV of SVB.
rule-run-rijk = { $host } is een site van de rijksoverheid.
rule-run-belangenorganisatie = { $host } is een site van een belangenorganisatie.
rule-run-bedrijf = { $host } is een site van een bedrijf.
rule-run-particulier = { $host } is een site van een particulier.
rule-gone = Deze regel is er niet meer.

# Alle regels.
rules-title = Regels voor andere sites
rules-lead = Hier bepaalt u wat er heen en weer mag tussen deze site en andere sites.
rules-default = Als geen regel iets zegt
rules-default-open = Elke andere site mag met ons uitwisselen, tenzij een regel of een blokkade dat tegenhoudt.
rules-default-list = Alleen sites die in een regel zijn toegelaten mogen met ons uitwisselen, en sites met een afspraak. Alle andere sites niet.
rules-default-other = Er is een regel over alle andere sites tegelijk: { $sentence }
rules-default-to-list = Alleen sites op de lijst toelaten
rules-default-to-open = Alle sites toelaten
rules-new = Nieuwe regel
rules-new-server = Besluit over een site
rules-files = Lijsten en bestanden
rules-changes = { $count ->
    [0] Wijzigingen
    [one] Wijzigingen (1 wacht op een tweede beheerder)
   *[other] Wijzigingen ({ $count } wachten op een tweede beheerder)
}
rules-held = { $count ->
    [0] Berichten die wachten
    [one] Berichten die wachten (1)
   *[other] Berichten die wachten ({ $count })
}
rules-order = In welke volgorde tellen de regels?
rules-order-first = Een geblokkeerde site mag niets, wat er verder ook in de regels staat.
rules-order-exact = Daarna telt de regel die het preciest zegt waar hij over gaat. Een regel over één site gaat dus voor een regel over een soort organisatie.
rules-order-next = Na de site kijken we naar de soort organisatie, dan naar de groep, het soort bericht, het soort groep en de richting.
rules-order-strict = Zijn twee regels even precies? Dan telt de strengste.
rules-order-partners = Een afspraak gaat voor een regel over alle andere sites.
rules-order-closed = Geen enkele regel opent een besloten groep. Daarvoor is altijd een afspraak nodig.
rules-order-below = Een regel over een adres geldt ook voor alles daaronder. Een regel over zorg.example geldt dus ook voor forum.zorg.example.
rules-about-host = Over één site
rules-about-organisation = Over een soort organisatie
rules-about-group = Over één groep
rules-about-kind = Over een soort bericht
rules-about-class = Over een soort groep
rules-about-direction = Over één richting
rules-about-everything = Over alle andere sites
rules-none = Er zijn nog geen regels
rules-none-text = Alles wat openbaar is gaat heen en weer met elke site die u niet blokkeert.
rules-none-found = Geen regel of besluit gaat over dit adres
rules-find = Zoek op adres
rules-find-hint = Een deel van het adres is genoeg.
rules-find-all = Alle regels
rules-more = { $count ->
    [one] Er is nog 1 regel. Zoek op een adres om die te zien.
   *[other] Er zijn nog { $count } regels. Zoek op een adres om ze te zien.
}
rules-reason = Reden: { $reason }
rules-by = Gemaakt door { $name }
rules-over = Voorbij
rules-ends = { $date ->
    [none] Geldt tot u hem beëindigt
   *[other] Geldt tot en met { $date }
}
rules-end = Deze regel beëindigen
rules-end-title = Deze regel beëindigen?
rules-end-text = U ziet eerst wat er dan verandert. Daarna beslist u of het doorgaat.
rules-end-submit = Bekijk wat er verandert
rules-list-title = Alleen sites op de lijst toelaten?
rules-list-text = Er komt dan een regel die alle andere sites weigert. Een site die u in een regel toelaat, en een site met een afspraak, mag nog wel.
rules-open-title = Weer alle sites toelaten?
rules-open-text = De regel die alle andere sites weigert, stopt dan. Elke site mag weer met ons uitwisselen, tenzij een regel of een blokkade dat tegenhoudt.
rules-servers = Besluiten over hele sites
rules-servers-lead = Deze sites zijn als geheel geblokkeerd of beperkt. Een regel kan dat alleen nog strenger maken.
rules-servers-none = Er is geen site als geheel geblokkeerd of beperkt.
rules-servers-all = Bekijk alle andere sites
rules-servers-more = { $count ->
    [one] Er is nog 1 site. Zoek op een adres om die te zien.
   *[other] Er zijn nog { $count } sites. Zoek op een adres om ze te zien.
}

# Een nieuwe regel.
rules-new-lead = Een nieuwe regel geldt niet meteen. U ziet eerst wat hij de laatste 30 dagen had gedaan.
rules-effect = Wat doet de regel?
rules-effect-allow = Toelaten
rules-effect-allow-hint = Alles gaat gewoon door. Handig als uitzondering op een strengere regel.
rules-effect-no-media = Zonder afbeeldingen en bestanden
rules-effect-no-media-hint = De tekst komt door, maar afbeeldingen en bestanden niet.
rules-effect-hide = Op de achtergrond
rules-effect-hide-hint = Wat binnenkomt ziet alleen wie het opzoekt in de groep. Het staat niet bij zoeken en niet bij wat nieuw is. Lid worden kan alleen met goedkeuring.
rules-effect-read-only = Alleen meelezen
rules-effect-read-only-hint = Mensen van daar mogen lezen, volgen en lid worden. Wat ze schrijven nemen we niet aan.
rules-effect-hold = Laten wachten
rules-effect-hold-hint = Wat mensen van daar schrijven wacht tot een moderator het doorlaat.
rules-effect-refuse = Weigeren
rules-effect-refuse-hint = Er gaat niets door.
rules-who = Over wie gaat de regel?
rules-who-text = Vult u bij deze twee niets in? Dan gaat de regel over alle andere sites.
rules-host = Adres van de site
rules-host-hint = Bijvoorbeeld forum.gemeente.nl. De regel geldt ook voor alle adressen daaronder.
rules-organisation = Soort organisatie
rules-organisation-hint = Wie een site beheert, legt u zelf vast bij die site. Wat een site over zichzelf zegt telt niet.
rules-organisation-all = Maakt niet uit
organisation-unknown = Onbekend
organisation-gemeente = Gemeente
organisation-werkplein = Werkplein
organisation-uitvoerder = Uitvoerder, zoals UWV of SVB
organisation-rijk = Rijksoverheid
organisation-belangenorganisatie = Belangenorganisatie
organisation-bedrijf = Bedrijf
organisation-particulier = Particulier
rules-where = Waarover gaat de regel?
rules-where-text = Wat u hier openlaat, maakt niet uit.
rules-group = Groep
rules-group-hint = De naam uit het adres van de groep. Een groep op een andere site schrijft u als naam@adres.
rules-kind = Soort bericht
rules-kind-all = Alles
rules-kind-topic = Nieuwe gesprekken
rules-kind-reply = Antwoorden
rules-kind-reaction = Waarderingen
rules-kind-report = Meldingen aan moderators
rules-kind-join = Lid worden en volgen
rules-class = Soort groep
rules-class-all = Alle groepen
rules-class-openbaar = Openbare groepen
rules-class-leden = Groepen voor leden
rules-class-vertrouwelijk = Vertrouwelijke groepen
rules-class-lokaal = Groepen die alleen hier zijn
rules-direction = Welke kant op?
rules-direction-any = Alle kanten op
rules-direction-in = Wat bij ons binnenkomt
rules-direction-out = Wat van ons daarheen gaat
rules-direction-fetch = Wat wij daar ophalen
rules-how-long = Hoe lang, en waarom?
rules-until = Laatste dag
rules-until-hint = Bijvoorbeeld 31-12-2027. Leeg: de regel geldt tot u hem beëindigt.
rules-why = Reden
rules-why-hint = Waarom is dit nodig? Alleen beheerders lezen dit. Zo weet later iedereen het nog.
rules-submit = Bekijk wat er verandert

# Een besluit over een hele site.
rules-server-lead = Dit gaat over de site als geheel. U ziet eerst wat er verandert.
rules-server-state = Wat mag deze site?
rules-server-keep = Niet veranderen
rules-server-blocked-hint = Er gaat niets heen en er komt niets binnen. Lidmaatschappen en volgers stoppen. Tot 14 dagen daarna kunt u dat terugdraaien.
rules-server-organisation = Wie beheert deze site?
rules-server-now = Zo is het nu

# Een wijziging van de regels.
change-title = Wijziging van de regels
changes-title = Wijzigingen van de regels
changes-lead = Elke wijziging van de regels, de nieuwste eerst.
changes-none = Er zijn nog geen wijzigingen
changes-none-text = Maak een nieuwe regel of een besluit over een site. Dan staat dat hier.
change-state-proposed = Voorstel
change-state-awaiting = Wacht op een tweede beheerder
change-state-applied = Geldt
change-state-undone = Teruggedraaid
change-state-withdrawn = Ingetrokken
change-and-more = { $count ->
    [one] En nog 1 verandering.
   *[other] En nog { $count } veranderingen.
}
change-what = Wat verandert er?
change-adds = Nieuwe regel
change-ends = Regel stopt
change-decides = Besluit
change-all = { $count ->
    [one] Toon ook de andere verandering
   *[other] Toon ook de andere { $count } veranderingen
}
change-reason = Waarom
change-by = Voorgesteld door
change-on = Voorgesteld op
change-second = Akkoord gegeven door
change-applied = Ingegaan op
change-undone = Teruggedraaid op
change-nobody = Iemand die er niet meer is
change-would = Wat zou dit doen?
change-would-text = We hebben deze wijziging uitgeprobeerd op het verkeer van de laatste 30 dagen.
change-ran = Uitgeprobeerd op { $date }.
change-traffic = Berichten
change-traffic-none = In die 30 dagen zou er met geen enkel bericht iets anders zijn gebeurd.
change-shift-in = { $count ->
    [one] 1 bericht dat binnenkwam werd { $from }. Met deze wijziging was het { $to }.
   *[other] { $count } berichten die binnenkwamen werden { $from }. Met deze wijziging waren ze { $to }.
}
change-shift-out = { $count ->
    [one] 1 bericht dat wegging werd { $from }. Met deze wijziging was het { $to }.
   *[other] { $count } berichten die weggingen werden { $from }. Met deze wijziging waren ze { $to }.
}
change-shift-fetch = { $count ->
    [one] 1 bericht dat wij ophaalden werd { $from }. Met deze wijziging was het { $to }.
   *[other] { $count } berichten die wij ophaalden werden { $from }. Met deze wijziging waren ze { $to }.
}
change-done-allow = gewoon doorgelaten
change-done-no-media = doorgelaten zonder afbeeldingen en bestanden
change-done-hide = op de achtergrond gezet
change-done-read-only = niet aangenomen (alleen meelezen)
change-done-hold = vastgehouden voor een moderator
change-done-refuse = geweigerd
change-ties = Lidmaatschappen en volgers
change-ties-none = Er stoppen geen lidmaatschappen, en niemand raakt iemand kwijt die hij volgt.
change-ties-stop = Dit stopt:
change-ties-members = { $count ->
    [one] 1 lidmaatschap van iemand van elders in een groep hier
   *[other] { $count } lidmaatschappen van mensen van elders in groepen hier
}
change-ties-memberships = { $count ->
    [one] 1 lidmaatschap van een lid van ons in een groep elders
   *[other] { $count } lidmaatschappen van leden van ons in groepen elders
}
change-ties-follows = { $count ->
    [one] 1 keer dat iemand hier en iemand elders elkaar volgen
   *[other] { $count } keer dat iemand hier en iemand elders elkaar volgen
}
change-ties-closed = { $count ->
    [one] Van die lidmaatschappen is er 1 in een besloten groep.
   *[other] Van die lidmaatschappen zijn er { $count } in besloten groepen.
}
change-people-here = { $count ->
    [0] Dat raakt niemand van deze site.
    [one] Dat raakt 1 persoon van deze site.
   *[other] Dat raakt { $count } mensen van deze site. Iedereen is één keer geteld.
}
change-people-there = { $count ->
    [0] Dat raakt niemand van elders.
    [one] Dat raakt 1 persoon van elders.
   *[other] Dat raakt { $count } mensen van elders. Iedereen is één keer geteld.
}
change-hosts = Om welke sites gaat het?
change-hosts-none = Er is nog geen site bekend waar dit over gaat.
change-hosts-more = { $count ->
    [one] En nog 1 andere site.
   *[other] En nog { $count } andere sites.
}
change-sample = Voorbeelden
change-sample-text = Dit zijn de nieuwste berichten waarmee iets anders was gebeurd. Wat erin staat, is hier niet te zien.
change-sample-in = { $what } van { $host }
change-sample-out = { $what } naar { $host }
change-sample-fetch = { $what } bij { $host }
change-sample-group = in de groep { $group }
change-sample-then = Werd { $from }, was dan { $to }.
change-decide = Wat wilt u doen?
change-wide = Hier moet een tweede beheerder mee akkoord gaan. De wijziging raakt namelijk leden op een andere site, of iets wat besloten is.
change-wide-alone = De wijziging raakt leden op een andere site, of iets wat besloten is. Daar hoort een tweede beheerder mee akkoord te gaan, maar die is er niet. Daarom beslist u alleen. Dat komt in het logboek te staan.
change-narrow = De wijziging raakt geen leden op andere sites en niets wat besloten is. U mag dit daarom alleen beslissen.
change-as-shown = Er gebeurt precies wat hierboven staat. De regels gelden dan meteen.
change-undo-promise = Tot 14 dagen daarna kunt u het terugdraaien.
change-apply = Laat de wijziging ingaan
change-ask-second = Vraag een tweede beheerder
change-agree = Ga akkoord en laat ingaan
change-awaits-you = Een andere beheerder wil deze wijziging, en vraagt u om akkoord te gaan. Kijk goed wat er verandert.
change-awaits-other = U hebt deze wijziging gevraagd. Ze gaat in zodra een andere beheerder akkoord gaat. Zelf kunt u dat niet ook nog doen.
change-old = Deze proef is ouder dan een dag. Reken de wijziging opnieuw door, zodat u ziet wat ze nu zou doen.
change-rerun = Opnieuw doorrekenen
change-withdraw = Intrekken
change-withdrawn-text = Deze wijziging is ingetrokken. Er is niets veranderd.
change-applied-text = Deze wijziging geldt.
change-undo = Terugdraaien
change-undo-until = U kunt dit terugdraaien tot { $date }.
change-undo-what = De regels en besluiten worden dan weer zoals ze waren. Lidmaatschappen en volgers die hierdoor stopten, komen terug als dat nog kan.
change-undo-over = Terugdraaien kan niet meer. Maak een nieuwe wijziging als u iets anders wilt.
change-undone-text = Deze wijziging is teruggedraaid.
change-to-list = Alle wijzigingen
flash-change-proposed = Dit is nog een voorstel. Er is niets veranderd.
flash-change-applied = De wijziging geldt nu.
flash-change-awaits = De andere beheerders krijgen een melding. Zodra een van hen akkoord gaat, geldt de wijziging.
flash-change-rerun = De wijziging is opnieuw doorgerekend.
flash-change-withdrawn = De wijziging is ingetrokken.
flash-change-undone = De wijziging is teruggedraaid.

# Lijsten en bestanden.
files-title = Lijsten en bestanden
files-lead = Neem regels over van een ander, of deel die van u.
files-get = Bestanden ophalen
files-get-blocks = Geblokkeerde sites
files-get-blocks-text = Een lijst van sites die geblokkeerd of beperkt zijn, in de vorm die Mastodon gebruikt.
files-get-allowed = Toegelaten sites
files-get-allowed-text = Een lijst van sites die in een regel zijn toegelaten.
files-get-policy = Alle regels
files-get-policy-text = Alle regels en besluiten in één bestand, ondertekend door deze site. Regels over één groep staan er niet in.
files-put = Een bestand overnemen
files-put-text = U ziet eerst wat er zou veranderen. Een bestand beëindigt nooit regels die er niet in staan.
files-format = Wat voor bestand is het?
files-format-mastodon-blocks = Een lijst van geblokkeerde sites
files-format-mastodon-blocks-hint = Van Mastodon (CSV), of een lijst met één adres per regel.
files-format-allowed = Een lijst van toegelaten sites
files-format-allowed-hint = Met één adres per regel, of een CSV-bestand.
files-format-vakplein-policy = Regels van een andere site
files-format-vakplein-policy-hint = Een ondertekend bestand van een site zoals deze. We controleren van wie het komt.
files-file = Bestand
files-content = Of plak de tekst hier
files-submit = Bekijk wat er verandert
files-shown = Wat zou er veranderen?
files-from = Dit bestand is ondertekend door { $host }.
files-same = { $count ->
    [one] 1 regel van het bestand is hier al zo.
   *[other] { $count } regels van het bestand zijn hier al zo.
}
files-nothing = Er verandert niets
files-nothing-text = Alles wat in het bestand staat en bruikbaar is, is hier al zo.
files-wrong = { $count ->
    [one] 1 regel van het bestand is niet te gebruiken
   *[other] { $count } regels van het bestand zijn niet te gebruiken
}
files-wrong-line = Regelnummer { $line }: { $why }
files-wrong-more = { $count ->
    [one] En nog 1 regel.
   *[other] En nog { $count } regels.
}
files-propose = Maak hier een voorstel van
files-propose-text = Er verandert nog niets. U ziet daarna wat het voorstel de laatste 30 dagen had gedaan.
files-again = Een ander bestand

# Wat op een moderator wacht.
held-title = Berichten die wachten
held-group = Berichten die wachten in { $name }
held-menu = Berichten die wachten
held-lead = Een regel houdt deze berichten vast tot iemand ernaar heeft gekeken.
held-lead-all = Deze berichten van andere sites wachten op een moderator van de groep, of op u.
held-help = Wat gebeurt er met een bericht?
held-help-release = Laat u een bericht door? Dan wordt het verwerkt alsof het nu binnenkomt. Wat erop wacht gaat mee.
held-help-refuse = Weigert u een bericht? Dan komt het niet op deze site. Wat erop wacht wordt ook geweigerd.
held-none = Er wacht niets
held-none-text = Als een regel een bericht vasthoudt, staat het hier.
held-of = { $what } van { $who }
held-of-host = { $what } van iemand op { $host }
held-why-rule = Een regel houdt dit vast: { $rule }
held-why-rule-gone = Een regel van de beheerders hield dit vast.
held-why-personal = Hier lijken persoonsgegevens in te staan: { $kinds }.
held-why-with = Dit hoort bij een ander bericht dat ook wacht. Beslis daar eerst over.
held-no-text = De tekst zien alleen de moderators van de groep.
held-hidden-group = een besloten groep
held-release = Doorlaten
held-refuse = Weigeren
held-reason = Reden
held-reason-hint = Dit staat in het logboek van de groep. Noem geen namen.
held-count = { $count ->
    [0] Geen berichten die wachten
    [one] 1 bericht dat op u wacht
   *[other] { $count } berichten die op u wachten
}
held-todo = { $count ->
    [one] 1 bericht van een andere site wacht op een moderator
   *[other] { $count } berichten van andere sites wachten op een moderator
}
change-todo = { $count ->
    [one] 1 wijziging van de regels wacht op een tweede beheerder
   *[other] { $count } wijzigingen van de regels wachten op een tweede beheerder
}
flash-held-released = Het bericht is doorgelaten. Het staat zo in de groep.
flash-held-refused = Het bericht is geweigerd.
