//! The manifest's sheets, handouts and text files → what each selects, and the layout of sheets.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use crate::content::{self, Columns, Csv, Difficulty, Handout, Id, Orientation, Paper, Several, Sheet, Spanned};
use crate::deck::{Chosen, Extract, Ink, Selection, SheetLayout, Show, Traits};
use crate::diag::{Code, Diagnostic, Sink};
use crate::similar;
use crate::source::Span;

/// The file's stem if the author gives none.
const NAME: &str = "cheatsheet";
/// The folder of a handout if the author gives none.
const HANDOUT: &str = "handout";

/// What a sheet shows if the author does not say.
const USUAL: [Show; 11] = [
    Show::Short,
    Show::Formulas,
    Show::KeyPoints,
    Show::Patterns,
    Show::Tips,
    Show::Tables,
    Show::Prompts,
    Show::InterviewTypes,
    Show::Checklists,
    Show::Plans,
    Show::Notes,
];

/// A text on one line; nothing if there is none.
pub(super) fn one_line(text: Option<&str>) -> String {
    text.unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What every output that can be made several times says of one of them.
#[derive(Default)]
struct Asked<'a> {
    name: Option<&'a Id>,
    title: Option<&'a str>,
    core: bool,
    only: Option<&'a Spanned<content::Selection>>,
    except: Option<&'a Spanned<content::Selection>>,
}

impl<'a> From<&'a Sheet> for Asked<'a> {
    fn from(sheet: &'a Sheet) -> Self {
        let Sheet { name, title, core, only, except, .. } = sheet;
        let (name, title) = (name.as_ref(), title.as_deref());
        Self {
            name,
            title,
            core: *core,
            only: only.as_ref(),
            except: except.as_ref(),
        }
    }
}

impl<'a> From<&'a Handout> for Asked<'a> {
    fn from(Handout { name, title, core, only, except }: &'a Handout) -> Self {
        let (name, title) = (name.as_ref(), title.as_deref());
        Self {
            name,
            title,
            core: *core,
            only: only.as_ref(),
            except: except.as_ref(),
        }
    }
}

impl<'a> From<&'a Csv> for Asked<'a> {
    fn from(Csv { name, core, only, except }: &'a Csv) -> Self {
        let name = name.as_ref();
        Self {
            name,
            title: None,
            core: *core,
            only: only.as_ref(),
            except: except.as_ref(),
        }
    }
}

/// Lowers the outputs that the manifest may ask for several times.
pub(super) struct Instances<'i, 'd> {
    pub(super) input: &'i Input<'i>,
    /// Those of the deck's items.
    pub(super) traits: &'i BTreeMap<String, Traits>,
    /// The deck's title.
    pub(super) title: &'i str,
    pub(super) diagnostics: &'d mut Sink,
}

impl Instances<'_, '_> {
    /// The sheets of the manifest, or the default sheet.
    pub(super) fn sheets(&mut self) -> Vec<SheetLayout> {
        let named = named(self.input);
        self.check(("sheets", "sheet", NAME), &named.iter().map(Asked::from).collect::<Vec<_>>());
        if named.is_empty() {
            return vec![layout(self.input, &Sheet::default(), self.title)];
        }
        named.iter().map(|sheet| layout(self.input, sheet, self.title)).collect()
    }

    /// The handouts of the manifest, or one for the whole deck.
    pub(super) fn handouts(&mut self) -> Vec<Extract> {
        let named = several(self.input.manifest.outputs.handout.as_ref());
        self.extracts(("handouts", "handout", HANDOUT), named.iter().map(Asked::from).collect())
    }

    /// The text files of the manifest, or those for the whole deck.
    pub(super) fn csvs(&mut self) -> Vec<Extract> {
        let named = several(self.input.manifest.outputs.csv.as_ref());
        let id = self.input.manifest.id.value.0.as_str();
        self.extracts(("sets of text files", "csv", id), named.iter().map(Asked::from).collect())
    }

    /// The instances of `output`, or one for the whole deck, which has the `usual` name.
    fn extracts(&mut self, (what, output, usual): (&str, &str, &str), asked: Vec<Asked>) -> Vec<Extract> {
        self.check((what, output, usual), &asked);
        let asked = if asked.is_empty() { vec![Asked::default()] } else { asked };
        let extract = |one: Asked| Extract {
            name: one.name.map_or(usual, |name| &name.value.0).to_owned(),
            title: one.title.map_or_else(|| self.title.to_owned(), |title| one_line(Some(title))),
            chosen: chosen(&one),
            span: one.name.map_or(self.input.output_spans[output], |name| name.span),
        };
        asked.into_iter().map(extract).collect()
    }

    /// Reports instances that would write the same files, or that select something that does not exist.
    fn check(&mut self, (what, output, usual): (&str, &str, &str), all: &[Asked]) {
        let mut names = BTreeSet::new();
        for Asked { name, .. } in all {
            let span = name.map_or(self.input.output_spans[output], |name| name.span);
            let name = name.map_or(usual, |name| name.value.0.as_str());
            if !names.insert(name) {
                let diagnostic = Diagnostic::error(Code::BAD_VALUE, span, format!("two {what} are called `{name}`"))
                    .label("each has files of its own")
                    .help("give each of them a different `name`");
                self.diagnostics.push(diagnostic);
            }
        }
        let selections = all.iter().flat_map(|one| [one.only, one.except]).flatten();
        let selections: Vec<&content::Selection> = selections.map(|selection| &selection.value).collect();
        if !selections.is_empty() {
            unknown(self.input, self.traits, &selections, self.diagnostics);
        }
    }
}

