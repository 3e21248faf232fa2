//! Signing.

use quorate_circuits::clear::Column;
use quorate_circuits::curve::{Point, Scalar};
use quorate_engine::net::PartyIndex;
use quorate_engine::run::{Holdings, Kept, Outcome};
use sha2::{Digest, Sha256};

use super::approved::Approved;
use super::invitation::Invitation;
use super::open_key::Held;
use super::opened::Opened;
use super::presign::one_time;
use super::standing::Agreed;
use super::table::{Table, gather};
use super::{Desk, Signatories};
use crate::exit::{Exit, Failure};
use crate::identity::{Canonical, Hex, PartyName};
use crate::keys::address::taproot;
use crate::keys::derive::{ExtendedKey, Path};
use crate::keys::encoding::{EcdsaSignature, schnorr};
use crate::keys::verify::verify;
use crate::keys::{Item, ItemId, KeyName, PublicPart, Scheme};
use crate::output::Report;
use crate::run::{Keeper, Preparation, Watch, session};
use crate::session::{Agreement, Ordered};

/// The longest message that BIP340 and Ed25519 sign here: all signers hash the whole of it.
const LONGEST_MESSAGE: usize = 16_384;

/// What is signed, with which key.
#[derive(Clone, Debug)]
pub struct SignRequest {
    /// The key.
    pub name: KeyName,
    /// The message or digest.
    pub what: What,
    /// Who signs.
    pub signers: Signatories,
    /// A child of the key (BIP32).
    pub path: Option<Path>,
    /// Whether the key is the internal key of a Taproot output without scripts (BIP86).
    pub taproot: bool,
    /// Whether nothing prepared is used.
    pub fresh: bool,
}

/// A message, or the digest of one.
#[derive(Clone, Debug)]
pub enum What {
    /// A message. ECDSA signs its SHA-256; BIP340 and Ed25519 sign it as it is.
    Message(Vec<u8>),
    /// 32 bytes that somebody else hashed.
    Digest([u8; 32]),
}

/// A signature that verifies.
#[derive(Debug)]
pub struct Signed {
    /// The scheme.
    pub scheme: Scheme,
    /// The public key that it verifies under: the key's, a child's or a Taproot output's.
    pub public_key: Point,
    /// What the signature is of: ECDSA's digest, or the message.
    pub signed: Vec<u8>,
    /// ECDSA's two numbers.
    pub ecdsa: Option<EcdsaSignature>,
    /// The 64 bytes of the other schemes; ECDSA's compact form.
    pub bytes: [u8; 64],
    /// Who signed.
    pub signers: Vec<PartyName>,
    /// Whether something prepared was used.
    pub prepared: bool,
    /// How much is left of that.
    pub stock: u64,
    /// The run.
    pub report: Report,
}

/// Signs with the other signers, who run the same command.
///
/// # Errors
/// A key that is not there, signers or a message that do not fit, a wrong passphrase; partners that do not come, do
/// not agree or misbehave; a signature that does not verify; the file system's.
///
/// A key that has a policy is refused: it signs requests, by [`super::sign_approved`].
pub fn sign(desk: &Desk, request: &SignRequest, watch: &Watch) -> Result<Signed, Failure> {
    super::approved::refuse_if_governed(desk, &request.name)?;
    sign_order(desk, request, None, watch)
}

/// Signs; what was approved is held against the policy before anything is used.
pub(super) fn sign_order(
    desk: &Desk,
    request: &SignRequest,
    approved: Option<Approved>,
    watch: &Watch,
) -> Result<Signed, Failure> {
    // What cannot be signed is found before the passphrase is asked for.
    Order::new(&desk.keys.key(&request.name).public()?, request)?;
    let opened = Opened::open(desk, &request.name, &request.signers)?;
    let key = opened.key.clone();
    let signing = Signing::new(desk, opened, request, approved)?;
    let result = Table::alone(desk, &signing.invitation(), async |table| signing.run(table, watch).await);
    key.close();
    result
}

/// Everything for a session in which something is signed.
pub(crate) struct Signing {
    opened: Opened,
    order: Order,
    approved: Option<Approved>,
    /// The session with nothing prepared, and with something.
    fresh: Preparation,
    stocked: Preparation,
}

