//! All parties of the protocol in memory, operation by operation.

use std::num::Wrapping;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, join_all};
use quorate_circuits::boolean::Builder;
use quorate_circuits::number::Word;

use super::check::{Checked, Statement};
use super::share::lanes_of;
use super::*;
use crate::crypto::{Random, SessionId};
use crate::net::{ChannelFault, Counters, Network, PartyIndex, memory_links};

/// Runs a closure as every party.
fn all<T: 'static>(
    parties: usize,
    run: impl for<'a> Fn(&'a mut Shamir) -> LocalBoxFuture<'a, Result<T, ChannelError>>,
) -> Vec<(Result<T, ChannelError>, Counters)> {
    let links = memory_links(parties);
    let tasks = links.into_iter().enumerate().map(|(me, links)| {
        let run = &run;
        async move {
            let session = Session {
                id: SessionId([7; 32]),
                network: Network::new(PartyIndex(me), links),
                random: Random::dangerous_from_seed([me as u8; 32]),
            };
            let mut party = Shamir::new(session);
            let result = run(&mut party).await;
            (result, party.session.network.counters())
        }
    });
    futures_executor::block_on(join_all(tasks))
}

fn everybody(parties: usize) -> Vec<PartyIndex> {
    (0..parties).map(PartyIndex).collect()
}

async fn share_of(party: &mut Shamir, owner: usize, domain: Domain, words: &[Word]) -> Result<Share, ChannelError> {
    let mine = party.session.network.me().0 == owner;
    let request = ShareRequest { owner: PartyIndex(owner), domain, length: words.len(), words: mine.then_some(words) };
    Ok(party.share(&[request]).await?.remove(0))
}

async fn open(party: &mut Shamir, share: &Share) -> Result<Vec<Word>, ChannelError> {
    let receivers = everybody(party.session.network.parties());
    let opened = Protocol::open(party, &[OpenRequest { share, receivers: &receivers }]).await?;
    Ok(opened.into_iter().next().flatten().unwrap_or_default())
}

