//! CPU time as what criterion measures.

use std::time::Duration;

use cpu_time::ThreadTime;
use criterion::Criterion;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};

/// CPU time of the thread that measures, on which all parties run: it is the same on a quiet machine and on a busy one,
/// but for caches and clock rates.
pub struct CpuTime;

impl Measurement for CpuTime {
    type Intermediate = ThreadTime;
    type Value = Duration;

    fn start(&self) -> ThreadTime {
        ThreadTime::now()
    }

    fn end(&self, start: ThreadTime) -> Duration {
        start.elapsed()
    }

    fn add(&self, a: &Duration, b: &Duration) -> Duration {
        *a + *b
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_nanos() as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        // Both are nanoseconds.
        WallTime.formatter()
    }
}

/// The benches' criterion: CPU time, ten samples.
pub fn criterion() -> Criterion<CpuTime> {
    Criterion::default().with_measurement(CpuTime).sample_size(10)
}
