//! New shares of a key that there is: the same key, for the same or other holders, under any access structure.
//!
//! Each *dealer* has one part of the secret as a sum ([`super::KeyShare::additive`] of as many old holders as can use the
//! key) and deals it with Feldman's commitments; a *receiver* adds up what it was dealt (Desmedt and Jajodia,
//! "Redistributing Secret Shares to New Access Structures", 1997; verifiable as by Wong, Wang and Wing, SISW 2002). That
//! a dealer deals its own part and nothing else shows in the constant of its commitments, which is its part's public
//! point; that the parts are those of this key, in their sum. Dealers and receivers may be the same parties or others.
//!
//! | use | dealers | receivers |
//! |---|---|---|
//! | refresh | as many holders as can use the key | all holders |
//! | another committee | as many old holders as can use the key | the new holders |
//! | import | the one who has the whole secret | the holders |
//!
//! *Claim.* Malicious parties, fewer than can use the key among the old holders and among the new ones, security with
//! abort: they learn nothing of the key, and receivers who finish hold shares of it. A dealer that deals something
//! else, opens wrongly, cannot prove, or cannot answer a complaint is named; one that tells parties different things is
//! named together with the witness ([`crate::crypto::Heard`]). A false complaint changes nothing. Whoever does not know
//! the old commitments is told the parts' public points by every dealer: those that do not add up to the key convict
//! who states them; if two that do differ, nothing says which dealer lies.
//!
//! *Rounds*: four, and two more if anybody complains. `n` is the number of parties, `d` of dealers, `t` the new
//! threshold (in general the columns of the new access structure's matrix), `r` the receiver's rows (one under a plain
//! threshold), `P` the bytes of a point; echoes (`32 n`) are left out between two.
//!
//! | step | who sends | bytes |
//! |---|---|---|
//! | [`RESHARE_COMMIT`] | dealers to all | 32 + `d P`: hash commitment; public points of all parts |
//! | [`RESHARE_DEAL`] | dealers to all | 96 + `t P`: nonce, commitments, proof; and `32 r` for a receiver: private share |
//! | [`RESHARE_COMPLAIN`] | all to all | `32 n` + `n`: echo of what dealers told everybody; complaints |
//! | [`RESHARE_CONFIRM`] | all to all | `32 n` + 32: echo of the complaints; digest |
//! | [`RESHARE_ANSWER`] | accused dealers to all | `32 r` for each complaint about the sender, `r` of who complained |
//! | [`RESHARE_SETTLE`] | all to all | `32 n` + 32: echo of the answers; digest |
//!
//! *The caller guarantees*: the session id is unique; all parties agree on every field of [`Reshare`]; new shares are used
//! only once all receivers are known to have kept theirs, and old ones are erased only then.

use ff::Field;
use quorate_circuits::curve::Curve;
use zeroize::Zeroizing;

use super::commitment::sum_of_shares;
use super::complaint::{Complaint, Complaints};
use super::dealing::{Dealer, decode_share, open, public_bytes, share_bytes};
use super::generate::{at, confirm};
use super::{AccessStructure, Commitments, Holding, KeyId, KeyShare, Polynomials};
use crate::crypto::{Heard, Random, SessionId, Transcript, echo_bytes};
use crate::net::{ChannelError, ChannelFault, Ledger, Network, PartyIndex, Step};

/// The hash commitments, and what dealers take the parts' public points for.
pub const RESHARE_COMMIT: Step = Step::new("reshare/commit");
/// The dealings.
pub const RESHARE_DEAL: Step = Step::new("reshare/deal");
/// The echo of the dealings, and complaints about shares.
pub const RESHARE_COMPLAIN: Step = Step::new("reshare/complain");
/// The echo of the complaints, and what the sender takes the new sharing for.
pub const RESHARE_CONFIRM: Step = Step::new("reshare/confirm");
/// The accused dealers' answers.
pub const RESHARE_ANSWER: Step = Step::new("reshare/answer");
/// The echo of the answers, and what the sender takes the new sharing for.
pub const RESHARE_SETTLE: Step = Step::new("reshare/settle");

const DIGEST: usize = 32;

