//! Smoke tests that what a party holds and what it is sent does not depend on the value: bits are counted for vectors
//! of zeros and of ones. They would not find a weak generator, but they find a mask that is missing.

mod additive_support;

use std::num::Wrapping;
use std::sync::{Arc, Mutex};

use additive_support::{Player, sessions};
use futures_executor::block_on;
use futures_util::future::join_all;
use quorate_circuits::number::Word;
use quorate_engine::correlation::Demand;
use quorate_engine::net::{FrameReceiver, LinkFuture, PartyIndex, memory_links};
use quorate_engine::protocol::additive::{ADDITIVE_OUTPUTS, Additive};
use quorate_engine::protocol::{Domain, Linear, OpenRequest, Protocol};

const LENGTH: usize = 4096;
const PARTIES: usize = 3;

/// Each of the 64 bits is set in about half of the words: six standard deviations.
fn assert_uniform(words: &[u64], what: &str) {
    let slack = 3.0 * (words.len() as f64).sqrt();
    for bit in 0..64 {
        let ones = words.iter().filter(|word| *word >> bit & 1 == 1).count() as f64;
        assert!((ones - words.len() as f64 / 2.0).abs() < slack, "{what}: bit {bit} is set {ones} times");
    }
}

/// Keeps the payloads of the frames of one step.
struct Recorder {
    inner: Box<dyn FrameReceiver>,
    payloads: Arc<Mutex<Vec<u8>>>,
}

impl FrameReceiver for Recorder {
    fn receive(&mut self) -> LinkFuture<'_, Vec<u8>> {
        Box::pin(async move {
            let frame = self.inner.receive().await?;
            if frame[8..12] == ADDITIVE_OUTPUTS.tag().to_le_bytes() {
                self.payloads.lock().expect("one thread").extend_from_slice(&frame[12..]);
            }
            Ok(frame)
        })
    }
}

struct Silence;

impl FrameReceiver for Silence {
    fn receive(&mut self) -> LinkFuture<'_, Vec<u8>> {
        Box::pin(std::future::pending())
    }
}

/// All parties' own words of three sharings of a vector of `word`, and what party 0 was sent when two were opened
/// to it, by peer.
fn observe(word: Word) -> (Vec<Vec<u64>>, Vec<Vec<u64>>) {
    let mut links = memory_links(PARTIES);
    let recordings: Vec<Arc<Mutex<Vec<u8>>>> = (0..PARTIES).map(|_| Arc::default()).collect();
    for (link, payloads) in links[0].iter_mut().zip(&recordings) {
        if let Some(link) = link {
            let inner = std::mem::replace(&mut link.receiver, Box::new(Silence));
            link.receiver = Box::new(Recorder { inner, payloads: payloads.clone() });
        }
    }
    let runs = sessions(links).map(|session| async move {
        let me = session.network.me();
        let mut party = Additive::<Wrapping<u64>>::new(session);
        party.prepare(&Demand::default()).await.expect("set-up");
        let mut player = Player { protocol: &mut party, me: Some(me), parties: PARTIES };
        let value = vec![word; LENGTH];
        let held = player.share(1, Domain::Arithmetic, &value).await.expect("no message");
        let zeros = player.share(0, Domain::Arithmetic, &vec![0; LENGTH]).await.expect("no message");
        let bits = player.share(1, Domain::Boolean { width: 64 }, &value).await.expect("no message");
        let shared = player.protocol.linear(Linear::Add(&held, &zeros));
        let addend = player.protocol.addends(&[(&held, 64)]).await.expect("nobody cheats").remove(0).remove(1);
        let receivers = [PartyIndex(0)];
        let requests = [&held, &bits].map(|share| OpenRequest { share, receivers: &receivers });
        player.protocol.open(&requests).await.expect("an honest run");
        let words = |words: Vec<Word>| words.into_iter().map(|word| word as u64).collect::<Vec<u64>>();
        [shared, bits, addend].map(|share| words(share.expose_words_for_test_only()))
    });
    let held: Vec<Vec<u64>> = block_on(join_all(runs)).into_iter().flatten().collect();
    let words =
        |bytes: &[u8]| bytes.chunks_exact(8).map(|b| b.iter().rev().fold(0, |w, b| w << 8 | u64::from(*b))).collect();
    let sent = recordings.iter().skip(1).map(|recording| words(&recording.lock().expect("one thread")));
    (held, sent.collect())
}

#[test]
fn shares_and_openings_look_alike_whatever_the_value() {
    for word in [0, Word::MAX] {
        let (held, sent) = observe(word);
        assert_eq!((held.len(), sent.len()), (3 * PARTIES, PARTIES - 1));
        for share in &held {
            assert_uniform(share, "a share");
        }
        for message in &sent {
            assert_eq!(message.len(), 2 * LENGTH);
            assert_uniform(&message[..LENGTH], "an opened arithmetic share");
            assert_uniform(&message[LENGTH..], "an opened boolean share");
        }
        assert!(held.iter().chain(&sent).enumerate().all(|(i, a)| held.iter().take(i).all(|b| a != b)));
    }
}
