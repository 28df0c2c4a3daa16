//! `vakplein demo`: two instances in one process, federating live, with sample content and no set-up at all.
//!
//! Each has its own `.localhost` name, resolved inside the process (RFC 6761 §6.3), and an unprivileged port. Their data is in a
//! temporary folder that goes with the process, unless `--keep` names one.

mod content;
mod links;
mod seed;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::sync::watch;

use self::content::{Content, Instance};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::federation::client::Lookup;
use crate::server;

/// The password of every sample account.
pub const PASSWORD: &str = "tulpen-uit-meerdijk";

/// How long the instances may take to finish what they are doing.
const PATIENCE: Duration = Duration::from_secs(5);

/// The first port that is tried; the instances take the first two that are free.
const FIRST_PORT: u16 = 8101;

/// One instance of the demo.
struct Site {
    app: App,
    clock: Clock,
    listener: Option<TcpListener>,
    sample: Instance,
}

/// Runs until the process is told to stop.
///
/// # Errors
/// When no port is free, the folder can't be used, or the sample content can't be stored.
pub async fn run(keep: Option<PathBuf>) -> anyhow::Result<()> {
    let signal = server::stop_signal();
    let folder = Folder::new(keep)?;
    let (stop, stopping) = watch::channel(false);
    let mut showing = std::pin::pin!(show(&folder, stopping));
    tokio::select! {
        () = signal => {}
        result = &mut showing => return result,
    }
    stop.send_replace(true);
    // The instances finish what they are doing; one that is still being made has nothing to finish.
    tokio::time::timeout(PATIENCE, showing).await.unwrap_or(Ok(()))
}

/// Makes the instances, links them, prints where they are, and serves until it is told to stop.
async fn show(folder: &Folder, stopping: watch::Receiver<bool>) -> anyhow::Result<()> {
    say("Vakplein demo: making two instances…")?;
    let mut sites = Vec::new();
    for sample in Content::load()?.instance {
        sites.push(open(sample, folder).await?);
    }
    // Handles in the sample content name hosts; the ports are only known now.
    let hosts: Vec<(String, String)> =
        sites.iter().map(|site| (site.sample.host.clone(), site.app.urls.domain().to_owned())).collect();
    for site in &mut sites {
        site.sample.name_hosts(&hosts);
    }
    let said = seed::local(&sites).await?;
    let mut serving = tokio::task::JoinSet::new();
    for site in &mut sites {
        serving.spawn(server::serve(site.app.clone(), site.listener.take(), true, stopping.clone()));
    }
    if let Some(mut said) = said
        && let Err(error) = seed::linked(&sites, &mut said).await
    {
        // A demo whose instances can't talk is worth showing all the same, with the reason.
        say(&format!("The two instances could not be linked: {error:#}"))?;
    }
    print_addresses(&sites)?;
    while serving.join_next().await.is_some() {}
    Ok(())
}

async fn open(sample: Instance, folder: &Folder) -> anyhow::Result<Site> {
    let data = folder.path().join(&sample.key);
    std::fs::create_dir_all(&data).with_context(|| format!("can't make {}", data.display()))?;
    let listener = listen(&data).await?;
    let port = listener.local_addr()?.port();
    std::fs::write(data.join("port"), port.to_string())?;
    let path = |name: &str| data.join(name).display().to_string();
    let env = [
        ("VAKPLEIN_SERVER__DOMAIN", format!("{}:{port}", sample.host)),
        ("VAKPLEIN_SERVER__SCHEME", "http".to_owned()),
        ("VAKPLEIN_SERVER__BIND", format!("127.0.0.1:{port}")),
        ("VAKPLEIN_SERVER__SHUTDOWN_TIMEOUT", "3".to_owned()),
        ("VAKPLEIN_DATABASE__URL", format!("sqlite:{}", path("vakplein.db"))),
        ("VAKPLEIN_MEDIA__DIR", path("media")),
        ("VAKPLEIN_MAIL__DIR", path("mail")),
        ("VAKPLEIN_FEDERATION__ALLOW_PRIVATE_ADDRESSES", "true".to_owned()),
        ("VAKPLEIN_FEDERATION__ALLOW_HTTP", "true".to_owned()),
    ];
    let env = env.into_iter().map(|(key, value)| (key.to_owned(), value));
    let config = Config::load(None, env)?;
    let clock = Clock::system();
    let app = App::open(config, clock.clone(), Lookup::System).await?;
    Ok(Site { app, clock, listener: Some(listener), sample })
}

/// The port that kept data was made with, since it is part of every id; else the first one that is free.
async fn listen(data: &Path) -> anyhow::Result<TcpListener> {
    if let Some(port) =
        std::fs::read_to_string(data.join("port")).ok().and_then(|text| text.trim().parse::<u16>().ok())
    {
        let bound = TcpListener::bind(("127.0.0.1", port)).await;
        return bound.with_context(|| format!("the kept data belongs to port {port}, which is taken"));
    }
    for port in FIRST_PORT..FIRST_PORT + 200 {
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)).await {
            return Ok(listener);
        }
    }
    anyhow::bail!("no port from {FIRST_PORT} on is free")
}

fn print_addresses(sites: &[Site]) -> anyhow::Result<()> {
    let mut text = String::from("\nReady. Two instances are running and federate with each other:\n");
    for site in sites {
        let people: Vec<String> =
            site.sample
                .people
                .iter()
                .map(|person| {
                    if person.admin {
                        format!("{} (administrator)", person.name)
                    } else {
                        person.name.clone()
                    }
                })
                .collect();
        text.push_str(&format!(
            "\n  {}\n    {}/\n    log in as: {}\n    mails:     {}/dev/mail\n",
            site.sample.name,
            site.app.urls.base(),
            people.join(", "),
            site.app.urls.base(),
        ));
    }
    text.push_str(&format!("\n  The password of everybody is: {PASSWORD}\n"));
    text.push_str("  Post in a group on one, and see it appear on the other.\n\nCtrl-C stops both.");
    say(&text)
}

fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(())
}

/// Where the demo's data is.
struct Folder {
    path: PathBuf,
    keep: bool,
}

impl Folder {
    fn new(keep: Option<PathBuf>) -> anyhow::Result<Self> {
        let (path, keep) = match keep {
            Some(path) => (path, true),
            None => {
                (std::env::temp_dir().join(format!("vakplein-demo-{}", crate::ids::RowId::fresh())), false)
            }
        };
        std::fs::create_dir_all(&path).with_context(|| format!("can't make {}", path.display()))?;
        Ok(Self { path, keep })
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        // The databases may still be closing: a file that appears while we delete makes the first try fail.
        for _ in 0..20 {
            if std::fs::remove_dir_all(&self.path).is_ok() || !self.path.exists() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
