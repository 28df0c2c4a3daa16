# The page of a person.

people-since = Member since
people-elsewhere = Account at
people-moved = Moved to
people-edit = Edit profile
people-follow = Follow
people-unfollow = You follow
people-follow-asked = Requested
people-follows-you = follows you
people-actions = More actions for { $name }
people-mute = Mute
people-block = Block
people-unblock = No longer block or mute
people-report = Report
people-admin = Look as administrator
people-is-blocked = You block this person.
people-is-muted = You mute this person. You do not see their messages.
people-about = About { $name }
people-posts = Messages
people-posts-none = No open messages yet
people-reply = Reply to:
flash-followed = You now follow this person.
flash-unfollowed = You no longer follow this person.
