//! Why a body or a query can't be read: every field that is wrong, and what belongs there, in words of ours.
//!
//! What the parser says is for whoever wrote this program; whoever calls it needs to know what to send instead.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::FieldProblem;
use crate::locale::Texts;

/// Something that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Where: a member of the JSON object or query, or a place below it (`media[1]`). Empty: all of it.
    pub field: String,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It isn't JSON, from this place on.
    Syntax {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// One of these must stand here.
    Choice(String),
    /// The key of the text that says what must stand here.
    Needs(&'static str),
}

impl Unreadable {
    /// All of it, with the key of the text that says what to send.
    pub fn whole(key: &'static str) -> Self {
        Self { field: String::new(), fault: Fault::Needs(key) }
    }

    /// A field of which there is none by this name.
    pub fn unknown(field: &str) -> Self {
        Self { field: field.to_owned(), fault: Fault::Needs("error-read-unknown") }
    }

    /// What the parser says of a value at `path`, which is `.` or empty for the whole.
    pub fn at(path: &str, message: &str) -> Self {
        let named = ["missing field `", "unknown field `"].iter().find_map(|start| {
            let rest = message.strip_prefix(start)?;
            Some(rest.split('`').next().unwrap_or_default())
        });
        let path = path.trim_start_matches('.');
        let field = match named {
            // The path of an unknown field may end in its name already.
            Some(name) if path.is_empty() || path == name => name.to_owned(),
            Some(name) => format!("{}.{name}", path.strip_suffix(&format!(".{name}")).unwrap_or(path)),
            None => path.to_owned(),
        };
        Self { field, fault: fault(message) }
    }

    /// What is wrong with a query: the words of the framework, with the name of the parameter before them.
    pub fn query(message: &str) -> Self {
        let message = message.rsplit_once("query string: ").map_or(message, |(_, said)| said);
        let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
        match message.split_once(": ").filter(|(name, _)| is_name(name)) {
            Some((name, said)) => Self::at(name, said),
            None => Self::at("", message),
        }
    }

    /// What to do about it.
    pub fn message(&self, texts: &Texts) -> String {
        let number = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
        match &self.fault {
            Fault::Syntax { line, column } => {
                texts.t_with("error-read-json", &[("line", &number(*line)), ("column", &number(*column))])
            }
            Fault::Choice(choices) => texts.t_with("error-read-choice", &[("choices", choices)]),
            Fault::Needs(key) => texts.t(key).into_owned(),
        }
    }

    /// The same as a part of a problem document; none for the whole.
    pub fn problem(&self, texts: &Texts) -> Option<FieldProblem> {
        let (field, message) = (self.field.clone(), self.message(texts));
        (!field.is_empty()).then(|| FieldProblem { field, message, kinds: Vec::new() })
    }
}

/// What stands wrong, told by the parser's words.
fn fault(message: &str) -> Fault {
    let expected = message.rsplit_once("expected ").map_or("", |(_, expected)| expected);
    if message.starts_with("unknown variant") {
        let choices: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
        return Fault::Choice(choices.join(", "));
    }
    Fault::Needs(match expected {
        _ if message.starts_with("missing field") => "error-read-missing",
        _ if message.starts_with("unknown field") => "error-read-unknown",
        "a string" => "error-read-text",
        "a boolean" => "error-read-flag",
        "a sequence" => "error-read-list",
        "a map" => "error-read-object",
        kind if kind.starts_with("struct ") => "error-read-object",
        kind if kind.to_lowercase().contains("uuid") => "error-read-id",
        kind if kind.contains("date and time") => "error-read-time",
        "i64" | "i32" | "u64" | "u32" | "usize" => "error-read-number",
        _ if message.contains("UUID") => "error-read-id",
        // chrono's words.
        _ if message.contains("input") => "error-read-time",
        _ if message.contains("digit") || message.contains("integer") => "error-read-number",
        _ if message.contains("number too") => "error-read-number",
        _ if message.contains("`true`") => "error-read-flag",
        _ => "error-read-value",
    })
}

/// Reads a JSON body.
///
/// # Errors
/// Every field that can't be read, in the order in which they are met.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Vec<Unreadable>> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(vec![Unreadable::whole("error-read-empty")]);
    }
    let mut body: Value = serde_json::from_slice(bytes).map_err(|error| {
        let fault = Fault::Syntax { line: error.line(), column: error.column() };
        vec![Unreadable { field: String::new(), fault }]
    })?;
    let mut found: Vec<Unreadable> = Vec::new();
    // PostgreSQL stores no text with a character 0 in it.
    if has_zero(&body) {
        return Err(vec![Unreadable::whole("error-read-zero")]);
    }
    loop {
        let error = match serde_path_to_error::deserialize(&body) {
            Ok(value) if found.is_empty() => return Ok(value),
            Ok(_) => return Err(found),
            Err(error) => error,
        };
        let wrong = Unreadable::at(&error.path().to_string(), &error.inner().to_string());
        let name = wrong.field.split(['.', '[']).next().unwrap_or_default().to_owned();
        // Without the wrong value the next one comes to light, or that it is missed: then all is said that can be known.
        let met = found.iter().any(|known| known.field.split(['.', '[']).next() == Some(&name));
        if met {
            return Err(found);
        }
        found.push(wrong);
        let taken = body.as_object_mut().and_then(|members| members.shift_remove(&name));
        if taken.is_none() {
            return Err(found);
        }
    }
}

