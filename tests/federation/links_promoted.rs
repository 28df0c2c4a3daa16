//! Topics that are proposed to a linked group: who asks in one consents, the curators there decide, and only then is it shown.

use serde_json::{Value, json};

use super::linked::{SOURCE, TARGET, Two, answers, deletes, fields, group, replies, sent, starts, told, via};
use super::pair::{copy, id, joins};
use crate::support::{Member, Reply};

/// The two, with a link by which `wonen` shows what its curators accept. Cas and Dora belong to `bijstand`.
struct Promoting {
    two: Two,
    cas: Member,
    dora: Member,
}

impl Promoting {
    async fn new() -> Self {
        let two = Two::new().await;
        two.link("bijstand", "wonen", "promoted").await;
        let (cas, dora) = (two.here.member("cas").await, two.here.member("dora").await);
        for member in [&cas, &dora] {
            member.post("/groups/bijstand/memberships", json!({})).await.expect(201);
        }
        Self { two, cas, dora }
    }

    /// Cas starts a topic.
    async fn topic(&self, title: &str) -> Value {
        let made = starts(&self.cas, "bijstand", title).await;
        self.two.settle().await;
        made
    }

    /// Cas proposes a topic of his own, which needs nobody else's consent.
    async fn offered(&self, title: &str) -> (Value, Value) {
        let topic = self.topic(title).await;
        let made = proposes(&self.cas, &topic, TARGET).await.expect(201);
        assert_eq!(made["state"], "offered", "{made}");
        self.two.settle().await;
        (topic, made)
    }

    /// Whether anything of a proposal was sent.
    async fn offers_sent(&self) -> usize {
        sent(&self.two.here).await.iter().filter(|one| one["type"] == "Offer").count()
    }
}

/// Somebody proposes a topic.
async fn proposes(by: &Member, topic: &Value, to: &str) -> Reply {
    let proposal = json!({"group": to, "note": "Dit speelt overal."});
    by.post(&format!("/threads/{}/promotions", id(topic)), proposal).await
}

/// What waits for the curators of a group.
async fn offers(by: &Member, group: &str) -> Vec<Value> {
    let found = by.get(&format!("/groups/{group}/offers")).await.expect(200);
    found["offers"].as_array().unwrap().clone()
}

fn path(promotion: &Value) -> String {
    format!("/promotions/{}", id(promotion))
}

