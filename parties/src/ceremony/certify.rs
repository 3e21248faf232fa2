//! The end of everything that makes shares: first everybody signs that its own is stored, then everybody uses it.

use quorate_engine::net::{ChannelFault, Network, PartyIndex, Step};
use serde::{Deserialize, Serialize};

use super::exchange::{exchange, misbehaved};
use crate::exit::{Exit, Failure};
use crate::identity::Identity;
use crate::keys::{Certificate, Certified, Disk, Files, KeyFolder, KeyName, KeysLock, SharedPart};
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
pub(super) struct Staged<'a, D = Files> {
    pub(super) folder: &'a KeyFolder<D>,
    pub(super) lock: &'a KeysLock,
    pub(super) identity: &'a Identity,
    pub(super) name: &'a KeyName,
    pub(super) generation: u64,
}

impl<D: Disk + Clone> Staged<'_, D> {
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

/// What a party says that signs, for somebody, another sharing than for the others.
#[cfg(test)]
pub(super) fn certify_another(said: &[u8], identity: &Identity) -> Vec<u8> {
    let mut statement: Statement = postcard::from_bytes(said).expect("a statement");
    let (shared, _) = statement.signed.take().expect("it certifies something");
    let mut other = shared;
    other.epoch += 1;
    // Which session it is, a statement does not say.
    let certificate = Certificate::begin(crate::identity::Hex([6; 32]), &other, identity);
    statement.signed = Some((other, certificate.signatures[0].clone()));
    postcard::to_stdvec(&statement).expect("plain data")
}

#[cfg(test)]
mod tests {
    use quorate_circuits::curve::{CurveName, Point};
    use quorate_engine::net::memory_links;

    use super::*;
    use crate::identity::{Hex, PublicKey};
    use crate::keys::{Cost, Holder, Keys, Owner, Passphrase, Scheme, SealingKey};

    const NAMES: [&str; 3] = ["ann", "ben", "cas"];
    const SESSION: SessionId = Hex([5; 32]);

    struct Party {
        identity: Identity,
        roster: Roster,
        folder: KeyFolder,
        lock: KeysLock,
        name: KeyName,
        generation: u64,
        _directory: tempfile::TempDir,
    }

    impl Party {
        fn staged(&self) -> Staged<'_> {
            let Self { identity, folder, lock, name, generation, .. } = self;
            Staged { folder, lock, identity, name, generation: *generation }
        }

        fn shared(&self) -> SharedPart {
            self.folder.public_of(self.generation).expect("it is staged").shared()
        }

