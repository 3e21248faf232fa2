//! Where elements go by one digit of their keys.
//!
//! A digit of `d` bits is one of `2^d`, and its *flags* say which: one is 1. Of a digit in components `c0`, `c1` and
//! `c2` party 1 knows `u = c1 ^ c2`, and both others know `c0`. Party 1 shares the flags of `u` between them; those of
//! the digit `u ^ c0` are the same in another order, into which each of the two brings its addend by itself. What the
//! last flag is, the others say.
//!
//! The place of an element is the number of elements with smaller digits and of earlier ones with its own (Chida,
//! Hamada, Ikarashi, Kikuchi, Kiribuchi, Pinkas, "An Efficient Secure Three-Party Sorting Protocol with an Honest
//! Majority", ePrint 2019/695, section 5): a sum of products of its flags with counts, which are linear.

use super::wire::Place;
use crate::correlation::SecretVec;
use crate::protocol::vector::{Planes, read};

/// The most bits of a digit.
pub(super) const MOST_BITS: usize = 4;

/// Calls a function for digits of so many values.
macro_rules! of_digits {
    ($bits:expr, $function:ident($($argument:expr),*)) => {
        match $bits {
            1 => $function::<2>($($argument),*),
            2 => $function::<4>($($argument),*),
            3 => $function::<8>($($argument),*),
            _ => $function::<16>($($argument),*),
        }
    };
}

/// Bits `from..from + bits` of all elements.
pub(super) fn digits(planes: &Planes, from: usize, bits: usize) -> SecretVec<u8> {
    let mut digits = SecretVec::<u8>::zeros(planes.length());
    for bit in 0..bits {
        let plane = planes.plane(from + bit);
        for (digits, first) in digits.chunks_mut(64).zip((0..).step_by(64)) {
            let word = read(plane, first, digits.len());
            digits.iter_mut().enumerate().for_each(|(i, digit)| *digit |= ((word >> i & 1) as u8) << bit);
        }
    }
    digits
}

/// Party 1: the flags of digits that it knows, without the addend `theirs`; both without the last flags.
pub(super) fn dealt(bits: usize, digits: &[u8], theirs: &[Place]) -> SecretVec<Place> {
    fn of<const VALUES: usize>(digits: &[u8], theirs: &[Place]) -> SecretVec<Place> {
        let mut dealt = SecretVec::<Place>::zeros(theirs.len());
        let rows = dealt.chunks_exact_mut(VALUES - 1).zip(theirs.chunks_exact(VALUES - 1)).zip(digits);
        for ((dealt, theirs), digit) in rows {
            let digit = usize::from(*digit) & (VALUES - 1);
            for (value, (dealt, theirs)) in dealt.iter_mut().zip(theirs).enumerate() {
                *dealt = std::num::Wrapping(u32::from(value == digit)) - *theirs;
            }
        }
        dealt
    }
    of_digits!(bits, of(digits, theirs))
}

/// All flags, from all but the last ones, which add up to `total` with the others.
pub(super) fn completed(bits: usize, flags: &[Place], total: u32) -> SecretVec<Place> {
    fn of<const VALUES: usize>(flags: &[Place], total: Place) -> SecretVec<Place> {
        let mut all = SecretVec::<Place>::zeros(flags.len() / (VALUES - 1) * VALUES);
        for (all, flags) in all.chunks_exact_mut(VALUES).zip(flags.chunks_exact(VALUES - 1)) {
            all[..VALUES - 1].copy_from_slice(flags);
            all[VALUES - 1] = flags.iter().fold(total, |rest, flag| rest - *flag);
        }
        all
    }
    of_digits!(bits, of(flags, std::num::Wrapping(total)))
}

/// Parties 0 and 2: an addend of the flags of `u ^ c0`, from that of the flags of `u`, at the places that elements have
/// in `order` (where they stand, if there is none).
pub(super) fn turned(bits: usize, flags: &[Place], turns: &[u8], order: Option<&[u32]>) -> SecretVec<Place> {
    fn of<const VALUES: usize>(flags: &[Place], turns: &[u8], order: Option<&[u32]>) -> SecretVec<Place> {
        let mut turned = SecretVec::<Place>::zeros(flags.len());
        for (i, (flags, turn)) in flags.chunks_exact(VALUES).zip(turns).enumerate() {
            let place = order.map_or(i, |order| order[i] as usize);
            let row = &mut turned[place * VALUES..][..VALUES];
            row.copy_from_slice(flags);
            // Halves are exchanged where a bit is set, without asking for it.
            let mut apart = 1;
            while apart < VALUES {
                let swap = Place::default() - std::num::Wrapping(u32::from(usize::from(*turn) & apart != 0));
                for pair in row.chunks_exact_mut(2 * apart) {
                    let (low, high) = pair.split_at_mut(apart);
                    for (low, high) in low.iter_mut().zip(high) {
                        let difference = (*low ^ *high) & swap;
                        (*low, *high) = (*low ^ difference, *high ^ difference);
                    }
                }
                apart *= 2;
            }
        }
        turned
    }
    of_digits!(bits, of(flags, turns, order))
}

