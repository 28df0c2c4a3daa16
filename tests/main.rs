//! The one test binary: whole instances on SQLite, or on PostgreSQL when `TEST_DATABASE_URL` names a server.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "in a test a panic is the report, and a test may start what it measures"
)]

mod admin_commands;
mod admin_federation;
mod admin_pages;
mod admin_peers;
mod agreements;
mod audit;
mod audit_chain;
mod backup;
mod clock_jumps;
mod closed_groups;
mod closed_rights;
mod doctor;
mod elsewhere;
mod federation;
mod group_pages;
mod groups;
mod hostile_files;
mod intruders;
mod invitations;
mod leaks;
mod limits;
mod link_pages;
mod links;
mod load;
mod login;
mod mails;
mod media;
mod membership_end;
mod moderation;
mod moderation_pages;
mod notices;
mod pages;
mod people;
mod personal_data;
mod promotions;
mod prune;
mod rule_changes;
mod rule_files;
mod rules;
mod schema;
mod search;
mod settings;
mod shown;
mod support;
mod thread_pages;
mod threads;
mod tidy;
mod versions;
mod writing;
