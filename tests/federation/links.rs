//! Links between groups on instances of ours: asked by either side, accepted, filtered, ended. What is shown stays where it is at home.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde_json::{Value, json};
use vakplein::db::schema;

use super::linked::{
    SOURCE, TARGET, Two, accepts, answers, arrived, asks, deletes, ends, fields, group, links, replies, sent,
    starts, states, text, told, via,
};
use super::pair::{copy, id, joins, titles};
use crate::support::{Net, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn a_group_shows_topics_of_another_once_its_staff_accepts_and_answers_go_home() {
    let two = Two::new().await;
    // So that only a link lets somebody answer who isn't a member.
    two.ana.patch("/groups/bijstand", json!({"joining": "approval"})).await.expect(200);
    let wish = json!({"group": SOURCE, "side": "target", "note": "Wij lezen graag mee."});
    let path = "/groups/wonen/links";
    assert_eq!(two.there.anonymous().post(path, wish.clone()).await.refused(401), "signed-out");
    assert_eq!(two.els.post(path, wish.clone()).await.refused(403), "not-owner");
    assert_eq!(fields(&two.bo.post(path, json!({"group": TARGET, "side": "target"})).await), ["group"]);
    let asked = two.bo.post(path, wish.clone()).await;
    let place = asked.location().to_owned();
    let asked = asked.expect(201);
    assert_eq!(place, two.there.url(&format!("/api/v1/groups/wonen/links/{}", id(&asked))));
    assert_eq!((&asked["side"], &asked["state"]), (&json!("target"), &json!("asked")), "{asked}");
    assert_eq!((&asked["awaitsUs"], &asked["group"]["name"]), (&json!(false), &json!(SOURCE)));
    assert_eq!((&asked["takes"], &asked["words"]), (&json!("all"), &json!([])));
    assert_eq!(fields(&two.bo.post(path, wish).await), ["group"], "twice");
    two.settle().await;
    assert_eq!((told(&two.ana).await, told(&two.bo).await), (vec!["link-asked".to_owned()], vec![]));

    // Until it is accepted nothing is shown, and only those who decide see that it waits.
    two.topic("bijstand", "Te vroeg").await;
    assert_eq!(via(&two.bo, "wonen").await, Vec::<String>::new());
    let waits = links(&two.ana, "bijstand").await;
    assert_eq!((waits.len(), &waits[0]["side"]), (1, &json!("source")));
    assert_eq!((&waits[0]["awaitsUs"], &waits[0]["group"]["name"]), (&json!(true), &json!(TARGET)));
    assert_eq!(waits[0]["note"], "Wij lezen graag mee.", "what was written to them is there to read");
    let dora = two.here.member("dora").await;
    assert!(links(&dora, "bijstand").await.is_empty() && links(&two.els, "wonen").await.is_empty());
    let (yes, path) = (json!({"state": "accepted"}), format!("/groups/bijstand/links/{}", id(&waits[0])));
    assert!(matches!(dora.patch(&path, yes.clone()).await.status, 403 | 404));
    let by_asker = two.bo.patch(&format!("/groups/wonen/links/{}", id(&asked)), yes.clone()).await;
    assert!(matches!(by_asker.status, 400..=499), "whoever asks doesn't accept: {}", by_asker.text);
    two.settle().await;
    assert_eq!(states(&two.ana, "bijstand").await, ["source asked"]);
    assert_eq!(two.ana.patch(&path, yes).await.expect(200)["state"], "accepted");
    two.settle().await;
    assert_eq!(told(&two.bo).await, ["link-accepted"]);
    assert_eq!(states(&two.bo, "wonen").await, ["target accepted"]);
    let public = links(&two.there.anonymous(), "wonen").await;
    assert_eq!((public.len(), text(&public[0]["note"])), (1, String::new()), "{public:?}");

    let topic = two.topic("bijstand", "Toeslag").await;
    assert!(via(&two.els, "wonen").await.contains(&format!("Toeslag via {SOURCE}")));
    assert!(via(&two.els, SOURCE).await.is_empty(), "at home it is no other group's");
    let seen = copy(&two.els, &topic).await;
    assert_eq!((&seen["group"]["name"], &seen["shownIn"][0]["name"]), (&json!(SOURCE), &json!("wonen")));
    // Els belongs to the group that shows it, and so takes part; whoever doesn't, doesn't.
    let fien = two.there.member("fien").await;
    assert_eq!(answers(&fien, &seen, "Ik ook").await.refused(403), "not-member");
    let own = answers(&two.els, &seen, "Zo doen **wij** het.").await.expect(201);
    two.els.put(&format!("/posts/{}/reactions/like", id(&seen)), json!({})).await;
    two.settle().await;
    assert_eq!(two.els.get(&format!("/posts/{}", id(&own))).await.expect(200)["pending"], false);
    let at_home = replies(&two.ana, &topic).await;
    assert!(at_home.len() == 1 && at_home[0].contains("<strong>wij</strong>"), "{at_home:?}");
    let liked = two.ana.get(&format!("/threads/{}", id(&topic))).await.expect(200);
    assert_eq!(liked["likeCount"], 1);
    answers(&two.ana, &topic, "Dank u wel.").await.expect(201);
    two.settle().await;
    assert_eq!(replies(&two.bo, &seen).await.len(), 2, "and what is answered at home comes here");
    two.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_offers_its_topics_and_the_other_takes_them_or_not() {
    let two = Two::new().await;
    asks(&two.ana, "bijstand", "source", TARGET).await;
    two.settle().await;
    assert_eq!((told(&two.bo).await, told(&two.ana).await), (vec!["link-asked".to_owned()], vec![]));
    ends(&two.there, &two.bo, "wonen", "Nu niet").await;
    two.settle().await;
    assert!(links(&two.ana, "bijstand").await.is_empty() && links(&two.bo, "wonen").await.is_empty());
    assert_eq!(told(&two.ana).await, ["link-ended"]);
    let why = two.ana.get("/me/notices").await.expect(200)["items"][0]["reason"].clone();
    assert_eq!(why, "Nu niet");

    // Whoever asked takes it back: there is nothing to accept any more.
    asks(&two.ana, "bijstand", "source", TARGET).await;
    two.settle().await;
    let waits = links(&two.bo, "wonen").await.remove(0);
    ends(&two.here, &two.ana, "bijstand", "").await;
    two.settle().await;
    let gone = format!("/groups/wonen/links/{}", id(&waits));
    assert_eq!(two.bo.patch(&gone, json!({"state": "accepted"})).await.refused(404), "not-found");

    asks(&two.ana, "bijstand", "source", TARGET).await;
    two.settle().await;
    accepts(&two.bo, "wonen", json!({"state": "accepted", "words": ["toeslag"]})).await;
    two.settle().await;
    assert_eq!(states(&two.ana, "bijstand").await, ["source accepted"]);
    assert_eq!(states(&two.bo, "wonen").await, ["target accepted"]);
    assert_eq!(told(&two.ana).await[0], "link-accepted");
    for title in ["Toeslag", "Huur"] {
        two.topic("bijstand", title).await;
    }
    assert_eq!(via(&two.els, "wonen").await, [format!("Toeslag via {SOURCE}")]);

    // The other way, too: the same groups, another link.
    asks(&two.ana, "bijstand", "target", TARGET).await;
    two.settle().await;
    accepts(&two.bo, "wonen", json!({"state": "accepted"})).await;
    two.settle().await;
    assert_eq!(states(&two.ana, "bijstand").await, ["source accepted", "target accepted"]);
    starts(&two.bo, "wonen", "Urgentie").await;
    two.settle().await;
    assert_eq!(via(&two.ana, "bijstand").await, [format!("Urgentie via {TARGET}")]);
    assert_eq!(titles(&two.els, "wonen").await, ["Toeslag", "Urgentie"], "and each once");
    assert_eq!(titles(&two.ana, "bijstand").await, ["Huur", "Toeslag", "Urgentie"]);
    two.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_ask_each_other_agree() {
    let two = Two::new().await;
    // Each after the other has asked, and both at the same moment.
    asks(&two.bo, "wonen", "target", SOURCE).await;
    two.settle().await;
    assert_eq!(asks(&two.ana, "bijstand", "source", TARGET).await["state"], "accepted");
    group(&two.ana, "geld").await;
    group(&two.bo, "buurt").await;
    asks(&two.bo, "buurt", "target", "geld@werkplein.test").await;
    asks(&two.ana, "geld", "source", "buurt@gemeente.test").await;
    two.settle().await;
    for (source, target) in [("bijstand", "wonen"), ("geld", "buurt")] {
        assert_eq!(states(&two.ana, source).await, ["source accepted"], "{source}");
        assert_eq!(states(&two.bo, target).await, ["target accepted"], "{target}");
        two.topic(source, "Samen").await;
        assert_eq!(via(&two.bo, target).await, [format!("Samen via {source}@werkplein.test")]);
    }
    two.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn either_side_ends_it_and_nothing_is_shown_any_more() {
    for by_source in [true, false] {
        let two = Two::linked().await;
        let topic = two.topic("bijstand", "Toeslag").await;
        let seen = copy(&two.els, &topic).await;
        assert_eq!(via(&two.els, "wonen").await, [format!("Toeslag via {SOURCE}")]);
        let other = if by_source {
            ends(&two.here, &two.ana, "bijstand", "Wij stoppen ermee").await;
            &two.bo
        } else {
            ends(&two.there, &two.bo, "wonen", "Wij stoppen ermee").await;
            &two.ana
        };
        two.settle().await;
        assert_eq!(told(other).await[0], "link-ended");
        if by_source {
            let notices = other.get("/me/notices").await.expect(200);
            assert_eq!(notices["items"][0]["reason"], "Wij stoppen ermee", "{notices}");
        }
        assert!(links(&two.ana, "bijstand").await.is_empty() && links(&two.bo, "wonen").await.is_empty());
        assert_eq!(via(&two.els, "wonen").await, Vec::<String>::new());
        assert_eq!(answers(&two.els, &seen, "Nog iets").await.refused(403), "not-member");
        let before = arrived(&two.there, "werkplein.test", "Announce").await;
        two.topic("bijstand", "Daarna").await;
        assert_eq!(arrived(&two.there, "werkplein.test", "Announce").await, before);

        two.link("bijstand", "wonen", "all").await;
        two.topic("bijstand", "Weer samen").await;
        assert!(via(&two.els, "wonen").await.contains(&format!("Weer samen via {SOURCE}")));
        two.check().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_with_words_takes_what_has_one_of_them_in_any_form() {
    let two = Two::new().await;
    let wish = |words: Value| json!({"group": SOURCE, "side": "target", "words": words});
    let many: Vec<String> = (0..21).map(|number| format!("woord {number}")).collect();
    for wrong in [json!(many), json!(["x".repeat(61)]), json!(["?!"])] {
        assert_eq!(fields(&two.bo.post("/groups/wonen/links", wish(wrong)).await), ["words"]);
    }
    let words = json!(["toeslag", "bijzondere bijstand"]);
    let asked = two.bo.post("/groups/wonen/links", wish(words.clone())).await.expect(201);
    assert_eq!(asked["words"], words);
    two.settle().await;
    accepts(&two.ana, "bijstand", json!({"state": "accepted"})).await;
    two.settle().await;
    for title in ["Toeslagen aangevraagd", "Bijstand, en wel bijzonder", "Bijstand", "Huur betalen"] {
        two.topic("bijstand", title).await;
    }
    let in_its_text = json!({"title": "Vraag", "content": "Krijg ik een TOESLAG?"});
    two.ana.post("/groups/bijstand/threads", in_its_text).await.expect(201);
    two.settle().await;
    let named = |titles: &[&str]| -> Vec<String> {
        titles.iter().map(|title| format!("{title} via {SOURCE}")).collect()
    };
    let expected = named(&["Bijstand, en wel bijzonder", "Toeslagen aangevraagd", "Vraag"]);
    assert_eq!(via(&two.els, "wonen").await, expected);

    // Only the staff of the group that shows them changes that, and it counts at once.
    let path = format!("/groups/wonen/links/{}", id(&asked));
    let change = json!({"takes": "all", "words": ["huur"]});
    assert!(matches!(two.els.patch(&path, change.clone()).await.status, 403 | 404));
    let at_source = links(&two.ana, "bijstand").await.remove(0);
    let by_source = format!("/groups/bijstand/links/{}", id(&at_source));
    assert!(matches!(two.ana.patch(&by_source, change.clone()).await.status, 400..=499));
    two.bo.patch(&path, change).await.expect(200);
    two.settle().await;
    assert_eq!(via(&two.els, "wonen").await, named(&["Huur betalen"]));
    two.bo.patch(&path, json!({"takes": "all", "words": []})).await.expect(200);
    assert_eq!(via(&two.els, "wonen").await.len(), 5);
    two.bo.patch(&path, json!({"takes": "promoted", "words": []})).await.expect(200);
    assert_eq!(via(&two.els, "wonen").await, Vec::<String>::new());
    two.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_elsewhere_see_the_topics_and_answer_at_their_home() {
    let two = Two::linked().await;
    let third = two.net.app("uwv.test").await;
    let (cy, gijs) = (third.member("cy").await, third.member("gijs").await);
    joins(&cy, TARGET).await;
    let all = [&two.here, &two.there, &third];
    two.net.settle(&all).await;
    let topic = starts(&two.ana, "bijstand", "Toeslag").await;
    answers(&two.ana, &topic, "Dat zoek ik uit.").await.expect(201);
    two.net.settle(&all).await;
    assert_eq!(via(&cy, TARGET).await, [format!("Toeslag via {SOURCE}")]);
    assert_eq!(arrived(&third, "gemeente.test", "Announce").await, 1, "the topic, once, and no replies");
    assert_eq!(arrived(&third, "werkplein.test", "Announce").await, 0);
    let seen = copy(&cy, &topic).await;
    assert_eq!((&seen["group"]["name"], replies(&cy, &seen).await.len()), (&json!(SOURCE), 0));

    assert_eq!(answers(&gijs, &seen, "Ik ook").await.refused(403), "not-member");
    let own = answers(&cy, &seen, "Bij ons in mei.").await.expect(201);
    two.net.settle(&all).await;
    assert_eq!(cy.get(&format!("/posts/{}", id(&own))).await.expect(200)["pending"], false);
    assert!(replies(&two.ana, &topic).await.concat().contains("Bij ons in mei."));
    assert!(replies(&two.els, &copy(&two.els, &topic).await).await.concat().contains("Bij ons in mei."));

    // Its curators take it off, with a reason; nothing that happens in it brings it back.
    let off = format!("/groups/wonen/shown/{}", id(&copy(&two.bo, &topic).await));
    assert_eq!(fields(&deletes(&two.there, &two.bo, &off, " ").await), ["reason"]);
    assert!(matches!(deletes(&two.there, &two.els, &off, "Weg").await.status, 403 | 404));
    assert_eq!(deletes(&two.there, &two.bo, &off, "Past hier niet").await.status, 204);
    two.net.settle(&all).await;
    answers(&two.ana, &topic, "Nog iets.").await.expect(201);
    two.net.settle(&all).await;
    assert!(via(&two.els, "wonen").await.is_empty() && via(&cy, TARGET).await.is_empty());
    assert_eq!(titles(&two.ana, "bijstand").await, ["Toeslag"], "at home nothing changed");

    starts(&two.ana, "bijstand", "Huur").await;
    two.net.settle(&all).await;
    assert_eq!(via(&cy, TARGET).await, [format!("Huur via {SOURCE}")]);
    ends(&two.there, &two.bo, "wonen", "").await;
    two.net.settle(&all).await;
    assert!(via(&two.els, "wonen").await.is_empty() && via(&cy, TARGET).await.is_empty());
    assert_eq!(third.failures().await, Vec::<String>::new());
    two.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_in_a_circle_show_each_topic_once_and_one_hop_away() {
    const NAMES: [&str; 3] = ["amersfoort", "breda", "culemborg"];
    let full = |name: &str| format!("{name}@{name}.test");
    let net = Net::new();
    let (mut apps, mut owners) = (Vec::new(), Vec::new());
    for name in NAMES {
        let app = net.app(&format!("{name}.test")).await;
        let owner = app.member("ana").await;
        group(&owner, name).await;
        apps.push(app);
        owners.push(owner);
    }
    let all: Vec<&TestApp> = apps.iter().collect();
    // Each shows the one before it. Dan sits on the third and belongs to the first.
    for (place, name) in NAMES.into_iter().enumerate() {
        let before = (place + 2) % 3;
        asks(&owners[place], name, "target", &full(NAMES[before])).await;
        net.settle(&all).await;
        accepts(&owners[before], NAMES[before], json!({"state": "accepted"})).await;
        net.settle(&all).await;
    }
    let dan = apps[2].member("dan").await;
    joins(&dan, &full(NAMES[0])).await;
    net.settle(&all).await;
    for (owner, name) in owners.iter().zip(NAMES) {
        let topic = starts(owner, name, &format!("Uit {name}")).await;
        answers(owner, &topic, "Wie weet het?").await.expect(201);
        net.settle(&all).await;
    }
    for (place, (owner, name)) in owners.iter().zip(NAMES).enumerate() {
        let before = NAMES[(place + 2) % 3];
        assert_eq!(via(owner, name).await, [format!("Uit {before} via {}", full(before))]);
        assert_eq!(titles(owner, name).await.len(), 2, "its own and that one, each once");
    }
    assert_eq!(via(&dan, &full(NAMES[0])).await, ["Uit culemborg via culemborg"], "his own instance's");

    // By two ways at once it is shown once all the same.
    asks(&owners[2], NAMES[2], "target", &full(NAMES[0])).await;
    net.settle(&all).await;
    accepts(&owners[0], NAMES[0], json!({"state": "accepted"})).await;
    net.settle(&all).await;
    starts(&owners[0], NAMES[0], "Nog een").await;
    net.settle(&all).await;
    for place in [1, 2] {
        let shown = via(&owners[place], NAMES[place]).await;
        let again = shown.iter().filter(|line| line.starts_with("Nog een ")).count();
        assert_eq!(again, 1, "{}: {shown:?}", NAMES[place]);
    }

    let mut announced = BTreeSet::new();
    for app in &apps {
        for document in sent(app).await {
            if document["type"] != "Announce" {
                continue;
            }
            let (actor, object) = (&document["actor"], &document["object"]);
            assert_ne!(object["type"], "Announce", "nested: {document}");
            assert!(announced.insert((actor.to_string(), object.to_string())), "twice: {document}");
            // What was written only its own group passes on; others name the topic.
            assert!(object.is_string() || object["audience"] == *actor, "{document}");
        }
        let read = app.app.db.read(|tx| {
            use schema::{activities, deliveries};
            let rows: Vec<(String, String)> = deliveries::table
                .inner_join(activities::table)
                .select((activities::uri, deliveries::inbox))
                .load(tx.conn)?;
            Ok(rows)
        });
        let delivered = read.await.unwrap();
        let each: BTreeSet<&(String, String)> = delivered.iter().collect();
        assert_eq!(each.len(), delivered.len(), "each inbox gets each thing once: {delivered:?}");
        assert_eq!(app.failures().await, Vec::<String>::new());
    }
}
