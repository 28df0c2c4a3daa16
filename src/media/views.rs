//! What is shown of files, and to whom.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use url::Url;

use super::{MediaKind, MediaRow};
use crate::clock::Time;
use crate::db::{Tx, VALUES, among, schema};
use crate::error::{Error, Result};
use crate::ids::{GroupId, MediaId, PersonId, PostId};
use crate::membership;
use crate::policy::federation::{Direction, Effect, Kind, Passing};
use crate::policy::{Act, Actor, Class, Role, Viewer, visibility};
use crate::rules::Policy;
use crate::urls::host_of;

/// A file in a page or document.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its id.
    pub id: MediaId,
    /// As a picture, or as a link.
    pub kind: MediaKind,
    /// The name it is downloaded as; may be empty for what stays elsewhere.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Bytes; 0 for what stays elsewhere.
    pub size: i64,
    /// Pixels; 0 when not known.
    pub width: i64,
    /// Pixels; 0 when not known.
    pub height: i64,
    /// What is on the picture.
    pub alt: String,
    /// The picture only adorns.
    pub decorative: bool,
    /// Path on this instance: the file, or where we hand on what stays elsewhere. For a document elsewhere that stands in an open group:
    /// its address there.
    pub href: String,
    /// Path of a smaller picture; the same as `href` when there is none.
    pub small: String,
    /// Where it is, for what stays elsewhere.
    pub remote_url: Option<String>,
}

impl From<MediaRow> for Shown {
    fn from(row: MediaRow) -> Self {
        let href = match &row.remote_url {
            None => format!("/media/{}/{}", row.id, row.name),
            Some(_) => format!("/media/remote/{}", row.id),
        };
        let small = if row.thumbnail.is_some() { format!("{href}?size=small") } else { href.clone() };
        Self {
            id: row.id,
            kind: row.kind,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            width: row.width,
            height: row.height,
            alt: row.alt,
            decorative: row.decorative,
            href,
            small,
            remote_url: row.remote_url,
        }
    }
}

/// The files of posts, in order. Whoever calls has checked that the posts may be seen.
///
/// # Errors
/// Only when the database does.
pub fn of_posts(tx: &mut Tx<'_>, posts: &[PostId]) -> Result<HashMap<PostId, Vec<Shown>>> {
    use schema::media::dsl;
    let mut found: HashMap<PostId, Vec<Shown>> = HashMap::new();
    for some in posts.chunks(VALUES) {
        let rows: Vec<MediaRow> = dsl::media
            .filter(among(dsl::post_id, some.iter().copied().map(Some)))
            .order((dsl::post_id, dsl::position, dsl::id))
            .select(MediaRow::as_select())
            .load(tx.conn)?;
        let elsewhere = |row: &MediaRow| row.remote_url.is_some() && row.kind == MediaKind::Document;
        // Most posts have none, and ask nothing.
        let open = if rows.iter().any(elsewhere) { open_among(tx, some)? } else { HashSet::new() };
        for row in rows {
            let Some(post) = row.post_id else { continue };
            let link = row.remote_url.clone().filter(|_| elsewhere(&row) && open.contains(&post));
            let mut shown = Shown::from(row);
            if let Some(link) = link {
                (shown.href, shown.small) = (link.clone(), link);
            }
            found.entry(post).or_default().push(shown);
        }
    }
    Ok(found)
}

/// Those of these posts that stand in an open group.
fn open_among(tx: &mut Tx<'_>, posts: &[PostId]) -> Result<HashSet<PostId>> {
    use schema::{groups, posts::dsl};
    let open: Vec<PostId> = dsl::posts
        .inner_join(groups::table)
        .filter(among(dsl::id, posts.iter().copied()))
        .filter(groups::class.eq(Class::Openbaar))
        .select(dsl::id)
        .load(tx.conn)?;
    Ok(open.into_iter().collect())
}

