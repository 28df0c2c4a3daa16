# The page with notifications.

notices-title = Notifications
notices-all-read = Mark all as read
notices-none = No notifications yet
notices-none-text = When somebody replies to you or mentions you, you will see it here.
notices-settings = Choose what you get an email about
flash-notices-read = All notifications have been read.
