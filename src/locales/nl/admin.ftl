# Beheer van de site.

admin-title = Beheer
admin-menu = Menu van het beheer
admin-lead = Zo staat de site ervoor.
admin-nothing-waits = Er wacht niets op u.
admin-waits = Dit wacht op u
admin-todo-approvals = { $count ->
    [one] 1 aanvraag voor een account
   *[other] { $count } aanvragen voor een account
}
admin-todo-reports = { $count ->
    [one] 1 zaak te beoordelen
   *[other] { $count } zaken te beoordelen
}
admin-todo-group-reports = { $count ->
    [one] 1 zaak te beoordelen in uw groepen
   *[other] { $count } zaken te beoordelen in uw groepen
}
admin-todo-requests = { $count ->
    [one] 1 aanvraag om lid te worden van uw groepen
   *[other] { $count } aanvragen om lid te worden van uw groepen
}
admin-todo-held = { $count ->
    [one] 1 andere site krijgt onze berichten nu niet
   *[other] { $count } andere sites krijgen onze berichten nu niet
}
admin-todo-jobs = { $count ->
    [one] 1 taak is mislukt
   *[other] { $count } taken zijn mislukt
}
admin-no-contact = Er is nog geen e-mailadres voor vragen
admin-no-contact-text = Bezoekers zien daardoor niet hoe zij u kunnen bereiken. Dat is wel verplicht.
admin-no-contact-do = Vul een adres in
admin-numbers = In cijfers
admin-deliveries = Berichten onderweg
admin-queues = Taken die wachten
admin-queues-empty = Er wachten geen taken.
admin-queue = Taak
admin-queue-waiting = Wachtend
admin-queue-since = Oudste sinds
admin-manage = Beheren
admin-yes = Ja
admin-no = Nee
admin-never = Nog nooit
admin-profile = Naar het profiel

admin-settings = Instellingen
admin-set-name = Naam van de site
admin-set-name-hint = Staat bovenaan elke pagina.
admin-set-tagline = Wie beheert de site?
admin-set-tagline-hint = In een paar woorden, onder de naam.
admin-set-description = Waar is de site voor?
admin-set-description-hint = In één of twee zinnen. Dit staat op de voorpagina.
admin-set-signup = Wie krijgt een account?
admin-signup-open = Iedereen
admin-signup-approval = Wie een beheerder goedkeurt
admin-signup-closed = Alleen wie een beheerder toevoegt
admin-set-groups = Alle leden mogen groepen maken
admin-set-contact = E-mailadres voor vragen
admin-set-contact-hint = Staat op de contactpagina.
admin-set-security = Adres om zwakke plekken in de beveiliging te melden
admin-set-security-hint = Staat in security.txt. Leeg: het adres hierboven.
admin-set-language = Taal voor wie niets kiest
admin-set-cases = Hoe zien zaaknummers en klantnummers eruit?
admin-set-cases-hint = Eén vorm per regel, met # voor een cijfer, zoals WMO-####-######. Wie zo'n nummer in een bericht zet, krijgt een waarschuwing.
flash-settings-saved = De instellingen zijn opgeslagen.

admin-texts = Teksten
admin-texts-lead = Elke site heeft deze pagina's. Schrijf ze zo dat ze bij uw organisatie passen.
admin-text = Pagina
admin-text-language = Taal
admin-text-changed = Veranderd
admin-text-standard = Standaardtekst
admin-text-edit = Bewerken
admin-text-content = Tekst
admin-text-hint = U kunt Markdown gebruiken. Voor { "{" }name{ "}" }, { "{" }domain{ "}" } en { "{" }contact{ "}" } komt wat in de instellingen staat. Maak de tekst leeg om de standaardtekst terug te zetten.
flash-text-saved = De tekst is opgeslagen.

admin-approvals = Aanvragen
admin-approvals-lead = Deze mensen willen een account.
admin-approvals-none = Er zijn geen aanvragen
admin-approve = Goedkeuren
admin-reject = Afwijzen
admin-reject-hint = De aanvrager krijgt deze uitleg per e-mail.
flash-account-approved = Het account is goedgekeurd.
flash-account-rejected = De aanvraag is afgewezen.

