//! Packs office files (ODF and OOXML) anew without who made them.
//!
//! What kind of document it is follows from its own declaration, never from a name. Author, company and editing times go;
//! the content stays as it is, but whoever commented or changed something becomes a number (see [`super::authors`]).

use super::authors::Authors;
use super::files::{Cleaned, Refused};
use std::collections::HashSet;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Most bytes that all parts may hold together when unpacked.
const UNPACKED: u64 = 200 * 1024 * 1024;
/// Most parts in a file.
const MOST_PARTS: usize = 5_000;

/// The kinds that are taken: how they declare themselves, media type, extension.
const OPEN_DOCUMENT: &[(&str, &str)] = &[
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.oasis.opendocument.presentation", "odp"),
];
const OPEN_XML: &[(&str, &str, &str)] = &[
    (
        "wordprocessingml.document.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    (
        "spreadsheetml.sheet.main+xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    (
        "presentationml.presentation.main+xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pptx",
    ),
];

/// Parts that say who made the file, with what stands in their place: the part must stay, as others refer to it.
const REPLACED: &[(&str, &str)] = &[
    (
        "docProps/core.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\"/>",
    ),
    (
        "docProps/app.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"/>",
    ),
    (
        "docProps/custom.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties\"/>",
    ),
    (
        "meta.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document-meta xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" office:version=\"1.3\"><office:meta/></office:document-meta>",
    ),
];

/// Rewrites an office file; any other zip archive is refused.
pub(super) fn clean(bytes: &[u8]) -> Result<Cleaned, Refused> {
    clean_within(bytes, UNPACKED)
}

fn clean_within(bytes: &[u8], unpacked: u64) -> Result<Cleaned, Refused> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_error| Refused::Broken)?;
    if archive.len() > MOST_PARTS {
        return Err(Refused::Unpacked);
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut seen = HashSet::new();
    let mut left = unpacked;
    let mut kind = None;
    let mut authors = Authors::default();
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| refuse(&error))?;
        let name = part.name().map_err(|_error| Refused::Broken)?.into_owned();
        if part.encrypted() {
            return Err(Refused::Encrypted);
        }
        if part.is_dir() {
            continue;
        }
        // Readers differ in which of two parts of one name they take, and in what a path may reach.
        if part.is_symlink() || !is_part_name(&name) || !seen.insert(name.to_ascii_lowercase()) {
            return Err(Refused::Broken);
        }
        if is_program(&name) {
            return Err(Refused::Macros);
        }
        let mut content = Vec::new();
        part.take(left + 1).read_to_end(&mut content).map_err(|_error| Refused::Broken)?;
        left = left.checked_sub(content.len() as u64).ok_or(Refused::Unpacked)?;
        match name.as_str() {
            "mimetype" if index == 0 => kind = Some(open_document(&content)?),
            "[Content_Types].xml" if kind.is_none() => kind = Some(open_xml(&content)?),
            "META-INF/manifest.xml" if holds(&content, "encryption-data") => return Err(Refused::Encrypted),
            _ => {}
        }
        let content = match REPLACED.iter().find(|(part, _)| *part == name) {
            Some((_, empty)) => empty.as_bytes().to_vec(),
            None => authors.anonymise(&name, &content).unwrap_or(content),
        };
        // ODF 1.3 part 2 §3.3: `mimetype` comes first and uncompressed.
        let method = if name == "mimetype" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        writer
            .start_file(name, SimpleFileOptions::default().compression_method(method))
            .map_err(|_error| Refused::Broken)?;
        writer.write_all(&content).map_err(|_error| Refused::Broken)?;
    }
    let (media_type, extension) = kind.ok_or(Refused::Kind)?;
    let bytes = writer.finish().map_err(|_error| Refused::Broken)?.into_inner();
    Ok(Cleaned::document(bytes, media_type, extension))
}

fn open_document(mimetype: &[u8]) -> Result<(&'static str, &'static str), Refused> {
    OPEN_DOCUMENT
        .iter()
        .find(|(media_type, _)| media_type.as_bytes() == mimetype.trim_ascii())
        .copied()
        .ok_or(Refused::Kind)
}

fn open_xml(content_types: &[u8]) -> Result<(&'static str, &'static str), Refused> {
    if holds(content_types, "macroEnabled") || holds(content_types, "vbaProject") {
        return Err(Refused::Macros);
    }
    let mut kinds = OPEN_XML
        .iter()
        .filter(|(declared, _, _)| holds(content_types, declared))
        .map(|(_, media_type, extension)| (*media_type, *extension));
    match (kinds.next(), kinds.next()) {
        (Some(kind), None) => Ok(kind),
        _ => Err(Refused::Kind),
    }
}

/// Looks without regard to case, as readers of these files do.
fn holds(content: &[u8], word: &str) -> bool {
    content.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

fn is_part_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('/')
        && !name.contains(['\\', ':', '\0'])
        && name.split('/').all(|step| !matches!(step, "" | "." | ".."))
}

