//! The messages, as lengths.

use quorate_circuits::curve::SCALAR_BYTES;

use super::gadget::BITS;
use crate::ot::one_message_bytes;

/// Bytes of `eta`, for each instance.
pub const ETA_BYTES: usize = SCALAR_BYTES;
/// Bytes of the hash `mu`, for each batch.
pub const MU_BYTES: usize = 32;

/// Bytes that Bob sends for `count` instances: 2,528 for one.
pub fn begin_bytes(count: usize) -> usize {
    one_message_bytes(count * BITS)
}

/// Bytes that Alice sends for `count` instances of `inputs` inputs each: 40,000 for one of two.
pub const fn answer_bytes(inputs: usize, count: usize) -> usize {
    corrections_bytes(inputs, count) + count * ETA_BYTES + MU_BYTES
}

/// Bytes of the corrections in Alice's message: for each instance and OT, the inputs' and the check row's.
pub(super) const fn corrections_bytes(inputs: usize, count: usize) -> usize {
    count * BITS * (inputs + 1) * SCALAR_BYTES
}
