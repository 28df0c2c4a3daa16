//! Takes the names of people out of the parts of office files: who commented, who changed what, who shared the file.
//!
//! Everybody becomes `Auteur 1`, `Auteur 2` and so on, the same throughout a file, so that a conversation in the margin can
//! still be followed. What stands in the text itself is content, and stays. The parts are read as XML is written, tag by tag;
//! a part that isn't well formed, or not UTF-8 as office programs write it, stays as it is from there on.

use std::collections::HashMap;

/// What is put in place of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Becomes {
    /// `Auteur 1`.
    Author,
    /// `A1`.
    Initials,
    /// Nothing that leads anywhere.
    Nobody,
    /// What Word writes when nobody is signed in.
    NoProvider,
}

/// Attributes with names in them, below their element without prefix; `*` is any element. (ECMA-376 part 1 §17.13 and §18.7,
/// part 4; MS-DOCX §2.5, MS-XLSX §2.6, MS-PPTX §2.6.)
const ATTRIBUTES: &[(&str, &str, &str, Becomes)] = &[
    ("word/", "*", "author", Becomes::Author),
    ("word/", "comment", "initials", Becomes::Initials),
    ("word/", "presenceInfo", "userId", Becomes::Nobody),
    ("word/", "presenceInfo", "providerId", Becomes::NoProvider),
    ("xl/", "person", "displayName", Becomes::Author),
    ("xl/", "person", "userId", Becomes::Nobody),
    ("xl/", "person", "providerId", Becomes::NoProvider),
    ("xl/", "fileSharing", "userName", Becomes::Author),
    ("xl/", "header", "userName", Becomes::Author),
    ("xl/", "userInfo", "name", Becomes::Author),
    ("ppt/", "cmAuthor", "name", Becomes::Author),
    ("ppt/", "cmAuthor", "initials", Becomes::Initials),
    ("ppt/", "author", "name", Becomes::Author),
    ("ppt/", "author", "initials", Becomes::Initials),
    ("ppt/", "author", "userId", Becomes::Nobody),
    ("ppt/", "author", "providerId", Becomes::NoProvider),
];

/// Elements whose text is a name; an empty folder is an `OpenDocument` part, where a `text:creator` is part of the text. (ODF 1.3
/// part 3 §4.3.2.7, §4.3.2.8.)
const ELEMENTS: &[(&str, &str, Becomes)] = &[
    ("xl/", "author", Becomes::Author),
    ("", "dc:creator", Becomes::Author),
    ("", "meta:creator-initials", Becomes::Initials),
    ("", "loext:sender-initials", Becomes::Initials),
];

/// Who was met in a file so far.
#[derive(Default)]
pub(super) struct Authors {
    names: HashMap<String, usize>,
    initials: HashMap<String, usize>,
}

impl Authors {
    /// The part without names; `None` when there is nothing to change in it.
    pub(super) fn anonymise(&mut self, part: &str, content: &[u8]) -> Option<Vec<u8>> {
        let folder = folder(part)?;
        let text = std::str::from_utf8(content).ok()?;
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut changed = false;
        // What is to come of the text that follows.
        let mut inside = None;
        while let Some(at) = rest.find('<') {
            let (before, from) = rest.split_at(at);
            match inside.take() {
                // Excel ties a comment to a conversation by an author of this form.
                Some(becomes) if !before.trim().is_empty() && !before.starts_with("tc={") => {
                    out.push_str(&self.instead(becomes, before));
                    changed = true;
                }
                _ => out.push_str(before),
            }
            let Some(end) = tag_end(from) else {
                rest = from;
                break;
            };
            let (tag, after) = from.split_at(end);
            inside = element(folder, tag);
            changed |= self.rewrite(folder, tag, &mut out);
            rest = after;
        }
        out.push_str(rest);
        changed.then(|| out.into_bytes())
    }

