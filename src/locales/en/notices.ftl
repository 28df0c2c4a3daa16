# What people are told: in the page and by mail

notice-reply = { $by } replied in “{ $title }”
notice-mention = { $by } mentioned you in “{ $title }”
notice-report = Something was reported in { $group }
notice-objection = Somebody appeals against a decision in { $group }
notice-join-request = { $by } wants to join { $group }
notice-sign-up = { $by } has asked for an account
notice-agreement-ends = The agreement with { $host } about closed groups ends on { $until }
notice-rule-change = { $by } wants to change the rules for other sites and asks you to agree
notice-invitation = You are invited to { $group }
notice-invitation-over = An invitation to a group is no longer valid
notice-link-asked = { $other } asks for a link with { $group }
notice-link-accepted = { $other } agrees to a link with { $group }
notice-link-ended = { $outcome ->
    [refused] { $other } doesn't want a link with { $group }
    [withdrawn] { $other } no longer asks for a link with { $group }
   *[ended] The link of { $group } with { $other } has ended
}
notice-promotion-asked = { $by } would like to show your discussion “{ $title }” in { $other } as well. Do you agree?
notice-promotion-offered = A discussion of { $group } was proposed for { $other }: “{ $title }”
notice-promotion-decided = { $outcome ->
    [accepted] “{ $title }” is now shown in { $other } as well
    [declined] Whoever began “{ $title }” doesn't want it to be shown in { $other }
   *[refused] The moderators of { $other } don't show “{ $title }” there
}
notice-accepted = You are now a member of { $group }
notice-rejected = You are not a member of { $group }
notice-severed = You are no longer a member of { $group }: this site has blocked { $host }
notice-role = You are now { $role } of { $group }
notice-until = { $outcome ->
    [always] Your membership of { $group } no longer has an end date
   *[until] Your membership of { $group } lasts until { $until } (inclusive)
}
notice-over = Your membership of { $group } has ended
notice-report-resolved = Your report has been dealt with
notice-objection-resolved = Your appeal has been dealt with
notice-removed = Your post in { $group } was removed
notice-restored = Your post in { $group } is back
notice-locked = Your discussion “{ $title }” was locked
notice-moved = Your discussion “{ $title }” is now in { $group }
notice-warned = You have a warning in { $group }
notice-banned = You can no longer take part in { $group }
notice-unbanned = You can take part in { $group } again
notice-suspended = Your account has been suspended
notice-unsuspended = Your account is no longer suspended
notice-closed = There was news from a closed group that you are no longer a member of
notice-closed-group = a closed group

notice-mail-reason = The explanation: { $reason }
notice-mail-objection =
    Don't agree? Read the whole decision. You can appeal within six months: { $link }

    Can't log in? Use the contact page. You can also go to court.
notice-mail-footer = This email comes from { $instance }. Too many emails? Change it in your settings: { $link }
notice-until-lifted = the moderators undo it
notice-role-member = a member
notice-role-moderator = a moderator
notice-role-owner = an owner

notice-mail-reply-subject = Reply in “{ $title }”
notice-mail-reply-body =
    { $by } replied in “{ $title }”, in the group { $group }.

    Read the reply: { $link }

    If more replies follow soon, we won't email you about them for an hour.
notice-mail-mention-subject = You are mentioned in “{ $title }”
notice-mail-mention-body =
    { $by } mentioned you in “{ $title }”, in the group { $group }.

    Read the post: { $link }
notice-mail-report-subject = New report in { $group }
notice-mail-report-body =
    Somebody reported something in { $group }.

    See the case: { $link }
notice-mail-objection-subject = New appeal in { $group }
notice-mail-objection-body =
    A member appeals against a decision in { $group }. Somebody who didn't make the decision will look at it.

    See the case: { $link }
notice-mail-join-request-subject = Somebody wants to join { $group }
notice-mail-join-request-body =
    { $by } wants to join { $group }.

    Answer: { $link }
