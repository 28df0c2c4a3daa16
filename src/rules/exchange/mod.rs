//! Rules in files: lists of servers as Mastodon writes them, lists of who may come, and a whole policy that a sector shares, signed.
//!
//! Reading one gives the changes that would make ours like it; they are tried and applied like any other ([`super::changes`]), so
//! nothing is taken over unseen. What is in a file never ends a rule that it doesn't speak of.

pub mod csv;
pub mod file;

use super::changes::Change;

/// What was read from a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// What would change; what is so already isn't in it.
    pub changes: Vec<Change>,
    /// How many lines say what is so already.
    pub same: usize,
    /// Lines that can't be used: number, counted from 1, and locale key of what is wrong with it.
    pub wrong: Vec<(usize, &'static str)>,
}
