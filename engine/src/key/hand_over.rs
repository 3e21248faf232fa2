//! The sum of what several parties have, for one party alone: a lost share of a key, or the whole key.
//!
//! A share that is lost is a sum of multiples of the shares of as many holders as can use the key
//! ([`KeyShare::term_at`]), and so is the key itself. Each *helper* hides its term by random numbers that it has with
//! every other helper, added by one of the two and subtracted by the other: the *receiver* learns the sum and nothing
//! else, helpers learn nothing (the additive form of the recovery of Herzberg, Jarecki, Krawczyk and Yung, "Proactive
//! Secret Sharing", CRYPTO 1995, whose blinding polynomials vanish where the lost share is).
//!
//! *Claim.* Malicious parties, fewer than can use the key, security with abort: a receiver that finishes has the right
//! sum. A helper whose term does not fit its public point is named; of two helpers who state different points for the
//! number that they share, one lies, and both are named.
//!
//! *Rounds*: two. `m` is the number of helpers, `t` the threshold, `P` the bytes of a point.
//!
//! | step | who sends | bytes |
//! |---|---|---|
//! | [`HAND_MASK`] | each helper to every helper behind it | 32: a random number |
//! | [`HAND_TERM`] | helpers to the receiver | `t P` + `(m - 1) P` + 32: the key's commitments; the points of its random numbers; the hidden term |
//!
//! *The caller guarantees*: the session id is unique; the access structure is a plain threshold, or no share is handed
//! over but the key; all parties agree on every field of [`HandOver`]; the parties agreed
//! to what the receiver learns.

use ff::Field;
use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use super::access::lagrange_at;
use super::generate::at;
use super::{
    AccessStructure, AdditiveShare, Commitments, Holding, KeyId, KeyShare, ShareError, SignerSet, SignerSetError,
};
use crate::crypto::{Random, random_scalar};
use crate::net::{ChannelError, ChannelFault, Ledger, Network, PartyIndex, Step};

/// The random numbers that hide terms.
pub const HAND_MASK: Step = Step::new("hand/mask");
/// The hidden terms.
pub const HAND_TERM: Step = Step::new("hand/term");

/// What is handed over, by whom and to whom. The same for all parties.
#[derive(Clone, Debug)]
pub struct HandOver<C: Curve> {
    /// The key.
    pub key: KeyId,
    /// The epoch of its shares.
    pub epoch: u32,
    /// The public key.
    pub public: C::Point,
    /// Who can use it.
    pub access: AccessStructure,
    /// The helpers' shares, in the order of `helpers`.
    pub signers: SignerSet,
    /// Who helps.
    pub helpers: Vec<PartyIndex>,
    /// Who receives; it may be a helper too.
    pub receiver: PartyIndex,
    /// Which share; the whole key without it.
    pub index: Option<u16>,
}

/// What the receiver has in the end.
pub struct Received<C: Curve> {
    /// The secret: a share, or the key.
    secret: Zeroizing<[u8; SCALAR_BYTES]>,
    commitments: Commitments<C>,
}

impl<C: Curve> KeyShare<C> {
    /// This holder's term of share `index`, or of the key without one, as the sum of the terms of these signers.
    ///
    /// # Errors
    /// If this share's holder is not among them.
    pub fn term_at(&self, signers: &SignerSet, index: Option<u16>) -> Result<AdditiveShare<C>, SignerSetError> {
        let position = signers.position(self.holding.index)?;
        let terms = coefficients::<C>(signers, position, index);
        let terms = terms.into_iter().zip(self.secret.iter());
        Ok(AdditiveShare::new(terms.fold(C::Scalar::ZERO, |sum, (factor, row)| sum + factor * row), position))
    }
}

/// What a signer multiplies its rows with.
fn coefficients<C: Curve>(signers: &SignerSet, position: usize, index: Option<u16>) -> Vec<C::Scalar> {
    match index {
        None => signers.coefficients(position),
        Some(lost) => vec![lagrange_at(signers.indices(), signers.indices()[position], lost)],
    }
}

/// The public point of a signer's term.
fn public_term<C: Curve>(
    commitments: &Commitments<C>,
    signers: &SignerSet,
    position: usize,
    index: Option<u16>,
) -> C::Point {
    let rows = commitments.public_share(signers.indices()[position]);
    let terms: Vec<_> = rows.into_iter().zip(coefficients::<C>(signers, position, index)).collect();
    C::public_sum(&C::Scalar::ZERO, &terms)
}

impl<C: Curve> HandOver<C> {
    fn term_bytes(&self) -> usize {
        Commitments::<C>::bytes(&self.access) + (self.helpers.len() - 1) * C::POINT_BYTES + SCALAR_BYTES
    }