/// A file of one's own.
///
/// # Errors
/// `NotFound` when it isn't theirs.
pub fn own(tx: &mut Tx<'_>, person: PersonId, id: MediaId) -> Result<MediaRow> {
    use schema::media::dsl;
    let query = dsl::media.find(id).filter(dsl::owner_id.eq(person)).select(MediaRow::as_select());
    Ok(query.first(tx.conn)?)
}

/// All that a person uploaded, the oldest first: for the download of one's own data.
///
/// # Errors
/// Only when the database does.
pub fn all_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<MediaRow>> {
    use schema::media::dsl;
    let query = dsl::media
        .filter(dsl::owner_id.eq(person))
        .order((dsl::created_at, dsl::id))
        .select(MediaRow::as_select());
    Ok(query.load(tx.conn)?)
}

/// A file to be served.
#[derive(Debug, Clone)]
pub struct Served {
    /// Its row.
    pub row: MediaRow,
    /// Anybody may see it, so shared caches may keep it.
    pub public: bool,
}

/// A file, if the viewer may see what it belongs to.
///
/// A post's file: whoever reads the group; once removed only its staff, before the host took it only the author. A picture
/// of a person or group: anybody, but that of a closed group only whoever may know of it. Anything else: its owner.
///
/// # Errors
/// `NotFound` when there is none, or it isn't for this viewer.
pub fn served(tx: &mut Tx<'_>, viewer: Viewer, id: MediaId) -> Result<Served> {
    let row = readable(tx, viewer, id)?;
    let Some(post) = row.post_id else {
        let own = viewer.person().is_some() && viewer.person() == row.owner_id;
        let public = is_avatar(tx, id)?;
        if public || own {
            return Ok(Served { row, public });
        }
        let mut known = false;
        for (group, class, face) in emblem_of(tx, id)? {
            known = known || knows(tx, viewer, group, class, face)?;
            if class == Class::Openbaar {
                return Ok(Served { row, public: true });
            }
        }
        return if known { Ok(Served { row, public: false }) } else { Err(Error::NotFound) };
    };
    let public = post_is_public(tx, viewer, post)?;
    Ok(Served { row, public })
}

/// A file, unless its post is in a group that the viewer may not know of: that takes as many statements as a file that never was.
fn readable(tx: &mut Tx<'_>, viewer: Viewer, id: MediaId) -> Result<MediaRow> {
    use schema::{groups, media, posts};
    let mine = membership::views::mine(viewer, tx.now);
    let there = posts::table
        .inner_join(groups::table)
        .filter(groups::class.eq(Class::Openbaar).or(groups::id.eq_any(mine)))
        .select(posts::id.nullable());
    let query = media::table.find(id).filter(media::post_id.is_null().or(media::post_id.eq_any(there)));
    Ok(query.select(MediaRow::as_select()).first(tx.conn)?)
}

/// Whether a post's files are for anybody.
///
/// # Errors
/// `NotFound` when they aren't for this viewer.
fn post_is_public(tx: &mut Tx<'_>, viewer: Viewer, post: PostId) -> Result<bool> {
    use schema::{groups, posts};
    type Facts = (GroupId, Class, PersonId, Option<Time>, Option<Time>, Option<Time>);
    let (group, class, author, confirmed, deleted, removed): Facts = posts::table
        .inner_join(groups::table.on(groups::id.eq(posts::group_id)))
        .filter(posts::id.eq(post))
        .select((
            groups::id,
            groups::class,
            posts::author_id,
            posts::confirmed_at,
            posts::deleted_at,
            posts::removed_at,
        ))
        .first(tx.conn)?;
    let role = match viewer.person() {
        Some(person) => role_of(tx, group, person)?,
        None => None,
    };
    visibility::reads_group(class, role.is_some(), viewer.is_admin())?;
    if deleted.is_some() {
        return Err(Error::NotFound);
    }
    let staff = viewer.is_admin() || role.is_some_and(|role| role >= Role::Moderator);
    if (removed.is_some() && !staff) || (confirmed.is_none() && viewer.person() != Some(author)) {
        return Err(Error::NotFound);
    }
    Ok(class == Class::Openbaar && removed.is_none() && confirmed.is_some())
}

