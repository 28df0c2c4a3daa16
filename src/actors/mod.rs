//! Actors: the addresses and keys of whoever can speak on the wire. Owns `actors` and `actor_keys`.
//!
//! People and groups share this table and, on one instance, one name space. What a person or group *is* stands in
//! `people` and `groups`, under the same id.

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{Lock, MultiBackend, Native, Tx, lock, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::ActorId;
use crate::keys::ActorKeys;
use crate::policy::limits;
use crate::text_enum;

text_enum! {
    /// What kind of actor it is.
    ActorKind {
        /// A person, or a service that acts like one.
        Person = "person",
        /// A group.
        Group = "group",
        /// An instance.
        Application = "application",
    }
}

/// Whoever can speak on the wire.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::actors, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct ActorRow {
    /// Also the id of the person or group.
    pub id: ActorId,
    /// What kind it is.
    pub kind: ActorKind,
    /// Whether it is of this instance.
    pub local: bool,
    /// `host[:port]`, ours for local actors.
    pub host: String,
    /// `preferredUsername`.
    pub name: String,
    /// The name in lower case, for comparing.
    pub name_folded: String,
    /// Id on the wire.
    pub uri: String,
    /// Page for people.
    pub url: String,
    /// Where activities for it go.
    pub inbox: String,
    /// Where activities for its whole server go, if it has such a place.
    pub shared_inbox: Option<String>,
    /// Its outbox.
    pub outbox: Option<String>,
    /// Its followers collection.
    pub followers: Option<String>,
    /// Id of its RSA key.
    pub rsa_key_uri: Option<String>,
    /// Its RSA key, SPKI PEM.
    pub rsa_key: Option<String>,
    /// Id of its Ed25519 key.
    pub ed_key_uri: Option<String>,
    /// Its Ed25519 key, Multikey.
    pub ed_key: Option<String>,
    /// Where it moved to.
    pub moved_to: Option<String>,
    /// When its document was last read; `None` for local actors.
    pub fetched_at: Option<Time>,
    /// When its key was last refetched after a signature that failed.
    pub key_tried_at: Option<Time>,
    /// When it was deleted.
    pub gone_at: Option<Time>,
    /// When it came to be known here.
    pub created_at: Time,
}

impl ActorRow {
    /// Where to deliver: the shared inbox when there is one.
    pub fn delivery_inbox(&self) -> &str {
        self.shared_inbox.as_deref().unwrap_or(&self.inbox)
    }

    /// `@name@host`.
    pub fn handle(&self) -> String {
        format!("@{}@{}", self.name, self.host)
    }
}

/// Private keys of a local actor, PKCS#8 PEM.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::actor_keys, check_for_backend(MultiBackend))]
pub struct PrivateKeys {
    /// RSA.
    pub rsa_private: String,
    /// Ed25519.
    pub ed_private: String,
}

/// Names that would be mistaken for the instance itself or for its staff.
const RESERVED: &[&str] = &[
    "admin",
    "administrator",
    "root",
    "system",
    "vakplein",
    "support",
    "help",
    "helpdesk",
    "beheer",
    "beheerder",
    "moderator",
    "abuse",
    "postmaster",
    "webmaster",
    "security",
    "noreply",
    "api",
    "www",
    "mail",
    "new",
    "settings",
];

/// Checks a name for a person or group: what Mastodon can mention, that is `[a-z0-9_]+([.-]+[a-z0-9_]+)*`.
///
/// # Errors
/// `Invalid` on the field `name`.
pub fn check_name(name: &str) -> Result<()> {
    let mut errors = FieldErrors::default();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() {
        errors.add("name", "error-name-missing");
    } else if name.chars().count() > limits::NAME {
        errors.add_limit("name", "error-name-long", i64::try_from(limits::NAME).unwrap_or(i64::MAX));
    } else if !name.chars().all(|c| plain(c) || c == '.' || c == '-')
        || !name.starts_with(plain)
        || !name.ends_with(plain)
    {
        errors.add("name", "error-name-characters");
    }
    errors.into_result()
}

/// Checks that a name can be given to a person or group of this instance now. `trusted` skips the list of reserved names.
///
/// Whether it is reserved, had or had by somebody who must not be known isn't told, nor by how long it takes.
///
/// # Errors
/// `Invalid` on the field `name`.
pub fn check_free(tx: &mut Tx<'_>, name: &str, trusted: bool) -> Result<()> {
    check_name(name)?;
    let reserved = !trusted && RESERVED.contains(&name.to_ascii_lowercase().as_str());
    let taken = local_by_name(tx, name)?.is_some();
    if reserved || taken { Err(Error::field("name", "error-name-unavailable")) } else { Ok(()) }
}

