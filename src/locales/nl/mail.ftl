# Mails. Platte tekst; $site is de naam van de site, $url het adres.

mail-footer =
    --
    { $site }
    { $url }
    Dit is een automatisch bericht. U kunt er niet op antwoorden.

mail-confirm-subject = Bevestig uw e-mailadres voor { $site }
mail-confirm-body =
    Hallo { $name },

    U hebt een account gevraagd bij { $site }. Bevestig met deze link dat dit uw e-mailadres is:

    { $link }

    De link werkt een dag, en maar één keer.

    Hebt u geen account gevraagd? Dan hoeft u niets te doen. Het account wordt dan niet gemaakt.

mail-known-subject = U hebt al een account bij { $site }
mail-known-body =
    Hallo { $name },

    Iemand heeft met dit e-mailadres een account gevraagd bij { $site }. Maar u hebt al een account.

    Was u dit zelf? Dan kunt u inloggen:
    { $login }

    Weet u uw wachtwoord niet meer? Kies dan een nieuw wachtwoord:
    { $reset }

    Was u dit niet? Dan hoeft u niets te doen. Er is niets veranderd.

mail-reset-subject = Kies een nieuw wachtwoord voor { $site }
mail-reset-body =
    Hallo,

    U wilt een nieuw wachtwoord voor { $site }. Kies het met deze link:

    { $link }

    De link werkt een uur, en maar één keer. Daarna bent u op alle apparaten uitgelogd.

    Hebt u dit niet gevraagd? Dan hoeft u niets te doen. Uw wachtwoord blijft hetzelfde.

mail-password-subject = Uw wachtwoord voor { $site } is veranderd
mail-password-body =
    Hallo,

    Uw wachtwoord voor { $site } is zojuist veranderd. Op andere apparaten bent u nu uitgelogd.

    Hebt u dit niet zelf gedaan? Kies dan meteen een nieuw wachtwoord:
    { $reset }

    En laat het weten aan de beheerders van de site.

mail-email-new-subject = Bevestig uw nieuwe e-mailadres voor { $site }
mail-email-new-body =
    Hallo,

    U wilt dit e-mailadres gebruiken voor uw account bij { $site }. Bevestig het met deze link:

    { $link }

    De link werkt een dag, en maar één keer. Tot die tijd blijft uw oude adres gelden.

    Hebt u dit niet gevraagd? Dan hoeft u niets te doen.

mail-email-old-subject = Iemand wil het e-mailadres van uw account veranderen
mail-email-old-body =
    Hallo,

    Er is gevraagd om een ander e-mailadres voor uw account bij { $site }. Dat gaat in als het nieuwe adres is bevestigd.

    Was u dit niet? Log dan in, verander uw wachtwoord en beëindig alle andere sessies:
    { $link }

mail-email-known-subject = Dit e-mailadres hoort al bij een account
mail-email-known-body =
    Hallo,

    Iemand wilde dit e-mailadres gebruiken voor een account bij { $site }. Maar er is al een account met dit adres. Daarom is er niets veranderd.

    Was u dit zelf? Kies dan een ander adres, of verwijder eerst het andere account.

mail-factor-on-subject = Inloggen in twee stappen staat aan
mail-factor-on-body =
    Hallo,

    Bij uw account op { $site } staat inloggen in twee stappen nu aan. Bij het inloggen hebt u voortaan ook een code van uw telefoon nodig. Bewaar uw herstelcodes op een veilige plek.

    Hebt u dit niet zelf gedaan? Kijk dan hier:
    { $link }

mail-factor-off-subject = Inloggen in twee stappen staat uit
mail-factor-off-body =
    Hallo,

    Bij uw account op { $site } staat inloggen in twee stappen nu uit. Voor het inloggen is alleen uw wachtwoord nog nodig.

    Hebt u dit niet zelf gedaan of gevraagd? Verander dan meteen uw wachtwoord:
    { $link }

mail-factor-recovery-subject = Er is een herstelcode gebruikt
mail-factor-recovery-body =
    Hallo,

    Bij uw account op { $site } is ingelogd met een herstelcode. Elke code werkt maar één keer. Bijna op? Maak dan nieuwe codes:
    { $link }

    Was u dit niet? Verander dan meteen uw wachtwoord.

mail-approved-subject = Uw account bij { $site } is klaar
mail-approved-body =
    Hallo { $name },

    Uw account bij { $site } is goedgekeurd. U kunt nu inloggen:
    { $login }

    Welkom!

mail-rejected-subject = Uw aanvraag voor een account bij { $site }
mail-rejected-body =
    Hallo { $name },

    U hebt een account gevraagd bij { $site }. De beheerders hebben uw aanvraag helaas afgewezen. Zij schreven daarbij:

    { $reason }

    Uw gegevens zijn verwijderd. Hebt u vragen? Kijk dan op { $contact }.

mail-leaving-subject = Uw account bij { $site } wordt verwijderd
mail-leaving-body =
    Hallo { $name },

    U hebt gevraagd om uw account bij { $site } te verwijderen. Dat gebeurt over { $days } dagen. Daarna zijn uw profiel, uw berichten en uw bestanden weg. Dat kan niet meer terug.

    Bedenkt u zich? Log dan voor die tijd in, en kies dat u blijft:
    { $login }
