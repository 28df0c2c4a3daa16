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
agreement-means-both = De andere site legt zelf ook een afspraak met u vast. Pas dan werkt het.
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
agreement-contact-hint = Een naam, e-mailadres of telefoonnummer. Alleen beheerders zien dit.
agreement-purpose = Waar is de afspraak voor?
agreement-purpose-hint = In een paar zinnen. Zo weet later iedereen nog waarom dit mag.
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

error-agreement-ceiling = Kies tot en met leden, of tot en met vertrouwelijk. Voor openbare groepen is geen afspraak nodig. Wat alleen op deze site mag staan, gaat nooit weg.
error-agreement-organisation = Vul in met welke organisatie u de afspraak maakt.
error-agreement-purpose = Schrijf op waar de afspraak voor is.
error-agreement-day = Vul een dag in, zoals 31-12-2027, of laat dit leeg.
error-agreement-blocked = Deze site is geblokkeerd. Laat de site eerst weer toe.
error-agreement-there = Met deze site is al een afspraak. Open die in de lijst om hem te veranderen.