fn has_zero(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_zero),
        Value::Object(members) => members.values().any(has_zero),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{Fault, Unreadable, json};
    use crate::clock::Time;
    use crate::ids::PostId;
    use crate::policy::Role;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Body {
        title: String,
        #[serde(default)]
        list: Vec<PostId>,
        #[serde(default)]
        count: i64,
        #[serde(default)]
        on: bool,
        at: Option<Time>,
        role: Option<Role>,
    }

    fn wrong(body: &str) -> Vec<(String, String)> {
        let said = |fault| match fault {
            Fault::Needs(key) => key.trim_start_matches("error-read-").to_owned(),
            Fault::Choice(choices) => choices,
            Fault::Syntax { line, column } => format!("{line}:{column}"),
        };
        json::<Body>(body.as_bytes())
            .unwrap_err()
            .into_iter()
            .map(|one| (one.field, said(one.fault)))
            .collect()
    }

    #[test]
    fn every_wrong_field_is_named_with_what_belongs_there() {
        let all = wrong(
            r#"{"title": 3, "list": ["x"], "count": "1", "on": "yes", "at": "gisteren", "role": "boss", "more": 1}"#,
        );
        let all: Vec<(&str, &str)> =
            all.iter().map(|(field, said)| (field.as_str(), said.as_str())).collect();
        assert_eq!(
            all,
            [
                ("title", "text"),
                ("list[0]", "id"),
                ("count", "number"),
                ("on", "flag"),
                ("at", "time"),
                ("role", "member, moderator, owner"),
                ("more", "unknown")
            ]
        );
        let one = |field: &str, said: &str| vec![(field.to_owned(), said.to_owned())];
        assert_eq!(wrong("{}"), one("title", "missing"));
        assert_eq!(wrong(r#"{"title": "t", "list": 3}"#), one("list", "list"));
        assert_eq!(wrong(r#"{"title": "t", "role": 3}"#).first().unwrap().0, "role");
        assert_eq!(wrong("[]"), one("", "object"));
        assert_eq!(wrong(" "), one("", "empty"));
        assert_eq!(wrong(r#"{"title": "a\u0000"}"#), one("", "zero"));
        assert_eq!(wrong(r#"{"title": "a\\u0000", "list": 3}"#), one("list", "list"));
        assert_eq!(wrong("{\n\"title\" 3}"), one("", "2:9"));
    }

    #[test]
    fn a_query_names_its_parameter() {
        let query = |message: &str| {
            let found = Unreadable::query(&format!("Failed to deserialize query string: {message}"));
            (found.field, found.fault)
        };
        assert_eq!(
            query("limit: invalid digit found in string"),
            ("limit".to_owned(), Fault::Needs("error-read-number"))
        );
        assert_eq!(query("missing field `q`"), ("q".to_owned(), Fault::Needs("error-read-missing")));
        assert_eq!(
            query("sort: unknown variant `x`, expected one of `active`, `new`"),
            ("sort".to_owned(), Fault::Choice("active, new".to_owned()))
        );
    }
}
