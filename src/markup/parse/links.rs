//! Links to items and to the web, pictures and recordings.

use std::borrow::Cow;
use std::ops::Range;

use super::{MediaKind, Reader, Resolver};
use crate::diag::{Code, Diagnostic};
use crate::markup::ast::{Image, Inline, Recording};
use crate::markup::plain;
use crate::source::Span;

impl Reader<'_, '_> {
    pub(super) fn reference(
        &mut self,
        id: &str,
        words: Option<Vec<Inline>>,
        range: Range<usize>,
        out: &mut Vec<Inline>,
    ) {
        let Some(title) = self.resolver.title(id) else {
            let place = self.within(&range, id);
            let diagnostic = dangling(id, self.map.span(range), self.resolver);
            self.diagnostics.push(match (diagnostic, place) {
                ((diagnostic, Some((meant, certain))), Some(place)) => match self.map.edit(place, &meant) {
                    Some((span, text)) => diagnostic.edit(span, text, certain),
                    None => diagnostic,
                },
                ((diagnostic, _), _) => diagnostic,
            });
            return;
        };
        let content = words.unwrap_or(title);
        let id = id.to_owned();
        out.push(Inline::Reference { id, content });
    }

    pub(super) fn link(&mut self, url: &str, content: Vec<Inline>, range: Range<usize>, out: &mut Vec<Inline>) {
        let known = ["https://", "http://", "mailto:"];
        let lower = url.to_ascii_lowercase();
        if known.iter().any(|scheme| lower.starts_with(scheme)) {
            let url = url.to_owned();
            out.push(Inline::Link { url, content });
            return;
        }
        let span = self.map.span(range);
        let diagnostic = Diagnostic::error(Code::BAD_LINK, span, format!("the link leads to `{url}`"))
            .label("neither https, http nor mailto")
            .help("link to another item with `[[id]]` or `[[id|text]]`, and to a web page with its full address");
        self.diagnostics.push(diagnostic);
    }

    /// Warns of a title on a link or a picture: no output shows it.
    pub(super) fn title(&mut self, title: &str, range: &Range<usize>) {
        if title.trim().is_empty() {
            return;
        }
        let place = self.within(range, title).unwrap_or_else(|| range.clone());
        let diagnostic =
            Diagnostic::warning(Code::LINK_TITLE, self.map.span(place), "this link title is not shown in any output")
                .label("left out")
                .help("move it into the text, or into the words in brackets");
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn image(&mut self, path: &str, alt: &[Inline], range: Range<usize>, out: &mut Vec<Inline>) {
        let path = self.written_path(path, &range).to_string();
        let span = self.map.span(range.clone());
        let decoded = percent_decoded(&path);
        let names = std::iter::once(path.as_str()).chain(decoded.as_deref());
        let found = names.into_iter().find_map(|path| self.resolver.media(path, span));
        let Some(media) = found else {
            self.missing_media(decoded.as_deref().unwrap_or(&path), &path, &range);
            return;
        };
        let alt = plain::inline(alt);
        let name = media.name;
        out.push(match media.kind {
            MediaKind::Picture => Inline::Image(Image { name, alt, night: media.night.map(Box::new), span }),
            MediaKind::Sound => Inline::Recording(Recording { name, label: alt, is_film: false, span }),
            MediaKind::Film => Inline::Recording(Recording { name, label: alt, is_film: true, span }),
        });
    }

    /// The path as the author wrote it: spaces were replaced for pulldown-cmark.
    fn written_path<'a>(&'a self, path: &'a str, range: &Range<usize>) -> Cow<'a, str> {
        let (given, meant) = (self.prepared.get(range.clone()), self.text.get(range.clone()));
        match (given, meant) {
            (Some(given), Some(meant)) if given != meant => {
                let at = given.rfind(path);
                Cow::Borrowed(at.and_then(|at| meant.get(at..at + path.len())).unwrap_or(path))
            }
            _ => Cow::Borrowed(path),
        }
    }

    fn missing_media(&mut self, path: &str, written: &str, range: &Range<usize>) {
        let span = self.map.span(range.clone());
        let mut diagnostic = Diagnostic::error(Code::MISSING_MEDIA, span, format!("the project has no file `{path}`"));
        diagnostic = match self.resolver.similar_media(path) {
            Some(similar) => {
                let same = |whole: &str| whole.eq_ignore_ascii_case(&similar);
                let certain = same(path) || same(&format!("media/{path}"));
                let diagnostic = diagnostic.label(format!("did you mean `{similar}`?"));
                let place = self.within(range, written);
                let bracketed = place.as_ref().is_some_and(|place| self.text[..place.start].ends_with('<'));
                let needs_brackets = similar.contains(['(', ')', ' ']) && !bracketed;
                let text = if needs_brackets { format!("<{similar}>") } else { similar };
                match place.and_then(|place| self.map.edit(place, &text)) {
                    Some((span, text)) => diagnostic.edit(span, text, certain),
                    None => diagnostic,
                }
            }
            None if path.contains("://") => {
                diagnostic.label("on the web").help("save the file under `media/`: cards must work without a network")
            }
            None => diagnostic.label("not found"),
        };
        let help = "paths are relative to the folder of `cardpress.yaml`, for example `media/plot.svg`";
        self.diagnostics.push(diagnostic.help(help));
    }

    /// The place of the last `word` in `range`, if it is there letter by letter.
    fn within(&self, range: &Range<usize>, word: &str) -> Option<Range<usize>> {
        let at = range.start + self.text.get(range.clone())?.rfind(word)?;
        Some(at..at + word.len())
    }
}

/// `path` with its `%20` and the like decoded, if it has any and they are UTF-8.
fn percent_decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    while let Some((first, tail)) = rest.split_first() {
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if digit(*high).is_some() && digit(*low).is_some() => {
                bytes.push(digit(*high)? << 4 | digit(*low)?);
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok().filter(|decoded| decoded != path)
}

/// The diagnostic for a link at `span` to an item that doesn't exist, and what it may have been
/// meant for, with whether that is certain.
pub fn dangling(id: &str, span: Span, resolver: &dyn Resolver) -> (Diagnostic, Option<(String, bool)>) {
    if resolver.is_draft(id) {
        let diagnostic = Diagnostic::error(Code::DRAFT_REFERENCE, span, format!("`{id}` is a draft"))
            .label("drafts appear in no output")
            .help("finish it and delete its `draft`, or remove the link until then");
        return (diagnostic, None);
    }
    let diagnostic = Diagnostic::error(Code::UNKNOWN_REFERENCE, span, format!("no item has the id `{id}`"));
    let help = "a renamed item keeps its old id under `formerly`, but links use the new one";
    match (resolver.renamed(id), resolver.similar(id)) {
        (Some(now), _) => (diagnostic.label(format!("its id is now `{now}`")).help(help), Some((now, true))),
        (None, Some(near)) => (diagnostic.label(format!("did you mean `{near}`?")).help(help), Some((near, false))),
        (None, None) => (diagnostic.label("not found").help("give the item this id, or link to one that exists"), None),
    }
}

#[cfg(test)]
mod tests {
    use super::percent_decoded;

    #[test]
    fn only_escapes_of_utf_8_are_resolved() {
        let cases = [
            ("media/my%20plot.png", Some("media/my plot.png")),
            ("media/%E5%9B%B3.png", Some("media/図.png")),
            ("media/100%.png", None),
            ("media/%ff.png", None),
            ("media/a.png", None),
        ];
        for (path, want) in cases {
            assert_eq!(percent_decoded(path).as_deref(), want, "{path}");
        }
    }
}
