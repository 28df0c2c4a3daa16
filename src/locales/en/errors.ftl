# Pages that say that something can't be done, and what is wrong with a field of a form.

error-home = To the front page
error-before = Back to where you were
error-back = Go back to the previous page, correct it and try again.
error-not-found = This page does not exist
error-not-found-text = There is nothing at this address. The page may have moved, or the address may be wrong.
error-not-found-next = Check the address, or use the menu to find what you need.
error-not-found-next-visitor = Check the address, or use the menu to find what you need. Some pages are only visible once you log in.
error-gone = This was deleted
error-gone-text = What was here has been deleted and will not come back.
error-gone-next = See which other discussions the group has.
error-denied = This is not possible
error-denied-next = Think this is wrong? Contact the administrators of this site.
error-invalid = Something is not right
error-outdated = This has already changed
error-conflict = This had already been done, or somebody else got there first. Have a look at how things are now.
error-busy = Just a moment
error-busy-text = You are doing this too often, or it is very busy right now.
error-busy-minutes = { $count ->
    [one] Try again in 1 minute.
   *[other] Try again in { $count } minutes.
}
error-internal = Something went wrong
error-internal-text = This is our fault, not yours. The error has been logged for the administrators.
error-internal-next = Try again in a few minutes. Still not working? Contact us.
error-unavailable = This is not possible right now
error-unavailable-text = The site can't answer you right now: it is too busy, or something is out of order. Nothing has been changed, and what was posted before is safe.
error-unavailable-next = Wait a minute, then reload this page. Still not working? Contact us.
error-unavailable-kept = What you typed was kept and is shown below. Wait a minute, then send it again. You have to choose files and passwords again.
error-unreachable = The other site isn't answering
error-unreachable-text = This needs an answer from another site, and that site isn't answering right now.
error-unreachable-next = Try again in a few minutes.

busy-title = It is very busy right now
busy-text = The site can't take more requests for a moment. It often works again after half a minute.
busy-reload = Wait a moment, then reload this page.
busy-send-text = Nothing has been sent yet. Your text was kept: wait a moment, then choose Send again. You have to choose files again afterwards.
busy-send-reload = Nothing has been sent yet. Wait a moment, then reload this page: your browser asks whether to send the form once more. Say yes.
busy-look = It took too long. It may have worked all the same: first see whether your message or choice is there. If not, reload this page.

error-signed-out = You are not logged in
error-signed-out-text = That is why your text hasn't been sent yet. It has been kept and is shown below.
error-signed-out-next = Log in first; that opens in a new tab. Then come back here and send your text again. You have to choose attachments and passwords again.
error-signed-out-login = Log in (new tab)
error-stale = This form was not sent
error-stale-text = The page was open for too long, or the form did not come from this site. Nothing has been changed.
error-stale-next = Go back, reload the page and try once more.
error-stale-again = What you typed has been kept. Is it still right? Then send it again. You have to choose files and passwords again.
error-stale-kept = Your text
error-stale-send = Send again
error-large = This is too large
error-large-text = You sent too much at once. A file can be up to { $size }.
error-large-next = Go back to the previous page, make it smaller and try again.
error-large-kept = Your text was kept and is shown below. Send it without the files. You can add a smaller file afterwards.
error-malformed = We can't read this form
error-malformed-text = The form contains something that doesn't belong there. Nothing has been changed.

flash-signed-out = You had been logged out, so nothing was changed. Log in, then press the button again.

error-name-missing = Enter a name.
error-name-long = The name is too long. Use { $limit } characters at most.
error-name-characters = Use only letters from a to z, digits, hyphens and dots in the name. Begin and end with a letter or digit.
error-name-unavailable = This name is not available. Choose another name.
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
error-email-taken = There is already an account with this email address.
error-peer-host = Enter the address of another site, such as forum.gemeente.nl.
error-peer-own = This is this very site.
error-flow-unknown = Choose in, out or refused.
error-admin-which = Name with --as the administrator in whose name you do this.
error-setting-unknown = There is no such setting.

error-link-group = Write with which group you would like a link.
error-link-self = This is this group itself. Choose another group.
error-link-closed = This group can't be found, or it is not public. Only public groups can have a link. Check whether you wrote the address correctly.
error-link-twice = This link is there already, or a request is waiting. See the list of links.
error-link-many = A group can have at most { $limit } links. First end one that is no longer needed.
error-link-blocked = The site of this group is blocked. Choose another group, or ask the administrators of this site why.
error-link-unreachable = The site of this group is not answering right now. Try again later.
error-link-words = Use at most 20 lines, with at most 60 characters each. There must be a word on every line.
error-promote-nowhere = Choose one of the groups in the list. Only with those there is a link.
error-promote-stands = This discussion has been proposed there already. Wait for the answer.
error-promote-shown = This discussion is shown there already.
error-promote-declined = Whoever began this discussion would rather not. So you can't propose it there again.
error-promote-elsewhere = Whoever began this discussion is on another site. We can't ask that person whether they agree.

error-rule-reason = Say why this is needed.
error-rule-until = Choose a day that is still to come, or leave this empty.
error-rule-day = Enter a day, such as 31-12-2027, or leave this empty.
error-rule-class = A rule can't open closed groups. That takes an agreement. Choose public groups, or something else for the rule to do.
error-rule-direction = Having it wait, reading only and in the background are about what comes in. Choose all ways, or what comes in here.
error-rule-group = There is no such group here. Check how its name is spelt.
error-change-none = Nothing changes. Choose what should change.
error-change-same = This is so already.
error-change-many = This is too much at once. Change no more than 5,000 things at a time.
error-change-twice = This says two things about the same that contradict each other. Leave one of them out.
error-change-hash = The change was tried anew meanwhile. First look at what it would do now.
error-change-old = This trial is more than a day old. Try the change anew, and look at what it would do now.
error-change-undo = A change can be undone up to 14 days after it came into force. Make a new change.
error-policy-file-json = This is no file of rules: it isn't JSON. Choose another file, or another kind.
error-policy-file-format = This file has a form that this site doesn't know. Ask the other site for a new file.
error-policy-file-proof = The signature of this file isn't right. Don't use it, and get it again from the site itself.
error-policy-file-domain = This file was signed by another site than it names. Don't use it, and ask whom it comes from.
error-policy-file-unreachable = The site that signed this file doesn't answer now. Try again later.
error-line-host = This is no address of another site.
error-line-own = This is this site itself.
error-line-severity = This site doesn't know this kind of decision.
error-line-obfuscated = There are asterisks in the address, so one can't see which site it is.
error-line-columns = This line has too few or too many columns.
error-line-quotes = The quotation marks in this line aren't right.
error-line-word = This says something that this site doesn't know.
error-rules-file-empty = Choose a file, or paste the text.
error-rules-file-large = This file is too large for this page. Read it in on the server, with vakplein rules import.
