//! What is read once for lines that are published together: who did what to which post, their groups, who belongs to those
//! elsewhere, and keys.
//!
//! It lives no longer than one reading of the database. Whether something may go to a host is asked again when it is sent.

use std::collections::{BTreeMap, btree_map};
use std::sync::Arc;

use super::{Scene, looks_back};
use crate::actors::ActorRow;
use crate::db::Tx;
use crate::error::Result;
use crate::federation::audience::{Audience, ByForm};
use crate::federation::crossing::Ground;
use crate::federation::signers::Signers;
use crate::federation::state::State;
use crate::federation::store::peers::{self, Decided};
use crate::ids::{ActorId, GroupId, PostId};
use crate::instance;
use crate::journal::Entry;
use crate::locale::{Locales, Texts};
use crate::threads::outward::{self, PostHead};

pub(super) struct Known {
    memory: State,
    locales: Arc<Locales>,
    actors: BTreeMap<ActorId, ActorRow>,
    heads: BTreeMap<PostId, PostHead>,
    peers: Decided,
    scenes: BTreeMap<GroupId, Scene>,
    members: BTreeMap<GroupId, Arc<ByForm>>,
    signers: BTreeMap<ActorId, Signers>,
}

impl Known {
    /// Reads what these lines are about, for all of them at once; only up to the first that looks back, since those after it
    /// aren't published in this run.
    pub(super) fn new(
        tx: &mut Tx<'_>,
        memory: State,
        locales: Arc<Locales>,
        lines: &[Entry],
    ) -> Result<Self> {
        let stop = lines.iter().position(|line| looks_back(line.act)).map_or(lines.len(), |stop| stop + 1);
        let lines = lines.get(..stop).unwrap_or_default();
        let ids: Vec<ActorId> = lines.iter().filter_map(|line| line.by_id.map(ActorId::from)).collect();
        let actors: BTreeMap<ActorId, ActorRow> =
            crate::actors::many(tx, &ids)?.into_iter().map(|actor| (actor.id, actor)).collect();
        // What was written here is read with all that its document names; of the rest a head is enough.
        let posts: Vec<PostId> =
            lines.iter().filter(|line| line.remote).filter_map(|line| line.post_id).collect();
        let heads = outward::heads(tx, &posts)?.into_iter().map(|head| (head.id, head)).collect();
        let elsewhere = actors.values().filter(|actor| !actor.local);
        let peers = peers::many(tx, elsewhere.map(|actor| actor.host.as_str()))?;
        Ok(Self {
            memory,
            locales,
            actors,
            heads,
            peers,
            scenes: BTreeMap::new(),
            members: BTreeMap::new(),
            signers: BTreeMap::new(),
        })
    }

    /// An actor.
    pub(super) fn actor(&self, tx: &mut Tx<'_>, id: ActorId) -> Result<ActorRow> {
        match self.actors.get(&id) {
            Some(actor) => Ok(actor.clone()),
            None => crate::actors::find(tx, id),
        }
    }

    /// The head of a post.
    pub(super) fn head(&self, tx: &mut Tx<'_>, id: PostId) -> Result<PostHead> {
        match self.heads.get(&id) {
            Some(head) => Ok(head.clone()),
            None => outward::head(tx, id),
        }
    }

    /// Parts inboxes by what their software shows: see [`Audience::by_form`].
    pub(super) fn by_form(&self, tx: &mut Tx<'_>, to: &Audience, ground: Ground) -> Result<ByForm> {
        if to.hosts().all(|host| self.peers.knows(host)) {
            return to.parted(tx, &self.peers, Some(ground));
        }
        to.by_form(tx, Some(ground))
    }

    /// A group.
    pub(super) fn scene(&mut self, tx: &mut Tx<'_>, id: GroupId) -> Result<Scene> {
        if let Some(scene) = self.scenes.get(&id) {
            return Ok(scene.clone());
        }
        let actor = crate::actors::find(tx, id.into())?;
        let scene = Scene { actor, row: crate::groups::outward::row(tx, id)? };
        self.scenes.insert(id, scene.clone());
        Ok(scene)
    }

    /// The members of a group who are elsewhere, by the form that their servers show.
    pub(super) fn members(&mut self, tx: &mut Tx<'_>, scene: &Scene) -> Result<Arc<ByForm>> {
        if let Some(members) = self.members.get(&scene.row.id) {
            return Ok(Arc::clone(members));
        }
        let members = Audience::members(tx, scene.row.id)?.by_form(tx, Some(scene.ground()))?;
        let members = Arc::new(members);
        self.members.insert(scene.row.id, Arc::clone(&members));
        Ok(members)
    }

    /// Texts in the language of this instance: for what is said to people elsewhere, of whom no other is known.
    pub(super) fn texts(&self, tx: &mut Tx<'_>) -> Result<Texts> {
        let settings = instance::settings(tx)?;
        let lang = self.locales.choose(Some(&settings.language), None);
        Ok(Texts::new(Arc::clone(&self.locales), lang))
    }

    /// The keys of an actor of this instance.
    pub(super) fn signers(&mut self, tx: &mut Tx<'_>, actor: &ActorRow) -> Result<&Signers> {
        Ok(match self.signers.entry(actor.id) {
            btree_map::Entry::Occupied(known) => known.into_mut(),
            btree_map::Entry::Vacant(place) => place.insert(Signers::load(tx, &self.memory, actor)?),
        })
    }
}
