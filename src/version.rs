//! Versions of a deck, as releases are named: numbers separated by dots, with an optional suffix:
//! `1.4.0`, `2026.11`, `2.0.0-beta.1`. They compare as people read them: by number, and a version
//! with a suffix comes before the one without.

use std::cmp::Ordering;
use std::fmt;

/// The version of a release.
#[derive(Debug, Clone)]
pub struct Version {
    text: String,
    numbers: Vec<u64>,
    /// What follows the first hyphen.
    suffix: Option<String>,
}

/// Which number of a version a release raises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The first.
    Major,
    /// The second.
    Minor,
    /// The third.
    Patch,
}

/// More numbers than this aren't a version but an address, or a date with a time.
const MOST_NUMBERS: usize = 4;

impl Version {
    /// Reads a version; `None` if `text` isn't one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (numbers, suffix) = match text.split_once('-') {
            Some((numbers, suffix)) => (numbers, Some(suffix)),
            None => (text, None),
        };
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let number = |part: &str| digits(part).then(|| part.parse().ok()).flatten();
        let numbers: Vec<u64> = numbers.split('.').map(number).collect::<Option<_>>()?;
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
        let sound = suffix.is_none_or(|suffix| !suffix.is_empty() && plain(suffix));
        (numbers.len() <= MOST_NUMBERS && sound).then(|| Self {
            text: text.to_owned(),
            numbers,
            suffix: suffix.map(str::to_owned),
        })
    }

    /// The version one step later. A version with a suffix leads up to the one without: after
    /// `2.0.0-beta`, every step that keeps its numbers gives `2.0.0`.
    #[must_use]
    pub fn next(&self, step: Step) -> Self {
        let at = match step {
            Step::Major => 0,
            Step::Minor => 1,
            Step::Patch => 2,
        };
        let mut numbers = self.numbers.clone();
        numbers.resize(numbers.len().max(at + 1), 0);
        let announced = self.suffix.is_some() && numbers[at + 1..].iter().all(|number| *number == 0);
        if !announced {
            numbers[at] = numbers[at].saturating_add(1);
            numbers[at + 1..].fill(0);
        }
        let text = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
        Self { text, numbers, suffix: None }
    }

    /// The version as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number at a place; missing numbers are 0.
    fn number(&self, at: usize) -> u64 {
        self.numbers.get(at).copied().unwrap_or(0)
    }
}

/// Which of two texts is the earlier version; `None` if one of them isn't a version.
#[must_use]
pub fn compare(one: &str, other: &str) -> Option<Ordering> {
    Some(Version::parse(one.trim())?.cmp(&Version::parse(other.trim())?))
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let numbers = (0..MOST_NUMBERS).map(|at| self.number(at).cmp(&other.number(at)));
        numbers.fold(Ordering::Equal, Ordering::then).then_with(|| match (&self.suffix, &other.suffix) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(other)) => suffixes(one, other),
        })
    }
}

/// Part by part, with numbers compared by value.
fn suffixes(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.split('.'), other.split('.'));
    loop {
        let (one, other) = match (one.next(), other.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(one), Some(other)) => (one, other),
        };
        let order = match (one.parse::<u64>(), other.parse::<u64>()) {
            (Ok(one), Ok(other)) => one.cmp(&other),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => one.cmp(other),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_people_read_them() {
        let rising =
            ["0.9", "1.0.0-alpha", "1.0.0-beta.2", "1.0.0-beta.10", "1.0.0", "1.0.1", "1.2", "1.10", "2026.11"];
        for pair in rising.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
        }
        assert_eq!(compare("1.2", "1.2.0"), Some(Ordering::Equal));
        for text in ["", "1.", ".1", "v1.0", "1.0 ", "1.0-", "1.0-ü", "1.2.3.4.5", "99999999999999999999", "+1"] {
            assert!(Version::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_step_raises_one_number() {
        let next = |text: &str, step| Version::parse(text).unwrap().next(step).text;
        assert_eq!(next("1.2.3", Step::Major), "2.0.0");
        assert_eq!(next("1.2.3", Step::Minor), "1.3.0");
        assert_eq!(next("1.2.3", Step::Patch), "1.2.4");
        assert_eq!(next("1.2", Step::Patch), "1.2.1");
        assert_eq!(next("2.0.0-beta", Step::Major), "2.0.0");
        assert_eq!(next("2.0.0-beta", Step::Patch), "2.0.0");
        assert_eq!(next("2.0.1-beta", Step::Minor), "2.1.0");
    }
}
