//! ActivityPub: how this server speaks with other servers. It has no rules of its own.

pub mod activities;
pub mod apply;
pub mod arrival;
mod asker;
pub mod audience;
pub mod backfill;
pub mod backlog;
pub mod client;
pub mod copies;
pub mod crossing;
pub mod delivery;
pub mod discovery;
pub mod documents;
pub mod fetch;
pub mod files;
pub mod gathering;
mod glance;
pub mod guard;
pub mod inbox;
pub mod meet;
pub mod objects;
pub mod outbound;
pub mod proofs;
pub mod quirks;
pub mod resolve;
pub mod signatures;
pub mod signers;
pub mod state;
pub mod store;
mod tally;
mod verdict;
pub mod verify;
mod waiting;
pub mod wire;

use axum::Router;

use crate::app::App;

/// What is served to whoever asks for ActivityPub documents.
pub fn documents() -> Router<App> {
    documents::routes().merge(discovery::routes())
}

/// The inbox and discovery.
pub fn routes() -> Router<App> {
    discovery::routes().merge(inbox::routes())
}
