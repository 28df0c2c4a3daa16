//! What may pass between this instance and another server: one pure function over rules, for what comes in, what goes out and what
//! we read there ourselves.
//!
//! It is decided in this order, and the first that says something counts:
//! 1. The server as a whole is blocked: `refuse`.
//! 2. Of the rules that reach the question the one that says most exactly what it is about: first by host (the exact name before a
//!    domain above it, a longer domain before a shorter one), then by kind of organisation, group, kind of thing, class, direction. Of two
//!    that say it equally exactly the stricter one.
//! 3. When only a rule about everything was found, an agreement with the server goes before it: whoever agreed something may come.
//! 4. Nothing was found: `allow`.
//!
//! A server that is limited as a whole is hidden at least. Above `openbaar` all this only takes away: what is closed crosses by an agreement
//! and to members alone ([`super::visibility::may_cross`]). What can't be read is taken as it reaches furthest, and refuses.

use std::cmp::Reverse;

use uuid::Uuid;

use super::hosts::deciding;
use super::{Class, PeerState};
use crate::ids::{GroupId, RowId};
use crate::text_enum;

text_enum! {
    /// Which way something goes.
    Direction {
        /// What the other server sends us, and what a host announces of its people.
        In = "in",
        /// What goes there: delivered, or read by it with its signature.
        Out = "out",
        /// What we read there ourselves: actors, posts, pictures.
        Fetch = "fetch",
    }
}

text_enum! {
    /// What a rule does. The order counts: a later effect is stricter.
    Effect {
        /// Nothing stands in the way.
        Allow = "allow",
        /// Posts come without their pictures and files, and none of theirs is fetched.
        NoMedia = "no-media",
        /// Taken, and shown only where one looks for it: not in search results and lists of what is new; joining needs approval.
        Hide = "hide",
        /// They may follow, join and read; what they write isn't taken.
        ReadOnly = "read-only",
        /// What they write waits until a moderator lets it in.
        Hold = "hold",
        /// Nothing passes.
        Refuse = "refuse",
    }
}

text_enum! {
    /// What kind of thing passes. What is none of these (taking back, profiles, answers) is reached by rules without a kind alone.
    Kind {
        /// The first post of a topic.
        Topic = "topic",
        /// A reply.
        Reply = "reply",
        /// A like or dislike.
        Reaction = "reaction",
        /// A report to moderators.
        Report = "report",
        /// Asking to join a group, or to follow a person.
        Join = "join",
    }
}

text_enum! {
    /// What kind of organisation runs a server, as our administrators know it: nothing that it says of itself counts.
    Organisation {
        /// Not known.
        Unknown = "unknown",
        /// A municipality.
        Municipality = "gemeente",
        /// A work-and-income office of municipalities together.
        Werkplein = "werkplein",
        /// A body that carries out national laws, such as UWV or SVB.
        Agency = "uitvoerder",
        /// Central government.
        State = "rijk",
        /// A client council or another body that speaks for people.
        Interest = "belangenorganisatie",
        /// A company.
        Company = "bedrijf",
        /// Private people.
        Private = "particulier",
    }
}

impl Organisation {
    /// The one that a word stands for as it is kept; one that isn't known here is nobody in particular.
    #[must_use]
    pub fn kept(word: &str) -> Self {
        Self::from_word(word).unwrap_or(Self::Unknown)
    }
}

/// What a rule is about. What it doesn't name it leaves open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// A host, or a domain with all names below it.
    pub host: Option<String>,
    /// The kind of organisation.
    pub organisation: Option<Organisation>,
    /// One group.
    pub group: Option<GroupId>,
    /// One kind of thing.
    pub kind: Option<Kind>,
    /// Groups of this class.
    pub class: Option<Class>,
    /// One direction.
    pub direction: Option<Direction>,
}

/// A rule that counts now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its row.
    pub id: RowId,
    /// What it is about.
    pub scope: Scope,
    /// What it does.
    pub effect: Effect,
}

