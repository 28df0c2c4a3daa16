//! A document as it came in: read field by field, tolerant of every shape that JSON-LD allows and servers send.
//!
//! One value or an array of them, an id or the whole object in its place, `Public` in three spellings: callers don't see it.
//! Nothing here is believed or checked against anything else.

use activitypub_federation::kinds::public;
use activitypub_federation::protocol::helpers::deserialize_one_or_many;
use serde_json::Value;
use url::Url;

use crate::clock::Time;

/// Most entries that are read of any list in a document; the rest is ignored.
pub const LIST_MAX: usize = 100;

/// Longest id of something elsewhere, in bytes. Two of them fit into one entry of an index in PostgreSQL, which takes 2704.
pub const ID_MAX: usize = 1_250;

/// A JSON object, or part of one.
#[derive(Debug, Clone, Copy)]
pub struct Document<'v>(pub &'v Value);

impl<'v> Document<'v> {
    /// Reads a field, `null` counting as absent.
    pub fn get(self, name: &str) -> Option<&'v Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Its id, when that is a web address.
    pub fn id(self) -> Option<Url> {
        id_of(self.get("id")?)
    }

    /// Its type; the first, when it has several.
    pub fn kind(self) -> &'v str {
        match self.get("type") {
            Some(Value::Array(kinds)) => kinds.iter().find_map(text_of),
            kind => kind.and_then(text_of),
        }
        .unwrap_or_default()
    }

    /// A text.
    pub fn text(self, name: &str) -> Option<&'v str> {
        self.get(name).and_then(text_of)
    }

    /// A text, else the first one of the map of languages (`contentMap`), with its language.
    pub fn localised(self, name: &str) -> (Option<&'v str>, Option<&'v str>) {
        let map = self.get(&format!("{name}Map")).and_then(Value::as_object);
        let first = map.and_then(|map| map.iter().next());
        let language = first
            .filter(|(language, _)| map.is_some_and(|map| map.len() == 1) && is_text(language))
            .map(|(language, _)| language.as_str());
        let text = self.text(name).or_else(|| first.and_then(|(_, text)| text_of(text)));
        (text, language)
    }

    /// A yes or no; absent is no.
    pub fn flag(self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A time, RFC 3339.
    pub fn time(self, name: &str) -> Option<Time> {
        self.text(name).and_then(Time::parse)
    }

    /// The web address that a field holds or whose object it holds; the first of several.
    pub fn link(self, name: &str) -> Option<Url> {
        self.all(name).find_map(url_of)
    }

    /// All web addresses that a field holds. Servers write `as:Public` and `Public` too; here it has one spelling.
    pub fn links(self, name: &str) -> Vec<Url> {
        let mut found: Vec<Url> = Vec::new();
        for value in self.all(name) {
            let urls = if value.is_string() {
                deserialize_one_or_many(value).unwrap_or_default()
            } else {
                url_of(value).into_iter().collect()
            };
            found.extend(urls.into_iter().filter(|url| !found.contains(url)).collect::<Vec<_>>());
        }
        found
    }

    /// The values of a field that holds one or many.
    pub fn all(self, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
        let value = self.get(name);
        let many = value.and_then(Value::as_array).map(Vec::as_slice);
        let one = value.filter(|value| !value.is_array());
        one.into_iter().chain(many.unwrap_or_default().iter().take(LIST_MAX))
    }

    /// The objects of a field that holds one or many; ids alone are left out.
    pub fn objects(self, name: &str) -> impl Iterator<Item = Document<'v>> + use<'v> {
        self.all(name).filter(|value| value.is_object()).map(Document)
    }

    /// The object in a field, when it is there as a whole.
    pub fn object(self, name: &str) -> Option<Document<'v>> {
        self.objects(name).next()
    }

    /// Whether it is addressed to everybody, in `to` or `cc`.
    pub fn is_public(self) -> bool {
        let everybody = public();
        ["to", "cc"].iter().any(|field| self.links(field).contains(&everybody))
    }

    /// Whether it says at all to whom it is addressed.
    pub fn is_addressed(self) -> bool {
        self.get("to").is_some() || self.get("cc").is_some()
    }

    /// The JSON, as text.
    pub fn raw(self) -> String {
        self.0.to_string()
    }
}

/// A text that can be stored: PostgreSQL takes none with a character 0 in it.
pub fn text_of(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| is_text(text))
}

fn is_text(text: &str) -> bool {
    !text.contains('\0')
}

/// A web address that can be an id.
pub fn id_of(value: &Value) -> Option<Url> {
    url_of(value).filter(|url| url.as_str().len() <= ID_MAX)
}

/// A web address: a text, or the `id` or `href` of an object.
pub fn url_of(value: &Value) -> Option<Url> {
    let text = match value {
        Value::String(text) => text.as_str(),
        Value::Object(object) => object.get("id").or_else(|| object.get("href"))?.as_str()?,
        _ => return None,
    };
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_or_many_id_or_object_read_alike() {
        let document = json!({
            "type": ["Note", "x:Other"], "to": "as:Public",
            "cc": ["https://a.example/u/x", {"id": "https://a.example/u/y"}, 7, "no address", "https://a.example/u/x"],
            "object": {"id": "https://a.example/1"}, "contentMap": {"nl": "Hoi"}, "updated": null,
        });
        let document = Document(&document);
        assert_eq!(document.kind(), "Note");
        assert!(document.is_public() && document.get("updated").is_none());
        let cc: Vec<String> = document.links("cc").iter().map(ToString::to_string).collect();
        assert_eq!(cc, ["https://a.example/u/x", "https://a.example/u/y"]);
        assert_eq!(document.link("object").unwrap().as_str(), "https://a.example/1");
        assert_eq!(document.localised("content"), (Some("Hoi"), Some("nl")));
        assert_eq!(document.links("nothing"), []);
    }
}
