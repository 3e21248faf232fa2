//! What a party can find out alone, before it calls anybody.

use std::collections::BTreeMap;
use std::sync::Arc;

use quorate_circuits::bind::{Arguments, BoundProgram, RoleIndex};
use quorate_data::Files;
use quorate_engine::net::PartyIndex;
use quorate_engine::ot::BaseOt;
use quorate_engine::plan::{Asked, choose, dealt_technique, technique};
use quorate_engine::protocol::{Adversary, Claim, Guarantee};

use super::cast::{Cast, cast};
use super::routes::by_files;
use super::{PREPARED, Randomness, Request};
use crate::audit::AuditLog;
use crate::exit::{Exit, Failure};
use crate::explain::take_sizes;
use crate::identity::{Card, Hex, Home, Identity, PartyName};
use crate::inputs::{self, Given, Owned, Prepared};
use crate::local::refused;
use crate::output::{Page, claim_line};
use crate::policy::Dealers;
use crate::program::{Loaded, parameters};
use crate::session::{self, DEALER, Ordered, Roster, Terms};

/// The word for "the planner chooses" in what the parties agree on.
const CHEAPEST: &str = "cheapest";

/// Everything that is settled before the meeting.
pub(crate) struct Preparation {
    pub(crate) home: Home,
    pub(crate) identity: Arc<Identity>,
    /// This party's audit log.
    pub(crate) log: AuditLog,
    pub(crate) roster: Roster,
    pub(crate) loaded: Loaded,
    pub(crate) asked: Asked,
    /// Where correlated randomness comes from.
    pub(crate) randomness: Randomness,
    /// The parameters; sizes are those that this party has measured.
    pub(crate) arguments: Arguments,
    /// By role: the place of its holder in the roster.
    pub(crate) party_of: Vec<PartyIndex>,
    pub(crate) owned: Vec<Owned>,
    pub(crate) prepared: Prepared,
    /// Sizes of this party's own data.
    pub(crate) sizes: Ordered<u64>,
    pub(crate) terms: Terms,
    /// Disclosure and claim, as the user reads them.
    pub(crate) page: String,
}

impl Preparation {
    /// Prepares a run.
    ///
    /// # Errors
    /// Anything in the program, the cast, the inputs or the trust asked for that cannot work.
    pub(crate) fn new(request: &Request) -> Result<Self, Failure> {
        Self::with(request, None)
    }

    /// Prepares the making of correlated randomness for so many runs: without inputs, so that what they would tell, the
    /// sizes, has to be given among the parameters.
    ///
    /// # Errors
    /// Likewise; a size that is not given.
    pub(crate) fn ahead(request: &Request, runs: u32) -> Result<Self, Failure> {
        let asked = Asked { prepared: true, ..request.asked };
        Self::with(&Request { asked, ..request.clone() }, Some(runs))
    }

