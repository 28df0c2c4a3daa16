//! Finds `@name`, `@name@host` and `!group@host` in running text.
//!
//! Works on text that is already known to be text (Markdown's text nodes, never code, links or HTML). Whether someone
//! of that name exists, and where a link to them goes, is the caller's to know.

use std::ops::Range;

/// Longest name and longest host in a mention, in bytes; longer ones are ordinary text.
const LONGEST_NAME: usize = 64;
const LONGEST_HOST: usize = 253;

/// Who is addressed, as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mention {
    /// Written with `!`, which only groups are; with `@` it may be a person or a group.
    pub group: bool,
    /// The name, as written (case kept).
    pub name: String,
    /// The host in lower case with its port, if written; none means here.
    pub host: Option<String>,
}

impl Mention {
    /// The handle as people write it: `@name`, `@name@host` or `!name@host`.
    pub fn handle(&self) -> String {
        let sigil = if self.group { '!' } else { '@' };
        match &self.host {
            Some(host) => format!("{sigil}{}@{host}", self.name),
            None => format!("{sigil}{}", self.name),
        }
    }
}

/// Where a mention leads: what the caller of the renderer answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Absolute http(s) address of the page of the person or group.
    pub href: String,
    /// What the link says, such as `@jan`; plain text.
    pub label: String,
}

/// All mentions in a run of text with their byte ranges, in order.
///
/// A mention starts where no letter, digit or `/` stands before it, so that an e-mail address or a path holds none.
/// `!name` without a host is no mention: an exclamation mark often touches the next word.
pub fn find(text: &str) -> Vec<(Range<usize>, Mention)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(['@', '!'])).map(|offset| from + offset) {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + 1..).unwrap_or_default();
        let group = text.get(at..).is_some_and(|rest| rest.starts_with('!'));
        from = at + 1;
        if before.is_some_and(|one| {
            one.is_alphanumeric() || matches!(one, '_' | '/' | '@' | '.' | '-' | '+' | '=')
        }) {
            continue;
        }
        let Some(name) = leading_name(after) else { continue };
        let rest = after.get(name.len()..).unwrap_or_default();
        let host = rest.strip_prefix('@').map(leading_host);
        let (host, length) = match host {
            // `@name@` followed by no host is broken rather than local.
            Some(None) => continue,
            Some(Some(host)) => (Some(host.to_ascii_lowercase()), name.len() + 1 + host.len()),
            None if group => continue,
            None => (None, name.len()),
        };
        let end = at + 1 + length;
        // A name that goes on in letters we don't take (`@josé`) would otherwise address somebody else.
        if text
            .get(end..)
            .and_then(|tail| tail.chars().next())
            .is_some_and(|one| one.is_alphanumeric() || one == '_' || one == '@')
        {
            continue;
        }
        found.push((at..end, Mention { group, name: name.to_owned(), host }));
        from = end;
    }
    found
}

/// `[a-zA-Z0-9_]+([.-]+[a-zA-Z0-9_]+)*` at the start of the text, as Mastodon takes user names.
fn leading_name(text: &str) -> Option<&str> {
    let end = text
        .find(|one: char| !(one.is_ascii_alphanumeric() || matches!(one, '_' | '.' | '-')))
        .unwrap_or(text.len());
    let name = text.get(..end)?.trim_end_matches(['.', '-']);
    let starts_well = name.starts_with(|one: char| one.is_ascii_alphanumeric() || one == '_');
    (starts_well && name.len() <= LONGEST_NAME).then_some(name)
}

/// A host name with optional port at the start of the text: labels of letters, digits and `-`, no dot at the end.
fn leading_host(text: &str) -> Option<&str> {
    let end = text
        .find(|one: char| !(one.is_ascii_alphanumeric() || matches!(one, '.' | '-')))
        .unwrap_or(text.len());
    let host = text.get(..end)?.trim_end_matches(['.', '-']);
    let labels_fit = host.split('.').all(|label| {
        !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    });
    if host.is_empty() || host.len() > LONGEST_HOST || !labels_fit {
        return None;
    }
    let port = text.get(host.len()..).and_then(|rest| rest.strip_prefix(':')).map_or(0, |rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let fits = rest.get(..digits).is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        if fits { digits + 1 } else { 0 }
    });
    text.get(..host.len() + port)
}

#[cfg(test)]
mod tests {
    use super::find;

    fn handles(text: &str) -> Vec<String> {
        find(text)
            .into_iter()
            .map(|(range, mention)| {
                assert!(text.get(range).is_some());
                mention.handle()
            })
            .collect()
    }

    #[test]
    fn mentions_are_found_in_sentences() {
        for (text, expected) in [
            ("@jan", vec!["@jan"]),
            ("Dag @jan, en (@piet_1)!", vec!["@jan", "@piet_1"]),
            ("Vraag het @jan.smit.", vec!["@jan.smit"]),
            ("zie @jan@Voorbeeld.nl.", vec!["@jan@voorbeeld.nl"]),
            ("@jan@a.localhost:8081: hoi", vec!["@jan@a.localhost:8081"]),
            ("@jan@host:99999", vec!["@jan@host"]),
            ("!ruimte@voorbeeld.nl en !ruimte", vec!["!ruimte@voorbeeld.nl"]),
            ("@a @b,@c;@d", vec!["@a", "@b", "@c", "@d"]),
            ("**@jan**", vec!["@jan"]),
            ("\"@jan\"'@piet'", vec!["@jan", "@piet"]),
        ] {
            assert_eq!(handles(text), expected, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_mention_is_left_alone() {
        for text in [
            "jan@voorbeeld.nl",
            "@",
            "!",
            "@ jan",
            "a@b",
            "@jan@",
            "@jan@-x",
            "@jan@..",
            "https://x.nl/@jan",
            "Hoi!jan@voorbeeld.nl",
            "@josé",
            "@@jan",
            "@-jan",
            "@.jan",
            "1.@jan",
            "@jan@x@y",
            "let op! nu",
            &format!("@{}", "a".repeat(65)),
            "@jané@x.nl",
        ] {
            assert!(handles(text).is_empty(), "{text}: {:?}", handles(text));
        }
    }

    #[test]
    fn a_long_row_of_signs_takes_no_time() {
        assert!(find(&"@".repeat(100_000)).is_empty());
        assert!(find(&"!a@".repeat(50_000)).len() < 2);
        assert_eq!(find(&"@a ".repeat(20_000)).len(), 20_000);
    }
}
