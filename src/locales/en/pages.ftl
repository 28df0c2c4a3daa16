# Pages of text, and the mails of an instance for trying out.

pages-privacy = Privacy
pages-accessibility = Accessibility
pages-rules = House rules
pages-contact = Contact
pages-about = About this community
pages-updated = Last changed on
pages-mail = Emails of this trial site
pages-mail-lead = This is a trial site. Emails are not really sent: you read them here.
pages-mail-none = There are no emails yet
pages-mail-none-text = Ask for a new password, for example.
pages-mail-to = to { $to }
