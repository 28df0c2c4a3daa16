# Administration of the site.

admin-title = Administration
admin-menu = Administration menu
admin-lead = This is how the site is doing.
admin-nothing-waits = Nothing is waiting for you.
admin-waits = Waiting for you
admin-todo-approvals = { $count ->
    [one] 1 request for an account
   *[other] { $count } requests for an account
}
admin-todo-reports = { $count ->
    [one] 1 case to judge
   *[other] { $count } cases to judge
}
admin-todo-group-reports = { $count ->
    [one] 1 case to judge in your groups
   *[other] { $count } cases to judge in your groups
}
admin-todo-requests = { $count ->
    [one] 1 request to join your groups
   *[other] { $count } requests to join your groups
}
admin-todo-held = { $count ->
    [one] 1 other site isn't getting our messages
   *[other] { $count } other sites aren't getting our messages
}
admin-todo-jobs = { $count ->
    [one] 1 job failed
   *[other] { $count } jobs failed
}
admin-no-contact = There is no email address for questions yet
admin-no-contact-text = Visitors can't see how to reach you. The law requires that they can.
admin-no-contact-do = Enter an address
admin-numbers = In numbers
admin-deliveries = Messages on their way
admin-queues = Background jobs waiting
admin-queues-empty = No jobs are waiting.
admin-queue = Job
admin-queue-waiting = Waiting
admin-queue-since = Oldest since
admin-manage = Manage
admin-yes = Yes
admin-no = No
admin-never = Never
admin-profile = To the profile

admin-settings = Settings
admin-set-name = Name of the site
admin-set-name-hint = Shown at the top of every page.
admin-set-tagline = Who runs the site?
admin-set-tagline-hint = In a few words, below the name.
admin-set-description = What is the site for?
admin-set-description-hint = In one or two sentences. Shown on the front page.
admin-set-signup = Who gets an account?
admin-signup-open = Everybody
admin-signup-approval = People an administrator approves
admin-signup-closed = Only people an administrator adds
admin-set-groups = All members may create groups
admin-set-contact = Email address for questions
admin-set-contact-hint = Shown on the contact page.
admin-set-security = Address for reporting security problems
admin-set-security-hint = Shown in security.txt. If empty, the address above is used.
admin-set-language = Language for those who don't choose one
admin-set-cases = What do case numbers and client numbers look like?
admin-set-cases-hint = One form per line, with # for a digit, such as WMO-####-######. Anybody who puts such a number into a post gets a warning.
flash-settings-saved = The settings have been saved.

admin-texts = Texts
admin-texts-lead = Every site has these pages. Adapt them to your organisation.
admin-text = Page
admin-text-language = Language
admin-text-changed = Changed
admin-text-standard = Standard text
admin-text-edit = Edit
admin-text-content = Text
admin-text-hint = You can use Markdown. { "{" }name{ "}" }, { "{" }domain{ "}" } and { "{" }contact{ "}" } are replaced by what the settings say. Empty the text to go back to the standard text.
flash-text-saved = The text has been saved.

admin-approvals = Requests
admin-approvals-lead = These people want an account.
admin-approvals-none = There are no requests
admin-approve = Approve
admin-reject = Reject
admin-reject-hint = The applicant gets this explanation by email.
flash-account-approved = The account has been approved.
flash-account-rejected = The request has been rejected.

