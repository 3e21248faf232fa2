//! Keys in one place: one that somebody has is divided among holders, one of several holders is put together.
//!
//! Both are against what this software is for, so that both say so loudly and are asked for by name.

use std::path::{Path, PathBuf};

use quorate_circuits::curve::{Curve, CurveName, Ed25519, P256, Scalar, Secp256k1};
use quorate_engine::net::{Network, PartyIndex, Phase, Step};
use quorate_engine::record::WholeKey;
use quorate_engine::run::{Holdings, Kept, Outcome};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use super::certify::witness;
use super::exchange::exchange;
use super::fresh::Fresh;
use super::generate::NewAccess;
use super::introduce::{Introduction, introduce};
use super::reshare::{ReshareRequest, reshare};
use super::{Desk, Signatories, records};
use crate::audit::KeyAction;
use crate::exit::{Exit, Failure};
use crate::identity::{PartyName, write_private};
use crate::keys::{KeyError, KeyName, PublicPart, Scheme, SharedPart};
use crate::output::Report;
use crate::run::{Keeper, Preparation, Settling, Watch, runtime, session};
use crate::session::{Agreement, Roster, Wait, meet};

/// The public key of a key that is imported.
const IMPORT: Step = Step::new("key/import");
/// The longest file of a secret, in bytes: hexadecimal digits and an end of line.
const SECRET_FILE: u64 = 68;

/// A key that somebody has.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// What it is to be called.
    pub name: KeyName,
    /// What it signs.
    pub scheme: Scheme,
    /// How many holders sign together.
    pub threshold: u16,
    /// Who holds it from now on.
    pub holders: Vec<PartyName>,
    /// The file with the secret, at the one who has it: 64 hexadecimal digits. Of Ed25519 it is the seed of RFC 8032, of other
    /// schemes the scalar.
    pub secret: Option<PathBuf>,
    /// Who has it; this party, if it gives the file.
    pub dealer: Option<PartyName>,
    /// Whether it is a drill: everything but the end, and nothing is kept.
    pub drill: bool,
}

/// Divides a key among holders, who run the same command.
///
/// # Errors
/// A file that holds no key, parties that do not fit; partners that do not come, do not agree or misbehave; the file
/// system's.
pub fn import(desk: &Desk, request: &ImportRequest, watch: &Watch) -> Result<(Option<PublicPart>, Report), Failure> {
    let (dealer, holders) = cast(request, &desk.owner.name)?;
    let threshold = usize::from(request.threshold);
    let record = request.secret.as_deref().map(|path| read_secret(request.scheme, path)).transpose()?;
    let lock = desk.lock()?;
    let folder = desk.keys.key(&request.name);
    match folder.current() {
        Err(KeyError::NoKey { .. }) => {}
        Ok(_) => {
            let message = format!("there is a key {} already; keys are never overwritten", request.name);
            return Err(Failure::new(Exit::BadInput, message));
        }
        Err(error) => return Err(error.into()),
    }
    let receives = holders.contains(&desk.owner.name);
    let sealing = if receives { Some(desk.new_sealing(&request.name, &folder)?) } else { None };
    let fresh = Fresh {
        name: request.name.clone(),
        scheme: request.scheme,
        threshold: request.threshold,
        structure: None,
        holders: desk.cards(&holders)?,
        folder,
        lock,
        sealing,
        created: None,
        staged: None,
    };
    let mut roles = vec![("dealer".to_owned(), dealer.clone())];
    roles.extend((1..).zip(&holders).map(|(n, name): (usize, _)| (format!("holder_{n}"), name.clone())));
    let parameters = vec![format!("holders={}", holders.len()), format!("threshold={threshold}")];
    let program = format!("{}-import", request.scheme);
    let mut preparation = Preparation::new(&desk.request_for(program, &roles, parameters, threshold - 1))?;
    let roster = preparation.roster.clone();
    let seats = vec![0; roster.cards().len()];
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let meeting = meet(&desk.identity, &roster, Wait::new(desk.wait), &|event| watch.meeting(&event)).await?;
        let mut network = Network::new(roster.me(), meeting.links);
        network.enter(Phase::Session);
        let shown = shown(&mut network, &roster, request.scheme, &dealer, record).await;
        let (record, public_key) = match shown {
            Ok(shown) => shown,
            Err(failure) => {
                drop(network);
                meeting.session.finish(Some("it was not told of a key")).await;
                return Err(failure);
            }
        };
        let what = if request.drill { "drill" } else { "for use" };
        let title = format!("{} {public_key}", request.scheme);
        preparation.terms.records = records([("ceremony", what.to_owned()), ("import", title)]);
        let (roster, drill) = (roster.clone(), request.drill);
        let mut keeper = Importer { desk, roster, fresh, record, public_key, seats, receives, drill };
        let report = session(&preparation, network, meeting.session, watch, Some(&mut keeper)).await?;
        Ok((report, keeper))
    });
    runtime.shutdown_background();
    let (report, keeper) = result?;
    if !receives || request.drill {
        return Ok((None, report));
    }
    let public = keeper.fresh.public()?;
    desk.record(&public, KeyAction::Imported)?;
    Ok((Some(public), report))
}

