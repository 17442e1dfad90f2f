//! The files of a project's note type: its templates and styles, with mistakes reported at
//! their lines.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::anki::template::{self, Node, Wrong};
use crate::content::{Id, NoteCard, NoteField, NoteTypeFolder, TYPED, Title};
use crate::deck::Media;
use crate::diag::{Code, Diagnostic, Sink};
use crate::lower::Input;
use crate::lower::named_files::{MOST, NamedFiles};
use crate::similar;
use crate::source::{FileId, Span, offset, unix};
use crate::words::Word;
use crate::world::MediaFile;

/// The names that Anki fills in itself.
const SPECIAL: [&str; 7] = ["FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag"];
/// Anki's own filters, apart from `tts`, which takes options.
const FILTERS: [&str; 10] =
    ["cloze", "cloze-only", "type", "nc", "hint", "text", "furigana", "kana", "kanji", "tts-voices"];

/// The front of a card, and the word that switches it on.
struct Front<'a> {
    place: Span,
    nodes: Vec<Node>,
    gate: Option<&'a str>,
}

/// The most fields or cards that a note type may have.
const LARGEST: usize = 200;

/// A note type's folder and its contents.
pub(super) struct Files<'a, 'd> {
    input: &'a Input<'a>,
    folder: &'a NoteTypeFolder,
    diagnostics: &'d mut Sink,
    /// The pictures and fonts that they name.
    named: NamedFiles<'a>,
}

impl<'a, 'd> Files<'a, 'd> {
    pub(super) fn new(input: &'a Input<'a>, folder: &'a NoteTypeFolder, diagnostics: &'d mut Sink) -> Self {
        Self {
            input,
            folder,
            diagnostics,
            named: NamedFiles::default(),
        }
    }