    fn with(request: &Request, ahead: Option<u32>) -> Result<Self, Failure> {
        let loaded = Loaded::find(&request.program)?;
        let home = Home::locate(request.home.as_deref())?;
        let identity = Arc::new(home.identity()?);
        let log = AuditLog::of(&home, identity.clone())?;
        let mut given_parameters = parameters(&request.parameters)?;
        let given_sizes = ahead.map(|_| take_sizes(&loaded.program, &mut given_parameters)).transpose()?;
        let pinned = home.peers()?;
        let cast = cast(&loaded, request, identity.name(), &pinned, &given_parameters)?;
        let roster = by_files(roster(&home, &identity, (&cast, request.dealer.as_ref()))?, &request.via_files)?;
        if let Some(dealer) = &request.dealer {
            permit(&home, &roster, dealer)?;
        }
        let mine: Vec<String> = cast
            .holders
            .iter()
            .filter(|(_, holder)| *holder == identity.name())
            .map(|(role, _)| role.to_owned())
            .collect();
        let given = request.inputs.iter().map(|text| Given::parse(text)).collect::<Result<Vec<_>, _>>()?;
        inputs::warn_of_literals(&given);
        let owned = inputs::read(&loaded.program, &mine, &given, &Files::new())?;
        let sizes = match given_sizes {
            Some(given) => announced(&loaded, &cast, given)?,
            None => inputs::measure(&loaded.program, &owned)?,
        };
        let (arguments, bound, assumed) = provisional(&loaded, &cast, &sizes)?;
        let prepared = if ahead.is_some() { Prepared::default() } else { inputs::prepare(&bound, &mine, &owned)? };
        inputs::check_shapes(&bound, &owned, false)?;
        let mut terms = terms(&loaded, &bound, &cast, request, &roster);
        let prepared_runs = ahead.map(|runs| ("stock", format!("{runs} runs")));
        let used = request.randomness.term().map(|term| (PREPARED, term.to_owned()));
        terms.records = prepared_runs.into_iter().chain(used).collect();
        terms.check(&cast.roles, &roster)?;
        let party_of = places(&cast, &roster);
        let count = terms.computing(&roster);
        // What the protocols offer does not depend on sizes: a refusal need not wait for the partners.
        let choice = choose(&bound, count, &party_of, &request.asked).map_err(|refusal| refused(&refusal))?;
        let parties = (0..count).map(|p| played_by(&party_of, PartyIndex(p))).collect::<Vec<_>>();
        let page =
            Page::new(&loaded, &choice.plan.program, &arguments, &parties, assumed)?.text() + &promise(&terms, &roster);
        let arguments = Arguments { parameters: cast.parameters, sizes: arguments.sizes };
        let asked = request.asked;
        Ok(Self {
            home,
            identity,
            log,
            roster,
            loaded,
            asked,
            randomness: request.randomness,
            arguments,
            party_of,
            owned,
            prepared,
            sizes,
            terms,
            page,
        })
    }
}

/// Refuses a dealer whom this home's policy does not permit. The dealer itself trusts nobody.
fn permit(home: &Home, roster: &Roster, dealer: &PartyName) -> Result<(), Failure> {
    let card = roster.cards().iter().find(|card| card.name() == dealer);
    match card.filter(|card| card.public_key() != roster.cards()[roster.me().0].public_key()) {
        Some(card) => Ok(Dealers::of(home)?.check(card)?),
        None => Ok(()),
    }
}

/// The parties in the order of their first roles, a dealer behind them.
fn roster(home: &Home, identity: &Identity, (cast, dealer): (&Cast, Option<&PartyName>)) -> Result<Roster, Failure> {
    let mut names: Vec<&PartyName> = Vec::new();
    for holder in cast.holders.iter().map(|(_, holder)| holder).chain(dealer) {
        if !names.contains(&holder) {
            names.push(holder);
        }
    }
    let card = |name: &PartyName| if name == identity.name() { Ok(identity.card().clone()) } else { home.peer(name) };
    let cards = names.into_iter().map(card).collect::<Result<Vec<Card>, _>>()?;
    Ok(Roster::new(cards, identity.public_key())?)
}

/// The program with this party's own sizes, the least lawful ones standing for those that only partners know.
fn provisional(
    loaded: &Loaded,
    cast: &Cast,
    sizes: &Ordered<u64>,
) -> Result<(Arguments, Arc<BoundProgram>, Vec<String>), Failure> {
    let mut arguments = Arguments { parameters: cast.parameters.clone(), sizes: BTreeMap::new() };
    arguments = arguments.with_least_sizes(&loaded.program);
    arguments.sizes.extend(sizes.iter().map(|(name, size)| (name.to_owned(), *size)));
    let bound = loaded.bind(&arguments)?;
    let assumed = bound.sizes.iter().map(|(name, _)| name.clone()).filter(|name| sizes.find(name).is_none()).collect();
    Ok((arguments, bound, assumed))
}

/// The public sizes of a program whose inputs are not there yet: all of them have to be given.
fn announced(loaded: &Loaded, cast: &Cast, given: BTreeMap<String, u64>) -> Result<Ordered<u64>, Failure> {
    let arguments = Arguments { parameters: cast.parameters.clone(), sizes: BTreeMap::new() };
    let bound = loaded.bind(&arguments.with_least_sizes(&loaded.program))?;
    let size = |(name, _): &(String, u64)| match given.get(name) {
        Some(size) => Ok((name.clone(), *size)),
        None => Err(Failure::new(
            Exit::BadInput,
            format!("the size {name} is not given, and there are no inputs to measure"),
        )
        .hint(format!("give it with --param {name}=VALUE: what is prepared is for runs of this size"))),
    };
    bound.sizes.iter().map(size).collect()
}

