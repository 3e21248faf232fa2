//! `request new`.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Place, span, value, write_out};
use crate::audit::{Event, RequestAction};
use crate::cli::key::key_name;
use crate::exit::{Exit, Failure};
use crate::identity::Hex;
use crate::keys::address::{AddressKind, Network, address};
use crate::keys::encoding::public_key_hex;
use crate::keys::{KeyName, Keys, PublicPart};
use crate::output::print;
use crate::policy::Office;
use crate::request::{Action, Bundle, Login, Moment, RawDigest, Request, Span, Transfer, WireTransfer, Word, Words};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate request new transfer --key treasury --destination 0x… --asset ETH --amount 2.5 --memo rent
  quorate request new wire-transfer --key treasury --debtor \"Acme AG\" --creditor \"Müller & Söhne\" \\
    --iban \"DE89 3704 0044 0532 0130 00\" --amount 1250.50 --currency EUR --value-date 2026-12-01
  quorate request new login --key treasury --audience bank.example --challenge 8d1f…
  quorate request new digest --key treasury --digest 9f86d081…0f00a08")]
pub(super) struct New {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, Subcommand)]
enum Kind {
    /// Pay to an address
    Transfer {
        /// The account that pays [default: the first address of the key]
        #[arg(long, value_name = "ADDRESS")]
        source: Option<String>,
        /// The account that is paid
        #[arg(long, value_name = "ADDRESS")]
        destination: String,
        /// What is paid
        #[arg(long)]
        asset: String,
        /// How much: digits, a point, digits
        #[arg(long)]
        amount: String,
        /// What for
        #[arg(long, value_name = "TEXT")]
        memo: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Tell a bank to pay
    WireTransfer {
        /// Who pays
        #[arg(long, value_name = "NAME")]
        debtor: String,
        /// Who is paid
        #[arg(long, value_name = "NAME")]
        creditor: String,
        /// The account of the creditor
        #[arg(long)]
        iban: String,
        /// Its bank
        #[arg(long)]
        bic: Option<String>,
        /// How much: digits, a point, digits
        #[arg(long)]
        amount: String,
        /// Of which currency
        #[arg(long, value_name = "EUR")]
        currency: String,
        /// On which day [default: today]
        #[arg(long, value_name = "YYYY-MM-DD")]
        value_date: Option<String>,
        /// What for
        #[arg(long, value_name = "TEXT")]
        memo: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Answer a challenge, to prove who the key's holders are together
    Login {
        /// To whom: a host or a DID
        #[arg(long, value_name = "NAME")]
        audience: String,
        /// What it has asked to be signed
        #[arg(long, value_name = "TEXT")]
        challenge: String,
        #[command(flatten)]
        asked: Asked,
    },
    /// Sign 32 bytes of which nobody here sees what they mean
    Digest {
        /// The bytes
        #[arg(long, value_name = "HEX")]
        digest: String,
        /// What they are
        #[arg(long, value_name = "TEXT")]
        memo: Option<String>,
        #[command(flatten)]
        asked: Asked,
    },
}

/// What every request has.
#[derive(Debug, clap::Args)]
struct Asked {
    /// The key that signs
    #[arg(long, value_name = "NAME")]
    key: String,
    /// Its id, where this home holds no share of it
    #[arg(long, value_name = "HEX")]
    key_id: Option<String>,
    /// The child of the key that signs (BIP32)
    #[arg(long, value_name = "m/…")]
    path: Option<String>,
    /// For how long the request is open
    #[arg(long, value_name = "SPAN", default_value = "7d")]
    expires_in: String,
    /// Write the request to a file, for those who approve and sign
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

impl New {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let asked = match &self.kind {
            Kind::Transfer { asked, .. }
            | Kind::WireTransfer { asked, .. }
            | Kind::Login { asked, .. }
            | Kind::Digest { asked, .. } => asked,
        };
        let office = asked.place.office()?;
        let key = Key::find(&office, asked)?;
        let now = Moment::now();
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).map_err(|_| Failure::from(crate::identity::IdentityError::Randomness))?;
        let path = asked.path.as_deref().map(|path| value::<crate::keys::derive::Path>("--path", path)).transpose()?;
        let life: Span = span("--expires-in", &asked.expires_in)?;
        let request = Request {
            action: self.action(&key, now)?,
            key: key.name,
            key_id: key.id,
            path: path.map(|path| path.to_string()),
            nonce: Hex(nonce),
            initiator: office.identity.name().clone(),
            initiator_identity: office.identity.public_key(),
            created: now,
            expires: now.after(life),
        };
        request.check().map_err(|why| Failure::new(Exit::BadInput, format!("this cannot be asked for: {why}")))?;
        let bundle = office.requests.keep(&Bundle::new(request, &office.identity))?;
        let (kind, by) = (bundle.request().action.kind().to_string(), office.identity.name().clone());
        office.log.append(Event::Request { request: bundle.id(), kind, action: RequestAction::Created, by })?;
        write_out(asked.out.as_ref(), &bundle)?;
        if asked.place.json {
            return print(&format!("{}\n", super::view::request_json(&bundle)));
        }
        print(&format!("request    {}\n\n{}", bundle.id(), bundle.request().to_text()))
    }

    fn action(&self, key: &Key, now: Moment) -> Result<Action, Failure> {
        let memo = |memo: &Option<String>| memo.as_deref().map(|memo| value::<Words>("--memo", memo)).transpose();
        Ok(match &self.kind {
            Kind::Transfer { source, destination, asset, amount, memo: what, .. } => Action::Transfer(Transfer {
                source: match source {
                    Some(source) => value("--source", source)?,
                    None => key.account()?,
                },
                destination: value("--destination", destination)?,
                asset: value("--asset", asset)?,
                amount: value("--amount", amount)?,
                memo: memo(what)?,
            }),
            Kind::WireTransfer { debtor, creditor, iban, bic, amount, currency, value_date, memo: what, .. } => {
                Action::Wire(WireTransfer {
                    debtor: value("--debtor", debtor)?,
                    creditor: value("--creditor", creditor)?,
                    iban: value("--iban", iban)?,
                    bic: bic.as_deref().map(|bic| value("--bic", bic)).transpose()?,
                    amount: value("--amount", amount)?,
                    currency: value("--currency", currency)?,
                    value_date: match value_date {
                        Some(day) => value("--value-date", day)?,
                        None => crate::request::Day::of(now),
                    },
                    memo: memo(what)?,
                })
            }
            Kind::Login { audience, challenge, .. } => Action::Login(Login {
                audience: value("--audience", audience)?,
                challenge: value("--challenge", challenge)?,
            }),
            Kind::Digest { digest, memo: what, .. } => {
                let digits = digest.strip_prefix("0x").unwrap_or(digest);
                Action::Digest(RawDigest { digest: value("--digest", digits)?, memo: memo(what)? })
            }
        })
    }
}

/// The key that is meant. Whoever asks need not hold a share of it.
struct Key {
    name: KeyName,
    id: Hex<32>,
    public: Option<PublicPart>,
}

impl Key {
    fn find(office: &Office, asked: &Asked) -> Result<Self, Failure> {
        let name = key_name(&asked.key)?;
        let given = asked.key_id.as_deref().map(|id| value::<Hex<32>>("--key-id", id)).transpose()?;
        let public = match Keys::of(&office.home).key(&name).public() {
            Ok(public) => public,
            Err(crate::keys::KeyError::NoKey { .. }) if given.is_some() => {
                let id = given.unwrap_or(Hex([0; 32]));
                return Ok(Self { name, id, public: None });
            }
            Err(error @ crate::keys::KeyError::NoKey { .. }) => {
                return Err(Failure::from(error).hint("who holds no share of the key says which it is with --key-id"));
            }
            Err(error) => return Err(error.into()),
        };
        if given.is_some_and(|given| given != public.key_id) {
            let message = format!("--key-id: the key {name} of this home has the id {}", public.key_id);
            return Err(Failure::new(Exit::BadInput, message));
        }
        Ok(Self { name, id: public.key_id, public: Some(public) })
    }

    /// The first address of the key, or the public key where there is none.
    fn account(&self) -> Result<Word, Failure> {
        let point = self.public.as_ref().and_then(|public| Some((public.scheme, public.public_point()?)));
        let Some((scheme, point)) = point else {
            return Err(Failure::new(Exit::BadInput, "--source is needed where this home holds no share of the key"));
        };
        let text = match AddressKind::of(scheme).next() {
            Some(kind) => address(kind, Network::Main, scheme, &point)?,
            None => public_key_hex(scheme, &point)?,
        };
        value("--source", &text)
    }
}
