//! New keys: verifiable key generation and, for keys with which products are made, OTs with every other holder.

use std::collections::BTreeMap;

use quorate_circuits::bind::{Purpose, ValueId};
use quorate_circuits::curve::Curve;

use crate::crypto::Block;
use crate::key;
use crate::net::{ChannelError, PartyIndex, Phase};
use crate::ot::{BaseOt, KeptPair, set_up_all};
use crate::plan::{CurvePlan, Plan};
use crate::protocol::Session;
use crate::record::KeyRecord;
use crate::run::RunError;

/// Makes the keys of a program, one after the other. Party `p` becomes holder `p + 1`.
pub(super) async fn generate<C: Curve>(
    plan: &Plan,
    curve: &CurvePlan,
    session: &mut Session,
) -> Result<BTreeMap<ValueId, KeyRecord<C>>, RunError> {
    let mut records = BTreeMap::new();
    for new in &curve.keys {
        let access = new.access(session.network.parties()).map_err(|error| RunError::Stopped(error.to_string()))?;
        session.network.enter(Phase::Online);
        let generated = key::generate::<C>(&mut session.network, &mut session.random, &session.id, &access).await?;
        let pairs = match new.sharing.purpose {
            Purpose::Products if plan.protocol.multiplies_in_pairs() => set_up(session, plan.base_ot).await?,
            Purpose::Products | Purpose::Sums => Vec::new(),
        };
        records.insert(new.value, KeyRecord { share: generated.share, pairs });
    }
    Ok(records)
}

/// Sets up OTs in both directions with everybody.
async fn set_up(session: &mut Session, base: BaseOt) -> Result<Vec<Option<KeptPair>>, ChannelError> {
    let peers: Vec<_> = session.network.peers().collect();
    set_up_with(session, base, &peers).await
}

/// Sets up OTs in both directions with some parties; the answer is by party.
pub(super) async fn set_up_with(
    session: &mut Session,
    base: BaseOt,
    peers: &[PartyIndex],
) -> Result<Vec<Option<KeptPair>>, ChannelError> {
    let Session { id, network, random, .. } = session;
    network.enter(Phase::SetUp);
    let mut senders = Vec::with_capacity(peers.len());
    for peer in peers {
        let delta = random.block();
        senders.push((*peer, delta ^ Block::new(u128::from(!delta.lsb()))));
    }
    let (senders, receivers) = set_up_all(network, random, id, base, &senders, peers).await?;
    let mut pairs: Vec<Option<KeptPair>> = (0..network.parties()).map(|_| None).collect();
    for ((peer, sender), receiver) in peers.iter().zip(senders).zip(receivers) {
        // Nothing was extended yet, so nothing can have failed.
        if let (Ok(sender), Ok(receiver)) = (sender.keep(), receiver.keep()) {
            pairs[peer.0] = Some(KeptPair { sender, receiver });
        }
    }
    network.enter(Phase::Online);
    Ok(pairs)
}
