//! A treasury: somebody asks for a payment, it is screened, two departments approve, two of three custodians sign, each
//! for itself under one policy; what is over the limit is refused; a lost share is recovered, the shares are made anew, a
//! custodian leaves and another comes, and the address stays. In the end everybody's log and every receipt is verified.

mod people;

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

use super::ceremonies::{CeremoniesReport, Signed, address};
use super::scenes::{Player, Scene};
use super::signing::{custodian, generate, presign};
use super::stage::Stage;
use crate::exit::{Exit, Failure};
use crate::identity::Home;
use crate::receipt;

/// Who plays: four custodians, of whom three at a time hold the key, and the people of the treasury.
pub(super) const SCENE: Scene<'static> = Scene {
    name: "custody",
    title: "a treasury pays under a policy; a share is lost and recovered, a custodian replaced, and the address stays",
    program: "ecdsa-secp256k1",
    parameters: &[],
    options: &[],
    folder: "",
    parties: PARTIES,
};

const PARTIES: &[Player<'static>] = &[
    custodian("ann"),
    custodian("ben"),
    custodian("cas"),
    custodian("dan"),
    custodian("ida"),
    custodian("tess"),
    custodian("cleo"),
    custodian("screening"),
];

const HOLDERS: [&str; 3] = ["ann", "ben", "cas"];
/// The committee after cas has left.
const SUCCESSORS: [&str; 3] = ["ann", "ben", "dan"];

/// Plays it.
///
/// # Errors
/// If a step does not end as it should.
pub fn run(quiet: bool) -> Result<CeremoniesReport, Failure> {
    let mut treasury = Treasury::open(quiet)?;
    let pair = ["ann", "ben"];
    presign(&mut treasury.stage, pair)?;
    let request = treasury.ask("rent", "0.75", "office rent, December")?;
    treasury.screen(&request)?;
    treasury.approve(&request)?;
    treasury.sign(&request, pair)?;
    let refused = treasury.refuse(pair)?;
    treasury.lose("cas")?;
    treasury.recover(pair, "cas")?;
    treasury.pay("water", "0.02", "water bill", ["ann", "cas"])?;
    treasury.share_anew("refresh", &["key", "refresh", "treasury"], &HOLDERS, 1)?;
    treasury.pay("cleaning", "0.03", "cleaning", ["ben", "cas"])?;
    let successors = SUCCESSORS.join(",");
    let words = ["key", "reshare", "treasury", "--threshold", "2", "--holders", &successors, "--dealers", "ann,ben"];
    treasury.share_anew("reshare", &words, &SUCCESSORS, 2)?;
    treasury.adopt(&["dan"])?;
    let last = treasury.pay("flowers", "0.01", "flowers for cas", ["ben", "dan"])?;
    let audit = treasury.audit(&["ann", "ben", "cas", "dan"])?;
    let more = json!({ "refused": refused, "audit": audit, "policy": treasury.policy });
    let claim = "malicious custodians: one alone learns nothing and signs nothing; any two sign what the policy allows";
    let Treasury { stage, key, .. } = treasury;
    let (acts, total) = (stage.acts, stage.total);
    Ok(CeremoniesReport { acts, total, key, last, claim, more: vec![("custody", more)] })
}

/// The stage, the key and the policy on it.
struct Treasury {
    stage: Stage,
    key: Value,
    /// What `policy adopt` printed.
    policy: Value,
    policy_file: String,
}

/// A payment that was asked for.
struct Request {
    id: String,
    /// The file that goes around.
    file: String,
    text: String,
}

impl Treasury {
    /// Makes the key, and puts the policy into force at every holder.
    fn open(quiet: bool) -> Result<Self, Failure> {
        let mut stage = Stage::open(&SCENE, quiet)?;
        stage.tell(format_args!("{}: {}", SCENE.name, SCENE.title));
        stage.tell(format_args!("3 processes at a time, with homes in {}\n", stage.directory().display()));
        let key = generate(&mut stage, &HOLDERS)?;
        let policy_file = stage.write("policy.toml", &people::policy(&stage)?)?;
        let mut treasury = Self { stage, key, policy: Value::Null, policy_file };
        treasury.adopt(&HOLDERS)?;
        Ok(treasury)
    }

