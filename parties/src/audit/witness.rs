//! Partners witness each other's logs.
//!
//! At the beginning of a session:
//!
//! 1. `audit/remembered`: everybody tells every other the head of its log that it has countersigned last.
//! 2. `audit/head`: everybody shows the head that its log has *now*, and
//! 3. `audit/bodies`: the digests of the bodies between the two, from which the partner computes the head for itself.
//!
//! So a log that was cut, set back, edited or forked since is found by whoever countersigned it before. A partner whose
//! log nobody remembers is believed: this is the first meeting. The second step follows the first, and not the other
//! way round, so that sessions of one pair may run at once: what is shown is never older than what was told before.
//!
//! At the end of a session, when it stands in everybody's log:
//!
//! 4. `audit/closing`: the head now, and `audit/closing-bodies`: what came since the head that was shown;
//! 5. `audit/countersignature`: the partner's signature of that head, which both keep.
//!
//! All of this is said in the session's own phase: it is no part of a protocol's cost, and no round of it.

use quorate_engine::net::{ChannelError, ChannelFault, Network, PartyIndex, Phase, Step};

use super::{AuditError, AuditLog, Event, Head, Whose};
use crate::exit::{Exit, Failure};
use crate::identity::{Hex, PartyName, Signature};
use crate::session::{Agreement, Party, PeerFault};

const REMEMBERED: Step = Step::new("audit/remembered");
const HEAD: Step = Step::new("audit/head");
const BODIES: Step = Step::new("audit/bodies");
const CLOSING: Step = Step::new("audit/closing");
const CLOSING_BODIES: Step = Step::new("audit/closing-bodies");
const COUNTERSIGNATURE: Step = Step::new("audit/countersignature");

/// The most entries that are compared at once: two megabytes of digests for each partner.
const MOST_COMPARED: u64 = 65_536;

/// A head on the wire: its number, little-endian, and its hash. Number 0 says that nothing is remembered.
const HEAD_BYTES: usize = 40;
const DIGEST_BYTES: usize = 32;
const SIGNATURE_BYTES: usize = 64;

/// The heads that were shown at the beginning of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// This party's.
    mine: Head,
    /// Everybody's, in the order of the parties.
    shown: Vec<Head>,
}

/// Why a log is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadFault {
    /// A partner's log ends before what was countersigned.
    #[error(
        "the audit log of {partner} ends at {shown}, but this party has countersigned {remembered} of it: it was cut or set back"
    )]
    SetBack {
        /// Whose log it is.
        partner: PartyName,
        /// What was countersigned.
        remembered: Head,
        /// What is shown now.
        shown: Head,
    },
    /// A partner's log does not contain what was countersigned.
    #[error(
        "the audit log of {partner} ends at {shown} and does not contain {remembered}, which this party has countersigned: it was forked or rewritten"
    )]
    Forked {
        /// Whose log it is.
        partner: PartyName,
        /// What was countersigned.
        remembered: Head,
        /// What is shown now.
        shown: Head,
    },
    /// A partner's log has grown by more than is compared.
    #[error(
        "the audit log of {partner} has grown from {remembered} to {shown}: more than the {MOST_COMPARED} entries that partners compare by themselves"
    )]
    TooFar {
        /// Whose log it is.
        partner: PartyName,
        /// What was countersigned.
        remembered: Head,
        /// What is shown now.
        shown: Head,
    },
    /// This party's own log does not contain what a partner has countersigned.
    #[error(
        "{partner} has countersigned {remembered} of this party's audit log, which now ends at {own} and does not contain that: the log was cut, set back or rewritten"
    )]
    Own {
        /// Who has countersigned.
        partner: PartyName,
        /// What it has countersigned.
        remembered: Head,
        /// Where this party's log ends.
        own: Head,
    },
    /// This party's own log has grown by more than is compared.
    #[error(
        "this party's audit log has grown from {remembered}, which {partner} has countersigned, to {own}: more than the {MOST_COMPARED} entries that partners compare by themselves"
    )]
    OwnTooFar {
        /// Who has countersigned.
        partner: PartyName,
        /// What it has countersigned.
        remembered: Head,
        /// Where this party's log ends.
        own: Head,
    },
}

