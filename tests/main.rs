//! The one test binary: whole instances on SQLite, or on PostgreSQL when `TEST_DATABASE_URL` names a server.

mod elsewhere;
mod federation;
mod groups;
mod login;
mod media;
mod moderation;
mod notices;
mod pages;
mod people;
mod prune;
mod schema;
mod search;
mod settings;
mod support;
mod threads;
mod tidy;
