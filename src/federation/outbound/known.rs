//! What is read once for lines that are published together: their groups, who belongs to those elsewhere, and keys.
//!
//! It lives no longer than one reading of the database. Whether something may go to a host is asked again when it is sent.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::Scene;
use crate::actors::ActorRow;
use crate::db::Tx;
use crate::error::Result;
use crate::federation::audience::{Audience, ByForm};
use crate::federation::signers::Signers;
use crate::federation::state::State;
use crate::ids::{ActorId, GroupId};

pub(super) struct Known {
    memory: State,
    scenes: BTreeMap<GroupId, Scene>,
    members: BTreeMap<GroupId, Arc<ByForm>>,
    signers: BTreeMap<ActorId, Signers>,
}

impl Known {
    pub(super) fn new(memory: State) -> Self {
        Self { memory, scenes: BTreeMap::new(), members: BTreeMap::new(), signers: BTreeMap::new() }
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
        let members = Audience::members(tx, scene.row.id)?.by_form(tx, Some(scene.class()))?;
        let members = Arc::new(members);
        self.members.insert(scene.row.id, Arc::clone(&members));
        Ok(members)
    }

    /// The keys of an actor of this instance.
    pub(super) fn signers(&mut self, tx: &mut Tx<'_>, actor: &ActorRow) -> Result<&Signers> {
        Ok(match self.signers.entry(actor.id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(Signers::load(tx, &self.memory, actor)?),
        })
    }
}
