//! From exact columns to integers, and the checks in between.

use crate::scratch::Scratch;
use quorate_data::{Decimal, Problem, Rounding, RoundingReport};

fn ages() -> Scratch {
    Scratch::with("a.csv", "age\n39\n40.25\n\n41.5\n")
}

#[test]
fn exact_scaling_keeps_blanks_and_refuses_further_decimals() {
    let column = ages().column("a.csv:age");
    let (integers, report) = column.to_scaled(2, Rounding::Exact).unwrap();
    assert_eq!(integers, [Some(3900), Some(4025), None, Some(4150)]);
    assert_eq!(report, RoundingReport::default());
    assert_eq!((column.len(), column.blanks()), (4, 1));

    let error = column.to_scaled(1, Rounding::Exact).unwrap_err();
    assert!(matches!(error.problem(), Problem::TooManyDecimals { needed: 2, decimals: 1, .. }));
    let error = error.with_hint("add --param decimals=2").to_string();
    assert!(error.ends_with(
        "a.csv, row 2 (line 3), column age: 40.25 has 2 decimals, and 1 are kept\nhint: add --param decimals=2"
    ));
}

#[test]
fn nearest_scaling_reports_what_it_did() {
    let (integers, report) = ages().column("a.csv:age").to_scaled(0, Rounding::Nearest).unwrap();
    assert_eq!(integers, [Some(39), Some(40), None, Some(42)]);
    assert_eq!(report, RoundingReport { rounded: 2, largest_change: Some(Decimal::new(5, 1)) });
}

#[test]
fn values_that_do_not_fit_are_named() {
    let scratch = Scratch::with("a.csv", "x\n1\n99999999999999999999999999999999999999\n");
    let error = scratch.column("a.csv:x").to_scaled(3, Rounding::Exact).unwrap_err().to_string();
    assert!(error.contains("a.csv, row 2 (line 3), column x: 99999999999999999999999999999999999999 is too large"));
}

#[test]
fn ranges_and_blanks_are_checked() {
    let column = ages().column("a.csv:age");
    assert!(column.check_range(Decimal::from(39), Decimal::new(415, 1)).is_ok());
    let error = column.check_range(Decimal::from(39), Decimal::from(41)).unwrap_err().to_string();
    assert!(error.ends_with("row 4 (line 5), column age: 41.5 is outside of the declared range, 39 to 41"), "{error}");
    let error = column.check_complete().unwrap_err().to_string();
    assert!(error.ends_with("row 3 (line 4), column age: the cell is blank, and a value is needed"), "{error}");
}
