//! The manifest → what every output says of the project.

use super::Input;
use crate::content::{Columns, Orientation, Paper};
use crate::deck::{Project, SheetLayout};
use crate::diag::Diagnostic;

pub(super) fn lower(input: &Input<'_>, diagnostics: &mut Vec<Diagnostic>) -> Project {
    let manifest = input.manifest;
    let title = manifest.title.value.0.trim().to_owned();
    Project {
        id: manifest.id.value.0.clone(),
        description: one_line(manifest.description.as_deref()),
        version: manifest.version.value.0.clone(),
        date: manifest.date.as_ref().map(|date| date.value.0.clone()).unwrap_or_default(),
        language: manifest.language.clone(),
        license: one_line(manifest.license.as_deref()),
        authors: manifest.authors.clone(),
        deck: manifest.deck.as_ref().map_or_else(|| title.clone(), |deck| deck.value.0.trim().to_owned()),
        modified: modified(input, diagnostics),
        source_hash: input.source_hash.clone(),
        sheet: sheet(input, &title),
        title,
    }
}

fn one_line(text: Option<&str>) -> String {
    text.unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `SOURCE_DATE_EPOCH`, or midnight UTC of the release's date.
fn modified(input: &Input<'_>, diagnostics: &mut Vec<Diagnostic>) -> i64 {
    if let Some(epoch) = input.epoch {
        return epoch;
    }
    let Some(date) = &input.manifest.date else {
        let diagnostic = Diagnostic::error("missing-key", input.manifest.id.span, "this manifest has no `date`")
            .label("`date` is required")
            .help("add `date: YYYY-MM-DD`, the release's day, or set SOURCE_DATE_EPOCH: notes carry it as their time of change");
        diagnostics.push(diagnostic);
        return 0;
    };
    let Some(days) = days_since_1970(&date.value.0) else {
        let diagnostic = Diagnostic::error("bad-date", date.span, format!("there is no day `{}`", date.value.0))
            .label("not in the calendar")
            .help("write the day as in `2026-11-24`");
        diagnostics.push(diagnostic);
        return 0;
    };
    days * 86_400
}

/// Days from 1970-01-01 to a day of the Gregorian calendar (H. Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
fn days_since_1970(date: &str) -> Option<i64> {
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1..=12).contains(&month) || !(1..=length).contains(&day) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn sheet(input: &Input<'_>, title: &str) -> SheetLayout {
    let sheet = input.manifest.outputs.sheet.as_ref();
    let (short, long) = sheet.and_then(|sheet| sheet.paper).unwrap_or(Paper::A4).size();
    let orientation = sheet.and_then(|sheet| sheet.orientation).unwrap_or(Orientation::Landscape);
    let (width, height) = match orientation {
        Orientation::Landscape => (long, short),
        Orientation::Portrait => (short, long),
    };
    SheetLayout {
        title: sheet.and_then(|sheet| sheet.title.clone()).unwrap_or_else(|| title.to_owned()),
        subtitle: one_line(sheet.and_then(|sheet| sheet.subtitle.as_deref())),
        width,
        height,
        pages: sheet.and_then(|sheet| sheet.pages).map(usize::from),
        columns: sheet.and_then(|sheet| sheet.columns).and_then(Columns::number),
        span: input.sheet_span,
    }
}

#[cfg(test)]
mod tests {
    use super::days_since_1970;

    #[test]
    fn days_are_counted_in_the_gregorian_calendar() {
        let cases = [
            ("1970-01-01", Some(0)),
            ("1969-12-31", Some(-1)),
            ("2000-02-29", Some(11_016)),
            ("2026-11-24", Some(20_781)),
            ("1900-02-29", None),
            ("2026-04-31", None),
        ];
        for (date, days) in cases {
            assert_eq!(days_since_1970(date), days, "{date}");
        }
    }
}
