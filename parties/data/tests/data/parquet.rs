//! Parquet files as pyarrow writes them (`fixtures/make.py`): every type that is read, every type that is refused.

use crate::scratch::{Scratch, cells};

const KINDS: &[u8] = include_bytes!("fixtures/kinds.parquet");

fn kinds() -> Scratch {
    Scratch::with("kinds.parquet", KINDS)
}

#[test]
fn numbers_of_all_types_are_exact() {
    let scratch = kinds();
    let expected = [
        ("i8", ["-128", "", "127"]),
        ("i16", ["-32768", "", "32767"]),
        ("i32", ["-2147483648", "", "2147483647"]),
        ("i64", ["-9223372036854775808", "", "9223372036854775807"]),
        ("u8", ["0", "", "255"]),
        ("u16", ["0", "", "65535"]),
        ("u32", ["0", "", "4294967295"]),
        ("u64", ["0", "", "18446744073709551615"]),
        ("f32", ["0.1", "", "-2.5"]),
        ("f64", ["0.1", "", "1e-300"]),
        ("flag", ["1", "", "0"]),
        ("price", ["12.50", "", "-0.01"]),
        ("wide", ["99999999999999999999999999999999999999", "", "-99999999999999999999999999999999999999"]),
        ("digits", ["12.50", "", "7"]),
        ("nothing", ["", "", ""]),
    ];
    for (column, values) in expected {
        assert_eq!(cells(&scratch.column(&format!("kinds.parquet:{column}"))), values, "{column}");
    }
    let table = scratch.read("kinds.parquet:u8,i8").unwrap();
    assert_eq!(table.columns()[0].name(), "u8");
    assert_eq!(cells(&table.columns()[1]), ["-128", "", "127"]);
}

#[test]
fn cells_that_are_no_numbers_are_named() {
    let scratch = kinds();
    scratch.refuses("kinds.parquet:nan", "kinds.parquet, row 3, column nan: NaN is not a number");
    scratch.refuses("kinds.parquet:infinite", "kinds.parquet, row 2, column infinite: -inf is not a number");
    scratch.refuses("kinds.parquet:word", "kinds.parquet, row 2, column word: \"many\" is text");
}

#[test]
fn columns_of_other_things_are_refused() {
    let scratch = kinds();
    let refused = [
        ("day", "dates"),
        ("moment", "dates"),
        ("clock", "times"),
        ("category", "categories"),
        ("list", "lists"),
        ("record", "records"),
        ("bytes", "bytes"),
        ("decimal256", "values of type Decimal256"),
    ];
    for (column, what) in refused {
        let message = format!("kinds.parquet, column {column}: this column holds {what}");
        scratch.refuses(&format!("kinds.parquet:{column}"), &message);
    }
}

#[test]
fn files_that_are_not_what_they_seem() {
    kinds().refuses("kinds.parquet:i9", "there is no column i9; the columns are i8, ");
    kinds().refuses("kinds.parquet", "no column is named; the file has i8, i16, ");
    Scratch::with("a.parquet", "").refuses("a.parquet:x", "a.parquet: this is empty");
    Scratch::with("a.parquet", "a,b\n1,2\n").refuses("a.parquet:a", "a.parquet: this is not a Parquet file");
    let no_rows = Scratch::with("a.parquet", include_bytes!("fixtures/no_rows.parquet"));
    no_rows.refuses("a.parquet:age", "a.parquet: this has no rows");
}