    fn adopt(&mut self, holders: &[&str]) -> Result<(), Failure> {
        let start = Instant::now();
        for holder in holders {
            self.policy = self.stage.alone(holder, &["policy", "adopt", "treasury", &self.policy_file])?;
        }
        let result = "up to 1 BTC: treasury and compliance approve, destination screened; more is refused".to_owned();
        self.stage.record("policy", holders, result, start);
        Ok(())
    }

    /// Ida asks for a payment, and hands a file around.
    fn ask(&mut self, name: &str, amount: &str, memo: &str) -> Result<Request, Failure> {
        let start = Instant::now();
        let (key_id, source) = (self.key["key_id"].as_str().unwrap_or_default().to_owned(), address(&self.key));
        let file = self.stage.file(&format!("{name}.toml"));
        let mut words = vec!["request", "new", "transfer", "--key", "treasury", "--key-id", &key_id];
        words.extend(["--source", &source, "--destination", people::LANDLORD, "--asset", "BTC", "--amount", amount]);
        words.extend(["--memo", memo, "--out", &file]);
        let asked = self.stage.alone("ida", &words)?;
        let of = |field: &str| asked[field].as_str().unwrap_or_default().to_owned();
        let request = Request { id: of("id"), text: of("text"), file };
        self.stage.record("request", &["ida"], format!("{amount} BTC: {memo}"), start);
        Ok(request)
    }

    /// Somebody outside certifies that the destination is on no list of sanctions.
    fn screen(&mut self, request: &Request) -> Result<(), Failure> {
        let start = Instant::now();
        let words = ["request", "attest", &request.file, "--claim", "screened", "--out", &request.file];
        self.stage.alone("screening", &words)?;
        self.stage.record("screen", &["screening"], "the destination is certified for a week".to_owned(), start);
        Ok(())
    }

    /// Two departments approve what they see.
    fn approve(&mut self, request: &Request) -> Result<(), Failure> {
        let start = Instant::now();
        let words = ["request", "approve", &request.file, "--policy", &self.policy_file, "--out", &request.file];
        for person in people::APPROVERS {
            self.stage.alone(person, &words)?;
        }
        self.stage.record("approve", &people::APPROVERS, "treasury and compliance".to_owned(), start);
        Ok(())
    }

    /// Two custodians sign, each after its own decision.
    fn sign(&mut self, request: &Request, pair: [&str; 2]) -> Result<Signed, Failure> {
        let start = Instant::now();
        for holder in pair {
            self.stage.alone(holder, &["request", "import", &request.file])?;
        }
        let signers = pair.join(",");
        let done = self.stage.succeed(&pair, &["request", "sign", &request.id, "--signers", &signers])?;
        let signed = Signed::new(&self.key, request.text.clone().into_bytes(), done)?;
        self.stage.record("sign", &pair, signed.word(), start);
        Ok(signed)
    }

    /// All of it, from the request to the signature.
    fn pay(&mut self, name: &str, amount: &str, memo: &str, pair: [&str; 2]) -> Result<Signed, Failure> {
        let request = self.ask(name, amount, memo)?;
        self.screen(&request)?;
        self.approve(&request)?;
        self.sign(&request, pair)
    }

    /// A payment over the limit, approved by everybody: every custodian refuses all the same.
    fn refuse(&mut self, pair: [&str; 2]) -> Result<Value, Failure> {
        let request = self.ask("yacht", "25", "a yacht")?;
        self.screen(&request)?;
        self.approve(&request)?;
        let start = Instant::now();
        for holder in pair {
            self.stage.alone(holder, &["request", "import", &request.file])?;
        }
        let signers = pair.join(",");
        let ended = self.stage.play(&pair, &["request", "sign", &request.id, "--signers", &signers], None)?;
        if let Some((name, ended)) = pair.iter().zip(&ended).find(|(_, ended)| ended.code != Some(4)) {
            let why = format!("{name} did not refuse a payment over the limit:\n{}", ended.said.trim_end());
            return Err(Failure::new(Exit::Bug, why));
        }
        let said = ended[0].said.lines().find_map(|line| line.strip_prefix("error: "));
        let why = said.unwrap_or_default().to_owned();
        self.stage.record("refuse", &pair, "25 BTC are over the limit, whoever approves".to_owned(), start);
        Ok(json!({ "request": request.id, "exit_code": 4, "why": why }))
    }

