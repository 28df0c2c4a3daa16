//! Agreements as administrators see them, and whom a change of one concerns.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{AgreementRow, AgreementState};
use crate::db::{Tx, VALUES, among, schema};
use crate::error::{Error, Result};
use crate::policy::hosts::deciding;
use crate::policy::{Class, PeerState, Viewer, visibility};

/// An agreement, as administrators see it.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// What was agreed.
    pub row: AgreementRow,
    /// The server is blocked, so nothing crosses whatever was agreed.
    pub blocked: bool,
    /// The strictest class that may cross now; `openbaar`: nothing that is closed.
    pub ceiling_now: Class,
    /// Days that are left, the last one included, while it counts and has an end.
    pub days_left: Option<i64>,
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

/// All agreements, by host.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn list(tx: &mut Tx<'_>, viewer: Viewer) -> Result<Vec<Agreement>> {
    use schema::agreements::dsl;
    viewer.must_be_admin()?;
    let rows = dsl::agreements.order(dsl::host).select(AgreementRow::as_select()).load(tx.conn)?;
    shown(tx, rows)
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
    let query = schema::agreements::table.find(host).select(AgreementRow::as_select());
    let row: Option<AgreementRow> = query.first(tx.conn).optional()?;
    Ok(shown(tx, row.into_iter().collect())?.pop())
}

fn shown(tx: &mut Tx<'_>, rows: Vec<AgreementRow>) -> Result<Vec<Agreement>> {
    let blocked = blocked(tx, rows.iter().map(|row| row.host.as_str()))?;
    let now = tx.now;
    let one = |row: AgreementRow| {
        let blocked = blocked.contains(&row.host);
        let counts = row.state == AgreementState::Agreed && !row.is_over(now);
        let left = row.until.filter(|_| counts).map(|until| until.seconds_since(now) / 86_400 + 1);
        let ceiling_now = if blocked { Class::Openbaar } else { row.ceiling_at(now) };
        Agreement { row, blocked, ceiling_now, days_left: left }
    };
    Ok(rows.into_iter().map(one).collect())
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

/// Whether administrators blocked a server, or a domain that it is in.
pub(super) fn is_blocked(tx: &mut Tx<'_>, host: &str) -> Result<bool> {
    Ok(!blocked(tx, [host])?.is_empty())
}

/// Those of many hosts that are blocked.
fn blocked<'h>(tx: &mut Tx<'_>, hosts: impl IntoIterator<Item = &'h str>) -> Result<BTreeSet<String>> {
    use schema::peers::dsl;
    let hosts: Vec<&str> = hosts.into_iter().collect();
    let names: BTreeSet<String> = hosts.iter().flat_map(|host| deciding(host)).collect();
    let names: Vec<String> = names.into_iter().collect();
    let mut decided: BTreeSet<String> = BTreeSet::new();
    for some in names.chunks(VALUES) {
        let query = dsl::peers
            .filter(among(dsl::host, some.iter().cloned()))
            .filter(dsl::state.eq(PeerState::Blocked))
            .select(dsl::host);
        decided.extend(query.load::<String>(tx.conn)?);
    }
    let reached = |host: &&str| deciding(host).iter().any(|name| decided.contains(name));
    Ok(hosts.into_iter().filter(reached).map(str::to_owned).collect())
}
