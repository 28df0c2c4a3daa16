//! The one test binary: whole instances on SQLite, or on PostgreSQL when `TEST_DATABASE_URL` names a server.

mod pages;
mod people;
mod schema;
mod support;
mod tidy;
