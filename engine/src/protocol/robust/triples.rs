//! Triples: products of two random values, from sharings of which the products' is of twice the degree.
//!
//! Everybody sends everybody its share of `a b - r`, of twice the degree; as `r` was dealt in both degrees, what is opened and
//! the other sharing of `r` make one of `a b`. With more than three times as many members as may deviate, wrong shares of twice the degree
//! show, but not whose they are. Whoever sees some says so in a broadcast; then all broadcast what they have of that one
//! triple, and dealers what they dealt of `r`. What is inconsistent tells a party or a pair of whom one deviates.

use super::dealing::{BeginAgain, Dealt, Part, Vector, all_say, is_integer, pack, unpack};
use super::lane::Lane;
use super::table::Table;
use crate::galois::{Code, Elements};
use crate::net::{PartyIndex, Step};
use crate::protocol::Session;

/// Shares of masked products.
pub const ROBUST_PRODUCTS: Step = Step::new("robust/products");

/// No complaint.
const CONTENT: u32 = u32::MAX;
/// Bytes of a complaint.
pub(super) const COMPLAINT: usize = 4;

/// Shares of random values and their products.
pub(super) struct Triples<C: Lane> {
    pub(super) a: Elements<C>,
    pub(super) b: Elements<C>,
    pub(super) c: Elements<C>,
}

impl<C: Lane> Triples<C> {
    /// The first ones, and the others.
    pub(super) fn split(&self, first: usize) -> (Self, Self) {
        let part = |from, to| Self { a: self.a.part(from..to), b: self.b.part(from..to), c: self.c.part(from..to) };
        (part(0, first), part(first, self.a.len()))
    }
}

/// Products of the first half of the factors with the second.
pub(super) async fn multiply<C: Lane>(
    session: &mut Session,
    table: &mut Table,
    dealt: &Dealt<C>,
    count: usize,
) -> Result<Triples<C>, BeginAgain> {
    let council = table.council().clone();
    let [a, b] = halves(table, dealt, Part::Narrow, count);
    let mut mine = a.product(table.ring(), &b);
    mine.subtract(&dealt.sum(table, Part::Wide).part(0..count));
    let messages = council.exchange(&mut session.network, ROBUST_PRODUCTS, &pack(&mine)).await;
    let received: Vec<Option<Elements<C>>> =
        messages.iter().map(|message| message.as_ref().map(|words| unpack(table, count, words))).collect();
    let there: Vec<(usize, &Elements<C>)> = council
        .members()
        .iter()
        .zip(&received)
        .filter_map(|(member, share)| share.as_ref().map(|share| (member.0, share)))
        .collect();
    let code = table.products();
    let complaint = match code.first_inconsistency(&there) {
        _ if there.len() < council.members().len() => 0,
        Some((place, _)) => place as u32,
        None => CONTENT,
    };
    let complaints = all_say(session, table, ROBUST_PRODUCTS, &complaint.to_le_bytes()).await?;
    let complaints = complaints.iter().map(|said| u32::from_le_bytes(said.as_slice().try_into().unwrap_or_default()));
    if let Some((complaining, place)) = complaints.enumerate().find(|(_, said)| *said != CONTENT) {
        let place = place as usize % count;
        let inquiry = Inquiry { complaining, place };
        let evidence = inquiry.evidence(table, session.network.me(), dealt, (&a, &b), &received);
        let said = all_say(session, table, ROBUST_PRODUCTS, &evidence).await?;
        let (first, second) = inquiry.verdict(table, dealt, &said);
        table.eliminate(ROBUST_PRODUCTS, first, second);
        return Err(BeginAgain);
    }
    let mut c = Elements::constants(table.ring(), code.reconstruct(&there).plane(0));
    c.add(&dealt.sum(table, Part::Pads).part(0..count));
    let [a, b] = halves(table, dealt, Part::Factors, count);
    Ok(Triples { a, b, c })
}

/// The factors of so many products.
fn halves<C: Lane>(table: &Table, dealt: &Dealt<C>, part: Part, count: usize) -> [Elements<C>; 2] {
    let factors = dealt.sum(table, part);
    [factors.part(0..count), factors.part(count..2 * count)]
}

/// What is asked of one product that somebody complains of.
struct Inquiry {
    /// The place of who complains.
    complaining: usize,
    /// Of the product.
    place: usize,
}

/// What a member says of it.
struct Evidence<C: Lane> {
    a: Elements<C>,
    b: Elements<C>,
    /// By layer of dealers: its share of `r`.
    addends: Vec<Elements<C>>,
    /// By member's place: the shares of its own addend, if it dealt one.
    dealt: Vec<Elements<C>>,
    /// By member's place: the shares of the product that it was sent, and whether it was.
    received: Vec<Option<Elements<C>>>,
}

