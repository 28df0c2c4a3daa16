//! E-mail addresses. `@name@host` and `!group@host` are handles of the fediverse, and public.

use std::ops::Range;

use super::signs::Signs;

/// Where one stands.
pub(super) fn find(signs: &Signs<'_>) -> Vec<Range<usize>> {
    (0..signs.len()).filter(|at| signs.at(*at) == '@').filter_map(|at| around(signs, at)).collect()
}

fn around(signs: &Signs<'_>, at: usize) -> Option<Range<usize>> {
    let is_local = |c: char| c.is_alphanumeric() || "._%+-'".contains(c);
    let mut start = at;
    while is_local(signs.back(start, 1)) {
        start -= 1;
    }
    let is_account = signs.text(start.saturating_sub(5)..start).ends_with("acct:");
    if is_account || matches!(signs.back(start, 1), '@' | '!' | '/') {
        return None;
    }
    while start < at && !signs.at(start).is_alphanumeric() {
        start += 1;
    }
    let is_host = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
    let mut end = at + 1;
    while is_host(signs.at(end)) {
        end += 1;
    }
    // `git@example.nl:name` is where a program is kept.
    let after = signs.at(end + 1);
    let is_place = signs.at(end) == ':' && (after.is_alphanumeric() || matches!(after, '/' | '~'));
    if signs.at(end) == '@' || is_place {
        return None;
    }
    while !signs.at(end - 1).is_alphanumeric() && end > at + 1 {
        end -= 1;
    }
    let host = signs.text(at + 1..end);
    let (rest, last) = host.rsplit_once('.')?;
    let is_word = last.len() >= 2 && last.chars().all(char::is_alphabetic);
    let is_known = is_word || last.starts_with("xn--");
    let is_whole = !rest.split('.').any(str::is_empty);
    (start < at && is_known && is_whole).then_some(start..end)
}
