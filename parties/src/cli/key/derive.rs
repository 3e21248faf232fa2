//! `key derive`.

use serde_json::{Map, json};

use super::Place;
use super::verify::point;
use crate::exit::{Exit, Failure};
use crate::keys::address::{AddressKind, Network, address};
use crate::keys::derive::{ExtendedKey, Path};
use crate::keys::encoding::public_key_hex;
use crate::output::print;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate key derive treasury --path m/0/5")]
pub(super) struct Derive {
    /// The key
    name: String,
    /// Which child of which child; hardened steps need the whole private key, which nobody has
    #[arg(long, value_name = "m/…")]
    path: String,
    #[command(flatten)]
    place: Place,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Derive {
    pub(super) fn run(self) -> Result<(), Failure> {
        let bad = |why: String| Failure::new(Exit::BadInput, why);
        let public = self.place.public(&self.name)?;
        let path: Path = self.path.parse().map_err(|fault| bad(format!("--path: {fault}")))?;
        let code = public.chain_code.ok_or_else(|| bad(format!("{} has no chain code to derive with", public.name)))?;
        let derived = ExtendedKey::master(point(&public)?, code.0).and_then(|master| master.derive(&path));
        let child = derived.map_err(|fault| bad(fault.to_string()))?.key;
        let extended = child.to_text(Network::Main);
        let key = public_key_hex(public.scheme, &child.key)?;
        let addresses = AddressKind::of(public.scheme)
            .map(|kind| Ok((kind.name(), address(kind, Network::Main, public.scheme, &child.key)?)))
            .collect::<Result<Vec<_>, Failure>>()?;
        if self.json {
            let named: Map<_, _> =
                addresses.iter().map(|(kind, text)| ((*kind).to_owned(), text.clone().into())).collect();
            let value =
                json!({ "path": path.to_string(), "public_key": key, "extended": extended, "addresses": named });
            return print(&format!("{value}\n"));
        }
        let mut text = format!("path        {path}\npublic key  {key}\nextended    {extended}\n");
        for (kind, address) in addresses {
            text += &format!("{kind:11} {address}\n");
        }
        print(&text)
    }
}
