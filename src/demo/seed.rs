//! Puts the sample content in, by the same acts that people use: first what is local, in the past; then, with both
//! instances running, what one says on the other.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::content::{Group, Person, Reply, Thread};
use super::{PASSWORD, Site, links};
use crate::agreements::{self, AgreementState, Terms};
use crate::app::App;
use crate::federation::resolve;
use crate::groups::{self, GroupDraft};
use crate::ids::{GroupId, PersonId, PostId};
use crate::instance;
use crate::membership::invitations::{self, Wish};
use crate::membership::{self, MembershipState};
use crate::people::acts::NewPerson;
use crate::people::{self, AccountRole};
use crate::policy::{Actor, Class, Joining, limits};
use crate::search::Resolved;
use crate::threads::draft::{self, Input};
use crate::threads::{self, PostRow, ReactionKind};

/// How long ago the first sample post was written.
const DAYS_AGO: i64 = 9;

/// How long one instance may take to see what happened on the other.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was said so far in the threads of a group: for each, the posts' ids on the wire, in order.
pub(super) type Said = HashMap<(String, String), Vec<Vec<String>>>;

/// Makes people, groups and what the instance's own people wrote. `None` when that was done before, in data that was kept.
pub(super) async fn local(sites: &[Site]) -> anyhow::Result<Option<Said>> {
    for site in sites {
        let first = site.sample.groups.first().context("the sample has groups")?.name.clone();
        if site.app.db.read(move |tx| groups::views::find(tx, &first)).await.is_ok() {
            return Ok(None);
        }
    }
    let mut said = Said::new();
    let hash = people::credentials::Hasher::default().hash(PASSWORD.to_owned()).await?;
    for site in sites {
        let app = &site.app;
        let mut settings = instance::Settings::default();
        site.sample.name.clone_into(&mut settings.name);
        site.sample.tagline.clone_into(&mut settings.tagline);
        site.sample.description.clone_into(&mut settings.description);
        settings.contact_email = format!("contact@{}", site.sample.host);
        app.db.write(move |tx| instance::save_settings(tx, &settings)).await?;
        site.clock.advance(-DAYS_AGO * 86_400);
        for person in &site.sample.people {
            add_person(app, person, &site.sample.host, &hash).await?;
        }
        for group in &site.sample.groups {
            let threads = add_group(site, group).await?;
            said.insert((site.sample.key.clone(), group.name.clone()), threads);
        }
    }
    // Back to the present, whatever the sample's length.
    for site in sites {
        site.clock.reset();
    }
    Ok(Some(said))
}

async fn add_person(app: &App, person: &Person, host: &str, hash: &str) -> anyhow::Result<()> {
    let keys = app.make_keys().await?;
    let mut new = NewPerson::confirmed(&person.name, &format!("{}@{host}", person.name), hash);
    if person.admin {
        new.role = AccountRole::Admin;
    }
    let profile = people::profile::ProfileDraft {
        discoverable: true,
        display_name: person.display.clone(),
        bio: person.bio.clone(),
        employer: person.employer.clone(),
        function: person.function.clone(),
        ..Default::default()
    };
    let profile = people::profile::rendered(profile, &app.markdown);
    app.db
        .write(move |tx| {
            let id = people::acts::create(tx, &new, &keys)?;
            people::profile::edit(tx, &Actor::here(id), &profile)
        })
        .await
        .with_context(|| format!("the person {}", person.name))?;
    Ok(())
}

