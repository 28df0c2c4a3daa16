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
    [one] 1 report to judge
   *[other] { $count } reports to judge
}
admin-todo-jobs = { $count ->
    [one] 1 job failed
   *[other] { $count } jobs failed
}
admin-numbers = In numbers
admin-deliveries = Messages on their way
admin-queues = Jobs that wait
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
admin-set-name-hint = Stands at the top of every page.
admin-set-tagline = Who runs the site?
admin-set-tagline-hint = In a few words, below the name.
admin-set-description = What is the site for?
admin-set-description-hint = In one or two sentences. This stands on the front page.
admin-set-signup = Who gets an account?
admin-signup-open = Everybody
admin-signup-approval = Whom an administrator approves
admin-signup-closed = Only whom an administrator adds
admin-set-groups = All members may create groups
admin-set-contact = Email address for questions
admin-set-contact-hint = Stands on the contact page.
admin-set-security = Address for reports about security
admin-set-security-hint = Stands in security.txt. Empty: the address above.
admin-set-language = Language for who chooses none
flash-settings-saved = The settings have been saved.

admin-texts = Texts
admin-texts-lead = Every site has these pages. Write them so that they suit your organisation.
admin-text = Page
admin-text-language = Language
admin-text-changed = Changed
admin-text-standard = Standard text
admin-text-edit = Edit
admin-text-content = Text
admin-text-hint = You can use Markdown. For { "{" }name{ "}" }, { "{" }domain{ "}" } and { "{" }contact{ "}" } the settings are filled in. Empty the text to go back to the standard text.
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
admin-state-waiting = waits for approval
admin-state-leaving = is leaving
admin-person-email = Email address
admin-person-since = Account since
admin-person-seen = Last seen
admin-person-factor = Two-step log-in
admin-person-state = State
admin-person-gone = Will be deleted on
admin-person-motivation = Why take part?
admin-suspend-hint = The person gets this explanation, and it stands in the public log. Do not name anybody.
admin-do-suspend = Suspend account
admin-do-suspend-text = The person can no longer log in or post anything.
admin-do-unsuspend = Lift suspension
admin-do-unsuspend-text = The person will be able to log in again.
admin-do-factor = Switch off the second step
admin-do-factor-text = Only do this when you are certain who asks for it. The person will then log in with a password alone.
admin-do-promote = Make administrator
admin-do-promote-text = An administrator may do everything on this site.
admin-do-demote = Take administrator rights away
admin-do-demote-text = The person will be an ordinary member.
flash-suspended = The account has been suspended.
flash-unsuspended = The account is no longer suspended.
flash-factor-reset = The second step has been switched off.
flash-promoted = This person is now an administrator.
flash-demoted = This person is no longer an administrator.

admin-groups = Groups
admin-group = Group
admin-members = Members
admin-last = Last active

admin-peers = Other sites
admin-peers-lead = We exchange messages with these sites.
admin-peers-find = Find a site
admin-peers-find-hint = Part of the address is enough.
admin-peers-none = No other sites yet
admin-peers-none-text = As soon as somebody from elsewhere follows a group, that site will be here.
admin-peer = Site
admin-peer-software = Software
admin-peer-state = State
admin-peer-queue = In the queue
admin-peer-seen = Last heard from
admin-peer-reached = Last reached
admin-peer-since = Known since
admin-peer-failures = Times failed
admin-peer-next = Next try
admin-peer-fault = The last try failed
admin-peer-retry = Try again now
admin-peer-log = What came in?
admin-peer-sent = What went out?
admin-peer-decide = Your decision about this site
admin-peer-open = Connected
admin-peer-open-hint = Everything public goes to and fro.
admin-peer-limited = Limited
admin-peer-limited-hint = People from there only become members when a moderator approves.
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
admin-peer-ends-for-good = If you allow the site again later, this doesn't come back. People then have to join and follow again.
admin-peer-block-title = Block { $host }?
admin-peer-block-text = Nothing goes there any more and nothing comes in. This ends:
admin-peer-block = Block the site
admin-peer-blocked-hint = Nothing goes there and nothing comes in. Memberships and follows end. They don't come back when you allow the site again later.
admin-peer-paused = Paused
admin-peer-failing = Unreachable
admin-peer-pause = Let messages to this site wait
admin-peer-pause-hint = They go as soon as you switch this off.
admin-peer-note = Note
admin-peer-note-hint = Only administrators read this.
flash-peer-saved = The decision about { $value } has been saved.
flash-peer-retried = We are trying { $value } again now.

admin-federation = Traffic with other sites
admin-fed-lead = What came in and went out, and how it ended.
admin-fed-which = Which way
admin-fed-in = Came in
admin-fed-refused = Refused
admin-fed-out = Sent
admin-fed-filter = Only this site
admin-fed-none = There is nothing to see here
admin-fed-when = When
admin-fed-kind = What
admin-fed-outcome = Outcome
admin-fed-again = Try again
admin-outcome-waiting = waits
admin-outcome-parked = waits for another site
admin-outcome-applied = applied
admin-outcome-ignored = nothing to do
admin-outcome-refused = refused
admin-outcome-failed = failed
admin-outcome-done = arrived
flash-again = It will be tried again.

admin-jobs = Failed jobs
admin-jobs-lead = These jobs were tried many times and failed each time.
admin-jobs-none = There are no failed jobs
admin-jobs-tries = tried { $count } times
admin-jobs-drop = Throw away
flash-job-dropped = The job has been thrown away.

admin-peers-help = What is another site?
admin-peers-help-text = This site works together with other sites, of municipalities, work-and-income offices or others. People follow our public groups from there, and our members follow groups there. Here you see how that goes, and decide what a site may do.
admin-peer-paused-hint = You let messages to this site wait for a while.
admin-peer-failing-hint = The site does not answer. We try again by ourselves, less and less often.
admin-peer-other = Decide about another site
admin-peer-host = Address of the site
admin-peer-host-hint = For example forum.gemeente.nl. You can also block a site before there is any contact.
admin-peer-go = Continue
admin-peer-stranger = There has been no contact with this site yet. You can already decide what it may do.
admin-peer-software-unknown = Unknown
admin-peer-fault-text = We try again by ourselves. Does it take long? Ask the administrator of that site whether something is the matter. This message may help:
admin-fed-help = What is in this list?
admin-fed-in-help = Messages of other sites that we took in, and what was done with them.
admin-fed-refused-help = Messages that we sent back at once, for example because the signature was wrong. A few are normal. Many in a row from one site are a reason to talk to its administrator.
admin-fed-out-help = Messages from us to other sites, and whether they arrived.
admin-fed-host = Address of a site
admin-fed-all = All sites
admin-fed-none-text = There is nothing, or it has been cleared away. Old lines disappear by themselves.
admin-why-refused-there = That site refused the message.
admin-why-gone-there = The receiver no longer exists there.
admin-why-busy-there = That site had a fault or was too busy. We will try again.
admin-why-other-there = That site did not take the message.
admin-why-unreachable = The site could not be reached.

admin-job-publish = Telling other sites
admin-job-notify = Making notifications
admin-job-mail = Sending email
admin-job-backfill = Fetching older posts
admin-job-refresh = Refreshing profiles
admin-job-meet = Getting to know a site
admin-job-delete-account = Deleting an account
admin-job-remove-file = Removing a file
admin-job-prune = Clearing out old data
admin-peer-may = What may this site do?
