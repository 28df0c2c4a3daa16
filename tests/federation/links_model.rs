//! A model of links between groups, held against two instances: groups are linked and closed, topics are written, proposed and moved, people
//! join, in any order, in between deliveries that are half done. What isn't for everybody crosses by no link, and is shown in no other group.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use serde_json::{Value, json};
use vakplein::db::schema;
use vakplein::ids::GroupId;
use vakplein::links::{LinkState, PromotionState};
use vakplein::policy::Class;

use super::pair::id;
use crate::support::{Member, Net, TestApp};

const HERE: &str = "werkplein.test";
const THERE: &str = "gemeente.test";
/// Steps of one run.
const STEPS: usize = 90;

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn one(&mut self, of: [&'static str; 2]) -> &'static str {
        of[self.roll(2)]
    }
}

/// A group, as the model knows it.
struct Group {
    name: String,
    host: &'static str,
    open: bool,
}

/// A topic: a word that stands in nothing else.
struct Topic {
    word: String,
    id: String,
    /// In which group it is now.
    group: usize,
    moved: bool,
}

/// Both instances, and what the model says of them.
struct World {
    net: Net,
    here: TestApp,
    there: TestApp,
    /// Owner of all groups of the first instance.
    ana: Member,
    /// Owner of the group of the second.
    bo: Member,
    /// Joins groups of the first instance from the second. Nobody there does when there is an agreement, by which members would be told
    /// of what is closed: links would not be, all the same.
    cas: Option<Member>,
    groups: Vec<Group>,
    topics: Vec<Topic>,
    dice: Dice,
    told: Vec<String>,
}

fn agreement() -> Value {
    json!({
        "state": "agreed", "ceiling": "vertrouwelijk", "organisation": "Gemeente", "contact": "",
        "purpose": "Overleg",
    })
}

impl World {
    async fn new(seed: u64) -> Self {
        let net = Net::new();
        let (here, there) = (net.app(HERE).await, net.app(THERE).await);
        let (ana, bo, cas) = (here.member("ana").await, there.member("bo").await, there.member("cas").await);
        let agreed = seed % 2 == 1;
        if agreed {
            for (app, other) in [(&here, THERE), (&there, HERE)] {
                let admin = app.admin("baas").await;
                admin.put(&format!("/admin/agreements/{other}"), agreement()).await;
            }
        }
        let cas = (!agreed).then_some(cas);
        let (groups, topics, told) = (Vec::new(), Vec::new(), Vec::new());
        let mut world = Self { net, here, there, ana, bo, cas, groups, topics, dice: Dice(seed), told };
        for host in [HERE, HERE, THERE] {
            world.found(host).await;
        }
        world
    }

    /// Makes an open group.
    async fn found(&mut self, host: &'static str) {
        let name = format!("groep{}", self.groups.len());
        self.groups.push(Group { name: name.clone(), host, open: true });
        let group = json!({"name": name, "title": name, "mission": "Vragen"});
        self.owner(self.groups.len() - 1).post("/groups", group).await.expect(201);
    }

    fn owner(&self, group: usize) -> &Member {
        if self.groups[group].host == HERE { &self.ana } else { &self.bo }
    }

    fn handle(&self, group: usize) -> String {
        format!("@{}@{}", self.groups[group].name, self.groups[group].host)
    }

    /// A path below a group, as its owner asks for it.
    fn below(&self, group: usize, path: &str) -> String {
        format!("/groups/{}{path}", self.groups[group].name)
    }

    fn any(&mut self) -> usize {
        self.dice.roll(self.groups.len())
    }

    async fn settle(&self) {
        self.net.settle(&[&self.here, &self.there]).await;
    }

    async fn act(&mut self, step: usize) {
        match self.dice.roll(13) {
            0..=2 => self.ask().await,
            3 | 4 => self.answer().await,
            5 => self.end().await,
            6 => self.propose().await,
            7 => self.curate().await,
            8 => self.close().await,
            9 => self.move_topic().await,
            10 => self.join().await,
            _ => self.write(step).await,
        }
    }

    async fn ask(&mut self) {
        let (from, to) = (self.any(), self.any());
        let side = self.dice.one(["source", "target"]);
        let takes = self.dice.one(["all", "promoted"]);
        if from == to {
            return;
        }
        let wish = json!({"group": self.handle(to), "side": side, "takes": takes});
        let reply = self.owner(from).post(&self.below(from, "/links"), wish).await;
        // What another instance closed isn't known here until it is asked.
        let known = self.groups[from].host == self.groups[to].host;
        let may = self.groups[from].open && (self.groups[to].open || !known);
        assert!(may || (400..500).contains(&reply.status), "{}: {}", reply.status, reply.text);
        self.told.push(format!("{from} asks {to} to be its {side}: {}", reply.status));
    }

    async fn links(&self, group: usize) -> Vec<Value> {
        let links = self.owner(group).get(&self.below(group, "/links")).await.expect(200);
        links["links"].as_array().unwrap().clone()
    }

    async fn answer(&mut self) {
        let group = self.any();
        let takes = self.dice.one(["all", "promoted"]);
        for link in self.links(group).await.iter().filter(|link| link["awaitsUs"] == true) {
            let mut yes = json!({"state": "accepted"});
            if link["side"] == "target" {
                yes["takes"] = json!(takes);
            }
            let path = self.below(group, &format!("/links/{}", id(link)));
            let status = self.owner(group).patch(&path, yes).await.status;
            self.told.push(format!("{group} accepts: {status}"));
        }
    }

    async fn end(&mut self) {
        let group = self.any();
        if let Some(link) = self.links(group).await.first() {
            let path = self.below(group, &format!("/links/{}", id(link)));
            self.owner(group).delete(&path).await.expect(204);
            self.told.push(format!("{group} ends a link"));
        }
    }

    /// Somebody proposes a topic of their own.
    async fn propose(&mut self) {
        if self.topics.is_empty() {
            return;
        }
        let (topic, to) = (self.dice.roll(self.topics.len()), self.any());
        let home = self.topics[topic].group;
        let path = format!("/threads/{}/promotions", self.topics[topic].id);
        let reply = self.owner(home).post(&path, json!({"group": self.handle(to)})).await;
        let refused = (400..500).contains(&reply.status);
        assert!(self.groups[home].open || refused, "{}: {}", reply.status, reply.text);
        self.told.push(format!("a topic of {home} is proposed to {to}: {}", reply.status));
    }

    async fn curate(&mut self) {
        let group = self.any();
        let state = self.dice.one(["accepted", "refused"]);
        let offers = self.owner(group).get(&self.below(group, "/offers")).await;
        for offer in offers.json["offers"].as_array().into_iter().flatten() {
            let decided = json!({"state": state, "reason": "Zomaar"});
            let status = self.owner(group).patch(&format!("/promotions/{}", id(offer)), decided).await.status;
            self.told.push(format!("{group}: {state}: {status}"));
        }
    }

    /// A group of the first instance isn't for everybody any more; another one takes its place.
    async fn close(&mut self) {
        let group = self.any();
        if self.groups[group].host == HERE && self.groups[group].open {
            let class = json!({"class": self.dice.one(["leden", "vertrouwelijk"]), "confirmCopies": true});
            self.ana.patch(&self.below(group, ""), class).await.expect(200);
            self.groups[group].open = false;
            self.told.push(format!("{group} is closed"));
            self.found(HERE).await;
        }
    }

    async fn move_topic(&mut self) {
        let to = self.any();
        let movable = |topic: &Topic| self.groups[topic.group].host == HERE && self.groups[topic.group].open;
        let movable: Vec<usize> = (0..self.topics.len()).filter(|at| movable(&self.topics[*at])).collect();
        if movable.is_empty() || self.groups[to].host != HERE {
            return;
        }
        let topic = movable[self.dice.roll(movable.len())];
        // What was told of it before belongs to the group that it was in then.
        self.settle().await;
        let path = format!("/threads/{}/move", self.topics[topic].id);
        self.ana.post(&path, json!({"group": self.groups[to].name})).await.expect(204);
        self.topics[topic].moved |= self.topics[topic].group != to;
        self.topics[topic].group = to;
    }

    async fn join(&mut self) {
        let group = self.any();
        let Some(cas) = self.cas.as_ref().filter(|_| self.groups[group].host == HERE) else { return };
        let name = format!("{}@{HERE}", self.groups[group].name);
        if cas.get(&format!("/resolve?uri=%21{name}")).await.status == 200 {
            cas.post(&format!("/groups/{name}/memberships"), json!({})).await;
        }
    }

    async fn write(&mut self, step: usize) {
        let group = self.any();
        let word = format!("{}{step}x", if self.groups[group].open { "Gezegd" } else { "Geheim" });
        let topic = json!({"title": word, "content": word});
        let made = self.owner(group).post(&self.below(group, "/threads"), topic).await.expect(201);
        self.topics.push(Topic { word, id: id(&made).to_owned(), group, moved: false });
    }

    /// The topics that ever came to the other instance.
    async fn came(&self) -> BTreeSet<String> {
        let read = self.there.app.db.read(|tx| {
            let titles: Vec<String> = schema::threads::table.select(schema::threads::title).load(tx.conn)?;
            let bodies: Vec<Option<String>> =
                schema::inbox::table.select(schema::inbox::body).load(tx.conn)?;
            Ok((titles, bodies))
        });
        let (titles, bodies) = read.await.unwrap();
        let known: BTreeSet<&str> = self.topics.iter().map(|topic| topic.word.as_str()).collect();
        let words = |text: &str| -> Vec<String> {
            let found = text.split(|c: char| !c.is_ascii_alphanumeric());
            found.filter(|word| known.contains(word)).map(str::to_owned).collect()
        };
        titles.iter().chain(bodies.iter().flatten()).flat_map(|text| words(text)).collect()
    }

    /// Does some of what waits, and sometimes all; then looks.
    async fn deliver_and_look(&mut self) -> Result<usize, String> {
        let before = self.came().await;
        for _ in 0..self.dice.roll(4) {
            if self.dice.roll(2) == 0 {
                self.here.step().await
            } else {
                self.there.step().await
            };
        }
        if self.dice.roll(4) == 0 {
            self.settle().await;
        }
        let now = self.came().await;
        let of: BTreeMap<&str, &Topic> =
            self.topics.iter().map(|topic| (topic.word.as_str(), topic)).collect();
        for word in &now {
            let fresh = !before.contains(word);
            if word.starts_with("Geheim") || (fresh && !self.groups[of[word.as_str()].group].open) {
                return Err(format!("{word} came to {THERE}"));
            }
        }
        let mut shown = 0;
        for app in [&self.here, &self.there] {
            let (count, wrong) = kept(app).await;
            shown += count;
            if !wrong.is_empty() {
                return Err(format!("{}: {wrong:?}", app.domain));
            }
        }
        let open = self.groups.iter().filter(|group| group.open && group.host == HERE);
        for group in open {
            self.reads_nothing_closed(&self.here, &group.name, false).await?;
        }
        Ok(shown)
    }

    /// Whoever has no account finds nothing in the list of a group that isn't for everybody. `told`: that of what is closed other
    /// servers have been told that the links are over.
    async fn reads_nothing_closed(&self, app: &TestApp, group: &str, told: bool) -> Result<(), String> {
        let list = app.anonymous().get(&format!("/groups/{group}/threads")).await.expect(200).to_string();
        let closed = |topic: &&Topic| !(self.groups[topic.group].open || (told && topic.moved));
        match self.topics.iter().filter(closed).find(|topic| list.contains(&format!("\"{}\"", topic.word))) {
            Some(topic) => Err(format!("{} stands in the list of {group} on {}", topic.word, app.domain)),
            None => Ok(()),
        }
    }
}

/// How many topics of others groups show on an instance, and what is wrong with what it keeps of links.
async fn kept(app: &TestApp) -> (usize, Vec<String>) {
    let read = app.app.db.read(|tx| {
        use schema::{actors, group_links, groups, promotions, shown_topics, threads};
        let groups: Vec<(GroupId, Class, bool)> = groups::table
            .inner_join(actors::table)
            .select((groups::id, groups::class, actors::local))
            .load(tx.conn)?;
        let links: Vec<(GroupId, GroupId, LinkState)> = group_links::table
            .select((group_links::source_id, group_links::target_id, group_links::state))
            .load(tx.conn)?;
        let shown: Vec<(GroupId, GroupId)> = shown_topics::table
            .inner_join(threads::table)
            .select((threads::group_id, shown_topics::group_id))
            .load(tx.conn)?;
        let proposed: Vec<(GroupId, GroupId, PromotionState)> = promotions::table
            .inner_join(threads::table)
            .select((threads::group_id, promotions::group_id, promotions::state))
            .load(tx.conn)?;
        Ok((groups, links, shown, proposed))
    });
    let (groups, links, shown, proposed) = read.await.unwrap();
    let is = |group: GroupId, what: fn(&(GroupId, Class, bool)) -> bool| {
        groups.iter().any(|one| one.0 == group && what(one))
    };
    let open = |group: GroupId| is(group, |(_, class, _)| *class == Class::Openbaar);
    let local = |group: GroupId| is(group, |(_, _, local)| *local);
    let linked = |source: GroupId, target: GroupId| links.contains(&(source, target, LinkState::Accepted));
    let mut wrong = Vec::new();
    for link in links.iter().filter(|(source, target, _)| !open(*source) || !open(*target)) {
        wrong.push(format!("a link with what is closed: {link:?}"));
    }
    for (home, target) in &shown {
        // What a group elsewhere shows its host says.
        let may = !local(*target) || linked(*home, *target);
        if !open(*home) || !open(*target) || !may || home == target {
            wrong.push(format!("{target:?} shows a topic of {home:?}"));
        }
    }
    for (home, target, state) in proposed.iter().filter(|(_, _, state)| state.stands()) {
        if !open(*home) || !open(*target) {
            wrong.push(format!("{state} in {target:?}, a topic of {home:?}"));
        }
    }
    (shown.len(), wrong)
}

async fn run(seed: u64) {
    let mut world = World::new(seed).await;
    let mut most = 0;
    for step in 0..STEPS {
        world.act(step).await;
        match world.deliver_and_look().await {
            Ok(shown) => most = most.max(shown),
            Err(wrong) => panic!("seed {seed}, step {step}: {wrong}\n{:#?}", world.told),
        }
    }
    world.settle().await;
    let theirs = world.groups.iter().find(|group| group.host == THERE).unwrap();
    let read = world.reads_nothing_closed(&world.there, &theirs.name, true).await;
    assert_eq!(read, Ok(()), "seed {seed}: {:#?}", world.told);
    let closed = world.groups.iter().filter(|group| !group.open).count();
    let came = world.came().await.len();
    assert!(most > 0 && closed > 0 && came > 0, "seed {seed}: {most} {closed} {came} {:#?}", world.told);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_closed_crosses_by_no_link_in_any_order_of_things() {
    for seed in [1, 2, 3, 4] {
        run(seed).await;
    }
}
