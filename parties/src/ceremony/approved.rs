//! Signing what people have approved, under the key's policy.
//!
//! Before anything is used, the signers show each other the request with what was said to it, and what each knows is
//! joined: an approval that one signer has counts for all, and so does a revocation. Each then decides by itself, and
//! tells the others; where one refuses, nobody goes on, and everybody hears why. The request's id and the policy's digest
//! are terms of the session, so they are in its id and in its receipt. Right before the protocol's first byte each
//! decides once more, on the log as it is then, and writes decision and amount into it: what may have been signed counts
//! as spent, whatever follows.

use quorate_engine::net::{ChannelError, ChannelFault, Network, Step};
use serde::{Deserialize, Serialize};

use super::exchange::{hear, tell};
use super::sign::sign_order;
use super::{Desk, SignRequest, Signatories, Signed, What};
use crate::approval::relevant;
use crate::audit::Event;
use crate::exit::{Exit, Failure};
use crate::identity::{Hex, PartyName};
use crate::keys::KeyName;
use crate::output::{say, warn};
use crate::policy::{Adopted, Decision, History, Office, Setting, Spend, TOLERANCE, Verdict, recorded};
use crate::request::{Action, BUNDLE_LIMIT, Bundle, Moment};
use crate::run::{Parting, Watch};
use crate::session::{AgreementError, Difference, Roster, SessionId};

/// The request, with what was said to it.
const BUNDLE: Step = Step::new("request/bundle");
/// What a signer's policy says to it.
const ANSWER: Step = Step::new("request/answer");

/// What stands beside the bundle in its message.
const BESIDE: usize = 1024;
/// The longest answer.
const ANSWER_LIMIT: usize = 4096;
/// The longest reason that is told.
const LONGEST_REASON: usize = 500;

/// A request that is to be signed.
#[derive(Clone, Debug)]
pub struct ApprovedRequest {
    /// The request, with what is known here of what was said to it.
    pub bundle: Bundle,
    /// Who signs.
    pub signers: Signatories,
    /// A risk that this party has computed or was told, from 0 to 100.
    pub risk: Option<u8>,
    /// Whether no person attends this signer.
    pub automatic: bool,
    /// Whether nothing prepared is used.
    pub fresh: bool,
}

/// Signs a request with the other signers, who run the same command.
///
/// # Errors
/// A key without a policy, or a policy that was edited; a request that the policy of any signer refuses; everything that
/// can go wrong with signing.
pub fn sign_approved(desk: &Desk, request: ApprovedRequest, watch: &Watch) -> Result<Signed, Failure> {
    let (order, approved) = held_against_the_policy(desk, request)?;
    sign_order(desk, &order, Some(approved), watch)
}

/// What is signed of a request, and the policy against which it is held.
///
/// # Errors
/// As of [`sign_approved`], as far as it can be known alone.
pub(super) fn held_against_the_policy(
    desk: &Desk,
    request: ApprovedRequest,
) -> Result<(SignRequest, Approved), Failure> {
    let ApprovedRequest { bundle, signers, risk, automatic, fresh } = request;
    let asked = bundle.request();
    let public = desk.keys.key(&asked.key).public()?;
    if public.key_id != asked.key_id {
        let message = format!("the request is for a key {} with the id {}", asked.key, asked.key_id);
        let hint = format!("the key of that name here has the id {}", public.key_id);
        return Err(Failure::new(Exit::BadInput, message).hint(hint));
    }
    let cast = signers.cast(&public, &desk.owner.name)?;
    let path = asked.path.as_deref().map(str::parse).transpose();
    let order = SignRequest {
        name: asked.key.clone(),
        what: match &asked.action {
            Action::Digest(raw) => What::Digest(raw.digest.0),
            _ => What::Message(asked.to_text().into_bytes()),
        },
        signers,
        path: path
            .map_err(|fault: crate::keys::derive::DeriveFault| Failure::new(Exit::BadInput, fault.to_string()))?,
        taproot: false,
        fresh,
    };
    let setting = Setting { signers: Some(cast.names), risk, automatic };
    Ok((order, Approved::new(desk, bundle, setting)?))
}

/// Refuses what is no request, for a key that has a policy.
pub(super) fn refuse_if_governed(desk: &Desk, key: &KeyName) -> Result<(), Failure> {
    let office = Office::of(desk.home.clone(), desk.identity.clone())?;
    if office.policies.versions(key, &office.history()?)?.is_empty() {
        return Ok(());
    }
    let message = format!("the key {key} has a policy, and signs requests only");
    Err(Failure::new(Exit::Refused, message)
        .hint(format!("ask with `quorate request new … --key {key}`, and sign with `quorate request sign ID`")))
}

