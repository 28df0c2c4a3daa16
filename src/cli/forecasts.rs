//! What rules say and what changes of them would do, in plain lines.

use std::collections::BTreeMap;
use std::io::{Write, stdout};
use std::sync::Arc;

use super::{as_admin, viewer, words};
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::Result;
use crate::groups::face;
use crate::ids::{GroupId, RowId};
use crate::people::byline::Byline;
use crate::policy::Actor;
use crate::policy::federation::{Direction, Effect, Kind, Organisation, Scope};
use crate::rules::changes::views::{self, Shown};
use crate::rules::changes::{Change, DAYS, Forecast};
use crate::text::line::one_line;

/// Servers that are named at most of those that a change concerns.
const HOSTS: usize = 50;

/// What groups are called, by id; those that the administrator may not know of by their id alone.
pub(super) type Names = BTreeMap<GroupId, String>;

/// What these groups are called.
pub(super) fn named(tx: &mut Tx<'_>, by: &Actor, ids: impl Iterator<Item = GroupId>) -> Result<Names> {
    let ids: Vec<GroupId> = ids.collect();
    let known = face::names(tx, viewer(by), ids.iter().copied())?;
    let called = |id: GroupId| known.get(&id).map_or_else(|| id.to_string(), |named| named.name.clone());
    Ok(ids.into_iter().map(|id| (id, called(id))).collect())
}

/// What a rule says, in a line.
pub(super) fn sentence(
    effect: Effect,
    scope: &Scope,
    until: Option<Time>,
    reason: &str,
    groups: &Names,
) -> String {
    let does = match effect {
        Effect::Allow => "let through",
        Effect::NoMedia => "let through without pictures and files",
        Effect::Hide => "show only to who looks for it, and let join by approval",
        Effect::ReadOnly => "take nothing that they write, and let them read",
        Effect::Hold => "have it wait for a moderator",
        Effect::Refuse => "refuse",
    };
    let what = match scope.kind {
        None => "everything",
        Some(Kind::Topic) => "topics",
        Some(Kind::Reply) => "replies",
        Some(Kind::Reaction) => "likes",
        Some(Kind::Report) => "reports",
        Some(Kind::Join) => "requests to join or follow",
    };
    let way = match scope.direction {
        None => "between here and",
        Some(Direction::In) => "coming from",
        Some(Direction::Out) => "going to",
        Some(Direction::Fetch) => "read at",
    };
    let run_by = scope.organisation.map(|kind| format!("run by {}", runner(kind)));
    let who = match (&scope.host, run_by) {
        (Some(host), Some(run_by)) => format!("{host} and all names below it, where they are {run_by}"),
        (Some(host), None) => format!("{host} and all names below it"),
        (None, Some(run_by)) => format!("servers {run_by}"),
        (None, None) => "every server".to_owned(),
    };
    let mut said = format!("{does}: {what} {way} {who}");
    if let Some(group) = scope.group {
        let name = groups.get(&group).cloned().unwrap_or_else(|| group.to_string());
        said.push_str(&format!(", in the group {name}"));
    }
    if let Some(class) = scope.class {
        said.push_str(&format!(", in groups of the class {class}"));
    }
    if let Some(until) = until {
        said.push_str(&format!(", until {} inclusive", until.last_day()));
    }
    format!("{said}. Why: {}", one_line(reason))
}

fn runner(kind: Organisation) -> &'static str {
    match kind {
        Organisation::Unknown => "nobody in particular",
        Organisation::Municipality => "a municipality",
        Organisation::Werkplein => "a work-and-income office",
        Organisation::Agency => "a national agency",
        Organisation::State => "central government",
        Organisation::Interest => "an interest group",
        Organisation::Company => "a company",
        Organisation::Private => "private people",
    }
}

/// A change, with the names that one reads in it.
pub(super) struct Seen {
    pub(super) shown: Shown,
    groups: Names,
}

