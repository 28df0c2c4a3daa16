//! The table: what each standing allows.

use super::federation::{Answer, Effect, Kind};
use super::{Act, Class, Joining, Origin, Posting, Reason, Role, Standing};

impl Standing {
    /// Whether this act is allowed.
    ///
    /// Rules about other servers go first, also before what a group's host says; but what they only put off is what would be let in
    /// without them.
    ///
    /// # Errors
    /// The [`Reason`] that it isn't. `Hidden` when the person may not know that the group exists.
    pub fn may(&self, act: Act) -> Result<(), Reason> {
        self.must_pass(act)?;
        self.allows(act)?;
        if self.waits(act) { Err(Reason::Held) } else { Ok(()) }
    }

    /// Whether rules about other servers let this act pass at all.
    ///
    /// # Errors
    /// `Ruled`.
    pub fn must_pass(&self, act: Act) -> Result<(), Reason> {
        let effect = self.answer(act).effect;
        let refused = if self.local {
            // Nobody writes into the void. What one wrote one may always take back, and reading stays.
            effect == Effect::Refuse && writes(act)
        } else {
            match effect {
                Effect::Refuse => true,
                Effect::ReadOnly => writes(act) || act == Act::Report,
                Effect::Allow | Effect::NoMedia | Effect::Hide | Effect::Hold => false,
            }
        };
        if refused { Err(Reason::Ruled) } else { Ok(()) }
    }

    /// Whether a rule has this act wait until a moderator lets it in. Taking back never waits.
    fn waits(&self, act: Act) -> bool {
        let can_wait = writes(act) || matches!(act, Act::Report | Act::Join | Act::AcceptInvitation);
        can_wait && !self.local && !self.released && self.answer(act).effect == Effect::Hold
    }

    /// Whether what somebody elsewhere writes comes without its pictures and files.
    #[must_use]
    pub fn is_without_media(&self, act: Act) -> bool {
        !self.local && self.answer(act).effect == Effect::NoMedia
    }

    /// Whether somebody elsewhere joins only when staff approves, however one joins here.
    #[must_use]
    pub fn needs_approval(&self) -> bool {
        !self.local && self.answer(Act::Join).hidden
    }

    /// What rules about other servers say about an act.
    fn answer(&self, act: Act) -> Answer {
        let on = |kind| self.effects.on(kind);
        match act {
            Act::StartThread => on(Some(Kind::Topic)),
            Act::Reply { .. } => on(Some(Kind::Reply)),
            // What is changed may be either.
            Act::EditPost { .. } => on(Some(Kind::Topic)).stricter(on(Some(Kind::Reply))),
            Act::React => on(Some(Kind::Reaction)),
            Act::Report => on(Some(Kind::Report)),
            Act::Join | Act::AcceptInvitation => on(Some(Kind::Join)),
            Act::Read
            | Act::Invite
            | Act::DeletePost { .. }
            | Act::RemovePost
            | Act::Lock
            | Act::Pin
            | Act::Move
            | Act::ResolveReports
            | Act::Warn
            | Act::Ban { .. }
            | Act::Admit
            | Act::EditGroup
            | Act::SetRole
            | Act::CloseGroup
            | Act::Link
            | Act::Curate
            | Act::Promote => on(None),
        }
    }

    /// The table itself.
    fn allows(&self, act: Act) -> Result<(), Reason> {
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
            Act::Curate => self.open().and_then(|()| self.staff()),
            Act::Link => self.open().and_then(|()| self.owner()),
            Act::Promote => self.open().and_then(|()| self.may_propose()),
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
        let welcome = self.role.is_some()
            || self.guest
            || (self.origin == Origin::Peer && self.joining == Joining::Open);
        if !welcome {
            return Err(if self.pending { Reason::Pending } else { Reason::NotMember });
        }
        if locked && !self.is_staff() {
            return Err(Reason::Locked);
        }
        Ok(())
    }

    /// What is closed crosses to no other group.
    fn open(&self) -> Result<(), Reason> {
        if self.class == Class::Openbaar { Ok(()) } else { Err(Reason::NotOpen) }
    }

