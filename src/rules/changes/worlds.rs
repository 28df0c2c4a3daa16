//! The rules and the servers as they are, and as they would be after a change.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use diesel::prelude::*;
use uuid::Uuid;

use super::Change;
use crate::agreements;
use crate::db::{Tx, VALUES, among, schema};
use crate::error::Result;
use crate::ids::{GroupId, RowId};
use crate::policy::federation::{Direction, Effect, Kind, Organisation, Passing, Rule, Scope, Server, judge};
use crate::policy::hosts::deciding;
use crate::policy::{Class, PeerState};
use crate::rules::{Known, RuleRow, known_of_all, views};

/// A group of which nothing is said: it stands for all of its class.
const ANY: GroupId = GroupId(Uuid::nil());

/// By group: its class.
pub(super) type Classes = BTreeMap<GroupId, Class>;

/// The classes of these groups; those that are gone are left out.
pub(super) fn classes(tx: &mut Tx<'_>, groups: impl IntoIterator<Item = GroupId>) -> Result<Classes> {
    use schema::groups::dsl;
    let groups: BTreeSet<GroupId> = groups.into_iter().collect();
    let groups: Vec<GroupId> = groups.into_iter().collect();
    let mut found = Classes::new();
    for some in groups.chunks(VALUES) {
        let query = dsl::groups.filter(among(dsl::id, some.iter().copied())).select((dsl::id, dsl::class));
        found.extend(query.load::<(GroupId, Class)>(tx.conn)?);
    }
    Ok(found)
}

/// What counts for all servers at one moment.
#[derive(Debug, Default)]
struct World {
    /// Rules that name no host.
    general: Vec<Rule>,
    /// The others, by the host or domain that they name.
    by_host: BTreeMap<String, Vec<Rule>>,
    known: Known,
}

impl World {
    fn new(rules: &[Rule], known: Known) -> Self {
        let mut world = Self { known, ..Self::default() };
        for rule in rules {
            let place = match &rule.scope.host {
                Some(host) => world.by_host.entry(host.clone()).or_default(),
                None => &mut world.general,
            };
            place.push(rule.clone());
        }
        world
    }

    /// What counts for one server, known by these names.
    fn place(&self, names: &[String], partner: bool) -> Place {
        let mut rules = self.general.clone();
        rules.extend(names.iter().filter_map(|name| self.by_host.get(name)).flatten().cloned());
        let decided = || names.iter().filter_map(|name| self.known.get(name));
        let state = decided().map(|(state, _)| *state).max().unwrap_or(PeerState::Open);
        let organisation = decided().map(|(_, kind)| *kind).find(|kind| *kind != Organisation::Unknown);
        let organisation = organisation.unwrap_or(Organisation::Unknown);
        Place { rules, server: Server { state, organisation, partner } }
    }
}

/// What counts for one server at one moment.
#[derive(Debug)]
struct Place {
    rules: Vec<Rule>,
    server: Server,
}

impl Place {
    fn effect(&self, host: &str, passing: Passing) -> Effect {
        judge(&self.rules, host, self.server, passing).effect
    }

    /// Whether nothing goes one way or the other.
    fn is_shut(&self, host: &str) -> bool {
        [Direction::In, Direction::Out]
            .into_iter()
            .any(|direction| self.effect(host, Passing::anything(direction)) == Effect::Refuse)
    }
}

/// A server that a change concerns.
#[derive(Debug)]
pub(super) struct Host {
    name: String,
    before: Place,
    after: Place,
}

impl Host {
    /// What is done with something that is of one of these kinds, and what would be; the strictest counts.
    pub(super) fn judged(
        &self,
        direction: Direction,
        ground: Option<(GroupId, Class)>,
        kinds: &[Option<Kind>],
    ) -> (Effect, Effect) {
        let strictest = |place: &Place| {
            let passing = |kind: &Option<Kind>| Passing { direction, ground, kind: *kind };
            let effects = kinds.iter().map(|kind| place.effect(&self.name, passing(kind)));
            effects.max().unwrap_or(Effect::Refuse)
        };
        (strictest(&self.before), strictest(&self.after))
    }

    /// Whether nothing would go one way or the other any more.
    pub(super) fn closes(&self) -> bool {
        !self.before.is_shut(&self.name) && self.after.is_shut(&self.name)
    }

    fn moves(&self, passing: Passing) -> bool {
        self.before.effect(&self.name, passing) != self.after.effect(&self.name, passing)
    }

    /// Whether the server is of such an organisation, before or after.
    fn is_of(&self, kind: Organisation) -> bool {
        [&self.before, &self.after].into_iter().any(|place| place.server.organisation == kind)
    }
}

