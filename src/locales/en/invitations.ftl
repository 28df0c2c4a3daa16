# Invitations into a group: the list for moderators, and what somebody who is invited sees.

invitations-menu = Invitations
invitations-title = Invitations to { $name }
invitations-lead = Invite somebody by name, or make a link that you pass on yourself. Each invitation works once.
invitations-person = Whom do you invite?
invitations-person-hint = A name such as @name@example.com. This person will get a notification. Leave this empty to make a link.
invitations-note = Note
invitations-note-hint = For example whom the link is for. Only moderators of this group see this.
invitations-days = For how many days is the invitation good?
invitations-days-hint = Choose a number from 1 to { $most }.
invitations-make = Make invitation
invitations-made = The invitation is ready
invitations-once = Copy this link now and pass it on. We don't keep it and can't show it again. Whoever uses the link first becomes a member.
invitations-link = Link
invitations-list = Open and used invitations
invitations-none = There are no invitations
invitations-for-link = Link without a note
invitations-by = by { $name }
invitations-until = good until
invitations-used = used
invitations-member = new member:
invitations-withdraw = Withdraw

invitations-page = Invitation to a group
invitations-intro = You are invited to become a member of this group. The invitation works once, until { $date }.
invitations-decline = No, thank you
invitations-visitor = Log in first
invitations-visitor-text = To become a member you need an account on this site. If you don't have one yet, create one first, and then open this link again.
invitations-joined = You are a member of this group already
invitations-void = This invitation does not work
invitations-void-text = It may have been used or withdrawn, or it may be too old. Or the address is not right.
invitations-void-next = Ask whoever invited you for a new invitation.

flash-invitation-sent = { $value } is invited and will get a notification.
flash-invitation-noted = { $value } is invited and can join on their own site.
flash-invitation-withdrawn = The invitation has been withdrawn.
flash-invitation-declined = You have declined the invitation.

error-invitation-days = Choose a number of days from 1 to { $limit }.
error-invitations-many = There are { $limit } open invitations already. First withdraw one that is no longer needed.
error-invitation-member = This person is a member already.
error-invitation-asked = This person has already asked to join. Admit them under Requests.
error-invitation-banned = This person is banned from the group. First take them off the list of banned people.
error-invitation-open = This person has an invitation already.
error-invitation-elsewhere = What is in this group may not go to this person's site, so they can't become a member.
error-person-unreachable = This person's site is not answering right now. Try again later.
