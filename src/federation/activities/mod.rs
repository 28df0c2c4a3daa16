//! From an activity to an act: one file per verb. Each verifies who may say this, and makes a [`Plan`]: what is to be done in one
//! transaction. Nothing is changed here.
//!
//! What needs another server stops with [`Stop::Later`] while nobody may be asked; the same code runs again when it may.

mod accept;
mod agreement;
mod announce;
mod block;
mod closed;
mod create;
mod delete;
mod featured;
mod flag;
mod follow;
mod forwarded;
mod guarded;
mod invite;
mod linked;
mod lock;
mod moved;
mod react;
mod receipt;
pub mod ruled;
mod undo;
mod update;

use std::sync::Arc;

use url::Url;

pub use self::create::import;
pub use self::delete::actor_gone;
pub use self::follow::turned_away;
pub use self::forwarded::plan as forwarded;
use self::ruled::{Asked, Wait};
use super::fetch::{Miss, Reach};
use super::guard::same_origin;
use super::objects::document::Document;
use super::store::held;
use super::store::known::{KnownGroup, KnownPost};
use crate::actors::{ActorKind, ActorRow};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{PersonId, RowId};
use crate::policy::{Actor, Incoming, Origin};
use crate::threads::ahead::Coming;

/// What is to be done, in the transaction that also marks the activity as applied.
pub struct Plan {
    act: Box<dyn Fn(&mut Tx<'_>) -> Result<()> + Send + Sync>,
    coming: Option<Vec<Coming>>,
    asked: Vec<Asked>,
    confidential: bool,
}

impl Plan {
    /// A plan that may change anything.
    pub fn new(act: impl Fn(&mut Tx<'_>) -> Result<()> + Send + Sync + 'static) -> Self {
        Self { act: Box::new(act), coming: None, asked: Vec::new(), confidential: false }
    }

    /// The same for what is in a closed group: its raw body goes once it is applied.
    #[must_use]
    fn in_confidence(self, confidential: bool) -> Self {
        Self { confidential: confidential || self.confidential, ..self }
    }

    /// Whether its raw body goes once it is applied.
    pub fn is_confidential(&self) -> bool {
        self.confidential
    }

    /// The same, when it does nothing but these.
    fn expecting(self, coming: Vec<Coming>) -> Self {
        Self { coming: Some(coming), ..self }
    }

    /// The same, with what the act asks rules about.
    fn asking(self, asked: Vec<Asked>) -> Self {
        Self { asked, ..self }
    }

    /// What the act asks rules about: one of these had it wait, when it answers so.
    pub fn asked(&self) -> &[Asked] {
        &self.asked
    }

    /// One plan after the other.
    fn all(plans: Vec<Self>) -> Self {
        let coming: Option<Vec<Vec<Coming>>> = plans.iter().map(|plan| plan.coming.clone()).collect();
        let asked = plans.iter().flat_map(|plan| plan.asked.iter().cloned()).collect();
        let all = Self::new(move |tx| plans.iter().try_for_each(|plan| plan.carry_out(tx)));
        Self { coming: coming.map(|coming| coming.concat()), asked, ..all }
    }

    /// The same, after these were taken back that wait for a moderator.
    #[must_use]
    pub fn taking_back(self, rows: Vec<RowId>) -> Self {
        let Self { act, asked, confidential, .. } = self;
        let both = Self::new(move |tx| {
            held::end(tx, &rows, TAKEN_BACK)?;
            act(tx)
        });
        Self { asked, confidential, ..both }
    }

    /// What it does, when that is only to add posts and reactions: what these need can be read ahead for many. `None`: it may change
    /// anything.
    pub fn coming(&self) -> Option<&[Coming]> {
        self.coming.as_deref()
    }

    /// Does it.
    ///
    /// # Errors
    /// What the act answers with.
    pub fn carry_out(&self, tx: &mut Tx<'_>) -> Result<()> {
        (self.act)(tx)
    }
}

/// The rule by which a post is refused in which a citizen service number stands.
pub const PERSONAL_DATA: &str = "personal-data";

/// The rule by which something is over that waited for a moderator, and that its sender took back.
pub const TAKEN_BACK: &str = "taken-back";

/// Why an activity isn't applied, or not now.
#[derive(Debug)]
pub enum Stop {
    /// Nothing to do here, by this rule.
    Ignored(&'static str),
    /// Not believed or not allowed, by this rule.
    Refused(String),
    /// A moderator has to let it in.
    Held(Wait),
    /// It takes back these, which wait for a moderator, and does nothing else.
    TakenBack(Vec<RowId>),
    /// Another server has to be asked, or asked again.
    Later(String),
    /// A fault of ours.
    Fault(Error),
}

impl Stop {
    /// Not believed or not allowed.
    pub fn refused(rule: &str) -> Self {
        Self::Refused(rule.to_owned())
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

impl From<Miss> for Stop {
    fn from(miss: Miss) -> Self {
        match miss {
            Miss::NotHere => Self::Later("not-known-here".to_owned()),
            Miss::Passing(why) => Self::Later(why),
            Miss::Gone | Miss::Missing => Self::Refused("gone".to_owned()),
            Miss::Blocked => Self::Refused("blocked".to_owned()),
            Miss::Wrong(why) => Self::Refused(format!("not-believed: {why}")),
            Miss::Fault(error) => Self::Fault(error),
        }
    }
}

/// Who says something, and how it got here.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// How far one may go to find out.
    pub reach: &'a Reach,
    /// Who says it: the key's owner, or the actor of what a group announced.
    pub by: ActorRow,
    /// The remote group that announced it; it is the host then.
    pub host: Option<KnownGroup>,
    /// The activity, as it came in; `None` when its own words aren't proven and only what it points to counts.
    pub incoming: Option<Arc<Incoming>>,
}

impl Context<'_> {
    /// How the act got here.
    pub fn origin(&self) -> Origin {
        if self.host.is_some() { Origin::Host } else { Origin::Peer }
    }