fn role_of(tx: &mut Tx<'_>, group: GroupId, person: PersonId) -> Result<Option<Role>> {
    use schema::memberships::dsl;
    let query = dsl::memberships
        .filter(dsl::group_id.eq(group).and(dsl::person_id.eq(person)))
        .filter(membership::belongs(tx.now))
        .select(dsl::role);
    Ok(query.first(tx.conn).optional()?)
}

/// Whether a file is a person's or group's picture now.
///
/// # Errors
/// Only when the database does.
pub fn is_picture(tx: &mut Tx<'_>, id: MediaId) -> Result<bool> {
    Ok(is_avatar(tx, id)? || !emblem_of(tx, id)?.is_empty())
}

fn is_avatar(tx: &mut Tx<'_>, id: MediaId) -> Result<bool> {
    use diesel::dsl::{exists, select};
    use schema::people;
    Ok(select(exists(people::table.filter(people::avatar_id.eq(id)))).get_result(tx.conn)?)
}

/// The groups whose picture a file is now: class, and whether outsiders may know of it.
fn emblem_of(tx: &mut Tx<'_>, id: MediaId) -> Result<Vec<(GroupId, Class, bool)>> {
    use schema::groups;
    let query = groups::table.filter(groups::emblem_id.eq(id)).order(groups::id);
    Ok(query.select((groups::id, groups::class, groups::face)).load(tx.conn)?)
}

/// Whether a viewer may know of a group.
fn knows(tx: &mut Tx<'_>, viewer: Viewer, group: GroupId, class: Class, face: bool) -> Result<bool> {
    let member = match viewer.person() {
        Some(person) => role_of(tx, group, person)?.is_some(),
        None => false,
    };
    Ok(visibility::knows_group(class, face, member).is_ok())
}

/// Where a person's or group's picture is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picture {
    /// Uploaded here: its path.
    Here(String),
    /// Elsewhere, to be shown through our proxy.
    Elsewhere(String),
}

/// A person's picture.
///
/// # Errors
/// `NotFound` when there is none, the person is suspended or gone, or no pictures of their server are shown.
pub fn avatar(tx: &mut Tx<'_>, person: PersonId) -> Result<Picture> {
    use schema::{actors, people};
    let (host, id, url): (String, Option<MediaId>, Option<String>) = people::table
        .inner_join(actors::table)
        .filter(people::id.eq(person).and(people::suspended_at.is_null()).and(actors::gone_at.is_null()))
        .select((actors::host, people::avatar_id, people::avatar_url))
        .first(tx.conn)?;
    picture(tx, &host, id, url, None)
}

/// A group's picture for a viewer, and in what it stands when it isn't for anybody.
///
/// # Errors
/// As [`emblem`], and `NotFound` when the viewer may not know of the group.
pub fn emblem_for(tx: &mut Tx<'_>, viewer: Viewer, group: GroupId) -> Result<(Picture, Option<Within>)> {
    use schema::{actors, groups};
    // Rights are asked in the query, so that what must not be known takes as many statements as what never was.
    let mine = membership::views::mine(viewer, tx.now);
    let known = groups::class.eq(Class::Openbaar).or(groups::face.eq(true)).or(groups::id.eq_any(mine));
    let (class, host): (Class, String) = groups::table
        .inner_join(actors::table)
        .filter(groups::id.eq(group).and(known))
        .select((groups::class, actors::host))
        .first(tx.conn)?;
    let within = (class != Class::Openbaar).then_some(Within { group, host, post: None });
    Ok((emblem(tx, group)?, within))
}

/// A group's picture, whoever asks.
///
/// # Errors
/// `NotFound` when there is none, the group is gone, or no pictures of its server are shown.
pub fn emblem(tx: &mut Tx<'_>, group: GroupId) -> Result<Picture> {
    use schema::{actors, groups};
    let (host, class, id, url): (String, Class, Option<MediaId>, Option<String>) = groups::table
        .inner_join(actors::table)
        .filter(groups::id.eq(group).and(actors::gone_at.is_null()))
        .select((actors::host, groups::class, groups::emblem_id, groups::emblem_url))
        .first(tx.conn)?;
    picture(tx, &host, id, url, Some((group, class)))
}

