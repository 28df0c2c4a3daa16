//! Examines an uploaded file by its content and makes a copy that is safe to hand to others.
//!
//! Accepts PNG, JPEG, WebP and GIF; PDF; ODT, ODS, ODP, DOCX, XLSX and PPTX; plain text and CSV. Everything is written anew, so
//! that metadata (place, author, camera) and anything appended or hidden in between goes. Storing files and the rights to see
//! them are not this module's. All of it is work for the processor (up to seconds): call it off the async threads.

use super::{images, office, pdf};
use crate::text::{excerpt, line};
use std::panic::catch_unwind;

/// Largest upload taken, in bytes, whatever a configuration allows.
pub const LARGEST: usize = 32 * 1024 * 1024;

/// A file that may be stored and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    /// The new file.
    pub bytes: Vec<u8>,
    /// Its media type, as it has to be served (with `X-Content-Type-Options: nosniff`).
    pub media_type: &'static str,
    /// The file name extension that goes with it, without the dot.
    pub extension: &'static str,
    /// Width in pixels; 0 for what is no image.
    pub width: u32,
    /// Height in pixels; 0 for what is no image.
    pub height: u32,
    /// A smaller picture, when the image is larger than one.
    pub thumbnail: Option<Thumbnail>,
}

impl Cleaned {
    /// Whether the file is shown as a picture.
    pub fn is_image(&self) -> bool {
        self.width > 0
    }

    pub(super) fn document(bytes: Vec<u8>, media_type: &'static str, extension: &'static str) -> Self {
        Self { bytes, media_type, extension, width: 0, height: 0, thumbnail: None }
    }
}

/// A smaller picture of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// The picture as a file.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// The file name extension that goes with it, without the dot.
    pub extension: &'static str,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nothing was sent.
    #[error("the file is empty")]
    Empty,
    /// More than [`LARGEST`] bytes.
    #[error("the file is too large")]
    TooLarge,
    /// Not of an accepted kind (also HTML, SVG, scripts and programs).
    #[error("files of this kind are not accepted")]
    Kind,
    /// An office file of before 2007, which cannot be checked.
    #[error("this is an office file in an old format")]
    OldOffice,
    /// Protected by a password or by limits on its use.
    #[error("the file is protected by a password")]
    Encrypted,
    /// Holds macros or other programs.
    #[error("the file contains macros")]
    Macros,
    /// More pixels than [`images::MOST_PIXELS`].
    #[error("the image has too many pixels")]
    TooManyPixels,
    /// Grows beyond bounds when unpacked.
    #[error("the file is too large when unpacked")]
    Unpacked,
    /// Damaged or not what it claims to be.
    #[error("the file is damaged")]
    Broken,
}

impl Refused {
    /// A short stable name, for the key of a message: `empty`, `too-large`, `kind`…
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too-large",
            Self::Kind => "kind",
            Self::OldOffice => "old-office",
            Self::Encrypted => "encrypted",
            Self::Macros => "macros",
            Self::TooManyPixels => "too-many-pixels",
            Self::Unpacked => "unpacked",
            Self::Broken => "broken",
        }
    }
}

/// Examines and rewrites an upload. The claimed name decides nothing but whether plain text is called CSV.
///
/// # Errors
/// The reason why the file is not taken. A parser that panics over a file refuses it as [`Refused::Broken`].
pub fn clean(bytes: &[u8], claimed: &str) -> Result<Cleaned, Refused> {
    if bytes.is_empty() {
        return Err(Refused::Empty);
    }
    if bytes.len() > LARGEST {
        return Err(Refused::TooLarge);
    }
    let found = infer::get(bytes).map(|kind| kind.mime_type());
    catch_unwind(|| match found {
        Some("image/png") => images::clean(bytes, image::ImageFormat::Png),
        Some("image/jpeg") => images::clean(bytes, image::ImageFormat::Jpeg),
        Some("image/webp") => images::clean(bytes, image::ImageFormat::WebP),
        Some("image/gif") => images::clean(bytes, image::ImageFormat::Gif),
        _ if bytes.starts_with(b"%PDF-") => pdf::clean(bytes),
        _ if bytes.starts_with(b"PK\x03\x04") => office::clean(bytes),
        _ if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) => Err(compound(bytes)),
        // The mark of a PDF a little further on: some readers would open it.
        Some("application/pdf") => Err(Refused::Kind),
        // Marks of two letters (`MZ`, `BM`) also begin ordinary text; what isn't text is refused there.
        _ => text(bytes, claimed),
    })
    .unwrap_or(Err(Refused::Broken))
}

/// A name to save a file under: the readable part of the claimed name in `[a-z0-9-]`, with the extension that is right.
///
/// Safe in a path, an address and a `Content-Disposition` without further encoding.
pub fn download_name(claimed: &str, extension: &str) -> String {
    let last = claimed.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let slug = excerpt::slug(&line::one_line(stem));
    let stem = match slug.as_str() {
        "" => "file",
        // Names of devices on Windows.
        "con" | "prn" | "aux" | "nul" => "file",
        device if device.len() == 4 && (device.starts_with("com") || device.starts_with("lpt")) => "file",
        slug => slug,
    };
    format!("{stem}.{extension}")
}

