//! Values that one of the two databases can't hold, or gives back as something else.

use serde_json::{Value, json};

use super::hostile::{Attack, id};

async fn post(attack: &Attack, note: &Value) -> (u16, String, String) {
    let word = id(note).rsplit('/').next().unwrap();
    attack.by_eve(&attack.eve.activity("Create", word, note.clone())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_outside_of_all_years_spoils_no_page() {
    let attack = Attack::new().await;
    let mut older = attack.eve.note("1", &[&attack.scene.group_uri], None);
    older["published"] = json!("0000-01-01T00:00:00+01:00");
    let mut newer = attack.eve.note("2", &[&attack.scene.group_uri], None);
    newer["published"] = json!("2026-01-01T00:00:00Z");
    newer["updated"] = json!("9999-12-31T23:59:59-01:00");
    for note in [older, newer] {
        assert_eq!(post(&attack, &note).await.1, "applied");
        let thread = attack.scene.row(id(&note)).await.thread_id;
        assert_eq!(attack.scene.app.get(&format!("/t/{thread}")).await.status, 200, "{note}");
    }
    assert_eq!(attack.scene.app.get("/g/bijstand").await.status, 200);
    for at in ["-9999999999999999", "9223372036854775807"] {
        let page = format!("/g/bijstand?after={at}_00000000000000000000000000000000");
        assert!(attack.scene.app.get(&page).await.status < 500, "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_character_zero_is_in_no_text_and_stops_nothing() {
    let attack = Attack::new().await;
    let (app, owner) = (&attack.scene.app, &attack.scene.owner);
    let mut note = attack.eve.note("1", &[&attack.scene.group_uri, "a\0b"], None);
    note["type"] = json!("Page");
    note["name"] = json!("Zo\0 doen wij dat");
    note["language"] = json!("n\0l");
    note["summary"] = json!("\0");
    note["attachment"] = json!([{ "type": "Image", "mediaType": "image/\0png", "url": "http://evil.test/a\0.png", "name": "\0" }]);
    let mut create = attack.eve.activity("Create", "1", note.clone());
    create["cc"] = json!(["a\0b", { "id": "\0" }]);
    assert_eq!(attack.by_eve(&create).await, (202, "applied".to_owned(), String::new()));
    let mut odd = attack.eve.activity("Like", "2", note["id"].clone());
    odd["type"] = json!("Li\0ke");
    assert_eq!(attack.eve.post(app, &odd).await.status, 400);
    let after = attack.eve.note("3", &[&attack.scene.group_uri], None);
    assert_eq!(post(&attack, &after).await.1, "applied", "what comes after it");

    for path in ["/u/a%00b", "/g/bijstand%00", "/search?q=a%00", "/api/v1/people/a%00", "/t/%00"] {
        assert_eq!(app.get(path).await.status, 400, "{path}");
    }
    let typed = |title: &str| json!({ "title": title, "content": "Hoe zit dat?" });
    let refused = owner.post("/groups/bijstand/threads", typed("Een\0 vraag")).await;
    assert!(refused.expect(400)["detail"].as_str().is_some_and(|detail| detail.contains("U+0000")));
    owner.post("/groups/bijstand/threads", typed("Een \\u0000 vraag")).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_is_no_longer_than_an_index_takes() {
    let attack = Attack::new().await;
    // No two parts alike, or PostgreSQL would store it compressed.
    let long: String =
        (0..400).map(|n: u64| format!("{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    let note = |end: &str| attack.eve.note(&long[..end.parse().unwrap()], &[&attack.scene.group_uri], None);
    let create = |end: &str, note: Value| attack.eve.activity("Create", &long[..end.parse().unwrap()], note);
    assert_eq!(attack.by_eve(&create("1100", note("1100"))).await.1, "applied");
    assert_eq!(attack.eve.post(&attack.scene.app, &create("1300", note("1"))).await.status, 400);
    let refused = attack.by_eve(&create("1", note("1300"))).await;
    assert_eq!((refused.1.as_str(), refused.2.as_str()), ("refused", "no-id"));
    let short = attack.eve.note("2", &[&attack.scene.group_uri], None);
    assert_eq!(post(&attack, &short).await.1, "applied", "what comes after it");
}
