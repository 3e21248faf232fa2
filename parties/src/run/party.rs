//! The protocol itself, between two rounds of signatures.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures_util::future::LocalBoxFuture;
use quorate_circuits::clear::ClearError;
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::ChannelError;
use quorate_engine::net::{Counters, Network, PartyIndex, Phase};
use quorate_engine::plan::Plan;
use quorate_engine::protocol::dkls;
use quorate_engine::protocol::{self, Accusation, Adversary, Claim, Guarantee, Session};
use quorate_engine::record::RecordError;
use quorate_engine::run::{
    CurveOutcome, Holdings, Hooks, Outcome, RunError, run_curve_party, run_party, run_prepared_party,
};

use super::patience::patience;
use super::preparation::Preparation;
use super::watch::Watch;
use super::{Keeper, Parting};
use crate::audit::{AuditError, Event, Opening, SessionEnding, close_heads};
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::prepared::RunReader;
use crate::receipt::{
    Accused, Ending, Figures, Ground, InputCommitments, Outcome as SignedOutcome, PreReceipt, Receipt, ReceiptError,
    exchange_outcomes, exchange_pre_receipts, gather_pre_receipts,
};
use crate::session::Agreement;

/// Where this party sits when the protocol begins.
pub(super) struct Seat<'a> {
    pub(super) preparation: &'a Preparation,
    pub(super) agreement: &'a Agreement,
    pub(super) opening: &'a Opening,
    pub(super) plan: &'a Plan,
    pub(super) watch: &'a Watch,
}

/// How it ended.
pub(super) struct Finished {
    pub(super) result: Result<Outcome, Parting>,
    pub(super) counters: Counters,
    /// Where the receipt is, of an abort too.
    pub(super) receipt: Result<PathBuf, Failure>,
    /// Who has not signed that it is done.
    pub(super) unsigned: Vec<String>,
    pub(super) elapsed: Duration,
}

