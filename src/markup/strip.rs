//! The sort field and checksum of a note, as Anki computes them (rslib, `text.rs`
//! and `notes/mod.rs`). Anki computes them again on import; a package that already
//! agrees also serves readers that don't.
//!
//! It handles the HTML that `markup::html` writes, not HTML in general: no comments, scripts or
//! styles, attributes in double quotes, `>` always escaped.

use sha1::{Digest as _, Sha1};

use super::has_byte;

/// The text of `html`, with each picture's tag replaced by its name.
#[must_use]
pub fn text(html: &str) -> String {
    if !has_byte(html, |byte| matches!(byte, b'<' | b'&')) {
        return html.to_owned();
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tail)) = rest.split_once('<') {
        out.push_str(before);
        let Some((tag, after)) = tail.split_once('>') else {
            // No later tag ends either.
            out.push('<');
            rest = tail;
            break;
        };
        if let Some(name) = picture(tag) {
            out.push(' ');
            out.push_str(name);
            out.push(' ');
        }
        rest = after;
    }
    out.push_str(rest);
    decode(&out)
}

/// The first 32 bits of the SHA-1 of a [`text`], which Anki uses to find duplicates.
#[must_use]
pub fn checksum(text: &str) -> u32 {
    let digest = Sha1::digest(text.as_bytes());
    digest.iter().take(4).fold(0, |value, byte| value << 8 | u32::from(*byte))
}

fn picture(tag: &str) -> Option<&str> {
    let attributes = tag.strip_prefix("img ")?;
    let (_, value) = attributes.split_once("src=\"")?;
    Some(value.split_once('"')?.0)
}

/// The longest character reference that is decoded, including any zeros in its number.
const ENTITY_MOST: usize = 40;

fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('&') {
        out.push_str(before);
        let end = tail.bytes().take(ENTITY_MOST).position(|byte| byte == b';');
        let known = end.and_then(|end| Some((entity(&tail[..end])?, &tail[end + 1..])));
        let (c, after) = known.unwrap_or(('&', tail));
        out.push(c);
        rest = after;
    }
    out.push_str(rest);
    // Anki does this only if there was an entity.
    if text.contains('&') { out.replace('\u{a0}', " ") } else { out }
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        name => char::from_u32(name.strip_prefix('#')?.parse().ok()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_the_names_of_pictures_stay() {
        let html = "<p>a &lt; b &amp;amp; &#58;&#58;</p><img src=\"p-1.svg\" alt=\"A &gt; B\">";
        assert_eq!(text(html), "a < b &amp; :: p-1.svg ");
        assert_eq!(text("a <b <i> < &lt &no; é&#12"), "a  < &lt &no; é&#12");
    }

    /// The checksum that Anki computes for the text `Q`.
    #[test]
    fn the_checksum_is_the_start_of_the_sha_1() {
        assert_eq!(checksum("Q"), 0xc315_6e00);
    }
}
