//! Every route, taken from the router itself: a new one is tried by being added.

use std::collections::{BTreeMap, HashMap};

use axum::Router;
use reqwest::Method;
use serde_json::Value;
use vakplein::{api, server};

use crate::support::TestApp;

/// A route.
#[derive(Debug, Clone)]
pub struct Route {
    /// Its pattern: `/g/{name}`.
    pub path: String,
    /// The methods that it answers.
    pub methods: Vec<Method>,
}

/// All routes there are, and what is said of those of the API.
pub struct Doors {
    /// Pages, files, the API and inboxes.
    pub others: Vec<Route>,
    /// What answers whoever asks for an ActivityPub document.
    pub documents: Vec<Route>,
    /// The description of the API, from which bodies are made.
    pub description: Value,
}

impl Doors {
    /// The routes of an instance. Fails when they can't be told, rather than give none.
    pub fn of(app: &TestApp) -> Self {
        let (documents, others) = server::routers(&app.app);
        let (documents, others) = (routes(&documents), routes(&others));
        let description = serde_json::to_value(api::document(&app.url(""))).unwrap();
        let doors = Self { others, documents, description };
        doors.must_be_all();
        doors
    }

    fn must_be_all(&self) {
        let known = |routes: &[Route], path: &str| routes.iter().any(|route| route.path == path);
        for path in [
            "/",
            "/g/{name}",
            "/t/{id}",
            "/p/{id}",
            "/search",
            "/media/{id}/{name}",
            "/moderation/reports/{id}",
            "/api/v1/groups/{name}/memberships",
            "/api/v1/threads/{id}",
            "/.well-known/webfinger",
            "/g/{name}/inbox",
            "/metrics",
        ] {
            assert!(known(&self.others, path), "{path} is missing: {:?}", self.others);
        }
        for path in ["/g/{name}", "/g/{name}/{part}", "/t/{id}/context", "/p/{id}", "/activities/{id}"] {
            assert!(known(&self.documents, path), "{path} is missing: {:?}", self.documents);
        }
        assert!(self.others.len() >= 150, "only {} routes", self.others.len());
        assert!(self.documents.len() >= 15, "only {} routes of documents", self.documents.len());
        let silent = self.others.iter().chain(&self.documents).find(|route| route.methods.is_empty());
        assert!(silent.is_none(), "{silent:?} answers nothing");
        // Both lists of the API were made by different hands.
        let described = self.description["paths"].as_object().unwrap();
        let routes: BTreeMap<&str, &Route> =
            self.others.iter().map(|route| (route.path.as_str(), route)).collect();
        for (path, item) in described {
            let route = routes.get(format!("/api/v1{path}").as_str());
            let route = route.unwrap_or_else(|| panic!("{path} is described and isn't there"));
            for method in item.as_object().unwrap().keys() {
                let method: Method = method.to_uppercase().parse().unwrap();
                assert!(route.methods.contains(&method), "{method} {path}: {route:?}");
            }
        }
        let api = self.others.iter().filter(|route| route.path.starts_with("/api/v1/")).count();
        assert!(api >= described.len(), "{api} routes of {} that are described", described.len());
    }
}

/// The routes of a router. There is no other way to ask axum for them than by what it shows of itself; [`Doors::of`] notices when
/// it shows that otherwise.
fn routes(router: &Router) -> Vec<Route> {
    let text = format!("{router:?}");
    // What stands behind this answers where there is no route.
    let (own, _) = text.split_once("fallback_router: ").expect("axum shows its routers so");
    let (handlers, paths) = own.split_once("node: Node { paths: {").expect("axum shows its routers so");
    let handlers = numbered(handlers);
    let mut routes: Vec<Route> = numbered(paths)
        .into_iter()
        .map(|(number, path)| Route {
            path: path.split('"').nth(1).expect("a path stands between quotation marks").to_owned(),
            methods: methods(handlers[number]),
        })
        .collect();
    routes.sort_by(|a, b| a.path.cmp(&b.path));
    routes
}

/// What stands behind each number of a route.
fn numbered(text: &str) -> HashMap<&str, &str> {
    text.split("RouteId(").skip(1).filter_map(|one| one.split_once("): ")).collect()
}

fn methods(handler: &str) -> Vec<Method> {
    let known = [
        ("get", Method::GET),
        ("post", Method::POST),
        ("put", Method::PUT),
        ("patch", Method::PATCH),
        ("delete", Method::DELETE),
    ];
    let answers = |word: &str| {
        ["Route", "BoxedHandler"].iter().any(|kind| handler.contains(&format!(" {word}: {kind}")))
    };
    known.into_iter().filter(|(word, _)| answers(word)).map(|(_, method)| method).collect()
}
