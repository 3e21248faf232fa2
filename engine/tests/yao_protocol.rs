//! The calls of a plan other than circuits, mixed, in several stretches, against the paper twin and the values.

mod yao_parties;

use std::sync::Arc;

use quorate_circuits::bind::View;
use quorate_circuits::boolean::{Bits, Builder, Circuit, Shape, integer};
use quorate_engine::net::{ChannelError, PartyIndex};
use quorate_engine::protocol::yao::{Demand, EVALUATOR, GARBLER};
use quorate_engine::protocol::{CallRequest, Domain, OpenRequest, Pick, Protocol};
use yao_parties::{BOTH, Opened, Scenario, play, share_request};

fn adder(width: usize) -> Arc<Circuit> {
    let (mut builder, inputs) = Builder::new(&[width, width]);
    let sum = integer::add(&mut builder, &inputs[0], &inputs[1], Shape::FewAnds);
    Arc::new(builder.finish(vec![sum]))
}

fn boolean(width: u32) -> Domain {
    Domain::Boolean { width }
}

/// Everything that a plan may do.
struct Mixed;

impl Scenario for Mixed {
    async fn play<P: Protocol<Demand = Demand>>(
        &self,
        party: &mut P,
        me: Option<PartyIndex>,
    ) -> Result<Opened, ChannelError> {
        // More than is needed: the rest serves the next stretch.
        party.prepare(&Demand { correlated_ots: 30 }).await?;
        let requests = [
            share_request(EVALUATOR, 5, &[1, 2, 3], me),
            share_request(GARBLER, 5, &[30, 20], me),
            share_request(EVALUATOR, 5, &[7, 31], me),
        ];
        let shares = party.share(&requests).await?;
        let joined = party.concatenate(&[&shares[0], &shares[2]]);
        assert_eq!(party.length(&joined), 5);
        let tail = party.pick(&joined, &Pick::slice(3, 5));
        let crossed = party.pick(&shares[0], &Pick::View(View { offset: 0, axes: vec![(2, 1), (2, 1)] }));
        let public = party.public(boolean(5), &[9]);
        let nines = party.pick(&public, &Pick::Repeat(4));
        let circuit = adder(5);
        let calls = [
            CallRequest { circuit: &circuit, operands: vec![&tail, &shares[1]] },
            CallRequest { circuit: &circuit, operands: vec![&crossed, &nines] },
        ];
        let sums = party.call(&calls).await?;

        // A second stretch, which begins with the five OTs that are left.
        party.prepare(&Demand { correlated_ots: 11 }).await?;
        let more = party.share(&[share_request(EVALUATOR, 8, &[200, 100], me)]).await?;
        let twice = party.duplicate(&more[0]);
        let circuit = adder(8);
        let doubled = party.call(&[CallRequest { circuit: &circuit, operands: vec![&more[0], &twice] }]).await?;
        let first = [
            OpenRequest { share: &sums[0][0], receivers: BOTH },
            OpenRequest { share: &sums[1][0], receivers: &[EVALUATOR] },
            OpenRequest { share: &joined, receivers: &[GARBLER] },
        ];
        let mut opened = party.open(&first).await?;
        opened.extend(party.open(&[OpenRequest { share: &doubled[0][0], receivers: &[GARBLER] }]).await?);
        opened.extend(party.open(&[OpenRequest { share: &nines, receivers: &[EVALUATOR] }]).await?);
        Ok(opened)
    }
}

#[test]
fn a_mixed_plan_in_two_stretches() {
    let [garbler, evaluator] = play(&Mixed);
    let sums = Some(vec![5, 19]);
    assert_eq!(garbler, [sums.clone(), None, Some(vec![1, 2, 3, 7, 31]), Some(vec![144, 200]), None]);
    assert_eq!(evaluator, [sums, Some(vec![10, 11, 11, 12]), None, None, Some(vec![9; 4])]);
}

/// The garbler's inputs alone.
struct WithoutOts;

impl Scenario for WithoutOts {
    async fn play<P: Protocol<Demand = Demand>>(
        &self,
        party: &mut P,
        me: Option<PartyIndex>,
    ) -> Result<Opened, ChannelError> {
        party.prepare(&Demand::default()).await?;
        let mut shares = party.share(&[share_request(GARBLER, 128, &[u128::MAX, 5], me)]).await?;
        shares.push(party.public(boolean(128), &[1, u128::MAX - 4]));
        let circuit = adder(128);
        let sums = party.call(&[CallRequest { circuit: &circuit, operands: shares.iter().collect() }]).await?;
        party.open(&[OpenRequest { share: &sums[0][0], receivers: BOTH }]).await
    }
}

