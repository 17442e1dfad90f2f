//! Reads and tries a sheet's pictures before anything is typeset, to report what Typst cannot show
//! where the author refers to it.

use typst::foundations::Bytes;
use typst::visualize::{ExchangeFormat, RasterImage, SvgImage};

use super::dimensions::MOST_PIXELS;
use super::world::Files;
use super::{dimensions, svg};
use crate::deck::{Deck, Media, MediaSource, Print};
use crate::diag::{Code, Diagnostic};
use crate::markup::typst::Writer;
use crate::source::Span;

/// A picture for print takes a tenth of this.
const MOST_BYTES: u64 = 64 << 20;

/// Puts the pictures where Typst finds them, and the list of those without a size of their own.
///
/// # Errors
/// One for each picture that cannot be shown.
pub(super) fn add(
    deck: &Deck,
    media: &dyn MediaSource,
    writer: &Writer,
    files: &mut Files,
) -> Result<(), Vec<Diagnostic>> {
    let (mut wrong, mut scalable) = (Vec::new(), Vec::new());
    for picture in deck.media.iter().filter(|media| writer.images().contains(&media.name)) {
        match tried(picture, media) {
            Ok(Tried { bytes, has_size }) => {
                scalable.extend((!has_size).then(|| place(&picture.name)));
                files.put(&place(&picture.name), bytes);
            }
            Err(fault) => wrong.push(fault.at(picture, origin(writer, picture))),
        }
    }
    files.put("/scalable.json", serde_json::json!(scalable).to_string().into_bytes());
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Why a picture cannot be shown.
enum Fault {
    Unread(std::io::Error),
    Type,
    Large,
    Pixels(u64, u64),
    Damaged(String),
    Unprintable(String),
}

impl Fault {
    fn at(self, picture: &Media, span: Span) -> Diagnostic {
        let path = &picture.path;
        let message = |text: String| Diagnostic::error(Code::BAD_MEDIA, span, text);
        match self {
            Self::Unread(error) => Diagnostic::error(Code::MEDIA, span, format!("cannot read `{path}`: {error}"))
                .help("don't change the project's files during a build"),
            Self::Type => message(format!("`{path}` is {}, which the cheatsheet cannot show", picture.kind.words()))
                .label("the cheatsheet shows this text")
                .help("convert it to PNG, JPEG, GIF, WebP or SVG"),
            Self::Large => message(format!("`{path}` is larger than {} MiB", MOST_BYTES >> 20))
                .label("too large for the cheatsheet")
                .help("scale it down: a few hundred pixels are enough for paper"),
            Self::Pixels(width, height) => message(format!("`{path}` is {width} × {height} pixels"))
                .label(format!("the limit for the cheatsheet is {} megapixels", MOST_PIXELS / 1_000_000))
                .help("scale it down: a few hundred pixels are enough for paper"),
            Self::Damaged(reason) => message(format!("`{path}` is damaged: {reason}"))
                .label("the cheatsheet cannot show it")
                .help("open it in an image editor and save it again"),
            Self::Unprintable(reason) => message(format!("the cheatsheet cannot print `{path}`: {reason}"))
                .label("the cheatsheet cannot show it")
                .help("embed everything it shows and keep its size reasonable, or save it as PNG"),
        }
    }
}

/// A picture that can be shown.
struct Tried {
    bytes: Vec<u8>,
    /// Whether it has a size of its own.
    has_size: bool,
}

fn tried(picture: &Media, media: &dyn MediaSource) -> Result<Tried, Fault> {
    let format = picture.kind.print().ok_or(Fault::Type)?;
    if picture.size > MOST_BYTES {
        return Err(Fault::Large);
    }
    let bytes = media.read(&picture.path).map_err(Fault::Unread)?;
    if let Some((width, height)) = dimensions::of(format, &bytes)
        && width * height > MOST_PIXELS
    {
        return Err(Fault::Pixels(width, height));
    }
    let data = Bytes::new(bytes.clone());
    let has_size = match format {
        Print::Svg => {
            let image = SvgImage::new(data).map_err(|_| Fault::Damaged(no_svg(&bytes)))?;
            svg::has_size(&String::from_utf8_lossy(&bytes), image.tree()).map_err(Fault::Unprintable)?
        }
        Print::Png => raster(data, ExchangeFormat::Png)?,
        Print::Jpeg => raster(data, ExchangeFormat::Jpg)?,
        Print::Gif => raster(data, ExchangeFormat::Gif)?,
        Print::WebP => raster(data, ExchangeFormat::Webp)?,
    };
    Ok(Tried { bytes, has_size })
}

/// Tries a raster picture, which always has a size.
fn raster(data: Bytes, format: ExchangeFormat) -> Result<bool, Fault> {
    RasterImage::plain(data, format).map(|_| true).map_err(|error| Fault::Damaged(error.to_string()))
}

/// Why a file isn't an SVG picture, as far as its XML shows.
fn no_svg(bytes: &[u8]) -> String {
    let fault = std::str::from_utf8(bytes).ok().and_then(|text| roxmltree::Document::parse(text).err());
    fault.map_or_else(|| "it is not valid SVG".to_owned(), |fault| fault.to_string())
}

/// Where Typst looks for a picture.
fn place(name: &str) -> String {
    format!("/media/{name}")
}

/// Where the author first refers to it on the sheet.
fn origin(writer: &Writer, picture: &Media) -> Span {
    let code = writer.as_code();
    let at = code.find(&place(&picture.name));
    at.and_then(|at| writer.origin(&(at..at + 1))).unwrap_or(picture.span)
}
