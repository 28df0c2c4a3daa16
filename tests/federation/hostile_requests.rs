//! Attacks by what this server is made to ask for, and by requests that two readers read in two ways. Numbers as in `hostile`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use vakplein::federation::resolve::resolve;
use vakplein::federation::signatures::Scheme;

use super::hostile::Attack;
use super::inbound::Scene;
use crate::login::logged_in;
use crate::support::peer::send;
use crate::support::{Net, TestApp};

/// An actor's document.
const PLAIN: &str = "{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"id\":\"http://pakje.test/users/a\",\
\"type\":\"Person\",\"preferredUsername\":\"a\",\"inbox\":\"http://pakje.test/users/a/inbox\"}";
/// The same, packed by gzip.
const PACKED: &str = "H4sIAAAAAAACA33MMQ7CMAyF4bt4RvHA1okjdOEAoTU0oCaR/SCtKu6OK5gZf71Pb6PTUDJkAXU0AdU65tZaaMdQ\
9MbZOA5Ir4TVoBJnowOl8Yfd1vi4S4AY+Gmizh1greKk9y7Zu6pcRVXGs5Mc533cXcqXsvz74q94fwDmoGvPpwAAAA==";

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn look_ups_get_nothing_from_inside_16_17_18_20_21_22() {
    let attack = Attack::new().await;
    let app = &attack.scene.app;
    // Something listens on this machine, and counts who comes.
    let inside = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = inside.local_addr().unwrap().port().to_string();
    let hits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&hits);
    tokio::task::spawn(async move {
        while inside.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    let browser = logged_in(app, "ana").await;
    browser.get("/search").await;
    let token = browser.attributes("input[name=csrf]", "value").remove(0);
    let look = async |typed: &str| browser.post("/search", &[("csrf", &token), ("address", typed)]).await;
    for typed in [
        "http://127.0.0.1:PORT/",
        "http://127.1:PORT/",
        "http://2130706433:PORT/",
        "http://0x7f000001:PORT/",
        "http://0177.0.0.1:PORT/",
        "http://0.0.0.0:PORT/",
        "http://localhost:PORT/",
        "http://localhost.:PORT/",
        "http://inside.localhost:PORT/",
        "http://[::1]:PORT/",
        "http://[::127.0.0.1]:PORT/",
        "http://[::ffff:127.0.0.1]:PORT/",
        "http://[64:ff9b::7f00:1]:PORT/",
        "http://[2002:7f00:1::]:PORT/",
        "http://169.254.169.254/latest/meta-data/",
        "http://evil.test@127.0.0.1:PORT/",
        "http://eve:x@evil.test/users/eve",
        "http://werkplein.test./u/ana",
        "gopher://127.0.0.1:PORT/",
        "file:///etc/passwd",
        "@x@localhost:PORT",
        "@x@127.0.0.1:PORT",
        "@x@127.0.0.1:PORT/..",
        "@x@0.0.0.0:PORT",
        "@x@[::1]:PORT",
        "@x@evil.test@127.0.0.1:PORT",
    ] {
        let typed = typed.replace("PORT", &port);
        let found = attack.scene.owner.get(&format!("/resolve?uri={}", encoded(&typed))).await;
        assert!(matches!(found.status, 400 | 403 | 404), "{typed}: {} {}", found.status, found.text);
        let led = look(typed.as_str()).await;
        assert_eq!(led.status, 303, "{typed}");
        assert!(led.location().starts_with("/search?q="), "{typed}: {}", led.location());
    }
    assert_eq!(hits.load(Ordering::SeqCst), 0);
    assert_eq!(attack.evil.asked(), Vec::<String>::new());
    assert_eq!(look(attack.eve.uri.as_str()).await.location(), "/u/eve@evil.test");
    assert_eq!(attack.evil.asked_for("/users/eve"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_packed_is_not_unpacked_36() {
    let packed = STANDARD.decode(PACKED).unwrap();
    let net = Net::new();
    let app = net.app("werkplein.test").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    net.names().insert("pakje.test", listener.local_addr().unwrap());
    let bomb = packed.clone();
    // The first who ask get it packed, the others as it is.
    let served = tokio::task::spawn(async move {
        let mut heads = Vec::new();
        for number in 0..2 {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0_u8; 16_384];
            let size = stream.read(&mut request).await.unwrap();
            heads.push(String::from_utf8_lossy(&request[..size]).to_lowercase());
            let (body, coding) = match number {
                0 => (bomb.as_slice(), "content-encoding: gzip\r\n"),
                _ => (PLAIN.as_bytes(), ""),
            };
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/activity+json\r\n{coding}content-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(body).await.unwrap();
            stream.shutdown().await.unwrap();
        }
        heads
    });
    let uri = "http://pakje.test/users/a";
    assert!(resolve(&app.app, uri).await.is_err());
    app.app.forget_failures("pakje.test");
    assert!(resolve(&app.app, uri).await.is_ok());
    for head in served.await.unwrap() {
        assert!(!head.contains("accept-encoding"), "nobody is asked to pack: {head}");
    }
    // Nor is what is posted.
    let scene = Scene::new().await;
    let mut headers = scene.jan.headers(&scene.app, Scheme::Cavage, "/inbox", &packed);
    headers.insert("content-encoding", "gzip".parse().unwrap());
    assert_eq!(send(&scene.app, "/inbox", headers, packed).await.status, 400);
    scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
    assert!(scene.membership(&scene.jan.uri).await.is_some());
}

/// Sends these bytes and gives all that is answered until the connection ends.
async fn raw(app: &TestApp, request: &str) -> String {
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _end = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_end_is_in_doubt_is_refused() {
    let app = TestApp::new().await;
    let behind = "GET /healthz HTTP/1.1\r\nhost: werkplein.test\r\nconnection: close\r\n\r\n";
    for doubtful in [
        "content-length: 4\r\ncontent-length: 5\r\n",
        "content-length: 4, 4\r\n",
        "content-length: +4\r\n",
        "content-length: 4x\r\n",
        "content-length : 4\r\n",
        "content-length: 4\r\n folded: x\r\n",
        "transfer-encoding: xchunked\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "content-length: 4\r\ntransfer-encoding: identity\r\n",
        "transfer-encoding:\u{b}chunked\r\n",
    ] {
        let request = format!("POST /inbox HTTP/1.1\r\nhost: werkplein.test\r\n{doubtful}\r\n{behind}");
        let answer = raw(&app, &request).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{doubtful:?}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{doubtful:?}: {answer}");
    }
    // Of two ways to tell the length one counts, and the connection ends there: what stands behind it is not read.
    let two = "content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n";
    let answer =
        raw(&app, &format!("POST /inbox HTTP/1.1\r\nhost: werkplein.test\r\n{two}\r\n{behind}")).await;
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    let plain = raw(&app, behind).await;
    assert!(plain.starts_with("HTTP/1.1 200 ") && plain.ends_with("ok\n"), "{plain}");
    let kind = "content-type: application/activity+json";
    let both = format!(
        "POST /inbox HTTP/1.1\r\nhost: werkplein.test\r\n{kind}\r\ncontent-length: 4\r\n\r\nabcd{behind}"
    );
    let answer = raw(&app, &both).await;
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 2, "two requests have two answers: {answer}");
}
