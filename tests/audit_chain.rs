//! The audit trail is a chain: whoever changes a line, takes one away or puts one in between is found out, and so is where.

use diesel::prelude::*;
use futures_util::future::join_all;
use serde_json::json;
use uuid::Uuid;
use vakplein::audit::{self, Verified};
use vakplein::clock::Time;
use vakplein::db::Tx;
use vakplein::db::schema::{audit as lines, audit_days as days};
use vakplein::error::Result;
use vakplein::ids::{PersonId, RowId};

use crate::login::logged_in;
use crate::pages::check_page;
use crate::support::program::{complaint, lines as printed, vakplein};
use crate::support::{Member, TestApp};

const DAY: i64 = 86_400;
const VERIFICATION: &str = "/admin/audit/verification";

/// Leaves a line.
async fn administers(boss: &Member, name: &str) {
    boss.patch("/admin/settings", json!({ "name": name })).await.expect(200);
}

/// The lines, as they follow each other.
async fn all(app: &TestApp) -> Vec<RowId> {
    app.app.db.read(|tx| Ok(lines::table.order(lines::id).select(lines::id).load(tx.conn)?)).await.unwrap()
}

async fn verified(app: &TestApp) -> Verified {
    app.app.db.read(audit::verify).await.unwrap()
}

/// What is wrong: which line, counted from 0, if it is one, and what.
fn faults(found: &Verified, lines: &[RowId]) -> Vec<(Option<usize>, &'static str)> {
    let place = |id: RowId| lines.iter().position(|line| *line == id);
    found.faults.iter().map(|fault| (fault.id.and_then(place), fault.what)).collect()
}

/// An instance with six lines: two on each of three days.
async fn three_days() -> (TestApp, Member) {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    // At noon, so that no day ends in between.
    app.clock.advance(DAY + DAY / 2 - app.clock.now().unix() % DAY);
    for day in 1..=3 {
        administers(&boss, &format!("Ochtend {day}")).await;
        administers(&boss, &format!("Middag {day}")).await;
        if day < 3 {
            app.clock.advance(DAY);
        }
    }
    (app, boss)
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_many_hands_make_one_chain() {
    let (app, boss) = three_days().await;
    let found = verified(&app).await;
    assert!(found.holds(), "{:?}", found.faults);
    assert_eq!((found.lines, found.days), (6, 3));
    let before = found.last.unwrap();
    assert_eq!(before.len(), 64);
    // Many at once, some refused, and the command line beside them.
    let ana = app.member("ana").await;
    let names: Vec<String> = (0..20).map(|number| format!("Naam {number}")).collect();
    join_all(names.iter().map(|name| administers(&boss, name))).await;
    assert_eq!(ana.get("/admin/audit").await.refused(403), "not-admin");
    printed(&vakplein(&app, &["--as", "boss", "limits", "set", "account-posts", "70"], ""));
    let found = verified(&app).await;
    assert!(found.holds() && found.lines == 28, "{found:?}");
    assert_ne!(found.last.unwrap(), before);
    // A clock that was set back tears nothing.
    app.clock.advance(-2 * DAY);
    administers(&boss, "Gisteren").await;
    app.clock.advance(5 * DAY);
    administers(&boss, "Morgen").await;
    let found = verified(&app).await;
    assert!(found.holds() && found.lines == 30, "{found:?}");
}

/// What somebody does to the table who gets at the database, and what is found of it.
type Forgery =
    (&'static str, fn(&mut Tx<'_>, &[RowId]) -> Result<()>, &'static [(Option<usize>, &'static str)]);

/// Puts another line before this one, in the form of that one.
fn put_before(tx: &mut Tx<'_>, next: RowId) -> Result<()> {
    let id = RowId(Uuid::from_u128(next.0.as_u128() - 1));
    let columns = (lines::act, lines::outcome, lines::object, lines::origin, lines::created_at, lines::hash);
    type Columns = (String, String, String, String, Time, String);
    let there: Columns = lines::table.find(next).select(columns).first(tx.conn)?;
    let (act, outcome, object, origin, at, hash) = there;
    diesel::insert_into(lines::table)
        .values((
            lines::id.eq(id),
            lines::act.eq(act),
            lines::outcome.eq(outcome),
            lines::object.eq(object),
            lines::origin.eq(origin),
            lines::created_at.eq(at),
            lines::hash.eq(hash),
        ))
        .execute(tx.conn)?;
    Ok(())
}