    /// The text of a template, if it is there.
    pub(super) fn text(&self, name: &Title) -> Option<&'a str> {
        self.file(name).map(|file| self.input.sources.get(file).text())
    }

    fn path(&self, name: &str) -> String {
        format!("note-types/{}/{name}", self.folder.key)
    }

    fn file(&self, name: &Title) -> Option<FileId> {
        self.input.templates.get(self.path(name.value.0.trim()).as_str()).copied()
    }

    /// The style sheet, with files renamed as in Anki.
    pub(super) fn style(&mut self, name: &Title) -> Option<String> {
        let file = self.there(name)?;
        let text = self.input.sources.get(file).text();
        self.references(file, text);
        Some(self.renamed(&unix(text)))
    }

    /// A text with files renamed as in Anki, where names depend on content.
    pub(super) fn renamed(&self, text: &str) -> String {
        self.named.renamed(text)
    }

    pub(super) fn into_media(self) -> Vec<Media> {
        self.named.into_media()
    }

    /// The file with this name; reports it if there is none.
    fn there(&mut self, name: &Title) -> Option<FileId> {
        if let Some(file) = self.file(name) {
            return Some(file);
        }
        let path = self.path(name.value.0.trim());
        let folder = self.path("");
        let diagnostic = Diagnostic::error(Code::MISSING_TEMPLATE, name.span, format!("there is no file {path}"));
        let near = similar::name(&path, self.input.templates.keys().copied());
        let near = near.and_then(|near| near.strip_prefix(folder.as_str()));
        let diagnostic = diagnostic.help(format!("create the file, or name one that is in {folder}"));
        self.diagnostics.push(diagnostic.meant(name.span, near, "not found"));
        None
    }

    pub(super) fn report(&mut self, found: impl Iterator<Item = Diagnostic>) {
        self.diagnostics.extend(found);
    }

    /// Reports everything that is wrong with the note type.
    pub(super) fn check(&mut self) {
        let sizes = [("fields", self.folder.note_type.fields.len()), ("cards", self.folder.note_type.cards.len())];
        if let Some((what, number)) = sizes.into_iter().find(|(_, number)| *number > LARGEST) {
            let diagnostic = Diagnostic::error(Code::BAD_FIELD, self.folder.span, format!("too many {what}"))
                .label(format!("this note type has {number}"))
                .help(format!("a note type has at most {LARGEST} {what}: make several note types"));
            self.diagnostics.push(diagnostic);
            return;
        }
        self.names();
        self.shows();
        let note_type = &self.folder.note_type;
        if note_type.cloze {
            self.cloze_cards();
        }
        let mut fronts: Vec<Front> = Vec::new();
        let mut seen: BTreeSet<FileId> = BTreeSet::new();
        for card in &note_type.cards {
            let (front, back) = (self.there(&card.front), self.there(&card.back));
            for file in [front, back].into_iter().flatten() {
                if seen.insert(file) {
                    let text = self.input.sources.get(file).text();
                    self.template(file, text);
                    self.references(file, text);
                }
            }
            let Some(file) = front else { continue };
            let (nodes, mistakes) = template::parse(self.input.sources.get(file).text());
            let gate = card.optional.as_ref().map(|word| word.value.0.as_str());
            let same = |other: &&Front| other.nodes == nodes && other.gate == gate;
            if let Some(first) = fronts.iter().find(same) {
                let diagnostic = Diagnostic::error(Code::BLANK_FRONT, card.front.span, "two cards have the same front")
                    .label("second one")
                    .also(first.place, "first one")
                    .help("Anki refuses such a note type: ask something else, or remove one of the cards");
                self.diagnostics.push(diagnostic);
            }
            self.typed(card, file, &nodes);
            // We can tell what a front shows only if every tag in it is known.
            let is_sound = !self.diagnostics.iter().any(|found| found.span.is_some_and(|span| span.file == file));
            if mistakes.is_empty() && is_sound {
                self.front(file, &nodes, gate.is_some());
            }
            fronts.push(Front { place: card.front.span, nodes, gate });
        }
    }

    /// A note type with clozes has a single template, which every note uses.
    fn cloze_cards(&mut self) {
        let cards = &self.folder.note_type.cards;
        let several = cards.get(1).map(|card| {
            Diagnostic::error(Code::BAD_TEMPLATE, card.name.span, "a note type with clozes has one card alone")
                .label("Anki shows only the first")
                .also(cards[0].name.span, "the first")
                .help("each cloze is a card by itself: remove this one, or make a different note type for it")
        });
        let optional = cards.first().and_then(|card| card.optional.as_ref()).map(|word| {
            Diagnostic::error(Code::BAD_TEMPLATE, word.span, "the card of a note type with clozes cannot be optional")
                .label("Anki would show a blank card")
                .help("remove `optional`: a note has a card for each of its clozes")
        });
        self.diagnostics.extend(several.into_iter().chain(optional));
    }

    /// A card to type on has `{{type:typed}}` on its front, and no other card does.
    fn typed(&mut self, card: &NoteCard, front: FileId, nodes: &[Node]) {
        let mut place = None;
        template::names(nodes, &mut |filters, name, at, _| {
            let types = name == TYPED && filters.first().is_some_and(|filter| filter == "type");
            place = place.take().or_else(|| types.then(|| at.clone()));
        });
        let asks = card.optional.as_ref().is_some_and(|word| word.value.0 == TYPED);
        let exists = self
            .folder
            .note_type
            .cards
            .iter()
            .any(|card| card.optional.as_ref().is_some_and(|word| word.value.0 == TYPED));
        match place {
            None if asks => {
                let whole = self.first_line(front);
                let diagnostic = Diagnostic::error(Code::BAD_TEMPLATE, whole, "this front has no box to type in")
                    .label("the card has `optional: typed`")
                    .help("write `{{type:typed}}` where the learner is to type");
                self.diagnostics.push(diagnostic);
            }
            // If there is no such card at all, the name is reported as unknown.
            Some(at) if !asks && exists => {
                let at = Span::new(front, offset(at.start), offset(at.end));
                let diagnostic = Diagnostic::error(Code::BAD_TEMPLATE, at, "nothing is to be typed on this card")
                    .label("notes may have no `typed`")
                    .help("give the card `optional: typed`, or remove this");
                self.diagnostics.push(diagnostic);
            }
            _ => {}
        }
    }

    /// Names that Anki rejects, and names that are used twice.
    fn names(&mut self) {
        let note_type = &self.folder.note_type;
        let mut found = Sink::new();
        let fields = note_type.fields.iter();
        twice(fields.clone().map(|field| (&field.id.value.0, field.id.span)), "field", &mut found);
        twice(fields.clone().map(|field| (&field.name.value.0, field.name.span)), "field", &mut found);
        twice(note_type.cards.iter().map(|card| (&card.name.value.0, card.name.span)), "card", &mut found);
        for field in fields {
            let name = field.name.value.0.trim();
            let reason = if name.contains([':', '"', '{', '}']) {
                "it may not contain `:`, `\"`, `{` or `}`"
            } else if name.starts_with(['#', '^', '/']) {
                "it may not begin with `#`, `^` or `/`"
            } else if SPECIAL.iter().any(|special| special.eq_ignore_ascii_case(name)) {
                "Anki fills in something else under this name"
            } else {
                continue;
            };
            let diagnostic =
                Diagnostic::error(Code::BAD_FIELD, field.name.span, format!("`{name}` cannot name a field"))
                    .label(reason)
                    .help("choose a different name; `id` is what content files call the field");
            found.push(diagnostic);
        }
        for word in note_type.cards.iter().filter_map(|card| card.optional.as_ref()) {
            let same = |field: &&NoteField| {
                [&field.id.value.0, &field.name.value.0]
                    .iter()
                    .any(|name| name.trim().eq_ignore_ascii_case(&word.value.0))
            };
            if let Some(field) = note_type.fields.iter().find(same) {
                let message = format!("`{}` is already a field", word.value.0);
                let diagnostic = Diagnostic::error(Code::BAD_FIELD, word.span, message)
                    .label("an optional card needs a field of this name, which Cardpress adds")
                    .also(field.id.span, "this field")
                    .help(format!(
                        "choose a different word; for a card of all notes with the field, put its front between \
                         `{{{{#{name}}}}}` and `{{{{/{name}}}}}` instead",
                        name = field.name.value.0.trim()
                    ));
                found.push(diagnostic);
            }
        }
        self.diagnostics.append(found);
    }

    /// The fields that `shows` names must exist.
    fn shows(&mut self) {
        let Some(shows) = &self.folder.note_type.shows else { return };
        let named = shows.title.iter().chain(&shows.prompt).chain(shows.answer.iter().flatten()).chain(&shows.sheet);
        let fields = || self.folder.note_type.fields.iter().map(|field| field.id.value.0.as_str());
        let unknown: Vec<&Id> = named.filter(|id| !fields().any(|field| field == id.value.0)).collect();
        for id in unknown {
            let message = format!("this note type has no field `{}`", id.value.0);
            let diagnostic =
                Diagnostic::error(Code::UNKNOWN_FIELD, id.span, message).help(listed("its fields are", fields()));
            let diagnostic = diagnostic.meant(id.span, similar::name(&id.value.0, fields()), "no such field");
            self.diagnostics.push(diagnostic);
        }
    }

    /// Whether notes have the card: a front must show a field, and it must be one that every note has.
    fn front(&mut self, file: FileId, nodes: &[Node], is_gated: bool) {
        let note_type = &self.folder.note_type;
        let whole = self.first_line(file);
        let is_field = |name: &str| note_type.fields.iter().any(|field| field.name.value.0.trim() == name);
        if note_type.cloze {
            let clozes = template::clozed(nodes).into_iter().any(is_field);
            if !clozes {
                let diagnostic = Diagnostic::error(Code::BLANK_FRONT, whole, "this front shows no cloze")
                    .label("the note type makes its cards from clozes")
                    .help("show the field with the clozes as `{{cloze:Field}}`, or remove `cloze: true`");
                self.diagnostics.push(diagnostic);
            }
            return;
        }
        let mut shows = false;
        template::names(nodes, &mut |_, name, _, is_section| shows |= is_field(name) && !is_section);
        if !shows {
            let diagnostic = Diagnostic::error(Code::BLANK_FRONT, whole, "this front shows no field")
                .label("Anki makes no card whose front says nothing of its note")
                .help("show at least one field of the note type, such as `{{Field}}`");
            self.diagnostics.push(diagnostic);
            return;
        }
        let required =
            |name: &str| note_type.fields.iter().any(|field| field.required && field.name.value.0.trim() == name);
        let is_section = |node: &Node| match node {
            Node::Section { .. } => true,
            Node::Text(text) => text.trim().is_empty(),
            Node::Field { .. } => false,
        };
        if !is_gated && !template::asks(nodes, &required) && !nodes.iter().all(is_section) {
            let mut first = None;
            template::names(nodes, &mut |_, name, _, is_section| {
                if first.is_none() && is_field(name) && !is_section {
                    first = Some(name.to_owned());
                }
            });
            let first = first.unwrap_or_default();
            let message = "this front is blank for a note without its fields";
            let diagnostic = Diagnostic::error(Code::BLANK_FRONT, whole, message)
                .label("no field here is `required`")
                .help(format!(
                    "write `required: true` for a field that it shows, or put the whole front between \
                     `{{{{#{first}}}}}` and `{{{{/{first}}}}}`: then only notes with this field have the card"
                ));
            self.diagnostics.push(diagnostic);
        }
    }

    fn first_line(&self, file: FileId) -> Span {
        let text = self.input.sources.get(file).text();
        let start = text.len() - text.trim_start().len();
        let end = text[start..].find('\n').map_or(text.len(), |end| start + end);
        Span::new(file, offset(start), offset(end))
    }

    /// Everything in a template that Anki would reject, or show as an error on the card.
    fn template(&mut self, file: FileId, text: &str) {
        let place = |at: &Range<usize>| Span::new(file, offset(at.start), offset(at.end));
        let (nodes, mistakes) = template::parse(text);
        for mistake in mistakes.into_iter().take(MOST) {
            let at = place(&mistake.at);
            let error = |message: String| Diagnostic::error(Code::BAD_TEMPLATE, at, message);
            self.diagnostics.push(match mistake.what {
                Wrong::OpenTag => {
                    error("`{{` without `}}`".to_owned()).label("never closed").help("close it with `}}`")
                }
                Wrong::EmptyTag => {
                    error("`{{}}` names no field".to_owned()).label("nothing in it").help("name a field, or remove it")
                }
                Wrong::OpenSection(name) => error(format!("the section of `{name}` has no end"))
                    .label("begins here")
                    .help(format!("end it with `{{{{/{name}}}}}`")),
                Wrong::StrayEnd(name) => error(format!("the end of a section that doesn't begin: `{name}`"))
                    .label("no section is open here")
                    .help(format!("begin it with `{{{{#{name}}}}}`, or remove this")),
                Wrong::WrongEnd(open, end) => error(format!("the section of `{open}` ends with `{end}`"))
                    .label(format!("`{{{{/{open}}}}}` is expected"))
                    .help("sections end in the reverse order of their beginnings")
                    .suggest(at, format!("{{{{/{open}}}}}")),
            });
        }
        let note_type = &self.folder.note_type;
        let names = || note_type.fields.iter().map(|field| field.name.value.0.trim());
        let optional = |name: &str| {
            note_type.cards.iter().any(|card| card.optional.as_ref().is_some_and(|word| word.value.0 == name))
        };
        let (mut found, mut told) = (Vec::new(), BTreeSet::new());
        template::names(&nodes, &mut |filters, name, at, _| {
            let at = place(at);
            // Nobody reads more mistakes of one file.
            if found.len() >= MOST {
                return;
            }
            if filters == ["word"] {
                if Word::named(name).is_none() {
                    found.push(unknown_word(name, at));
                }
                return;
            }
            let is_field = names().any(|field| field == name);
            if !is_field && !optional(name) && !SPECIAL.contains(&name) && told.insert(name) {
                found.push(self.unknown_field(name, at));
            }
            for filter in filters.iter().filter(|filter| !filter.starts_with("tts ")) {
                if !FILTERS.contains(&filter.as_str()) {
                    found.push(unknown_filter(filter, at));
                } else if filter == "cloze" && !note_type.cloze {
                    let diagnostic =
                        Diagnostic::error(Code::BAD_TEMPLATE, at, "`cloze:` in a note type without clozes")
                            .label("Anki shows an error instead of the field")
                            .help("write `cloze: true` in note-type.yaml, or remove `cloze:` here");
                    found.push(diagnostic);
                }
            }
        });
        self.diagnostics.extend(found);
    }

    fn unknown_field(&self, name: &str, at: Span) -> Diagnostic {
        let fields = &self.folder.note_type.fields;
        let names = || fields.iter().map(|field| field.name.value.0.trim());
        if name == TYPED {
            return Diagnostic::error(Code::UNKNOWN_FIELD, at, "this note type has no card to type on")
                .label("`typed` is what a note gives for it")
                .help("give the card `optional: typed`");
        }
        let message = format!("this note type has no field `{name}`");
        let diagnostic = Diagnostic::error(Code::UNKNOWN_FIELD, at, message);
        if names().any(|known| known == name.trim()) {
            let help = "Anki takes a space after the colon for a part of the name: remove it";
            return diagnostic.label(format!("did you mean `{}`?", name.trim())).help(help);
        }
        let of_id = fields.iter().find(|field| field.id.value.0 == name).map(|field| field.name.value.0.trim());
        match of_id.or_else(|| similar::name(name, names().chain(SPECIAL))) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")).help("templates use the names in Anki"),
            None => diagnostic.label("no such field").help(listed("its fields are", names())),
        }
    }

    /// Pictures and fonts that a style or a template refers to.
    fn references(&mut self, file: FileId, text: &'a str) {
        let (input, folder) = (self.input, self.path(""));
        let find = |name: &str, span: Span| asset(input.assets, &folder, name, span);
        self.named.add(file, text, find, self.diagnostics);
    }
}

