//! Which statements count.

use std::collections::BTreeMap;

use super::{Attestation, Statement, Verdict};
use crate::identity::{PartyName, PublicKey, Signature};
use crate::policy::{Policy, TOLERANCE};
use crate::request::{Bundle, Moment};

/// What people have said to a request, as far as it counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Who has approved it.
    pub approvals: Vec<PartyName>,
    /// Who has refused it.
    pub refusals: Vec<PartyName>,
    /// What is certified: claims, and of what.
    pub attested: Vec<(String, String)>,
    /// What does not count, and why.
    pub discounted: Vec<Discounted>,
    /// What is wrong with the person who asks; nothing if all is right.
    pub initiator: Option<String>,
}

/// A statement or certificate that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discounted {
    /// Whose name stands there.
    pub by: PartyName,
    /// What it says: `approve`, `refuse`, `revoke`, or a claim.
    pub what: String,
    /// Why it does not count.
    pub why: String,
    /// The signature by which it is found again.
    pub signature: Signature,
}

/// Verifies everything in a bundle. `pinned` gives the identity that this home has pinned for a name, or its own.
pub fn standing(
    bundle: &Bundle,
    policy: &Policy,
    pinned: &dyn Fn(&PartyName) -> Option<PublicKey>,
    now: Moment,
) -> Standing {
    let bench = Bench { bundle, policy, pinned, now };
    let mut standing = Standing { initiator: bench.initiator(), ..Standing::default() };
    let mut words: BTreeMap<&PartyName, Vec<&Statement>> = BTreeMap::new();
    for statement in bundle.statements() {
        match bench.fault(statement) {
            Some(why) => {
                let (by, what, signature) = (statement.by.clone(), statement.verdict.to_string(), statement.signature);
                standing.discounted.push(Discounted { by, what, why, signature });
            }
            None => words.entry(&statement.by).or_default().push(statement),
        }
    }
    for (by, said) in words {
        let strongest = said.iter().map(|statement| statement.verdict).max();
        let why = match strongest {
            Some(Verdict::Approve) => {
                standing.approvals.push(by.clone());
                continue;
            }
            Some(Verdict::Refuse) => {
                standing.refusals.push(by.clone());
                "the same person has refused"
            }
            _ => "it was taken back",
        };
        for statement in said.iter().filter(|statement| statement.verdict == Verdict::Approve) {
            let (by, what) = (by.clone(), Verdict::Approve.to_string());
            let signature = statement.signature;
            standing.discounted.push(Discounted { by, what, why: why.to_owned(), signature });
        }
    }
    for attestation in bundle.attestations() {
        let Attestation { claim, subject, issuer, .. } = attestation;
        match bench.attestation_fault(attestation) {
            Some(why) => {
                let (by, what, signature) = (issuer.clone(), claim.to_string(), attestation.signature);
                standing.discounted.push(Discounted { by, what, why, signature });
            }
            None => standing.attested.push((claim.to_string(), subject.to_string())),
        }
    }
    standing
}

/// The bundle without what can never count under a policy: what is not signed, and what is said by nobody whom the
/// policy names. So nobody else can fill a file that others keep.
pub fn relevant(bundle: &Bundle, policy: &Policy) -> Bundle {
    let mut kept = bundle.bare();
    let of_people = bundle.statements().iter().filter(|statement| {
        policy.identity_of(&statement.by) == Some(statement.identity) && statement.is_signed(bundle.id())
    });
    let of_issuers = bundle.attestations().iter().filter(|attestation| {
        policy.issuers.get(&attestation.issuer).is_some_and(|issuer| issuer.identity == attestation.identity)
            && attestation.is_signed()
    });
    kept.add(of_people.cloned(), of_issuers.cloned()).expect("a part of a bundle is not larger than it");
    kept
}

struct Bench<'a> {
    bundle: &'a Bundle,
    policy: &'a Policy,
    pinned: &'a dyn Fn(&PartyName) -> Option<PublicKey>,
    now: Moment,
}

impl Bench<'_> {
    /// What is wrong with a name and the identity that stands beside it.
    fn person(&self, name: &PartyName, identity: PublicKey) -> Option<String> {
        match self.policy.identity_of(name) {
            None => return Some(format!("{name} is not among the people of the policy")),
            Some(known) if known != identity => {
                return Some(format!("the policy knows {name} by another identity, {}", known.short()));
            }
            Some(_) => {}
        }
        self.card(name, identity)
    }

    /// What is wrong with the card that this home has pinned.
    fn card(&self, name: &PartyName, identity: PublicKey) -> Option<String> {
        match (self.pinned)(name) {
            None => Some(format!("no card of {name} is pinned here")),
            Some(known) if known != identity => Some(format!("the pinned card of {name} has another identity")),
            Some(_) => None,
        }
    }

    fn initiator(&self) -> Option<String> {
        let request = self.bundle.request();
        if !self.bundle.is_signed_by_its_initiator() {
            return Some(format!("{} has not signed the request", request.initiator));
        }
        self.person(&request.initiator, request.initiator_identity)
    }

    fn fault(&self, statement: &Statement) -> Option<String> {
        let Statement { by, identity, verdict, policy, given, expires, .. } = statement;
        if !statement.is_signed(self.bundle.id()) {
            return Some("the signature is not of this request and these words by this identity".to_owned());
        }
        if let Some(why) = self.person(by, *identity) {
            return Some(why);
        }
        let request = self.bundle.request();
        let asks = *by == request.initiator || *identity == request.initiator_identity;
        if *verdict != Verdict::Approve {
            // Whoever asked may take that back; apart from that only those count who could have approved.
            let counts = asks || self.policy.counts(by);
            return (!counts).then(|| format!("{by} has no role that the policy counts"));
        }
        if asks {
            return Some("who asks never approves".to_owned());
        }
        if !self.policy.counts(by) {
            return Some(format!("{by} has no role that the policy counts"));
        }
        if *policy != self.policy.digest() {
            return Some("it was given under another policy".to_owned());
        }
        if *expires <= self.now {
            return Some(format!("it has expired at {expires}"));
        }
        (*given > self.now.after(TOLERANCE)).then(|| format!("it was given at {given}, in the future"))
    }

    fn attestation_fault(&self, attestation: &Attestation) -> Option<String> {
        let Attestation { claim, issuer, identity, issued, expires, .. } = attestation;
        if !attestation.is_signed() {
            return Some("the signature is not of these words by this identity".to_owned());
        }
        match self.policy.issuers.get(issuer) {
            None => return Some(format!("{issuer} is no issuer of the policy")),
            Some(known) if known.identity != *identity => {
                return Some(format!("the policy knows {issuer} by another identity"));
            }
            Some(known) if !known.claims.contains(claim) => {
                return Some(format!("{issuer} is not believed about {claim}"));
            }
            Some(_) => {}
        }
        if *expires <= self.now {
            return Some(format!("it has expired at {expires}"));
        }
        (*issued > self.now.after(TOLERANCE)).then(|| format!("it was issued at {issued}, in the future"))
    }
}
