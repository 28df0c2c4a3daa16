//! The table: what each standing allows.

use super::{Act, Class, Joining, Origin, Posting, Reason, Role, Standing};

impl Standing {
    /// Whether this act is allowed.
    ///
    /// # Errors
    /// The [`Reason`] that it isn't. `Hidden` when the person may not know that the group exists.
    pub fn may(&self, act: Act) -> Result<(), Reason> {
        // FEP-1b12: the host is the only one who says what stands in its group. What it announces is so.
        if !self.hosted_here && self.origin == Origin::Host {
            return Ok(());
        }
        if act == Act::Read {
            return self.may_read();
        }
        if matches!(act, Act::Join | Act::AcceptInvitation) {
            return self.may_join(act);
        }
        self.may_read()?;
        // A report must get through, also from somebody who was banned.
        if act == Act::Report {
            return Ok(());
        }
        if self.suspended {
            return Err(Reason::Suspended);
        }
        match act {
            // One may always take back one's own words.
            Act::DeletePost { own } => own.then_some(()).ok_or(Reason::NotOwn),
            _ if self.banned && !self.admin => Err(Reason::Banned),
            Act::StartThread => self.may_write(false).and_then(|()| self.may_start()),
            Act::Reply { locked } => self.may_write(locked),
            Act::React => self.may_write(false),
            Act::EditPost { own: false, .. } => Err(Reason::NotOwn),
            Act::EditPost { locked, .. } => self.may_write(locked),
            Act::RemovePost
            | Act::Lock
            | Act::Pin
            | Act::Move
            | Act::ResolveReports
            | Act::Warn
            | Act::Invite
            | Act::Admit => self.staff(),
            Act::Ban { target } => self.may_ban(target),
            Act::EditGroup | Act::SetRole | Act::CloseGroup => self.owner(),
            Act::Read | Act::Report | Act::Join | Act::AcceptInvitation => Ok(()),
        }
    }

    /// Whether somebody with this standing keeps order in the group.
    pub fn is_staff(&self) -> bool {
        self.staff().is_ok()
    }

    fn may_read(&self) -> Result<(), Reason> {
        super::visibility::reads_group(self.class, self.role.is_some(), self.admin)
    }

    /// Who isn't in yet can't read what is closed; whoever holds an invitation knows that it is there.
    fn may_join(&self, act: Act) -> Result<(), Reason> {
        let invited = act == Act::AcceptInvitation;
        if !invited {
            super::visibility::knows_group(self.class, self.face, self.role.is_some() || self.pending)?;
        }
        if self.suspended {
            return Err(Reason::Suspended);
        }
        if self.banned {
            // A ban from a group of which outsiders don't know tells nothing of it either.
            return Err(if self.class == Class::Openbaar || self.face {
                Reason::Banned
            } else {
                Reason::Hidden
            });
        }
        if self.role.is_some() || (self.pending && !invited) {
            return Err(Reason::Already);
        }
        if self.archived {
            return Err(Reason::Archived);
        }
        // Whether somebody of ours may join a group elsewhere its host says.
        let closed_door = self.hosted_here && self.joining == Joining::Invite;
        if closed_door && !invited { Err(Reason::InviteOnly) } else { Ok(()) }
    }

    fn may_write(&self, locked: bool) -> Result<(), Reason> {
        if self.archived {
            return Err(Reason::Archived);
        }
        // Whoever posts into an open group from elsewhere needn't have joined: a Mastodon user replies without following.
        let welcome = self.role.is_some() || (self.origin == Origin::Peer && self.joining == Joining::Open);
        if !welcome {
            return Err(if self.pending { Reason::Pending } else { Reason::NotMember });
        }
        if locked && !self.is_staff() {
            return Err(Reason::Locked);
        }
        Ok(())
    }

    fn may_start(&self) -> Result<(), Reason> {
        match self.posting {
            Posting::Members => Ok(()),
            Posting::Staff if self.is_staff() => Ok(()),
            Posting::Staff => Err(Reason::StaffPosts),
        }
    }

    fn staff(&self) -> Result<(), Reason> {
        // Elsewhere our administrators have no say; the role that the host gave counts.
        let admin = self.admin && self.hosted_here;
        let staff = admin || self.role.is_some_and(|role| role >= Role::Moderator);
        staff.then_some(()).ok_or(Reason::NotStaff)
    }

    fn owner(&self) -> Result<(), Reason> {
        let admin = self.admin && self.hosted_here;
        let owner = admin || self.role == Some(Role::Owner);
        if !self.hosted_here {
            return Err(Reason::NotHost);
        }
        owner.then_some(()).ok_or(Reason::NotOwner)
    }

    fn may_ban(&self, target: Option<Role>) -> Result<(), Reason> {
        self.staff()?;
        match target {
            Some(Role::Owner | Role::Moderator) => self.owner(),
            _ => Ok(()),
        }
    }
}
