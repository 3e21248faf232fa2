//! Generating a key, verifiably: every party deals a secret, and the key is their sum.
//!
//! Pedersen's generation ("A Threshold Cryptosystem without a Trusted Party", EUROCRYPT 1991) with Feldman's
//! commitments, each dealer committing by hash before anybody opens and proving that it knows what it deals (the
//! "SimplPedPop" of Chu, Gerhart, Ruffing and Schröder, CRYPTO 2023, with the hash commitments added, so that whoever speaks last
//! cannot choose the key), and complaints that convict (Gennaro, Jarecki, Krawczyk and Rabin 2007).
//!
//! *Claim.* Up to all parties but one malicious, security with abort: the key is unbiased but for aborts, no set of holders
//! whom the access structure does not allow learns anything of it, and parties who finish hold shares of one key. A dealer that opens wrongly,
//! cannot prove, or cannot answer a complaint is named; one that tells parties different things is named together with
//! the witness ([`crate::crypto::Heard`]). A false complaint changes nothing.
//!
//! *Rounds*: four, and two more if anybody complains. Every message goes to every other party; `n` is the number of
//! parties, `t` the threshold (in general the columns of the access structure's matrix), `r` the receiver's rows (one
//! under a plain threshold), `P` the bytes of a point, and echoes (`32 n`) are left out between two.
//!
//! | step | bytes |
//! |---|---|
//! | [`KEY_COMMIT`] | 32: hash commitment |
//! | [`KEY_DEAL`] | 96 + `t P` + `32 r`: nonce, commitments, proof; private share |
//! | [`KEY_COMPLAIN`] | `32 n` + `n`: echo of the public parts of the dealings; complaints |
//! | [`KEY_CONFIRM`] | `32 n` + 32: echo of the complaints; digest of the key |
//! | [`KEY_ANSWER`] | `32 r` for each complaint about the sender, `r` of who complained |
//! | [`KEY_SETTLE`] | `32 n` + 32: echo of the answers; digest |
//!
//! *The caller guarantees*: the session id is unique; the parties are the holders, in the order of their indices; a share
//! is used only once everybody is known to have kept its own.

use ff::Field;
use quorate_circuits::curve::Curve;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::commitment::sum_of_shares;
use super::complaint::{Complaint, Complaints, index_of};
use super::dealing::{Dealer, decode_share, open, public_bytes, share_bytes};
use super::{AccessStructure, Commitments, Holding, KeyId, KeyShare};
use crate::crypto::{Heard, Random, SessionId, Transcript, echo_bytes};
use crate::net::{ChannelError, ChannelFault, Ledger, Network, PartyIndex, Step};

/// The hash commitments.
pub const KEY_COMMIT: Step = Step::new("key/commit");
/// The dealings.
pub const KEY_DEAL: Step = Step::new("key/deal");
/// The echo of the dealings, and complaints about shares.
pub const KEY_COMPLAIN: Step = Step::new("key/complain");
/// The echo of the complaints, and what the sender takes the key for.
pub const KEY_CONFIRM: Step = Step::new("key/confirm");
/// The accused dealers' answers.
pub const KEY_ANSWER: Step = Step::new("key/answer");
/// The echo of the answers, and what the sender takes the key for.
pub const KEY_SETTLE: Step = Step::new("key/settle");

const DIGEST: usize = 32;

/// A key that was generated.
#[derive(Debug)]
pub struct Generated<C: Curve> {
    /// My share, of epoch 0.
    pub share: KeyShare<C>,
    /// A digest of all dealings, the same for all parties.
    pub transcript: [u8; 32],
    /// The complaints that were answered. In each, accuser or dealer deviated; the key is good all the same.
    pub complaints: Vec<Complaint>,
}

/// Generates a key among all parties of the network: party `p` becomes the holder with index `p + 1`.
///
/// # Errors
/// The channels'; dealings, complaints or answers that are malformed or fail a check, with the culprit.
///
/// # Panics
/// If the access structure has not as many holders as the network has parties.
pub async fn generate<C: Curve>(
    net: &mut Network,
    random: &mut Random,
    session: &SessionId,
    access: &AccessStructure,
) -> Result<Generated<C>, ChannelError> {
    assert_eq!(net.parties(), access.holders(), "every party becomes a holder");
    let me = net.me();
    let (dealer, commitment) = Dealer::<C>::begin(session, me, access, random);
    let mut commitments = net.exchange_all(KEY_COMMIT, &commitment.0, DIGEST).await?;
    commitments[me.0] = commitment.0.to_vec();
    let messages = deal(net, &dealer, access).await?;
    let mut dealt = Dealt::open(session, me, access, dealer, &commitments, &messages)?;
    let complaints = complain(net, &dealt).await?;
    if !complaints.all().is_empty() {
        answer(net, &mut dealt, &complaints).await?;
    }
    dealt.finish(complaints)
}

