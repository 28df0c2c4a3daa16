//! Links between groups of the two instances, made over the wire as their owners would: one group asks to have its topics shown in
//! another, whose curators choose among those that are proposed.

use anyhow::{Context, bail};

use super::Site;
use super::content::{Group, Outlet, Promoted, Thread};
use super::seed::{Said, link_thread, local_person, site_of, wait_for};
use crate::app::App;
use crate::db::page::Part;
use crate::federation::resolve;
use crate::groups;
use crate::ids::{GroupId, ThreadId};
use crate::links::{Choice, LinkState, PromotionState, Side, Takes, Wish};
use crate::links::{acts, outward, promotions, queue, views};
use crate::policy::{Actor, Viewer};
use crate::search::Resolved;
use crate::threads;

/// Two groups as each instance knows them.
#[derive(Debug, Clone, Copy)]
struct Ends {
    source: GroupId,
    target: GroupId,
}

/// Links the groups that ask for it, has topics shown, and lets guests answer in them.
pub(super) async fn link(sites: &[Site], said: &mut Said) -> anyhow::Result<()> {
    for site in sites {
        for group in &site.sample.groups {
            for outlet in &group.outlets {
                ask(sites, site, group, outlet)
                    .await
                    .with_context(|| format!("the link of {} with {}", group.name, outlet.name))?;
            }
            let key = (site.sample.key.clone(), group.name.clone());
            let threads = said.get_mut(&key).context("every group was made")?;
            for (thread, said) in group.threads.iter().zip(threads) {
                let Some(promoted) = &thread.promoted else { continue };
                promote(sites, site, group, thread, promoted, said)
                    .await
                    .with_context(|| thread.title.clone())?;
            }
        }
    }
    Ok(())
}

/// The owner of a group asks, the owner of the other one accepts.
async fn ask(sites: &[Site], site: &Site, group: &Group, outlet: &Outlet) -> anyhow::Result<()> {
    let there = site_of(sites, &outlet.on)?;
    let (ours, theirs) = ends(site, group, there, outlet).await?;
    let owner = local_person(&site.app, &group.owner).await?;
    let wish =
        Wish { other: ours.target, side: Side::Source, choice: Choice::default(), note: outlet.note.clone() };
    site.app.db.write(move |tx| acts::ask(tx, &Actor::here(owner), ours.source, &wish)).await?;
    site.app.wake.notify_one();
    let asked = wait_for(&there.app, "the wish for a link", move |tx| {
        let link = outward::between(tx, theirs.source, theirs.target)?;
        Ok(link.filter(|link| link.awaits(theirs.target)).map(|link| link.id))
    })
    .await?;
    let curator = local_person(&there.app, &curator_of(there, outlet)?.owner).await?;
    let choice = Choice { takes: Takes::Promoted, words: String::new() };
    there
        .app
        .db
        .write(move |tx| acts::accept(tx, &Actor::here(curator), theirs.target, asked, Some(&choice)))
        .await?;
    there.app.wake.notify_one();
    accepted(&site.app, ours).await?;
    accepted(&there.app, theirs).await
}

async fn accepted(app: &App, ends: Ends) -> anyhow::Result<()> {
    wait_for(app, "the link", move |tx| {
        let link = outward::between(tx, ends.source, ends.target)?;
        Ok(link.filter(|link| link.state == LinkState::Accepted).map(|_link| ()))
    })
    .await
}

/// Somebody proposes a topic, whoever asks in it consents, and the owner of the other group accepts. Then guests answer there.
async fn promote(
    sites: &[Site],
    site: &Site,
    group: &Group,
    thread: &Thread,
    promoted: &Promoted,
    said: &mut Vec<String>,
) -> anyhow::Result<()> {
    let outlet = group.outlets.iter().find(|outlet| outlet.name == promoted.to);
    let outlet = outlet.with_context(|| format!("{} doesn't show topics of {}", promoted.to, group.name))?;
    let there = site_of(sites, &outlet.on)?;
    let (ours, theirs) = ends(site, group, there, outlet).await?;
    let uri = said.first().context("the topic was said")?.clone();
    let topic: ThreadId = site
        .app
        .db
        .read(move |tx| threads::views::by_uri(tx, &uri))
        .await?
        .context("the topic is there")?
        .thread_id;
    let (by, note) = (local_person(&site.app, &promoted.by).await?, promoted.note.clone());
    let proposed = site
        .app
        .db
        .write(move |tx| promotions::propose(tx, &Actor::here(by), topic, ours.target, &note))
        .await?;
    if proposed.state == PromotionState::Consent {
        let asker = local_person(&site.app, &thread.author).await?;
        site.app.db.write(move |tx| promotions::answer(tx, &Actor::here(asker), proposed.id, true)).await?;
    }
    site.app.wake.notify_one();
    let curator = local_person(&there.app, &curator_of(there, outlet)?.owner).await?;
    let offered = wait_for(&there.app, "the proposal", move |tx| {
        let viewer = Viewer::Member { id: curator, admin: false };
        let offers = queue::offers(tx, &viewer, theirs.target, Part::from(None))?;
        Ok(offers.items.into_iter().next().map(|offer| offer.row.id))
    })
    .await?;
    there.app.db.write(move |tx| promotions::decide(tx, &Actor::here(curator), offered, true, "")).await?;
    there.app.wake.notify_one();
    wait_for(&site.app, "the answer about the proposal", move |tx| {
        let shown = views::shown_in(tx, &Viewer::Anonymous, topic)?;
        Ok((!shown.is_empty()).then_some(()))
    })
    .await?;
    link_thread(sites, site, thread, said, thread.replies.len()).await
}

/// A group and its outlet, as the one instance knows them and as the other does.
async fn ends(site: &Site, group: &Group, there: &Site, outlet: &Outlet) -> anyhow::Result<(Ends, Ends)> {
    let ours = Ends {
        source: own(&site.app, &group.name).await?,
        target: elsewhere(&site.app, &there.app, &outlet.name).await?,
    };
    let theirs = Ends {
        source: elsewhere(&there.app, &site.app, &group.name).await?,
        target: own(&there.app, &outlet.name).await?,
    };
    Ok((ours, theirs))
}

async fn own(app: &App, name: &str) -> anyhow::Result<GroupId> {
    let name = name.to_owned();
    Ok(app.db.read(move |tx| groups::views::find(tx, &name)).await?)
}

/// What an instance knows a group of another one by.
async fn elsewhere(app: &App, host: &App, name: &str) -> anyhow::Result<GroupId> {
    let handle = host.urls.handle(name);
    let Resolved::Group(group) = resolve::resolve(app, &handle).await? else {
        bail!("{handle} is no group");
    };
    Ok(group)
}

fn curator_of<'s>(there: &'s Site, outlet: &Outlet) -> anyhow::Result<&'s Group> {
    let found = there.sample.groups.iter().find(|group| group.name == outlet.name);
    found.with_context(|| format!("there is no group {}", outlet.name))
}
