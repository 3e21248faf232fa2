//! Columns that pass through a shuffle and become replicated again.
//!
//! After a shuffle parties 0 and 2 hold two addends. Components 1 and 2 become streams that party 1 has in common with
//! party 0 and with party 2; each of these two takes its stream away from its addend, and component 0 is the sum of the
//! rests, which they send to each other. Party 1 receives nothing, and knows its components beforehand.

use super::layout::Layout;
use super::shuffle::{Passing, Shuffle};
use super::wire::{Bits, Group, Incoming, Sums, add, subtract, write};
use super::{Outgoing, P0, P1, P2};
use crate::correlation::{RingElement, SecretVec};
use crate::net::PartyIndex;
use crate::protocol::replicated::Replicated;
use crate::protocol::replicated::keys::{Keys, draw};
use crate::protocol::replicated::share::{Pair, Part, Share};
use crate::protocol::vector::Planes;
use crate::protocol::{Domain, Holder, Shape};

/// A column under way.
pub(super) struct Column<G: Group> {
    elements: usize,
    bits: usize,
    passing: Passing<G>,
    /// My components; component 0 is there when the rests have met.
    pub(super) pair: Pair<SecretVec<G::Element>>,
}

impl<G: Group> Column<G> {
    pub(super) fn start(
        shuffle: &Shuffle,
        keys: &mut Keys,
        me: PartyIndex,
        addend: &[G::Element],
        (elements, bits): (usize, usize),
        out: &mut Outgoing,
    ) -> Self {
        let passing = Passing::start(shuffle, keys, me, addend, (elements, bits), out);
        let pair = match me {
            P0 => Pair::new(SecretVec::default(), draw(&mut keys.second.moved, elements)),
            P1 => Pair::new(draw(&mut keys.first.moved, elements), draw(&mut keys.second.moved, elements)),
            _ => Pair::new(draw(&mut keys.first.moved, elements), SecretVec::default()),
        };
        Self { elements, bits, passing, pair }
    }

    pub(super) fn arrive(&mut self, shuffle: &Shuffle, me: PartyIndex, incoming: &mut Incoming<'_>) {
        self.passing.arrive(shuffle, me, incoming);
    }

    /// Parties 0 and 2 send each other their rests.
    pub(super) fn meet(&mut self, me: PartyIndex, out: &mut Outgoing) {
        let (stream, fellow) = match me {
            P0 => (&self.pair.second, P2),
            P1 => return,
            _ => (&self.pair.first, P0),
        };
        subtract::<G>(&mut self.passing.addend, stream);
        write(&mut out[fellow.0], &self.passing.addend, self.bits);
    }

    pub(super) fn met(&mut self, me: PartyIndex, incoming: &mut Incoming<'_>) {
        let fellow = match me {
            P0 => P2,
            P1 => return,
            _ => P0,
        };
        let mut component = std::mem::take(&mut self.passing.addend);
        add::<G>(&mut component, &incoming.take::<G::Element>(fellow, self.elements, self.bits));
        *(if me == P0 { &mut self.pair.first } else { &mut self.pair.second }) = component;
    }
}

/// A vector that is put in order, whatever its elements.
pub(super) enum Moved<R: RingElement> {
    Numbers(Column<Sums<R>>),
    /// Strings of at most 64 bits.
    Short(Column<Bits<u64>>),
    /// Strings of at most 128 bits.
    Long(Column<Bits<u128>>),
}

/// Bits of an element that are sent: whole bytes.
pub(super) fn moved_bits(domain: Domain, ring_bits: usize) -> usize {
    match domain {
        Domain::Arithmetic => ring_bits,
        Domain::Boolean { width } => (width as usize).next_multiple_of(8),
    }
}

impl<R: RingElement> Moved<R> {
    pub(super) fn start(
        party: &mut Replicated<R>,
        shuffle: &Shuffle,
        share: &Share<R>,
        layout: &Layout,
        out: &mut Outgoing,
    ) -> Self {
        let me = party.me();
        let bits = moved_bits(share.shape.domain, R::BITS);
        let of = (layout.elements(), bits);
        match &share.part {
            Part::Arithmetic(_) => {
                let pair = party.elements_under(share, Holder::Shared);
                let addend = match me {
                    P0 => {
                        let mut sum = pair.first;
                        add::<Sums<R>>(&mut sum, &pair.second);
                        sum
                    }
                    _ => pair.second,
                };
                Self::Numbers(Column::start(shuffle, party.keys(), me, &addend, of, out))
            }
            Part::Boolean(pair) => {
                let words = addend_of_bits(pair, me);
                if bits > 64 {
                    return Self::Long(Column::start(shuffle, party.keys(), me, &words, of, out));
                }
                let short: SecretVec<u64> = words.iter().map(|word| *word as u64).collect::<Vec<_>>().into();
                Self::Short(Column::start(shuffle, party.keys(), me, &short, of, out))
            }
        }
    }

    pub(super) fn arrive(&mut self, shuffle: &Shuffle, me: PartyIndex, incoming: &mut Incoming<'_>) {
        match self {
            Self::Numbers(column) => column.arrive(shuffle, me, incoming),
            Self::Short(column) => column.arrive(shuffle, me, incoming),
            Self::Long(column) => column.arrive(shuffle, me, incoming),
        }
    }

    pub(super) fn meet(&mut self, me: PartyIndex, out: &mut Outgoing) {
        match self {
            Self::Numbers(column) => column.meet(me, out),
            Self::Short(column) => column.meet(me, out),
            Self::Long(column) => column.meet(me, out),
        }
    }

    pub(super) fn met(&mut self, me: PartyIndex, incoming: &mut Incoming<'_>) {
        match self {
            Self::Numbers(column) => column.met(me, incoming),
            Self::Short(column) => column.met(me, incoming),
            Self::Long(column) => column.met(me, incoming),
        }
    }

    /// The vector, with every element moved to its place in `order`.
    pub(super) fn placed(&self, shape: Shape, order: &[u32]) -> Share<R> {
        use super::permutation::scatter;
        let planes = |words: SecretVec<u128>| Planes::of_elements(shape.width(), &words);
        let part = match self {
            Self::Numbers(column) => Part::Arithmetic(column.pair.map(|component| scatter(order, component))),
            Self::Short(column) => Part::Boolean(column.pair.map(|component| {
                let placed = scatter(order, component);
                planes(placed.iter().map(|word| u128::from(*word)).collect::<Vec<_>>().into())
            })),
            Self::Long(column) => Part::Boolean(column.pair.map(|component| planes(scatter(order, component)))),
        };
        let holder = Holder::Shared;
        Share { shape: Shape { holder, ..shape }, part }
    }
}

/// Of a boolean vector: components 0 and 1 together at party 0, component 2 at party 1.
fn addend_of_bits(pair: &Pair<Planes>, me: PartyIndex) -> SecretVec<u128> {
    let words = |planes: &Planes| SecretVec::from(planes.to_elements());
    match me {
        P0 => {
            let mut words = words(&pair.first);
            add::<Bits<u128>>(&mut words, &SecretVec::from(pair.second.to_elements()));
            words
        }
        P1 => words(&pair.second),
        _ => SecretVec::default(),
    }
}
