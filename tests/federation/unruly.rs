//! Servers that are anything but well: they hang in TLS, answer without end, ask for nonsense, send round in circles, go on and off,
//! and come back after a month. Living servers feel nothing of it, and what waits goes out in order.

use std::net::SocketAddr;
use std::time::UNIX_EPOCH;

use diesel::prelude::*;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use vakplein::clock::Time;
use vakplein::db::schema::{actors, deliveries, peers};
use vakplein::federation::store::outbox_age;
use vakplein::federation::store::peers::PeerForm;

use super::inbound;
use super::scene::Scene;
use crate::support::receiver::Says;
use crate::support::{Receiver, TestApp};

const DAY: i64 = 86_400;

/// How many deliveries to a host are in this state.
async fn count(app: &TestApp, host: &str, state: &str) -> i64 {
    let (host, state) = (host.to_owned(), state.to_owned());
    let counted = app.app.db.read(move |tx| {
        let rows = deliveries::table.filter(deliveries::host.eq(host)).filter(deliveries::state.eq(state));
        Ok(rows.count().get_result(tx.conn)?)
    });
    counted.await.unwrap()
}

/// What administrators see of a server's last failure, and when it is tried next.
async fn failure(app: &TestApp, host: &str) -> (String, Option<Time>) {
    let host = host.to_owned();
    let read = app.app.db.read(move |tx| {
        Ok(peers::table.find(host).select((peers::error, peers::retry_at)).first(tx.conn)?)
    });
    read.await.unwrap()
}

/// The texts that were announced, in order; takes them.
fn texts(receiver: &Receiver) -> Vec<String> {
    let content = |one: &serde_json::Value| one["object"]["object"]["source"]["content"].clone();
    receiver.take().iter().filter_map(|one| content(one).as_str().map(str::to_owned)).collect()
}

/// A member whose server does this with every connection.
async fn member<F>(scene: &Scene, host: &str, scheme: &str, does: impl Fn(TcpStream) -> F + Send + 'static)
where
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::task::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::task::spawn(does(stream));
        }
    });
    member_at(scene, host, scheme, address).await;
}

/// A member whose server stands there. Nothing went there before.
async fn member_at(scene: &Scene, host: &str, scheme: &str, address: SocketAddr) {
    let stand_in = Receiver::start(&scene.net, host).await;
    let person = stand_in.person(&scene.app, "eva").await;
    stand_in.shows(&scene.app, PeerForm::Threadiverse).await;
    let (id, inbox) = (person.id, format!("{scheme}://{host}/inbox"));
    let moved = scene.app.app.db.write(move |tx| {
        let inboxes = (actors::inbox.eq(&inbox), actors::shared_inbox.eq(Some(&inbox)));
        Ok(diesel::update(actors::table.find(id)).set(inboxes).execute(tx.conn)?)
    });
    assert_eq!(moved.await.unwrap(), 1);
    scene.net.names().insert(host, address);
    stand_in.joins(&scene.app, &person, scene.group, &scene.group_uri()).await;
}

