# Pages of text, and the mails of an instance for trying out.

pages-privacy = Privacy
pages-accessibility = Accessibility
pages-rules = House rules
pages-contact = Contact
pages-about = About this community
pages-updated = Last changed on
pages-mail = Emails of this trial site
pages-mail-lead = This is a trial site. Emails aren't really sent; you can read them here.
pages-mail-none = There are no emails yet
pages-mail-none-text = Ask for a new password, for example.
pages-mail-to = to { $to }
pages-about-lead = Here people ask each other questions and share what they know.
pages-about-facts = In short
pages-about-site = Address
pages-about-by = Run by
pages-about-who = Taking part
pages-about-open = Everyone can create an account.
pages-about-approval = Everyone can ask for an account. An administrator looks at the request.
pages-about-closed = Only the administrators create accounts.
pages-about-software = Software
pages-about-more = Find out more
pages-about-network = This site can exchange posts with other sites. People there can follow public groups here and reply.