/// A change, as an administrator sees it.
pub(super) async fn seen(app: &App, by: Option<&str>, id: RowId) -> anyhow::Result<Seen> {
    as_admin(app, by, move |tx, by| {
        let shown = views::find(tx, viewer(by), id)?;
        let made = shown.changes.iter().filter_map(|change| match change {
            Change::AddRule { rule } => rule.group,
            _ => None,
        });
        let groups = named(tx, by, made.chain(shown.ended.iter().filter_map(|(_, row)| row.group_id)))?;
        Ok(Seen { shown, groups })
    })
    .await
}

/// Prints a change with what it would do.
pub(super) fn show(seen: &Seen) -> anyhow::Result<()> {
    let mut out = stdout();
    let Shown { row, by, second, .. } = &seen.shown;
    let handle = |who: &Option<Arc<Byline>>| match who {
        Some(who) => who.handle(),
        None => "nobody".to_owned(),
    };
    let takes = if row.wide { "two administrators" } else { "one administrator" };
    let facts = [
        ("id", row.id.to_string()),
        ("state", row.state.word().to_owned()),
        ("reason", one_line(&row.reason)),
        ("proposed by", format!("{}, {}", handle(by), row.created_at.rfc3339())),
        ("agreed by", handle(second)),
        ("tried", row.ran_at.rfc3339()),
        ("takes", takes.to_owned()),
        ("hash", row.hash.clone()),
    ];
    for (name, value) in facts {
        writeln!(out, "{name:<12} {value}")?;
    }
    writeln!(out, "What changes:")?;
    for change in &seen.shown.changes {
        writeln!(out, "  {}", told(change, seen))?;
    }
    forecast(&mut out, &seen.shown.forecast)?;
    Ok(())
}

/// One thing that changes, in a line.
fn told(change: &Change, seen: &Seen) -> String {
    match change {
        Change::AddRule { rule } => {
            let said = sentence(rule.effect, &rule.scope(), rule.until, &rule.reason, &seen.groups);
            format!("new rule: {said}")
        }
        Change::EndRule { id } => match seen.shown.ended.iter().find(|(ended, _)| ended == id) {
            Some((_, row)) => {
                let rule = row.rule();
                let said = sentence(rule.effect, &rule.scope, row.until, &row.reason, &seen.groups);
                format!("rule that ends: {said}")
            }
            None => format!("rule that ends: {id}"),
        },
        Change::SetServer { host, state } => format!("{host}: {state}"),
        Change::SetOrganisation { host, organisation } => format!("{host}: run by {}", runner(*organisation)),
    }
}

/// What a change would do, in plain lines: relations and people apart.
fn forecast(out: &mut impl Write, forecast: &Forecast) -> std::io::Result<()> {
    writeln!(out, "What would have been treated otherwise in the last {DAYS} days:")?;
    if forecast.shifts.is_empty() {
        writeln!(out, "  nothing")?;
    }
    for shift in &forecast.shifts {
        writeln!(out, "  {}: {}, {} instead of {}", shift.direction, shift.count, shift.to, shift.from)?;
    }
    writeln!(out, "Relations that would end:")?;
    writeln!(out, "  memberships from there in groups here: {}", forecast.members)?;
    writeln!(out, "  memberships from here in groups there: {}", forecast.memberships)?;
    writeln!(out, "  follows between people here and there: {}", forecast.follows)?;
    writeln!(out, "  of the memberships, in closed groups: {}", forecast.closed)?;
    writeln!(out, "People whom that concerns, each counted once:")?;
    writeln!(out, "  here: {}", forecast.people_here)?;
    writeln!(out, "  there: {}", forecast.people_there)?;
    let (count, named) = (forecast.hosts.len(), forecast.hosts.iter().take(HOSTS).map(String::as_str));
    writeln!(out, "Servers ({count}): {}", words(named))?;
    if !forecast.sample.is_empty() {
        writeln!(out, "The latest of what would have been treated otherwise:")?;
    }
    for line in &forecast.sample {
        let (at, group) = (line.at.rfc3339(), line.group.as_deref().unwrap_or("-"));
        writeln!(
            out,
            "  {at}\t{}\t{}\t{}\t{group}\t{} instead of {}",
            line.host, line.direction, line.activity, line.to, line.from
        )?;
    }
    Ok(())
}
