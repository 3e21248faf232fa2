//! What an owner computes over its own rows, by group. Group numbers are inside `0..groups`: the input's range
//! says so and was checked.

use super::Column;
use crate::bind::BoundOperation;
use crate::number::Word;

pub(super) fn apply(operation: &BoundOperation, columns: &[&Column], signed: bool) -> Option<Vec<Word>> {
    let group = columns.first()?.words()?;
    // One group number may stand for a column of them, and one value for a column of values.
    let value = columns.get(1).map_or(Some(group), |c| c.words())?;
    let rows = group.len().max(value.len());
    let at = |column: &[Word], row: usize| column[if column.len() == 1 { 0 } else { row }];
    let pairs = (0..rows).map(|row| (at(group, row) as usize, at(value, row)));
    // Adding 2^127 turns the order of signed words into that of unsigned ones.
    let flip = if signed { 1u128 << 127 } else { 0 };
    match operation {
        BoundOperation::CountBy { groups } => {
            let mut counts = vec![0; *groups];
            pairs.for_each(|(g, _)| counts[g] += 1);
            Some(counts)
        }
        BoundOperation::SumBy { groups } => {
            let mut sums = vec![0; *groups];
            pairs.for_each(|(g, v)| sums[g] = Word::wrapping_add(sums[g], v));
            Some(sums)
        }
        BoundOperation::ExtremeBy { groups, greatest, empty } => {
            let mut extremes: Vec<Option<Word>> = vec![None; *groups];
            for (g, v) in pairs {
                let better = |old: Word| if *greatest { (v ^ flip) > (old ^ flip) } else { (v ^ flip) < (old ^ flip) };
                if extremes[g].is_none_or(better) {
                    extremes[g] = Some(v);
                }
            }
            Some(extremes.into_iter().map(|e| e.unwrap_or(*empty)).collect())
        }
        BoundOperation::HistogramBy { groups, edges, signed } => {
            let flip = if *signed { 1u128 << 127 } else { 0 };
            let edges: Vec<Word> = edges.iter().map(|e| e ^ flip).collect();
            let intervals = edges.len().checked_sub(1)?;
            let mut counts = vec![0; groups * intervals];
            for (g, v) in pairs {
                if let Some(interval) = interval_of(v ^ flip, &edges) {
                    counts[g * intervals + interval] += 1;
                }
            }
            Some(counts)
        }
        _ => None,
    }
}

/// The interval `[edge, next edge)`, the last one closed; `None` outside.
fn interval_of(value: Word, edges: &[Word]) -> Option<usize> {
    let last = *edges.last()?;
    if value == last {
        return Some(edges.len() - 2);
    }
    let above = edges.partition_point(|edge| *edge <= value);
    (above > 0 && above < edges.len()).then(|| above - 1)
}