fn several<T>(all: Option<&Several<T>>) -> &[T] {
    all.map(|all| all.0.as_slice()).unwrap_or_default()
}

/// Reports each topic, tag and id that does not exist. A typo would otherwise silently leave
/// out what the author meant to select.
fn unknown(
    input: &Input<'_>,
    traits: &BTreeMap<String, Traits>,
    selections: &[&content::Selection],
    diagnostics: &mut Sink,
) {
    let mut topics: BTreeSet<String> = BTreeSet::new();
    for file in input.files {
        topics.extend((1..=file.topic.len()).map(|parts| file.topic[..parts].join("::")));
    }
    let topics: BTreeSet<&str> = topics.iter().map(String::as_str).collect();
    let tags: BTreeSet<&str> = traits.values().flat_map(|traits| &traits.tags).map(String::as_str).collect();
    let ids: BTreeSet<&str> = traits.keys().map(String::as_str).collect();
    let mut unless_known = |what: &str, name: &str, span: Span, known: &BTreeSet<&str>| {
        if known.contains(name) {
            return;
        }
        let diagnostic = Diagnostic::error(Code::EMPTY_OUTPUT, span, format!("no {what} is called `{name}`"))
            .help("write topics, tags and ids exactly as in the content files");
        diagnostics.push(diagnostic.meant(span, similar::name(name, known.iter().copied()), "it selects nothing"));
    };
    for selection in selections {
        for topic in &selection.topics {
            unless_known("topic", topic.value.0.trim(), topic.span, &topics);
        }
        for tag in &selection.tags {
            unless_known("tag", &tag.value.0, tag.span, &tags);
        }
        for id in &selection.ids {
            unless_known("item", &id.value.0, id.span, &ids);
        }
    }
}

fn layout(input: &Input<'_>, sheet: &Sheet, title: &str) -> SheetLayout {
    let (short, long) = sheet.paper.unwrap_or(Paper::A4).size();
    let (width, height) = match sheet.orientation.unwrap_or(Orientation::Landscape) {
        Orientation::Landscape => (long, short),
        Orientation::Portrait => (short, long),
    };
    let mut show = show(sheet);
    show.sort_unstable();
    SheetLayout {
        name: sheet.name.as_ref().map_or_else(|| NAME.to_owned(), |name| name.value.0.clone()),
        title: sheet.title.clone().unwrap_or_else(|| title.to_owned()),
        subtitle: one_line(sheet.subtitle.as_deref()),
        width,
        height,
        pages: sheet.pages.map(usize::from),
        columns: sheet.columns.and_then(Columns::number),
        floor: sheet.floor.unwrap_or(6.5),
        reorder: sheet.reorder,
        ink: match sheet.ink {
            None | Some(content::Ink::Color) => Ink::Color,
            Some(content::Ink::Saving) => Ink::Saving,
            Some(content::Ink::Mono) => Ink::Mono,
        },
        punch: sheet.punch,
        provenance: sheet.provenance,
        chosen: chosen(&Asked::from(sheet)),
        show,
        span: sheet.name.as_ref().map_or(input.output_spans["sheet"], |name| name.span),
    }
}

fn chosen(asked: &Asked) -> Chosen {
    Chosen {
        core: asked.core,
        only: asked.only.map(selection),
        except: asked.except.map(selection),
    }
}

fn selection(selection: &Spanned<content::Selection>) -> Selection {
    let content::Selection { topics, tags, difficulty, ids } = &selection.value;
    Selection {
        topics: topics.iter().map(|topic| topic.value.0.trim().to_owned()).collect(),
        tags: tags.iter().map(|tag| tag.value.0.clone()).collect(),
        difficulty: difficulty.iter().map(|difficulty| difficulty.name()).collect(),
        ids: ids.iter().map(|id| id.value.0.clone()).collect(),
        span: selection.span,
    }
}

/// What a sheet shows: what the author says, or else the default.
fn show(sheet: &Sheet) -> Vec<Show> {
    let own = sheet.show.as_ref().map(|show| show.iter().copied().map(Show::from).collect());
    own.unwrap_or_else(|| USUAL.to_vec())
}

/// What at least one sheet shows.
pub(super) fn shown(input: &Input<'_>) -> BTreeSet<Show> {
    let sheets = named(input);
    if sheets.is_empty() { USUAL.into_iter().collect() } else { sheets.iter().flat_map(show).collect() }
}

/// The sheets that the manifest asks for.
fn named<'a>(input: &Input<'a>) -> &'a [Sheet] {
    several(input.manifest.outputs.sheet.as_ref())
}

/// Each item's tags and difficulty, and whether it is core.
pub(super) fn traits(input: &Input<'_>) -> BTreeMap<String, Traits> {
    let of_file = |file: &content::File| {
        let defaults = &file.defaults;
        let tags = |own: &[content::Tag]| own.iter().chain(&defaults.tags).map(|tag| tag.value.0.clone()).collect();
        let traits = file.items.iter().map(|item| {
            let traits = Traits {
                tags: tags(&item.meta.tags),
                difficulty: item.meta.difficulty.or(defaults.difficulty).map(Difficulty::name),
                core: item.meta.core || defaults.core,
            };
            (item.meta.id.value.0.clone(), traits)
        });
        traits.collect::<Vec<_>>()
    };
    input.files.iter().flat_map(of_file).collect()
}
