//! CSV files as people have them: what is read, and how what is wrong is told.

use crate::scratch::{Scratch, cells};
use quorate_data::{Files, Source, Spot, Tables};

#[test]
fn numbers_are_exactly_what_is_written() {
    let scratch = Scratch::with("a.csv", "id,x\n1,0.1\n2,-12.50\n3,+7\n4, 1e3 \n5,007\n6,\n7,true\n");
    assert_eq!(cells(&scratch.column("a.csv:x")), ["0.1", "-12.50", "7", "1000", "7", "", "1"]);
}

#[test]
fn columns_come_in_the_order_asked_for() {
    let scratch = Scratch::with("a.csv", "a,b,c\n1,2,3\n4,5,6\n");
    let table = scratch.read("a.csv:c,a").unwrap();
    let names: Vec<_> = table.columns().iter().map(|column| column.name()).collect();
    assert_eq!((names.as_slice(), table.rows()), (["c", "a"].as_slice(), 2));
    assert_eq!(cells(&table.columns()[0]), ["3", "6"]);
    assert_eq!(cells(&table.columns()[1]), ["1", "4"]);
}

#[test]
fn quotes_commas_and_line_ends_of_all_kinds() {
    let text = "name,\"net, total\",x\r\n\"a, \"\"b\"\"\",\"1\",2\r\n\"two\r\nlines\",3,\"4\"\r\nlast,\"\",5";
    let scratch = Scratch::with("a.csv", text);
    assert_eq!(cells(&scratch.column("a.csv:x")), ["2", "4", "5"]);
    assert_eq!(cells(&scratch.column("a.csv:\"net, total\"")), ["1", "3", ""]);
}

#[test]
fn a_byte_order_mark_belongs_to_no_name() {
    let scratch = Scratch::with("a.csv", "\u{feff}age ,\"sex\"\n1,2\n");
    assert_eq!(cells(&scratch.column("a.csv:age")), ["1"]);
    assert_eq!(cells(&scratch.column("a.csv:sex")), ["2"]);
    let scratch = Scratch::with("b.csv", "\u{feff}\"age\",sex\n1,2\n");
    assert_eq!(cells(&scratch.column("b.csv:age")), ["1"]);
}

#[test]
fn blank_lines_are_cells_of_one_column_and_errors_in_more() {
    let one = Scratch::with("a.csv", "\n\nage\n1\n\n3\n\n\n");
    assert_eq!(cells(&one.column("a.csv:age")), ["1", "", "3"]);
    let two = Scratch::with("a.csv", "age,sex\n1,2\n\n3,4\n");
    two.refuses("a.csv:age", "a.csv, line 3: this line is blank, and more rows follow");
    let end = Scratch::with("a.csv", "age,sex\n1,2\n3,4\n\n\r\n");
    assert_eq!(cells(&end.column("a.csv:age")), ["1", "3"]);
}

#[test]
fn many_chunks_keep_their_order() {
    let text: String = (0..20_000).map(|row| format!("{row},\"{}\n\",{}.5\n", row % 7, row * 3)).collect();
    let scratch = Scratch::with("a.csv", format!("id,noise,x\n{text}"));
    let column = scratch.column("a.csv:x");
    let expected: Vec<_> = (0..20_000).map(|row| format!("{}.5", row * 3)).collect();
    assert_eq!(cells(&column), expected);
}

#[test]
fn cells_that_are_no_numbers_are_named() {
    let refused = [
        ("NaN", "NaN is not a number that can be computed with"),
        ("-inf", "-inf is not a number that can be computed with"),
        ("forty", "\"forty\" is text, and a number was expected"),
        ("NA", "\"NA\" is text, and a number was expected\nhint: if the value is missing, leave the cell empty"),
        ("1_000", "\"1_000\" is text, and a number was expected\nhint: write a decimal point"),
        ("1e99", "1e99 has too many digits"),
    ];
    for (cell, problem) in refused {
        let scratch = Scratch::with("a.csv", format!("id,age\n1,30\n2,\n3,{cell}\n"));
        scratch.refuses("a.csv:age", &format!("a.csv, row 3 (line 4), column age: {problem}"));
    }
}

#[test]
fn a_long_text_is_quoted_shortened() {
    let scratch = Scratch::with("a.csv", format!("age\n{}\n", "long ".repeat(1000)));
    let error = scratch.read("a.csv:age").unwrap_err().to_string();
    assert!(error.contains("long long …\" is text") && error.len() < 250, "{error}");
}

#[test]
fn the_line_is_right_after_cells_with_line_breaks() {
    let scratch = Scratch::with("a.csv", "note,age\n\"one\ntwo\n\",1\nx,2\ny,old\n");
    let error = scratch.read("a.csv:age").unwrap_err();
    assert_eq!(error.place().spot, Spot::RowAtLine { row: 3, line: 6 });
}

