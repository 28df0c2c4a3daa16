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
settings-display-name-hint = This is how everyone sees you with your messages.
settings-bio = About you
settings-bio-hint = What others may know. Everyone can read this.
settings-employer = Organisation
settings-employer-hint = For example your municipality or office.
settings-function = Job
settings-avatar = Photo or picture
settings-avatar-now = Your photo or picture
settings-avatar-remove = Remove the photo or picture
settings-avatar-file = Choose a file
settings-avatar-hint = PNG, JPEG, GIF or WebP, 20 MB at most. A square picture fits best.
settings-avatar-alt = What is on it?
settings-avatar-alt-hint = For people who cannot see the picture. For example: woman with red glasses.
settings-discoverable = Others may find me
settings-discoverable-hint = Your profile can be in lists and search results, also on other sites.

settings-preferences = Language and email
settings-language = Language
settings-language-browser = As my browser asks
settings-mail-replies = Email about replies and mentions
settings-mail-replies-hint = You get a message when somebody replies to you or mentions you.
settings-mail-moderation = Email about moderation
settings-mail-moderation-hint = You get a message about reports, requests and decisions.
settings-email-now = Your address is now { $email }.
settings-email-new = New email address
settings-email-hint = We send a link to this address. It only changes once you open that.
settings-email-send = Change email address
settings-password = Password
settings-password-current = Your current password
settings-password-send = Change password

settings-totp = Two-step log-in
settings-totp-text = You then log in with your password and with a code from an app on your phone. Somebody who knows your password still cannot get in.
settings-totp-on = Two-step log-in is on.
settings-totp-start = Switch on
settings-totp-off = Switch off
settings-codes-left = { $count ->
    [0] You have no recovery codes left. Make new ones.
    [one] You have 1 recovery code left.
   *[other] You have { $count } recovery codes left.
}
settings-codes-new = Make new recovery codes
settings-sessions = Where you are logged in
settings-sessions-text = Do you not recognise a device? Log it out and change your password.
settings-session-this = this device
settings-session-seen = used:
settings-session-end = Log out
settings-sessions-end = Log out everywhere but here
settings-session-unknown = Unknown device
settings-enrol = Switch on two-step log-in
settings-enrol-lead = You need an app that makes codes, on your phone or computer.
settings-enrol-app = Open the app. Do you not have one yet? Look for ‘authenticator’ in your phone's store.
settings-enrol-scan = Scan this code with the app.
settings-enrol-qr = QR code with the key for your app. The same key is below as text.
settings-enrol-secret = Can you not scan it? Then type this key:
settings-enrol-type = Enter the code that the app shows below.
settings-enrol-send = Switch on
settings-codes = Recovery codes
settings-codes-lead = Keep these codes in a safe place. You only see them once.
settings-codes-text = Lost your phone? Then you can log in with one of these. Each code works once.
settings-codes-done = I have kept the codes

settings-tokens-text = With an access token a program can work on your behalf. Do not give it to anyone else.
settings-tokens-none = You have no access tokens
settings-token-made = Your new access token
settings-token-once = Keep it now. You only see it once.
settings-token-since = since
settings-token-until = until
settings-token-revoke = Revoke
settings-token-new = New access token
settings-token-label = Name
settings-token-label-hint = So that you later know what it is for.
settings-token-scopes = What may the program do?
settings-token-make = Make
settings-scope-read = Read what you can read
settings-scope-write = Write and reply on your behalf
settings-scope-moderate = Moderate on your behalf
settings-scope-admin = Administer the site on your behalf

settings-blocks-text = Somebody you block cannot reach you, and you do not see their messages. Somebody you mute does not notice.
settings-blocks-none = You block or mute nobody
settings-block-is = blocked
settings-mute-is = muted
settings-block-remove = Undo
settings-block-new = Block or mute a whole site
settings-block-host = Address of the site
settings-block-host-hint = For example forum.example.org. You block a person on their profile.
settings-block-kind = What would you like to do?
settings-block-mute = Mute
settings-block-mute-hint = You no longer see anything from this site.
settings-block-block = Block
settings-block-block-hint = People of this site cannot follow you or reply to you any more either.
settings-block-send = Apply

settings-download = Download your data
settings-download-text = You get a zip file with your profile, your messages and your files. Programs and people can read it.
settings-download-send = Download
settings-delete = Delete your account
settings-delete-text = You first get { $days } days to think. Until then you can undo it.
settings-delete-posts = Your messages and files are deleted.
settings-delete-name = Your user name does not become available again.
settings-delete-elsewhere = Other sites with a copy are told to delete it.
settings-delete-send = Delete account
settings-delete-waits = Your account will be deleted.
settings-delete-at = That happens on
settings-delete-undo = Keep it after all

flash-saved = Saved.
flash-email-sent = We sent a link to { $value }. Open it to confirm the address.
flash-password-changed = Your password was changed. You are logged out on other devices.
flash-totp-off = Two-step log-in is off.
flash-session-ended = The device is logged out.
flash-sessions-ended = You are logged out everywhere but here.
flash-token-revoked = The access token was revoked.
flash-blocked = This was applied.
flash-unblocked = This was undone.
flash-leaving = Your account will be deleted when the time to think is over.
flash-staying = Your account stays.
