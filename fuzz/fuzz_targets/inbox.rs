//! What other servers post, up to where the database comes in: nesting, the head that the door reads, and posts and actors.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use vakplein::federation::objects::actor_in::{self, RemoteActor};
use vakplein::federation::objects::document::{Document, ID_MAX};
use vakplein::federation::objects::post_in::{self, RemotePost};
use vakplein::federation::{arrival, guard, proofs, quirks, wire};
use vakplein::policy::limits;
use vakplein_fuzz::instance::instance;
use vakplein_fuzz::page::{self, From};
use vakplein_fuzz::storable;

fuzz_target!(|body: &[u8]| {
    let app = &instance().app;
    if !wire::nests_at_most(body, app.config.federation.max_depth) {
        return;
    }
    let head = arrival::head(body);
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return };
    let document = Document(&value);
    if let Ok(head) = head {
        // Two readers of one activity must agree, or one of them can be deceived.
        assert_eq!(head.kind, document.kind());
        assert_eq!(Some(&head.actor), document.link("actor").as_ref());
        assert!(document.id().is_none_or(|id| id == head.id));
        assert!(head.about.len() <= 2 && storable(&head.kind));
        let ids = head.about.iter().map(String::as_str).chain([head.id.as_str(), head.actor.as_str()]);
        assert!(ids.into_iter().all(|id| id.len() <= ID_MAX));
    }
    if let Ok(proof) = proofs::Proof::read(&value, app.clock.now().utc()) {
        assert!(guard::same_origin(proof.owner(), proof.method()));
    }
    let inner: Vec<Value> = quirks::announced(document);
    for value in inner.iter().chain([&value]) {
        let document = Document(value);
        if let Ok(post) = post_in::read(document, &value.to_string(), app) {
            check_post(&post, document);
        }
        match actor_in::read(document, app) {
            Ok(RemoteActor::Person(person)) => {
                page::check(&person.person.bio_html, From::Elsewhere);
                assert!(person.person.display_name.chars().count() <= limits::LABEL);
                assert!(storable(&person.person.display_name) && storable(&person.actor.name));
            }
            Ok(RemoteActor::Group(group)) => {
                page::check(&group.group.description_html, From::Elsewhere);
                assert!(group.group.mission.chars().count() <= limits::MISSION);
                assert!(storable(&group.group.title) && storable(&group.group.mission));
            }
            Err(_) => {}
        }
    }
});

fn check_post(post: &RemotePost, document: Document<'_>) {
    let draft = &post.draft;
    // What came as Markdown may show our own pictures.
    let from = if document.text("mediaType").is_some() { From::Markdown } else { From::Elsewhere };
    page::check(&draft.html, from);
    assert!(draft.title.chars().count() <= limits::TITLE && draft.summary.chars().count() <= limits::TITLE);
    assert!(draft.content.chars().count() <= limits::POST && draft.remote_media.len() <= limits::FILES);
    assert_eq!(post.reply_to.is_none(), !draft.title.is_empty(), "a topic has a title, a reply has none");
    let language = draft.language.iter();
    let texts = [&draft.title, &draft.summary, &draft.content, &draft.html, &draft.plain, &draft.terms];
    let files =
        draft.remote_media.iter().flat_map(|file| [&file.url, &file.media_type, &file.alt, &file.name]);
    assert!(texts.into_iter().chain(language).chain(files).all(|text| storable(text)), "{draft:?}");
    let remote = draft.remote.as_ref().expect("it is from elsewhere");
    assert!(remote.uri.len() <= ID_MAX && remote.url.len() <= ID_MAX);
    for time in [Some(remote.published), remote.updated].into_iter().flatten() {
        assert_eq!(vakplein::clock::Time::parse(&time.sortable()), Some(time), "stored and read again");
    }
}
