//! A model of who may get what of a closed group, held against two other instances while people join, leave, are banned and agreements
//! end in between deliveries that are half done.

use std::collections::BTreeSet;
use std::sync::Arc;

use diesel::prelude::*;
use serde_json::{Value, json};
use vakplein::db::schema;

use crate::support::{Member, Net, TestApp};

const HERE: &str = "werkplein.test";
/// Steps of one run.
const STEPS: usize = 60;

/// One of the other instances, with the person there who joins and leaves.
struct Other {
    host: &'static str,
    app: Arc<TestApp>,
    person: Member,
    handle: String,
    /// What the model says: their administrators' and ours' agreement, and the person's state.
    agreed: bool,
    member: bool,
    banned: bool,
}

impl Other {
    fn may_have(&self) -> bool {
        self.agreed && self.member && !self.banned
    }

    /// The topics that ever came in here, as words of their titles.
    async fn has(&self) -> BTreeSet<String> {
        let read = self.app.app.db.read(|tx| {
            let titles: Vec<String> = schema::threads::table.select(schema::threads::title).load(tx.conn)?;
            let bodies: Vec<Option<String>> =
                schema::inbox::table.select(schema::inbox::body).load(tx.conn)?;
            Ok((titles, bodies))
        });
        let (titles, bodies) = read.await.unwrap();
        let words = |text: &str| -> Vec<String> {
            let found = text.split(|c: char| !c.is_ascii_alphanumeric());
            found.filter(|word| word.starts_with("Geheim")).map(str::to_owned).collect()
        };
        titles.iter().chain(bodies.iter().flatten()).flat_map(|text| words(text)).collect()
    }
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

fn agreement(state: &str) -> Value {
    json!({"state": state, "ceiling": "leden", "organisation": "Gemeente", "contact": "", "purpose": "Overleg"})
}

async fn run(seed: u64) {
    let net = Net::new();
    let here = Arc::new(net.app(HERE).await);
    let (ana, chief) = (here.member("ana").await, here.admin("baas").await);
    let mut others = Vec::new();
    for (host, name) in [("gemeente.test", "bo"), ("elders.test", "cas")] {
        let app = Arc::new(net.app(host).await);
        let person = app.member(name).await;
        let admin = app.admin("baas").await;
        admin.put(&format!("/admin/agreements/{HERE}"), agreement("agreed")).await;
        chief.put(&format!("/admin/agreements/{host}"), agreement("agreed")).await;
        let handle = format!("{name}@{host}");
        ana.get(&format!("/resolve?uri=%40{}", handle.replace('@', "%40"))).await.expect(200);
        others.push(Other { host, app, person, handle, agreed: true, member: false, banned: false });
    }
    let group = json!({"name": "", "title": "Overleg", "mission": "x", "class": "leden"});
    let name = ana.post("/groups", group).await.expect(201)["name"].as_str().unwrap().to_owned();
    let elsewhere = format!("{name}@{HERE}");
    let mut all = vec![Arc::clone(&here)];
    all.extend(others.iter().map(|other| Arc::clone(&other.app)));
    let settle = async || net.settle(&all.iter().map(|app| &**app).collect::<Vec<_>>()).await;
    let mut dice = Dice(seed);
    // For each topic, who might have it: whoever might at some moment since it was written.
    let mut allowed: Vec<(String, BTreeSet<&'static str>)> = Vec::new();
    let mut told = Vec::new();
    for step in 0..STEPS {
        // At first both join.
        let which = if step < 2 { step } else { dice.roll(2) };
        let other = &mut others[which];
        match if step < 2 { 0 } else { dice.roll(8) } {
            0 | 7 if !other.member && !other.banned => {
                let path = format!("/groups/{name}/invitations");
                let invited = ana.post(&path, json!({"person": other.handle})).await;
                settle().await;
                let path = format!("/groups/{elsewhere}/invitation");
                let accepted = other.person.post(&path, json!({})).await;
                settle().await;
                other.member = other.agreed && invited.status == 201 && accepted.status < 300;
                told.push(format!("{}: {} {}", other.handle, invited.text, accepted.text));
            }
            1 if other.member => {
                // The whole way of leaving, so that the model knows where it stands.
                other.person.delete(&format!("/groups/{elsewhere}/memberships/{}", other.person.name)).await;
                settle().await;
                other.member = false;
            }
            2 if other.member => {
                assert_eq!(
                    ana.delete(&format!("/groups/{name}/memberships/{}", other.handle)).await.status,
                    204
                );
                other.member = false;
            }
            3 => {
                let path = format!("/groups/{name}/bans/{}", other.handle);
                if other.banned {
                    ana.delete(&path).await;
                } else {
                    ana.put(&path, json!({"reason": "Model"})).await;
                    other.member = false;
                }
                other.banned = !other.banned;
            }
            4 => {
                let state = if other.agreed { "suspended" } else { "agreed" };
                chief.put(&format!("/admin/agreements/{}", other.host), agreement(state)).await;
                other.agreed = !other.agreed;
            }
            _ => {
                let word = format!("Geheim{step}x");
                let topic = json!({"title": word, "content": word});
                ana.post(&format!("/groups/{name}/threads"), topic).await.expect(201);
                allowed.push((word, BTreeSet::new()));
            }
        }
        // A member who comes in later reads what was there before.
        for other in others.iter().filter(|other| other.may_have()) {
            allowed.iter_mut().for_each(|(_, hosts)| {
                hosts.insert(other.host);
            });
        }
        let mut before = Vec::new();
        for other in &others {
            before.push(other.has().await);
        }
        // Some of what waits is done, and sometimes all.
        for _ in 0..dice.roll(4) {
            all[dice.roll(3)].step().await;
        }
        if dice.roll(5) == 0 {
            settle().await;
        }
        for (other, before) in others.iter().zip(before) {
            let now = other.has().await;
            // What was on its way when somebody was put out, or an agreement suspended, doesn't arrive any more.
            let fresh: Vec<&String> = now.difference(&before).collect();
            assert!(
                fresh.is_empty() || other.may_have(),
                "seed {seed}, step {step}: {} got {fresh:?}",
                other.host
            );
            for word in now {
                let (_, hosts) = allowed.iter().find(|(known, _)| *known == word).unwrap();
                assert!(hosts.contains(other.host), "seed {seed}, step {step}: {} has {word}", other.host);
            }
        }
    }
    assert!(
        allowed.iter().any(|(_, hosts)| !hosts.is_empty()),
        "seed {seed}: nobody got anything: {told:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_closed_group_reaches_whom_the_model_denies_it() {
    for seed in [1, 2] {
        run(seed).await;
    }
}
