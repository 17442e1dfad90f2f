//! `cardpress.yaml`: what a project is, where its content is, and what to build.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::outputs::Outputs;
use super::text::{Date, Id, Language, Pairs, Title};
use crate::words::{CATEGORIES, Count, Word};

/// The manifest of a project.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Cardpress project", extend("x-noun" = "manifest"))]
pub struct Manifest {
    /// Version of the source format.
    #[schemars(extend("const" = 1))]
    pub format: u8,
    /// Namespace of every GUID, and the outputs' file name. Never change it after a release.
    pub id: Id,
    /// Title of the deck.
    pub title: Title,
    /// One sentence about it.
    pub description: Option<String>,
    /// The release, such as `1.2.0`; in quotes if it looks like a number.
    #[schemars(extend("examples" = ["1.2.0"]))]
    pub version: Title,
    /// The release's date, for handouts and sheets.
    pub date: Option<Date>,
    /// The language of the texts and of our headings, as a BCP 47 tag, such as `de` or `pt-BR`; `en` if left out.
    pub language: Option<Language>,
    /// Licence of the content, as an SPDX expression.
    #[schemars(extend("examples" = ["CC-BY-4.0"]))]
    pub license: Option<String>,
    /// Who wrote it.
    #[serde(default)]
    pub authors: Vec<String>,
    /// Patterns of the content files, relative to this file. Files are read in the order of their names.
    #[schemars(length(min = 1), extend("examples" = [["topics/*.yaml"]]))]
    pub content: Vec<Title>,
    /// Root deck in Anki; topics become sub-decks. The title if left out.
    #[schemars(extend("examples" = ["Languages::Latin"]))]
    pub deck: Option<Title>,
    /// Whether the authors' tags stand in Anki as they are, as in a deck that exists already; if not, they are below the id:
    /// `metrics` becomes `some-id::metrics`.
    #[serde(default)]
    pub flat_tags: bool,
    /// Where learners report a mistake: a web address in which `{id}` stands for the id of the note. Cards then link to it.
    #[schemars(extend("examples" = ["https://example.org/issues/new?title={id}"]))]
    pub report: Option<Title>,
    /// Where the handout is online: a web address in which `{id}` stands for the id of an item, and `{page}` for the name of
    /// its page without the extension. Cards then link to related items there.
    #[schemars(extend("examples" = ["https://example.org/course/{page}.html#{id}"]))]
    pub url: Option<Title>,
    /// How cards look: `plain`, sans serif; `serif`, like a page of a book; or `contrast`, black on white, with heavier
    /// lines. Each follows Anki's night mode. `plain` if left out.
    #[schemars(extend("examples" = ["serif"]))]
    pub theme: Option<Theme>,
    /// Your own style sheet for all cards with Cardpress's frame: a `.css` file, relative to this file. It follows ours.
    #[schemars(extend("examples" = ["cards.css"]))]
    pub style: Option<Title>,
    /// Whether cards show the options of a choice in a new order at each review. That takes a script on these cards;
    /// wherever it cannot work, the order is the fixed one.
    #[serde(default)]
    pub mix_options: bool,
    /// Changes that cost learners something and are intended, each as its error names it: `vanished-id=some-id`.
    #[serde(default)]
    #[schemars(extend("examples" = [["vanished-id=some-id"]]))]
    pub accept: Vec<Title>,
    /// How much each lint rule matters: `allow`, `warn` or `deny`.
    #[serde(default)]
    #[schemars(schema_with = "levels", extend("examples" = [{ "no-source": "deny" }]))]
    pub lint: Pairs,
    /// Your own commands for formulas, with `#1` to `#9` for their arguments.
    #[serde(default)]
    #[schemars(schema_with = "macros", extend("examples" = [{ r"\R": r"\mathbb{R}" }]))]
    pub macros: Pairs,
    /// Your own headings and labels, for all outputs. What stands in braces is filled in.
    #[serde(default)]
    #[schemars(schema_with = "words", extend("examples" = [{ "see_also": "Related" }]))]
    pub words: Pairs,
    /// Options of each output, or `none` to leave it out.
    #[serde(default)]
    pub outputs: Outputs,
    /// Font files for the cheatsheet (TTF, OTF, TTC or OTC), relative to this file. They set the characters that the
    /// built-in fonts lack.
    #[serde(default)]
    #[schemars(extend("examples" = [["fonts/NotoSansJP-Regular.otf"]]))]
    pub fonts: Vec<Title>,
}

/// How cards look.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "names of themes, which the key explains")]
pub enum Theme {
    Plain,
    Serif,
    Contrast,
}

impl Manifest {
    /// BCP 47 tag of the project's language.
    #[must_use]
    pub fn language_tag(&self) -> &str {
        self.language.as_ref().map_or("en", |language| &language.value.0)
    }
}

fn levels(_: &mut SchemaGenerator) -> Schema {
    let level = json_schema!({ "type": "string", "enum": ["allow", "warn", "deny"] });
    json_schema!({ "type": "object", "additionalProperties": level })
}

fn macros(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object", "additionalProperties": { "type": "string" } })
}

fn words(_: &mut SchemaGenerator) -> Schema {
    let texts = Word::ALL.iter().map(|word| (word.key().to_owned(), word.about().to_owned()));
    let forms = Count::ALL.iter().flat_map(|count| {
        let form = |(category, _)| (format!("{}.{category}", count.key()), count.about().to_owned());
        CATEGORIES.iter().copied().map(form)
    });
    let text = |(key, about): (String, String)| {
        (key, json!({ "type": "string", "minLength": 1, "pattern": "\\S", "x-rule": "text", "description": about }))
    };
    let properties: Map<String, Value> = texts.chain(forms).map(text).collect();
    json_schema!({
        "type": "object", "properties": properties, "additionalProperties": false, "x-noun": "`words` mapping"
    })
}
