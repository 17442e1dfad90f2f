//! What programs cost: CPU time, wall time and peak memory, from Linux's `/proc`.

use std::fs::File;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::proc;

/// What one run of a program costs.
#[derive(Clone, Copy)]
pub(crate) struct Figures {
    /// Seconds of CPU time, including system time.
    pub(crate) cpu: f64,
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Peak memory in MiB.
    pub(crate) peak: f64,
}

impl Figures {
    /// These figures as ratios to those of `other`.
    pub(crate) fn ratio(&self, other: &Self) -> Self {
        Self {
            cpu: self.cpu / other.cpu,
            wall: self.wall / other.wall,
            peak: self.peak / other.peak,
        }
    }
}

/// The average cost of one run of a command that must succeed. We repeat it for at least half a
/// second, since the kernel counts CPU time in hundredths of a second.
pub(crate) fn average(command: impl Fn() -> Command) -> Figures {
    let [_, before] = proc::ticks();
    let (mut wall, mut peak, mut runs) = (0.0, 0.0, 0.0);
    while wall < 0.5 {
        let (seconds, mib) = run(command());
        wall += seconds;
        peak += mib;
        runs += 1.0;
    }
    let [_, after] = proc::ticks();
    Figures {
        cpu: (after - before) as f64 / 100.0 / runs,
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

/// Runs a command, and returns its seconds and its peak memory in MiB.
fn run(mut command: Command) -> (f64, f64) {
    let errors = tempfile::tempfile().expect("a temporary file");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors.try_clone().expect("a second handle"));
    let start = Instant::now();
    let mut child = command.spawn().expect("the program starts");
    let mut peak = 0;
    let status = loop {
        // The kernel forgets the peak when the program ends, so keep asking.
        peak = proc::peak(&child.id().to_string()).unwrap_or(0).max(peak);
        if let Some(status) = child.try_wait().expect("the program is known") {
            break status;
        }
        sleep(Duration::from_millis(1));
    };
    let wall = start.elapsed().as_secs_f64();
    assert!(status.success(), "{command:?} fails:\n{}", read(errors));
    (wall, peak as f64 / 1024.0)
}

fn read(mut file: File) -> String {
    use std::io::{Read as _, Seek as _};
    let mut text = String::new();
    file.rewind().expect("a file");
    file.read_to_string(&mut text).expect("text");
    text
}
