//! Storing activities of ours with those who shall have them, as few statements for many as for one.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::outbox::{ActivityRow, Address, DeliveryState};
use super::peers;
use crate::clock::Time;
use crate::db::{Conn, Native, Tx, VALUES, schema};
use crate::each;
use crate::error::Result;
use crate::ids::{ActivityId, GroupId, RowId};

/// An activity with those who shall have it.
#[derive(Debug, Clone)]
pub struct NewActivity {
    /// The activity.
    pub row: ActivityRow,
    /// Order is kept within a lane; an empty one holds back everything else of its group.
    pub lane: String,
    /// Where it goes, each inbox once.
    pub to: Vec<Address>,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = schema::deliveries)]
#[diesel(treat_none_as_default_value = false)]
struct NewDelivery<'a> {
    id: RowId,
    activity_id: ActivityId,
    host: &'a str,
    inbox: &'a str,
    lane: &'a str,
    group_id: Option<GroupId>,
    state: DeliveryState,
    attempts: i64,
    status: i64,
    error: &'a str,
    created_at: Time,
}

/// Stores activities with their deliveries, all or nothing. What is stored already is left as it is, with its deliveries:
/// the job that publishes may run twice. Tells whether anything waits now that didn't.
///
/// # Errors
/// Only when the database does.
pub fn publish(tx: &mut Tx<'_>, items: &[NewActivity]) -> Result<bool> {
    let fresh = store(tx, items)?;
    let items: Vec<&NewActivity> = items.iter().filter(|item| fresh.contains(&item.row.id)).collect();
    let everywhere = || items.iter().flat_map(|item| &item.to);
    let closed = closed(tx, everywhere().map(|to| to.inbox.as_str()).collect())?;
    meet(tx, everywhere().map(|to| to.host.as_str()).collect())?;
    let mut rows = Vec::new();
    for item in items {
        for to in item.to.iter().filter(|to| !closed.contains(&to.inbox)) {
            rows.push(NewDelivery {
                id: RowId::fresh(),
                activity_id: item.row.id,
                host: &to.host,
                inbox: &to.inbox,
                lane: &item.lane,
                group_id: item.row.group_id,
                state: DeliveryState::Waiting,
                attempts: 0,
                status: 0,
                error: "",
                created_at: tx.now,
            });
        }
    }
    for some in rows.chunks(VALUES) {
        each!(tx.conn, |conn| diesel::insert_into(schema::deliveries::table).values(some).execute(conn))?;
    }
    Ok(!rows.is_empty())
}

/// Stores those that aren't there yet, and tells which those are.
fn store(tx: &mut Tx<'_>, items: &[NewActivity]) -> Result<BTreeSet<ActivityId>> {
    use schema::activities::dsl;
    let mut fresh = BTreeSet::new();
    for some in items.chunks(VALUES) {
        match tx.conn {
            Conn::Postgres(conn) => {
                let rows: Vec<&ActivityRow> = some.iter().map(|item| &item.row).collect();
                let insert = diesel::insert_into(dsl::activities).values(rows).on_conflict_do_nothing();
                fresh.extend(insert.returning(dsl::id).get_results::<ActivityId>(conn)?);
            }
            // SQLite has no round trips to save, and Diesel no such statement for it.
            Conn::Sqlite(_) => {
                for item in some {
                    let insert =
                        diesel::insert_into(dsl::activities).values(&item.row).on_conflict_do_nothing();
                    if Native(insert).execute(tx.conn)? == 1 {
                        fresh.insert(item.row.id);
                    }
                }
            }
        }
    }
    Ok(fresh)
}

fn closed(tx: &mut Tx<'_>, inboxes: BTreeSet<&str>) -> Result<BTreeSet<String>> {
    use schema::closed_inboxes::dsl;
    let inboxes: Vec<&str> = inboxes.into_iter().collect();
    let mut found = BTreeSet::new();
    for some in inboxes.chunks(VALUES) {
        let rows: Vec<String> = dsl::closed_inboxes
            .filter(dsl::url.eq_any(some.iter().copied()))
            .select(dsl::url)
            .order(dsl::url)
            .load(tx.conn)?;
        found.extend(rows);
    }
    Ok(found)
}

fn meet(tx: &mut Tx<'_>, hosts: BTreeSet<&str>) -> Result<()> {
    use schema::peers::dsl;
    let hosts: Vec<&str> = hosts.into_iter().collect();
    for some in hosts.chunks(VALUES) {
        let known: Vec<String> = dsl::peers
            .filter(dsl::host.eq_any(some.iter().copied()))
            .select(dsl::host)
            .order(dsl::host)
            .load(tx.conn)?;
        for host in some.iter().filter(|&&host| !known.iter().any(|known| known == host)) {
            peers::meet(tx, host)?;
        }
    }
    Ok(())
}
