# Limits: how often somebody may do something.

admin-limits = Limits
admin-limits-lead = How often may somebody do something? This way nobody keeps the site or its moderators busy.
admin-limits-off = These limits do not count now. They are switched off in the settings of the server.
admin-limits-help = How does this work?
admin-limits-help-text = Whoever reaches a limit has to wait for a while. On a page, what somebody typed stays there. Other sites try again later by themselves. The limits are generous. Does somebody reach one often? Then look first who it is.
admin-limits-account = Members of this site
admin-limits-account-text = These limits count for each account.
admin-limits-address = Visitors without an account
admin-limits-address-text = These limits count for each internet address or e-mail address. You only see how an internet address begins.
admin-limits-peer = Other sites
admin-limits-peer-text = These limits count for all that comes from one site. A site passes on what all its people do. That is why they are generous.
admin-limits-actor = People on other sites
admin-limits-actor-text = These limits count for each person on another site.
admin-limit = Limit
admin-limit-now = Now
admin-limit-default = By default
admin-limit-changed = changed
admin-limit-hits = Reached in 24 hours
admin-limit-who = By whom
admin-limit-minutes = { $count ->
    [one] { $number } per minute
   *[other] { $number } in { $count } minutes
}
admin-limit-hours = { $count ->
    [one] { $number } per hour
   *[other] { $number } in { $count } hours
}
admin-limit-days = { $count ->
    [one] { $number } per day
   *[other] { $number } in { $count } days
}
admin-limit-change = Change the limit
admin-limit-count = Number
admin-limit-count-hint = From { $least } to { $most }.
admin-limit-reset = Back to the default
flash-limit-saved = The limit is changed. It counts at once.
error-limit-number = Fill in a whole number.
error-limit-low = Fill in { $limit } or more.
error-limit-high = Fill in { $limit } or less.

limit-account-posts = Posting
limit-account-posts-text = So many topics and replies a member may post.
limit-account-topics = Starting topics
limit-account-topics-text = So many new topics a member may start, in all groups together.
limit-account-reactions = Liking posts
limit-account-reactions-text = So often a member may like a post or take that back. Other sites hear of it each time.
limit-account-reports = Reporting
limit-account-reports-text = So often a member may report something. Each report reaches moderators.
limit-account-follows = Joining and following
limit-account-follows-text = So often a member may join a group or follow somebody.
limit-account-groups = Making groups
limit-account-groups-text = So many groups a member may make.
limit-account-lookups = Looking up on other sites
limit-account-lookups-text = So often a member may look up an address of another site. Our server then asks that site.
limit-account-uploads = Adding files
limit-account-uploads-text = So many files and pictures a member may add.
limit-account-exports = Taking one’s data along
limit-account-exports-text = So often a member may make a file of all their own data.
limit-account-requests = Searching and programs
limit-account-requests-text = So often a member may search. Requests of that member’s programs count here, too.
limit-account-logins = Wrong password for an account
limit-account-logins-text = So often the password of an account may be wrong. Then an unknown device can not log in for a while. A member’s own device counts by itself.
limit-account-codes = Wrong code when logging in
limit-account-codes-text = So often the code of the app may be wrong for an account.
limit-address-logins = Wrong password from an address
limit-address-logins-text = So often a password may be wrong from one internet address, for all accounts together. A whole office may share an address.
limit-address-sign-ups = Asking for an account
limit-address-sign-ups-text = So many accounts can be asked for from one internet address.
limit-address-mails = Asking for e-mail
limit-address-mails-text = So often somebody who is not logged in can ask for a new password or a new link, from one internet address.
limit-address-reports = Reporting without an account
limit-address-reports-text = So often somebody without an account can report something, from one internet address.
limit-address-requests = Searching and programs without an account
limit-address-requests-text = So often can be searched from one internet address. Requests of programs count here, too. A whole office may share an address.
limit-mailbox-mails = E-mail to the same address
limit-mailbox-mails-text = So many e-mails we send to one e-mail address because somebody asks for that without logging in.
limit-peer-activities = Messages of one site
limit-peer-activities-text = So many messages we take from one site. A large site sends hundreds a minute on a busy day.
limit-peer-actors = New people of one site
limit-peer-actors-text = Of so many people whom we do not know yet, we fetch the profile.
limit-peer-follows = Joining and following from one site
limit-peer-follows-text = So often all people of one site together may join, leave or follow somebody.
limit-peer-reports = Reports of one site
limit-peer-reports-text = So many reports we take from one site. Each report reaches moderators.
limit-actor-posts = Posts
limit-actor-posts-text = So many posts somebody on another site may write or change.
limit-actor-reactions = Likes
limit-actor-reactions-text = So often somebody on another site may like a post or take that back.
limit-actor-follows = Joining, following and leaving
limit-actor-follows-text = So often somebody on another site may join, leave or follow somebody. Moderators get notices of that.
limit-actor-mentions = Naming people
limit-actor-mentions-text = So many of our members somebody on another site may name in posts. Each member gets a notice of it.
limit-actor-reports = Reporting
limit-actor-reports-text = So often somebody on another site may report something. Some sites report everything under one name.