/// A request, the policy in force, and where it is decided.
pub(super) struct Approved {
    office: Office,
    bundle: Bundle,
    adopted: Adopted,
    setting: Setting,
    /// What was refused and recorded here before the partners were asked.
    refused: Option<Failure>,
}

#[derive(Serialize, Deserialize)]
struct Shown {
    /// The request's id and the policy, as the session will name them.
    request: String,
    policy: String,
    /// What the signer's clock says.
    now: u64,
    bundle: String,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    refused: Option<String>,
}

impl Approved {
    fn new(desk: &Desk, bundle: Bundle, setting: Setting) -> Result<Self, Failure> {
        let office = Office::of(desk.home.clone(), desk.identity.clone())?;
        let (history, now) = (office.history()?, Moment::now());
        let adopted = office.policy(bundle.request(), &history, now)?.ok_or_else(|| {
            let key = &bundle.request().key;
            Failure::new(Exit::Refused, format!("the key {key} has no policy in this home, and no request is allowed"))
                .hint(format!("adopt one with `quorate policy adopt {key} FILE`"))
        })?;
        let mut approved = Self { office, bundle, adopted, setting, refused: None };
        // What a partner may still bring is waited for; what is refused whatever it brings is said at once.
        let decision = approved.decision(&history, now);
        if decision.verdict == Verdict::Refused {
            approved.office.log.append(recorded(&approved.bundle, &approved.adopted, &decision))?;
            approved.refused = Some(approved.refuse(&decision));
            say(format_args!("this party refuses, and tells the partners: {}", reason(&decision)));
        }
        Ok(approved)
    }

    /// The request's id.
    pub(super) fn id(&self) -> Hex<32> {
        self.bundle.id()
    }

    /// The request with what is known of what was said to it, as a text.
    pub(super) fn text(&self) -> String {
        self.bundle.to_text()
    }