admin-people = People
admin-people-find = Find somebody
admin-people-find-hint = By name or email address.
admin-people-none = Nobody found
admin-which = Which people
admin-which-all = Everybody
admin-which-unconfirmed = Not confirmed
admin-which-suspended = Suspended
admin-which-admins = Administrators
admin-which-leaving = Leaving
admin-state-suspended = suspended
admin-state-unconfirmed = not confirmed
admin-state-waiting = waiting for approval
admin-state-leaving = leaving
admin-person-email = Email address
admin-person-since = Account since
admin-person-seen = Last seen
admin-person-factor = Two-step login
admin-person-state = Remarks
admin-person-gone = Will be deleted on
admin-person-motivation = Why take part?
admin-suspend-hint = The person gets this explanation, and it is shown in the public log. Don't name anybody.
admin-do-suspend = Suspend account
admin-do-suspend-text = The person can no longer log in or post anything.
admin-do-unsuspend = Lift suspension
admin-do-unsuspend-text = The person will be able to log in again.
admin-do-factor = Turn off the second step
admin-do-factor-text = Only do this if you are certain who is asking. The person will then log in with just a password.
admin-do-factor-title = Turn off the second step of { $name }?
admin-do-factor-point-1 = This person is logged out everywhere.
admin-do-factor-point-2 = They can turn the second step on again themselves.
admin-do-promote-title = Make { $name } an administrator?
admin-do-promote-point-1 = They will see all accounts with their email addresses, and can block accounts, groups and sites.
admin-do-promote-point-2 = They can also make other people administrators, and take away your rights.
admin-do-demote-title = Stop { $name } being an administrator?
admin-do-demote-own = This is your own account.
admin-do-demote-point-1 = They will no longer be able to see or change anything in the administration.
admin-do-demote-point-2 = Another administrator can undo this.
admin-do-promote = Make administrator
admin-do-promote-text = An administrator can do everything on this site.
admin-do-demote = Take away administrator rights
admin-do-demote-text = The person becomes an ordinary member again.
flash-suspended = The account has been suspended.
flash-unsuspended = The account is no longer suspended.
flash-factor-reset = The second step has been turned off.
flash-promoted = This person is now an administrator.
flash-demoted = This person is no longer an administrator.

admin-groups = Groups
admin-group = Group
admin-members = Members
admin-last = Last active
admin-class = Who reads along
admin-group-closed = Closed group
admin-group-owners = Owner:
admin-group-reports = { $count ->
    [one] 1 report is waiting. Only the moderators of the group can read it.
   *[other] { $count } reports are waiting. Only the moderators of the group can read them.
}

admin-peers = Other sites
admin-peers-lead = We exchange messages with these sites.
admin-peers-find = Find a site
admin-peers-find-hint = Part of the address is enough.
admin-peers-none = No other sites yet
admin-peers-none-text = As soon as somebody elsewhere follows a group, their site is listed here.
admin-peer = Site
admin-peer-software = Software
admin-peer-state = Connection
admin-peer-organisation = Who runs the site
admin-peer-rules = Rules about this site
admin-peer-rules-none = No rule names this site.
admin-peer-rules-all = See all rules
admin-peer-queue = To be sent
admin-peer-seen = Last contact
admin-peer-reached = Last delivery
admin-peer-since = First contact
admin-peer-failures = Failed attempts in a row
admin-peer-next = Next attempt
admin-peer-fault = The last attempt failed
admin-peer-retry = Try again now
admin-peer-log = What came in?
admin-peer-sent = What went out?
admin-peer-decide = Your decision about this site
admin-peer-open = Connected
admin-peer-open-hint = Everything public goes back and forth.
admin-peer-limited = Limited
admin-peer-limited-hint = People from there only become members once a moderator approves.
admin-peer-blocked = Blocked
admin-peer-ends = What ends when you block this site?
admin-peer-ends-members = { $count ->
    [one] 1 membership of somebody of that site in a group here
   *[other] { $count } memberships of people of that site in groups here
}
admin-peer-ends-memberships = { $count ->
    [one] 1 membership of a member of ours in a group on that site
   *[other] { $count } memberships of members of ours in groups on that site
}
admin-peer-ends-follows = { $count ->
    [one] 1 time that somebody here and somebody there follow each other
   *[other] { $count } times that somebody here and somebody there follow each other
}
admin-peer-ends-told = The other site is told. So are our members.
admin-peer-ends-for-good = If you allow the site again later, this doesn't come back. To have it back, undo the change within 14 days, at the rules for other sites.
admin-peer-block-title = Block { $host }?
admin-peer-block-text = Nothing will go there any more, and nothing will come in. This ends:
admin-peer-block = Block the site
admin-peer-blocked-hint = Nothing goes there and nothing comes in. Memberships and follows end, and don't come back if you allow the site again later.
admin-peer-paused = Paused
admin-peer-failing = Unreachable
admin-peer-pause = Hold back messages to this site
admin-peer-pause-hint = They are sent as soon as you switch this off.
admin-peer-note = Note
admin-peer-note-hint = Only administrators read this.
admin-peer-oldest = Waiting since
admin-peer-forget = Drop waiting messages
admin-peer-forget-title = Drop the messages that wait for { $host }?
admin-peer-forget-text = { $count ->
    [one] 1 message is waiting. It will not be sent any more.
   *[other] { $count } messages are waiting. They will not be sent any more.
}
admin-peer-forget-log = You can still see them under What went out, and send each of them from there.
flash-peer-forgotten = The messages waiting for { $value } have been dropped.
flash-peer-saved = The decision about { $value } has been saved.
flash-peer-retried = We are trying { $value } again now.

