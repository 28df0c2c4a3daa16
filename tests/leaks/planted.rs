//! The words that must be found nowhere, the ids by which they could be asked for, and everybody who mustn't learn them.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use serde_json::Value;
use vakplein::db::schema;
use vakplein::groups::GroupRow;
use vakplein::ids::{
    ActivityId, EntryId, MediaId, NoticeId, PersonId, PostId, PromotionId, ReportId, RowId, ThreadId,
};
use vakplein::links::PromotionState;
use vakplein::media::MediaRow;
use vakplein::membership::MembershipRow;
use vakplein::moderation::ReportRow;
use vakplein::threads::{PostRow, ThreadRow};

use super::history::History;
use crate::login::logged_in;
use crate::support::{Member, TestApp};

/// Every word of the closed group begins so.
const MARK: &str = "zwijg";
/// Name of the closed group: made up, as that of a hidden group is.
pub const NAME: &str = "zwijgveldq7";
/// A name as long as that, which nobody has.
pub const NOBODY: &str = "nergensxxz4";
/// Stands beside every word of the group and in one open topic: what is searched for.
pub const SEARCHED: &str = "kersenpit";

/// The word that stands in a field of the closed group and nowhere else.
pub fn word(field: &str) -> String {
    format!("{MARK}{field}woord")
}

/// A text for a field.
pub fn text(field: &str) -> String {
    let mut first = SEARCHED.to_owned();
    first[..1].make_ascii_uppercase();
    format!("{first} {}", word(field))
}

/// The words of the closed group that stand in a text, but for these.
pub fn leaks(text: &str, known: &[String]) -> BTreeSet<String> {
    let text = text.to_lowercase();
    text.match_indices(MARK)
        .map(|(at, _)| text[at..].chars().take_while(|c| c.is_alphanumeric()).collect::<String>())
        .filter(|word| !known.contains(word))
        .collect()
}

/// Something by which one could ask for what is in the group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// What it names.
    pub kind: &'static str,
    /// Itself.
    pub text: String,
    /// One of its kind that never was; the same, when everybody may know of the thing.
    pub twin: String,
}

impl Thing {
    /// Something that everybody may know of.
    pub fn open(kind: &'static str, text: impl ToString) -> Self {
        Self { kind, text: text.to_string(), twin: text.to_string() }
    }

    /// Something that must look like one that never was.
    pub fn hidden(kind: &'static str, text: impl ToString) -> Self {
        Self { kind, text: text.to_string(), twin: RowId::fresh().to_string() }
    }

    pub fn is_hidden(&self) -> bool {
        self.text != self.twin
    }
}

/// Somebody on this instance, or without an account, who must not learn anything.
pub struct Persona {
    pub name: &'static str,
    /// The cookie by which pages know them.
    pub cookie: String,
    /// What their forms carry.
    pub csrf: String,
    /// The token by which the API knows them; empty: none.
    pub bearer: String,
    /// Ids of what is about them or theirs: that it is there they may know, and act on it, but it says nothing of the rest.
    pub own: Vec<String>,
    /// Words that they wrote, or that were written to them about themselves.
    pub knows: Vec<String>,
    /// They administer the instance: people, servers and jobs are theirs to change.
    pub admin: bool,
    /// They asked to join: they know what the group says to those who might, may ask again, and take it back.
    pub pending: bool,
}

/// All of it.
pub struct Planted {
    pub history: History,
    pub things: BTreeMap<&'static str, Vec<Thing>>,
    pub personas: Vec<Persona>,
}

impl Planted {
    /// Makes it all.
    pub async fn new() -> Self {
        let history = History::new().await;
        let found = Found::of(&history).await;
        let things = found.things(&history);
        let personas = personas(&history, &found).await;
        Self { history, things, personas }
    }

    /// The instance.
    pub fn app(&self) -> &TestApp {
        &self.history.app
    }

    /// What stands for a thing of each kind in a template: `{post}`.
    pub fn named(&self, kind: &str) -> &Thing {
        &self.things[kind][0]
    }

    /// Words that a member finds: a group without them would leak nothing.
    pub async fn must_be_there(&self) {
        let History { ana, bob, threads, posts, .. } = &self.history;
        let mut text = String::new();
        let pages =
            ["", "/threads", "/members", "/members?state=pending", "/modlog", "/bans", "/reports", "/held"];
        for path in pages {
            let reply = ana.get(&format!("/groups/{NAME}{path}")).await;
            assert_eq!(reply.status, 200, "{path}: {}", reply.text);
            text.push_str(&reply.text);
        }
        text.push_str(&ana.get(&format!("/groups/{NAME}/reports?state=decided")).await.text);
        for thread in threads {
            text.push_str(&bob.get(&format!("/threads/{thread}")).await.text);
            text.push_str(&bob.get(&format!("/threads/{thread}/replies")).await.text);
        }
        text.push_str(&bob.get(&format!("/posts/{}/revisions", posts[3])).await.text);
        let there = leaks(&text, &[]);
        let fields = "naam doel uitleg regels embleem oudetitel oudetekst elders later vroeger titel inhoud \
                      bestand alt eva evaalt evafoto weghaal ban wens berisping besluit verhuis verhuisd \
                      wachttitel wachttekst getoond getoondtekst";
        for field in fields.split(' ') {
            assert!(there.contains(&word(field)), "a member doesn't find {field}: {there:?}");
        }
    }

