//! Nothing of a closed group is found by anybody who doesn't belong to it, at any door that there is.
//!
//! The doors are those of the router (`doors`), so a new route is tried by being added. A word that occurs nowhere else stands in every
//! field of a closed group (`history`, `planted`). Everybody who mustn't learn one asks at every door for every id that there is
//! (`requests`, `bodies`, `walk`); people of other servers ask signed, and post (`elsewhere`). No answer, header, delivery, mail, line of
//! the log (`log`) or number may hold such a word, nothing in the group may change by it, and what is hidden is answered as what never
//! was: with the same status, headers and text, after as many statements.

mod bodies;
mod doors;
mod elsewhere;
mod history;
mod log;
mod planted;
mod requests;
mod walk;

use futures_util::future::join_all;
use serde_json::json;

use self::doors::Doors;
use self::log::Log;
use self::planted::{NAME, Persona, Planted, leaks};
use self::requests::{Asked, Side, Way};
use crate::login::logged_in;
use crate::support::TestApp;

/// Findings that are shown at once.
const SHOWN: usize = 80;

#[track_caller]
fn none(found: &[String]) {
    let shown: Vec<&str> = found.iter().take(SHOWN).map(String::as_str).collect();
    assert!(found.is_empty(), "{} leaks:\n  {}", found.len(), shown.join("\n  "));
}

#[test]
fn nothing_of_a_closed_group_is_found_at_any_door() {
    let log = Log::default();
    let mut found = log.hear(async {
        let planted = Planted::new().await;
        planted.must_be_there().await;
        let doors = Doors::of(planted.app());
        let (before, linked) = (planted.rows().await, planted.linked().await);
        assert!((linked.0, linked.1) == (0, 0), "links end when a group is closed: {linked:?}");
        assert!(linked.2.iter().all(|(_, state)| !state.stands()), "{linked:?}");
        let walks = planted.personas.iter().map(|persona| walk::walk(&planted, &doors, persona));
        let mut found: Vec<String> = join_all(walks).await.concat();
        found.extend(elsewhere::ask(&planted, &doors).await);
        planted.app().settle().await;
        found.extend(planted.sent().await);
        let numbers = planted.app().get("/metrics").await.text;
        found.extend(leaks(&numbers, &[]).into_iter().map(|word| format!("/metrics: {word}")));
        let after = planted.rows().await;
        let changed = after.iter().filter(|row| !before.contains(row));
        found.extend(changed.map(|row| format!("changed by somebody outside: {row}")));
        let links = planted.linked().await;
        found.extend((links != linked).then(|| format!("linked by somebody outside: {links:?}")));
        assert!(after.len() == before.len() || !found.is_empty(), "{after:?}");
        found
    });
    assert!(log.text().contains(" INFO "), "something was logged: {}", log.text());
    found.extend(log.leaks());
    none(&found);
}

/// What is hidden and its twin, at the doors that most is asked at.
const MAIN: [(Way, &str); 22] = [
    (Way::Page, "/g/{name}"),
    (Way::Page, "/g/{name}/about"),
    (Way::Page, "/g/{name}/members"),
    (Way::Page, "/g/{name}/feed.atom"),
    (Way::Page, "/t/{thread}"),
    (Way::Page, "/t/{thread}/feed.atom"),
    (Way::Page, "/p/{post}"),
    (Way::Page, "/media/{media}"),
    (Way::Page, "/media/{media}/{file}"),
    (Way::Page, "/media/emblem/{group}"),
    (Way::Api, "/api/v1/groups/{name}"),
    (Way::Api, "/api/v1/groups/{name}/threads"),
    (Way::Api, "/api/v1/threads/{thread}"),
    (Way::Api, "/api/v1/threads/{thread}/replies"),
    (Way::Api, "/api/v1/posts/{post}"),
    (Way::Document, "/g/{name}"),
    (Way::Document, "/g/{name}/outbox"),
    (Way::Document, "/t/{thread}"),
    (Way::Document, "/t/{thread}/context"),
    (Way::Document, "/p/{post}"),
    (Way::Document, "/activities/{activity}"),
    (Way::Document, "/.well-known/webfinger?resource=acct:{name}@werkplein.test"),
];

/// Statements that the database is asked for an answer, the least of some times: a connection is now and then asked whether it lives.
async fn statements(planted: &Planted, persona: &Persona, asked: &Asked, side: Side) -> u64 {
    let counter = planted.app().app.metrics.statements();
    let mut least = u64::MAX;
    for _ in 0..3 {
        let before = counter.get();
        walk::send(planted, persona, asked, side).await;
        least = least.min(counter.get() - before);
    }
    least
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_takes_as_many_statements_as_what_never_was() {
    let planted = Planted::new().await;
    let mut found = Vec::new();
    let [nobody, cor, ..] = planted.personas.as_slice() else { panic!("as many as planted") };
    for (way, path) in MAIN {
        let asked = requests::one(&planted, way, path);
        // Who asks for a document isn't told by a cookie.
        let askers = if way == Way::Document { vec![nobody] } else { vec![nobody, cor] };
        for persona in askers {
            let hidden = statements(&planted, persona, &asked, Side::Hidden).await;
            let absent = statements(&planted, persona, &asked, Side::Absent).await;
            if hidden != absent {
                found.push(format!("{}: {}: {hidden} instead of {absent}", persona.name, asked.about()));
            }
        }
    }
    none(&found);
}

#[tokio::test]
async fn a_hidden_name_is_refused_like_any_that_cannot_be_had() {
    let app = TestApp::new().await;
    let (ana, bob) = (app.member("ana").await, app.member("bob").await);
    let hidden = json!({ "name": NAME, "title": "Onder ons", "class": "leden", "joining": "invite" });
    ana.post("/groups", hidden).await.expect(201);
    ana.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    let browser = logged_in(&app, "bob").await;
    let mut said = Vec::new();
    // Of a hidden group, of an open one, of a person, and kept back.
    for name in [NAME, "tuin", "ana", "postmaster"] {
        let refused = bob.post("/groups", json!({ "name": name, "title": "Van mij" })).await;
        browser.get("/groups/new").await;
        let page = browser.submit("/groups/new", &[("name", name), ("title", "Van mij")]).await;
        said.push((refused.status, refused.text, page.status, browser.texts("[role=alert]")));
    }
    let first = &said[0];
    assert!((400..500).contains(&first.0) && (400..500).contains(&first.2), "{first:?}");
    assert!(said.iter().all(|one| one == first), "{said:#?}");
}
