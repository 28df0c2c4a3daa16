# Wat programma's te lezen krijgen als iets niet kan

problem-denied = Dit mag niet
problem-not-found = Niet gevonden
problem-not-found-detail = Dit bestaat niet, of u mag het niet zien.
problem-gone = Verwijderd
problem-gone-detail = Dit heeft bestaan en is verwijderd.
problem-signed-out = Geen geldig token
problem-signed-out-detail = Stuur een geldig token mee in de header Authorization.
problem-invalid = Niet goed ingevuld
problem-invalid-detail = Een of meer velden zijn niet goed ingevuld.
problem-malformed = Niet leesbaar
problem-malformed-detail = Wat u stuurde, is niet te lezen.
problem-taken = Al in gebruik
problem-taken-detail = Iemand anders heeft dit al. Kies iets anders.
problem-not-now = Dit kan nu niet
problem-conflict = Al gedaan of veranderd
problem-conflict-detail = Dit is al gedaan, of iemand anders heeft het intussen veranderd.
problem-unreachable = De andere site antwoordt niet
problem-unreachable-detail = Hiervoor moest een andere site antwoorden, en dat deed die niet. Probeer het later opnieuw.
problem-too-large = Te groot
problem-too-large-detail = Wat u stuurde, is te groot.
problem-method = Deze methode kan hier niet
problem-method-detail = De header Allow noemt de methodes die hier wel kunnen.
problem-internal = Er ging bij ons iets mis
problem-internal-detail = Probeer het later opnieuw.

error-cursor = Gebruik de waarde van next van de vorige pagina.
error-limit = Kies een getal van 1 tot en met 100.
error-scope-unknown = Kies uit read, write, moderate en admin.
error-block-kind = Kies uit block en mute.
error-block-target = Noem een persoon of een site, niet allebei.
error-state-unknown = Kies uit all, waiting, unconfirmed, suspended, admins, leaving en everything.
