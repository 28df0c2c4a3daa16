//! Decodes and encodes images anew: without metadata, upright, at most 2560 pixels long, with a thumbnail.
//!
//! Animations keep their first frame only: movement that starts by itself and cannot be stopped fails WCAG 2.2.2. Colour
//! profiles go as well; what remains is taken as sRGB.

use super::files::{Cleaned, Refused, Thumbnail};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Most pixels that are decoded; a telephone's camera makes 12 to 50 million.
pub(super) const MOST_PIXELS: u64 = 50_000_000;
/// Longest side that is decoded, in pixels.
const LONGEST_DECODED: u32 = 30_000;
/// Most memory that decoding may take, in bytes: the most pixels at 8 bytes each (16 bits per channel), and some.
const MOST_MEMORY: u64 = MOST_PIXELS * 8 + 64 * 1024 * 1024;
/// Longest side of a stored image, in pixels.
const LONGEST: u32 = 2560;
/// Longest side of a thumbnail, in pixels.
const THUMBNAIL: u32 = 480;

/// Rewrites an image: JPEG stays JPEG, PNG and GIF become PNG, WebP becomes JPEG unless it is see-through.
pub(super) fn clean(bytes: &[u8], format: ImageFormat) -> Result<Cleaned, Refused> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_DECODED);
    limits.max_image_height = Some(LONGEST_DECODED);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refuse)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Refused::TooManyPixels);
    }
    let orientation = decoder.orientation().map_err(refuse)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(refuse)?;
    if width.max(height) > LONGEST {
        image = image.resize(LONGEST, LONGEST, FilterType::CatmullRom);
    }
    // After shrinking, as turning copies the whole image.
    image.apply_orientation(orientation);
    let image = eight_bits(image);
    let as_jpeg = format == ImageFormat::Jpeg || (format == ImageFormat::WebP && !image.has_alpha());
    let (bytes, media_type, extension) = encode(&image, as_jpeg, 85)?;
    let thumbnail = if image.width().max(image.height()) > THUMBNAIL {
        let small = image.thumbnail(THUMBNAIL, THUMBNAIL);
        let (bytes, media_type, extension) = encode(&small, !small.has_alpha(), 80)?;
        Some(Thumbnail { bytes, media_type, extension })
    } else {
        None
    };
    Ok(Cleaned { bytes, media_type, extension, width: image.width(), height: image.height(), thumbnail })
}

/// Eight bits per channel, with an alpha channel only when a pixel uses it.
fn eight_bits(image: DynamicImage) -> DynamicImage {
    let color = image.color();
    if !color.has_color() && !color.has_alpha() {
        return DynamicImage::ImageLuma8(image.into_luma8());
    }
    if !color.has_alpha() {
        return DynamicImage::ImageRgb8(image.into_rgb8());
    }
    let with_alpha = image.into_rgba8();
    if with_alpha.pixels().all(|image::Rgba([_, _, _, alpha])| *alpha == u8::MAX) {
        DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(with_alpha).into_rgb8())
    } else {
        DynamicImage::ImageRgba8(with_alpha)
    }
}