admin-people = Mensen
admin-people-find = Zoek iemand
admin-people-find-hint = Op naam of e-mailadres.
admin-people-none = Niemand gevonden
admin-which = Welke mensen
admin-which-all = Iedereen
admin-which-unconfirmed = Niet bevestigd
admin-which-suspended = Geblokkeerd
admin-which-admins = Beheerders
admin-which-leaving = Vertrekt
admin-state-suspended = geblokkeerd
admin-state-unconfirmed = niet bevestigd
admin-state-waiting = wacht op goedkeuring
admin-state-leaving = vertrekt
admin-person-email = E-mailadres
admin-person-since = Account sinds
admin-person-seen = Laatst gezien
admin-person-factor = Inloggen in twee stappen
admin-person-state = Bijzonderheden
admin-person-gone = Wordt verwijderd op
admin-person-motivation = Waarom meedoen?
admin-suspend-hint = De betrokkene krijgt deze uitleg, en die staat in het openbare logboek. Noem geen namen.
admin-do-suspend = Account blokkeren
admin-do-suspend-text = De persoon kan niet meer inloggen en niets meer plaatsen.
admin-do-unsuspend = Blokkade opheffen
admin-do-unsuspend-text = De persoon kan dan weer inloggen.
admin-do-factor = Tweede stap uitzetten
admin-do-factor-text = Doe dit alleen als u zeker weet wie het vraagt. De persoon logt daarna in met alleen een wachtwoord.
admin-do-factor-title = De tweede stap van { $name } uitzetten?
admin-do-factor-point-1 = Overal waar deze persoon is ingelogd, wordt die uitgelogd.
admin-do-factor-point-2 = De persoon kan de tweede stap daarna zelf weer aanzetten.
admin-do-promote-title = { $name } beheerder maken?
admin-do-promote-point-1 = De persoon ziet dan alle accounts met hun e-mailadres, en kan accounts, groepen en sites blokkeren.
admin-do-promote-point-2 = De persoon kan ook andere mensen beheerder maken, en uw rechten afnemen.
admin-do-demote-title = { $name } geen beheerder meer laten zijn?
admin-do-demote-own = Dit bent u zelf.
admin-do-demote-point-1 = De persoon kan dan niets meer zien of veranderen in het beheer.
admin-do-demote-point-2 = Een andere beheerder kan dit terugdraaien.
admin-do-promote = Beheerder maken
admin-do-promote-text = Een beheerder mag alles op deze site.
admin-do-demote = Rechten van beheerder afnemen
admin-do-demote-text = De persoon is daarna een gewoon lid.
flash-suspended = Het account is geblokkeerd.
flash-unsuspended = Het account is niet meer geblokkeerd.
flash-factor-reset = De tweede stap staat uit.
flash-promoted = Deze persoon is nu beheerder.
flash-demoted = Deze persoon is geen beheerder meer.

admin-groups = Groepen
admin-group = Groep
admin-members = Leden
admin-last = Laatst actief
admin-class = Wie leest mee
admin-group-closed = Besloten groep
admin-group-owners = Eigenaar:
admin-group-reports = { $count ->
    [one] Er wacht 1 melding. Alleen de moderatie van de groep kan die lezen.
   *[other] Er wachten { $count } meldingen. Alleen de moderatie van de groep kan die lezen.
}

admin-peers = Andere sites
admin-peers-lead = Met deze sites wisselen we berichten uit.
admin-peers-find = Zoek een site
admin-peers-find-hint = Een deel van het adres is genoeg.
admin-peers-none = Nog geen andere sites
admin-peers-none-text = Zodra iemand van elders een groep volgt, staat die site hier.
admin-peer = Site
admin-peer-software = Software
admin-peer-state = Verbinding
admin-peer-organisation = Wie beheert de site
admin-peer-rules = Regels over deze site
admin-peer-rules-none = Er is geen regel die deze site noemt.
admin-peer-rules-all = Bekijk alle regels
admin-peer-queue = Te versturen
admin-peer-seen = Laatste contact
admin-peer-reached = Laatst iets afgeleverd
admin-peer-since = Eerste contact
admin-peer-failures = Mislukte pogingen achter elkaar
admin-peer-next = Volgende poging
admin-peer-fault = De laatste poging mislukte
admin-peer-retry = Nu opnieuw proberen
admin-peer-log = Wat kwam binnen?
admin-peer-sent = Wat ging weg?
admin-peer-decide = Uw besluit over deze site
admin-peer-open = Verbonden
admin-peer-open-hint = Alles wat openbaar is gaat heen en weer.
admin-peer-limited = Beperkt
admin-peer-limited-hint = Mensen van daar worden pas lid als een moderator dat goedkeurt.
admin-peer-blocked = Geblokkeerd
admin-peer-blocked-hint = Er gaat niets heen en er komt niets binnen. Lidmaatschappen en volgers stoppen. Die komen niet terug als u de site later weer toelaat.
admin-peer-ends = Wat stopt er als u deze site blokkeert?
admin-peer-ends-members = { $count ->
    [one] 1 lidmaatschap van iemand van die site in een groep hier
   *[other] { $count } lidmaatschappen van mensen van die site in groepen hier
}
admin-peer-ends-memberships = { $count ->
    [one] 1 lidmaatschap van een lid van ons in een groep op die site
   *[other] { $count } lidmaatschappen van leden van ons in groepen op die site
}
admin-peer-ends-follows = { $count ->
    [one] 1 keer dat iemand hier en iemand daar elkaar volgen
   *[other] { $count } keer dat iemand hier en iemand daar elkaar volgen
}
admin-peer-ends-told = De andere site krijgt daar bericht van. Leden van ons ook.
admin-peer-ends-for-good = Laat u de site later weer toe? Dan komt dit niet terug. Wilt u dat wel? Draai dan binnen 14 dagen de wijziging terug, bij de regels voor andere sites.
admin-peer-block-title = { $host } blokkeren?
admin-peer-block-text = Er gaat dan niets meer heen en er komt niets meer binnen. Dit stopt:
admin-peer-block = Site blokkeren
admin-peer-paused = Op pauze
admin-peer-failing = Onbereikbaar
admin-peer-pause = Berichten aan deze site laten wachten
admin-peer-pause-hint = Ze gaan weg zodra u dit uitzet.
admin-peer-note = Aantekening
admin-peer-note-hint = Alleen beheerders lezen dit.
admin-peer-oldest = Wacht sinds
admin-peer-forget = Wachtende berichten weggooien
admin-peer-forget-title = Wachtende berichten aan { $host } weggooien?
admin-peer-forget-text = { $count ->
    [one] Er wacht 1 bericht. Het gaat dan niet meer weg.
   *[other] Er wachten { $count } berichten. Ze gaan dan niet meer weg.
}
admin-peer-forget-log = U ziet ze nog wel bij Wat ging weg. Daar kunt u ze een voor een alsnog versturen.
flash-peer-forgotten = De wachtende berichten aan { $value } zijn weggegooid.
flash-peer-saved = Het besluit over { $value } is opgeslagen.
flash-peer-retried = We proberen { $value } nu opnieuw.

