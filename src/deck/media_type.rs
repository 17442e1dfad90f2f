//! The type of a media file, by its first bytes, never by its name. Most signatures are from the
//! WHATWG's MIME Sniffing standard, the rest from the formats' own specifications. A picture counts
//! as shown if Anki's web view and those on phones show it, and as printed if Typst can read it.

/// How many bytes of a file are enough to tell: comments may come before an SVG's root.
pub const HEAD: usize = 64 * 1024;

/// What a media file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "names of formats")]
pub enum MediaType {
    Png,
    Jpeg,
    Gif,
    WebP,
    Svg,
    Avif,
    Bmp,
    Ico,
    Mp3,
    Ogg,
    M4a,
    Wav,
    Flac,
    Mp4,
    WebM,
    Heic,
    Tiff,
    JpegXl,
    Psd,
    Pdf,
    QuickTime,
    Avi,
    Matroska,
    Aiff,
    Aac,
    Font,
    WebFont,
    WebPage,
    /// What Git LFS leaves in place of a file that wasn't fetched.
    LfsPointer,
    Compressed,
    Text,
    Empty,
    Unknown,
}

/// What a media file is to a learner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It is seen.
    Picture,
    /// It is heard.
    Sound,
    /// It is watched.
    Film,
    /// Anki and browsers do not show it.
    None,
}

/// Picture formats that can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "names of formats")]
pub enum Print {
    Png,
    Jpeg,
    Gif,
    WebP,
    Svg,
}

impl MediaType {
    /// The type of a file that begins with `head`, its first [`HEAD`] bytes.
    #[must_use]
    pub fn of(head: &[u8]) -> Self {
        if head.iter().all(u8::is_ascii_whitespace) {
            return Self::Empty;
        }
        let signed = SIGNATURES.iter().find(|(start, _)| head.starts_with(start)).map(|(_, found)| *found);
        let found = signed.or_else(|| boxed(head)).or_else(|| riff(head)).or_else(|| frames(head));
        found.unwrap_or_else(|| text(head).map_or(Self::Unknown, of_text))
    }

    /// What the file at `path` is to a learner. The name decides only what the content leaves open:
    /// MPEG-4 and `WebM` may hold sound or film, and a sound may begin with any byte.
    #[must_use]
    pub fn role(self, path: &str) -> Role {
        match self {
            Self::Png | Self::Jpeg | Self::Gif | Self::WebP | Self::Svg | Self::Avif | Self::Bmp | Self::Ico => {
                Role::Picture
            }
            Self::Mp3 | Self::Ogg | Self::M4a | Self::Wav | Self::Flac => Role::Sound,
            Self::Mp4 if extension(path) == "m4a" => Role::Sound,
            Self::WebM if extension(path) == "weba" => Role::Sound,
            Self::Mp4 | Self::WebM => Role::Film,
            Self::Unknown => match extension(path).as_str() {
                "mp3" | "ogg" | "oga" | "opus" | "m4a" | "wav" | "flac" => Role::Sound,
                "mp4" | "webm" => Role::Film,
                _ => Role::None,
            },
            Self::Heic
            | Self::Tiff
            | Self::JpegXl
            | Self::Psd
            | Self::Pdf
            | Self::QuickTime
            | Self::Avi
            | Self::Matroska
            | Self::Aiff
            | Self::Aac
            | Self::Font
            | Self::WebFont
            | Self::WebPage
            | Self::LfsPointer
            | Self::Compressed
            | Self::Text
            | Self::Empty => Role::None,
        }
    }

