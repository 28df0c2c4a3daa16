# Koppelingen tussen groepen: wat er van een andere groep te zien is, waar gesprekken van hier te zien zijn, vragen en antwoorden.

links-menu = Koppelingen
links-menu-waiting = Koppelingen ({ $count } te beantwoorden)
links-waiting = { $count ->
    [one] 1 groep vraagt om een koppeling. Bekijk de vraag
   *[other] { $count } groepen vragen om een koppeling. Bekijk de vragen
}
links-about = Koppelingen met andere groepen
links-about-text = Deze groep deelt openbare gesprekken met andere groepen.
links-about-more = Bekijk met welke groepen
links-title = Koppelingen van { $name }
links-lead = Door een koppeling zijn openbare gesprekken van de ene groep ook te zien in de andere. Een gesprek blijft in zijn eigen groep, en daar komen ook de antwoorden.
links-elsewhere = Deze groep staat op { $host }. Hier ziet u alleen de koppelingen met groepen van deze site.
links-closed = Deze groep is niet openbaar. Daarom kan de groep geen koppelingen hebben.
links-none = Deze groep heeft nog geen koppelingen

links-to-answer = Vragen aan deze groep
links-asked = Vragen van deze groep
links-shows = Uit deze groepen zijn hier gesprekken te zien
links-shown-in = In deze groepen zijn gesprekken van hier te zien
links-wants-target = Deze groep wil haar gesprekken ook hier laten zien.
links-wants-source = Deze groep wil gesprekken van hier ook daar laten zien.
links-we-asked-target = Wij vroegen of wij gesprekken uit deze groep hier mogen laten zien. Een eigenaar van de andere groep moet nog akkoord gaan.
links-we-asked-source = Wij vroegen of deze groep gesprekken van ons wil laten zien. Een eigenaar van de andere groep moet nog akkoord gaan.
links-takes-all = Alle gesprekken.
links-takes-words = Gesprekken waarin een van deze woorden staat: { $words }.
links-takes-promoted = Gesprekken die iemand voorstelde en die de moderators uitkozen.
links-takes-elsewhere = Welke gesprekken daar te zien zijn, kiest die groep zelf.
links-rests = Er is nu niets van te zien. Deze site laat niets door van of naar de site van een van de groepen. De koppeling zelf blijft bestaan.
links-asked-by = Gevraagd door { $name } op { $date }.
links-asked-on = Gevraagd op { $date }.
links-since = Sinds { $date }.
links-accept = Akkoord
links-answer = Bekijken en antwoorden
links-refuse = Weigeren
links-withdraw = Vraag intrekken
links-change = Veranderen
links-end = Stoppen

links-new = Vraag een koppeling
links-new-text = De eigenaren van de andere groep krijgen een melding. De koppeling werkt pas als een van hen akkoord gaat.
links-field-group = Met welke groep?
links-field-group-hint = De naam van een groep op deze site, een adres zoals !naam@voorbeeld.nl, of het webadres van de groep.
links-field-side = Wat wilt u?
links-side-target = Gesprekken uit die groep hier laten zien
links-side-source = Gesprekken van hier in die groep laten zien
links-side-source-hint = Welke gesprekken dat zijn, kiest die groep zelf.
links-field-takes = Welke gesprekken zijn hier te zien?
links-field-takes-hint = Dit telt alleen als u kiest om gesprekken uit die groep hier te laten zien.
links-all = Alle gesprekken
links-all-hint = Ook nieuwe gesprekken komen er vanzelf bij.
links-promoted = Alleen gesprekken die onze moderators uitkiezen
links-promoted-hint = Iemand uit die groep stelt een gesprek voor. Uw moderators kiezen of het hier te zien is.
links-field-words = Alleen gesprekken met deze woorden
links-field-words-hint = Zet elk woord op een eigen regel. Een gesprek is te zien als een van de woorden in de titel of het begin staat. Laat dit leeg voor alle gesprekken.
links-field-note = Bericht aan de andere groep
links-field-note-hint = Bijvoorbeeld waarom u dit vraagt. Alleen de eigenaren daar lezen dit.
links-ask = Vraag versturen

links-one-title = Koppeling met { $name }
links-end-title = Koppeling met { $name } stoppen
links-end-target = Gesprekken uit die groep zijn hier dan niet meer te zien.
links-end-source = Gesprekken van hier zijn daar dan niet meer te zien.
links-end-stays = Alle gesprekken en antwoorden blijven staan in hun eigen groep.
links-end-told = De andere groep krijgt bericht.
links-refuse-title = Koppeling met { $name } weigeren
links-refuse-again = De andere groep kan het later nog eens vragen.
links-withdraw-title = Vraag aan { $name } intrekken
links-raise = Heeft de groep koppelingen met andere groepen? Dan stoppen die meteen.
links-reason = Uitleg
links-reason-hint = De andere groep leest dit, en het staat in het openbare logboek van deze groep.

flash-link-asked = Uw vraag is verstuurd aan { $value }. U krijgt een melding als er antwoord is.
flash-link-made = De koppeling met { $value } werkt.
flash-link-saved = De koppeling met { $value } is veranderd.
flash-link-ended = De koppeling met { $value } is gestopt.
flash-link-refused = U hebt de koppeling met { $value } geweigerd.
flash-link-withdrawn = Uw vraag aan { $value } is ingetrokken.
