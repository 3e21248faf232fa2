//! One party's part in one sort, step by step.

use super::column::{Column, Moved};
use super::digit::{completed, dealt, digits, places, turned, without_last};
use super::layout::{Act, Layout};
use super::permutation::gather;
use super::shuffle::{Passing, Shuffle, known};
use super::wire::{Bits, Incoming, Place, Sums, add, subtract, write};
use super::{Outgoing, P0, P1, P2};
use crate::correlation::{RingElement, SecretVec};
use crate::net::{ChannelError, ChannelFault, PartyIndex};
use crate::protocol::SortRequest;
use crate::protocol::replicated::keys::{Keys, draw};
use crate::protocol::replicated::share::{Pair, Share};
use crate::protocol::replicated::{REPLICATED_SORT, Replicated};

type Places = Passing<Sums<Place>>;

/// A sort under way.
pub(super) struct Sorting<'a, R: RingElement> {
    layout: Layout,
    request: &'a SortRequest<'a, Share<R>>,
    /// Where elements go by the digits so far: addends of parties 0 and 1.
    ranks: SecretVec<Place>,
    shuffle: Shuffle,
    passing: Option<Places>,
    digit: Option<Column<Bits<u8>>>,
    moved: Vec<Moved<R>>,
    /// Parties 0 and 2: an addend of the flags of what party 1 knows of a digit, without the last ones.
    dealt: SecretVec<Place>,
    /// Parties 0 and 2: their addend of the flags in order, while the rest is on its way; party 0: places on their way
    /// back; party 1: the mask of those.
    waiting: SecretVec<Place>,
    /// My components of all flags.
    flags: Option<Pair<SecretVec<Place>>>,
    /// Parties 0 and 2, and at last everybody: the places of shuffled elements.
    order: Option<SecretVec<u32>>,
}

