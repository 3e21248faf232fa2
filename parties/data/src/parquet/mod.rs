//! Parquet files, through polars.

mod cells;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use polars::prelude::{ArrowDataType, ParquetReader, PolarsResult, SerReader};

use crate::column::Column;
use crate::error::{DataError, Problem};
use crate::input::Input;
use crate::place::{Origin, Place, RowNames};
use crate::projection::Projection;
use crate::table::Table;

/// The names of the columns.
pub(crate) fn names(input: &Input) -> Result<Vec<String>, DataError> {
    schema(input).map(|fields| fields.into_iter().map(|(name, _)| name).collect())
}

/// Reads the wanted columns, in the order in which they are wanted.
pub(crate) fn read(input: &Input, wanted: &[String]) -> Result<Table, DataError> {
    let source = input.name();
    let (names, types): (Vec<_>, Vec<_>) = schema(input)?.into_iter().unzip();
    let projection = Projection::new(source, &names, wanted)?;
    // Asked before reading: polars panics over types for which it was not compiled.
    for index in projection.indices() {
        if let Some(description) = unsupported(&types[*index]) {
            let place = Place::whole(source).in_column(&names[*index]);
            return Err(DataError::new(place, Problem::UnsupportedType(description)));
        }
    }
    let reader = ParquetReader::new(input.open()?).with_projection(Some(projection.indices().to_vec()));
    let frame = guarded(source, || reader.finish())?;
    if frame.height() == 0 {
        return Err(DataError::new(Place::whole(source), Problem::NoRows));
    }
    let origin = Arc::new(Origin { source: source.to_owned(), rows: RowNames::Rows });
    frame
        .into_columns()
        .iter()
        .map(|series| cells::convert(series, Column::new(series.name(), series.len(), Arc::clone(&origin))))
        .collect::<Result<Vec<_>, _>>()
        .map(|columns| Table::new(projection.as_wanted(columns)))
}

fn schema(input: &Input) -> Result<Vec<(String, ArrowDataType)>, DataError> {
    let mut reader = ParquetReader::new(input.open()?);
    let schema = guarded(input.name(), || reader.schema())?;
    Ok(schema.iter_values().map(|field| (field.name.to_string(), field.dtype.clone())).collect())
}

/// Calls the reader, which panics on some damaged files where it should return an error.
fn guarded<T>(source: &str, read: impl FnOnce() -> PolarsResult<T>) -> Result<T, DataError> {
    let reason = match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(result)) => return Ok(result),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "its parts contradict each other".to_owned(),
    };
    Err(DataError::new(Place::whole(source), Problem::DamagedParquet(reason)))
}

/// What a column holds, if that is nothing to compute with.
fn unsupported(kind: &ArrowDataType) -> Option<String> {
    use ArrowDataType as Kind;
    let description = match kind {
        Kind::Null | Kind::Boolean | Kind::Float32 | Kind::Float64 => return None,
        Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 => return None,
        Kind::UInt8 | Kind::UInt16 | Kind::UInt32 | Kind::UInt64 => return None,
        Kind::Decimal(..) | Kind::Decimal32(..) | Kind::Decimal64(..) => return None,
        Kind::Utf8 | Kind::LargeUtf8 | Kind::Utf8View => return None,
        Kind::Date32 | Kind::Date64 | Kind::Timestamp(..) => "dates",
        Kind::Time32(_) | Kind::Time64(_) | Kind::Duration(_) | Kind::Interval(_) => "times",
        Kind::Dictionary(..) => "categories",
        Kind::List(_) | Kind::LargeList(_) | Kind::FixedSizeList(..) => "lists",
        Kind::Struct(_) | Kind::Map(..) => "records",
        Kind::Binary | Kind::LargeBinary | Kind::FixedSizeBinary(_) | Kind::BinaryView => "bytes",
        other => return Some(format!("values of type {other:?}")),
    };
    Some(description.to_owned())
}