impl Seat<'_> {
    /// Runs the protocol and signs what happened. The links are closed when this returns.
    pub(super) async fn run(
        &self,
        mut network: Network,
        start: Instant,
        mut keeper: Option<&mut dyn Keeper>,
        material: Option<RunReader>,
    ) -> Finished {
        if self.plan.claim().guarantee == Guarantee::Output {
            network.be_patient(patience());
        }
        let mut hooks = match self.hooks() {
            Ok(hooks) => hooks,
            Err(failure) => return self.not_begun(network, failure, start),
        };
        let random = match Random::from_operating_system() {
            Ok(random) => random,
            Err(error) => return self.not_begun(network, Failure::new(Exit::BadInput, error.to_string()), start),
        };
        let id = SessionId(self.agreement.session.0);
        let holdings = match keeper.as_mut().map(|keeper| keeper.holdings(self.agreement)).transpose() {
            Ok(holdings) => holdings,
            Err(failure) => return self.not_begun(network, failure, start),
        };
        let session = Session { id, network, random };
        let (mut session, result) = match (keeper, holdings) {
            (Some(keeper), Some(holdings)) => {
                let (mut session, result) = self.run_with(session, holdings, keeper, &mut hooks).await;
                let phase = session.network.phase();
                session.network.enter(Phase::Session);
                let settled = match result {
                    Ok(outcome) => {
                        let settled = keeper.settle(self.agreement, &mut session.network).await;
                        settled.map(|()| outcome).map_err(|failure| ("settle".to_owned(), unsettled(failure)))
                    }
                    failed => failed,
                };
                session.network.enter(phase);
                (session, settled)
            }
            _ => self.compute(session, material, &mut hooks).await,
        };
        let elapsed = start.elapsed();
        let counters = session.network.counters();
        session.network.enter(Phase::Session);
        let PartyHooks { pre_receipts, .. } = hooks;
        match result {
            Ok(outcome) => {
                let figures = self.figures(&outcome, counters, elapsed);
                for Accused { party, step, ground } in &figures.accused {
                    self.watch.note(&format!("{party} is accused at step {step}, and was outvoted: {ground}"));
                }
                let (receipt, unsigned) = self.sign(&mut session.network, pre_receipts, figures).await;
                self.witness(&mut session.network).await;
                Finished { result: Ok(outcome), counters, receipt, unsigned, elapsed }
            }
            Err((step, parting)) => {
                let figures = Figures { learned: Vec::new(), ..self.counted(counters, elapsed) };
                let receipt = self.sign_abort(pre_receipts, step, &parting.farewell, figures);
                Finished { result: Err(parting), counters, receipt, unsigned: Vec::new(), elapsed }
            }
        }
    }

    /// Runs a program on inputs alone.
    async fn compute(
        &self,
        session: Session,
        material: Option<RunReader>,
        hooks: &mut PartyHooks<'_>,
    ) -> (Session, Result<Outcome, (String, Parting)>) {
        let inputs = &self.preparation.prepared.inputs;
        let (session, result) = match material {
            Some(source) => run_prepared_party(self.plan, session, inputs, hooks, Box::new(source)).await,
            None => run_party(self.plan, session, inputs, hooks).await,
        };
        (session, result.map_err(|error| self.parting(error, hooks.fault.take())))
    }

    /// Runs a program that holds or keeps something.
    async fn run_with(
        &self,
        session: Session,
        holdings: Holdings,
        keeper: &mut dyn Keeper,
        hooks: &mut PartyHooks<'_>,
    ) -> (Session, Result<Outcome, (String, Parting)>) {
        let (session, result) = run_curve_party(self.plan, session, holdings, hooks).await;
        let result = match result {
            Ok(CurveOutcome { outcome, kept }) => keeper
                .keep(self.agreement, kept, &outcome)
                .map(|()| outcome)
                .map_err(|failure| ("keep".to_owned(), Parting::private(failure, "it could not keep the result"))),
            Err(error) => {
                let banned = match &error {
                    RunError::Channel(fault) if ends_the_pair(fault) => keeper.ban(fault.peer),
                    _ => Ok(()),
                };
                let (step, mut parting) = self.parting(error, hooks.fault.take());
                if let Err(failure) = banned {
                    parting.failure.message += &format!("\nand the ban of the partner could not be stored: {failure}");
                }
                Err((step, parting))
            }
        };
        (session, result)
    }

    fn hooks(&self) -> Result<PartyHooks<'_>, Failure> {
        let Preparation { prepared, home, identity, .. } = self.preparation;
        let mut commitments = InputCommitments::new();
        for (name, words) in &prepared.inputs {
            let content: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            commitments.add(self.agreement, name, &content)?;
        }
        commitments.keep(home, self.agreement.session)?;
        Ok(PartyHooks {
            identity,
            agreement: self.agreement,
            commitments,
            watch: self.watch,
            claim: self.plan.claim(),
            pre_receipts: Vec::new(),
            fault: None,
        })
    }

    /// Something of this party's own stands in the way.
    fn not_begun(&self, network: Network, failure: Failure, start: Instant) -> Finished {
        let (counters, elapsed) = (network.counters(), start.elapsed());
        // What a policy refuses, the partners may know; what else stands in the way is this party's own.
        let farewell = match failure.exit {
            Exit::Refused => format!("its policy refuses: {}", failure.message),
            _ => "it could not begin".to_owned(),
        };
        let receipt =
            self.sign_abort(Vec::new(), "before the first step".into(), &farewell, self.counted(counters, elapsed));
        Finished { result: Err(Parting { failure, farewell }), counters, receipt, unsigned: Vec::new(), elapsed }
    }

    /// At which step the run stopped, what this party's user reads, and what its peers are told. What is wrong with
    /// this party's own numbers is not for the peers.
    fn parting(&self, error: RunError, fault: Option<ReceiptError>) -> (String, Parting) {
        match error {
            RunError::Channel(error) => {
                let step = error.step.to_string();
                (step, Parting::from(self.preparation.roster.fault(error)))
            }
            RunError::Program(error) => {
                let farewell = match &error {
                    ClearError::AssertFailed { message, .. } => {
                        format!("an assert of the program does not hold: {message}")
                    }
                    _ => "its own input does not fit the program".to_owned(),
                };
                // Against malicious parties, an assert that fails says that one of them lied, not that an input is bad.
                let malicious = self.plan.protocol.offer().adversary == Adversary::Malicious;
                let exit = if malicious { Exit::Session } else { Exit::BadInput };
                let failure = Failure::new(exit, error.to_string());
                ("assert".to_owned(), Parting { failure, farewell })
            }
            RunError::Record(error) => {
                let failure = Failure { hint: hint(&error), ..Failure::new(Exit::BadInput, error.to_string()) };
                let farewell = "what it holds from earlier sessions does not fit this one".to_owned();
                ("records".to_owned(), Parting { failure, farewell })
            }
            RunError::Material(error) => {
                let failure = Failure::new(Exit::BadInput, error.to_string())
                    .hint("this run is used up all the same: try again, which takes the next one");
                ("prepared".to_owned(), Parting::private(failure, "what it had prepared cannot be read"))
            }
            RunError::Stopped(words) => {
                let farewell = words.clone();
                let failure = fault.map_or_else(|| Failure::new(Exit::Session, words), Failure::from);
                ("receipt/pre-receipt".to_owned(), Parting { failure, farewell })
            }
        }
    }

    fn figures(&self, outcome: &Outcome, counters: Counters, elapsed: Duration) -> Figures {
        let bound = &self.plan.program;
        let me = self.agreement.me;
        let mine = |role: &quorate_circuits::bind::RoleIndex| self.plan.party_of[role.0] == me;
        let received = |name: &str| bound.outputs().any(|(n, id)| n == name && bound.receivers(id).iter().any(mine));
        let learned = outcome.outputs.iter().map(|(name, _)| name.clone()).filter(|name| received(name)).collect();
        let accused = outcome.accusations.iter().map(|found| self.accused(found)).collect();
        Figures { learned, accused, ..self.counted(counters, elapsed) }
    }

    /// An accusation by names.
    fn accused(&self, found: &Accusation) -> Accused {
        let name = |party: PartyIndex| self.agreement.parties[party.0].name.clone();
        let ground = match found.ground {
            protocol::Ground::Proven => Ground::Proven,
            protocol::Ground::Disputed { with } => Ground::Disputed { with: name(with) },
            protocol::Ground::Noticed => Ground::Noticed,
        };
        Accused { party: name(found.party), step: found.step.to_string(), ground }
    }

    fn counted(&self, counters: Counters, elapsed: Duration) -> Figures {
        Figures {
            learned: Vec::new(),
            bytes_sent: counters.bytes_sent(),
            bytes_received: counters.bytes_received(),
            rounds: counters.rounds().into(),
            milliseconds: elapsed.as_millis().try_into().unwrap_or(u64::MAX),
            accused: Vec::new(),
        }
    }

    /// Exchanges signed outcomes and writes the receipt. A partner that does not sign takes nothing away: the receipt
    /// says whose signature is missing, and so does this.
    async fn sign(
        &self,
        network: &mut Network,
        before: Vec<PreReceipt>,
        figures: Figures,
    ) -> (Result<PathBuf, Failure>, Vec<String>) {
        let Preparation { identity, home, .. } = self.preparation;
        let peers = self.agreement.parties.iter().map(|party| &party.name).filter(|name| *name != identity.name());
        let outcomes = match exchange_outcomes(network, identity, self.agreement, Ending::Done, figures).await {
            Ok(outcomes) => outcomes,
            Err(error) => return (Err(error.into()), peers.map(ToString::to_string).collect()),
        };
        for fault in &outcomes.faults {
            self.watch.note(&format!("the receipt is incomplete: {fault}"));
        }
        let done = |name: &&PartyName| {
            outcomes.signed.iter().any(|outcome| outcome.party == **name && outcome.ending == Ending::Done)
        };
        let unsigned = peers.filter(|name| !done(name)).map(ToString::to_string).collect();
        let receipt = Receipt::new(self.agreement, before, outcomes.signed).write(home);
        (receipt.map_err(Failure::from), unsigned)
    }

    /// Writes the session into the audit log and has that witnessed. The result is there: neither a partner that is gone
    /// nor a full disk takes it away.
    async fn witness(&self, network: &mut Network) {
        let Preparation { log, .. } = self.preparation;
        let witnessed = match self.log(SessionEnding::Done) {
            Ok(()) => close_heads(network, self.agreement, log, self.opening).await,
            Err(error) => Err(error),
        };
        match witnessed {
            Ok(faults) => faults.iter().for_each(|fault| {
                self.watch.note(&format!("the audit logs are not countersigned: {fault}"));
            }),
            Err(error) => self.unlogged(&error),
        }
    }

    fn log(&self, outcome: SessionEnding) -> Result<(), AuditError> {
        self.preparation.log.append(Event::session(self.agreement, outcome)).map(drop)
    }

    fn unlogged(&self, error: &AuditError) {
        self.watch.note(&format!("warning: the audit log could not be written: {error}"));
    }

    fn sign_abort(
        &self,
        before: Vec<PreReceipt>,
        step: String,
        reason: &str,
        figures: Figures,
    ) -> Result<PathBuf, Failure> {
        let Preparation { identity, home, .. } = self.preparation;
        let ending = Ending::Aborted { step, reason: reason.to_owned() };
        let outcome = SignedOutcome::sign(identity, self.agreement, ending, figures);
        self.log((&outcome.ending).into()).unwrap_or_else(|error| self.unlogged(&error));
        Ok(Receipt::new(self.agreement, before, vec![outcome]).write(home)?)
    }
}

