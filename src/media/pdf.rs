//! Writes a PDF anew without its metadata and without anything in it that acts by itself.
//!
//! Goes: `/Info`, XMP, earlier revisions, JavaScript, actions other than links and movement within the document, forms' scripts,
//! embedded files and media. Stays: pages, links, form fields, bookmarks, structure for screen readers. Metadata inside
//! embedded JPEG streams stays too.

use super::files::{Cleaned, Refused};
use lopdf::{Dictionary, Document, LoadOptions, Object};

/// Most bytes that one stream may hold when unpacked while the file is read.
const UNPACKED: usize = 64 * 1024 * 1024;
/// Most objects in a file.
const MOST_OBJECTS: usize = 300_000;

/// Entries that hold metadata, embedded files, or what runs without being asked (ISO 32000-1 §7.7.2, §7.11.4, §12.6, §14.3).
const DROPPED: &[&[u8]] = &[
    b"AA",
    b"AF",
    b"Collection",
    b"EF",
    b"EmbeddedFiles",
    b"JS",
    b"JavaScript",
    b"LastModified",
    b"Metadata",
    b"OpenAction",
    b"PieceInfo",
    b"RF",
    b"RichMediaContent",
    b"RichMediaSettings",
    b"XFA",
];

/// Actions that reach outside the document or run programs (ISO 32000-1 table 198).
const ACTIONS: &[&[u8]] = &[
    b"GoTo3DView",
    b"GoToE",
    b"GoToR",
    b"ImportData",
    b"JavaScript",
    b"Launch",
    b"Movie",
    b"Rendition",
    b"RichMediaExecute",
    b"Sound",
    b"SubmitForm",
];

/// Rewrites a PDF.
pub(super) fn clean(bytes: &[u8]) -> Result<Cleaned, Refused> {
    let options = LoadOptions::with_max_decompressed_size(UNPACKED);
    let mut document = Document::load_mem_with_options(bytes, options).map_err(|error| refuse(&error))?;
    if document.is_encrypted() || document.was_encrypted() || document.trailer.has(b"Encrypt") {
        return Err(Refused::Encrypted);
    }
    if document.objects.len() > MOST_OBJECTS {
        return Err(Refused::Unpacked);
    }
    if document.catalog().is_err() || document.page_iter().next().is_none() {
        return Err(Refused::Broken);
    }
    for key in [&b"Info"[..], b"ID", b"Prev", b"XRefStm"] {
        document.trailer.remove(key);
    }
    // Each object is stripped before its parts are visited, so what was only reachable through them is pruned after.
    document.traverse_objects(strip);
    document.prune_objects();
    document.renumber_objects();
    if !matches!(
        document.version.as_str(),
        "1.0" | "1.1" | "1.2" | "1.3" | "1.4" | "1.5" | "1.6" | "1.7" | "2.0"
    ) {
        "1.7".clone_into(&mut document.version);
    }
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|_error| Refused::Broken)?;
    Ok(Cleaned::document(bytes, "application/pdf", "pdf"))
}

fn strip(object: &mut Object) {
    let dictionary: &mut Dictionary = match object {
        Object::Dictionary(dictionary) => dictionary,
        Object::Stream(stream) => &mut stream.dict,
        _ => return,
    };
    for key in DROPPED {
        dictionary.remove(key);
    }
    let acts = dictionary.get(b"S").and_then(Object::as_name).is_ok_and(|kind| ACTIONS.contains(&kind));
    if acts {
        *dictionary = Dictionary::new();
    }
}

fn refuse(error: &lopdf::Error) -> Refused {
    match error {
        lopdf::Error::Decryption(_)
        | lopdf::Error::InvalidPassword
        | lopdf::Error::UnsupportedSecurityHandler(_) => Refused::Encrypted,
        lopdf::Error::Decompress(_) => Refused::Unpacked,
        _ => Refused::Broken,
    }
}

