//! Mail goes out to a submission server whose certificate is vouched for by an authority of the organisation's own.

use std::path::Path;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use vakplein::clock::Clock;
use vakplein::doctor::{self, Finding, Verdict};
use vakplein::federation::client::Lookup;
use vakplein::mail::{self, Letter};

use crate::support::TestApp;
use crate::support::program::{command, complaint};

/// What the server was sent, line by line.
type Heard = Arc<Mutex<Vec<String>>>;

/// An authority of one's own, whose certificate is written to a file, and what a server at 127.0.0.1 shows by it.
fn authority(file: &Path) -> TlsAcceptor {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = KeyPair::generate().unwrap();
    std::fs::write(file, params.self_signed(&key).unwrap().pem()).unwrap();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let shown =
        CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![shown.der().clone()], key.into())
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A submission server with STARTTLS (RFC 6409, RFC 3207), as far as a client of ours needs it. Gives its port.
async fn submission(tls: TlsAcceptor, heard: Heard) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (tls, heard) = (tls.clone(), Arc::clone(&heard));
            tokio::spawn(async move {
                if in_the_clear(&mut stream).await
                    && let Ok(stream) = tls.accept(stream).await
                {
                    converse(stream, heard).await;
                }
            });
        }
    });
    port
}

/// The part before TLS; whether the client asked for it.
async fn in_the_clear(stream: &mut TcpStream) -> bool {
    stream.write_all(b"220 mail.test ESMTP\r\n").await.unwrap();
    let (read, mut write) = stream.split();
    let mut lines = BufReader::new(read).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let starts = line == "STARTTLS";
        let answer: &[u8] = if starts { b"220 go on\r\n" } else { b"250-mail.test\r\n250 STARTTLS\r\n" };
        if write.write_all(answer).await.is_err() || starts {
            return starts;
        }
    }
    false
}

async fn converse(stream: impl AsyncRead + AsyncWrite, heard: Heard) {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    let mut in_letter = false;
    while let Ok(Some(line)) = lines.next_line().await {
        let ends = in_letter && line == ".";
        let answer = match line.as_str() {
            "DATA" => "354 go on\r\n",
            "QUIT" => "221 bye\r\n",
            _ if in_letter && !ends => "",
            _ => "250 well\r\n",
        };
        in_letter = (in_letter && !ends) || line == "DATA";
        heard.lock().unwrap().push(line);
        if write.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn about_mail(app: &TestApp, change: impl Fn(&mut vakplein::config::Mail)) -> Finding {
    let mut config = app.app.config.clone();
    change(&mut config.mail);
    let found = doctor::examine(&config, &Clock::system(), &Lookup::TableOnly(app.names.clone())).await;
    found.into_iter().find(|finding| finding.about == "mail").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_of_ones_own_vouches_for_the_submission_server() {
    let folder = tempfile::tempdir().unwrap();
    let (file, other) = (folder.path().join("ca.pem"), folder.path().join("other.pem"));
    let heard = Heard::default();
    let port = submission(authority(&file), Arc::clone(&heard)).await;
    let _stranger = authority(&other);
    let app = TestApp::with(|config| {
        config.mail.transport = "smtp".to_owned();
        config.mail.host = "127.0.0.1".to_owned();
        config.mail.port = port;
        config.mail.ca_file.clone_from(&file);
    })
    .await;

    let letter = Letter::written("ana@example.org", "Dag", "Hallo Ana");
    app.app.db.write(move |tx| mail::enqueue(tx, &letter)).await.unwrap();
    app.settle().await;
    assert_eq!(app.failures().await, Vec::<String>::new());
    let lines = heard.lock().unwrap().clone();
    assert!(lines.iter().any(|line| line.contains("Hallo Ana")), "{lines:?}");

    // The doctor trusts whom the mails trust, and nobody else.
    let found = about_mail(&app, |_mail| {}).await;
    assert_eq!(found.verdict, Verdict::Ok, "{found}");
    for file in [std::path::PathBuf::new(), other] {
        let found = about_mail(&app, |mail| mail.ca_file.clone_from(&file)).await;
        assert_eq!(found.verdict, Verdict::Fault, "{found}");
        assert!(found.repair.contains("mail.ca_file"), "{found}");
    }
}

#[tokio::test]
async fn a_file_of_authorities_that_cannot_be_used_is_refused_at_the_start() {
    let app = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    let with =
        |file: &Path| command(&app, &["migrate"]).env("VAKPLEIN_MAIL__CA_FILE", file).output().unwrap();
    let good = folder.path().join("ca.pem");
    drop(authority(&good));
    assert!(with(&good).status.success());

    let missing = folder.path().join("none.pem");
    let said = complaint(&with(&missing));
    assert!(
        said.contains(&format!("mail.ca_file = {} is wrong: it can't be read", missing.display())),
        "{said}"
    );
    for text in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let wrong = folder.path().join("wrong.pem");
        std::fs::write(&wrong, text).unwrap();
        let said = complaint(&with(&wrong));
        assert!(said.contains("write certificates in PEM"), "{said}");
    }
}
