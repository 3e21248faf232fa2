//! Functions along a column: sums, products of columns, groups.

use ethnum::I256;
use quorate_circuits::program::Function;

use super::Array;

pub(super) fn apply(function: Function, operands: &[&Array]) -> Array {
    match function {
        Function::Sum => along(operands[0], operands[0].decimals(), |row| row.iter().fold(I256::ZERO, |s, n| s + *n)),
        Function::Dot => {
            let (table, column) = (operands[0], operands[1].numbers());
            let products = |row: &[I256]| row.iter().zip(column).fold(I256::ZERO, |sum, (a, b)| sum + *a * *b);
            along(table, table.decimals() + operands[1].decimals(), products)
        }
        Function::MatMul => matrix_product(operands[0], operands[1]),
        Function::Transpose => transposed(operands[0]),
        Function::Lookup => {
            let (table, index) = (operands[0], operands[1]);
            let numbers = index.numbers().iter().map(|position| table.numbers()[position.as_usize()]).collect();
            Array::exact(index.lengths.clone(), table.decimals(), numbers)
        }
        Function::ArgMin => along(operands[0], 0, |row| first_position(row, row.iter().min())),
        Function::ArgMax => along(operands[0], 0, |row| first_position(row, row.iter().max())),
        Function::PrefixSum => rows_as(operands[0], operands[0].decimals(), |row| {
            (0..row.len()).map(|end| row[..=end].iter().fold(I256::ZERO, |sum, n| sum + *n)).collect()
        }),
        Function::Sort => rows_as(operands[0], operands[0].decimals(), |row| {
            let mut row = row.to_vec();
            row.sort();
            row
        }),
        Function::SortBy => sort_by(operands[0], operands[1]),
        Function::CountBy => by_group(operands[0], operands[0], operands[1], 0, |rows| I256::from(rows.len() as u64)),
        Function::SumBy => {
            let decimals = operands[1].decimals();
            by_group(operands[0], operands[1], operands[2], decimals, |rows| {
                rows.iter().fold(I256::ZERO, |s, n| s + *n)
            })
        }
        Function::HistogramBy => histogram(operands),
        other => panic!("{other:?}: what stands for no rows is the end of an inferred range"),
    }
}

fn first_position(row: &[I256], wanted: Option<&I256>) -> I256 {
    I256::from(row.iter().position(|number| Some(number) == wanted).expect("a number") as u64)
}

fn transposed(table: &Array) -> Array {
    let [rows, columns] = table.lengths[..] else { panic!("a table") };
    let numbers = (0..rows * columns).map(|place| table.numbers()[place % rows * columns + place / rows]).collect();
    Array::exact(vec![columns, rows], table.decimals(), numbers)
}

/// A number for each row of the last dimension.
fn along(x: &Array, decimals: u32, of: impl Fn(&[I256]) -> I256) -> Array {
    let (width, lengths) = x.lengths.split_last().expect("a vector");
    let rows: usize = lengths.iter().product();
    let numbers = (0..rows).map(|row| of(&x.numbers()[row * width..(row + 1) * width])).collect();
    Array::exact(lengths.to_vec(), decimals, numbers)
}

/// Another row for each row of the last dimension.
fn rows_as(x: &Array, decimals: u32, of: impl Fn(&[I256]) -> Vec<I256>) -> Array {
    let width = *x.lengths.last().expect("a vector");
    let rows: usize = x.lengths[..x.lengths.len() - 1].iter().product();
    let numbers = (0..rows).flat_map(|row| of(&x.numbers()[row * width..(row + 1) * width])).collect();
    Array::exact(x.lengths.clone(), decimals, numbers)
}

/// The least key that is left, the first of them, again and again.
fn sort_by(key: &Array, x: &Array) -> Array {
    let width = *key.lengths.last().expect("a vector");
    let mut sorted = Vec::new();
    for from in (0..key.numbers().len()).step_by(width.max(1)) {
        let mut left: Vec<usize> = (from..from + width).collect();
        while let Some(least) = left.iter().copied().min_by_key(|position| key.numbers()[*position]) {
            left.retain(|position| *position != least);
            sorted.push(x.numbers()[least]);
        }
    }
    Array::exact(x.lengths.clone(), x.decimals(), sorted)
}

fn matrix_product(left: &Array, right: &Array) -> Array {
    let ([rows, inner], [_, columns]) = (&left.lengths[..], &right.lengths[..]) else { panic!("two tables") };
    let mut numbers = Vec::new();
    for row in 0..*rows {
        for column in 0..*columns {
            let products = (0..*inner).map(|i| left.numbers()[row * inner + i] * right.numbers()[i * columns + column]);
            numbers.push(products.fold(I256::ZERO, |sum, n| sum + n));
        }
    }
    Array::exact(vec![*rows, *columns], left.decimals() + right.decimals(), numbers)
}

/// The numbers of each group's rows.
fn rows_of(group: &Array, x: &Array, groups: &Array) -> Vec<Vec<I256>> {
    let at = |array: &Array, row: usize| array.numbers()[if array.lengths.is_empty() { 0 } else { row }];
    let rows = group.numbers().len().max(x.numbers().len());
    let is_empty = [group, x].iter().any(|a| a.lengths == [0]);
    let mut found = vec![Vec::new(); groups.numbers()[0].as_usize()];
    for row in 0..if is_empty { 0 } else { rows } {
        found[at(group, row).as_usize()].push(at(x, row));
    }
    found
}

fn by_group(group: &Array, x: &Array, groups: &Array, decimals: u32, of: impl Fn(&[I256]) -> I256) -> Array {
    let numbers: Vec<I256> = rows_of(group, x, groups).iter().map(|rows| of(rows)).collect();
    Array::exact(vec![numbers.len()], decimals, numbers)
}

fn histogram(operands: &[&Array]) -> Array {
    let [group, x, edges, groups] = operands else { panic!("four operands") };
    let edges = edges.with_decimals(x.decimals().max(edges.decimals()));
    let edges = edges.numbers();
    let last = edges.len() - 2;
    let mut counts = Vec::new();
    for rows in rows_of(group, x, groups) {
        for interval in 0..=last {
            let (from, to) = (edges[interval], edges[interval + 1]);
            let inside = |n: &&I256| **n >= from && (**n < to || (interval == last && **n == to));
            counts.push(I256::from(rows.iter().filter(inside).count() as u64));
        }
    }
    Array::exact(vec![groups.numbers()[0].as_usize(), last + 1], 0, counts)
}
