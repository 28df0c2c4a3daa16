# Bestanden en afbeeldingen

error-file-missing = Kies een bestand.
error-file-empty = Dit bestand is leeg. Kies een ander bestand.
error-file-too-large = Dit bestand is te groot. Kies een kleiner bestand.
error-files-too-large = Samen zijn uw bestanden te groot. Stuur hoogstens { $limit } MB tegelijk.
error-file-kind = Dit soort bestand kunt u niet plaatsen. Kies een afbeelding, een pdf, een document of een tekst.
error-file-old-office = Dit is een oud soort document. Bewaar het als docx, xlsx, pptx of pdf en probeer het opnieuw.
error-file-encrypted = Dit bestand heeft een wachtwoord. Haal het wachtwoord eraf en probeer het opnieuw.
error-file-macros = In dit bestand zitten macro’s. Bewaar het zonder macro’s en probeer het opnieuw.
error-file-too-many-pixels = Deze afbeelding is te groot. Maak haar kleiner en probeer het opnieuw.
error-file-unpacked = Dit bestand is te groot als het wordt uitgepakt. Kies een kleiner bestand.
error-file-broken = Dit bestand is kapot of is niet wat de naam zegt. Kies een ander bestand.
error-file-quota = U hebt geen ruimte meer. Alles samen mag { $limit } MB zijn. Verwijder eerst iets anders.
error-alt-missing = Beschrijf wat er op de afbeelding staat, of kies dat zij alleen versiering is.
error-alt-long = Maak de beschrijving korter: niet meer dan { $limit } tekens.
error-media-many = Kies niet meer dan { $limit } bestanden.
error-media-unknown = Een van de bestanden is er niet meer. Voeg het opnieuw toe.
