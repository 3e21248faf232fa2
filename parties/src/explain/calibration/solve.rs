//! From the times of whole workloads to the time of a unit.

/// `x` and `y` with `a x + b y = t` for two workloads `(a, b, t)`. Times are measured, so a result below zero is possible:
/// it is taken as zero, and the first workload then is all the other's.
pub(super) fn two(first: (f64, f64, f64), second: (f64, f64, f64)) -> (f64, f64) {
    let ((a, b, s), (c, d, t)) = (first, second);
    let determinant = a * d - b * c;
    let (x, y) = ((s * d - b * t) / determinant, (a * t - s * c) / determinant);
    match (x < 0.0, y < 0.0) {
        (true, _) => (0.0, s / b),
        (_, true) => (s / a, 0.0),
        _ => (x, y),
    }
}

/// What is left of a time for each of `units`, when a known part is taken away.
pub(super) fn rest(time: f64, known: f64, units: f64) -> f64 {
    (time - known).max(0.0) / units
}

/// The middle one.
pub(super) fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_workloads_give_two_units() {
        let close = |(x, y): (f64, f64), a: f64, b: f64| (x - a).abs() < 1e-12 && (y - b).abs() < 1e-12;
        assert!(close(two((64.0, 1.0, 64.0 * 3.0 + 5.0), (64.0, 256.0, 64.0 * 3.0 + 256.0 * 5.0)), 3.0, 5.0));
        // Noise has made the second workload cheaper than the first.
        assert!(close(two((10.0, 1.0, 100.0), (10.0, 2.0, 99.0)), 10.0, 0.0));
        assert!((rest(5.0, 6.0, 2.0)).abs() < 1e-12);
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-12);
    }
}
