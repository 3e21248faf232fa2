//! A party's own tables, as columns of exact numbers.
//!
//! This is the only crate of Quorate that knows a dataframe library. It opens local files, refuses everything in them
//! that is not plainly a number, and says where; it never reaches the network, and it computes nothing.
//!
//! ```
//! use quorate_data::{Files, Rounding, Source, Tables};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let source: Source = "12.50, -3, 1e3".parse()?;
//! let table = Files::new().read(&source)?;
//! let (cents, _) = table.columns()[0].to_scaled(2, Rounding::Exact)?;
//! assert_eq!(cents, [Some(1250), Some(-300), Some(100_000)]);
//! # Ok(())
//! # }
//! ```
//!
//! Three rules decide what a cell is:
//!
//! - A number is exactly what is written: 0.1 is one tenth. Rounding happens in [`Column::to_scaled`] and nowhere else,
//!   and only if it was asked for.
//! - Only an empty cell is a missing value. `NA`, `null` and `NaN` are errors that name the cell.
//! - `true` and `false` are one and zero.
#![forbid(unsafe_code)]

mod cell;
mod column;
mod csv;
mod decimal;
mod error;
mod files;
mod input;
mod parquet;
mod place;
mod projection;
mod source;
mod spelling;
mod table;

pub use column::{Column, RoundingReport};
pub use decimal::{Decimal, MAX_DIGITS, Misfit, NotDecimal, Rounding};
pub use error::{DataError, Problem};
pub use files::{Files, Tables};
pub use place::{Place, Spot};
pub use source::Source;
pub use table::Table;
