//! Sizes and times: one place for every number that bounds what people and servers may send, but for how often (`rates`).

/// Longest title of a topic, in characters.
pub const TITLE: usize = 200;
/// Longest text of a post, in characters of Markdown.
pub const POST: usize = 50_000;
/// Longest HTML of a post from another server, in bytes; what is longer is cut before it is cleaned.
pub const REMOTE_HTML: usize = 128 * 1024;
/// Longest name of a person or group, in characters.
pub const NAME: usize = 50;
/// Longest display name, employer, function or group title.
pub const LABEL: usize = 100;
/// Longest mission of a group.
pub const MISSION: usize = 300;
/// Longest bio, description, ground rules or page text.
pub const TEXT: usize = 20_000;
/// Longest reason or motivation.
pub const REASON: usize = 2_000;
/// Longest alternative text of a picture.
pub const ALT: usize = 1_500;
/// Shortest password, in characters (NIST SP 800-63B §3.1.1.2).
pub const PASSWORD_MIN: usize = 12;
/// Longest password, in bytes: more would only make hashing slow.
pub const PASSWORD_MAX: usize = 1_024;
/// Longest pattern of case numbers, in characters.
pub const CASE_NUMBER: usize = 40;
/// Patterns of case numbers of an instance.
pub const CASE_NUMBERS: usize = 20;
/// Files with one post.
pub const FILES: usize = 8;
/// Largest upload, in bytes.
pub const FILE: usize = 20 * 1024 * 1024;
/// Largest form with files, all of them together, in bytes: they are in memory until they are stored.
pub const UPLOAD: usize = 40 * 1024 * 1024;
/// Replies below replies, at most; deeper ones hang under the last that fits.
pub const DEPTH: i64 = 50;
/// Mentions in one post that are told to the people mentioned.
pub const MENTIONS: usize = 20;
/// Invitations into one group that wait to be used.
pub const INVITATIONS: i64 = 200;
/// How long an invitation is good when nothing else was said, in days.
pub const INVITATION_DAYS: i64 = 14;
/// How long an invitation can be good at most, in days.
pub const INVITATION_DAYS_MOST: i64 = 30;
/// How long an invitation is kept once it was used or withdrawn or is over, in days.
pub const INVITATION_KEPT: i64 = 30;
/// Links of one group that were accepted or that it asked for; as many again may wait for its answer.
pub const LINKS: i64 = 100;
/// Words by which a link chooses topics.
pub const LINK_WORDS: usize = 20;
/// Longest of those words or phrases, in characters.
pub const LINK_WORD: usize = 60;
/// How long what a rule has wait is kept for a moderator, in days.
pub const HELD_DAYS: i64 = 30;
/// Rows on a page of a list.
pub const PAGE: usize = 20;
/// Replies on one page of a thread.
pub const REPLIES: usize = 500;

/// How long a session lasts after it was last seen, in seconds: 30 days.
pub const SESSION: i64 = 30 * 86_400;
/// How long one has to give the second factor, in seconds.
pub const SESSION_UNVERIFIED: i64 = 900;
/// How long a link that proves an e-mail address works, in seconds: a day.
pub const CONFIRM_LINK: i64 = 86_400;
/// How long a link that resets a password works, in seconds: an hour.
pub const RESET_LINK: i64 = 3_600;
/// How long a sign-up waits for its proof before it is forgotten, in seconds: two days.
pub const UNCONFIRMED: i64 = 2 * 86_400;
/// How long the same text at the same place counts as sent twice by mistake, in seconds.
pub const REPEAT: i64 = 180;
