//! A sign of life from work that takes longer than a second. Only on a terminal:
//! in a log it would be noise.

use std::io::{self, IsTerminal};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::show::is_dumb;
use super::styled;

/// Nobody wonders before.
const PATIENCE: Duration = Duration::from_secs(1);

/// Does `work`; what it is, and for how long already, stands in a line that goes
/// again.
pub(super) fn during<T>(what: &str, work: impl FnOnce() -> T) -> T {
    if !is_wanted() {
        return work();
    }
    let (done, end) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let begun = Instant::now();
            let mut shown = false;
            // Every second, until the other end is dropped, however `work` ends.
            while end.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                styled(&format!("\r{what} … {} s", begun.elapsed().as_secs()));
                shown = true;
            }
            if shown {
                styled("\r\x1b[K");
            }
        });
        let _done = done;
        work()
    })
}

/// Whether a line can be taken back there.
pub(super) fn is_wanted() -> bool {
    let named = std::env::var_os("TERM").is_some_and(|terminal| !terminal.is_empty());
    io::stderr().is_terminal() && named && !is_dumb()
}
