# What members decide about themselves.

settings = Settings
settings-parts = Parts of the settings
settings-profile = Profile
settings-account = Account
settings-security = Security
settings-tokens = Access tokens
settings-blocks = Blocking and muting
settings-data = Your data

settings-display-name = Name
settings-display-name-hint = This is the name everyone sees with your posts.
settings-bio = About you
settings-bio-hint = What you want others to know. Everyone can read this.
settings-employer = Organisation
settings-employer-hint = For example your municipality or office.
settings-function = Job title
settings-avatar = Photo or picture
settings-avatar-now = Your photo or picture
settings-avatar-remove = Remove the photo or picture
settings-avatar-file = Choose a file
settings-avatar-hint = PNG, JPEG, GIF or WebP, up to 20 MB. A square picture works best.
settings-avatar-alt = What does it show?
settings-avatar-alt-hint = For people who can't see the picture. For example: woman with red glasses.
settings-discoverable = Let others find me
settings-discoverable-hint = Your profile can appear in lists and search results, also on other sites.

settings-preferences = Language and email
settings-language = Language
settings-language-browser = The language of my browser
settings-mail-replies = Email about replies and mentions
settings-mail-replies-hint = You get an email when somebody replies to you or mentions you.
settings-mail-moderation = Email about moderation
settings-mail-moderation-hint = You get an email about reports, requests and decisions.
settings-mail-titles = Titles in email about closed groups
settings-mail-titles-hint = The email says which discussion it is about. This only counts for groups that only members read. For stricter groups there is never a title.
settings-email-now = Your current address is { $email }.
settings-email-new = New email address
settings-email-hint = We will send a link to this address. Your address only changes once you open it.
settings-email-send = Change email address
settings-password = Password
settings-password-current = Your current password
settings-password-send = Change password

settings-totp = Two-step login
settings-totp-text = You log in with your password and a code from an app on your phone. Somebody who knows your password still can't get in.
settings-totp-on = Two-step login is on.
settings-totp-start = Turn on
settings-totp-off = Turn off
settings-codes-left = { $count ->
    [0] You have no recovery codes left. Make new ones.
    [one] You have 1 recovery code left.
   *[other] You have { $count } recovery codes left.
}
settings-codes-new = Create new recovery codes
settings-sessions = Where you are logged in
settings-sessions-text = Don't recognise a device? Log it out and change your password.
settings-session-this = this device
settings-session-seen = last used:
settings-session-end = Log out
settings-sessions-end = Log out everywhere else
settings-session-unknown = Unknown device
settings-enrol = Turn on two-step login
settings-enrol-lead = You need an app on your phone or computer that creates codes.
settings-enrol-app = Open the app. Don't have one yet? Search for ‘authenticator’ in your app store.
settings-enrol-scan = Scan this code with the app.
settings-enrol-qr = QR code with the key for your app. The same key is below as text.
settings-enrol-secret = Can't scan it? Then type in this key:
settings-enrol-type = Enter the code that the app shows.
settings-enrol-send = Turn on
settings-codes = Recovery codes
settings-codes-lead = Keep these codes in a safe place. You will only see them once.
settings-codes-text = Lost your phone? Then you can log in with one of these codes. Each code works once.
settings-codes-done = I have saved the codes

settings-tokens-text = With an access token, a program can act on your behalf. Don't share it with anyone.
settings-tokens-none = You have no access tokens
settings-token-made = Your new access token
settings-token-once = Save it now. You will only see it once.
settings-token-since = since
settings-token-until = until
settings-token-revoke = Revoke
settings-token-new = New access token
settings-token-label = Name
settings-token-label-hint = So that you remember what it is for.
settings-token-scopes = What may the program do?
settings-token-make = Create
settings-scope-read = Read what you can read
settings-scope-write = Post and reply on your behalf
settings-scope-moderate = Moderate on your behalf
settings-scope-admin = Manage the site on your behalf

settings-blocks-text = Somebody you block can't reach you, and you don't see their posts. Somebody you mute won't notice.
settings-blocks-none = You haven't blocked or muted anybody
settings-block-is = blocked
settings-mute-is = muted
settings-block-remove = Undo
settings-block-new = Block or mute an entire site
settings-block-host = Address of the site
settings-block-host-hint = For example forum.example.org. To block a person, go to their profile.
settings-block-kind = What would you like to do?
settings-block-mute = Mute
settings-block-mute-hint = You won't see anything from this site any more.
settings-block-block = Block
settings-block-block-hint = People on this site can't follow you or reply to you either.
settings-block-send = Apply

settings-download = Download your data
settings-download-text = You get a zip file with your profile, your posts and your files, readable by people and programs.
settings-download-send = Download
settings-delete = Delete your account
settings-delete-text = You have { $days } days to change your mind.
settings-delete-posts = Your posts and files are deleted.
settings-delete-name = Nobody else can take your username.
settings-delete-elsewhere = Other sites with a copy are told to delete it.
settings-delete-alone = You are the only owner of a group
settings-delete-alone-text = Make somebody else an owner first. Otherwise the group will have none, and only the administrators of this site look after it.
settings-delete-send = Delete account
settings-delete-waits = Your account will be deleted.
settings-delete-at = That happens on
settings-delete-undo = Keep my account

flash-saved = Saved.
flash-email-sent = We have sent a link to { $value }. Open it to confirm the address.
flash-password-changed = Your password has been changed. You have been logged out on other devices.
flash-totp-off = Two-step login is off.
flash-session-ended = The device has been logged out.
flash-sessions-ended = You have been logged out everywhere else.
flash-token-revoked = The access token has been revoked.
flash-blocked = Done.
flash-unblocked = Undone.
flash-leaving = Your account will be deleted after the waiting period.
flash-staying = Your account will be kept.
