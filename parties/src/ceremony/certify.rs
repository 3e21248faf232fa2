//! The end of everything that makes shares: first everybody signs that its own is stored, then everybody uses it.

use quorate_engine::net::{ChannelFault, Network, PartyIndex, Step};
use serde::{Deserialize, Serialize};

use super::exchange::{exchange, misbehaved};
use crate::exit::{Exit, Failure};
use crate::identity::Identity;
use crate::keys::{Certificate, Certified, KeyFolder, KeyName, KeysLock, SharedPart};
use crate::output::warn;
use crate::session::{Roster, SessionId};

/// What a holder signs, and its signature.
const CERTIFY: Step = Step::new("key/certify");
/// That a holder uses its new share.
const COMMITTED: Step = Step::new("key/committed");

/// What a party says once its share is staged.
#[derive(Clone, Serialize, Deserialize)]
struct Statement {
    /// The sharing and its signature; nothing from a party that gets no share.
    signed: Option<(SharedPart, Certified)>,
}

/// A generation that is staged, and by whom.
pub(super) struct Staged<'a> {
    pub(super) folder: &'a KeyFolder,
    pub(super) lock: &'a KeysLock,
    pub(super) identity: &'a Identity,
    pub(super) name: &'a KeyName,
    pub(super) generation: u64,
}

impl Staged<'_> {
    /// Exchanges signatures and puts the generation into use once it has all of them; then hears that all others have
    /// done so too. The generation before is still there.
    ///
    /// # Errors
    /// A holder that leaves before, or signs something else: then nothing has changed, and what is staged can be
    /// finished later; one that does not confirm: then the new shares are in use here.
    pub(super) async fn certify(
        &self,
        network: &mut Network,
        roster: &Roster,
        session: SessionId,
        parties: usize,
    ) -> Result<(), Failure> {
        let shared = self.folder.public_of(self.generation)?.shared();
        let mut certificate = Certificate::begin(session, &shared, self.identity);
        // Whoever has signed can be asked for its signature again: it is on the disk before it is given away.
        self.folder.keep_certificate(self.lock, self.generation, &certificate)?;
        let mine = Statement { signed: Some((shared.clone(), certificate.signatures[0].clone())) };
        let statements = exchange(network, roster, CERTIFY, &mine).await.map_err(|failure| self.unfinished(failure))?;
        for (party, statement) in statements.into_iter().enumerate() {
            let from = PartyIndex(party);
            let holds = shared.holders.iter().any(|holder| holder.name == *roster.name(from));
            match statement.signed {
                Some((other, certified)) if holds && other == shared && certified.holder == *roster.name(from) => {
                    if !certificate.accept(&shared, certified) {
                        let why = "the signature that certifies its new share does not verify";
                        let failure = misbehaved(roster, from, CERTIFY, ChannelFault::CheckFailed(why));
                        return Err(self.unfinished(failure));
                    }
                }
                None if !holds => {}
                _ => {
                    let why = "it certifies another sharing of the key than this party has stored";
                    return Err(self.unfinished(misbehaved(roster, from, CERTIFY, ChannelFault::CheckFailed(why))));
                }
            }
        }
        self.commit(&certificate, &shared)?;
        // All parties of the session hear of it: those who leave the key erase what they have.
        let confirmed = exchange(network, roster, COMMITTED, &true).await;
        match confirmed {
            Ok(_) => Ok(()),
            Err(failure) => {
                let name = self.name;
                let message = format!(
                    "the new shares of {name} are in use here, but not everybody of {parties} confirmed that: {}",
                    failure.message
                );
                Err(Failure { message, ..failure }.hint(resume_hint(name)))
            }
        }
    }

    /// Puts the generation into use with a complete certificate.
    ///
    /// # Errors
    /// If the certificate is not complete; the file system's.
    pub(super) fn commit(&self, certificate: &Certificate, shared: &SharedPart) -> Result<(), Failure> {
        if !certificate.is_complete(shared) {
            let missing: Vec<String> = certificate.missing(shared).iter().map(ToString::to_string).collect();
            let message = format!("{} has no signature of {}", self.name, missing.join(", "));
            return Err(Failure::new(Exit::Session, message).hint(resume_hint(self.name)));
        }
        self.folder.keep_certificate(self.lock, self.generation, certificate)?;
        Ok(self.folder.commit(self.lock, self.generation)?)
    }

    fn unfinished(&self, failure: Failure) -> Failure {
        let name = self.name;
        let message = format!(
            "the new shares of {name} are stored here and not yet in use: not everybody has signed for its own: {}",
            failure.message
        );
        Failure { message, ..failure }.hint(resume_hint(name))
    }
}

/// A party that gets no share waits for the certificate of those who do; then what it has of the key may go.
///
/// # Errors
/// A holder that leaves before, or signs something else.
pub(super) async fn witness(
    network: &mut Network,
    roster: &Roster,
    session: SessionId,
    expected: impl Fn(&SharedPart) -> bool,
) -> Result<SharedPart, Failure> {
    let statements = exchange(network, roster, CERTIFY, &Statement { signed: None }).await?;
    let mut found: Option<(SharedPart, Certificate)> = None;
    for (party, statement) in statements.into_iter().enumerate() {
        let Some((shared, certified)) = statement.signed else { continue };
        let fault = |why| misbehaved(roster, PartyIndex(party), CERTIFY, ChannelFault::CheckFailed(why));
        let (known, certificate) =
            found.get_or_insert_with(|| (shared.clone(), Certificate { session, signatures: Vec::new() }));
        if *known != shared || !expected(&shared) || certified.holder != *roster.name(PartyIndex(party)) {
            return Err(fault("it certifies another sharing of the key than was agreed"));
        }
        if !certificate.accept(&shared, certified) {
            return Err(fault("the signature that certifies its new share does not verify"));
        }
    }
    let complete = found.filter(|(shared, certificate)| certificate.is_complete(shared));
    let (shared, _) =
        complete.ok_or_else(|| Failure::new(Exit::Session, "not all new holders have signed for their shares"))?;
    if let Err(failure) = exchange(network, roster, COMMITTED, &true).await {
        // The certificate is complete: the new holders can finish without this party.
        warn(format_args!("not everybody confirmed that the new shares are in use: {}", failure.message));
    }
    Ok(shared)
}

/// What to do when the end of a ceremony was not reached.
pub(super) fn resume_hint(name: &KeyName) -> String {
    format!("run `quorate key resume {name}` at every holder: it finishes what all have stored, or takes it back")
}