    /// What there is of links with the group: how many links, topics that are shown, and its proposals. To see that nothing is left, and
    /// nothing changes.
    pub async fn linked(&self) -> (i64, i64, Vec<(PromotionId, PromotionState)>) {
        let group = self.history.group;
        let read = move |tx: &mut vakplein::db::Tx<'_>| {
            use schema::{group_links, promotions, shown_topics, threads};
            let ends = group_links::source_id.eq(group).or(group_links::target_id.eq(group));
            let links: i64 = group_links::table.filter(ends).count().get_result(tx.conn)?;
            let shown = shown_topics::table.inner_join(threads::table);
            let shown = shown.filter(shown_topics::group_id.eq(group).or(threads::group_id.eq(group)));
            let shown: i64 = shown.count().get_result(tx.conn)?;
            let proposed = promotions::table.inner_join(threads::table);
            let proposed = proposed.filter(promotions::group_id.eq(group).or(threads::group_id.eq(group)));
            let proposed = proposed.order(promotions::id).select((promotions::id, promotions::state));
            Ok((links, shown, proposed.load(tx.conn)?))
        };
        self.app().app.db.read(read).await.unwrap()
    }

    /// Everything that is in the group, to see that nothing changes.
    pub async fn rows(&self) -> Vec<String> {
        let group = self.history.group;
        let read = move |tx: &mut vakplein::db::Tx<'_>| {
            use schema::{
                bans, groups, inbox, invitations, media, memberships, posts, reactions, reports, threads,
            };
            let mut rows: Vec<String> = Vec::new();
            let row: GroupRow = groups::table.find(group).select(GroupRow::as_select()).first(tx.conn)?;
            rows.push(format!("{row:?}"));
            let of_group = threads::table.filter(threads::group_id.eq(group)).order(threads::id);
            let all: Vec<ThreadRow> = of_group.select(ThreadRow::as_select()).load(tx.conn)?;
            rows.extend(all.iter().map(|row| format!("{row:?}")));
            let of_group = memberships::table.filter(memberships::group_id.eq(group)).order(memberships::id);
            let all: Vec<MembershipRow> = of_group.select(MembershipRow::as_select()).load(tx.conn)?;
            rows.extend(all.iter().map(|row| format!("{row:?}")));
            let of_group = reports::table.filter(reports::group_id.eq(group)).order(reports::id);
            let all: Vec<ReportRow> = of_group.select(ReportRow::as_select()).load(tx.conn)?;
            rows.extend(all.iter().map(|row| format!("{row:?}")));
            let of_group = invitations::table.filter(invitations::group_id.eq(group)).order(invitations::id);
            let all: Vec<(RowId, Option<PersonId>)> =
                of_group.select((invitations::id, invitations::used_by)).load(tx.conn)?;
            rows.extend(all.iter().map(|row| format!("{row:?}")));
            let waits = inbox::table.filter(inbox::held_in.eq(group)).order(inbox::id);
            let all: Vec<(RowId, String, Option<String>)> =
                waits.select((inbox::id, inbox::state, inbox::body)).load(tx.conn)?;
            rows.extend(all.iter().map(|row| format!("{row:?}")));
            let bans: i64 = bans::table.filter(bans::group_id.eq(group)).count().get_result(tx.conn)?;
            rows.push(format!("{bans} bans"));
            let of_group = posts::table.filter(posts::group_id.eq(group)).order(posts::id);
            let all: Vec<PostRow> = of_group.select(PostRow::as_select()).load(tx.conn)?;
            for row in all {
                rows.push(format!("{row:?}"));
                let files = media::table.filter(media::post_id.eq(row.id)).order(media::id);
                let files: Vec<MediaRow> = files.select(MediaRow::as_select()).load(tx.conn)?;
                let likes = reactions::table.filter(reactions::post_id.eq(row.id));
                let likes: i64 = likes.count().get_result(tx.conn)?;
                rows.push(format!("{likes} reactions, {files:?}"));
            }
            Ok(rows)
        };
        self.app().app.db.read(read).await.unwrap()
    }

    /// What went out by mail and to other servers since the group was closed, with what it must not say.
    pub async fn sent(&self) -> Vec<String> {
        let mails = vakplein::mail::inbox(&self.app().app.config.mail.dir).await.unwrap();
        assert!(!mails.is_empty(), "members are told that something was written");
        let mut found = Vec::new();
        for mail in mails {
            for word in leaks(&format!("{} {}", mail.subject, mail.body), &[]) {
                found.push(format!("mailed to {}: {word} in {mail:?}", mail.to));
            }
        }
        for (peer, before) in &self.history.servers {
            for sent in &peer.received()[*before..] {
                // A group that showed its topics is told that this is over, by the id with which it asked.
                let may_name = if ends_link(&sent.activity) { vec![NAME.to_owned()] } else { Vec::new() };
                for word in leaks(&sent.activity.to_string(), &may_name) {
                    found.push(format!("delivered to {}: {word} in {}", peer.host, sent.activity));
                }
            }
        }
        found
    }
}

