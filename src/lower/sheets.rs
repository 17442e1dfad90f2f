//! The manifest's sheets, handouts and text files → what each selects, and the layout of sheets.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use crate::content::{self, Columns, Csv, Difficulty, Handout, Id, Orientation, Paper, Sheet, Spanned};
use crate::deck::{Chosen, Extract, Ink, Selection, SheetLayout, Show, Traits};
use crate::diag::Diagnostic;
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

/// The sheets of the manifest, or the default sheet.
pub(super) fn lower(input: &Input<'_>, title: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<SheetLayout> {
    let named = named(input);
    let names = named.iter().map(|sheet| (sheet.name.as_ref(), [&sheet.only, &sheet.except]));
    check(input, ("sheets", NAME, input.output_spans["sheet"]), &names.collect::<Vec<_>>(), diagnostics);
    if named.is_empty() {
        return vec![layout(input, &Sheet::default(), title)];
    }
    named.iter().map(|sheet| layout(input, sheet, title)).collect()
}

/// The handouts of the manifest, or one for the whole deck.
pub(super) fn handouts(input: &Input<'_>, title: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Extract> {
    let named = input.manifest.outputs.handout.as_ref().map(|all| all.0.as_slice()).unwrap_or_default();
    let names = named.iter().map(|one| (one.name.as_ref(), [&one.only, &one.except]));
    check(input, ("handouts", HANDOUT, input.output_spans["handout"]), &names.collect::<Vec<_>>(), diagnostics);
    let extract = |one: &Handout| Extract {
        name: one.name.as_ref().map_or(HANDOUT, |name| &name.value.0).to_owned(),
        title: one.title.as_deref().map_or_else(|| title.to_owned(), |title| one_line(Some(title))),
        chosen: chosen(one.core, one.only.as_ref(), one.except.as_ref()),
        span: one.name.as_ref().map_or(input.output_spans["handout"], |name| name.span),
    };
    if named.is_empty() { vec![extract(&Handout::default())] } else { named.iter().map(extract).collect() }
}

/// The text files of the manifest, or those for the whole deck.
pub(super) fn csvs(input: &Input<'_>, title: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Extract> {
    let id = input.manifest.id.value.0.as_str();
    let named = input.manifest.outputs.csv.as_ref().map(|all| all.0.as_slice()).unwrap_or_default();
    let names = named.iter().map(|one| (one.name.as_ref(), [&one.only, &one.except]));
    check(input, ("sets of text files", id, input.output_spans["csv"]), &names.collect::<Vec<_>>(), diagnostics);
    let extract = |one: &Csv| Extract {
        name: one.name.as_ref().map_or(id, |name| &name.value.0).to_owned(),
        title: title.to_owned(),
        chosen: chosen(one.core, one.only.as_ref(), one.except.as_ref()),
        span: one.name.as_ref().map_or(input.output_spans["csv"], |name| name.span),
    };
    if named.is_empty() { vec![extract(&Csv::default())] } else { named.iter().map(extract).collect() }
}

/// The name of an instance of an output, and its selections.
type Named<'a> = (Option<&'a Id>, [&'a Option<Spanned<content::Selection>>; 2]);

/// Reports instances that would write the same files, or that select something that does not exist.
fn check(
    input: &Input<'_>,
    (what, usual, usual_span): (&str, &str, Span),
    all: &[Named<'_>],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut names = BTreeSet::new();
    for (name, _) in all {
        let span = name.map_or(usual_span, |name| name.span);
        let name = name.map_or(usual, |name| name.value.0.as_str());
        if !names.insert(name) {
            let diagnostic = Diagnostic::error("bad-value", span, format!("two {what} are called `{name}`"))
                .label("each has files of its own")
                .help("give each of them a different `name`");
            diagnostics.push(diagnostic);
        }
    }
    let selections = all.iter().flat_map(|(_, selections)| selections.iter().filter_map(|one| one.as_ref()));
    let selections: Vec<&content::Selection> = selections.map(|selection| &selection.value).collect();
    if !selections.is_empty() {
        unknown(input, &selections, diagnostics);
    }
}

/// Reports each topic, tag and id that does not exist. A typo would otherwise silently leave
/// out what the author meant to select.
fn unknown(input: &Input<'_>, selections: &[&content::Selection], diagnostics: &mut Vec<Diagnostic>) {
    let mut topics: BTreeSet<String> = BTreeSet::new();
    for file in input.files {
        topics.extend((1..=file.topic.len()).map(|parts| file.topic[..parts].join("::")));
    }
    let traits = traits(input);
    let tags: BTreeSet<String> = traits.values().flat_map(|traits| traits.tags.clone()).collect();
    let ids: BTreeSet<String> = traits.into_keys().collect();
    let mut unless_known = |what: &str, name: &str, span: Span, known: &BTreeSet<String>| {
        if known.contains(name) {
            return;
        }
        let diagnostic = Diagnostic::error("empty-output", span, format!("no {what} is called `{name}`"))
            .help("write topics, tags and ids exactly as in the content files");
        diagnostics.push(match similar::name(name, known.iter().map(String::as_str)) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")).suggest(span, near),
            None => diagnostic.label("it selects nothing"),
        });
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
        chosen: chosen(sheet.core, sheet.only.as_ref(), sheet.except.as_ref()),
        show,
        span: sheet.name.as_ref().map_or(input.output_spans["sheet"], |name| name.span),
    }
}

fn chosen(
    core: bool,
    only: Option<&Spanned<content::Selection>>,
    except: Option<&Spanned<content::Selection>>,
) -> Chosen {
    Chosen {
        core,
        only: only.map(selection),
        except: except.map(selection),
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
    input.manifest.outputs.sheet.as_ref().map(|sheets| sheets.0.as_slice()).unwrap_or_default()
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
