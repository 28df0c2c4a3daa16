# Why something is refused, and what to do about it. The keys are `reason-` and the word of policy::Reason.

reason-hidden = This page does not exist.
reason-not-member = Only members of this group can do this. Join the group first.
reason-pending = You are not a member yet. A moderator still has to approve your request. You will get a notification.
reason-not-staff = Only the moderators of this group can do this. Ask one of them to do it.
reason-not-owner = Only the owners of this group can do this. Ask one of them to do it.
reason-not-admin = Only the administrators of this site can do this.
reason-not-own = This is not yours. You can only change your own messages and details.
reason-own-decision = You made this decision yourself. Let somebody else look at the appeal.
reason-locked = This discussion is closed. You can no longer reply to it.
reason-archived = This group is closed. You can still read everything.
reason-invite-only = You can only join with an invitation. Ask one of the group's owners for one.
reason-staff-posts = In this group only moderators start new discussions. You can reply to them.
reason-wrong-audience = This post is meant for another audience than this group.
reason-banned = You can no longer write in this group. The reason is in your notifications.
reason-suspended = Your account is blocked. Contact the administrators of this site.
reason-not-host = This group lives on another site. Only that site can change this.
reason-last-owner = This group must keep an owner. Make somebody else an owner first.
reason-blocked = You cannot reach this person or site, because one of you blocks the other.
reason-already = This was done already.
reason-sign-up-closed = You cannot make an account on this site yourself. Ask the administrators for one.
reason-unconfirmed = Confirm your email address first. Open the link in the email we sent you.
reason-not-active = Your account is waiting for an administrator to approve it. You will get an email about it.
reason-too-many = You are doing this too often in a short time. Wait a moment, then try again.
reason-scope = This access token does not allow you to do this.
