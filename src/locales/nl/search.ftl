# Zoeken.

search-title = Zoeken
search-label = Waar zoekt u naar?
search-hint = Typ een paar woorden. U kunt ook het adres van een groep of persoon invullen, bijvoorbeeld @tuin@voorbeeld.nl.
search-groups = Groepen
search-posts = Gesprekken en antwoorden met "{ $query }"
search-none = Niets gevonden voor "{ $query }"
search-none-text = Controleer of u de woorden goed hebt geschreven, of probeer andere woorden.
search-address = Op een andere site
search-address-login = Log in om groepen en mensen op andere sites te zoeken
search-address-text = We kunnen { $address } opzoeken op de site waar het staat.
search-address-do = Zoek op die site

flash-search-none = We hebben { $value } niet gevonden. Controleer het adres. Misschien werkt die site nu niet.
flash-search-blocked = Met de site van { $value } hebben we geen contact.
flash-search-busy = De site van { $value } geeft geen antwoord. Probeer het later opnieuw.