fn picture(
    tx: &mut Tx<'_>,
    host: &str,
    id: Option<MediaId>,
    url: Option<String>,
    ground: Option<(GroupId, Class)>,
) -> Result<Picture> {
    if let Some(id) = id {
        let name: String = schema::media::table.find(id).select(schema::media::name).first(tx.conn)?;
        return Ok(Picture::Here(format!("/media/{id}/{name}")));
    }
    let url = url.ok_or(Error::NotFound)?;
    must_be_shown(tx, host, &url, ground, None)?;
    Ok(Picture::Elsewhere(url))
}

/// In what a file elsewhere stands.
#[derive(Debug, Clone)]
pub struct Within {
    /// The group.
    pub group: GroupId,
    /// The server of whoever showed it there.
    pub host: String,
    /// Id on the wire of its post; none for the picture of the group itself.
    pub post: Option<String>,
}

/// A picture or document of a post that stays elsewhere.
#[derive(Debug, Clone)]
pub struct Elsewhere {
    /// Which of the two.
    pub kind: MediaKind,
    /// The end of its address, which nobody has looked at.
    pub name: String,
    /// Its media type, as its origin says.
    pub media_type: String,
    /// Where it is.
    pub url: String,
    /// Anybody may see it, so shared caches may keep it.
    pub public: bool,
    /// Class of the group that it stands in.
    pub class: Class,
    /// In what it stands.
    pub within: Within,
}

/// What a post shows that stays elsewhere, to be handed on by us: its pictures, and in a closed group its documents, too, which its origin
/// shows to no browser. Those of open groups are read at their origin.
///
/// # Errors
/// `NotFound` when there is none, it isn't for this viewer, or no files of the author's server are shown.
pub fn elsewhere(tx: &mut Tx<'_>, viewer: Viewer, id: MediaId) -> Result<Elsewhere> {
    let Served { row, public } = served(tx, viewer, id)?;
    let found = placed(tx, row, public)?;
    if found.class != Class::Openbaar {
        // Nobody reads across an agreement that has ended, whatever their membership says.
        let by = Actor::here(viewer.person().ok_or(Error::NotFound)?);
        membership::standing(tx, &by, found.within.group)?.may(Act::Read)?;
    } else if found.kind == MediaKind::Document {
        return Err(Error::NotFound);
    }
    Ok(found)
}

/// What a post that is shown names as a file of it elsewhere, by the post's id on the wire and the address: for other servers, whose
/// rights whoever calls asks about.
///
/// # Errors
/// `NotFound` when there is none, its post isn't shown, or no files of the author's server are.
pub fn passed_on(tx: &mut Tx<'_>, post: &str, url: &str) -> Result<Elsewhere> {
    use schema::{media, posts};
    let row: MediaRow = media::table
        .inner_join(posts::table)
        .filter(posts::uri.eq(post).and(posts::confirmed_at.is_not_null()))
        .filter(posts::deleted_at.is_null().and(posts::removed_at.is_null()))
        .filter(media::remote_url.eq(url))
        .select(MediaRow::as_select())
        .first(tx.conn)?;
    placed(tx, row, false)
}

/// Where a post's file elsewhere stands, unless nothing of its kind is shown from there.
fn placed(tx: &mut Tx<'_>, row: MediaRow, public: bool) -> Result<Elsewhere> {
    use schema::{actors, groups, posts};
    let (Some(url), Some(post)) = (row.remote_url, row.post_id) else { return Err(Error::NotFound) };
    type Facts = (String, String, GroupId, Class, Option<PostId>);
    let (host, uri, group, class, parent): Facts = posts::table
        .inner_join(
            schema::people::table.inner_join(actors::table).on(schema::people::id.eq(posts::author_id)),
        )
        .inner_join(groups::table.on(groups::id.eq(posts::group_id)))
        .filter(posts::id.eq(post))
        .select((actors::host, posts::uri, posts::group_id, groups::class, posts::parent_id))
        .first(tx.conn)?;
    let kind = if parent.is_none() { Kind::Topic } else { Kind::Reply };
    must_be_shown(tx, &host, &url, Some((group, class)), Some(kind))?;
    let within = Within { group, host, post: Some(uri) };
    Ok(Elsewhere { kind: row.kind, name: row.name, media_type: row.media_type, url, public, class, within })
}

