//! What HTML may look like that is put into a page, judged by a parser that builds the tree as a browser does.
//!
//! The lists are written down here once more, on purpose: were they the product's own, a mistake in them would go unseen.

use scraper::{ElementRef, Html, Selector};
use url::Url;

/// Where the HTML comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// Markdown that was typed here.
    Markdown,
    /// Another server.
    Elsewhere,
    /// Ours, made plainer for microblogs.
    Microblog,
}

const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "small",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "var",
];

const CLASSES: &[&str] =
    &["align-center", "align-right", "footnote-back", "footnotes", "hashtag", "mention", "table", "u-url"];

/// The instance that texts are rendered for.
pub const ORIGIN: &str = "https://werkplein.test/";

/// The longest piece of HTML that is written down again: the serialiser takes quadratic time over what it escapes.
const REWRITTEN: usize = 10_000;

/// Checks a piece of HTML as it stands in a page, and again as a browser would write it down: attacks on sanitisers live on
/// the difference.
///
/// # Panics
/// When something is in it that may not be, or when it reaches beyond its place.
pub fn check(html: &str, from: From) {
    let mut html = html.to_owned();
    for _ in 0..2 {
        let page = Html::parse_document(&format!(
            "<!DOCTYPE html><html><head></head><body><div id=\"outside\">{html}</div><hr id=\"after\"></body></html>"
        ));
        let outside = only(&page, "#outside");
        let after = only(&page, "#after");
        let ends_well = after.parent().and_then(ElementRef::wrap).is_some_and(|parent| {
            parent.value().name() == "body" && parent.children().filter_map(ElementRef::wrap).count() == 2
        });
        assert!(ends_well, "it reaches beyond its end: {html}");
        for element in outside.descendants().filter_map(ElementRef::wrap).skip(1) {
            check_element(element, from, &html);
        }
        if html.len() > REWRITTEN {
            return;
        }
        html = outside.inner_html();
    }
}

fn only<'p>(page: &'p Html, wanted: &str) -> ElementRef<'p> {
    let selector = Selector::parse(wanted).expect("it is one");
    let mut found = page.select(&selector);
    let first = found.next().expect("it was put there");
    assert!(found.next().is_none(), "{wanted} is there twice");
    first
}

fn check_element(element: ElementRef<'_>, from: From, html: &str) {
    let name = element.value().name();
    let ours = from == From::Markdown && matches!(name, "img" | "section");
    assert!(ELEMENTS.contains(&name) || ours, "<{name}> in {html}");
    for (key, value) in element.value().attrs() {
        let fine = match (name, key) {
            ("a", "href") => is_link(value, from),
            ("a", "rel") => value == "nofollow noopener noreferrer ugc",
            ("abbr", "title") | ("img", "alt") | (_, "lang") => true,
            ("img", "src") => value.starts_with(&format!("{ORIGIN}media/")),
            ("img", "loading") => value == "lazy",
            ("ol", "start") | ("li", "value") => value.parse::<i64>().is_ok(),
            ("ol", "reversed") => value.is_empty(),
            ("td" | "th", "colspan" | "rowspan") => value.parse::<u8>().is_ok_and(|span| span <= 50),
            ("th", "scope") => value == "col",
            ("div", "tabindex") => value == "0",
            (_, "class") => value.split(' ').all(|class| CLASSES.contains(&class)),
            ("li" | "sup", "id") if from == From::Markdown => {
                value.starts_with("fn-") || value.starts_with("fnref-")
            }
            _ => false,
        };
        assert!(fine, "<{name} {key}={value:?}> in {html}");
    }
    let away = element.attr("href").filter(|href| !href.starts_with('#') && !href.starts_with(ORIGIN));
    let marked = name != "a" || away.is_none() || element.attr("rel").is_some();
    assert!(marked || from == From::Microblog, "a link without rel in {html}");
}

fn is_link(value: &str, from: From) -> bool {
    if value.starts_with('#') {
        return from == From::Markdown && (value.starts_with("#fn-") || value.starts_with("#fnref-"));
    }
    Url::parse(value).is_ok_and(|url| match url.scheme() {
        "http" | "https" => url.has_host() && url.username().is_empty() && url.password().is_none(),
        scheme => scheme == "mailto",
    })
}

/// Checks a whole page of ours: it runs nothing that isn't a file of ours, and loads nothing from elsewhere.
///
/// # Panics
/// When it does.
pub fn check_whole(page: &str) {
    let parsed = Html::parse_document(page);
    for element in parsed.select(&Selector::parse("*").expect("it is one")) {
        let name = element.value().name();
        assert!(!["iframe", "object", "embed", "base", "style"].contains(&name), "<{name}> in {page}");
        assert!(name != "script" || element.attr("src").is_some(), "a script in {page}");
        for (key, value) in element.value().attrs() {
            let value = value.trim().to_ascii_lowercase();
            assert!(!key.starts_with("on") && key != "style", "{key}={value} in {page}");
            assert!(!value.starts_with("javascript:"), "{key}={value} in {page}");
            let own = value.starts_with('/') && !value.starts_with("//");
            assert!(
                !["src", "srcset", "action", "formaction"].contains(&key) || own,
                "{key}={value} in {page}"
            );
        }
    }
}
