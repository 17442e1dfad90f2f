//! Text files. `<id>.basic.csv` and `<id>.cloze.csv` are for Anki's stock note types;
//! `<id>.table.csv` is for spreadsheets: one row per note, in plain text.
//!
//! Text files carry no note types and no media: a picture's tag stays and shows its alternative
//! text unless the package has brought the file.

use std::borrow::Cow;

use ::csv::{QuoteStyle, WriterBuilder};

use super::Artifact;
use crate::anki::note_types::Sides;
use crate::anki::{self, Design, Made, NoteType, template};
use crate::deck::{Direction, Extract, Language, MediaSource, Note, Topic, names, notes};
use crate::diag::{Code, Diagnostic, Sink};
use crate::markup::{cloze, plain};

/// One file for each stock note type that suits any of the notes, and the table of all notes.
pub fn render(made: &Made, _media: &dyn MediaSource, diagnostics: &mut Sink) -> Vec<Artifact> {
    let Made { deck, collection } = made;
    let language = &deck.project.language;
    let mut artifacts = Vec::new();
    for extract in &deck.project.csvs {
        let topics = deck.part(&extract.chosen);
        let rows = notes(&topics).filter_map(|(topic, note)| {
            let own = &collection.notes[note.number?];
            let (note_type, design) = (&collection.note_types[own.note_type], &collection.designs[own.note_type]);
            Some(Row { topic, note, own, note_type, design })
        });
        let rows: Vec<Row> = rows.collect();
        if rows.is_empty() && !extract.chosen.is_all() {
            diagnostics.push(extract.nothing());
            continue;
        }
        let stem = names::stem(&extract.name);
        for file in [stock(&rows, Stock::Basic, language), stock(&rows, Stock::Cloze, language), table(&rows)] {
            match file {
                Ok(file) => {
                    artifacts.extend(file.map(|(end, bytes)| Artifact::file(format!("{stem}.{end}.csv"), bytes)));
                }
                Err(failure) => {
                    let message = format!("cannot write the text files: {failure}");
                    diagnostics.push(Diagnostic::nowhere(Code::CSV_FAILED, message));
                }
            }
        }
    }
    artifacts
}

/// Reports empty text files.
pub fn check(made: &Made, _media: &dyn MediaSource, diagnostics: &mut Sink) {
    let deck = &made.deck;
    let chosen = deck.project.csvs.iter().filter(|extract| !extract.chosen.is_all());
    diagnostics
        .extend(chosen.filter(|extract| notes(&deck.part(&extract.chosen)).next().is_none()).map(Extract::nothing));
}

/// A note with its topic, and what Anki stores of it.
#[derive(Clone, Copy)]
struct Row<'d> {
    topic: &'d Topic,
    note: &'d Note,
    own: &'d anki::Note,
    note_type: &'d NoteType,
    design: &'d Design,
}

impl Row<'_> {
    /// Full name of its deck.
    fn deck(&self) -> &str {
        self.note.deck_in(self.topic)
    }

    /// Its fields. The stock note types have no field with the id by which the package's find related notes.
    fn fields(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let related = self.design.related_field;
        let fields = self.own.fields().enumerate();
        fields.map(move |(at, html)| if related == Some(at) { without_searches(html) } else { Cow::Borrowed(html) })
    }

    fn tags(&self) -> String {
        self.own.tags().collect::<Vec<_>>().join(" ")
    }

    /// The first field whose clozes make cards.
    fn clozed(&self) -> Option<usize> {
        self.design.clozed.first().copied()
    }
}

/// The end of a file's name, and its bytes.
type Named = (&'static str, Vec<u8>);

/// Anki's own note types that every fresh profile has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stock {
    Basic,
    Cloze,
}

impl Stock {
    fn of(note_type: &NoteType) -> Self {
        if note_type.cloze { Self::Cloze } else { Self::Basic }
    }

    /// The name in an English profile.
    fn name(self) -> &'static str {
        match self {
            Self::Basic => "Basic",
            Self::Cloze => "Cloze",
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Cloze => "cloze",
        }
    }

    /// The two fields of the note type.
    fn fields(self, row: &Row<'_>, language: &Language) -> [String; 2] {
        let Some(first) = row.design.sides.first() else {
            return [String::new(), String::new()];
        };
        let values: Vec<Cow<'_, str>> = row.fields().collect();
        let [question, answer] = sides(first, "", row.note_type, &values);
        match self {
            Self::Basic => [start(&question, language), start(&answer, language)],
            // Stock Cloze shows the field `Text` on both sides by itself.
            Self::Cloze => {
                let clozed = row.clozed().and_then(|at| values.get(at)).map(AsRef::as_ref).unwrap_or_default();
                [directed(clozed, language), directed(&answer, language)]
            }
        }
    }
}

/// A list of related items without the searches that find them.
fn without_searches(html: &str) -> Cow<'_, str> {
    const SEARCH: &str = "</span> <code>Id:";
    if !html.contains(SEARCH) {
        return Cow::Borrowed(html);
    }
    let mut pieces = html.split(SEARCH);
    let mut kept = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        kept.push_str("</span>");
        kept.push_str(piece.split_once("</code>").map_or(piece, |(_, after)| after));
    }
    Cow::Owned(kept)
}

/// The stock note types centre their text and don't set a language.
fn start(html: &str, language: &Language) -> String {
    if html.is_empty() {
        return String::new();
    }
    format!("<div {} style=\"text-align:start\">{html}</div>", language.attributes())
}

/// A sentence for the stock cloze note type, which stays centred.
fn directed(html: &str, language: &Language) -> String {
    match language.direction() {
        Direction::Rtl if !html.is_empty() => format!("<div {}>{html}</div>", language.attributes()),
        Direction::Rtl | Direction::Ltr => html.to_owned(),
    }
}

