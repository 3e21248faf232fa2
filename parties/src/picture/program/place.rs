//! How far down each vertex stands: near its neighbours, in the order of its column, without overlap.

use super::layers::{Layers, mean};

/// Room between two boxes, and between two edges that pass through.
const GAP: f64 = 22.0;
const BEND_GAP: f64 = 13.0;
/// How often all columns are placed anew, forwards and backwards.
const SWEEPS: usize = 12;

/// By vertex: its middle. The topmost edge is at 0, and the second number is the lowest.
pub(super) fn place(layers: &Layers, heights: &[f64]) -> (Vec<f64>, f64) {
    let mut middles = vec![0.0; layers.vertices.len()];
    for column in &layers.columns {
        let wanted = vec![0.0; column.len()];
        stand(column, heights, &wanted, &mut middles);
    }
    let neighbours = [layers.neighbours(true), layers.neighbours(false)];
    for sweep in 0..2 * SWEEPS + 1 {
        // At the end everything is between both sides.
        let sides = match sweep {
            _ if sweep == 2 * SWEEPS => &neighbours[..],
            _ => &neighbours[sweep % 2..=sweep % 2],
        };
        let count = layers.columns.len();
        for step in 0..count {
            let column = &layers.columns[if sweep % 2 == 0 { step } else { count - 1 - step }];
            let near = |vertex: usize| sides.iter().flat_map(move |side| side[vertex].iter());
            let wanted: Vec<f64> = column
                .iter()
                .map(|&vertex| mean(near(vertex).map(|n| middles[*n])).unwrap_or(middles[vertex]))
                .collect();
            stand(column, heights, &wanted, &mut middles);
        }
    }
    let top = extreme(&middles, heights, |middle, half| middle - half, f64::min);
    middles.iter_mut().for_each(|middle| *middle -= top);
    let bottom = extreme(&middles, heights, |middle, half| middle + half, f64::max);
    (middles, bottom)
}

fn extreme(middles: &[f64], heights: &[f64], edge: fn(f64, f64) -> f64, choose: fn(f64, f64) -> f64) -> f64 {
    let edges = middles.iter().zip(heights).map(|(middle, height)| edge(*middle, height / 2.0));
    edges.reduce(choose).unwrap_or(0.0)
}

/// Places a column as near as possible, in the sense of least squares, to where its vertices want to be.
///
/// With the least distances subtracted this is isotonic regression, which pooling adjacent violators solves (R. E. Barlow
/// and others, "Statistical inference under order restrictions", 1972).
fn stand(column: &[usize], heights: &[f64], wanted: &[f64], middles: &mut [f64]) {
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(column.len());
    for (place, &vertex) in column.iter().enumerate() {
        if place > 0 {
            // A bend has no height.
            let both = heights[column[place - 1]] + heights[vertex];
            offset += both / 2.0 + if both > 0.0 { GAP } else { BEND_GAP };
        }
        offsets.push(offset);
    }
    // Pools of neighbours: sum and number of what they want.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (wanted, offset) in wanted.iter().zip(&offsets) {
        let mut pool = (wanted - offset, 1);
        while let Some(&(sum, count)) = pools.last()
            && sum / count as f64 >= pool.0 / pool.1 as f64
        {
            pools.pop();
            pool = (pool.0 + sum, pool.1 + count);
        }
        pools.push(pool);
    }
    let means = pools.iter().flat_map(|&(sum, count)| std::iter::repeat_n(sum / count as f64, count));
    for ((&vertex, offset), mean) in column.iter().zip(&offsets).zip(means) {
        middles[vertex] = mean + offset;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_room_stands_where_it_wants() {
        let mut middles = [0.0; 3];
        stand(&[2, 0, 1], &[10.0, 20.0, 10.0], &[0.0, 100.0, 300.0], &mut middles);
        assert_eq!(middles, [100.0, 300.0, 0.0]);
    }

    #[test]
    fn what_has_none_is_pushed_to_both_sides() {
        let mut middles = [0.0; 2];
        stand(&[0, 1], &[10.0, 10.0], &[50.0, 50.0], &mut middles);
        assert_eq!(middles, [50.0 - (10.0 + GAP) / 2.0, 50.0 + (10.0 + GAP) / 2.0]);
    }
}