    /// The format of a picture that a sheet can show.
    #[must_use]
    pub fn print(self) -> Option<Print> {
        match self {
            Self::Png => Some(Print::Png),
            Self::Jpeg => Some(Print::Jpeg),
            Self::Gif => Some(Print::Gif),
            Self::WebP => Some(Print::WebP),
            Self::Svg => Some(Print::Svg),
            Self::Avif
            | Self::Bmp
            | Self::Ico
            | Self::Mp3
            | Self::Ogg
            | Self::M4a
            | Self::Wav
            | Self::Flac
            | Self::Mp4
            | Self::WebM
            | Self::Heic
            | Self::Tiff
            | Self::JpegXl
            | Self::Psd
            | Self::Pdf
            | Self::QuickTime
            | Self::Avi
            | Self::Matroska
            | Self::Aiff
            | Self::Aac
            | Self::Font
            | Self::WebFont
            | Self::WebPage
            | Self::LfsPointer
            | Self::Compressed
            | Self::Text
            | Self::Empty
            | Self::Unknown => None,
        }
    }

    /// What it is, in words that follow "is".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Png => "a PNG picture",
            Self::Jpeg => "a JPEG picture",
            Self::Gif => "a GIF picture",
            Self::WebP => "a WebP picture",
            Self::Svg => "an SVG picture",
            Self::Avif => "an AVIF picture",
            Self::Bmp => "a BMP picture",
            Self::Ico => "an ICO picture",
            Self::Mp3 => "an MP3 recording",
            Self::Ogg => "an Ogg recording",
            Self::M4a => "an M4A recording",
            Self::Wav => "a WAV recording",
            Self::Flac => "a FLAC recording",
            Self::Mp4 => "an MP4 video",
            Self::WebM => "a WebM video",
            Self::Heic => "a HEIC picture",
            Self::Tiff => "a TIFF picture",
            Self::JpegXl => "a JPEG XL picture",
            Self::Psd => "a Photoshop document",
            Self::Pdf => "a PDF document",
            Self::QuickTime => "a QuickTime video",
            Self::Avi => "an AVI video",
            Self::Matroska => "a Matroska video",
            Self::Aiff => "an AIFF recording",
            Self::Aac => "an AAC recording",
            Self::Font => "a font",
            Self::WebFont => "a web font",
            Self::WebPage => "a web page",
            Self::LfsPointer => "a Git LFS pointer, not the file itself",
            Self::Compressed => "a compressed file",
            Self::Text => "a text file",
            Self::Empty => "empty",
            Self::Unknown => "of an unknown type",
        }
    }

    /// Suitable file extensions, the usual one first; empty if the name is all there is to go by.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Png => &["png", "apng"],
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Gif => &["gif"],
            Self::WebP => &["webp"],
            Self::Svg => &["svg"],
            Self::Avif => &["avif"],
            Self::Bmp => &["bmp", "dib"],
            Self::Ico => &["ico"],
            Self::Mp3 => &["mp3"],
            Self::Ogg => &["ogg", "oga", "opus"],
            Self::M4a => &["m4a", "m4b", "mp4"],
            Self::Wav => &["wav"],
            Self::Flac => &["flac"],
            Self::Mp4 => &["mp4", "m4v", "m4a"],
            Self::WebM => &["webm", "weba"],
            Self::Heic
            | Self::Tiff
            | Self::JpegXl
            | Self::Psd
            | Self::Pdf
            | Self::QuickTime
            | Self::Avi
            | Self::Matroska
            | Self::Aiff
            | Self::Aac
            | Self::Font
            | Self::WebFont
            | Self::WebPage
            | Self::LfsPointer
            | Self::Compressed
            | Self::Text
            | Self::Empty
            | Self::Unknown => &[],
        }
    }
}

/// The extension of a name, in lower case; empty if there is none.
#[must_use]
pub fn extension(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
}

