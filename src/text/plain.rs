//! Takes the plain text out of HTML, for search, summaries, mail and titles.

use super::allow::is_block;
use super::walk::{Element, Event, walk};

/// The words of an HTML text: blocks on lines of their own, list items marked, images by their alternative text.
pub fn to_text(html: &str) -> String {
    let mut text = Plain::default();
    walk(html, |event| text.step(&event));
    text.out.truncate(text.out.trim_end().len());
    text.out
}

/// Plain text in the making.
#[derive(Default)]
struct Plain {
    out: String,
    /// How many line breaks to write before the next text.
    breaks: usize,
    space: bool,
    preformatted: usize,
    /// Text that opens a list item or separates cells, written before the next text.
    mark: &'static str,
}

impl Plain {
    fn step(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) => self.text(text),
            Event::Open(element) => self.open(element),
            Event::Close(name) => self.close(name),
        }
    }

    fn open(&mut self, element: &Element<'_>) {
        match element.name() {
            "br" => self.break_line(1, true),
            "hr" | "tr" | "dt" | "dd" => self.break_line(1, false),
            "li" => {
                self.break_line(1, false);
                self.mark = "- ";
            }
            "td" | "th" if !self.out.is_empty() && self.breaks == 0 => self.mark = ", ",
            "td" | "th" => {}
            "img" => self.text(element.attribute("alt").unwrap_or_default()),
            name if is_block(name) => self.break_line(2, false),
            _ => {}
        }
        self.preformatted += usize::from(element.name() == "pre");
    }

    fn close(&mut self, name: &str) {
        match name {
            "td" | "th" => {}
            "li" | "tr" | "dt" | "dd" => self.break_line(1, false),
            name if is_block(name) => self.break_line(2, false),
            _ => {}
        }
        if name == "pre" {
            self.preformatted = self.preformatted.saturating_sub(1);
        }
    }

    fn break_line(&mut self, breaks: usize, add: bool) {
        self.breaks = if add { (self.breaks + breaks).min(2) } else { self.breaks.max(breaks) };
        self.space = false;
    }

    fn text(&mut self, text: &str) {
        if self.preformatted > 0 {
            self.before_text();
            self.out.push_str(text);
            return;
        }
        let mut words = text.split([' ', '\n', '\t', '\r', '\u{c}']);
        if let Some(first) = words.next() {
            self.word(first);
        }
        for word in words {
            self.space = true;
            self.word(word);
        }
    }

    fn word(&mut self, word: &str) {
        if !word.is_empty() {
            self.before_text();
            self.out.push_str(word);
        }
    }

    fn before_text(&mut self) {
        let begins = self.out.is_empty() || self.breaks > 0;
        if !self.out.is_empty() {
            (0..self.breaks).for_each(|_| self.out.push('\n'));
        }
        if self.mark.is_empty() && self.space && !begins {
            self.out.push(' ');
        }
        self.out.push_str(self.mark);
        self.breaks = 0;
        self.space = false;
        self.mark = "";
    }
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn text_is_taken_out_in_lines() {
        assert_eq!(
            to_text("<p>Een <b>vet</b>\n woord</p><p>Twee<br>drie</p><ul><li>a</li><li>b <i>c</i></li></ul>"),
            "Een vet woord\n\nTwee\ndrie\n\n- a\n- b c"
        );
        assert_eq!(
            to_text(
                "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table><pre>x\n  y</pre>"
            ),
            "A, B\n1, 2\n\nx\n  y"
        );
        assert_eq!(to_text("a &lt;b&gt; &amp; c<script>x</script><img alt='kat'>"), "a <b> & ckat");
        assert_eq!(to_text(" <p> </p> "), "");
    }
}