/// Whether an activity ends what a group elsewhere asked for.
fn ends_link(activity: &Value) -> bool {
    let asked_by = activity["object"]["actor"].as_str().unwrap_or_default();
    activity["type"] == "Reject" && activity["object"]["type"] == "Follow" && asked_by.ends_with("/c/kring")
}

/// Ids out of the database.
struct Found {
    activities: Vec<ActivityId>,
    reports: Vec<ReportId>,
    decisions: Vec<(EntryId, Option<PersonId>)>,
    notices: Vec<(NoticeId, PersonId)>,
    media: Vec<(MediaId, String)>,
    invitations: Vec<RowId>,
    held: Vec<RowId>,
}

impl Found {
    async fn of(history: &History) -> Self {
        let group = history.group;
        let emblem: MediaId = history.emblem.parse().unwrap();
        let read = move |tx: &mut vakplein::db::Tx<'_>| {
            use schema::{activities, inbox, invitations, journal, media, notices, posts, reports};
            let of_group = posts::table.filter(posts::group_id.eq(group)).order(posts::id);
            let there: Vec<(PostId, String)> = of_group.select((posts::id, posts::uri)).load(tx.conn)?;
            let of_group = activities::table.filter(activities::group_id.eq(group));
            let mut about: Vec<ActivityId> =
                of_group.order(activities::id.desc()).select(activities::id).load(tx.conn)?;
            let mut files: Vec<(MediaId, String)> = Vec::new();
            for (post, uri) in &there {
                // Also what was said of a topic before it came into the group.
                let of_post = activities::table.filter(activities::object_uri.eq(uri)).order(activities::id);
                about.extend(of_post.select(activities::id).load::<ActivityId>(tx.conn)?);
                let of_post = media::table.filter(media::post_id.eq(*post)).order(media::id);
                files.extend(of_post.select((media::id, media::name)).load::<(MediaId, String)>(tx.conn)?);
            }
            let mut seen = BTreeSet::new();
            about.retain(|id| seen.insert(*id));
            let emblem = media::table.find(emblem).select((media::id, media::name));
            files.push(emblem.first(tx.conn)?);
            let of_group = reports::table.filter(reports::group_id.eq(group)).order(reports::id);
            let decided = journal::table
                .filter(journal::group_id.eq(group).and(journal::moderation.eq(true)))
                .order(journal::id.desc())
                .limit(8)
                .select((journal::id, journal::person_id));
            let told = notices::table.filter(notices::group_id.eq(group)).order(notices::id);
            let invited = invitations::table.filter(invitations::group_id.eq(group)).order(invitations::id);
            let waits = inbox::table.filter(inbox::held_in.eq(group).and(inbox::state.eq("held")));
            Ok(Self {
                activities: about,
                reports: of_group.select(reports::id).load(tx.conn)?,
                decisions: decided.load(tx.conn)?,
                notices: told.select((notices::id, notices::person_id)).load(tx.conn)?,
                media: files,
                invitations: invited.select(invitations::id).load(tx.conn)?,
                held: waits.order(inbox::id).select(inbox::id).load(tx.conn)?,
            })
        };
        let found = history.app.app.db.read(read).await.unwrap();
        assert!(found.activities.len() >= 8, "{} activities", found.activities.len());
        assert!(found.decisions.len() >= 4 && found.reports.len() >= 3 && found.notices.len() >= 6);
        assert!(found.media.len() == 4 && found.invitations.len() == 4 && found.held.len() == 1);
        found
    }

    fn things(&self, history: &History) -> BTreeMap<&'static str, Vec<Thing>> {
        let mut things: BTreeMap<&'static str, Vec<Thing>> = BTreeMap::new();
        let mut add = |thing: Thing| things.entry(thing.kind).or_default().push(thing);
        let named = |text: String| Thing { kind: "name", twin: text.replace(NAME, NOBODY), text };
        add(named(NAME.to_owned()));
        add(named(format!("{NAME}@werkplein.test")));
        add(Thing::hidden("group", history.group));
        for thread in &history.threads {
            assert!(thread.parse::<ThreadId>().is_ok());
            add(Thing::hidden("thread", thread));
        }
        for post in [&history.posts[..], &history.threads[..1]].concat() {
            add(Thing::hidden("post", post));
        }
        for (id, name) in &self.media {
            add(Thing::hidden("media", id));
            add(Thing::open("file", name));
        }
        self.activities.iter().for_each(|id| add(Thing::hidden("activity", id)));
        self.reports.iter().for_each(|id| add(Thing::hidden("report", id)));
        add(Thing::hidden("report", &history.decided));
        self.decisions.iter().for_each(|(id, _)| add(Thing::hidden("decision", id)));
        // One notice of each who was told something.
        let mut told = BTreeSet::new();
        let one_each = self.notices.iter().filter(|(_, person)| told.insert(*person));
        one_each.for_each(|(id, _)| add(Thing::hidden("notice", id)));
        for secret in &history.invitations {
            let twin: String = secret.chars().rev().collect();
            add(Thing { kind: "secret", text: secret.clone(), twin });
        }
        self.invitations.iter().take(2).for_each(|id| add(Thing::hidden("invitation", id)));
        self.held.iter().for_each(|id| add(Thing::hidden("held", id)));
        history.links.iter().for_each(|id| add(Thing::hidden("link", id)));
        history.promotions.iter().for_each(|id| add(Thing::hidden("promotion", id)));
        add(Thing::open("change", &history.change));
        add(Thing::open("person", "bob"));
        add(Thing::open("person", history.bob.id));
        add(Thing::open("open", &history.open));
        things
    }
}

