# Wie is er binnengekomen, en wie heeft er beheerd?

admin-audit = Toegang en beheer
admin-audit-lead = Wie heeft er ingelogd, en wie heeft er iets aan de site veranderd?
admin-audit-help = Wat staat er in deze lijst?
admin-audit-help-text = Elke keer dat iemand inlogt, een wachtwoord verandert of iets beheert, komt hier een regel bij. Ook als het niet lukte. Van leden ziet u alleen het begin van het internetadres. Wachtwoorden en teksten staan er nooit in. Oude regels verdwijnen vanzelf.
admin-audit-none = Er is nog niets gebeurd
admin-audit-when = Wanneer
admin-audit-what = Wat
admin-audit-outcome = Afloop
admin-audit-who = Wie
admin-audit-origin = Waarvandaan
audit-log-in = Inloggen
audit-log-in-code = Code bij het inloggen
audit-log-out = Uitloggen
audit-end-sessions = Andere apparaten uitloggen
audit-password = Wachtwoord veranderen
audit-reset-password = Nieuw wachtwoord via e-mail
audit-email = E-mailadres veranderen
audit-factor-on = Inloggen met code aanzetten
audit-factor-off = Inloggen met code uitzetten
audit-recovery-codes = Nieuwe herstelcodes
audit-make-token = Toegang voor een programma maken
audit-end-token = Toegang van een programma beëindigen
audit-export = Eigen gegevens ophalen
audit-leave = Account opzeggen
audit-administer = Beheren
audit-rules = Regels voor andere sites veranderen
audit-command = Opdracht op de server
audit-outcome-done = gelukt
audit-outcome-wrong = niet goed
audit-outcome-refused = geweigerd
audit-outcome-paused = te vaak
audit-outcome-failed = mislukt
admin-audit-whole = Niemand heeft iets aan deze lijst veranderd. De hele lijst is gecontroleerd.
admin-audit-lately = { $days ->
    [one] Niemand heeft iets aan deze lijst veranderd. De laatste dag is gecontroleerd.
   *[other] Niemand heeft iets aan deze lijst veranderd. De laatste { $days } dagen zijn gecontroleerd.
}
admin-audit-broken = Deze lijst is niet meer zoals hij werd geschreven. Iemand heeft er iets aan veranderd, of er is iets beschadigd.
admin-audit-fault-line = Op { $date } klopt een regel niet meer.
admin-audit-fault-unhashed = Op { $date } staat een regel die er later is bijgezet.
admin-audit-fault-day = Van { $date } is niet bekend hoeveel regels er waren.
admin-audit-fault-count = Op { $date } ontbreken regels, of er zijn er te veel.
admin-audit-fault-end = Op { $date } klopt de laatste regel niet meer.
admin-audit-faults-more = { $count ->
    [one] En er is nog 1 fout.
   *[other] En er zijn nog { $count } fouten.
}
