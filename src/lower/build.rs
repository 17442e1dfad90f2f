//! Notes from their parts.

use super::{Context, languages};
use crate::anki::note_types::SEE_ALSO;
use crate::anki::{self, Guid};
use crate::content::{Difficulty, Id, Meta, TYPED, Tag, Title};
use crate::deck::{Entry, Left, Note, NoteTypeId, Part, Role, field, retired_tag, sort_tags};
use crate::diag::{Code, Diagnostic};
use crate::markup::{Block, Document, Inline, html, walk};
use crate::similar;
use crate::source::Span;
use crate::words::Word;

/// What a note is made from.
pub(super) struct Draft<'a> {
    pub id: &'a Id,
    /// Former ids, oldest first.
    pub formerly: &'a [Id],
    pub note_type: NoteTypeId,
    pub tags: &'a [Tag],
    pub difficulty: Option<Difficulty>,
    /// Its texts, in the order in which documents show them.
    pub pieces: Vec<Piece<'a>>,
    /// Whether only documents and sheets show it.
    pub is_printed: bool,
    /// The optional cards that it has.
    pub optional: &'a [Id],
    /// Words for optional cards that are notes of their own.
    pub also: &'a [&'a str],
    /// What the learner must type on a card that asks for it.
    pub typed: Option<&'a Title>,
    /// What documents and sheets say of it besides its texts.
    pub entry: Entry,
    /// The fields that have languages of their own, by name, each with its BCP 47 tag.
    pub languages: Vec<(&'a str, &'a str)>,
}

impl<'a> Draft<'a> {
    /// The note of an item that has no entry of its own.
    pub(super) fn of(meta: &'a Meta, note_type: NoteTypeId, pieces: Vec<Piece<'a>>) -> Self {
        Self {
            id: &meta.id,
            formerly: &meta.formerly,
            note_type,
            tags: &meta.tags,
            difficulty: meta.difficulty,
            pieces,
            is_printed: meta.is_printed(),
            optional: meta.optional(),
            also: &[],
            typed: meta.typed.as_ref(),
            entry: Entry::default(),
            languages: Vec::new(),
        }
    }
}

/// What makes a part of an item a card of its own.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub id: &'a Id,
    /// Former ids within the item, oldest first.
    pub formerly: &'a [Id],
    pub retired: Option<&'a Title>,
}

impl<'a> Named<'a> {
    /// A part with these keys; without an id, it is only shown with its item.
    pub(super) fn of(id: Option<&'a Id>, formerly: &'a [Id], retired: Option<&'a Title>) -> Option<Self> {
        id.map(|id| Self { id, formerly, retired })
    }
}

/// A text of a note.
pub(super) struct Piece<'a> {
    role: Role,
    /// The name of its field; empty if no card shows it.
    field: &'a str,
    heading: Option<Word>,
    lead: Vec<Inline>,
    document: Document,
}

impl<'a> Piece<'a> {
    /// A text in the field of this name.
    pub(super) fn new(role: Role, field: &'a str, document: Document) -> Self {
        Self {
            role,
            field,
            heading: None,
            lead: Vec::new(),
            document,
        }
    }

    /// The same in the field of this name.
    pub(super) fn in_field(self, field: &str) -> Piece<'_> {
        Piece { field, ..self }
    }

    /// The same with a small heading in documents.
    pub(super) fn under(self, heading: Word) -> Self {
        Self { heading: Some(heading), ..self }
    }

    /// The same after these words in documents.
    pub(super) fn led(self, lead: Vec<Inline>) -> Self {
        Self { lead, ..self }
    }
}

