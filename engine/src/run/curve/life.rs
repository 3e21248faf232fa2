//! A key's later life: it is shared anew, or one party gets a share of it or, if all mean to, the whole of it.

use std::collections::BTreeMap;

use quorate_circuits::bind::{Members, Purpose, ValueId};
use quorate_circuits::curve::Curve;
use zeroize::Zeroizing;

use super::generate::set_up_with;
use super::record::{Held, HeldKey, IMPORT};
use crate::key::{Brought, HandOver, Reshare, Reshared, SignerSet, SignerSetError, hand_over, reshare};
use crate::net::{PartyIndex, Phase};
use crate::plan::{CurvePlan, Delivered, Plan, Resharing};
use crate::protocol::Session;
use crate::record::{KeyRecord, RecordError, WholeKey};
use crate::run::RunError;

/// What is said where a key has more than a threshold.
const HAND_OVER_STRUCTURED: &str = "a key with a structure is neither handed over nor a share of it: share it anew under a threshold, or, for a \
     holder who has lost its share, among the same holders";

/// What is kept anew, by the statement that keeps it; nothing at a party that gets nothing.
pub(super) type Anew = BTreeMap<ValueId, Zeroizing<Vec<u8>>>;

/// Shares anew and hands over what the program says.
pub(super) async fn live<C: Curve>(
    plan: &Plan,
    curve: &CurvePlan,
    session: &mut Session,
    held: &Held<C>,
) -> Result<Anew, RunError> {
    let mut anew = Anew::new();
    let seated = |members: Members| members.roles().map(|role| plan.party_of[role.0]).collect::<Vec<_>>();
    for resharing in &curve.resharings {
        let parties = (seated(resharing.dealers), seated(resharing.sharing.among));
        if let Some(record) = share_anew(plan, resharing, session, held, parties).await? {
            anew.insert(resharing.keep, record.to_bytes());
        }
    }
    for delivered in &curve.deliveries {
        let parties = (seated(delivered.helpers), plan.party_of[delivered.delivery.to.0]);
        if let Some(bytes) = deliver(plan, delivered, session, held, parties).await? {
            anew.insert(delivered.keep, bytes);
        }
    }
    Ok(anew)
}

async fn share_anew<C: Curve>(
    plan: &Plan,
    resharing: &Resharing,
    session: &mut Session,
    held: &Held<C>,
    (dealers, receivers): (Vec<PartyIndex>, Vec<PartyIndex>),
) -> Result<Option<KeyRecord<C>>, RunError> {
    let access = resharing.access(receivers.len()).map_err(|error| RunError::Stopped(error.to_string()))?;
    let me = session.network.me();
    session.network.enter(Phase::Online);
    let Reshared { share, .. } = if held.is_of(&plan.program, resharing.value, IMPORT) {
        let whole = held.whole()?;
        let part = whole.secret.as_ref().filter(|_| dealers.contains(&me));
        if dealers.len() != 1 || dealers.contains(&me) && part.is_none() {
            return Err(RecordError::Missing("the whole secret, which one party has".to_owned()).into());
        }
        let of = Reshare { key: None, epoch: 0, public: whole.public, access, dealers, receivers: receivers.clone() };
        let brought = Brought { publics: Some(vec![whole.public]), part };
        reshare(&mut session.network, &mut session.random, &session.id, &of, brought).await?
    } else {
        let key = held.key()?;
        let signers = signers(plan, key, held, &dealers, me)?;
        let (publics, part) = match key.record.as_ref().map(|record| &record.share) {
            Some(share) => {
                (Some(share.public_additive(&signers)), dealers.contains(&me).then(|| share.additive(&signers)))
            }
            None => (None, None),
        };
        let part = part.transpose().map_err(RecordError::from)?;
        if dealers.contains(&me) && part.is_none() {
            return Err(RecordError::Missing("a share of the key".to_owned()).into());
        }
        let epoch = key.holding.epoch.checked_add(1).ok_or(RecordError::Malformed("the epoch, which is the last"))?;
        let (name, public) = (Some(key.holding.key), key.public.point().into());
        let of = Reshare { key: name, epoch, public, access, dealers, receivers: receivers.clone() };
        let brought = Brought { publics, part: part.as_ref().map(|part| part.expose_secret()) };
        reshare(&mut session.network, &mut session.random, &session.id, &of, brought).await?
    };
    let pairs = match resharing.sharing.purpose {
        Purpose::Products if plan.protocol.multiplies_in_pairs() && receivers.contains(&me) => {
            let peers: Vec<_> = receivers.iter().copied().filter(|party| *party != me).collect();
            let mut pairs = set_up_with(session, plan.base_ot, &peers).await?;
            receivers.iter().map(|party| pairs[party.0].take()).collect()
        }
        _ => Vec::new(),
    };
    Ok(share.map(|share| KeyRecord { share, pairs }))
}

