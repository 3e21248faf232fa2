//! Prices of units of work, from what whole runs have taken.

/// Sweeps over all prices, after which they change no more than rounding does.
const SWEEPS: usize = 20_000;

/// Times that runs are weighed anew by what the prices found so far say of them.
const WEIGHINGS: usize = 4;
/// Seconds below which a run's error counts less and less.
const SHORT: f64 = 5e-3;

/// What a party did and what it took, part by part.
#[derive(Clone, Debug)]
pub(super) struct Party {
    pub(super) parts: Vec<Part>,
}

/// So many units, by kind, in so many seconds.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) units: Vec<f64>,
    pub(super) seconds: f64,
}

impl Party {
    fn seconds(&self) -> f64 {
        self.parts.iter().map(|part| part.seconds).sum()
    }

    fn priced(&self, prices: &[Option<f64>]) -> f64 {
        let part =
            |part: &Part| part.units.iter().zip(prices).map(|(units, price)| units * price.unwrap_or(0.0)).sum::<f64>();
        self.parts.iter().map(part).sum()
    }
}

/// Prices with which the relative errors of runs are small, and ratios above one are as many as below. To weigh by what was
/// measured alone would make whatever was fast by chance count most; with these weights one price alone is the geometric
/// mean of what two runs say of it. Kinds that do not occur have no price.
pub(super) fn prices(kinds: usize, runs: &[Party]) -> Vec<Option<f64>> {
    let mut prices = Vec::new();
    for weighing in 0..WEIGHINGS {
        let weight = |run: &Party| {
            let measured = run.seconds();
            let predicted = if weighing == 0 { measured } else { run.priced(&prices) };
            1.0 / ((measured * predicted.powi(3)).powf(0.25) + SHORT)
        };
        let weighted: Vec<(f64, &Part)> =
            runs.iter().flat_map(|run| run.parts.iter().map(move |part| (weight(run), part))).collect();
        prices = least_squares(kinds, &weighted);
    }
    prices
}

/// The prices, none below zero, with which the sum of the squares of weighted errors is least: coordinate descent on the
/// normal equations (Franc, Hlaváč and Navara 2005, "Sequential coordinate-wise algorithm for the non-negative least
/// squares problem", algorithm 1).
fn least_squares(kinds: usize, parts: &[(f64, &Part)]) -> Vec<Option<f64>> {
    // Columns of one length: units differ by many orders of magnitude.
    let length =
        |kind: usize| parts.iter().map(|(weight, part)| (weight * part.units[kind]).powi(2)).sum::<f64>().sqrt();
    let met: Vec<(usize, f64)> = (0..kinds).map(|kind| (kind, length(kind))).filter(|(_, l)| *l > 0.0).collect();
    let entry = |(weight, part): &(f64, &Part), (kind, length): (usize, f64)| weight * part.units[kind] / length;
    let normal: Vec<Vec<f64>> = met
        .iter()
        .map(|a| met.iter().map(|b| parts.iter().map(|part| entry(part, *a) * entry(part, *b)).sum()).collect())
        .collect();
    let mut price = vec![0.0; met.len()];
    let target = |(weight, part): &(f64, &Part)| weight * part.seconds;
    let mut gradient: Vec<f64> =
        met.iter().map(|a| -parts.iter().map(|part| entry(part, *a) * target(part)).sum::<f64>()).collect();
    for _ in 0..SWEEPS {
        for at in 0..met.len() {
            let better = (price[at] - gradient[at] / normal[at][at]).max(0.0);
            let step = better - price[at];
            if step != 0.0 {
                price[at] = better;
                gradient.iter_mut().zip(&normal[at]).for_each(|(gradient, normal)| *gradient += step * normal);
            }
        }
    }
    let mut prices = vec![None; kinds];
    met.iter().zip(price).for_each(|((kind, length), price)| prices[*kind] = Some(price / length));
    prices
}

/// The middle one.
pub(super) fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(units: &[f64], seconds: f64) -> Party {
        Party { parts: vec![Part { units: units.to_vec(), seconds }] }
    }

    #[test]
    fn prices_are_found_again() {
        let true_prices = [3e-9, 5e-6, 0.0, 2e-3];
        let of =
            |units: [f64; 4]| party(&units, units.iter().zip(true_prices).map(|(units, price)| units * price).sum());
        let runs = [[1e6, 3.0, 0.0, 1.0], [2e3, 900.0, 0.0, 2.0], [5e7, 0.0, 0.0, 1.0], [0.0, 10.0, 0.0, 7.0]].map(of);
        let found = prices(4, &runs);
        assert_eq!(found[2], None);
        for (found, price) in [0, 1, 3].map(|kind| (found[kind].expect("it occurs"), true_prices[kind])) {
            assert!((found - price).abs() < 1e-6 * price, "{found} {price}");
        }
    }

    #[test]
    fn no_price_is_below_zero() {
        // Noise has made the second row cheaper than the first, which is a part of it.
        let found = prices(2, &[party(&[10.0, 0.0], 100.0), party(&[10.0, 1.0], 99.0)]);
        assert!(found[0].is_some_and(|price| (price - 9.95).abs() < 0.01), "{found:?}");
        assert_eq!(found[1], Some(0.0));
    }

    #[test]
    fn errors_are_as_many_above_as_below() {
        // One unit, which took twice as long once: the mean of both in the sense of ratios is between.
        let found = prices(1, &[party(&[1.0], 1.0), party(&[1.0], 2.0)])[0].expect("it occurs");
        assert!((1.35..1.48).contains(&found), "{found}");
    }

    #[test]
    fn the_middle_is_in_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-12);
    }
}