notice-mail-sign-up-subject = Somebody has asked for an account at { $instance }
notice-mail-sign-up-body =
    { $by } has asked for an account at { $instance }.

    Answer: { $link }
notice-mail-agreement-ends-subject = The agreement with { $host } ends soon
notice-mail-agreement-ends-body =
    { $instance } and { $host } have an agreement about closed groups. Its last day is { $until }.

    If you do nothing, nothing from closed groups goes back and forth after that day.

    See the agreement: { $link }
notice-mail-rule-change-subject = Do you agree to other rules on { $instance }?
notice-mail-rule-change-body =
    { $by } wants to change the rules for other sites on { $instance }. That touches members or closed groups, so a second administrator has to agree.

    { $reason }See the change and answer: { $link }
notice-mail-invitation-subject = You are invited to { $group }
notice-mail-invitation-body =
    You are invited to become a member of { $group }.

    See the invitation: { $link }
notice-mail-link-asked-subject = { $other } asks for a link with { $group }
notice-mail-link-asked-body =
    The group { $other } asks for a link with { $group }. Discussions of one group are then shown in the other as well.

    See the request and answer: { $link }
notice-mail-link-accepted-subject = { $other } agrees to a link
notice-mail-link-accepted-body =
    The group { $other } agrees to a link with { $group }. The link works now.

    See the links: { $link }
notice-mail-link-ended-subject = { $outcome ->
    [refused] { $other } doesn't want a link with { $group }
    [withdrawn] { $other } no longer asks for a link
   *[ended] The link with { $other } has ended
}
notice-mail-link-ended-body =
    { $outcome ->
        [refused] The group { $other } doesn't want a link with { $group }.
        [withdrawn] The group { $other } no longer asks for a link with { $group }.
       *[ended] The link of { $group } with { $other } has ended. All discussions stay in their own group.
    }

    { $reason }See the links: { $link }
notice-mail-promotion-asked-subject = May your discussion be shown in { $other } as well?
notice-mail-promotion-asked-body =
    { $by } would like to show your discussion “{ $title }” of the group { $group } in { $other } as well. That only happens if you agree.

    { $reason }Answer: { $link }
notice-mail-promotion-offered-subject = A discussion was proposed for { $other }
notice-mail-promotion-offered-body =
    Somebody proposes to show a discussion of the group { $group } in { $other } as well: “{ $title }”

    { $reason }See it and choose: { $link }
notice-mail-promotion-decided-subject = { $outcome ->
    [accepted] “{ $title }” is now shown in { $other } as well
   *[refused] “{ $title }” is not shown in { $other }
}
notice-mail-promotion-decided-body =
    { $outcome ->
        [accepted] The discussion “{ $title }” of the group { $group } is now shown in { $other } as well.
        [declined] Whoever began the discussion “{ $title }” of the group { $group } doesn't want it to be shown in { $other }.
       *[refused] The moderators of { $other } don't show the discussion “{ $title }” of the group { $group } there.
    }

    { $reason }See the discussion: { $link }
notice-mail-accepted-subject = You are now a member of { $group }
notice-mail-accepted-body =
    You are now a member of { $group }. You can read and write there.

    Go to { $instance }: { $link }
notice-mail-rejected-subject = You are not a member of { $group }
notice-mail-rejected-body =
    You are not a member of the group { $group }. Your request was turned down, or your membership has ended.

    { $reason }Go to { $instance }: { $link }
notice-mail-severed-subject = You are no longer a member of { $group }
notice-mail-severed-body =
    The administrators of { $instance } have blocked the site { $host }. The group { $group } is on that site, so your membership has ended.

    Go to { $instance }: { $link }
notice-mail-role-subject = Your role in { $group } has changed
notice-mail-role-body =
    You are now { $role } of { $group }.

    Go to { $instance }: { $link }
notice-mail-until-subject = The end date of your membership of { $group }
notice-mail-until-body =
    { $outcome ->
        [always] Your membership of { $group } no longer has an end date.
       *[until] Your membership of { $group } lasts until { $until } (inclusive). After that you can no longer write there.
    }

    Go to { $instance }: { $link }
