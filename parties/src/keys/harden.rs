//! What a process does before it has secrets.

use std::io;

/// Turns core dumps off for this process and those that it starts: a dump would hold shares in the clear. The soft and
/// the hard limit go to zero, so nothing later turns them on again.
///
/// # Errors
/// The operating system's.
#[cfg(unix)]
pub fn harden_process() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    Ok(())
}

/// Elsewhere there are no core dumps of this kind.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn harden_process() -> io::Result<()> {
    Ok(())
}