async fn add_group(site: &Site, group: &Group) -> anyhow::Result<Vec<Vec<String>>> {
    let app = &site.app;
    let keys = app.make_keys().await?;
    let owner = local_person(app, &group.owner).await?;
    let draft = GroupDraft {
        name: group.name.clone(),
        title: group.title.clone(),
        mission: group.mission.clone(),
        description: group.description.clone(),
        rules: group.rules.clone(),
        colour: group.colour,
        class: class_of(group)?,
        joining: if class_of(group)? == Class::Openbaar { Joining::Open } else { Joining::Invite },
        ..GroupDraft::default()
    };
    let draft = groups::draft::rendered(draft, &app.markdown);
    let draft_class = draft.class;
    let id = app.db.write(move |tx| groups::acts::found(tx, Some(owner), &draft, &keys)).await?.id;
    for member in &group.members {
        let member = local_person(app, member).await?;
        app.db
            .write(move |tx| {
                if draft_class != Class::Openbaar {
                    invite(tx, owner, id, member)?;
                }
                membership::acts::join(tx, &Actor::here(member), id, "", None)
            })
            .await?;
    }
    let mut threads = Vec::new();
    for thread in &group.threads {
        site.clock.advance(7 * 3_600);
        let author = local_person(app, &thread.author).await?;
        let written = write(app, &thread.title, &thread.text).await?;
        let first =
            app.db.write(move |tx| threads::acts::start(tx, &Actor::here(author), id, &written)).await?;
        if thread.pinned {
            let (owner, pinned) = (local_person(app, &group.owner).await?, first.thread_id);
            app.db.write(move |tx| threads::acts::pin(tx, &Actor::here(owner), pinned)).await?;
        }
        // What comes from the other instance, and what was said after it, follows when both run.
        let here = thread.replies.iter().take_while(|reply| reply.from.is_none());
        let mut said = vec![first];
        for reply in here {
            site.clock.advance(55 * 60);
            let to = said.get(reply.to).context("a reply answers an earlier one")?.id;
            said.push(answer(app, reply, to).await?);
        }
        threads.push(said.into_iter().map(|post| post.uri).collect());
    }
    Ok(threads)
}

/// With both instances running: their people join each other's groups and answer there, and groups are linked.
pub(super) async fn linked(sites: &[Site], said: &mut Said) -> anyhow::Result<()> {
    for site in sites {
        for other in sites.iter().filter(|other| other.sample.key != site.sample.key) {
            agree(site, other).await?;
        }
    }
    for site in sites {
        for group in &site.sample.groups {
            let key = (site.sample.key.clone(), group.name.clone());
            let threads = said.get_mut(&key).context("every group was made")?;
            link_group(sites, site, group, threads)
                .await
                .with_context(|| format!("the group {}", group.name))?;
        }
    }
    links::link(sites, said).await
}

async fn link_group(
    sites: &[Site],
    host: &Site,
    group: &Group,
    said: &mut [Vec<String>],
) -> anyhow::Result<()> {
    let mut guests: Vec<(&str, &str)> =
        group.guests.iter().map(|guest| (guest.from.as_str(), guest.name.as_str())).collect();
    for reply in group.threads.iter().flat_map(|thread| &thread.replies) {
        if let Some(from) = &reply.from
            && !reply.guest
        {
            guests.push((from, &reply.author));
        }
    }
    guests.sort_unstable();
    guests.dedup();
    let handle = host.app.urls.handle(&group.name);
    let mut mirrors: HashMap<&str, GroupId> = HashMap::new();
    for (from, name) in guests {
        let app = &site_of(sites, from)?.app;
        let guest = local_person(app, name).await?;
        let mirror = if class_of(group)? == Class::Openbaar {
            let Resolved::Group(mirror) = resolve::resolve(app, &handle).await? else {
                bail!("{handle} is no group");
            };
            mirror
        } else {
            invited(host, group, app, name).await?
        };
        app.db.write(move |tx| membership::acts::join(tx, &Actor::here(guest), mirror, "", None)).await?;
        app.wake.notify_one();
        wait_for(app, "membership", move |tx| {
            let found = membership::find(tx, mirror, guest)?;
            Ok(found.filter(|row| row.state == MembershipState::Accepted).map(|_row| ()))
        })
        .await?;
        mirrors.insert(from, mirror);
    }
    for (thread, said) in group.threads.iter().zip(said) {
        // Guests answer once the topic is shown where they are.
        let until = thread.replies.iter().take_while(|reply| !reply.guest).count();
        link_thread(sites, host, thread, said, until).await.with_context(|| thread.title.clone())?;
    }
    Ok(())
}

/// Makes an instance trust another with what is in closed groups.
async fn agree(site: &Site, other: &Site) -> anyhow::Result<()> {
    let admin =
        site.sample.people.iter().find(|person| person.admin).context("an instance has an administrator")?;
    let (admin, host) = (local_person(&site.app, &admin.name).await?, other.app.urls.domain().to_owned());
    let terms = Terms {
        state: AgreementState::Agreed,
        ceiling: Class::Leden,
        until: None,
        organisation: other.sample.name.clone(),
        contact: String::new(),
        purpose: "Overleg tussen vakgenoten".to_owned(),
    };
    site.app.db.write(move |tx| agreements::acts::set(tx, &Actor::here(admin), &host, &terms)).await?;
    Ok(())
}

