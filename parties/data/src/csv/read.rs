//! The cells of a CSV file, as text from polars and as exact numbers from us.

use std::io::BufReader;
use std::sync::Arc;

use polars::prelude::{Column as Texts, CsvReadOptions, PolarsError, SerReader};

use super::shape::{Shape, shape};
use crate::column::Column;
use crate::error::{DataError, Problem};
use crate::input::Input;
use crate::place::{Origin, Place, RowNames};
use crate::projection::Projection;
use crate::table::Table;

/// Reads the wanted columns, in the order in which they are wanted.
pub(crate) fn read(input: &Input, wanted: &[String]) -> Result<Table, DataError> {
    let source = input.name();
    let Shape { header, rows, trailing, lines } = shape(source, BufReader::new(input.open()?))?;
    let projection = Projection::new(source, &header, wanted)?;
    let texts = texts(input, &projection)?;
    // polars takes each blank line at the end for a row.
    if texts.iter().any(|column| !(rows..=rows + trailing).contains(&column.len())) {
        return Err(DataError::new(Place::whole(source), Problem::Changed));
    }
    let origin = Arc::new(Origin { source: source.to_owned(), rows: RowNames::RowsAtLines(lines) });
    let columns = texts.into_iter().zip(projection.indices());
    columns
        .map(|(texts, index)| convert(&texts, Column::new(&header[*index], rows, Arc::clone(&origin)), rows))
        .collect::<Result<Vec<_>, _>>()
        .map(|columns| Table::new(projection.as_wanted(columns)))
}

/// The cells of the wanted columns as they stand in the file: with nothing to infer types from, polars reads text.
fn texts(input: &Input, projection: &Projection) -> Result<Vec<Texts>, DataError> {
    let frame = CsvReadOptions::default()
        .with_has_header(true)
        .with_infer_schema_length(Some(0))
        .with_projection(Some(Arc::new(projection.indices().to_vec())))
        .with_rechunk(false)
        .into_reader_with_file_handle(input.open()?)
        .finish();
    frame.map(|frame| frame.into_columns()).map_err(|error| refused(input.name(), &error))
}

/// Turns the texts of the first rows into numbers.
fn convert(texts: &Texts, mut column: Column, rows: usize) -> Result<Column, DataError> {
    let texts = texts.str().map_err(|error| column.error(0, Problem::Csv(error.to_string())))?;
    for text in texts.iter().take(rows) {
        column.push_text(text.unwrap_or_default())?;
    }
    Ok(column)
}

fn refused(source: &str, error: &PolarsError) -> DataError {
    DataError::new(Place::whole(source), Problem::Csv(error.to_string()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::split_record;
    use super::*;

    /// The cells of a well-formed file, by the letter of RFC 4180: lines are joined until their quotes match.
    fn reference(text: &str) -> Vec<Vec<String>> {
        let mut records = Vec::new();
        let mut open = String::new();
        for line in text.split('\n') {
            open.push_str(line.strip_suffix('\r').unwrap_or(line));
            match split_record(&open) {
                Ok(cells) => {
                    records.push(cells);
                    open.clear();
                }
                Err(_) => open.push('\n'),
            }
        }
        records
    }

    fn unquoted(texts: &Texts, rows: usize) -> Vec<String> {
        let texts = texts.str().expect("texts are strings").iter();
        texts.take(rows).map(|text| text.unwrap_or_default().replace("\r\n", "\n")).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        /// What passes the strict pass, polars reads as the standard says.
        #[test]
        fn polars_and_the_strict_pass_agree(
            rows in prop::collection::vec(("[ab1 ]{0,2}|\"([,b\n]|\"\"|\r\n){0,3}\"", "[ab1]{0,2}|\"[,b]{0,2}\""), 1..8),
            ends in prop::collection::vec("\r?\n", 8),
            tail in "(\r?\n){0,2}",
        ) {
            let rows: Vec<_> = rows.iter().map(|(x, y)| format!("{x},{y}")).zip(&ends).map(|(row, end)| row + end).collect();
            let text = format!("x,y\n{}{tail}", rows.concat());
            let input = Input::memory("test", text.as_bytes().into());
            prop_assert_eq!(shape("test", text.as_bytes()).map(|shape| shape.rows).ok(), Some(rows.len()));
            let wanted = ["x", "y"].map(str::to_owned);
            let found = texts(&input, &Projection::new("test", &wanted, &wanted).unwrap()).unwrap();
            let expected = reference(&text);
            for (column, texts) in found.iter().enumerate() {
                let expected: Vec<_> = expected[1..=rows.len()].iter().map(|record| record[column].clone()).collect();
                prop_assert_eq!(unquoted(texts, rows.len()), expected);
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[,\"1\r\n \u{feff}]{0,60}") {
            for bytes in [bytes.as_slice(), text.as_bytes()] {
                let bytes = [b"1\n".as_slice(), bytes].concat();
                let _ = read(&Input::memory("test", bytes.into()), &["1".to_owned()]);
            }
        }
    }
}
