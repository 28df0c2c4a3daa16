//! A backup: one file with the database and the media folder as they were at one moment, and the way back from it.
//!
//! It is a zip archive: `tables/NAME.jsonl` has a table's rows, a line each (`db::dump`), `media/…` the files as they stand below
//! the media folder, and `backup.json` the [`Manifest`]. What can be fetched or made anew is left out: what the proxy fetched from
//! elsewhere, and the full-text indexes. The same file can be restored into either database.
//!
//! It holds everything that the instance knows, private keys included: whoever has the file has the instance.

mod restore;
mod save;

use serde::{Deserialize, Serialize};

pub use self::restore::{Restored, restore, verify};
pub use self::save::{Saved, save};

/// The form of the archive. One that differs is refused.
const FORMAT: u32 = 1;

/// Where the manifest stands in the archive.
const MANIFEST: &str = "backup.json";

/// What an archive says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    /// [`FORMAT`].
    format: u32,
    /// Version of the program that made it.
    version: String,
    /// When, RFC 3339.
    made_at: String,
    /// Whose it is, as `scheme://domain`.
    base: String,
    /// Which migrations the database had, by their numbers.
    migrations: Vec<String>,
    /// Its tables.
    tables: Vec<Part>,
    /// How many files of the media folder are in it.
    files: u64,
}

/// A table in the archive.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Part {
    /// Its name.
    name: String,
    /// Its columns, in order of the alphabet.
    columns: Vec<String>,
    /// How many rows are in it.
    rows: u64,
}

impl Manifest {
    fn rows(&self) -> u64 {
        self.tables.iter().map(|part| part.rows).sum()
    }
}

/// Where a table's rows stand in the archive.
fn place_of(table: &str) -> String {
    format!("tables/{table}.jsonl")
}

/// Why a backup is refused; each says what to do.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("{0} is there already; name a file that isn't")]
    FileExists(String),
    #[error("this isn't a backup of Vakplein, or it is damaged: {0}")]
    Damaged(String),
    #[error("this backup was made by version {0}, which this one ({own}) doesn't know yet; update first", own = env!("CARGO_PKG_VERSION"))]
    Newer(String),
    #[error(
        "this backup is of {backup}, and the configuration says {configured}; set server.domain and server.scheme to those of the \
         backup: ids on other servers can't change"
    )]
    OtherInstance {
        /// Whose backup it is.
        backup: String,
        /// What the configuration says.
        configured: String,
    },
    #[error(
        "the database that database.url names isn't empty ({0} has rows); name one that is, nothing was changed"
    )]
    NotEmpty(String),
    #[error(
        "the database that database.url names was brought up to date beyond this backup; name an empty one, nothing was changed"
    )]
    Ahead,
}

impl From<Refusal> for crate::error::Error {
    fn from(refusal: Refusal) -> Self {
        Self::internal(refusal)
    }
}
