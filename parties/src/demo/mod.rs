//! stub
use crate::exit::Failure;
use crate::output::Report;
/// stub
pub fn run(_: Option<&str>, _: bool) -> Result<Report, Failure> { Err(Failure::new(crate::exit::Exit::Bug, "x")) }
