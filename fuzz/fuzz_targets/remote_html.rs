//! HTML of other servers: what remains of it may stand on a page, and stays what it is when it is cleaned once more.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vakplein::policy::limits;
use vakplein::text::excerpt;
use vakplein::text::html::Cleaner;
use vakplein::text::line::graphemes;
use vakplein::text::microblog::for_microblogs;
use vakplein::text::plain::to_text;
use vakplein_fuzz::page::{self, From};
use vakplein_fuzz::very_many;

static CLEANER: LazyLock<Cleaner> = LazyLock::new(Cleaner::new);

fuzz_target!(|html: &str| {
    let html = &*very_many(html);
    let clean = CLEANER.clean(html);
    page::check(&clean, From::Elsewhere);
    page::check(&for_microblogs(&clean), From::Microblog);
    let most = 1_000 + 20 * html.len().min(limits::REMOTE_HTML);
    assert!(clean.len() <= most, "{} bytes out of {}", clean.len(), html.len());
    // What an attacker gets through once is cleaned again when another server sends it on.
    let again = CLEANER.clean(&clean);
    page::check(&again, From::Elsewhere);
    let text = to_text(&clean);
    assert!(text.len() <= 2 * clean.len());
    assert!(graphemes(&excerpt::summary(&text, 200)) <= 200);
    if let Some(title) = excerpt::title(&text) {
        assert!(graphemes(&title) <= excerpt::MADE_TITLE && !title.contains('\n'));
    }
});
