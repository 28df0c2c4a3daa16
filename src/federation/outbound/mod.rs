//! Publishes lines of the journal: what other servers are told of an act, in whose name, and who is told.
//!
//! An activity's id comes from the line and its part in it, so a job that runs twice publishes once. Activities and
//! deliveries are stored in one transaction; from there on `delivery` takes over. A group hosted here announces what happens
//! in it (FEP-1b12); into a group elsewhere a person's own activity is sent, and its host announces it.

mod actors;
mod agreements;
mod copies;
mod faces;
mod known;
mod links;
mod membership;
mod moderation;
mod posts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::Value;
use uuid::{Builder, Uuid};

use self::known::Known;
use super::audience::{Audience, ByForm};
use super::crossing::Ground;
use super::objects::{self, activity};
use super::proofs;
use super::store::outbox::{self, ActivityRow};
use super::store::publishing::{self, NewActivity};
use crate::actors::ActorRow;
use crate::app::App;
use crate::db::Tx;
use crate::db::types::Json;
use crate::error::{Error, Result};
use crate::groups::GroupRow;
use crate::ids::{ActivityId, EntryId, GroupId};
use crate::journal::{self, Detail, Did, Entry};
use crate::policy::Class;

/// Tells other servers what these lines of the journal say, in this order; tells of each how that went.
///
/// Lines that stand by themselves are read together and stored together: one commit for a burst. Behind one that fails, those
/// of the same group, or by the same person outside of groups, wait.
pub async fn publish(app: &App, entries: &[EntryId]) -> Vec<Result<()>> {
    if !app.config.federation.enabled {
        return entries.iter().map(|_| Ok(())).collect();
    }
    let mut done = Vec::with_capacity(entries.len());
    let mut held = BTreeSet::new();
    while let Some(rest) = entries.get(done.len()..).filter(|rest| !rest.is_empty()) {
        match run(app, rest.to_vec(), held.clone()).await {
            Ok(run) => {
                done.extend(run.results);
                held = run.held;
            }
            Err(error) => {
                // Nothing of this run was stored. What comes after it keeps its place behind it.
                done.push(Err(error));
                let after = entries.len() - done.len();
                done.extend((0..after).map(|_| Err(behind())));
            }
        }
    }
    done
}

fn behind() -> Error {
    Error::internal("waits for what is before it")
}

/// How it went with some lines, and the lanes on which one has failed.
struct Run {
    results: Vec<Result<()>>,
    held: BTreeSet<Uuid>,
}

/// The first of these lines, and those after it that can be read before it is stored.
async fn run(app: &App, entries: Vec<EntryId>, held: BTreeSet<Uuid>) -> Result<Run> {
    let (memory, locales) = (app.federation.clone(), Arc::clone(&app.locales));
    let (items, run) = app
        .db
        .read(move |tx| {
            let (mut items, mut run) = (Vec::new(), Run { results: Vec::new(), held });
            let lines = journal::entries(tx, &entries)?;
            let mut known = Known::new(tx, memory, locales, &lines)?;
            let mut lines: BTreeMap<EntryId, Entry> = lines.into_iter().map(|line| (line.id, line)).collect();
            for id in entries {
                // What isn't there was pruned.
                let Some(entry) = lines.remove(&id) else {
                    run.results.push(Ok(()));
                    continue;
                };
                let looks_back = looks_back(entry.act);
                if looks_back && !run.results.is_empty() {
                    break;
                }
                let lane = entry.group_id.map(|group| group.0).or(entry.by_id.map(|by| by.0));
                if lane.is_some_and(|lane| run.held.contains(&lane)) {
                    run.results.push(Err(behind()));
                    continue;
                }
                run.results.push(match plan(tx, &mut known, entry) {
                    Ok(planned) => {
                        items.extend(planned);
                        Ok(())
                    }
                    Err(Error::NotFound) => Ok(()),
                    Err(error) => {
                        run.held.extend(lane);
                        Err(error)
                    }
                });
                if looks_back {
                    break;
                }
            }
            Ok((items, run))
        })
        .await?;
    if !items.is_empty() {
        let items = Arc::new(items);
        app.db.write(move |tx| publishing::publish(tx, &items)).await?;
    }
    Ok(run)
}

