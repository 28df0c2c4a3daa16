//! The instance itself: its settings, limits and pages of text, its Application actor. Owns `settings`, `pages`, `limit_hits`.
//!
//! What stands in the configuration file belongs to the machine; what stands here an administrator changes in the browser.

pub mod acts;
pub mod limits;
pub mod pages;
pub mod probe;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::actors::{self, ActorKind, ActorRow};
use crate::db::types::Json;
use crate::db::{Lock, Native, Tx, lock, schema};
use crate::error::{Error, Result};
use crate::keys::ActorKeys;
use crate::text::personal::Pattern;
use crate::text_enum;

text_enum! {
    /// Who can get an account.
    SignUp {
        /// Everybody.
        Open = "open",
        /// Whom an administrator approves.
        Approval = "approval",
        /// Nobody, but those whom an administrator adds.
        Closed = "closed",
    }
}

/// What an administrator decides about the instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// Its name, as it stands in the header.
    pub name: String,
    /// Who runs it, in a few words.
    pub tagline: String,
    /// What it is for, in a sentence or two.
    pub description: String,
    /// Who can get an account.
    pub sign_up: SignUp,
    /// Who may make groups: every member, or administrators only.
    pub members_make_groups: bool,
    /// Address for questions, on the contact page and in `security.txt`.
    pub contact_email: String,
    /// Address for reports of weaknesses, in `security.txt` (RFC 9116). Empty: the contact address.
    pub security_contact: String,
    /// The language of pages for whoever hasn't chosen one.
    pub language: String,
    /// How numbers of cases and clients look, so that nobody posts one by mistake: [`Pattern`]s.
    pub case_numbers: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "Vakplein".to_owned(),
            tagline: String::new(),
            description: String::new(),
            sign_up: SignUp::Open,
            members_make_groups: true,
            contact_email: String::new(),
            security_contact: String::new(),
            language: "nl".to_owned(),
            case_numbers: Vec::new(),
        }
    }
}

impl Settings {
    /// The settings as they are kept; what was never set is as at first.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn of(kept: Option<&Json>) -> Result<Self> {
        Ok(kept.map(Json::read).transpose()?.unwrap_or_default())
    }
}

/// The settings as they are kept, for a query that reads them along with something else: [`Settings::of`] reads what it gives.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn kept() -> _ {
    schema::settings::table
        .filter(schema::settings::key.eq("instance"))
        .select(schema::settings::value)
        .single_value()
}

/// The settings as they are now.
///
/// # Errors
/// Only when the database does.
pub fn settings(tx: &mut Tx<'_>) -> Result<Settings> {
    Ok(value(tx, "instance")?.unwrap_or_default())
}

/// How numbers of cases and clients look here.
///
/// # Errors
/// Only when the database does.
pub fn case_numbers(tx: &mut Tx<'_>) -> Result<Vec<Pattern>> {
    let settings = settings(tx)?;
    Ok(settings.case_numbers.iter().filter_map(|text| Pattern::parse(text)).collect())
}

/// Changes the settings. Whoever calls has checked that it may.
///
/// # Errors
/// Only when the database does.
pub fn save_settings(tx: &mut Tx<'_>, settings: &Settings) -> Result<()> {
    put(tx, "instance", settings)
}

/// Holds the database to the domain it was made for: ids on the wire can't change.
///
/// # Errors
/// The database's domain, when it is another.
pub fn pin_domain(tx: &mut Tx<'_>) -> Result<Result<(), String>> {
    lock(tx, Lock::Settings, "domain")?;
    let ours = format!("{}://{}", tx.urls.scheme(), tx.urls.domain());
    match value::<String>(tx, "domain")? {
        Some(pinned) if pinned != ours => Ok(Err(pinned)),
        Some(_) => Ok(Ok(())),
        None => put(tx, "domain", &ours).map(Ok),
    }
}

/// The address that the database was made for, as `scheme://domain`; `None` before the first start.
///
/// # Errors
/// Only when the database does.
pub fn pinned_domain(tx: &mut Tx<'_>) -> Result<Option<String>> {
    value(tx, "domain")
}

/// Which version of the analyser made the search terms; `None` in a database that is older than that is noted.
///
/// # Errors
/// Only when the database does.
pub fn indexed_by(tx: &mut Tx<'_>) -> Result<Option<i64>> {
    value(tx, "analyser")
}

/// Notes which version of the analyser makes the search terms from now on.
///
/// # Errors
/// Only when the database does.
pub fn note_indexed_by(tx: &mut Tx<'_>, version: i64) -> Result<()> {
    put(tx, "analyser", &version)
}

/// The name that the Application actor has in handles: the host, as Mastodon and Lemmy expect, `.` and `-` included.
pub fn actor_name(domain: &str) -> String {
    domain.split(':').next().unwrap_or(domain).to_owned()
}

/// The Application actor, once it was made.
///
/// # Errors
/// `NotFound` before the first start.
pub fn actor(tx: &mut Tx<'_>) -> Result<ActorRow> {
    let uri = tx.urls.instance();
    actors::by_uri(tx, &uri)?.ok_or(Error::NotFound)
}

/// Makes the Application actor with these keys, unless there is one.
///
/// # Errors
/// Only when the database does.
pub fn ensure_actor(tx: &mut Tx<'_>, keys: &ActorKeys) -> Result<()> {
    let name = actor_name(tx.urls.domain());
    lock(tx, Lock::Settings, "actor")?;
    match actor(tx) {
        Ok(_) => Ok(()),
        Err(Error::NotFound) => {
            actors::create_local(tx, ActorKind::Application, &name, keys, true).map(|_row| ())
        }
        Err(error) => Err(error),
    }
}

fn value<T: serde::de::DeserializeOwned>(tx: &mut Tx<'_>, key: &str) -> Result<Option<T>> {
    use schema::settings::dsl;
    let found: Option<Json> = dsl::settings.find(key).select(dsl::value).first(tx.conn).optional()?;
    found.map(|json| json.read()).transpose()
}

fn put<T: Serialize>(tx: &mut Tx<'_>, key: &str, value: &T) -> Result<()> {
    use schema::settings::dsl;
    let row = (dsl::key.eq(key), dsl::value.eq(Json::of(value)?), dsl::updated_at.eq(tx.now));
    let change = (dsl::value.eq(Json::of(value)?), dsl::updated_at.eq(tx.now));
    let upsert = diesel::insert_into(dsl::settings).values(row).on_conflict(dsl::key).do_update().set(change);
    Native(upsert).execute(tx.conn)?;
    Ok(())
}
