# What programs get to read when something can't be done

problem-denied = Not allowed
problem-not-found = Not found
problem-not-found-detail = This doesn't exist, or you may not see it.
problem-gone = Deleted
problem-gone-detail = This existed and was deleted.
problem-signed-out = No valid token
problem-signed-out-detail = Send a valid token in the Authorization header.
problem-invalid = Invalid input
problem-invalid-detail = One or more fields can't be accepted.
problem-malformed = Not readable
problem-malformed-detail = What you sent can't be read.
problem-taken = Already in use
problem-taken-detail = Somebody else has this already. Choose something else.
problem-not-now = Not possible as things are now
problem-conflict = Already done or changed
problem-conflict-detail = This is already done, or somebody else changed it meanwhile.
problem-unreachable = The other site does not answer
problem-unreachable-detail = Another site had to answer for this, and it did not. Try again later.
problem-too-large = Too large
problem-too-large-detail = What you sent is too large.
problem-method = This method isn't possible here
problem-method-detail = The Allow header names the methods that are.
problem-internal = Something went wrong on our side
problem-internal-detail = Try again later.

error-cursor = Use the value of next of the page before.
error-limit = Choose a number from 1 to 100.
error-scope-unknown = Choose from read, write, moderate and admin.
error-block-kind = Choose from block and mute.
error-block-target = Name a person or a host, not both.
error-state-unknown = Choose from all, waiting, unconfirmed, suspended, admins, leaving and everything.
