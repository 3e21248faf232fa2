//! Numbers as bits, and circuits on bits. Every bit is a word of its own, 0 or 1.

use crate::boolean::Shape;
use crate::number::Word;
use crate::program::CircuitSource;

/// Instances that a circuit is evaluated on at once.
const LANES: usize = 64;

/// The `width` low bits of each word, least significant first.
pub(super) fn bits(words: &[Word], width: usize) -> Vec<Word> {
    words.iter().flat_map(|word| (0..width).map(move |bit| word >> bit & 1)).collect()
}

/// The inverse; `signed` numbers are extended to whole words.
pub(super) fn numbers(bits: &[Word], width: usize, signed: bool) -> Vec<Word> {
    let number = |bits: &[Word]| {
        let low = bits.iter().enumerate().fold(0, |number, (place, bit)| number | (bit & 1) << place);
        let negative = signed && width < Word::BITS as usize && bits.last() == Some(&1);
        if negative { low | Word::MAX << width } else { low }
    };
    bits.chunks(width.max(1)).map(number).collect()
}

/// A circuit over a batch; `None` if the operands are not those of whole instances, all of one number.
pub(super) fn circuit(source: &CircuitSource, operands: &[&[Word]]) -> Option<Vec<Word>> {
    let (widths, circuit) = (source.input_widths(), source.circuit(Shape::FewAnds));
    let instances = operands.first()?.len() / widths.first()?.max(&1);
    let fits = widths.len() == operands.len() && widths.iter().zip(operands).all(|(w, o)| o.len() == w * instances);
    if !fits {
        return None;
    }
    let mut result = Vec::with_capacity(instances * source.output_width());
    for first in (0..instances).step_by(LANES) {
        let lanes = first..(first + LANES).min(instances);
        let mut words = Vec::with_capacity(circuit.input_wires());
        for (width, operand) in widths.iter().zip(operands) {
            for bit in 0..*width {
                let lane = |(lane, instance): (usize, usize)| ((operand[instance * width + bit] & 1) as u64) << lane;
                words.push(lanes.clone().enumerate().map(lane).fold(0, |word, bit| word | bit));
            }
        }
        let outputs = circuit.evaluate(&words);
        for lane in 0..lanes.len() {
            result.extend(outputs.iter().map(|word| Word::from(word >> lane & 1)));
        }
    }
    Some(result)
}
