# Discussions that another group shows too: proposing, consent, deciding, and what pages say of it.

topic-via = via
feed-via = This discussion comes from the group { $group }.

promotions-shown-in = Also shown in:
promotions-propose = Propose to another group
promotions-guest = This discussion belongs to the group { $group }. Your reply will stand there. You needn't become a member of it.
promotions-ask-title = May your question be shown in { $group } too?
promotions-ask-text = { $who } proposes that. If you say yes, the moderators of { $group } decide whether they show your question.
promotions-ask-stays = Your question stays here, with the same name beside it. Replies of people there come here too. You can change your mind later.
promotions-ask-group = See the other group
promotions-yes = Yes, show my question there too
promotions-no = No
promotions-states = Proposed to other groups
promotions-state-consent = This waits for the answer of whoever started the discussion.
promotions-state-offered = The moderators of that group still have to decide.
promotions-state-accepted = The discussion is shown there too.
promotions-state-declined = Whoever started the discussion would rather not.
promotions-state-declined-own = You would rather not.
promotions-state-refused = The moderators of that group don't show the discussion.
promotions-state-ended = This proposal has ended. The discussion isn't shown there any more.
promotions-reason = Reason: { $reason }
promotions-withdraw = I would rather not
promotions-stop = Don't show it there any more
promotions-off = Don't show this in { $group } any more

promote-title = Propose this discussion to another group
promote-lead = Is this discussion of use to people in another group? Then it can be shown there too. It stays here, and replies come here.
promote-asker = Whoever started the discussion is asked first. Then the moderators of the other group decide.
promote-own = The moderators of the other group decide whether they show your discussion.
promote-none = There is no group now that you can propose this discussion to
promote-none-text = Perhaps it was proposed already, or all groups that this group is linked to show it.
promote-group = To which group?
promote-note = Why do you propose this?
promote-note-hint = The moderators of the other group read this, and so does whoever started the discussion.
promote-submit = Propose

offers-menu = Proposed discussions
offers-title = Proposed to { $name }
offers-lead = These discussions stand in other groups. You decide whether they are shown here too. Replies go to the discussion's own group.
offers-none = There are no proposals
offers-none-text = When somebody proposes a discussion you get a notification, and it stands here.
offers-by = Proposed by { $who }.
offers-accept = Show this
offers-refuse = Don't show this
offers-reason = Why not?
offers-reason-hint = Whoever started the discussion and whoever proposed it read this. It also stands in the public log of this group. Don't mention names.
offers-refuse-title = Refuse a proposal
offers-refuse-text = The discussion “{ $title }” is then not shown in this group.

shown-off-text = The discussion “{ $title }” then no longer stands in the list of this group.
shown-off-stays = In its own group the discussion stays, with all replies.
shown-off-again = It doesn't come back by itself. Somebody can propose it again.
shown-off-reason-hint = This stands in the public log of this group. Whoever started or proposed the discussion reads it too. Don't mention names.
shown-off-submit = Don't show it any more

compose-shown-in = Your discussion is also shown in:
compose-perhaps-in = Your discussion also goes to these groups, which choose themselves whether they show it:

flash-promotion-asked = Your proposal was sent. Whoever started the discussion is asked whether it may be shown in { $value }.
flash-promotion-offered = Your proposal was sent. The moderators of { $value } decide.
flash-promotion-yes = Your answer was saved. The moderators of { $value } decide now.
flash-promotion-no = Your answer was saved. The discussion isn't shown in { $value }.
flash-promotion-shown = The discussion is now shown in { $value } too.
flash-promotion-accepted = The discussion is now shown in { $value }.
flash-promotion-refused = The discussion isn't shown in { $value }. Whoever proposed it reads why.
flash-promotion-off = The discussion isn't shown in { $value } any more.
