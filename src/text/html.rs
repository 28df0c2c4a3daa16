//! Cleans HTML that comes from other servers.
//!
//! Two passes guard every page: a bounded rewrite that keeps a few elements, then ammonia's allow list over the result.
//! Markup of our own is made in `markdown`; copies for microblogs in `microblog`.

use super::allow::{
    DESCRIPTION, ELEMENTS, LINK_REL, Outline, allow_list, allowed, heading_level, is_block, link,
};
use super::line::first_bytes;
use super::walk::{Element, Event, escape, is_void, walk};
use crate::policy::limits::REMOTE_HTML;
use ammonia::Builder;

/// Deepest nesting that is kept; what stands deeper keeps its text only.
const DEEPEST: usize = 40;
/// Most elements that are kept; the rest keeps its text only.
const MOST_ELEMENTS: usize = 20_000;

/// Makes HTML of other servers safe to show. Build it once: the allow list is costly to set up.
pub struct Cleaner {
    allow: Builder<'static>,
}

impl Default for Cleaner {
    fn default() -> Self {
        Self::new()
    }
}

impl Cleaner {
    /// Sets up the allow list.
    pub fn new() -> Self {
        Self { allow: allow_list() }
    }

    /// The safe part of a remote body: no images (links instead), ids, styles, scripts or forms; links only to http, https and
    /// mailto, marked as such; headings two levels down; Mastodon's `invisible` and `ellipsis` spans as plain text.
    ///
    /// Input beyond [`REMOTE_HTML`] is cut off. The result is well-formed whatever comes in.
    pub fn clean(&self, html: &str) -> String {
        let mut rewrite = Rewrite::default();
        walk(first_bytes(html, REMOTE_HTML), |event| rewrite.step(&event));
        allowed(&self.allow, &rewrite.finish())
    }
}

/// The first pass: writes a balanced, bounded document of few elements.
#[derive(Default)]
struct Rewrite {
    out: String,
    open: Vec<&'static str>,
    outline: Outline,
    elements: usize,
    /// An unknown block began or ended since the last text.
    boundary: bool,
    /// Nothing has been written yet on the current line.
    fresh: bool,
}

impl Rewrite {
    fn step(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) => self.text(text),
            Event::Close(name) => self.close(name),
            Event::Open(element) => self.element(element),
        }
    }

    fn finish(mut self) -> String {
        self.close_down_to(0);
        self.out
    }

    fn text(&mut self, text: &str) {
        if !text.trim().is_empty() {
            if self.boundary && !self.fresh && !self.out.is_empty() {
                self.out.push_str("<br>");
            }
            self.boundary = false;
            self.fresh = false;
        }
        escape(&mut self.out, text);
    }

    fn close(&mut self, name: &str) {
        match kept(name) {
            Some(name) => {
                let is_heading = heading_level(name).is_some();
                let ends = |open: &&str| *open == name || is_heading && heading_level(open).is_some();
                if let Some(at) = self.open.iter().rposition(ends) {
                    self.close_down_to(at);
                }
            }
            None if is_block(name) => self.boundary = true,
            None => {}
        }
    }

    fn element(&mut self, element: &Element<'_>) {
        if element.name() == "img" {
            self.image(element);
            return;
        }
        let Some(name) = kept(element.name()) else {
            self.boundary |= is_block(element.name());
            return;
        };
        self.close_implied(name);
        if !self.fits(name) || self.open.len() >= DEEPEST || self.elements >= MOST_ELEMENTS {
            self.boundary |= is_block(name);
            return;
        }
        let mut attributes = String::new();
        if !attributes_of(name, element, &mut attributes) {
            return;
        }
        let name = heading_level(element.name()).map_or(name, |level| self.outline.heading(level));
        self.elements += 1;
        if name == "table" {
            self.begin("div", " class=\"table\" tabindex=\"0\"");
        }
        self.begin(name, &attributes);
        if is_void(name) {
            self.open.pop();
        }
    }

    fn begin(&mut self, name: &'static str, attributes: &str) {
        if self.boundary && !self.fresh && !self.out.is_empty() && !is_block(name) && name != "br" {
            self.out.push_str("<br>");
        }
        self.boundary = false;
        self.fresh = is_block(name) || name == "br";
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(attributes);
        self.out.push('>');
        self.open.push(name);
    }

    /// A remote image is never loaded: its alternative text links to it.
    fn image(&mut self, element: &Element<'_>) {
        let alt = element
            .attribute("alt")
            .or_else(|| element.attribute("title"))
            .map(str::trim)
            .unwrap_or_default();
        let url = element.attribute("src").and_then(link).filter(|url| url.scheme() != "mailto");
        match url {
            Some(url) if !self.open.contains(&"a") && self.elements < MOST_ELEMENTS => {
                self.elements += 1;
                let label = if alt.is_empty() { url.host_str().unwrap_or_default() } else { alt };
                self.begin("a", &format!(" href=\"{}\" rel=\"{LINK_REL}\"", escaped(url.as_str())));
                self.text(label);
                self.close("a");
            }
            _ => self.text(alt),
        }
    }

    /// Ends what HTML ends by itself when this element begins (HTML §13.1.2.4).
    fn close_implied(&mut self, name: &str) {
        let (ends, within): (&[&str], &[&str]) = match name {
            "a" => (&["a"], &[]),
            "li" => (&["li"], &["ul", "ol"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "td" | "th" => (&["td", "th"], &["table"]),
            "tr" => (&["tr", "caption"], &["table"]),
            "thead" | "tbody" | "tfoot" => (&["thead", "tbody", "tfoot", "caption"], &["table"]),
            name if is_block(name) => {
                (&["p"], &["li", "blockquote", "td", "th", "dd", "details", "summary", "caption"])
            }
            _ => return,
        };
        for at in (0..self.open.len()).rev() {
            match self.open.get(at) {
                Some(open) if ends.contains(open) => return self.close_down_to(at),
                Some(open) if within.contains(open) => return,
                _ => {}
            }
        }
    }

    /// Whether the element may stand here; parts of lists and tables need their whole.
    fn fits(&self, name: &str) -> bool {
        let innermost = |names: &[&str]| self.open.iter().any(|open| names.contains(open));
        match name {
            "li" => innermost(&["ul", "ol"]),
            "dt" | "dd" => innermost(&["dl"]),
            "tr" | "td" | "th" | "thead" | "tbody" | "tfoot" | "caption" => innermost(&["table"]),
            "summary" => self.open.last() == Some(&"details"),
            _ => true,
        }
    }

    fn close_down_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            if let Some(name) = self.open.pop() {
                self.out.push_str("</");
                self.out.push_str(name);
                self.out.push('>');
                self.fresh |= is_block(name);
            }
            if self.open.last() == Some(&"div") {
                self.open.pop();
                self.out.push_str("</div>");
            }
        }
    }
}

