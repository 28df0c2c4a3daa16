# Pagina's voor melden en modereren.

moderation-reason = Reden
moderation-reason-hint = Leg uit welke regel het is en waarom. De betrokkene en het openbare logboek krijgen deze tekst. Noem geen namen.
moderation-somebody = iemand
moderation-member = een lid
moderation-closed-group = een besloten groep

report-post = Bericht melden
report-person = Persoon melden
report-group = Groep melden
report-lead = Klopt er iets niet? Vertel het de moderators. Ze kijken ernaar en u krijgt antwoord.
report-about-post = Bericht van { $name } in “{ $title }”
report-about-person = { $name }
report-about-group = Groep “{ $title }”
report-category = Wat is er mis?
report-reason = Leg uit wat er mis is
report-reason-hint = Schrijf geen persoonlijke gegevens op die niet nodig zijn. Alleen de moderators lezen dit.
report-name = Uw naam
report-email = Uw e-mailadres
report-email-hint = Alleen om u antwoord te geven. Zonder adres kan dat niet.
report-forward = Stuur dit ook naar { $host }
report-forward-hint = De moderators daar lezen dan ook wat u schreef. Uw naam staat er niet bij.
report-submit = Versturen
report-urgent = Is er direct gevaar? Bel 112.
flash-report-sent = Dank u. De moderators kijken ernaar.

queue-overview = Moderatie
queue-overview-lead = Wat er op u wacht, per groep.
queue-site = Deze site
queue-group = Gemelde berichten in { $name }
queue-lead = Wat het langst wacht, staat bovenaan.
queue-which = Welke zaken
queue-open = Te beoordelen
queue-decided = Afgehandeld
queue-none = Er wacht niets op u
queue-none-text = Als iemand iets meldt, staat het hier. U krijgt er ook een melding van.
queue-none-decided = Nog niets afgehandeld
queue-waiting = { $count ->
    [0] Niets te beoordelen
    [one] 1 zaak te beoordelen
   *[other] { $count } zaken te beoordelen
}
queue-requests = { $count ->
    [0] Geen aanvragen
    [one] 1 aanvraag om lid te worden
   *[other] { $count } aanvragen om lid te worden
}
queue-count = { $count } keer gemeld
queue-elsewhere = ook van andere sites
queue-visitor = bezoeker zonder account
queue-state-acted = Er is ingegrepen
queue-state-dismissed = Er was niets mis
queue-about-reply = Antwoord van { $name } in “{ $title }”
queue-about-topic = Gesprek van { $name }: “{ $title }”
queue-about-person = Gemeld: { $name }
queue-about-group = Gemeld: de groep zelf
queue-about-gone = Bericht dat er niet meer is
queue-about-objection = Verzoek om een nieuwe beoordeling

case-post = Het bericht
case-see = Bekijk het op zijn plek
case-decision = Lees het besluit
case-reports = Wat er gemeld is
case-earlier = { $count ->
    [one] Over deze persoon is eerder 1 zaak afgehandeld.
   *[other] Over deze persoon zijn eerder { $count } zaken afgehandeld.
}
case-act = Ingrijpen
case-measures = Wat gaat u doen?
case-remove = Het bericht verwijderen
case-warn = De schrijver waarschuwen
case-ban = De schrijver uitsluiten
case-until = Hoelang uitsluiten?
case-note = Antwoord aan wie dit meldde
case-note-hint = Alleen wie dit meldde, leest dit.
case-act-submit = Ingrijpen en afsluiten
case-close = Afsluiten zonder in te grijpen
case-dismiss = Er is niets mis
case-acted = Het is al opgelost
case-objection = Opnieuw beoordelen
case-objection-text = Kijk opnieuw naar het besluit. Als het besluit niet klopt, wordt het teruggedraaid.
case-objection-note = Uw antwoord
case-objection-hint = Wie om de nieuwe beoordeling vroeg, leest dit. Leg uit waarom u dit beslist.
case-uphold = Het besluit blijft
case-overturn = Het besluit terugdraaien
flash-case-decided = De zaak is afgehandeld.
error-measures-missing = Kies wat u gaat doen, of sluit de zaak af zonder in te grijpen.

bans-group = Uitgesloten van { $name }
bans-site = Uitgesloten mensen
bans-lead = Deze mensen kunnen hier niet schrijven.
bans-none = Niemand is uitgesloten
bans-new = Iemand uitsluiten
bans-new-group = Iemand uitsluiten van { $name }
bans-new-site = Iemand uitsluiten van deze site
bans-new-lead = De persoon kan dan niet meer schrijven in deze groep, en is geen lid meer. Lezen kan nog wel.
bans-new-site-lead = De persoon kan dan nergens op deze site meer schrijven.
bans-person = Wie?
bans-person-hint = De naam op deze site, of het hele adres: @naam@voorbeeld.nl
bans-until = Hoelang?
bans-until-1 = 1 dag
bans-until-7 = 1 week
bans-until-30 = 1 maand
bans-until-365 = 1 jaar
bans-until-always = Tot iemand het terugdraait
bans-until-date = Tot { $date }.
bans-until-lifted = Tot iemand het terugdraait.
bans-submit = Uitsluiten
bans-lift = Uitsluiting opheffen
flash-banned = { $value } is uitgesloten.
flash-unbanned = De uitsluiting is opgeheven.
error-until-missing = Kies hoelang.

