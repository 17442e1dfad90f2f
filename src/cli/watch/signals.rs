//! `watch` runs until someone ends it, so the signals for that must reach it, whoever
//! started it: a script ignores SIGINT for what it runs in the background, and a
//! program inherits what is ignored.

use anyhow::Result;

/// Lets SIGINT and SIGTERM end this process as they end any other.
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

/// Elsewhere nothing is inherited, and they do.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
pub(super) fn end_on_them() -> Result<()> {
    Ok(())
}