/// Who has the secret, and who gets a share of it, in order.
///
/// # Errors
/// If the options name nobody for that, or others than they must.
fn cast(request: &ImportRequest, me: &PartyName) -> Result<(PartyName, Vec<PartyName>), Failure> {
    let bad = |message: String| Failure::new(Exit::BadInput, message);
    let dealer = match (&request.secret, &request.dealer) {
        (Some(_), Some(dealer)) if dealer != me => {
            return Err(bad(format!(
                "--dealer {dealer}: the one who has the secret gives the file, and that is {me} here"
            )));
        }
        (Some(_), _) => me.clone(),
        (None, Some(dealer)) if dealer != me => dealer.clone(),
        _ => return Err(bad("--dealer NAME says who has the secret; at that party, --secret-file FILE".to_owned())),
    };
    let mut holders = request.holders.clone();
    holders.sort();
    let threshold = usize::from(request.threshold);
    if threshold < 2 || threshold > holders.len() || holders.windows(2).any(|pair| pair[0] == pair[1]) {
        let message = format!("--threshold {threshold} of {} holders, all different: expected 2 to all", holders.len());
        return Err(bad(message));
    }
    if !holders.contains(me) && dealer != *me {
        return Err(bad(format!("--holders does not name {me}, whose home this is")));
    }
    Ok((dealer, holders))
}

/// The record that a party brings, and the public key that the dealer tells everybody.
async fn shown(
    network: &mut Network,
    roster: &Roster,
    scheme: Scheme,
    dealer: &PartyName,
    record: Option<(Zeroizing<Vec<u8>>, String)>,
) -> Result<(Zeroizing<Vec<u8>>, String), Failure> {
    let mine = record.as_ref().map(|(_, public)| public.clone());
    let heard = exchange(network, roster, IMPORT, &mine).await?;
    if let Some((record, public)) = record {
        return Ok((record, public));
    }
    let place = roster.cards().iter().position(|card| card.name() == dealer);
    let told = place.and_then(|place| heard[place].clone());
    let known = told.as_ref().and_then(|told| public_record(scheme, told));
    let nothing = || Failure::new(Exit::Session, format!("{dealer} has told no public key of {scheme}"));
    Ok((known.ok_or_else(nothing)?, told.unwrap_or_default()))
}

fn public_record(scheme: Scheme, public: &str) -> Option<Zeroizing<Vec<u8>>> {
    fn on<C: Curve>(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        Some(WholeKey::<C>::of_public(C::decode_point(bytes)?).to_bytes())
    }
    let bytes = hex::decode(public).ok()?;
    match scheme.curve() {
        CurveName::Secp256k1 => on::<Secp256k1>(&bytes),
        CurveName::P256 => on::<P256>(&bytes),
        CurveName::Ed25519 => on::<Ed25519>(&bytes),
    }
}

/// The record of the secret in a file, and its public key.
fn read_secret(scheme: Scheme, path: &Path) -> Result<(Zeroizing<Vec<u8>>, String), Failure> {
    use std::io::Read;
    let bad = |why: &str| Failure::new(Exit::BadInput, format!("{}: {why}", path.display()));
    let refused = |error: std::io::Error| bad(&format!("this cannot be read ({error})"));
    let file = std::fs::File::open(path).map_err(refused)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = file.metadata().map_err(refused)?;
        if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
            return Err(bad("others than this user can read it").hint(format!("run `chmod 600 {}`", path.display())));
        }
    }
    // The exact capacity: growing would leave copies behind that nobody wipes.
    let mut text = Zeroizing::new(Vec::with_capacity(SECRET_FILE as usize + 1));
    file.take(SECRET_FILE + 1).read_to_end(&mut text).map_err(refused)?;
    let mut secret = Zeroizing::new([0; 32]);
    let digits = text.trim_ascii();
    if hex::decode_to_slice(digits, &mut *secret).is_err() {
        return Err(bad("expected 64 hexadecimal digits: the secret scalar, or of Ed25519 the seed of RFC 8032"));
    }
    if scheme == Scheme::Ed25519 {
        *secret = clamped(&secret);
    }
    fn on<C: Curve>(secret: &[u8; 32]) -> Option<(Zeroizing<Vec<u8>>, String)> {
        let whole = WholeKey::<C>::of_secret(secret)?;
        Some((whole.to_bytes(), hex::encode(C::point(whole.public.into()).encode())))
    }
    let record = match scheme.curve() {
        CurveName::Secp256k1 => on::<Secp256k1>(&secret),
        CurveName::P256 => on::<P256>(&secret),
        CurveName::Ed25519 => on::<Ed25519>(&secret),
    };
    record.ok_or_else(|| bad("the secret is zero, or not below the group's order"))
}

