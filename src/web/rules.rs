//! Federation rules in plain sentences, for readers who know nothing of federation.
//!
//! Each sentence is one text of the language, chosen by what the rule does and which way; whom it is about, what and where are parts
//! that fit into it wherever the language puts them. How a rule is kept and when it counts is `crate::rules`'.

use std::collections::HashMap;

use crate::clock::Time;
use crate::db::Tx;
use crate::error::Result;
use crate::groups::face;
use crate::ids::{GroupId, RowId};
use crate::locale::Texts;
use crate::policy::Viewer;
use crate::policy::federation::{Direction, Effect, Kind, Scope};
use crate::rules::changes::Change;
use crate::rules::{Draft, RuleRow};

/// Titles of groups that rules name, as far as the reader may know of these.
pub type Titles = HashMap<GroupId, String>;

/// Reads the titles of these groups. Those that the reader may not know of are left out: sentences then say that it is a closed one.
///
/// # Errors
/// Only when the database does.
pub fn titles(tx: &mut Tx<'_>, viewer: Viewer, named: impl IntoIterator<Item = GroupId>) -> Result<Titles> {
    let names = face::names(tx, viewer, named)?;
    Ok(names.into_iter().map(|(id, named)| (id, named.title)).collect())
}

/// What a rule says, in one sentence.
pub fn sentence(
    texts: &Texts,
    titles: &Titles,
    scope: &Scope,
    effect: Effect,
    until: Option<Time>,
) -> String {
    let kind = scope.kind.map_or("all", Kind::word);
    let who = who(texts, scope);
    let what = placed(texts, titles, scope, texts.t(&format!("rule-what-{kind}")).into_owned());
    let nothing = placed(texts, titles, scope, texts.t("rule-what-nothing").into_owned());
    let key = match effect {
        Effect::Allow | Effect::NoMedia | Effect::Refuse => {
            format!("rule-{effect}-{}", scope.direction.map_or("any", Direction::word))
        }
        // These are about what comes in, whether or not they say so.
        Effect::Hide | Effect::ReadOnly | Effect::Hold => format!("rule-{effect}"),
    };
    let mut said =
        texts.t_with(&key, &[("kind", &kind), ("who", &who), ("what", &what), ("nothing", &nothing)]);
    if scope.is_everything() && effect != Effect::Allow {
        said = texts.t_with("rule-not-partners", &[("sentence", &said)]);
    }
    match until {
        Some(until) => {
            let date = texts.date(&until.plus_seconds(-1).utc());
            texts.t_with("rule-until", &[("sentence", &said), ("date", &date)])
        }
        None => texts.t_with("rule-always", &[("sentence", &said)]),
    }
}

/// What a rule that is kept says. One that isn't understood refuses, and so it is told.
pub fn of_row(texts: &Texts, titles: &Titles, row: &RuleRow) -> String {
    let rule = row.rule();
    sentence(texts, titles, &rule.scope, rule.effect, row.until)
}

/// What a rule would say that somebody wants to make.
pub fn of_draft(texts: &Texts, titles: &Titles, draft: &Draft) -> String {
    sentence(texts, titles, &draft.scope(), draft.effect, draft.until)
}

/// Whom it is about.
fn who(texts: &Texts, scope: &Scope) -> String {
    let run_by = scope.organisation.map(|kind| texts.t(&format!("rule-who-{kind}")).into_owned());
    match (&scope.host, run_by) {
        (None, None) => texts.t("rule-who-all").into_owned(),
        (Some(host), None) => host.clone(),
        (None, Some(who)) => who,
        (Some(host), Some(who)) => texts.t_with("rule-who-within", &[("who", &who), ("host", host)]),
    }
}

/// What it is about, with where that stands.
fn placed(texts: &Texts, titles: &Titles, scope: &Scope, what: String) -> String {
    let way = match scope.direction {
        Some(Direction::Out | Direction::Fetch) => "from",
        Some(Direction::In) | None => "in",
    };
    let Some(group) = scope.group else {
        return match scope.class {
            Some(class) => texts.t_with(&format!("rule-{way}-{class}"), &[("what", &what)]),
            None => what,
        };
    };
    let named = match titles.get(&group) {
        Some(title) => texts.t_with(&format!("rule-{way}-group"), &[("what", &what), ("group", title)]),
        None => texts.t_with(&format!("rule-{way}-hidden"), &[("what", &what)]),
    };
    match scope.class {
        Some(class) => texts.t_with(&format!("rule-while-{class}"), &[("what", &named)]),
        None => named,
    }
}

/// One thing that a change of the rules changes, as a list shows it.
#[derive(Debug)]
pub struct Changed {
    /// Of which sort it is, in a word or two.
    pub label: String,
    /// The colour of that.
    pub tone: &'static str,
    /// What it says, a whole sentence.
    pub text: String,
    /// Why the rule is to be, or was; may be empty.
    pub reason: String,
}

