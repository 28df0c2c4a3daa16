//! Hostile texts: does the time that one takes grow with its length, or faster?

use std::hint::black_box;
use std::time::{Duration, Instant};

use url::Url;
use vakplein::text::html::Cleaner;
use vakplein::text::markdown::Markdown;

/// What is repeated: entities and their beginnings, marks, tags, addresses.
const UNITS: [&str; 16] = [
    "&#", "&", "&lt;", "<", "<b>", "<li>", "<td>", "\"", "\u{a0}", "*a ", "[a](", "> ", "_a", "a@b.c ",
    "www.a ", "\\",
];

/// Bytes of the shorter text; the longer one has four times as many.
const LENGTH: usize = 15_000;

/// Prints for each unit how long Markdown and HTML of it take, and how many times as long four times as much.
pub fn run() {
    let markdown = Markdown::new(&Url::parse("https://plein.example/").unwrap());
    let cleaner = Cleaner::new();
    println!("{:<10} {:>12} {:>8} {:>12} {:>8}", "60 kB of", "Markdown ms", "grows", "HTML ms", "grows");
    for unit in UNITS {
        let [short, long] = [LENGTH, 4 * LENGTH].map(|length| unit.repeat(length / unit.len()));
        let render = |text: &str| drop(black_box(markdown.render(text, "p", &|_| None)));
        let clean = |text: &str| drop(black_box(cleaner.clean(text)));
        let (rendered, cleaned) = (best(|| render(&long)), best(|| clean(&long)));
        println!(
            "{:<10} {:>12.2} {:>7.1}x {:>12.2} {:>7.1}x",
            format!("{unit:?}"),
            rendered.as_secs_f64() * 1e3,
            rendered.as_secs_f64() / best(|| render(&short)).as_secs_f64(),
            cleaned.as_secs_f64() * 1e3,
            cleaned.as_secs_f64() / best(|| clean(&short)).as_secs_f64(),
        );
    }
}

fn best(work: impl Fn()) -> Duration {
    let once = || {
        let began = Instant::now();
        work();
        began.elapsed()
    };
    (0..5).map(|_| once()).min().unwrap()
}