    fn position(&self, party: PartyIndex) -> Option<usize> {
        self.helpers.iter().position(|helper| *helper == party)
    }
}

/// Hands over; the receiver gets the sum.
///
/// # Errors
/// The channels'; terms that are malformed or fail a check, with the culprit.
///
/// # Panics
/// If a helper brings no share, or another's.
pub async fn hand_over<C: Curve>(
    net: &mut Network,
    random: &mut Random,
    hand_over: &HandOver<C>,
    share: Option<&KeyShare<C>>,
) -> Result<Option<Received<C>>, ChannelError> {
    let me = net.me();
    let mut mine = Zeroizing::new(Vec::new());
    if let Some(position) = hand_over.position(me) {
        let share = share.expect("a helper has a share");
        let term = share.term_at(&hand_over.signers, hand_over.index).expect("a helper is among the signers");
        assert_eq!(term.position(), position, "helpers are in the order of their shares");
        *mine = masked(net, random, hand_over, (share, position), term).await?;
    }
    let parties = net.parties();
    let mut outgoing: Vec<Option<&[u8]>> = vec![None; parties];
    let mut expected = vec![None; parties];
    if hand_over.receiver != me && !mine.is_empty() {
        outgoing[hand_over.receiver.0] = Some(&mine);
    }
    if hand_over.receiver == me {
        hand_over.helpers.iter().for_each(|helper| expected[helper.0] = Some(hand_over.term_bytes()));
    }
    let incoming = net.scatter(HAND_TERM, &outgoing, &expected).await?;
    if hand_over.receiver != me {
        return Ok(None);
    }
    let mut incoming: Vec<_> = incoming.into_iter().map(Zeroizing::new).collect();
    if hand_over.position(me).is_some() {
        incoming[me.0] = mine;
    }
    let terms: Vec<_> = hand_over.helpers.iter().map(|helper| incoming[helper.0].as_slice()).collect();
    receive(hand_over, &terms).map(Some)
}

/// Writes down the messages.
pub fn hand_over_cost<C: Curve>(
    ledger: &mut Ledger,
    access: &AccessStructure,
    helpers: &[PartyIndex],
    receiver: PartyIndex,
) {
    let behind = |(position, from): (usize, &PartyIndex)| {
        let from = *from;
        helpers[position + 1..].iter().map(move |to| (from, *to, SCALAR_BYTES as u64)).collect::<Vec<_>>()
    };
    ledger.simultaneous(&helpers.iter().enumerate().flat_map(behind).collect::<Vec<_>>());
    let bytes = Commitments::<C>::bytes(access) + (helpers.len() - 1) * C::POINT_BYTES + SCALAR_BYTES;
    let terms = helpers.iter().filter(|helper| **helper != receiver).map(|from| (*from, receiver, bytes as u64));
    ledger.simultaneous(&terms.collect::<Vec<_>>());
}

/// Exchanges random numbers with the other helpers; my message to the receiver.
async fn masked<C: Curve>(
    net: &mut Network,
    random: &mut Random,
    hand_over: &HandOver<C>,
    (share, position): (&KeyShare<C>, usize),
    term: AdditiveShare<C>,
) -> Result<Vec<u8>, ChannelError> {
    let helpers = &hand_over.helpers;
    let mut masks: Vec<C::Scalar> = Vec::with_capacity(helpers.len());
    masks.extend((0..helpers.len()).map(|_| random_scalar::<C>(random)));
    let parties = net.parties();
    let encoded: Vec<_> = masks.iter().map(|mask| Zeroizing::new(C::encode_scalar(mask))).collect();
    let (mut outgoing, mut expected) = (vec![None; parties], vec![None; parties]);
    for (other, helper) in helpers.iter().enumerate() {
        match other.cmp(&position) {
            std::cmp::Ordering::Greater => outgoing[helper.0] = Some(encoded[other].as_slice()),
            std::cmp::Ordering::Less => expected[helper.0] = Some(SCALAR_BYTES),
            std::cmp::Ordering::Equal => {}
        }
    }
    let incoming = net.scatter(HAND_MASK, &outgoing, &expected).await?;
    let incoming: Vec<_> = incoming.into_iter().map(Zeroizing::new).collect();
    for (other, helper) in helpers.iter().enumerate().take(position) {
        let mask = incoming[helper.0].first_chunk().and_then(C::decode_scalar);
        // Zero has no point that could be stated, and hides nothing.
        let mask = mask.filter(|mask| !bool::from(mask.ct_eq(&C::Scalar::ZERO)));
        let malformed = ChannelFault::Malformed("a random number is not a scalar, or zero");
        masks[other] = mask.ok_or_else(|| at(*helper, HAND_MASK)(malformed))?;
    }
    let mut hidden = *term.expose_secret();
    let mut message = Vec::with_capacity(hand_over.term_bytes());
    message.extend_from_slice(&share.commitments().to_bytes());
    for (other, mask) in masks.iter().enumerate().filter(|(other, _)| *other != position) {
        hidden += if other > position { *mask } else { -*mask };
        C::encode_point(&C::base_multiple(mask), &mut message);
    }
    message.extend_from_slice(Zeroizing::new(C::encode_scalar(&hidden)).as_slice());
    hidden.zeroize();
    masks.zeroize();
    Ok(message)
}

