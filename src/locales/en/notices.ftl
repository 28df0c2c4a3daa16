# What people are told: in the page and by mail

notice-reply = { $by } replied in “{ $title }”
notice-mention = { $by } mentioned you in “{ $title }”
notice-report = There is a report in { $group }
notice-objection = Somebody objects to a decision in { $group }
notice-join-request = { $by } wants to join { $group }
notice-sign-up = { $by } asks for an account
notice-accepted = You are now a member of { $group }
notice-rejected = You are not a member of { $group }
notice-severed = You are no longer a member of { $group }: this site has blocked { $host }
notice-role = You are now { $role } of { $group }
notice-report-resolved = Your report was handled
notice-objection-resolved = Your objection was handled
notice-removed = Your message in { $group } was removed
notice-restored = Your message in { $group } is back
notice-locked = Your discussion “{ $title }” was locked
notice-moved = Your discussion “{ $title }” is now in { $group }
notice-warned = You have a warning in { $group }
notice-banned = You can no longer take part in { $group }
notice-unbanned = You can take part in { $group } again
notice-suspended = Your account is blocked
notice-unsuspended = Your account is no longer blocked

notice-mail-reason = The explanation: { $reason }
notice-mail-objection =
    If you don't agree, read the whole decision and object to it, within six months: { $link }

    If you can't sign in, answer by the contact page. You can also go to court.
notice-mail-footer = This mail comes from { $instance }. If you want fewer mails, change your settings: { $link }
notice-until-lifted = the moderators undo it
notice-role-member = a member
notice-role-moderator = a moderator
notice-role-owner = an owner

notice-mail-reply-subject = Reply in “{ $title }”
notice-mail-reply-body =
    { $by } replied in “{ $title }”, in the group { $group }.

    Read the reply: { $link }

    If more replies come soon, you get no mail about them for an hour.
notice-mail-mention-subject = You are mentioned in “{ $title }”
notice-mail-mention-body =
    { $by } mentioned you in “{ $title }”, in the group { $group }.

    Read the message: { $link }
notice-mail-report-subject = New report in { $group }
notice-mail-report-body =
    A report came in for { $group }.

    See the report: { $link }
notice-mail-objection-subject = New objection in { $group }
notice-mail-objection-body =
    A member objects to a decision in { $group }. Somebody who didn't make the decision will look at it.

    See the objection: { $link }
notice-mail-join-request-subject = Somebody wants to join { $group }
notice-mail-join-request-body =
    { $by } wants to join { $group }.

    Answer: { $link }
notice-mail-sign-up-subject = Somebody asks for an account at { $instance }
notice-mail-sign-up-body =
    { $by } asks for an account at { $instance }.

    Answer: { $link }
notice-mail-accepted-subject = You are now a member of { $group }
notice-mail-accepted-body =
    You are now a member of { $group }. You can read and write there.

    Go to { $instance }: { $link }
notice-mail-rejected-subject = You are not a member of { $group }
notice-mail-rejected-body =
    The group { $group } doesn't have you as a member. Your request was refused, or your membership ended.

    { $reason }Go to { $instance }: { $link }
notice-mail-severed-subject = You are no longer a member of { $group }
notice-mail-severed-body =
    The administrators of { $instance } have blocked the site { $host }. The group { $group } is on that site, so your membership has ended.

    Go to { $instance }: { $link }
notice-mail-role-subject = Your role in { $group } changed
notice-mail-role-body =
    You are now { $role } of { $group }.

    Go to { $instance }: { $link }
notice-mail-report-resolved-subject = Your report was handled
notice-mail-report-resolved-body =
    Your report at { $instance } was handled. { $outcome ->
        [acted] Something was done about it.
       *[other] Nothing needed to be done.
    }

    { $reason }Go to { $instance }: { $link }
notice-mail-objection-resolved-subject = Your objection was handled
notice-mail-objection-resolved-body =
    Your objection at { $instance } was handled. { $outcome ->
        [acted] You were right. The decision was undone.
       *[other] The decision stands.
    }

    { $reason }Go to { $instance }: { $link }
notice-mail-removed-subject = Your message in { $group } was removed
notice-mail-removed-body =
    The moderators of { $group } removed a message of yours.

    { $reason }A person decided this, not a computer.
notice-mail-restored-subject = Your message in { $group } is back
notice-mail-restored-body =
    The moderators of { $group } restored your message.

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
    The moderators of { $group } warn you.

    { $reason }A person decided this, not a computer.
notice-mail-banned-subject = You can no longer take part in { $group }
notice-mail-banned-body =
    You can no longer take part in { $group }. This holds until: { $until }.

    { $reason }A person decided this, not a computer.
notice-mail-unbanned-subject = You can take part in { $group } again
notice-mail-unbanned-body =
    You can take part in { $group } again.

    Go to { $instance }: { $link }
notice-mail-suspended-subject = Your account is blocked
notice-mail-suspended-body =
    An administrator of { $instance } blocked your account. You can't sign in.

    { $reason }A person decided this, not a computer.
notice-mail-unsuspended-subject = Your account is no longer blocked
notice-mail-unsuspended-body =
    You can sign in at { $instance } again.

    { $link }
notice-mail-closed-post-subject = New message in a closed group
notice-mail-closed-post-body =
    There is a new message for you in a closed group. You can only read it after signing in.

    { $link }
notice-mail-closed-other-subject = News from a closed group
notice-mail-closed-other-body =
    There is news for you from a closed group. You can only read it after signing in.

    { $link }
notice-mail-answer-received-subject = We received your report
notice-mail-answer-received-body =
    Thank you for your report at { $instance }. We will look at it and tell you what we decide.

    The number of your report is { $number }.

    If you reported nothing, you needn't do anything.
notice-mail-answer-acted-subject = Your report was handled
notice-mail-answer-acted-body =
    You reported something at { $instance }. We handled your report. Something was done about it.

    { $reason }A person decided this, not a computer. If you don't agree, contact us: { $link }

    The number of your report is { $number }.
notice-mail-answer-dismissed-subject = Your report was handled
notice-mail-answer-dismissed-body =
    You reported something at { $instance }. We handled your report. Nothing needed to be done.

    { $reason }A person decided this, not a computer. If you don't agree, contact us: { $link }

    The number of your report is { $number }.

error-notice-choice = Name one notice or one discussion, not both.
