//! `key import` and `key export`.

use std::path::PathBuf;

use serde_json::json;

use super::show::{page, public_json};
use super::{Meeting, key_name, party_names};
use crate::ceremony::{ExportRequest, ImportRequest, export, import};
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::Scheme;
use crate::output::{print, warn};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, at ann, who has the key, and at ben and cas:
  quorate key import treasury --scheme ecdsa-secp256k1 --threshold 2 --holders ann,ben,cas --secret-file key.hex
  quorate key import treasury --scheme ecdsa-secp256k1 --threshold 2 --holders ann,ben,cas --dealer ann
Whoever has seen the key before can sign with it still: `key generate` makes one that was never anywhere.")]
pub(super) struct Import {
    /// What the key is called in this home
    name: String,
    /// ecdsa-secp256k1, ecdsa-p256, bip340 or ed25519
    #[arg(long, value_name = "SCHEME")]
    scheme: String,
    /// How many holders are needed to sign; one fewer learn nothing
    #[arg(long, value_name = "T")]
    threshold: u16,
    /// Who holds the key from now on
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', required = true)]
    holders: Vec<String>,
    /// The key, 64 hexadecimal digits: the secret scalar, or the seed of Ed25519; only at the one who has it
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Who has the key
    #[arg(long, value_name = "NAME")]
    dealer: Option<String>,
    /// A drill: everything but the end, and nothing is kept; every party says so
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    meeting: Meeting,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, at ann and at ben, after which ann has the whole key in a file:
  quorate key export treasury --to ann --out key.hex --i-understand-that-the-key-will-exist-in-one-place")]
pub(super) struct Export {
    /// The key
    name: String,
    /// Which holder gets the whole key
    #[arg(long, value_name = "HOLDER")]
    to: String,
    /// Who takes part, exactly as many as sign [default: HOLDER and the first others]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    signers: Vec<String>,
    /// Where HOLDER's home writes the secret scalar, as hexadecimal digits
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// A drill: those who take part show that each has a share of this key; nobody gets the key, not even for a moment
    #[arg(long)]
    dry_run: bool,
    /// Without this, nothing is exported
    #[arg(long)]
    i_understand_that_the_key_will_exist_in_one_place: bool,
    #[command(flatten)]
    meeting: Meeting,
}

fn party(option: &str, name: &str) -> Result<PartyName, Failure> {
    name.parse().map_err(|error| Failure::new(Exit::BadInput, format!("{option}: {error}")))
}

impl Import {
    pub(super) fn run(self) -> Result<(), Failure> {
        let scheme: Scheme = self.scheme.parse().map_err(|why: String| Failure::new(Exit::BadInput, why))?;
        let request = ImportRequest {
            name: key_name(&self.name)?,
            scheme,
            threshold: self.threshold,
            holders: party_names("--holders", &self.holders)?,
            secret: self.secret_file,
            dealer: self.dealer.as_deref().map(|name| party("--dealer", name)).transpose()?,
            drill: self.dry_run,
        };
        warn("this key has existed in one place: whoever has seen it there can sign alone, whatever is divided now");
        let (public, report) = import(&self.meeting.desk()?, &request, &self.meeting.watch())?;
        if let Some(file) = request.secret.as_ref().filter(|_| !request.drill) {
            warn(format_args!("destroy {} and every copy of it: each is the whole key", file.display()));
        }
        if self.meeting.json {
            let mut value = match &public {
                Some(public) => public_json(public, 0)?,
                None => json!({ "name": request.name.as_str(), "held": false }),
            };
            value["imported"] = (!request.drill).into();
            value["drill"] = request.drill.into();
            value["seconds"] = report.seconds.into();
            value["run"] = report.json();
            return print(&format!("{value}\n"));
        }
        let seconds = report.seconds;
        match public {
            Some(public) => print(&page(&public, &[])?),
            None if request.drill => print(&format!(
                "a drill: {} could be divided among its holders in {seconds:.1} s; nothing was kept\n",
                request.name
            )),
            None => print(&format!("{} is divided among its holders; this home holds no share of it\n", request.name)),
        }
    }
}

impl Export {
    pub(super) fn run(self) -> Result<(), Failure> {
        if !self.i_understand_that_the_key_will_exist_in_one_place && !self.dry_run {
            let message = format!(
                "after this, the whole of {} is in one file, and whoever reads it signs alone, for ever",
                self.name
            );
            let hint = "if that is meant, add --i-understand-that-the-key-will-exist-in-one-place";
            return Err(Failure::new(Exit::BadInput, message).hint(hint));
        }
        let request = ExportRequest {
            name: key_name(&self.name)?,
            to: party("--to", &self.to)?,
            signers: party_names("--signers", &self.signers)?,
            out: self.out,
            drill: self.dry_run,
        };
        let (public, report) = export(&self.meeting.desk()?, &request, &self.meeting.watch())?;
        let (name, to, seconds) = (&request.name, &request.to, report.seconds);
        if !request.drill {
            warn(format_args!("the whole of {name} is with {to} now"));
        }
        if self.meeting.json {
            let mut value = public_json(&public, 0)?;
            value["exported_to"] = (!request.drill).then(|| to.as_str()).into();
            value["drill"] = request.drill.into();
            value["seconds"] = seconds.into();
            value["run"] = report.json();
            return print(&format!("{value}\n"));
        }
        if request.drill {
            return print(&format!(
                "a drill: {name} could be put together for {to} in {seconds:.1} s; nobody has it, and nothing was changed\n"
            ));
        }
        let what = if public.scheme == Scheme::Ed25519 {
            "the secret scalar, little-endian: of Ed25519 there is no seed"
        } else {
            "the secret scalar"
        };
        print(&format!("{} has the whole of {} in its file: {what}\n", request.to, request.name))
    }
}