/// The messages of a generation in which nobody complains: each step with the bytes that every other party sends to the
/// holder with this index.
pub fn messages<C: Curve>(access: &AccessStructure, index: u16) -> [(Step, usize); 4] {
    let parties = access.holders();
    [
        (KEY_COMMIT, DIGEST),
        (KEY_DEAL, public_bytes::<C>(access) + share_bytes(access, index)),
        (KEY_COMPLAIN, echo_bytes(parties) + parties),
        (KEY_CONFIRM, echo_bytes(parties) + DIGEST),
    ]
}

/// Writes down the messages of a generation in which nobody complains.
pub fn generate_cost<C: Curve>(ledger: &mut Ledger, access: &AccessStructure) {
    let by_receiver: Vec<_> = access.indices().map(|index| messages::<C>(access, index)).collect();
    for step in 0..4 {
        let bytes = |receiver: usize| by_receiver[receiver][step].1 as u64;
        if (1..by_receiver.len()).all(|receiver| bytes(receiver) == bytes(0)) {
            ledger.exchange_all(bytes(0));
        } else {
            let all = || (0..by_receiver.len()).map(PartyIndex);
            let pairs = all().flat_map(|from| all().filter(move |to| from != *to).map(move |to| (from, to)));
            ledger.simultaneous(&pairs.map(|(from, to)| (from, to, bytes(to.0))).collect::<Vec<_>>());
        }
    }
}

/// Sends everybody its dealing and receives everybody's; the answer is by dealer, empty at my place.
async fn deal<C: Curve>(
    net: &mut Network,
    dealer: &Dealer<C>,
    access: &AccessStructure,
) -> Result<Vec<Zeroizing<Vec<u8>>>, ChannelError> {
    let outgoing: Vec<Zeroizing<Vec<u8>>> = access.indices().map(|index| dealer.message(index)).collect();
    let outgoing: Vec<Option<&[u8]>> = outgoing.iter().map(|message| Some(message.as_slice())).collect();
    let length = public_bytes::<C>(access) + share_bytes(access, index_of(net.me()));
    let incoming = net.scatter(KEY_DEAL, &outgoing, &vec![Some(length); access.holders()]).await?;
    Ok(incoming.into_iter().map(Zeroizing::new).collect())
}

/// What a party knows once everybody has dealt.
struct Dealt<C: Curve> {
    session: SessionId,
    me: PartyIndex,
    access: AccessStructure,
    /// Mine, for answers.
    dealer: Dealer<C>,
    /// What everybody heard of every dealing.
    heard: Heard,
    /// By dealer.
    commitments: Vec<Commitments<C>>,
    /// Their sum: the key's.
    sum: Commitments<C>,
    /// My share of each dealing, by dealer; zero where what came are no scalars.
    shares: Vec<Zeroizing<Vec<C::Scalar>>>,
    /// Of all dealings.
    transcript: Transcript,
    key: KeyId,
}

impl<C: Curve> Dealt<C> {
    fn open(
        session: &SessionId,
        me: PartyIndex,
        access: &AccessStructure,
        dealer: Dealer<C>,
        hashes: &[Vec<u8>],
        messages: &[Zeroizing<Vec<u8>>],
    ) -> Result<Self, ChannelError> {
        let (mut commitments, mut public) = (Vec::new(), Vec::new());
        let mut shares = Vec::new();
        for (party, message) in messages.iter().enumerate() {
            let from = PartyIndex(party);
            if from == me {
                commitments.push(dealer.commitments().clone());
                shares.push(dealer.share(index_of(me)));
                public.push(dealer.public());
                continue;
            }
            let (opening, share) = message.split_at(public_bytes::<C>(access));
            let opened = open::<C>(session, from, access, &hashes[party], opening).map_err(at(from, KEY_DEAL))?;
            if commitments.iter().any(|other: &Commitments<C>| other.constant() == opened.constant()) {
                let copied = ChannelFault::CheckFailed("the dealer deals the same secret as another");
                return Err(at(from, KEY_DEAL)(copied));
            }
            commitments.push(opened);
            let nothing = || Zeroizing::new(vec![C::Scalar::ZERO; access.rows(index_of(me)).len()]);
            shares.push(decode_share::<C>(share).unwrap_or_else(nothing));
            public.push(opening);
        }
        let heard = Heard::new(session, me, KEY_DEAL, &public);
        let mut transcript = Transcript::new("quorate 2026 key generation", session);
        transcript.append("curve", C::NAME.name().as_bytes());
        match access.plain_threshold() {
            Some(threshold) => transcript.append_u64("threshold", threshold as u64),
            None => transcript.append("structure", access.to_string().as_bytes()),
        };
        public.iter().for_each(|public| {
            transcript.append("dealing", public);
        });
        let key = KeyId(transcript.clone().append("purpose", b"key id").digest());
        let sum = Commitments::sum(&commitments).unwrap_or_else(|| dealer.commitments().clone());
        let (session, access) = (*session, access.clone());
        Ok(Self { session, me, access, dealer, heard, commitments, sum, shares, transcript, key })
    }

