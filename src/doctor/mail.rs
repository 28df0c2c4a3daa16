//! Looks at mail: reaches the submission server and logs in there, and sends nothing.

use std::time::Duration;

use super::{Finding, chain};
use crate::config::Config;
use crate::mail::submission;

const ABOUT: &str = "mail";

/// Longest that the server may take to greet, in seconds.
const PATIENCE: u64 = 25;

/// Whether mail can be sent.
pub(super) async fn look(config: &Config, found: &mut Vec<Finding>) {
    let mail = &config.mail;
    if mail.transport == "folder" {
        let summary = format!("mails land in the folder {}, and nobody gets them", mail.dir.display());
        found.push(if config.is_test_domain() {
            Finding::ok(ABOUT, summary)
        } else {
            Finding::fault(
                ABOUT,
                summary,
                "set mail.transport = \"smtp\", mail.host, mail.user and mail.password",
            )
        });
        return;
    }
    let server = format!("{}:{} ({})", mail.host, mail.port, mail.encryption);
    let smtp = match submission(mail) {
        Ok(smtp) => smtp,
        Err(error) => {
            found.push(Finding::fault(
                ABOUT,
                format!("{server}: {error:#}"),
                "write mail.host as a host name, and in mail.ca_file a PEM file",
            ));
            return;
        }
    };
    // Greeting, EHLO, STARTTLS and AUTH as far as they are set, then NOOP and QUIT (RFC 5321, RFC 3207, RFC 4954).
    let tried = tokio::time::timeout(Duration::from_secs(PATIENCE), smtp.test_connection()).await;
    found.push(match tried {
        Ok(Ok(true)) => greeted(config, &server),
        Ok(Ok(false)) => {
            Finding::fault(ABOUT, format!("{server} greets, and then doesn't answer"), "ask whoever runs it")
        }
        Ok(Err(error)) => refused(config, &server, &error),
        Err(_late) => Finding::fault(
            ABOUT,
            format!("{server} doesn't answer"),
            "check mail.host and mail.port, and the firewall",
        ),
    });
}

fn greeted(config: &Config, server: &str) -> Finding {
    let mail = &config.mail;
    let who = if mail.user.is_empty() {
        "takes mail without a log-in".to_owned()
    } else {
        format!("accepts {}", mail.user)
    };
    let summary = format!("{server} {who}; mails come from {}", config.mail_from());
    let here = matches!(mail.host.as_str(), "localhost" | "127.0.0.1" | "::1");
    if mail.encryption == "none" && !here {
        return Finding::warning(
            ABOUT,
            summary,
            "set mail.encryption: what is sent now can be read on the way",
        );
    }
    Finding::ok(ABOUT, summary)
}

fn refused(config: &Config, server: &str, error: &lettre::transport::smtp::Error) -> Finding {
    let said = chain(error);
    // What is wrong with a certificate comes as a fault of the connection.
    let repair = if error.is_tls() || said.contains("certificate") {
        "its certificate or its TLS doesn't fit: check mail.host and mail.encryption (starttls for port 587, tls for 465); if an \
         authority of your own vouches for it, name that in mail.ca_file"
    } else if error.is_permanent() && !config.mail.user.is_empty() {
        "check mail.user and mail.password"
    } else {
        "check mail.host, mail.port and mail.encryption, and that the firewall lets this machine out"
    };
    Finding::fault(ABOUT, format!("{server}: {said}"), repair)
}
