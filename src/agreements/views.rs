//! Agreements as administrators see them, and whom a change of one concerns.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::{AgreementRow, AgreementState, Asked, TalkRow, Terms, Theirs, load, offered};
use crate::clock::Time;
use crate::db::{Tx, VALUES, among, schema};
use crate::error::{Error, Result};
use crate::policy::federation::{Direction, Passing};
use crate::policy::{Class, Viewer, visibility};
use crate::rules::Policy;

/// The software that understands what is told about agreements, as NodeInfo names it.
const SOFTWARE: &str = "vakplein";

/// Whether the other side can see what we tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sees {
    /// It can.
    Yes,
    /// It runs something else.
    No,
    /// It hasn't said yet what it runs.
    Unknown,
}

/// An agreement, as administrators see it.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// What was agreed.
    pub row: AgreementRow,
    /// Whose request is open.
    pub asked: Asked,
    /// The other side is told how things stand here.
    pub told: bool,
    /// What the other side last told us; `None`: nothing yet.
    pub theirs: Option<Theirs>,
    /// Whether it can see what we tell it.
    pub sees: Sees,
    /// The server is blocked, or a rule refuses what comes from there or goes there, so nothing crosses whatever was agreed.
    pub blocked: bool,
    /// The strictest class that may cross now; `openbaar`: nothing that is closed.
    pub ceiling_now: Class,
    /// The strictest class that goes to and fro now, by what both sides say; the same where the other side says nothing.
    pub both_now: Class,
    /// Days that are left, the last one included, while it counts and has an end.
    pub days_left: Option<i64>,
}

impl Agreement {
    /// Whether the other side waits for somebody here to answer.
    #[must_use]
    pub fn waits(&self) -> bool {
        use AgreementState::{Agreed, Requested};
        let crossed = self.row.state == Requested
            && self.theirs.as_ref().is_some_and(|theirs| matches!(theirs.state, Requested | Agreed));
        self.asked == Asked::Them || crossed
    }

    /// Whether there is something of the other side that one can agree to, refuse or discuss.
    #[must_use]
    pub fn is_answerable(&self) -> bool {
        is_answerable(&self.row, self.asked, self.theirs.as_ref())
    }

    /// What agreeing to what they have would be, where there is something to agree to.
    #[must_use]
    pub fn offered(&self) -> Option<Terms> {
        self.theirs.as_ref().filter(|_| self.is_answerable()).map(|theirs| offered(&self.row, theirs))
    }
}

/// Whether there is something of the other side to answer. Who has agreed already is only asked once they ask anew.
pub(super) fn is_answerable(row: &AgreementRow, asked: Asked, theirs: Option<&Theirs>) -> bool {
    use AgreementState::{Agreed, Discussion, Requested};
    let open = theirs.is_some_and(|theirs| matches!(theirs.state, Requested | Discussion | Agreed));
    open && (row.state != Agreed || asked == Asked::Them)
}

/// Whom it concerns that less may cross than before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Affected {
    /// Memberships of people from there in closed groups hosted here, also asked for.
    pub members: i64,
    /// Memberships of people of ours in closed groups there, also asked for.
    pub memberships: i64,
}

impl Affected {
    /// Whether it concerns anybody.
    pub fn any(self) -> bool {
        self != Self::default()
    }
}

/// All agreements, by host; first those whose other side waits for an answer.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn list(tx: &mut Tx<'_>, viewer: Viewer) -> Result<Vec<Agreement>> {
    use schema::agreements::dsl;
    viewer.must_be_admin()?;
    let both = (AgreementRow::as_select(), TalkRow::as_select());
    let rows: Vec<(AgreementRow, TalkRow)> = dsl::agreements.order(dsl::host).select(both).load(tx.conn)?;
    let mut found = shown(tx, rows)?;
    found.sort_by_key(|agreement| !agreement.waits());
    Ok(found)
}

/// The agreement with a host.
///
/// # Errors
/// `Denied` to all but administrators; `NotFound` when there is none.
pub fn find(tx: &mut Tx<'_>, viewer: Viewer, host: &str) -> Result<Agreement> {
    look(tx, viewer, host)?.ok_or(Error::NotFound)
}

/// The agreement with a host, if there is one.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn look(tx: &mut Tx<'_>, viewer: Viewer, host: &str) -> Result<Option<Agreement>> {
    viewer.must_be_admin()?;
    let rows = load(tx, host)?.into_iter().collect();
    Ok(shown(tx, rows)?.pop())
}

