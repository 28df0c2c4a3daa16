//! Mail: written down in the transaction that causes it, sent by a job, in the receiver's language. Owns `mails`.
//!
//! What is stored is not a text but what it is made of; once the mail is sent that goes too, for it may hold a secret link.
//! Transport is SMTP submission, or a folder that the development page reads.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use diesel::prelude::*;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::clock::Time;
use crate::config;
use crate::db::types::Json;
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::RowId;
use crate::instance;
use crate::jobs::{self, Job};
use crate::locale::{Arg, Texts};
use crate::people::AccountRow;

/// The kind of a mail whose text is in its values.
const WRITTEN: &str = "written";

/// A mail to be written: to whom, which text, and the values in it.
#[derive(Debug, Clone)]
pub struct Letter {
    recipient: String,
    language: Option<String>,
    kind: &'static str,
    values: BTreeMap<&'static str, String>,
}

impl Letter {
    /// To the owner of an account: the texts are `mail-{kind}-subject` and `mail-{kind}-body`. Both may use `$site` and
    /// `$url`, the instance's name and address.
    pub fn to(account: &AccountRow, kind: &'static str) -> Self {
        Self {
            recipient: account.email.clone(),
            language: account.language.clone(),
            kind,
            values: BTreeMap::new(),
        }
    }

    /// A mail whose text is written already.
    pub fn written(to: &str, subject: &str, body: &str) -> Self {
        let letter =
            Self { recipient: to.to_owned(), language: None, kind: WRITTEN, values: BTreeMap::new() };
        letter.with("subject", subject).with("body", body)
    }

    /// With a value in the text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.values.insert(name, value.to_owned());
        self
    }
}

/// Writes a mail down, to be sent once this transaction is committed.
///
/// # Errors
/// Only when the database does.
pub fn enqueue(tx: &mut Tx<'_>, letter: &Letter) -> Result<()> {
    use schema::mails::dsl;
    let id = RowId::fresh();
    diesel::insert_into(dsl::mails)
        .values((
            dsl::id.eq(id),
            dsl::recipient.eq(&letter.recipient),
            dsl::kind.eq(letter.kind),
            dsl::language.eq(&letter.language),
            dsl::detail.eq(Json::of(&letter.values)?),
            dsl::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    jobs::enqueue(tx, &Job::Mail { mail: id })
}

/// Takes as much time as [`enqueue`], and sends nothing: an answer mustn't tell by its time whether an address is known.
///
/// # Errors
/// Only when the database does.
pub fn enqueue_nothing(tx: &mut Tx<'_>) -> Result<()> {
    let nobody =
        Letter { recipient: String::new(), language: None, kind: "nothing", values: BTreeMap::new() };
    enqueue(tx, &nobody)
}

/// Sends a mail that was written down. Sent already: nothing happens.
///
/// # Errors
/// When the server can't be reached or refuses; the job tries again.
pub async fn send(app: &App, id: RowId) -> Result<()> {
    use schema::mails::dsl;
    let read = move |tx: &mut Tx<'_>| {
        let row: Option<(String, String, Option<String>, Json)> = dsl::mails
            .find(id)
            .filter(dsl::sent_at.is_null())
            .select((dsl::recipient, dsl::kind, dsl::language, dsl::detail))
            .first(tx.conn)
            .optional()?;
        Ok((row, instance::settings(tx)?))
    };
    let (row, settings) = app.db.read(read).await?;
    let Some((recipient, kind, language, detail)) = row else { return Ok(()) };
    if !recipient.is_empty() {
        let mut values: BTreeMap<String, String> = detail.read()?;
        let (subject, body) = if kind == WRITTEN {
            (values.remove("subject").unwrap_or_default(), values.remove("body").unwrap_or_default())
        } else {
            values.insert("site".to_owned(), settings.name);
            values.insert("url".to_owned(), app.urls.instance());
            let code = language.unwrap_or(settings.language);
            let lang = app.locales.choose(Some(&code), None);
            text(&Texts::new(Arc::clone(&app.locales), lang), &kind, &values)
        };
        transport(app, id, Mail { to: recipient, subject, body, sent_at: app.clock.now() }).await?;
    }
    app.db
        .write(move |tx| {
            diesel::update(dsl::mails.find(id))
                .set((dsl::sent_at.eq(tx.now), dsl::detail.eq("{}"), dsl::recipient.eq("")))
                .execute(tx.conn)?;
            Ok(())
        })
        .await
}

/// Subject and body in the receiver's language.
fn text(texts: &Texts, kind: &str, values: &BTreeMap<String, String>) -> (String, String) {
    let values: Vec<(&str, &dyn Arg)> =
        values.iter().map(|(name, value)| (name.as_str(), value as &dyn Arg)).collect();
    let text = |part: &str| texts.t_with(part, &values);
    let body = format!("{}\n\n{}\n", text(&format!("mail-{kind}-body")), text("mail-footer"));
    (text(&format!("mail-{kind}-subject")), body)
}

/// Removes mails that were sent or given up before a moment.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>, before: Time) -> Result<usize> {
    Ok(diesel::delete(schema::mails::table.filter(schema::mails::created_at.lt(before))).execute(tx.conn)?)
}

