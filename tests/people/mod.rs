//! People: accounts, log-in, sessions, tokens, profiles, blocks, leaving; and what administrators do with them.

mod api;
mod signing_in;