/// Bytes that only files of one type begin with.
const SIGNATURES: [(&[u8], MediaType); 24] = [
    (b"\x89PNG", MediaType::Png),
    (b"\xff\xd8\xff", MediaType::Jpeg),
    (b"GIF87a", MediaType::Gif),
    (b"GIF89a", MediaType::Gif),
    (b"\0\0\x01\0", MediaType::Ico),
    (b"II*\0", MediaType::Tiff),
    (b"MM\0*", MediaType::Tiff),
    (b"II+\0", MediaType::Tiff),
    (b"MM\0+", MediaType::Tiff),
    (b"\xff\x0a", MediaType::JpegXl),
    (b"\0\0\0\x0cJXL \r\n\x87\n", MediaType::JpegXl),
    (b"8BPS", MediaType::Psd),
    (b"%PDF-", MediaType::Pdf),
    (b"ID3", MediaType::Mp3),
    (b"OggS", MediaType::Ogg),
    (b"fLaC", MediaType::Flac),
    (b"\0\x01\0\0", MediaType::Font),
    (b"true\0", MediaType::Font),
    (b"OTTO", MediaType::Font),
    (b"ttcf", MediaType::Font),
    (b"wOFF", MediaType::WebFont),
    (b"wOF2", MediaType::WebFont),
    (b"PK\x03\x04", MediaType::Compressed),
    (b"\x1f\x8b", MediaType::Compressed),
];

/// ISO base media by its brands, and Matroska by its document type.
fn boxed(head: &[u8]) -> Option<MediaType> {
    if head.starts_with(b"\x1a\x45\xdf\xa3") {
        let start = &head[..head.len().min(64)];
        let is_webm = start.windows(4).any(|part| part == b"webm");
        return Some(if is_webm { MediaType::WebM } else { MediaType::Matroska });
    }
    if head.get(4..8)? != b"ftyp" {
        return None;
    }
    let length = u32::from_be_bytes(head.get(..4)?.try_into().ok()?) as usize;
    let brands = head.get(8..length.clamp(12, head.len().max(12)))?;
    let mut brands = brands.chunks_exact(4);
    let major = brands.next()?;
    if [major].into_iter().chain(brands).any(|brand| brand == b"avif" || brand == b"avis") {
        return Some(MediaType::Avif);
    }
    Some(match major {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => MediaType::Heic,
        b"qt  " => MediaType::QuickTime,
        b"M4A " | b"M4B " => MediaType::M4a,
        _ => MediaType::Mp4,
    })
}

/// Containers that name their type after a length.
fn riff(head: &[u8]) -> Option<MediaType> {
    match (head.get(..4)?, head.get(8..12)?) {
        (b"RIFF", b"WEBP") => Some(MediaType::WebP),
        (b"RIFF", b"WAVE") => Some(MediaType::Wav),
        (b"RIFF", b"AVI ") => Some(MediaType::Avi),
        (b"FORM", b"AIFF" | b"AIFC") => Some(MediaType::Aiff),
        // Two reserved words must be zero; otherwise it is text that begins with these letters.
        ([b'B', b'M', ..], _) if head.get(6..10)? == [0; 4] => Some(MediaType::Bmp),
        _ => None,
    }
}

/// Sounds that begin with their first frame.
fn frames(head: &[u8]) -> Option<MediaType> {
    let [0xff, second, third, ..] = *head else { return None };
    let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
    let (rate, frequency) = (third >> 4, third >> 2 & 3);
    match (second >> 5, version, layer) {
        // ADTS: layer zero, no free frequency.
        (7, 2 | 3, 0) if second & 0x10 != 0 => Some(MediaType::Aac),
        (7, 0 | 2 | 3, 1..=3) if rate != 15 && frequency != 3 => Some(MediaType::Mp3),
        _ => None,
    }
}

/// The head as text, if it is text; its last character may be cut.
fn text(head: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let stray = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    (!text.contains(stray)).then_some(text)
}