/// Checks all terms, by helper, and adds them up.
fn receive<C: Curve>(hand_over: &HandOver<C>, terms: &[&[u8]]) -> Result<Received<C>, ChannelError> {
    let fault = |position: usize, fault| at(hand_over.helpers[position], HAND_TERM)(fault);
    let mut known: Option<Commitments<C>> = None;
    let mut points: Vec<Vec<C::Point>> = Vec::new();
    let mut sum = C::Scalar::ZERO;
    for (position, message) in terms.iter().enumerate() {
        let (commitments, rest) = message.split_at(Commitments::<C>::bytes(&hand_over.access));
        let (stated, hidden) = rest.split_at(rest.len() - SCALAR_BYTES);
        let malformed = |what| fault(position, ChannelFault::Malformed(what));
        let commitments = Commitments::<C>::from_bytes(commitments, &hand_over.access)
            .ok_or_else(|| malformed("the key's commitments are not canonical points of the group"))?;
        if commitments.constant() != hand_over.public {
            return Err(fault(position, ChannelFault::CheckFailed("it states commitments of another key")));
        }
        if known.get_or_insert_with(|| commitments.clone()) != &commitments {
            let told = "helpers state different commitments, each of this key";
            return Err(fault(position, ChannelFault::Disagreement(told)));
        }
        let stated: Option<Vec<C::Point>> = stated.chunks_exact(C::POINT_BYTES).map(C::decode_point).collect();
        let stated = stated.ok_or_else(|| malformed("the point of a random number is not one of the group"))?;
        let mut hidden = hidden
            .first_chunk()
            .and_then(C::decode_scalar)
            .ok_or_else(|| malformed("a hidden term is not a scalar"))?;
        let masks = stated.iter().enumerate().map(|(other, point)| if other >= position { *point } else { -*point });
        let expected =
            public_term(&commitments, &hand_over.signers, position, hand_over.index) + masks.sum::<C::Point>();
        if C::base_multiple(&hidden) != expected {
            return Err(fault(position, ChannelFault::CheckFailed("its part does not fit its share of the key")));
        }
        sum += hidden;
        hidden.zeroize();
        points.push(stated);
    }
    // Two helpers who state different points for the number that they share: what they hand over does not add up.
    for (position, stated) in points.iter().enumerate() {
        for other in position + 1..points.len() {
            if stated[other - 1] != points[other][position] {
                let witness = hand_over.helpers[other];
                return Err(fault(position, ChannelFault::Equivocation { witness }));
            }
        }
    }
    let nobody = || fault(0, ChannelFault::Malformed("nobody hands over a part of the key"));
    let commitments = known.ok_or_else(nobody)?;
    let secret = Zeroizing::new(C::encode_scalar(&sum));
    sum.zeroize();
    Ok(Received { secret, commitments })
}

impl<C: Curve> Received<C> {
    /// The share that was lost, once it is checked against the key's commitments.
    ///
    /// # Errors
    /// If it does not fit them: a party that was not noticed has deviated, which cannot be.
    pub fn into_share(self, hand_over: &HandOver<C>) -> Result<KeyShare<C>, ShareError> {
        let HandOver { key, epoch, access, index, .. } = hand_over;
        let holding = Holding { key: *key, epoch: *epoch, access: access.clone(), index: index.unwrap_or(0) };
        let secret = C::decode_scalar(&self.secret).ok_or(ShareError::DoesNotFit)?;
        KeyShare::new(holding, Zeroizing::new(vec![secret]), self.commitments)
    }

    /// The whole key, once it is checked against the public key.
    ///
    /// # Errors
    /// If it is not that key's: a party that was not noticed has deviated, which cannot be.
    pub fn into_key(self, hand_over: &HandOver<C>) -> Result<Zeroizing<[u8; SCALAR_BYTES]>, ShareError> {
        let mut secret = C::decode_scalar(&self.secret).ok_or(ShareError::DoesNotFit)?;
        let fits = C::base_multiple(&secret) == hand_over.public && !bool::from(secret.ct_eq(&C::Scalar::ZERO));
        secret.zeroize();
        if fits { Ok(self.secret) } else { Err(ShareError::DoesNotFit) }
    }
}