/// Why parties did not witness each other's logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WitnessError {
    /// A peer was absent, left or misbehaved.
    #[error(transparent)]
    Peer(#[from] PeerFault),
    /// This party's own log cannot be read or written.
    #[error("its audit log cannot be used")]
    Log(#[from] AuditError),
    /// A log is not believed.
    #[error(transparent)]
    Head(#[from] HeadFault),
}

impl HeadFault {
    /// Whether something happened that should not have.
    fn alarms(&self) -> bool {
        !matches!(self, Self::TooFar { .. } | Self::OwnTooFar { .. })
    }

    fn partner(&self) -> &PartyName {
        match self {
            Self::SetBack { partner, .. }
            | Self::Forked { partner, .. }
            | Self::TooFar { partner, .. }
            | Self::Own { partner, .. }
            | Self::OwnTooFar { partner, .. } => partner,
        }
    }

    fn hint(&self) -> String {
        let partner = self.partner();
        match self {
            Self::SetBack { .. } | Self::Forked { .. } => format!(
                "ask {partner} what happened to its home; only if its log is lost for good, say so with \
                 `quorate audit accept {partner}`, which is recorded"
            ),
            Self::TooFar { .. } => format!(
                "ask {partner} for `quorate audit export FILE`, and compare with `quorate audit accept {partner} --file FILE`"
            ),
            Self::Own { .. } => format!(
                "put the newest copy of this home's folder `audit` back; if there is none, ask {partner} to run \
                 `quorate audit accept` with this party's name, which is recorded there"
            ),
            Self::OwnTooFar { .. } => format!(
                "give {partner} the file of `quorate audit export FILE`, to compare with `quorate audit accept … --file FILE`"
            ),
        }
    }
}

impl From<WitnessError> for Failure {
    fn from(error: WitnessError) -> Self {
        match error {
            WitnessError::Peer(fault) => fault.into(),
            WitnessError::Log(error) => error.into(),
            WitnessError::Head(fault) => Self::new(Exit::Session, fault.to_string()).hint(fault.hint()),
        }
    }
}

/// Shows this party's log to every partner, and checks theirs against what this party has countersigned. What should
/// not have happened is written into this party's log.
///
/// # Errors
/// A partner that is absent or misbehaves; a log that is not believed, a partner's or this party's own.
pub async fn open_heads(net: &mut Network, agreement: &Agreement, log: &AuditLog) -> Result<Opening, WitnessError> {
    let phase = net.phase();
    net.enter(Phase::Session);
    let opened = Exchange { net, agreement, log }.open().await;
    net.enter(phase);
    if let Err(WitnessError::Head(fault)) = &opened
        && fault.alarms()
    {
        let (what, partner) = (fault.to_string(), Some(fault.partner().clone()));
        // What was found is told in any case, also by a party whose disk is full.
        let _ = log.append(Event::Alarm { what, partner });
    }
    opened
}

/// Shows every partner what was added to this party's log since the beginning of the session, countersigns theirs, and
/// keeps both countersignatures. A partner that is gone or shows something else takes nothing away: it is in the answer,
/// and in this party's log if it showed something else.
///
/// # Errors
/// If this party's own log cannot be read or written.
pub async fn close_heads(
    net: &mut Network,
    agreement: &Agreement,
    log: &AuditLog,
    opening: &Opening,
) -> Result<Vec<PeerFault>, AuditError> {
    net.enter(Phase::Session);
    Exchange { net, agreement, log }.close(opening).await
}

/// One party's side of both exchanges.
struct Exchange<'a> {
    net: &'a mut Network,
    agreement: &'a Agreement,
    log: &'a AuditLog,
}

impl Exchange<'_> {
    async fn open(&mut self) -> Result<Opening, WitnessError> {
        let memory = self.log.hold()?.memory()?;
        let parties = self.agreement.parties.iter();
        let remembered: Vec<_> = parties.map(|party| memory.of(&party.public_key)).collect();
        let told: Vec<_> = remembered.iter().map(|head| encode(head.as_ref())).collect();
        let told: Vec<_> = told.iter().map(|bytes| Some(&bytes[..])).collect();
        let heard = self.scatter(REMEMBERED, &told, &vec![Some(HEAD_BYTES); told.len()]).await?;
        let mut theirs = vec![None; heard.len()];
        for peer in self.net.peers() {
            theirs[peer.0] = Some(decode(&heard[peer.0])).filter(|head| head.number > 0);
        }
        let Proof { own: mine, bodies, fault } = self.prove(&theirs)?;
        let shown = self.show(mine, &remembered, &bodies).await?;
        // A partner's log comes first: two logs that were set back are named by both, each the other's.
        match fault {
            Some(fault) => Err(fault.into()),
            None => Ok(Opening { mine, shown }),
        }
    }

    /// What this party's log says to what the partners remember of it.
    fn prove(&self, theirs: &[Option<Head>]) -> Result<Proof, AuditError> {
        let held = self.log.hold()?;
        let own = held.head();
        let known = theirs.iter().flatten().filter(|head| matches!(compared(head, &own), Compared::By(_)));
        let first = known.map(|head| head.number).min().unwrap_or(own.number);
        // All that any of them needs, read once.
        let (before, bodies) = held.bodies_after(first)?;
        let (mut proofs, mut fault) = (vec![Vec::new(); theirs.len()], None);
        for (p, remembered) in theirs.iter().enumerate() {
            let Some(remembered) = *remembered else { continue };
            let partner = self.agreement.parties[p].name.clone();
            match compared(&remembered, &own) {
                Compared::SetBack => fault = fault.or(Some(HeadFault::Own { partner, remembered, own })),
                Compared::TooFar => fault = fault.or(Some(HeadFault::OwnTooFar { partner, remembered, own })),
                Compared::By(count) => {
                    let (earlier, later) = bodies.split_at(bodies.len() - count);
                    if earlier.iter().fold(before, |head, body| head.extended(body)) != remembered {
                        fault = fault.or(Some(HeadFault::Own { partner, remembered, own }));
                    }
                    proofs[p] = flat(later);
                }
            }
        }
        Ok(Proof { own, bodies: proofs, fault })
    }

    /// Shows `mine` and hears everybody's head, and checks it.
    async fn show(
        &mut self,
        mine: Head,
        remembered: &[Option<Head>],
        proofs: &[Vec<u8>],
    ) -> Result<Vec<Head>, WitnessError> {
        let parties = remembered.len();
        let bytes = encode(Some(&mine));
        let heads = self.scatter(HEAD, &vec![Some(&bytes[..]); parties], &vec![Some(HEAD_BYTES); parties]).await?;
        let mut shown = vec![mine; parties];
        let mut lengths = vec![None; parties];
        for peer in self.net.peers() {
            shown[peer.0] = decode(&heads[peer.0]);
            lengths[peer.0] = remembered[peer.0].and_then(|head| match compared(&head, &shown[peer.0]) {
                Compared::By(count) if count > 0 => Some(count * DIGEST_BYTES),
                _ => None,
            });
        }
        let sent: Vec<_> = proofs.iter().map(|proof| (!proof.is_empty()).then_some(&proof[..])).collect();
        let bodies = self.scatter(BODIES, &sent, &lengths).await?;
        for peer in self.net.peers() {
            if let Some(remembered) = remembered[peer.0] {
                self.check(peer, remembered, shown[peer.0], &bodies[peer.0])?;
            }
        }
        Ok(shown)
    }

    /// Checks that the head that a partner shows comes after the one that is remembered.
    fn check(&self, peer: PartyIndex, remembered: Head, shown: Head, bodies: &[u8]) -> Result<(), HeadFault> {
        let partner = self.party(peer).name.clone();
        match compared(&remembered, &shown) {
            Compared::SetBack => Err(HeadFault::SetBack { partner, remembered, shown }),
            Compared::TooFar => Err(HeadFault::TooFar { partner, remembered, shown }),
            Compared::By(_) if extended(remembered, bodies) == shown => Ok(()),
            Compared::By(_) => Err(HeadFault::Forked { partner, remembered, shown }),
        }
    }

    async fn close(&mut self, opening: &Opening) -> Result<Vec<PeerFault>, AuditError> {
        let (mine, bodies) = self.since(&opening.mine)?;
        let (mut faults, mut events) = (Vec::new(), Vec::new());
        let (mut reached, mut witnessed) = (Vec::new(), Vec::new());
        // Whoever was outvoted is not waited for.
        let given_up: Vec<ChannelError> = self.net.given_up().cloned().collect();
        let is_heard = |peer: &PartyIndex| given_up.iter().all(|error| error.peer != *peer);
        faults.extend(given_up.iter().cloned().map(|error| self.named(error)));
        for peer in self.net.peers().filter(is_heard) {
            match self.send_closing(peer, &mine, &bodies).await {
                Ok(()) => reached.push(peer),
                Err(error) => faults.push(self.named(error)),
            }
        }
        for peer in reached {
            match self.witness(peer, opening.shown[peer.0]).await {
                Ok(event) => {
                    events.push(event);
                    witnessed.push(peer);
                }
                Err(error) => faults.push(self.named(error)),
            }
        }
        for peer in witnessed {
            match self.hear(peer, &mine).await {
                Ok(event) => events.push(event),
                Err(error) => faults.push(self.named(error)),
            }
        }
        let suspicious = faults.iter().filter(|fault| matches!(fault.fault, ChannelFault::Malformed(_)));
        events.extend(suspicious.map(|fault| {
            let (what, partner) = (format!("at the end of a session: {fault}"), Some(fault.peer.clone()));
            Event::Alarm { what, partner }
        }));
        self.log.hold()?.append_all(events)?;
        Ok(faults)
    }

    /// This party's head now, and the digests of what came after `shown`.
    fn since(&self, shown: &Head) -> Result<(Head, Vec<u8>), AuditError> {
        let held = self.log.hold()?;
        let (_, bodies) = held.bodies_after(shown.number)?;
        Ok((held.head(), flat(&bodies)))
    }

    async fn send_closing(&mut self, peer: PartyIndex, mine: &Head, bodies: &[u8]) -> Result<(), ChannelError> {
        self.net.send(peer, CLOSING, &encode(Some(mine))).await?;
        self.net.send(peer, CLOSING_BODIES, bodies).await
    }

    /// Hears what was added to a partner's log since it was `shown`, and countersigns it.
    async fn witness(&mut self, peer: PartyIndex, shown: Head) -> Result<Event, ChannelError> {
        let head = decode(&self.net.receive(peer, CLOSING, HEAD_BYTES).await?);
        let Compared::By(count) = compared(&shown, &head) else {
            return Err(malformed(
                peer,
                CLOSING,
                "its audit log ends before, or far behind, where it ended at the beginning",
            ));
        };
        let bodies = self.net.receive(peer, CLOSING_BODIES, count * DIGEST_BYTES).await?;
        if extended(shown, &bodies) != head {
            return Err(malformed(peer, CLOSING, "its audit log does not contain what it showed at the beginning"));
        }
        let signature = head.countersign(&self.party(peer).public_key, self.log.identity());
        self.net.send(peer, COUNTERSIGNATURE, &signature.0).await?;
        Ok(self.event(peer, Whose::Partner, head, signature))
    }

    /// Hears a partner's countersignature of this party's head.
    async fn hear(&mut self, peer: PartyIndex, mine: &Head) -> Result<Event, ChannelError> {
        let bytes = self.net.receive(peer, COUNTERSIGNATURE, SIGNATURE_BYTES).await?;
        let mut signature = Hex([0; SIGNATURE_BYTES]);
        // The channel delivered exactly as many.
        signature.0.copy_from_slice(&bytes);
        if !mine.is_countersigned(&self.log.owner(), &self.party(peer).public_key, &signature) {
            return Err(malformed(peer, COUNTERSIGNATURE, "the countersignature does not verify"));
        }
        Ok(self.event(peer, Whose::Own, *mine, signature))
    }

    fn event(&self, peer: PartyIndex, whose: Whose, head: Head, signature: Signature) -> Event {
        let Party { name, public_key, .. } = self.party(peer);
        let Head { number, hash } = head;
        Event::Head { partner: name.clone(), key: *public_key, whose, number, hash, signature }
    }

    fn party(&self, peer: PartyIndex) -> &Party {
        &self.agreement.parties[peer.0]
    }

    fn named(&self, error: ChannelError) -> PeerFault {
        PeerFault { peer: self.party(error.peer).name.clone(), step: error.step, fault: error.fault }
    }

    async fn scatter(
        &mut self,
        step: Step,
        outgoing: &[Option<&[u8]>],
        lengths: &[Option<usize>],
    ) -> Result<Vec<Vec<u8>>, PeerFault> {
        self.net.scatter(step, outgoing, lengths).await.map_err(|error| self.named(error))
    }
}

