//! Uploads: pictures, PDF, office files and text. What is taken is small enough, of a kind that we serve, and taken again.
//!
//! A reader that panics over a file only refuses it: that is how `media::files` is meant, so it doesn't stop a run here.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vakplein::media::files::{Cleaned, LARGEST, clean, download_name};

/// Longest side of a picture that is stored, in pixels.
const LONGEST: u32 = 2560;

const KINDS: &[(&str, &str)] = &[
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("application/pdf", "pdf"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.oasis.opendocument.presentation", "odp"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("text/plain; charset=utf-8", "txt"),
    ("text/csv; charset=utf-8", "csv"),
];

fuzz_target!(
    init: drop(std::panic::take_hook()),
    |bytes: &[u8]| {
        let Ok(cleaned) = clean(bytes, "foto.csv") else { return };
        check(&cleaned);
        assert!(bytes.len() <= LARGEST);
        let again = clean(&cleaned.bytes, "foto.csv").expect("what we made can be taken");
        check(&again);
        assert_eq!((again.media_type, again.width, again.height), (cleaned.media_type, cleaned.width, cleaned.height));
    }
);

fn check(cleaned: &Cleaned) {
    assert!(KINDS.contains(&(cleaned.media_type, cleaned.extension)), "{}", cleaned.media_type);
    assert_eq!(cleaned.is_image(), cleaned.media_type.starts_with("image/"));
    assert!(cleaned.width.max(cleaned.height) <= LONGEST && (cleaned.width == 0) == (cleaned.height == 0));
    if let Some(small) = &cleaned.thumbnail {
        assert!(cleaned.is_image() && KINDS.contains(&(small.media_type, small.extension)));
    }
    for metadata in [&b"Exif\0"[..], b"http://ns.adobe.com/xap", b"ICC_PROFILE"] {
        let found = cleaned.bytes.windows(metadata.len()).any(|window| window == metadata);
        assert!(!(cleaned.media_type == "image/jpeg" && found), "metadata in a picture");
    }
    if cleaned.extension == "txt" || cleaned.extension == "csv" {
        assert!(!cleaned.bytes.trim_ascii_start().starts_with(b"<"));
    }
    assert!(download_name("foto", cleaned.extension).ends_with(cleaned.extension));
}
