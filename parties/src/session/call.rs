//! What a party wants that dials another one, and what it is told.
//!
//! A command waits at its address for one session and needs only [`Call::Session`]. A resident process takes all of
//! them at one address, of every partner that is pinned: it is asked what it has seen, invited to sessions, and several
//! of these go on at once, told apart by their rendezvous.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::identity::Hex;
use crate::link::{self, HandshakeFault, Stream, printable};

/// Which of the sessions that go on at one address is meant: a random number of whoever calls for it.
pub(crate) type Rendezvous = Hex<32>;

/// The most characters of a refusal that are shown.
const SHOWN: usize = 400;

/// What a connection is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Call {
    /// It is a link of this session.
    Session { rendezvous: Rendezvous },
    /// The other side is asked to take part in this session.
    Invitation { rendezvous: Rendezvous, content: Vec<u8> },
    /// What was seen of one-time material is told and asked.
    Witness(Vec<u8>),
    /// Is anybody there?
    Health,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Answer {
    /// Yes. What follows belongs to the kind of call.
    Accepted(Vec<u8>),
    /// A command waits here for its session already: no invitation is needed.
    Here,
    /// Not now; the next attempt may succeed.
    NotNow(String),
    /// No, and asking again changes nothing.
    Refused(Refusal),
}

/// Why a party does not take part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refusal {
    /// Whether a policy says so.
    pub(crate) policy: bool,
    /// In words.
    pub(crate) why: String,
}

impl Refusal {
    /// A refusal for another reason than a policy.
    pub(crate) fn plain(why: impl Into<String>) -> Answer {
        Answer::Refused(Self { policy: false, why: why.into() })
    }
}

/// A fresh rendezvous.
///
/// # Errors
/// If the operating system has no randomness.
pub(crate) fn rendezvous() -> Result<Rendezvous, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(Hex(bytes))
}

/// Calls over a connection, and hears the answer.
///
/// # Errors
/// A connection that breaks, an answer that is none.
pub(crate) async fn ask(stream: &mut Stream, call: &Call) -> Result<Answer, HandshakeFault> {
    let bytes = link::ask(stream, &encode(call)).await?;
    let answer = decode(&bytes).ok_or_else(|| HandshakeFault::NotOurs("its answer has another layout".to_owned()))?;
    Ok(match answer {
        Answer::NotNow(why) => Answer::NotNow(shown(&why)),
        Answer::Refused(Refusal { policy, why }) => Answer::Refused(Refusal { policy, why: shown(&why) }),
        answer => answer,
    })
}

/// Hears what a connection is for.
///
/// # Errors
/// A connection that breaks, a call that is none.
pub(crate) async fn hear(stream: &mut Stream) -> Result<Call, HandshakeFault> {
    let bytes = link::listen_to(stream).await?;
    decode(&bytes).ok_or_else(|| HandshakeFault::NotOurs("its call has another layout".to_owned()))
}

/// Answers a call.
///
/// # Errors
/// A connection that breaks.
pub(crate) async fn reply(stream: &mut Stream, answer: &Answer) -> Result<(), HandshakeFault> {
    link::answer(stream, &encode(answer)).await
}

/// The bytes of plain data.
pub(crate) fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_stdvec(message).expect("plain data is always encodable")
}

/// What fills `bytes` exactly.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((message, [])) => Some(message),
        _ => None,
    }
}

/// A peer's words as they may be printed.
fn shown(words: &str) -> String {
    printable(words.as_bytes()).chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_and_answers_are_read_as_they_were_written_and_nothing_else_is() {
        let calls = [
            Call::Session { rendezvous: Hex([7; 32]) },
            Call::Invitation { rendezvous: Hex([8; 32]), content: vec![1, 2, 3] },
            Call::Witness(vec![0; 100]),
            Call::Health,
        ];
        for call in calls {
            let bytes = encode(&call);
            assert_eq!(decode::<Call>(&bytes), Some(call));
            assert_eq!(decode::<Call>(&[bytes.as_slice(), &[0]].concat()), None, "something follows");
            for end in 0..bytes.len() {
                assert_eq!(decode::<Call>(&bytes[..end]), None, "cut after {end}");
            }
        }
        // A list that claims to be longer than what is there allocates nothing and is refused.
        assert_eq!(decode::<Call>(&[2, 0xff, 0xff, 0xff, 0xff, 0x0f]), None);
        assert_eq!(decode::<Call>(&[9]), None);
    }

    #[test]
    fn words_of_a_peer_do_not_steer_a_terminal() {
        assert_eq!(shown("no\x1b[31m"), "no [31m");
        assert_eq!(shown(&"é".repeat(1000)).chars().count(), SHOWN);
    }
}
