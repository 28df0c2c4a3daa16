# Mails. Plain text; $site is the name of the site, $url its address.

mail-footer =
    --
    { $site }
    { $url }
    This is an automatic message. You can't reply to it.

mail-confirm-subject = Confirm your e-mail address for { $site }
mail-confirm-body =
    Hello { $name },

    You asked for an account at { $site }. Confirm with this link that this is your e-mail address:

    { $link }

    The link works for a day, and only once.

    Didn't you ask for an account? Then you needn't do anything. The account won't be made.

mail-known-subject = You already have an account at { $site }
mail-known-body =
    Hello { $name },

    Somebody asked for an account at { $site } with this e-mail address. But you already have one.

    Was it you? Then you can log in:
    { $login }

    Have you forgotten your password? Choose a new one:
    { $reset }

    Wasn't it you? Then you needn't do anything. Nothing has changed.

mail-reset-subject = Choose a new password for { $site }
mail-reset-body =
    Hello,

    You want a new password for { $site }. Choose it with this link:

    { $link }

    The link works for an hour, and only once. After that you are logged out on all devices.

    Didn't you ask for this? Then you needn't do anything. Your password stays the same.

mail-password-subject = Your password for { $site } was changed
mail-password-body =
    Hello,

    Your password for { $site } was changed just now. On other devices you are logged out.

    Wasn't it you? Choose a new password at once:
    { $reset }

    And tell the administrators of the site.

mail-email-new-subject = Confirm your new e-mail address for { $site }
mail-email-new-body =
    Hello,

    You want to use this e-mail address for your account at { $site }. Confirm it with this link:

    { $link }

    The link works for a day, and only once. Until then your old address counts.

    Didn't you ask for this? Then you needn't do anything.

mail-email-old-subject = Somebody wants to change the e-mail address of your account
mail-email-old-body =
    Hello,

    Another e-mail address was asked for your account at { $site }. It counts once the new address is confirmed.

    Wasn't it you? Log in, change your password and end all other sessions:
    { $link }

mail-email-known-subject = This e-mail address already belongs to an account
mail-email-known-body =
    Hello,

    Somebody wanted to use this e-mail address for an account at { $site }. But there is an account with this address already. So nothing has changed.

    Was it you? Choose another address, or delete the other account first.

mail-factor-on-subject = Logging in in two steps is on
mail-factor-on-body =
    Hello,

    Logging in in two steps is now on for your account at { $site }. From now on you also need a code from your phone. Keep your recovery codes in a safe place.

    Wasn't it you? Have a look here:
    { $link }

mail-factor-off-subject = Logging in in two steps is off
mail-factor-off-body =
    Hello,

    Logging in in two steps is now off for your account at { $site }. Only your password is needed to log in.

    Wasn't it you? Change your password at once:
    { $link }

mail-factor-recovery-subject = A recovery code was used
mail-factor-recovery-body =
    Hello,

    Somebody logged in to your account at { $site } with a recovery code. Each code works only once. Running out? Make new codes:
    { $link }

    Wasn't it you? Change your password at once.

mail-approved-subject = Your account at { $site } is ready
mail-approved-body =
    Hello { $name },

    Your account at { $site } was approved. You can log in now:
    { $login }

    Welcome!

mail-rejected-subject = Your request for an account at { $site }
mail-rejected-body =
    Hello { $name },

    You asked for an account at { $site }. Unfortunately the administrators rejected your request. They wrote:

    { $reason }

    Your data have been deleted. Questions? See { $contact }.

mail-leaving-subject = Your account at { $site } will be deleted
mail-leaving-body =
    Hello { $name },

    You asked to delete your account at { $site }. That happens in { $days } days. After that your profile, your posts and your files are gone. That can't be undone.

    Have you changed your mind? Log in before then, and choose to stay:
    { $login }
