# Afspraken met andere sites over besloten groepen.

admin-agreements = Afspraken
agreements-lead = Met deze sites hebt u afgesproken wat er uit besloten groepen heen en weer mag.
agreements-help = Wat is een afspraak?
agreements-help-text = Openbare groepen werken samen met alle sites die u toelaat. Voor besloten groepen is meer nodig: een afspraak tussen twee organisaties. Zonder afspraak gaat er niets uit besloten groepen naar een andere site.
agreements-none = Nog geen afspraken
agreements-none-text = Er gaat nu niets uit besloten groepen naar andere sites.
agreement-new = Nieuwe afspraak
agreement-title = Afspraak met { $host }
agreement-organisation = Organisatie
agreement-organisation-hint = Met wie maakt u de afspraak? Bijvoorbeeld Gemeente Zutphen.
agreement-state = Hoe staat het ervoor?
agreement-crosses = Wat gaat er heen en weer?
agreement-crosses-openbaar = Er gaat nu niets uit besloten groepen heen en weer.
agreement-crosses-leden = Berichten uit groepen voor leden gaan heen en weer. Vertrouwelijke groepen niet.
agreement-crosses-vertrouwelijk = Berichten uit groepen voor leden en uit vertrouwelijke groepen gaan heen en weer.
agreement-crosses-lokaal = Er gaat nu niets uit besloten groepen heen en weer.
agreement-until = Laatste dag
agreement-until-hint = Bijvoorbeeld 31-12-2027. Leeg: de afspraak geldt tot u hem beëindigt. U krijgt 30 dagen en 7 dagen van tevoren bericht.
agreement-no-end = Tot u hem beëindigt
agreement-left = Nog te gaan
agreement-days-left = { $count ->
    [one] nog 1 dag
   *[other] nog { $count } dagen
}
agreement-since = Gemaakt op
agreement-changed = Laatst veranderd
agreement-waits = Wacht op uw antwoord
agreement-waits-text = De andere site wacht op antwoord van u.
agreement-requested = Aangevraagd
agreement-requested-hint = De andere site heeft nog geen antwoord gegeven.
agreement-refused = Afgewezen
agreement-discussion = In overleg
agreement-discussion-hint = U praat er nog over met de andere site. De afspraak telt nog niet mee.
agreement-agreed = Geldt
agreement-agreed-hint = De afspraak is gemaakt en telt mee.
agreement-suspended = Tijdelijk gestopt
agreement-suspended-hint = Er gaat nu niets heen en weer. U kunt de afspraak later weer laten gelden.
agreement-ended = Beëindigd
agreement-ended-hint = De afspraak is voorbij.
agreement-over = Afgelopen
agreement-blocked = Site is geblokkeerd
agreement-blocked-text = U hebt deze site geblokkeerd. Daarom gaat er niets heen en weer, ook al is er een afspraak.
agreement-means = Wat betekent een afspraak?
agreement-somebody = de andere site
agreement-means-copies = Wat leden van { $who } hier in besloten groepen lezen, staat daarna ook op hun site. De beheerders daar kunnen het lezen.
agreement-means-both = De andere site legt zelf ook een afspraak met u vast. Pas dan werkt het. Vraagt u de afspraak aan? Dan ziet u hier hoever zij zijn.
agreement-means-address = De afspraak geldt voor precies dit adres, en niet voor andere adressen van dezelfde organisatie.
agreement-means-at-once = Verandert u de afspraak? Dan geldt dat meteen.
agreement-terms = Wat spreekt u af?
agreement-state-choice = Geldt de afspraak?
agreement-ceiling = Wat mag er heen en weer?
agreement-ceiling-leden = Alleen groepen voor leden
agreement-ceiling-leden-hint = Wat in vertrouwelijke groepen staat, blijft hier.
agreement-ceiling-vertrouwelijk = Ook vertrouwelijke groepen
agreement-ceiling-vertrouwelijk-hint = Doe dit alleen als u zeker weet dat de andere organisatie er goed mee omgaat.
agreement-host-hint = Het precieze adres, bijvoorbeeld forum.gemeente.nl.
agreement-contact = Wie kunt u daar bereiken?
agreement-contact-hint = Een naam, e-mailadres of telefoonnummer. Alleen beheerders van deze site zien dit.
agreement-purpose = Waar is de afspraak voor?
agreement-purpose-hint = In een paar zinnen. Zo weet later iedereen nog waarom dit mag. Vraagt u de afspraak aan? Dan leest de andere site dit ook.
agreement-how = Hoe wilt u de afspraak maken?
agreement-how-ask = Vraagt u de afspraak aan? Dan telt hij mee zodra de andere site akkoord gaat. Gaan zij akkoord met minder, dan beslist u zelf of u dat goed vindt.
agreement-how-here = Legt u de afspraak alleen hier vast? Dan telt hij van uw kant meteen mee. De andere site merkt daar niets van.
agreement-tells = De andere site ziet dan wat u afspreekt, waarvoor en tot wanneer. Ook staat erbij wie u bent: { $who }.
agreement-tells-contact = De andere site ziet dan wat u afspreekt, waarvoor en tot wanneer. Ook staat erbij wie u bent: { $who }, { $contact }.
agreement-ask = Vraag aan
agreement-keep = Leg alleen hier vast
agreement-our-side = Wij
agreement-their-side = Zij
agreement-their-organisation = Wie zij zijn
agreement-their-contact = Wie u daar kunt bereiken
agreement-their-purpose = Waar het voor is, volgens hen
agreement-ours = Wij: { $says }
agreement-theirs = Zij: { $says }
agreement-says-requested = aangevraagd
agreement-says-unanswered = nog geen antwoord gegeven
agreement-says-refused = aangevraagd, en afgewezen door de andere site
agreement-says-discussion = in overleg
agreement-says-agreed = afgesproken, zonder laatste dag
agreement-says-until = afgesproken tot en met { $until }
agreement-says-over = afgesproken, maar afgelopen
agreement-says-suspended = tijdelijk gestopt
agreement-says-ended = beëindigd
agreement-says-nothing = nog niets laten weten
agreement-says-unable = kunnen hier niets van zien
agreement-whole = { $host } gebruikt Lemmy. Zo’n site vraagt berichten op voor de hele site, en niet voor één lid. Is daar iemand lid van een groep voor leden? Dan vertrouwt u de hele site met alles wat in die groep staat. Vertrouwelijke groepen gaan er niet heen.
agreement-not-kept = Met de software van { $host } blijft een besloten groep niet besloten, voor zover wij weten. Daarom kan niemand van die site lid worden van een besloten groep, ook niet met deze afspraak.
agreement-unable = De andere site gebruikt andere software. Aanvragen en berichten over afspraken kan die niet lezen. Spreek het af per e-mail of telefoon, en leg het daarna hier vast.
agreement-asks-text = Zij vragen: { $what }. Laatste dag: { $until }.
agreement-asks-take = Akkoord
agreement-offers-text = Zij spreken af: { $what }. Laatste dag: { $until }.
agreement-offers-take = Neem dit over
agreement-answer-title = Wat antwoordt u?
agreement-answer = Uw antwoord
agreement-answer-agree = Akkoord
agreement-answer-agree-hint = De afspraak telt van uw kant meteen mee, zoals u hem hieronder invult.
agreement-answer-discuss = Eerst overleggen
agreement-answer-discuss-hint = Schrijf een bericht. De afspraak telt nog niet mee.
agreement-answer-refuse = Niet akkoord
agreement-answer-refuse-hint = Er komt geen afspraak. U kunt erbij schrijven waarom.
agreement-answer-terms = Waar gaat u mee akkoord?
agreement-answer-send = Verstuur het antwoord
agreement-message = Bericht bij uw antwoord
agreement-message-hint = De beheerders van de andere site lezen dit.
agreement-again = Zij vragen om een afspraak
agreement-again-text = Bij u geldt al een afspraak met deze site. U kunt laten weten hoe die is.
agreement-again-tell = Laat dat weten
agreement-again-leave = Laat het zo
agreement-messages = Overleg
agreement-messages-none = Er is nog niets geschreven.
agreement-we = Een beheerder van deze site
agreement-say = Schrijf een bericht
agreement-say-hint = De beheerders van de andere site lezen dit. Zij zien dan ook hoe de afspraak er bij u voor staat.
agreement-say-send = Verstuur het bericht
agreements-waiting = Deze sites wachten op uw antwoord
agreement-concerns = Wie raakt het als er niets meer heen en weer gaat?
agreement-members = { $count ->
    [one] 1 lidmaatschap van iemand van die site in een besloten groep hier
   *[other] { $count } lidmaatschappen van mensen van die site in besloten groepen hier
}
agreement-memberships = { $count ->
    [one] 1 lidmaatschap van een lid van ons in een besloten groep op die site
   *[other] { $count } lidmaatschappen van leden van ons in besloten groepen op die site
}
agreement-peer = Wat mag { $host } verder?
agreement-lower-text = Er mag dan minder heen en weer dan nu. Dit raakt:
agreement-lower-at-once = Zij lezen en schrijven dan meteen niets meer in die groepen.
agreement-lower-agreed-title = De afspraak met { $host } beperken?
agreement-lower-agreed = Afspraak beperken
agreement-lower-suspended-title = De afspraak met { $host } tijdelijk stoppen?
agreement-lower-suspended = Afspraak stoppen
agreement-lower-ended-title = De afspraak met { $host } beëindigen?
agreement-lower-ended = Afspraak beëindigen
agreement-section = Besloten groepen
agreement-section-none = Met deze site is geen afspraak. Er gaat niets uit besloten groepen heen en weer.
agreement-open = Bekijk de afspraak
flash-agreement-saved = De afspraak met { $value } is opgeslagen.
flash-agreement-asked = De afspraak met { $value } is aangevraagd.
flash-agreement-answered = Uw antwoord aan { $value } is verstuurd.
flash-agreement-said = Uw bericht aan { $value } is verstuurd.