/// What a party shows of its own log.
struct Proof {
    /// Its head now.
    own: Head,
    /// For every partner: the digests of the bodies after what it remembers.
    bodies: Vec<Vec<u8>>,
    /// What a partner remembers, and the log does not contain.
    fault: Option<HeadFault>,
}

/// How far a head lies behind another.
enum Compared {
    /// It does not: the log became shorter.
    SetBack,
    /// By more entries than are compared.
    TooFar,
    /// By so many entries.
    By(usize),
}

fn compared(before: &Head, after: &Head) -> Compared {
    match after.number.checked_sub(before.number) {
        None => Compared::SetBack,
        Some(count) if count > MOST_COMPARED => Compared::TooFar,
        Some(count) => Compared::By(count as usize),
    }
}

/// The head that follows from these digests of bodies.
fn extended(head: Head, bodies: &[u8]) -> Head {
    let digests = bodies.as_chunks::<DIGEST_BYTES>().0;
    digests.iter().fold(head, |head, digest| head.extended(&Hex(*digest)))
}

fn flat(bodies: &[Hex<32>]) -> Vec<u8> {
    bodies.iter().flat_map(|body| body.0).collect()
}

fn encode(head: Option<&Head>) -> [u8; HEAD_BYTES] {
    let mut bytes = [0; HEAD_BYTES];
    if let Some(Head { number, hash }) = head {
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        bytes[8..].copy_from_slice(&hash.0);
    }
    bytes
}

