# Making an account, and proving an e-mail address.

signup = Account maken
signup-lead = Met een account kunt u vragen stellen, antwoorden en lid worden van groepen. Lezen kan zonder account.
signup-lead-approval = Met een account kunt u vragen stellen, antwoorden en lid worden van groepen. Een beheerder bekijkt eerst uw aanvraag.
signup-closed = Op deze site kunt u zelf geen account maken.
signup-closed-next = Wilt u meedoen? Vraag de beheerders om een account.
signup-name = Gebruikersnaam
signup-name-hint = Deze naam is voor iedereen zichtbaar en kan later niet meer veranderen. U wordt @naam@{ $host }. Het hoeft niet uw echte naam te zijn.
signup-email-hint = Alleen om in te loggen en voor berichten aan u. Anderen zien uw adres niet.
signup-motivation = Waarom wilt u meedoen?
signup-motivation-hint = Een of twee zinnen is genoeg. Alleen de beheerders lezen dit.
signup-rules = Ik houd mij aan de huisregels
signup-rules-hint = Wees vriendelijk, en zet geen gegevens van anderen in een bericht.
signup-send = Account maken
signup-have-account = Hebt u al een account?
signup-sent = Kijk in uw e-mail
signup-sent-text = Wij hebben een e-mail gestuurd naar het adres dat u opgaf. Open de link daarin om verder te gaan.
signup-sent-again = De link werkt een dag. Daarna kunt u een nieuwe vragen.
signup-again = Nieuwe e-mail vragen
signup-again-lead = Vul het e-mailadres van uw account in. Wij sturen u dan een nieuwe link om het te bevestigen.
signup-again-do = Vraag een nieuwe e-mail
signup-confirm = E-mailadres bevestigen
signup-confirm-lead = Klik op de knop om te bevestigen dat dit e-mailadres van u is.
signup-confirm-send = Ja, dit adres is van mij
signup-waiting = Uw aanvraag is ontvangen
signup-waiting-text = Uw e-mailadres is bevestigd. Een beheerder bekijkt nu uw aanvraag. U krijgt daarover een e-mail.

flash-confirmed = Uw e-mailadres is bevestigd. U kunt nu inloggen.
flash-email-changed = Uw nieuwe e-mailadres is bevestigd.

error-rules-missing = Zet een vinkje om te laten weten dat u zich aan de huisregels houdt.