    /// As the session names them.
    pub(super) fn records(&self) -> [(&'static str, String); 2] {
        [("request", self.bundle.id().to_string()), ("policy", self.title())]
    }

    fn title(&self) -> String {
        format!("version {} {}", self.adopted.policy.version, self.adopted.digest)
    }

    /// Whether this party refuses, before anybody was asked, and why. It stands in its log.
    pub(super) fn refuses(&self) -> Option<&Failure> {
        self.refused.as_ref()
    }

    /// Why this party refuses, if it did before anybody was asked.
    pub(super) fn refusal(self) -> Option<Failure> {
        self.refused
    }

    fn decision(&self, history: &History, now: Moment) -> Decision {
        self.office.decide(&self.bundle, &self.adopted.policy, &self.setting, (history, now))
    }

    fn refuse(&self, decision: &Decision) -> Failure {
        let message = format!("the policy of {} refuses the request: {}", self.bundle.request().key, reason(decision));
        let hint = format!("`quorate request show {}` says what is missing", &self.bundle.id().to_string()[..16]);
        Failure::new(Exit::Refused, message).hint(hint)
    }

    /// Shows and hears what everybody knows of the request, decides, and tells and hears the decisions.
    pub(super) async fn compare(&mut self, network: &mut Network, roster: &Roster) -> Result<(), Parting> {
        self.show(network, roster).await?;
        let now = Moment::now();
        let decision = self.decision(&self.office.history()?, now);
        let refused = decision.reason().map(|reason| one_line(&reason));
        for (peer, _) in roster.peers() {
            tell(network, roster, peer, ANSWER, &Answer { refused: refused.clone() }).await?;
        }
        let mut refusing = Vec::new();
        for (peer, card) in roster.peers() {
            let answer: Answer = hear(network, roster, peer, ANSWER, ANSWER_LIMIT).await?;
            refusing.extend(answer.refused.map(|reason| (card.name().clone(), one_line(&reason))));
        }
        if !decision.is_allowed() {
            if self.refused.is_none() {
                self.office.log.append(recorded(&self.bundle, &self.adopted, &decision)).map_err(Failure::from)?;
            }
            let failure = self.refuse(&decision);
            let farewell = format!("its policy refuses: {}", reason(&decision));
            return Err(Parting { failure, farewell });
        }
        match refusing.first() {
            None => Ok(()),
            Some((name, reason)) => self.stop_for(name, reason, &decision),
        }
    }

    /// This party would sign, and a partner will not: that is recorded too.
    fn stop_for(&self, name: &PartyName, reason: &str, decision: &Decision) -> Result<(), Parting> {
        let mut event = recorded(&self.bundle, &self.adopted, decision);
        if let Event::Decision { rule, verdict, .. } = &mut event {
            "(partner)".clone_into(rule);
            *verdict = crate::audit::Verdict::Refused { reason: format!("{name} refuses: {reason}") };
        }
        self.office.log.append(event).map_err(Failure::from)?;
        let message = format!("{name} refuses by its own policy: {reason}");
        let farewell = "another signer refuses".to_owned();
        Err(Parting { failure: Failure::new(Exit::Session, message), farewell })
    }

    /// Everybody shows its bundle; what the others have more, and what is signed by people of the policy, is taken over.
    async fn show(&mut self, network: &mut Network, roster: &Roster) -> Result<(), Parting> {
        let now = Moment::now();
        let (request, bundle) = (self.bundle.id().to_string(), self.bundle.to_text());
        let mine = Shown { request, policy: self.title(), now: now.seconds(), bundle };
        for (peer, _) in roster.peers() {
            tell(network, roster, peer, BUNDLE, &mine).await?;
        }
        let mut heard = Vec::new();
        for (peer, card) in roster.peers() {
            let shown: Shown = hear(network, roster, peer, BUNDLE, BUNDLE_LIMIT + BESIDE).await?;
            heard.push((peer, card.name(), shown));
        }
        for (peer, name, shown) in heard {
            let me = roster.name(roster.me());
            self.same("record request", (me, &mine.request), (name, &shown.request))?;
            self.same("record policy", (me, &mine.policy), (name, &shown.policy))?;
            let apart = now.seconds().abs_diff(shown.now);
            if apart > TOLERANCE.seconds() {
                let message = format!("the clocks of {me} and {name} are {apart} seconds apart");
                let hint = "one of the two is wrong, and a policy counts by the clock";
                return Err(Parting {
                    farewell: message.clone(),
                    failure: Failure::new(Exit::Session, message).hint(hint),
                });
            }
            let malformed = || {
                let fault = ChannelFault::Malformed("what the peer shows is not a bundle of the request that it names");
                roster.fault(ChannelError { peer, step: BUNDLE, fault })
            };
            let theirs = Bundle::parse(shown.bundle.as_bytes()).map_err(|_| malformed())?;
            self.take_over(&theirs).map_err(|()| malformed())?;
        }
        self.office.requests.keep(&relevant(&self.bundle, &self.adopted.policy)).map_err(Failure::from)?;
        Ok(())
    }

    /// Both sides name the difference, as the agreement would.
    fn same(
        &self,
        field: &str,
        (me, mine): (&PartyName, &str),
        (peer, theirs): (&PartyName, &str),
    ) -> Result<(), Parting> {
        if mine == theirs {
            return Ok(());
        }
        let theirs = if theirs.len() <= 200 && !theirs.chars().any(char::is_control) { theirs } else { "unreadable" };
        let (mine, theirs) = (mine.to_owned(), theirs.to_owned());
        let difference = Difference { field: field.to_owned(), me: me.clone(), mine, peer: peer.clone(), theirs };
        Err(AgreementError::from(difference).into())
    }

    /// Takes over what can count. A partner cannot fill the file with anything else.
    fn take_over(&mut self, theirs: &Bundle) -> Result<(), ()> {
        self.bundle.merge(&relevant(theirs, &self.adopted.policy)).map_err(|_| ())
    }

    /// Decides once more, on the log as it is now, and writes down what will have been spent. Nothing of the protocol
    /// was sent yet, and no other process of this home writes between the reading and the writing.
    pub(super) fn commit(&self) -> Result<(), Failure> {
        let mut held = self.office.log.hold()?;
        let (history, now) = (History::of(held.entries()?)?, Moment::now());
        let request = self.bundle.request();
        let current = self.office.policy(request, &history, now)?.map(|adopted| adopted.digest);
        if current != Some(self.adopted.digest) {
            let message = "the policy has changed since the session began";
            return Err(Failure::new(Exit::Refused, message).hint("run the command again"));
        }
        let decision = self.decision(&history, now);
        held.append(recorded(&self.bundle, &self.adopted, &decision))?;
        if !decision.is_allowed() {
            return Err(self.refuse(&decision));
        }
        let Spend { request: id, asset, amount, destination, .. } = Spend::of(request, now);
        let amount = amount.to_string();
        held.append(Event::Spend { request: id, key: request.key.clone(), asset, amount, destination })?;
        Ok(())
    }

    /// Notes that the signature was made. It was: a full disk does not take it away, and the amount counts anyhow.
    pub(super) fn signed(&self, session: SessionId) {
        let (request, key) = (self.bundle.id(), self.bundle.request().key.clone());
        if let Err(error) = self.office.log.append(Event::Signed { request, key, session: Hex(session.0) }) {
            warn(format_args!("the log does not say that the request was signed: {error}"));
        }
    }
}

fn reason(decision: &Decision) -> String {
    decision.reason().unwrap_or_default()
}

/// A reason as partners are told it, and as theirs is shown.
fn one_line(words: &str) -> String {
    words.chars().take(LONGEST_REASON).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
