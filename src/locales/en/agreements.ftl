# Agreements with other sites about closed groups.

admin-agreements = Agreements
agreements-lead = With these sites you have agreed what may go back and forth from closed groups.
agreements-help = What is an agreement?
agreements-help-text = Public groups work together with every site that you allow. Closed groups need more: an agreement between two organisations. Without one, nothing from closed groups goes to another site.
agreements-none = No agreements yet
agreements-none-text = Nothing from closed groups goes to other sites now.
agreement-new = New agreement
agreement-title = Agreement with { $host }
agreement-organisation = Organisation
agreement-organisation-hint = Whom do you make the agreement with? For example Gemeente Zutphen.
agreement-state = How do things stand?
agreement-crosses = What goes back and forth?
agreement-crosses-openbaar = Nothing from closed groups goes back and forth now.
agreement-crosses-leden = Posts in groups for members go back and forth. Confidential groups don't.
agreement-crosses-vertrouwelijk = Posts in groups for members and in confidential groups go back and forth.
agreement-crosses-lokaal = Nothing from closed groups goes back and forth now.
agreement-until = Last day
agreement-until-hint = For example 31-12-2027. Empty: the agreement counts until you end it. You are told 30 days and 7 days before.
agreement-no-end = Until you end it
agreement-left = Time left
agreement-days-left = { $count ->
    [one] 1 day left
   *[other] { $count } days left
}
agreement-since = Made on
agreement-changed = Last changed
agreement-agreed = In force
agreement-agreed-hint = The agreement has been made, and counts.
agreement-suspended = Suspended
agreement-suspended-hint = Nothing goes back and forth now. You can let the agreement count again later.
agreement-ended = Ended
agreement-ended-hint = The agreement is over.
agreement-over = Expired
agreement-blocked = Site is blocked
agreement-blocked-text = You have blocked this site. That is why nothing goes back and forth, although there is an agreement.
agreement-means = What does an agreement mean?
agreement-somebody = the other site
agreement-means-copies = What members of { $who } read here in closed groups is then on their site, too. The administrators there can read it.
agreement-means-both = The other site has to record an agreement with you as well. Only then does it work.
agreement-means-address = The agreement is about exactly this address, not about other addresses of the same organisation.
agreement-means-at-once = When you change the agreement, that counts at once.
agreement-terms = What do you agree?
agreement-state-choice = Does the agreement count?
agreement-ceiling = What may go back and forth?
agreement-ceiling-leden = Only groups for members
agreement-ceiling-leden-hint = What is in confidential groups stays here.
agreement-ceiling-vertrouwelijk = Confidential groups as well
agreement-ceiling-vertrouwelijk-hint = Only do this if you are sure that the other organisation handles it well.
agreement-host-hint = The exact address, for example forum.gemeente.nl.
agreement-contact = Whom can you reach there?
agreement-contact-hint = A name, email address or telephone number. Only administrators see this.
agreement-purpose = What is the agreement for?
agreement-purpose-hint = In a few sentences. Then everybody still knows later why this is allowed.
agreement-concerns = Whom does it concern when nothing goes back and forth any more?
agreement-members = { $count ->
    [one] 1 membership of somebody of that site in a closed group here
   *[other] { $count } memberships of people of that site in closed groups here
}
agreement-memberships = { $count ->
    [one] 1 membership of a member of ours in a closed group on that site
   *[other] { $count } memberships of members of ours in closed groups on that site
}
agreement-peer = What else may { $host } do?
agreement-lower-text = Less may then go back and forth than now. This concerns:
agreement-lower-at-once = They can then no longer read or write anything in those groups, at once.
agreement-lower-agreed-title = Restrict the agreement with { $host }?
agreement-lower-agreed = Restrict the agreement
agreement-lower-suspended-title = Suspend the agreement with { $host }?
agreement-lower-suspended = Suspend the agreement
agreement-lower-ended-title = End the agreement with { $host }?
agreement-lower-ended = End the agreement
agreement-section = Closed groups
agreement-section-none = There is no agreement with this site. Nothing from closed groups goes back and forth.
agreement-open = See the agreement
flash-agreement-saved = The agreement with { $value } has been saved.

error-agreement-ceiling = Choose up to leden or up to vertrouwelijk. Public groups need no agreement. What may only be on this site never leaves it.
error-agreement-organisation = Say which organisation you make the agreement with.
error-agreement-purpose = Say what the agreement is for.
error-agreement-day = Enter a day, such as 31-12-2027, or leave this empty.
error-agreement-blocked = This site is blocked. Allow it again first.
error-agreement-there = There is already an agreement with this site. Open it in the list to change it.
