//! Delivery: order, patience, both schemes, and nothing lost or sent twice.

use diesel::prelude::*;
use vakplein::app::App;
use vakplein::db::schema::{deliveries, jobs, journal, peers};
use vakplein::federation::client::Lookup;
use vakplein::federation::signatures::Scheme;
use vakplein::federation::store::peers::{self as store, PeerForm};
use vakplein::federation::{delivery, outbound};
use vakplein::jobs::{self as queue, Job, Share};
use vakplein::journal::Did;
use vakplein::policy::PeerState;

use super::scene::{Scene, make_group};
use crate::support::TestApp;
use crate::support::receiver::{Says, kind};

/// How many deliveries to a host are in this state.
async fn count(app: &TestApp, host: &str, state: &str) -> i64 {
    let (host, state) = (host.to_owned(), state.to_owned());
    let counted = app.app.db.read(move |tx| {
        let rows = deliveries::table.filter(deliveries::host.eq(host)).filter(deliveries::state.eq(state));
        Ok(rows.count().get_result(tx.conn)?)
    });
    counted.await.unwrap()
}

#[tokio::test]
async fn each_server_gets_the_form_that_it_shows() {
    let scene = Scene::new().await;
    let (lemmy, _) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    let (mastodon, _) = scene.member_at("mastodon.test", PeerForm::Microblog).await;
    let (unknown, _) = scene.member_at("unknown.test", PeerForm::Unknown).await;
    let topic = scene.topic("Titel", "Tekst.").await;
    scene.app.settle().await;
    let announced = lemmy.take();
    assert_eq!(announced.iter().map(kind).collect::<Vec<_>>(), ["Announce/Create"]);
    assert_eq!(announced[0]["object"]["object"]["type"], "Page");
    assert_eq!(announced[0]["cc"][0], scene.app.url("/g/schulden/followers"));
    let boosted = mastodon.take();
    assert_eq!(boosted.iter().map(kind).collect::<Vec<_>>(), ["Announce"]);
    assert_eq!(boosted[0]["object"], topic.uri);
    assert_eq!(boosted[0]["to"][0], "https://www.w3.org/ns/activitystreams#Public");
    assert!(boosted[0]["published"].is_string());
    assert_eq!(unknown.kinds(), ["Announce/Create", "Announce"]);
    // Replies are not boosted: that floods timelines.
    scene.reply(topic.id, "Antwoord.").await;
    scene.app.settle().await;
    assert_eq!(lemmy.kinds(), ["Announce/Create"]);
    assert_eq!(mastodon.kinds(), Vec::<String>::new());
    assert_eq!(unknown.kinds(), ["Announce/Create"]);
}

#[tokio::test]
async fn one_inbox_gets_one_delivery() {
    let scene = Scene::new().await;
    let (lemmy, _) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    let carla = lemmy.person(&scene.app, "carla").await;
    lemmy.joins(&scene.app, &carla, scene.group, &scene.group_uri()).await;
    scene.app.settle().await;
    lemmy.take();
    scene.topic("Titel", "Tekst.").await;
    scene.app.settle().await;
    let received = lemmy.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].path, "/inbox");
    assert_eq!(
        received[0].key_id,
        scene.app.url("/g/schulden#main-key"),
        "the group signs what it announces"
    );
}

#[tokio::test]
async fn a_dead_server_waits_in_order_and_slows_nobody() {
    let scene = Scene::new().await;
    let (dead, _) = scene.member_at("dood.test", PeerForm::Threadiverse).await;
    let (alive, _) = scene.member_at("levend.test", PeerForm::Threadiverse).await;
    dead.say_always(503);
    let topic = scene.topic("Titel", "Tekst.").await;
    for number in 1..=5 {
        scene.reply(topic.id, &format!("Antwoord {number}.")).await;
    }
    scene.app.settle().await;
    assert_eq!(alive.take().len(), 6);
    assert!(dead.take().is_empty());
    assert_eq!(count(&scene.app, "dood.test", "waiting").await, 6);
    // It rests: nothing is tried before a minute has gone by.
    dead.say_always(202);
    scene.app.settle().await;
    assert!(dead.take().is_empty());
    scene.app.clock.advance(61);
    scene.app.settle().await;
    let contents: Vec<String> = dead
        .take()
        .iter()
        .map(|one| one["object"]["object"]["source"]["content"].as_str().unwrap().to_owned())
        .collect();
    let expected: Vec<String> = ["Tekst.".to_owned()]
        .into_iter()
        .chain((1..=5).map(|number| format!("Antwoord {number}.")))
        .collect();
    assert_eq!(contents, expected);
}

