# The page of a person.

people-since = Member since
people-elsewhere = Account at
people-moved = Moved to
people-edit = Edit profile
people-follow = Follow
people-unfollow = Following
people-follow-asked = Requested
people-follows-you = follows you
people-actions = More actions for { $name }
people-mute = Mute
people-block = Block
people-unblock = Stop blocking or muting
people-report = Report
people-admin = View as administrator
people-is-blocked = You have blocked this person.
people-is-muted = You have muted this person. You don't see their posts.
people-about = About { $name }
people-posts = Posts
people-posts-none = No public posts yet
people-reply = Reply to:
flash-followed = You now follow this person.
flash-unfollowed = You no longer follow this person.
