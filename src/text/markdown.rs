//! Markdown (GitHub flavour) to safe HTML.
//!
//! comrak parses, `formatter` writes, ammonia's allow list has the last word. Raw HTML is shown as text. Time and
//! nesting are bounded for any input up to `policy::limits::POST` characters, which the caller checks.

use super::allow::{allow_list, allowed, link};
use super::formatter::{Page, format};
use super::line::first_bytes;
use super::mentions::{self, Mention, Target};
use super::plain::to_text;
use super::walk::escape;
use ammonia::{Builder, UrlRelative};
use comrak::html::format_document_with_formatter;
use comrak::nodes::{Node, NodeValue};
use comrak::options::Plugins;
use comrak::{Arena, Options, try_parse_document};
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use url::Url;

/// Path below which our own images live; only those are shown in a text, all others become links.
pub const MEDIA_PATH: &str = "/media/";

/// Most cells of tables in a text. comrak fills up short rows: a few kilobytes could become half a million cells.
const MOST_CELLS: usize = 20_000;

/// Renders Markdown. Build it once and keep it: the allow list is costly to set up.
pub struct Markdown {
    options: Options<'static>,
    allow: Builder<'static>,
    origin: Url,
}

/// A text, rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Safe HTML for a page of ours.
    pub html: String,
    /// The words alone, for search, summaries and mail.
    pub plain: String,
}

impl Markdown {
    /// A renderer for the instance at `origin` (scheme, host and port), whose own links carry no `rel`.
    pub fn new(origin: &Url) -> Self {
        let mut options = Options::default();
        let extension = &mut options.extension;
        extension.strikethrough = true;
        extension.table = true;
        extension.autolink = true;
        extension.tasklist = true;
        extension.footnotes = true;
        // A line break in the form is a line break on the page, as in GitHub's comments.
        options.render.hardbreaks = true;
        options.render.escape = true;
        Self { options, allow: own_list(origin), origin: origin.clone() }
    }

    /// HTML and plain text of a Markdown text.
    ///
    /// `scope` tells this text's footnotes from others on the same page (a post's id, say; only letters, digits and `-` of
    /// it count). `target` says where a mention leads; without an answer it stays text.
    pub fn render(
        &self,
        markdown: &str,
        scope: &str,
        target: &dyn Fn(&Mention) -> Option<Target>,
    ) -> Rendered {
        let arena = Arena::new();
        let scope = scope.chars().filter(|one| one.is_ascii_alphanumeric() || *one == '-').take(64).collect();
        let html = self.parse(&arena, markdown).and_then(|root| {
            let page = Page::new(target, &self.origin, scope);
            let mut out = String::with_capacity(markdown.len() * 2);
            let page = format_document_with_formatter(
                root,
                &self.options,
                &mut out,
                &Plugins::default(),
                format,
                page,
            )
            .ok()?;
            out.push_str(page.end());
            Some(out)
        });
        let html = allowed(&self.allow, &html.unwrap_or_else(|| as_text(markdown)));
        let html = html.trim_end().to_owned();
        Rendered { plain: to_text(&html), html }
    }

    /// Who is mentioned in a Markdown text, each once, in order.
    pub fn mentions(&self, markdown: &str) -> Vec<Mention> {
        let arena = Arena::new();
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        let mut in_link = 0_usize;
        let Some(root) = self.parse(&arena, markdown) else { return found };
        for edge in root.traverse() {
            match edge {
                comrak::arena_tree::NodeEdge::Start(node) => match &node.data().value {
                    NodeValue::Link(_) | NodeValue::Image(_) => in_link += 1,
                    NodeValue::Text(text) if in_link == 0 => {
                        found.extend(
                            mentions::find(text)
                                .into_iter()
                                .map(|(_, mention)| mention)
                                .filter(|mention| seen.insert(mention.clone())),
                        );
                    }
                    _ => {}
                },
                comrak::arena_tree::NodeEdge::End(node) => {
                    if matches!(node.data().value, NodeValue::Link(_) | NodeValue::Image(_)) {
                        in_link = in_link.saturating_sub(1);
                    }
                }
            }
        }
        found
    }