error-agreement-ceiling = Kies tot en met leden, of tot en met vertrouwelijk. Voor openbare groepen is geen afspraak nodig. Wat alleen op deze site mag staan, gaat nooit weg.
error-agreement-organisation = Vul in met welke organisatie u de afspraak maakt.
error-agreement-purpose = Schrijf op waar de afspraak voor is.
error-agreement-day = Vul een dag in, zoals 31-12-2027, of laat dit leeg.
error-agreement-blocked = Deze site is geblokkeerd. Laat de site eerst weer toe.
error-agreement-there = Met deze site is al een afspraak. Open die in de lijst om hem te veranderen.
error-agreement-message = Schrijf een bericht.
error-agreement-unseen = Deze site kan aanvragen en berichten over afspraken niet lezen. Leg de afspraak alleen hier vast.
error-agreement-shut-out = Uw regels laten niets van deze site binnen, dus ook geen antwoord. Laat de site eerst toe bij de regels.

notice-agreement-asked = { $host } vraagt om een afspraak over besloten groepen
notice-agreement-changed = { $host } liet iets weten over de afspraak over besloten groepen
notice-agreement-stopped = Bij { $host } geldt de afspraak over besloten groepen niet, of niet meer
notice-agreement-said = { $host } schreef een bericht over de afspraak over besloten groepen
notice-mail-agreement-asked-subject = { $host } vraagt om een afspraak
notice-mail-agreement-asked-body =
    De beheerders van { $host } vragen { $instance } om een afspraak over besloten groepen.

    Geef antwoord: { $link }
