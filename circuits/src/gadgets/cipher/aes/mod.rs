//! AES with keys of 128, 192 and 256 bits (FIPS 197), key expansion included.
//!
//! All its AND gates are in the S-box, of which there are [two circuits](substitute): 32 AND gates and depth 6, or 34
//! and depth 4.

mod counter_mode;
mod encrypt;
mod key_schedule;
pub(super) mod rows;
mod sbox;

pub use counter_mode::counter_mode;
pub use encrypt::encrypt;
pub use key_schedule::KeySchedule;
pub use sbox::substitute;