#[test]
fn numbers_are_multiplied_and_opened() {
    for (parties, length) in [(3, 1), (3, 5000), (4, 70), (5, 3000), (7, 10), (9, 3)] {
        let x: Vec<Word> = (0..length).map(|i| Word::from(u64::MAX / (i as u64 + 3))).collect();
        let y: Vec<Word> = (0..length).map(|i| Word::from((i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
        let due: Vec<Word> = x.iter().zip(&y).map(|(x, y)| Word::from((*x as u64).wrapping_mul(*y as u64))).collect();
        let ended = all(parties, |party| {
            let (x, y) = (x.clone(), y.clone());
            async move {
                party.prepare(&Demand::default()).await?;
                let x = share_of(party, 0, Domain::Arithmetic, &x).await?;
                let y = share_of(party, 1, Domain::Arithmetic, &y).await?;
                let products = party.multiply(&[ProductRequest::Elementwise(&x, &y)]).await?;
                let dot = party.multiply(&[ProductRequest::TableColumn { table: &x, column: &y, rows: 1 }]).await?;
                Ok((open(party, &products[0]).await?, open(party, &dot[0]).await?))
            }
            .boxed_local()
        });
        let sum = due.iter().map(|word| Wrapping(*word as u64)).sum::<Wrapping<u64>>();
        for (result, _) in ended {
            let (products, dot) = result.expect("honest parties");
            assert_eq!(products, due, "{parties} parties");
            assert_eq!(dot, [Word::from(sum.0)]);
        }
    }
}

#[test]
fn bits_are_multiplied_and_opened() {
    let (mut builder, inputs) = Builder::new(&[3, 3]);
    let (x, y) = (&inputs[0], &inputs[1]);
    let ands: Vec<_> = (0..3).map(|bit| builder.and(x[bit], y[bit])).collect();
    let both = builder.and(ands[0], ands[1]);
    let not = builder.not(both);
    let circuit = Arc::new(builder.finish(vec![ands.into(), vec![not].into()]));
    for (parties, length) in [(3, 1), (3, 3000), (4, 65), (5, 200), (8, 3)] {
        let x: Vec<Word> = (0..length).map(|i| (i * 5 % 8) as Word).collect();
        let y: Vec<Word> = (0..length).map(|i| (i * 3 % 8) as Word).collect();
        let ended = all(parties, |party| {
            let (x, y, circuit) = (x.clone(), y.clone(), circuit.clone());
            async move {
                party.prepare(&Demand::default()).await?;
                let x = share_of(party, 2, Domain::Boolean { width: 3 }, &x).await?;
                let y = share_of(party, 1, Domain::Boolean { width: 3 }, &y).await?;
                let request = CallRequest { circuit: &circuit, operands: vec![&x, &y] };
                let outputs = party.call(&[request]).await?.remove(0);
                Ok((open(party, &outputs[0]).await?, open(party, &outputs[1]).await?))
            }
            .boxed_local()
        });
        for (result, _) in ended {
            let (ands, nots) = result.expect("honest parties");
            for i in 0..length {
                assert_eq!(ands[i], x[i] & y[i], "{parties} parties, {i} of {length}");
                assert_eq!(nots[i], Word::from(x[i] & y[i] & 3 != 3));
            }
        }
    }
}

#[test]
fn numbers_become_bits_and_bits_numbers() {
    for parties in [3, 4, 5] {
        let words: Vec<Word> = vec![0, 1, 77, Word::from(u64::MAX), 1 << 63, 12345];
        let ended = all(parties, |party| {
            let words = words.clone();
            async move {
                let length = words.len();
                party.prepare(&Demand { bits: (64 + 20 + 64 + 5) * length }).await?;
                let x = share_of(party, 0, Domain::Arithmetic, &words).await?;
                let addends = party.addends(&[(&x, 64), (&x, 20)]).await?;
                let mut opened = Vec::new();
                for addend in addends.iter().flatten() {
                    opened.push(open(party, addend).await?);
                }
                let bits = share_of(party, 1, Domain::Boolean { width: 64 }, &words).await?;
                let few = share_of(party, 1, Domain::Boolean { width: 5 }, &[31, 16, 15, 0, 1, 2]).await?;
                let numbers = party.to_arithmetic(&[(&bits, false), (&few, true)]).await?;
                let product = party.multiply(&[ProductRequest::Elementwise(&numbers[0], &numbers[1])]).await?;
                opened.push(open(party, &numbers[0]).await?);
                opened.push(open(party, &numbers[1]).await?);
                opened.push(open(party, &product[0]).await?);
                Ok(opened)
            }
            .boxed_local()
        });
        for (result, _) in ended {
            let opened = result.expect("honest parties");
            for (i, word) in words.iter().enumerate() {
                assert_eq!((opened[0][i] + opened[1][i]) as u64, *word as u64);
                assert_eq!((opened[2][i] + opened[3][i]) & 0xf_ffff, *word & 0xf_ffff);
                assert_eq!(opened[4][i], *word);
                let few = [-1_i64, -16, 15, 0, 1, 2][i];
                assert_eq!(opened[5][i] as u64, few as u64);
                assert_eq!(opened[6][i] as u64, (*word as u64).wrapping_mul(few as u64));
            }
            assert!(opened[0] != vec![0; words.len()]);
        }
    }
}

/// What a party does otherwise than it should when it multiplies: it adds something, and stands by it.
async fn product_with_an_error<C: Checked>(
    party: &mut Shamir,
    x: &Elements<C>,
    error: (usize, C),
) -> Result<(), ChannelError> {
    let mut addends = party.addends_of(x, x);
    if party.session.network.me().0 == 1 {
        addends[error.0] += error.1;
    }
    let z = party.reduce(addends).await?;
    let statement = Statement { gates: x.len(), terms: 1, x: x.duplicate(), y: x.duplicate(), z };
    C::record(party).add(statement);
    Ok(())
}

/// Something that is added to a product is found by everybody, wherever it is and whatever it is; nothing is opened.
#[test]
fn what_is_added_to_a_product_shows() {
    for (parties, length, place) in [(3, 1, 0), (3, 900, 899), (4, 40, 7), (5, 3000, 1500)] {
        for of_bits in [false, true] {
            let ended = all(parties, |party| {
                async move {
                    party.prepare(&Demand::default()).await?;
                    let words: Vec<Word> = (0..length as Word).collect();
                    let domain = if of_bits { Domain::Boolean { width: 7 } } else { Domain::Arithmetic };
                    let x = share_of(party, 0, domain, &words).await?;
                    if of_bits {
                        let bits = lanes_of(party.code.ring(), x.planes());
                        product_with_an_error(party, &bits, (place % bits.len(), Lanes(1))).await?;
                    } else {
                        let numbers = x.elements().duplicate();
                        product_with_an_error(party, &numbers, (place, Wrapping(1 << 63))).await?;
                    }
                    open(party, &x).await
                }
                .boxed_local()
            });
            for (result, _) in ended {
                let error = result.expect_err("a wrong product");
                assert_eq!(error.step, SHAMIR_CHECK);
                assert!(matches!(error.fault, ChannelFault::Disagreement(_)));
            }
        }
    }
}

/// The same of a dot product, whose terms are in all rows of the check.
#[test]
fn what_is_added_to_a_sum_shows() {
    for (parties, length) in [(3, 5), (3, 900), (5, 300)] {
        let ended = all(parties, |party| {
            async move {
                party.prepare(&Demand::default()).await?;
                let words: Vec<Word> = (0..length as Word).collect();
                let x = share_of(party, 0, Domain::Arithmetic, &words).await?;
                let request = ProductRequest::TableColumn { table: &x, column: &x, rows: 1 };
                let product = party.multiply(&[request]).await?.remove(0);
                // As if the sum that all were told had been another one.
                party.numbers.statement_for_test().z.plane_mut(0)[0] += Wrapping(1 << 63);
                open(party, &product).await
            }
            .boxed_local()
        });
        for (result, _) in ended {
            assert_eq!(result.expect_err("a wrong product").step, SHAMIR_CHECK);
        }
    }
}
