//! `vakplein doctor`: what it finds on an instance that is well, and on others that aren't.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse, Response};
use reqwest::Method;
use vakplein::clock::Clock;
use vakplein::config::Config;
use vakplein::doctor::{self, Finding, Verdict};
use vakplein::federation::client::{Lookup, Names};
use vakplein::instance::probe;

use crate::support::TestApp;
use crate::support::program::vakplein;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// What is found about one thing.
fn of<'f>(found: &'f [Finding], about: &str) -> Vec<&'f Finding> {
    found.iter().filter(|finding| finding.about == about).collect()
}

fn verdict(found: &[Finding], about: &str) -> Verdict {
    of(found, about)
        .iter()
        .map(|finding| finding.verdict)
        .max()
        .unwrap_or_else(|| panic!("nothing about {about}: {found:#?}"))
}

async fn examined(app: &TestApp, config: &Config) -> Vec<Finding> {
    std::fs::create_dir_all(&config.media.dir).unwrap();
    let found = doctor::examine(config, &Clock::system(), &Lookup::TableOnly(app.names.clone())).await;
    for finding in &found {
        let wrong = finding.verdict != Verdict::Ok;
        assert_eq!(
            wrong,
            !finding.repair.is_empty(),
            "who finds something wrong says how to repair it: {finding}"
        );
    }
    found
}

