//! Configuration: one annotated TOML file, which is itself the default, and the environment over it.
//!
//! A wrong configuration is refused at start, naming the key, the value and the repair. Whatever isn't in `config.toml` is
//! not a key, and a value must be of the kind that stands there.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use serde::Deserialize;
use toml::{Table, Value};

use crate::db::DatabaseUrl;

/// The annotated default.
pub const DEFAULT: &str = include_str!("../config.toml");

/// What is wrong with a configuration, and how to repair it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// `section.key`.
    pub key: String,
    /// What was given.
    pub value: String,
    /// What to write instead.
    pub repair: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "configuration: {} = {} is wrong: {}", self.key, self.value, self.repair)
    }
}

impl std::error::Error for Wrong {}

/// The whole configuration. Each field is documented in `config.toml`.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "config.toml documents every key; a second text would drift")]
pub struct Config {
    pub server: Server,
    pub database: Database,
    pub media: Media,
    pub mail: Mail,
    pub federation: Federation,
    pub limits: Limits,
    pub retention: Retention,
    pub log: Log,
    pub metrics: Metrics,
}

/// Section `server`.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "documented in config.toml")]
pub struct Server {
    pub domain: String,
    pub bind: String,
    pub worker_bind: String,
    pub scheme: String,
    pub trusted_proxies: Vec<String>,
    pub request_timeout: u64,
    pub connections: usize,
    pub requests: usize,
    pub wait: u64,
    pub bodies_mb: usize,
    pub shutdown_timeout: u64,
}

/// Section `database`.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "documented in config.toml")]
pub struct Database {
    pub url: String,
    pub connections: u32,
    pub wait: u64,
}

/// Section `media`.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "documented in config.toml")]
pub struct Media {
    pub dir: PathBuf,
    pub quota_mb: i64,
}

/// Section `mail`.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "documented in config.toml")]
pub struct Mail {
    pub transport: String,
    pub dir: PathBuf,
    pub host: String,
    pub port: u16,
    pub encryption: String,
    pub user: String,
    pub password: String,
    pub ca_file: PathBuf,
    pub from: String,
}

/// Section `federation`.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "documented in config.toml")]
pub struct Federation {
    pub enabled: bool,
    pub clock_window: i64,
    pub max_body: usize,
    pub max_depth: usize,
    pub backlog: usize,
    pub max_fetches: usize,
    pub timeout: u64,
    pub deliveries: usize,
    pub deliveries_per_peer: usize,
    pub allow_private_addresses: bool,
    pub allow_http: bool,
}

/// Section `limits`.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "documented in config.toml")]
pub struct Limits {
    pub enabled: bool,
}

/// Section `retention`.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "documented in config.toml")]
pub struct Retention {
    pub inbox_days: i64,
    pub deliveries_days: i64,
    pub journal_days: i64,
    pub sessions_days: i64,
    pub notices_days: i64,
    pub remote_media_days: i64,
    pub log_days: i64,
    pub grace_days: i64,
}

/// Section `log`.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "documented in config.toml")]
pub struct Log {
    pub format: String,
    pub level: String,
}

/// Section `metrics`.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "documented in config.toml")]
pub struct Metrics {
    pub token: String,
}

impl Mail {
    /// The authority of one's own that vouches for the submission server; `None` when there is none.
    ///
    /// # Errors
    /// [`Wrong`] when the file can't be read, or what is in it aren't certificates.
    pub fn authority(&self) -> Result<Option<Certificate>, Wrong> {
        if self.ca_file.as_os_str().is_empty() {
            return Ok(None);
        }
        let refuse = |repair: String| wrong("mail.ca_file", &self.ca_file.display().to_string(), repair);
        let pem = std::fs::read(&self.ca_file).map_err(|error| {
            refuse(format!("it can't be read ({error}): name a PEM file that may be read, or leave it empty"))
        })?;
        let none =
            || refuse("write certificates in PEM: each begins with -----BEGIN CERTIFICATE-----".to_owned());
        if !pem.windows(11).any(|word| word == b"CERTIFICATE") {
            return Err(none());
        }
        let certificate = Certificate::from_pem(&pem).map_err(|_garbled| none())?;
        // Only when it is taken up does one know whether it can vouch for anything.
        TlsParameters::builder("localhost".to_owned())
            .certificate_store(CertificateStore::None)
            .add_root_certificate(certificate.clone())
            .build()
            .map_err(|_useless| none())?;
        Ok(Some(certificate))
    }
}

impl Config {
    /// The default, then the file, then the environment.
    ///
    /// # Errors
    /// [`Wrong`], for the first thing that is wrong.
    pub fn load(file: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> Result<Self, Wrong> {
        let Some(path) = file else { return Self::read("", "", env) };
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| wrong("--config", &name, format!("the file can't be read: {error}")))?;
        Self::read(&name, &text, env)
    }