struct PartyHooks<'a> {
    identity: &'a crate::identity::Identity,
    agreement: &'a Agreement,
    commitments: InputCommitments,
    watch: &'a Watch,
    claim: Claim,
    pre_receipts: Vec<PreReceipt>,
    fault: Option<ReceiptError>,
}

impl Hooks for PartyHooks<'_> {
    fn before_opening<'a>(&'a mut self, session: &'a mut Session) -> LocalBoxFuture<'a, Result<(), RunError>> {
        Box::pin(async move {
            let network = &mut session.network;
            let phase = network.phase();
            network.enter(Phase::Session);
            let signed = if self.claim.guarantee == Guarantee::Output {
                let sure = network.parties() - self.claim.corrupt;
                gather_pre_receipts(network, self.identity, self.agreement, &self.commitments, sure).await
            } else {
                exchange_pre_receipts(network, self.identity, self.agreement, &self.commitments).await
            };
            network.enter(phase);
            match signed {
                Ok(signed) => {
                    self.pre_receipts = signed;
                    Ok(())
                }
                Err(error) => {
                    let words = error.to_string();
                    self.fault = Some(error);
                    Err(RunError::Stopped(words))
                }
            }
        })
    }

    fn progress(&mut self, done: u64, total: u64) {
        self.watch.step(done, total);
    }
}

/// What a partner did at the end, the log says and the others may know; what went wrong in this home is its own.
fn unsettled(failure: Failure) -> Parting {
    let farewell = "not everybody has settled what was kept";
    match failure.exit {
        Exit::Session => {
            let farewell = format!("{farewell}: {}", failure.message);
            Parting { failure, farewell }
        }
        _ => Parting::private(failure, farewell),
    }
}

/// Whether a fault ends what was set up with a peer: a failed check of transfers or products tells the peer something
/// about secrets that outlive the session, so it may fail once only (Trail of Bits 2023, "Don't overextend your OT").
fn ends_the_pair(error: &ChannelError) -> bool {
    error.fault.is_failed_check() && [dkls::DRAW, dkls::ANSWER].contains(&error.step)
}

/// What can be done where a record does not serve.
fn hint(error: &RecordError) -> Option<String> {
    let hint = match error {
        RecordError::NoPair(_) => {
            "a check with this holder has failed before, and a second failure could give the share away: sign with \
             others, or make a new key"
        }
        RecordError::Truncated | RecordError::Malformed(_) | RecordError::Share(_) => {
            "restore the key's folder from a backup, without its folder `stock`"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}