    /// Writes a tag with other values in its attributes; tells whether one was changed.
    fn rewrite(&mut self, folder: &str, tag: &str, out: &mut String) -> bool {
        let name = local(name_of(tag));
        let mut changed = false;
        let mut rest = tag;
        // Attribute by attribute: up to the equals sign and the quotation mark, the value, what follows.
        while let Some((head, quote, value, after)) = next_value(rest) {
            let attribute = head.trim_end_matches(['=', ' ', '\t', '\r', '\n']);
            let attribute = local(attribute.rsplit([' ', '\t', '\r', '\n']).next().unwrap_or_default());
            let rule = ATTRIBUTES.iter().find(|(of, element, named, _)| {
                *of == folder && (*element == "*" || *element == name) && *named == attribute
            });
            out.push_str(head);
            out.push(quote);
            match rule {
                Some((_, _, _, becomes)) if !value.is_empty() => {
                    out.push_str(&self.instead(*becomes, value));
                    changed = true;
                }
                _ => out.push_str(value),
            }
            out.push(quote);
            rest = after;
        }
        out.push_str(rest);
        changed
    }

    fn instead(&mut self, becomes: Becomes, value: &str) -> String {
        let number = |known: &mut HashMap<String, usize>| {
            let next = known.len() + 1;
            *known.entry(value.trim().to_owned()).or_insert(next)
        };
        match becomes {
            Becomes::Author => format!("Auteur {}", number(&mut self.names)),
            Becomes::Initials => format!("A{}", number(&mut self.initials)),
            Becomes::Nobody => "-".to_owned(),
            Becomes::NoProvider => "None".to_owned(),
        }
    }
}

/// Which rules a part falls under; `None` when it holds no names that are known.
fn folder(part: &str) -> Option<&'static str> {
    if !part.ends_with(".xml") {
        return None;
    }
    let known = ["word/", "xl/", "ppt/"].into_iter().find(|folder| part.starts_with(folder));
    // OpenDocument keeps these at the top, and below a folder for each embedded object.
    let open = ["content.xml", "styles.xml"].iter().any(|name| part.rsplit('/').next() == Some(name));
    known.or(open.then_some(""))
}

/// Where the tag, comment, or other piece of markup ends that a text begins with.
fn tag_end(from: &str) -> Option<usize> {
    for (begin, end) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")] {
        if from.starts_with(begin) {
            return from.find(end).map(|at| at + end.len());
        }
    }
    let mut quote = None;
    for (at, c) in from.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, '>') => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The first quoted value in a tag: what stands before it, its quotation mark, the value, and what follows.
fn next_value(tag: &str) -> Option<(&str, char, &str, &str)> {
    // Only tags have attributes: not comments, nor `<?xml …?>`.
    if tag.starts_with("<!") || tag.starts_with("<?") {
        return None;
    }
    let at = tag.find(['"', '\''])?;
    let (head, from) = tag.split_at(at);
    let quote = from.chars().next()?;
    let (value, after) = from.get(1..)?.split_once(quote)?;
    Some((head, quote, value, after))
}

