//! `unplanned-item`: an item that takes a sitting and is in no plan, although there is one. Whoever
//! follows the plan never meets it.

use std::collections::BTreeSet;

use super::{Course, Finding};
use crate::deck::study::Role;
use crate::diag::{Code, Diagnostic};

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    let plans: Vec<_> = course.items().filter(|item| item.role == Role::Plan).collect();
    let planned: BTreeSet<&String> = plans.iter().flat_map(|plan| &plan.links).collect();
    if planned.is_empty() {
        return;
    }
    for item in course.items().filter(|item| item.role == Role::Studied && !planned.contains(&item.id)) {
        let mut diagnostic =
            Diagnostic::warning(Code::UNPLANNED_ITEM, item.span, format!("`{}` is in no plan", item.id))
                .label("not planned")
                .help("list it under `study` in the week or day it belongs to");
        if let Some(plan) = plans.first() {
            diagnostic = diagnostic.also(plan.span, "the plan");
        }
        found.push(Finding::of(item, diagnostic));
    }
}