/// The name under which a remote element is kept, if it is.
fn kept(name: &str) -> Option<&'static str> {
    let name = match name {
        // Which of them it becomes depends on those before.
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => "h3",
        "strike" => "s",
        "tt" | "samp" => "code",
        "div" => return None,
        name => name,
    };
    ELEMENTS.iter().copied().find(|&element| element == name)
}

/// Writes the attributes that are kept; false when the element means nothing without one that is missing.
fn attributes_of(name: &str, element: &Element<'_>, out: &mut String) -> bool {
    let mut write = |key: &str, value: &str| {
        out.push(' ');
        out.push_str(key);
        out.push_str("=\"");
        escape(out, value);
        out.push('"');
    };
    match name {
        "a" => {
            let Some(url) = element.attribute("href").and_then(link) else { return false };
            write("href", url.as_str());
            write("rel", LINK_REL);
            let classes: Vec<&str> = ["u-url", "mention", "hashtag"]
                .into_iter()
                .filter(|class| element.has_class(class))
                .collect();
            if !classes.is_empty() {
                write("class", &classes.join(" "));
            }
        }
        "abbr" => element
            .attribute("title")
            .into_iter()
            .for_each(|title| write("title", first_bytes(title, DESCRIPTION))),
        "ol" => {
            number(element, "start", -9_999..=99_999).into_iter().for_each(|start| write("start", &start));
        }
        "li" => {
            number(element, "value", -9_999..=99_999).into_iter().for_each(|value| write("value", &value));
        }
        "td" | "th" => {
            for key in ["colspan", "rowspan"] {
                number(element, key, 1..=50).into_iter().for_each(|span| write(key, &span));
            }
        }
        _ => {}
    }
    if name == "ol" && element.attribute("reversed").is_some() {
        write("reversed", "");
    }
    let language = element.attribute("lang").filter(|tag| {
        tag.len() <= 35 && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    language.into_iter().for_each(|language| write("lang", language));
    true
}

fn number(element: &Element<'_>, key: &str, range: std::ops::RangeInclusive<i32>) -> Option<String> {
    element
        .attribute(key)?
        .trim()
        .parse()
        .ok()
        .filter(|number| range.contains(number))
        .map(|number| number.to_string())
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use super::Cleaner;

    fn clean(html: &str) -> String {
        Cleaner::new().clean(html)
    }

    #[test]
    fn mastodon_links_become_readable() {
        let html = r#"<p><span class="h-card" translate="no"><a href="https://a.example/@jan" class="u-url mention">@<span>jan</span></a></span> zie
<a href="https://x.example/lang/pad?a=1&amp;b=2" target="_blank" onclick="x()"><span class="invisible">https://</span><span class="ellipsis">x.example/la</span><span class="invisible">ng/pad</span></a>
<a href="https://a.example/tags/werk" class="mention hashtag evil" rel="tag">#<span>werk</span></a></p>"#;
        assert_eq!(
            clean(html),
            "<p><a href=\"https://a.example/@jan\" rel=\"nofollow noopener noreferrer ugc\" class=\"u-url mention\">@jan</a> zie\n\
             <a href=\"https://x.example/lang/pad?a=1&amp;b=2\" rel=\"nofollow noopener noreferrer ugc\">https://x.example/lang/pad</a>\n\
             <a href=\"https://a.example/tags/werk\" rel=\"nofollow noopener noreferrer ugc\" class=\"mention hashtag\">#werk</a></p>"
        );
    }

    #[test]
    fn images_become_links_with_their_alternative_text() {
        let link = |alt: &str| {
            format!("<a href=\"https://x.example/p.png\" rel=\"nofollow noopener noreferrer ugc\">{alt}</a>")
        };
        assert_eq!(clean("<img src=\"https://x.example/p.png\" alt=\"Een kat\">"), link("Een kat"));
        assert_eq!(clean("<img src=https://x.example/p.png>"), link("x.example"));
        assert_eq!(
            clean("<a href=https://x.example/p.png><img src=https://y.example/q.png alt=Kat></a>"),
            link("Kat")
        );
        assert_eq!(clean("<img src=data:image/png;base64,xx alt=kat>"), "kat");
    }

    #[test]
    fn lemmys_and_piefeds_markup_is_kept_and_moved_below_our_headings() {
        let html = "<h1>Kop</h1><table><thead><tr><th>A</th></tr></thead><tbody><tr><td colspan=2 style=x>1</td></tr></tbody></table>\
            <details><summary>Meer</summary><p>x</p></details><ol start=\"3\" id=x><li>a</li></ol><hr /><strike>weg</strike>";
        assert_eq!(
            clean(html),
            "<h3>Kop</h3><div class=\"table\" tabindex=\"0\"><table><thead><tr><th>A</th></tr></thead><tbody><tr><td colspan=\"2\">1</td></tr></tbody></table></div>\
             <details><summary>Meer</summary><p>x</p></details><ol start=\"3\"><li>a</li></ol><hr><s>weg</s>"
        );
    }

    #[test]
    fn headings_leave_no_level_out() {
        assert_eq!(
            clean("<h2>a</h2><h4>b</h4><h1>c</h1>d<h5>e</h3>f"),
            "<h3>a</h3><h4>b</h4><h3>c</h3>d<h4>e</h4>f"
        );
    }

    #[test]
    fn broken_markup_is_repaired() {
        assert_eq!(
            clean("<p>een<p>twee <b>vet <i>x</b> y</i>"),
            "<p>een</p><p>twee <b>vet <i>x</i></b> y</p>"
        );
        assert_eq!(
            clean("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>e"),
            "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>e"
        );
        assert_eq!(clean("<li>los</li><td>cel</td></p></b>"), "los<br>cel");
        assert_eq!(clean("<div>een</div><div><div>twee</div></div>"), "een<br>twee");
        assert_eq!(
            clean("<table><tr><td>a<td>b<tr><td>c</table>x"),
            "<div class=\"table\" tabindex=\"0\"><table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table></div>x"
        );
        assert_eq!(clean("a < b && c > d"), "a &lt; b &amp;&amp; c &gt; d");
    }

    #[test]
    fn deep_and_endless_markup_stays_small_and_fast() {
        for input in [
            "<blockquote>".repeat(10_000),
            "<b>".repeat(12_000) + &"<p>x".repeat(12_000),
            "<a href=https://x.nl>".repeat(4_000),
            (0..4_000).map(|n| format!("<i id={n}>")).collect::<String>() + &"<p>y".repeat(4_000),
            "<table><tr><td>".repeat(4_000),
            "</p>".repeat(20_000),
            "<".repeat(8_000),
            "&".repeat(4_000),
            "<ul><li>".repeat(8_000),
            "<svg>".repeat(12_000),
            format!("<a {}>x</a>", (0..6_000).map(|n| format!("a{n}=1 ")).collect::<String>()),
            "<p>".repeat(30_000),
            "<b><i><u><s>x</b>".repeat(4_000),
        ] {
            let one = std::time::Instant::now();
            let cleaned = clean(&input);
            assert!(cleaned.len() < 4 * 1024 * 1024, "{} bytes from {:?}", cleaned.len(), input.get(..20));
            assert!(one.elapsed().as_secs() < 30, "{:?} for {:?}", one.elapsed(), input.get(..20));
        }
    }
}