#[tokio::test]
async fn an_instance_that_is_well_has_no_fault() {
    let app = TestApp::new().await;
    let found = examined(&app, &app.app.config).await;
    for about in ["database", "media", "domain", "proxy", "clock", "mail", "queue"] {
        let verdict = verdict(&found, about);
        // The tests' PostgreSQL runs without fsync, and a disk may be rather full.
        let expected = if matches!(about, "database" | "media") { Verdict::Warning } else { Verdict::Ok };
        assert!(verdict <= expected, "{about}: {found:#?}");
    }
    assert!(of(&found, "proxy")[0].found.contains("http://werkplein.test from 127.0.0.1"), "{found:#?}");
    // It left nothing behind in the media folder.
    assert_eq!(std::fs::read_dir(&app.app.config.media.dir).unwrap().count(), 0);
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_repair() {
    let app = TestApp::new().await;
    let elsewhere = tempfile::tempdir().unwrap();

    let mut config = app.app.config.clone();
    config.database.url = format!("sqlite:{}", elsewhere.path().join("none.db").display());
    config.mail.transport = "smtp".to_owned();
    config.mail.host = "127.0.0.1".to_owned();
    config.mail.port = 1;
    let found = examined(&app, &config).await;
    assert_eq!(verdict(&found, "database"), Verdict::Fault);
    assert!(!elsewhere.path().join("none.db").exists(), "it makes no database");
    assert_eq!(verdict(&found, "mail"), Verdict::Fault, "nobody listens there");

    let mut config = app.app.config.clone();
    config.media.dir = elsewhere.path().join("file");
    std::fs::write(&config.media.dir, "in the way").unwrap();
    let found = doctor::examine(&config, &Clock::system(), &Lookup::TableOnly(Names::default())).await;
    assert_eq!(verdict(&found, "media"), Verdict::Fault);
    assert_eq!(verdict(&found, "domain"), Verdict::Fault, "the name leads nowhere");

    // A name that leads to another instance.
    let other = TestApp::start("ander.test", Names::default(), |_config| {}).await;
    app.names.insert("werkplein.test", other.address);
    let found = examined(&app, &app.app.config).await;
    assert_eq!(verdict(&found, "domain"), Verdict::Fault);
    assert!(of(&found, "domain")[0].found.contains("404"), "{found:#?}");
    app.names.insert("werkplein.test", app.address);

    // A database of another domain, and one that nobody works for.
    let mut config = app.app.config.clone();
    config.server.domain = "nieuw.test".to_owned();
    let found = examined(&app, &config).await;
    assert!(
        of(&found, "database")
            .iter()
            .any(|finding| finding.found.contains("it belongs to http://werkplein.test"))
    );
    let admin = app.admin("boss").await;
    assert_eq!(admin.patch("/admin/settings", serde_json::json!({ "name": "Oost" })).await.status, 200);
    let late = Clock::system();
    late.advance(3_600);
    let found = doctor::examine(&app.app.config, &late, &Lookup::TableOnly(app.names.clone())).await;
    assert_eq!(verdict(&found, "queue"), Verdict::Fault, "{found:#?}");
    assert_eq!(verdict(&found, "clock"), Verdict::Fault, "an hour ahead of the answer");
    app.settle().await;
}

/// How a proxy treats `X-Forwarded-For`.
#[derive(Clone, Copy)]
enum Manner {
    Silent,
    Adds,
    Believes,
}

/// A proxy before an instance; everything comes from 127.0.0.1, so the visitor gets an address of the documentation.
async fn proxy(to: SocketAddr, manner: Manner) -> SocketAddr {
    const VISITOR: &str = "198.51.100.7";
    async fn pass(
        State((to, manner)): State<(SocketAddr, Manner)>,
        ConnectInfo(_peer): ConnectInfo<SocketAddr>,
        request: Request,
    ) -> Response {
        let http = reqwest::Client::builder().no_proxy().resolve("werkplein.test", to).build().unwrap();
        let mut onward = http.get(format!("http://werkplein.test{}", request.uri()));
        for name in ["authorization", "accept"] {
            if let Some(value) = request.headers().get(name) {
                onward = onward.header(name, value);
            }
        }
        let claimed =
            request.headers().get("x-forwarded-for").map(|value| value.to_str().unwrap().to_owned());
        onward = match (manner, claimed) {
            (Manner::Silent, _) => onward,
            (Manner::Believes, Some(claimed)) => onward.header("x-forwarded-for", claimed),
            (Manner::Adds, Some(claimed)) => {
                onward.header("x-forwarded-for", format!("{claimed}, {VISITOR}"))
            }
            (_, None) => onward.header("x-forwarded-for", VISITOR),
        };
        let answer = onward.send().await.unwrap();
        (answer.status(), answer.headers().clone(), answer.bytes().await.unwrap()).into_response()
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(pass).with_state((to, manner));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::task::spawn(async move { axum::serve(listener, service).await.unwrap() });
    address
}

#[tokio::test]
async fn a_proxy_that_hides_or_believes_visitors_is_found_out() {
    for (trusts, manner, expected, says) in [
        (true, Manner::Adds, Verdict::Ok, "from 198.51.100.7, through 127.0.0.1"),
        (true, Manner::Silent, Verdict::Warning, "sends no X-Forwarded-For"),
        (true, Manner::Believes, Verdict::Fault, "pretend to be somebody else"),
        (false, Manner::Adds, Verdict::Warning, "add it to server.trusted_proxies"),
    ] {
        let app = TestApp::with(|config| {
            if trusts {
                config.server.trusted_proxies = vec![LOOPBACK.to_string()];
            }
        })
        .await;
        app.names.insert("werkplein.test", proxy(app.address, manner).await);
        let found = examined(&app, &app.app.config).await;
        assert_eq!(verdict(&found, "domain"), Verdict::Ok, "{found:#?}");
        assert_eq!(verdict(&found, "proxy"), expected, "{found:#?}");
        let lines: Vec<String> = of(&found, "proxy").iter().map(ToString::to_string).collect();
        assert!(lines.join("\n").contains(says), "{lines:#?}");
    }
}

#[tokio::test]
async fn strangers_learn_nothing_from_the_probe() {
    let app = TestApp::new().await;
    let ask = async |authorization: Option<String>| {
        let headers: Vec<(&str, &str)> =
            authorization.iter().map(|value| ("authorization", value.as_str())).collect();
        app.send(Method::GET, doctor::probe::PATH, &headers, None).await.status
    };
    let issue = async || format!("Bearer {}", app.app.db.write(probe::issue).await.unwrap());
    assert_eq!(ask(None).await, 404);
    assert_eq!(ask(Some("Bearer x".to_owned())).await, 404);
    let token = issue().await;
    assert_eq!(ask(Some("Bearer x".to_owned())).await, 404);
    assert_eq!(ask(Some(token.clone())).await, 200, "a wrong guess doesn't use it up");
    assert_eq!(ask(Some(token)).await, 404, "it is good for once");
    let (old, new) = (issue().await, issue().await);
    assert_eq!(ask(Some(old)).await, 404);
    app.clock.advance(61);
    assert_eq!(ask(Some(new)).await, 404, "and for a minute");
}

#[tokio::test]
async fn the_command_ends_with_one_on_a_fault() {
    let app = TestApp::new().await;
    std::fs::create_dir_all(&app.app.config.media.dir).unwrap();
    // The program can't know where the name of a test leads.
    let output = vakplein(&app, &["doctor"], "");
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        told.lines().any(|line| line.starts_with("fault    domain     werkplein.test doesn't resolve")),
        "{told}"
    );
    assert!(told.lines().any(|line| line.starts_with("ok       mail")), "{told}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("vakplein: the doctor found a fault"));
    let quiet = String::from_utf8(vakplein(&app, &["doctor", "--quiet"], "").stdout).unwrap();
    assert!(quiet.contains("fault    domain") && !quiet.contains("ok "), "{quiet}");
}