    /// The tree of a text; none when parsing it takes far more steps than a text of its length should, or it has too many cells.
    fn parse<'a>(&self, arena: &'a Arena<'a>, markdown: &str) -> Option<Node<'a>> {
        // comrak asks every 256 steps; an ordinary text takes less than one step per byte.
        let left = Cell::new(1_000 + markdown.len() / 16);
        let exhausted = || {
            left.set(left.get().saturating_sub(1));
            left.get() == 0
        };
        let root = try_parse_document(arena, markdown, &self.options, &exhausted).ok()?;
        let cells = root.descendants().filter(|node| matches!(node.data().value, NodeValue::TableCell));
        if cells.take(MOST_CELLS + 1).count() > MOST_CELLS {
            return None;
        }
        rejoin_handles(root);
        Some(root)
    }
}

/// comrak takes the `jan@host` of `@jan@host` for an e-mail address; this makes it text again.
fn rejoin_handles(root: Node<'_>) {
    let links: Vec<_> = root
        .descendants()
        .filter(|node| matches!(&node.data().value, NodeValue::Link(link) if link.url.starts_with("mailto:")))
        .collect();
    for node in links {
        let (Some(before), Some(inner)) = (node.previous_sibling(), node.first_child()) else {
            continue;
        };
        let address = match &inner.data().value {
            NodeValue::Text(text) if inner.next_sibling().is_none() => text.to_string(),
            _ => continue,
        };
        if !matches!(&node.data().value, NodeValue::Link(link) if link.url.strip_prefix("mailto:") == Some(address.as_str()))
        {
            continue;
        }
        let after = node.next_sibling().filter(|after| matches!(after.data().value, NodeValue::Text(_)));
        let rest = match after.map(|after| after.data().value.clone()) {
            Some(NodeValue::Text(text)) => text.into_owned(),
            _ => String::new(),
        };
        if let NodeValue::Text(text) = &mut before.data_mut().value {
            // Only the neighbourhood is looked at: the text before may have grown long by the handles joined to it.
            let around: String = text.chars().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect();
            let joined = format!("{around}{address}{}", first_bytes(&rest, 16));
            let sigil = around.len().saturating_sub(1);
            if !mentions::find(&joined).iter().any(|(range, _)| range.start == sigil) {
                continue;
            }
            let text = text.to_mut();
            text.push_str(&address);
            text.push_str(&rest);
        } else {
            continue;
        }
        // The text before now holds all three; later links follow it directly.
        if let Some(after) = after {
            after.detach();
        }
        node.detach();
    }
}

/// What is shown of a text that could not be parsed in reasonable time.
fn as_text(markdown: &str) -> String {
    let mut html = String::from("<pre>");
    escape(&mut html, markdown);
    html.push_str("</pre>");
    html
}

/// The allow list for our own texts: the shared one with footnotes and our own images.
fn own_list(origin: &Url) -> Builder<'static> {
    let mut allow = allow_list();
    let base = origin.origin().ascii_serialization();
    let media = format!("{base}{MEDIA_PATH}");
    allow
        .add_tags(["section", "img"])
        .add_tag_attributes("img", ["src", "alt"])
        .add_tag_attribute_values("img", "loading", ["lazy"])
        .add_tag_attributes("li", ["id"])
        .add_tag_attributes("sup", ["id"])
        .add_allowed_classes("section", ["footnotes"])
        .add_allowed_classes("a", ["footnote-back"])
        // Only for links to footnotes: the filter below refuses every other relative address.
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(move |element, attribute, value| {
            let fits = match (element, attribute) {
                (_, "id") => value.starts_with("fn-") || value.starts_with("fnref-"),
                ("img", "src") => value.starts_with(&media),
                ("a", "href") => value.starts_with("#fn") || link(value).is_some(),
                _ => true,
            };
            fits.then_some(Cow::Borrowed(value))
        });
    allow
}

#[cfg(test)]
mod tests {
    use super::{Markdown, Mention, Target};
    use url::Url;

