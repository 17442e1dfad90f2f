//! Runs other programs with a time limit, so that a program that hangs fails its test instead
//! of stopping the whole run.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Nothing takes longer than this, not even an installation on a slow machine.
pub const LIMIT: Duration = Duration::from_mins(20);

/// Runs `command` to its end without input, as [`Command::output`] does.
///
/// # Errors
///
/// If it does not start.
pub fn output(command: &mut Command) -> io::Result<Output> {
    output_within(LIMIT, command)
}

/// The same with a different limit.
///
/// # Errors
///
/// If it does not start.
pub fn output_within(limit: Duration, command: &mut Command) -> io::Result<Output> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    Ok(rest_within(limit, child))
}

/// What a running child still prints until it ends.
pub fn rest(child: Child) -> Output {
    rest_within(LIMIT, child)
}

fn rest_within(limit: Duration, mut child: Child) -> Output {
    let end = Instant::now() + limit;
    drop(child.stdin.take());
    let (stdout, stderr) = (read(child.stdout.take()), read(child.stderr.take()));
    let status = ended_within(limit, &mut child);
    // A process that outlives its parent may keep the pipe open.
    let text = |pipe: Receiver<Vec<u8>>| {
        let left = end.saturating_duration_since(Instant::now()).max(Duration::from_secs(1));
        pipe.recv_timeout(left).expect("its output ends with it")
    };
    Output { status, stdout: text(stdout), stderr: text(stderr) }
}

fn read(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
        sender.send(bytes)
    });
    receiver
}

/// The exit status of a child.
pub fn ended(child: &mut Child) -> ExitStatus {
    ended_within(LIMIT, child)
}

/// The exit status of a child that must end within `limit`; otherwise it is killed.
pub fn ended_within(limit: Duration, child: &mut Child) -> ExitStatus {
    let end = Instant::now() + limit;
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait().expect("a child can be asked") {
            return status;
        }
        if Instant::now() > end {
            let _ = child.kill();
            panic!("process {} did not end within {limit:?}", child.id());
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}
