//! The manifest → what every output says about the project.

use std::collections::BTreeMap;

use super::sheets::{Instances, one_line};
use super::{Input, fonts, words};
use crate::civil;
use crate::content::{self, Date, Outputs, Several, Spanned, Switch, Title};
use crate::deck::{Language, Level, Matters, PackageFormat, Project, Traits, Wish, names};
use crate::diag::{Code, Diagnostic, Sink};
use crate::source::Span;

pub(super) fn lower(input: &Input<'_>, traits: &BTreeMap<String, Traits>, diagnostics: &mut Sink) -> Project {
    let manifest = input.manifest;
    let title = manifest.title.value.0.trim().to_owned();
    diagnostics.extend(manifest.date.as_ref().and_then(no_such_day));
    let deck = manifest.deck.as_ref().unwrap_or(&manifest.title);
    diagnostics.extend(empty_part("deck", &deck.value.0, deck.span));
    let mut instances = Instances { input, traits, title: &title, diagnostics };
    let (sheets, handouts, csvs) = (instances.sheets(), instances.handouts(), instances.csvs());
    Project {
        id: manifest.id.value.0.clone(),
        description: one_line(manifest.description.as_deref()),
        version: manifest.version.value.0.clone(),
        date: manifest.date.as_ref().map(|date| date.value.0.clone()).unwrap_or_default(),
        language: Language::new(manifest.language_tag()),
        license: one_line(manifest.license.as_deref()),
        authors: manifest.authors.clone(),
        deck: names::stored(deck.value.0.trim()),
        deck_span: deck.span,
        report: manifest.report.as_ref().map(|report| self::report(report, diagnostics)).unwrap_or_default(),
        mix_options: manifest.mix_options,
        accept: manifest.accept.iter().map(|name| (name.value.0.trim().to_owned(), name.span)).collect(),
        lint: manifest.lint.0.iter().map(|(rule, level)| lint(rule, &level.value.0)).collect(),
        source_hash: input.source_hash.clone(),
        package: package(input),
        sheets,
        handouts,
        csvs,
        outputs: wishes(&manifest.outputs),
        fonts: fonts::lower(input, diagnostics),
        words: words::lower(input, diagnostics),
        title,
    }
}

/// The address for reports, if a card can link to it.
fn report(report: &Title, diagnostics: &mut Sink) -> String {
    let example = "https://example.org/issues/new?title={id}";
    address(report, "reports would not say which note they are about", example, diagnostics).unwrap_or_default()
}

/// A web address with a place for an id; `otherwise` is what would be wrong without the place.
pub(super) fn address(given: &Title, otherwise: &str, example: &str, diagnostics: &mut Sink) -> Option<String> {
    let address = given.value.0.trim();
    let leads = ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme));
    let message = if !leads || address.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>')) {
        "this is not a web address"
    } else if !address.contains("{id}") {
        otherwise
    } else {
        return Some(address.to_owned());
    };
    let diagnostic = Diagnostic::error(Code::BAD_LINK, given.span, message)
        .label(if leads { "no `{id}` in it" } else { "neither https, http nor mailto" })
        .help(format!("write an address such as `{example}`"));
    diagnostics.push(diagnostic);
    None
}

fn lint(rule: &Spanned<String>, level: &str) -> Level {
    let matters = match level {
        "allow" => Matters::Not,
        "deny" => Matters::Deny,
        _ => Matters::Warn,
    };
    Level { rule: rule.value.clone(), matters, span: rule.span }
}

/// Reports a well-formed date that is not in the calendar.
pub(super) fn no_such_day(date: &Date) -> Option<Diagnostic> {
    let message = format!("`{}` is not a valid date", date.value.0);
    let diagnostic = Diagnostic::error(Code::BAD_DATE, date.span, message)
        .label("no such day")
        .help("write the date like this: `2026-11-24`");
    (!civil::is_day(&date.value.0)).then_some(diagnostic)
}

/// Reports that a deck in a path such as `A::::B` has no name.
pub(super) fn empty_part(what: &str, path: &str, span: Span) -> Option<Diagnostic> {
    let diagnostic = Diagnostic::error(Code::BAD_VALUE, span, format!("this {what} has an empty level"))
        .label("nothing before, after or between `::`")
        .help("`::` nests one deck inside another: put a name on both sides of it");
    path.split("::").any(|part| part.trim().is_empty()).then_some(diagnostic)
}

/// What the manifest says about each output.
fn wishes(outputs: &Outputs) -> BTreeMap<&'static str, Wish> {
    fn several<T>(Several(all): &Several<T>) -> Wish {
        if all.is_empty() { Wish::Off } else { Wish::Wanted }
    }
    let switch = |switch: &Switch<_>| if switch.on().is_some() { Wish::Wanted } else { Wish::Off };
    let said = [
        ("apkg", outputs.apkg.as_ref().map(switch)),
        ("csv", outputs.csv.as_ref().map(several)),
        ("handout", outputs.handout.as_ref().map(several)),
        ("sheet", outputs.sheet.as_ref().map(several)),
    ];
    said.into_iter().filter_map(|(name, wish)| Some((name, wish?))).collect()
}

fn package(input: &Input<'_>) -> PackageFormat {
    let apkg = input.manifest.outputs.apkg.as_ref().and_then(Switch::on);
    match apkg.and_then(|apkg| apkg.format) {
        None | Some(content::PackageFormat::Legacy1) => PackageFormat::Legacy1,
        Some(content::PackageFormat::Modern) => PackageFormat::Modern,
    }
}