admin-federation = Traffic with other sites
admin-fed-lead = What came in and went out, and how it ended.
admin-fed-which = Direction
admin-fed-in = Received
admin-fed-refused = Refused
admin-fed-out = Sent
admin-fed-filter = Only this site
admin-fed-none = There is nothing to see here
admin-fed-when = When
admin-fed-kind = What
admin-fed-outcome = Outcome
admin-fed-again = Try again
admin-outcome-waiting = waiting
admin-outcome-held = waits for a moderator
admin-outcome-parked = waiting for another site
admin-outcome-applied = processed
admin-outcome-ignored = nothing to do
admin-outcome-refused = refused
admin-outcome-failed = failed
admin-outcome-done = arrived
flash-again = It is being tried again.

admin-jobs = Failed jobs
admin-jobs-lead = These jobs were tried many times and failed each time.
admin-jobs-none = There are no failed jobs
admin-jobs-tries = tried { $count } times
admin-jobs-drop = Discard
flash-job-dropped = The job has been discarded.

admin-peers-help = What is another site?
admin-peers-help-text = This site works together with other sites, run by municipalities, work-and-income offices or others. People there follow our public groups, and our members follow groups there. Here you see how that is going, and decide what a site may do.
admin-peer-paused-hint = You are holding back messages to this site.
admin-peer-failing-hint = The site isn't answering. We keep trying, less and less often.
admin-peer-other = Decide about another site
admin-peer-host = Address of the site
admin-peer-host-hint = For example forum.gemeente.nl. You can also block a site before there is any contact.
admin-peer-go = Continue
admin-peer-stranger = There has been no contact with this site yet. You can already decide what it may do.
admin-peer-software-unknown = Unknown
admin-peer-fault-text = We keep trying. Is it taking long? Ask the administrator of that site whether something is wrong. This error may help:
admin-fed-help = What is in this list?
admin-fed-in-help = Messages from other sites that we accepted, and what was done with them.
admin-fed-refused-help = Messages we turned away at once, for example because the signature was wrong. A few are normal. Many in a row from one site are a reason to talk to its administrator.
admin-fed-out-help = Messages from us to other sites, and whether they arrived.
admin-fed-host = Address of a site
admin-fed-all = All sites
admin-fed-none-text = There is nothing, or it has been cleared. Old lines disappear by themselves.
admin-why-refused-there = That site refused the message.
admin-why-gone-there = The recipient no longer exists there.
admin-why-busy-there = That site had a problem or was too busy. We will try again.
admin-why-other-there = That site did not accept the message.
admin-why-unreachable = The site could not be reached.

admin-job-publish = Telling other sites
admin-job-notify = Making notifications
admin-job-mail = Sending email
admin-job-backfill = Fetching older posts
admin-job-refresh = Refreshing profiles
admin-job-meet = Getting to know a site
admin-job-delete-account = Deleting an account
admin-job-end-memberships = Ending memberships with an end date
admin-job-remove-file = Removing a file
admin-job-prune = Clearing out old data
admin-peer-may = What may this site do?
