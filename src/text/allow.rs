//! What markup may stand on a page: elements, attributes and addresses, for our own texts and remote ones alike.

use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use url::Url;

/// What links to elsewhere carry: no ranking, no access to the opener, no referrer, written by users.
pub(super) const LINK_REL: &str = "nofollow noopener noreferrer ugc";

/// Longest address of a link, and longest description in an attribute, in bytes.
pub(super) const ADDRESS: usize = 8 * 1024;
pub(super) const DESCRIPTION: usize = 8 * 1024;

/// Characters in one run of text that are escaped, at most.
const RUN: usize = 256;

/// Elements that may stand on a page, beside those that the two kinds of text add for themselves.
pub(super) const ELEMENTS: &[&str] = &[
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

/// The allow list that both kinds of text share. Relative addresses and addresses of other schemes are dropped.
pub(super) fn allow_list() -> Builder<'static> {
    let mut allow = Builder::empty();
    let attributes: HashMap<&str, HashSet<&str>> = HashMap::from([
        ("a", HashSet::from(["href"])),
        ("abbr", HashSet::from(["title"])),
        ("ol", HashSet::from(["start", "reversed"])),
        ("li", HashSet::from(["value"])),
        ("td", HashSet::from(["colspan", "rowspan"])),
        ("th", HashSet::from(["colspan", "rowspan"])),
    ]);
    let values: HashMap<&str, HashMap<&str, HashSet<&str>>> = HashMap::from([
        ("a", HashMap::from([("rel", HashSet::from([LINK_REL]))])),
        ("div", HashMap::from([("tabindex", HashSet::from(["0"]))])),
        ("th", HashMap::from([("scope", HashSet::from(["col"]))])),
    ]);
    let classes: HashMap<&str, HashSet<&str>> = HashMap::from([
        ("a", HashSet::from(["mention", "hashtag", "u-url"])),
        ("div", HashSet::from(["table"])),
        ("td", HashSet::from(["align-center", "align-right"])),
        ("th", HashSet::from(["align-center", "align-right"])),
    ]);
    allow
        .tags(ELEMENTS.iter().copied().collect())
        .clean_content_tags(HashSet::from([
            "script", "style", "iframe", "noscript", "template", "svg", "math", "title", "textarea", "xmp",
        ]))
        .tag_attributes(attributes)
        .tag_attribute_values(values)
        .generic_attributes(HashSet::from(["lang"]))
        .allowed_classes(classes)
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        .strip_comments(true);
    allow
}

/// An address that a link may have: absolute http(s) with a host and without a user name in it, or mailto.
///
/// A user name (`https://bank.example@evil.example/`) serves only to deceive the reader.
pub(super) fn link(address: &str) -> Option<Url> {
    let url = Url::parse(address.trim()).ok().filter(|url| url.as_str().len() <= ADDRESS)?;
    let fits = match url.scheme() {
        "http" | "https" => url.has_host() && url.username().is_empty() && url.password().is_none(),
        "mailto" => url.path().contains('@'),
        _ => false,
    };
    fits.then_some(url)
}

/// The headings that a text stands under, as it is read.
#[derive(Default)]
pub(super) struct Outline {
    /// Their levels as written, outermost first.
    levels: Vec<u8>,
}

impl Outline {
    /// The element for a heading of this level. A text's first level stands right below the headings of the page, and none is
    /// left out further down (WCAG technique G141), however the text was written.
    pub(super) fn heading(&mut self, level: u8) -> &'static str {
        while self.levels.last().is_some_and(|above| *above >= level) {
            self.levels.pop();
        }
        self.levels.push(level);
        self.current()
    }

    /// The element of the last heading.
    pub(super) fn current(&self) -> &'static str {
        match self.levels.len() {
            0 | 1 => "h3",
            2 => "h4",
            3 => "h5",
            _ => "h6",
        }
    }
}

/// The level of a heading by its element's name.
pub(super) fn heading_level(name: &str) -> Option<u8> {
    match name {
        "h1" => Some(1),
        "h2" => Some(2),
        "h3" => Some(3),
        "h4" => Some(4),
        "h5" => Some(5),
        "h6" => Some(6),
        _ => None,
    }
}

/// Whether the element begins on a line of its own.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "ul"
            | "ol"
            | "li"
            | "blockquote"
            | "pre"
            | "table"
            | "hr"
            | "details"
            | "summary"
            | "dl"
            | "dt"
            | "dd"
            | "tr"
            | "td"
            | "th"
            | "thead"
            | "tbody"
            | "tfoot"
            | "caption"
            | "div"
            | "section"
            | "article"
            | "figure"
            | "figcaption"
            | "header"
            | "footer"
            | "main"
            | "aside"
            | "nav"
            | "address"
            | "form"
            | "fieldset"
            | "center"
            | "body"
    )
}
/// What an allow list leaves of HTML that we wrote: balanced, and escaped by `walk::escape` or comrak.
pub(super) fn allowed(allow: &Builder<'_>, html: &str) -> String {
    allow.clean(&parted(html)).to_string()
}

/// Parts long runs of text by empty comments, which the allow list takes out again.
///
/// html5ever writes each run of text in a time that grows with its length times the characters in it that it escapes
/// (`write_escaped` in its 0.40.1 looks for a `<` up to the end of the run before each of them): 120 kB of `&` took 0.2 s. In
/// attributes lengths are bounded where they are written.
fn parted(html: &str) -> Cow<'_, str> {
    let (mut in_tag, mut escaped, mut from) = (false, 0_usize, 0);
    let mut out = String::new();
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'<' => in_tag = true,
            b'>' => (in_tag, escaped) = (false, 0),
            // 0xC2 begins a no-break space, and much else.
            b'&' | 0xC2 if !in_tag => escaped += 1,
            _ => {}
        }
        if escaped > RUN {
            out.push_str(html.get(from..at).unwrap_or_default());
            out.push_str("<!---->");
            (escaped, from) = (0, at);
        }
    }
    if from == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(html.get(from..).unwrap_or_default());
    Cow::Owned(out)
}
