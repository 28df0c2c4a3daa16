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
pages-about-lead = Hier stellen mensen elkaar vragen en delen zij wat zij weten.
pages-about-facts = In het kort
pages-about-site = Adres
pages-about-by = Van
pages-about-who = Meedoen
pages-about-open = Iedereen kan een account maken.
pages-about-approval = Iedereen kan een account aanvragen. Een beheerder bekijkt de aanvraag.
pages-about-closed = Alleen de beheerders maken accounts.
pages-about-software = Software
pages-about-more = Meer weten
pages-about-network = Deze site kan praten met andere sites. Mensen op die sites kunnen openbare groepen hier volgen en reageren.
