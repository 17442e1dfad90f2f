//! What a learner can read: contrast by WCAG 2, computed from the style sheets themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::{SHARED, Theme};

const THEMES: [Theme; 3] = [Theme::Plain, Theme::Serif, Theme::Contrast];
const LIGHT: &str = ".card";
const NIGHT: &str = ".card.nightMode, .card.night_mode, .nightMode .card, .night_mode .card";

/// A text and what it never stands on, with the reason; a `*` is every text.
const NEVER: [(&str, &str, &str); 2] = [
    ("*", "shade", "the shadow at the edge of code that goes on beyond it, narrower than a letter"),
    ("hl-c", "mark-paper", "code has a paper of its own, also within a mark"),
];

/// The selector and the declarations of a rule.
type Rule = (String, Vec<(String, String)>);

#[test]
fn every_text_can_be_read() {
    let mut faint = Vec::new();
    for theme in THEMES {
        let least = if theme == Theme::Contrast { 7.0 } else { 4.5 };
        for (mode, values) in modes(theme) {
            for (text, paper) in pairs().into_iter().filter(|(text, paper)| !never(text, paper)) {
                let ratio = contrast(&values[&text], &values[&paper]);
                if ratio < least {
                    faint.push(format!("{theme:?} {mode}: {text} on {paper} is {ratio:.2}:1, not {least}:1"));
                }
            }
        }
    }
    assert!(faint.is_empty(), "{}", faint.join("\n"));
}

#[test]
fn the_lines_of_the_theme_with_contrast_can_be_seen() {
    let lines = properties(|name| name.starts_with("border"));
    assert!(lines.contains("line") && lines.contains("accent"), "{lines:?}");
    for (mode, values) in modes(Theme::Contrast) {
        for (line, paper) in lines.iter().flat_map(|line| papers().into_iter().map(move |paper| (line, paper))) {
            if let Some(color) = values.get(line).filter(|value| value.starts_with('#') && paper != "shade") {
                let ratio = contrast(color, &values[&paper]);
                assert!(ratio >= 3.0, "{mode}: {line} on {paper} is {ratio:.2}:1");
            }
        }
    }
}

#[test]
fn no_exception_is_stale() {
    for (text, paper, reason) in NEVER {
        let mut exempt = pairs().into_iter().filter(|(own, on)| (text == "*" || text == own) && paper == on);
        let is_faint = |(text, paper): (String, String)| {
            THEMES.into_iter().flat_map(modes).any(|(_, values)| contrast(&values[&text], &values[&paper]) < 4.5)
        };
        assert!(exempt.any(is_faint), "{text} on {paper} needs no exception ({reason})");
    }
}

#[test]
fn a_theme_has_the_same_properties_by_day_and_by_night() {
    for theme in THEMES {
        let rules = rules(theme.properties());
        let selectors: Vec<&str> = rules.iter().map(|(selector, _)| selector.as_str()).collect();
        assert_eq!(selectors, [LIGHT, LIGHT, NIGHT], "{theme:?}: what both modes share, light, night");
        let names = |at: usize| rules[at].1.iter().map(|(name, _)| name).collect::<BTreeSet<_>>();
        assert_eq!(names(1), names(2), "{theme:?}");
        assert!(names(0).is_disjoint(&names(1)), "{theme:?} sets a property twice");
        for (name, value) in rules[1].1.iter().chain(&rules[2].1) {
            assert!(channels(value).is_some(), "{theme:?}: {name} is {value}, not a colour like #1c2230");
        }
    }
}

#[test]
fn the_shared_style_uses_what_every_theme_defines() {
    let shared = rules(SHARED);
    let declarations = || shared.iter().flat_map(|(_, declarations)| declarations);
    let used: BTreeSet<String> = declarations().flat_map(|(_, value)| variables(value)).collect();
    let own = |name: &String| declarations().any(|(local, _)| local.strip_prefix("--") == Some(name));
    let used: BTreeSet<String> = used.into_iter().filter(|name| !own(name)).collect();
    for theme in THEMES {
        for (mode, values) in modes(theme) {
            assert_eq!(used, values.into_keys().collect(), "{theme:?} {mode}");
        }
    }
}

