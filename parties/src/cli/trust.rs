//! The trust that a run asks for.

use quorate_engine::ot::BaseOt;
use quorate_engine::plan::{Asked, Line};
use quorate_engine::protocol::yao::Garbling;
use quorate_engine::protocol::{Adversary, Guarantee, OFFERS, OFFERS_ON_NUMBERS, Offer, ProtocolName};

use crate::exit::{Exit, Failure};
use crate::identity::PartyName;

/// What a help text says where the planner chooses.
pub(super) const CHEAPEST: &str = " [default: the cheapest that fits]";

/// A help text with the names of all protocols.
pub(super) fn any_protocol(what: &str, default: &str) -> String {
    format!("{what}: {}{default}", listed(OFFERS, &[]))
}

/// A help text with the names of the protocols on numbers and bits, and of none.
pub(super) fn protocol_or_clear(what: &str, default: &str) -> String {
    format!("{what}: {}{default}", listed(OFFERS_ON_NUMBERS, &["clear for none at all"]))
}

fn listed(offers: &[Offer], more: &[&str]) -> String {
    let names: Vec<&str> = offers.iter().map(|offer| offer.name.name()).chain(more.iter().copied()).collect();
    match names.as_slice() {
        [others @ .., last] => format!("{} or {last}", others.join(", ")),
        [] => String::new(),
    }
}

/// Options of every command that plans a run.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Trust")]
pub(super) struct TrustOptions {
    /// How corrupted parties behave: semi-honest or malicious [default: semi-honest]
    #[arg(long, value_name = "ADVERSARY")]
    adversary: Option<Adversary>,
    /// How many parties may collude [default: all but one]
    #[arg(long, value_name = "K")]
    corrupt: Option<usize>,
    /// What honest parties are guaranteed: abort, selective-abort, unanimous-abort, identifiable-abort or output
    /// [default: abort]
    #[arg(long, value_name = "GUARANTEE")]
    guarantee: Option<Guarantee>,
    /// How gates are garbled, which is for yao: half-gates, or three-halves, which sends a quarter less and computes half as
    /// much again [default: what is faster on the --network that is given, else half-gates]
    #[arg(long, value_name = "GARBLING")]
    garbling: Option<Garbling>,
    /// From what oblivious transfers are made: ristretto255, or ml-kem-768, which quantum computers are not known to break
    /// and which sends 0.6 MB for each pair [default: ristretto255]
    #[arg(long, value_name = "GROUP")]
    base_ot: Option<BaseOt>,
    /// Check in the protocol that what is shared lies in its declared range; a malicious adversary always implies it
    #[arg(long)]
    check_ranges: bool,
    /// The line between parties, for which the cheapest way is chosen and times are predicted: lan, wan, or round trip and
    /// bandwidth as in 20ms,50mbit [default: lan]
    #[arg(long, value_name = "NETWORK")]
    network: Option<Line>,
}

/// An option of commands whose parties may have a dealer.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Trust")]
pub(super) struct DealerOption {
    /// Take correlated randomness from this party, who has no role, instead of making it: additive then sends little, and
    /// whoever colludes with the dealer reads everything. Nobody gets a dealer without asking
    #[arg(long, value_name = "NAME")]
    pub(super) dealer: Option<PartyName>,
}

impl DealerOption {
    /// The same trust, and a dealer if one is named.
    pub(super) fn with(&self, asked: Asked) -> Asked {
        Asked { dealer: self.dealer.is_some(), ..asked }
    }
}

impl TrustOptions {
    /// What is asked for, under the protocol of this name if one is given.
    ///
    /// # Errors
    /// If there is no such protocol, or it does not garble although that is asked for.
    pub(super) fn asked(&self, protocol: Option<&str>) -> Result<Asked, Failure> {
        let protocol = protocol
            .map(|name| {
                name.parse::<ProtocolName>().map_err(|why| Failure::new(Exit::BadInput, format!("--protocol: {why}")))
            })
            .transpose()?;
        let protocol = match (self.garbling, protocol) {
            (None, protocol) => protocol,
            (Some(_), None | Some(ProtocolName::Yao)) => Some(ProtocolName::Yao),
            (Some(_), Some(other)) => {
                let message = format!("--garbling: {} does not garble as yao does", other.name());
                return Err(Failure::new(Exit::BadInput, message));
            }
        };
        Ok(Asked {
            adversary: self.adversary,
            corrupt: self.corrupt,
            guarantee: self.guarantee,
            protocol,
            garbling: self.garbling,
            base_ot: self.base_ot,
            dealer: false,
            check_ranges: self.check_ranges,
            line: self.network,
            prepared: false,
        })
    }

    /// The options again, as words of a command line.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut add = |option: &str, value: String| words.extend([option.to_owned(), value]);
        if let Some(adversary) = self.adversary {
            add("--adversary", adversary.name().to_owned());
        }
        if let Some(corrupt) = self.corrupt {
            add("--corrupt", corrupt.to_string());
        }
        if let Some(guarantee) = self.guarantee {
            add("--guarantee", guarantee.name().to_owned());
        }
        if let Some(garbling) = self.garbling {
            add("--garbling", garbling.name().to_owned());
        }
        if let Some(base) = self.base_ot {
            add("--base-ot", base.name().to_owned());
        }
        if let Some(line) = self.network {
            add("--network", line.to_string());
        }
        words.extend(self.check_ranges.then(|| "--check-ranges".to_owned()));
        words
    }

    /// Whether nothing is asked for.
    pub(super) fn is_silent(&self) -> bool {
        self.adversary.is_none()
            && self.corrupt.is_none()
            && self.guarantee.is_none()
            && self.garbling.is_none()
            && self.base_ot.is_none()
            && !self.check_ranges
            && self.network.is_none()
    }
}