impl Inquiry {
    fn evidence<C: Lane>(
        &self,
        table: &Table,
        me: PartyIndex,
        dealt: &Dealt<C>,
        (a, b): (&Elements<C>, &Elements<C>),
        received: &[Option<Elements<C>>],
    ) -> Vec<u8> {
        let (division, zero) = (&dealt.division, || Elements::zeros(table.ring(), 1));
        let one = |elements: &Elements<C>, place: usize| elements.part(place..place + 1);
        let (group, place) = division.of_pad(self.place);
        let layers = 0..division.dealers();
        let mine = table.council().members().iter().position(|member| *member == me);
        let my_layer = layers.clone().find(|layer| Some(division.dealer(group, *layer)) == mine);
        let mut evidence = [pack(&one(a, self.place)), pack(&one(b, self.place))].concat();
        for layer in layers {
            let hand = &dealt.hands[division.dealer(group, layer)];
            evidence.extend(pack(&one(hand.vector(Vector::Wide), division.at_dealer(layer, place))));
        }
        for hand in &dealt.mine {
            let dealt =
                my_layer.map_or_else(zero, |layer| one(hand.vector(Vector::Wide), division.at_dealer(layer, place)));
            evidence.extend(pack(&dealt));
        }
        for share in received {
            evidence.push(u8::from(share.is_some()));
            evidence.extend(pack(&share.as_ref().map_or_else(zero, |share| one(share, self.place))));
        }
        evidence
    }

    /// Who deviated, or of which two one did.
    fn verdict<C: Lane>(&self, table: &Table, dealt: &Dealt<C>, said: &[Vec<u8>]) -> (PartyIndex, Option<PartyIndex>) {
        let members = table.council().members();
        let layers = dealt.division.dealers();
        let said: Vec<Evidence<C>> = said.iter().map(|said| Evidence::read(table, layers, said)).collect();
        let by_party = |of: &dyn Fn(&Evidence<C>) -> &Elements<C>| -> Vec<Option<Elements<C>>> {
            let mut shares: Vec<Option<Elements<C>>> = (0..table.parties()).map(|_| None).collect();
            members.iter().zip(&said).for_each(|(m, evidence)| shares[m.0] = Some(of(evidence).duplicate()));
            shares
        };
        for factor in [by_party(&|evidence| &evidence.a), by_party(&|evidence| &evidence.b)] {
            let factor: Vec<Option<&Elements<C>>> = factor.iter().map(Option::as_ref).collect();
            // Of checked dealings all who follow the protocol have right shares.
            let corrected = table.fresh().correct(&factor, table.council().faults());
            if let Some(liar) = corrected.ok().and_then(|corrected| corrected.wrong.first().copied()) {
                return (PartyIndex(liar), None);
            }
        }
        let (group, _) = dealt.division.of_pad(self.place);
        for layer in 0..layers {
            let dealer = dealt.division.dealer(group, layer);
            let dealing = &said[dealer].dealt;
            if !is_shared(&table.products(), members, dealing) {
                return (members[dealer], None);
            }
            let differs =
                |(evidence, dealt): (&Evidence<C>, &Elements<C>)| evidence.addends[layer].words() != dealt.words();
            if let Some(other) = said.iter().zip(dealing).position(differs) {
                return (members[dealer], Some(members[other]));
            }
        }
        for (member, evidence) in members.iter().zip(&said) {
            let mut due = evidence.a.product(table.ring(), &evidence.b);
            evidence.addends.iter().for_each(|addend| due.subtract(addend));
            let place = members.iter().position(|other| other == member).unwrap_or(0);
            let told = &said[self.complaining].received[place];
            if told.as_ref().is_none_or(|told| told.words() != due.words()) && place != self.complaining {
                return (members[self.complaining], Some(*member));
            }
        }
        // All that was sent was right: there was nothing to complain of.
        (members[self.complaining], None)
    }
}

/// Whether shares by member's place are on one polynomial, with an integer for a secret.
fn is_shared<C: Lane>(code: &Code, members: &[PartyIndex], shares: &[Elements<C>]) -> bool {
    let shares: Vec<(usize, &Elements<C>)> = members.iter().map(|member| member.0).zip(shares).collect();
    code.first_inconsistency(&shares).is_none() && is_integer(&code.reconstruct(&shares))
}

impl<C: Lane> Evidence<C> {
    fn read(table: &Table, layers: usize, said: &[u8]) -> Self {
        let size = table.ring().degree() * C::BYTES;
        let (members, mut rest) = (table.council().members().len(), said);
        let mut next = |bytes: usize| {
            let (taken, after) = rest.split_at(bytes);
            rest = after;
            taken
        };
        let mut element = |_| unpack(table, 1, next(size));
        let [a, b] = [0, 1].map(&mut element);
        let addends = (0..layers).map(&mut element).collect();
        let dealt = (0..members).map(&mut element).collect();
        let received = (0..members).map(|_| {
            let there = next(1) == [1];
            let share = unpack(table, 1, next(size));
            there.then_some(share)
        });
        let received = received.collect();
        Self { a, b, addends, dealt, received }
    }
}