/// What is shared anew, by whom and for whom. The same for all parties.
#[derive(Clone, Debug)]
pub struct Reshare<C: Curve> {
    /// The key; `None` for one that gets its name here, from the transcript.
    pub key: Option<KeyId>,
    /// The epoch of the new shares.
    pub epoch: u32,
    /// The public key.
    pub public: C::Point,
    /// Who can use the new shares.
    pub access: AccessStructure,
    /// Who deals, in the order of the parts.
    pub dealers: Vec<PartyIndex>,
    /// Who gets new shares: the holders with the indices 1, 2, … in this order.
    pub receivers: Vec<PartyIndex>,
}

/// What a party brings that has held the key before.
#[derive(Default)]
pub struct Brought<'a, C: Curve> {
    /// The public points of all parts, by dealer; `None` for who has never seen the old commitments.
    pub publics: Option<Vec<C::Point>>,
    /// A dealer's own part.
    pub part: Option<&'a C::Scalar>,
}

/// A new sharing.
#[derive(Debug)]
pub struct Reshared<C: Curve> {
    /// My new share, if I am a receiver.
    pub share: Option<KeyShare<C>>,
    /// A digest of all dealings, the same for all parties.
    pub transcript: [u8; 32],
    /// The complaints that were answered. In each, accuser or dealer deviated; the sharing is good all the same.
    pub complaints: Vec<Complaint>,
}

impl<C: Curve> Reshare<C> {
    fn position(parties: &[PartyIndex], party: PartyIndex) -> Option<usize> {
        parties.iter().position(|other| *other == party)
    }

    /// The index of a receiver in the new sharing.
    fn index(&self, party: PartyIndex) -> Option<u16> {
        Self::position(&self.receivers, party).map(|position| position as u16 + 1)
    }

    fn commit_bytes(&self) -> usize {
        DIGEST + self.dealers.len() * C::POINT_BYTES
    }

    fn deal_bytes(&self, to: PartyIndex) -> usize {
        public_bytes::<C>(&self.access) + self.index(to).map_or(0, |index| share_bytes(&self.access, index))
    }
}

/// Shares a key anew among the receivers.
///
/// # Errors
/// The channels'; statements, dealings, complaints or answers that are malformed or fail a check, with the culprit.
///
/// # Panics
/// If the access structure has not as many holders as there are receivers, or a dealer brings no part.
pub async fn reshare<C: Curve>(
    net: &mut Network,
    random: &mut Random,
    session: &SessionId,
    reshare: &Reshare<C>,
    brought: Brought<'_, C>,
) -> Result<Reshared<C>, ChannelError> {
    assert_eq!(reshare.receivers.len(), reshare.access.holders(), "every receiver becomes a holder");
    let me = net.me();
    let dealing = Reshare::<C>::position(&reshare.dealers, me).map(|_| {
        let part = brought.part.expect("a dealer has a part of the key");
        let polynomials = Polynomials::sharing(*part, &reshare.access, random);
        Dealer::<C>::deal(session, me, polynomials, random)
    });
    let (dealer, commitment) = dealing.unzip();
    let (hashes, publics) = commit(net, reshare, brought.publics, commitment.map(|c| c.0)).await?;
    let messages = deal(net, reshare, dealer.as_ref()).await?;
    let mut dealt = Dealt::open(session, me, reshare, dealer, &hashes, publics, &messages)?;
    let complaints = complain(net, &dealt).await?;
    if !complaints.all().is_empty() {
        answer(net, &mut dealt, &complaints).await?;
    }
    dealt.finish(complaints)
}

/// Writes down the messages of a resharing in which nobody complains.
pub fn reshare_cost<C: Curve>(
    ledger: &mut Ledger,
    access: &AccessStructure,
    dealers: &[PartyIndex],
    receivers: &[PartyIndex],
) {
    let parties = ledger.parties();
    let all = || (0..parties).map(PartyIndex);
    let from_dealers = |bytes: &dyn Fn(PartyIndex) -> usize| -> Vec<(PartyIndex, PartyIndex, u64)> {
        let to = |from: PartyIndex| all().filter(move |to| *to != from).map(move |to| (from, to));
        dealers.iter().flat_map(|from| to(*from)).map(|(from, to)| (from, to, bytes(to) as u64)).collect()
    };
    ledger.simultaneous(&from_dealers(&|_| DIGEST + dealers.len() * C::POINT_BYTES));
    let position = |to: PartyIndex| receivers.iter().position(|receiver| *receiver == to);
    let share = |to: PartyIndex| position(to).map_or(0, |position| share_bytes(access, position as u16 + 1));
    ledger.simultaneous(&from_dealers(&|to| public_bytes::<C>(access) + share(to)));
    ledger.exchange_all((echo_bytes(parties) + parties) as u64);
    ledger.exchange_all((echo_bytes(parties) + DIGEST) as u64);
}