/// What is known here of another server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server {
    /// What was decided about it as a whole.
    pub state: PeerState,
    /// Who runs it.
    pub organisation: Organisation,
    /// There is an agreement with it that counts now.
    pub partner: bool,
}

impl Server {
    /// A server of which nothing is known.
    pub const STRANGER: Self =
        Self { state: PeerState::Open, organisation: Organisation::Unknown, partner: false };
}

/// What is about to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passing {
    /// Which way.
    pub direction: Direction,
    /// The group that it is about, if one is, and its class.
    pub ground: Option<(GroupId, Class)>,
    /// What kind of thing it is, if it is one of those.
    pub kind: Option<Kind>,
}

impl Passing {
    /// Anything at all in a direction: what no rule about groups or kinds of things reaches.
    pub const fn anything(direction: Direction) -> Self {
        Self { direction, ground: None, kind: None }
    }
}

/// What decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The server as a whole is blocked or limited.
    Server,
    /// A rule.
    Rule(RowId),
    /// An agreement went before a rule about everything.
    Agreement,
    /// No rule reaches it.
    Nothing,
}

/// What happens with what is about to pass, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// What happens.
    pub effect: Effect,
    /// Why.
    pub because: Because,
    /// It is hidden, whatever else happens with it.
    pub hidden: bool,
}

impl Answer {
    /// Nothing stands in the way.
    pub const FREE: Self = Self::new(Effect::Allow, Because::Nothing);

    /// An answer by its effect.
    #[must_use]
    pub const fn new(effect: Effect, because: Because) -> Self {
        Self { effect, because, hidden: matches!(effect, Effect::Hide) }
    }

    /// Nothing passes between here and a server of which nothing was read.
    pub const UNREAD: Self = Self::new(Effect::Refuse, Because::Nothing);

    /// The stricter of two; hidden when either is.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        let stricter = if other.effect > self.effect { other } else { self };
        Self { hidden: self.hidden || other.hidden, ..stricter }
    }

    /// Whether nothing passes.
    #[must_use]
    pub fn refuses(self) -> bool {
        self.effect == Effect::Refuse
    }

    /// The same in the words for a server as a whole.
    #[must_use]
    pub fn as_state(self) -> PeerState {
        match self.effect {
            Effect::Refuse => PeerState::Blocked,
            _ if self.hidden => PeerState::Limited,
            Effect::Hide | Effect::Allow | Effect::NoMedia | Effect::ReadOnly | Effect::Hold => {
                PeerState::Open
            }
        }
    }
}

/// How exactly a rule says what it is about; the greater goes first.
type Exactness = (usize, bool, bool, bool, bool, bool);

impl Scope {
    /// Whether it says nothing: a rule about everything.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// How exactly it says what it is about when it reaches this; `None` when it doesn't.
    fn reaches(&self, names: &[String], server: Server, passing: Passing) -> Option<Exactness> {
        let host = match &self.host {
            // `names` begins with the exact one.
            Some(host) => names.len() - names.iter().position(|name| name == host)?,
            None => 0,
        };
        let fits = self.organisation.is_none_or(|kind| kind == server.organisation)
            && self.group.is_none_or(|group| passing.ground.is_some_and(|(about, _)| about == group))
            && self.kind.is_none_or(|kind| passing.kind == Some(kind))
            && self.class.is_none_or(|class| passing.ground.is_some_and(|(_, about)| about == class))
            && self.direction.is_none_or(|direction| direction == passing.direction);
        fits.then_some((
            host,
            self.organisation.is_some(),
            self.group.is_some(),
            self.kind.is_some(),
            self.class.is_some(),
            self.direction.is_some(),
        ))
    }
}