    /// My statement: a byte for each dealer.
    fn complaints(&self) -> Vec<u8> {
        let index = index_of(self.me);
        // One check of the sum does for all: errors that cancel out are none, as the key's share is the sum.
        let all_fit = self.sum.fits(index, &sum_of_shares::<C>(&self.shares));
        let complains = |(commitments, share): (&Commitments<C>, &Zeroizing<Vec<C::Scalar>>)| {
            u8::from(!commitments.fits(index, share))
        };
        if all_fit {
            vec![0; self.shares.len()]
        } else {
            self.commitments.iter().zip(&self.shares).map(complains).collect()
        }
    }

    fn finish(self, complaints: Complaints) -> Result<Generated<C>, ChannelError> {
        let holding = Holding { key: self.key, epoch: 0, access: self.access, index: index_of(self.me) };
        let secret = sum_of_shares::<C>(&self.shares);
        // My own dealing is uniform, and everybody else had committed: the sum is the identity with probability 1/q.
        let culprit = PartyIndex((self.me.0 + 1) % self.shares.len());
        let no_key = |_| at(culprit, KEY_CONFIRM)(ChannelFault::CheckFailed("the dealings add up to no key"));
        let share = KeyShare::new(holding, secret, self.sum).map_err(no_key)?;
        Ok(Generated { share, transcript: self.transcript.digest(), complaints: complaints.all().to_vec() })
    }
}

/// Echoes the dealings, states complaints, echoes these and confirms the key. All complaints, if everybody was told the
/// same.
async fn complain<C: Curve>(net: &mut Network, dealt: &Dealt<C>) -> Result<Complaints, ChannelError> {
    let (me, parties, session) = (net.me(), net.parties(), &dealt.session);
    let echo = echo_bytes(parties);
    let mut mine = dealt.heard.echo();
    mine.extend(dealt.complaints());
    let mut statements = net.exchange_all(KEY_COMPLAIN, &mine, echo + parties).await?;
    statements[me.0] = mine;
    dealt.heard.compare(&statements.iter().map(|statement| &statement[..echo]).collect::<Vec<_>>())?;
    let complaints: Vec<&[u8]> = statements.iter().map(|statement| &statement[echo..]).collect();
    let heard = Heard::new(session, me, KEY_COMPLAIN, &complaints);
    let read = Complaints::read(&complaints).map_err(|(party, fault)| at(party, KEY_COMPLAIN)(fault))?;
    let mut digest = dealt.transcript.clone();
    complaints.iter().for_each(|complaints| {
        digest.append("complaints", complaints);
    });
    confirm(net, KEY_CONFIRM, &heard, &digest.digest()).await?;
    Ok(read)
}

/// Answers complaints about my dealing, and judges everybody's answers.
async fn answer<C: Curve>(
    net: &mut Network,
    dealt: &mut Dealt<C>,
    complaints: &Complaints,
) -> Result<(), ChannelError> {
    let (me, parties) = (net.me(), net.parties());
    let shown = complaints.about(me).map(|accuser| dealt.dealer.encoded_share(index_of(accuser)));
    let mine: Vec<u8> = shown.flat_map(|share| share.to_vec()).collect();
    let outgoing = vec![(!mine.is_empty()).then_some(mine.as_slice()); parties];
    let expected = |dealer| complaints.answer_bytes(&dealt.access, PartyIndex(dealer));
    let lengths = (0..parties).map(|dealer| Some(expected(dealer)).filter(|&length| length > 0));
    let mut answers = net.scatter(KEY_ANSWER, &outgoing, &lengths.collect::<Vec<_>>()).await?;
    answers[me.0] = mine;
    for dealer in (0..parties).map(PartyIndex) {
        let judged = complaints.judge(dealer, &dealt.commitments[dealer.0], &answers[dealer.0]);
        for (accuser, share) in judged.map_err(at(dealer, KEY_ANSWER))? {
            if accuser == me {
                dealt.shares[dealer.0] = share;
            }
        }
    }
    let answers: Vec<&[u8]> = answers.iter().map(Vec::as_slice).collect();
    let heard = Heard::new(&dealt.session, me, KEY_ANSWER, &answers);
    let mut digest = dealt.transcript.clone();
    answers.iter().for_each(|answer| {
        digest.append("answer", answer);
    });
    confirm(net, KEY_SETTLE, &heard, &digest.digest()).await
}

/// Echoes what was heard, and compares what everybody takes the key or its new sharing for.
pub(super) async fn confirm(
    net: &mut Network,
    step: Step,
    heard: &Heard,
    digest: &[u8; DIGEST],
) -> Result<(), ChannelError> {
    let echo = echo_bytes(net.parties());
    let message = [heard.echo().as_slice(), digest].concat();
    let mut messages = net.exchange_all(step, &message, echo + DIGEST).await?;
    messages[net.me().0] = message;
    heard.compare(&messages.iter().map(|message| &message[..echo]).collect::<Vec<_>>())?;
    for peer in net.peers() {
        if !bool::from(messages[peer.0][echo..].ct_eq(digest)) {
            return Err(at(peer, step)(ChannelFault::CheckFailed("it takes another key for the one generated")));
        }
    }
    Ok(())
}

pub(super) fn at(peer: PartyIndex, step: Step) -> impl Fn(ChannelFault) -> ChannelError {
    move |fault| ChannelError { peer, step, fault }
}