/// Whether what is published of an act can depend on what was published before it.
fn looks_back(act: Did) -> bool {
    !matches!(act, Did::StartThread | Did::Reply | Did::React | Did::ShowTopic)
}

fn plan(tx: &mut Tx<'_>, known: &mut Known, entry: Entry) -> Result<Vec<NewActivity>> {
    let detail: Detail = entry.detail.read()?;
    let by = entry.by_id.map(|id| known.actor(tx, id.into())).transpose()?;
    let mut plan = Plan { tx, known, entry, detail, by, items: Vec::new() };
    let plan_ = &mut plan;
    match plan_.entry.act {
        Did::StartThread | Did::Reply => posts::written(plan_, "Create"),
        Did::EditPost => posts::written(plan_, "Update"),
        Did::DeletePost => posts::deleted(plan_),
        Did::RemovePost => posts::removed(plan_),
        Did::RestorePost => posts::restored(plan_),
        Did::React => posts::reacted(plan_),
        Did::Unreact => posts::unreacted(plan_),
        Did::Lock => moderation::locked(plan_),
        Did::Unlock => moderation::unlocked(plan_),
        Did::Pin => moderation::pinned(plan_, "Add"),
        Did::Unpin => moderation::pinned(plan_, "Remove"),
        Did::MoveThread => moderation::moved(plan_),
        Did::SetRole => moderation::role_set(plan_),
        Did::Ban => moderation::banned(plan_),
        Did::Unban => moderation::unbanned(plan_),
        Did::Report => moderation::reported(plan_),
        Did::AskToJoin | Did::Join => membership::joined(plan_),
        Did::Invite => membership::invited(plan_),
        Did::RejectMember => membership::rejected(plan_),
        Did::Leave => membership::left(plan_),
        Did::Follow => membership::followed(plan_),
        Did::Unfollow => membership::unfollowed(plan_),
        Did::RefuseFollow => membership::refused(plan_),
        Did::EditGroup | Did::ArchiveGroup => actors::group_edited(plan_),
        Did::DeleteGroup => actors::group_deleted(plan_),
        Did::EditProfile => actors::profile_edited(plan_),
        Did::DeletePerson => actors::person_deleted(plan_),
        Did::SetAgreement => agreements::told(plan_),
        Did::DropCopies => copies::dropped(plan_),
        Did::AskLink => links::asked(plan_),
        Did::AcceptLink => links::accepted(plan_),
        Did::EndLink => links::ended(plan_),
        Did::ProposeTopic | Did::AnswerProposal => links::proposed(plan_),
        Did::DecideProposal => links::decided(plan_),
        Did::ShowTopic => links::shown(plan_),
        Did::HideTopic => links::hidden(plan_),
        // What only concerns this instance. Blocks between people stay private.
        Did::SetLink
        | Did::SetUntil
        | Did::Warn
        | Did::ResolveReport
        | Did::CreateGroup
        | Did::Suspend
        | Did::Unsuspend
        | Did::BlockPerson
        | Did::UnblockPerson
        | Did::SignUp
        | Did::ApproveAccount
        | Did::SetPeer
        | Did::SetRules
        | Did::ReleaseHeld
        | Did::RefuseHeld
        | Did::WithdrawInvitation
        | Did::EditInstance => Ok(()),
    }?;
    Ok(plan.items)
}

/// What is being published of one line.
struct Plan<'p, 'c> {
    tx: &'p mut Tx<'c>,
    known: &'p mut Known,
    entry: Entry,
    detail: Detail,
    /// Who did it.
    by: Option<ActorRow>,
    items: Vec<NewActivity>,
}

/// A group with what decides about it.
#[derive(Clone)]
struct Scene {
    actor: ActorRow,
    row: GroupRow,
}

impl Scene {
    fn class(&self) -> Class {
        self.row.class
    }

    fn ground(&self) -> Ground {
        Ground { group: self.row.id, class: self.row.class }
    }

    fn audience(&self) -> activity::Audience {
        activity::Audience::of_group(&self.actor.uri, self.actor.followers.as_deref(), self.class())
    }
}

/// An activity to be stored and sent.
struct Sheet<'s> {
    id: ActivityId,
    kind: &'s str,
    by: &'s ActorRow,
    group: Option<GroupId>,
    object: &'s str,
    lane: &'s str,
    document: &'s Value,
}