admin-federation = Verkeer met andere sites
admin-fed-lead = Wat er binnenkwam en wegging, en hoe het afliep.
admin-fed-which = Welke kant op
admin-fed-in = Binnengekomen
admin-fed-refused = Geweigerd
admin-fed-out = Verstuurd
admin-fed-filter = Alleen deze site
admin-fed-none = Hier is niets te zien
admin-fed-when = Wanneer
admin-fed-kind = Wat
admin-fed-outcome = Afloop
admin-fed-again = Opnieuw proberen
admin-outcome-waiting = wacht
admin-outcome-held = wacht op een moderator
admin-outcome-parked = wacht op een andere site
admin-outcome-applied = verwerkt
admin-outcome-ignored = niets te doen
admin-outcome-refused = geweigerd
admin-outcome-failed = mislukt
admin-outcome-done = aangekomen
flash-again = Het wordt opnieuw geprobeerd.

admin-jobs = Mislukte taken
admin-jobs-lead = Deze taken zijn vaak geprobeerd en steeds mislukt.
admin-jobs-none = Er zijn geen mislukte taken
admin-jobs-tries = { $count } keer geprobeerd
admin-jobs-drop = Weggooien
flash-job-dropped = De taak is weggegooid.

admin-peers-help = Wat is een andere site?
admin-peers-help-text = Deze site werkt samen met andere sites: van gemeenten, werkpleinen of anderen. Mensen volgen van daar onze openbare groepen, en onze leden volgen groepen daar. Hier ziet u hoe dat gaat, en bepaalt u wat een site mag.
admin-peer-paused-hint = U laat berichten aan deze site even wachten.
admin-peer-failing-hint = De site geeft geen antwoord. We proberen het vanzelf opnieuw, steeds minder vaak.
admin-peer-other = Besluit over een andere site
admin-peer-host = Adres van de site
admin-peer-host-hint = Bijvoorbeeld forum.gemeente.nl. U kunt een site ook blokkeren voordat er contact is.
admin-peer-go = Verder
admin-peer-stranger = Met deze site is nog geen contact geweest. U kunt al wel bepalen wat hij mag.
admin-peer-software-unknown = Onbekend
admin-peer-fault-text = We proberen het vanzelf opnieuw. Duurt het lang? Vraag de beheerder van die site of er iets aan de hand is. Deze foutcode kan daarbij helpen:
admin-fed-help = Wat staat er in deze lijst?
admin-fed-in-help = Berichten van andere sites die we hebben aangenomen, en wat ermee is gedaan.
admin-fed-refused-help = Berichten die we meteen hebben teruggestuurd, bijvoorbeeld omdat de handtekening niet klopte. Een enkele is gewoon. Veel achter elkaar van één site is een reden om met die beheerder te praten.
admin-fed-out-help = Berichten van ons aan andere sites, en of ze zijn aangekomen.
admin-fed-host = Adres van een site
admin-fed-all = Alle sites
admin-fed-none-text = Er is niets, of het is al opgeruimd. Oude regels verdwijnen vanzelf.
admin-why-refused-there = Die site weigerde het bericht.
admin-why-gone-there = De ontvanger bestaat daar niet meer.
admin-why-busy-there = Die site had een storing of was te druk. We proberen het opnieuw.
admin-why-other-there = Die site nam het bericht niet aan.
admin-why-unreachable = De site was niet te bereiken.

admin-job-publish = Aan andere sites vertellen
admin-job-notify = Meldingen maken
admin-job-mail = E-mail versturen
admin-job-backfill = Oudere berichten ophalen
admin-job-refresh = Profielen bijwerken
admin-job-meet = Kennismaken met een site
admin-job-delete-account = Een account verwijderen
admin-job-end-memberships = Lidmaatschappen met een einddatum beëindigen
admin-job-remove-file = Een bestand verwijderen
admin-job-prune = Oude gegevens opruimen
admin-peer-may = Wat mag deze site?