warn-title = { $name } waarschuwen
warn-text = De persoon krijgt uw waarschuwing als melding. In het openbare logboek staat de reden, zonder naam.
warn-reason = Waarschuwing
warn-reason-hint = Leg uit wat er niet goed ging en wat u verwacht.
warn-submit = Waarschuwing versturen
flash-warned = { $value } heeft een waarschuwing gekregen.

log-group = Logboek van { $name }
log-site = Logboek van de moderatie
log-lead = Hier staat wat de moderators deden, en waarom. Zo kan iedereen zien dat het eerlijk gaat. Namen staan er niet bij.
log-lead-names = Hier staat wat de moderators deden, en waarom. Zo kan iedereen zien dat het eerlijk gaat. De namen zien alleen moderators.
log-none = Er is nog niets gedaan
log-none-text = Als een moderator iets doet, staat het hier.
log-topic = een gesprek
log-topic-named = “{ $title }”
log-by-group = Een moderator van de groep
log-by-instance = Een beheerder van deze site
log-by-elsewhere = Een moderator op een andere site
log-reason = Reden: { $reason }
log-in-group = Groep: { $group }.
log-remove-post = { $by } verwijderde een bericht van { $person } in { $topic }
log-restore-post = { $by } zette een bericht van { $person } terug in { $topic }
log-lock = { $by } sloot { $topic }
log-unlock = { $by } opende { $topic } weer
log-pin = { $by } zette { $topic } bovenaan
log-unpin = { $by } zette { $topic } niet meer bovenaan
log-move-thread = { $by } verplaatste { $topic } naar { $group }
log-set-role = { $by } maakte { $person } { $role }
log-ban = { $by } sloot { $person } uit
log-unban = { $by } hief de uitsluiting van { $person } op
log-warn = { $by } waarschuwde { $person }
log-suspend = { $by } blokkeerde het account van { $person }
log-unsuspend = { $by } deblokkeerde het account van { $person }
log-release-held = { $by } liet iets van een andere site door
log-refuse-held = { $by } weigerde iets van een andere site
log-accept-link = { $word ->
    [source] { $by } ging akkoord met een koppeling: gesprekken uit { $group } zijn te zien in { $other }
   *[target] { $by } ging akkoord met een koppeling: gesprekken uit { $other } zijn te zien in { $group }
}
log-end-link = { $word ->
    [refused] { $by } weigerde een koppeling van { $group } met { $other }
    [withdrawn] { $by } trok de vraag om een koppeling van { $group } met { $other } in
   *[ended] { $by } stopte een koppeling van { $group } met { $other }
}
log-set-link = { $by } veranderde welke gesprekken uit { $other } te zien zijn in { $group }
log-decide-proposal = { $word ->
    [accepted] { $by } koos { $topic } om ook te laten zien in { $target }
   *[refused] { $by } koos { $topic } niet om te laten zien in { $target }
}
log-hide-topic = { $by } liet { $topic } niet meer zien in { $group }
log-other = { $by } greep in

decision-title = Besluit over u
decision-lead = Hier leest u wat er besloten is, waarom, en wat u kunt doen.
decision-what = Wat is er besloten?
decision-remove-post = Uw bericht is verwijderd
decision-warn = U hebt een waarschuwing gekregen
decision-ban = U bent uitgesloten
decision-suspend = Uw account is geblokkeerd
decision-post = Over welk bericht?
decision-post-see = Bekijk de plek in het gesprek
decision-group = Groep
decision-by = Wie besliste?
decision-when = Wanneer?
decision-until = Tot wanneer?
decision-ground = Op welke grond?
decision-ground-hint = Het lid leest dit in het besluit.
decision-ground-rules = In strijd met de regels
decision-ground-privacy = Persoonlijke gegevens van iemand
decision-ground-illegal = In strijd met de wet
decision-ground-spam = Reclame of steeds hetzelfde
decision-ground-other = Iets anders, zie de uitleg
decision-source = Hoe kwam het aan het licht?
decision-source-report = Iemand meldde het
decision-source-own = De moderators zagen het zelf
decision-machine = Besliste een computer mee?
decision-machine-no = Nee, een mens besliste
decision-reason = Uitleg
decision-object = Niet mee eens?
decision-object-text = U kunt tot { $date } om een nieuwe beoordeling vragen. In de wet heet dat een klacht. Iemand die het besluit niet nam, kijkt er dan opnieuw naar als dat kan.
decision-object-why = Waarom klopt het besluit niet?
decision-object-submit = Vraag een nieuwe beoordeling
decision-objection-open = U vroeg om een nieuwe beoordeling. De moderators kijken ernaar.
decision-objection-acted = U kreeg gelijk. Het besluit is teruggedraaid.
decision-objection-dismissed = Het besluit blijft zoals het was.
decision-court = U kunt ook naar een geschillenorgaan of naar de rechter.
flash-objected = Uw verzoek om een nieuwe beoordeling is verstuurd.
