//! Orders that nobody knows.
//!
//! A vector in two addends is permuted by whoever holds them, if both know the permutation; a third party then takes
//! the place of one of them, and its permutation is none that the one who left knows (Laur, Willemson, Zhang,
//! "Round-Efficient Oblivious Database Manipulation", ISC 2011). Parties 0 and 1 apply `first`, parties 1 and 2 apply
//! `second`, parties 2 and 0 apply `third`. The two handovers are one round, since what party 1 hands over depends on
//! nothing that it receives (Araki, Furukawa, Ohara, Pinkas, Rosemarin, Tsuchida, "Secure Graph Analysis at Scale",
//! CCS 2021):
//!
//! | | party 0 | party 1 | party 2 |
//! |---|---|---|---|
//! | has | `x` | `y` | |
//! | sends | `first(x) + r` to party 2 | `second(first(y) - r) + s` to party 0 | |
//! | has | `third` of what came | | `third(second` of what came ` - s)` |
//!
//! Parties 0 and 1 have the mask `r` in common, parties 1 and 2 the mask `s`. What party 2 receives is hidden by `r`,
//! what party 0 receives by `s`.

use super::permutation::Permutation;
use super::wire::{Group, Incoming, add, subtract, write};
use super::{Outgoing, P0, P1, P2};
use crate::correlation::SecretVec;
use crate::net::PartyIndex;
use crate::protocol::replicated::keys::{Keys, draw};

/// Three permutations, of which every party knows two.
#[derive(Default)]
pub(super) struct Shuffle {
    pub(super) first: Option<Permutation>,
    pub(super) second: Option<Permutation>,
    pub(super) third: Option<Permutation>,
}

/// A vector of elements, of which so many bits are sent, under way through a shuffle.
pub(super) struct Passing<G: Group> {
    elements: usize,
    bits: usize,
    /// Party 2's `s`.
    mask: SecretVec<G::Element>,
    /// After the shuffle: the addend of parties 0 and 2.
    pub(super) addend: SecretVec<G::Element>,
}

/// # Panics
/// If a party is asked for a permutation that it has not.
pub(super) fn known(permutation: Option<&Permutation>) -> &Permutation {
    permutation.expect("a permutation that this party knows")
}

impl Shuffle {
    pub(super) fn draw(keys: &mut Keys, me: PartyIndex, rows: usize, row: usize) -> Self {
        let [with_previous, with_next] =
            [&mut keys.first, &mut keys.second].map(|streams| Some(Permutation::draw(&mut streams.order, rows, row)));
        match me {
            P0 => Self { first: with_next, second: None, third: with_previous },
            P1 => Self { first: with_previous, second: with_next, third: None },
            _ => Self { first: None, second: with_previous, third: with_next },
        }
    }
}

impl<G: Group> Passing<G> {
    /// Sends an addend through a shuffle: party 0's or party 1's; party 2 has none.
    pub(super) fn start(
        shuffle: &Shuffle,
        keys: &mut Keys,
        me: PartyIndex,
        addend: &[G::Element],
        (elements, bits): (usize, usize),
        out: &mut Outgoing,
    ) -> Self {
        let mut passing = Self { elements, bits, mask: SecretVec::default(), addend: SecretVec::default() };
        match me {
            P0 => {
                let mut permuted = known(shuffle.first.as_ref()).apply(addend);
                add::<G>(&mut permuted, &draw(&mut keys.second.moved, elements));
                write(&mut out[P2.0], &permuted, bits);
            }
            P1 => {
                let mut permuted = known(shuffle.first.as_ref()).apply(addend);
                subtract::<G>(&mut permuted, &draw(&mut keys.first.moved, elements));
                let mut permuted = known(shuffle.second.as_ref()).apply(&permuted);
                add::<G>(&mut permuted, &draw(&mut keys.second.moved, elements));
                write(&mut out[P0.0], &permuted, bits);
            }
            _ => passing.mask = draw(&mut keys.first.moved, elements),
        }
        passing
    }

    /// Receives what was handed over.
    pub(super) fn arrive(&mut self, shuffle: &Shuffle, me: PartyIndex, incoming: &mut Incoming<'_>) {
        let third = || known(shuffle.third.as_ref());
        match me {
            P0 => self.addend = third().apply(&incoming.take::<G::Element>(P1, self.elements, self.bits)),
            P1 => {}
            _ => {
                let arrived = incoming.take::<G::Element>(P0, self.elements, self.bits);
                let mut permuted = known(shuffle.second.as_ref()).apply(&arrived);
                subtract::<G>(&mut permuted, &self.mask);
                self.mask = SecretVec::default();
                self.addend = third().apply(&permuted);
            }
        }
    }
}
