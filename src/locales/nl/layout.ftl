# Texts of the frame around every page, and words that every page uses.

language-name = Nederlands
number-group = .
number = { $number }
size-bytes = { $count } bytes
size-kb = { $whole },{ $tenth } kB
size-mb = { $whole },{ $tenth } MB
size-gb = { $whole },{ $tenth } GB

date = { $day } { $month } { $year }
date-time = { $date } { $time }
month-1 = januari
month-2 = februari
month-3 = maart
month-4 = april
month-5 = mei
month-6 = juni
month-7 = juli
month-8 = augustus
month-9 = september
month-10 = oktober
month-11 = november
month-12 = december
ago-now = zojuist
ago-minutes = { $count ->
    [one] 1 minuut geleden
   *[other] { $count } minuten geleden
}
ago-hours = { $count } uur geleden
ago-days = { $count ->
    [one] gisteren
   *[other] { $count } dagen geleden
}

layout-skip = Ga naar de inhoud
layout-home = naar de voorpagina
layout-nav = Hoofdmenu
layout-nav-start = Start
layout-nav-groups = Groepen
layout-nav-latest = Gesprekken
layout-nav-help = Hulp
layout-search = Zoeken
layout-search-label = Zoek in de gesprekken
layout-search-placeholder = Zoek een vraag of onderwerp
layout-login = Inloggen
layout-signup = Meedoen
layout-logout = Uitloggen
layout-account = Uw account
layout-account-of = Account van { $name }
layout-profile = Uw profiel
layout-settings = Instellingen
layout-notices = Meldingen
layout-notices-unread = { $count ->
    [one] 1 nieuwe melding
   *[other] { $count } nieuwe meldingen
}
layout-moderation = Moderatie
layout-admin = Beheer
layout-leaving = Uw account wordt verwijderd op verzoek van uzelf. U kunt dit nog terugdraaien bij Instellingen.
layout-languages = Taal
layout-breadcrumbs = Kruimelpad
layout-messages = Berichten
layout-footer = Over deze site
layout-footer-about = Over deze community
layout-footer-contact = Contact
layout-footer-privacy = Privacy
layout-footer-accessibility = Toegankelijkheid
layout-footer-rules = Huisregels
layout-footer-source = Broncode
layout-footer-formal = Wilt u iets aanvragen, of bezwaar maken? Dat kan niet op dit forum. Neem daarvoor contact op met uw gemeente of werkplein.
layout-footer-made = Gemaakt met Vakplein, vrije software

form-optional = niet verplicht
form-errors = { $count ->
    [one] Er gaat nog iets niet goed
   *[other] Er gaan nog { $count } dingen niet goed
}
form-errors-intro = Verbeter wat hieronder staat en verstuur het formulier dan opnieuw.
form-error = Fout
form-characters = Maximaal { $count } tekens.
form-save = Opslaan
form-cancel = Annuleren
form-send = Versturen
form-confirm = Weet u het zeker?

pager = Bladeren
pager-newer = Nieuwere
pager-older = Oudere

alert-info = Let op
alert-ok = Gelukt
alert-warning = Waarschuwing
alert-error = Fout

person-moderator = moderator
person-owner = eigenaar
person-admin = beheerder
person-specialist = specialist
person-official = medewerker
person-starter = begon dit gesprek
person-gone = verwijderd account
person-remote = van { $host }

group-members = { $count ->
    [one] 1 lid
   *[other] { $count } leden
}
group-topics = { $count ->
    [one] 1 gesprek
   *[other] { $count } gesprekken
}
group-class-open = Openbaar
group-class-members = Alleen leden
group-class-confidential = Vertrouwelijk
group-class-local = Alleen hier
group-joined = U bent lid

topic-replies = { $count ->
    [0] Nog geen antwoord
    [one] 1 antwoord
   *[other] { $count } antwoorden
}
topic-replies-word = { $count ->
    [one] antwoord
   *[other] antwoorden
}
topic-by = door
topic-in = in
topic-last = laatste antwoord
topic-unread = { $count ->
    [one] 1 nieuw
   *[other] { $count } nieuw
}
topic-new = Nieuw
topic-pinned = Vastgezet
topic-locked = Gesloten
topic-unanswered = Onbeantwoord
topic-pending = In behandeling

post-actions = Meer
post-actions-of = Meer acties voor het bericht van { $name }
post-reply = Reageer
post-reply-to = Reageer op { $name }
post-in-reply-to = antwoord op { $name }
post-like = Nuttig
post-like-do = Vind dit bericht nuttig
post-like-undo = Vind dit bericht niet meer nuttig
post-likes = { $count ->
    [one] 1 persoon vindt dit nuttig
   *[other] { $count } mensen vinden dit nuttig
}
post-edited = bewerkt
post-new = nieuw
post-pending = Dit bericht wacht op bevestiging van { $host }.
post-pending-here = Dit bericht wordt nog verwerkt.
post-removed = Een moderator heeft dit bericht verwijderd.
post-removed-reason = Reden: { $reason }
post-deleted = De schrijver heeft dit bericht verwijderd.
post-permalink = Link naar dit bericht van { $when }

file-download = Download
files = Bijlagen
table-hint = Schuif opzij om alles te zien
table-region = Tabel, schuif opzij om alles te zien
step = Stap { $at } van { $of }