#[cfg(test)]
mod tests {
    use crate::media::files::{Refused, clean};
    use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions, Stream, dictionary};

    fn sample() -> Document {
        let mut document = Document::with_version("1.7");
        let pages = document.new_object_id();
        let content =
            document.add_object(Stream::new(dictionary! {}, b"BT (Zichtbare tekst) Tj ET".to_vec()));
        let script = document.add_object(
            dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert('GEHEIM')") },
        );
        let launch = document.add_object(dictionary! { "Type" => "Annot", "Subtype" => "Link", "A" => dictionary! { "S" => "Launch", "F" => Object::string_literal("GEHEIM.exe") } });
        let link = document.add_object(dictionary! { "Type" => "Annot", "Subtype" => "Link", "A" => dictionary! { "S" => "URI", "URI" => Object::string_literal("https://x.example/") } });
        let embedded =
            document.add_object(Stream::new(dictionary! { "Type" => "EmbeddedFile" }, b"GEHEIM".to_vec()));
        let attached = document.add_object(dictionary! { "Type" => "Filespec", "F" => Object::string_literal("a.exe"), "EF" => dictionary! { "F" => embedded } });
        let xmp =
            document.add_object(Stream::new(dictionary! { "Type" => "Metadata" }, b"<x>GEHEIM</x>".to_vec()));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content, "Annots" => vec![launch.into(), link.into()], "Metadata" => xmp,
            "AA" => dictionary! { "O" => script }, "MediaBox" => vec![0.into(), 0.into(), 100.into(), 100.into()],
        });
        document.objects.insert(
            pages,
            dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into(),
        );
        let catalog = document.add_object(dictionary! {
            "Type" => "Catalog", "Pages" => pages, "Metadata" => xmp, "OpenAction" => script, "Lang" => Object::string_literal("nl"),
            "Names" => dictionary! {
                "JavaScript" => dictionary! { "Names" => vec![Object::string_literal("a"), script.into()] },
                "EmbeddedFiles" => dictionary! { "Names" => vec![Object::string_literal("a"), attached.into()] },
            },
        });
        let info = document.add_object(dictionary! { "Author" => Object::string_literal("GEHEIM Jansen") });
        document.trailer.set("Root", catalog);
        document.trailer.set("Info", info);
        document
    }

    fn file(document: &mut Document) -> Vec<u8> {
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    fn has(bytes: &[u8], word: &str) -> bool {
        bytes.windows(word.len()).any(|window| window == word.as_bytes())
    }

    #[test]
    fn a_pdf_loses_its_author_and_everything_that_acts() {
        let mut bytes = file(&mut sample());
        assert!(has(&bytes, "GEHEIM") && has(&bytes, "Launch"));
        bytes.extend(b"\nPK\x03\x04<script>GEHEIM</script>");
        let cleaned = clean(&bytes, "x.txt").unwrap();
        assert_eq!(
            (cleaned.media_type, cleaned.extension, cleaned.is_image()),
            ("application/pdf", "pdf", false)
        );
        for gone in
            ["GEHEIM", "JavaScript", "Launch", "OpenAction", "EmbeddedFile", "Metadata", "Author", "script"]
        {
            assert!(!has(&cleaned.bytes, gone), "{gone}");
        }
        for kept in ["Zichtbare tekst", "https://x.example/", "/Lang"] {
            assert!(has(&cleaned.bytes, kept), "{kept}");
        }
        assert_eq!(Document::load_mem(&cleaned.bytes).unwrap().get_pages().len(), 1);
    }

    #[test]
    fn object_streams_and_escaped_names_hide_nothing() {
        let mut bytes = Vec::new();
        sample().save_modern(&mut bytes).unwrap();
        let cleaned = clean(&bytes, "x.pdf").unwrap();
        let mut again = Document::load_mem(&cleaned.bytes).unwrap();
        again.decompress();
        let all = file(&mut again);
        assert!(!has(&all, "GEHEIM") && has(&all, "Zichtbare tekst"));

        let plain = String::from_utf8_lossy(&file(&mut sample()))
            .replace("/JavaScript", "/J#61vaScrip#74")
            .replace("/Launch", "/L#61unch")
            .into_bytes();
        // The offsets no longer fit; the table of objects is rebuilt by looking for them.
        let cleaned = clean(&plain, "x.pdf").unwrap();
        assert!(!has(&cleaned.bytes, "GEHEIM") && !has(&cleaned.bytes, "unch"));
    }

    #[test]
    fn protected_and_damaged_files_are_refused() {
        let mut document = sample();
        document.trailer.set(
            "ID",
            vec![Object::string_literal("0123456789abcdef"), Object::string_literal("0123456789abcdef")],
        );
        let version = EncryptionVersion::V2 {
            document: &document,
            owner_password: "baas",
            user_password: "",
            key_length: 128,
            permissions: Permissions::all(),
        };
        let state = EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
        assert_eq!(clean(&file(&mut document), "x.pdf"), Err(Refused::Encrypted));

        let whole = file(&mut sample());
        for cut in [9, 40, 200] {
            assert!(clean(&whole[..cut], "x.pdf").is_err());
        }
        let mut empty = Document::with_version("1.7");
        let catalog = empty.add_object(dictionary! { "Type" => "Catalog" });
        empty.trailer.set("Root", catalog);
        assert_eq!(clean(&file(&mut empty), "x.pdf"), Err(Refused::Broken));
        let nested = format!(
            "%PDF-1.7\n1 0 obj\n{}\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF",
            "[".repeat(200_000)
        );
        assert!(clean(nested.as_bytes(), "x.pdf").is_err());
    }
}