impl<'a, R: RingElement> Sorting<'a, R> {
    pub(super) fn new(layout: Layout, request: &'a SortRequest<'a, Share<R>>) -> Self {
        Self {
            layout,
            request,
            ranks: SecretVec::default(),
            shuffle: Shuffle::default(),
            passing: None,
            digit: None,
            moved: Vec::new(),
            dealt: SecretVec::default(),
            waiting: SecretVec::default(),
            flags: None,
            order: None,
        }
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(super) fn send(&mut self, step: usize, party: &mut Replicated<R>, out: &mut Outgoing) {
        let me = party.me();
        match self.layout.act(step) {
            Act::Deal => self.deal(0, party.keys(), me, out),
            Act::Shuffle(digit) => self.shuffle_digit(digit, party.keys(), me, out),
            Act::Meet(_) => {
                self.open_places(me, out);
                self.under_way().meet(me, out);
            }
            Act::Flags(digit) => self.turn(digit, party.keys(), me, out),
            Act::Places(digit) => self.count(digit, party.keys(), me, out),
            Act::Return => {
                if me == P0 {
                    write(&mut out[P1.0], &std::mem::take(&mut self.waiting), self.layout.place_bits);
                }
            }
            Act::ShuffleAll => {
                self.shuffle_places(party.keys(), me, out);
                let (shuffle, layout) = (&self.shuffle, &self.layout);
                let moved = self.request.moved.iter();
                self.moved = moved.map(|share| Moved::start(party, shuffle, share, layout, out)).collect();
            }
            Act::MeetAll => {
                self.open_places(me, out);
                self.open_to_the_third(party.keys(), me, out);
                self.moved.iter_mut().for_each(|moved| moved.meet(me, out));
            }
        }
    }

    /// # Errors
    /// What was opened says no order.
    pub(super) fn receive(
        &mut self,
        step: usize,
        me: PartyIndex,
        incoming: &mut Incoming<'_>,
    ) -> Result<(), ChannelError> {
        match self.layout.act(step) {
            Act::Deal => self.take_dealt(0, me, incoming),
            Act::Shuffle(digit) => {
                self.arrive(me, incoming);
                if let Some(column) = &mut self.digit {
                    column.arrive(&self.shuffle, me, incoming);
                }
                self.take_dealt(digit, me, incoming);
            }
            Act::Meet(_) => {
                if me != P1 {
                    let other = if me == P0 { P2 } else { P0 };
                    self.opened(other, incoming)?;
                }
                self.under_way().met(me, incoming);
            }
            Act::Flags(digit) => self.flags_met(digit, me, incoming),
            Act::Places(digit) => self.counted(digit, me, incoming),
            Act::Return => {
                if me == P1 {
                    let mut places = self.take_places(P0, incoming);
                    places = known(self.shuffle.second.as_ref()).undo(&places);
                    subtract::<Sums<Place>>(&mut places, &std::mem::take(&mut self.waiting));
                    self.ranks = known(self.shuffle.first.as_ref()).undo(&places);
                }
            }
            Act::ShuffleAll => {
                self.arrive(me, incoming);
                self.moved.iter_mut().for_each(|moved| moved.arrive(&self.shuffle, me, incoming));
            }
            Act::MeetAll => {
                if me == P1 {
                    // From both others: it has no addend of its own.
                    let addend = self.take_places(P0, incoming);
                    self.passing_places().addend = addend;
                }
                self.opened(if me == P2 { P0 } else { P2 }, incoming)?;
                self.moved.iter_mut().for_each(|moved| moved.met(me, incoming));
            }
        }
        Ok(())
    }

    /// What was moved, in order; as it was, if there were no steps.
    pub(super) fn finish(self) -> Vec<Share<R>> {
        let Some(order) = self.order else {
            return self.request.moved.iter().map(|share| share.duplicate()).collect();
        };
        let columns = self.moved.iter().zip(&self.request.moved);
        columns.map(|(moved, share)| moved.placed(share.shape, &order)).collect()
    }

    /// # Panics
    /// If places do not pass: steps come in order.
    fn passing_places(&mut self) -> &mut Places {
        self.passing.as_mut().expect("places that pass through a shuffle")
    }

    /// # Panics
    /// If no digit passes: steps come in order.
    fn under_way(&mut self) -> &mut Column<Bits<u8>> {
        self.digit.as_mut().expect("a digit that passes through a shuffle")
    }

    fn take_places(&self, from: PartyIndex, incoming: &mut Incoming<'_>) -> SecretVec<Place> {
        incoming.take(from, self.layout.elements(), self.layout.place_bits)
    }

    /// Bits of a digit in one of my components of the keys; the sign counts the other way round.
    fn component(&self, digit: usize, second: bool) -> SecretVec<u8> {
        let pair = self.request.keys.planes();
        let (from, bits) = self.layout.digit(digit);
        digits(if second { &pair.second } else { &pair.first }, from, bits)
    }

    /// Of a digit, component 0, at parties 0 and 2.
    fn component_zero(&self, digit: usize, me: PartyIndex) -> SecretVec<u8> {
        let mut component = self.component(digit, me == P2);
        if self.request.signed && digit + 1 == self.layout.digits() {
            let sign = 1_u8 << (self.layout.digit(digit).1 - 1);
            component.iter_mut().for_each(|bits| *bits ^= sign);
        }
        component
    }

    fn shuffle_places(&mut self, keys: &mut Keys, me: PartyIndex, out: &mut Outgoing) {
        let Layout { rows, row, place_bits, .. } = self.layout;
        self.shuffle = Shuffle::draw(keys, me, rows, row);
        let ranks = std::mem::take(&mut self.ranks);
        self.passing = Some(Passing::start(&self.shuffle, keys, me, &ranks, (rows * row, place_bits), out));
    }

    fn shuffle_digit(&mut self, digit: usize, keys: &mut Keys, me: PartyIndex, out: &mut Outgoing) {
        self.shuffle_places(keys, me, out);
        let addend = match me {
            P0 => {
                let mut sum = self.component_zero(digit, me);
                add::<Bits<u8>>(&mut sum, &self.component(digit, true));
                sum
            }
            P1 => self.component(digit, true),
            _ => SecretVec::default(),
        };
        let of = (self.layout.elements(), self.layout.digit(digit).1);
        self.digit = Some(Column::start(&self.shuffle, keys, me, &addend, of, out));
        self.deal(digit, keys, me, out);
    }

    /// Party 1 deals the flags of what it knows of a digit.
    fn deal(&mut self, digit: usize, keys: &mut Keys, me: PartyIndex, out: &mut Outgoing) {
        let flags = self.layout.flags(digit);
        match me {
            P0 => self.dealt = draw(&mut keys.second.moved, flags),
            P1 => {
                let known = match &self.digit {
                    None => {
                        let mut both = self.component(digit, false);
                        add::<Bits<u8>>(&mut both, &self.component(digit, true));
                        both
                    }
                    Some(column) => {
                        let mut both = column.pair.first.duplicate();
                        add::<Bits<u8>>(&mut both, &column.pair.second);
                        both
                    }
                };
                let theirs = draw(&mut keys.first.moved, flags);
                let rest = dealt(self.layout.digit(digit).1, &known, &theirs);
                write(&mut out[P2.0], &rest, self.layout.place_bits);
            }
            _ => {}
        }
    }

    fn take_dealt(&mut self, digit: usize, me: PartyIndex, incoming: &mut Incoming<'_>) {
        if me == P2 {
            self.dealt = incoming.take(P1, self.layout.flags(digit), self.layout.place_bits);
        }
    }

    fn arrive(&mut self, me: PartyIndex, incoming: &mut Incoming<'_>) {
        if let Some(passing) = &mut self.passing {
            passing.arrive(&self.shuffle, me, incoming);
        }
    }

    /// Parties 0 and 2 tell each other their addends of shuffled places.
    fn open_places(&mut self, me: PartyIndex, out: &mut Outgoing) {
        let bits = self.layout.place_bits;
        match me {
            P0 => write(&mut out[P2.0], &self.passing_places().addend, bits),
            P1 => {}
            _ => write(&mut out[P0.0], &self.passing_places().addend, bits),
        }
    }

    /// And they tell party 1 others with the same sum: by their own ones it would know how party 0's were permuted.
    fn open_to_the_third(&mut self, keys: &mut Keys, me: PartyIndex, out: &mut Outgoing) {
        let (elements, bits) = (self.layout.elements(), self.layout.place_bits);
        if me == P1 {
            return;
        }
        let mut addend = self.passing_places().addend.duplicate();
        if me == P0 {
            add::<Sums<Place>>(&mut addend, &draw(&mut keys.first.moved, elements));
        } else {
            subtract::<Sums<Place>>(&mut addend, &draw(&mut keys.second.moved, elements));
        }
        write(&mut out[P1.0], &addend, bits);
    }

    /// The places of shuffled elements, of which the other addend comes from `other`.
    fn opened(&mut self, other: PartyIndex, incoming: &mut Incoming<'_>) -> Result<(), ChannelError> {
        let mut sum = self.take_places(other, incoming);
        let mine = self.passing.take().map(|passing| passing.addend).unwrap_or_default();
        add::<Sums<Place>>(&mut sum, &mine);
        self.order = Some(order(&sum, &self.layout).ok_or(ChannelError {
            peer: other,
            step: REPLICATED_SORT,
            fault: ChannelFault::Disagreement("places that are no order"),
        })?);
        Ok(())
    }

    /// Parties 0 and 2 turn what was dealt, and everybody masks it.
    fn turn(&mut self, digit: usize, keys: &mut Keys, me: PartyIndex, out: &mut Outgoing) {
        let (bits, flags) = (self.layout.digit(digit).1, self.layout.flags(digit));
        if me == P1 {
            let [first, second] = [&mut keys.first, &mut keys.second].map(|s| draw::<Place>(&mut s.moved, flags));
            self.flags = Some(Pair::new(completed(bits, &first, 0), completed(bits, &second, 0)));
            self.digit = None;
            return;
        }
        let turns = match self.digit.take() {
            None => self.component_zero(digit, me),
            Some(column) => {
                if me == P0 {
                    column.pair.first
                } else {
                    column.pair.second
                }
            }
        };
        let all = completed(bits, &std::mem::take(&mut self.dealt), u32::from(me == P2));
        let turned = turned(bits, &all, &turns, self.order.as_deref());
        let mut rest = without_last(bits, &turned);
        let (stream, other) = if me == P0 { (&mut keys.second, P2) } else { (&mut keys.first, P0) };
        let mask = draw::<Place>(&mut stream.moved, flags);
        subtract::<Sums<Place>>(&mut rest, &mask);
        write(&mut out[other.0], &rest, self.layout.place_bits);
        self.waiting = rest;
        let known = completed(bits, &mask, 0);
        let none = SecretVec::default();
        self.flags = Some(if me == P0 { Pair::new(none, known) } else { Pair::new(known, none) });
    }

    fn flags_met(&mut self, digit: usize, me: PartyIndex, incoming: &mut Incoming<'_>) {
        if me == P1 {
            return;
        }
        let other = if me == P0 { P2 } else { P0 };
        let mut sum = std::mem::take(&mut self.waiting);
        let rest = incoming.take(other, self.layout.flags(digit), self.layout.place_bits);
        add::<Sums<Place>>(&mut sum, &rest);
        let component = completed(self.layout.digit(digit).1, &sum, 1);
        if let Some(flags) = &mut self.flags {
            *(if me == P0 { &mut flags.first } else { &mut flags.second }) = component;
        }
    }

    /// Everybody's addend of the places of elements in their order so far. Parties 1 and 2 have a mask in common, by
    /// which one of them hands its addend over to party 0. Later digits: party 2 starts the way back.
    fn count(&mut self, digit: usize, keys: &mut Keys, me: PartyIndex, out: &mut Outgoing) {
        let (elements, bits) = (self.layout.elements(), self.layout.place_bits);
        let Some(flags) = self.flags.take() else { return };
        let mut addend = places(self.layout.digit(digit).1, self.layout.row, &flags.first, &flags.second);
        drop(flags);
        if digit == 0 {
            match me {
                P0 => {}
                P1 => subtract::<Sums<Place>>(&mut addend, &draw(&mut keys.second.moved, elements)),
                _ => {
                    add::<Sums<Place>>(&mut addend, &draw(&mut keys.first.moved, elements));
                    write(&mut out[P0.0], &addend, bits);
                }
            }
            self.ranks = addend;
            return;
        }
        match me {
            P0 => {
                // Its mask on the way back, and what it has until more comes.
                self.waiting = draw(&mut keys.first.moved, elements);
                self.ranks = addend;
            }
            P1 => {
                add::<Sums<Place>>(&mut addend, &draw(&mut keys.second.moved, elements));
                write(&mut out[P0.0], &addend, bits);
                self.waiting = draw(&mut keys.second.moved, elements);
            }
            _ => {
                subtract::<Sums<Place>>(&mut addend, &draw(&mut keys.first.moved, elements));
                let mask = draw(&mut keys.first.moved, elements);
                let mut back = known(self.shuffle.third.as_ref()).undo(&self.as_shuffled(&addend));
                subtract::<Sums<Place>>(&mut back, &draw(&mut keys.second.moved, elements));
                let mut back = known(self.shuffle.second.as_ref()).undo(&back);
                add::<Sums<Place>>(&mut back, &mask);
                write(&mut out[P0.0], &back, bits);
            }
        }
    }

    fn counted(&mut self, digit: usize, me: PartyIndex, incoming: &mut Incoming<'_>) {
        if me != P0 {
            return;
        }
        let mut addend = std::mem::take(&mut self.ranks);
        if digit == 0 {
            add::<Sums<Place>>(&mut addend, &self.take_places(P2, incoming));
            self.ranks = addend;
            return;
        }
        add::<Sums<Place>>(&mut addend, &self.take_places(P1, incoming));
        let back = known(self.shuffle.third.as_ref()).undo(&self.as_shuffled(&addend));
        add::<Sums<Place>>(&mut self.waiting, &back);
        let back = self.take_places(P2, incoming);
        self.ranks = known(self.shuffle.first.as_ref()).undo(&back);
    }

    /// What belongs to elements in their order, as the elements were shuffled.
    fn as_shuffled(&self, ordered: &[Place]) -> SecretVec<Place> {
        self.order.as_ref().map(|order| gather(order, ordered)).unwrap_or_default()
    }
}

/// Places in rows as places in the whole vector, if each occurs once.
fn order(places: &[Place], layout: &Layout) -> Option<SecretVec<u32>> {
    let mask = u32::MAX >> (32 - layout.place_bits);
    let mut taken = vec![false; layout.elements()];
    let mut order = SecretVec::<u32>::zeros(places.len());
    for (i, (place, order)) in places.iter().zip(order.iter_mut()).enumerate() {
        let (first, place) = (i / layout.row * layout.row, (place.0 & mask) as usize);
        if place >= layout.row || std::mem::replace(&mut taken[first + place], true) {
            return None;
        }
        *order = (first + place) as u32;
    }
    Some(order)
}
