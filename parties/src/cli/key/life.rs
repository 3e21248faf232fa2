//! `key refresh`, `key reshare` and `key resume`.

use serde_json::json;

use super::show::{page, public_json};
use super::who::Who;
use super::{Meeting, key_name, party_names};
use crate::ceremony::{NewAccess, ReshareRequest, Reshared, reshare, resume};
use crate::exit::{Exit, Failure};
use crate::output::print;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, at every holder:
  quorate key refresh treasury
The key and its addresses stay; shares that were copied before are of no use any more.")]
pub(super) struct Refresh {
    /// The key
    name: String,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    meeting: Meeting,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, at every old holder who deals and at every new holder:
  quorate key reshare treasury --threshold 3 --holders ann,ben,dan,eve,fay --dealers ann,cas
  quorate key reshare treasury --structure 'treasury:2of3 and compliance:1of2' \\
    --members treasury=ann,ben,cas --members compliance=dan,eve
The key and its addresses stay. Old holders who are not named hold nothing any more.")]
pub(super) struct Reshare {
    /// The key
    name: String,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    meeting: Meeting,
}

/// What refreshing and resharing have in common.
#[derive(Debug, clap::Args)]
struct How {
    /// The old holders who deal, exactly as many as sign [default: the first; a new holder names them]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    dealers: Vec<String>,
    /// How many signatures the first new signers prepare before the old shares are erased
    #[arg(long, value_name = "N", default_value_t = 0)]
    presign: u32,
    /// A holder who has lost its identity, and whose pinned card is the new one: every party says so (repeatable)
    #[arg(long, value_name = "HOLDER")]
    new_identity: Vec<String>,
    /// A drill: everything but the end, and nothing is kept; every party says so
    #[arg(long, conflicts_with = "presign")]
    dry_run: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, at every holder: quorate key resume treasury
It finishes what all holders have stored, and takes back what some have not.")]
pub(super) struct Resume {
    /// The key
    name: String,
    /// Who runs this command [default: all holders]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    with: Vec<String>,
    #[command(flatten)]
    meeting: Meeting,
}

impl Refresh {
    pub(super) fn run(self) -> Result<(), Failure> {
        let Self { name, how, meeting } = self;
        run(&name, None, &how, &meeting)
    }
}

impl Reshare {
    pub(super) fn run(self) -> Result<(), Failure> {
        run(&self.name, Some(self.who.read()?), &self.how, &self.meeting)
    }
}

fn run(
    name: &str,
    committee: Option<(NewAccess, Vec<crate::identity::PartyName>)>,
    how: &How,
    meeting: &Meeting,
) -> Result<(), Failure> {
    if how.presign > 1024 {
        return Err(Failure::new(
            Exit::BadInput,
            format!("--presign {}: expected 1 to 1024, or 0 for none", how.presign),
        ));
    }
    let request = ReshareRequest {
        name: key_name(name)?,
        committee,
        dealers: party_names("--dealers", &how.dealers)?,
        renewed: party_names("--new-identity", &how.new_identity)?,
        presign: how.presign,
        drill: how.dry_run,
    };
    let Reshared { public, presigned, report } = reshare(&meeting.desk()?, &request, &meeting.watch())?;
    let stock = presigned.as_ref().map_or(0, |presigned| presigned.stock);
    if meeting.json {
        let mut value = match &public {
            Some(public) => public_json(public, stock)?,
            None => json!({ "name": name, "held": false }),
        };
        value["drill"] = request.drill.into();
        value["seconds"] = report.seconds.into();
        value["run"] = report.json();
        return print(&format!("{value}\n"));
    }
    let seconds = report.seconds;
    match public {
        _ if request.drill => {
            print(&format!("a drill: {name} could be shared anew in {seconds:.1} s; nothing was changed\n"))
        }
        Some(public) => {
            let prepared = match stock {
                0 => String::new(),
                stock => format!("prepared           {stock} signatures of the first signers\n"),
            };
            print(&(page(&public, &[])? + &prepared))
        }
        None => print(&format!("{name} has new holders; this home holds no share of it any more\n")),
    }
}

impl Resume {
    pub(super) fn run(self) -> Result<(), Failure> {
        let name = key_name(&self.name)?;
        let with = party_names("--with", &self.with)?;
        let (resumed, public) = resume(&self.meeting.desk()?, &name, &with, &self.meeting.watch())?;
        if self.meeting.json {
            let mut value = match &public {
                Some(public) => public_json(public, 0)?,
                None => json!({ "name": name.as_str() }),
            };
            value["resumed"] = resumed.name().into();
            return print(&format!("{value}\n"));
        }
        let what = match resumed {
            crate::ceremony::Resumed::Nothing => "there was nothing to finish",
            crate::ceremony::Resumed::Finished => "what all holders had stored is in use now",
            crate::ceremony::Resumed::TakenBack => "what was stored is erased; what was in use before is still",
        };
        let epoch = public.map_or_else(String::new, |public| format!(" (epoch {})", public.epoch));
        print(&format!("{name}{epoch}: {what}\n"))
    }
}