notice-mail-agreement-changed-subject = Nieuws over de afspraak met { $host }
notice-mail-agreement-changed-body =
    De beheerders van { $host } lieten iets weten over hun kant van de afspraak over besloten groepen.

    Bekijk de afspraak: { $link }
notice-mail-agreement-stopped-subject = De afspraak geldt niet bij { $host }
notice-mail-agreement-stopped-body =
    De beheerders van { $host } hebben hun kant van de afspraak over besloten groepen gestopt of afgewezen.

    Bekijk de afspraak: { $link }
notice-mail-agreement-said-subject = Bericht van { $host } over de afspraak
notice-mail-agreement-said-body =
    De beheerders van { $host } schreven een bericht over de afspraak over besloten groepen.

    Lees het bericht: { $link }

limit-peer-agreements = Nieuws over afspraken van één site
limit-peer-agreements-text = Zo vaak mag één site iets laten weten over een afspraak. Beheerders krijgen daar meldingen van.

agreement-todo = { $count ->
    [one] 1 andere site vraagt om een afspraak
   *[other] { $count } andere sites vragen om een afspraak
}

admin-kind-offer = Nieuws over een afspraak, of een voorgesteld gesprek
admin-rule-not-an-instance = Alleen een site zelf kan iets over een afspraak laten weten.
admin-rule-not-for-us = Dit was voor een andere site bedoeld.
admin-rule-unknown-state = Hierin staat niet hoe de afspraak ervoor staat.
admin-rule-unknown-class = Over zulke groepen kan geen afspraak gaan.
admin-rule-wrong-time = Er staat een dag of tijd in die niet te lezen is.