/// The file of a post that is shown, and where: for other servers, whose rights whoever calls asks about. A picture of a person or of an
/// open group is for anybody; that of a closed one stands in it.
///
/// # Errors
/// `NotFound` when there is none, or its post isn't shown.
pub fn outward(tx: &mut Tx<'_>, id: MediaId) -> Result<(MediaRow, Option<(GroupId, Class)>)> {
    use schema::{groups, posts};
    let row: MediaRow = schema::media::table.find(id).select(MediaRow::as_select()).first(tx.conn)?;
    let Some(post) = row.post_id else {
        if is_avatar(tx, id)? {
            return Ok((row, None));
        }
        let emblems = emblem_of(tx, id)?;
        let open = emblems.iter().any(|(_, class, _)| *class == Class::Openbaar);
        let (group, class, _) = emblems.into_iter().next().ok_or(Error::NotFound)?;
        return Ok((row, (!open).then_some((group, class))));
    };
    let place = posts::table
        .inner_join(groups::table.on(groups::id.eq(posts::group_id)))
        .filter(posts::id.eq(post).and(posts::confirmed_at.is_not_null()))
        .filter(posts::deleted_at.is_null().and(posts::removed_at.is_null()))
        .select((groups::id, groups::class))
        .first(tx.conn)?;
    Ok((row, Some(place)))
}

/// Refuses a file elsewhere when nothing, or nothing but text, is taken from the server of whoever showed it or from the one that it
/// lies on, or is read there. `host` is the former; `ground` is the group that the file stands in.
fn must_be_shown(
    tx: &mut Tx<'_>,
    host: &str,
    url: &str,
    ground: Option<(GroupId, Class)>,
    kind: Option<Kind>,
) -> Result<()> {
    let urls = tx.urls;
    let lies = Url::parse(url).ok().and_then(|url| host_of(&url));
    let hosts = [Some(host), lies.as_deref()].into_iter().flatten();
    let hosts: Vec<&str> = hosts.filter(|host| *host != urls.domain()).collect();
    let policy = Policy::of(tx, hosts.iter().copied())?;
    let refused = |host: &&str, direction| {
        let effect = policy.judge(host, Passing { direction, ground, kind }).effect;
        matches!(effect, Effect::NoMedia | Effect::Refuse)
    };
    let refused = hosts.iter().any(|host| refused(host, Direction::In) || refused(host, Direction::Fetch));
    if refused { Err(Error::NotFound) } else { Ok(()) }
}

/// Which of these names below the media folder no row has.
pub(super) fn unknown(tx: &mut Tx<'_>, names: Vec<String>) -> Result<Vec<String>> {
    use schema::media::dsl;
    let rows: Vec<(Option<String>, Option<String>)> = dsl::media
        .filter(dsl::file.eq_any(&names).or(dsl::thumbnail.eq_any(&names)))
        .select((dsl::file, dsl::thumbnail))
        .load(tx.conn)?;
    let known: HashSet<String> = rows.into_iter().flat_map(|(file, small)| [file, small]).flatten().collect();
    Ok(names.into_iter().filter(|name| !known.contains(name)).collect())
}

/// Names of all files below the media folder that rows have.
///
/// # Errors
/// Only when the database does.
pub fn stored(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    use schema::media::dsl;
    let rows: Vec<(Option<String>, Option<String>)> = dsl::media
        .filter(dsl::file.is_not_null().or(dsl::thumbnail.is_not_null()))
        .select((dsl::file, dsl::thumbnail))
        .load(tx.conn)?;
    Ok(rows.into_iter().flat_map(|(file, small)| [file, small]).flatten().collect())
}