    fn may_propose(&self) -> Result<(), Reason> {
        if !self.hosted_here {
            return Err(Reason::NotHost);
        }
        let welcome = self.role.is_some() || self.is_staff();
        if welcome { Ok(()) } else { Err(Reason::NotMember) }
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

/// Whether an act puts something into a group.
fn writes(act: Act) -> bool {
    matches!(act, Act::StartThread | Act::Reply { .. } | Act::React | Act::EditPost { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RowId;
    use crate::policy::federation::{Because, Effects};

    const WRITES: [Act; 4] = [
        Act::StartThread,
        Act::Reply { locked: false },
        Act::React,
        Act::EditPost { own: true, locked: false },
    ];

    /// A member of an open group, elsewhere, of whom rules say this.
    fn ruled(effects: Effects) -> Standing {
        Standing {
            class: Class::Openbaar,
            joining: Joining::Open,
            posting: Posting::Members,
            face: false,
            hosted_here: true,
            archived: false,
            origin: Origin::Peer,
            role: Some(Role::Member),
            pending: false,
            banned: false,
            suspended: false,
            admin: false,
            local: false,
            effects,
            released: false,
            guest: false,
        }
    }

    fn all(effect: Effect) -> Effects {
        let because = Because::Rule(RowId::fresh());
        Effects::of(|_kind| Answer::new(effect, because))
    }

    #[test]
    fn what_rules_refuse_passes_nowhere_and_what_they_hold_waits_unless_it_was_released() {
        let taking_back = Act::DeletePost { own: true };
        let newcomer = |effect| Standing { role: None, ..ruled(all(effect)) };
        for act in WRITES.into_iter().chain([Act::Report]) {
            for (effect, expected) in [
                (Effect::Allow, Ok(())),
                (Effect::NoMedia, Ok(())),
                (Effect::Hide, Ok(())),
                (Effect::ReadOnly, Err(Reason::Ruled)),
                (Effect::Hold, Err(Reason::Held)),
                (Effect::Refuse, Err(Reason::Ruled)),
            ] {
                let standing = ruled(all(effect));
                assert_eq!(standing.may(act), expected, "{act:?} {effect}");
                // A host's word changes nothing about that.
                let announced = Standing { hosted_here: false, origin: Origin::Host, ..standing };
                assert_eq!(announced.may(act), expected, "{act:?} {effect} announced");
                let released = Standing { released: true, ..standing };
                let passes = expected.is_ok() || effect == Effect::Hold;
                assert_eq!(released.may(act).is_ok(), passes, "{act:?} {effect} released");
            }
        }
        for (effect, expected) in [
            (Effect::ReadOnly, Ok(())),
            (Effect::Hide, Ok(())),
            (Effect::Hold, Err(Reason::Held)),
            (Effect::Refuse, Err(Reason::Ruled)),
        ] {
            assert_eq!(newcomer(effect).may(Act::Join), expected, "{effect}");
        }
        assert!(newcomer(Effect::Hide).needs_approval() && !newcomer(Effect::ReadOnly).needs_approval());
        for effect in [Effect::ReadOnly, Effect::Hold] {
            assert_eq!(ruled(all(effect)).may(taking_back), Ok(()), "{effect}");
        }
        // What would be refused anyway doesn't wait.
        let banned = Standing { banned: true, ..ruled(all(Effect::Hold)) };
        assert_eq!(banned.may(Act::StartThread), Err(Reason::Banned));
    }

    #[test]
    fn nobody_of_ours_writes_where_nothing_may_go() {
        let ours =
            Standing { local: true, hosted_here: false, origin: Origin::Here, ..ruled(all(Effect::Refuse)) };
        for act in WRITES {
            assert_eq!(ours.may(act), Err(Reason::Ruled), "{act:?}");
        }
        for act in [Act::Read, Act::DeletePost { own: true }, Act::Report] {
            assert_eq!(ours.may(act), Ok(()), "{act:?}");
        }
        // Whatever else rules say about what goes out concerns those who read it there.
        for effect in [Effect::NoMedia, Effect::Hide, Effect::ReadOnly, Effect::Hold] {
            assert_eq!(Standing { effects: all(effect), ..ours }.may(Act::StartThread), Ok(()), "{effect}");
        }
    }
}
