//! The engine behind filetests: protocols as `quorate local` runs them.

use std::sync::Arc;

use quorate_circuits::bind::BoundProgram;
use quorate_circuits::clear::Inputs;
use quorate_circuits::filetest::{Figures, Learned, Protocols};
use quorate_engine::net::{PartyIndex, Phase};
use quorate_engine::plan::{Plan, cost, plan};
use quorate_engine::protocol::{OFFERS_ON_NUMBERS, ProtocolName};

use super::Under;
use crate::local;

pub(super) struct Engine {
    pub(super) under: Under,
}

/// The protocol of a name that [`Protocols::names`] gave.
fn named(protocol: &str) -> Result<ProtocolName, String> {
    protocol.parse()
}

/// A plan with one party for each role.
fn planned(protocol: ProtocolName, program: &Arc<BoundProgram>) -> Plan {
    let party_of: Vec<PartyIndex> = (0..program.roles.len()).map(PartyIndex).collect();
    plan(program, protocol, party_of.len(), &party_of)
}

impl Protocols for Engine {
    fn names(&self) -> Vec<&'static str> {
        OFFERS_ON_NUMBERS.iter().map(|offer| offer.name.name()).collect()
    }

    fn is_wanted(&self, protocol: &str) -> bool {
        match self.under {
            Under::All => true,
            Under::Protocol(only) => only.name() == protocol,
            Under::Clear => false,
        }
    }

    fn fits(&self, protocol: &str, parties: usize) -> bool {
        named(protocol).is_ok_and(|name| {
            let offer = name.offer();
            (offer.least_parties..=offer.most_parties).contains(&parties)
        })
    }

    fn run(&self, protocol: &str, program: &Arc<BoundProgram>, inputs: &Inputs) -> Result<Vec<Learned>, String> {
        local::learned(&planned(named(protocol)?, program), inputs).map_err(|failure| failure.message)
    }

    fn figures(&self, protocol: &str, program: &Arc<BoundProgram>) -> Figures {
        let Ok(protocol) = named(protocol) else { return Figures::default() };
        let cost = cost(&planned(protocol, program));
        let online = cost.phases[Phase::Online as usize];
        Figures {
            and_gates: cost.and_gates,
            multiplications: cost.multiplications,
            rounds: cost.rounds().into(),
            bytes: cost.bytes(),
            online_rounds: online.rounds.into(),
            online_bytes: online.bytes,
        }
    }
}
