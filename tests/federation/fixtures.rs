//! Documents of other software, read by the code that reads what comes in.

use serde_json::Value;
use vakplein::federation::objects::actor_in::{self, RemoteActor};
use vakplein::federation::objects::document::Document;
use vakplein::federation::objects::post_in::{self, RemotePost};
use vakplein::federation::quirks;
use vakplein::policy::Posting;

use crate::support::TestApp;

fn fixture(name: &str) -> Value {
    let path = format!("{}/tests/interop/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn post(app: &TestApp, name: &str) -> RemotePost {
    let value = fixture(name);
    post_in::read(Document(&value), &value.to_string(), &app.app)
        .unwrap_or_else(|rule| panic!("{name}: {rule}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_groups_of_other_software() {
    let app = TestApp::new().await;
    let value = fixture("mastodon_person");
    let RemoteActor::Person(jan) = actor_in::read(Document(&value), &app.app).unwrap() else { panic!() };
    assert_eq!((jan.actor.name.as_str(), jan.actor.host.as_str()), ("jan", "mastodon.example"));
    assert_eq!(jan.actor.url, "https://mastodon.example/@jan");
    assert_eq!(jan.actor.shared_inbox.as_deref(), Some("https://mastodon.example/inbox"));
    assert_eq!(jan.person.display_name, "Jan de Vries");
    assert_eq!(jan.person.avatar_alt, "Portret van Jan");
    assert!(jan.person.bio_html.contains("Klantmanager") && !jan.person.bio_html.contains("script"));
    assert!(jan.person.discoverable && !jan.person.bot && jan.actor.ed_key.is_some());
    let value = fixture("lemmy_group");
    let RemoteActor::Group(wonen) = actor_in::read(Document(&value), &app.app).unwrap() else { panic!() };
    assert_eq!(wonen.group.moderators.as_deref(), Some("https://lemmy.example/c/wonen/moderators"));
    assert_eq!(wonen.group.featured.as_deref(), Some("https://lemmy.example/c/wonen/featured"));
    assert_eq!((wonen.group.title.as_str(), wonen.group.posting), ("Wonen in de stad", Posting::Staff));
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_of_other_software() {
    let app = TestApp::new().await;
    let note = post(&app, "mastodon_note");
    assert!(note.public && note.reply_to.is_none());
    assert_eq!(note.draft.title, "Hoe lang duurt een aanvraag?");
    assert_eq!(note.draft.language.as_deref(), Some("nl"));
    assert!(note.names.contains(&"https://werkplein.example/g/bijstand".to_owned()));
    assert_eq!(note.draft.remote_media[0].alt, "De brief van de gemeente");
    let page = post(&app, "lemmy_page");
    assert_eq!(
        (page.draft.title.as_str(), page.draft.language.as_deref()),
        ("Urgentie aanvragen", Some("nl"))
    );
    assert_eq!(page.names[0], "https://lemmy.example/c/wonen", "the audience goes before all");
    assert!(page.draft.html.contains("https://nieuws.example/urgentie"));
    let reply = post(&app, "gotosocial_note");
    assert!(reply.public && reply.reply_to.is_some() && reply.draft.title.is_empty());
    assert_eq!((reply.draft.summary.as_str(), reply.draft.sensitive), ("geldzaken", true));
    assert_eq!(reply.mentions, ["https://werkplein.example/u/ana"], "one tag, not in a list");
    let article = post(&app, "nodebb_article");
    assert_eq!((article.draft.title.as_str(), article.draft.summary.as_str()), ("Uitkering en vakantie", ""));
    assert!(article.draft.html.contains("verschillende dingen"));
    let link = post(&app, "mbin_page");
    assert_eq!(link.draft.title, "Omscholing");
    assert!(link.draft.html.contains("https://opleiding.example/"));
    assert_eq!(link.draft.remote.unwrap().url, "https://mbin.example/m/werk/t/8/omscholing");
    let video = post(&app, "peertube_video");
    assert_eq!(video.author.as_str(), "https://peertube.example/accounts/lotte");
    assert!(video.draft.html.contains("<strong>korte</strong>"), "{}", video.draft.html);
    assert_eq!(video.draft.remote.unwrap().url, "https://peertube.example/w/abc");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_isn_t_a_post_or_isn_t_one_activity() {
    let app = TestApp::new().await;
    let vote = fixture("mastodon_vote");
    let object = &vote["object"];
    assert_eq!(post_in::read(Document(object), "", &app.app).unwrap_err(), "poll-vote");
    assert_eq!(quirks::announced(Document(&fixture("piefed_votes"))).len(), 2);
    assert_eq!(quirks::removal_reason(Document(&fixture("lemmy_remove"))), Some("Dubbel geplaatst"));
}
