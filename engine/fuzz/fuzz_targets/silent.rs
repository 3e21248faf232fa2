//! The messages of silent OT from any peer: they are taken or refused, without a panic, and a refused one leaves the
//! stock spent.
#![no_main]

use std::sync::LazyLock;

use futures_executor::block_on;
use futures_util::future::join;
use libfuzzer_sys::fuzz_target;
use quorate_engine::crypto::{Block, Random, SessionId};
use quorate_engine::net::{Network, PartyIndex, memory_links};
use quorate_engine::ot::silent::parameters::FIRST;
use quorate_engine::ot::silent::{SilentReceiver, SilentSender};
use quorate_engine::ot::{BaseOt, CotReceiver, CotSender, KeptReceiver, KeptSender};

const SESSION: SessionId = SessionId([1; 32]);
const A: PartyIndex = PartyIndex(0);
const B: PartyIndex = PartyIndex(1);

/// What A and B kept of one set-up.
static KEPT: LazyLock<(Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
    let mut networks = memory_links(2).into_iter().zip([A, B]).map(|(links, me)| Network::new(me, links));
    let (Some(mut a), Some(mut b)) = (networks.next(), networks.next()) else { panic!("two parties") };
    let (mut of_a, mut of_b) = (Random::dangerous_from_seed([2; 32]), Random::dangerous_from_seed([3; 32]));
    let (sender, receiver) = block_on(join(
        CotSender::set_up(&mut a, B, &mut of_a, &SESSION, BaseOt::Ristretto, Block::ONES),
        CotReceiver::set_up(&mut b, A, &mut of_b, &SESSION, BaseOt::Ristretto),
    ));
    let (sender, receiver) = (sender.expect("honest parties"), receiver.expect("honest parties"));
    let (sender, receiver) = (sender.keep().expect("not spent"), receiver.keep().expect("not spent"));
    (sender.to_bytes().to_vec(), receiver.to_bytes().to_vec())
});

fuzz_target!(|input: (Option<(usize, u8)>, Vec<u8>, Vec<u8>)| {
    let (change, challenge, answer) = input;
    let sender = KeptSender::from_bytes(&KEPT.0).expect("it was written so");
    let receiver = KeptReceiver::from_bytes(&KEPT.1).expect("it was written so");
    let (mut sender, mut receiver) = (sender.in_session(&SESSION, A, B), receiver.in_session(&SESSION, B, A));
    let (message, received) = receiver.extend_in_one_message(FIRST.seeds()).expect("not spent");
    let sent = sender.extend_from_message(FIRST.seeds(), &message).expect("an honest message");
    let mut from = SilentSender::new(&sender, 0).expect("not spent");
    let mut to = SilentReceiver::new(&receiver, 0).expect("not spent");
    from.begin(sent).expect("not spent");
    to.begin(received).expect("not spent");

    let mut random = Random::dangerous_from_seed([4; 32]);
    let (growing, mut trees) = from.iterate(&mut random).expect("not spent");
    if let Some((at, difference)) = change {
        let at = at % trees.len();
        trees[at] ^= difference;
    }
    let _ = from.answer(growing, &challenge);
    if let Ok((rebuilding, _)) = to.iterate(&mut random, &trees) {
        if to.complete(rebuilding, &answer).is_err() {
            assert!(to.iterate(&mut random, &trees).is_err(), "spent");
        }
    }
});