notice-mail-over-subject = Your membership of { $group } has ended
notice-mail-over-body =
    Your membership of { $group } had an end date and has now ended.

    Go to { $instance }: { $link }
notice-mail-report-resolved-subject = Your report has been dealt with
notice-mail-report-resolved-body =
    Your report at { $instance } has been dealt with. { $outcome ->
        [acted] We took action.
       *[other] Nothing needed to be done.
    }

    { $reason }Go to { $instance }: { $link }
notice-mail-objection-resolved-subject = Your appeal has been dealt with
notice-mail-objection-resolved-body =
    Your appeal at { $instance } has been dealt with. { $outcome ->
        [acted] You were right. The decision has been reversed.
       *[other] The decision stands.
    }

    { $reason }Go to { $instance }: { $link }
notice-mail-removed-subject = Your post in { $group } was removed
notice-mail-removed-body =
    The moderators of { $group } have removed a post of yours.

    { $reason }A person decided this, not a computer.
notice-mail-restored-subject = Your post in { $group } is back
notice-mail-restored-body =
    The moderators of { $group } have restored your post.

    See it: { $link }
notice-mail-locked-subject = Your discussion was locked
notice-mail-locked-body =
    The moderators of { $group } locked your discussion “{ $title }”. Only moderators can still reply.

    { $reason }See it: { $link }
notice-mail-moved-subject = Your discussion was moved
notice-mail-moved-body =
    Your discussion “{ $title }” is now in the group { $group }.

    { $reason }See it: { $link }
notice-mail-warned-subject = You have a warning in { $group }
notice-mail-warned-body =
    The moderators of { $group } have given you a warning.

    { $reason }A person decided this, not a computer.
notice-mail-banned-subject = You can no longer take part in { $group }
notice-mail-banned-body =
    You can no longer take part in { $group }. This applies until: { $until }.

    { $reason }A person decided this, not a computer.
notice-mail-unbanned-subject = You can take part in { $group } again
notice-mail-unbanned-body =
    You can take part in { $group } again.

    Go to { $instance }: { $link }
notice-mail-suspended-subject = Your account has been suspended
notice-mail-suspended-body =
    An administrator of { $instance } has suspended your account. You can't log in.

    { $reason }A person decided this, not a computer.
notice-mail-unsuspended-subject = Your account is no longer suspended
notice-mail-unsuspended-body =
    You can log in at { $instance } again.

    { $link }
notice-mail-closed-post-subject = New post in a closed group
notice-mail-closed-post-body =
    There is a new post for you in a closed group. Log in to read it.

    { $link }
notice-mail-closed-other-subject = News from a closed group
notice-mail-closed-other-body =
    There is news for you from a closed group. Log in to read it.

    { $link }
notice-mail-titled-post-subject = New post in “{ $title }”
notice-mail-titled-post-body =
    There is a new post for you in “{ $title }”, in the group { $group }. Log in to read it.

    { $link }
notice-mail-titled-other-subject = News from { $group }
notice-mail-titled-other-body =
    There is news for you from the group { $group }. Log in to read it.

    { $link }
notice-mail-answer-received-subject = We have received your report
notice-mail-answer-received-body =
    Thank you for your report at { $instance }. We will look at it and tell you what we decide.

    The number of your report is { $number }.

    If you didn't report anything, you don't have to do anything.
notice-mail-answer-acted-subject = Your report has been dealt with
notice-mail-answer-acted-body =
    You reported something at { $instance }. We looked at it and took action.

    { $reason }A person decided this, not a computer. If you don't agree, contact us: { $link }

    The number of your report is { $number }.
notice-mail-answer-dismissed-subject = Your report has been dealt with
notice-mail-answer-dismissed-body =
    You reported something at { $instance }. We looked at it. Nothing needed to be done.

    { $reason }A person decided this, not a computer. If you don't agree, contact us: { $link }

    The number of your report is { $number }.

error-notice-choice = Name one notification or one discussion, not both.
