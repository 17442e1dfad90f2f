//! Files that a style or a template names: found in the project, renamed as in Anki, and put into the
//! package.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::deck::Media;
use crate::diag::{Diagnostic, Sink};
use crate::lower::media;
use crate::source::{FileId, Span, floor_char, offset};
use crate::world::MediaFile;

/// The most mistakes to report for one style or template.
pub(super) const MOST: usize = 100;

/// A file's name is shorter than this, in bytes.
const LONGEST_NAME: usize = 512;

/// The files that some styles and templates name, as these write it, each with the first place that does.
#[derive(Default)]
pub(super) struct NamedFiles<'a> {
    used: BTreeMap<&'a str, (&'a MediaFile, Span)>,
}

impl<'a> NamedFiles<'a> {
    /// Adds the files that `text` names, which is the source `file`; `find` finds each, or says why not.
    pub(super) fn add(
        &mut self,
        file: FileId,
        text: &'a str,
        find: impl Fn(&str, Span) -> Result<&'a MediaFile, Box<Diagnostic>>,
        diagnostics: &mut Sink,
    ) {
        let before = diagnostics.len();
        for at in places(text) {
            if diagnostics.len() - before >= MOST {
                return;
            }
            let name = &text[at.clone()];
            if self.used.contains_key(name) {
                continue;
            }
            let span = Span::new(file, offset(at.start), offset(at.end));
            match find(name, span) {
                Ok(found) => {
                    self.used.insert(name, (found, span));
                }
                Err(diagnostic) => diagnostics.push(*diagnostic),
            }
        }
    }

    /// A text with files renamed as in Anki, where names depend on content.
    pub(super) fn renamed(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = 0;
        for at in places(text) {
            let Some((file, _)) = self.used.get(&text[at.clone()]) else { continue };
            out.push_str(&text[rest..at.start]);
            out.push_str(&name(file));
            rest = at.end;
        }
        out + &text[rest..]
    }

    /// The files themselves.
    pub(super) fn into_media(self) -> Vec<Media> {
        let media = |(file, span): (&MediaFile, Span)| Media {
            name: name(file),
            path: file.path.clone(),
            size: file.size,
            kind: file.kind,
            span,
        };
        self.used.into_values().map(media).collect()
    }
}

/// The file's name in Anki. It begins with `_`: Anki imports and keeps such a file even if no note names it.
fn name(file: &MediaFile) -> String {
    let name = media::name(file);
    if name.starts_with('_') { name } else { format!("_{name}") }
}

/// Where a text refers to a file next to it: `src="…"` and `url(…)`, but not web addresses or fields.
fn places(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (lead, ends) in [("src=\"", "\""), ("src='", "'"), ("url(", ")")] {
        for (start, _) in text.match_indices(lead) {
            let start = start + lead.len();
            // A name is no longer than a system allows.
            let near = &text[start..floor_char(text, (start + LONGEST_NAME).min(text.len()))];
            let Some(length) = near.find(ends) else { continue };
            let quoted = &text[start..start + length];
            let name = quoted.trim().trim_matches(['"', '\'']);
            let from = start + quoted.find(name).unwrap_or(0);
            let is_address = name.contains(':') || name.starts_with(['#', '/']) || name.contains("{{");
            if !name.is_empty() && !is_address {
                found.push(from..from + name.len());
            }
        }
    }
    found.sort_by_key(|at| at.start);
    found
}