impl Plan<'_, '_> {
    /// The id of a part of what is published: always the same for the same line and part, and in order of time.
    fn id(&self, part: &str) -> (ActivityId, String) {
        let entry = self.entry.id.0;
        let hash = digest(&SHA256, &[entry.as_bytes().as_slice(), part.as_bytes()].concat());
        let mut bytes = *entry.as_bytes();
        for (byte, hashed) in bytes.iter_mut().skip(6).zip(hash.as_ref()) {
            *byte = *hashed;
        }
        // RFC 9562 §5.8: an id of our own making; the time of the line stays in front.
        let id: Uuid = Builder::from_custom_bytes(bytes).into_uuid();
        let id = ActivityId(id);
        (id, self.tx.urls.activity(id))
    }

    /// The person who did it.
    fn by(&self) -> Result<ActorRow> {
        self.by.clone().ok_or(Error::NotFound)
    }

    /// A group.
    fn scene(&mut self, id: GroupId) -> Result<Scene> {
        self.known.scene(self.tx, id)
    }

    /// The group of the line.
    fn own_scene(&mut self) -> Result<Scene> {
        let id = self.entry.group_id.ok_or(Error::NotFound)?;
        self.scene(id)
    }

    /// The lane of the line: its thread.
    fn lane(&self) -> String {
        self.entry.thread_id.map(|id| id.to_string()).unwrap_or_default()
    }

    /// Puts the proof of its sender into a document.
    fn seal(&mut self, mut document: Value, by: &ActorRow) -> Result<Value> {
        let signers = self.known.signers(self.tx, by)?;
        proofs::add(&mut document, &signers.ed, self.tx.now.utc()).map_err(Error::internal)?;
        Ok(document)
    }

    /// Stores an activity that is sealed, for these inboxes.
    fn add(&mut self, sheet: &Sheet<'_>, to: &Audience) -> Result<()> {
        let row = ActivityRow {
            id: sheet.id,
            uri: self.tx.urls.activity(sheet.id),
            actor_id: sheet.by.id,
            kind: sheet.kind.to_owned(),
            group_id: sheet.group,
            object_uri: sheet.object.to_owned(),
            document: Json::of(sheet.document)?,
            created_at: self.tx.now,
        };
        self.items.push(NewActivity { row, lane: sheet.lane.to_owned(), to: to.addresses() });
        Ok(())
    }

    /// The members of a group who are elsewhere, by the form that their servers show.
    fn members(&mut self, scene: &Scene) -> Result<Arc<ByForm>> {
        self.known.members(self.tx, scene)
    }

    /// Announces an activity in a group hosted here, as it is, byte for byte in meaning (FEP-1b12). `part` tells the announces
    /// of one line apart.
    fn announce(
        &mut self,
        part: &str,
        scene: &Scene,
        inner: &Value,
        object: &str,
        lane: &str,
        to: &Audience,
    ) -> Result<()> {
        let kind = inner.get("type").and_then(Value::as_str).unwrap_or_default();
        let (id, uri) = self.id(part);
        let document =
            activity::activity(&uri, "Announce", &scene.actor.uri, inner.clone(), &scene.audience());
        let document = self.seal(document, &scene.actor)?;
        let kind = format!("Announce/{kind}");
        let group = Some(scene.row.id);
        let sheet = Sheet { id, kind: &kind, by: &scene.actor, group, object, lane, document: &document };
        self.add(&sheet, to)
    }

    /// Announces a topic itself: all that Mastodon and GoToSocial show. `published` must be now: they leave out old ones.
    fn boost(&mut self, scene: &Scene, topic: &str, lane: &str, to: &Audience) -> Result<()> {
        self.boost_as("boost", scene, topic, lane, to)
    }

