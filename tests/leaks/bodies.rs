//! Bodies of requests that would change something: what the description of the API says of them, filled in by the names of the fields.
//!
//! `{post}`, `{name}` and so on stand for what is in the closed group; see [`super::requests`].

use serde_json::{Map, Value, json};

/// The fields that forms of pages have, all at once: a page takes those that it knows.
pub const FORMS: [&str; 2] = [
    "group={group}&post={post}&person={person}&to={post}&title=Zomaar&content=Zomaar&reason=Zomaar\
     &category=rules&ground=rules&note=Zomaar&outcome=dismissed&answer=accept&role=owner&motivation=Zomaar\
     &like=1&until=7&days=7&address=%40{name}%40werkplein.test&joining=open&posting=members&colour=1\
     &side=source&takes=all&words=Zomaar",
    "group={group}&post={post}&person={person}&title=&content=&reason=&category=objection&ground=objection\
     &outcome=&answer=reject&role=&until=x&days=x&address=&joining=&posting=&colour=99&side=&takes=",
];

/// A plausible body for a route of the API, and one with values that don't fit; none where it takes none.
pub fn api(description: &Value, path: &str, method: &str) -> Option<[String; 2]> {
    let operation = &description["paths"][path.strip_prefix("/api/v1")?][method];
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let named = schema["$ref"].as_str()?.rsplit('/').next()?;
    let fields = description["components"]["schemas"][named]["properties"].as_object()?;
    let filled = |odd: bool| {
        let all: Map<String, Value> =
            fields.iter().map(|(name, schema)| (name.clone(), value(path, name, schema, odd))).collect();
        Value::Object(all).to_string()
    };
    Some([filled(false), filled(true)])
}

fn value(path: &str, name: &str, schema: &Value, odd: bool) -> Value {
    let either = |plausible: &str, strange: &str| json!(if odd { strange } else { plausible });
    match name {
        "postId" | "parentId" | "post" => json!("{post}"),
        "threadId" | "thread" if !odd => json!("{thread}"),
        "id" if odd => json!("{notice}"),
        "threadId" | "thread" | "id" => Value::Null,
        "group" => json!("{name}"),
        "groupId" => json!("{group}"),
        "person" | "handle" => either("bob", "{person}"),
        "media" => json!(["{media}"]),
        "emblem" | "avatar" => json!("{media}"),
        "category" | "ground" => either("rules", "objection"),
        "state" => either("accepted", "pending"),
        "role" => either("moderator", "owner"),
        "outcome" => either("dismissed", "acted"),
        "side" => either("source", "beside"),
        "takes" => either("all", "promoted"),
        "measures" => json!(if odd { vec!["ban"] } else { Vec::new() }),
        "until" | "expiresAt" => either("2100-01-01T00:00:00Z", "2001-01-01T00:00:00Z"),
        "kind" => json!(if path.contains("/threads") { "discussion" } else { "mute" }),
        "class" => either("openbaar", "lokaal"),
        "joining" => either("open", "approval"),
        "posting" => either("members", "staff"),
        // An address that isn't one is refused before anything is looked at.
        "email" | "language" => json!(""),
        "reason" | "note" | "motivation" | "content" | "title" => either("Zomaar.", ""),
        _ => by_type(schema, odd),
    }
}

fn by_type(schema: &Value, odd: bool) -> Value {
    let kinds = &schema["type"];
    let is = |kind: &str| {
        kinds == kind || kinds.as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind))
    };
    if is("boolean") {
        json!(odd)
    } else if is("integer") || is("number") {
        json!(if odd { 99 } else { 1 })
    } else if is("array") {
        json!([])
    } else if is("string") && schema["format"] == "uuid" {
        json!("{post}")
    } else if is("string") {
        json!("zomaar")
    } else {
        Value::Null
    }
}
