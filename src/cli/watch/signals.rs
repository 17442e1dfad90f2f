//! `watch` runs until someone stops it, so the signals for that must reach it, however it was
//! started: a script ignores SIGINT in its background processes, and a process inherits ignored
//! signals.

use anyhow::Result;

/// Lets SIGINT and SIGTERM end this process like any other.
#[cfg(unix)]
pub(super) fn end_on_them() -> Result<()> {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use anyhow::Context as _;
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;

    for signal in [SIGINT, SIGTERM] {
        let always = Arc::new(AtomicBool::new(true));
        flag::register_conditional_default(signal, always).context("cannot listen for signals")?;
    }
    Ok(())
}

/// Other systems don't inherit ignored signals, so there is nothing to do.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
pub(super) fn end_on_them() -> Result<()> {
    Ok(())
}
