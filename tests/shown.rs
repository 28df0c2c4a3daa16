//! What a group shows of another that it is linked to: in which order, for how long, who takes part in it, and who is told.

use serde_json::{Value, json};

use crate::links::{Two, delete, found, joins, linked, log, set, shown_in, titles, told, topic, two};
use crate::support::{Member, Reply};

async fn reply(by: &Member, thread: &str, content: &str) -> Reply {
    by.post(&format!("/threads/{thread}/replies"), json!({ "content": content })).await
}

async fn like(by: &Member, post: &str) -> Reply {
    by.put(&format!("/posts/{post}/reactions/like"), json!({})).await
}

#[tokio::test]
async fn whoever_belongs_to_a_group_that_shows_a_topic_takes_part_in_it() {
    let two = two().await;
    let link = linked(&two).await;
    let Two { app, ana, bob, nico, cor } = &two;
    let dora = app.member("dora").await;
    let id = topic(bob, "bijstand", "Werken").await;
    let made = reply(cor, &id, "Ik weet dit.").await.expect(201);
    let answer = format!("/posts/{}", made["id"].as_str().unwrap());
    cor.patch(&answer, json!({ "content": "Ik weet het." })).await.expect(200);
    like(cor, &id).await.expect(204);
    assert_eq!(ana.get(&format!("/threads/{id}")).await.expect(200)["replyCount"], 1);
    app.settle().await;
    assert_eq!(told(bob, "reply").await.len(), 1, "who asks is told of the answer");
    // Nobody joined anything by that, and it is about this topic alone.
    assert_eq!(ana.get("/groups/bijstand").await.expect(200)["memberCount"], 2);
    let plain = json!({ "title": "T", "content": "C" });
    assert_eq!(cor.post("/groups/bijstand/threads", plain).await.refused(403), "not-member");
    assert_eq!(reply(&dora, &id, "Ik ook.").await.refused(403), "not-member");
    assert_eq!(like(&dora, &id).await.refused(403), "not-member");
    assert_eq!(reply(&app.anonymous(), &id, "Ik ook.").await.refused(401), "signed-out");
    set(&two, &link, json!({ "words": ["fiets"] })).await;
    assert_eq!(reply(cor, &id, "Nog iets.").await.refused(403), "not-member");
    assert_eq!(like(cor, &id).await.refused(403), "not-member");
    set(&two, &link, json!({ "words": [] })).await;
    reply(cor, &id, "Toch nog iets.").await.expect(201);

    // The group that it stands in keeps order.
    ana.put(&format!("/threads/{id}/lock"), json!({})).await.expect(204);
    assert_eq!(reply(cor, &id, "En dit.").await.refused(403), "locked");
    ana.delete(&format!("/threads/{id}/lock")).await.expect(204);
    ana.put("/groups/bijstand/bans/cor", json!({ "reason": "Ruzie" })).await.expect(204);
    assert_eq!(reply(cor, &id, "En dit.").await.refused(403), "banned");
    assert_eq!(like(cor, &id).await.refused(403), "banned");
    ana.delete("/groups/bijstand/bans/cor").await.expect(204);
    reply(cor, &id, "En dit.").await.expect(201);
    // Nor does whoever was put out of the one that shows it.
    nico.put("/groups/landelijk/bans/cor", json!({ "reason": "Ruzie" })).await.expect(204);
    assert_eq!(reply(cor, &id, "En dat.").await.refused(403), "not-member");
    nico.delete("/groups/landelijk/bans/cor").await.expect(204);
    joins(cor, "landelijk").await;
    reply(cor, &id, "En dat.").await.expect(201);

    ana.delete(&format!("/groups/bijstand/links/{link}")).await.expect(204);
    assert_eq!(reply(cor, &id, "Te laat.").await.refused(403), "not-member");
    // One's own words one may always take back.
    cor.delete(&answer).await.expect(204);
    app.settle().await;
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_removed_deleted_or_moved_away_is_not_shown() {
    let two = two().await;
    linked(&two).await;
    let Two { ana, bob, nico, cor, .. } = &two;
    let removed = topic(bob, "bijstand", "Een").await;
    let deleted = topic(bob, "bijstand", "Twee").await;
    let moved = topic(bob, "bijstand", "Drie").await;
    found(ana, "elders").await;
    assert_eq!(titles(cor, "landelijk").await, ["Drie", "Twee", "Een"]);
    let removal = format!("/posts/{removed}/removal");
    ana.put(&removal, json!({ "reason": "Reclame" })).await.expect(204);
    assert_eq!(titles(cor, "landelijk").await, ["Drie", "Twee"]);
    // Neither do those see it who keep order where it was shown.
    assert_eq!(titles(nico, "landelijk").await, ["Drie", "Twee"]);
    assert_eq!(nico.get(&format!("/threads/{removed}")).await.refused(404), "not-found");
    bob.delete(&format!("/threads/{deleted}")).await.expect(204);
    assert_eq!(titles(cor, "landelijk").await, ["Drie"]);
    let to = async |group: &str| {
        let body = json!({ "group": group });
        ana.post(&format!("/threads/{moved}/move"), body).await.expect(204);
    };
    to("elders").await;
    assert!(titles(cor, "landelijk").await.is_empty());
    assert!(shown_in(bob, &moved).await.is_empty());
    assert_eq!(reply(cor, &moved, "Hier ook?").await.refused(403), "not-member");

    // Where it comes back it is shown again.
    ana.delete(&removal).await.expect(204);
    to("bijstand").await;
    let mut back = titles(cor, "landelijk").await;
    back.sort_unstable();
    assert_eq!(back, ["Drie", "Een"]);
    bob.patch(&format!("/threads/{moved}"), json!({ "title": "Vier" })).await.expect(200);
    assert!(titles(cor, "landelijk").await.contains(&"Vier".to_owned()));
    two.app.settle().await;
    assert_eq!(two.app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_group_that_closes_or_goes_loses_its_links_and_nothing_of_it_is_shown() {
    let two = two().await;
    linked(&two).await;
    let Two { app, ana, bob, nico, cor } = &two;
    let id = topic(bob, "bijstand", "Werken").await;
    let own = topic(cor, "landelijk", "Eigen").await;
    found(ana, "elders").await;
    let other = topic(ana, "elders", "Anders").await;
    let offer = json!({ "group": "landelijk", "side": "source" });
    let offered = ana.post("/groups/elders/links", offer).await.expect(201);
    let path = format!("/groups/landelijk/links/{}", offered["id"].as_str().unwrap());
    nico.patch(&path, json!({ "state": "accepted" })).await.expect(200);
    found(nico, "ook").await;
    let wish = json!({ "group": "landelijk", "side": "target" });
    nico.post("/groups/ook/links", wish).await.expect(201);
    assert_eq!(titles(cor, "landelijk").await, ["Anders", "Eigen", "Werken"]);
    assert_eq!(titles(cor, "ook").await, ["Eigen"]);

    let closed = json!({ "class": "leden", "confirmCopies": true });
    ana.patch("/groups/bijstand", closed).await.expect(200);
    assert_eq!(titles(cor, "landelijk").await, ["Anders", "Eigen"]);
    let links = async |by: &Member, group: &str| {
        by.get(&format!("/groups/{group}/links")).await.expect(200)["links"].as_array().unwrap().len()
    };
    assert_eq!((links(nico, "landelijk").await, links(ana, "bijstand").await), (2, 0));
    assert!(shown_in(bob, &id).await.is_empty());
    assert_eq!(reply(cor, &id, "Hallo?").await.refused(404), "not-found");
    app.settle().await;
    assert_eq!(told(nico, "link-ended").await.len(), 1);

    ana.delete("/groups/elders").await.expect(204);
    assert_eq!(titles(cor, "landelijk").await, ["Eigen"]);
    assert_eq!(links(nico, "landelijk").await, 1);
    assert_ne!(cor.get(&format!("/threads/{other}")).await.status, 200);
    nico.delete("/groups/landelijk").await.expect(204);
    assert!(titles(nico, "ook").await.is_empty());
    assert_eq!(links(nico, "ook").await, 0);
    assert_ne!(cor.get(&format!("/threads/{own}")).await.status, 200);
    app.settle().await;
    assert_eq!(app.failures().await, Vec::<String>::new());
}

/// All pages of a group's list, in this order of theirs.
async fn pages(by: &Member, group: &str, query: &str) -> Vec<Vec<String>> {
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = by.get(&format!("/groups/{group}/threads?{query}{cursor}")).await.expect(200);
        let items = page["items"].as_array().unwrap().iter();
        pages.push(items.map(|topic| topic["title"].as_str().unwrap().to_owned()).collect());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn topics_of_both_groups_stand_in_one_order_over_all_pages() {
    let two = two().await;
    linked(&two).await;
    let Two { app, ana, bob, nico, cor } = &two;
    let mut made = Vec::new();
    for n in 0..45 {
        // Some of one, then some of the other.
        let (by, group) = if n % 7 < 4 { (bob, "bijstand") } else { (cor, "landelijk") };
        made.push(topic(by, group, &format!("Vraag {n}")).await);
        app.clock.advance(1);
    }
    let mut newest: Vec<String> = (0..45).rev().map(|n| format!("Vraag {n}")).collect();
    let sizes = |pages: &[Vec<String>]| pages.iter().map(Vec::len).collect::<Vec<_>>();
    for sort in ["sort=active", "sort=new", "sort=unanswered"] {
        let pages = pages(bob, "landelijk", sort).await;
        assert_eq!(sizes(&pages), [20, 20, 5], "{sort}");
        assert_eq!(pages.concat(), newest, "{sort}");
    }
    for limit in [1, 7, 44, 45, 100] {
        let pages = pages(bob, "landelijk", &format!("limit={limit}")).await;
        assert_eq!(pages.concat(), newest, "{limit}");
        assert_eq!(pages.len(), 45_usize.div_ceil(limit), "{limit}");
    }

    // An answer brings a topic up, its own group pins it on top of its own list alone.
    let answered = [1, 5, 30];
    for n in answered {
        app.clock.advance(1);
        reply(if n % 7 < 4 { bob } else { cor }, &made[n], "Zo.").await.expect(201);
    }
    ana.put(&format!("/threads/{}/pin", made[0]), json!({})).await.expect(204);
    nico.put(&format!("/threads/{}/pin", made[4]), json!({})).await.expect(204);
    let is_answered = |title: &String| answered.iter().any(|n| *title == format!("Vraag {n}"));
    let unanswered: Vec<String> = newest.iter().filter(|title| !is_answered(title)).cloned().collect();
    assert_eq!(pages(bob, "landelijk", "sort=unanswered").await.concat(), unanswered);
    newest.retain(|title| title != "Vraag 4");
    newest.insert(0, "Vraag 4".to_owned());
    assert_eq!(pages(bob, "landelijk", "sort=new").await.concat(), newest);
    let brought: Vec<String> = [4, 30, 5, 1].iter().map(|n| format!("Vraag {n}")).collect();
    let mut active = brought.clone();
    active.extend(newest.into_iter().filter(|title| !brought.contains(title)));
    let shown = pages(bob, "landelijk", "sort=active").await;
    assert_eq!((sizes(&shown), shown.concat()), (vec![20, 20, 5], active));
    let top = bob.get("/groups/landelijk/threads?limit=100").await.expect(200)["items"].clone();
    let pinned: Vec<&Value> =
        top.as_array().unwrap().iter().filter(|topic| topic["pinned"] == true).collect();
    assert_eq!((pinned.len(), &pinned[0]["title"]), (1, &json!("Vraag 4")));

    // What is posted meanwhile shifts nothing.
    let first = bob.get("/groups/landelijk/threads?sort=new").await.expect(200);
    topic(bob, "bijstand", "Tussendoor").await;
    topic(cor, "landelijk", "Ook tussendoor").await;
    let next = first["next"].as_str().unwrap();
    let second = bob.get(&format!("/groups/landelijk/threads?sort=new&cursor={next}")).await.expect(200);
    let title = |page: &Value, at: usize| page["items"][at]["title"].clone();
    assert_eq!((title(&first, 19), title(&second, 0)), (json!("Vraag 26"), json!("Vraag 25")));
}

#[tokio::test]
async fn owners_are_told_of_links_and_the_log_keeps_what_was_decided() {
    let two = two().await;
    let Two { app, ana, bob, nico, cor } = &two;
    let mia = app.member("mia").await;
    joins(&mia, "bijstand").await;
    let role = json!({ "person": "mia", "role": "moderator" });
    ana.patch("/groups/bijstand/memberships", role).await.expect(204);
    let link = linked(&two).await;
    app.settle().await;
    let count = async |of: &Member| {
        let kinds = ["link-asked", "link-accepted", "link-ended"];
        [told(of, kinds[0]).await.len(), told(of, kinds[1]).await.len(), told(of, kinds[2]).await.len()]
    };
    // It was answered before anybody could be told that it waits.
    assert_eq!((count(ana).await, count(nico).await), ([0, 0, 0], [0, 1, 0]));
    let wish = json!({ "group": "bijstand", "side": "source", "note": "Ook andersom?" });
    let asked = nico.post("/groups/landelijk/links", wish).await.expect(201);
    app.settle().await;
    let place = app.url("/g/bijstand/links");
    let said = told(ana, "link-asked").await;
    assert_eq!((said.len(), &said[0].0), (1, &place));
    let path = format!("/groups/bijstand/links/{}", asked["id"].as_str().unwrap());
    delete(app, ana, &path, "Niet nu").await.expect(204);
    let path = format!("/groups/bijstand/links/{link}");
    delete(app, ana, &path, "Het past niet").await.expect(204);
    app.settle().await;
    assert_eq!((count(ana).await, count(nico).await), ([1, 0, 0], [0, 1, 2]));
    let ended = told(nico, "link-ended").await;
    assert_eq!(ended[0], (app.url("/g/landelijk/links"), "Het past niet".to_owned()));
    assert_eq!(ended[1].1, "Niet nu");
    for other in [bob, cor, &mia] {
        assert_eq!(count(other).await, [0, 0, 0], "{}", other.name);
    }

    let kept = log(&app.anonymous(), "bijstand").await;
    for (act, reason) in [("accept-link", ""), ("end-link", "Het past niet")] {
        assert!(kept.contains(&(act.to_owned(), reason.to_owned())), "{act}: {kept:?}");
    }
    assert_eq!(app.failures().await, Vec::<String>::new());
}
