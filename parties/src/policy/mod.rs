//! Who may have what signed with a key, decided by every signer for itself.
//!
//! A [`Policy`] is a file for one key: the people with their identities and roles, and rules. Nothing is allowed that no
//! rule allows; **all** rules are looked at, and the most restrictive wins: one refusing rule refuses, and what several
//! rules require is required together. [`decide`] is a pure function of policy, request and [`Circumstances`]; it says
//! what every rule has found ([`Finding`]) and what is missing.
//!
//! A policy is adopted by each holder ([`Policies`]), version after version; from the second on the people whom the
//! version in force names for that must have approved it ([`ChangeApproval`]). [`difference`] says in words what a new
//! version allows that the old one refused, [`lint`] what looks like a mistake, [`replay`] what would have been decided.
//!
//! Runs on numbers have no key and no such file; what a home permits of them is who may be a dealer ([`Dealers`]).
//!
//! The same file says when the key's shares are made anew without anybody asking ([`Rotation`]): never, if it does not.

mod cells;
mod change;
mod check;
mod circumstances;
mod dealers;
mod decide;
mod decision;
mod difference;
mod error;
mod history;
mod layout;
mod lint;
mod office;
mod person;
mod quorum;
mod replay;
mod risk;
mod rotation;
mod rule;
mod store;
#[cfg(test)]
mod tests;
mod when;

pub use change::{CHANGE_LIMIT, ChangeApproval};
pub use circumstances::{Circumstances, Spend};
pub use dealers::Dealers;
pub use decide::{TOLERANCE, decide};
pub use decision::{Decision, Effect, Finding, Verdict};
pub use difference::difference;
pub use error::{PolicyError, PolicyFault};
pub use history::History;
pub use layout::{POLICY_LIMIT, Policy};
pub use lint::{Remark, lint};
pub use office::{Office, Setting, recorded};
pub use person::{Issuer, Person, Role};
pub use quorum::{Attribute, Present, Quorum};
pub use replay::{Replayed, replay};
pub use risk::{RISK_LIMIT, read_risk};
pub use rotation::{Found, Occasion, Remedy, Rotation, RotationRule, Unmoved};
pub use rule::{AttestationNeeded, Limit, Rule, Subject, Then, Tier};
pub use store::{Adopted, Policies};
pub use when::{Hours, Weekday, When};
