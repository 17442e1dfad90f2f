//! What programs cost: CPU and wall time and peak memory, as Linux tells them in `/proc`.

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What one run of a program costs.
#[derive(Clone, Copy)]
pub(crate) struct Figures {
    /// Seconds of CPU time, the system's included.
    pub(crate) cpu: f64,
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// MiB of memory at most.
    pub(crate) peak: f64,
}

impl Figures {
    /// How much of `other` they are.
    pub(crate) fn ratio(&self, other: &Self) -> Self {
        Self {
            cpu: self.cpu / other.cpu,
            wall: self.wall / other.wall,
            peak: self.peak / other.peak,
        }
    }
}

/// Runs a command to its end, which must be good, for half a second at least, since the kernel
/// counts CPU time in hundredths of a second: what one run costs on average.
pub(crate) fn average(command: impl Fn() -> Command) -> Figures {
    let before = cpu_of_children();
    let (mut wall, mut peak, mut runs) = (0.0, 0.0, 0.0);
    while wall < 0.5 {
        let (seconds, mib) = run(command());
        wall += seconds;
        peak += mib;
        runs += 1.0;
    }
    Figures {
        cpu: (cpu_of_children() - before) / runs,
        wall: wall / runs,
        peak: peak / runs,
    }
}

/// The median of each figure.
pub(crate) fn median(runs: &[Figures]) -> Figures {
    let middle = |figure: fn(&Figures) -> f64| {
        let mut figures: Vec<f64> = runs.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    Figures {
        cpu: middle(|run| run.cpu),
        wall: middle(|run| run.wall),
        peak: middle(|run| run.peak),
    }
}

/// Runs a command: seconds, and the peak of its memory in MiB.
fn run(mut command: Command) -> (f64, f64) {
    let errors = tempfile::tempfile().expect("a temporary file");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors.try_clone().expect("a second handle"));
    let start = Instant::now();
    let mut child = command.spawn().expect("the program starts");
    let mut peak = 0.0_f64;
    let status = loop {
        // The kernel forgets the peak when the program ends, so ask all the while.
        peak = peak_of(child.id()).unwrap_or(0.0).max(peak);
        if let Some(status) = child.try_wait().expect("the program is known") {
            break status;
        }
        sleep(Duration::from_millis(1));
    };
    let wall = start.elapsed().as_secs_f64();
    assert!(status.success(), "{command:?} fails:\n{}", read(errors));
    (wall, peak)
}

fn read(mut file: fs::File) -> String {
    use std::io::{Read as _, Seek as _};
    let mut text = String::new();
    file.rewind().expect("a file");
    file.read_to_string(&mut text).expect("text");
    text
}

fn peak_of(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(peak.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}

/// Seconds of CPU time of all programs that this one has run and waited for.
fn cpu_of_children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("a name").split_whitespace().collect();
    fields[13..15].iter().map(|ticks| ticks.parse::<f64>().expect("a number") / 100.0).sum()
}