    /// The default, then the text of a file, then the environment. `name` is the file's, for saying what is wrong with it.
    ///
    /// # Errors
    /// [`Wrong`], for the first thing that is wrong.
    pub fn read(name: &str, text: &str, env: impl Iterator<Item = (String, String)>) -> Result<Self, Wrong> {
        let mut table = default_table();
        let given: Table = text.parse().map_err(|why| wrong("--config", name, format!("not TOML: {why}")))?;
        for (section, values) in given {
            let Value::Table(values) = values else {
                return Err(wrong(&section, &values.to_string(), "keys stand below a [section]".to_owned()));
            };
            for (key, value) in values {
                put(&mut table, &section, &key, value)?;
            }
        }
        for (name, text) in env {
            let Some(rest) = name.strip_prefix("VAKPLEIN_") else { continue };
            let Some((section, key)) = rest.split_once("__") else { continue };
            let (section, key) = (section.to_ascii_lowercase(), key.to_ascii_lowercase());
            let value = from_env(&table, &section, &key, &text)?;
            put(&mut table, &section, &key, value)?;
        }
        let config: Self = serde_path_to_error::deserialize(Value::Table(table.clone()))
            .map_err(|error| out_of_range(&table, &error.path().to_string(), &error.inner().to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// Address and port to listen on.
    pub fn bind(&self) -> Option<SocketAddr> {
        self.server.bind.parse().ok()
    }

    /// Address and port where a process that only works answers; `None` for nowhere.
    pub fn worker_bind(&self) -> Option<SocketAddr> {
        self.server.worker_bind.parse().ok()
    }

    /// Where the database is.
    ///
    /// # Errors
    /// [`Wrong`] when it names neither of the two databases.
    pub fn database(&self) -> Result<DatabaseUrl, Wrong> {
        self.database.url.parse().map_err(|repair| wrong("database.url", &self.database.url, repair))
    }

    /// Networks whose forwarded headers count.
    pub fn trusted_proxies(&self) -> Vec<IpNet> {
        self.server.trusted_proxies.iter().filter_map(|text| network(text)).collect()
    }

    /// Whether this is an instance for trying out: its name is one that can't exist on the internet (RFC 6761).
    pub fn is_test_domain(&self) -> bool {
        let host = self.server.domain.split(':').next().unwrap_or_default();
        host.ends_with(".test") || host.ends_with(".localhost")
    }

    /// The sender of mails.
    pub fn mail_from(&self) -> String {
        if self.mail.from.is_empty() {
            let host = self.server.domain.split(':').next().unwrap_or_default();
            format!("Vakplein <noreply@{host}>")
        } else {
            self.mail.from.clone()
        }
    }

    fn check(&self) -> Result<(), Wrong> {
        let server = &self.server;
        if !is_domain(&server.domain) {
            return Err(wrong(
                "server.domain",
                &server.domain,
                "write a host name, as in forum.gemeente.nl".into(),
            ));
        }
        let Some(bind) = self.bind() else {
            return Err(wrong(
                "server.bind",
                &server.bind,
                "write ADDRESS:PORT, as in 127.0.0.1:8080".into(),
            ));
        };
        if !server.worker_bind.is_empty() && self.worker_bind().is_none() {
            return Err(wrong(
                "server.worker_bind",
                &server.worker_bind,
                "write ADDRESS:PORT, as in 127.0.0.1:8081, or leave it empty".into(),
            ));
        }
        one_of("server.scheme", &server.scheme, &["https", "http"])?;
        for proxy in &server.trusted_proxies {
            if network(proxy).is_none() {
                return Err(wrong(
                    "server.trusted_proxies",
                    proxy,
                    "write an address or network, as in 10.0.0.0/8".into(),
                ));
            }
        }
        self.database()?;
        one_of("mail.transport", &self.mail.transport, &["folder", "smtp"])?;
        one_of("mail.encryption", &self.mail.encryption, &["starttls", "tls", "none"])?;
        if self.mail.transport == "smtp" && self.mail.host.is_empty() {
            return Err(wrong(
                "mail.host",
                "\"\"",
                "name the submission server, or set mail.transport = \"folder\"".into(),
            ));
        }
        self.mail.authority()?;
        if self.mail_from().parse::<lettre::message::Mailbox>().is_err() {
            return Err(wrong("mail.from", &self.mail.from, "write Name <address@domain>".into()));
        }
        one_of("log.format", &self.log.format, &["text", "json"])?;
        one_of("log.level", &self.log.level, &["error", "warn", "info", "debug", "trace"])?;
        let tests_only = self.is_test_domain() && bind.ip().is_loopback();
        for (key, on) in [
            ("federation.allow_private_addresses", self.federation.allow_private_addresses),
            ("federation.allow_http", self.federation.allow_http),
        ] {
            if on && !tests_only {
                let repair = "only for tests: server.domain must end in .test or .localhost and server.bind be loopback";
                return Err(wrong(key, "true", repair.into()));
            }
        }
        for (key, days) in [
            ("retention.inbox_days", self.retention.inbox_days),
            ("retention.deliveries_days", self.retention.deliveries_days),
            ("retention.journal_days", self.retention.journal_days),
            ("retention.sessions_days", self.retention.sessions_days),
            ("retention.notices_days", self.retention.notices_days),
            ("retention.remote_media_days", self.retention.remote_media_days),
            ("retention.log_days", self.retention.log_days),
            ("retention.grace_days", self.retention.grace_days),
        ] {
            if !(0..=36_500).contains(&days) {
                return Err(wrong(key, &days.to_string(), "write a number of days from 0 to 36500".into()));
            }
        }
        Ok(())
    }
}

fn default_table() -> Table {
    DEFAULT.parse().expect("config.toml is TOML: a test loads it")
}

fn wrong(key: &str, value: &str, repair: String) -> Wrong {
    Wrong { key: key.to_owned(), value: value.to_owned(), repair }
}

fn known<'t>(table: &'t Table, section: &str, key: &str) -> Result<&'t Value, Wrong> {
    let name = format!("{section}.{key}");
    let Some(Value::Table(values)) = table.get(section) else {
        let sections = table.keys().cloned().collect::<Vec<_>>().join(", ");
        return Err(wrong(&name, "", format!("there is no section {section}; there are {sections}")));
    };
    values.get(key).ok_or_else(|| {
        let keys = values.keys().cloned().collect::<Vec<_>>().join(", ");
        wrong(&name, "", format!("there is no such key; section {section} has {keys}"))
    })
}

fn put(table: &mut Table, section: &str, key: &str, value: Value) -> Result<(), Wrong> {
    let old = known(table, section, key)?;
    if !old.same_type(&value) {
        let repair = format!("write {}, as in {key} = {old}", kind(old));
        return Err(wrong(&format!("{section}.{key}"), &value.to_string(), repair));
    }
    if let Some(Value::Table(values)) = table.get_mut(section) {
        values.insert(key.to_owned(), value);
    }
    Ok(())
}

/// A value of the right kind that can't be: a number that is too large or negative.
fn out_of_range(table: &Table, key: &str, said: &str) -> Wrong {
    let (section, name) = key.split_once('.').unwrap_or((key, ""));
    let value = known(table, section, name).map(Value::to_string).unwrap_or_default();
    let repair = if said.contains("u16") {
        "write a number from 0 to 65535".to_owned()
    } else if said.contains("integer") {
        "write a number that isn't negative".to_owned()
    } else {
        said.to_owned()
    };
    wrong(key, &value, repair)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text between quotation marks",
        Value::Boolean(_) => "true or false",
        Value::Integer(_) => "a whole number",
        Value::Array(_) => "a list",
        _ => "what stands there",
    }
}

