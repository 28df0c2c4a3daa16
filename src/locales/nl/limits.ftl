# Grenzen: hoe vaak iemand iets mag doen.

admin-limits = Grenzen
admin-limits-lead = Hoe vaak mag iemand iets doen? Zo houdt niemand de site of de moderatoren bezig.
admin-limits-off = Deze grenzen tellen nu niet mee. Ze staan uit in de instellingen van de server.
admin-limits-help = Hoe werkt dit?
admin-limits-help-text = Wie een grens bereikt, moet even wachten. Op een pagina blijft staan wat iemand al had getypt. Andere sites proberen het later vanzelf opnieuw. De grenzen zijn ruim. Komt iemand er vaak tegenaan? Kijk dan eerst wie dat is.
admin-limits-account = Leden van deze site
admin-limits-account-text = Deze grenzen gelden voor elk account apart.
admin-limits-address = Bezoekers zonder account
admin-limits-address-text = Deze grenzen gelden voor elk internetadres of e-mailadres apart. U ziet alleen het begin van een internetadres.
admin-limits-peer = Andere sites
admin-limits-peer-text = Deze grenzen gelden voor alles wat van één site komt. Een site geeft door wat al haar mensen doen. Daarom zijn ze ruim.
admin-limits-actor = Mensen op andere sites
admin-limits-actor-text = Deze grenzen gelden voor elk mens op een andere site apart.
admin-limit = Grens
admin-limit-now = Nu
admin-limit-default = Standaard
admin-limit-changed = aangepast
admin-limit-hits = Bereikt in 24 uur
admin-limit-who = Door wie
admin-limit-minutes = { $count ->
    [one] { $number } per minuut
   *[other] { $number } in { $count } minuten
}
admin-limit-hours = { $count ->
    [one] { $number } per uur
   *[other] { $number } in { $count } uur
}
admin-limit-days = { $count ->
    [one] { $number } per dag
   *[other] { $number } in { $count } dagen
}
admin-limit-change = Grens aanpassen
admin-limit-count = Aantal
admin-limit-count-hint = Van { $least } tot en met { $most }.
admin-limit-reset = Terug naar de standaard
flash-limit-saved = De grens is aangepast. Hij geldt meteen.
error-limit-number = Vul een heel getal in.
error-limit-low = Vul { $limit } of meer in.
error-limit-high = Vul { $limit } of minder in.

limit-account-posts = Berichten plaatsen
limit-account-posts-text = Zoveel gesprekken en reacties mag een lid plaatsen.
limit-account-topics = Gesprekken beginnen
limit-account-topics-text = Zoveel nieuwe gesprekken mag een lid beginnen, in alle groepen samen.
limit-account-reactions = Berichten waarderen
limit-account-reactions-text = Zo vaak mag een lid een bericht waarderen of dat weer intrekken. Andere sites krijgen dat elke keer te horen.
limit-account-reports = Melden
limit-account-reports-text = Zo vaak mag een lid iets melden. Elke melding komt bij moderatoren terecht.
limit-account-follows = Lid worden en volgen
limit-account-follows-text = Zo vaak mag een lid zich aanmelden bij een groep of iemand gaan volgen.
limit-account-groups = Groepen maken
limit-account-groups-text = Zoveel groepen mag een lid maken.
limit-account-lookups = Opzoeken op andere sites
limit-account-lookups-text = Zo vaak mag een lid een adres van een andere site opzoeken. Onze server vraagt het dan aan die site.
limit-account-uploads = Bestanden toevoegen
limit-account-uploads-text = Zoveel bestanden en afbeeldingen mag een lid toevoegen.
limit-account-exports = Eigen gegevens ophalen
limit-account-exports-text = Zo vaak mag een lid een bestand met alle eigen gegevens maken.
limit-account-requests = Zoeken en programma’s
limit-account-requests-text = Zo vaak mag een lid zoeken. Ook verzoeken van programma’s van dat lid tellen hier mee.
limit-account-logins = Verkeerd wachtwoord voor een account
limit-account-logins-text = Zo vaak mag het wachtwoord van een account verkeerd zijn. Daarna kan een onbekend apparaat even niet inloggen. Het eigen apparaat van een lid telt apart.
limit-account-codes = Verkeerde code bij het inloggen
limit-account-codes-text = Zo vaak mag de code van de app verkeerd zijn bij een account.
limit-address-logins = Verkeerd wachtwoord vanaf een adres
limit-address-logins-text = Zo vaak mag een wachtwoord verkeerd zijn vanaf één internetadres, voor alle accounts samen. Een heel kantoor kan hetzelfde adres hebben.
limit-address-sign-ups = Account aanvragen
limit-address-sign-ups-text = Zoveel accounts kunnen er worden aangevraagd vanaf één internetadres.
limit-address-mails = E-mail aanvragen
limit-address-mails-text = Zo vaak kan iemand zonder in te loggen vragen om een nieuw wachtwoord of een nieuwe link, vanaf één internetadres.
limit-address-reports = Melden zonder account
limit-address-reports-text = Zo vaak kan iemand zonder account iets melden, vanaf één internetadres.
limit-address-requests = Zoeken en programma’s zonder account
limit-address-requests-text = Zo vaak kan er worden gezocht vanaf één internetadres. Ook verzoeken van programma’s tellen hier mee. Een heel kantoor kan hetzelfde adres hebben.
limit-mailbox-mails = E-mail aan hetzelfde adres
limit-mailbox-mails-text = Zoveel e-mails sturen we naar één e-mailadres omdat iemand daar zonder in te loggen om vraagt.
limit-peer-activities = Berichten van één site
limit-peer-activities-text = Zoveel berichten nemen we van één site aan. Een grote site stuurt er op een drukke dag honderden per minuut.
limit-peer-actors = Nieuwe mensen van één site
limit-peer-actors-text = Van zoveel mensen die we nog niet kennen, halen we het profiel op.
limit-peer-follows = Lid worden en volgen vanaf één site
limit-peer-follows-text = Zo vaak mogen alle mensen van één site samen zich aanmelden, afmelden of iemand gaan volgen.
limit-peer-reports = Meldingen van één site
limit-peer-reports-text = Zoveel meldingen nemen we van één site aan. Elke melding komt bij moderatoren terecht.
limit-actor-posts = Berichten
limit-actor-posts-text = Zoveel berichten mag iemand van een andere site plaatsen of aanpassen.
limit-actor-reactions = Waarderingen
limit-actor-reactions-text = Zo vaak mag iemand van een andere site een bericht waarderen of dat weer intrekken.
limit-actor-follows = Lid worden, volgen en weggaan
limit-actor-follows-text = Zo vaak mag iemand van een andere site zich aanmelden, afmelden of iemand gaan volgen. Moderatoren krijgen daar meldingen van.
limit-actor-mentions = Mensen noemen
limit-actor-mentions-text = Zoveel van onze leden mag iemand van een andere site in berichten noemen. Elk lid krijgt daar een melding van.
limit-actor-reports = Melden
limit-actor-reports-text = Zo vaak mag iemand van een andere site iets melden. Sommige sites melden alles onder één naam.
