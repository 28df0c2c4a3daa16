//! What Diesel must know of the columns, a file per feature. Code names tables by `db::schema`, not by these files.

#![allow(clippy::wildcard_imports, reason = "each table names its SQL types by their own names")]
#![expect(missing_docs, reason = "the migrations document the tables and columns")]

pub(super) mod actors;
pub(super) mod federation;
pub(super) mod groups;
pub(super) mod instance;
pub(super) mod links;
pub(super) mod machinery;
pub(super) mod media;
pub(super) mod membership;
pub(super) mod moderation;
pub(super) mod notices;
pub(super) mod people;
pub(super) mod rules;
pub(super) mod search;
pub(super) mod threads;
