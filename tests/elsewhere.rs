//! What the acts make of groups and people elsewhere: who is believed, what waits for the host, what comes twice.

use std::sync::Arc;

use diesel::prelude::*;
use serde_json::json;
use vakplein::actors::{self, ActorKind, ActorRow};
use vakplein::agreements::{AgreementRow, AgreementState};
use vakplein::clock::Time;
use vakplein::db::{Tx, schema};
use vakplein::error::{Error, Result};
use vakplein::groups::{self, GroupRow, RemoteGroup};
use vakplein::ids::{ActorId, GroupId, PersonId};
use vakplein::membership;
use vakplein::people::PersonRow;
use vakplein::policy::{Actor, Class, Incoming, Joining, Origin, Posting, Reason, Role};
use vakplein::threads::{self, Draft, ReactionKind, Remote};

use crate::support::{Member, TestApp};

fn actor(tx: &Tx<'_>, kind: ActorKind, name: &str) -> ActorRow {
    let uri = format!("https://ver.test/{name}");
    ActorRow {
        id: ActorId::fresh(),
        kind,
        local: false,
        host: "ver.test".to_owned(),
        name: name.to_owned(),
        name_folded: name.to_owned(),
        url: uri.clone(),
        inbox: format!("{uri}/inbox"),
        shared_inbox: None,
        outbox: None,
        followers: None,
        rsa_key_uri: None,
        rsa_key: None,
        ed_key_uri: None,
        ed_key: None,
        moved_to: None,
        fetched_at: Some(tx.now),
        key_tried_at: None,
        gone_at: None,
        created_at: tx.now,
        uri,
    }
}

fn person(tx: &mut Tx<'_>, name: &str) -> Result<PersonId> {
    let id = PersonId::from(actors::save_remote(tx, &actor(tx, ActorKind::Person, name))?);
    let row = PersonRow::named(id, name, tx.now);
    diesel::insert_into(schema::people::table).values(&row).execute(tx.conn)?;
    Ok(id)
}

fn group(tx: &mut Tx<'_>, class: Class) -> Result<GroupId> {
    let actor = actor(tx, ActorKind::Group, "vakgroep");
    let group = GroupRow {
        id: actor.id.into(),
        title: "Vakgroep".to_owned(),
        mission: String::new(),
        description: String::new(),
        description_html: String::new(),
        rules: String::new(),
        rules_html: String::new(),
        emblem_id: None,
        emblem_url: None,
        emblem_alt: String::new(),
        colour: 1,
        class,
        joining: Joining::Open,
        posting: Posting::Members,
        featured: None,
        moderators: None,
        member_count: 40,
        topic_count: 7,
        active_at: tx.now,
        created_by: None,
        archived_at: None,
        updated_at: tx.now,
        face: false,
    };
    groups::acts::save_remote(tx, &RemoteGroup { actor, group, partial: false })
}

/// Somebody elsewhere whose activity came in.
fn from(person: PersonId, origin: Origin) -> Actor {
    let uri = "https://ver.test/activities/1".to_owned();
    let incoming = Incoming { uri, document: "{}".to_owned(), released: false };
    Actor::remote(person, origin, Arc::new(incoming))
}

fn note(name: &str, published: Time, text: &str) -> Draft {
    Draft {
        html: format!("<p>{text}</p>"),
        plain: text.to_owned(),
        remote: Some(Remote {
            uri: format!("https://ver.test/{name}"),
            url: format!("https://ver.test/{name}"),
            published,
            updated: None,
            context: None,
            document: "{}".to_owned(),
            public: true,
        }),
        ..Draft::default()
    }
}

fn page(name: &str, published: Time, text: &str) -> Draft {
    Draft { title: "Van ver".to_owned(), ..note(name, published, text) }
}

/// The same for members alone.
fn closed(mut draft: Draft) -> Draft {
    if let Some(remote) = &mut draft.remote {
        remote.public = false;
    }
    draft
}

async fn write<T, F>(app: &TestApp, f: F) -> T
where
    T: Send + 'static,
    F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
{
    app.app.db.write(f).await.unwrap()
}