/// Visual Basic and its controls in OOXML; Basic and script libraries in ODF.
fn is_program(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let file = name.rsplit('/').next().unwrap_or_default();
    file.starts_with("vbaproject")
        || file.starts_with("vbadata")
        || name.contains("/activex/")
        || name.contains("/macrosheets/")
        || name.starts_with("basic/")
        || name.starts_with("scripts/")
        || [".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".jar", ".hta", ".scr", ".lnk"]
            .iter()
            .any(|end| file.ends_with(end))
}

fn refuse(error: &zip::result::ZipError) -> Refused {
    match error {
        zip::result::ZipError::UnsupportedArchive(why) if why.to_ascii_lowercase().contains("password") => {
            Refused::Encrypted
        }
        _ => Refused::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::clean_within;
    use crate::media::files::{Cleaned, Refused, clean};
    use std::io::{Cursor, Read, Write};
    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipArchive, ZipWriter};

    const WORD: &str = "<Types><Override ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    const ODT: &str = "application/vnd.oasis.opendocument.text";

    fn pack(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer
                .start_file(
                    *name,
                    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated),
                )
                .unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn cleaned(parts: &[(&str, &[u8])]) -> Result<Cleaned, Refused> {
        clean(&pack(parts), "x.zip")
    }

    fn part(file: &[u8], name: &str) -> String {
        let mut text = String::new();
        ZipArchive::new(Cursor::new(file)).unwrap().by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn office_files_lose_their_author_and_nothing_else() {
        let word = cleaned(&[
            ("[Content_Types].xml", WORD.as_bytes()),
            ("docProps/core.xml", b"<dc:creator>GEHEIM</dc:creator>"),
            ("docProps/app.xml", b"GEHEIM"),
            ("docProps/custom.xml", b"GEHEIM"),
            ("word/comments.xml", b"<w:comment w:id=\"0\" w:author=\"GEHEIM\" w:initials=\"G\"><w:t>Klopt dit?</w:t></w:comment>"),
            ("word/document.xml", b"<w:t>Tekst</w:t>"),
            ("word/media/image1.png", b"x"),
        ])
        .unwrap();
        assert_eq!((word.extension, word.width), ("docx", 0));
        assert_eq!(part(&word.bytes, "word/document.xml"), "<w:t>Tekst</w:t>");
        assert_eq!(part(&word.bytes, "word/media/image1.png"), "x");
        assert_eq!(
            part(&word.bytes, "word/comments.xml"),
            "<w:comment w:id=\"0\" w:author=\"Auteur 1\" w:initials=\"A1\"><w:t>Klopt dit?</w:t></w:comment>"
        );
        for name in ["docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"] {
            assert!(!part(&word.bytes, name).contains("GEHEIM"), "{name}");
        }

        let text =
            cleaned(&[("mimetype", ODT.as_bytes()), ("meta.xml", b"GEHEIM"), ("content.xml", b"Tekst")])
                .unwrap();
        assert_eq!(text.media_type, ODT);
        assert!(
            !part(&text.bytes, "meta.xml").contains("GEHEIM") && part(&text.bytes, "content.xml") == "Tekst"
        );
        assert_eq!(&text.bytes[30..38 + ODT.len()], format!("mimetype{ODT}").as_bytes());
        assert_eq!(infer::get(&text.bytes).map(|kind| kind.extension()), Some("odt"));
        for (declared, extension) in
            [("spreadsheetml.sheet.main+xml", "xlsx"), ("presentationml.presentation.main+xml", "pptx")]
        {
            assert_eq!(
                cleaned(&[("[Content_Types].xml", declared.as_bytes())]).unwrap().extension,
                extension
            );
        }
    }

    #[test]
    fn what_is_put_around_the_archive_goes() {
        let mut file = pack(&[("[Content_Types].xml", WORD.as_bytes())]);
        file.extend(b"<script>GEHEIM</script>");
        if let Ok(cleaned) = clean(&file, "x") {
            assert!(!cleaned.bytes.windows(6).any(|window| window == b"GEHEIM"));
        }
        let mut before = b"<script>alert(1)</script>".to_vec();
        before.extend(pack(&[("[Content_Types].xml", WORD.as_bytes())]));
        assert_eq!(clean(&before, "x.docx"), Err(Refused::Kind));
    }

    #[test]
    fn programs_protection_and_other_archives_are_refused() {
        let types = ("[Content_Types].xml", WORD.as_bytes());
        for (parts, why) in [
            (vec![("a.txt", &b"x"[..])], Refused::Kind),
            (vec![("META-INF/MANIFEST.MF", b"x"), ("A.class", b"x")], Refused::Kind),
            (vec![("mimetype", b"application/epub+zip")], Refused::Kind),
            (
                vec![("[Content_Types].xml", b"application/vnd.ms-word.document.macroEnabled.main+xml")],
                Refused::Macros,
            ),
            (vec![types, ("word/vbaProject.bin", b"x")], Refused::Macros),
            (vec![types, ("word/activeX/activeX1.bin", b"x")], Refused::Macros),
            (vec![types, ("word/embeddings/run.EXE", b"x")], Refused::Macros),
            (vec![("mimetype", ODT.as_bytes()), ("Basic/Standard/Module1.xml", b"x")], Refused::Macros),
            (
                vec![("mimetype", ODT.as_bytes()), ("META-INF/manifest.xml", b"<manifest:encryption-data/>")],
                Refused::Encrypted,
            ),
            (vec![types, ("../evil", b"x")], Refused::Broken),
            (vec![types, ("/etc/passwd", b"x")], Refused::Broken),
            (vec![types, ("word\\x", b"x")], Refused::Broken),
            (vec![types, ("word/A.xml", b"x"), ("word/a.xml", b"y")], Refused::Broken),
        ] {
            assert_eq!(
                cleaned(&parts),
                Err(why),
                "{:?}",
                parts.iter().map(|part| part.0).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn archives_that_grow_without_end_are_refused() {
        let zeros = vec![0_u8; 1024 * 1024];
        let bomb = pack(&[("[Content_Types].xml", WORD.as_bytes()), ("a", &zeros), ("b", &zeros)]);
        assert!(bomb.len() < 10_000);
        assert_eq!(clean_within(&bomb, 2 * 1024 * 1024).unwrap_err(), Refused::Unpacked);
        assert!(clean_within(&bomb, 3 * 1024 * 1024).is_ok());
        let many: Vec<String> = (0..6_000).map(|n| n.to_string()).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
        assert_eq!(cleaned(&many), Err(Refused::Unpacked));
    }
}
