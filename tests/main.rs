//! The one test binary: whole instances on SQLite, or on PostgreSQL when `TEST_DATABASE_URL` names a server.

mod elsewhere;
mod federation;
mod groups;
mod media;
mod moderation;
mod notices;
mod login;
mod pages;
mod people;
mod schema;
mod search;
mod support;
mod threads;
mod tidy;