    fn renderer() -> Markdown {
        Markdown::new(&Url::parse("https://plein.example/").unwrap())
    }

    fn target(mention: &Mention) -> Option<Target> {
        (mention.name != "niemand").then(|| Target {
            href: format!("https://plein.example/u/{}", mention.name),
            label: mention.handle(),
        })
    }

    fn html(markdown: &str) -> String {
        renderer().render(markdown, "p1", &target).html
    }

    const REL: &str = "rel=\"nofollow noopener noreferrer ugc\"";

    #[test]
    fn the_github_flavour_is_rendered() {
        assert_eq!(
            html("# Kop\n\nEen **vet** ~~weg~~ `code`\nregel"),
            "<h3>Kop</h3>\n<p>Een <strong>vet</strong> <del>weg</del> <code>code</code><br>\nregel</p>"
        );
        assert_eq!(
            html("###### zes\n\n3. a\n4. b\n\n---"),
            "<h3>zes</h3>\n<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n<hr>"
        );
        assert_eq!(
            html("## a\n#### b\n##### c\n## d\n# e"),
            "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h3>d</h3>\n<h3>e</h3>",
            "no level is left out"
        );
        assert_eq!(html("- [ ] open\n- [x] klaar"), "<ul>\n<li>☐ open</li>\n<li>☑ klaar</li>\n</ul>");
        assert_eq!(
            html("| a | b |\n|--|-:|\n| 1 | 2 |"),
            "<div class=\"table\" tabindex=\"0\">\n<table>\n<thead>\n<tr>\n<th scope=\"col\">a</th>\n<th scope=\"col\" class=\"align-right\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td class=\"align-right\">2</td>\n</tr>\n</tbody>\n</table>\n</div>"
        );
        assert_eq!(html("```html\n<b>\n```"), "<pre><code>&lt;b&gt;\n</code></pre>");
        assert_eq!(
            html("Zin[^a].\n\n[^a]: Noot."),
            "<p>Zin<sup id=\"fnref-p1-1\"><a href=\"#fn-p1-1\">1</a></sup>.</p>\n<section class=\"footnotes\"><ol>\n<li id=\"fn-p1-1\">\n<p>Noot. </p>\n<a href=\"#fnref-p1-1\" class=\"footnote-back\">↩ 1</a></li>\n</ol></section>"
        );
        assert_eq!(
            html("<b>ruw</b> & <script>x</script>"),
            "<p>&lt;b&gt;ruw&lt;/b&gt; &amp; &lt;script&gt;x&lt;/script&gt;</p>"
        );
    }

    #[test]
    fn links_elsewhere_are_marked_and_ours_are_not() {
        assert_eq!(
            html("[x](https://x.example/a?b=1&c=2)"),
            format!("<p><a href=\"https://x.example/a?b=1&amp;c=2\" {REL}>x</a></p>")
        );
        assert_eq!(
            html("[x](/g/main) [y](https://plein.example/z)"),
            "<p><a href=\"https://plein.example/g/main\">x</a> <a href=\"https://plein.example/z\">y</a></p>"
        );
        assert_eq!(
            html("https://x.example/pad en <a@x.example>"),
            format!(
                "<p><a href=\"https://x.example/pad\" {REL}>https://x.example/pad</a> en <a href=\"mailto:a@x.example\" {REL}>a@x.example</a></p>"
            )
        );
        assert_eq!(
            html(
                "[x](pad) [y](//evil.example) [z](#q) [q](ftp://x.example) [u](https://bank.example@evil.example/)"
            ),
            "<p>x y z q u</p>"
        );
    }