impl Signing {
    /// Prepares the session.
    ///
    /// # Errors
    /// A message or path that does not fit the key; terms that cannot be proposed.
    pub(super) fn new(
        desk: &Desk,
        mut opened: Opened,
        request: &SignRequest,
        approved: Option<Approved>,
    ) -> Result<Self, Failure> {
        let order = Order::new(opened.public(), request)?;
        opened.fresh = request.fresh;
        let scheme = opened.public().scheme;
        let mut parameters = vec![format!("signers={}", opened.cast.names.len())];
        parameters.extend(order.parameters.clone());
        let prepare = |program: String| {
            let request = desk.request_of_signers(program, &opened.cast, parameters.clone());
            let mut preparation = Preparation::new(&request)?;
            preparation.terms.records = named_records(&opened, approved.as_ref(), None);
            Ok::<_, Failure>(preparation)
        };
        let (fresh, stocked) = (prepare(scheme.to_string())?, prepare(format!("{scheme}-sign"))?);
        Ok(Self { opened, order, approved, fresh, stocked })
    }

    /// What the other signers are invited to.
    pub(crate) fn invitation(&self) -> Invitation {
        let (key, signers) = (self.opened.title(), self.opened.order());
        if let Some(approved) = &self.approved {
            return Invitation::Request { key, request: approved.id(), bundle: approved.text(), signers };
        }
        let parameters = &self.order.parameters;
        let subject = Canonical::new("quorate subject 1").list(parameters.iter(), |c, text| c.text(text)).digest();
        Invitation::Sign { key, subject: Hex(subject), signers }
    }

    /// Whether this party's own policy refuses, whatever others bring.
    pub(crate) fn refuses(&self) -> Option<&Failure> {
        self.approved.as_ref().and_then(Approved::refuses)
    }

    /// Runs the session.
    ///
    /// # Errors
    /// Partners that do not come, do not agree or misbehave; what a policy refuses; a signature that does not verify;
    /// the file system's.
    pub(crate) async fn run(self, table: &Table<'_>, watch: &Watch) -> Result<Signed, Failure> {
        let Self { opened, order, mut approved, fresh, mut stocked } = self;
        let scheme = opened.public().scheme;
        let gathered = match gather(table, &fresh, &opened, approved.as_mut(), watch).await {
            Ok(gathered) => gathered,
            // Nobody came to hear it: then the refusal is what there is to say.
            Err(failure) => return Err(approved.and_then(Approved::refusal).unwrap_or(failure)),
        };
        let used = gathered.agreed.item.as_ref().map(|held| held.id());
        let preparation = match used {
            Some(ItemId { batch, position }) => {
                let named = (one_time(scheme), format!("batch {batch} number {}", position.number));
                stocked.terms.records = named_records(&opened, approved.as_ref(), Some(named));
                &stocked
            }
            None => &fresh,
        };
        let mut signer = Signer { opened, order, approved, agreed: gathered.agreed, signature: None };
        let result = session(preparation, gathered.network, gathered.links, watch, Some(&mut signer)).await;
        let Signer { opened, order, signature, agreed, .. } = signer;
        drop(agreed);
        if let Some(item) = used {
            table.tell(&opened, item.position).await;
        }
        let report = result?;
        let (ecdsa, bytes) = signature.ok_or_else(|| Failure::new(Exit::Bug, "the session made no signature"))?;
        Ok(Signed {
            scheme,
            public_key: order.key,
            signed: order.signed,
            ecdsa,
            bytes,
            stock: opened.key.left(&opened.signers),
            signers: opened.cast.names,
            prepared: used.is_some(),
            report,
        })
    }
}

