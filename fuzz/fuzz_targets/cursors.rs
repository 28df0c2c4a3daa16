//! Where a page of a list begins, and times: what is read from an address can be written into one, and stored.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vakplein::clock::Time;
use vakplein::db::page::Cursor;

fuzz_target!(|text: &str| {
    if let Some(cursor) = Cursor::parse(text) {
        assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        check(cursor.at);
    }
    if let Some(time) = Time::parse(text) {
        check(time);
        assert_eq!(Time::parse(&time.rfc3339()), Some(time));
        check(time.plus_seconds(86_400));
        check(time.plus_days(-1));
    }
});

/// SQLite keeps a time as text that sorts, and reads it back.
fn check(time: Time) {
    let stored = time.sortable();
    assert_eq!(stored.len(), "2026-01-01T00:00:00.000000Z".len(), "{stored}");
    assert_eq!(Time::parse(&stored), Some(time));
}