async fn personas(history: &History, found: &Found) -> Vec<Persona> {
    let app = &history.app;
    let scopes = serde_json::json!({ "label": "smal", "scopes": ["read", "write"] });
    let narrow = history.dirk.post("/me/tokens", scopes).await.expect(201);
    let dirk = app.with_token(&history.dirk, narrow["secret"].as_str().unwrap());
    let mut personas = vec![anonymous(app).await];
    for (name, member) in [
        ("a member of another group", &history.cor),
        ("a member of no group, with a token that doesn't moderate", &dirk),
        ("an ex-member", &history.eva),
        ("somebody who is banned", &history.frits),
        ("somebody who asked to join", &history.gerda),
        ("an administrator", &history.hanna),
    ] {
        let mut persona = signed_in(app, name, member).await;
        let about = found.decisions.iter().filter(|(_, person)| *person == Some(member.id));
        persona.own.extend(about.map(|(id, _)| id.to_string()));
        // What each was told is read: how much is new must not change on the way.
        member.put("/me/notices/read", serde_json::json!({})).await.expect(200);
        let told = found.notices.iter().filter(|(_, person)| *person == member.id);
        persona.own.extend(told.map(|(id, _)| id.to_string()));
        personas.push(persona);
    }
    let [_, cor, _, eva, frits, gerda, hanna] = personas.as_mut_slice() else { panic!("as many as above") };
    // Administrators decide in open groups, too.
    cor.own.push(history.decided.clone());
    hanna.own.push(history.decided.clone());
    // That something waits they see, and are told that the group's own staff decides about it.
    hanna.own.extend(found.held.iter().map(ToString::to_string));
    eva.own.push(history.of_eva.clone());
    eva.own.push(history.promotions[1].clone());
    eva.knows = ["eva", "evaalt", "evafoto", "evavoordracht"].map(word).into();
    frits.knows = ["frits", "bezwaar", "weghaal", "ban"].map(word).into();
    gerda.knows = ["wens", "naam", "doel", "uitleg", "regels"].map(word).into();
    gerda.knows.push(NAME.to_owned());
    gerda.pending = true;
    hanna.admin = true;
    personas
}

async fn signed_in(app: &TestApp, name: &'static str, member: &Member) -> Persona {
    let browser = logged_in(app, &member.name).await;
    browser.get("/").await;
    Persona {
        name,
        cookie: format!("vakplein={}", browser.cookie("vakplein").unwrap()),
        csrf: browser.attributes("input[name=csrf]", "value").remove(0),
        bearer: format!("Bearer {}", member.token.clone().unwrap()),
        own: Vec::new(),
        knows: Vec::new(),
        admin: false,
        pending: false,
    }
}

async fn anonymous(app: &TestApp) -> Persona {
    let browser = app.browser();
    browser.get("/login").await;
    Persona {
        name: "nobody",
        cookie: format!("vakplein-form={}", browser.cookie("vakplein-form").unwrap()),
        csrf: browser.attributes("input[name=csrf]", "value").remove(0),
        bearer: String::new(),
        own: Vec::new(),
        knows: Vec::new(),
        admin: false,
        pending: false,
    }
}
