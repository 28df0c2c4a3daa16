# Pages for reporting and moderating.

moderation-reason = Reason
moderation-reason-hint = Explain which rule this is about, and why. The person concerned sees this text, and so does everybody in the public log. Don't name anybody.
moderation-somebody = somebody
moderation-member = a member
moderation-closed-group = a closed group

report-post = Report post
report-person = Report person
report-group = Report group
report-lead = Is something wrong? Tell the moderators. They will look at it and you will get an answer.
report-about-post = Post by { $name } in “{ $title }”
report-about-person = { $name }
report-about-group = Group “{ $title }”
report-category = What is wrong?
report-reason = Explain what is wrong
report-reason-hint = Leave out personal details that aren't needed. Only the moderators read this.
report-name = Your name
report-email = Your email address
report-email-hint = Only so that we can answer you. Without an address we can't.
report-forward = Send this report to { $host } as well
report-forward-hint = The moderators there will see your report too, without your name.
report-submit = Send report
report-urgent = Is there immediate danger? Call 112.
flash-report-sent = Thank you. The moderators will look at your report.

queue-overview = Moderation
queue-overview-lead = What is waiting for you, group by group.
queue-site = This site
queue-group = Reported posts in { $name }
queue-lead = Those waiting longest come first.
queue-which = Which cases
queue-open = To decide
queue-decided = Decided
queue-none = Nothing is waiting for you
queue-none-text = New reports will appear here. You will be notified as well.
queue-none-decided = Nothing decided yet
queue-waiting = { $count ->
    [0] No reports to judge
    [one] 1 report to judge
   *[other] { $count } reports to judge
}
queue-requests = { $count ->
    [0] No requests
    [one] 1 request to join
   *[other] { $count } requests to join
}
queue-count = reported { $count } times
queue-elsewhere = also from other sites
queue-visitor = visitor without an account
queue-state-acted = Action was taken
queue-state-dismissed = Nothing was wrong
queue-about-reply = Reply by { $name } in “{ $title }”
queue-about-topic = Discussion by { $name }: “{ $title }”
queue-about-person = Report about { $name }
queue-about-group = Report about the group
queue-about-gone = Post that is no longer there
queue-about-objection = Appeal against a decision

case-post = The post
case-see = See it in context
case-decision = Read the decision
case-reports = What was reported
case-earlier = { $count ->
    [one] 1 report about this person was decided before.
   *[other] { $count } reports about this person were decided before.
}
case-act = Take action
case-measures = What will you do?
case-remove = Remove the post
case-warn = Warn the author
case-ban = Ban the author
case-until = Ban for how long?
case-note = Answer to whoever reported this
case-note-hint = Only whoever reported this reads it.
case-act-submit = Take action and close
case-close = Close without action
case-dismiss = Nothing is wrong
case-acted = It has been dealt with already
case-objection = Decide on the appeal
case-objection-text = Look at the decision again. If it was wrong, it will be reversed.
case-objection-note = Your answer
case-objection-hint = The person who appealed reads this. Explain your decision.
case-uphold = The decision stands
case-overturn = Reverse the decision
flash-case-decided = The case has been decided.
error-measures-missing = Choose what you will do, or close the case without action.

bans-group = Banned from { $name }
bans-site = Banned people
bans-lead = These people can't post here.
bans-none = Nobody is banned
bans-new = Ban somebody
bans-new-group = Ban somebody from { $name }
bans-new-site = Ban somebody from this site
bans-new-lead = The person can no longer post in this group and is no longer a member. They can still read.
bans-new-site-lead = The person can no longer post anywhere on this site.
bans-person = Who?
bans-person-hint = The name on this site, or the full address: @name@example.com
bans-until = For how long?
bans-until-1 = 1 day
bans-until-7 = 1 week
bans-until-30 = 1 month
bans-until-365 = 1 year
bans-until-always = Until somebody lifts it
bans-until-date = Until { $date }.
bans-until-lifted = Until somebody lifts it.
bans-submit = Ban
bans-lift = Lift ban
flash-banned = { $value } has been banned.
flash-unbanned = The ban has been lifted.
error-until-missing = Choose for how long.