/// Makes a local actor with its keys, and takes its name.
///
/// `name` is checked here. `trusted` skips the list of reserved names (the command line, the instance itself).
///
/// # Errors
/// `Invalid` when the name can't be used or is taken.
pub fn create_local(
    tx: &mut Tx<'_>,
    kind: ActorKind,
    name: &str,
    keys: &ActorKeys,
    trusted: bool,
) -> Result<ActorRow> {
    let folded = name.to_ascii_lowercase();
    lock(tx, Lock::Name, &folded)?;
    check_free(tx, name, trusted)?;
    let uri = match kind {
        ActorKind::Person => tx.urls.person(name),
        ActorKind::Group => tx.urls.group(name),
        ActorKind::Application => tx.urls.instance(),
    };
    let path = if kind == ActorKind::Application { tx.urls.absolute("/actor") } else { uri.clone() };
    let row = ActorRow {
        id: ActorId::fresh(),
        kind,
        local: true,
        host: tx.urls.domain().to_owned(),
        name: name.to_owned(),
        name_folded: folded,
        url: uri.clone(),
        inbox: format!("{path}/inbox"),
        shared_inbox: Some(tx.urls.inbox()),
        outbox: Some(format!("{path}/outbox")),
        followers: Some(format!("{path}/followers")),
        rsa_key_uri: Some(format!("{uri}#main-key")),
        rsa_key: Some(keys.rsa_public.clone()),
        ed_key_uri: Some(format!("{uri}#ed25519-key")),
        ed_key: Some(keys.ed25519_public.clone()),
        moved_to: None,
        fetched_at: None,
        key_tried_at: None,
        gone_at: None,
        created_at: tx.now,
        uri,
    };
    diesel::insert_into(schema::actors::table).values(&row).execute(tx.conn)?;
    diesel::insert_into(schema::actor_keys::table)
        .values((
            schema::actor_keys::actor_id.eq(row.id),
            schema::actor_keys::rsa_private.eq(&keys.rsa_private),
            schema::actor_keys::ed_private.eq(&keys.ed25519_private),
            schema::actor_keys::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(row)
}

/// Stores a remote actor as its document says, or brings what is known up to date. The id on the wire decides which it is;
/// a known actor keeps its id here, its kind and its `gone_at`.
///
/// # Errors
/// `Conflict` when the document would turn an actor into one of another kind, or is about a local actor.
pub fn save_remote(tx: &mut Tx<'_>, row: &ActorRow) -> Result<ActorId> {
    use schema::actors::dsl;
    if let Some(known) = by_uri(tx, &row.uri)? {
        if known.local || known.kind != row.kind {
            return Err(Error::Conflict);
        }
        diesel::update(dsl::actors.find(known.id))
            .set((
                dsl::name.eq(&row.name),
                dsl::name_folded.eq(&row.name_folded),
                dsl::url.eq(&row.url),
                dsl::inbox.eq(&row.inbox),
                dsl::shared_inbox.eq(&row.shared_inbox),
                dsl::outbox.eq(&row.outbox),
                dsl::followers.eq(&row.followers),
                dsl::rsa_key_uri.eq(&row.rsa_key_uri),
                dsl::rsa_key.eq(&row.rsa_key),
                dsl::ed_key_uri.eq(&row.ed_key_uri),
                dsl::ed_key.eq(&row.ed_key),
                dsl::moved_to.eq(&row.moved_to),
                dsl::fetched_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
        return Ok(known.id);
    }
    let insert = diesel::insert_into(dsl::actors).values(row).on_conflict(dsl::uri).do_nothing();
    if Native(insert).execute(tx.conn)? == 1 {
        return Ok(row.id);
    }
    // Somebody else stored it between our look and our insert.
    by_uri(tx, &row.uri)?.map(|known| known.id).ok_or(Error::Conflict)
}

/// The actor with this id.
///
/// # Errors
/// `NotFound`.
pub fn find(tx: &mut Tx<'_>, id: ActorId) -> Result<ActorRow> {
    Ok(schema::actors::table.find(id).select(ActorRow::as_select()).first(tx.conn)?)
}

/// The actors with these ids; those that aren't there are left out.
///
/// # Errors
/// Only when the database does.
pub fn many(tx: &mut Tx<'_>, ids: &[ActorId]) -> Result<Vec<ActorRow>> {
    use schema::actors::dsl;
    let query = dsl::actors.filter(dsl::id.eq_any(ids)).order(dsl::id).select(ActorRow::as_select());
    Ok(query.load(tx.conn)?)
}

/// The actor with this id on the wire.
///
/// # Errors
/// Only when the database does.
pub fn by_uri(tx: &mut Tx<'_>, uri: &str) -> Result<Option<ActorRow>> {
    let query = schema::actors::table.filter(schema::actors::uri.eq(uri)).select(ActorRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// The local actor of this name, deleted ones included: their names aren't given out again.
///
/// # Errors
/// Only when the database does.
pub fn local_by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<ActorRow>> {
    use schema::actors::dsl;
    let query = dsl::actors
        .filter(dsl::local.eq(true).and(dsl::name_folded.eq(name.to_ascii_lowercase())))
        .select(ActorRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// Actors of this handle. A remote server may have a person and a group of one name.
///
/// # Errors
/// Only when the database does.
pub fn by_handle(tx: &mut Tx<'_>, name: &str, host: &str) -> Result<Vec<ActorRow>> {
    use schema::actors::dsl;
    let query = dsl::actors
        .filter(dsl::host.eq(host.to_ascii_lowercase()))
        .filter(dsl::name_folded.eq(name.to_ascii_lowercase()))
        .order(dsl::id)
        .select(ActorRow::as_select());
    Ok(query.load(tx.conn)?)
}

/// The private keys of a local actor.
///
/// # Errors
/// `NotFound` when it is remote or gone.
pub fn private_keys(tx: &mut Tx<'_>, id: ActorId) -> Result<PrivateKeys> {
    Ok(schema::actor_keys::table.find(id).select(PrivateKeys::as_select()).first(tx.conn)?)
}

/// Notes that an actor was deleted. Its private keys stay until its `Delete` has been delivered, then [`forget_keys`].
///
/// # Errors
/// Only when the database does.
pub fn mark_gone(tx: &mut Tx<'_>, id: ActorId) -> Result<()> {
    use schema::actors::dsl;
    diesel::update(dsl::actors.find(id)).set(dsl::gone_at.eq(tx.now)).execute(tx.conn)?;
    Ok(())
}

/// Removes the private keys of an actor that has nothing more to say.
///
/// # Errors
/// Only when the database does.
pub fn forget_keys(tx: &mut Tx<'_>, id: ActorId) -> Result<()> {
    diesel::delete(schema::actor_keys::table.find(id)).execute(tx.conn)?;
    Ok(())
}
