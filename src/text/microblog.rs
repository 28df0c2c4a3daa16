//! Rewrites our own HTML into the subset that Mastodon and GoToSocial show.
//!
//! Mastodon drops what it does not know together with its structure (a table becomes one run-on line), so tables, rules,
//! details and images are said in paragraphs and links here. The list is that of Mastodon 4.6 `sanitize_config.rb`.

use super::walk::{Element, Event, escape, is_void, walk};

/// Elements that microblogs show as they are.
const SHOWN: &[&str] = &[
    "p",
    "br",
    "a",
    "del",
    "s",
    "pre",
    "blockquote",
    "code",
    "b",
    "strong",
    "u",
    "sub",
    "sup",
    "i",
    "em",
    "h3",
    "h4",
    "h5",
    "ul",
    "ol",
    "li",
    "ruby",
    "rt",
    "rp",
    "abbr",
];

/// The federated copy of HTML that `markdown` or `html::Cleaner` made; other HTML must be cleaned first.
///
/// Tables become lines of cells, a heading of level 6 and a summary a strong paragraph, an image a link with its alternative
/// text; marks of place (ids, footnote links) go, as they would collide on the page of another server.
pub fn for_microblogs(html: &str) -> String {
    let mut copy = Copy { out: String::with_capacity(html.len()), ..Copy::default() };
    walk(html, |event| copy.step(&event));
    copy.out.truncate(copy.out.trim_end().len());
    copy.out
}

#[derive(Default)]
struct Copy {
    out: String,
    /// Where we are in the table: rows and cells seen so far.
    row: usize,
    cell: usize,
    in_table: usize,
    in_cell: bool,
    /// Inside a link back from a footnote, which has no meaning elsewhere.
    skipping: bool,
    /// For each open `a`, whether it was written.
    links: Vec<bool>,
}

impl Copy {
    fn step(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(_) if self.skipping => {}
            // White space between the parts of a table is no content.
            Event::Text(text) if self.in_table > 0 && !self.in_cell && text.trim().is_empty() => {}
            Event::Text(text) => escape(&mut self.out, text),
            Event::Open(element) => self.open(element),
            Event::Close(name) => self.close(name),
        }
    }

    fn open(&mut self, element: &Element<'_>) {
        match element.name() {
            "a" => self.link(element),
            "img" => self.image(element),
            "h6" | "summary" => self.out.push_str("<p><strong>"),
            "hr" => self.out.push_str("<p>* * *</p>"),
            "dt" | "dd" => self.out.push_str("<p>"),
            "table" => {
                self.in_table += 1;
                self.row = 0;
                self.cell = 0;
                self.out.push_str("<p>");
            }
            "tr" => {
                if self.row > 0 {
                    self.out.push_str("<br>");
                }
                self.row += 1;
                self.cell = 0;
            }
            name @ ("td" | "th") => {
                if self.cell > 0 {
                    self.out.push_str(" | ");
                }
                self.cell += 1;
                self.in_cell = true;
                self.out.push_str(if name == "th" { "<strong>" } else { "" });
            }
            // Blocks inside a cell would end the paragraph that the table became.
            name if self.in_table > 0 && is_paragraph(name) => self.out.push(' '),
            name if SHOWN.contains(&name) => self.begin(element),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "a" => {
                self.skipping = false;
                if self.links.pop() == Some(true) {
                    self.out.push_str("</a>");
                }
            }
            "h6" | "summary" => self.out.push_str("</strong></p>"),
            "dt" | "dd" => self.out.push_str("</p>"),
            "table" => {
                self.in_table = self.in_table.saturating_sub(1);
                self.out.push_str("</p>");
            }
            "td" | "th" => {
                self.in_cell = false;
                self.out.push_str(if name == "th" { "</strong>" } else { "" });
            }
            name if self.in_table > 0 && is_paragraph(name) => {}
            name if SHOWN.contains(&name) && !is_void(name) => self.end(name),
            _ => {}
        }
    }

    fn begin(&mut self, element: &Element<'_>) {
        self.out.push('<');
        self.out.push_str(element.name());
        for key in ["start", "reversed", "value", "title", "lang"] {
            if let Some(value) = element.attribute(key) {
                self.out.push(' ');
                self.out.push_str(key);
                self.out.push_str("=\"");
                escape(&mut self.out, value);
                self.out.push('"');
            }
        }
        self.out.push('>');
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn link(&mut self, element: &Element<'_>) {
        self.skipping = element.has_class("footnote-back");
        let href = element.attribute("href").filter(|href| !href.starts_with('#'));
        self.links.push(href.is_some());
        if let Some(href) = href {
            self.out.push_str("<a href=\"");
            escape(&mut self.out, href);
            for key in ["rel", "class"] {
                if let Some(value) = element.attribute(key) {
                    self.out.push_str("\" ");
                    self.out.push_str(key);
                    self.out.push_str("=\"");
                    escape(&mut self.out, value);
                }
            }
            self.out.push_str("\">");
        }
    }

    fn image(&mut self, element: &Element<'_>) {
        let alt = element.attribute("alt").unwrap_or_default();
        let src = element.attribute("src").filter(|_| !self.links.contains(&true));
        if let Some(src) = src {
            self.out.push_str("<a href=\"");
            escape(&mut self.out, src);
            self.out.push_str("\">");
            escape(&mut self.out, if alt.is_empty() { src } else { alt });
            self.out.push_str("</a>");
        } else {
            escape(&mut self.out, alt);
        }
    }
}

