//! What ends links and what lets them rest: groups that are closed, become closed or go, and servers that are blocked.

use diesel::prelude::*;
use serde_json::{Value, json};
use vakplein::db::schema;

use super::linked::{
    SOURCE, TARGET, Two, accepts, answers, arrived, asks, fields, group, links, starts, states, told, via,
};
use super::pair::copy;
use crate::support::{Member, TestApp};

/// The answer to somebody who asks for a link, without what differs by its words.
async fn answer(by: &Member, group: &str, other: &str) -> (u16, Value) {
    let asked = by.post(&format!("/groups/{group}/links"), json!({"group": other, "side": "target"})).await;
    (asked.status, asked.json)
}

/// How much of all that came to an instance, or stands there, has this text in it.
async fn holds(app: &TestApp, text: &str) -> usize {
    let read = app.app.db.read(|tx| {
        let bodies: Vec<Option<String>> = schema::inbox::table.select(schema::inbox::body).load(tx.conn)?;
        let titles: Vec<String> = schema::threads::table.select(schema::threads::title).load(tx.conn)?;
        Ok(bodies.into_iter().flatten().chain(titles).collect::<Vec<String>>())
    });
    read.await.unwrap().iter().filter(|found| found.contains(text)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_closed_is_linked_to_nothing() {
    let two = Two::new().await;
    let closed = json!({"name": "overleg", "title": "Overleg", "mission": "Vragen", "class": "leden"});
    two.ana.post("/groups", closed).await.expect(201);
    let outward = json!({"group": TARGET, "side": "source"});
    assert_eq!(two.ana.post("/groups/overleg/links", outward).await.refused(403), "not-open");
    let inward = two.ana.post("/groups/bijstand/links", json!({"group": "overleg", "side": "target"})).await;
    assert_eq!(fields(&inward), ["group"]);
    // To whoever doesn't belong to it, it is like one that isn't there: here, and from elsewhere.
    let dora = two.here.member("dora").await;
    group(&dora, "schulden").await;
    let unknown = answer(&dora, "schulden", "nergens").await;
    assert!(matches!(unknown.0, 400 | 404), "{unknown:?}");
    assert_eq!(answer(&dora, "schulden", "overleg").await, unknown);
    let unknown = answer(&two.bo, "wonen", "nergens@werkplein.test").await;
    assert!(matches!(unknown.0, 400 | 404), "{unknown:?}");
    assert_eq!(answer(&two.bo, "wonen", "overleg@werkplein.test").await, unknown);
    two.settle().await;
    assert!(links(&two.ana, "overleg").await.is_empty() && links(&two.bo, "wonen").await.is_empty());
    assert_eq!(told(&two.ana).await, Vec::<String>::new());
    // One that is open may ask.
    asks(&two.bo, "wonen", "target", SOURCE).await;
    two.settle().await;
    assert_eq!(told(&two.ana).await, ["link-asked"]);
    two.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_becomes_closed_or_goes_has_no_links_any_more() {
    let two = Two::linked().await;
    let close = json!({"class": "leden", "confirmCopies": true});
    // The source becomes closed.
    let topic = two.topic("bijstand", "Toeslag").await;
    let seen = copy(&two.els, &topic).await;
    assert_eq!(via(&two.els, "wonen").await, [format!("Toeslag via {SOURCE}")]);
    two.ana.patch("/groups/bijstand", close.clone()).await.expect(200);
    two.settle().await;
    assert!(links(&two.ana, "bijstand").await.is_empty(), "at once");
    assert!(links(&two.bo, "wonen").await.is_empty(), "and the other side hears it");
    assert_eq!(told(&two.bo).await[0], "link-ended");
    assert_eq!(via(&two.els, "wonen").await, Vec::<String>::new());
    assert!(matches!(answers(&two.els, &seen, "Nog iets").await.status, 403 | 404));
    two.topic("bijstand", "Zwijgwoord").await;
    assert_eq!(holds(&two.there, "Zwijgwoord").await, 0);
    let again = json!({"group": TARGET, "side": "source"});
    assert_eq!(two.ana.post("/groups/bijstand/links", again).await.refused(403), "not-open");

    // The target does; then one of two is deleted.
    for (source, target) in [("geld", "buurt"), ("schulden", "jeugd"), ("werk", "zorg")] {
        group(&two.ana, source).await;
        group(&two.bo, target).await;
        two.link(source, target, "all").await;
        two.topic(source, "Voor iedereen").await;
        assert_eq!(via(&two.els, target).await, [format!("Voor iedereen via {source}@werkplein.test")]);
    }
    two.bo.patch("/groups/buurt", close).await.expect(200);
    assert_eq!(two.bo.delete("/groups/jeugd").await.status, 204);
    assert_eq!(two.ana.delete("/groups/werk").await.status, 204);
    two.settle().await;
    for source in ["geld", "schulden"] {
        assert!(links(&two.ana, source).await.is_empty(), "{source}");
        let before = arrived(&two.there, "werkplein.test", "Announce").await;
        two.topic(source, "Zwijgwoord").await;
        assert_eq!(arrived(&two.there, "werkplein.test", "Announce").await, before, "{source}");
    }
    assert_eq!(via(&two.bo, "buurt").await, Vec::<String>::new(), "nor is anything shown in what is closed");
    assert!(links(&two.bo, "zorg").await.is_empty() && via(&two.els, "zorg").await.is_empty());
    assert_eq!(holds(&two.there, "Zwijgwoord").await, 0);
    two.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_while_a_server_is_blocked_and_the_link_outlives_it() {
    let two = Two::linked().await;
    let (chief, elsa) = (two.here.admin("chef").await, two.there.admin("elsa").await);
    let state = |word: &str| json!({"state": word});
    let shown = |title: &str| format!("{title} via {SOURCE}");
    let topic = two.topic("bijstand", "Eerste").await;
    let seen = copy(&two.els, &topic).await;
    assert_eq!(via(&two.els, "wonen").await, [shown("Eerste")]);

    // The server of the group that shows them blocks the other.
    elsa.patch("/admin/peers/werkplein.test", state("blocked")).await.expect(200);
    two.settle().await;
    let link = links(&two.bo, "wonen").await.remove(0);
    assert_eq!((&link["state"], &link["rests"]), (&json!("accepted"), &json!(true)), "{link}");
    let anybody = two.there.anonymous();
    assert!(via(&two.els, "wonen").await.is_empty() && via(&anybody, "wonen").await.is_empty());
    assert_eq!(answers(&two.els, &seen, "Hallo?").await.status, 403);
    two.topic("bijstand", "Tweede").await;
    assert_eq!(holds(&two.there, "Tweede").await, 0);
    group(&two.bo, "buurt").await;
    assert!(matches!(answer(&two.bo, "buurt", SOURCE).await.0, 400 | 403), "and none is asked for");
    elsa.patch("/admin/peers/werkplein.test", state("open")).await.expect(200);
    two.settle().await;
    assert_eq!(links(&two.bo, "wonen").await[0]["rests"], false);
    assert!(via(&two.els, "wonen").await.contains(&shown("Eerste")));
    two.topic("bijstand", "Derde").await;
    assert!(via(&two.els, "wonen").await.contains(&shown("Derde")));

    // The server of the group that they come from does.
    chief.patch("/admin/peers/gemeente.test", state("blocked")).await.expect(200);
    two.settle().await;
    assert_eq!(links(&two.ana, "bijstand").await[0]["rests"], true);
    let before = arrived(&two.there, "werkplein.test", "Announce").await;
    two.topic("bijstand", "Vierde").await;
    assert_eq!(arrived(&two.there, "werkplein.test", "Announce").await, before, "nothing goes there");
    chief.patch("/admin/peers/gemeente.test", state("open")).await.expect(200);
    two.settle().await;
    two.topic("bijstand", "Vijfde").await;
    assert!(via(&two.els, "wonen").await.contains(&shown("Vijfde")));
    assert_eq!(states(&two.ana, "bijstand").await, ["source accepted"]);
    assert_eq!(states(&two.bo, "wonen").await, ["target accepted"]);
    assert!(!told(&two.ana).await.contains(&"link-ended".to_owned()), "nobody ended anything");

    // What is asked while a server is blocked isn't heard.
    chief.patch("/admin/peers/gemeente.test", state("blocked")).await.expect(200);
    two.settle().await;
    group(&two.ana, "geld").await;
    asks(&two.bo, "buurt", "source", SOURCE).await;
    two.settle().await;
    assert_eq!(states(&two.ana, "bijstand").await, ["source accepted"]);
    chief.patch("/admin/peers/gemeente.test", state("open")).await.expect(200);
    asks(&two.ana, "bijstand", "target", "buurt@gemeente.test").await;
    two.settle().await;
    accepts_if_it_waits(&two.bo, "buurt").await;
    two.settle().await;
    starts(&two.bo, "buurt", "Weer samen").await;
    two.settle().await;
    assert_eq!(via(&two.ana, "bijstand").await, ["Weer samen via buurt@gemeente.test"]);
}

/// Accepts the link that waits, unless both sides asked and it is accepted already.
async fn accepts_if_it_waits(by: &Member, group: &str) {
    if links(by, group).await.iter().any(|link| link["awaitsUs"] == true) {
        accepts(by, group, json!({"state": "accepted"})).await;
    }
}
