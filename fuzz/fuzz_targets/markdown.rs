//! Markdown that somebody typed, and what is made of it: a page, words, a copy for microblogs.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use url::Url;
use vakplein::policy::limits;
use vakplein::text::markdown::Markdown;
use vakplein::text::mentions::{Mention, Target};
use vakplein::text::microblog::for_microblogs;
use vakplein_fuzz::page::{self, From, ORIGIN};
use vakplein_fuzz::very_many;

static MARKDOWN: LazyLock<Markdown> =
    LazyLock::new(|| Markdown::new(&Url::parse(ORIGIN).expect("it is an address")));

fuzz_target!(|text: &str| {
    let text = &*very_many(text);
    if text.chars().count() > limits::POST {
        return;
    }
    let rendered = MARKDOWN.render(text, "p1", &target);
    page::check(&rendered.html, From::Markdown);
    page::check(&for_microblogs(&rendered.html), From::Microblog);
    assert!(
        rendered.html.len() <= 100_000 + 200 * text.len(),
        "{} bytes out of {}",
        rendered.html.len(),
        text.len()
    );
    assert_eq!(rendered, MARKDOWN.render(text, "p1", &target), "the same text is the same page");
    // Everybody whom the page links to is told, and nobody else.
    let links = rendered.html.matches("u-url mention").count();
    let mentions = MARKDOWN.mentions(text);
    assert!(links == 0 || !mentions.is_empty());
});

fn target(mention: &Mention) -> Option<Target> {
    Some(Target { href: format!("{ORIGIN}u/{}", mention.name), label: mention.handle() })
}
