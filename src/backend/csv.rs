//! Text files. `<id>.basic.csv` and `<id>.cloze.csv` are for Anki's stock note types;
//! `<id>.table.csv` is for spreadsheets: one row per note, in plain text.
//!
//! Text files carry no note types and no media: a picture's tag stays and shows its alternative
//! text unless the package has brought the file.

use ::csv::{QuoteStyle, WriterBuilder};

use super::{Artifact, artifact};
use crate::deck::{Deck, Direction, Extract, Language, MediaSource, Note, NoteType, Template, Topic, notes, template};
use crate::diag::{Code, Diagnostic, Sink};
use crate::markup::{cloze, plain};

/// One file for each stock note type that suits any of the notes, and the table of all notes.
pub fn render(deck: &Deck, _media: &dyn MediaSource, diagnostics: &mut Sink) -> Vec<Artifact> {
    let mut artifacts = Vec::new();
    for extract in &deck.project.csvs {
        let topics = deck.part(&extract.chosen);
        let faces: Vec<Face> = notes(&topics).collect();
        if faces.is_empty() && !extract.chosen.is_all() {
            diagnostics.push(extract.nothing());
            continue;
        }
        let stem = artifact::stem(&extract.name);
        for file in [stock(deck, &faces, Stock::Basic), stock(deck, &faces, Stock::Cloze), table(deck, &faces)] {
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
pub fn check(deck: &Deck, _media: &dyn MediaSource, diagnostics: &mut Sink) {
    let chosen = deck.project.csvs.iter().filter(|extract| !extract.chosen.is_all());
    diagnostics
        .extend(chosen.filter(|extract| notes(&deck.part(&extract.chosen)).next().is_none()).map(Extract::nothing));
}

/// A note with its topic.
type Face<'d> = (&'d Topic, &'d Note);

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
    fn fields(self, note_type: &NoteType, card: &Note, language: &Language) -> [String; 2] {
        let Some(template) = note_type.templates.first() else {
            return [String::new(), String::new()];
        };
        let [question, answer] = sides(template, "", note_type, &card.card.html);
        match self {
            Self::Basic => [start(&question, language), start(&answer, language)],
            // Stock Cloze shows the field `Text` on both sides by itself.
            Self::Cloze => {
                let clozed = note_type.clozed.first().and_then(|at| card.card.html.get(*at));
                [directed(clozed.map_or("", String::as_str), language), directed(&answer, language)]
            }
        }
    }
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
fn sides(template: &Template, between: &str, note_type: &NoteType, values: &[String]) -> [String; 2] {
    let value = |name: &str| values.get(note_type.field(name)?).map(String::as_str);
    let [question, answer] = &template.content;
    [question, answer].map(|side| {
        let mut filled = String::new();
        template::fill(side, between, &value, &mut filled);
        filled.trim().to_owned()
    })
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

fn stock(deck: &Deck, faces: &[Face<'_>], stock: Stock) -> Result<Option<Named>, ::csv::Error> {
    let suits = |card: &Note| Stock::of(deck.note_type(card.note_type)) == stock;
    let mut faces: Vec<Face> = faces.iter().copied().filter(|(_, card)| suits(card)).collect();
    // Anki creates the parents of a new deck by itself, and would then create a second deck
    // `Parent+` for a row that names the parent.
    faces.sort_by_key(|(topic, card)| card.deck_in(topic).matches("::").count());
    let rows = faces.into_iter().map(|(topic, card)| {
        let [first, second] = stock.fields(deck.note_type(card.note_type), card, &deck.project.language);
        [card.card.guid.as_str().to_owned(), card.deck_in(topic).to_owned(), first, second, card.tags.join(" ")]
    });
    let rows = written(rows)?;
    if rows.is_empty() {
        return Ok(None);
    }
    let mut bytes = headers(stock).into_bytes();
    bytes.extend(rows);
    Ok(Some((stock.suffix(), bytes)))
}

fn table(deck: &Deck, faces: &[Face<'_>]) -> Result<Option<Named>, ::csv::Error> {
    if faces.is_empty() {
        return Ok(None);
    }
    let head = ["id", "guid", "note type", "deck", "tags", "question", "answer"].map(str::to_owned);
    let rows = faces.iter().map(|(topic, card)| table_row(deck, topic, card));
    let mut bytes = MARK.to_vec();
    bytes.extend(written(std::iter::once(head).chain(rows.map(|row| row.map(|cell| inert(&cell)))))?);
    Ok(Some(("table", bytes)))
}

fn table_row(deck: &Deck, topic: &Topic, card: &Note) -> [String; 7] {
    let note_type = deck.note_type(card.note_type);
    let [question, answer] = plain_sides(note_type, card);
    [
        card.key.clone(),
        card.card.guid.as_str().to_owned(),
        note_type.key.clone(),
        card.deck_in(topic).to_owned(),
        card.tags.join(" "),
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
fn plain_sides(note_type: &NoteType, card: &Note) -> [String; 2] {
    let Some(template) = note_type.templates.first() else {
        return [String::new(), String::new()];
    };
    let values: Vec<String> =
        (0..note_type.fields.len()).map(|at| escaped(&plain::document(&card.field(at)))).collect();
    // Adjacent fields are separate blocks in HTML, and separate lines here.
    let filled = sides(template, "\n", note_type, &values);
    let [question, answer] = filled.map(|side| without_tags(&side));
    if !note_type.cloze {
        return [question, answer];
    }
    let clozed = note_type.clozed.first().map(|at| card.field(*at));
    let gaps = clozed.map(|clozed| cloze::blanked(&clozed)).unwrap_or_default();
    [plain::document(&gaps), format!("{question}\n{answer}").trim_end().to_owned()]
}

/// Protects a value from [`without_tags`], which reverses this.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
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
    lines.collect::<Vec<_>>().join("\n").replace("&lt;", "<").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::{escaped, without_tags};

    #[test]
    fn a_value_survives_the_loss_of_the_tags() {
        let value = "a < b && b > c; &lt;\n  indented";
        let html = format!("<div class=\"x\"><h2>Why</h2>{}</div>", escaped(value));
        assert_eq!(without_tags(&html), format!("Why\n{value}"));
    }
}