/// What kind of text it is, by what comes first in it.
fn of_text(text: &str) -> MediaType {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    if rest.starts_with("version https://git-lfs.github.com/spec/") {
        return MediaType::LfsPointer;
    }
    loop {
        let begins = |word: &str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        let end = match () {
            () if begins("<!--") => "-->",
            () if begins("<!doctype html") || begins("<html") || begins("<head") => return MediaType::WebPage,
            // Its entities are in their own brackets.
            () if begins("<!doctype") && rest.split('>').next().is_some_and(|tag| tag.contains('[')) => "]>",
            () if begins("<!") || begins("<?") => ">",
            () => break,
        };
        let Some((_, after)) = rest.split_once(end) else { return MediaType::Text };
        rest = after.trim_start();
    }
    let root = rest.strip_prefix('<').unwrap_or("");
    let root = root.strip_prefix("svg:").unwrap_or(root).strip_prefix("svg");
    let is_svg = root.is_some_and(|after| after.starts_with([' ', '\t', '\r', '\n', '>', '/']));
    if is_svg { MediaType::Svg } else { MediaType::Text }
}

#[cfg(test)]
mod tests {
    use super::{MediaType, Role};

    #[test]
    fn the_first_bytes_tell_the_type() {
        let cases: [(&[u8], MediaType); 32] = [
            (b"", MediaType::Empty),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", MediaType::Png),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", MediaType::Jpeg),
            (b"RIFF\x24\0\0\0WEBPVP8 ", MediaType::WebP),
            (b"RIFF\x24\0\0\0WAVEfmt ", MediaType::Wav),
            (b"RIFF\x24\0\0\0AVI LIST", MediaType::Avi),
            (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", MediaType::Bmp),
            (b"BM is short for bending moment", MediaType::Text),
            (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", MediaType::Avif),
            (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", MediaType::Avif),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", MediaType::Heic),
            (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", MediaType::QuickTime),
            (b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42", MediaType::M4a),
            (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", MediaType::Mp4),
            (b"\0\0\0\0ftypisom", MediaType::Mp4),
            (b"\x1a\x45\xdf\xa3\x9fB\x82\x84webm", MediaType::WebM),
            (b"\x1a\x45\xdf\xa3\x9fB\x82\x88matroska", MediaType::Matroska),
            (b"ID3\x04\0\0", MediaType::Mp3),
            (b"\xff\xfb\x90\x64", MediaType::Mp3),
            (b"\xff\xf1\x50\x80", MediaType::Aac),
            (b"\xff\xff\xff\xff", MediaType::Unknown),
            (b"II*\0\x08\0\0\0", MediaType::Tiff),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", MediaType::Svg),
            (
                b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- a > b -->\n<!DOCTYPE svg [<!ENTITY a \"b\">]>\n<svg>",
                MediaType::Svg,
            ),
            (b"<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"svg11.dtd\"><svg\n", MediaType::Svg),
            (b"<!-- never closed <svg>", MediaType::Text),
            (b"<svgs>", MediaType::Text),
            (b"<!DOCTYPE HTML><title>Not found</title>", MediaType::WebPage),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", MediaType::LfsPointer),
            (b"not a png", MediaType::Text),
            ("größe\u{0}".as_bytes(), MediaType::Unknown),
            (b"OTTO\0\x0c", MediaType::Font),
        ];
        for (head, want) in cases {
            assert_eq!(MediaType::of(head), want, "{}", head.escape_ascii());
        }
    }

    #[test]
    fn a_name_decides_only_what_the_content_leaves_open() {
        assert_eq!(MediaType::Mp4.role("media/a.m4a"), Role::Sound);
        assert_eq!(MediaType::Mp4.role("media/a.mp4"), Role::Film);
        assert_eq!(MediaType::Unknown.role("media/a.MP3"), Role::Sound);
        assert_eq!(MediaType::Unknown.role("media/a.png"), Role::None);
        assert_eq!(MediaType::Text.role("media/a.mp3"), Role::None);
        assert_eq!(MediaType::Png.role("media/a.mp3"), Role::Picture);
    }

    #[test]
    fn any_bytes_have_a_type() {
        for length in 0..40 {
            for byte in [0, 1, b'<', b'f', 0x7f, 0xff] {
                let mut head = vec![byte; length];
                let _ = MediaType::of(&head);
                if let Some(place) = head.get_mut(4..8) {
                    place.copy_from_slice(b"ftyp");
                }
                let _ = MediaType::of(&head);
            }
        }
    }
}
