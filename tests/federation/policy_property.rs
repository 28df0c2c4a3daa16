//! What must hold of the rules about other servers whatever they are: made-up sets of them, asked about made-up servers and things. The
//! same ones in every run; what fails is told with all that it takes to try it again.

use vakplein::clock::Clock;
use vakplein::ids::{GroupId, RowId};
use vakplein::policy::federation::{
    Answer, Because, Direction, Effect, Kind, Organisation, Passing, Rule, Scope, Server, judge, shut,
};
use vakplein::policy::visibility::may_cross;
use vakplein::policy::{Class, Destination, PeerState};
use vakplein::rules::RuleRow;

/// Sets of rules that are made up.
const SETS: usize = 400;
/// Questions to each of them.
const QUESTIONS: usize = 60;
/// Hosts that rules name and that are asked about: one below the other, with a port, and one that has nothing to do with them.
const HOSTS: [&str; 6] =
    ["example.test", "a.example.test", "b.a.example.test", "a.example.test:8080", "elders.test", "localhost"];
/// Words that no version of this program knows.
const STRANGE: [&str; 4] = ["misschien", "", "REFUSE", "allow "];

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }

    /// One of these, one time in three.
    fn maybe<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        (self.roll(3) == 0).then(|| self.one(of))
    }

    /// The same in another order.
    fn shuffled<T>(&mut self, mut all: Vec<T>) -> Vec<T> {
        for at in (1..all.len()).rev() {
            all.swap(at, self.roll(at + 1));
        }
        all
    }
}

/// Rules as they are kept, and the groups that they are about.
struct Set {
    rows: Vec<RuleRow>,
    groups: Vec<GroupId>,
}

impl Set {
    fn new(dice: &mut Dice) -> Self {
        let groups: Vec<GroupId> = (0..3).map(|_| GroupId::fresh()).collect();
        let many = dice.roll(12);
        let rows = (0..many).map(|_| row(dice, &groups)).collect();
        Self { rows, groups }
    }

    fn rules(&self) -> Vec<Rule> {
        self.rows.iter().map(RuleRow::rule).collect()
    }
}

