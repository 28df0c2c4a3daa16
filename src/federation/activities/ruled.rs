//! Rules about other servers where no act asks for somebody's standing, and what has to wait because of a rule.

use crate::db::Tx;
use crate::error::{Error, Result};
use crate::federation::store::{held, inbox::InboxState};
use crate::held::HeldFor;
use crate::ids::GroupId;
use crate::membership;
use crate::policy::Reason;
use crate::policy::federation::{Because, Effect, Kind};

/// What rules are asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// From which server it comes.
    pub from: String,
    /// For which group; `None`: for a person or the instance.
    pub group: Option<GroupId>,
    /// What it is.
    pub kind: Kind,
}

impl Asked {
    /// A new question.
    pub fn new(from: &str, group: Option<GroupId>, kind: Kind) -> Self {
        Self { from: from.to_owned(), group, kind }
    }
}

/// Why something waits for a moderator, and in which group.
#[derive(Debug)]
pub enum Wait {
    /// A rule about one of these says so; which one is looked up when it is written down.
    Ruled(Vec<Asked>),
    /// For this reason.
    For(HeldFor, Option<GroupId>),
}

impl Wait {
    /// What is written down; `None` when what it was to wait for doesn't wait any more.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn settled(&self, tx: &mut Tx<'_>) -> Result<Option<(HeldFor, Option<GroupId>)>> {
        let asked = match self {
            Self::Ruled(asked) => asked,
            Self::For(HeldFor::With(root), group) => {
                let there = held::find(tx, *root)?.is_some_and(|root| root.state == InboxState::Held);
                return Ok(there.then_some((HeldFor::With(*root), *group)));
            }
            Self::For(why, group) => return Ok(Some((why.clone(), *group))),
        };
        for one in asked {
            let effects = match membership::coming(tx, &one.from, one.group) {
                Err(Error::NotFound) => continue,
                other => other?,
            };
            let answer = effects.on(Some(one.kind));
            if let (Effect::Hold, Because::Rule(id)) = (answer.effect, answer.because) {
                return Ok(Some((HeldFor::Rule(id), one.group)));
            }
        }
        Ok(Some((HeldFor::SOME_RULE, asked.first().and_then(|one| one.group))))
    }
}

/// Whether what is asked about passes now.
///
/// # Errors
/// `Denied(Ruled)`, or `Denied(Held)` unless a moderator let it in.
pub(super) fn must_pass(tx: &mut Tx<'_>, asked: &Asked, released: bool) -> Result<()> {
    let answer = membership::coming(tx, &asked.from, asked.group)?.on(Some(asked.kind));
    match answer.effect {
        Effect::Refuse => Err(Reason::Ruled.into()),
        // Whoever may only read may join and follow for that.
        Effect::ReadOnly if asked.kind != Kind::Join => Err(Reason::Ruled.into()),
        Effect::Hold if !released => Err(Reason::Held.into()),
        Effect::Allow | Effect::NoMedia | Effect::Hide | Effect::ReadOnly | Effect::Hold => Ok(()),
    }
}
