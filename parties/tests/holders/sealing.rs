//! Shares sealed at the least cost of Argon2id, by the library's own means: what is tried thousands of times with real
//! processes would otherwise be, for the most part, Argon2id. What comes from a share that is sealed so, by a refresh, is
//! sealed so too.

use quorate::identity::Home;
use quorate::keys::{Cost, KeyName, Keys, Owner, Passphrase, SealingKey, Unlocked};

use super::Holders;

impl Holders {
    /// Seals a key's shares anew, as new generations.
    pub fn seal_cheaply(&self, key: &str, names: &[&str]) {
        let key: KeyName = key.parse().expect("a name");
        for name in names {
            let home = Home::at(self.company.home(name));
            let identity = home.identity().expect("an identity");
            let owner = Owner { name: identity.name().clone(), key: identity.public_key() };
            let keys = Keys::of(&home);
            let (lock, folder) = (keys.lock().expect("nobody else"), keys.key(&key));
            let words = format!("the passphrase of {name}");
            let passphrase = Passphrase::of_bytes(words.as_bytes()).expect("a passphrase");
            let unlocked = folder.unlock(&passphrase, &owner).expect("its share");
            let record = folder.pairs(&unlocked, &owner).expect("whole").expect("a record");
            let certificate = folder.certificate(unlocked.public.generation).expect("whole").expect("a certificate");
            let cost = Cost::new(8, 1, 1).expect("the least that Argon2 takes");
            let sealing = SealingKey::create(&passphrase, cost).expect("there is randomness");
            let generation = folder.stage(&lock, &unlocked.public, &owner, &sealing, &unlocked.share).expect("room");
            let public = folder.public_of(generation).expect("it is staged");
            let cheap = Unlocked { public, share: unlocked.share.clone(), sealing };
            folder.keep_pairs(&lock, &cheap, &owner, &record).expect("room");
            folder.keep_certificate(&lock, generation, &certificate).expect("room");
            folder.commit(&lock, generation).expect("room");
            folder.forget_previous(&lock).expect("a folder of this user");
        }
    }
}