/// What the session holds from before: the key, what was prepared, and the request with the policy that allows it.
fn named_records(
    opened: &Opened,
    approved: Option<&Approved>,
    item: Option<(&'static str, String)>,
) -> Ordered<String> {
    let request = approved.into_iter().flat_map(Approved::records);
    [("key", opened.title())].into_iter().chain(item).chain(request).collect()
}

/// What the program is told, and what the signature must be of.
struct Order {
    parameters: Vec<String>,
    /// The key under which the signature verifies.
    key: Point,
    signed: Vec<u8>,
}

impl Order {
    fn new(public: &PublicPart, request: &SignRequest) -> Result<Self, Failure> {
        let bad = |message: String| Failure::new(Exit::BadInput, message);
        let scheme = public.scheme;
        let mut key =
            public.public_point().ok_or_else(|| bad(format!("the public key of {} is damaged", public.name)))?;
        let mut parameters = Vec::new();
        let signed = signed(scheme, &request.what)?;
        let name = if scheme.is_ecdsa() { "digest" } else { "message" };
        parameters.push(format!("{name}={}", hex::encode(&signed)));
        if let Some(path) = &request.path {
            let chain_code =
                public.chain_code.ok_or_else(|| bad(format!("{} has no chain code to derive with", public.name)))?;
            let derived = ExtendedKey::master(key, chain_code.0).and_then(|master| master.derive(path));
            let derived = derived.map_err(|fault| bad(fault.to_string()))?;
            parameters.push(format!("path={}", hex::encode(derived.tweak.encode())));
            key = derived.key.key;
        }
        if request.taproot {
            if scheme != Scheme::Bip340 {
                return Err(bad(format!("--taproot: keys of {scheme} have no Taproot outputs; that is for bip340")));
            }
            let (tweak, output) = taproot(&key).ok_or_else(|| bad("the key has no Taproot output".to_owned()))?;
            parameters.push(format!("tweak={}", hex::encode(tweak.encode())));
            key = output;
        }
        Ok(Self { parameters, key, signed })
    }
}

/// What the scheme signs.
fn signed(scheme: Scheme, what: &What) -> Result<Vec<u8>, Failure> {
    match what {
        What::Message(message) if scheme.is_ecdsa() => Ok(Sha256::digest(message).to_vec()),
        What::Message(message) if message.len() > LONGEST_MESSAGE => {
            let message =
                format!("the message has {} bytes; {scheme} signs at most {LONGEST_MESSAGE} here", message.len());
            Err(Failure::new(Exit::BadInput, message).hint("sign a digest of it"))
        }
        What::Message(message) => Ok(message.clone()),
        What::Digest(_) if scheme == Scheme::Ed25519 => {
            let message = "--digest: Ed25519 signs messages, not digests that somebody else made";
            Err(Failure::new(Exit::BadInput, message).hint("write --message or --message-file"))
        }
        What::Digest(digest) => Ok(digest.to_vec()),
    }
}

/// Takes key and one-time item, and lets nothing out that does not verify.
struct Signer {
    opened: Opened,
    order: Order,
    /// The request and its policy, if the key has one.
    approved: Option<Approved>,
    agreed: Agreed,
    signature: Option<(Option<EcdsaSignature>, [u8; 64])>,
}

impl Keeper for Signer {
    fn holdings(&mut self, _: &Agreement) -> Result<Holdings, Failure> {
        // First of all: what is refused here has used nothing up.
        self.opened.refuse_isolated()?;
        if let Some(approved) = &self.approved {
            approved.commit()?;
        }
        let one_time_item = self.agreed.item.as_ref().map(Held::take).transpose()?.map(Item::into_secret);
        let mut records: std::collections::BTreeMap<_, _> = [("key".to_owned(), self.opened.record())].into();
        if let Some(secret) = one_time_item {
            records.insert(one_time(self.opened.public().scheme).to_owned(), secret);
        }
        Ok(Holdings { records, seats: self.opened.seats.clone() })
    }

    fn keep(&mut self, agreement: &Agreement, _: Vec<Kept>, outcome: &Outcome) -> Result<(), Failure> {
        let scheme = self.opened.public().scheme;
        let wrong = |why: String| Failure::new(Exit::Session, format!("no signature is released: {why}"));
        let point = |name: &str| {
            outcome.outputs.iter().find_map(|(output, column)| match column {
                Column::Points(points) if output == name => points.first().copied(),
                _ => None,
            })
        };
        let scalar = |name: &str| -> Option<Scalar> {
            outcome.outputs.iter().find_map(|(output, column)| match column {
                Column::Scalars(scalars) if output == name => scalars.first().copied(),
                _ => None,
            })
        };
        let missing = || wrong("the program has not given all of it".to_owned());
        let (ecdsa, bytes) = if scheme.is_ecdsa() {
            let (r, s) = (scalar("r").ok_or_else(missing)?, scalar("s").ok_or_else(missing)?);
            let signature = EcdsaSignature::new(scheme, r, s).map_err(|fault| wrong(fault.to_string()))?;
            (Some(signature), signature.compact())
        } else {
            let (nonce, s) = (point("nonce").ok_or_else(missing)?, scalar("s").ok_or_else(missing)?);
            (None, schnorr(scheme, &nonce, &s).map_err(|fault| wrong(fault.to_string()))?)
        };
        verify(scheme, &self.order.key, &self.order.signed, &bytes).map_err(|fault| wrong(fault.to_string()))?;
        self.signature = Some((ecdsa, bytes));
        if let Some(approved) = &self.approved {
            approved.signed(agreement.session);
        }
        Ok(())
    }

    fn ban(&mut self, party: PartyIndex) -> Result<(), Failure> {
        self.opened.ban(party)
    }
}
