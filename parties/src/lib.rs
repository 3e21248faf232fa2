//! Quorate.
#![forbid(unsafe_code)]

pub mod exit;
pub mod identity;
pub mod link;
pub mod receipt;
pub mod session;
