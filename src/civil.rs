//! Days of the Gregorian calendar, counted from 1970 (Hinnant, "chrono-Compatible
//! Low-Level Date Algorithms").

/// The date of a moment, in seconds since 1970, as `YYYY-MM-DD` in UTC.
#[must_use]
pub fn date(seconds: i64) -> String {
    // The year begins in March, so that a leap day is its last.
    let days = seconds.div_euclid(86_400) + 719_468;
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

#[cfg(test)]
mod tests {
    #[test]
    fn moments_have_dates() {
        let days = [("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2000-03-01", 11_017)];
        for (want, day) in days.into_iter().chain([("2026-11-24", 20_781), ("2100-03-01", 47_541)]) {
            assert_eq!(super::date(day * 86_400 + 86_399), want);
        }
    }
}
