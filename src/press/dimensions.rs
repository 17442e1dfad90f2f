//! How many pixels a picture claims to have, from its header alone: a decoder would allocate memory
//! for them before reading on. The layouts are those of the PNG, `GIF89a`, JPEG (ITU T.81) and
//! `WebP` container specifications.

use crate::deck::Print;

/// More than a page can show; each takes four bytes of memory.
pub(super) const MOST_PIXELS: u64 = 50_000_000;

/// Width and height in pixels; `None` if the header does not say.
pub(super) fn of(format: Print, bytes: &[u8]) -> Option<(u64, u64)> {
    Some(match format {
        Print::Png => (big(bytes, 16, 4)?, big(bytes, 20, 4)?),
        Print::Gif => (little(bytes, 6, 2)?, little(bytes, 8, 2)?),
        Print::WebP => webp(bytes)?,
        Print::Jpeg => jpeg(bytes)?,
        // An SVG has none.
        Print::Svg => return None,
    })
}

fn webp(bytes: &[u8]) -> Option<(u64, u64)> {
    match bytes.get(12..16)? {
        b"VP8X" => Some((little(bytes, 24, 3)? + 1, little(bytes, 27, 3)? + 1)),
        b"VP8L" => {
            let sizes = little(bytes, 21, 4)?;
            Some(((sizes & 0x3fff) + 1, (sizes >> 14 & 0x3fff) + 1))
        }
        b"VP8 " => Some((little(bytes, 26, 2)? & 0x3fff, little(bytes, 28, 2)? & 0x3fff)),
        _ => None,
    }
}

/// The first frame header among the segments.
fn jpeg(bytes: &[u8]) -> Option<(u64, u64)> {
    let mut at = 2;
    loop {
        let [0xff, marker] = *bytes.get(at..at + 2)? else { return None };
        match marker {
            // A frame, unless it is one of the tables in the same range.
            0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(&marker) => {
                return Some((big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?));
            }
            // Markers without a segment, and fill bytes.
            0x01 | 0xd0..=0xd8 => at += 2,
            0xff => at += 1,
            _ => at += 2 + usize::try_from(big(bytes, at + 2, 2)?.max(2)).ok()?,
        }
    }
}

fn big(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let part = bytes.get(at..at + length)?;
    Some(part.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
}

fn little(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let part = bytes.get(at..at + length)?;
    Some(part.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::deck::Print;

    #[test]
    fn a_header_tells_the_size() {
        type Case = (Print, &'static [u8], Option<(u64, u64)>);
        let cases: [Case; 8] = [
            (Print::Png, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x03\x84\0\0\x01\xf4", Some((900, 500))),
            (Print::Gif, b"GIF89a\xff\xff\xff\xff", Some((65535, 65535))),
            (Print::WebP, b"RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\x0f\0\0\x1f\0\0", Some((16, 32))),
            (Print::WebP, b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x0f\xc0\x07\0", Some((16, 32))),
            (Print::Jpeg, b"\xff\xd8\xff\xe0\0\x04JF\xff\xff\xc0\0\x11\x08\0\x10\0\x20", Some((32, 16))),
            (Print::Jpeg, b"\xff\xd8\xff\xe0\0\0", None),
            (Print::Jpeg, b"\xff\xd8\xff", None),
            (Print::Gif, b"GIF89a", None),
        ];
        for (format, bytes, want) in cases {
            assert_eq!(of(format, bytes), want, "{}", bytes.escape_ascii());
        }
    }
}
