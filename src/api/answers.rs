//! Completes the OpenAPI description: which answers an operation gives when it can't do what is asked, by what it takes.
//!
//! Operations name their answers of the usual kind themselves; what all of a kind have in common stands here once, so that none
//! is forgotten.

use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Content, ObjectBuilder, OpenApi, PathItem, Ref, RefOr, ResponseBuilder, Type};

/// Status, name among the components, and what it means.
const ANSWERS: [(&str, &str, &str); 11] = [
    (
        "400",
        "Invalid",
        "What was sent can't be read or accepted. `errors` names every field and what to do about it.",
    ),
    ("401", "SignedOut", "It takes a token, or the one that was sent isn't valid (any more)."),
    ("403", "Denied", "The caller may not do this. The end of `type` says why."),
    ("404", "NotFound", "It doesn't exist, or the caller may not know that it does."),
    (
        "409",
        "Conflict",
        "It is done already, somebody else has it, or things are otherwise not so that it can be done.",
    ),
    ("410", "Gone", "It existed and was deleted."),
    ("413", "TooLarge", "What was sent is larger than is taken."),
    ("429", "TooMany", "Too much in a short time. The header `Retry-After` says how many seconds to wait."),
    (
        "503",
        "Unavailable",
        "There is too much to do, or the database is gone. Nothing was changed. The header `Retry-After` says when to try again.",
    ),
    (
        "504",
        "Unreachable",
        "Another server had to answer for this, and doesn't. The header `Retry-After` says when to try again.",
    ),
    ("default", "Failed", "It went wrong on this side."),
];

/// Adds what is missing to all operations.
pub(super) fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for (_, name, description) in ANSWERS {
        let problem = Content::new(Some(RefOr::Ref(Ref::from_schema_name("Problem"))));
        let response =
            ResponseBuilder::new().description(description).content("application/problem+json", problem);
        components.responses.insert(name.to_owned(), response.build().into());
    }
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            name_path(path, operation);
            say_who_may(path, operation);
            for (status, name, _) in ANSWERS {
                let said = operation.responses.responses.contains_key(status);
                if said || can(status, path, method, operation) {
                    let answer = RefOr::Ref(Ref::from_response_name(name));
                    operation.responses.responses.insert(status.to_owned(), answer);
                }
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
}

/// Whether an operation can give this answer.
fn can(status: &str, path: &str, method: &str, operation: &Operation) -> bool {
    let changes = method != "get";
    let names = path.contains('{');
    let asks_elsewhere = path == "/resolve";
    match status {
        "400" => operation.request_body.is_some() || takes(operation, ParameterIn::Query),
        "401" => operation.security.is_some(),
        "403" => operation.security.as_ref().is_some_and(|ways| ways.len() == 1),
        "404" => names || asks_elsewhere,
        "409" => changes,
        "410" => names && !changes,
        "413" => operation.request_body.is_some(),
        // Looking things up elsewhere and taking one's data along are limited too.
        "429" => changes || asks_elsewhere || path == "/me/export",
        "504" => asks_elsewhere,
        _ => true,
    }
}

fn takes(operation: &Operation, place: ParameterIn) -> bool {
    let parameters = operation.parameters.iter().flatten();
    parameters
        .filter_map(|one| if let RefOr::T(one) = one { Some(one) } else { None })
        .any(|one| one.parameter_in == place)
}

/// Describes the parts of the path that the operation itself doesn't.
fn name_path(path: &str, operation: &mut Operation) {
    let parameters = operation.parameters.get_or_insert_default();
    for name in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
        let known = parameters.iter().any(|one| matches!(one, RefOr::T(one) if one.name == name));
        if !known {
            let text = ObjectBuilder::new().schema_type(Type::String).build();
            let parameter = ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .schema(Some(text))
                .description(part(name))
                .build();
            parameters.push(RefOr::T(parameter));
        }
    }
}

/// What a part of a path names.
fn part(name: &str) -> Option<&'static str> {
    match name {
        "name" => Some("`name`, or `name@host` of something elsewhere."),
        "person" => Some("`name`, `name@host` or an id."),
        "kind" => Some("`like`."),
        "secret" => Some("The last part of an invitation's link."),
        "id" => Some("Its id."),
        "thread" => Some("Id of the topic."),
        "host" => Some("`host[:port]`."),
        _ => None,
    }
}

/// What is public is read without a token, and with one as its owner may see it.
fn say_who_may(path: &str, operation: &mut Operation) {
    if operation.security.is_none() && path != "/instance" {
        let with = SecurityRequirement::new("bearer", ["read"]);
        operation.security = Some(vec![SecurityRequirement::default(), with]);
    }
}