warn-title = Warn { $name }
warn-text = The person gets your warning as a notification. The public log shows the reason, without a name.
warn-reason = Warning
warn-reason-hint = Explain what went wrong and what you expect.
warn-submit = Send warning
flash-warned = { $value } has been warned.

log-group = Log of { $name }
log-site = Moderation log
log-lead = This is what the moderators did, and why. So everybody can see that it is fair. No names are shown.
log-lead-names = This is what the moderators did, and why. So everybody can see that it is fair. Only moderators see the names.
log-none = Nothing has been done yet
log-none-text = When a moderator does something, it will be here.
log-topic = a discussion
log-topic-named = “{ $title }”
log-by-group = A moderator of the group
log-by-instance = An administrator of this site
log-by-elsewhere = A moderator on another site
log-reason = Reason: { $reason }
log-in-group = Group: { $group }.
log-remove-post = { $by } removed a post of { $person } in { $topic }
log-restore-post = { $by } restored a post of { $person } in { $topic }
log-lock = { $by } locked { $topic }
log-unlock = { $by } unlocked { $topic }
log-pin = { $by } pinned { $topic }
log-unpin = { $by } unpinned { $topic }
log-move-thread = { $by } moved { $topic } to { $group }
log-set-role = { $by } made { $person } { $role }
log-ban = { $by } banned { $person }
log-unban = { $by } lifted the ban of { $person }
log-warn = { $by } warned { $person }
log-suspend = { $by } suspended the account of { $person }
log-unsuspend = { $by } lifted the suspension of { $person }
log-release-held = { $by } let in something from another site
log-refuse-held = { $by } refused something from another site
log-accept-link = { $word ->
    [source] { $by } agreed to a link: discussions of { $group } are shown in { $other }
   *[target] { $by } agreed to a link: discussions of { $other } are shown in { $group }
}
log-end-link = { $word ->
    [refused] { $by } refused a link of { $group } with { $other }
    [withdrawn] { $by } withdrew the request for a link of { $group } with { $other }
   *[ended] { $by } ended a link of { $group } with { $other }
}
log-set-link = { $by } changed which discussions of { $other } are shown in { $group }
log-decide-proposal = { $word ->
    [accepted] { $by } chose { $topic } to be shown in { $target } as well
   *[refused] { $by } chose not to show { $topic } in { $target }
}
log-hide-topic = { $by } no longer shows { $topic } in { $group }
log-other = { $by } took action

decision-title = Decision about you
decision-lead = Here you can read what was decided, why, and what you can do.
decision-what = What was decided?
decision-remove-post = Your post was removed
decision-warn = You were warned
decision-ban = You were banned
decision-suspend = Your account was suspended
decision-post = About which post?
decision-post-see = See the place in the discussion
decision-group = Group
decision-by = Who decided?
decision-when = When?
decision-until = Until when?
decision-ground = On what ground?
decision-ground-hint = The member reads this in the decision.
decision-ground-rules = Against the rules
decision-ground-privacy = Personal data of somebody
decision-ground-illegal = Against the law
decision-ground-spam = Advertising, or the same thing over and over
decision-ground-other = Something else, see the explanation
decision-source = How did it come to light?
decision-source-report = By a report
decision-source-own = The moderators saw it themselves
decision-machine = Did a computer take part in the decision?
decision-machine-no = No, a human decided
decision-reason = Explanation
decision-object = Do you disagree?
decision-object-text = You can appeal until { $date }. The law calls this a complaint. If possible, a moderator who did not make the decision will look at it again.
decision-object-why = Why is the decision wrong?
decision-object-submit = Appeal
decision-objection-open = You have appealed. The moderators are looking at it.
decision-objection-acted = You were right. The decision has been reversed.
decision-objection-dismissed = The decision stands.
decision-court = You can also go to a dispute settlement body or to court.
flash-objected = Your appeal has been sent.
