//! What the command says: results on standard output, as tables or as one JSON object; everything else on standard
//! error.

mod page;
mod report;
mod say;
mod statistics;
mod table;
mod value;

pub use page::{Page, claim_line, joined};
pub use report::{CostReport, PartyReport, Report, Traffic, bytes_text, claim_json};
pub use say::{print, say, warn};
pub use statistics::{Measurement, Rates};
pub use table::grid;
pub use value::{outputs_json, value_text};