/// The two sides of a card, filled in, with `between` where two fields have nothing between them.
fn sides(card: &Sides, between: &str, note_type: &NoteType, values: &[impl AsRef<str>]) -> [String; 2] {
    let value = |name: &str| values.get(note_type.field(name)?).map(AsRef::as_ref);
    let [question, answer] = &card.content;
    [question, answer].map(|side| {
        let mut filled = String::new();
        template::fill(side, between, &value, &mut filled);
        without_empty_box(filled.trim())
    })
}

/// A side without the box for what is folded away, if nothing is in it.
fn without_empty_box(html: &str) -> String {
    const BOX: &str = "<div class=\"cp-more\">";
    match html.rsplit_once(BOX) {
        Some((before, inside)) if inside.trim() == "</div>" => before.trim_end().to_owned(),
        _ => html.to_owned(),
    }
}

/// Anki reads these lines and maps the columns itself. There is no `#columns`: Anki would then look
/// for fields with these names, which a localised profile doesn't have, and drop the answers. Anki
/// ignores an unknown `#notetype` and uses the current note type, so naming it does no harm in such
/// a profile; for the cloze file, the learner must choose the note type in Anki's import dialogue.
fn headers(stock: Stock) -> String {
    format!(
        "#separator:Comma\n#html:true\n#notetype:{}\n#guid column:1\n#deck column:2\n#tags column:5\n",
        stock.name()
    )
}

fn stock(rows: &[Row<'_>], stock: Stock, language: &Language) -> Result<Option<Named>, ::csv::Error> {
    let mut rows: Vec<Row> = rows.iter().copied().filter(|row| Stock::of(row.note_type) == stock).collect();
    // Anki creates the parents of a new deck by itself, and would then create a second deck
    // `Parent+` for a row that names the parent.
    rows.sort_by_key(|row| row.deck().matches("::").count());
    let rows = rows.iter().map(|row| {
        let [first, second] = stock.fields(row, language);
        [row.own.guid.as_str().to_owned(), row.deck().to_owned(), first, second, row.tags()]
    });
    let rows = written(rows)?;
    if rows.is_empty() {
        return Ok(None);
    }
    let mut bytes = headers(stock).into_bytes();
    bytes.extend(rows);
    Ok(Some((stock.suffix(), bytes)))
}

fn table(rows: &[Row<'_>]) -> Result<Option<Named>, ::csv::Error> {
    if rows.is_empty() {
        return Ok(None);
    }
    let head = ["id", "guid", "note type", "deck", "tags", "question", "answer"].map(str::to_owned);
    let rows = rows.iter().map(table_row);
    let mut bytes = MARK.to_vec();
    bytes.extend(written(std::iter::once(head).chain(rows.map(|row| row.map(|cell| inert(&cell)))))?);
    Ok(Some(("table", bytes)))
}

fn table_row(row: &Row<'_>) -> [String; 7] {
    let [question, answer] = plain_sides(row);
    [
        row.note.key.clone(),
        row.own.guid.as_str().to_owned(),
        row.design.key.clone(),
        row.deck().to_owned(),
        row.tags(),
        question,
        answer,
    ]
}

/// Tells Excel that the file is UTF-8; the files for Anki don't need this mark.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// A spreadsheet evaluates a value that begins like a formula, even after a line
/// break or in full-width characters; a space before it makes it text.
fn inert(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula { format!(" {text}") } else { text.to_owned() }
}

/// Quotes every value: Anki drops an unquoted row that begins with `#`.
fn written<const N: usize>(rows: impl Iterator<Item = [String; N]>) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = WriterBuilder::new().quote_style(QuoteStyle::Always).from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row)?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// Question and answer without markup. A fact's question has gaps; its answer
/// begins with the whole sentence.
fn plain_sides(row: &Row<'_>) -> [String; 2] {
    let Some(first) = row.design.sides.first() else {
        return [String::new(), String::new()];
    };
    let fields = 0..row.note_type.fields.len();
    let values: Vec<String> = fields.map(|at| escaped(&plain::document(&row.note.field(at)))).collect();
    // Adjacent fields are separate blocks in HTML, and separate lines here.
    let filled = sides(first, "\n", row.note_type, &values);
    let [question, answer] = filled.map(|side| without_tags(&side));
    if !row.note_type.cloze {
        return [question, answer];
    }
    let clozed = row.clozed().map(|at| row.note.field(at));
    let gaps = clozed.map(|clozed| cloze::blanked(&clozed)).unwrap_or_default();
    [plain::document(&gaps), format!("{question}\n{answer}").trim_end().to_owned()]
}

/// Stands on an empty line of a value, such as one between two functions. No author can write it.
const EMPTY: char = '\u{fdd1}';

/// Protects a value from [`without_tags`], which reverses this.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    if !text.contains("\n\n") {
        return text;
    }
    let lines = text.split('\n').map(|line| if line.is_empty() { EMPTY.to_string() } else { line.to_owned() });
    lines.collect::<Vec<_>>().join("\n")
}

/// Drops the tags of the templates, and puts the text of different blocks on different lines.
fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for (number, piece) in html.split('<').enumerate() {
        if number == 0 {
            text.push_str(piece);
        } else if let Some((_, after)) = piece.split_once('>') {
            text.push('\n');
            text.push_str(after);
        }
    }
    let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n").replace(EMPTY, "").replace("&lt;", "<").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::{escaped, without_tags};

    #[test]
    fn a_value_survives_the_loss_of_the_tags() {
        let value = "a < b && b > c; &lt;\n  indented\n\n\nlater";
        let html = format!("<div class=\"x\"><h2>Why</h2>{}</div>", escaped(value));
        assert_eq!(without_tags(&html), format!("Why\n{value}"));
    }
}
