//! What is done with groups: making, changing, closing and deleting them, and storing groups elsewhere.

use diesel::prelude::*;

use super::{GroupDraft, GroupRow, RemoteGroup, draft as drafts, holders, index};
use crate::actors::{self, ActorKind};
use crate::db::{Lock, Tx, columns, lock, schema};
use crate::error::{FieldErrors, Result};
use crate::ids::{GroupId, PersonId};
use crate::jobs::{self, Job};
use crate::journal::{self, Detail, Did, Line};
use crate::keys::ActorKeys;
use crate::policy::{Act, Actor, Class, Reason, Role};
use crate::{instance, links, media, membership};

/// Makes a group; whoever makes it becomes its owner. Every member may, unless the settings leave it to administrators.
///
/// # Errors
/// `Denied` when `by` may not make groups, `Invalid` when the draft or name can't be accepted.
pub fn create(tx: &mut Tx<'_>, by: &Actor, draft: &GroupDraft, keys: &ActorKeys) -> Result<GroupRow> {
    may_make(tx, by)?;
    insert(tx, Some(by), draft, keys, false)
}

/// Whether somebody may make groups at all; pages ask before a form is filled in.
///
/// # Errors
/// `Denied` when not.
pub fn may_make(tx: &mut Tx<'_>, by: &Actor) -> Result<()> {
    let maker = membership::facts(tx, by.person)?;
    if maker.suspended {
        return Err(Reason::Suspended.into());
    }
    if !maker.local || !(maker.admin || instance::settings(tx)?.members_make_groups) {
        return Err(Reason::NotAdmin.into());
    }
    Ok(())
}

/// Makes a group from the command line, where nobody asks for permission. Without an owner only administrators keep it.
///
/// # Errors
/// `Invalid` when the draft or name can't be accepted.
pub fn found(
    tx: &mut Tx<'_>,
    owner: Option<PersonId>,
    draft: &GroupDraft,
    keys: &ActorKeys,
) -> Result<GroupRow> {
    insert(tx, owner.map(Actor::here).as_ref(), draft, keys, true)
}

/// Whether a group like this could be made, its name included. Edges ask before they make keys, which takes a while.
///
/// # Errors
/// `Invalid` with every field that can't be accepted.
pub fn check_new(tx: &mut Tx<'_>, by: Option<&Actor>, draft: &GroupDraft, trusted: bool) -> Result<()> {
    let mut errors = FieldErrors::default();
    errors.gather(actors::check_free(tx, &draft.name, trusted))?;
    errors.gather(drafts::check(draft))?;
    if let (Some(emblem), Some(by)) = (draft.emblem, by) {
        errors.gather(media::acts::check_picture(tx, by, emblem, "emblem"))?;
    }
    errors.into_result()
}

fn insert(
    tx: &mut Tx<'_>,
    by: Option<&Actor>,
    draft: &GroupDraft,
    keys: &ActorKeys,
    trusted: bool,
) -> Result<GroupRow> {
    check_new(tx, by, draft, trusted)?;
    let owner = by.map(|by| by.person);
    let actor = actors::create_local(tx, ActorKind::Group, &draft.name, keys, trusted)?;
    let id = GroupId::from(actor.id);
    let row = GroupRow {
        id,
        title: draft.title.clone(),
        mission: draft.mission.clone(),
        description: draft.description.clone(),
        description_html: draft.description_html.clone(),
        rules: draft.rules.clone(),
        rules_html: draft.rules_html.clone(),
        emblem_id: draft.emblem,
        emblem_url: None,
        emblem_alt: draft.emblem_alt.clone(),
        colour: draft.colour,
        class: draft.class,
        joining: draft.joining,
        posting: draft.posting,
        featured: None,
        moderators: None,
        member_count: i64::from(owner.is_some()),
        topic_count: 0,
        active_at: tx.now,
        created_by: owner,
        archived_at: None,
        updated_at: tx.now,
        face: draft.face,
    };
    diesel::insert_into(schema::groups::table).values(&row).execute(tx.conn)?;
    if let Some(owner) = owner {
        membership::acts::insert_accepted(tx, id, owner, Role::Owner)?;
    }
    index::put(tx, id)?;
    journal::record(tx, &line(Did::CreateGroup, by, id))?;
    Ok(row)
}

