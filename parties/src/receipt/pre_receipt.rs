//! What every party signs before any output opens.

use serde::{Deserialize, Serialize};

use crate::identity::{Canonical, Hex, Identity, PartyName, PublicKey, Signature};
use crate::session::{Agreement, Ordered, SessionId, Terms};

/// One party's statement before the outputs open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreReceipt {
    /// Who signs.
    pub party: PartyName,
    /// Commitments to its inputs, by name.
    pub commitments: Ordered<Hex<32>>,
    /// What it has exchanged with each peer so far, in the order of the parties.
    pub transcripts: Vec<Transcript>,
    /// The party's signature over the session, its terms and all of the above.
    pub signature: Signature,
}

/// Digests of the frames exchanged with one peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transcript {
    /// The peer.
    pub peer: PartyName,
    /// BLAKE3 of everything sent to it.
    pub sent: Hex<32>,
    /// BLAKE3 of everything received from it.
    pub received: Hex<32>,
}

impl PreReceipt {
    /// Signs this party's pre-receipt. `transcripts` has one pair of digests for every party, as
    /// `Network::transcripts` gives them.
    pub(super) fn sign(
        identity: &Identity,
        agreement: &Agreement,
        commitments: Ordered<Hex<32>>,
        transcripts: &[([u8; 32], [u8; 32])],
    ) -> Self {
        let pairs = agreement.parties.iter().zip(transcripts).enumerate().filter(|(p, _)| *p != agreement.me.0);
        let transcripts = pairs.map(|(_, (party, (sent, received)))| Transcript {
            peer: party.name.clone(),
            sent: Hex(*sent),
            received: Hex(*received),
        });
        let mut signed = Self {
            party: identity.name().clone(),
            commitments,
            transcripts: transcripts.collect(),
            signature: Hex([0; 64]),
        };
        signed.signature = identity.sign(&signed.statement(agreement.session, &agreement.terms));
        signed
    }

    /// Whether the signature is `key`'s, for this session.
    pub(super) fn is_signed_by(&self, key: PublicKey, session: SessionId, terms: &Terms) -> bool {
        key.verifies(&self.statement(session, terms), &self.signature)
    }

    /// What was exchanged with a peer.
    pub fn transcript(&self, peer: &PartyName) -> Option<&Transcript> {
        self.transcripts.iter().find(|transcript| transcript.peer == *peer)
    }

    fn statement(&self, session: SessionId, terms: &Terms) -> Canonical {
        let Self { party, commitments, transcripts, signature: _ } = self;
        terms
            .write(Canonical::new("quorate pre-receipt 1").bytes(&session.0))
            .text(party.as_str())
            .list(commitments.iter(), |c, (input, digest)| c.text(input).bytes(&digest.0))
            .list(transcripts.iter(), |c, Transcript { peer, sent, received }| {
                c.text(peer.as_str()).bytes(&sent.0).bytes(&received.0)
            })
    }
}

/// The first pair of parties, sender and receiver, of which one states to have sent something else than the other
/// states to have received; also a pair of which one has said nothing about the other. Only parties that have signed
/// are compared.
pub(super) fn contradiction<'a>(signed: &[&'a PreReceipt]) -> Option<(&'a PartyName, &'a PartyName)> {
    let pairs = signed.iter().flat_map(|sender| signed.iter().map(move |receiver| (*sender, *receiver)));
    pairs.filter(|(sender, receiver)| sender.party != receiver.party).find_map(|(sender, receiver)| {
        let sent = sender.transcript(&receiver.party).map(|transcript| transcript.sent);
        let received = receiver.transcript(&sender.party).map(|transcript| transcript.received);
        (sent.is_none() || sent != received).then_some((&sender.party, &receiver.party))
    })
}
