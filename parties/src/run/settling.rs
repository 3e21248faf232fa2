//! From what was asked for to what runs: the planner's choice becomes part of the session.

use quorate_engine::net::{Network, Step};
use quorate_engine::plan::Choice;

use super::Parting;
use super::preparation::stated;
use crate::exit::{Exit, Failure};
use crate::session::{Agreement, Roster, session_id};

/// Everybody says which session id its own planner's choice gives.
const CHOICE: Step = Step::new("session/choice");

/// Puts the chosen protocol and its claim in the place of what was asked for, and makes sure that all parties chose the
/// same. They do if they run the same version: the choice depends on nothing but what was agreed.
///
/// # Errors
/// A peer that chose otherwise, is absent or misbehaves.
pub(super) async fn settle(
    network: &mut Network,
    roster: &Roster,
    agreement: Agreement,
    choice: &Choice,
) -> Result<Agreement, Parting> {
    let mut settled = agreement;
    let (parties, dealer) = (choice.plan.parties, settled.terms.dealer());
    settled.terms.claim = stated(&choice.claim, (parties, dealer), choice.ranges_enforced);
    settled.terms.protocol = choice.plan.technique();
    settled.session = session_id(&settled.parties, &settled.terms, &settled.sizes);
    let ids = network.exchange_all(CHOICE, &settled.session.0, 32).await.map_err(|error| roster.fault(error))?;
    for (peer, card) in roster.peers() {
        if ids[peer.0] != settled.session.0 {
            let message = format!(
                "{} has chosen another protocol than {} for the same terms",
                card.name(),
                choice.plan.technique()
            );
            let farewell = message.clone();
            let failure = Failure::new(Exit::Session, message)
                .hint("all parties need the same version of quorate; --protocol names one protocol for all");
            return Err(Parting { failure, farewell });
        }
    }
    Ok(settled)
}
