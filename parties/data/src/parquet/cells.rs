//! From the types of Parquet to exact numbers.

use std::fmt::{LowerExp, Write};

use polars::prelude::{Column as Series, DataType, PolarsResult};

use crate::column::Column;
use crate::decimal::Decimal;
use crate::error::{DataError, Problem};

/// Turns one column into exact numbers. Nulls are blank cells.
pub(super) fn convert(series: &Series, mut column: Column) -> Result<Column, DataError> {
    match fill(series, &mut column) {
        Ok(filled) => filled.map(|()| column),
        Err(error) => Err(column.error(0, Problem::DamagedParquet(error.to_string()))),
    }
}

/// The outer result is that of looking at the series as the type that it says to have.
fn fill(series: &Series, column: &mut Column) -> PolarsResult<Result<(), DataError>> {
    match series.dtype() {
        DataType::Null => integers(std::iter::repeat_n(None::<i64>, series.len()), column),
        DataType::Boolean => integers(series.bool()?.iter(), column),
        DataType::Int8 => integers(series.i8()?.iter(), column),
        DataType::Int16 => integers(series.i16()?.iter(), column),
        DataType::Int32 => integers(series.i32()?.iter(), column),
        DataType::Int64 => integers(series.i64()?.iter(), column),
        DataType::UInt8 => integers(series.u8()?.iter(), column),
        DataType::UInt16 => integers(series.u16()?.iter(), column),
        DataType::UInt32 => integers(series.u32()?.iter(), column),
        DataType::UInt64 => integers(series.u64()?.iter(), column),
        DataType::Decimal(_, scale) => decimals(series.decimal()?.physical().iter(), *scale, column),
        DataType::Float32 => return Ok(floats(series.f32()?.iter(), column)),
        DataType::Float64 => return Ok(floats(series.f64()?.iter(), column)),
        DataType::String => return Ok(texts(series.str()?.iter(), column)),
        other => return Ok(Err(column.error(0, Problem::UnsupportedType(other.to_string())))),
    }
    Ok(Ok(()))
}

fn integers<T: Into<i128>>(cells: impl Iterator<Item = Option<T>>, column: &mut Column) {
    for cell in cells {
        match cell {
            Some(integer) => column.push(Decimal::from(integer.into())),
            None => column.push_blank(),
        }
    }
}

fn decimals(cells: impl Iterator<Item = Option<i128>>, scale: usize, column: &mut Column) {
    // Parquet's decimals have at most 38 digits, before and after the point together.
    let scale = u16::try_from(scale).unwrap_or(u16::MAX - 1);
    for cell in cells {
        match cell {
            Some(mantissa) => column.push(Decimal::new(mantissa, scale)),
            None => column.push_blank(),
        }
    }
}

/// A float stands for the shortest decimal that reads back as the same float: the number as somebody wrote it.
fn floats<T: LowerExp>(cells: impl Iterator<Item = Option<T>>, column: &mut Column) -> Result<(), DataError> {
    let mut text = String::new();
    for cell in cells {
        text.clear();
        if let Some(float) = cell {
            // Writing to a string does not fail.
            let _ = write!(text, "{float:e}");
        }
        column.push_text(&text)?;
    }
    Ok(())
}

fn texts<'a>(cells: impl Iterator<Item = Option<&'a str>>, column: &mut Column) -> Result<(), DataError> {
    cells.into_iter().try_for_each(|cell| column.push_text(cell.unwrap_or_default()))
}