/// Sends what dealers send everybody alike, and receives it; by dealer, mine included.
async fn from_dealers<C: Curve>(
    net: &mut Network,
    reshare: &Reshare<C>,
    step: Step,
    mine: Option<Vec<Zeroizing<Vec<u8>>>>,
    length: usize,
) -> Result<Vec<Zeroizing<Vec<u8>>>, ChannelError> {
    let me = net.me();
    let outgoing: Vec<Option<&[u8]>> = match &mine {
        Some(messages) => messages.iter().map(|message| Some(message.as_slice())).collect(),
        None => vec![None; net.parties()],
    };
    let expected = |p: usize| reshare.dealers.contains(&PartyIndex(p)).then_some(length);
    let expected: Vec<Option<usize>> = (0..net.parties()).map(expected).collect();
    let incoming = net.scatter(step, &outgoing, &expected).await?;
    let mut incoming: Vec<_> = incoming.into_iter().map(Zeroizing::new).collect();
    if let Some(mut messages) = mine {
        incoming[me.0] = std::mem::take(&mut messages[me.0]);
    }
    Ok(reshare.dealers.iter().map(|dealer| std::mem::take(&mut incoming[dealer.0])).collect())
}

/// Exchanges hash commitments, and settles what the public points of the parts are.
async fn commit<C: Curve>(
    net: &mut Network,
    reshare: &Reshare<C>,
    known: Option<Vec<C::Point>>,
    commitment: Option<[u8; DIGEST]>,
) -> Result<(Vec<Zeroizing<Vec<u8>>>, Vec<C::Point>), ChannelError> {
    let mine = commitment.map(|commitment| {
        let mut message = commitment.to_vec();
        C::encode_points(known.as_deref().unwrap_or_default(), &mut message);
        vec![Zeroizing::new(message); net.parties()]
    });
    let messages = from_dealers(net, reshare, RESHARE_COMMIT, mine, reshare.commit_bytes()).await?;
    let mut settled = known;
    for (dealer, message) in reshare.dealers.iter().zip(&messages) {
        let fault = at(*dealer, RESHARE_COMMIT);
        let points = message.get(DIGEST..).unwrap_or_default().chunks_exact(C::POINT_BYTES).map(C::decode_point);
        let points: Option<Vec<C::Point>> = points.collect();
        let points = points.filter(|points| points.len() == reshare.dealers.len());
        let points =
            points.ok_or_else(|| fault(ChannelFault::Malformed("a part's public point is not one of the group")))?;
        if points.iter().sum::<C::Point>() != reshare.public {
            return Err(fault(ChannelFault::CheckFailed(
                "what it states of the old shares does not add up to the key",
            )));
        }
        match &settled {
            Some(settled) if *settled != points => {
                // Who has held the key knows what is right; a newcomer knows only that two dealers differ.
                let told = "dealers state different public points of the old shares, each adding up to the key";
                return Err(fault(ChannelFault::Disagreement(told)));
            }
            Some(_) => {}
            None => settled = Some(points),
        }
    }
    Ok((messages, settled.unwrap_or_default()))
}

/// Sends everybody its dealing and receives everybody's; by dealer, mine included.
async fn deal<C: Curve>(
    net: &mut Network,
    reshare: &Reshare<C>,
    dealer: Option<&Dealer<C>>,
) -> Result<Vec<Zeroizing<Vec<u8>>>, ChannelError> {
    let message = |dealer: &Dealer<C>, to: PartyIndex| match reshare.index(to) {
        Some(index) => dealer.message(index),
        None => Zeroizing::new(dealer.public().to_vec()),
    };
    let mine = dealer.map(|dealer| (0..net.parties()).map(|to| message(dealer, PartyIndex(to))).collect());
    from_dealers(net, reshare, RESHARE_DEAL, mine, reshare.deal_bytes(net.me())).await
}

/// What a party knows once everybody has dealt. Vectors are by dealer.
struct Dealt<'a, C: Curve> {
    session: SessionId,
    me: PartyIndex,
    reshare: &'a Reshare<C>,
    /// Mine, for answers.
    dealer: Option<Dealer<C>>,
    /// What everybody heard of every dealing.
    heard: Heard,
    commitments: Vec<Commitments<C>>,
    /// Their sum: the new sharing's.
    sum: Commitments<C>,
    /// My share of each dealing, if I get any; zero where what came are no scalars.
    shares: Vec<Zeroizing<Vec<C::Scalar>>>,
    transcript: Transcript,
}

