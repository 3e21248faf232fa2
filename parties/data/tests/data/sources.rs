//! How sources are written on the command line.

use std::path::PathBuf;

use crate::scratch::{Scratch, cells};
use quorate_data::{Files, Source, Tables};

fn parse(text: &str) -> Source {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn refused(text: &str) -> String {
    text.parse::<Source>().expect_err(text).to_string()
}

fn csv(path: &str, columns: &[&str]) -> Source {
    Source::Csv { path: PathBuf::from(path), columns: columns.iter().map(|name| (*name).to_owned()).collect() }
}

#[test]
fn literals_are_columns() {
    for (text, values) in
        [("42", vec!["42"]), ("-3.5", vec!["-3.5"]), ("1, 2,3", vec!["1", "2", "3"]), ("true", vec!["1"])]
    {
        let table = Files::new().read(&parse(text)).unwrap();
        assert_eq!(cells(&table.columns()[0]), values);
        assert_eq!(table.columns()[0].name(), "value");
    }
    assert!(refused("1,x,3").starts_with("1,x,3, value 2: \"x\" is text"));
    assert!(refused("1,,3").starts_with("1,,3, value 2: the cell is blank"));
    assert!(refused("NaN").starts_with("NaN, value 1: NaN is not a number that can be computed with"));
    assert!(refused("1e40").starts_with("1e40, value 1: 1e40 has too many digits"));
}

#[test]
fn paths_end_at_the_colon_after_the_extension() {
    assert_eq!(parse("a.csv:age"), csv("a.csv", &["age"]));
    assert_eq!(parse(r"C:\data\a.CSV:age,sex"), csv(r"C:\data\a.CSV", &["age", "sex"]));
    assert_eq!(parse("dir.csv:odd/a.csv:ph:value"), csv("dir.csv:odd/a.csv", &["ph:value"]));
    assert_eq!(parse("a.csv:\"net, total\", x"), csv("a.csv", &["net, total", "x"]));
    let parquet = Source::Parquet { path: PathBuf::from("a.Parquet"), columns: vec!["age".to_owned()] };
    assert_eq!(parse("a.Parquet:age"), parquet);
}

#[test]
fn the_file_that_exists_decides_between_two_colons() {
    let scratch = Scratch::with("a.csv", "b.csv:age\n5\n");
    assert_eq!(cells(&scratch.column("a.csv:b.csv:age")), ["5"]);
    std::fs::write(scratch.path("a.csv:b.csv"), "age\n6\n").unwrap();
    scratch.refuses("a.csv:b.csv:age", "and both files exist");
}

#[test]
fn standard_input_has_columns_or_none() {
    assert_eq!(parse("-"), Source::Stdin { columns: vec![] });
    assert_eq!(parse("-:age"), Source::Stdin { columns: vec!["age".to_owned()] });
    assert!(refused("-:").contains("the names of the columns cannot be read"));
}

#[test]
fn a_file_without_a_column_is_told_its_columns() {
    let scratch = Scratch::with("a.csv", "id,age\n1,2\n");
    scratch.refuses("a.csv", "a.csv: no column is named; the file has id, age\nhint: name one or more after a colon");
    scratch.refuses("a.csv:", "the names of the columns cannot be read");
    scratch.refuses("a.csv:age,age", "column age is named twice");
    scratch.refuses("a.csv:age,", "the names of the columns cannot be read");
    assert!(refused("/no/such/file.csv").starts_with("/no/such/file.csv: there is no such file"));
}

#[test]
fn everything_else_is_explained() {
    for text in ["", "  ", "age", "data.txt:age", "http://example.org/a.txt", "4 2"] {
        assert!(refused(text).contains("hint: write a number, a list such as 1,2,3, FILE.csv:COLUMN"), "{text}");
    }
}

#[test]
fn what_is_displayed_reads_back() {
    for text in ["42", "1,2,3", "-", "-:a,b", "a.csv:age", "b.parquet:x,\"y, z\"", "a.csv:\"say \"\"hi\"\"\""] {
        assert_eq!(parse(text).to_string(), text);
        assert_eq!(parse(&parse(text).to_string()), parse(text));
    }
}
