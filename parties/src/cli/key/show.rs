//! `key list` and `key show`.

use serde_json::{Map, Value, json};

use super::{Place, key_name};
use crate::exit::Failure;
use crate::identity::PublicKey;
use crate::keys::address::{AddressKind, Network, address};
use crate::keys::encoding::{public_key_hex, public_key_pem};
use crate::keys::{KeyFolder, NamedStructure, PublicPart, Signers, stock};
use crate::output::{grid, print};

/// How many sets of signers are shown as examples.
const EXAMPLES: usize = 4;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate key list")]
pub(super) struct List {
    #[command(flatten)]
    place: Place,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate key show treasury")]
pub(super) struct Show {
    /// The key
    name: String,
    #[command(flatten)]
    place: Place,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) fn run(self) -> Result<(), Failure> {
        let listed = self.place.keys()?.list()?;
        if self.json {
            let keys = listed.iter().map(|listed| match &listed.public {
                Ok(public) => json!({
                    "name": listed.name.as_str(), "scheme": public.scheme.name(), "epoch": public.epoch,
                    "signers_needed": public.signers_needed, "privacy_threshold": public.privacy_threshold,
                    "holders": public.holders.iter().map(|holder| holder.name.as_str()).collect::<Vec<_>>(),
                    "public_key": public.public_key,
                }),
                Err(error) => json!({ "name": listed.name.as_str(), "error": error.to_string() }),
            });
            return print(&format!("{}\n", json!({ "keys": keys.collect::<Vec<_>>() })));
        }
        let rows = listed.iter().map(|listed| match &listed.public {
            Ok(public) => {
                let holders: Vec<_> = public.holders.iter().map(|holder| holder.name.to_string()).collect();
                [
                    listed.name.to_string(),
                    public.scheme.to_string(),
                    match &public.structure {
                        None => format!("{} of {}", public.signers_needed, holders.len()),
                        Some(structure) => structure.expression().to_owned(),
                    },
                    holders.join(", "),
                    public.epoch.to_string(),
                    public.public_key.clone(),
                ]
            }
            Err(error) => [
                listed.name.to_string(),
                format!("damaged: {error}"),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ],
        });
        print(&grid(&["key", "scheme", "signers", "holders", "epoch", "public key"], rows))
    }
}

impl Show {
    pub(super) fn run(self) -> Result<(), Failure> {
        let folder = self.place.keys()?.key(&key_name(&self.name)?);
        let public = folder.public()?;
        let stocks = stocks(&folder)?;
        if self.json {
            let left = stocks.iter().map(|(_, left)| left).sum();
            let mut value = public_json(&public, left)?;
            let sets = stocks.iter().map(|(signers, left)| json!({ "signers": names(&public, signers), "left": left }));
            value["stocks"] = sets.collect();
            return print(&format!("{value}\n"));
        }
        print(&page(&public, &stocks)?)
    }
}

/// How much one-time material each set of signers has, read without the passphrase.
fn stocks(folder: &KeyFolder) -> Result<Vec<(Signers, u64)>, Failure> {
    Ok(stock::counts(&folder.stock_path())?)
}

fn names(public: &PublicPart, signers: &Signers) -> Vec<String> {
    let of = |key: &PublicKey| public.holders.iter().find(|holder| holder.identity == *key);
    signers.members().iter().map(|key| of(key).map_or_else(|| key.short(), |holder| holder.name.to_string())).collect()
}

/// What everybody may know of a key, as JSON.
pub(super) fn public_json(public: &PublicPart, stock: u64) -> Result<Value, Failure> {
    let mut value = json!({
        "name": public.name.as_str(),
        "scheme": public.scheme.name(),
        "key_id": public.key_id.to_string(),
        "epoch": public.epoch,
        "signers_needed": public.signers_needed,
        "privacy_threshold": public.privacy_threshold,
        "holders": public.holders.iter().map(|holder| holder.name.as_str()).collect::<Vec<_>>(),
        "index": public.index,
        "public_key": public.public_key,
        "chain_code": public.chain_code.map(|code| code.to_string()),
        "stock": stock,
    });
    if let Some(structure) = &public.structure {
        value["structure"] = structure.expression().into();
        value["groups"] = structure.groups().iter().map(|(name, members)| (name.clone(), json!(members))).collect();
        value["signers_enough"] = public.signers_enough().into();
        value["quorums"] = public.quorums(EXAMPLES).iter().map(|quorum| json!(quorum)).collect();
    }
    if let Some(point) = public.public_point() {
        value["public_key_pem"] = public_key_pem(public.scheme, &point)?.into();
        let mut addresses = Map::new();
        for kind in AddressKind::of(public.scheme) {
            addresses.insert(kind.name().to_owned(), address(kind, Network::Main, public.scheme, &point)?.into());
        }
        value["addresses"] = addresses.into();
    }
    Ok(value)
}

/// Who can sign, with examples.
fn in_words(public: &PublicPart, structure: &NamedStructure) -> String {
    let mut text = format!("structure          {}\n", structure.expression());
    for (name, members) in structure.groups() {
        text += &format!("  {name:16} {}\n", members.replace(',', ", "));
    }
    let (needed, enough, all) = (public.signers_needed, public.signers_enough(), public.holders.len());
    text += &format!("signers_enough     {enough}  (of all {all}; {needed} are enough if they are the right ones)\n");
    for (position, quorum) in public.quorums(EXAMPLES).iter().enumerate() {
        let names: Vec<_> = quorum.iter().map(ToString::to_string).collect();
        text += &format!("{:18} {}\n", if position == 0 { "can sign" } else { "" }, names.join(", "));
    }
    text
}

/// The same for people.
pub(super) fn page(public: &PublicPart, stocks: &[(Signers, u64)]) -> Result<String, Failure> {
    let holders: Vec<_> = public.holders.iter().map(|holder| holder.name.to_string()).collect();
    let mut text = format!(
        "key                {}\nscheme             {}\nholders            {}\nsigners_needed     {}\nprivacy_threshold  {}  (so many holders together learn nothing of the key)\nepoch              {}\n",
        public.name,
        public.scheme,
        holders.join(", "),
        public.signers_needed,
        public.privacy_threshold,
        public.epoch,
    );
    if let Some(structure) = &public.structure {
        text += &in_words(public, structure);
    }
    if let Some(point) = public.public_point() {
        text += &format!("public key         {}\n", public_key_hex(public.scheme, &point)?);
        for kind in AddressKind::of(public.scheme) {
            text += &format!("{:18} {}\n", kind.name(), address(kind, Network::Main, public.scheme, &point)?);
        }
        for (signers, left) in stocks {
            text += &format!("prepared           {left} signatures of {}\n", names(public, signers).join(", "));
        }
        text += &public_key_pem(public.scheme, &point)?;
    }
    Ok(text)
}
