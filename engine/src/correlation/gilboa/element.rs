//! The case of one row, word by word: what element-wise products are made of.

use quorate_kernels::Block;

use super::message::Message;
use crate::correlation::RingElement;

/// As [`super::send`].
pub(super) fn send<R: RingElement>(
    columns: usize,
    (zero, one): (&[Block], &[Block]),
    entries: &[R],
    results: &mut [R],
    message: &mut Message<R>,
) {
    let middle = R::BITS / 2;
    let words = message.words.chunks_exact_mut(Message::<R>::SLOTS).zip(&mut message.middles);
    let pads = zero.chunks_exact(R::BITS).zip(one.chunks_exact(R::BITS));
    for (factor, ((entry, (words, half)), (zero, one))) in entries.iter().zip(words).zip(pads).enumerate() {
        let masked = |bit: usize| element::<R>(zero[bit]) - element(one[bit]) + *entry;
        let kept = |bit: usize| element::<R>(zero[bit]) << bit;
        let mut sum = kept(0) + kept(middle);
        words[0] = masked(0);
        *half = masked(middle);
        for (bit, word) in words.iter_mut().enumerate().skip(1) {
            let high = R::BITS - bit;
            *word = ((masked(bit) << bit) >> bit) | (masked(high) << high);
            sum += kept(bit) + kept(high);
        }
        results[factor / columns] -= sum;
    }
}

/// As [`super::receive`].
pub(super) fn receive<R: RingElement>(
    columns: usize,
    chosen: &[Block],
    factors: &[R],
    message: &Message<R>,
    results: &mut [R],
) {
    let middle = R::BITS / 2;
    let words = message.words.chunks_exact(Message::<R>::SLOTS).zip(&message.middles);
    let pads = chosen.chunks_exact(R::BITS);
    for (index, ((factor, (words, half)), pads)) in factors.iter().zip(words).zip(pads).enumerate() {
        let kept = |bit: usize, masked: R| (element::<R>(pads[bit]) + (factor.spread(bit) & masked)) << bit;
        let mut sum = kept(0, words[0]) + kept(middle, *half);
        for (bit, word) in words.iter().enumerate().skip(1) {
            let high = R::BITS - bit;
            sum += kept(bit, *word) + kept(high, *word >> high);
        }
        results[index / columns] += sum;
    }
}

fn element<R: RingElement>(pad: Block) -> R {
    R::from_word(pad.to_u128())
}