fn to(state: &str) -> Value {
    json!({"state": state})
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_consent_of_whoever_asks_nothing_is_sent() {
    let scene = Promoting::new().await;
    let Promoting { two, cas, dora } = &scene;
    let topic = scene.topic("Van Cas").await;
    assert_eq!(via(&two.els, "wonen").await, Vec::<String>::new(), "only what is accepted");
    let fien = two.here.member("fien").await;
    assert_eq!(proposes(&two.here.anonymous(), &topic, TARGET).await.refused(401), "signed-out");
    assert_eq!(proposes(&fien, &topic, TARGET).await.refused(403), "not-member");
    group(&two.ana, "geld").await;
    for nowhere in ["geld", "bijstand"] {
        assert_eq!(fields(&proposes(dora, &topic, nowhere).await), ["group"], "{nowhere}");
    }
    let made = proposes(dora, &topic, TARGET).await.expect(201);
    assert_eq!((&made["state"], &made["note"]), (&json!("consent"), &json!("Dit speelt overal.")), "{made}");
    assert_eq!((&made["thread"]["id"], &made["thread"]["title"]), (&topic["id"], &json!("Van Cas")));
    assert_eq!((&made["from"]["name"], &made["to"]["name"]), (&json!("bijstand"), &json!(TARGET)));
    assert_eq!(fields(&proposes(dora, &topic, TARGET).await), ["group"], "it stands already");
    two.settle().await;
    assert_eq!(told(cas).await, ["promotion-asked"]);
    assert_eq!((scene.offers_sent().await, offers(&two.bo, "wonen").await.len()), (0, 0));
    // Nobody consents in his place, and others know nothing of it.
    for other in [dora, &two.ana] {
        assert!(matches!(other.patch(&path(&made), to("offered")).await.status, 403 | 404), "{}", other.name);
    }
    assert_eq!(fien.get(&path(&made)).await.refused(404), "not-found");
    assert_eq!(cas.patch(&path(&made), to("declined")).await.expect(200)["state"], "declined");
    assert!(
        matches!(cas.patch(&path(&made), to("accepted")).await.status, 400..=499),
        "nor shown by himself"
    );
    two.settle().await;
    assert_eq!(dora.get(&path(&made)).await.expect(200)["state"], "declined");
    assert_eq!((scene.offers_sent().await, offers(&two.bo, "wonen").await.len()), (0, 0));
    assert!(!told(&two.bo).await.contains(&"promotion-offered".to_owned()));

    // Whoever asks elsewhere can't be asked here.
    joins(&two.els, SOURCE).await;
    two.settle().await;
    let elsewhere = starts(&two.els, SOURCE, "Van Els").await;
    two.settle().await;
    let at_home = copy(dora, &elsewhere).await;
    assert_eq!(fields(&proposes(dora, &at_home, TARGET).await), ["group"]);
    assert_eq!(scene.offers_sent().await, 0);
    two.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn curators_refuse_with_a_reason_that_the_asker_hears() {
    let scene = Promoting::new().await;
    let Promoting { two, cas, dora } = &scene;
    let topic = scene.topic("Van Cas").await;
    let made = proposes(dora, &topic, TARGET).await.expect(201);
    assert_eq!(cas.patch(&path(&made), to("offered")).await.expect(200)["state"], "offered");
    two.settle().await;
    assert_eq!(scene.offers_sent().await, 1);
    assert_eq!(told(&two.bo).await[0], "promotion-offered");
    let waits = offers(&two.bo, "wonen").await;
    assert_eq!((waits.len(), &waits[0]["thread"]["title"]), (1, &json!("Van Cas")), "{waits:?}");
    assert_eq!((&waits[0]["from"]["name"], &waits[0]["to"]["name"]), (&json!(SOURCE), &json!("wonen")));
    assert_eq!(waits[0]["note"], "Dit speelt overal.");
    assert_eq!(via(&two.els, "wonen").await, Vec::<String>::new());
    // Members don't see the queue and decide nothing; nor does the group that it comes from.
    assert!(matches!(two.els.get("/groups/wonen/offers").await.status, 403 | 404));
    assert!(matches!(two.els.patch(&path(&waits[0]), to("accepted")).await.status, 403 | 404));
    assert!(matches!(two.ana.patch(&path(&made), to("accepted")).await.status, 400..=499));

    assert_eq!(fields(&two.bo.patch(&path(&waits[0]), to("refused")).await), ["reason"]);
    let no = json!({"state": "refused", "reason": "Te plaatselijk"});
    let refused = two.bo.patch(&path(&waits[0]), no).await.expect(200);
    assert_eq!((&refused["state"], &refused["reason"]), (&json!("refused"), &json!("Te plaatselijk")));
    two.settle().await;
    let at_home = cas.get(&path(&made)).await.expect(200);
    assert_eq!((&at_home["state"], &at_home["reason"]), (&json!("refused"), &json!("Te plaatselijk")));
    for member in [cas, dora] {
        let notices = member.get("/me/notices").await.expect(200);
        let latest = &notices["items"][0];
        let heard = (&latest["kind"], &latest["reason"]);
        assert_eq!(heard, (&json!("promotion-decided"), &json!("Te plaatselijk")), "{}", member.name);
    }
    assert!(offers(&two.bo, "wonen").await.is_empty() && via(&two.els, "wonen").await.is_empty());
    let late = two.bo.patch(&path(&waits[0]), to("accepted")).await;
    assert!(matches!(late.status, 400..=499), "decided is decided: {}", late.text);
    two.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_curators_accept_is_shown_until_either_side_takes_it_back() {
    let scene = Promoting::new().await;
    let Promoting { two, cas, .. } = &scene;
    for by_asker in [true, false] {
        let title = if by_asker { "Voor iedereen" } else { "Nog een keer" };
        let (topic, made) = scene.offered(title).await;
        let waits = offers(&two.bo, "wonen").await.remove(0);
        assert_eq!(two.bo.patch(&path(&waits), to("accepted")).await.expect(200)["state"], "accepted");
        two.settle().await;
        assert_eq!(via(&two.els, "wonen").await, [format!("{title} via {SOURCE}")]);
        assert_eq!(cas.get(&path(&made)).await.expect(200)["state"], "accepted");
        assert_eq!(told(cas).await[0], "promotion-decided");
        let at_home = two.here.anonymous().get(&format!("/threads/{}", id(&topic))).await.expect(200);
        assert_eq!(at_home["shownIn"][0]["name"], TARGET, "{at_home}");
        let listed = cas.get(&format!("/threads/{}/promotions", id(&topic))).await.expect(200);
        assert!(listed.to_string().contains(id(&made)), "{listed}");

        let seen = copy(&two.els, &topic).await;
        answers(&two.els, &seen, "Zo doen wij het.").await.expect(201);
        two.settle().await;
        assert!(replies(cas, &topic).await.concat().contains("Zo doen wij het."));

        if by_asker {
            assert_eq!(cas.patch(&path(&made), to("ended")).await.expect(200)["state"], "ended");
        } else {
            let off = format!("/groups/wonen/shown/{}", id(&seen));
            assert_eq!(fields(&deletes(&two.there, &two.bo, &off, "").await), ["reason"]);
            assert_eq!(deletes(&two.there, &two.bo, &off, "Opgelost").await.status, 204);
        }
        two.settle().await;
        assert_eq!(via(&two.els, "wonen").await, Vec::<String>::new(), "{title}");
        assert_eq!(cas.get(&path(&made)).await.expect(200)["state"], "ended", "{title}");
        let refused = answers(&two.els, &seen, "Nog iets").await;
        assert_eq!(refused.refused(403), "not-member", "and whoever doesn't belong there answers no more");
    }
    // What is taken back before anybody decided waits for nobody.
    let (_topic, made) = scene.offered("Toch niet").await;
    assert_eq!(offers(&two.bo, "wonen").await.len(), 1);
    cas.patch(&path(&made), to("ended")).await.expect(200);
    two.settle().await;
    assert!(offers(&two.bo, "wonen").await.is_empty());
    two.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn between_groups_of_one_instance_it_goes_the_same_way_and_nothing_is_sent() {
    let scene = Promoting::new().await;
    let Promoting { two, cas, dora } = &scene;
    group(&two.ana, "landelijk").await;
    let wish = json!({"group": "landelijk", "side": "source"});
    let made = two.ana.post("/groups/bijstand/links", wish).await.expect(201);
    assert_eq!(made["state"], "accepted", "she owns both: {made}");
    let link = two.ana.get("/groups/landelijk/links").await.expect(200)["links"][0].clone();
    let only = json!({"takes": "promoted", "words": []});
    two.ana.patch(&format!("/groups/landelijk/links/{}", id(&link)), only).await.expect(200);
    let topic = scene.topic("Van Cas").await;
    let made = proposes(dora, &topic, "landelijk").await.expect(201);
    assert!(
        matches!(two.ana.patch(&path(&made), to("accepted")).await.status, 400..=499),
        "not before he says so"
    );
    assert_eq!(via(cas, "landelijk").await, Vec::<String>::new());
    cas.patch(&path(&made), to("offered")).await.expect(200);
    assert_eq!(offers(&two.ana, "landelijk").await.len(), 1);
    assert_eq!(two.ana.patch(&path(&made), to("accepted")).await.expect(200)["state"], "accepted");
    two.settle().await;
    assert_eq!(via(cas, "landelijk").await, ["Van Cas via bijstand"]);
    assert_eq!(via(&two.els, "wonen").await, Vec::<String>::new());
    assert_eq!(scene.offers_sent().await, 0);
    two.check().await;
}
