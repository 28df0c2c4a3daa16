//! What somebody may do in a group, as views tell it to pages and programs. The acts ask again.

use crate::policy::{Act, Role, Standing};

/// What a reader may do in a group; all no for whoever isn't signed in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a button that is there or not")]
pub struct Permissions {
    /// What they are in the group.
    pub role: Option<Role>,
    /// Their wish to join waits.
    pub pending: bool,
    /// They are banned from it.
    pub banned: bool,
    /// Join, or ask to.
    pub join: bool,
    /// Start a topic.
    pub start: bool,
    /// Reply in a topic that isn't locked.
    pub reply: bool,
    /// Reply in a topic that is locked.
    pub reply_locked: bool,
    /// Like a post.
    pub react: bool,
    /// Remove, lock, pin, warn, see reports.
    pub moderate: bool,
    /// Approve those who ask to join.
    pub admit: bool,
    /// Invite people, see and withdraw invitations.
    pub invite: bool,
    /// Ban members.
    pub ban: bool,
    /// Change texts and settings.
    pub edit: bool,
    /// Change roles.
    pub set_role: bool,
    /// Archive or delete the group.
    pub close: bool,
}

impl From<&Standing> for Permissions {
    fn from(standing: &Standing) -> Self {
        let may = |act| standing.may(act).is_ok();
        Self {
            role: standing.role,
            pending: standing.pending,
            banned: standing.banned,
            join: may(Act::Join),
            start: may(Act::StartThread),
            reply: may(Act::Reply { locked: false }),
            reply_locked: may(Act::Reply { locked: true }),
            react: may(Act::React),
            moderate: may(Act::RemovePost),
            admit: may(Act::Admit),
            // Into a group elsewhere its host invites.
            invite: may(Act::Invite) && standing.hosted_here,
            ban: may(Act::Ban { target: None }),
            edit: may(Act::EditGroup),
            set_role: may(Act::SetRole),
            close: may(Act::CloseGroup),
        }
    }
}