/// The text of an environment variable as a value of the kind that the default has.
fn from_env(table: &Table, section: &str, key: &str, text: &str) -> Result<Value, Wrong> {
    let old = known(table, section, key)?;
    let parsed = match old {
        Value::String(_) => Some(Value::String(text.to_owned())),
        Value::Boolean(_) => text.parse().ok().map(Value::Boolean),
        Value::Integer(_) => text.parse().ok().map(Value::Integer),
        Value::Array(_) => list(text).map(Value::Array),
        _ => None,
    };
    parsed.ok_or_else(|| {
        let name = format!("VAKPLEIN_{}__{}", section.to_uppercase(), key.to_uppercase());
        let repair = match old {
            Value::Array(_) => r#"write a list, as in one,two or ["one", "two"]"#.to_owned(),
            _ => format!("write {}, as in {old}", kind(old)),
        };
        wrong(&name, text, repair)
    })
}

/// A list of texts out of an environment variable: as the file has it, or its items with commas between them.
fn list(text: &str) -> Option<Vec<Value>> {
    let text = text.trim();
    if text.starts_with('[') {
        let table: Table = format!("list = {text}").parse().ok()?;
        let items = table.get("list")?.as_array()?;
        return items.iter().all(Value::is_str).then(|| items.clone());
    }
    let is_plain = |item: &str| !item.contains(['"', '\'', '[', ']']);
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| is_plain(item).then(|| Value::String(item.to_owned()))).collect()
}

fn one_of(key: &str, value: &str, allowed: &[&str]) -> Result<(), Wrong> {
    if allowed.contains(&value) {
        return Ok(());
    }
    Err(wrong(key, value, format!("write one of {}", allowed.join(", "))))
}

fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from))
}

fn is_domain(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let labels = host.split('.').all(|label| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    });
    // In addresses, `0x7f.1` is a number.
    labels
        && url::Url::parse(&format!("https://{host}/")).is_ok_and(|url| url.domain() == Some(host))
        && host.len() <= 253
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|p| p > 0))
}

#[cfg(test)]
mod tests;