    /// A disk dies, with everything about the key on it.
    fn lose(&mut self, holder: &str) -> Result<(), Failure> {
        let start = Instant::now();
        let folder = self.stage.home_of(holder).join("keys/treasury");
        std::fs::remove_dir_all(&folder)
            .map_err(|error| Failure::new(Exit::BadInput, format!("cannot remove {}: {error}", folder.display())))?;
        self.stage.record("lose", &[holder], "its share of the key is gone".to_owned(), start);
        Ok(())
    }

    /// The others give it back, and learn nothing of it.
    fn recover(&mut self, helpers: [&str; 2], holder: &str) -> Result<(), Failure> {
        let start = Instant::now();
        let names = [helpers[0], helpers[1], holder];
        self.stage.succeed(&names, &["key", "recover", "treasury", holder, "--helpers", &helpers.join(",")])?;
        self.stage.record("recover", &names, format!("{holder} has its share again; the others never saw it"), start);
        self.same_key(holder, 0)
    }

    /// The shares are made anew, for the same custodians or others.
    fn share_anew(&mut self, what: &str, words: &[&str], holders: &[&str], epoch: u64) -> Result<(), Failure> {
        let start = Instant::now();
        self.stage.succeed(holders, words)?;
        for holder in holders {
            self.same_key(holder, epoch)?;
        }
        let result = format!("new shares, epoch {epoch}, the same address; the old ones are worth nothing");
        self.stage.record(what, holders, result, start);
        Ok(())
    }

    fn same_key(&self, holder: &str, epoch: u64) -> Result<(), Failure> {
        let shown = self.stage.alone(holder, &["key", "show", "treasury"])?;
        if shown["public_key"] == self.key["public_key"] && shown["epoch"] == epoch {
            return Ok(());
        }
        let why = format!("{holder} has another key than before, or another epoch than {epoch}");
        Err(Failure::new(Exit::Bug, why))
    }

    /// Everybody's log, alone and beside those of the others, and every receipt.
    fn audit(&mut self, holders: &[&str]) -> Result<Value, Failure> {
        let start = Instant::now();
        let mut exported = Vec::new();
        for holder in holders {
            let file = self.stage.file(&format!("{holder}.audit"));
            self.stage.alone(holder, &["audit", "export", &file])?;
            exported.push(file);
        }
        let (mut entries, mut receipts) = (0, 0);
        for (at, holder) in holders.iter().enumerate() {
            let mut words = vec!["audit", "verify"];
            for (_, file) in exported.iter().enumerate().filter(|(other, _)| *other != at) {
                words.extend(["--partner", file]);
            }
            // Its own log comes first.
            let verified = self.stage.alone(holder, &words)?;
            entries += verified["logs"][0]["number"].as_u64().unwrap_or(0);
            receipts += verified_receipts(&self.stage.home_of(holder))?;
        }
        let result = format!("{entries} entries in {} chains and {receipts} receipts verify", holders.len());
        self.stage.record("audit", holders, result, start);
        Ok(json!({ "logs": holders.len(), "entries": entries, "receipts": receipts }))
    }
}

/// How many receipts of finished sessions a home has, all of which verify.
fn verified_receipts(home: &Path) -> Result<u64, Failure> {
    let known = Home::at(home).peers()?;
    let folder = home.join("receipts");
    let unread = |error: std::io::Error| Failure::new(Exit::BadInput, format!("{}: {error}", folder.display()));
    let mut count = 0;
    for file in std::fs::read_dir(&folder).map_err(unread)? {
        let path = file.map_err(unread)?.path();
        // Beside a receipt lie the salts of its commitments.
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let verified = receipt::verify(&std::fs::read(&path).map_err(unread)?, &known)
            .map_err(|fault| Failure::new(Exit::Unverified, format!("{}: {fault}", path.display())))?;
        if !verified.status.is_complete() {
            let why = format!("{} is a receipt of something that was not finished", path.display());
            return Err(Failure::new(Exit::Unverified, why));
        }
        count += 1;
    }
    Ok(count)
}
