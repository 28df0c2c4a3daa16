//! The rows of a backup: the number of a table, then lines for it. What a table takes comes out again, row for row.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vakplein::db::{Tx, dump};
use vakplein::error::Result;
use vakplein_fuzz::first_line;
use vakplein_fuzz::instance::instance;

fuzz_target!(|text: &str| {
    let (number, lines) = first_line(text);
    let Ok(number) = number.trim().parse::<usize>() else { return };
    let lines: Vec<String> = lines.lines().map(str::to_owned).collect();
    instance().undone(move |tx| {
        dump::put_off_references(tx)?;
        let tables = dump::tables(tx)?;
        let table = &tables[number % tables.len()];
        empty(tx, table)?;
        if dump::put(tx, table, &lines).is_err() {
            return Ok(());
        }
        assert_eq!(usize::try_from(dump::count(tx, table)?), Ok(lines.len()), "rows of {}", table.name);
        let once = rows(tx, table)?;
        empty(tx, table)?;
        dump::put(tx, table, &once).expect("what came out goes in again");
        assert_eq!(rows(tx, table)?, once);
        Ok(())
    });
});

fn rows(tx: &mut Tx<'_>, table: &dump::Table) -> Result<Vec<String>> {
    let mut found = Vec::new();
    dump::rows(tx, table, |line| {
        found.push(line.to_owned());
        Ok(())
    })?;
    found.sort();
    Ok(found)
}

fn empty(tx: &mut Tx<'_>, table: &dump::Table) -> Result<()> {
    use diesel::RunQueryDsl;
    let delete = format!("DELETE FROM \"{}\"", table.name);
    vakplein::each!(tx.conn, |conn| diesel::sql_query(delete).execute(conn))?;
    Ok(())
}
