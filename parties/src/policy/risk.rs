//! A risk, as somebody else has computed it.

use std::path::Path;

use serde_json::Value;

use crate::exit::{Exit, Failure};
use crate::keys::{Disk, Files};

/// The longest file with a risk.
pub const RISK_LIMIT: usize = 1 << 20;

/// Reads a risk from 0 to 100. `FILE` is a JSON object with a number `score`; `FILE:OUTPUT` is what `quorate run --json`
/// has printed, of which an output is the risk. A fraction counts as the next larger number.
///
/// A risk can only raise what a policy requires, and where it is missing the highest is taken; so each signer reads its
/// own file, and none takes a partner's word for it.
///
/// # Errors
/// A file that cannot be read, or has no such number.
pub fn read_risk(source: &str) -> Result<u8, Failure> {
    let bad = |why: String| Failure::new(Exit::BadInput, format!("--risk {source}: {why}"));
    let (file, output) = match source.rsplit_once(':') {
        Some((file, output)) if !Path::new(source).exists() => (file, Some(output)),
        _ => (source, None),
    };
    let bytes = Files.read(Path::new(file), RISK_LIMIT).map_err(|error| bad(error.to_string()))?;
    let bytes = bytes.ok_or_else(|| bad("there is no such file".to_owned()))?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|error| bad(format!("it is not JSON: {error}")))?;
    let found = match output {
        Some(output) => &value["outputs"][output],
        None => &value["score"],
    };
    let number = found.as_f64().or_else(|| found.as_str().and_then(|text| text.parse().ok()));
    match number {
        Some(score) if (0.0..=100.0).contains(&score) => Ok(score.ceil() as u8),
        _ => {
            let field = output.map_or_else(|| "`score`".to_owned(), |output| format!("`outputs.{output}`"));
            Err(bad(format!("expected a number from 0 to 100 in {field}, found {found}")))
        }
    }
}