    #[test]
    fn only_our_own_images_are_shown() {
        assert_eq!(
            html("![Kat](/media/1.png)"),
            "<p><img src=\"https://plein.example/media/1.png\" alt=\"Kat\" loading=\"lazy\"></p>"
        );
        assert_eq!(
            html("![Een *kat*](https://x.example/1.png)"),
            format!("<p><a href=\"https://x.example/1.png\" {REL}>Een kat</a></p>")
        );
        assert_eq!(
            html("![](https://x.example/1.png)"),
            format!("<p><a href=\"https://x.example/1.png\" {REL}>https://x.example/1.png</a></p>")
        );
        assert_eq!(
            html("[![kat](https://x.example/1.png)](https://y.example/)"),
            format!("<p><a href=\"https://y.example/\" {REL}>kat</a></p>")
        );
        assert_eq!(
            html("![kat](/g/main) ![k](/media/../g)"),
            "<p><a href=\"https://plein.example/g/main\">kat</a> <a href=\"https://plein.example/g\">k</a></p>"
        );
        assert_eq!(html("![kat](data:image/png;base64,x)"), "<p>kat</p>");
    }

    #[test]
    fn mentions_become_links_only_in_text() {
        let link = |handle: &str| {
            format!("<a href=\"https://plein.example/u/jan\" class=\"u-url mention\">{handle}</a>")
        };
        assert_eq!(html("Dag @jan."), format!("<p>Dag {}.</p>", link("@jan")));
        assert_eq!(
            html("Dag @jan@x.example: a@x.example"),
            format!(
                "<p>Dag {}: <a href=\"mailto:a@x.example\" {REL}>a@x.example</a></p>",
                link("@jan@x.example")
            )
        );
        assert_eq!(
            html("@jan@x.example:8080 **!jan@y.example**"),
            format!("<p>{} <strong>{}</strong></p>", link("@jan@x.example:8080"), link("!jan@y.example"))
        );
        assert_eq!(
            html("`@jan` [@jan](https://x.example/) jan@x.example @niemand"),
            format!(
                "<p><code>@jan</code> <a href=\"https://x.example/\" {REL}>@jan</a> <a href=\"mailto:jan@x.example\" {REL}>jan@x.example</a> @niemand</p>"
            )
        );
        assert_eq!(
            html("    @jan\n\n```\n@jan\n```"),
            "<pre><code>@jan\n</code></pre>\n<pre><code>@jan\n</code></pre>"
        );
        let found = renderer().mentions(
            "@a, @B@X.nl, !c@y.nl:81, @a `@d` [@e](https://x.nl) f@g.nl\n\n> @h\n\n@a@b.nl @c@d.nl",
        );
        assert_eq!(
            found.iter().map(Mention::handle).collect::<Vec<_>>(),
            ["@a", "@B@x.nl", "!c@y.nl:81", "@h", "@a@b.nl", "@c@d.nl"]
        );
    }

    #[test]
    fn a_hostile_answer_for_a_mention_breaks_nothing() {
        for (href, label) in [
            ("javascript:alert(1)", "x"),
            ("https://x.example/\"onmouseover=alert(1) x=\"", "</a><script>alert(1)</script>"),
            ("//x", "y"),
            ("", ""),
        ] {
            let rendered = renderer()
                .render("@jan", "\"><script>", &|_: &Mention| {
                    Some(Target { href: href.into(), label: label.into() })
                })
                .html;
            assert!(
                !rendered.contains("<script")
                    && !rendered.contains("\"onmouseover")
                    && !rendered.contains("javascript:"),
                "{rendered}"
            );
        }
    }

