//! Where a party decides: its home with identity, cards, requests, policies and log.

use std::path::Path;
use std::sync::Arc;

use super::{Adopted, Circumstances, Decision, History, Policies, Policy, decide};
use crate::approval::{Standing, standing};
use crate::audit::{AuditLog, Event, Verdict};
use crate::exit::Failure;
use crate::identity::{Home, Identity, PartyName, PublicKey};
use crate::request::{Bundle, Moment, Request, Requests};

/// A party's desk for requests.
pub struct Office {
    /// The home.
    pub home: Home,
    /// Whose it is.
    pub identity: Arc<Identity>,
    /// The requests that it has.
    pub requests: Requests,
    /// The policies that it has adopted.
    pub policies: Policies,
    /// What it remembers.
    pub log: AuditLog,
    /// The pinned cards.
    pinned: Vec<(PartyName, PublicKey)>,
}

/// What a decision depends on besides request, policy and log.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// Who signs, if that is known.
    pub signers: Option<Vec<PartyName>>,
    /// The risk, if it is known.
    pub risk: Option<u8>,
    /// Whether no person attends this signer.
    pub automatic: bool,
}

impl Office {
    /// Opens a home.
    ///
    /// # Errors
    /// If it has no identity, or its cards or its log are damaged.
    pub fn open(home: Option<&Path>) -> Result<Self, Failure> {
        let home = Home::locate(home)?;
        let identity = Arc::new(home.identity()?);
        Self::of(home, identity)
    }

    /// As [`Self::open`], for a home whose identity was read already.
    ///
    /// # Errors
    /// If its cards or its log are damaged.
    pub fn of(home: Home, identity: Arc<Identity>) -> Result<Self, Failure> {
        let mut pinned: Vec<_> = home.peers()?.iter().map(|card| (card.name().clone(), card.public_key())).collect();
        pinned.push((identity.name().clone(), identity.public_key()));
        let (requests, policies) = (Requests::of(&home), Policies::of(&home, identity.public_key()));
        let log = AuditLog::of(&home, identity.clone())?;
        Ok(Self { home, identity, requests, policies, log, pinned })
    }

    /// What the log says.
    ///
    /// # Errors
    /// If it is damaged.
    pub fn history(&self) -> Result<History, Failure> {
        Ok(History::read(&self.log)?)
    }

    /// The policy in force for the key of a request; `None` if the key has none here.
    ///
    /// # Errors
    /// If it was edited or set back.
    pub fn policy(&self, request: &Request, history: &History, now: Moment) -> Result<Option<Adopted>, Failure> {
        Ok(self.policies.in_force(&request.key, history, now)?)
    }

    /// What people have said to a request, as far as it counts here and now.
    pub fn standing(&self, bundle: &Bundle, policy: &Policy, now: Moment) -> Standing {
        let pinned = |name: &PartyName| self.pinned.iter().find(|(known, _)| known == name).map(|(_, key)| *key);
        standing(bundle, policy, &pinned, now)
    }

    /// What a policy says to a request, here and now.
    pub fn decide(
        &self,
        bundle: &Bundle,
        policy: &Policy,
        setting: &Setting,
        (history, now): (&History, Moment),
    ) -> Decision {
        let request = bundle.request();
        let Setting { signers, risk, automatic } = setting.clone();
        let circumstances = Circumstances {
            now,
            last: history.last(),
            standing: self.standing(bundle, policy, now),
            history: history.spends(&request.key).to_vec(),
            signed: history.is_signed(&bundle.id()),
            signers,
            drilled: history.is_drilled(&request.key_id),
            risk,
            automatic,
        };
        decide(policy, request, &circumstances)
    }
}

/// A decision as the log keeps it.
pub fn recorded(bundle: &Bundle, adopted: &Adopted, decision: &Decision) -> Event {
    let verdict = match decision.reason() {
        None => Verdict::Allowed,
        Some(reason) => Verdict::Refused { reason },
    };
    Event::Decision {
        request: bundle.id(),
        key: bundle.request().key.clone(),
        policy: adopted.digest,
        version: adopted.policy.version,
        rule: decision.rule.clone(),
        approvals: decision.approvals.clone(),
        verdict,
    }
}