/// The old shares that are dealt or that help, in order: each party has its own, together they are enough and none is idle.
fn signers<C: Curve>(
    plan: &Plan,
    key: &HeldKey<C>,
    held: &Held<C>,
    parties: &[PartyIndex],
    me: PartyIndex,
) -> Result<SignerSet, RecordError> {
    let seats: Vec<u16> = parties.iter().map(|party| held.seats.get(party.0).copied().unwrap_or(0)).collect();
    let access = &key.holding.access;
    let signers = SignerSet::new(access, &seats)?;
    // The plan knows how many bring shares, and of the old structure nothing: where a smaller set could use the key than these
    // are, the claim may say that more may collude than the key withstands.
    let threshold = access.structure().signers_needed();
    if plan.claim().corrupt >= threshold {
        let found = seats.len();
        return Err(RecordError::TooMany { threshold, found });
    }
    match parties.iter().position(|party| *party == me) {
        Some(position) if seats[position] != key.holding.index => {
            Err(RecordError::OtherSeat { expected: seats[position], found: key.holding.index })
        }
        _ => Ok(signers),
    }
}

async fn deliver<C: Curve>(
    plan: &Plan,
    delivered: &Delivered,
    session: &mut Session,
    held: &Held<C>,
    (helpers, receiver): (Vec<PartyIndex>, PartyIndex),
) -> Result<Option<Zeroizing<Vec<u8>>>, RunError> {
    let me = session.network.me();
    let key = held.key()?;
    let signers = signers(plan, key, held, &helpers, me)?;
    if key.holding.access.plain_threshold().is_none() {
        // Other holders' places under a structure are not always sums of the helpers', and the text of the program
        // does not say how many commitments there are.
        return Err(RunError::Stopped(HAND_OVER_STRUCTURED.to_owned()));
    }
    let index = delivered.delivery.share.map(|(index, _)| index as u16);
    if let Some(index) = index {
        check_lost(key, &signers, index)?;
    }
    let crate::key::Holding { key: name, epoch, access, .. } = key.holding.clone();
    let of =
        HandOver { key: name, epoch, public: key.public.point().into(), access, signers, helpers, receiver, index };
    let share = match of.helpers.contains(&me) {
        true => Some(&key.record()?.share),
        false => None,
    };
    session.network.enter(Phase::Online);
    let received = hand_over(&mut session.network, &mut session.random, &of, share).await?;
    let fits = |error: crate::key::ShareError| RunError::Stopped(format!("what was handed over is wrong: {error}"));
    let Some((_, purpose)) = delivered.delivery.share else {
        let Some(received) = received else { return Ok(None) };
        let secret = received.into_key(&of).map_err(fits)?;
        return Ok(WholeKey::<C>::of_secret(&secret).map(|whole| whole.to_bytes()));
    };
    let recovered = received.map(|received| received.into_share(&of)).transpose().map_err(fits)?;
    if purpose == Purpose::Sums || !plan.protocol.multiplies_in_pairs() {
        return Ok(recovered.map(|share| KeyRecord { share, pairs: Vec::new() }.to_bytes()));
    }
    // What was set up with the holder whose share was lost is lost with it; with helpers it is set up anew.
    match recovered {
        Some(share) => {
            let mut set_up = set_up_with(session, plan.base_ot, &of.helpers).await?;
            let mut pairs: Vec<_> = (0..of.access.holders()).map(|_| None).collect();
            for (seat, party) in of.signers.indices().iter().zip(&of.helpers) {
                pairs[usize::from(*seat) - 1] = set_up[party.0].take();
            }
            Ok(Some(KeyRecord { share, pairs }.to_bytes()))
        }
        None => {
            let mut set_up = set_up_with(session, plan.base_ot, &[receiver]).await?;
            let mut record = KeyRecord::<C>::from_bytes(&key.record()?.to_bytes())?;
            if let (Some(pair), Some(index)) = (set_up[receiver.0].take(), index) {
                record.replace_pair(index, pair);
            }
            Ok(Some(record.to_bytes()))
        }
    }
}

/// A share that is recovered is somebody else's than the helpers'.
fn check_lost<C: Curve>(key: &HeldKey<C>, signers: &SignerSet, index: u16) -> Result<(), RecordError> {
    if !key.holding.access.has(index) {
        return Err(SignerSetError::NoHolder(index).into());
    }
    if signers.indices().contains(&index) {
        return Err(SignerSetError::Repeated(index).into());
    }
    Ok(())
}
