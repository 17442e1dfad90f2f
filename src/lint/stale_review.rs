//! `stale-review`: a volatile item that nobody has reviewed for a year. Wozniak's nineteenth rule:
//! provide date stamping.

use super::{Course, Finding};
use crate::diag::Diagnostic;

const DAYS: i64 = 365;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    let today = course.now.div_euclid(86_400);
    for item in course.items().filter(|item| item.volatile) {
        let diagnostic = match &item.reviewed {
            None => Diagnostic::warning(
                "stale-review",
                item.span,
                format!("`{}` is volatile and has no review date", item.id),
            )
            .label("`volatile` without `reviewed`"),
            Some((date, span)) => {
                let Some(age) = day(date).map(|day| today - day).filter(|age| *age > DAYS) else { continue };
                Diagnostic::warning("stale-review", *span, format!("`{}` was last reviewed {age} days ago", item.id))
                    .label(format!("more than {DAYS} days"))
            }
        };
        let help = "check that it is still true, then set `reviewed: YYYY-MM-DD` to today";
        found.push(Finding::of(item, diagnostic.help(help)));
    }
}

/// Days since 1970 of a date in the Gregorian calendar (Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms").
fn day(date: &str) -> Option<i64> {
    let mut parts = date.split('-').map(str::parse::<i64>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    // The year begins in March, so that a leap day is its last.
    let year = if month > 2 { year } else { year - 1 };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_are_counted_from_1970() {
        let days = [("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2000-03-01", 11_017)];
        for (date, want) in days.into_iter().chain([("2026-11-24", 20_781)]) {
            assert_eq!(super::day(date), Some(want), "{date}");
        }
    }
}
