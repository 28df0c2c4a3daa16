//! Reads HTML as a stream of tags and text, for the passes that rewrite it or take the words out of it.
//!
//! Tokenises exactly as browsers do (html5ever), drops comments and whatever stands inside elements whose content is
//! not text for readers (scripts, styles, forms' options, foreign markup). It builds no tree and repairs no nesting.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::cell::{Cell, RefCell};

/// One step through a document.
pub(super) enum Event<'a> {
    /// A start tag; void elements (`br`, `img`) have no matching `Close`.
    Open(Element<'a>),
    /// An end tag; need not match anything that is open.
    Close(&'a str),
    /// A run of text with entities decoded; never empty.
    Text(&'a str),
}

/// A start tag with its attributes.
pub(super) struct Element<'a> {
    tag: &'a Tag,
}

impl Element<'_> {
    /// The lower-cased name of the element.
    pub(super) fn name(&self) -> &str {
        &self.tag.name
    }

    /// The value of an attribute with entities decoded, when there is one.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.tag
            .attrs
            .iter()
            .find(|attribute| &*attribute.name.local == name)
            .map(|attribute| &*attribute.value)
    }

    /// Whether the `class` attribute names this class.
    pub(super) fn has_class(&self, class: &str) -> bool {
        self.attribute("class")
            .is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class))
    }
}

/// Calls `step` for each tag and each run of text, in document order.
pub(super) fn walk(html: &str, step: impl FnMut(Event<'_>)) {
    let sink = Steps { step: RefCell::new(step), muted: RefCell::new(None), muted_depth: Cell::new(0) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    // Any result but Done asks for a script to run or an encoding to change; neither exists here, so feeding on is right.
    while !input.is_empty() {
        drop(tokenizer.feed(&input));
    }
    tokenizer.end();
}

/// Elements that have no end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "br" | "hr"
            | "img"
            | "wbr"
            | "input"
            | "area"
            | "base"
            | "col"
            | "embed"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
    )
}

struct Steps<F> {
    step: RefCell<F>,
    /// The element whose content is being dropped, with how often it is nested in itself.
    muted: RefCell<Option<String>>,
    muted_depth: Cell<usize>,
}

impl<F: FnMut(Event<'_>)> Steps<F> {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let opens = tag.kind == TagKind::StartTag;
        // The tokenizer leaves it to its user to say in which elements `<` is not a tag (HTML §13.2.6.4.7).
        let next = match (opens, name) {
            (true, "script") => TokenSinkResult::RawData(RawKind::ScriptData),
            (true, "style" | "xmp" | "iframe" | "noembed" | "noframes") => {
                TokenSinkResult::RawData(RawKind::Rawtext)
            }
            (true, "title" | "textarea") => TokenSinkResult::RawData(RawKind::Rcdata),
            (true, "plaintext") => TokenSinkResult::Plaintext,
            _ => TokenSinkResult::Continue,
        };
        let mut muted = self.muted.borrow_mut();
        if let Some(outer) = muted.as_deref() {
            if outer == name && !tag.self_closing {
                let depth = self.muted_depth.get();
                if opens {
                    self.muted_depth.set(depth + 1);
                } else if depth > 0 {
                    self.muted_depth.set(depth - 1);
                } else {
                    *muted = None;
                }
            }
        } else if has_no_readable_content(name) {
            if opens && !(tag.self_closing && matches!(name, "svg" | "math")) {
                *muted = Some(name.to_owned());
                self.muted_depth.set(0);
            }
        } else if opens {
            (self.step.borrow_mut())(Event::Open(Element { tag }));
        } else {
            (self.step.borrow_mut())(Event::Close(name));
        }
        next
    }
}

impl<F: FnMut(Event<'_>)> TokenSink for Steps<F> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => return self.tag(&tag),
            Token::CharacterTokens(text) if !text.is_empty() && self.muted.borrow().is_none() => {
                (self.step.borrow_mut())(Event::Text(&text));
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn has_no_readable_content(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "xmp"
            | "iframe"
            | "noembed"
            | "noframes"
            | "noscript"
            | "title"
            | "textarea"
            | "plaintext"
            | "template"
            | "svg"
            | "math"
            | "object"
            | "applet"
            | "select"
            | "datalist"
            | "audio"
            | "video"
            | "canvas"
            | "button"
    )
}

/// Appends text with the five characters escaped that mean something in HTML.
pub(super) fn escape(out: &mut String, text: &str) {
    for piece in text.split_inclusive(['&', '<', '>', '"', '\'', '\0']) {
        let mut rest = piece.chars();
        let (kept, entity) = match rest.next_back() {
            Some('&') => (rest.as_str(), "&amp;"),
            Some('<') => (rest.as_str(), "&lt;"),
            Some('>') => (rest.as_str(), "&gt;"),
            Some('"') => (rest.as_str(), "&quot;"),
            Some('\'') => (rest.as_str(), "&#39;"),
            Some('\0') => (rest.as_str(), "\u{fffd}"),
            _ => (piece, ""),
        };
        out.push_str(kept);
        out.push_str(entity);
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, escape, walk};

    fn told(html: &str) -> String {
        let mut out = String::new();
        walk(html, |event| match event {
            Event::Open(element) => out.push_str(&format!("<{}>", element.name())),
            Event::Close(name) => out.push_str(&format!("</{name}>")),
            Event::Text(text) => out.push_str(text),
        });
        out
    }

    #[test]
    fn scripts_styles_and_foreign_markup_are_not_read() {
        assert_eq!(told("a<script>if (a < b) {'</div>'}</script>b"), "ab");
        assert_eq!(told("a<style><p>x</style>b<svg><svg><a>t</a></svg>u</svg>c<svg/>d"), "abcd");
        assert_eq!(told("<!-- <b> --><![CDATA[x]]><P>een &amp; twee</P>"), "<p>een & twee</p>");
        assert_eq!(told("a<title><b></title>b<textarea></p></textarea>c<script>never closed <b>"), "abc");
        assert_eq!(told("a<plaintext>b<b>c</plaintext>"), "a");
    }

    #[test]
    fn text_is_escaped_for_both_content_and_attributes() {
        let mut out = String::new();
        escape(&mut out, "<a href=\"x\" b='y'>&\0");
        assert_eq!(out, "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;\u{fffd}");
    }
}