const FORGERIES: [Forgery; 8] = [
    (
        "another object",
        |tx, all| {
            let line = diesel::update(lines::table.find(all[2]));
            line.set(lines::object.eq("PATCH /api/v1/admin/niets")).execute(tx.conn)?;
            Ok(())
        },
        &[(Some(2), "line")],
    ),
    (
        "nobody did it",
        |tx, all| {
            let line = diesel::update(lines::table.find(all[0]));
            line.set(lines::by_id.eq(None::<PersonId>)).execute(tx.conn)?;
            Ok(())
        },
        &[(Some(0), "line")],
    ),
    (
        "another outcome of the last one",
        |tx, all| {
            diesel::update(lines::table.find(all[5])).set(lines::outcome.eq("refused")).execute(tx.conn)?;
            Ok(())
        },
        &[(Some(5), "line")],
    ),
    (
        "one is taken away",
        |tx, all| {
            diesel::delete(lines::table.find(all[2])).execute(tx.conn)?;
            Ok(())
        },
        &[(Some(3), "line"), (None, "count")],
    ),
    (
        "the end is cut off",
        |tx, all| {
            diesel::delete(lines::table.find(all[5])).execute(tx.conn)?;
            Ok(())
        },
        &[(None, "count")],
    ),
    (
        "a whole day in the middle is taken away",
        |tx, all| {
            diesel::delete(lines::table.filter(lines::id.eq_any(&all[2..4]))).execute(tx.conn)?;
            Ok(())
        },
        &[(Some(4), "line"), (None, "count")],
    ),
    (
        "one is put in between",
        |tx, all| put_before(tx, all[3]),
        &[(None, "line"), (Some(3), "line"), (None, "count")],
    ),
    (
        "what is kept of a day",
        |tx, _all| {
            let first = days::table.order(days::day).select(days::day).first::<String>(tx.conn)?;
            diesel::update(days::table.find(first)).set(days::last.eq("0".repeat(64))).execute(tx.conn)?;
            Ok(())
        },
        &[(None, "end")],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_taken_away_or_put_in_between_is_found() {
    for (what, forge, expected) in FORGERIES {
        let (app, boss) = three_days().await;
        let before = all(&app).await;
        assert_eq!(before.len(), 6);
        let known = before.clone();
        app.app.db.write(move |tx| forge(tx, &known)).await.unwrap();
        let found = verified(&app).await;
        assert_eq!(faults(&found, &before), expected, "{what}: {found:?}");
        // It is told wherever one asks.
        let said = boss.get(VERIFICATION).await.expect(200);
        assert_eq!(said["faults"].as_array().map(Vec::len), Some(expected.len()), "{what}: {said}");
        assert_eq!(said["holds"], false, "{what}: {said}");
        let output = vakplein(&app, &["audit", "verify"], "");
        assert_eq!(output.status.code(), Some(1), "{what}");
        let told = complaint(&output);
        assert_eq!(told.lines().filter(|line| line.contains('\t')).count(), expected.len(), "{what}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_holds_is_said_to_hold_by_page_program_and_command() {
    let (app, boss) = three_days().await;
    let ana = app.member("ana").await;
    let said = boss.get(VERIFICATION).await.expect(200);
    assert_eq!(
        (&said["holds"], &said["lines"], &said["faults"]),
        (&json!(true), &json!(6), &json!([])),
        "{said}"
    );
    assert_eq!(ana.get(VERIFICATION).await.refused(403), "not-admin");
    assert_eq!(app.anonymous().get(VERIFICATION).await.refused(401), "signed-out");
    let last = verified(&app).await.last.unwrap();
    let said = printed(&vakplein(&app, &["audit", "verify"], "")).join("\n");
    assert!(said.contains(&last), "{said}");
    // Whoever wrote a hash down elsewhere holds it against the end: that is there, or was cut off since.
    let last = verified(&app).await.last.unwrap();
    printed(&vakplein(&app, &["audit", "verify", "--expect", &last], ""));
    let unknown = vakplein(&app, &["audit", "verify", "--expect", &"a".repeat(64)], "");
    assert_eq!(unknown.status.code(), Some(1));
    assert!(!complaint(&unknown).is_empty());
    let browser = logged_in(&app, "boss").await;
    check_page(&browser.get("/admin/audit").await, 200, "nl");
    let good = browser.texts("main").concat();
    assert!(good.contains("Niemand heeft iets aan deze lijst veranderd."), "{good}");
    let second = all(&app).await[1];
    let forged = app.app.db.write(move |tx| {
        Ok(diesel::update(lines::table.find(second)).set(lines::object.eq("niets")).execute(tx.conn)?)
    });
    forged.await.unwrap();
    check_page(&browser.get("/admin/audit").await, 200, "nl");
    let bad = browser.texts("main").concat();
    assert!(
        bad.contains("Deze lijst is niet meer zoals hij werd geschreven.") && !bad.contains("Niemand heeft")
    );
    assert_eq!(browser.texts("main [role=alert]").len(), 1, "{bad}");
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_are_past_their_time_go_and_the_rest_still_holds() {
    let (app, boss) = three_days().await;
    app.clock.advance(364 * DAY);
    vakplein::prune::round(&app.app).await.unwrap();
    let left = all(&app).await;
    assert!(left.len() < 6 && !left.is_empty(), "{}", left.len());
    let found = verified(&app).await;
    assert!(found.holds(), "{found:?}");
    administers(&boss, "Later").await;
    assert!(verified(&app).await.holds());
    app.clock.advance(400 * DAY);
    vakplein::prune::round(&app.app).await.unwrap();
    assert!(all(&app).await.is_empty());
    let found = verified(&app).await;
    assert!(found.holds(), "an empty trail has nothing wrong: {found:?}");
    // The next line goes on where the last one was, though it is gone.
    administers(&boss, "Veel later").await;
    assert!(verified(&app).await.holds());
    // What goes by itself goes from the front: today's line can't be taken away with it.
    let gone = app.app.db.write(|tx| Ok(diesel::delete(lines::table).execute(tx.conn)?));
    gone.await.unwrap();
    assert!(!verified(&app).await.holds());
}
