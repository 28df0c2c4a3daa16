//! What went on in a closed group: it was open once, and linked with others; it was closed, and people came and went. A word of its own
//! stands in every field.

use diesel::prelude::*;
use serde_json::{Value, json};
use vakplein::db::schema;
use vakplein::federation::store::{known, peers};
use vakplein::groups::{self, GroupDraft};
use vakplein::ids::{GroupId, RowId};
use vakplein::membership;
use vakplein::membership::invitations::{self, Wish};
use vakplein::policy::{Actor, Class, Joining, PeerState};

use super::planted::{NAME, SEARCHED, text, word};
use crate::media::{png, upload};
use crate::rules::{add, enforce, propose};
use crate::support::peer::PeerActor;
use crate::support::{Member, Net, Peer, TestApp};

/// Somebody on another server, who must not learn anything.
pub struct Stranger {
    /// Why not.
    pub who: &'static str,
    /// Who signs.
    pub actor: PeerActor,
    /// Whether they also post: whoever was let in while the group was open keeps that, and only their server mustn't get anything.
    pub posts: bool,
}

/// An instance with the group, and everything that happened in it.
pub struct History {
    pub net: Net,
    pub app: TestApp,
    pub group: GroupId,
    pub emblem: String,
    /// Owner.
    pub ana: Member,
    /// Member, and author of most of what is there.
    pub bob: Member,
    /// Keeps order in an open group.
    pub cor: Member,
    /// Belongs to no group.
    pub dirk: Member,
    /// Was a member, and left.
    pub eva: Member,
    /// Was a member, and is banned.
    pub frits: Member,
    /// Asked to join.
    pub gerda: Member,
    /// Administers the instance.
    pub hanna: Member,
    /// Joined by invitation.
    pub joris: Member,
    /// Servers, with what they had been sent before the group was closed.
    pub servers: Vec<(Peer, usize)>,
    pub strangers: Vec<Stranger>,
    /// A topic in an open group.
    pub open: String,
    /// Topics: written after the group was closed, before, and moved into it.
    pub threads: Vec<String>,
    /// Posts: replies that stand, a removed one, one from elsewhere, a deleted one.
    pub posts: Vec<String>,
    /// A file of hers that was left behind.
    pub of_eva: String,
    /// A report that the open group's staff decided about before its topic went into the closed one.
    pub decided: String,
    /// Links with other groups that it had while it was open.
    pub links: Vec<String>,
    /// Proposals to show topics of it in the open group: one that waited for an answer, and one that was accepted.
    pub promotions: Vec<String>,
    /// Secrets of invitations that can't be used (any more).
    pub invitations: Vec<String>,
    /// A change of the rules about other servers that was tried on what passed while the group was open.
    pub change: String,
}

/// The id of what was made.
pub fn id(made: &Value) -> String {
    made["id"].as_str().unwrap().to_owned()
}

async fn topic(by: &Member, group: &str, title: &str, content: &str, media: &[&str]) -> String {
    let body = json!({ "title": title, "content": content, "media": media });
    id(&by.post(&format!("/groups/{group}/threads"), body).await.expect(201))
}

async fn reply(by: &Member, thread: &str, content: &str, media: &[&str]) -> String {
    let body = json!({ "content": content, "media": media });
    id(&by.post(&format!("/threads/{thread}/replies"), body).await.expect(201))
}

/// Posts an activity, which must be taken, and works the queues off.
async fn deliver(app: &TestApp, actor: &PeerActor, kind: &str, word: &str, object: Value) {
    let reply = actor.post(app, &actor.activity(kind, word, object)).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    app.settle().await;
}

impl History {
    /// Lets all of it happen.
    pub async fn new() -> Self {
        let mut history = Self::begun().await;
        history.while_open().await;
        history.prepare_to_move().await;
        history.be_linked().await;
        history.app.settle().await;
        // What was mailed while everybody could read the group may name it.
        drop(std::fs::remove_dir_all(&history.app.app.config.mail.dir));
        for (peer, before) in &mut history.servers {
            *before = peer.received().len();
        }
        history.close().await;
        history.inside().await;
        history.order_is_kept().await;
        history.people_go().await;
        history.move_in().await;
        history.app.settle().await;
        history
    }