    /// Who acts.
    ///
    /// # Errors
    /// Refused when it isn't a person.
    pub fn actor(&self) -> Result<Actor, Stop> {
        if self.by.kind != ActorKind::Person {
            return Err(Stop::refused("not-a-person"));
        }
        Ok(self.acting(self.by.id.into()))
    }

    /// Whether a moderator let it in, after a rule had it wait.
    pub fn is_released(&self) -> bool {
        self.incoming.as_ref().is_some_and(|incoming| incoming.released)
    }

    /// Somebody else who acts by this activity: the author of what was announced.
    pub fn acting(&self, person: PersonId) -> Actor {
        Actor { person, origin: self.origin(), activity: self.incoming.clone() }
    }

    /// The same as a group elsewhere says it. What is read at its own address was brought by nobody; but a moderator may have let in that it
    /// was spoken of.
    fn of_group(&self, host: KnownGroup) -> Self {
        let released = self.incoming.clone().filter(|incoming| incoming.released);
        Self { host: Some(host), incoming: released, ..self.clone() }
    }

    /// Id of the activity.
    ///
    /// # Errors
    /// Refused when only what it points to counts.
    pub fn uri(&self) -> Result<String, Stop> {
        self.incoming.as_ref().map(|incoming| incoming.uri.clone()).ok_or_else(|| Stop::refused("unproven"))
    }

    /// Reads the database.
    ///
    /// # Errors
    /// As the closure, and when the database fails.
    pub async fn read<T, F>(&self, f: F) -> Result<T>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.reach.read(f).await
    }

    /// The known post with this id; one of another group than the host's isn't the host's to speak of.
    ///
    /// # Errors
    /// Ignored when it isn't known, refused when it is of another group.
    pub async fn post(&self, uri: &Url) -> Result<KnownPost, Stop> {
        let post = self.reach.known_post(uri.as_str()).await?.ok_or(Stop::Ignored("unknown-post"))?;
        match &self.host {
            Some(host) if host.group() != post.group => Err(Stop::refused("other-group")),
            _ => Ok(post),
        }
    }

    /// The person with this id on the wire; somebody elsewhere is fetched when need be.
    ///
    /// # Errors
    /// See [`Stop`]; refused when it isn't a person.
    pub async fn person(&self, uri: &Url) -> Result<ActorRow, Stop> {
        let row = self.reach.actor(uri).await?;
        if row.kind == ActorKind::Person { Ok(row) } else { Err(Stop::refused("not-a-person")) }
    }

    /// Whether something is at home where the actor is (FEP-fe34).
    pub fn owns(&self, url: &Url) -> bool {
        Url::parse(&self.by.uri).is_ok_and(|by| same_origin(&by, url))
    }
}

/// Makes the plan for one activity.
///
/// # Errors
/// See [`Stop`].
pub async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    match activity.kind() {
        "Accept" => accept::plan(context, activity, true).await,
        "Reject" => accept::plan(context, activity, false).await,
        "Add" => featured::plan(context, activity, true).await,
        // From a collection, or a closed group from a whole server.
        "Remove" if activity.get("target").is_none() => receipt::plan(context, activity).await,
        "Remove" => featured::plan(context, activity, false).await,
        "Announce" => announce::plan(context, activity).await,
        "Block" => block::plan(context, activity, true).await,
        "Create" => create::plan(context, activity).await,
        "Delete" => delete::plan(context, activity).await,
        "Like" | "Dislike" | "EmojiReact" => react::plan(context, activity, true).await,
        "Flag" => flag::plan(context, activity).await,
        "Follow" | "Join" => follow::plan(context, activity).await,
        "Invite" => invite::plan(context, activity).await,
        "Leave" => follow::leave(context, activity).await,
        "Lock" => lock::plan(context, activity, true).await,
        "Move" => moved::plan(context, activity).await,
        "Offer" if context.by.kind == ActorKind::Group => linked::offered(context, activity).await,
        "Offer" => agreement::plan(context, activity).await,
        "Undo" => undo::plan(context, activity).await,
        "Update" => update::plan(context, activity).await,
        _ => Err(Stop::Ignored("unknown-type")),
    }
}

/// The object of an activity, as an address.
fn object(activity: Document<'_>) -> Result<Url, Stop> {
    activity.link("object").ok_or_else(|| Stop::refused("no-object"))
}
