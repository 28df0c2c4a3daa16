//! Every accommodation of other software, each with the place that tells of it and the fixture that shows it.
//!
//! Fixtures are in `tests/interop/fixtures`, written from what the named sources say.

use url::Url;

use super::guard::same_origin;
use super::objects::document::Document;
use super::store::peers::PeerForm;
use crate::policy::{Class, visibility};

/// Which announce a software shows, by the name that NodeInfo gives.
///
/// Mastodon shows `Announce` of an object only, GoToSocial refuses `Announce{Create}` ("cannot resolve vocab type Create as
/// statusable"); the threadiverse wants `Announce{activity}` (FEP-1b12).
pub fn form(software: &str) -> PeerForm {
    match software {
        "lemmy" | "piefed" | "mbin" | "kbin" | "nodebb" | "discourse" | "vakplein" | "ibis" | "lotide"
        | "azorius" | "peertube" | "friendica" | "hubzilla" => PeerForm::Threadiverse,
        "mastodon" | "glitchcafe" | "hometown" | "gotosocial" | "pleroma" | "akkoma" | "misskey"
        | "sharkey" | "iceshrimp" | "firefish" | "calckey" | "pixelfed" | "snac" | "mitra" | "takahe"
        | "wordpress" | "microdotblog" => PeerForm::Microblog,
        _ => PeerForm::Unknown,
    }
}

/// Whether a software that shows announces of activities takes an announce of a topic itself, too: by that a group says that it shows one of
/// another group. Lemmy and its kin refuse it, as what isn't for that group; microblogs show every one.
pub fn shows_of_others(software: &str) -> bool {
    software == "vakplein"
}

/// Whether a software signs what it fetches of a closed group in the name of the whole instance, not of a member (Lemmy 1.0, RFC 0005):
/// then the instance is trusted as a whole.
pub fn asks_as_instance(software: &str) -> bool {
    software == "lemmy"
}

/// The strictest class that a software keeps closed, by the name and version that NodeInfo gives: what it gets of such a group it shows
/// to nobody but members. What isn't known keeps nothing closed.
///
/// Vakplein asks for each member. Lemmy knows groups for members since 1.0, and trusts instances as a whole, so no further than `leden`
/// (<https://github.com/LemmyNet/rfcs/blob/main/0005-private-communities.md>); 0.19 takes nothing that isn't for everybody. Mastodon and
/// its kin know posts for an author's followers and for those who are named, and none for the members of a group: what somebody answers
/// there goes to their own followers, or to everybody (<https://docs.joinmastodon.org/spec/activitypub/>).
pub fn keeps(software: &str, version: &str) -> Class {
    let number = version.split('.').next().and_then(|number| number.parse::<u32>().ok());
    match software {
        "vakplein" => Class::Vertrouwelijk,
        "lemmy" if number.is_some_and(|number| number >= 1) => Class::Leden,
        _ => Class::Openbaar,
    }
}

/// Whether a software keeps a group of this class closed: see [`keeps`].
pub fn keeps_closed(software: &str, version: &str, class: Class) -> bool {
    visibility::reaches(keeps(software, version), class)
}

/// Whether a software takes no group without the address of an outbox, which the stub of a closed group doesn't have: Lemmy
/// (`crates/apub/objects/src/protocol/group.rs`). For others it is by that that they know a stub.
pub fn wants_outbox(software: &str) -> bool {
    software == "lemmy"
}

/// Whether a software may show somebody a note that a group wrote to them alone. Lemmy takes private messages from persons only
/// (`crates/apub/objects/src/objects/private_message.rs`); Vakplein shows that a group refused somebody, and no private notes.
pub fn shows_notes_of_groups(software: &str) -> bool {
    !matches!(software, "lemmy" | "vakplein")
}

/// The collection of a group's moderators. Lemmy, PieFed and NodeBB put its address into `attributedTo` (FEP-1b12); PeerTube
/// puts a list of actors there, which isn't one. Fixture `lemmy_group.json`.
pub fn moderators(document: Document<'_>, id: &str) -> Option<String> {
    let text = document.text("attributedTo")?;
    let url = Url::parse(text).ok()?;
    let id = Url::parse(id).ok()?;
    same_origin(&url, &id).then(|| url.to_string())
}