/// A rule as it is kept. One in eight is about everything.
fn row(dice: &mut Dice, groups: &[GroupId]) -> RuleRow {
    let everything = dice.roll(8) == 0;
    let word = |known: Option<&'static str>| known.filter(|_| !everything).map(str::to_owned);
    RuleRow {
        id: RowId::fresh(),
        effect: dice.one(Effect::ALL).word().to_owned(),
        host: word(dice.maybe(&HOSTS)),
        organisation: word(dice.maybe(Organisation::ALL).map(Organisation::word)),
        group_id: dice.maybe(groups).filter(|_| !everything),
        kind: word(dice.maybe(Kind::ALL).map(Kind::word)),
        class: word(dice.maybe(Class::ALL).map(Class::word)),
        direction: word(dice.maybe(Direction::ALL).map(Direction::word)),
        until: None,
        reason: "Verzonnen".to_owned(),
        by_id: None,
        created_at: Clock::system().now(),
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
struct Question {
    host: &'static str,
    server: Server,
    passing: Passing,
}

impl Question {
    fn new(dice: &mut Dice, set: &Set) -> Self {
        let server = Server {
            state: dice.one(PeerState::ALL),
            organisation: dice.one(Organisation::ALL),
            partner: dice.roll(2) == 0,
        };
        let (group, class) = (dice.one(&set.groups), dice.one(Class::ALL));
        let ground = (dice.roll(4) > 0).then_some((group, class));
        let passing = Passing { direction: dice.one(Direction::ALL), ground, kind: dice.maybe(Kind::ALL) };
        Self { host: dice.one(&HOSTS), server, passing }
    }

    fn answer(self, rules: &[Rule]) -> Answer {
        judge(rules, self.host, self.server, self.passing)
    }
}

/// Asks all questions to all sets; `check` says what is wrong, if anything.
fn for_all(seed: u64, check: impl Fn(&mut Dice, &Set, Question) -> Option<String>) {
    let mut dice = Dice(seed);
    for _ in 0..SETS {
        let set = Set::new(&mut dice);
        for _ in 0..QUESTIONS {
            let asked = Question::new(&mut dice, &set);
            if let Some(wrong) = check(&mut dice, &set, asked) {
                panic!("seed {seed}: {wrong}\n{asked:#?}\n{:#?}", set.rows);
            }
        }
    }
}

#[test]
fn no_rules_let_a_class_above_the_ceiling_out() {
    for_all(1, |dice, set, asked| {
        let answer = asked.answer(&set.rules());
        let (ceiling, member) = (dice.one(Class::ALL), dice.roll(2) == 0);
        let host = asked.host.to_owned();
        // The rules as the edge hands them on: in the words for a server as a whole.
        let state = answer.as_state().max(asked.server.state);
        let to = Destination::Peer { host, state, ceiling, member };
        let crosses = |class: Class| !answer.refuses() && may_cross(class, &to);
        let above = Class::ALL.iter().copied().filter(|class| *class > Class::Openbaar);
        let out: Vec<Class> = above.filter(|class| crosses(*class)).collect();
        let right = out.iter().all(|class| member && *class <= ceiling && *class < Class::Lokaal);
        if crosses(Class::Lokaal) || !right {
            return Some(format!("{out:?} crosses to {to:?}"));
        }
        let refused = answer.refuses() && Class::ALL.iter().any(|class| may_cross(*class, &to));
        refused.then(|| format!("what is refused still crosses to {to:?}"))
    });
}

#[test]
fn a_blocked_server_gets_and_gives_nothing_whatever_the_rules_say() {
    for_all(2, |_dice, set, asked| {
        let answer = asked.answer(&set.rules());
        match asked.server.state {
            PeerState::Blocked => (answer != Answer::new(Effect::Refuse, Because::Server))
                .then(|| format!("blocked, and {answer:?}")),
            PeerState::Limited => (answer.effect == Effect::Allow || !answer.hidden)
                .then(|| format!("limited, and only {answer:?}")),
            PeerState::Open => None,
        }
    });
}

#[test]
fn a_rule_that_refuses_never_lets_more_pass() {
    for_all(3, |dice, set, asked| {
        let before = asked.answer(&set.rules());
        let mut refuses = row(dice, &set.groups);
        refuses.effect = Effect::Refuse.word().to_owned();
        let mut rules = set.rules();
        rules.push(refuses.rule());
        let after = asked.answer(&rules);
        (after.effect < before.effect).then(|| format!("{before:?} became {after:?} by {refuses:?}"))
    });
}

#[test]
fn a_rule_that_says_exactly_what_it_is_about_decides() {
    for_all(4, |dice, set, asked| {
        let Passing { direction, ground, kind } = asked.passing;
        let scope = Scope {
            host: Some(asked.host.to_owned()),
            organisation: Some(asked.server.organisation),
            group: ground.map(|(group, _)| group),
            kind,
            class: ground.map(|(_, class)| class),
            direction: Some(direction),
        };
        let exact = Rule { id: RowId::fresh(), scope, effect: Effect::Refuse };
        let mut rules = set.rules();
        rules.push(exact);
        let answer = asked.answer(&rules);
        if !answer.refuses() {
            return Some(format!("refused exactly, and {answer:?}"));
        }
        // About another host, however exactly it speaks of it, it says nothing.
        let names = vakplein::policy::hosts::deciding(asked.host);
        let other = dice.one(&HOSTS);
        let mut foreign = set.rules();
        let scope = Scope { host: Some(other.to_owned()), ..Scope::default() };
        foreign.push(Rule { id: RowId::fresh(), scope, effect: Effect::Refuse });
        let reaches = names.iter().any(|name| name == other);
        let (before, after) = (asked.answer(&set.rules()), asked.answer(&foreign));
        (!reaches && before != after).then(|| format!("a rule about {other} made {before:?} {after:?}"))
    });
}

#[test]
fn what_cannot_be_read_never_lets_more_pass() {
    for_all(5, |dice, set, asked| {
        let strange = dice.one(&STRANGE).to_owned();
        let mut odd = row(dice, &set.groups);
        let field = dice.roll(5);
        match field {
            0 => odd.effect = strange,
            1 => odd.organisation = Some(strange),
            2 => odd.kind = Some(strange),
            3 => odd.class = Some(strange),
            _ => odd.direction = Some(strange),
        }
        let rule = odd.rule();
        if rule.effect != Effect::Refuse {
            return Some(format!("{odd:?} is read as {rule:?}"));
        }
        // It reaches whatever it would with any word there.
        let mut open = odd.clone();
        match field {
            0 => open.effect = Effect::Refuse.word().to_owned(),
            1 => open.organisation = None,
            2 => open.kind = None,
            3 => open.class = None,
            _ => open.direction = None,
        }
        if open.rule().scope != rule.scope {
            return Some(format!("{odd:?} is read as {rule:?}"));
        }
        let before = asked.answer(&set.rules());
        let mut rules = set.rules();
        rules.push(rule);
        let after = asked.answer(&rules);
        (after.effect < before.effect).then(|| format!("{before:?} became {after:?} by {odd:?}"))
    });
}

#[test]
fn the_order_in_which_rules_were_made_decides_nothing() {
    for_all(6, |dice, set, asked| {
        let answer = asked.answer(&set.rules());
        let other = asked.answer(&dice.shuffled(set.rules()));
        if answer != other {
            return Some(format!("{answer:?} became {other:?} in another order"));
        }
        // Nor does how old they are: the same rules made anew do the same, though another of two equal ones may be named.
        let fresh = |rule: Rule| Rule { id: RowId::fresh(), ..rule };
        let anew: Vec<Rule> = dice.shuffled(set.rules()).into_iter().map(fresh).collect();
        let anew = asked.answer(&anew);
        (answer.effect != anew.effect).then(|| format!("{answer:?} became {anew:?} when made anew"))
    });
}

#[test]
fn where_the_door_is_shut_nothing_passes() {
    for_all(8, |_dice, set, asked| {
        let rules = set.rules();
        let door = shut(&rules, asked.host, asked.server, asked.passing.direction);
        let answer = asked.answer(&rules);
        (door.is_some() && !answer.refuses()).then(|| format!("shut by {door:?}, and {answer:?}"))
    });
}

#[test]
fn an_agreement_goes_before_rules_about_everything_alone() {
    for_all(7, |_dice, set, asked| {
        let mut rules = set.rules();
        rules.retain(|rule| rule.scope.is_everything());
        let partner = Server { partner: true, ..asked.server };
        let alone = judge(&rules, asked.host, partner, asked.passing);
        let free = asked.server.state == PeerState::Open;
        if free && alone.effect != Effect::Allow {
            return Some(format!("whoever agreed something is kept out by {alone:?}"));
        }
        // Any rule that names something decides as without the agreement.
        let [with, without] = [true, false].map(|partner| {
            judge(&set.rules(), asked.host, Server { partner, ..asked.server }, asked.passing)
        });
        let about_all = |answer: Answer| match answer.because {
            Because::Rule(id) => set.rules().iter().any(|rule| rule.id == id && rule.scope.is_everything()),
            Because::Server | Because::Agreement | Because::Nothing => false,
        };
        // What a limited server is hidden by hides which rule was found.
        let tells = free && !about_all(without);
        (tells && with != without).then(|| format!("{without:?} became {with:?} by an agreement"))
    });
}
