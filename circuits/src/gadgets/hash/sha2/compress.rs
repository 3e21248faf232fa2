//! The compression function (FIPS 180-4, sections 6.2.2 and 6.4.2).

use super::Sha2;
use super::sum::{carry_save, sum};
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire, integer};

/// The words a to h.
type State = [Bits; 8];

/// The state after a block, given the state before it and the words of the block.
pub(super) fn compress(builder: &mut Builder, hash: &Sha2, before: &State, block: Vec<Bits>, shape: Shape) -> State {
    let schedule = message_schedule(builder, hash, block, shape);
    let mut state = before.clone();
    for (word, constant) in schedule.into_iter().zip(hash.round_constants()) {
        state = round(builder, hash, state, word, constant, shape);
    }
    let mut before = before.iter().cloned();
    state.map(|word| sum(builder, &[word, before.next().expect("eight words")], shape))
}

/// The words W: those of the block, then sums of four.
fn message_schedule(builder: &mut Builder, hash: &Sha2, block: Vec<Bits>, shape: Shape) -> Vec<Bits> {
    let mut words = block;
    for t in 16..hash.rounds {
        let [low, high] = hash.small_sigmas;
        let from_15 = small_sigma(builder, &words[t - 15], low);
        let from_2 = small_sigma(builder, &words[t - 2], high);
        let terms = [from_2, words[t - 7].clone(), from_15, words[t - 16].clone()];
        words.push(sum(builder, &terms, shape));
    }
    words
}

/// One round, given the words W and K of it.
fn round(builder: &mut Builder, hash: &Sha2, state: State, word: Bits, constant: Bits, shape: Shape) -> State {
    let [a, b, c, d, e, f, g, h] = state;
    let from_a = big_sigma(builder, &a, hash.big_sigmas[0]);
    let from_e = big_sigma(builder, &e, hash.big_sigmas[1]);
    let majority = majority(builder, &a, &b, &c);
    let choice = choose(builder, &e, &f, &g);
    let t1 = [h, from_e, choice, constant, word];
    let t2 = [from_a, majority];
    let [new_a, new_e] = match shape {
        Shape::FewAnds => new_words_with_few_ands(builder, &t1, &t2, d),
        Shape::FewRounds => new_words_with_few_rounds(builder, &t1, &t2, d),
    };
    [new_a, a, b, c, new_e, e, f, g]
}

/// T1 + T2 and d + T1, given the terms of T1 and T2.
fn new_words_with_few_ands(builder: &mut Builder, t1: &[Bits], t2: &[Bits], d: Bits) -> [Bits; 2] {
    let variables = t1.iter().filter(|term| term.iter().any(|wire| !wire.is_constant()));
    // T1 is added up once for both sums. If only the word of the message is variable in it, as in the first round of a
    // message, that would only keep the constants of T1 apart from those of the two sums.
    let t1 = if variables.count() > 1 { vec![sum(builder, t1, Shape::FewAnds)] } else { t1.to_vec() };
    [t2, &[d]].map(|others| sum(builder, &[&t1, others].concat(), Shape::FewAnds))
}

/// The same in fewer rounds. Each e waits for the e before it, and d is known for long: so the shortest way is to e,
/// as one sum, and a takes off the d that does not belong to it.
fn new_words_with_few_rounds(builder: &mut Builder, t1: &[Bits], t2: &[Bits], d: Bits) -> [Bits; 2] {
    let minus_d_minus_one = integer::not(builder, &d);
    let new_e = carry_save(builder, &[t1, &[d]].concat());
    let new_a = carry_save(builder, &[&new_e, t2, &[minus_d_minus_one]].concat());
    let mut add = |[x, y]: &[Bits; 2], carry| integer::add_with_carry(builder, x, y, carry, Shape::FewRounds);
    [add(&new_a, Wire::TRUE), add(&new_e, Wire::FALSE)]
}

/// Ch: the bits of `f` where those of `e` are 1, and those of `g` elsewhere. One AND gate per bit.
fn choose(builder: &mut Builder, e: &Bits, f: &Bits, g: &Bits) -> Bits {
    e.iter().zip(f.iter()).zip(g.iter()).map(|((e, f), g)| builder.mux(e, f, g)).collect()
}

/// Maj: what two of three bits agree on. One AND gate per bit.
fn majority(builder: &mut Builder, a: &Bits, b: &Bits, c: &Bits) -> Bits {
    let bits = a.iter().zip(b.iter()).zip(c.iter());
    bits.map(|((a, b), c)| {
        let (a_differs, c_differs) = (builder.xor(a, b), builder.xor(c, b));
        let both_differ = builder.and(a_differs, c_differs);
        builder.xor(b, both_differ)
    })
    .collect()
}

/// The functions Σ: the XOR of three rotations.
fn big_sigma(builder: &mut Builder, x: &Bits, rotations: [usize; 3]) -> Bits {
    let [first, second, third] = rotations.map(|amount| integer::rotate_left(x, x.width() - amount));
    let two = integer::xor(builder, &first, &second);
    integer::xor(builder, &two, &third)
}

/// The functions σ: the XOR of two rotations and a shift.
fn small_sigma(builder: &mut Builder, x: &Bits, [first, second, shift]: [usize; 3]) -> Bits {
    let [first, second] = [first, second].map(|amount| integer::rotate_left(x, x.width() - amount));
    let two = integer::xor(builder, &first, &second);
    integer::xor(builder, &two, &integer::shift_right(x, shift, Signedness::Unsigned))
}
