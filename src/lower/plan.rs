//! A study plan, linked to what it tells to study.

use super::Context;
use crate::content;
use crate::deck::{Plan, Week};

pub(super) fn lower(context: &Context<'_>, plan: &content::Plan) -> Plan {
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
        number: week.week,
        focus: context.heading(&week.focus),
        daily: week.daily.iter().map(|point| context.point(point)).collect(),
        goals: week.goals.iter().map(|point| context.point(point)).collect(),
        study: week.study.iter().filter_map(|id| context.link(id)).collect(),
    }
}