/// The scalar of a seed (RFC 8032, section 5.1.5), modulo the order: what is shared has no bits to clamp.
fn clamped(seed: &[u8; 32]) -> [u8; 32] {
    let hash = Zeroizing::new(<[u8; 64]>::from(Sha512::digest(seed)));
    let mut wide = Zeroizing::new([0; 64]);
    wide[..32].copy_from_slice(&hash[..32]);
    wide[0] &= 0b1111_1000;
    wide[31] &= 0b0111_1111;
    wide[31] |= 0b0100_0000;
    Scalar::from_uniform(CurveName::Ed25519, &wide).encode()
}

/// Brings the key or its public point, and stores a share.
struct Importer<'a> {
    desk: &'a Desk,
    roster: Roster,
    fresh: Fresh,
    record: Zeroizing<Vec<u8>>,
    public_key: String,
    seats: Vec<u16>,
    receives: bool,
    drill: bool,
}

impl Keeper for Importer<'_> {
    fn holdings(&mut self, _: &Agreement) -> Result<Holdings, Failure> {
        Ok(Holdings { records: [("import".to_owned(), self.record.clone())].into(), seats: self.seats.clone() })
    }

    fn keep(&mut self, _: &Agreement, kept: Vec<Kept>, _: &Outcome) -> Result<(), Failure> {
        if self.receives && !self.drill { self.fresh.stage(&self.desk.owner, &kept, None) } else { Ok(()) }
    }

    fn settle<'a>(&'a mut self, agreement: &'a Agreement, network: &'a mut Network) -> Settling<'a> {
        Box::pin(async {
            if self.drill {
                return Ok(());
            }
            if self.receives {
                return self.fresh.settle(&self.desk.identity, &self.roster, agreement.session, network).await;
            }
            let expected = |shared: &SharedPart| shared.public_key == self.public_key && shared.epoch == 0;
            witness(network, &self.roster, agreement.session, expected).await.map(|_| ())
        })
    }

    fn ban(&mut self, _: PartyIndex) -> Result<(), Failure> {
        // Nothing was set up that outlives the session.
        Ok(())
    }
}

/// A key that is put together.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// The key.
    pub name: KeyName,
    /// Which holder gets it.
    pub to: PartyName,
    /// Who takes part beside that one; the first holders that are enough, if nobody is named.
    pub signers: Vec<PartyName>,
    /// The file at the one who gets it; it must not be there.
    pub out: PathBuf,
    /// Whether it is a drill: nobody gets the key, not even for a moment.
    pub drill: bool,
}

/// Puts a key together at one of its holders; as many as sign run the same command.
///
/// # Errors
/// Holders that do not fit the key, a wrong passphrase, a file that is there already; partners that do not come, do not
/// agree or misbehave; the file system's.
pub fn export(desk: &Desk, request: &ExportRequest, watch: &Watch) -> Result<(PublicPart, Report), Failure> {
    let bad = |message: String| Failure::new(Exit::BadInput, message);
    let lock = desk.lock()?;
    let folder = desk.keys.key(&request.name);
    let public = folder.public()?;
    if public.structure.is_some() {
        let message = format!("{} is a key with a structure, which is not put together as such", request.name);
        let hint =
            "two ceremonies do that: share it anew under a threshold (quorate key reshare --help), then export it";
        return Err(bad(message).hint(hint));
    }
    let mut named = request.signers.clone();
    if named.is_empty() {
        let holders = public.shared().holders.into_iter().map(|holder| holder.name);
        named = std::iter::once(request.to.clone()).chain(holders.filter(|name| *name != request.to)).collect();
        named.truncate(public.signers_needed.into());
    }
    let cast = Signatories::named(named).cast(&public, &desk.owner.name)?.names;
    if !cast.contains(&request.to) || cast.len() != usize::from(public.signers_needed) {
        let message = format!(
            "exactly {} holders put the key together, and {} is one of them",
            public.signers_needed, request.to
        );
        return Err(bad(message));
    }
    folder.refuse_isolated(&public, &cast)?;
    let receives = desk.owner.name == request.to;
    if receives && request.out.exists() {
        return Err(bad(format!("{}: there is such a file already", request.out.display())));
    }
    if request.drill {
        drop(lock);
        return rehearse(desk, request, (public, cast), watch);
    }
    let (unlocked, record) = desk.open_share(&folder, &request.name)?;
    let public = unlocked.public.clone();
    let mut roles: Vec<(String, PartyName)> = Vec::new();
    roles.extend((1..).zip(&cast).map(|(n, name): (usize, _)| (format!("holder_{n}"), name.clone())));
    roles.push(("receiver".to_owned(), request.to.clone()));
    let program = format!("{}-export", public.scheme);
    let parameters = vec![format!("holders={}", cast.len())];
    let mut preparation = Preparation::new(&desk.request_for(program, &roles, parameters, cast.len() - 1))?;
    preparation.terms.records =
        records([("key", format!("{} {} epoch {}", public.scheme, public.key_id, public.epoch))]);
    let roster = preparation.roster.clone();
    let seat = |name: &PartyName| public.holders.iter().find(|holder| holder.name == *name).map_or(0, |h| h.index);
    let seats = roster.cards().iter().map(|card| seat(card.name())).collect();
    let mut keeper = Exporter { record, seats, out: &request.out, curve: public.scheme.curve() };
    let mine = Some(Introduction::of(&public, folder.certificate(public.generation)?));
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let meeting = meet(&desk.identity, &roster, Wait::new(desk.wait), &|event| watch.meeting(&event)).await?;
        let mut network = Network::new(roster.me(), meeting.links);
        network.enter(Phase::Session);
        let all = vec![true; roster.cards().len()];
        if let Err(failure) = introduce(&mut network, &roster, &request.name, mine, (&all, &[])).await {
            drop(network);
            meeting.session.finish(Some("the parties do not agree on the key")).await;
            desk.record_alarm(&request.name, &failure);
            return Err(failure);
        }
        session(&preparation, network, meeting.session, watch, Some(&mut keeper)).await
    });
    runtime.shutdown_background();
    let report = result?;
    drop(lock);
    desk.record(&public, KeyAction::Exported)?;
    Ok((public, report))
}

