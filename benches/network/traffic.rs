//! Days of the run: what is planned for one is done over HTTP, then all that follows from it is awaited, then the clocks go to the
//! next day.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;
use vakplein::clock::Time;
use vakplein::db::schema;
use vakplein::threads::{self, PostRow};

use crate::measure::{self, Depth};
use crate::model::{self, Act, Kind, Place, Plan};
use crate::sinks::Sinks;
use crate::sites::{Role, Site};

/// Once nothing has moved for so long though something waits, time goes on by a minute: something waits to be tried again.
const STUCK: Duration = Duration::from_secs(2);
/// After so many such minutes the run gives up.
const MINUTES: usize = 300;
/// How often is looked whether all is done.
const LOOK: Duration = Duration::from_millis(20);
/// How often the queues are looked at while people write.
const SAMPLE: Duration = Duration::from_millis(200);

/// Whom a delay was measured to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum To {
    /// From an instance to the host of the group, which tells all others.
    TheHost,
    /// From wherever it was written, over the host, to an instance.
    Site(Role),
    /// To servers of other kinds.
    Sinks,
}

/// Where posts of a group stand, and which others may be answered today.
#[derive(Debug, Default)]
pub struct Book {
    pub topics: Vec<String>,
    pub posts: Vec<String>,
}

/// A post, when it was written.
#[derive(Debug, Clone, Copy)]
struct Sent {
    at: i64,
    site: usize,
    law: bool,
}

/// A twelfth of the calendar.
#[derive(Debug, Default, Clone)]
pub struct Month {
    pub acts: usize,
    pub delays: Vec<i64>,
    pub depth: Depth,
}

/// Everything there is.
pub struct Network {
    pub sites: Arc<Vec<Site>>,
    pub sinks: Sinks,
    pub plan: Plan,
    pub books: Vec<Book>,
    pub local: Vec<Book>,
    /// Microseconds, by whether a law changed that day, and to whom.
    pub delays: BTreeMap<(bool, To), Vec<i64>>,
    pub reads: BTreeMap<bool, Vec<i64>>,
    pub months: Vec<Month>,
    pub faults: Vec<String>,
    /// What each instance's people did.
    pub done: Vec<HashMap<(bool, Kind), usize>>,
    /// The deepest that the queues were on the day when a law changed.
    pub law_depth: Depth,
    /// Minutes that had to pass until something was tried again.
    pub late: usize,
    death: usize,
    day_length: Duration,
    sent: HashMap<String, Sent>,
    seen: Vec<HashSet<String>>,
    until: Time,
    cookies: Vec<String>,
}

/// The name of the nth national group at its host, which is the nth instance.
pub fn group_name(group: usize) -> String {
    format!("landelijk{group}")
}

/// The name by which an instance knows a group.
fn name_at(site: usize, place: Place) -> String {
    match place {
        Place::National(group) if group == site => group_name(group),
        Place::National(group) => format!("{}@g{group:03}.test", group_name(group)),
        Place::Local => "buurt".to_owned(),
    }
}

enum Did {
    Wrote(String),
    Liked,
    Read(Duration),
    /// There is nothing yet to answer, like or read.
    Nothing,
    /// What all should have by now isn't there.
    Missing(String),
}

impl Network {
    /// Groups are made, and everybody has joined them.
    pub async fn new(sites: Vec<Site>, sinks: usize, plan: Plan, day_length: Duration) -> Self {
        let sites = Arc::new(sites);
        for site in sites.iter() {
            site.make_group("buurt").await;
            if site.index < plan.groups {
                site.make_group(&group_name(site.index)).await;
            }
        }
        for site in sites.iter() {
            for group in (0..plan.groups).filter(|group| *group != site.index) {
                site.join(&name_at(site.index, Place::National(group))).await;
            }
            // At home one owns the group, and the others join.
            for place in [Place::Local, Place::National(site.index)] {
                let there = place == Place::Local || site.index < plan.groups;
                for member in site.people.iter().skip(1).filter(|_| there) {
                    let path = format!("/groups/{}/memberships", name_at(site.index, place));
                    member.post(&path, json!({})).await.expect(201);
                }
            }
        }
        let sinks = Sinks::start(sinks, &sites[0], &group_name(0)).await;
        let count = sites.len();
        let fresh = || std::iter::repeat_with(Book::default);
        let mut network = Self {
            books: fresh().take(plan.groups).collect(),
            local: fresh().take(count).collect(),
            delays: BTreeMap::new(),
            reads: BTreeMap::new(),
            months: vec![Month::default(); 12],
            faults: Vec::new(),
            done: vec![HashMap::new(); count],
            law_depth: Depth::default(),
            late: 0,
            death: plan.days / 4,
            day_length,
            sent: HashMap::new(),
            seen: vec![HashSet::new(); count],
            until: sites[0].app.clock.now(),
            cookies: Vec::new(),
            sites,
            sinks,
            plan,
        };
        network.calm(&BTreeSet::new()).await;
        network
    }

