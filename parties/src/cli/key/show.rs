//! `key list` and `key show`.

use serde_json::{Map, Value, json};

use super::backup::{backup_json, names as names_of};
use super::{Place, key_name};
use crate::audit::Moment;
use crate::backup::{Backup, Copies, History};
use crate::exit::Failure;
use crate::identity::PublicKey;
use crate::keys::address::{AddressKind, Network, address};
use crate::keys::encoding::{public_key_hex, public_key_pem};
use crate::keys::{Isolated, KeyError, KeyFolder, Listed, NamedStructure, PublicPart, Signers, stock};
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
        let keys = self.place.keys()?;
        let listed = keys.list()?;
        let state = |listed: &Listed| State::of(&keys.key(&listed.name));
        if self.json {
            let keys = listed.iter().map(|listed| match &listed.public {
                Ok(public) => json!({
                    "state": state(listed).word(),
                    "name": listed.name.as_str(), "scheme": public.scheme.name(), "epoch": public.epoch,
                    "signers_needed": public.signers_needed, "privacy_threshold": public.privacy_threshold,
                    "holders": public.holders.iter().map(|holder| holder.name.as_str()).collect::<Vec<_>>(),
                    "public_key": shown_key(public),
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
                    format!("{}{}", public.epoch, state(listed).remark()),
                    shown_key(public),
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
        let state = State::of(&folder);
        if self.json {
            let left = stocks.iter().map(|(_, left)| left).sum();
            let mut value = public_json(&public, left)?;
            let sets = stocks.iter().map(|(signers, left)| json!({ "signers": names(&public, signers), "left": left }));
            value["stocks"] = sets.collect();
            value["state"] = state.word().into();
            if let State::Isolating(isolated) = &state {
                let one =
                    |out: &Isolated| json!({ "holder": out.name.as_str(), "since": out.since, "reason": out.reason });
                value["isolated"] = isolated.iter().map(one).collect();
            }
            let mut backups = Vec::new();
            for backup in self.backups(&public)? {
                backups.push(backup_json(&backup));
            }
            value["backups"] = backups.into();
            let told = self.told(&public)?;
            (value["backed_up"], value["drilled"]) = (told.backed_up.into(), told.drilled.into());
            return print(&format!("{value}\n"));
        }
        print(&(state.lines() + &self.kept(&public)? + &page(&public, &stocks)?))
    }

    /// The copies of backups of this share, the latest last.
    fn backups(&self, public: &PublicPart) -> Result<Vec<Backup>, Failure> {
        let copies = Copies::of(&self.place.home()?, &public.name).list()?;
        Ok(copies.into_iter().filter(|copy| copy.key().key_id == public.key_id).collect())
    }

    fn told(&self, public: &PublicPart) -> Result<History, Failure> {
        Ok(History::of(&self.place.home()?, public.key_id)?)
    }

    /// Who guards the share, and whether it was tried to get it back.
    fn kept(&self, public: &PublicPart) -> Result<String, Failure> {
        let backups = self.backups(public)?;
        let Some(backup) = backups.last() else { return Ok(String::new()) };
        let guardians = names_of(backup.guardians().iter().map(|guardian| &guardian.name));
        let old = if backup.key().epoch < public.epoch { ", of an old epoch: of no use" } else { "" };
        let mut text = format!(
            "backed up          {}, with {guardians} ({} needed){old}\n",
            Moment(backup.created()),
            backup.needed()
        );
        text += &match self.told(public)?.drilled {
            Some(time) => format!("drilled            {}\n", Moment(time)),
            None => "drilled            never since: try `quorate key restore --drill`\n".to_owned(),
        };
        Ok(text)
    }
}

/// Whether a key is in use, as lists show it.
enum State {
    InUse,
    /// Some holders are shut out.
    Isolating(Vec<Isolated>),
    /// Since when, in seconds since 1970.
    Retired(u64),
    /// What is wrong with the files that would say so.
    Damaged(KeyError),
}

impl State {
    fn of(folder: &KeyFolder) -> Self {
        match folder.retired().and_then(|retired| Ok((retired, folder.isolated()?))) {
            Ok((Some(since), _)) => Self::Retired(since),
            Ok((None, isolated)) if isolated.is_empty() => Self::InUse,
            Ok((None, isolated)) => Self::Isolating(isolated),
            Err(error) => Self::Damaged(error),
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::InUse => "in use",
            Self::Isolating(_) => "isolating",
            Self::Retired(_) => "retired",
            Self::Damaged(_) => "damaged",
        }
    }

    /// In a list, behind the epoch; nothing of a key that is in use.
    fn remark(&self) -> String {
        match self {
            Self::InUse => String::new(),
            Self::Isolating(isolated) => format!(", without {}", names_of(isolated.iter().map(|out| &out.name))),
            Self::Retired(_) | Self::Damaged(_) => format!(", {}", self.word()),
        }
    }

    fn lines(&self) -> String {
        match self {
            Self::InUse => String::new(),
            Self::Isolating(isolated) => {
                let line = |out: &Isolated| {
                    format!("isolated           {} since {} UTC: {}\n", out.name, Moment(out.since), out.reason)
                };
                isolated.iter().map(line).collect()
            }
            Self::Retired(since) => format!("retired            {} UTC: it signs nothing any more\n", Moment(*since)),
            Self::Damaged(error) => format!("damaged            {error}\n"),
        }
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

/// The public key as the scheme's signatures mean it: of BIP340 the x-coordinate. Which of its two points it is of, the PEM
/// says.
fn shown_key(public: &PublicPart) -> String {
    let point = public.public_point();
    point.and_then(|point| public_key_hex(public.scheme, &point).ok()).unwrap_or_else(|| public.public_key.clone())
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
        "public_key": shown_key(public),
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
        text += &format!("public key         {}\n", shown_key(public));
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
