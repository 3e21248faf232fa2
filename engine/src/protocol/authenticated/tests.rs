//! Batches of parties with faces of their own, of whom frames cannot tell: two Deltas, and bits that differ.

use futures_executor::block_on;
use futures_util::future::join_all;

use super::pairs::{Pairs, draw_delta};
use super::pool::Pool;
use super::preprocessing::{Batch, Made};
use super::products::KeyHashes;
use super::{Block, ChannelError, Network, PartyIndex, Session, Shares};
use crate::crypto::{Random, SessionId};
use crate::net::memory_links;
use crate::ot::BaseOt;

fn session(me: usize, network: Network) -> Session {
    let random = Random::dangerous_from_seed([me as u8 + 1; 32]);
    Session { id: SessionId([9; 32]), network, random }
}

/// A batch of `parties`, of whom the last has a Delta of its own for party 0, if `two_faced`. The answer has Deltas too.
fn batch(parties: usize, triples: usize, bits: usize, two_faced: bool) -> Vec<Result<(Block, Made), ChannelError>> {
    let parties_of = memory_links(parties).into_iter().enumerate().map(|(me, links)| async move {
        let mut session = session(me, Network::new(PartyIndex(me), links));
        let delta = draw_delta(&mut session);
        let other = Block::new(delta.to_u128() ^ 1 << 100);
        let cheated = |peer: PartyIndex| two_faced && me == parties - 1 && peer.0 == 0;
        let towards = |peer: PartyIndex| if cheated(peer) { other } else { delta };
        let mut pairs = Pairs::set_up_under(&mut session, BaseOt::default(), delta, towards).await?;
        let mut hashes = KeyHashes::new(&session.id, PartyIndex(me), parties);
        let mut pool = Pool::default();
        let made = Batch::new(parties, triples, bits).make(&mut session, &mut pairs, &mut hashes, &mut pool).await?;
        Ok((pairs.delta(), made))
    });
    block_on(join_all(parties_of))
}

/// The bits of shares, if all parts fit.
fn open(shares: &[&Shares], deltas: &[Block]) -> Vec<bool> {
    let bit = |place: usize| {
        let sum = |p: usize| shares.iter().fold(Block::ZERO, |sum, shares| sum ^ shares.part(p)[place]);
        let bit = sum(0) != Block::ZERO;
        assert!(deltas.iter().enumerate().all(|(p, delta)| sum(p) == (Block::mask(bit) & *delta)), "bit {place}");
        bit
    };
    (0..shares[0].len()).map(bit).collect()
}

#[test]
fn triples_are_triples_and_bits_are_bits() {
    for (parties, triples) in [(2, 1), (2, 700), (3, 33), (4, 5), (5, 2)] {
        let made: Vec<_> = batch(parties, triples, 300, false).into_iter().map(|made| made.expect("honest")).collect();
        let deltas: Vec<Block> = made.iter().map(|(delta, _)| *delta).collect();
        let triple = |of: fn(&super::Triples) -> &Shares| {
            let shares: Vec<&Shares> =
                made.iter().map(|(_, made)| of(made.triples.as_ref().expect("triples"))).collect();
            open(&shares, &deltas)
        };
        let (x, y, z) = (triple(|t| &t.x), triple(|t| &t.y), triple(|t| &t.z));
        assert_eq!((x.len(), y.len()), (triples, triples));
        assert!(x.iter().zip(&y).zip(&z).all(|((x, y), z)| (x & y) == *z), "{triples} of {parties}");
        let bits = open(&made.iter().map(|(_, made)| &made.bits).collect::<Vec<_>>(), &deltas);
        let ones = bits.iter().filter(|bit| **bit).count();
        assert!(bits.len() == 300 && (90..210).contains(&ones), "{ones} of 300");
    }
}

#[test]
fn a_delta_that_differs_from_peer_to_peer_is_noticed() {
    for seed in 0..3 {
        let ended = batch(3, 40 + seed, 10, true);
        assert!(ended[..2].iter().all(Result::is_err), "both honest parties");
    }
}
