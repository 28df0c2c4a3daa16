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
agreement-waits = Waits for your answer
agreement-waits-text = The other site waits for an answer from you.
agreement-requested = Requested
agreement-requested-hint = The other site hasn't answered yet.
agreement-refused = Refused
agreement-discussion = In discussion
agreement-discussion-hint = You are still talking about it with the other site. The agreement doesn't count yet.
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
agreement-means-both = The other site has to record an agreement with you as well. Only then does it work. When you ask for the agreement, you see here how far they are.
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
agreement-contact-hint = A name, email address or telephone number. Only administrators of this site see this.
agreement-purpose = What is the agreement for?
agreement-purpose-hint = In a few sentences. Then everybody still knows later why this is allowed. When you ask for the agreement, the other site reads this, too.
agreement-how = How do you want to make the agreement?
agreement-how-ask = When you ask for the agreement, it counts as soon as the other site agrees. If they agree to less, you decide whether that is fine.
agreement-how-here = When you record the agreement here only, it counts on your side at once. The other site notices nothing of that.
agreement-tells = The other site then sees what you agree, what for and until when. It also sees who you are: { $who }.
agreement-tells-contact = The other site then sees what you agree, what for and until when. It also sees who you are: { $who }, { $contact }.
agreement-ask = Ask for it
agreement-keep = Record it here only
agreement-our-side = We
agreement-their-side = They
agreement-their-organisation = Who they are
agreement-their-contact = Whom you can reach there
agreement-their-purpose = What it is for, as they say
agreement-ours = We: { $says }
agreement-theirs = They: { $says }
agreement-says-requested = requested
agreement-says-unanswered = no answer given yet
agreement-says-refused = requested, and refused by the other site
agreement-says-discussion = in discussion
agreement-says-agreed = agreed, without a last day
agreement-says-until = agreed until { $until }, that day included
agreement-says-over = agreed, but expired
agreement-says-suspended = suspended
agreement-says-ended = ended
agreement-says-nothing = told us nothing yet
agreement-says-unable = can't see any of this
agreement-whole = { $host } runs Lemmy. Such a site asks for messages for the whole site, and not for one member. Does somebody there belong to a group for members? Then you trust the whole site with everything in that group. Confidential groups don't go there.
agreement-not-kept = As far as we know, the software of { $host } doesn't keep a closed group closed. That is why nobody on that site can become a member of a closed group, not even with this agreement.
agreement-unable = The other site runs other software. It can't read requests and messages about agreements. Agree by email or telephone, and record it here afterwards.
agreement-asks-text = They ask for: { $what }. Last day: { $until }.
agreement-asks-take = Agree
agreement-offers-text = They have agreed to: { $what }. Last day: { $until }.
agreement-offers-take = Accept this
agreement-answer-title = What do you answer?
agreement-answer = Your answer
agreement-answer-agree = Agree
agreement-answer-agree-hint = The agreement counts on your side at once, as you fill it in below.
agreement-answer-discuss = Discuss it first
agreement-answer-discuss-hint = Write a message. The agreement doesn't count yet.
agreement-answer-refuse = Refuse
agreement-answer-refuse-hint = There will be no agreement. You can add why.
agreement-answer-terms = What do you agree to?
agreement-answer-send = Send the answer
agreement-message = Message with your answer
agreement-message-hint = The administrators of the other site read this.
agreement-again = They ask for an agreement
agreement-again-text = An agreement with this site is in force on your side already. You can let them know what it is.
agreement-again-tell = Let them know
agreement-again-leave = Leave it like this
agreement-messages = Discussion
agreement-messages-none = Nothing has been written yet.
agreement-we = An administrator of this site
agreement-say = Write a message
agreement-say-hint = The administrators of the other site read this. They then also see how things stand on your side.
agreement-say-send = Send the message
agreements-waiting = These sites wait for your answer
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
flash-agreement-asked = You have asked { $value } for an agreement.
flash-agreement-answered = Your answer to { $value } has been sent.
flash-agreement-said = Your message to { $value } has been sent.

error-agreement-ceiling = Choose up to leden or up to vertrouwelijk. Public groups need no agreement. What may only be on this site never leaves it.
error-agreement-organisation = Say which organisation you make the agreement with.
error-agreement-purpose = Say what the agreement is for.
error-agreement-day = Enter a day, such as 31-12-2027, or leave this empty.
error-agreement-blocked = This site is blocked. Allow it again first.
error-agreement-there = There is already an agreement with this site. Open it in the list to change it.
error-agreement-message = Write a message.
error-agreement-unseen = This site can't read requests and messages about agreements. Record the agreement here only.
error-agreement-shut-out = Your rules let nothing in from this site, so no answer either. Allow the site by a rule first.

notice-agreement-asked = { $host } asks for an agreement about closed groups
notice-agreement-changed = { $host } let you know something about the agreement about closed groups
notice-agreement-stopped = At { $host } the agreement about closed groups doesn't count, or no longer
notice-agreement-said = { $host } wrote a message about the agreement about closed groups
notice-mail-agreement-asked-subject = { $host } asks for an agreement
notice-mail-agreement-asked-body =
    The administrators of { $host } ask { $instance } for an agreement about closed groups.

    Answer: { $link }
notice-mail-agreement-changed-subject = News about the agreement with { $host }
notice-mail-agreement-changed-body =
    The administrators of { $host } let you know something about their side of the agreement about closed groups.

    See the agreement: { $link }
notice-mail-agreement-stopped-subject = The agreement doesn't count at { $host }
notice-mail-agreement-stopped-body =
    The administrators of { $host } have stopped or refused their side of the agreement about closed groups.

    See the agreement: { $link }
notice-mail-agreement-said-subject = Message from { $host } about the agreement
notice-mail-agreement-said-body =
    The administrators of { $host } wrote a message about the agreement about closed groups.

    Read the message: { $link }

limit-peer-agreements = News about agreements from one site
limit-peer-agreements-text = So often one site may let us know something about an agreement. Administrators are told of each.

agreement-todo = { $count ->
    [one] 1 other site asks for an agreement
   *[other] { $count } other sites ask for an agreement
}

admin-kind-offer = News about an agreement, or a discussion that was proposed
admin-rule-not-an-instance = Only a site itself can tell something about an agreement.
admin-rule-not-for-us = This was meant for another site.
admin-rule-unknown-state = It doesn't say how the agreement stands.
admin-rule-unknown-class = No agreement can be about such groups.
admin-rule-wrong-time = There is a day or time in it that can't be read.
