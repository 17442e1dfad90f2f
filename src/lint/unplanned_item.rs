//! `unplanned-item`: there is a plan, and it leaves an item out that takes a
//! sitting. Who follows the plan never meets it.

use std::collections::BTreeSet;

use super::{Course, Finding};
use crate::deck::study::Role;
use crate::diag::Diagnostic;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    let plans: Vec<_> = course.items().filter(|item| item.role == Role::Plan).collect();
    let planned: BTreeSet<&String> = plans.iter().flat_map(|plan| &plan.links).collect();
    if planned.is_empty() {
        return;
    }
    for item in course.items().filter(|item| item.role == Role::Studied && !planned.contains(&item.id)) {
        let mut diagnostic =
            Diagnostic::warning("unplanned-item", item.span, format!("no plan leads to `{}`", item.id))
                .label("in no plan")
                .help("name it under `study` on the day on which it is due");
        if let Some(plan) = plans.first() {
            diagnostic = diagnostic.also(plan.span, "this plan");
        }
        found.push(Finding::of(item, diagnostic));
    }
}