/// Has the owner of a closed group invite somebody of another instance; gives the group there once the invitation has come.
async fn invited(host: &Site, group: &Group, app: &App, guest: &str) -> anyhow::Result<GroupId> {
    let handle = app.urls.handle(guest);
    let Resolved::Person(person) = resolve::resolve(&host.app, &handle).await? else {
        bail!("{handle} is no person");
    };
    let owner = local_person(&host.app, &group.owner).await?;
    let name = group.name.clone();
    host.app
        .db
        .write(move |tx| {
            let id = groups::views::find(tx, &name)?;
            invite(tx, owner, id, person)
        })
        .await?;
    host.app.wake.notify_one();
    let guest = local_person(app, guest).await?;
    wait_for(app, "invitation", move |tx| Ok(invitations::groups_for(tx, guest)?.into_iter().next())).await
}

fn invite(
    tx: &mut crate::db::Tx<'_>,
    owner: PersonId,
    group: GroupId,
    person: PersonId,
) -> crate::error::Result<()> {
    let wish = Wish { person: Some(person), note: String::new(), days: limits::INVITATION_DAYS };
    invitations::invite(tx, &Actor::here(owner), group, &wish).map(|_made| ())
}

fn class_of(group: &Group) -> anyhow::Result<Class> {
    let word = group.class.as_deref().unwrap_or("openbaar");
    Class::from_word(word).with_context(|| format!("{word} is no class"))
}

/// Says the rest of a thread, up to so many replies, each from where they are. `said` are the ids on the wire of what was said before.
pub(super) async fn link_thread(
    sites: &[Site],
    host: &Site,
    thread: &Thread,
    said: &mut Vec<String>,
    until: usize,
) -> anyhow::Result<()> {
    // The first is the topic itself.
    let done = said.len().saturating_sub(1);
    for reply in thread.replies.iter().take(until).skip(done) {
        let site = reply.from.as_deref().map_or(Ok(host), |from| site_of(sites, from))?;
        let to = said.get(reply.to).context("a reply answers an earlier one")?.clone();
        let to = wait_for(&site.app, "the post to answer", move |tx| {
            Ok(threads::views::by_uri(tx, &to)?.map(|post| post.id))
        })
        .await?;
        let post = answer(&site.app, reply, to).await?;
        site.app.wake.notify_one();
        said.push(post.uri);
    }
    Ok(())
}

async fn answer(app: &App, reply: &Reply, to: PostId) -> anyhow::Result<PostRow> {
    let author = local_person(app, &reply.author).await?;
    let written = write(app, "", &reply.text).await?;
    let post = app.db.write(move |tx| threads::acts::reply(tx, &Actor::here(author), to, &written)).await?;
    for fan in &reply.likes {
        // Who likes from the other instance isn't known here, and likes are sample content only.
        let Ok(fan) = local_person(app, fan).await else { continue };
        let id = post.id;
        let liked = app
            .db
            .write(move |tx| threads::acts::react(tx, &Actor::here(fan), id, ReactionKind::Like, "", None))
            .await;
        if let Err(error) = liked {
            tracing::debug!(error = %error, "a sample like was refused");
        }
    }
    Ok(post)
}

async fn write(app: &App, title: &str, text: &str) -> anyhow::Result<threads::Draft> {
    let input = Input {
        title: title.to_owned(),
        content: text.to_owned(),
        language: Some("nl".to_owned()),
        ..Input::default()
    };
    Ok(draft::written(&app.db, &app.markdown, input).await?)
}

pub(super) async fn local_person(app: &App, name: &str) -> anyhow::Result<PersonId> {
    let wanted = name.to_owned();
    let found = app.db.read(move |tx| crate::actors::local_by_name(tx, &wanted)).await?;
    Ok(found.with_context(|| format!("there is no {name}"))?.id.into())
}

pub(super) fn site_of<'s>(sites: &'s [Site], key: &str) -> anyhow::Result<&'s Site> {
    sites.iter().find(|site| site.sample.key == key).with_context(|| format!("there is no instance {key}"))
}

/// Waits until something can be read that came from the other instance.
pub(super) async fn wait_for<T: Send + 'static>(
    app: &App,
    what: &str,
    look: impl Fn(&mut crate::db::Tx<'_>) -> crate::error::Result<Option<T>> + Clone + Send + 'static,
) -> anyhow::Result<T> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Some(found) = app.db.read(look.clone()).await? {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("{what} did not come within {} seconds", PATIENCE.as_secs())
}