    async fn begun() -> Self {
        let net = Net::new();
        let app = net.app("werkplein.test").await;
        let (ana, bob, cor) = (app.member("ana").await, app.member("bob").await, app.member("cor").await);
        let (dirk, eva) = (app.member("dirk").await, app.member("eva").await);
        let (frits, gerda, joris) =
            (app.member("frits").await, app.member("gerda").await, app.member("joris").await);
        let hanna = app.admin("hanna").await;
        let plate = format!("{}.png", word("plaat"));
        let emblem = upload(&app, &ana, &plate, &png(), &[("alt", &word("plaatje"))]).await.expect(201);
        let group = json!({
            "name": NAME, "title": text("naam"), "mission": text("doel"), "description": text("uitleg"),
            "rules": text("regels"), "emblem": id(&emblem), "emblemAlt": text("embleem"),
        });
        let group = id(&ana.post("/groups", group).await.expect(201)).parse().unwrap();
        for member in [&bob, &eva, &frits] {
            member.post(&format!("/groups/{NAME}/memberships"), json!({})).await.expect(201);
        }
        // An open group, of which Ana keeps order too.
        cor.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
        for member in [&ana, &bob] {
            member.post("/groups/tuin/memberships", json!({})).await.expect(201);
        }
        let role = json!({ "person": "ana", "role": "moderator" });
        cor.patch("/groups/tuin/memberships", role).await.expect(204);
        let open = topic(&cor, "tuin", &format!("Een {SEARCHED}"), "Hij groeit al.", &[]).await;
        Self {
            net,
            app,
            group,
            emblem: id(&emblem),
            ana,
            bob,
            cor,
            dirk,
            eva,
            frits,
            gerda,
            hanna,
            joris,
            servers: Vec::new(),
            strangers: Vec::new(),
            open,
            threads: Vec::new(),
            posts: Vec::new(),
            of_eva: String::new(),
            decided: String::new(),
            links: Vec::new(),
            promotions: Vec::new(),
            invitations: Vec::new(),
            change: String::new(),
        }
    }

    /// The group is open: people of other servers join and write.
    async fn while_open(&mut self) {
        let app = &self.app;
        let (group_uri, garden) = (app.url(&format!("/g/{NAME}")), app.url("/g/tuin"));
        let peer = async |host: &str| Peer::start(self.net.names(), host).await;
        let (mastodon, elders) = (peer("mastodon.test").await, peer("elders.test").await);
        let (verlopen, kwaad) = (peer("verlopen.test").await, peer("kwaad.test").await);
        let (jan, piet) = (mastodon.person("jan"), mastodon.person("piet"));
        let (els, vera, kees) = (elders.person("els"), verlopen.person("vera"), kwaad.person("kees"));
        let circle = elders.group("kring");
        for member in [&jan, &vera, &kees, &circle] {
            deliver(app, member, "Follow", "1", json!(group_uri)).await;
        }
        deliver(app, &jan, "Follow", "2", json!(garden)).await;
        // Who follows an author gets nothing of what the author writes in a closed group.
        deliver(app, &piet, "Follow", "1", json!(app.url("/u/bob"))).await;
        deliver(app, &els, "Follow", "1", json!(app.url("/u/ana"))).await;

        let old = topic(&self.ana, NAME, &text("oudetitel"), &text("oudetekst"), &[]).await;
        app.settle().await;
        let topic_uri = app.url(&format!("/t/{old}"));
        let mut note = jan.note("1", &[&group_uri], Some(&topic_uri));
        note["content"] = json!(format!("<p>{}</p>", text("elders")));
        note["summary"] = json!(text("waarschuwing"));
        note["sensitive"] = json!(true);
        deliver(app, &jan, "Create", "1", note.clone()).await;
        deliver(app, &jan, "Like", "1", json!(topic_uri)).await;
        let note_uri = note["id"].as_str().unwrap().to_owned();
        let from_jan = app.app.db.read(move |tx| known::post(tx, &note_uri)).await.unwrap().unwrap().id;
        let changed = reply(&self.bob, &old, &text("vroeger"), &[]).await;
        self.bob.patch(&format!("/posts/{changed}"), json!({ "content": text("later") })).await.expect(200);
        app.settle().await;

        let change = self.wait_for_a_moderator(&peer("wacht.test").await.person("wim")).await;
        let blocked = |tx: &mut vakplein::db::Tx<'_>| peers::decide(tx, "kwaad.test", PeerState::Blocked, "");
        app.app.db.write(blocked).await.unwrap();
        self.change = change;
        self.threads.push(old);
        self.posts.extend([from_jan.to_string(), changed]);
        self.strangers = vec![
            Stranger { who: "a member on a server without an agreement", actor: jan, posts: false },
            Stranger { who: "somebody else on that server", actor: piet, posts: true },
            Stranger { who: "nobody's member, on a server with an agreement", actor: els, posts: true },
            Stranger { who: "a member whose server's agreement has expired", actor: vera, posts: false },
            Stranger { who: "somebody on a blocked server", actor: kees, posts: false },
            Stranger { who: "a group that showed its topics while it was open", actor: circle, posts: true },
        ];
        self.servers = [mastodon, elders, verlopen, kwaad].map(|peer| (peer, 0)).into();
    }