/// Whether something may pass between this instance and a host, and how. See the head of this file for the order.
#[must_use]
pub fn judge(rules: &[Rule], host: &str, server: Server, passing: Passing) -> Answer {
    if server.state == PeerState::Blocked {
        return Answer::new(Effect::Refuse, Because::Server);
    }
    let names = if rules.is_empty() { Vec::new() } else { deciding(host) };
    let reaching = rules.iter().filter_map(|rule| Some((rule.scope.reaches(&names, server, passing)?, rule)));
    let found = reaching.min_by_key(|(exactness, rule)| (Reverse(*exactness), Reverse(rule.effect), rule.id));
    let answer = match found {
        Some((_, rule)) if server.partner && rule.scope.is_everything() => {
            Answer::new(Effect::Allow, Because::Agreement)
        }
        Some((_, rule)) => Answer::new(rule.effect, Because::Rule(rule.id)),
        None => Answer::FREE,
    };
    match (server.state, answer.effect) {
        (PeerState::Limited, Effect::Allow) => Answer::new(Effect::Hide, Because::Server),
        // It takes nothing away from what a rule does.
        (PeerState::Limited, _) => Answer { hidden: true, ..answer },
        (PeerState::Open | PeerState::Blocked, _) => answer,
    }
}

/// Why nothing at all passes one way between this instance and a host, if nothing does: what is asked before it is known what something is
/// about. A rule about a group, a kind or a class that would let it pass leaves the door open; what came in is judged again then.
#[must_use]
pub fn shut(rules: &[Rule], host: &str, server: Server, direction: Direction) -> Option<Answer> {
    let answer = judge(rules, host, server, Passing::anything(direction));
    if !answer.refuses() || answer.because == Because::Server {
        return answer.refuses().then_some(answer);
    }
    let opens = |rule: &Rule| {
        let Scope { group, kind, class, .. } = rule.scope;
        let passes = |ground| !judge(rules, host, server, Passing { direction, ground, kind }).refuses();
        if group.is_none() && class.is_none() {
            return kind.is_some() && passes(None);
        }
        // Any group will do where the rule names none, and any class.
        let group = group.unwrap_or(GroupId(Uuid::nil()));
        let classes = Class::ALL.iter().copied().filter(|one| class.is_none_or(|class| class == *one));
        classes.into_iter().any(|class| passes(Some((group, class))))
    };
    (!rules.iter().any(opens)).then_some(answer)
}

/// What rules say about what somebody elsewhere does in a group, by kind: for a standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effects {
    /// Of what is none of the kinds.
    pub other: Answer,
    kinds: [Answer; 5],
}

impl Effects {
    /// Nothing stands in the way.
    pub const FREE: Self = Self { other: Answer::FREE, kinds: [Answer::FREE; 5] };

    /// Asks for each kind.
    pub fn of(judge: impl Fn(Option<Kind>) -> Answer) -> Self {
        let on = |kind| judge(Some(kind));
        let kinds = [Kind::Topic, Kind::Reply, Kind::Reaction, Kind::Report, Kind::Join].map(on);
        Self { other: judge(None), kinds }
    }

    /// What is said of one kind.
    #[must_use]
    pub fn on(&self, kind: Option<Kind>) -> Answer {
        let [topic, reply, reaction, report, join] = self.kinds;
        match kind {
            None => self.other,
            Some(Kind::Topic) => topic,
            Some(Kind::Reply) => reply,
            Some(Kind::Reaction) => reaction,
            Some(Kind::Report) => report,
            Some(Kind::Join) => join,
        }
    }

    /// Whether nothing passes, of whatever kind it is.
    #[must_use]
    pub fn refuse_all(&self) -> bool {
        self.other.refuses() && self.kinds.iter().all(|answer| answer.refuses())
    }

    /// The stricter of two, kind by kind.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        Self::of(|kind| self.on(kind).stricter(other.on(kind)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMING: Passing = Passing::anything(Direction::In);

    fn rule(effect: Effect, scope: Scope) -> Rule {
        Rule { id: RowId::fresh(), scope, effect }
    }

    fn about(host: &str) -> Scope {
        Scope { host: Some(host.to_owned()), ..Scope::default() }
    }

