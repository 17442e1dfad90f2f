//! What Linux reports about processes in `/proc`.

use std::fs;

/// Hundredths of a second of CPU time, including system time: of this process, and of the child
/// processes that it has waited for.
pub(crate) fn ticks() -> [u64; 2] {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("a name").split_whitespace().collect();
    [11, 13].map(|at| fields[at..at + 2].iter().map(|ticks| ticks.parse::<u64>().expect("a number")).sum())
}

/// Peak memory in KiB of a process, given by its number or `self`; `None` if it has ended.
pub(crate) fn peak(process: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().trim_end_matches(" kB").parse().ok()
}
