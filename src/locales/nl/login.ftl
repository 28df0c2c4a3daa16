# Logging in, the second factor, a new password.

login = Inloggen
login-email = E-mailadres
login-name = E-mailadres of gebruikersnaam
login-password = Wachtwoord
login-new-password = Nieuw wachtwoord
login-password-rules = Minstens { $least } tekens. Een paar woorden achter elkaar is sterk en makkelijk te onthouden. Plakken mag.
login-send = Inloggen
login-forgot = Wachtwoord vergeten?
login-no-account = Hebt u nog geen account?
login-to-signup = Maak een account
login-paused = Inloggen kan hier even niet
login-paused-text = { $count ->
    [one] Er is te vaak een verkeerd wachtwoord ingevuld. Daarom kan inloggen op dit apparaat nu niet. Over 1 minuut kan het weer.
   *[other] Er is te vaak een verkeerd wachtwoord ingevuld. Daarom kan inloggen op dit apparaat nu niet. Over { $count } minuten kan het weer.
}
login-paused-reset = Weet u uw wachtwoord niet meer? Kies een nieuw. Dat kan nu al, en daarna kunt u meteen inloggen.
login-paused-device = Op een apparaat waarop u eerder was ingelogd, kunt u gewoon inloggen.
login-unconfirmed = Bevestig eerst uw e-mailadres
login-unconfirmed-text = Wij hebben u een e-mail gestuurd met een link. Open die link. Daarna kunt u inloggen. Kijk ook in uw map met ongewenste e-mail.
login-code-title = Tweede stap
login-code-lead = Uw account is extra beveiligd. Open de app op uw telefoon en vul de code in.
login-code = Code
login-code-hint = De 6 cijfers uit uw app, of een van uw herstelcodes.
login-code-lost = Ik heb mijn telefoon niet
login-code-lost-text = Gebruik een herstelcode. Hebt u die ook niet? De beheerders kunnen de tweede stap uitzetten.
login-forgot-title = Wachtwoord vergeten
login-forgot-lead = Vul uw e-mailadres in. Hoort daar een account bij? Dan sturen wij een link om een nieuw wachtwoord te kiezen.
login-forgot-send = Link sturen
login-forgot-sent = Kijk in uw e-mail
login-forgot-sent-text = Hoort er een account bij dit adres? Dan staat er binnen enkele minuten een e-mail in uw postvak.
login-sent-spam = Geen e-mail gekregen? Kijk in uw map met ongewenste e-mail, of controleer het adres.
login-reset-title = Nieuw wachtwoord kiezen
login-reset-lead = Kies een nieuw wachtwoord. Op andere apparaten moet u daarna opnieuw inloggen, en uw toegangssleutels vervallen.
login-reset-send = Wachtwoord opslaan
login-link-bad = Deze link werkt niet meer
login-link-bad-text = Een link uit een e-mail werkt één keer en voor korte tijd. Vraag een nieuwe aan.
login-link-used = Hebt u de link al gebruikt? Dan is uw adres bevestigd en kunt u inloggen.
login-link-again = Nieuwe link aanvragen

flash-welcome = Welkom, { $value }.
flash-signed-out-now = U bent uitgelogd.
flash-password-set = Uw nieuwe wachtwoord is opgeslagen. Log ermee in.

error-login-missing = Vul uw e-mailadres of gebruikersnaam in.
error-email-missing = Vul uw e-mailadres in.
error-email-form = Dit is geen e-mailadres. Schrijf het zoals naam@voorbeeld.nl.
error-password-missing = Vul uw wachtwoord in.
