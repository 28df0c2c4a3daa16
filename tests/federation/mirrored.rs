//! Two instances of ours with each other: what is done on one is seen on the other.

use diesel::prelude::*;
use vakplein::db::schema::{posts, threads};
use vakplein::federation::resolve::resolve;
use vakplein::ids::GroupId;
use vakplein::membership::{self, MembershipState};
use vakplein::policy::Actor;
use vakplein::search::Resolved;
use vakplein::threads::draft::{Input, written};
use vakplein::threads::{PostRow, acts};

use super::scene::Scene;
use crate::support::{Member, TestApp};

/// A second instance, with somebody who became a member of the group on the first.
struct Elsewhere {
    app: TestApp,
    bert: Member,
    group: GroupId,
}

impl Elsewhere {
    async fn join(scene: &Scene) -> Self {
        let app = scene.net.app("gemeente.test").await;
        let bert = app.member("bert").await;
        let found = resolve(&app.app, "@schulden@werkplein.test").await.unwrap();
        let Resolved::Group(group) = found else { panic!("no group: {found:?}") };
        let by = Actor::here(bert.id);
        let asked =
            app.app.db.write(move |tx| membership::acts::join(tx, &by, group, "", None)).await.unwrap();
        assert_eq!(asked, MembershipState::Pending, "until the host has answered");
        scene.net.settle(&[&scene.app, &app]).await;
        Self { app, bert, group }
    }

    async fn copy(&self, uri: &str) -> Option<PostRow> {
        let uri = uri.to_owned();
        let found = self.app.app.db.read(move |tx| {
            Ok(posts::table
                .filter(posts::uri.eq(uri))
                .select(PostRow::as_select())
                .first(tx.conn)
                .optional()?)
        });
        found.await.unwrap()
    }

    async fn draft(&self, title: &str, content: &str) -> vakplein::threads::Draft {
        let input = Input { title: title.to_owned(), content: content.to_owned(), ..Input::default() };
        written(&self.app.app.db, &self.app.app.markdown, input).await.unwrap()
    }
}

#[tokio::test]
async fn a_topic_here_arrives_there_and_a_reply_there_arrives_here() {
    let scene = Scene::new().await;
    let there = Elsewhere::join(&scene).await;
    let (group, bert) = (there.group, there.bert.id);
    let membership = there.app.app.db.read(move |tx| membership::find(tx, group, bert)).await.unwrap();
    assert_eq!(membership.map(|row| row.state), Some(MembershipState::Accepted));
    let topic = scene.topic("Brief van de deurwaarder", "Wat moet ik *doen*?").await;
    scene.net.settle(&[&scene.app, &there.app]).await;
    let copy = there.copy(&topic.uri).await.expect("the topic is there");
    assert!(copy.html.contains("<em>doen</em>") && copy.confirmed_at.is_some());

    let (by, draft) = (Actor::here(bert), there.draft("", "Bel **eerst**.").await);
    let parent = copy.id;
    let reply = there.app.app.db.write(move |tx| acts::reply(tx, &by, parent, &draft)).await.unwrap();
    assert_eq!(there.copy(&reply.uri).await.unwrap().confirmed_at, None, "in behandeling");
    scene.net.settle(&[&scene.app, &there.app]).await;
    assert!(there.copy(&reply.uri).await.unwrap().confirmed_at.is_some(), "the host announced it");
    let uri = reply.uri.clone();
    let here = scene.app.app.db.read(move |tx| {
        Ok(posts::table.filter(posts::uri.eq(uri)).select(PostRow::as_select()).first(tx.conn)?)
    });
    let here = here.await.unwrap();
    assert_eq!(here.thread_id, topic.thread_id);
    assert!(here.html.contains("<strong>eerst</strong>"));
    assert_eq!(scene.app.failures().await, Vec::<String>::new());
    assert_eq!(there.app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn order_that_is_kept_here_is_kept_there() {
    let scene = Scene::new().await;
    let there = Elsewhere::join(&scene).await;
    let topic = scene.topic("Titel", "Tekst.").await;
    let (thread, post) = (topic.thread_id, topic.id);
    scene.act(move |tx, by| acts::lock(tx, by, thread)).await;
    scene.act(move |tx, by| acts::pin(tx, by, thread)).await;
    scene.net.settle(&[&scene.app, &there.app]).await;
    let copy = there.copy(&topic.uri).await.unwrap();
    let marks = async || {
        let id = copy.thread_id;
        let found = there.app.app.db.read(move |tx| {
            let thread = threads::table.find(id);
            let marks = (threads::locked_at.is_not_null(), threads::pinned_at.is_not_null());
            Ok(thread.select(marks).first::<(bool, bool)>(tx.conn)?)
        });
        found.await.unwrap()
    };
    assert_eq!(marks().await, (true, true));
    scene.act(move |tx, by| acts::unlock(tx, by, thread)).await;
    scene.act(move |tx, by| acts::unpin(tx, by, thread)).await;
    scene.act(move |tx, by| acts::remove(tx, by, post, "Namen genoemd")).await;
    scene.net.settle(&[&scene.app, &there.app]).await;
    assert_eq!(marks().await, (false, false));
    let removed = there.copy(&topic.uri).await.unwrap();
    assert!(removed.removed_at.is_some());
    assert_eq!(removed.removed_reason, "Namen genoemd");
    scene.act(move |tx, by| acts::restore(tx, by, post)).await;
    scene.net.settle(&[&scene.app, &there.app]).await;
    assert!(there.copy(&topic.uri).await.unwrap().removed_at.is_none());
}