#[tokio::test]
async fn servers_that_never_answer_take_no_room_from_the_others() {
    let scene = Scene::with(|config| config.federation.deliveries = 2).await;
    let mut silent = Vec::new();
    for number in 0..4 {
        let (receiver, _) = scene.member_at(&format!("a{number}-stil.test"), PeerForm::Threadiverse).await;
        receiver.say_always(0);
        silent.push(receiver);
    }
    let (alive, _) = scene.member_at("levend.test", PeerForm::Threadiverse).await;
    let topics = 3;
    for number in 1..=topics {
        scene.topic(&format!("Topic {number}"), "Tekst.").await;
    }
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let running = tokio::task::spawn(vakplein::worker::run(scene.app.app.clone(), stopping));
    // Well before the first of the silent ones is given up.
    let limit = std::time::Duration::from_secs(scene.app.app.config.federation.timeout) / 2;
    let arrived = async {
        while alive.received().len() < topics {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(limit, arrived).await.is_ok(), "{} arrived", alive.received().len());
    assert!(silent.iter().all(|receiver| receiver.received().is_empty()));
    stop.send_replace(true);
    running.abort();
}

#[tokio::test]
async fn retry_after_is_kept_to() {
    let scene = Scene::new().await;
    let (busy, _) = scene.member_at("druk.test", PeerForm::Threadiverse).await;
    busy.say([Says(429, vec![("retry-after", "600".to_owned())])]);
    scene.topic("Titel", "Tekst.").await;
    scene.app.settle().await;
    scene.app.clock.advance(590);
    scene.app.settle().await;
    assert!(busy.take().is_empty());
    scene.app.clock.advance(20);
    scene.app.settle().await;
    assert_eq!(busy.take().len(), 1);
}

#[tokio::test]
async fn a_refusal_is_final_and_the_next_goes() {
    let scene = Scene::new().await;
    let (picky, _) = scene.member_at("kieskeurig.test", PeerForm::Threadiverse).await;
    picky.say([Says(400, Vec::new())]);
    scene.topic("Eerste", "Een.").await;
    scene.topic("Tweede", "Twee.").await;
    scene.app.settle().await;
    assert_eq!(picky.take().len(), 1);
    assert_eq!(count(&scene.app, "kieskeurig.test", "failed").await, 1);
    assert_eq!(count(&scene.app, "kieskeurig.test", "waiting").await, 0);
}

#[tokio::test]
async fn the_other_scheme_is_tried_once_and_remembered() {
    let scene = Scene::new().await;
    let (modern, _) = scene.member_at("modern.test", PeerForm::Threadiverse).await;
    modern.only(Scheme::Rfc9421);
    scene.topic("Eerste", "Een.").await;
    scene.app.settle().await;
    assert_eq!(modern.received()[0].scheme, Some(Scheme::Rfc9421));
    let peer = scene.app.app.db.read(|tx| store::find(tx, "modern.test")).await.unwrap().unwrap();
    assert_eq!(peer.scheme, store::PeerScheme::Rfc9421Rsa);
    // Neither is taken: final.
    let (deaf, _) = scene.member_at("doof.test", PeerForm::Threadiverse).await;
    deaf.say_always(401);
    scene.topic("Tweede", "Twee.").await;
    scene.app.settle().await;
    assert_eq!(count(&scene.app, "doof.test", "failed").await, 1);
    assert_eq!(count(&scene.app, "doof.test", "waiting").await, 0);
}

#[tokio::test]
async fn an_inbox_that_is_gone_is_closed() {
    let scene = Scene::new().await;
    let (gone, _) = scene.member_at("weg.test", PeerForm::Threadiverse).await;
    gone.say_always(410);
    let topic = scene.topic("Eerste", "Een.").await;
    scene.reply(topic.id, "Twee.").await;
    scene.app.settle().await;
    assert_eq!(count(&scene.app, "weg.test", "waiting").await, 0);
    gone.say_always(202);
    scene.topic("Derde", "Drie.").await;
    scene.app.settle().await;
    assert!(gone.take().is_empty(), "nothing goes there any more");
}

#[tokio::test]
async fn policy_is_read_when_it_goes_out() {
    let scene = Scene::new().await;
    let (soon_blocked, _) = scene.member_at("blok.test", PeerForm::Threadiverse).await;
    let (paused, _) = scene.member_at("pauze.test", PeerForm::Threadiverse).await;
    scene.topic("Eerste", "Een.").await;
    publish_only(&scene.app.app).await;
    let changed = scene.app.app.db.write(|tx| {
        diesel::update(peers::table.find("pauze.test")).set(peers::paused.eq(true)).execute(tx.conn)?;
        store::decide(tx, "blok.test", PeerState::Blocked, "")
    });
    changed.await.unwrap();
    scene.app.settle().await;
    assert!(soon_blocked.take().is_empty() && paused.take().is_empty());
    assert_eq!(count(&scene.app, "blok.test", "failed").await, 1);
    assert_eq!(count(&scene.app, "pauze.test", "waiting").await, 1);
    let changed = scene.app.app.db.write(|tx| {
        diesel::update(peers::table.find("pauze.test")).set(peers::paused.eq(false)).execute(tx.conn)?;
        Ok(())
    });
    changed.await.unwrap();
    scene.app.settle().await;
    assert_eq!(paused.take().len(), 1);
}

/// Publishes what the journal says, and delivers nothing.
async fn publish_only(app: &App) {
    let entries = app.db.read(|tx| {
        let rows: Vec<vakplein::db::types::Json> =
            jobs::table.order(jobs::id).select(jobs::payload).load(tx.conn)?;
        Ok(rows)
    });
    for payload in entries.await.unwrap() {
        if let Job::Publish { entry } = payload.read().unwrap() {
            for published in outbound::publish(app, &[entry]).await {
                published.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_crash_loses_nothing_and_a_job_run_twice_sends_once() {
    let scene = Scene::new().await;
    let (lemmy, _) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    scene.topic("Eerste", "Een.").await;
    publish_only(&scene.app.app).await;
    publish_only(&scene.app.app).await;
    assert_eq!(count(&scene.app, "lemmy.test", "waiting").await, 1, "the second run published nothing");
    // A process had leased the host and died before it noted anything.
    let died = scene.app.app.db.write(|tx| {
        let until = tx.now.plus_seconds(vakplein::federation::store::outbox::LEASE);
        diesel::update(peers::table.find("lemmy.test"))
            .set((peers::leased_by.eq("dead"), peers::leased_until.eq(until)))
            .execute(tx.conn)?;
        Ok(())
    });
    died.await.unwrap();
    let next = App::open(
        scene.app.app.config.clone(),
        scene.app.clock.clone(),
        Lookup::TableOnly(scene.app.names.clone()),
    );
    let next = next.await.unwrap();
    assert_eq!(delivery::step(&next).await.unwrap(), 0, "the lease still stands");
    scene.app.clock.advance(31);
    assert_eq!(delivery::step(&next).await.unwrap(), 1);
    assert_eq!(delivery::step(&scene.app.app).await.unwrap(), 0);
    scene.app.settle().await;
    assert_eq!(lemmy.take().len(), 1, "the job, run once more, sent nothing more");
}

/// The texts of the posts that were announced, in the order in which they came.
fn contents(announces: &[serde_json::Value]) -> Vec<&str> {
    let content = |one: &serde_json::Value| one["object"]["object"]["source"]["content"].clone();
    announces
        .iter()
        .filter(|one| content(one).is_string())
        .filter_map(|one| one["object"]["object"]["source"]["content"].as_str())
        .collect()
}

#[tokio::test]
async fn what_a_dead_worker_had_claimed_keeps_its_place() {
    let scene = Scene::new().await;
    let (lemmy, bob) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    let other = make_group(&scene.app, &scene.ana, "wonen").await;
    lemmy.joins(&scene.app, &bob, other, &scene.app.url("/g/wonen")).await;
    scene.app.settle().await;
    lemmy.take();
    let topic = scene.topic("Titel", "Eerst.").await;
    let dies = || scene.app.app.db.write(|tx| queue::claim(tx, "dead", Share::Publish, 32));
    assert_eq!(dies().await.unwrap().len(), 1);
    scene.reply(topic.id, "Dan.").await;
    let elsewhere = Scene { group: other, ..scene };
    elsewhere.topic("Titel", "Elders.").await;
    elsewhere.app.settle().await;
    assert_eq!(contents(&lemmy.take()), ["Elders."], "another group doesn't wait");
    elsewhere.app.clock.advance(queue::LEASE + 1);
    elsewhere.app.settle().await;
    assert_eq!(contents(&lemmy.take()), ["Eerst.", "Dan."]);
    // Where no other process can be at work, a start doesn't wait for leases.
    let dies = || elsewhere.app.app.db.write(|tx| queue::claim(tx, "dead", Share::Publish, 32));
    elsewhere.topic("Titel", "Na de start.").await;
    assert_eq!(dies().await.unwrap().len(), 1);
    elsewhere.app.settle().await;
    assert_eq!(contents(&lemmy.take()), Vec::<&str>::new());
    vakplein::worker::take_over(&elsewhere.app.app).await.unwrap();
    elsewhere.app.settle().await;
    assert_eq!(contents(&lemmy.take()), ["Na de start."]);
}

#[tokio::test]
async fn what_cant_be_published_holds_its_group_up_only_for_a_while() {
    let scene = Scene::new().await;
    let (lemmy, _) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    scene.topic("Titel", "Eerst.").await;
    let spoilt = scene.app.app.db.write(|tx| {
        let line = journal::table.filter(journal::act.eq(Did::StartThread));
        Ok(diesel::update(line).set(journal::detail.eq("not to be read")).execute(tx.conn)?)
    });
    assert_eq!(spoilt.await.unwrap(), 1);
    scene.topic("Titel", "Dan.").await;
    scene.app.settle().await;
    assert_eq!(contents(&lemmy.take()), Vec::<&str>::new(), "the order is kept");
    for _ in 0..5 {
        scene.app.clock.advance(200);
        scene.app.settle().await;
    }
    assert_eq!(contents(&lemmy.take()), ["Dan."]);
}

#[tokio::test]
async fn the_running_worker_delivers_at_once() {
    let scene = Scene::new().await;
    let (lemmy, _) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let running = tokio::task::spawn(vakplein::worker::run(scene.app.app.clone(), stopping));
    for number in 1..=3 {
        scene.topic(&format!("Topic {number}"), "Tekst.").await;
        scene.app.app.wake.notify_waiters();
        for _ in 0..200 {
            if lemmy.received().len() == number {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(lemmy.received().len(), number);
    }
    stop.send_replace(true);
    running.await.unwrap();
}

#[tokio::test]
async fn what_is_old_is_forgotten_but_for_what_undo_needs() {
    use vakplein::db::schema::activities;
    use vakplein::federation::store::outbox_age;
    let scene = Scene::new().await;
    let (mastodon, _) = scene.member_at("mastodon.test", PeerForm::Microblog).await;
    let topic = scene.topic("Titel", "Tekst.").await;
    scene.app.settle().await;
    scene.app.clock.advance(91 * 86_400);
    let left = scene.app.app.db.write(|tx| {
        outbox_age::prune(tx, 90)?;
        let kinds: Vec<String> =
            activities::table.order(activities::kind).select(activities::kind).load(tx.conn)?;
        Ok((kinds, deliveries::table.count().get_result::<i64>(tx.conn)?))
    });
    let (kinds, rows) = left.await.unwrap();
    assert_eq!(kinds, ["Announce", "Announce/Create", "Create"]);
    assert_eq!(rows, 0);
    mastodon.take();
    let id = topic.id;
    scene.act(move |tx, by| vakplein::threads::acts::remove(tx, by, id, "Te laat")).await;
    scene.app.settle().await;
    assert_eq!(mastodon.kinds(), ["Undo/Announce"]);
}
