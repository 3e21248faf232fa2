//! What members send to those who are to learn something, whether they still compute or not.

use super::table::{MINUTES, Table};
use crate::net::{PartyIndex, Step};
use crate::protocol::Session;

/// Members send their shares to receivers, by party. The answer has, by party, what I was sent, if I am one: then `length` is
/// that of each message. Whoever was left out is also told who computes, and believes what enough of them say.
pub(super) async fn tell(
    session: &mut Session,
    table: &mut Table,
    step: Step,
    payloads: &[Option<Vec<u8>>],
    length: Option<usize>,
) -> Vec<Option<Vec<u8>>> {
    let me = session.network.me();
    let council = table.council().clone();
    let computes = council.has(me);
    let mut outgoing: Vec<Option<Vec<u8>>> = vec![None; table.parties()];
    if computes {
        for (party, payload) in payloads.iter().enumerate().filter(|(party, _)| *party != me.0) {
            let minutes = if council.has(PartyIndex(party)) { Vec::new() } else { table.minutes().to_vec() };
            outgoing[party] = payload.as_ref().map(|payload| [minutes.as_slice(), payload].concat());
        }
    }
    let prefix = if computes { 0 } else { MINUTES };
    let mut due = vec![None; table.parties()];
    council.members().iter().filter(|member| **member != me).for_each(|m| due[m.0] = length.map(|l| l + prefix));
    let enough = due.iter().flatten().count().saturating_sub(council.faults());
    let outgoing: Vec<Option<&[u8]>> = outgoing.iter().map(Option::as_deref).collect();
    let mut told = session.network.gather(step, &outgoing, &due, enough).await;
    if computes {
        told[me.0] = payloads[me.0].clone().filter(|_| length.is_some());
    } else if length.is_some() {
        let minutes: Vec<Option<[u8; MINUTES]>> =
            told.iter().map(|message| message.as_ref().and_then(|m| m.first_chunk().copied())).collect();
        table.read_minutes(&minutes);
        // Of those who were left out after me nothing was due.
        let gone = council.members().iter().filter(|member| !table.council().has(**member));
        gone.for_each(|member| session.network.forgive_silence(*member));
        for message in told.iter_mut().flatten() {
            message.drain(..MINUTES);
        }
        let stays = |party: usize| table.council().has(PartyIndex(party));
        told.iter_mut().enumerate().filter(|(party, _)| !stays(*party)).for_each(|(_, message)| *message = None);
    }
    told
}
