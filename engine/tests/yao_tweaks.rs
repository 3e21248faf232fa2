//! No two AND gates of a session share a tweak: gates with the very same labels have different tables.

mod yao_parties;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use quorate_circuits::boolean::{Builder, Circuit};
use quorate_engine::net::{ChannelError, PartyIndex};
use quorate_engine::protocol::yao::{Demand, GARBLER, Garbling, YAO_TABLES};
use quorate_engine::protocol::{CallRequest, Domain, Protocol};
use yao_parties::{Opened, Scenario, links_with, play_over};

/// Wide and single bundles, of which there are several.
const INSTANCES: usize = 8 * 70 + 3;
const CALLS: usize = 3;

/// The same circuit on the same public values again and again, alone and side by side.
struct Again {
    circuit: Arc<Circuit>,
}

impl Scenario for Again {
    async fn play<P: Protocol<Demand = Demand>>(
        &self,
        party: &mut P,
        _: Option<PartyIndex>,
    ) -> Result<Opened, ChannelError> {
        party.prepare(&Demand::default()).await?;
        let bits = party.public(Domain::Boolean { width: 2 }, &[3; INSTANCES]);
        let request = || CallRequest { circuit: &self.circuit, operands: vec![&bits] };
        party.call(&[request()]).await?;
        party.call(&[request(), request()]).await?;
        Ok(vec![])
    }
}

#[test]
fn equal_gates_have_different_tables() {
    let (mut builder, inputs) = Builder::new(&[2]);
    let both = builder.and(inputs[0][0], inputs[0][1]);
    let circuit = Arc::new(builder.finish(vec![both.into()]));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let tables = Arc::clone(&seen);
    let links = links_with(GARBLER, YAO_TABLES, move |payload| {
        tables.lock().expect("nobody panics with it").extend_from_slice(payload);
        Ok(())
    });
    let ended = play_over(Garbling::HalfGates, links, &Again { circuit });
    assert!(ended.iter().all(|(opened, ..)| opened.is_ok()));
    let tables = seen.lock().expect("nobody panics with it");
    let halves: HashSet<&[u8]> = tables.chunks(16).collect();
    assert_eq!(halves.len(), 2 * CALLS * INSTANCES);
}
