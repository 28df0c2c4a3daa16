//! What other servers get: every ActivityPub id asked for in somebody's name, and what comes of posting about things in the group.
//!
//! A new reason why somebody elsewhere must get nothing is one more of `History::strangers`.

use std::collections::HashMap;

use reqwest::Method;
use serde_json::{Value, json};
use url::Url;
use vakplein::federation::signatures::{self, Scheme};

use super::doors::Doors;
use super::history::Stranger;
use super::planted::{NAME, NOBODY, Planted};
use super::requests::{self, Asked, Side};
use super::walk::{Answer, pairs};
use crate::support::Reply;

/// One side of a request, signed by somebody.
async fn signed(planted: &Planted, by: &Stranger, scheme: Scheme, asked: &Asked, side: Side) -> Reply {
    let app = planted.app();
    let path = asked.path(side);
    let url: Url = app.url(&path).parse().unwrap();
    let (signer, now) = (by.actor.signer(scheme), app.app.clock.now().utc());
    let headers = signatures::sign(scheme, &Method::GET, &url, None, &signer, now);
    let mut sent = vec![("accept", "application/activity+json")];
    sent.extend(pairs(&headers));
    app.send(Method::GET, &path, &sent, None).await
}

/// Everything that strangers find that they shouldn't.
pub async fn ask(planted: &Planted, doors: &Doors) -> Vec<String> {
    let all = requests::documents(planted, doors);
    let mut found = Vec::new();
    for stranger in &planted.history.strangers {
        let mut twins: HashMap<String, Answer> = HashMap::new();
        for (number, asked) in all.iter().enumerate() {
            // Each scheme is tried at each kind of address.
            let scheme = if number % 2 == 0 { Scheme::Cavage } else { Scheme::Rfc9421 };
            let answer = Answer::of(asked, &signed(planted, stranger, scheme, asked, Side::Hidden).await);
            let about = format!("{}: {}", stranger.who, asked.about());
            found.extend(answer.leaks(asked, &[]).iter().map(|word| format!("{about}: {word}")));
            if asked.only_words {
                continue;
            }
            let key = asked.key();
            if !twins.contains_key(&key) {
                let twin = signed(planted, stranger, scheme, asked, Side::Absent).await;
                twins.insert(key.clone(), Answer::of(asked, &twin));
            }
            if let Some(difference) = answer.differs(&twins[&key]) {
                found.push(format!("{about}: {difference}"));
            }
        }
    }
    found.extend(post(planted).await);
    found
}

/// Activities about what is in the group, and about what never was: both are taken alike, and nothing comes of them.
async fn post(planted: &Planted) -> Vec<String> {
    let mut found = Vec::new();
    for stranger in planted.history.strangers.iter().filter(|stranger| stranger.posts) {
        let mut answers = Vec::new();
        for side in [Side::Hidden, Side::Absent] {
            for activity in activities(planted, stranger, side) {
                let reply = stranger.actor.post(planted.app(), &activity).await;
                let kind = activity["type"].as_str().unwrap().to_owned();
                answers.push((kind, reply.status, reply.text));
            }
        }
        let (hidden, absent) = answers.split_at(answers.len() / 2);
        for (hidden, absent) in hidden.iter().zip(absent).filter(|(hidden, absent)| hidden != absent) {
            found.push(format!("{} posts: {hidden:?} instead of {absent:?}", stranger.who));
        }
    }
    found
}

fn activities(planted: &Planted, by: &Stranger, side: Side) -> Vec<Value> {
    let app = planted.app();
    let named = |kind: &str| {
        let thing = planted.named(kind);
        if side == Side::Hidden { thing.text.clone() } else { thing.twin.clone() }
    };
    let group = app.url(&format!("/g/{}", if side == Side::Hidden { NAME } else { NOBODY }));
    let (topic, post) =
        (app.url(&format!("/t/{}", named("thread"))), app.url(&format!("/p/{}", named("post"))));
    let actor = &by.actor;
    let word = |number: usize| format!("{side:?}-{number}");
    let follow = actor.activity("Follow", &word(1), json!(group));
    let note = actor.note(&word(2), &[&group], Some(&topic));
    let mut page = actor.note(&word(3), &[&group], None);
    page["type"] = json!("Page");
    page["name"] = json!("Mag ik iets vragen?");
    // A link, and a topic to be shown.
    let mut invite = actor.activity("Invite", &word(9), json!(actor.uri));
    let mut offer = actor.activity("Offer", &word(10), json!(format!("{}/statuses/10", actor.uri)));
    for asked in [&mut invite, &mut offer] {
        asked["target"] = json!(group);
    }
    vec![
        follow.clone(),
        actor.activity("Create", &word(2), note),
        actor.activity("Create", &word(3), page),
        actor.activity("Like", &word(4), json!(post)),
        actor.activity("Announce", &word(5), json!(topic)),
        actor.activity("Flag", &word(6), json!([app.url("/u/bob"), post])),
        actor.activity("Delete", &word(7), json!(post)),
        actor.activity("Undo", &word(8), follow),
        invite,
        offer,
    ]
}