/// One thing that a change changes, in words. `ended` has the rules that it takes away.
pub fn changed(texts: &Texts, titles: &Titles, change: &Change, ended: &[(RowId, RuleRow)]) -> Changed {
    let (key, tone, text, reason) = match change {
        Change::AddRule { rule } => {
            ("change-adds", "info", of_draft(texts, titles, rule), rule.reason.clone())
        }
        Change::EndRule { id } => match ended.iter().find(|(known, _)| known == id) {
            Some((_, row)) => ("change-ends", "warning", of_row(texts, titles, row), row.reason.clone()),
            None => ("change-ends", "warning", texts.t("rule-gone").into_owned(), String::new()),
        },
        Change::SetServer { host, state } => {
            let text = texts.t_with(&format!("rule-server-{state}"), &[("host", host)]);
            ("change-decides", "accent", text, String::new())
        }
        Change::SetOrganisation { host, organisation } => {
            let text = texts.t_with(&format!("rule-run-{organisation}"), &[("host", host)]);
            ("change-decides", "accent", text, String::new())
        }
    };
    Changed { label: texts.t(key).into_owned(), tone, text, reason }
}

/// The groups that changes name, and the rules that these take away.
pub fn groups_of(changes: &[Change], ended: &[(RowId, RuleRow)]) -> Vec<GroupId> {
    let new = changes.iter().filter_map(|change| match change {
        Change::AddRule { rule } => rule.group,
        Change::EndRule { .. } | Change::SetServer { .. } | Change::SetOrganisation { .. } => None,
    });
    new.chain(ended.iter().filter_map(|(_, row)| row.group_id)).collect()
}

/// A type of activity in plain words. What a group passes on has both: `Announce/Create`.
pub fn activity(texts: &Texts, kind: &str) -> String {
    let one = |kind: &str| {
        let key = format!("admin-kind-{}", kind.to_ascii_lowercase());
        texts.t(if texts.has(&key) { key.as_str() } else { "admin-kind-other" }).into_owned()
    };
    match kind.split_once('/') {
        Some((_announce, inner)) => texts.t_with("admin-kind-passed-on", &[("what", &one(inner))]),
        None => one(kind),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::locale::Locales;
    use crate::policy::federation::Organisation;
    use crate::policy::{Class, PeerState};

    fn texts(code: &str) -> Texts {
        let locales = Arc::new(Locales::load().unwrap());
        let lang = locales.find(code).unwrap();
        Texts::new(locales, lang)
    }

    /// With nothing first, then each of them.
    fn each<T: Copy>(all: &[T]) -> impl Iterator<Item = Option<T>> {
        std::iter::once(None).chain(all.iter().copied().map(Some))
    }

    #[test]
    fn a_rule_is_one_sentence() {
        let group = GroupId::fresh();
        let titles = Titles::from([(group, "Participatiewet".to_owned())]);
        let until = Time::end_of_day("2027-03-01");
        let company = Some(Organisation::Company);
        let topics =
            Scope { organisation: company, group: Some(group), kind: Some(Kind::Topic), ..Scope::default() };
        let said =
            |code: &str, scope: &Scope, effect, until| sentence(&texts(code), &titles, scope, effect, until);
        assert_eq!(
            said("nl", &topics, Effect::Hold, until),
            "Van sites van bedrijven wachten nieuwe gesprekken in de groep “Participatiewet” op een moderator, tot en met 1 maart \
             2027."
        );
        assert_eq!(
            said("en", &topics, Effect::Hold, None),
            "From sites of companies, new discussions in the group “Participatiewet” wait for a moderator."
        );
        let host =
            Scope { host: Some("a.example".to_owned()), direction: Some(Direction::Out), ..Scope::default() };
        assert_eq!(said("nl", &host, Effect::Refuse, None), "Naar a.example sturen we niets.");
        let closed = Scope { group: Some(GroupId::fresh()), ..host };
        assert_eq!(
            said("nl", &closed, Effect::NoMedia, None),
            "Naar a.example sturen we alles uit een besloten groep zonder afbeeldingen en bestanden."
        );
        assert_eq!(
            said("nl", &Scope::default(), Effect::Refuse, None),
            "Met alle andere sites wisselen we niets uit (dat geldt niet voor sites met een afspraak)."
        );
    }

    #[test]
    fn every_rule_has_its_sentence_in_every_language() {
        let group = GroupId::fresh();
        let titles = Titles::from([(group, "Tuin".to_owned())]);
        for texts in ["nl", "en"].map(texts) {
            for effect in Effect::ALL {
                for direction in each(Direction::ALL) {
                    for kind in each(Kind::ALL) {
                        for class in each(Class::ALL) {
                            for group in [None, Some(group), Some(GroupId::fresh())] {
                                let scope = Scope { direction, kind, class, group, ..Scope::default() };
                                let said = sentence(&texts, &titles, &scope, *effect, None);
                                let whole =
                                    said.ends_with('.') && !said.contains("rule-") && !said.contains('{');
                                assert!(whole, "{effect} {scope:?}: {said}");
                            }
                        }
                    }
                }
            }
            for organisation in Organisation::ALL {
                let keys =
                    ["rule-who", "rule-run", "organisation"].map(|key| format!("{key}-{organisation}"));
                assert!(keys.iter().all(|key| texts.has(key)), "{keys:?}");
            }
            for state in PeerState::ALL {
                assert!(texts.has(&format!("rule-server-{state}")));
            }
        }
    }
}