impl<'a, C: Curve> Dealt<'a, C> {
    fn open(
        session: &SessionId,
        me: PartyIndex,
        reshare: &'a Reshare<C>,
        dealer: Option<Dealer<C>>,
        hashes: &[Zeroizing<Vec<u8>>],
        publics: Vec<C::Point>,
        messages: &[Zeroizing<Vec<u8>>],
    ) -> Result<Self, ChannelError> {
        let access = &reshare.access;
        let (mut commitments, mut shares) = (Vec::new(), Vec::new());
        let parties = 1 + reshare.dealers.iter().chain(&reshare.receivers).map(|party| party.0).max().unwrap_or(0);
        let mut told: Vec<Vec<u8>> = vec![Vec::new(); parties];
        for (position, (from, message)) in reshare.dealers.iter().zip(messages).enumerate() {
            let (hash, stated) = hashes[position].split_at(DIGEST);
            let (public, share) = message.split_at(public_bytes::<C>(access));
            let fault = at(*from, RESHARE_DEAL);
            let opened = match &dealer {
                Some(dealer) if *from == me => dealer.commitments().clone(),
                _ => open::<C>(session, *from, access, hash, public).map_err(&fault)?,
            };
            if opened.constant() != publics[position] {
                return Err(fault(ChannelFault::CheckFailed(
                    "the dealer deals something else than its part of the key",
                )));
            }
            commitments.push(opened);
            if let Some(index) = reshare.index(me) {
                let nothing = || Zeroizing::new(vec![C::Scalar::ZERO; access.rows(index).len()]);
                shares.push(decode_share::<C>(share).unwrap_or_else(nothing));
            }
            told[from.0] = [stated, public].concat();
        }
        let told: Vec<&[u8]> = told.iter().map(Vec::as_slice).collect();
        let heard = Heard::new(session, me, RESHARE_DEAL, &told);
        let mut transcript = Transcript::new("quorate 2026 key resharing", session);
        transcript.append("curve", C::NAME.name().as_bytes()).append_u64("epoch", reshare.epoch.into());
        transcript.append("key", reshare.key.as_ref().map_or(&[][..], |key| &key.0));
        match access.plain_threshold() {
            Some(threshold) => transcript.append_u64("threshold", threshold as u64),
            None => transcript.append("structure", access.to_string().as_bytes()),
        };
        transcript.append_u64("holders", access.holders() as u64);
        let mut public = Vec::new();
        C::encode_point(&reshare.public, &mut public);
        transcript.append("public key", &public);
        reshare.dealers.iter().for_each(|dealer| {
            transcript.append("dealing", told[dealer.0]);
        });
        // A resharing without dealers is none.
        let nobody = || ChannelFault::Malformed("nobody deals a part of the key");
        let sum = Commitments::sum(&commitments).ok_or_else(|| at(me, RESHARE_DEAL)(nobody()))?;
        Ok(Self { session: *session, me, reshare, dealer, heard, commitments, sum, shares, transcript })
    }

    /// My statement: a byte for each party.
    fn complaints(&self, parties: usize) -> Vec<u8> {
        let mut statement = vec![0; parties];
        let Some(index) = self.reshare.index(self.me) else { return statement };
        // One check of the sum does for all: errors that cancel out are none, as the new share is the sum.
        if self.sum.fits(index, &sum_of_shares::<C>(&self.shares)) {
            return statement;
        }
        for (dealer, (commitments, share)) in self.reshare.dealers.iter().zip(self.commitments.iter().zip(&self.shares))
        {
            statement[dealer.0] = u8::from(!commitments.fits(index, share));
        }
        statement
    }

