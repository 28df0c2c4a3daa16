# Texts of the frame around every page, and words that every page uses.

language-name = English
number-group = ,
number = { $number }
size-bytes = { $count } bytes
size-kb = { $whole }.{ $tenth } kB
size-mb = { $whole }.{ $tenth } MB
size-gb = { $whole }.{ $tenth } GB

date = { $day } { $month } { $year }
date-time = { $date } { $time }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
ago-now = just now
ago-minutes = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] yesterday
   *[other] { $count } days ago
}

layout-skip = Skip to the content
layout-home = to the front page
layout-nav = Main menu
layout-nav-start = Home
layout-nav-groups = Groups
layout-nav-latest = Discussions
layout-nav-help = Help
layout-search = Search
layout-search-label = Search the discussions
layout-search-placeholder = Search for a question or subject
layout-login = Log in
layout-signup = Join
layout-logout = Log out
layout-account = Your account
layout-account-of = Account of { $name }
layout-profile = Your profile
layout-settings = Settings
layout-notices = Notifications
layout-notices-unread = { $count ->
    [one] 1 new notification
   *[other] { $count } new notifications
}
layout-moderation = Moderation
layout-admin = Administration
layout-leaving = Your account will be deleted, as you asked. You can still undo this under Settings.
layout-languages = Language
layout-breadcrumbs = Breadcrumbs
layout-messages = Messages
layout-footer = About this site
layout-footer-about = About this community
layout-footer-contact = Contact
layout-footer-privacy = Privacy
layout-footer-accessibility = Accessibility
layout-footer-rules = Community rules
layout-footer-source = Source code
layout-footer-formal = Do you want to apply for something, or object to a decision? You can't do that on this forum. Please contact your municipality or work-and-income office.
layout-footer-made = Made with Vakplein, free software

form-optional = optional
form-errors = { $count ->
    [one] Something isn't right yet
   *[other] { $count } things aren't right yet
}
form-errors-intro = Correct what is listed below, then send the form again.
form-error = Error
form-characters = { $count } characters at most.
form-save = Save
form-cancel = Cancel
form-send = Send
form-confirm = Are you sure?

pager = Pages
pager-newer = Newer
pager-older = Older

alert-info = Please note
alert-ok = Done
alert-warning = Warning
alert-error = Error

person-moderator = moderator
person-owner = owner
person-admin = administrator
person-specialist = specialist
person-official = staff
person-starter = started this
person-gone = deleted account
person-remote = from { $host }

group-members = { $count ->
    [one] 1 member
   *[other] { $count } members
}
group-topics = { $count ->
    [one] 1 discussion
   *[other] { $count } discussions
}
group-class-open = Public
group-class-members = Members only
group-class-confidential = Confidential
group-class-local = This server only
group-joined = You are a member

topic-replies = { $count ->
    [0] No reply yet
    [one] 1 reply
   *[other] { $count } replies
}
topic-replies-word = { $count ->
    [one] reply
   *[other] replies
}
topic-by = by
topic-in = in
topic-last = last reply
topic-unread = { $count ->
    [one] 1 new
   *[other] { $count } new
}
topic-new = New
topic-pinned = Pinned
topic-locked = Locked
topic-unanswered = Unanswered
topic-pending = Being processed

post-actions = More
post-actions-of = More actions for the post by { $name }
post-reply = Reply
post-reply-to = Reply to { $name }
post-in-reply-to = in reply to { $name }
post-like = Useful
post-like-do = Mark this post as useful
post-like-undo = No longer mark this post as useful
post-likes = { $count ->
    [one] 1 person finds this useful
   *[other] { $count } people find this useful
}
post-edited = edited
post-new = new
post-pending = This post is waiting to be confirmed by { $host }.
post-pending-here = This post is still being processed.
post-removed = A moderator removed this post.
post-removed-reason = Reason: { $reason }
post-deleted = The author deleted this post.
post-permalink = Link to this post of { $when }

file-download = Download
files = Attachments
table-hint = Scroll sideways to see all of it
table-region = Table, scroll sideways to see all of it
step = Step { $at } of { $of }