    #[test]
    fn one_renderer_serves_all_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Markdown>();
        shared::<crate::text::html::Cleaner>();
    }

    #[test]
    fn plain_text_comes_along() {
        assert_eq!(
            renderer().render("# Kop\n\nEen **vet** woord\nregel\n\n- a\n- b", "x", &target).plain,
            "Kop\n\nEen vet woord\nregel\n\n- a\n- b"
        );
    }

    #[test]
    fn pathological_texts_stay_small_and_fast() {
        let renderer = renderer();
        let mut inputs: Vec<(String, String)> = [
            ">", "> ", "[", "![", "*", "_a", "**a ", "*a_ ", "- ", "1. ", "`", "`a``", "<", "&", "\\", "@",
            "~~", "|", "^", "[^1]", "[a](", "[a](<b", "<!--", "<?", "<a ", "www.", "a@b.", "!a@b.c",
            "@a@b.cc ", "https://", "\n> - ", "#", "(", "\t",
        ]
        .iter()
        .map(|unit| ((*unit).to_owned(), unit.repeat(8_000 / unit.len())))
        .collect();
        for (name, input) in [
            ("quotes then lines", ">".repeat(5_000) + &"a\n".repeat(6_666)),
            ("lists then blank lines", "- ".repeat(4_000) + &"\n".repeat(8_333)),
            ("wide table", format!("|{}\n|{}\n{}", "a|".repeat(500), "-|".repeat(500), "|b\n".repeat(3_333))),
            ("long table", format!("|a|\n|-|\n{}", "|b|\n".repeat(4_000))),
            ("staircase", (0..300).map(|n| format!("{}- a\n", " ".repeat(n))).collect()),
            ("definitions", (0..1_000).map(|n| format!("[a{n}]: /x\n[a{n}] ")).collect()),
            ("footnotes", (0..666).map(|n| format!("[^{n}]\n\n[^{n}]: x\n\n")).collect()),
            ("one definition", format!("[a]: /{}\n\n{}", "x".repeat(6_666), "[a]".repeat(2_666))),
            ("emphasis", "*a **a ".repeat(2_333)),
            ("nested links", "[a](".repeat(4_000)),
            ("brackets", "[".repeat(8_333) + &"]".repeat(8_333)),
            ("quotes in lists", "> - ".repeat(4_000)),
            ("entities", "&lt;".repeat(4_000)),
        ] {
            inputs.push((name.to_owned(), input));
        }
        let mut slowest = (std::time::Duration::ZERO, String::new());
        for (name, input) in inputs {
            let before = std::time::Instant::now();
            let rendered = renderer.render(&input, "p", &target);
            drop(renderer.mentions(&input));
            slowest = slowest.max((before.elapsed(), name.clone()));
            assert!(rendered.html.len() < 8 * 1024 * 1024, "{name}: {} bytes", rendered.html.len());
            assert!(deepest(&rendered.html) <= 100, "{name}: {}", deepest(&rendered.html));
        }
        assert!(slowest.0.as_secs() < 30, "{slowest:?}");
    }

    #[test]
    fn short_rows_of_a_wide_table_are_not_filled_up_without_end() {
        let table =
            |columns, rows| ["|a".repeat(columns), "|-".repeat(columns), "|b\n".repeat(rows)].join("|\n");
        let text = table(2_000, 200);
        let long = html(&text);
        assert!(long.starts_with("<pre>|a|a") && long.len() < 2 * text.len(), "{} bytes", long.len());
        assert_eq!(html(&table(3, 2)).matches("<td>").count(), 6);
    }

    #[test]
    fn long_runs_of_what_is_escaped_come_out_whole() {
        let renderer = renderer();
        for (written, shown) in [("&", "&amp;"), ("\u{a0}", "&nbsp;"), ("\u{b0}", "\u{b0}"), ("<", "&lt;")] {
            let text = format!("x{}x", written.repeat(2_000));
            let html = format!("<p>x{}x</p>", shown.repeat(2_000));
            assert_eq!(renderer.render(&text, "p", &target).html, html);
            let cells = format!("|a|b|\n|-|-|\n|{text}|{text}|");
            let html = renderer.render(&cells, "p", &target).html;
            assert_eq!(html.matches(shown).count(), 4_000, "{written}");
            assert!(!html.contains("<!--"));
        }
        let long = format!("[x](https://x.example/{}) ![{}](/media/x)", "&".repeat(9_000), "&".repeat(9_000));
        let html = renderer.render(&long, "p", &target).html;
        assert!(html.starts_with("<p>x <img src"), "an address of that length leads nowhere");
        assert_eq!(html.matches("&amp;").count(), 8 * 1024);
    }

    fn deepest(html: &str) -> usize {
        let (mut depth, mut deepest) = (0_usize, 0);
        super::super::walk::walk(html, |event| match event {
            super::super::walk::Event::Open(element) if !super::super::walk::is_void(element.name()) => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            super::super::walk::Event::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        });
        deepest
    }
}