    #[test]
    fn the_most_exact_rule_decides_and_of_equals_the_stricter() {
        let group = GroupId::fresh();
        let in_group = Scope { group: Some(group), ..Scope::default() };
        let rules = [
            rule(Effect::Refuse, about("example")),
            rule(Effect::Allow, about("b.example")),
            rule(Effect::Hold, about("a.b.example")),
            rule(Effect::NoMedia, Scope { direction: Some(Direction::In), ..about("c.example") }),
            rule(Effect::ReadOnly, Scope { direction: Some(Direction::In), ..about("c.example") }),
            rule(Effect::Hide, Scope { organisation: Some(Organisation::Company), ..Scope::default() }),
            rule(Effect::Hold, in_group),
        ];
        let ground = Some((group, Class::Openbaar));
        let company = Server { organisation: Organisation::Company, ..Server::STRANGER };
        let out = Passing::anything(Direction::Out);
        for (host, server, passing, expected) in [
            ("x.b.example", Server::STRANGER, COMING, Effect::Allow),
            ("a.b.example:8080", Server::STRANGER, COMING, Effect::Hold),
            ("c.example", Server::STRANGER, COMING, Effect::ReadOnly),
            ("c.example", Server::STRANGER, out, Effect::Allow),
            ("d.test", Server::STRANGER, COMING, Effect::Allow),
            ("d.test", company, COMING, Effect::Hide),
            ("d.test", company, Passing { ground, ..COMING }, Effect::Hide),
            ("d.test", Server::STRANGER, Passing { ground, ..COMING }, Effect::Hold),
            ("b.example", Server::STRANGER, Passing { ground, ..COMING }, Effect::Allow),
        ] {
            assert_eq!(
                judge(&rules, host, server, passing).effect,
                expected,
                "{host} {server:?} {passing:?}"
            );
        }
    }

    #[test]
    fn a_door_stays_open_for_what_a_narrower_rule_lets_pass() {
        let group = GroupId::fresh();
        let everything = rule(Effect::Refuse, Scope::default());
        let here = rule(Effect::Hold, Scope { group: Some(group), ..Scope::default() });
        let shut_to =
            |rules: &[Rule], host: &str, direction| shut(rules, host, Server::STRANGER, direction).is_some();
        assert!(shut_to(std::slice::from_ref(&everything), "a.example", Direction::In));
        let both = [everything.clone(), here.clone()];
        assert!(!shut_to(&both, "a.example", Direction::In));
        // What names the host goes before what names the group.
        let named = [rule(Effect::Refuse, about("a.example")), here.clone()];
        assert!(shut_to(&named, "a.example", Direction::In));
        assert!(!shut_to(&named, "b.example", Direction::In));
        let coming = Scope { direction: Some(Direction::In), ..here.scope };
        let both = [everything, rule(Effect::Allow, coming)];
        assert!(!shut_to(&both, "a.example", Direction::In) && shut_to(&both, "a.example", Direction::Out));
    }

    #[test]
    fn a_list_of_who_may_come_lets_partners_in_and_nobody_past_a_block() {
        let rules = [rule(Effect::Refuse, Scope::default()), rule(Effect::Allow, about("friend.example"))];
        let effect = |host: &str, server| judge(&rules, host, server, COMING).effect;
        let partner = Server { partner: true, ..Server::STRANGER };
        assert_eq!(effect("friend.example", Server::STRANGER), Effect::Allow);
        assert_eq!(effect("other.example", Server::STRANGER), Effect::Refuse);
        assert_eq!(effect("other.example", partner), Effect::Allow);
        let limited = Server { state: PeerState::Limited, ..Server::STRANGER };
        assert_eq!(effect("friend.example", limited), Effect::Hide);
        let no_media = [rule(Effect::NoMedia, about("friend.example"))];
        let both = judge(&no_media, "friend.example", limited, COMING);
        assert!(both.hidden && both.effect == Effect::NoMedia);
        for host in ["friend.example", "other.example"] {
            assert_eq!(effect(host, Server { state: PeerState::Blocked, ..partner }), Effect::Refuse);
        }
    }
}