/// The parties of an export share the key anew among themselves, all of them needed, and keep nothing of it: this shows that
/// each of them is there and can open a share of this key, and the key is nowhere meanwhile.
fn rehearse(
    desk: &Desk,
    request: &ExportRequest,
    (public, cast): (PublicPart, Vec<PartyName>),
    watch: &Watch,
) -> Result<(PublicPart, Report), Failure> {
    let all = NewAccess::Threshold(public.signers_needed);
    let rehearsal = ReshareRequest {
        name: request.name.clone(),
        committee: Some((all, cast.clone())),
        dealers: cast,
        renewed: Vec::new(),
        presign: 0,
        drill: true,
    };
    Ok((public, reshare(desk, &rehearsal, watch)?.report))
}

/// Brings a share, and writes the key where it is to be.
struct Exporter<'a> {
    record: Zeroizing<Vec<u8>>,
    seats: Vec<u16>,
    out: &'a Path,
    curve: CurveName,
}

impl Keeper for Exporter<'_> {
    fn holdings(&mut self, _: &Agreement) -> Result<Holdings, Failure> {
        Ok(Holdings { records: [("key".to_owned(), self.record.clone())].into(), seats: self.seats.clone() })
    }

    fn keep(&mut self, _: &Agreement, kept: Vec<Kept>, _: &Outcome) -> Result<(), Failure> {
        let Some(item) = kept.iter().find(|kept| kept.record == "export").and_then(|kept| kept.items.first()) else {
            return Ok(());
        };
        fn secret<C: Curve>(record: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
            WholeKey::<C>::from_bytes(record).ok()?.expose_secret()
        }
        let secret = match self.curve {
            CurveName::Secp256k1 => secret::<Secp256k1>(item),
            CurveName::P256 => secret::<P256>(item),
            CurveName::Ed25519 => secret::<Ed25519>(item),
        };
        let secret = secret.ok_or_else(|| Failure::new(Exit::Bug, "the program handed over no key"))?;
        let mut text = Zeroizing::new(vec![0; 65]);
        text[64] = b'\n';
        hex::encode_to_slice(*secret, &mut text[..64]).expect("64 digits of 32 bytes");
        let refused = |error: std::io::Error| {
            Failure::new(Exit::BadInput, format!("{}: the key cannot be written ({error})", self.out.display()))
        };
        write_private(self.out, &text).map_err(refused)
    }

    fn ban(&mut self, _: PartyIndex) -> Result<(), Failure> {
        // Nothing was used that outlives the session.
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first test vector of RFC 8032, section 7.1.
    #[test]
    fn a_seed_of_ed25519_becomes_the_scalar_of_its_public_key() {
        let seed = hex::decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
        let scalar = clamped(&seed.try_into().unwrap());
        let whole = WholeKey::<Ed25519>::of_secret(&scalar).unwrap();
        let public = hex::encode(Ed25519::point(whole.public).encode());
        assert_eq!(public, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    }
}
