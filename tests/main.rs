//! The one test binary: whole instances on SQLite, or on PostgreSQL when `TEST_DATABASE_URL` names a server.

mod elsewhere;
mod federation;
mod group_pages;
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
mod support;
mod thread_pages;
mod threads;
mod tidy;