fn name_of(tag: &str) -> &str {
    let name = tag.trim_start_matches('<');
    name.split(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).next().unwrap_or_default()
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// What is to come of the text after a tag.
fn element(folder: &str, tag: &str) -> Option<Becomes> {
    if tag.starts_with("</") || tag.ends_with("/>") {
        return None;
    }
    let name = name_of(tag);
    let name = if folder.is_empty() { name } else { local(name) };
    ELEMENTS.iter().find(|(of, element, _)| *of == folder && *element == name).map(|(_, _, becomes)| *becomes)
}

#[cfg(test)]
mod tests {
    use super::Authors;

    fn after(parts: &[(&str, &str)]) -> Vec<String> {
        let mut authors = Authors::default();
        let one = |(name, content): &(&str, &str)| match authors.anonymise(name, content.as_bytes()) {
            Some(bytes) => String::from_utf8(bytes).unwrap(),
            None => (*content).to_owned(),
        };
        parts.iter().map(one).collect()
    }

    #[test]
    fn one_person_has_one_number_in_the_whole_file() {
        let found = after(&[
            (
                "word/comments.xml",
                "<?xml version=\"1.0\"?><w:comments><w:comment w:id=\"0\" w:author=\"Jan Bos\" w:initials='JB'><w:p>Vraag het \
                 Jan Bos &lt;author=\"x\"&gt;</w:p></w:comment><w:comment w:author=\"Eva > Co\" w:initials=\"E\"/></w:comments>",
            ),
            (
                "word/document.xml",
                "<w:ins w:id=\"3\" w:author = \"Jan Bos\" w:date=\"2026-01-01\"><w:t>author=\"Jan Bos\"</w:t></w:ins>",
            ),
            (
                "word/people.xml",
                "<w15:person w15:author=\"Eva > Co\"><w15:presenceInfo w15:providerId=\"AD\" w15:userId=\"S::eva@x.nl::1\"/></w15:person>",
            ),
        ]);
        assert_eq!(
            found,
            [
                "<?xml version=\"1.0\"?><w:comments><w:comment w:id=\"0\" w:author=\"Auteur 1\" w:initials='A1'><w:p>Vraag het \
                 Jan Bos &lt;author=\"x\"&gt;</w:p></w:comment><w:comment w:author=\"Auteur 2\" w:initials=\"A2\"/></w:comments>",
                "<w:ins w:id=\"3\" w:author = \"Auteur 1\" w:date=\"2026-01-01\"><w:t>author=\"Jan Bos\"</w:t></w:ins>",
                "<w15:person w15:author=\"Auteur 2\"><w15:presenceInfo w15:providerId=\"None\" w15:userId=\"-\"/></w15:person>",
            ]
        );
    }

    #[test]
    fn sheets_slides_and_open_documents_name_nobody_either() {
        let found = after(&[
            (
                "xl/comments1.xml",
                "<authors><author>Jan</author><author>tc={1-2}</author></authors><comment authorId=\"0\"/>",
            ),
            (
                "xl/persons/person.xml",
                "<person displayName=\"Jan\" id=\"{1}\" userId=\"jan@x.nl\" providerId=\"AD\"/>",
            ),
            ("xl/tables/table1.xml", "<table displayName=\"Tabel1\"/>"),
            (
                "ppt/commentAuthors.xml",
                "<p:cmAuthor id=\"1\" name=\"Jan\" initials=\"J\"/><p:sp name=\"Titel\"/>",
            ),
            (
                "content.xml",
                "<office:annotation><dc:creator>Jan</dc:creator><dc:date>2026</dc:date><meta:creator-initials>J</meta:creator-initials>\
                 <text:p>Bel Jan</text:p></office:annotation><text:creator>Jan</text:creator><dc:creator/>",
            ),
            ("Object 1/content.xml", "<dc:creator>Eva</dc:creator>"),
        ]);
        assert_eq!(
            found,
            [
                "<authors><author>Auteur 1</author><author>tc={1-2}</author></authors><comment authorId=\"0\"/>",
                "<person displayName=\"Auteur 1\" id=\"{1}\" userId=\"-\" providerId=\"None\"/>",
                "<table displayName=\"Tabel1\"/>",
                "<p:cmAuthor id=\"1\" name=\"Auteur 1\" initials=\"A1\"/><p:sp name=\"Titel\"/>",
                "<office:annotation><dc:creator>Auteur 1</dc:creator><dc:date>2026</dc:date><meta:creator-initials>A1</meta:creator-initials>\
                 <text:p>Bel Jan</text:p></office:annotation><text:creator>Jan</text:creator><dc:creator/>",
                "<dc:creator>Auteur 2</dc:creator>",
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_stays_as_it_is() {
        for (name, content) in [
            ("word/media/image.png", &b"\x89PNG author=\"x\""[..]),
            ("word/document.xml", b"\xff\xfe<\0w\0"),
            ("word/document.xml", b"plain"),
            ("word/document.xml", b"<w:t>a</w:t><w:ins w:author=\"x"),
            ("word/document.xml", b"<!-- author=\"Jan\" <b author=\"Jan\"> --><w:t>a</w:t>"),
            ("customXml/item1.xml", b"<b author=\"Jan\"/>"),
        ] {
            assert_eq!(Authors::default().anonymise(name, content), None, "{name}");
        }
    }
}