        fn uses_it(&self) -> bool {
            self.folder.current().is_ok()
        }
    }

    /// Three parties that have stored shares of one key and use none.
    fn parties() -> Vec<Party> {
        let identities = NAMES.map(|name| {
            let address = "127.0.0.1:1".parse().expect("an address");
            Identity::generate(name.parse().expect("a name"), address).expect("an identity")
        });
        let cards: Vec<_> = identities.iter().map(|identity| identity.card().clone()).collect();
        let keys: Vec<PublicKey> = identities.iter().map(Identity::public_key).collect();
        let name: KeyName = "treasury".parse().expect("a name");
        let point = hex::encode(Point::generator(CurveName::Ed25519).encode());
        let parties = identities.into_iter().enumerate().map(|(place, identity)| {
            let holder = |(index, name): (u16, &&str)| Holder {
                name: name.parse().expect("a name"),
                identity: keys[usize::from(index) - 1],
                index,
            };
            let shared = SharedPart {
                scheme: Scheme::Ed25519,
                key_id: Hex([7; 32]),
                epoch: 1,
                signers_needed: 2,
                structure: None,
                public_key: point.clone(),
                chain_code: None,
                commitments: vec![point.clone(), point.clone()],
                holders: (1..).zip(&NAMES).map(holder).collect(),
            };
            let directory = tempfile::tempdir().expect("a directory");
            let keys_of = Keys::on(directory.path().join("keys"), crate::keys::Files);
            let (lock, folder) = (keys_of.lock().expect("the lock"), keys_of.key(&name));
            let public = shared.into_public(name.clone(), place as u16 + 1, 0).expect("a public part");
            let passphrase = Passphrase::of_bytes(b"words").expect("a passphrase");
            let cost = Cost::new(8, 1, 1).expect("a cost");
            let sealing = SealingKey::create(&passphrase, cost).expect("a key");
            let owner = Owner { name: identity.name().clone(), key: identity.public_key() };
            let generation = folder.stage(&lock, &public, &owner, &sealing, b"a share").expect("it is staged");
            let roster = Roster::new(cards.clone(), identity.public_key()).expect("a roster");
            Party { identity, roster, folder, lock, name: name.clone(), generation, _directory: directory }
        });
        parties.collect()
    }

    /// Ann and ben are honest; cas says to each what the test says, and leaves.
    fn certified(parties: &[Party], said: [Option<Statement>; 2]) -> [Result<(), Failure>; 2] {
        let mut networks: Vec<Network> = memory_links(3)
            .into_iter()
            .enumerate()
            .map(|(party, links)| Network::new(PartyIndex(party), links))
            .collect();
        let mut cheat = networks.pop().expect("three");
        let [mut of_ann, mut of_ben] = <[Network; 2]>::try_from(networks).unwrap_or_else(|_| panic!("two"));
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let honest = async |party: &Party, network: &mut Network| {
                party.staged().certify(network, &party.roster, SESSION, 3).await
            };
            let cas = async {
                for (to, statement) in said.iter().enumerate() {
                    if let Some(statement) = statement {
                        let bytes = postcard::to_stdvec(statement).expect("plain data");
                        cheat.send(PartyIndex(to), CERTIFY, &bytes).await.expect("ann and ben listen");
                    }
                }
                drop(cheat);
            };
            let ann = async {
                let result = honest(&parties[0], &mut of_ann).await;
                drop(of_ann);
                result
            };
            let ben = async {
                let result = honest(&parties[1], &mut of_ben).await;
                drop(of_ben);
                result
            };
            let (ann, ben, ()) = tokio::join!(ann, ben, cas);
            [ann, ben]
        })
    }

    fn honest_statement(party: &Party) -> Statement {
        let shared = party.shared();
        let certificate = Certificate::begin(SESSION, &shared, &party.identity);
        Statement { signed: Some((shared, certificate.signatures[0].clone())) }
    }

    /// Cas signs for ann and leaves ben without: ann uses the new shares, and her certificate is all that ben needs.
    #[test]
    fn a_signature_for_some_only_is_finished_with_the_certificate_of_another() {
        let parties = parties();
        let [ann, ben] = certified(&parties, [Some(honest_statement(&parties[2])), None]);
        let ann = ann.expect_err("cas did not confirm");
        assert!(ann.message.contains("are in use here") && ann.hint.is_some_and(|hint| hint.contains("key resume")));
        let ben = ben.expect_err("a signature is missing");
        assert!(ben.message.contains("stored here and not yet in use"), "{}", ben.message);
        assert!(parties[0].uses_it() && !parties[1].uses_it());
        let shown = parties[0].folder.certificate(1).expect("it is there").expect("a certificate");
        let shared = parties[1].shared();
        let mut own = parties[1].folder.certificate(1).expect("it is there").expect("ben's own signature");
        assert_eq!(own.missing(&shared).len(), 2);
        assert!(parties[1].staged().commit(&own, &shared).is_err(), "not without all signatures");
        assert!(shown.signatures.into_iter().all(|certified| own.accept(&shared, certified)));
        parties[1].staged().commit(&own, &shared).expect("the certificate is complete");
        assert!(parties[1].uses_it());
    }

    /// Cas signs other things for ann than for ben: whoever gets a wrong one names cas, and uses nothing.
    #[test]
    fn a_wrong_signature_and_another_sharing_are_named() {
        let parties = parties();
        let good = honest_statement(&parties[2]);
        let mut forged = good.clone();
        if let Some((_, certified)) = &mut forged.signed {
            certified.signature.0[0] ^= 1;
        }
        let mut other = parties[2].shared();
        other.epoch = 2;
        let certificate = Certificate::begin(SESSION, &other, &parties[2].identity);
        let other = Statement { signed: Some((other, certificate.signatures[0].clone())) };
        let elsewhere = Certificate::begin(Hex([6; 32]), &parties[2].shared(), &parties[2].identity);
        let elsewhere = Statement { signed: Some((parties[2].shared(), elsewhere.signatures[0].clone())) };
        let as_ann = {
            let mut statement = honest_statement(&parties[0]);
            if let Some((_, certified)) = &mut statement.signed {
                certified.holder = "cas".parse().expect("a name");
            }
            statement
        };
        for wrong in [forged, other, elsewhere, as_ann, Statement { signed: None }] {
            let [_, ben] = certified(&parties, [Some(good.clone()), Some(wrong)]);
            let ben = ben.expect_err("it is wrong");
            assert!(ben.message.contains("cas") && ben.message.contains("certifies"), "{}", ben.message);
            assert!(!parties[1].uses_it());
        }
    }
}