impl Context<'_> {
    /// The links to other items that an item names.
    pub(super) fn see_also(&self, meta: &Meta) -> Piece<'static> {
        Piece::new(Role::SeeAlso, SEE_ALSO, self.links(&meta.see_also)).under(Word::SeeAlso)
    }

    /// The note of an item.
    pub(super) fn note(&self, draft: Draft<'_>) -> Note {
        self.whole(draft, self.shared.needs.documents || self.shared.needs.fields)
    }

    /// The note of a part of an item, such as a table row, which documents show in a way of their
    /// own. The part may have had different names, so its former keys are every name of the part
    /// under every id of the item.
    pub(super) fn part(&self, part: &str, formerly: &[&str], span: Span, draft: Draft<'_>) -> Note {
        let ids = draft.formerly.iter().chain([draft.id]);
        let parts = || formerly.iter().copied().chain([part]);
        let mut keys: Vec<String> =
            ids.flat_map(|id| parts().map(move |part| format!("{}/{part}", id.value.0))).collect();
        let key = keys.pop().unwrap_or_default();
        self.keyed(key, keys, span, draft, self.shared.needs.fields)
    }

    /// Makes a note of a part that has an id. Documents show it only within its item.
    pub(super) fn aside(&self, own: Named<'_>, draft: Draft<'_>) {
        let formerly: Vec<&str> = own.formerly.iter().map(|id| id.value.0.as_str()).collect();
        let note = self.part(&own.id.value.0, &formerly, own.id.span, draft);
        match own.retired {
            Some(release) => self.retire(note, &release.value.0, release.span),
            None if note.number.is_some() => self.found.aside.borrow_mut().push(note),
            None => {}
        }
    }

    /// The note of an item that documents show in a table or a list, unless it is only for them.
    pub(super) fn row(&self, draft: Draft<'_>) -> Option<Note> {
        let note = self.whole(draft, self.shared.needs.fields);
        note.number.is_some().then_some(note)
    }

    /// A note that has the id of its item.
    fn whole(&self, draft: Draft<'_>, is_read: bool) -> Note {
        let formerly = draft.formerly.iter().map(|id| id.value.0.clone()).collect();
        self.keyed(draft.id.value.0.clone(), formerly, draft.id.span, draft, is_read)
    }

    /// What fills the fields that switch on the optional cards that a note asks for.
    fn gates(&self, draft: &Draft<'_>) -> Vec<(usize, Document)> {
        if draft.optional.is_empty() && draft.typed.is_none() {
            return Vec::new();
        }
        let Some(known) = self.shared.known.values().find(|known| known.id == draft.note_type) else {
            return Vec::new();
        };
        let mut filled = Vec::new();
        let named = || known.optional.iter().map(|(word, _)| word.as_str()).filter(|word| *word != TYPED);
        let named = || named().chain(draft.also.iter().copied());
        for word in draft.optional.iter().filter(|word| !draft.also.contains(&word.value.0.as_str())) {
            let at = known.optional.iter().find(|(known, _)| *known == word.value.0 && known != TYPED);
            if let Some((_, at)) = at {
                filled.push((*at, plain("1", word.span)));
                continue;
            }
            let message = format!("the note type `{}` has no optional card `{}`", known.key, word.value.0);
            let diagnostic = Diagnostic::error(Code::UNKNOWN_FIELD, word.span, message);
            let listed: Vec<String> = named().map(|word| format!("`{word}`")).collect();
            let diagnostic = diagnostic.help(if listed.is_empty() {
                "remove it, or give a card of the note type `optional: …`".to_owned()
            } else {
                format!("its optional cards are {}", listed.join(", "))
            });
            self.report(diagnostic.meant(word.span, similar::name(&word.value.0, named()), "no such card"));
        }
        let Some(typed) = draft.typed else { return filled };
        let asks = known.optional.iter().find(|(word, _)| word == TYPED);
        if let Some((_, at)) = asks.filter(|_| !draft.is_printed) {
            filled.push((*at, plain(&typed.value.0, typed.span)));
        } else {
            let (message, help) = if draft.is_printed {
                ("an item that is only printed has no card to type on".to_owned(), "remove `typed`, or `cards: none`")
            } else {
                let message = format!("the note type `{}` has no card to type on", known.key);
                (message, "give a card of the note type `optional: typed`, with `{{type:typed}}` on its front")
            };
            let diagnostic = Diagnostic::error(Code::UNKNOWN_FIELD, typed.span, message);
            let diagnostic = diagnostic.label("nothing asks for it").help(help);
            self.report(diagnostic);
        }
        filled
    }

    fn keyed(&self, key: String, formerly: Vec<String>, span: Span, draft: Draft<'_>, is_read: bool) -> Note {
        let at = draft.note_type.index();
        let (note_type, design) = (&self.shared.note_types[at], &self.shared.designs[at]);
        let part = |piece: Piece<'_>| Part {
            role: piece.role,
            field: note_type.field(piece.field),
            heading: match piece.heading {
                Some(heading) if is_read => self.word(heading).to_owned(),
                _ => String::new(),
            },
            lead: piece.lead,
            document: piece.document,
        };
        let gates = self.gates(&draft);
        // The oldest key decides; if the ledger knows the note, its GUID takes precedence.
        let oldest = formerly.first().unwrap_or(&key);
        let guid = Guid::new(self.shared.namespace, oldest);
        let id = design.id_field.map(|at| (at, plain(oldest, span)));
        let pieces = draft.pieces.into_iter().filter(|piece| !piece.document.is_empty());
        let mut parts: Vec<Part> = pieces.map(part).collect();
        parts.extend(gates.into_iter().chain(id).map(|(at, document)| Part {
            role: Role::Card,
            field: Some(at),
            heading: String::new(),
            lead: Vec::new(),
            document,
        }));
        let html = |at: usize| {
            let document = self.led_to(field(&parts, at), design.related_field == Some(at));
            // The ledger may identify a renamed note by its first field.
            let plain = self.shared.studied && at > 0 && has_code(&document);
            if !plain {
                return html::stored(&document);
            }
            let mut document = document.into_owned();
            walk::forget_languages(&mut document);
            html::stored(&document)
        };
        let mut html: Vec<String> = (0..note_type.fields.len()).map(html).collect();
        if let Some(tag) = self.shared.languages.get(draft.id.value.0.as_str()) {
            let names = note_type.fields.iter().map(|field| field.name.as_str());
            names.zip(&mut html).for_each(|(name, field)| languages::mark(name, tag, field));
        }
        for (field, tag) in draft.languages {
            if let Some(at) = note_type.field(field) {
                languages::speak(tag, &mut html[at]);
            }
        }
        let shows_media = self.found.media.are_some();
        let on_cards = parts.iter().filter(|part| shows_media && part.field.is_some());
        let media = on_cards.flat_map(|part| walk::media_names(&part.document)).map(str::to_owned).collect();
        let cards = design.cards(note_type, &parts, &html);
        if !is_read {
            parts = Vec::new();
        } else if !self.shared.needs.documents {
            parts.retain(|part| part.field.is_some());
        }
        let tags = self.tags(draft.tags, draft.difficulty);
        let mut all = self.found.cards.borrow_mut();
        let number = (!draft.is_printed).then(|| all.len());
        if number.is_some() {
            all.push(anki::Note::new(guid, at, &html, cards.into_iter(), &tags));
        }
        Note {
            key,
            formerly,
            note_type: draft.note_type,
            deck: None,
            media,
            retired: None,
            span,
            parts,
            entry: draft.entry,
            number,
        }
    }

    /// What documents and sheets say of a note, if any output reads documents.
    pub(super) fn entry(&self, make: impl FnOnce() -> Entry) -> Entry {
        if self.shared.needs.documents { make() } else { Entry::default() }
    }

    /// Takes a note out of the documents. Up to and including the release that retires it, the
    /// package still contains it, tagged so that learners can find it.
    pub(super) fn retire(&self, mut note: Note, release: &str, span: Span) {
        let version = release.trim();
        note.retired = Some(version.to_owned());
        if self.shared.is_past(version) {
            let (key, formerly) = (note.key, note.formerly);
            self.found.left.borrow_mut().push(Left { key, formerly, release: version.to_owned(), span });
        } else {
            let Some(number) = note.number else { return };
            let tag = retired_tag(self.shared.namespace, version);
            self.found.cards.borrow_mut()[number].add_tags(&[tag]);
            self.found.aside.borrow_mut().push(note);
        }
    }

    /// The tags of the item and its file, and its difficulty as a tag, all below the project's id unless the manifest
    /// says otherwise. Anki treats `ML` and `ml` as the same tag.
    fn tags(&self, own: &[Tag], difficulty: Option<Difficulty>) -> Vec<String> {
        self.report_all(own.iter().filter_map(empty_part));
        let defaults = self.defaults;
        let all = own.iter().chain(defaults.into_iter().flat_map(|defaults| &defaults.tags));
        let mut tags: Vec<String> = all.map(|tag| self.rooted(&tag.value.0)).collect();
        let difficulty = difficulty.or_else(|| defaults.and_then(|defaults| defaults.difficulty));
        tags.extend(
            difficulty.map(|difficulty| format!("{}::difficulty::{}", self.shared.namespace, difficulty.name())),
        );
        sort_tags(&mut tags);
        tags
    }

    /// An author's tag as it stands in Anki.
    fn rooted(&self, tag: &str) -> String {
        let root = self.shared.namespace;
        let below = tag.get(..root.len()).is_some_and(|start| start.eq_ignore_ascii_case(root));
        if self.shared.flat_tags || (below && tag[root.len()..].starts_with("::")) {
            tag.to_owned()
        } else {
            format!("{root}::{tag}")
        }
    }
}

/// Literal text, without Markdown.
pub(super) fn plain(text: &str, span: Span) -> Document {
    let mut content = Vec::new();
    for line in text.trim().lines() {
        if !content.is_empty() {
            content.push(Inline::HardBreak);
        }
        content.push(Inline::text(line.trim_end(), span));
    }
    Document::paragraph(content)
}

fn has_code(document: &Document) -> bool {
    let mut found = false;
    walk::blocks(document, &mut |block| found |= matches!(block, Block::Code(_)));
    found
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
