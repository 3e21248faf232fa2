//! Echo broadcast: a message to everybody, of which everybody knows that everybody got the same.
//!
//! Every party sends its message to every other, and then to every other the digests of what it heard of each
//! (Goldwasser and Lindell, "Secure Computation Without Agreement", DISC 2002: broadcast with abort). If all echoes
//! agree, all parties who go on hold the same messages. Between two parties there is nobody to be told something
//! else, and no echo is sent.
//!
//! *Whom a difference names.* Links are authenticated pair by pair, so a party cannot prove to me what a third one told
//! it. A speaker whose own echo is not what it told me is caught. Otherwise [`ChannelFault::Equivocation`] names the
//! speaker *and* the witness whose echo differs: one of the two deviates, and nobody else need have.

use subtle::ConstantTimeEq;

use super::{SessionId, Transcript};
use crate::net::{ChannelError, ChannelFault, Ledger, Network, PartyIndex, Step};

/// Bytes of the digest of one message.
const DIGEST: usize = 32;

/// Bytes of an echo among so many parties; none between two.
pub fn echo_bytes(parties: usize) -> usize {
    if parties > 2 { DIGEST * parties } else { 0 }
}

/// What a party heard of everybody in a step, its own message included.
#[derive(Clone, Debug)]
pub struct Heard {
    me: PartyIndex,
    step: Step,
    digests: Vec<[u8; DIGEST]>,
}

impl Heard {
    /// Digests the messages of a step, by speaker, my own at my place.
    pub fn new(session: &SessionId, me: PartyIndex, step: Step, messages: &[&[u8]]) -> Self {
        let digest = |(speaker, message): (usize, &&[u8])| {
            Transcript::new("quorate 2026 echo", session)
                .append("step", step.name().as_bytes())
                .append_party("speaker", PartyIndex(speaker))
                .append("message", message)
                .digest()
        };
        Self { me, step, digests: messages.iter().enumerate().map(digest).collect() }
    }

    /// The echo: [`echo_bytes`] of them.
    pub fn echo(&self) -> Vec<u8> {
        let echoed = if self.digests.len() > 2 { &self.digests[..] } else { &[] };
        echoed.concat()
    }

    /// Compares with the others' echoes, by party; what stands at my own place is not read.
    ///
    /// # Errors
    /// A speaker who told different parties different things, or a witness who says so falsely.
    pub fn compare(&self, echoes: &[&[u8]]) -> Result<(), ChannelError> {
        if self.digests.len() <= 2 {
            return Ok(());
        }
        let others = || (0..self.digests.len()).filter(|&p| p != self.me.0);
        let says = |witness: usize, speaker: usize| -> Result<bool, ChannelError> {
            let found = echoes.get(witness).and_then(|echo| echo.get(DIGEST * speaker..)?.first_chunk::<DIGEST>());
            let malformed = ChannelFault::Malformed("an echo has another length than its parties need");
            let found = found.ok_or_else(|| self.fault(witness, malformed))?;
            Ok(found.ct_eq(&self.digests[speaker]).into())
        };
        for speaker in others() {
            if !says(speaker, speaker)? {
                let told = ChannelFault::CheckFailed("its echo of its own message is not what it sent here");
                return Err(self.fault(speaker, told));
            }
        }
        for witness in others() {
            if !says(witness, self.me.0)? {
                let heard = ChannelFault::CheckFailed("its echo of my message is not what I sent");
                return Err(self.fault(witness, heard));
            }
            for speaker in others() {
                if !says(witness, speaker)? {
                    let witness = PartyIndex(witness);
                    return Err(self.fault(speaker, ChannelFault::Equivocation { witness }));
                }
            }
        }
        Ok(())
    }

    fn fault(&self, peer: usize, fault: ChannelFault) -> ChannelError {
        ChannelError { peer: PartyIndex(peer), step: self.step, fault }
    }
}

/// Exchanges messages of `length` bytes in `step`, and echoes in `echo_step`. The answer is by speaker, mine included.
///
/// # Errors
/// The channels'; those of [`Heard::compare`].
pub async fn broadcast(
    net: &mut Network,
    session: &SessionId,
    (step, echo_step): (Step, Step),
    message: &[u8],
    length: usize,
) -> Result<Vec<Vec<u8>>, ChannelError> {
    let me = net.me();
    let mut messages = net.exchange_all(step, message, length).await?;
    messages[me.0] = message.to_vec();
    let heard = Heard::new(session, me, step, &slices(&messages));
    if echo_bytes(net.parties()) > 0 {
        let echoes = net.exchange_all(echo_step, &heard.echo(), echo_bytes(net.parties())).await?;
        heard.compare(&slices(&echoes))?;
    }
    Ok(messages)
}

/// The messages of one broadcast by everybody.
pub fn broadcast_cost(ledger: &mut Ledger, length: u64) {
    ledger.exchange_all(length);
    let echo = echo_bytes(ledger.parties()) as u64;
    if echo > 0 {
        ledger.exchange_all(echo);
    }
}

fn slices(messages: &[Vec<u8>]) -> Vec<&[u8]> {
    messages.iter().map(Vec::as_slice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: SessionId = SessionId([3; 32]);
    const STEP: Step = Step::new("test/echo");

    fn heard(me: usize, messages: &[&[u8]]) -> Heard {
        Heard::new(&SESSION, PartyIndex(me), STEP, messages)
    }

    fn compare(mine: &Heard, echoes: &[Vec<u8>]) -> Result<(), (usize, ChannelFault)> {
        mine.compare(&slices(echoes)).map_err(|error| (error.peer.0, error.fault))
    }

    #[test]
    fn equal_views_agree_and_different_ones_name_speaker_and_witness() {
        let mine = heard(0, &[b"a", b"b", b"c"]);
        let same = mine.echo();
        assert_eq!(same.len(), echo_bytes(3));
        assert_eq!(compare(&mine, &[vec![], same.clone(), same.clone()]), Ok(()));
        let told_otherwise = heard(1, &[b"a", b"b", b"C"]).echo();
        let equivocation = ChannelFault::Equivocation { witness: PartyIndex(1) };
        assert_eq!(compare(&mine, &[vec![], told_otherwise.clone(), same.clone()]), Err((2, equivocation)));
        let about_itself = compare(&mine, &[vec![], same.clone(), told_otherwise]);
        assert!(matches!(about_itself, Err((2, ChannelFault::CheckFailed(_)))));
        let about_me = heard(1, &[b"A", b"b", b"c"]).echo();
        assert!(matches!(compare(&mine, &[vec![], about_me, same.clone()]), Err((1, ChannelFault::CheckFailed(_)))));
        let short = same[1..].to_vec();
        assert!(matches!(compare(&mine, &[vec![], same, short]), Err((2, ChannelFault::Malformed(_)))));
    }

    #[test]
    fn speakers_sessions_and_steps_do_not_stand_for_each_other() {
        let base = heard(0, &[b"a", b"a", b"a"]);
        assert_ne!(base.digests[0], base.digests[1]);
        let other = Heard::new(&SessionId([4; 32]), PartyIndex(0), STEP, &[b"a", b"a", b"a"]);
        assert_ne!(base.digests, other.digests);
        let other = Heard::new(&SESSION, PartyIndex(0), Step::new("test/other"), &[b"a", b"a", b"a"]);
        assert_ne!(base.digests, other.digests);
    }

    #[test]
    fn two_parties_need_no_echo() {
        let mine = heard(0, &[b"a", b"b"]);
        assert!(mine.echo().is_empty());
        assert_eq!(compare(&mine, &[vec![], vec![]]), Ok(()));
    }
}
