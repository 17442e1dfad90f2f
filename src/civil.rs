//! Days of the Gregorian calendar, counted from 1970 (Hinnant, "chrono-Compatible
//! Low-Level Date Algorithms").

/// Days from 1 March of the year 0 to 1970. Years begin in March
/// here, so that a leap day comes last.
const FROM_MARCH: i64 = 719_468;

/// The date, as `YYYY-MM-DD` in UTC, at a time given in seconds since 1970.
#[must_use]
pub fn date(seconds: i64) -> String {
    let days = seconds.div_euclid(86_400) + FROM_MARCH;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// A date as days since 1970; `None` if `date` isn't three numbers.
#[must_use]
pub fn day(date: &str) -> Option<i64> {
    let mut parts = date.split('-').map(str::parse::<i64>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let year = if month > 2 { year } else { year - 1 };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - FROM_MARCH)
}

/// Whether `date`, written `YYYY-MM-DD`, exists in the calendar.
#[must_use]
pub fn is_day(date: &str) -> bool {
    day(date).is_some_and(|day| self::date(day * 86_400) == date)
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_are_those_of_the_gregorian_calendar() {
        let days = ["1970-01-01", "1969-12-31", "2000-02-29", "2026-11-24"];
        assert!(days.into_iter().all(super::is_day));
        let others = ["1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01"];
        assert!(!others.into_iter().any(super::is_day));
    }

    #[test]
    fn days_are_counted_from_1970() {
        let days = [("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2000-03-01", 11_017)];
        for (date, want) in days.into_iter().chain([("2026-11-24", 20_781)]) {
            assert_eq!(super::day(date), Some(want), "{date}");
        }
    }

    #[test]
    fn moments_have_dates() {
        let days = [("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2000-03-01", 11_017)];
        for (want, day) in days.into_iter().chain([("2026-11-24", 20_781), ("2100-03-01", 47_541)]) {
            assert_eq!(super::date(day * 86_400 + 86_399), want);
        }
    }
}
