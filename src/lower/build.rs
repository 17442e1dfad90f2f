//! The card face of any item.

use super::{Context, languages};
use crate::content::{Difficulty, Id, Meta, Tag};
use crate::deck::{CardFace, Guid, Left, NoteTypeId, Stamp, sort_tags};
use crate::diag::{Code, Diagnostic};
use crate::markup::{Document, html, walk};
use crate::source::Span;

/// What a card face is built from.
pub(super) struct Card<'a> {
    pub id: &'a Id,
    /// Former ids, oldest first.
    pub formerly: &'a [Id],
    pub note_type: NoteTypeId,
    pub tags: &'a [Tag],
    pub difficulty: Option<Difficulty>,
    /// Values of fields by name; all other fields are empty.
    pub fields: Vec<(&'a str, Document)>,
}

impl<'a> Card<'a> {
    /// The card of an item that has no difficulty.
    pub(super) fn of(meta: &'a Meta, note_type: NoteTypeId, fields: Vec<(&'a str, Document)>) -> Self {
        Self {
            id: &meta.id,
            formerly: &meta.formerly,
            note_type,
            tags: &meta.tags,
            difficulty: None,
            fields,
        }
    }
}

impl Context<'_> {
    /// The card face of an item.
    pub(super) fn card(&self, card: Card<'_>) -> CardFace {
        let formerly = card.formerly.iter().map(|id| id.value.0.clone()).collect();
        self.keyed(card.id.value.0.clone(), formerly, card.id.span, card)
    }

    /// The card face of a part of an item, such as a table row. The part may have had a
    /// different name, so its former keys are every name of the part under every id of the
    /// item.
    pub(super) fn part(&self, part: &str, former_part: Option<&str>, span: Span, card: Card<'_>) -> CardFace {
        let ids = card.formerly.iter().chain([card.id]);
        let parts = || former_part.into_iter().chain([part]);
        let mut keys: Vec<String> =
            ids.flat_map(|id| parts().map(move |part| format!("{}/{part}", id.value.0))).collect();
        let key = keys.pop().unwrap_or_default();
        self.keyed(key, keys, span, card)
    }

    fn keyed(&self, key: String, formerly: Vec<String>, span: Span, card: Card<'_>) -> CardFace {
        let note_type = &self.shared.note_types[card.note_type.index()];
        let mut fields = vec![Document::default(); note_type.fields.len()];
        for (name, document) in card.fields {
            if let Some(at) = note_type.field(name) {
                fields[at] = document;
            }
        }
        if self.shared.studied {
            // The ledger may identify a renamed note by its first field.
            fields.iter_mut().skip(1).for_each(walk::forget_languages);
        }
        let mut html: Vec<String> = fields.iter().map(html::stored).collect();
        if let Some(tag) = self.shared.languages.get(card.id.value.0.as_str()) {
            let names = note_type.fields.iter().map(|field| field.name.as_str());
            names.zip(&mut html).for_each(|(name, field)| languages::mark(name, tag, field));
        }
        let shows_media = self.media.are_some();
        let media = fields.iter().filter(|_| shows_media).flat_map(walk::media_names).map(str::to_owned).collect();
        let cards = note_type.cards(&fields, &html);
        if !self.shared.needs.fields {
            fields = Vec::new();
        }
        CardFace {
            // The oldest key decides; if the ledger knows the note, its GUID takes precedence.
            guid: Guid::new(self.shared.namespace, formerly.first().unwrap_or(&key)),
            cards,
            key,
            formerly,
            note_type: card.note_type,
            deck: None,
            fields,
            html,
            media,
            tags: self.tags(card.tags, card.difficulty),
            retired: None,
            stamp: Stamp::default(),
            span,
        }
    }

    /// Takes a note out of the documents. Up to and including the release that retires it, the
    /// package still contains it, tagged so that learners can find it.
    pub(super) fn retire(&self, mut card: CardFace, release: &str, span: Span) {
        let version = release.trim();
        card.retired = Some(version.to_owned());
        if self.shared.is_past(version) {
            let (key, formerly) = (card.key, card.formerly);
            self.left.borrow_mut().push(Left { key, formerly, release: version.to_owned(), span });
        } else {
            // A tag cannot contain spaces.
            let word: String = version.split_whitespace().collect::<Vec<_>>().join("-");
            card.tags.push(format!("cardpress::retired::{word}"));
            sort_tags(&mut card.tags);
            self.retired.borrow_mut().push(card);
        }
    }

    /// The tags of the item and its file, and its difficulty as a tag. Anki treats `ML` and
    /// `ml` as the same tag.
    fn tags(&self, own: &[Tag], difficulty: Option<Difficulty>) -> Vec<String> {
        self.report_all(own.iter().filter_map(empty_part));
        let mut tags: Vec<String> = own.iter().map(|tag| tag.value.0.clone()).collect();
        tags.extend(self.defaults.get().iter().map(|tag| tag.value.0.clone()));
        tags.extend(difficulty.map(|difficulty| format!("difficulty::{}", difficulty.name())));
        sort_tags(&mut tags);
        tags
    }
}

/// Reports that a tag such as `a::::b` has a part without a name.
pub(super) fn empty_part(tag: &Tag) -> Option<Diagnostic> {
    let (text, span) = (&tag.value.0, tag.span);
    let named: Vec<&str> = text.split("::").filter(|part| !part.is_empty()).collect();
    let whole = named.len() == text.split("::").count();
    let message = format!("the tag `{text}` has an empty level");
    let diagnostic = Diagnostic::error(Code::BAD_TAG, span, message)
        .label("Anki would call that part `blank`")
        .help("`::` nests one tag inside another: put a name on both sides of it");
    let diagnostic = if named.is_empty() { diagnostic } else { diagnostic.suggest(span, named.join("::")) };
    (!whole).then_some(diagnostic)
}