/// Of each row of flags, all but the last.
pub(super) fn without_last(bits: usize, flags: &[Place]) -> SecretVec<Place> {
    let values = 1 << bits;
    let mut rest = SecretVec::<Place>::zeros(flags.len() / values * (values - 1));
    for (rest, flags) in rest.chunks_exact_mut(values - 1).zip(flags.chunks_exact(values)) {
        rest.copy_from_slice(&flags[..values - 1]);
    }
    rest
}

/// My addend of all places, from my components of all flags: `first (C_first + C_second) + second C_first` for the
/// counts `C` of the components.
pub(super) fn places(bits: usize, row: usize, first: &[Place], second: &[Place]) -> SecretVec<Place> {
    fn of<const VALUES: usize>(row: usize, first: &[Place], second: &[Place]) -> SecretVec<Place> {
        let mut places = SecretVec::<Place>::zeros(first.len() / VALUES);
        let flags = |of: &[Place]| -> [Place; VALUES] { std::array::from_fn(|value| of[value]) };
        let rows = first.chunks_exact(row * VALUES).zip(second.chunks_exact(row * VALUES));
        for ((first, second), places) in rows.zip(places.chunks_exact_mut(row)) {
            let (mut a, mut b) = (starts::<VALUES>(first), starts::<VALUES>(second));
            let elements = first.chunks_exact(VALUES).zip(second.chunks_exact(VALUES));
            for ((x, y), place) in elements.zip(places) {
                let (x, y) = (flags(x), flags(y));
                for value in 0..VALUES {
                    *place += x[value] * (a[value] + b[value]) + y[value] * a[value];
                    a[value] += x[value];
                    b[value] += y[value];
                }
            }
        }
        places
    }
    of_digits!(bits, of(row, first, second))
}

/// By value, how many elements of a row have smaller ones.
fn starts<const VALUES: usize>(flags: &[Place]) -> [Place; VALUES] {
    let mut starts = [Place::default(); VALUES];
    for flags in flags.chunks_exact(VALUES) {
        starts.iter_mut().zip(flags).for_each(|(start, flag)| *start += *flag);
    }
    let mut smaller = Place::default();
    for start in &mut starts {
        smaller += std::mem::replace(start, smaller);
    }
    starts
}

#[cfg(test)]
mod tests {
    use std::num::Wrapping;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::crypto::Random;

    proptest! {
        /// Flags in three random components, dealt, turned and counted as the three parties do.
        #[test]
        fn places_are_those_of_a_stable_sort(
            bits in 1_usize..=MOST_BITS,
            row in 1_usize..40,
            elements in vec(any::<u8>(), 40..200),
            seed: u8,
        ) {
            let elements = &elements[..elements.len() / row * row];
            let mask = (1_u8 << bits) - 1;
            let mut random = Random::dangerous_from_seed([seed; 32]);
            let turns: Vec<u8> = SecretVec::<u8>::random(elements.len(), &mut random).iter().map(|r| r & mask).collect();
            let known: Vec<u8> = elements.iter().zip(&turns).map(|(element, turn)| element ^ turn).collect();
            let each = (1 << bits) - 1;
            let theirs = SecretVec::<Place>::random(elements.len() * each, &mut random);
            let rest = dealt(bits, &known, &theirs);
            let halves = [(&theirs, 0), (&rest, 1)].map(|(half, total)| {
                turned(bits, &completed(bits, half, total), &turns, None)
            });
            let [f1, f2] = [0, 1].map(|_| SecretVec::<Place>::random(elements.len() * each, &mut random));
            let mut f0 = without_last(bits, &halves[0]);
            for (i, f0) in f0.iter_mut().enumerate() {
                *f0 += without_last(bits, &halves[1])[i] - f1[i] - f2[i];
            }
            let all = [completed(bits, &f0, 1), completed(bits, &f1, 0), completed(bits, &f2, 0)];
            let addends = [0, 1, 2].map(|i| places(bits, row, &all[i], &all[(i + 1) % 3]));
            for (r, elements) in elements.chunks(row).enumerate() {
                let mut order: Vec<usize> = (0..row).collect();
                order.sort_by_key(|i| elements[*i] & mask);
                for (place, element) in order.into_iter().enumerate() {
                    let sum: Place = addends.iter().map(|addend| addend[r * row + element]).sum();
                    prop_assert_eq!(sum, Wrapping(place as u32));
                }
            }
        }
    }
}