fn places(cast: &Cast, roster: &Roster) -> Vec<PartyIndex> {
    let place = |holder: &PartyName| roster.cards().iter().position(|card| card.name() == holder).unwrap_or(0);
    cast.holders.iter().map(|(_, holder)| PartyIndex(place(holder))).collect()
}

fn played_by(party_of: &[PartyIndex], party: PartyIndex) -> Vec<RoleIndex> {
    (0..party_of.len()).filter(|role| party_of[*role] == party).map(RoleIndex).collect()
}

fn terms(loaded: &Loaded, bound: &BoundProgram, cast: &Cast, request: &Request, roster: &Roster) -> Terms {
    let Request { asked, dealer, .. } = request;
    let dealer = dealer.as_ref();
    let parties = roster.cards().len() - usize::from(dealer.is_some());
    let roles = cast.holders.iter().chain(dealer.map(|dealer| (DEALER, dealer)));
    Terms {
        program: bound.program.name().to_owned(),
        digest: Hex(loaded.digest.0),
        parameters: bound.parameters.iter().map(|(name, value)| (name.clone(), value.to_string())).collect(),
        roles: roles.map(|(role, holder)| (role, holder.clone())).collect(),
        records: Ordered::new(),
        claim: stated(&asked_claim(asked, parties), (parties, dealer), asked.enforces_ranges()),
        protocol: asked_technique(asked),
    }
}

/// The protocol that is asked for, and how it is to be run.
fn asked_technique(asked: &Asked) -> String {
    let base = asked.base_ot.unwrap_or_default();
    if asked.dealer {
        return dealt_technique();
    }
    if let Some(protocol) = asked.protocol {
        return technique(protocol, asked.garbling(), base);
    }
    let line = asked.line.map_or_else(String::new, |line| format!(" on {line}"));
    let base = if base == BaseOt::default() { String::new() } else { format!(" with {base}") };
    format!("{CHEAPEST}{line}{base}")
}

/// What is asked for, with the defaults written out; a protocol alone asks for its own claim.
fn asked_claim(asked: &Asked, parties: usize) -> Claim {
    let default = Claim {
        adversary: Adversary::SemiHonest,
        corrupt: parties.saturating_sub(1),
        guarantee: Guarantee::SelectiveAbort,
        computational_bits: 128,
        statistical_bits: None,
        trusts_dealer: false,
    };
    let base = asked.protocol.map_or(default, |protocol| protocol.offer().claim(parties));
    Claim {
        adversary: asked.adversary.unwrap_or(base.adversary),
        corrupt: asked.corrupt.unwrap_or(base.corrupt),
        guarantee: asked.guarantee.unwrap_or(base.guarantee),
        trusts_dealer: asked.dealer,
        ..base
    }
}

/// A claim as parties agree on it and sign it: of so many parties, and perhaps a dealer.
pub(super) fn stated(
    claim: &Claim,
    (parties, dealer): (usize, Option<&PartyName>),
    ranges_enforced: bool,
) -> session::Claim {
    session::Claim {
        adversary: claim.adversary.name().to_owned(),
        corrupt: claim.corrupt as u64,
        guarantee: claim.guarantee.name().to_owned(),
        ranges: if ranges_enforced { "enforced" } else { "trusted" }.to_owned(),
        text: claim_line(claim, parties, dealer) + if ranges_enforced { ", ranges of inputs enforced" } else { "" },
    }
}

/// The last lines of the page: against whom this protects, and between whom.
fn promise(terms: &Terms, roster: &Roster) -> String {
    let mut text = format!("\nClaim asked for: {}\n", terms.claim.text);
    text += "Roles\n";
    let width = terms.roles.iter().map(|(role, _)| role.len()).max().unwrap_or(0);
    for (role, holder) in terms.roles.iter() {
        let key = roster.cards().iter().find(|card| card.name() == holder).map(|card| card.public_key().short());
        text += &format!("  {role:width$}  {holder}  (key {})\n", key.unwrap_or_default());
    }
    text
}
