//! People: accounts, log-in, sessions, tokens, profiles, blocks, leaving; and what administrators do with them.

mod admins;
mod api;
mod command_line;
mod profiles;
mod signing_in;