    /// By a rule what Wim starts and says waits; his topic does so to the end. Gives a change that would keep another server out.
    async fn wait_for_a_moderator(&self, wim: &PeerActor) -> String {
        let rule = json!({ "effect": "hold", "host": "wacht.test", "direction": "in" });
        enforce(&self.hanna, &[add(rule)]).await;
        let mut page = wim.note("1", &[&self.app.url(&format!("/g/{NAME}"))], None);
        page["type"] = json!("Page");
        page["name"] = json!(text("wachttitel"));
        page["content"] = json!(format!("<p>{}</p>", text("wachttekst")));
        deliver(&self.app, wim, "Create", "1", page).await;
        // What it would do is shown by what passed, in which the group has its name.
        let rule = json!({ "effect": "refuse", "host": "mastodon.test" });
        id(&propose(&self.hanna, &[add(rule)]).await)
    }

    /// A topic in the open group, about which its staff decided.
    async fn prepare_to_move(&mut self) {
        let moves = topic(&self.bob, "tuin", "Een verhuizing", "Waar hoort dit?", &[]).await;
        let report = json!({ "postId": moves, "category": "rules", "reason": "Dit hoort hier niet." });
        self.decided = id(&self.eva.post("/reports", report).await.expect(201));
        let decision = json!({ "outcome": "dismissed", "note": "Dat mag." });
        self.cor.post(&format!("/reports/{}/resolution", self.decided), decision).await.expect(204);
        self.cor.put(&format!("/threads/{moves}/lock"), json!({})).await.expect(204);
        self.cor.delete(&format!("/threads/{moves}/lock")).await.expect(204);
        self.threads.push(moves);
    }

    /// It is linked with the open group, each showing topics of the other, and with one elsewhere that asked. One of its topics is
    /// shown in the open group as Eva proposed, and another one waits there for an answer.
    async fn be_linked(&mut self) {
        let (here, garden) = (format!("/groups/{NAME}"), "/groups/tuin");
        let wish = |other: &str, note: &str| json!({ "group": other, "side": "source", "note": note });
        let out = self.ana.post(&format!("{here}/links"), wish("tuin", &text("koppelwens"))).await;
        let out = id(&out.expect(201));
        let yes = json!({ "state": "accepted", "takes": "promoted" });
        self.cor.patch(&format!("{garden}/links/{out}"), yes).await.expect(200);
        let back = self.cor.post(&format!("{garden}/links"), wish(NAME, "Tuinnieuws")).await;
        let back = id(&back.expect(201));
        let yes = json!({ "state": "accepted", "takes": "all" });
        self.ana.patch(&format!("{here}/links/{back}"), yes).await.expect(200);
        let all = self.ana.get(&format!("{here}/links")).await.expect(200);
        let asks = all["links"].as_array().unwrap().iter().find(|link| link["awaitsUs"] == true);
        let far = id(asks.unwrap_or_else(|| panic!("a group elsewhere asked: {all}")));
        self.ana.patch(&format!("{here}/links/{far}"), json!({ "state": "accepted" })).await.expect(200);
        self.links = vec![out, back, far];

        let shown = topic(&self.bob, NAME, &text("getoond"), &text("getoondtekst"), &[]).await;
        self.app.settle().await;
        let proposal = |note: &str| json!({ "group": "tuin", "note": text(note) });
        let by_eva = self.eva.post(&format!("/threads/{shown}/promotions"), proposal("evavoordracht")).await;
        let by_eva = id(&by_eva.expect(201));
        let path = format!("/promotions/{by_eva}");
        self.bob.patch(&path, json!({ "state": "offered" })).await.expect(200);
        self.cor.patch(&path, json!({ "state": "accepted" })).await.expect(200);
        let waits = format!("/threads/{}/promotions", self.threads[0]);
        let waits = id(&self.ana.post(&waits, proposal("voordracht")).await.expect(201));
        self.app.settle().await;
        let list = self.cor.get(&format!("{garden}/threads")).await.expect(200).to_string();
        assert!(list.contains(&word("getoond")), "it is shown: {list}");
        let page = self.dirk.get(&format!("/threads/{}", self.open)).await.expect(200).to_string();
        assert!(page.contains(NAME), "it says where it is shown: {page}");
        self.promotions = vec![waits, by_eva];
        self.threads.push(shown);
    }