    /// Servers that won't answer any more, and with them, when asked for, those that come and go.
    fn away(&self, flapping: bool) -> BTreeSet<String> {
        let dead = |site: &&Site| site.role.dies() || flapping && site.role == Role::Flapping;
        let hosts = self.sites.iter().filter(dead).map(|site| site.app.domain.clone());
        hosts.chain(self.sinks.dead().map(str::to_owned)).collect()
    }

    /// One day.
    pub async fn day(&mut self, day: usize) {
        if day == self.death {
            self.sinks.die();
        }
        if day.is_multiple_of(30) {
            self.cookies.clear();
            for site in self.sites.iter() {
                self.cookies.push(site.cookie(0).await);
            }
        }
        for site in self.sites.iter() {
            if site.is_down(day, self.death) { site.down() } else { site.up() }
        }
        let steady = |site: &&Site| site.role != Role::Flapping && !site.role.dies();
        let anywhere: Vec<usize> = self.sites.iter().filter(steady).map(|site| site.index).collect();
        let up = |site: &&Site| !site.is_down(day, self.death);
        let here: Vec<usize> = self.sites.iter().filter(up).map(|site| site.index).collect();
        let acts = self.plan.day(day, &anywhere, &here);
        let law = day == self.plan.law;
        let began = Instant::now();
        let mut doing = JoinSet::new();
        for (place, act) in acts.iter().copied().enumerate() {
            let (sites, about) = (Arc::clone(&self.sites), self.about(&act));
            let cookie = self.cookies[act.site].clone();
            let at = began + self.day_length.mul_f64(act.at);
            doing.spawn(async move {
                tokio::time::sleep_until(at.into()).await;
                let sent = sites[act.site].app.clock.now().utc().timestamp_micros();
                (place, sent, perform(&sites[act.site], act, about, &cookie).await)
            });
        }
        let away = self.away(true);
        let mut deepest = Depth::default();
        let mut done = std::pin::pin!(doing.join_all());
        let mut all = loop {
            tokio::select! {
                all = &mut done => break all,
                () = tokio::time::sleep(SAMPLE) => {
                    let depths = measure::depths(&self.sites, &away).await;
                    deepest = depths.into_iter().fold(deepest, Depth::max);
                }
            }
        };
        all.sort_by_key(|(place, ..)| *place);
        let month = day * 12 / self.plan.days;
        for (place, sent, did) in all {
            self.note(acts[place], sent, did, law, month);
        }
        let depth = self.calm(&away).await.max(deepest);
        self.months[month].depth = self.months[month].depth.max(depth);
        if law {
            self.law_depth = depth;
        }
        self.gather(month).await;
        self.advance(86_400);
    }

    /// What an act is about: a post that everybody has by now.
    fn about(&self, act: &Act) -> Option<String> {
        let book = match act.place {
            Place::National(group) => &self.books[group],
            Place::Local => &self.local[act.site],
        };
        let among = match act.kind {
            Kind::Topic => return None,
            Kind::Reply if model::to_topic(act.pick) => &book.topics,
            Kind::Reply | Kind::Like => &book.posts,
            Kind::Read if act.pick.is_multiple_of(2) => return None,
            Kind::Read => &book.topics,
        };
        model::fresh(act.pick, among.len()).map(|place| among[place].clone())
    }

