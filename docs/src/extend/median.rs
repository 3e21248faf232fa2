//! The gadget of the chapter "Add a gadget".

// ANCHOR: gadget
use quorate_circuits::boolean::integer::{max, min};
use quorate_circuits::boolean::{Bits, Builder, Circuit, Shape, Signedness};

/// The middle one of three numbers of n bits. `FewAnds`: 6 n AND gates, for the maximum of a pair costs none where
/// its minimum is there already.
///
/// # Panics
/// If the widths differ.
pub fn median(builder: &mut Builder, x: &Bits, y: &Bits, z: &Bits, shape: Shape) -> Bits {
    let least = min(builder, x, y, Signedness::Unsigned, shape);
    let greatest = max(builder, x, y, Signedness::Unsigned, shape);
    let lower = min(builder, &greatest, z, Signedness::Unsigned, shape);
    max(builder, &least, &lower, Signedness::Unsigned, shape)
}

/// Three inputs of `width` bits, one output.
pub fn median_circuit(width: usize, shape: Shape) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[width; 3]);
    let middle = median(&mut builder, &inputs[0], &inputs[1], &inputs[2], shape);
    builder.finish(vec![middle])
}
// ANCHOR_END: gadget
