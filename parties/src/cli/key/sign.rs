//! `key sign`.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Meeting, Signers, Witnessing, key_name, read};
use crate::ceremony::{SignRequest, Signed, What, sign};
use crate::exit::{Exit, Failure};
use crate::keys::KeyName;
use crate::keys::derive::Path;
use crate::keys::encoding::{public_key_hex, public_key_pem};
use crate::serve::{Order, Page};

/// The longest message that is read.
const LONGEST_FILE: u64 = 1 << 30;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples, at both signers:
  quorate key sign treasury --message \"pay the rent\"
  quorate key sign treasury --digest 9f86d081…0f00a08 --signers ann,cas --path m/0/5 --json
With a 2-of-3 key at all three, without oblivious transfers:
  quorate key sign treasury --message \"pay the rent\" --majority")]
pub(super) struct Sign {
    /// The key
    name: String,
    #[command(flatten)]
    what: Signable,
    #[command(flatten)]
    signers: Signers,
    /// Sign with a child of the key (BIP32)
    #[arg(long, value_name = "m/…")]
    path: Option<String>,
    /// Sign for the Taproot output of a bip340 key (BIP86)
    #[arg(long)]
    taproot: bool,
    /// Use nothing that was prepared
    #[arg(long)]
    fresh: bool,
    #[command(flatten)]
    witnessing: Witnessing,
    #[command(flatten)]
    meeting: Meeting,
}

/// What is signed, or was.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct Signable {
    /// A message; ECDSA signs its SHA-256
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    /// A file with the message
    #[arg(long, value_name = "FILE")]
    message_file: Option<PathBuf>,
    /// 32 bytes that somebody else hashed
    #[arg(long, value_name = "HEX")]
    digest: Option<String>,
}

impl Signable {
    pub(super) fn read(&self) -> Result<What, Failure> {
        match self {
            Self { message: Some(text), .. } => Ok(What::Message(text.clone().into_bytes())),
            Self { message_file: Some(file), .. } => Ok(What::Message(read(file, LONGEST_FILE)?)),
            Self { digest, .. } => {
                let text = digest.as_deref().unwrap_or_default();
                let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).ok();
                let digest = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).ok_or_else(|| {
                    let message = format!("--digest has {} characters: expected 64 hexadecimal digits", text.len());
                    Failure::new(Exit::BadInput, message)
                })?;
                Ok(What::Digest(digest))
            }
        }
    }
}

impl Sign {
    pub(super) fn run(self) -> Result<(), Failure> {
        let path = self.path.as_deref().map(str::parse::<Path>).transpose();
        let request = SignRequest {
            name: key_name(&self.name)?,
            what: self.what.read()?,
            signers: self.signers.read()?,
            path: path.map_err(|fault| Failure::new(Exit::BadInput, format!("--path: {fault}")))?,
            taproot: self.taproot,
            fresh: self.fresh,
        };
        let page = match self.handed_over(&request)? {
            Some(page) => page,
            None => {
                let desk = self.meeting.witnessed_desk(&self.witnessing)?;
                signed_page(&request.name, &sign(&desk, &request, &self.meeting.watch())?)?
            }
        };
        self.meeting.print(page)
    }

    /// What the resident process of this home makes of it, if there is one.
    fn handed_over(&self, request: &SignRequest) -> Result<Option<Page>, Failure> {
        self.meeting.hand_over(|| {
            let scheme = self.meeting.place.keys()?.key(&request.name).public()?.scheme;
            Ok(Order::sign(request, self.path.as_deref(), scheme))
        })
    }
}

/// A signature in both forms.
pub(crate) fn signed_page(name: &KeyName, signed: &Signed) -> Result<Page, Failure> {
    let mut json = signed_json(signed)?;
    json["key"] = name.as_str().into();
    Ok(Page { json, text: page(signed)? })
}

/// A signature in all forms that its scheme has.
pub(crate) fn signed_json(signed: &Signed) -> Result<Value, Failure> {
    let mut value = json!({
        "scheme": signed.scheme.name(),
        "public_key": public_key_hex(signed.scheme, &signed.public_key)?,
        "public_key_pem": public_key_pem(signed.scheme, &signed.public_key)?,
        "signature": hex::encode(signed.bytes),
        "signers": signed.signers.iter().map(|name| name.as_str()).collect::<Vec<_>>(),
        "prepared": signed.prepared,
        "stock": signed.stock,
        "run": signed.report.json(),
    });
    if let Some(signature) = &signed.ecdsa {
        value["digest"] = hex::encode(&signed.signed).into();
        value["signature_der"] = hex::encode(signature.der()?).into();
        value["signature_compact"] = hex::encode(signed.bytes).into();
        value["signature_recoverable"] = recoverable(signed).into();
    } else {
        value["message_hex"] = hex::encode(&signed.signed).into();
    }
    Ok(value)
}

fn recoverable(signed: &Signed) -> Option<String> {
    let digest = signed.signed.as_slice().try_into().ok()?;
    Some(hex::encode(signed.ecdsa?.recoverable(&signed.public_key, digest).ok()?))
}

/// The same for people.
pub(crate) fn page(signed: &Signed) -> Result<String, Failure> {
    let signers: Vec<_> = signed.signers.iter().map(ToString::to_string).collect();
    let mut text = format!("public key   {}\n", public_key_hex(signed.scheme, &signed.public_key)?);
    if let Some(signature) = &signed.ecdsa {
        text +=
            &format!("digest       {}\nder          {}\n", hex::encode(&signed.signed), hex::encode(signature.der()?));
        text += &format!("compact      {}\n", hex::encode(signed.bytes));
        if let Some(recoverable) = recoverable(signed) {
            text += &format!("recoverable  {recoverable}\n");
        }
    } else {
        text += &format!("signature    {}\n", hex::encode(signed.bytes));
    }
    let how = if signed.prepared {
        format!("prepared; {} left", signed.stock)
    } else {
        "nothing prepared was used".to_owned()
    };
    text += &format!("signed by    {}  ({how})\n", signers.join(", "));
    if let Some(path) = &signed.report.receipt {
        text += &format!("receipt      {}\n", path.display());
    }
    Ok(text)
}
