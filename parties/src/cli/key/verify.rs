//! `key verify`.

use std::path::PathBuf;

use quorate_circuits::curve::Point;
use sha2::{Digest, Sha256};

use super::sign::Signable;
use super::{Place, read};
use crate::ceremony::What;
use crate::exit::{Exit, Failure};
use crate::keys::derive::{ExtendedKey, Path};
use crate::keys::encoding::{read_public_key, read_signature};
use crate::keys::verify::verify;
use crate::keys::{PublicPart, Scheme, address::taproot};
use crate::output::{print, say};

/// The longest file with a public key.
const LONGEST_KEY: u64 = 1 << 16;
/// The longest file with a signature.
const LONGEST_SIGNATURE: u64 = 1 << 12;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate key verify treasury --message \"pay the rent\" --signature 3045…
  quorate key verify --public-key key.pem --scheme ed25519 --message-file deed.txt --signature-file deed.sig")]
pub(super) struct Verify {
    /// A key of this home
    name: Option<String>,
    /// A public key instead: a PEM file, or hexadecimal digits
    #[arg(long, value_name = "FILE|HEX", conflicts_with = "name", requires = "scheme")]
    public_key: Option<String>,
    /// What the public key signs
    #[arg(long, value_name = "SCHEME")]
    scheme: Option<String>,
    #[command(flatten)]
    what: Signable,
    /// The signature, hexadecimal
    #[arg(long, value_name = "HEX", required_unless_present = "signature_file", conflicts_with = "signature_file")]
    signature: Option<String>,
    /// A file with the signature, hexadecimal or as it is
    #[arg(long, value_name = "FILE")]
    signature_file: Option<PathBuf>,
    /// The child of the key that signed (BIP32)
    #[arg(long, value_name = "m/…")]
    path: Option<String>,
    /// Whether the Taproot output of the key signed (BIP86)
    #[arg(long)]
    taproot: bool,
    #[command(flatten)]
    place: Place,
}

impl Verify {
    pub(super) fn run(self) -> Result<(), Failure> {
        let (scheme, key) = self.key()?;
        let signed = match self.what.read()? {
            What::Message(message) if scheme.is_ecdsa() => Sha256::digest(&message).to_vec(),
            What::Message(message) => message,
            What::Digest(digest) => digest.to_vec(),
        };
        let file = match (&self.signature, &self.signature_file) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(file)) => read(file, LONGEST_SIGNATURE)?,
            (None, None) => Vec::new(),
        };
        let verified = verify(scheme, &key, &signed, &read_signature(&file)?)?;
        if verified.high_s {
            say("note: s is above half of the order; Bitcoin and Ethereum refuse such signatures");
        }
        print(&format!("verified: {scheme}\n"))
    }

    fn key(&self) -> Result<(Scheme, Point), Failure> {
        let bad = |why: String| Failure::new(Exit::BadInput, why);
        let (scheme, mut key, chain_code) = match (&self.name, &self.public_key) {
            (Some(name), _) => {
                let public = self.place.public(name)?;
                (public.scheme, point(&public)?, public.chain_code)
            }
            (None, Some(text)) => {
                let scheme: Scheme = self.scheme.as_deref().unwrap_or_default().parse().map_err(bad)?;
                let path = std::path::Path::new(text);
                let bytes = if path.is_file() { read(path, LONGEST_KEY)? } else { text.clone().into_bytes() };
                (scheme, read_public_key(scheme, &bytes)?, None)
            }
            (None, None) => return Err(bad("say whose signature it is: NAME or --public-key".to_owned())),
        };
        if let Some(path) = &self.path {
            let path: Path = path.parse().map_err(|fault| bad(format!("--path: {fault}")))?;
            let code = chain_code.ok_or_else(|| bad("--path: there is no chain code to derive with".to_owned()))?;
            let derived = ExtendedKey::master(key, code.0).and_then(|master| master.derive(&path));
            key = derived.map_err(|fault| bad(format!("--path: {fault}")))?.key.key;
        }
        if self.taproot {
            key = taproot(&key)
                .filter(|_| scheme == Scheme::Bip340)
                .ok_or_else(|| bad("--taproot is for keys of bip340".to_owned()))?
                .1;
        }
        Ok((scheme, key))
    }
}

pub(super) fn point(public: &PublicPart) -> Result<Point, Failure> {
    public
        .public_point()
        .ok_or_else(|| Failure::new(Exit::BadInput, format!("the public key of {} is damaged", public.name)))
}