/// The file that is called `name` in the folder of a note type.
fn asset<'a>(assets: &'a [MediaFile], folder: &str, name: &str, span: Span) -> Result<&'a MediaFile, Box<Diagnostic>> {
    let path = format!("{folder}{name}");
    assets.iter().find(|asset| asset.path == path).ok_or_else(|| {
        let names = assets.iter().filter_map(|asset| asset.path.strip_prefix(folder));
        let diagnostic = Diagnostic::error(Code::MISSING_TEMPLATE, span, format!("there is no file {path}"))
            .help(format!("put the file into {folder}, under a name that begins with `_`: Anki keeps such files"));
        Box::new(diagnostic.meant(span, similar::name(name, names), "not found"))
    })
}

fn twice<'n>(names: impl Iterator<Item = (&'n String, Span)>, what: &str, found: &mut Sink) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for (name, span) in names {
        if let Some(first) = seen.insert(name.trim().to_lowercase(), span) {
            let message = format!("two {what}s are called `{}`", name.trim());
            let diagnostic = Diagnostic::error(Code::BAD_FIELD, span, message)
                .label("second one")
                .also(first, "first one")
                .help("give one of them a different name; Anki takes no two that differ in case alone");
            found.push(diagnostic);
        }
    }
}

fn unknown_word(name: &str, at: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::BAD_TEMPLATE, at, format!("there is no word `{name}`"))
        .help("`cardpress explain words` lists all of them");
    match similar::name(name, Word::ALL.iter().map(|word| word.key())) {
        Some(near) => diagnostic.label(format!("did you mean `{near}`?")).suggest(at, format!("{{{{word:{near}}}}}")),
        None => diagnostic.label("no such word"),
    }
}

fn unknown_filter(filter: &str, at: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::BAD_TEMPLATE, at, format!("Anki has no filter `{filter}`"));
    let diagnostic = match similar::name(filter, FILTERS.into_iter()) {
        Some(near) => diagnostic.label(format!("did you mean `{near}:`?")),
        None => diagnostic.label("no such filter"),
    };
    diagnostic
        .help("Anki's filters are `cloze`, `type`, `hint`, `text`, `furigana`, `kana`, `kanji` and `tts LANGUAGE`")
}

fn listed<'n>(lead: &str, names: impl Iterator<Item = &'n str>) -> String {
    let named: Vec<String> = names.take(12).map(|name| format!("`{name}`")).collect();
    format!("{lead} {}", named.join(", "))
}