fn encode(
    image: &DynamicImage,
    as_jpeg: bool,
    quality: u8,
) -> Result<(Vec<u8>, &'static str, &'static str), Refused> {
    let mut bytes = Vec::new();
    if as_jpeg {
        image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).map_err(refuse)?;
        Ok((bytes, "image/jpeg", "jpg"))
    } else {
        image.write_to(Cursor::new(&mut bytes), ImageFormat::Png).map_err(refuse)?;
        Ok((bytes, "image/png", "png"))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn refuse(error: ImageError) -> Refused {
    match error {
        ImageError::Limits(_) => Refused::TooManyPixels,
        _ => Refused::Broken,
    }
}

#[cfg(test)]
mod tests {
    use crate::media::files::{Refused, clean};
    use image::codecs::gif::GifEncoder;
    use image::codecs::jpeg::JpegEncoder;
    use image::{
        DynamicImage, Frame, GenericImageView, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage,
    };
    use std::io::Cursor;

    fn file(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        image.write_to(Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    /// Left half red, right half blue.
    fn halves(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_fn(
            width,
            height,
            |x, _| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) },
        )
        .into()
    }

    /// A little-endian TIFF block with orientation 6 (turn right) and a text that stands for a place.
    fn exif() -> Vec<u8> {
        let mut exif = b"II*\0\x08\0\0\0\x02\0".to_vec();
        exif.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0");
        exif.extend(b"\x0e\x01\x02\0\x0b\0\0\0\x26\0\0\0\0\0\0\0GEHEIM-52N\0");
        exif
    }

    #[test]
    fn a_photo_is_turned_upright_and_loses_its_metadata() {
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
        encoder.set_exif_metadata(exif()).unwrap();
        encoder.set_icc_profile(b"GEHEIM-profiel".to_vec()).unwrap();
        halves(64, 32).write_with_encoder(encoder).unwrap();
        bytes.extend(b"<script>alert(1)</script>PK\x03\x04");
        assert!(bytes.windows(6).any(|window| window == b"GEHEIM"));
        let cleaned = clean(&bytes, "x.png").unwrap();
        assert_eq!(
            (cleaned.media_type, cleaned.extension, cleaned.width, cleaned.height),
            ("image/jpeg", "jpg", 32, 64)
        );
        assert!(!cleaned.bytes.windows(6).any(|window| window == b"GEHEIM" || window == b"script"));
        assert!(!cleaned.bytes.windows(4).any(|window| window == b"Exif"));
        let image = image::load_from_memory(&cleaned.bytes).unwrap();
        let (top, bottom) = (image.get_pixel(16, 8), image.get_pixel(16, 56));
        assert!(top[0] > 200 && bottom[2] > 200, "{top:?} {bottom:?}");
        assert_eq!(cleaned.thumbnail, None);
    }

    #[test]
    fn large_images_shrink_and_get_a_thumbnail() {
        let cleaned = clean(&file(&halves(2600, 1300), ImageFormat::Jpeg), "x").unwrap();
        assert_eq!((cleaned.width, cleaned.height), (2560, 1280));
        let thumbnail = image::load_from_memory(&cleaned.thumbnail.unwrap().bytes).unwrap();
        assert_eq!((thumbnail.width(), thumbnail.height()), (480, 240));
        let sliver = clean(&file(&halves(20_000, 2), ImageFormat::Png), "x").unwrap();
        assert_eq!((sliver.width, sliver.height), (2560, 1));
    }

    #[test]
    fn each_format_gets_a_fitting_one() {
        let mut clear = RgbaImage::from_pixel(600, 10, Rgba([1, 2, 3, 255]));
        let opaque = DynamicImage::from(clear.clone());
        clear.put_pixel(0, 0, Rgba([1, 2, 3, 0]));
        let clear = DynamicImage::from(clear);
        for (image, format, media_type, small) in [
            (&opaque, ImageFormat::Png, "image/png", "image/jpeg"),
            (&clear, ImageFormat::Png, "image/png", "image/png"),
            (&opaque, ImageFormat::WebP, "image/jpeg", "image/jpeg"),
            (&clear, ImageFormat::WebP, "image/png", "image/png"),
            (&clear, ImageFormat::Gif, "image/png", "image/png"),
        ] {
            let cleaned = clean(&file(image, format), "x").unwrap();
            assert_eq!(
                (cleaned.media_type, cleaned.thumbnail.unwrap().media_type),
                (media_type, small),
                "{format:?}"
            );
            assert_eq!(infer::get(&cleaned.bytes).unwrap().mime_type(), media_type);
        }
        let deep =
            DynamicImage::ImageRgba16(image::ImageBuffer::from_pixel(4, 4, Rgba([60_000, 0, 0, 65_535])));
        assert_eq!(clean(&file(&deep, ImageFormat::Png), "x").unwrap().media_type, "image/png");
    }

    #[test]
    fn an_animation_keeps_its_first_frame() {
        let mut bytes = Vec::new();
        let mut encoder = GifEncoder::new(&mut bytes);
        let frames = [[255, 0, 0, 255], [0, 255, 0, 255]]
            .map(|color| Frame::new(RgbaImage::from_pixel(8, 8, Rgba(color))));
        encoder.encode_frames(frames).unwrap();
        drop(encoder);
        let cleaned = clean(&bytes, "x.gif").unwrap();
        assert_eq!((cleaned.media_type, cleaned.is_image()), ("image/png", true));
        assert_eq!(image::load_from_memory(&cleaned.bytes).unwrap().get_pixel(1, 1), Rgba([255, 0, 0, 255]));
    }

    #[test]
    fn bombs_and_damaged_images_are_refused() {
        // A PNG head that promises 100,000 by 100,000 pixels.
        let mut bytes = file(&halves(4, 4), ImageFormat::Png);
        bytes[16..20].copy_from_slice(&100_000_u32.to_be_bytes());
        bytes[20..24].copy_from_slice(&100_000_u32.to_be_bytes());
        assert!(matches!(clean(&bytes, "x"), Err(Refused::TooManyPixels | Refused::Broken)));
        // A real one: 56 million equal pixels are a few hundred kilobytes.
        let bomb = file(&DynamicImage::new_luma8(8_000, 7_000), ImageFormat::Png);
        assert!(bomb.len() < 1_000_000);
        assert_eq!(clean(&bomb, "x"), Err(Refused::TooManyPixels));
        let whole = file(&halves(200, 200), ImageFormat::Png);
        assert_eq!(clean(&whole[..whole.len() / 2], "x"), Err(Refused::Broken));
    }
}