    /// The group is closed: first with a face, so that Gerda can ask to join, then without.
    async fn close(&self) {
        self.edit(|draft| {
            draft.class = Class::Leden;
            draft.joining = Joining::Approval;
            draft.face = true;
        })
        .await;
        let (by, group, wish) = (Actor::here(self.gerda.id), self.group, text("wens"));
        let db = &self.app.app.db;
        db.write(move |tx| membership::acts::join(tx, &by, group, &wish, None).map(drop)).await.unwrap();
        self.edit(|draft| {
            draft.joining = Joining::Invite;
            draft.face = false;
        })
        .await;
        self.agree().await;
        // It can't be linked any more, whoever asks: the walk tries what outsiders would.
        let wish = json!({ "group": "tuin", "side": "source", "note": text("koppelwens") });
        let refused = self.ana.post(&format!("/groups/{NAME}/links"), wish).await;
        assert_eq!(refused.refused(403), "not-open");
        let path = format!("/threads/{}/promotions", self.threads[0]);
        let refused = self.ana.post(&path, json!({ "group": "tuin" })).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
    }

    async fn edit(&self, change: impl Fn(&mut GroupDraft)) {
        let (by, group, db) = (Actor::here(self.ana.id), self.group, &self.app.app.db);
        let row = db.read(move |tx| groups::acts::find(tx, group)).await.unwrap();
        let mut draft = GroupDraft::from(&row);
        change(&mut draft);
        db.write(move |tx| groups::acts::edit(tx, &by, group, &draft).map(drop)).await.unwrap();
    }