/// Takes a request, as far as it comes at once, and answers with this and more of the same without end.
async fn without_end(mut stream: TcpStream, status: &'static str) -> std::io::Result<()> {
    let mut asked = vec![0; 16 * 1024];
    let _some = stream.read(&mut asked).await?;
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    loop {
        stream.write_all(format!("1000\r\n{}\r\n", "x".repeat(4096)).as_bytes()).await?;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_in_tls_or_answers_without_end_harms_nobody_else() {
    let scene = Scene::with(|config| config.federation.timeout = 1).await;
    let (alive, _) = scene.member_at("levend.test", PeerForm::Threadiverse).await;
    member(&scene, "hangt.test", "https", |stream| async move {
        let _held = stream;
        std::future::pending().await
    })
    .await;
    member(&scene, "praat.test", "http", |stream| without_end(stream, "202 Accepted")).await;
    member(&scene, "klaagt.test", "http", |stream| without_end(stream, "500 Internal Server Error")).await;
    scene.topic("Titel", "Tekst.").await;
    scene.app.settle().await;
    assert_eq!(texts(&alive), ["Tekst."]);
    // A status counts, whatever comes after it. What isn't done waits, and an administrator sees why.
    assert_eq!(
        count(&scene.app, "praat.test", "done").await,
        2,
        "the answer to the wish to join, and the topic"
    );
    for (host, why) in [("hangt.test", "timed out"), ("klaagt.test", "status 500")] {
        assert_eq!(count(&scene.app, host, "waiting").await, 2, "{host}");
        let (error, next) = failure(&scene.app, host).await;
        assert_eq!(error, why, "{host}");
        assert!(next.is_some_and(|at| at > scene.app.clock.now()), "{host}");
    }
}

#[tokio::test]
async fn a_server_may_say_when_to_come_back_but_not_any_time() {
    let scene = Scene::new().await;
    let now = u64::try_from(scene.app.clock.now().unix()).unwrap();
    let date = httpdate::fmt_http_date(UNIX_EPOCH + std::time::Duration::from_secs(now + 1_800));
    // What it says, when it isn't tried yet, and when it is.
    for (number, (said, early, late)) in [
        (date.as_str(), 1_700, 200),
        ("900", 850, 100),
        ("0", 50, 20),
        ("-5", 50, 20),
        ("99999999999999999999999999", 50, 20),
        ("morgen", 50, 20),
        // Seven days at most.
        ("999999999", 7 * DAY - 60, 120),
    ]
    .into_iter()
    .enumerate()
    {
        let host = format!("druk{number}.test");
        let (busy, _) = scene.member_at(&host, PeerForm::Threadiverse).await;
        busy.say([Says(503, vec![("retry-after", said.to_owned())])]);
        scene.topic(&format!("Titel {number}"), &format!("Tekst {number}.")).await;
        scene.app.settle().await;
        assert_eq!(texts(&busy).len(), 0, "{said}");
        scene.app.clock.advance(early);
        scene.app.settle().await;
        assert_eq!(texts(&busy).len(), 0, "{said}: too early");
        scene.app.clock.advance(late);
        scene.app.settle().await;
        assert_eq!(texts(&busy).len(), 1, "{said}: in time");
        scene.app.clock.advance(-early - late);
    }
}

#[tokio::test]
async fn no_delivery_goes_round_in_circles() {
    let scene = Scene::new().await;
    let (round, _) = scene.member_at("rond.test", PeerForm::Threadiverse).await;
    let here = [("location", "http://rond.test/inbox".to_owned())];
    round.say([301, 302, 307, 308].map(|status| Says(status, here.to_vec())));
    for number in 1..=5 {
        scene.topic(&format!("Titel {number}"), &format!("Tekst {number}.")).await;
        scene.app.settle().await;
    }
    assert_eq!(texts(&round), ["Tekst 5."], "each was tried once, and the next one went");
    assert_eq!(count(&scene.app, "rond.test", "failed").await, 4);
    assert_eq!(count(&scene.app, "rond.test", "waiting").await, 0);
}

#[tokio::test]
async fn a_server_that_goes_on_and_off_gets_everything_once_and_in_order() {
    let scene = Scene::new().await;
    let (flapping, _) = scene.member_at("knippert.test", PeerForm::Threadiverse).await;
    let (alive, _) = scene.member_at("levend.test", PeerForm::Threadiverse).await;
    flapping.say([503, 202, 500, 429, 202, 408, 202, 502, 202].map(|status| Says(status, Vec::new())));
    let topic = scene.topic("Titel", "0").await;
    for number in 1..=9 {
        scene.reply(topic.id, &number.to_string()).await;
        scene.app.settle().await;
        scene.app.clock.advance(400);
    }
    let expected: Vec<String> = (0..=9).map(|number| number.to_string()).collect();
    assert_eq!(texts(&alive), expected);
    for _ in 0..5 {
        scene.app.clock.advance(3_600);
        scene.app.settle().await;
    }
    assert_eq!(texts(&flapping), expected);
    assert_eq!(count(&scene.app, "knippert.test", "waiting").await, 0);
}

#[tokio::test]
async fn a_server_that_comes_back_after_a_month_gets_what_waits_in_order() {
    let scene = Scene::new().await;
    let (gone, _) = scene.member_at("weg.test", PeerForm::Threadiverse).await;
    let (paused, _) = scene.member_at("pauze.test", PeerForm::Threadiverse).await;
    gone.say_always(502);
    let pause = |on: bool| {
        scene.app.app.db.write(move |tx| {
            let row = peers::table.find("pauze.test");
            Ok(diesel::update(row).set(peers::paused.eq(on)).execute(tx.conn)?)
        })
    };
    pause(true).await.unwrap();
    let topic = scene.topic("Titel", "0").await;
    for day in 1..=29 {
        scene.reply(topic.id, &day.to_string()).await;
        scene.app.settle().await;
        scene.app.clock.advance(DAY);
    }
    assert_eq!(count(&scene.app, "weg.test", "waiting").await, 30);
    // After thirty days what is oldest is given up; not what an administrator lets wait.
    let pruned = scene.app.app.db.write(|tx| outbox_age::prune(tx, 28));
    pruned.await.unwrap();
    assert_eq!(count(&scene.app, "weg.test", "failed").await, 3);
    assert_eq!(count(&scene.app, "pauze.test", "waiting").await, 30);
    gone.say_always(202);
    pause(false).await.unwrap();
    for _ in 0..3 {
        scene.app.clock.advance(DAY);
        scene.app.settle().await;
    }
    let from = |first: i64| (first..=29).map(|day| day.to_string()).collect::<Vec<_>>();
    assert_eq!(texts(&gone), from(3));
    assert_eq!(texts(&paused), from(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_again_is_tried_again_unless_it_asked_for_time() {
    let scene = inbound::Scene::new().await;
    scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
    for (word, error, waits) in [("een", "network: connection refused", false), ("twee", "status 429", true)]
    {
        let rests = scene.app.app.db.write(move |tx| {
            let until = (peers::failures.eq(12_i64), peers::retry_at.eq(tx.now.plus_days(1)));
            let why = (peers::error.eq(error), peers::failed_at.eq(tx.now));
            Ok(diesel::update(peers::table.find("mastodon.test")).set((until, why)).execute(tx.conn)?)
        });
        assert_eq!(rests.await.unwrap(), 1);
        let before = scene.peer.received().len();
        scene.topic(word).await;
        scene.app.settle().await;
        assert_eq!(scene.peer.received().len(), before, "{error}: it rests");
        scene.app.clock.advance(61);
        scene.deliver(&scene.jan.activity("Like", word, json!(scene.group_uri))).await;
        assert_eq!(scene.peer.received().len() == before, waits, "{error}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_costs_others_nothing() {
    let scene = Scene::new().await;
    let (alive, _) = scene.member_at("levend.test", PeerForm::Threadiverse).await;
    // Nobody listens there any more.
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    member_at(&scene, "leeg.test", "http", nobody).await;
    scene.topic("Titel", "Tekst.").await;
    scene.app.settle().await;
    assert_eq!(texts(&alive), ["Tekst."]);
    assert_eq!(count(&scene.app, "leeg.test", "waiting").await, 2);
    assert!(failure(&scene.app, "leeg.test").await.0.starts_with("network"));
}