/// Who wrote an object. PeerTube lists person and channel as `[{type, id}]`; others give one address.
pub fn author(document: Document<'_>) -> Option<Url> {
    let person = document.objects("attributedTo").find(|one| one.kind() == "Person").and_then(Document::id);
    person.or_else(|| document.link("attributedTo")).or_else(|| document.link("actor"))
}

/// Whether a `Create` carries a vote on a poll: Mastodon sends `Note` with `name` and `inReplyTo` and no `content` to the poll's
/// author (<https://docs.joinmastodon.org/spec/activitypub/#Question>). Fixture `mastodon_vote.json`.
pub fn is_poll_vote(document: Document<'_>) -> bool {
    document.kind() == "Note"
        && document.text("name").is_some()
        && document.get("inReplyTo").is_some()
        && document.localised("content").0.is_none()
}

/// The options of a poll, which every software shows in its own way; here they become a list below the text (FEP-9967).
pub fn poll_options(document: Document<'_>) -> Vec<String> {
    let options = document.objects("oneOf").chain(document.objects("anyOf"));
    options.filter_map(|option| option.text("name")).take(50).map(str::to_owned).collect()
}

/// The single activities in what a group announced. PieFed announces many votes at once, as an array or as an
/// `OrderedCollection` ("1a11/4248"). Fixture `piefed_votes.json`.
pub fn announced(document: Document<'_>) -> Vec<serde_json::Value> {
    let mut found = Vec::new();
    for value in document.all("object") {
        let inner = Document(value);
        if matches!(inner.kind(), "OrderedCollection" | "Collection") {
            found.extend(inner.all("orderedItems").chain(inner.all("items")).cloned());
        } else {
            found.push(value.clone());
        }
    }
    found
}

/// A `Delete` that is a moderator's doing carries a reason in `summary`; the author's own has none (Lemmy,
/// `crates/apub/activities/src/deletion/delete.rs`). Fixture `lemmy_remove.json`.
pub fn removal_reason(document: Document<'_>) -> Option<&str> {
    document.text("summary")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn moderators_are_an_address_of_the_group_s_own_server() {
        let id = "https://a.example/c/g";
        let group = json!({"attributedTo": "https://a.example/c/g/moderators"});
        assert_eq!(moderators(Document(&group), id).unwrap(), "https://a.example/c/g/moderators");
        let foreign = json!({"attributedTo": "https://b.example/moderators"});
        let listed = json!({"attributedTo": [{"type": "Person", "id": "https://a.example/u/x"}]});
        assert!(moderators(Document(&foreign), id).is_none() && moderators(Document(&listed), id).is_none());
        assert_eq!(author(Document(&listed)).unwrap().as_str(), "https://a.example/u/x");
    }

    #[test]
    fn what_is_not_known_to_keep_a_group_closed_keeps_none_and_nothing_keeps_what_is_local() {
        for (software, version, strictest) in [
            ("vakplein", "0.1.0", Class::Vertrouwelijk),
            ("lemmy", "1.0.0-beta.1", Class::Leden),
            ("lemmy", "2.1", Class::Leden),
            ("lemmy", "0.19.12", Class::Openbaar),
            ("lemmy", "", Class::Openbaar),
            ("lemmy", "nightly.1", Class::Openbaar),
            ("mastodon", "4.5.0", Class::Openbaar),
            ("piefed", "1.3.0", Class::Openbaar),
            ("Vakplein", "1.0.0", Class::Openbaar),
            ("", "", Class::Openbaar),
        ] {
            for class in Class::ALL.iter().copied() {
                let keeps = keeps_closed(software, version, class);
                assert_eq!(keeps, class <= strictest, "{software} {version} {class:?}");
            }
        }
    }

    #[test]
    fn a_batch_of_votes_is_taken_apart() {
        let vote = json!({"type": "Like"});
        for object in
            [json!([vote, vote]), json!({"type": "OrderedCollection", "orderedItems": [vote, vote]})]
        {
            assert_eq!(announced(Document(&json!({"object": object}))).len(), 2);
        }
        assert_eq!(announced(Document(&json!({"object": "https://a.example/1"}))).len(), 1);
    }
}