    /// The same; `part` tells the groups apart that do so because of one line.
    fn boost_as(&mut self, part: &str, scene: &Scene, topic: &str, lane: &str, to: &Audience) -> Result<()> {
        if scene.class() != Class::Openbaar || to.is_empty() {
            return Ok(());
        }
        let (id, uri) = self.id(part);
        let audience = activity::Audience::of_boost(scene.actor.followers.as_deref());
        let mut document = activity::activity(&uri, "Announce", &scene.actor.uri, topic, &audience);
        objects::put(&mut document, "published", self.tx.now.rfc3339());
        let document = self.seal(document, &scene.actor)?;
        let group = Some(scene.row.id);
        let sheet =
            Sheet { id, kind: "Announce", by: &scene.actor, group, object: topic, lane, document: &document };
        self.add(&sheet, to)
    }

    /// Takes the last announce of a topic itself back: the only removal that microblogs follow.
    fn unboost(&mut self, scene: &Scene, topic: &str, lane: &str, to: &Audience) -> Result<()> {
        self.unboost_as("unboost", scene, topic, lane, to)
    }

    /// The same; `part` tells the groups apart that do so because of one line.
    fn unboost_as(
        &mut self,
        part: &str,
        scene: &Scene,
        topic: &str,
        lane: &str,
        to: &Audience,
    ) -> Result<()> {
        let Some(boost) = outbox::latest(self.tx, scene.actor.id, "Announce", topic)? else { return Ok(()) };
        if to.is_empty() {
            return Ok(());
        }
        let (id, uri) = self.id(part);
        let audience = activity::Audience::of_boost(scene.actor.followers.as_deref());
        let boost: Value = boost.document.read()?;
        let document = activity::activity(&uri, "Undo", &scene.actor.uri, boost, &audience);
        let document = self.seal(document, &scene.actor)?;
        let group = Some(scene.row.id);
        let sheet = Sheet {
            id,
            kind: "Undo/Announce",
            by: &scene.actor,
            group,
            object: topic,
            lane,
            document: &document,
        };
        self.add(&sheet, to)
    }

    /// Announces what came in from a person elsewhere, as it came. Their own server gets it too, as the confirmation, unless
    /// it shows no such announces. Gives the members' servers by form.
    fn relay(&mut self, scene: &Scene, object: &str, lane: &str) -> Result<Arc<ByForm>> {
        let members = self.members(scene)?;
        let Some(raw) = self.detail.activity.clone() else { return Ok(members) };
        let inner: Value = serde_json::from_str(&raw).map_err(Error::internal)?;
        // A group never passes on what another group announced.
        if inner.get("type").and_then(Value::as_str) == Some("Announce") {
            return Ok(members);
        }
        let mut author = Audience::new();
        if let Some(by) = &self.by {
            author.add_actor(by);
        }
        let mut to = members.activities.clone();
        let author = author.without(&members.all);
        if !author.is_empty() {
            to.extend(self.known.by_form(self.tx, &author, scene.ground())?.activities);
        }
        let is_topic = inner.get("type").and_then(Value::as_str) == Some("Create");
        if is_topic || !to.is_empty() {
            self.announce("announce", scene, &inner, object, lane, &to)?;
        }
        Ok(members)
    }

    /// What a person did in a group: announced where the group is hosted here, else sent to its host. `also` gets the
    /// activity itself.
    fn act(&mut self, scene: &Scene, act: &Act<'_>, also: &Audience) -> Result<()> {
        let lane = self.lane();
        let document = self.seal(act.document.clone(), act.by)?;
        let group = Some(scene.row.id);
        let sheet = Sheet {
            id: act.id,
            kind: act.kind,
            by: act.by,
            group,
            object: act.object,
            lane: &lane,
            document: &document,
        };
        if scene.actor.local {
            let mut to = self.members(scene)?.activities.clone();
            to.extend(act.announce_to.clone());
            if !act.always && to.is_empty() && also.is_empty() {
                return Ok(());
            }
            self.add(&sheet, also)?;
            return self.announce("announce", scene, &document, act.object, &lane, &to);
        }
        let mut to = also.clone();
        to.add_actor(&scene.actor);
        let to = to.by_form(self.tx, Some(scene.ground()))?.all;
        self.add(&sheet, &to)
    }
}

/// An activity of a person in a group.
struct Act<'a> {
    id: ActivityId,
    kind: &'a str,
    by: &'a ActorRow,
    object: &'a str,
    document: Value,
    /// Who gets the announce beside the members.
    announce_to: Audience,
    /// Stored even when nobody gets it: the outbox shows it to whoever comes later.
    always: bool,
}
