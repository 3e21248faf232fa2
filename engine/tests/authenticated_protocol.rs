//! The calls of a plan other than circuits, mixed, in several stretches, against the paper twin and the values.

mod authenticated_parties;

use std::sync::Arc;

use authenticated_parties::{Opened, Scenario, everybody, play, share_request};
use quorate_circuits::bind::View;
use quorate_circuits::boolean::{Builder, Circuit, Shape, integer};
use quorate_engine::net::{ChannelError, PartyIndex};
use quorate_engine::protocol::authenticated::Demand;
use quorate_engine::protocol::{CallRequest, Domain, OpenRequest, Pick, Protocol};

fn adder(width: usize) -> Arc<Circuit> {
    let (mut builder, inputs) = Builder::new(&[width, width]);
    let sum = integer::add(&mut builder, &inputs[0], &inputs[1], Shape::FewAnds);
    Arc::new(builder.finish(vec![sum]))
}

const A: PartyIndex = PartyIndex(0);
const B: PartyIndex = PartyIndex(1);

/// Everything that a plan may do.
struct Mixed(usize);

impl Scenario for Mixed {
    fn parties(&self) -> usize {
        self.0
    }

    async fn play<P: Protocol<Demand = Demand>>(
        &self,
        party: &mut P,
        me: Option<PartyIndex>,
    ) -> Result<Opened, ChannelError> {
        let last = PartyIndex(self.0 - 1);
        let five = adder(5);
        party.prepare(&Demand { and_gates: 6 * five.and_gates(), bits: 35 }).await?;
        let requests = [
            share_request(B, 5, &[1, 2, 3], me),
            share_request(A, 5, &[30, 20], me),
            share_request(last, 5, &[7, 31], me),
        ];
        let shares = party.share(&requests).await?;
        let joined = party.concatenate(&[&shares[0], &shares[2]]);
        assert_eq!(party.length(&joined), 5);
        let tail = party.pick(&joined, &Pick::slice(3, 5));
        let crossed = party.pick(&shares[0], &Pick::View(View { offset: 0, axes: vec![(2, 1), (2, 1)] }));
        let public = party.public(Domain::Boolean { width: 5 }, &[9]);
        let nines = party.pick(&public, &Pick::Repeat(4));
        let calls = [
            CallRequest { circuit: &five, operands: vec![&tail, &shares[1]] },
            CallRequest { circuit: &five, operands: vec![&crossed, &nines] },
        ];
        let sums = party.call(&calls).await?;

        // A second stretch, with a batch of its own.
        let eight = adder(8);
        party.prepare(&Demand { and_gates: 2 * eight.and_gates(), bits: 16 }).await?;
        let more = party.share(&[share_request(B, 8, &[200, 100], me)]).await?;
        let twice = party.duplicate(&more[0]);
        let doubled = party.call(&[CallRequest { circuit: &eight, operands: vec![&more[0], &twice] }]).await?;
        let single = party.regroup(&doubled[0][0], 1);
        let all = everybody(self.0);
        let first = [
            OpenRequest { share: &sums[0][0], receivers: &all },
            OpenRequest { share: &sums[1][0], receivers: &[A] },
            OpenRequest { share: &joined, receivers: &[B] },
        ];
        let mut opened = party.open(&first).await?;
        opened.extend(party.open(&[OpenRequest { share: &doubled[0][0], receivers: &[last] }]).await?);
        opened.extend(party.open(&[OpenRequest { share: &nines, receivers: &[B] }]).await?);
        opened.extend(party.open(&[OpenRequest { share: &single, receivers: &all }]).await?);
        Ok(opened)
    }
}

#[test]
fn a_mixed_plan_in_two_stretches() {
    for parties in [2, 3, 4] {
        let bits: Vec<u128> = [144_u128, 200].iter().flat_map(|word| (0..8).map(move |bit| word >> bit & 1)).collect();
        for (party, opened) in play(&Mixed(parties)).into_iter().enumerate() {
            let only = |receiver: usize, words: &[u128]| (party == receiver).then(|| words.to_vec());
            let due = [
                Some(vec![5, 19]),
                only(0, &[10, 11, 11, 12]),
                only(1, &[1, 2, 3, 7, 31]),
                only(parties - 1, &[144, 200]),
                only(1, &[9; 4]),
                Some(bits.clone()),
            ];
            assert_eq!(opened, due, "party {party} of {parties}");
        }
    }
}

/// Random bits, and nothing else.
struct RandomBits {
    parties: usize,
    width: u32,
    length: usize,
}

impl Scenario for RandomBits {
    fn parties(&self) -> usize {
        self.parties
    }

    async fn play<P: Protocol<Demand = Demand>>(
        &self,
        party: &mut P,
        _: Option<PartyIndex>,
    ) -> Result<Opened, ChannelError> {
        party.prepare(&Demand { and_gates: 0, bits: self.width as usize * self.length }).await?;
        let bits = party.random_bits(self.width, self.length);
        party.open(&[OpenRequest { share: &bits, receivers: &everybody(self.parties) }]).await
    }
}

#[test]
fn random_bits_are_one_vector_of_about_as_many_ones_as_zeros() {
    for parties in [2, 3] {
        let opened = play(&RandomBits { parties, width: 13, length: 1000 });
        assert!(opened.iter().all(|other| *other == opened[0]));
        let words = opened[0][0].as_ref().expect("all receive them");
        assert!(words.iter().all(|word| *word < 1 << 13));
        let ones: u32 = words.iter().map(|word| word.count_ones()).sum();
        // 13,000 bits have a standard deviation of 57.
        assert!((6_100..6_900).contains(&ones), "{ones} ones");
    }
}

/// Vectors without elements and without bits.
struct Empty(usize);

impl Scenario for Empty {
    fn parties(&self) -> usize {
        self.0
    }

    async fn play<P: Protocol<Demand = Demand>>(
        &self,
        party: &mut P,
        me: Option<PartyIndex>,
    ) -> Result<Opened, ChannelError> {
        party.prepare(&Demand::default()).await?;
        let shares = party.share(&[share_request(B, 4, &[], me), share_request(A, 0, &[0, 0], me)]).await?;
        let circuit = adder(4);
        let sums = party.call(&[CallRequest { circuit: &circuit, operands: vec![&shares[0], &shares[0]] }]).await?;
        let all = everybody(self.0);
        party.open(&[&sums[0][0], &shares[1]].map(|share| OpenRequest { share, receivers: &all })).await
    }
}

#[test]
fn nothing_costs_nothing() {
    for parties in [2, 3] {
        for opened in play(&Empty(parties)) {
            assert_eq!(opened, [Some(vec![]), Some(vec![0, 0])]);
        }
    }
}
