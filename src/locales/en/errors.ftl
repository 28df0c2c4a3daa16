# Pages that say that something can't be done, and what is wrong with a field of a form.

error-home = To the front page
error-back = Go back to the previous page, correct it and try again.
error-not-found = This page does not exist
error-not-found-text = There is nothing at this address. Perhaps the page was moved, or the address is wrong.
error-not-found-next = Check the address, or use the menu to find what you need.
error-not-found-next-visitor = Check the address, or use the menu to find what you need. Some pages only show when you are logged in.
error-gone = This was deleted
error-gone-text = What stood here was deleted. It will not come back.
error-gone-next = Look in the group to see which discussions are there.
error-denied = This is not possible
error-denied-next = Do you think this is wrong? Then contact the administrators of this site.
error-invalid = Something is not right
error-outdated = This has changed already
error-conflict = This was done already, or somebody else was just ahead of you. Look at how things are now.
error-busy = One moment please
error-busy-text = You are doing this too often in a short time, or it is very busy.
error-busy-minutes = { $count ->
    [one] Try again in 1 minute.
   *[other] Try again in { $count } minutes.
}
error-internal = Something went wrong
error-internal-text = This is our fault, not yours. The fault was noted for the administrators.
error-internal-next = Try again in a few minutes. Does it go wrong again? Contact us.
error-unreachable = The other site does not answer
error-unreachable-text = Another site had to answer for this, and it did not do so now.
error-unreachable-next = Try again in a few minutes.
error-signed-out = You are not logged in
error-signed-out-text = That is why your text has not been sent yet. It is kept, and stands below.
error-signed-out-next = Log in first. That opens in a new tab. Then come back here and send your text again. Attachments and passwords have to be chosen again.
error-signed-out-login = Log in (new tab)
error-stale = This form was not sent
error-stale-text = The form was open for too long, or it did not come from this site. So nothing was changed.
error-stale-next = Go back, load the page again and fill in the form once more.
error-stale-again = What you typed was kept. Is it still right? Then send it again. You have to choose files and passwords again.
error-stale-kept = Your text
error-stale-send = Send again
error-large = This is too large
error-large-text = You sent too much at once. A file can be { $size } at most.
error-malformed = This form cannot be read
error-malformed-text = There is something in the form that cannot be there. Nothing was changed.

flash-signed-out = You are not logged in. Log in and try again.

error-name-missing = Enter a name.
error-name-long = The name is too long. Use { $limit } characters at most.
error-name-characters = Use only letters from a to z, digits, hyphens and dots in the name. Begin and end with a letter or digit.
error-name-reserved = This name is not available. Choose another name.
error-name-taken = This name is already in use. Choose another name.
error-label-missing = Give the access token a name, so that you recognise it later.
error-label-long = This name is too long. Use 100 characters at most.
error-scopes-missing = Choose at least one thing that the access token is for.
error-expiry-past = Choose a moment in the future.
error-time-past = Choose a moment in the future.

error-media-alt = Describe what is in the picture, or choose that the picture is decoration.

error-ban-self = You cannot do this to yourself.
error-choice = Choose one of the options.
error-person-missing = Say whom it is about.
error-person-unknown = There is no such person here.
error-email-taken = This e-mail address already has an account.
error-peer-host = Enter the address of another site, such as forum.gemeente.nl.
error-peer-own = This is this very site.
error-flow-unknown = Choose in, out or refused.
error-admin-which = Name with --as the administrator in whose name you do this.
error-setting-unknown = There is no such setting.