/// A head of exactly [`HEAD_BYTES`], as the channel delivers them.
fn decode(bytes: &[u8]) -> Head {
    let mut head = Head { number: 0, hash: Hex([0; 32]) };
    let (number, hash) = bytes.split_at(8);
    head.number = number.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
    head.hash.0.copy_from_slice(hash);
    head
}

fn malformed(peer: PartyIndex, step: Step, why: &'static str) -> ChannelError {
    ChannelError { peer, step, fault: ChannelFault::Malformed(why) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_on_the_wire() {
        let head = Head { number: 0x0102_0304_0506_0708, hash: Hex([9; 32]) };
        assert_eq!(decode(&encode(Some(&head))), head);
        assert_eq!(decode(&encode(None)).number, 0);
    }

    #[test]
    fn how_far_one_lies_behind_another() {
        let head = |number| Head { number, hash: Hex([0; 32]) };
        assert!(matches!(compared(&head(5), &head(4)), Compared::SetBack));
        assert!(matches!(compared(&head(5), &head(5)), Compared::By(0)));
        assert!(matches!(compared(&head(5), &head(5 + MOST_COMPARED)), Compared::By(65_536)));
        assert!(matches!(compared(&head(5), &head(6 + MOST_COMPARED)), Compared::TooFar));
        assert!(matches!(compared(&head(1), &head(u64::MAX)), Compared::TooFar));
    }
}
