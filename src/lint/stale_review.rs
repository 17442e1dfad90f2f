//! `stale-review`: a volatile item that nobody has reviewed for a year. Wozniak's nineteenth rule:
//! provide date stamping.

use super::{Course, Finding};
use crate::civil;
use crate::diag::{Code, Diagnostic};

const DAYS: i64 = 365;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    let today = course.now.div_euclid(86_400);
    for item in course.items().filter(|item| item.volatile) {
        let diagnostic = match &item.reviewed {
            None => Diagnostic::warning(
                Code::STALE_REVIEW,
                item.span,
                format!("`{}` is volatile and has no review date", item.id),
            )
            .label("`volatile` without `reviewed`"),
            Some((date, span)) => {
                let Some(age) = civil::day(date).map(|day| today - day).filter(|age| *age > DAYS) else { continue };
                Diagnostic::warning(
                    Code::STALE_REVIEW,
                    *span,
                    format!("`{}` was last reviewed {age} days ago", item.id),
                )
                .label(format!("more than {DAYS} days"))
            }
        };
        let help = "check that it is still true, then set `reviewed: YYYY-MM-DD` to today";
        found.push(Finding::of(item, diagnostic.help(help)));
    }
}