/// What a change is about.
#[derive(Debug, Default)]
struct Touched {
    /// Servers about which something is decided.
    servers: BTreeSet<String>,
    /// What rules that come or go are about, by the host that they name.
    scopes: BTreeMap<Option<String>, Vec<Scope>>,
}

impl Touched {
    fn add(&mut self, scope: Scope) {
        self.scopes.entry(scope.host.clone()).or_default().push(scope);
    }
}

/// See the head of this file.
#[derive(Debug)]
pub(super) struct Worlds {
    before: World,
    after: World,
    touched: Touched,
    /// All servers that the change could concern.
    hosts: BTreeSet<String>,
    /// Those with which something is agreed that counts.
    partners: BTreeSet<String>,
    /// The groups that rules name.
    groups: Classes,
}

impl Worlds {
    /// Reads what counts now, and makes of it what would count.
    pub(super) fn of(tx: &mut Tx<'_>, changes: &[Change]) -> Result<Self> {
        let now: Vec<Rule> = views::counting(tx)?.iter().map(RuleRow::rule).collect();
        let known = known_of_all(tx)?;
        let mut touched = Touched::default();
        let (rules, later) = applied(&now, &known, changes, &mut touched);
        let groups = classes(tx, now.iter().chain(&rules).filter_map(|rule| rule.scope.group))?;
        let agreed: Vec<String> = schema::agreements::table.select(schema::agreements::host).load(tx.conn)?;
        // Agreements matter only where a rule about everything keeps servers out.
        let partners = if now.iter().chain(&rules).any(|rule| rule.scope.is_everything()) {
            agreements::ceilings(tx, agreed.iter().map(String::as_str))?
        } else {
            BTreeMap::new()
        };
        let mut hosts: BTreeSet<String> = known.keys().cloned().collect();
        hosts.extend(touched.servers.iter().cloned());
        hosts.extend(touched.scopes.keys().flatten().cloned());
        hosts.extend(agreed);
        hosts.extend(tied(tx)?);
        Ok(Self {
            before: World::new(&now, known),
            after: World::new(&rules, later),
            touched,
            hosts,
            partners: partners.into_keys().collect(),
            groups,
        })
    }

    /// The servers with which anything at all would pass otherwise, by name.
    pub(super) fn concerned(&self) -> BTreeMap<String, Host> {
        let grid = self.grid();
        let mut found = BTreeMap::new();
        for name in &self.hosts {
            let names = deciding(name);
            let decided = names.iter().any(|name| self.touched.servers.contains(name));
            let keys = iter::once(None).chain(names.iter().cloned().map(Some));
            let scopes: Vec<&Scope> =
                keys.filter_map(|key| self.touched.scopes.get(&key)).flatten().collect();
            if !decided && scopes.is_empty() {
                continue;
            }
            let partner = self.partners.contains(name);
            let host = Host {
                name: name.clone(),
                before: self.before.place(&names, partner),
                after: self.after.place(&names, partner),
            };
            let reaching =
                scopes.into_iter().filter(|scope| scope.organisation.is_none_or(|kind| host.is_of(kind)));
            // What the rules themselves are about goes first: that nearly always tells.
            let first: Vec<Passing> = reaching.map(|scope| self.passing(scope)).collect();
            let reached = decided || !first.is_empty();
            if reached && first.iter().chain(&grid).any(|passing| host.moves(*passing)) {
                found.insert(name.clone(), host);
            }
        }
        found
    }

    /// Something that a rule is about.
    fn passing(&self, scope: &Scope) -> Passing {
        let group =
            scope.group.map(|group| (group, self.groups.get(&group).copied().unwrap_or(Class::Lokaal)));
        Passing {
            direction: scope.direction.unwrap_or(Direction::In),
            ground: group.or(scope.class.map(|class| (ANY, class))),
            kind: scope.kind,
        }
    }

    /// One of everything that rules tell apart.
    fn grid(&self) -> Vec<Passing> {
        let classes = Class::ALL.iter().map(|class| Some((ANY, *class)));
        let groups = self.groups.iter().map(|(group, class)| Some((*group, *class)));
        let grounds: Vec<Option<(GroupId, Class)>> = iter::once(None).chain(classes).chain(groups).collect();
        let kinds: Vec<Option<Kind>> =
            iter::once(None).chain(Kind::ALL.iter().map(|kind| Some(*kind))).collect();
        let mut grid = Vec::new();
        for direction in Direction::ALL {
            for kind in &kinds {
                grid.extend(grounds.iter().map(|ground| Passing {
                    direction: *direction,
                    ground: *ground,
                    kind: *kind,
                }));
            }
        }
        grid
    }
}