    fn note(&mut self, act: Act, sent: i64, did: Did, law: bool, month: usize) {
        match did {
            Did::Wrote(uri) => {
                let book = match act.place {
                    Place::National(group) => &mut self.books[group],
                    Place::Local => &mut self.local[act.site],
                };
                if act.kind == Kind::Topic {
                    book.topics.push(uri.clone());
                }
                book.posts.push(uri.clone());
                if act.place != Place::Local {
                    self.sent.insert(uri, Sent { at: sent, site: act.site, law });
                }
            }
            Did::Read(took) => self.reads.entry(law).or_default().push(took.as_micros() as i64),
            Did::Liked => {}
            Did::Nothing => return,
            // Who wasn't there lacks something until it is delivered.
            Did::Missing(_) if self.sites[act.site].role == Role::Flapping => return,
            Did::Missing(uri) => {
                self.faults.push(format!("{} doesn't have {uri}", self.sites[act.site].app.domain));
            }
        }
        if act.kind != Kind::Read {
            self.months[month].acts += 1;
        }
        *self.done[act.site].entry((act.place == Place::Local, act.kind)).or_default() += 1;
    }

    /// Waits until nothing is left to be done; gives how deep the queues were.
    pub async fn calm(&mut self, away: &BTreeSet<String>) -> Depth {
        let (mut calm, mut deepest) = (0, Depth::default());
        let (mut last, mut moved, mut minutes) = (Vec::new(), Instant::now(), 0);
        loop {
            let depths = measure::depths(&self.sites, away).await;
            deepest = depths.iter().copied().fold(deepest, Depth::max);
            // Twice, since one can hand something on to another that was looked at before.
            calm = if depths.iter().all(Depth::is_calm) { calm + 1 } else { 0 };
            if calm == 2 {
                return deepest;
            }
            if depths != last {
                (last, moved) = (depths, Instant::now());
            } else if calm == 0 && moved.elapsed() > STUCK {
                minutes += 1;
                assert!(minutes < MINUTES, "the queues don't come to rest: {last:?}");
                moved = Instant::now();
                self.late += 1;
                self.advance(60);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Time goes by everywhere.
    pub fn advance(&self, seconds: i64) {
        self.sites.iter().for_each(|site| site.app.clock.advance(seconds));
    }

    /// Reads what was applied where and when, and what was refused.
    async fn gather(&mut self, month: usize) {
        use schema::inbox::dsl;
        let (after, until) = (self.until, self.sites[0].app.clock.now());
        self.until = until;
        let mut found = Vec::new();
        for site in self.sites.iter() {
            let read = site.app.app.db.read(move |tx| {
                let done = dsl::inbox.filter(dsl::done_at.gt(after)).order((dsl::done_at, dsl::id));
                let row = (dsl::kind, dsl::subject, dsl::state, dsl::reason, dsl::done_at.assume_not_null());
                let rows: Vec<(String, String, String, String, Time)> = done.select(row).load(tx.conn)?;
                Ok(rows)
            });
            found.extend(read.await.unwrap().into_iter().map(|row| (site.index, row)));
        }
        for (site, (kind, subject, state, reason, at)) in found {
            let domain = &self.sites[site].app.domain;
            if matches!(state.as_str(), "refused" | "failed") {
                self.faults.push(format!("{domain} {state} {kind} of {subject}: {reason}"));
            }
            let Some(sent) = self.sent.get(&subject).copied() else { continue };
            let to = match kind.as_str() {
                "Create" => To::TheHost,
                // The first about a post says that it was written; others are about likes.
                "Announce" if sent.site != site && self.seen[site].insert(subject) => {
                    To::Site(self.sites[site].role)
                }
                _ => continue,
            };
            self.delay(month, sent, to, at.utc().timestamp_micros());
        }
        for (uri, at) in self.sinks.lately() {
            if let Some(sent) = self.sent.get(&uri).copied() {
                self.delay(month, sent, To::Sinks, at);
            }
        }
    }

    fn delay(&mut self, month: usize, sent: Sent, to: To, at: i64) {
        let took = (at - sent.at).max(0);
        self.delays.entry((sent.law, to)).or_default().push(took);
        if matches!(to, To::Site(Role::Plain)) {
            self.months[month].delays.push(took);
        }
    }

    /// Everybody who isn't dead is there again, and gets what is left, however many days that takes. Tells how many.
    pub async fn finish(&mut self) -> usize {
        for site in self.sites.iter().filter(|site| !site.role.dies()) {
            site.up();
        }
        let away = self.away(false);
        for days in 0..30 {
            self.calm(&self.away(true)).await;
            let left: i64 =
                measure::depths(&self.sites, &away).await.iter().map(|depth| depth.deliveries).sum();
            if left == 0 {
                self.calm(&away).await;
                self.gather(11).await;
                return days;
            }
            self.advance(86_400);
        }
        self.faults.push("who came back didn't get everything within a month".to_owned());
        30
    }

    /// Days without any traffic.
    pub async fn quiet_days(&mut self, days: usize) {
        for _ in 0..days {
            self.advance(86_400);
            self.calm(&self.away(true)).await;
        }
    }

    /// So many acts of one kind at home at one instance, four at a time, until all that follows from them is done.
    pub async fn repeat(&mut self, site: usize, kind: Kind, count: u64) {
        let mut doing = JoinSet::new();
        let mut all = Vec::new();
        let session = self.sites[site].cookie(0).await;
        for n in 0..count {
            let act = Act { at: 0.0, site, pick: (n << 8) | (n % 6), place: Place::Local, kind };
            let (sites, about, cookie) = (Arc::clone(&self.sites), self.about(&act), session.clone());
            doing.spawn(async move { perform(&sites[site], act, about, &cookie).await });
            if doing.len() >= 4 {
                all.extend(doing.join_next().await);
            }
        }
        all.extend(doing.join_all().await.into_iter().map(Ok));
        for did in all {
            if let Did::Wrote(uri) = did.unwrap() {
                let book = &mut self.local[site];
                if kind == Kind::Topic {
                    book.topics.push(uri.clone());
                }
                book.posts.push(uri);
            }
        }
        self.calm(&self.away(true)).await;
    }

    /// How many servers are dead.
    pub fn unreachable(&self) -> usize {
        self.away(false).len()
    }
}

async fn post_at(site: &Site, uri: String) -> Option<PostRow> {
    site.app.app.db.read(move |tx| threads::views::by_uri(tx, &uri)).await.unwrap()
}

async fn perform(site: &Site, act: Act, about: Option<String>, cookie: &str) -> Did {
    let member = &site.people[(act.pick >> 16) as usize % site.people.len()];
    let name = name_at(site.index, act.place);
    let target = match (&about, act.kind) {
        (None, Kind::Topic | Kind::Read) => None,
        (None, _) => return Did::Nothing,
        (Some(uri), _) => match post_at(site, uri.clone()).await {
            Some(post) => Some(post),
            None => return Did::Missing(uri.clone()),
        },
    };
    let wrote = |made: serde_json::Value| Did::Wrote(made["activityPubId"].as_str().unwrap().to_owned());
    match (act.kind, target) {
        (Kind::Read, target) => {
            let path = target.map_or(format!("/g/{name}"), |post| format!("/t/{}", post.thread_id));
            // A third of all readers have signed in.
            let headers = [("accept", "text/html"), ("cookie", cookie)];
            let headers = if act.pick.is_multiple_of(3) { &headers[..] } else { &headers[..1] };
            let began = Instant::now();
            let reply = site.app.send(Method::GET, &path, headers, None).await;
            assert_eq!(reply.status, 200, "{path}: {}", reply.text);
            Did::Read(began.elapsed())
        }
        (Kind::Reply, Some(to)) => {
            let reply = json!({"content": model::text(act.pick, 3), "parentId": to.id});
            wrote(member.post(&format!("/threads/{}/replies", to.thread_id), reply).await.expect(201))
        }
        (Kind::Like, Some(post)) => {
            let liked = member.put(&format!("/posts/{}/reactions/like", post.id), json!({})).await;
            assert!(matches!(liked.status, 200 | 201 | 204), "{}: {}", liked.status, liked.text);
            Did::Liked
        }
        _ => {
            let title = format!("Vraag over een brief ({:x})", act.pick);
            let topic = json!({"title": title, "content": model::text(act.pick, 5)});
            wrote(member.post(&format!("/groups/{name}/threads"), topic).await.expect(201))
        }
    }
}
