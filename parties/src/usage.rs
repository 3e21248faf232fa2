//! What this process has used of the machine, where the system says so.

use std::fs;
use std::time::Duration;

/// The unit of the times in `/proc/PID/stat`: Linux shows a hundredth of a second to every program, whatever its own
/// clock.
const TICKS_PER_SECOND: f64 = 100.0;

/// Processor time of all threads of this process, in seconds.
pub fn process_cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is a name in parentheses that may itself hold spaces; user and system time are fields 14 and 15.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((user + system) / TICKS_PER_SECOND)
}

/// Processor time of all threads of this process, to the nanosecond; nothing where there is no such clock.
#[cfg(unix)]
pub fn process_cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
}

/// Processor time of all threads of this process, to the nanosecond; nothing where there is no such clock.
#[cfg(not(unix))]
pub fn process_cpu_time() -> Duration {
    Duration::ZERO
}

/// Processor time of the calling thread, in seconds.
pub fn thread_cpu_seconds() -> Option<f64> {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = statistics.split_ascii_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// The most memory that this process has held at once, in bytes.
pub fn peak_memory_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn linux_answers() {
        assert!(process_cpu_seconds().is_some_and(|seconds| seconds >= 0.0));
        assert!(process_cpu_time() > Duration::ZERO);
        assert!(thread_cpu_seconds().is_some_and(|seconds| seconds >= 0.0));
        assert!(peak_memory_bytes().is_some_and(|bytes| bytes > 100_000));
    }
}
