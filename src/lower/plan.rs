//! A study plan, linked to what it tells to study.

use super::Context;
use crate::content;
use crate::deck::{Plan, Week};
use crate::diag::Diagnostic;

pub(super) fn lower(context: &Context<'_>, plan: &content::Plan) -> Plan {
    for (number, week) in plan.weeks.iter().enumerate() {
        if let Some(first) = plan.weeks[..number].iter().find(|first| first.week.value == week.week.value) {
            let message = format!("week {} is planned twice", week.week.value);
            let diagnostic = Diagnostic::error("duplicate-week", week.week.span, message)
                .label("second one")
                .also(first.week.span, "first one")
                .help("give one of them another number, or join the two");
            context.report(diagnostic);
        }
    }
    Plan {
        id: plan.id.value.0.clone(),
        span: plan.id.span,
        title: context.heading(&plan.title),
        days: plan.days,
        weeks: plan.weeks.iter().map(|week| self::week(context, week)).collect(),
    }
}

fn week(context: &Context<'_>, week: &content::Week) -> Week {
    Week {
        number: week.week.value,
        focus: context.heading(&week.focus),
        daily: week.daily.iter().map(|point| context.point(point)).collect(),
        goals: week.goals.iter().map(|point| context.point(point)).collect(),
        study: week.study.iter().filter_map(|id| context.link(id)).collect(),
    }
}