/// A group elsewhere that ana joined and was admitted to.
async fn joined() -> (TestApp, Member, GroupId) {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let id = write(&app, |tx| group(tx, Class::Openbaar)).await;
    let asked = ana.post("/groups/vakgroep@ver.test/memberships", json!({})).await.expect(201);
    assert_eq!(asked["state"], "pending");
    let person = ana.id;
    write(&app, move |tx| membership::acts::host_accepted(tx, id, person)).await;
    (app, ana, id)
}

#[tokio::test]
async fn a_member_waits_for_the_host_to_admit_and_for_each_post_to_be_announced() {
    let (app, ana, group) = joined().await;
    let seen = ana.get("/groups/vakgroep@ver.test").await.expect(200);
    assert_eq!((&seen["role"], &seen["memberCount"]), (&json!("member"), &json!(40)));
    let body = json!({ "title": "Vraag", "content": "Wie weet dit?" });
    let topic = ana.post("/groups/vakgroep@ver.test/threads", body).await.expect(201);
    assert_eq!(topic["pending"], true);
    let id = topic["id"].as_str().unwrap().to_owned();
    let anyone = app.anonymous();
    assert_eq!(anyone.get(&format!("/threads/{id}")).await.refused(404), "not-found");
    assert_eq!(anyone.get("/threads").await.expect(200)["items"], json!([]));
    assert_eq!(anyone.get("/search?q=vraag").await.expect(200)["items"], json!([]));
    let mine = ana.get("/groups/vakgroep@ver.test/threads").await.expect(200);
    assert_eq!(mine["items"][0]["pending"], true);

    let post = id.parse().unwrap();
    write(&app, move |tx| threads::acts::refuse(tx, post, "locked")).await;
    assert_eq!(ana.get(&format!("/posts/{id}")).await.expect(200)["refusedReason"], "locked");
    write(&app, move |tx| threads::acts::confirm(tx, post)).await;
    write(&app, move |tx| threads::acts::confirm(tx, post)).await;
    assert_eq!(anyone.get(&format!("/threads/{id}")).await.expect(200)["pending"], false);
    assert_eq!(anyone.get("/search?q=vraag").await.expect(200)["items"][0]["id"], id.as_str());
    let count = app.app.db.read(move |tx| Ok(groups::acts::find(tx, group)?.topic_count)).await.unwrap();
    assert_eq!(count, 1);
    assert_eq!(
        ana.patch("/groups/vakgroep@ver.test", json!({ "title": "X" })).await.refused(403),
        "not-host"
    );

    let person = ana.id;
    write(&app, move |tx| membership::acts::host_rejected(tx, group, person)).await;
    let again = json!({ "title": "T", "content": "C" });
    assert_eq!(ana.post("/groups/vakgroep@ver.test/threads", again).await.refused(403), "not-member");
}

