//! The `quorate` command.
#![forbid(unsafe_code)]

/// Half the time of a million products went into pages that the system's allocator gave back and asked for again.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    quorate::cli::main()
}
