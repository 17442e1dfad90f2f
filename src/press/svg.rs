//! Finds what no page can show of an SVG picture before it is typeset: Typst would report an error
//! in the whole sheet, or abort.

use roxmltree::{Document, ParsingOptions};
use usvg::{Group, ImageKind, Node, Tree};

use super::dimensions::{self, MOST_PIXELS};
use crate::deck::Print;

/// Units of a drawing, which are pixels at the paper's scale: a third of a kilometre.
const FARTHEST: f32 = 1e6;

/// Whether the picture in `text`, parsed as `tree`, says how large it is: with only a `viewBox`, it
/// is as large as the space it gets.
///
/// # Errors
/// Why it cannot be printed.
pub(super) fn has_size(text: &str, tree: &Tree) -> Result<bool, String> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).ok();
    let reason = document.as_ref().and_then(elsewhere).or_else(|| drawn(tree.root()));
    match reason {
        Some(reason) => Err(reason),
        None => Ok(document.is_some_and(|document| is_sized(&document))),
    }
}

fn is_sized(document: &Document<'_>) -> bool {
    let picture = document.root_element();
    ["width", "height"].into_iter().any(|name| picture.attribute(name).is_some_and(|length| !length.contains('%')))
}

/// What the picture loads from a different file. Typst would look for that among its own files.
fn elsewhere(document: &Document<'_>) -> Option<String> {
    let images = document.descendants().filter(|node| matches!(node.tag_name().name(), "image" | "feImage"));
    let mut hrefs = images.flat_map(|node| node.attributes()).filter(|attribute| attribute.name() == "href");
    let href = hrefs.find(|href| !href.value().starts_with("data:") && !href.value().starts_with('#'))?;
    let shown: String = href.value().chars().take(60).collect();
    Some(format!("it shows another file, `{shown}`"))
}

fn drawn(group: &Group) -> Option<String> {
    let bounds = [group.abs_bounding_box(), group.abs_stroke_bounding_box(), group.abs_layer_bounding_box().to_rect()];
    let transform = group.abs_transform();
    let edges = bounds.iter().flat_map(|bounds| [bounds.left(), bounds.top(), bounds.right(), bounds.bottom()]);
    let scales = [transform.sx, transform.sy, transform.kx, transform.ky, transform.tx, transform.ty];
    if edges.chain(scales).any(|value| !value.is_finite() || value.abs() > FARTHEST) {
        return Some("it draws more than a million units from its origin".to_owned());
    }
    group.children().iter().find_map(node)
}

fn node(node: &Node) -> Option<String> {
    // Clips, masks, patterns and filters.
    let mut reason = None;
    node.subroots(|inner| reason = reason.take().or_else(|| drawn(inner)));
    if reason.is_some() {
        return reason;
    }
    let (format, bytes) = match node {
        Node::Group(group) => return drawn(group),
        Node::Path(_) | Node::Text(_) => return None,
        Node::Image(image) => match image.kind() {
            ImageKind::SVG(tree) => return drawn(tree.root()),
            ImageKind::PNG(bytes) => (Print::Png, bytes),
            ImageKind::JPEG(bytes) => (Print::Jpeg, bytes),
            ImageKind::GIF(bytes) => (Print::Gif, bytes),
            ImageKind::WEBP(bytes) => (Print::WebP, bytes),
        },
    };
    let (width, height) = dimensions::of(format, bytes)?;
    (width * height > MOST_PIXELS).then(|| format!("a picture in it is {width} × {height} pixels"))
}
