//! A study plan, with links to what to study. If it goes day by day, it must not skip any.

use super::{Context, Studied};
use crate::content::{self, Id, Meta};
use crate::deck::study;
use crate::deck::{Day, Plan, Sitting, Week};
use crate::diag::{Code, Diagnostic};

pub(super) fn lower(context: &Context<'_>, meta: &Meta, plan: &content::Plan) -> Studied<Plan> {
    for (number, week) in plan.weeks.iter().enumerate() {
        if let Some(first) = plan.weeks[..number].iter().find(|first| first.week.value == week.week.value) {
            let message = format!("week {} is planned twice", week.week.value);
            let diagnostic = Diagnostic::error(Code::DUPLICATE_WEEK, week.week.span, message)
                .label("second one")
                .also(first.week.span, "first one")
                .help("give one of them a different number, or merge the two");
            context.report(diagnostic);
        }
    }
    context.report_all(gaps(plan));
    let lowered = Plan {
        id: meta.id.value.0.clone(),
        span: meta.id.span,
        title: context.heading(&plan.title),
        days: plan.days.value,
        weeks: plan.weeks.iter().map(|week| self::week(context, week)).collect(),
        sittings: plan.weeks.iter().flat_map(sittings).collect(),
    };
    let study = context.studied(meta, || {
        let weeks = lowered.weeks.iter().flat_map(|week| week.daily.iter().chain(&week.goals));
        let tasks = lowered.weeks.iter().flat_map(|week| &week.days).flat_map(|day| &day.tasks);
        let mut study = context.study(meta, study::Role::Plan, &weeks.chain(tasks).collect::<Vec<_>>());
        let days = plan.weeks.iter().flat_map(|week| &week.schedule).flat_map(|day| &day.study);
        let ids = plan.weeks.iter().flat_map(|week| &week.study).chain(days);
        study.links.extend(ids.map(|id| id.value.0.clone()));
        study
    });
    (lowered, study)
}

fn week(context: &Context<'_>, week: &content::Week) -> Week {
    Week {
        number: week.week.value,
        focus: context.heading(&week.focus),
        daily: week.daily.iter().map(|point| context.point(point)).collect(),
        goals: week.goals.iter().map(|point| context.point(point)).collect(),
        study: context.single(&week.study).into_iter().filter_map(|id| context.link(id)).collect(),
        days: week.schedule.iter().map(|day| self::day(context, day)).collect(),
    }
}

fn day(context: &Context<'_>, day: &content::Day) -> Day {
    Day {
        number: day.day.value,
        focus: context.heading(&day.focus),
        tasks: day.tasks.iter().map(|point| context.point(point)).collect(),
        study: context.single(&day.study).into_iter().filter_map(|id| context.link(id)).collect(),
    }
}

/// What a week has for each of its days, and for no day in particular.
fn sittings(week: &content::Week) -> Vec<Sitting> {
    let ids = |ids: &[Id]| ids.iter().map(|id| id.value.0.clone()).collect();
    let number = week.week.value;
    let days = week.schedule.iter().map(|day| Sitting {
        day: Some(day.day.value),
        week: number,
        ids: ids(&day.study),
    });
    let whole = Sitting { day: None, week: number, ids: ids(&week.study) };
    days.chain([whole]).filter(|sitting| !sitting.ids.is_empty()).collect()
}

/// Days that are out of sequence, and a schedule that ends before the plan does.
fn gaps(plan: &content::Plan) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut last = None;
    let wrong = |span, message: String, label: String| {
        let help = "number the days from 1 to the plan's last day, each once; rest days count too";
        Diagnostic::error(Code::MISSING_DAY, span, message).label(label).help(help)
    };
    for day in plan.weeks.iter().flat_map(|week| &week.schedule) {
        let (number, due) = (day.day.value, last.map_or(1, |last: u16| last.saturating_add(1)));
        if number != due {
            found.push(wrong(
                day.day.span,
                format!("found day {number} where day {due} is expected"),
                format!("not {due}"),
            ));
        } else if number > plan.days.value {
            let label = format!("it ends with day {}", plan.days.value);
            found.push(wrong(day.day.span, format!("the plan has no day {number}"), label));
        }
        last = Some(number);
    }
    if let Some(last) = last.filter(|last| *last < plan.days.value && found.is_empty()) {
        let message = format!("the schedule ends on day {last} of {}", plan.days.value);
        found.push(wrong(plan.days.span, message, "the days after that have no entry".to_owned()));
    }
    found
}