/// Changes a group's texts and settings; its name stays. One that isn't for everybody any more loses its links with other groups.
///
/// # Errors
/// `Denied` to all but owners, `Invalid` when the draft can't be accepted.
pub fn edit(tx: &mut Tx<'_>, by: &Actor, group: GroupId, draft: &GroupDraft) -> Result<GroupRow> {
    use schema::groups::dsl;
    membership::standing(tx, by, group)?.may(Act::EditGroup)?;
    lock(tx, Lock::Class, &group.to_string())?;
    let now = find(tx, group)?;
    let mut errors = FieldErrors::default();
    errors.gather(drafts::check(draft))?;
    if draft.class < now.class {
        errors.add("class", "error-class-lower");
    }
    if let Some(emblem) = draft.emblem.filter(|emblem| Some(*emblem) != now.emblem_id) {
        errors.gather(media::acts::check_picture(tx, by, emblem, "emblem"))?;
    }
    errors.into_result()?;
    if now.class == Class::Openbaar && draft.class > now.class {
        links::acts::close(tx, Some(by), group)?;
    }
    let row = diesel::update(dsl::groups.find(group))
        .set((
            dsl::title.eq(&draft.title),
            dsl::mission.eq(&draft.mission),
            dsl::description.eq(&draft.description),
            dsl::description_html.eq(&draft.description_html),
            dsl::rules.eq(&draft.rules),
            dsl::rules_html.eq(&draft.rules_html),
            dsl::emblem_id.eq(draft.emblem),
            dsl::emblem_alt.eq(&draft.emblem_alt),
            dsl::colour.eq(draft.colour),
            dsl::class.eq(draft.class),
            dsl::joining.eq(draft.joining),
            dsl::posting.eq(draft.posting),
            dsl::face.eq(draft.face),
            dsl::updated_at.eq(tx.now),
        ))
        .returning(columns::<GroupRow>())
        .get_result(tx.conn)?;
    index::put(tx, group)?;
    journal::record(tx, &line(Did::EditGroup, Some(by), group))?;
    Ok(row)
}

/// The servers that hold copies of what is in a group, when a draft would make it stricter; `None` when it wouldn't. Edges ask
/// before [`edit`], and go on once whoever raises the class knows it: what was copied can't be called back.
///
/// # Errors
/// `Denied` to all but owners, `Invalid` when the draft can't be accepted.
pub fn raises(
    tx: &mut Tx<'_>,
    by: &Actor,
    group: GroupId,
    draft: &GroupDraft,
) -> Result<Option<Vec<String>>> {
    membership::standing(tx, by, group)?.may(Act::EditGroup)?;
    drafts::check(draft)?;
    if draft.class <= find(tx, group)?.class {
        return Ok(None);
    }
    let members = membership::outward::addresses(tx, group)?;
    let linked = links::outward::addresses(tx, group)?;
    let mut hosts: Vec<String> = members.into_iter().chain(linked).map(|address| address.0).collect();
    // Whoever belonged to it may be gone, and what they got still there.
    hosts.extend(holders::now(tx, group)?);
    hosts.sort_unstable();
    hosts.dedup();
    Ok(Some(hosts))
}

/// Closes a group for everything new; it stays to be read.
///
/// # Errors
/// `Denied` to all but owners.
pub fn archive(tx: &mut Tx<'_>, by: &Actor, group: GroupId) -> Result<()> {
    set_archived(tx, by, group, true)
}

/// Opens an archived group again.
///
/// # Errors
/// `Denied` to all but owners.
pub fn unarchive(tx: &mut Tx<'_>, by: &Actor, group: GroupId) -> Result<()> {
    set_archived(tx, by, group, false)
}