/// An OLE compound file: office before 2007, or a newer office file encrypted with a password.
fn compound(bytes: &[u8]) -> Refused {
    let encrypted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.windows(encrypted.len()).any(|window| window == encrypted) {
        Refused::Encrypted
    } else {
        Refused::OldOffice
    }
}

/// Text is taken when it is UTF-8 without control characters and does not begin like markup or a script, which a browser or
/// a shell might take it for.
fn text(bytes: &[u8], claimed: &str) -> Result<Cleaned, Refused> {
    let text = std::str::from_utf8(bytes).map_err(|_invalid| Refused::Kind)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.chars().any(|one| one.is_control() && !matches!(one, '\n' | '\r' | '\t' | '\u{c}')) {
        return Err(Refused::Kind);
    }
    let start = text.trim_start();
    if start.is_empty() {
        return Err(Refused::Empty);
    }
    if start.starts_with(['<', '\u{feff}'])
        || ["#!", "%!", "{\\rtf", "%PDF", "-----BEGIN"].iter().any(|head| start.starts_with(head))
    {
        return Err(Refused::Kind);
    }
    let is_csv = claimed.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("csv"));
    let (media_type, extension) =
        if is_csv { ("text/csv; charset=utf-8", "csv") } else { ("text/plain; charset=utf-8", "txt") };
    Ok(Cleaned::document(text.as_bytes().to_vec(), media_type, extension))
}

#[cfg(test)]
mod tests {
    use super::{Refused, clean, download_name};

    #[test]
    fn text_is_recognised_by_its_content() {
        let cleaned = clean("\u{feff}Datum;Bedrag\n1;2\n".as_bytes(), "Lijst.CSV").unwrap();
        assert_eq!(
            (cleaned.media_type, cleaned.extension, cleaned.bytes.as_slice()),
            ("text/csv; charset=utf-8", "csv", "Datum;Bedrag\n1;2\n".as_bytes())
        );
        assert_eq!(clean(b"BMW rijden", "x").unwrap().media_type, "text/plain; charset=utf-8");
        assert_eq!(clean("Zomaar tekst é".as_bytes(), "plaatje.png").unwrap().extension, "txt");
    }

    #[test]
    fn what_could_run_or_cannot_be_checked_is_refused_whatever_its_name() {
        for (bytes, why) in [
            (&b""[..], Refused::Empty),
            (b" \n", Refused::Empty),
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Refused::Kind),
            (b"<?xml version='1.0'?><svg/>", Refused::Kind),
            (b"  <!DOCTYPE html><script>", Refused::Kind),
            (b"<x>", Refused::Kind),
            (b"#!/bin/sh\nrm -rf /", Refused::Kind),
            (b"MZ\x90\x00\x03", Refused::Kind),
            (b"\x7fELF\x02\x01\x01\x00", Refused::Kind),
            (b"%!PS-Adobe-3.0", Refused::Kind),
            (b"{\\rtf1 x}", Refused::Kind),
            (b"caf\xe9", Refused::Kind),
            (b"a\x00b", Refused::Kind),
            (b"a\x1b[2Jb", Refused::Kind),
            (b"Rar!\x1a\x07\x00", Refused::Kind),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", Refused::OldOffice),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0",
                Refused::Encrypted,
            ),
            (b"\x89PNG\r\n\x1a\nrubbish", Refused::Broken),
            (b"\xff\xd8\xff\xe0rubbish", Refused::Broken),
            (b"GIF89a", Refused::Broken),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Refused::Broken),
            (b"%PDF-1.7\nrubbish", Refused::Broken),
            (b"PK\x03\x04rubbish", Refused::Broken),
            (b"x%PDF-1.7", Refused::Kind),
        ] {
            for name in ["x.png", "x.pdf", "x.docx", "x.txt"] {
                assert_eq!(clean(bytes, name), Err(why), "{:?}", String::from_utf8_lossy(bytes));
            }
        }
        assert_eq!(clean(&vec![b'a'; super::LARGEST + 1], "x.txt"), Err(Refused::TooLarge));
    }

    #[test]
    fn names_for_saving_are_safe_everywhere() {
        for (claimed, name) in [
            ("Verslag BAV 2026.PDF", "verslag-bav-2026.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\x\\foto's été.jpeg.exe", "fotos-ete-jpeg.pdf"),
            ("", "file.pdf"),
            (".htaccess", "file.pdf"),
            ("con.txt", "file.pdf"),
            ("COM1", "file.pdf"),
            ("a\r\nSet-Cookie: x=1\".pdf", "a-set-cookie-x-1.pdf"),
            ("\u{202e}fdp.exe", "fdp.pdf"),
        ] {
            assert_eq!(download_name(claimed, "pdf"), name, "{claimed}");
        }
        assert!(download_name(&"x".repeat(5_000), "pdf").len() < 80);
    }
}
