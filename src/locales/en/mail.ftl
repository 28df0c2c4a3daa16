# Mails. Plain text; $site is the name of the site, $url its address.

mail-footer =
    --
    { $site }
    { $url }
    This is an automatic message. You can't reply to it.

mail-confirm-subject = Confirm your email address for { $site }
mail-confirm-body =
    Hello { $name },

    You asked for an account at { $site }. Confirm with this link that this is your email address:

    { $link }

    The link works for a day, and only once.

    Didn't ask for an account? Then you don't have to do anything. The account won't be created.

mail-known-subject = You already have an account at { $site }
mail-known-body =
    Hello { $name },

    Somebody asked for an account at { $site } with this email address. But you already have one.

    Was it you? Then you can log in:
    { $login }

    Have you forgotten your password? Choose a new one:
    { $reset }

    Wasn't you? Then you don't have to do anything. Nothing has changed.

mail-reset-subject = Choose a new password for { $site }
mail-reset-body =
    Hello,

    You asked for a new password for { $site }. Choose one with this link:

    { $link }

    The link works for an hour, and only once. After that you are logged out on all devices.

    Didn't ask for this? Then you don't have to do anything. Your password stays the same.

mail-password-subject = Your password for { $site } has been changed
mail-password-body =
    Hello,

    Your password for { $site } has just been changed. You have been logged out on other devices.

    Wasn't you? Choose a new password right away:
    { $reset }

    And tell the administrators of the site.

mail-email-new-subject = Confirm your new email address for { $site }
mail-email-new-body =
    Hello,

    You want to use this email address for your account at { $site }. Confirm it with this link:

    { $link }

    The link works for a day, and only once. Until then we use your old address.

    Didn't ask for this? Then you don't have to do anything.

mail-email-old-subject = Somebody wants to change the email address of your account
mail-email-old-body =
    Hello,

    Somebody asked to change the email address of your account at { $site }. The change takes effect once the new address is confirmed.

    Wasn't you? Log in, change your password and end all other sessions:
    { $link }

mail-email-known-subject = This email address already belongs to an account
mail-email-known-body =
    Hello,

    Somebody wanted to use this email address for an account at { $site }. There is already an account with this address, so nothing has changed.

    Was it you? Choose another address, or delete the other account first.

mail-factor-on-subject = Two-step login is on
mail-factor-on-body =
    Hello,

    Two-step login is now on for your account at { $site }. From now on you also need a code from your phone. Keep your recovery codes in a safe place.

    Wasn't you? Have a look here:
    { $link }

mail-factor-off-subject = Two-step login is off
mail-factor-off-body =
    Hello,

    Two-step login is now off for your account at { $site }. Only your password is needed to log in.

    Wasn't you? Change your password right away:
    { $link }

mail-factor-recovery-subject = A recovery code was used
mail-factor-recovery-body =
    Hello,

    Somebody logged in to your account at { $site } with a recovery code. Each code works only once. Running out? Create new codes:
    { $link }

    Wasn't you? Change your password right away.

mail-approved-subject = Your account at { $site } is ready
mail-approved-body =
    Hello { $name },

    Your account at { $site } has been approved. You can log in now:
    { $login }

    Welcome!

mail-rejected-subject = Your request for an account at { $site }
mail-rejected-body =
    Hello { $name },

    You asked for an account at { $site }. Unfortunately, the administrators have turned down your request. They wrote:

    { $reason }

    Your data has been deleted. Questions? See { $contact }.

mail-leaving-subject = Your account at { $site } will be deleted
mail-leaving-body =
    Hello { $name },

    You asked to delete your account at { $site }. This will happen in { $days } days. After that, your profile, posts and files will be gone, and this can't be undone.

    Have you changed your mind? Log in before then, and choose to stay:
    { $login }
