# Pages of text, and the mails of an instance for trying out.

pages-privacy = Privacy
pages-accessibility = Toegankelijkheid
pages-rules = Huisregels
pages-contact = Contact
pages-about = Over deze community
pages-updated = Laatst gewijzigd op
pages-mail = E-mails van deze proefsite
pages-mail-lead = Dit is een proefsite. E-mails gaan niet echt weg: u leest ze hier.
pages-mail-none = Er zijn nog geen e-mails
pages-mail-none-text = Vraag bijvoorbeeld een nieuw wachtwoord aan.
pages-mail-to = aan { $to }
