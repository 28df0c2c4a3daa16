# De pagina met meldingen.

notices-title = Meldingen
notices-all-read = Alles gelezen
notices-none = Nog geen meldingen
notices-none-text = Als iemand antwoordt of u noemt, staat dat hier.
notices-settings = Kies waarvan u een e-mail krijgt
flash-notices-read = Alle meldingen zijn gelezen.
