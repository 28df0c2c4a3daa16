//! What changes, in short English words for the audit trail: names of servers and words of rules, never a word that somebody wrote.

use super::Change;
use crate::policy::federation::{Effect, Scope};
use crate::rules::RuleRow;

/// Things that are told one by one.
const TOLD: usize = 12;

/// What changes; `ended` are the rules that go.
pub(super) fn of(changes: &[Change], ended: &[RuleRow]) -> String {
    let mut told: Vec<String> = changes.iter().take(TOLD).map(|change| one(change, ended)).collect();
    if let Some(more) = changes.len().checked_sub(TOLD).filter(|more| *more > 0) {
        told.push(format!("and {more} more"));
    }
    told.join("; ")
}

fn one(change: &Change, ended: &[RuleRow]) -> String {
    match change {
        Change::AddRule { rule } => format!("new rule: {}", of_rule(rule.effect, &rule.scope())),
        Change::EndRule { id } => match ended.iter().find(|row| row.id == *id) {
            Some(row) => {
                let rule = row.rule();
                format!("rule ended: {}", of_rule(rule.effect, &rule.scope))
            }
            None => format!("rule ended: {id}"),
        },
        Change::SetServer { host, state } => format!("{host} {state}"),
        Change::SetOrganisation { host, organisation } => format!("{host} is {organisation}"),
    }
}

fn of_rule(effect: Effect, scope: &Scope) -> String {
    let parts = [
        ("host", scope.host.clone()),
        ("organisation", scope.organisation.map(|word| word.to_string())),
        ("group", scope.group.map(|id| id.to_string())),
        ("kind", scope.kind.map(|word| word.to_string())),
        ("class", scope.class.map(|word| word.to_string())),
        ("direction", scope.direction.map(|word| word.to_string())),
    ];
    let about = parts.into_iter().filter_map(|(name, word)| Some(format!("{name}={}", word?)));
    let about: Vec<String> = about.collect();
    if about.is_empty() { format!("{effect} everything") } else { format!("{effect} {}", about.join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::PeerState;
    use crate::policy::federation::Kind;
    use crate::rules::Draft;

    #[test]
    fn a_change_is_told_without_a_word_of_whoever_wrote_its_reason() {
        let rule = Draft {
            effect: Effect::Hold,
            host: Some("a.example".to_owned()),
            organisation: None,
            group: None,
            kind: Some(Kind::Reply),
            class: None,
            direction: None,
            until: None,
            reason: "Zwijgwoord".to_owned(),
        };
        let everything = Draft { host: None, kind: None, effect: Effect::Refuse, ..rule.clone() };
        let block = Change::SetServer { host: "b.example".to_owned(), state: PeerState::Blocked };
        let changes = [Change::AddRule { rule }, block, Change::AddRule { rule: everything }];
        let told = "new rule: hold host=a.example kind=reply; b.example blocked; new rule: refuse everything";
        assert_eq!(of(&changes, &[]), told);
        let many: Vec<Change> = changes.iter().cycle().take(20).cloned().collect();
        assert!(of(&many, &[]).ends_with("; and 8 more"));
    }
}