/// A mail as it was sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// Receiver.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// When.
    pub sent_at: Time,
}

/// The mails in the folder of the folder transport, the newest first.
///
/// # Errors
/// When the folder can't be read; a folder that isn't there is empty.
pub async fn inbox(folder: &Path) -> Result<Vec<Mail>> {
    let mut mails = Vec::new();
    let mut entries = match tokio::fs::read_dir(folder).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::internal(error)),
    };
    while let Some(entry) = entries.next_entry().await.map_err(Error::internal)? {
        if entry.path().extension().is_some_and(|extension| extension == "json") {
            let text = tokio::fs::read(entry.path()).await.map_err(Error::internal)?;
            let mail: Mail = serde_json::from_slice(&text).map_err(Error::internal)?;
            mails.push((entry.file_name(), mail));
        }
    }
    mails.sort_by(|(a, _), (b, _)| b.cmp(a));
    Ok(mails.into_iter().map(|(_, mail)| mail).collect())
}

async fn transport(app: &App, id: RowId, mail: Mail) -> Result<()> {
    let config = &app.config.mail;
    if config.transport == "smtp" {
        let from: Mailbox = app.config.mail_from().parse().map_err(Error::internal)?;
        let message = message(from, app.urls.domain(), id, &mail)?;
        submission(config)?.send(message).await.map_err(Error::internal)?;
        return Ok(());
    }
    tokio::fs::create_dir_all(&config.dir).await.map_err(Error::internal)?;
    let json = serde_json::to_vec_pretty(&mail).map_err(Error::internal)?;
    // Under a name of its own first, so that nobody reads half a mail.
    let (part, whole) = (config.dir.join(format!("{id}.part")), config.dir.join(format!("{id}.json")));
    tokio::fs::write(&part, json).await.map_err(Error::internal)?;
    tokio::fs::rename(part, whole).await.map_err(Error::internal)
}

fn message(from: Mailbox, domain: &str, id: RowId, mail: &Mail) -> Result<Message> {
    let host = domain.split(':').next().unwrap_or(domain);
    Message::builder()
        .from(from)
        .to(mail.to.parse().map_err(Error::internal)?)
        .subject(mail.subject.clone())
        .message_id(Some(format!("<{id}@{host}>")))
        // RFC 3834 §5: no out-of-office answers to this.
        .header(AutoSubmitted)
        .header(ContentType::TEXT_PLAIN)
        .body(mail.body.clone())
        .map_err(Error::internal)
}

#[derive(Debug, Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_text: &str) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The submission server of the configuration.
///
/// # Errors
/// When TLS can't be set up for its name.
pub fn submission(config: &config::Mail) -> Result<AsyncSmtpTransport<Tokio1Executor>> {
    type Smtp = AsyncSmtpTransport<Tokio1Executor>;
    let encryption = match config.encryption.as_str() {
        "tls" => Tls::Wrapper(tls(config)?),
        "none" => Tls::None,
        // Never without: a server that can't is an error.
        _ => Tls::Required(tls(config)?),
    };
    let mut builder = Smtp::builder_dangerous(&config.host).tls(encryption).port(config.port);
    builder = builder.timeout(Some(std::time::Duration::from_secs(20)));
    if !config.user.is_empty() {
        builder = builder.credentials(Credentials::new(config.user.clone(), config.password.clone()));
    }
    Ok(builder.build())
}

/// Whose certificates count for the submission server: Mozilla's authorities, this machine's, and one's own.
fn tls(config: &config::Mail) -> Result<TlsParameters> {
    let mut builder =
        TlsParameters::builder(config.host.clone()).certificate_store(CertificateStore::WebpkiRoots);
    for der in rustls_native_certs::load_native_certs().certs {
        let certificate = Certificate::from_der(der.to_vec()).map_err(Error::internal)?;
        if vouches(&certificate) {
            builder = builder.add_root_certificate(certificate);
        }
    }
    if let Some(own) = config.authority().map_err(Error::internal)? {
        builder = builder.add_root_certificate(own);
    }
    builder.build().map_err(Error::internal)
}

/// Whether a certificate of this machine can be used: one that can't would make all of them useless.
fn vouches(certificate: &Certificate) -> bool {
    TlsParameters::builder(String::new())
        .certificate_store(CertificateStore::None)
        .add_root_certificate(certificate.clone())
        .build()
        .is_ok()
}