#[test]
fn a_missing_column_is_told_with_the_closest_name_first() {
    let scratch = Scratch::with("a.csv", "patient_id,sex,age\n1,2,3\n");
    scratch.refuses("a.csv:agee", "a.csv: there is no column agee; the columns are age, sex, patient_id");
    let european = Scratch::with("a.csv", "id;age\n1;2\n");
    european
        .refuses("a.csv:age", "there is no column age; the columns are id;age\nhint: separate the columns by commas");
    let twice = Scratch::with("a.csv", "age,x,age\n1,2,3\n");
    twice.refuses("a.csv:age", "a.csv: two columns have the name age");
    assert_eq!(cells(&twice.column("a.csv:x")), ["2"]);
}

#[test]
fn files_without_data() {
    Scratch::with("a.csv", "").refuses("a.csv:age", "a.csv: this is empty");
    Scratch::with("a.csv", "\n\r\n\n").refuses("a.csv:age", "a.csv: this is empty");
    Scratch::with("a.csv", "age,sex\n").refuses("a.csv:age", "a.csv: this has no rows");
    Scratch::with("a.csv", "age\n\n\n").refuses("a.csv:age", "a.csv: this has no rows");
}

#[test]
fn rows_of_another_width_are_never_filled_or_cut() {
    let short = Scratch::with("a.csv", "id,age,sex\n1,2,3\n4,5\n");
    short.refuses("a.csv:id", "a.csv, row 2 (line 3): this row has 2 cells, and the header has 3");
    // A decimal comma: polars would read 36 and drop the rest.
    let long = Scratch::with("a.csv", "id,fever\n1,36,6\n");
    long.refuses("a.csv:fever", "a.csv, row 1 (line 2): this row has 3 cells, and the header has 2");
}

#[test]
fn quotes_out_of_place_are_named() {
    let open = Scratch::with("a.csv", "id,age\n1,2\n2,\"3\n4,5\n");
    open.refuses("a.csv:id", "a.csv, line 3: a quote is opened here and never closed");
    let stray = Scratch::with("a.csv", "id,age\n1,2\n5\" pipe,3\n");
    stray.refuses("a.csv:id", "a.csv, line 3: there is a quote in the middle of a cell");
    let lone = Scratch::with("a.csv", "id,age\n1,2\n\",3\n");
    lone.refuses("a.csv:id", "a.csv, line 3: a quote is opened here and never closed");
}

#[test]
fn bytes_that_are_no_text_are_named() {
    let scratch = Scratch::with("a.csv", b"id,age\n1,2\n2,3\xFF\n".as_slice());
    scratch.refuses("a.csv:id", "a.csv, line 3: byte 4 of the line is not UTF-8 text");
}

#[test]
fn a_huge_line_is_refused_before_it_fills_the_memory() {
    let scratch = Scratch::with("a.csv", format!("age\n1\n{}\n", "1".repeat(5 << 20)));
    scratch.refuses("a.csv:age", "a.csv, line 3: this line is longer than 4194304 bytes");
}

#[test]
fn what_is_not_a_file() {
    let scratch = Scratch::with("a.csv", "age\n1\n");
    scratch.refuses("b.csv:age", "b.csv: there is no such file");
    std::fs::create_dir(scratch.path("dir.csv")).unwrap();
    scratch.refuses("dir.csv:age", "dir.csv: this is a directory, not a file");
    scratch.refuses("a.csv/b.csv:age", "b.csv: this cannot be read");
}

/// A socket stands for everything that waits for somebody else when it is opened.
#[cfg(unix)]
#[test]
fn pipes_and_sockets_are_refused_without_waiting() {
    let scratch = Scratch::with("a.csv", "age\n1\n");
    let _socket = std::os::unix::net::UnixListener::bind(scratch.path("b.csv")).unwrap();
    scratch.refuses("b.csv:age", "b.csv: this is a pipe or a device, not a file\nhint: only files can be read twice");
}

#[test]
fn standard_input_is_a_list_or_a_table() {
    let read = |text: &str, source: &str| Files::with_stdin(text.as_bytes()).read(&source.parse().unwrap());
    assert_eq!(cells(&read("1\n\n2.5\r\n\n", "-").unwrap().columns()[0]), ["1", "", "2.5"]);
    assert_eq!(cells(&read("a,b\n1,2\n", "-:b").unwrap().columns()[0]), ["2"]);
    let error = read("age\n1\n", "-").unwrap_err().to_string();
    assert!(error.starts_with("standard input, line 1: \"age\" is text") && error.contains("-:COLUMN"), "{error}");
    let error = read("1\n2,5\n", "-").unwrap_err().to_string();
    assert!(error.starts_with("standard input, line 2: \"2,5\" is text"), "{error}");
    assert_eq!(read("\n\n", "-").unwrap_err().to_string(), "standard input: this is empty");
}

#[test]
fn several_inputs_may_come_from_one_standard_input() {
    let files = Files::with_stdin(b"a,b\n1,2\n".as_slice());
    for (source, value) in [("-:a", "1"), ("-:b", "2")] {
        let table = files.read(&source.parse::<Source>().unwrap()).unwrap();
        assert_eq!(cells(&table.columns()[0]), [value]);
    }
}
