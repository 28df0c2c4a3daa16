//! Text in and out: Markdown to safe HTML, cleaning of remote HTML, plain text, mentions, diffs, search terms, personal data.
//!
//! Owns the rules for what markup may appear on a page and what of it may leave for other servers. Everything here is a
//! pure function of its input: no database, no network, no clock. Who a mention points at is the caller's to know.

mod allow;
pub mod analyse;
pub mod diff;
pub mod excerpt;
mod formatter;
pub mod html;
pub mod line;
pub mod markdown;
pub mod mentions;
pub mod microblog;
pub mod personal;
pub mod plain;
mod walk;

#[cfg(test)]
mod attacks;