#[tokio::test]
async fn what_the_host_announces_is_so_and_comes_once() {
    let (app, ana, group) = joined().await;
    let now = app.clock.now();
    let (eva, post) = write(&app, move |tx| {
        let eva = person(tx, "eva")?;
        // First her own server tells of it: nobody sees that until the host announces it.
        let topic = threads::acts::start(tx, &from(eva, Origin::Peer), group, &page("p1", now, "Dag"))?;
        assert_eq!(topic.confirmed_at, None);
        let again = threads::acts::start(tx, &from(eva, Origin::Host), group, &page("p1", now, "Dag"))?;
        assert_eq!((again.id, again.confirmed_at.is_some()), (topic.id, true));
        let other = person(tx, "nep")?;
        let stolen = threads::acts::start(tx, &from(other, Origin::Host), group, &page("p1", now, "Nep"));
        assert!(matches!(stolen, Err(Error::Conflict)));
        Ok((eva, topic.id))
    })
    .await;
    let listed = app.anonymous().get("/groups/vakgroep@ver.test/threads").await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["activityPubId"], "https://ver.test/p1");

    // The host locks and removes; a member's own server can't.
    write(&app, move |tx| {
        let peer = threads::acts::lock(tx, &from(eva, Origin::Peer), post.into());
        assert!(matches!(peer, Err(Error::Denied(Reason::NotStaff | Reason::NotMember))), "{peer:?}");
        threads::acts::lock(tx, &from(eva, Origin::Host), post.into())?;
        threads::acts::reply(tx, &from(eva, Origin::Host), post, &note("p2", now, "Toch"))?;
        membership::acts::set_role(tx, &from(eva, Origin::Host), group, eva, Role::Moderator)?;
        Ok(())
    })
    .await;
    let body = json!({ "content": "Ik ook" });
    assert_eq!(ana.post(&format!("/threads/{post}/replies"), body).await.refused(403), "locked");
    write(&app, move |tx| threads::acts::remove(tx, &from(eva, Origin::Host), post, "")).await;
    assert_eq!(app.anonymous().get("/threads").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn an_older_change_never_overwrites_a_newer_one() {
    let (app, _ana, group) = joined().await;
    let now = app.clock.now();
    let text = write(&app, move |tx| {
        let eva = from(person(tx, "eva")?, Origin::Host);
        let early = now.plus_seconds(-100);
        let post = threads::acts::start(tx, &eva, group, &page("p1", early, "een"))?.id;
        let changed = |at: i64, text: &str| {
            let mut draft = page("p1", early, text);
            if let Some(remote) = draft.remote.as_mut() {
                remote.updated = Some(now.plus_seconds(at));
            }
            draft
        };
        threads::acts::edit(tx, &eva, post, &changed(-50, "drie"))?;
        threads::acts::edit(tx, &eva, post, &changed(-70, "twee"))?;
        let other = from(person(tx, "nep")?, Origin::Peer);
        assert!(threads::acts::edit(tx, &other, post, &changed(-10, "nep")).is_err());
        // A clock that runs ahead doesn't make it unchangeable.
        threads::acts::edit(tx, &eva, post, &changed(3_600, "vier"))?;
        Ok(threads::views::by_uri(tx, "https://ver.test/p1")?.unwrap())
    })
    .await;
    assert_eq!(text.html, "<p>vier</p>");
    assert!(text.edited_at.unwrap() <= app.clock.now());
}

#[tokio::test]
async fn people_elsewhere_post_in_an_open_group_and_ask_where_that_is_needed() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "bijstand", "title": "Bijstand" })).await.expect(201);
    let body = json!({ "title": "Vraag", "content": "Wie weet dit?" });
    let topic = ana.post("/groups/bijstand/threads", body).await.expect(201);
    let id: vakplein::ids::PostId = topic["id"].as_str().unwrap().parse().unwrap();
    let now = app.clock.now();
    write(&app, move |tx| {
        let eva = person(tx, "eva")?;
        let by = from(eva, Origin::Peer);
        let group = groups::views::find(tx, "bijstand")?;
        // Without joining: somebody replies from Mastodon.
        let reply = threads::acts::reply(tx, &by, id, &note("r1", now.plus_days(1), "Ik"))?;
        assert!(reply.confirmed_at.is_some() && reply.created_at <= tx.now);
        threads::acts::react(tx, &by, id, ReactionKind::Dislike, "", Some("https://ver.test/d".to_owned()))?;
        threads::acts::react(tx, &by, id, ReactionKind::Like, "", Some("https://ver.test/l".to_owned()))?;
        let follow = || Some("https://ver.test/f".to_owned());
        membership::acts::join(tx, &by, group, "", follow())?;
        membership::acts::join(tx, &by, group, "", follow())?;
        assert_eq!(groups::acts::find(tx, group)?.member_count, 2);
        membership::acts::leave(tx, &by, group)?;
        assert_eq!(groups::acts::find(tx, group)?.member_count, 1);
        let own = membership::acts::ban(tx, &by, Some(group), eva, "x", None);
        assert!(matches!(own, Err(Error::Denied(Reason::NotStaff))), "{own:?}");
        let told = membership::acts::host_accepted(tx, group, eva);
        assert!(matches!(told, Err(Error::Denied(Reason::NotHost))), "{told:?}");
        Ok(())
    })
    .await;
    let seen = ana.get(&format!("/threads/{id}")).await.expect(200);
    assert_eq!((&seen["replyCount"], &seen["likeCount"]), (&json!(1), &json!(1)));
    // Whoever blocks or mutes their whole server doesn't meet them in lists; others do.
    write(&app, move |tx| {
        let by = from(vakplein::people::byline::find(tx, "eva@ver.test")?, Origin::Peer);
        let group = groups::views::find(tx, "bijstand")?;
        threads::acts::start(tx, &by, group, &page("t1", now, "Een eigen vraag"))
    })
    .await;
    let listed = async |by: &Member| {
        let page = by.get("/groups/bijstand/threads").await.expect(200);
        page["items"].as_array().unwrap().iter().any(|topic| topic["title"] == "Van ver")
    };
    for kind in ["mute", "block"] {
        assert!(listed(&ana).await);
        let block = ana.post("/me/blocks", json!({ "kind": kind, "host": "ver.test" })).await.expect(201);
        assert!(!listed(&ana).await && listed(&app.anonymous()).await, "{kind}");
        ana.delete(&format!("/me/blocks/{}", block["id"].as_str().unwrap())).await.expect(204);
    }
    ana.patch("/groups/bijstand", json!({ "joining": "approval" })).await.expect(200);
    write(&app, move |tx| {
        let by = from(vakplein::people::byline::find(tx, "eva@ver.test")?, Origin::Peer);
        let refused = threads::acts::reply(tx, &by, id, &note("r2", now, "Nog eens"));
        assert!(matches!(refused, Err(Error::Denied(Reason::NotMember))));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_closed_group_is_as_if_it_were_not_there() {
    let app = TestApp::new().await;
    let (ana, bob) = (app.member("ana").await, app.admin("bob").await);
    let now = app.clock.now();
    let person_id = ana.id;
    let post = write(&app, move |tx| {
        let group = group(tx, Class::Leden)?;
        let agreement = AgreementRow {
            host: "ver.test".to_owned(),
            state: AgreementState::Agreed,
            ceiling: Class::Leden,
            until: None,
            organisation: "Ver weg".to_owned(),
            contact: String::new(),
            purpose: "Overleg".to_owned(),
            created_at: tx.now,
            changed_at: tx.now,
            reminded: 0,
        };
        diesel::insert_into(schema::agreements::table).values(&agreement).execute(tx.conn)?;
        let host = Actor { person: person_id, origin: Origin::Host, activity: None };
        membership::acts::set_role(tx, &host, group, person_id, Role::Member)?;
        let eva = person(tx, "eva")?;
        Ok(threads::acts::start(tx, &from(eva, Origin::Host), group, &closed(page("p1", now, "Geheim")))?.id)
    })
    .await;
    let paths = [
        "/groups/vakgroep@ver.test".to_owned(),
        "/groups/vakgroep@ver.test/threads".to_owned(),
        "/groups/vakgroep@ver.test/members".to_owned(),
        format!("/threads/{post}"),
        format!("/threads/{post}/replies"),
        format!("/posts/{post}"),
        format!("/posts/{post}/revisions"),
    ];
    for path in &paths {
        ana.get(path).await.expect(200);
        // Not even an administrator: nobody looks over their shoulder.
        assert_eq!(bob.get(path).await.refused(404), "not-found", "{path}");
    }
    for who in [&bob, &app.anonymous()] {
        for path in ["/groups", "/threads", "/search?q=geheim"] {
            assert_eq!(who.get(path).await.expect(200)["items"], json!([]), "{path}");
        }
    }
    assert_eq!(bob.put(&format!("/posts/{post}/reactions/like"), json!({})).await.refused(404), "not-found");
    let body = json!({ "content": "x" });
    assert_eq!(bob.post(&format!("/threads/{post}/replies"), body).await.refused(404), "not-found");
    assert_eq!(ana.get("/threads").await.expect(200)["items"].as_array().unwrap().len(), 1);
}