#[test]
fn without_inputs_of_the_evaluator_nothing_but_the_start_is_set_up() {
    // The figures are compared with the paper twin's; that one knows no set-up of OTs here.
    for opened in play(&WithoutOts) {
        assert_eq!(opened, [Some(vec![0, 0])]);
    }
}

/// Random bits.
struct RandomBits {
    width: u32,
    length: usize,
}

impl Scenario for RandomBits {
    async fn play<P: Protocol<Demand = Demand>>(
        &self,
        party: &mut P,
        _: Option<PartyIndex>,
    ) -> Result<Opened, ChannelError> {
        party.prepare(&Demand { correlated_ots: self.width as usize * self.length }).await?;
        let bits = party.random_bits(self.width, self.length);
        party.open(&[OpenRequest { share: &bits, receivers: BOTH }]).await
    }
}

#[test]
fn random_bits_are_one_vector_of_about_as_many_ones_as_zeros() {
    let [garbler, evaluator] = play(&RandomBits { width: 13, length: 1000 });
    assert_eq!(garbler, evaluator);
    let words = garbler[0].as_ref().expect("both receive them");
    assert!(words.iter().all(|word| *word < 1 << 13));
    let ones: u32 = words.iter().map(|word| word.count_ones()).sum();
    // 13,000 bits have a standard deviation of 57.
    assert!((6_100..6_900).contains(&ones), "{ones} ones");
}

/// Vectors without elements and without bits.
struct Empty;

impl Scenario for Empty {
    async fn play<P: Protocol<Demand = Demand>>(
        &self,
        party: &mut P,
        me: Option<PartyIndex>,
    ) -> Result<Opened, ChannelError> {
        party.prepare(&Demand::default()).await?;
        let requests = [share_request(EVALUATOR, 4, &[], me), share_request(EVALUATOR, 0, &[0, 0], me)];
        let shares = party.share(&requests).await?;
        let circuit = adder(4);
        let sums = party.call(&[CallRequest { circuit: &circuit, operands: vec![&shares[0], &shares[0]] }]).await?;
        let opened = [&sums[0][0], &shares[1]].map(|share| OpenRequest { share, receivers: BOTH });
        party.open(&opened).await
    }
}

#[test]
fn nothing_costs_nothing() {
    for opened in play(&Empty) {
        assert_eq!(opened, [Some(vec![]), Some(vec![0, 0])]);
    }
}

/// The AND of neighbouring bits of elements of 1,600 bits, both regrouped from single bits and back.
struct Wide;

/// Bits of each element.
const WIDE: usize = 1600;

fn neighbours() -> Circuit {
    let (mut builder, inputs) = Builder::new(&[WIDE]);
    let x = inputs[0].wires();
    let ands: Bits = (0..WIDE).map(|i| builder.and(x[i], x[(i + 1) % WIDE])).collect();
    builder.finish(vec![ands])
}

impl Scenario for Wide {
    async fn play<P: Protocol<Demand = Demand>>(
        &self,
        party: &mut P,
        me: Option<PartyIndex>,
    ) -> Result<Opened, ChannelError> {
        party.prepare(&Demand { correlated_ots: WIDE }).await?;
        let words = wide_words();
        let requests = [
            share_request(EVALUATOR, 100, &words[..WIDE / 100], me),
            share_request(GARBLER, 100, &words[WIDE / 100..], me),
        ];
        let shares = party.share(&requests).await?;
        let joined = party.concatenate(&[&shares[0], &shares[1]]);
        let single = party.regroup(&joined, 1);
        let wide = party.regroup(&single, WIDE as u32);
        assert_eq!((party.length(&single), party.length(&wide)), (2 * WIDE, 2));
        let circuit = Arc::new(neighbours());
        let ands = party.call(&[CallRequest { circuit: &circuit, operands: vec![&wide] }]).await?.remove(0).remove(0);
        let back = party.regroup(&ands, 64);
        party.open(&[&single, &back].map(|share| OpenRequest { share, receivers: BOTH })).await
    }
}

fn wide_words() -> Vec<u128> {
    (1..=2 * WIDE as u128 / 100).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835) >> 28).collect()
}

#[test]
fn elements_of_sixteen_hundred_bits() {
    let bits: Vec<u128> = wide_words().iter().flat_map(|word| (0..100).map(move |bit| word >> bit & 1)).collect();
    let element = |bits: &[u128]| (0..WIDE).map(|i| bits[i] & bits[(i + 1) % WIDE]).collect::<Vec<_>>();
    let ands: Vec<u128> = bits.chunks(WIDE).flat_map(element).collect();
    let word = |bits: &[u128]| bits.iter().rev().fold(0, |word, bit| word << 1 | bit);
    for opened in play(&Wide) {
        assert_eq!(opened, [Some(bits.clone()), Some(ands.chunks(64).map(word).collect())]);
    }
}