#[test]
fn the_shared_style_has_no_colour_and_no_font_of_its_own() {
    for (selector, declarations) in rules(SHARED) {
        for (name, value) in declarations {
            let is_literal = value.contains('#') || ["rgb", "hsl", "color-mix"].iter().any(|of| value.contains(of));
            let is_theirs = match name.as_str() {
                "color" | "font-family" => value == "inherit" || (value.starts_with("var(") && value.ends_with(')')),
                _ => true,
            };
            assert!(is_theirs && !is_literal, "{selector} has {name}: {value}");
        }
    }
}

#[test]
fn the_guide_names_every_property() {
    let guide = include_str!("../../../docs/guide/anki.md");
    let (_, properties) = modes(Theme::Plain)[0].clone();
    let untold: Vec<String> = properties.into_keys().filter(|name| !guide.contains(&format!("`--{name}`"))).collect();
    assert!(untold.is_empty(), "{untold:?}");
}

#[test]
fn contrast_is_that_of_wcag() {
    for (one, other, ratio) in [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#1f4e9c", "#1f4e9c", 1.0)]
    {
        let computed = contrast(one, other);
        assert!((computed - ratio).abs() < 0.005, "{one} on {other}: {computed}");
        assert!((computed - contrast(other, one)).abs() < f64::EPSILON);
    }
}

/// A theme's properties without their dashes, for each mode.
fn modes(theme: Theme) -> [(&'static str, BTreeMap<String, String>); 2] {
    let rules = rules(theme.properties());
    let of = |wanted: &[&str]| {
        let chosen = rules.iter().filter(|(selector, _)| wanted.contains(&selector.as_str()));
        let properties = chosen.flat_map(|(_, declarations)| declarations);
        properties.filter_map(|(name, value)| Some((name.strip_prefix("--")?.to_owned(), value.clone()))).collect()
    };
    [("light", of(&[LIGHT])), ("night", of(&[LIGHT, NIGHT]))]
}

/// Every text of the shared style with everything that something stands on there.
fn pairs() -> Vec<(String, String)> {
    let texts = properties(|name| name == "color");
    assert!(texts.contains("hl-k") && texts.contains("soft"), "{texts:?}");
    texts.iter().flat_map(|text| papers().into_iter().map(|paper| (text.clone(), paper))).collect()
}

/// What text stands on, each layer of a gradient included; a transparent one shows what is below it.
fn papers() -> BTreeSet<String> {
    let papers = properties(|name| name.starts_with("background"));
    assert!(papers.contains("paper") && papers.contains("mark-paper"), "{papers:?}");
    papers
}

fn never(text: &str, paper: &str) -> bool {
    NEVER.iter().any(|(own, on, _)| (*own == "*" || *own == text) && *on == paper)
}

/// The theme's properties in such declarations of the shared style, also by way of a property of its own.
fn properties(wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let shared = rules(SHARED);
    let declarations = || shared.iter().flat_map(|(_, declarations)| declarations);
    let found = declarations().filter(|(name, _)| wanted(name)).flat_map(|(_, value)| variables(value));
    let resolved = |name: String| {
        let local: Vec<String> = declarations()
            .filter(|(own, _)| own.strip_prefix("--") == Some(&name))
            .flat_map(|(_, value)| variables(value))
            .collect();
        if local.is_empty() { vec![name] } else { local }
    };
    found.flat_map(resolved).collect()
}

/// The rules of a style sheet without nested ones.
fn rules(css: &str) -> Vec<Rule> {
    let mut plain = String::new();
    for (at, part) in css.split("/*").enumerate() {
        plain += if at == 0 { part } else { part.split_once("*/").expect("comments end").1 };
    }
    let rule = |rule: &str| {
        let (selector, body) = rule.split_once('{').expect("a rule has a body");
        let declarations = body.split(';').map(str::trim).filter(|declaration| !declaration.is_empty());
        let declaration = |text: &str| {
            let (name, value) = text.split_once(':').expect("a declaration has a value");
            (name.trim().to_owned(), value.trim().to_owned())
        };
        (selector.trim().to_owned(), declarations.map(declaration).collect())
    };
    plain.split('}').filter(|text| !text.trim().is_empty()).map(rule).collect()
}

/// The names in `var(--…)`.
fn variables(value: &str) -> Vec<String> {
    value.split("var(--").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())).collect()
}

/// The contrast of two colours by WCAG 2.2.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |color: &str| {
        let linear = channels(color).expect("a colour has six digits").map(|channel| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Red, green and blue of `#1c2230`.
fn channels(color: &str) -> Option<[u8; 3]> {
    let digits = color.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let channel = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([channel(0)?, channel(2)?, channel(4)?])
}