    /// With two servers there is an agreement that reaches the group; with one of them it is over.
    async fn agree(&self) {
        let agreed = |tx: &mut vakplein::db::Tx<'_>| {
            use schema::agreements::dsl;
            for (host, until) in [("elders.test", None), ("verlopen.test", Some(tx.now.plus_days(-1)))] {
                diesel::insert_into(dsl::agreements)
                    .values((
                        dsl::host.eq(host),
                        dsl::state.eq("agreed"),
                        dsl::ceiling.eq("leden"),
                        dsl::until.eq(until),
                        dsl::organisation.eq("Elders"),
                        dsl::contact.eq("post@elders.test"),
                        dsl::purpose.eq("Samen leren"),
                        dsl::created_at.eq(tx.now),
                        dsl::changed_at.eq(tx.now),
                    ))
                    .execute(tx.conn)?;
            }
            Ok(())
        };
        self.app.app.db.write(agreed).await.unwrap();
    }

    /// Members write, with files; outsiders are mentioned.
    async fn inside(&mut self) {
        let app = &self.app;
        let sheet = format!("{}.txt", word("bestand"));
        let sheet = upload(app, &self.bob, &sheet, text("blad").as_bytes(), &[]).await.expect(201);
        let photo = format!("{}.png", word("foto"));
        let photo = upload(app, &self.bob, &photo, &png(), &[("alt", &word("alt"))]).await.expect(201);
        let content = format!("{}, ook voor @cor en @piet@mastodon.test.", text("inhoud"));
        let files = [id(&sheet), id(&photo)];
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let written = topic(&self.bob, NAME, &text("titel"), &content, &files).await;
        let own = format!("{}.png", word("evafoto"));
        let own = upload(app, &self.eva, &own, &png(), &[("alt", &word("evaalt"))]).await.expect(201);
        self.of_eva = id(&own);
        let by_eva = reply(&self.eva, &written, &text("eva"), &[&self.of_eva]).await;
        let by_frits = reply(&self.frits, &written, &text("frits"), &[]).await;
        let gone = reply(&self.bob, &written, &text("gewist"), &[]).await;
        self.bob.delete(&format!("/posts/{gone}")).await.expect(204);
        self.ana.put(&format!("/posts/{by_eva}/reactions/like"), json!({})).await.expect(204);
        self.ana.put(&format!("/threads/{written}/pin"), json!({})).await.expect(204);
        self.threads.insert(0, written);
        let before = std::mem::take(&mut self.posts);
        self.posts = [vec![by_eva, by_frits], before, vec![gone]].concat();
        app.settle().await;
    }

    /// Reports, decisions, an objection, a warning.
    async fn order_is_kept(&self) {
        let [by_eva, by_frits, from_jan, ..] = self.posts.as_slice() else { panic!("{:?}", self.posts) };
        let removal = json!({ "reason": text("weghaal") });
        self.ana.put(&format!("/posts/{by_frits}/removal"), removal).await.expect(204);
        let log = self.ana.get(&format!("/groups/{NAME}/modlog")).await.expect(200);
        let decision = log["items"][0]["id"].as_str().unwrap().to_owned();
        let objection = json!({ "reason": text("bezwaar") });
        self.frits.post(&format!("/decisions/{decision}/objection"), objection).await.expect(201);
        // What is against the law the administrators hear of, in open groups.
        let report = json!({ "postId": by_eva, "category": "illegal", "reason": text("melding") });
        let report = id(&self.bob.post("/reports", report).await.expect(201));
        let resolution = json!({ "outcome": "dismissed", "note": text("besluit") });
        self.ana.post(&format!("/reports/{report}/resolution"), resolution).await.expect(204);
        let report =
            json!({ "postId": from_jan, "category": "rules", "reason": text("klacht"), "forward": true });
        self.bob.post("/reports", report).await.expect(201);
        let warning = json!({ "person": "bob", "reason": text("berisping") });
        self.ana.post(&format!("/groups/{NAME}/warnings"), warning).await.expect(204);
        self.app.settle().await;
    }

    /// Frits is banned, Eva leaves, Joris comes by invitation; other invitations can't be used any more.
    async fn people_go(&mut self) {
        let ban = json!({ "reason": text("ban") });
        self.ana.put(&format!("/groups/{NAME}/bans/frits"), ban).await.expect(204);
        self.eva.delete(&format!("/groups/{NAME}/memberships")).await.expect(204);
        let (used, late, taken) =
            (self.invite("gebruikt").await, self.invite("telaat").await, self.invite("ingetrokken").await);
        self.invite("open").await;
        let (by, owner, group) = (Actor::here(self.joris.id), Actor::here(self.ana.id), self.group);
        let (first, late_id, taken_id) = (used.1.clone(), late.0, taken.0);
        let end = move |tx: &mut vakplein::db::Tx<'_>| {
            use schema::invitations::dsl;
            invitations::accept(tx, &by, &first)?;
            invitations::withdraw(tx, &owner, group, taken_id)?;
            let late = diesel::update(dsl::invitations.find(late_id));
            late.set(dsl::until.eq(tx.now.plus_days(-1))).execute(tx.conn)?;
            Ok(())
        };
        self.app.app.db.write(end).await.unwrap();
        self.invitations = vec![used.1, late.1, taken.1];
        self.app.settle().await;
    }

    async fn invite(&self, field: &str) -> (RowId, String) {
        let (by, group) = (Actor::here(self.ana.id), self.group);
        let wish = Wish { person: None, note: text(field), days: 7 };
        let made = self.app.app.db.write(move |tx| invitations::invite(tx, &by, group, &wish)).await.unwrap();
        (made.0.id, made.1.unwrap())
    }

    /// A topic of the open group comes into the closed one, and its author goes on writing there.
    async fn move_in(&self) {
        let moves = &self.threads[2];
        self.ana.post(&format!("/threads/{moves}/move"), json!({ "group": NAME })).await.expect(204);
        let change = json!({ "title": text("verhuis"), "content": text("verhuisd") });
        self.bob.patch(&format!("/threads/{moves}"), change).await.expect(200);
    }
}