fn shown(tx: &mut Tx<'_>, rows: Vec<(AgreementRow, TalkRow)>) -> Result<Vec<Agreement>> {
    let blocked = blocked(tx, rows.iter().map(|(row, _)| row.host.as_str()))?;
    let introduced = introduced(tx, rows.iter().map(|(row, _)| row.host.as_str()))?;
    let now = tx.now;
    let one = |(row, talk): (AgreementRow, TalkRow)| {
        let blocked = blocked.contains(&row.host);
        let theirs = talk.theirs();
        let sees = match theirs {
            // Whoever speaks of agreements hears of them, too.
            Some(_) => Sees::Yes,
            None => introduced.get(&row.host).copied().unwrap_or(Sees::Unknown),
        };
        let counts = row.state == AgreementState::Agreed && !row.is_over(now);
        let left = row.until.filter(|_| counts).map(|until| until.seconds_since(now) / 86_400 + 1);
        let ceiling_now = if blocked { Class::Openbaar } else { row.ceiling_at(now) };
        let there = theirs.as_ref().map_or(ceiling_now, |theirs| theirs.ceiling_at(now));
        Agreement {
            both_now: ceiling_now.min(there),
            asked: talk.asked,
            told: talk.told,
            row,
            theirs,
            sees,
            blocked,
            ceiling_now,
            days_left: left,
        }
    };
    Ok(rows.into_iter().map(one).collect())
}

/// Whether the other side can see what we tell it of an agreement.
///
/// # Errors
/// Only when the database does.
pub fn sees(tx: &mut Tx<'_>, host: &str) -> Result<Sees> {
    if load(tx, host)?.is_some_and(|(_, talk)| talk.their_at.is_some()) {
        return Ok(Sees::Yes);
    }
    Ok(introduced(tx, [host])?.remove(host).unwrap_or(Sees::Unknown))
}

/// The same of many hosts, by what they said they run.
fn introduced<'h>(
    tx: &mut Tx<'_>,
    hosts: impl IntoIterator<Item = &'h str>,
) -> Result<BTreeMap<String, Sees>> {
    use schema::peers::dsl;
    let hosts: Vec<String> = hosts.into_iter().map(str::to_owned).collect();
    let mut found = BTreeMap::new();
    for some in hosts.chunks(VALUES) {
        let rows: Vec<(String, String, Option<Time>)> = dsl::peers
            .filter(among(dsl::host, some.iter().cloned()))
            .select((dsl::host, dsl::software, dsl::nodeinfo_at))
            .load(tx.conn)?;
        found.extend(rows.into_iter().map(|(host, software, asked)| {
            let sees = match asked {
                None => Sees::Unknown,
                Some(_) if software == SOFTWARE => Sees::Yes,
                Some(_) => Sees::No,
            };
            (host, sees)
        }));
    }
    Ok(found)
}

/// Whom it concerns when no more than this class may cross between this instance and a host.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn affected(tx: &mut Tx<'_>, viewer: Viewer, host: &str, ceiling: Class) -> Result<Affected> {
    use schema::{accounts, actors, groups, memberships};
    viewer.must_be_admin()?;
    // What is `lokaal` never crosses, whatever was agreed.
    let above: Vec<Class> = [Class::Leden, Class::Vertrouwelijk]
        .into_iter()
        .filter(|class| !visibility::reaches(ceiling, *class))
        .collect();
    if above.is_empty() {
        return Ok(Affected::default());
    }
    let closed = || groups::table.filter(groups::class.eq_any(above.clone())).select(groups::id);
    let there =
        || actors::table.filter(actors::host.eq(host).and(actors::local.eq(false))).select(actors::id);
    let here = actors::table.filter(actors::local.eq(true)).select(actors::id);
    let members = memberships::table
        .filter(memberships::group_id.eq_any(closed()))
        .filter(memberships::group_id.eq_any(here))
        .filter(memberships::person_id.eq_any(there()))
        .count()
        .get_result(tx.conn)?;
    let memberships = memberships::table
        .filter(memberships::group_id.eq_any(closed()))
        .filter(memberships::group_id.eq_any(there()))
        .filter(memberships::person_id.eq_any(accounts::table.select(accounts::person_id)))
        .count()
        .get_result(tx.conn)?;
    Ok(Affected { members, memberships })
}

/// Agreements that count and end within so many days, the first to end first.
///
/// # Errors
/// Only when the database does.
pub fn expiring(tx: &mut Tx<'_>, days: i64) -> Result<Vec<AgreementRow>> {
    use schema::agreements::dsl;
    let query = dsl::agreements
        .filter(dsl::state.eq(AgreementState::Agreed))
        .filter(dsl::until.gt(tx.now).and(dsl::until.le(tx.now.plus_days(days))))
        .order((dsl::until, dsl::host))
        .select(AgreementRow::as_select());
    Ok(query.load(tx.conn)?)
}

/// Whether administrators blocked a server, or a domain that it is in, or a rule refuses what comes from there or goes there.
pub(super) fn is_blocked(tx: &mut Tx<'_>, host: &str) -> Result<bool> {
    Ok(!blocked(tx, [host])?.is_empty())
}

/// Those of many hosts with which nothing is exchanged. A rule that keeps out everybody with whom nothing is agreed says nothing here.
fn blocked<'h>(tx: &mut Tx<'_>, hosts: impl IntoIterator<Item = &'h str>) -> Result<BTreeSet<String>> {
    let hosts: Vec<&str> = hosts.into_iter().collect();
    let policy = Policy::of(tx, hosts.iter().copied())?.with_partners();
    let refused = |host: &&str| {
        [Direction::In, Direction::Out]
            .into_iter()
            .any(|direction| policy.judge(host, Passing::anything(direction)).refuses())
    };
    Ok(hosts.into_iter().filter(refused).map(str::to_owned).collect())
}
