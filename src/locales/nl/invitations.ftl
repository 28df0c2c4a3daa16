# Uitnodigingen voor een groep: de lijst voor moderators, en wat een genodigde ziet.

invitations-menu = Uitnodigingen
invitations-title = Uitnodigingen voor { $name }
invitations-lead = Nodig iemand uit op naam, of maak een link die u zelf doorstuurt. Elke uitnodiging werkt één keer.
invitations-person = Wie nodigt u uit?
invitations-person-hint = Een naam zoals @naam@voorbeeld.nl. Deze persoon krijgt een melding. Laat dit leeg als u een link wilt maken.
invitations-note = Notitie
invitations-note-hint = Bijvoorbeeld voor wie de link is. Alleen moderators van deze groep zien dit.
invitations-days = Hoeveel dagen geldt de uitnodiging?
invitations-days-hint = Kies een getal van 1 tot en met { $most }.
invitations-make = Uitnodiging maken
invitations-made = De uitnodiging is klaar
invitations-once = Kopieer deze link nu en stuur hem door. Wij bewaren hem niet en kunnen hem niet nog eens laten zien. Wie de link het eerst gebruikt, wordt lid.
invitations-link = Link
invitations-list = Open en gebruikte uitnodigingen
invitations-none = Er zijn geen uitnodigingen
invitations-for-link = Link zonder notitie
invitations-by = van { $name }
invitations-until = geldig tot
invitations-used = gebruikt
invitations-member = nieuw lid:
invitations-withdraw = Intrekken

invitations-page = Uitnodiging voor een groep
invitations-intro = U bent uitgenodigd om lid te worden van deze groep. De uitnodiging werkt één keer, tot { $date }.
invitations-decline = Nee, bedankt
invitations-visitor = Log eerst in
invitations-visitor-text = Om lid te worden hebt u een account op deze site nodig. Hebt u er nog geen? Maak dan eerst een account, en open deze link daarna opnieuw.
invitations-joined = U bent al lid van deze groep
invitations-void = Deze uitnodiging werkt niet
invitations-void-text = Misschien is de uitnodiging al gebruikt, ingetrokken of te oud. Of het adres klopt niet.
invitations-void-next = Vraag een nieuwe uitnodiging aan wie u heeft uitgenodigd.

flash-invitation-sent = { $value } is uitgenodigd en krijgt een melding.
flash-invitation-noted = { $value } is uitgenodigd en kan op de eigen site lid worden.
flash-invitation-withdrawn = De uitnodiging is ingetrokken.
flash-invitation-declined = U hebt de uitnodiging afgewezen.

error-invitation-days = Kies een aantal dagen van 1 tot en met { $limit }.
error-invitations-many = Er staan al { $limit } uitnodigingen open. Trek er eerst een in die niet meer nodig is.
error-invitation-member = Deze persoon is al lid.
error-invitation-asked = Deze persoon heeft al gevraagd om lid te worden. Laat de persoon toe bij Aanvragen.
error-invitation-banned = Deze persoon is uitgesloten van de groep. Haal de persoon eerst uit de lijst van uitgesloten mensen.
error-invitation-open = Deze persoon heeft al een uitnodiging.
error-invitation-elsewhere = Wat in deze groep staat, mag niet naar de site van deze persoon. Daarom kan deze persoon geen lid worden.
error-person-unreachable = De site van deze persoon antwoordt nu niet. Probeer het later opnieuw.
