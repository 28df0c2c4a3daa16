# The front page.

home-title = Vraag het elkaar
home-lead = Stel hier uw vraag. Andere mensen en professionals denken met u mee.
home-hello = Dag { $name }
home-hello-lead = Dit is er nieuw in uw groepen.
home-ask = Stel een vraag
home-join = Doe mee
home-see-groups = Bekijk de groepen
home-see-latest = Lees mee
home-groups = Groepen
home-my-groups = Uw groepen
home-all-groups = Alle groepen
home-latest = Nieuwste gesprekken
home-my-latest = Nieuw in uw groepen
home-all-latest = Alle gesprekken
home-no-groups = Er zijn nog geen groepen
home-no-groups-text = Zodra er een groep is, vindt u hem hier.
home-no-own-groups = U bent nog geen lid van een groep
home-no-own-groups-text = Word lid van een groep. Nieuwe gesprekken ziet u dan hier.
home-no-topics = Er zijn nog geen gesprekken
home-no-topics-text = Begin het eerste gesprek in een van de groepen.
home-how = Zo werkt het
home-how-rules = Lees de huisregels
home-how-read = Lezen kan iedereen, zonder account.
home-how-ask = Met een account stelt u vragen en geeft u antwoord.
home-how-safe = Iedereen kan meelezen. Laat privégegevens weg.
home-unread = { $count ->
    [one] U hebt 1 nieuwe melding
   *[other] U hebt { $count } nieuwe meldingen
}