fn set_archived(tx: &mut Tx<'_>, by: &Actor, group: GroupId, archived: bool) -> Result<()> {
    use schema::groups::dsl;
    let standing = membership::standing(tx, by, group)?;
    standing.may(Act::CloseGroup)?;
    if standing.archived == archived {
        return Ok(());
    }
    diesel::update(dsl::groups.find(group))
        .set((dsl::archived_at.eq(archived.then_some(tx.now)), dsl::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    let word = if archived { "archived" } else { "open" };
    let detail = Detail { word: word.to_owned(), ..Detail::default() };
    journal::record(tx, &line(Did::ArchiveGroup, Some(by), group).detail(detail))?;
    Ok(())
}

/// Deletes a group: a tombstone stays, its name isn't given out again, and nothing in it is shown any more. Its links end.
///
/// # Errors
/// `Denied` to all but owners.
pub fn delete(tx: &mut Tx<'_>, by: &Actor, group: GroupId) -> Result<()> {
    membership::standing(tx, by, group)?.may(Act::CloseGroup)?;
    links::acts::close(tx, Some(by), group)?;
    actors::mark_gone(tx, group.into())?;
    journal::record(tx, &line(Did::DeleteGroup, Some(by), group))?;
    Ok(())
}

/// Stores a group elsewhere as its document says, or brings what is known of it up to date. Its class never falls, and once it isn't for
/// everybody any more its links with groups hosted here end.
///
/// # Errors
/// `Conflict` when the document would turn something else into a group, or is about a group hosted here.
pub fn save_remote(tx: &mut Tx<'_>, remote: &RemoteGroup) -> Result<GroupId> {
    use schema::groups::dsl;
    let id = GroupId::from(actors::save_remote(tx, &remote.actor)?);
    let new = &remote.group;
    let known: Option<GroupRow> =
        dsl::groups.find(id).select(GroupRow::as_select()).first(tx.conn).optional()?;
    let Some(known) = known else {
        let row = GroupRow { id, topic_count: 0, created_by: None, ..new.clone() };
        diesel::insert_into(dsl::groups).values(&row).execute(tx.conn)?;
        index::put(tx, id)?;
        return Ok(id);
    };
    if known.class == Class::Openbaar && new.class > known.class {
        links::acts::close(tx, None, id)?;
    } else if new.class > known.class {
        // What was agreed with its host may not reach that far.
        jobs::enqueue(tx, &Job::DropCopies)?;
    }
    if remote.partial {
        diesel::update(dsl::groups.find(id))
            .set((
                dsl::class.eq(new.class.max(known.class)),
                dsl::face.eq(new.face),
                dsl::updated_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
        return Ok(id);
    }
    let says = |row: &GroupRow| (row.title.clone(), row.mission.clone(), row.description_html.clone());
    let same = says(&known) == says(new) && known.class >= new.class;
    diesel::update(dsl::groups.find(id))
        .set((
            dsl::title.eq(&new.title),
            dsl::mission.eq(&new.mission),
            dsl::description.eq(&new.description),
            dsl::description_html.eq(&new.description_html),
            dsl::rules.eq(&new.rules),
            dsl::rules_html.eq(&new.rules_html),
            dsl::emblem_url.eq(&new.emblem_url),
            dsl::emblem_alt.eq(&new.emblem_alt),
            dsl::class.eq(new.class.max(known.class)),
            dsl::joining.eq(new.joining),
            dsl::posting.eq(new.posting),
            dsl::featured.eq(&new.featured),
            dsl::moderators.eq(&new.moderators),
            dsl::archived_at.eq(new.archived_at),
            dsl::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    if !same {
        index::put(tx, id)?;
    }
    Ok(id)
}

/// A group elsewhere has so many members, as its host says.
///
/// # Errors
/// `Denied` when it is hosted here.
pub fn counted_elsewhere(tx: &mut Tx<'_>, group: GroupId, members: i64) -> Result<()> {
    use schema::groups::dsl;
    if actors::find(tx, group.into())?.local {
        return Err(Reason::NotHost.into());
    }
    diesel::update(dsl::groups.find(group)).set(dsl::member_count.eq(members)).execute(tx.conn)?;
    Ok(())
}

/// A group elsewhere is gone, as its own `Delete` or its address says; so are its links with groups hosted here.
///
/// # Errors
/// `Denied` when it is hosted here.
pub fn gone_elsewhere(tx: &mut Tx<'_>, group: GroupId) -> Result<()> {
    if actors::find(tx, group.into())?.local {
        return Err(Reason::NotHost.into());
    }
    actors::mark_gone(tx, group.into())?;
    links::acts::close(tx, None, group)
}

/// A group's row, whoever asks: for acts, which ask the policy themselves.
///
/// # Errors
/// `NotFound`.
pub fn find(tx: &mut Tx<'_>, group: GroupId) -> Result<GroupRow> {
    Ok(schema::groups::table.find(group).select(GroupRow::as_select()).first(tx.conn)?)
}

fn line(did: Did, by: Option<&Actor>, group: GroupId) -> Line {
    Line {
        did,
        by: by.cloned(),
        group: Some(group),
        thread: None,
        post: None,
        person: None,
        moderation: false,
        detail: Detail::default(),
    }
}