    fn finish(self, complaints: Complaints) -> Result<Reshared<C>, ChannelError> {
        let transcript = self.transcript.digest();
        let key = self.reshare.key.unwrap_or(KeyId(self.transcript.clone().append("purpose", b"key id").digest()));
        let complaints = complaints.all().to_vec();
        let Some(index) = self.reshare.index(self.me) else {
            return Ok(Reshared { share: None, transcript, complaints });
        };
        let (epoch, access) = (self.reshare.epoch, self.reshare.access.clone());
        let secret = sum_of_shares::<C>(&self.shares);
        // Every coefficient but the key has a uniform summand of an honest dealer: one is the identity with probability 1/q.
        let culprit = self.reshare.dealers.iter().copied().find(|dealer| *dealer != self.me).unwrap_or(self.me);
        let none = |_| at(culprit, RESHARE_CONFIRM)(ChannelFault::CheckFailed("the dealings add up to no sharing"));
        let share = KeyShare::new(Holding { key, epoch, access, index }, secret, self.sum).map_err(none)?;
        Ok(Reshared { share: Some(share), transcript, complaints })
    }
}

/// Echoes the dealings, states complaints, echoes these and confirms the sharing. All complaints, if everybody was told
/// the same.
async fn complain<C: Curve>(net: &mut Network, dealt: &Dealt<'_, C>) -> Result<Complaints, ChannelError> {
    let (me, parties, session) = (net.me(), net.parties(), &dealt.session);
    let echo = echo_bytes(parties);
    let mut mine = dealt.heard.echo();
    mine.extend(dealt.complaints(parties));
    let mut statements = net.exchange_all(RESHARE_COMPLAIN, &mine, echo + parties).await?;
    statements[me.0] = mine;
    dealt.heard.compare(&statements.iter().map(|statement| &statement[..echo]).collect::<Vec<_>>())?;
    let complaints: Vec<&[u8]> = statements.iter().map(|statement| &statement[echo..]).collect();
    let heard = Heard::new(session, me, RESHARE_COMPLAIN, &complaints);
    let read = Complaints::read(&complaints).map_err(|(party, fault)| at(party, RESHARE_COMPLAIN)(fault))?;
    let stranger = |complaint: &&Complaint| {
        dealt.reshare.index(complaint.accuser).is_none() || !dealt.reshare.dealers.contains(&complaint.dealer)
    };
    if let Some(complaint) = read.all().iter().find(stranger) {
        let nothing = ChannelFault::Malformed("it complains about a share that nobody sent it");
        return Err(at(complaint.accuser, RESHARE_COMPLAIN)(nothing));
    }
    let mut digest = dealt.transcript.clone();
    complaints.iter().for_each(|complaints| {
        digest.append("complaints", complaints);
    });
    confirm(net, RESHARE_CONFIRM, &heard, &digest.digest()).await?;
    Ok(read)
}

/// Answers complaints about my dealing, and judges everybody's answers.
async fn answer<C: Curve>(
    net: &mut Network,
    dealt: &mut Dealt<'_, C>,
    complaints: &Complaints,
) -> Result<(), ChannelError> {
    let (me, parties, reshare) = (net.me(), net.parties(), dealt.reshare);
    // Only receivers have complained.
    let index = |party: PartyIndex| reshare.index(party).unwrap_or(0);
    let answer = |dealer: &Dealer<C>| -> Vec<u8> {
        let shown = complaints.about(me).map(|accuser| dealer.encoded_share(index(accuser)));
        shown.flat_map(|share| share.to_vec()).collect()
    };
    let mine = dealt.dealer.as_ref().map_or_else(Vec::new, answer);
    let outgoing = vec![(!mine.is_empty()).then_some(mine.as_slice()); parties];
    let expected = |dealer| complaints.answer_bytes_at(&reshare.access, PartyIndex(dealer), index);
    let lengths = (0..parties).map(|dealer| Some(expected(dealer)).filter(|&length| length > 0));
    let mut answers = net.scatter(RESHARE_ANSWER, &outgoing, &lengths.collect::<Vec<_>>()).await?;
    answers[me.0] = mine;
    for (position, dealer) in reshare.dealers.iter().enumerate() {
        let judged = complaints.judge_at(*dealer, &dealt.commitments[position], &answers[dealer.0], index);
        for (accuser, share) in judged.map_err(at(*dealer, RESHARE_ANSWER))? {
            if accuser == me {
                dealt.shares[position] = share;
            }
        }
    }
    let answers: Vec<&[u8]> = answers.iter().map(Vec::as_slice).collect();
    let heard = Heard::new(&dealt.session, me, RESHARE_ANSWER, &answers);
    let mut digest = dealt.transcript.clone();
    answers.iter().for_each(|answer| {
        digest.append("answer", answer);
    });
    confirm(net, RESHARE_SETTLE, &heard, &digest.digest()).await
}
