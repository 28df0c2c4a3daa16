# Fouten bij accounts, inloggen en profielen

error-email = Vul een e-mailadres in, zoals naam@voorbeeld.nl.
error-email-same = Dit is al uw e-mailadres.
error-password-short = Kies een langer wachtwoord: minstens { $limit } tekens. Een zin van een paar woorden is prima.
error-password-long = Kies een korter wachtwoord.
error-password-obvious = Dit wachtwoord is te makkelijk te raden. Gebruik niet uw naam of een bekend woord met cijfers. Een zin van een paar woorden is prima.
error-password-wrong = Dit wachtwoord klopt niet.
error-login-wrong = Deze gegevens horen niet bij elkaar. Controleer uw e-mailadres of gebruikersnaam, en uw wachtwoord.
error-code-wrong = Deze code klopt niet, of is al gebruikt. Wacht op de volgende code en probeer het opnieuw.
error-motivation-missing = Schrijf kort waarom u mee wilt doen.
error-display-name-missing = Vul de naam in die anderen zien.
error-display-name-long = Deze naam is te lang. Gebruik hoogstens { $limit } tekens.
error-bio-long = Deze tekst is te lang. Gebruik hoogstens { $limit } tekens.
error-employer-long = Dit is te lang. Gebruik hoogstens { $limit } tekens.
error-avatar-alt-missing = Beschrijf kort wat er op de foto staat.
error-avatar-alt-long = Deze beschrijving is te lang. Gebruik hoogstens { $limit } tekens.
error-language = Kies een van de talen.
error-host = Vul het adres van een site in, zoals forum.voorbeeld.nl.
error-block-self = U kunt uzelf niet blokkeren of volgen.
error-last-admin = Er moet een beheerder overblijven. Maak eerst iemand anders beheerder.
error-setting-long = Deze tekst is te lang. Gebruik hoogstens { $limit } tekens.
error-setting-missing = Vul dit in.
error-case-number = Gebruik letters, cijfers, streepjes en punten, en # voor een cijfer. Zet er minstens 4 keer # in, zonder letters minstens 6 keer.
error-case-numbers-many = Gebruik hoogstens { $limit } regels.
error-page-missing = Schrijf een tekst, of kies dat u de standaardtekst wilt.