/// The rules and what is known of servers, as they would be.
fn applied(now: &[Rule], known: &Known, changes: &[Change], touched: &mut Touched) -> (Vec<Rule>, Known) {
    const NOTHING: (PeerState, Organisation) = (PeerState::Open, Organisation::Unknown);
    let (mut rules, mut later) = (now.to_vec(), known.clone());
    let mut ended: BTreeSet<RowId> = BTreeSet::new();
    for change in changes {
        match change {
            Change::AddRule { rule } => {
                touched.add(rule.scope());
                rules.push(Rule { id: RowId::fresh(), scope: rule.scope(), effect: rule.effect });
            }
            Change::EndRule { id } => {
                ended.insert(*id);
            }
            Change::SetServer { host, state } => {
                touched.servers.insert(host.clone());
                later.entry(host.clone()).or_insert(NOTHING).0 = *state;
            }
            Change::SetOrganisation { host, organisation } => {
                touched.servers.insert(host.clone());
                later.entry(host.clone()).or_insert(NOTHING).1 = *organisation;
            }
        }
    }
    for rule in now.iter().filter(|rule| ended.contains(&rule.id)) {
        touched.add(rule.scope.clone());
    }
    rules.retain(|rule| !ended.contains(&rule.id));
    (rules, later)
}

/// The servers whose people and ours belong to each other's groups, or follow each other.
fn tied(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    use schema::{actors, follows, memberships};
    let members = actors::id.eq_any(memberships::table.select(memberships::person_id));
    let groups = actors::id.eq_any(memberships::table.select(memberships::group_id));
    let followers = actors::id.eq_any(follows::table.select(follows::follower_id));
    let followed = actors::id.eq_any(follows::table.select(follows::target_id));
    let query = actors::table
        .filter(actors::local.eq(false))
        .filter(members.or(groups).or(followers).or(followed))
        .select(actors::host)
        .distinct();
    Ok(query.load(tx.conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Draft;

    fn draft(effect: Effect, host: Option<&str>) -> Change {
        let host = host.map(str::to_owned);
        let rule = Draft {
            effect,
            host,
            organisation: None,
            group: None,
            kind: Some(Kind::Reply),
            class: None,
            direction: None,
            until: None,
            reason: "x".to_owned(),
        };
        Change::AddRule { rule }
    }

    fn worlds(now: &[Rule], hosts: &[&str], changes: &[Change]) -> Worlds {
        let known: Known =
            hosts.iter().map(|host| ((*host).to_owned(), (PeerState::Open, Organisation::Unknown))).collect();
        let mut touched = Touched::default();
        let (rules, later) = applied(now, &known, changes, &mut touched);
        Worlds {
            before: World::new(now, known),
            after: World::new(&rules, later),
            touched,
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            partners: BTreeSet::new(),
            groups: Classes::new(),
        }
    }

    #[test]
    fn only_those_are_concerned_with_whom_something_would_pass_otherwise() {
        let hosts = ["a.example", "sub.a.example:8080", "b.example"];
        let concerned = |now: &[Rule], changes: &[Change]| -> Vec<String> {
            worlds(now, &hosts, changes).concerned().into_keys().collect()
        };
        let block = Change::SetServer { host: "a.example".to_owned(), state: PeerState::Blocked };
        assert_eq!(concerned(&[], std::slice::from_ref(&block)), ["a.example", "sub.a.example:8080"]);
        assert_eq!(concerned(&[], &[draft(Effect::Hold, Some("b.example"))]), ["b.example"]);
        assert_eq!(concerned(&[], &[draft(Effect::Hold, None)]).len(), 3);
        // One that is more exact stands in the way.
        let exact = Scope { host: Some("b.example".to_owned()), ..Scope::default() };
        let exact = Rule { id: RowId::fresh(), scope: exact, effect: Effect::Allow };
        assert_eq!(concerned(&[exact], &[draft(Effect::Hold, None)]), ["a.example", "sub.a.example:8080"]);
        let closing = worlds(&[], &hosts, &[block]).concerned();
        assert!(closing.values().all(Host::closes));
        let held = worlds(&[], &hosts, &[draft(Effect::Hold, None)]).concerned();
        assert!(!held.values().any(Host::closes));
        let about = |kind| held["b.example"].judged(Direction::In, None, &[kind]);
        assert_eq!(about(Some(Kind::Reply)), (Effect::Allow, Effect::Hold));
        assert_eq!(about(Some(Kind::Topic)), (Effect::Allow, Effect::Allow));
    }
}