fn is_paragraph(name: &str) -> bool {
    matches!(name, "p" | "ul" | "ol" | "li" | "blockquote" | "pre" | "h3" | "h4" | "h5")
}

#[cfg(test)]
mod tests {
    use super::for_microblogs;

    #[test]
    fn tables_become_lines() {
        let html = "<div class=\"table\" tabindex=\"0\"><table>\n<thead>\n<tr>\n<th scope=\"col\">Wat</th>\n<th>Wie</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>a &amp; b</td>\n<td><em>c</em></td>\n</tr>\n</tbody></table></div>\n";
        assert_eq!(
            for_microblogs(html),
            "<p><strong>Wat</strong> | <strong>Wie</strong><br>a &amp; b | <em>c</em></p>"
        );
    }

    #[test]
    fn what_microblogs_do_not_know_is_said_in_paragraphs() {
        assert_eq!(
            for_microblogs("<h3>a</h3><h6>b</h6><hr><details><summary>s</summary><p>t</p></details>"),
            "<h3>a</h3><p><strong>b</strong></p><p>* * *</p><p><strong>s</strong></p><p>t</p>"
        );
        assert_eq!(
            for_microblogs(
                "<p><ins>a</ins> <mark>b</mark><img src=\"https://a.example/media/x.png\" alt=\"Kat\"></p>"
            ),
            "<p>a b<a href=\"https://a.example/media/x.png\">Kat</a></p>"
        );
        assert_eq!(
            for_microblogs("<ol start=\"3\"><li>x<br>y</li></ol>"),
            "<ol start=\"3\"><li>x<br>y</li></ol>"
        );
    }

    #[test]
    fn links_keep_rel_and_class_but_places_on_the_page_go() {
        let mention = "<p><a href=\"https://a.example/u/jan\" class=\"mention u-url\">@jan</a></p>";
        assert_eq!(for_microblogs(mention), mention);
        assert_eq!(
            for_microblogs(
                "<p>a<sup id=\"fnref-x-1\"><a href=\"#fn-x-1\">1</a></sup></p><section class=\"footnotes\"><ol><li id=\"fn-x-1\"><p>n</p> <a href=\"#fnref-x-1\" class=\"footnote-back\">↩ 1</a></li></ol></section>"
            ),
            "<p>a<sup>1</sup></p><ol><li><p>n</p> </li></ol>"
        );
    }
}
