//! A progress line for work that takes longer than a second. It is shown only on a terminal: in
//! a log it would be noise.

use std::io::{self, IsTerminal};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::show::is_dumb;
use super::styled;

/// Before this, nobody wonders what is taking so long.
const PATIENCE: Duration = Duration::from_secs(1);

/// Does `work`. Meanwhile a line shows what it is and how long it has been running; the line
/// disappears when the work is done.
pub(super) fn during<T>(what: &str, work: impl FnOnce() -> T) -> T {
    if !is_wanted() {
        return work();
    }
    let (done, end) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let begun = Instant::now();
            let mut shown = false;
            // Repeats every second until the other end is dropped, however `work` ends.
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

/// Whether stderr is a terminal on which a line can be erased.
pub(super) fn is_wanted() -> bool {
    let named = std::env::var_os("TERM").is_some_and(|terminal| !terminal.is_empty());
    io::stderr().is_terminal() && named && !is_dumb()
}
