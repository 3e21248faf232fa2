//! The handshake: who dials, who accepts, and what can be wrong with it.

use std::io;
use std::sync::Arc;

use rustls::client::{AlwaysResolvesClientRawPublicKeys, Resumption};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::ServerName;
use rustls::server::{AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage};
use rustls::{AlertDescription, CertificateError, ClientConfig, Error, ServerConfig, version};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

use super::Carrier;
use super::frame::{self, Kind, PREFIX};
use super::pinning::{NotPinned, Pins, own_key, presented_key};
use crate::identity::{Identity, PublicKey};

/// The protocol that both sides must name in the handshake. The number changes with the frames' layout.
const PROTOCOL: &[u8] = b"quorate/2";

/// rustls reads its socket in pieces of 4 KiB; this turns a full pipe into one system call per 256 KiB.
const READ_BUFFER: usize = 256 * 1024;

/// Ciphertext that waits for the socket before a write waits: a frame at its longest.
const WRITE_BUFFER: usize = 1 << 20;

/// A connection whose two ends are authenticated.
pub(crate) type Stream = TlsStream<BufReader<Carrier>>;

/// Why a handshake came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeFault {
    /// The other end has a key that was not expected.
    #[error("the other end holds key {0}, which is not expected in this session")]
    WrongKey(PublicKey),
    /// The other end has refused our key.
    #[error("the other end refused this party's key: it has not pinned our card, or does not expect us")]
    Refused,
    /// The other end does not speak our protocol.
    #[error("the other end does not speak quorate's protocol over TLS 1.3 ({0})")]
    NotOurs(String),
    /// The connection broke: it may be worth another try.
    #[error("the connection broke during the handshake ({0})")]
    Broken(String),
}

/// Authenticates a connection that this party has dialled, at whose other end `expected` must be.
///
/// # Errors
/// What is wrong with the other end.
pub(crate) async fn dial(
    identity: &Arc<Identity>,
    expected: PublicKey,
    carrier: Carrier,
) -> Result<Stream, HandshakeFault> {
    let config = client_config(identity, expected).map_err(|error| fault(&error))?;
    let name = ServerName::try_from("quorate.invalid").expect("a valid name, which is never sent");
    let connecting = TlsConnector::from(Arc::new(config)).connect_with(name, prepared(carrier)?, |tls| {
        tls.set_buffer_limit(Some(WRITE_BUFFER));
    });
    let stream = connecting.await.map_err(|error| io_fault(&error))?;
    refuse_other_protocol(stream.get_ref().1.alpn_protocol())?;
    let mut stream = Stream::from(stream);
    // In TLS 1.3 the dialler has finished before the other end has looked at its key: only this first heartbeat says
    // that we are accepted.
    let mut greeting = [0; PREFIX];
    stream.read_exact(&mut greeting).await.map_err(|error| io_fault(&error))?;
    match frame::parse(greeting) {
        Ok((Kind::Heartbeat, _)) => Ok(stream),
        _ => Err(HandshakeFault::NotOurs("it did not begin with a heartbeat".to_owned())),
    }
}

/// Authenticates a connection that somebody else has dialled, who must be one of `expected`, and says who it is.
///
/// # Errors
/// What is wrong with the other end.
pub(crate) async fn accept(
    identity: &Arc<Identity>,
    expected: &[PublicKey],
    carrier: Carrier,
) -> Result<(PublicKey, Stream), HandshakeFault> {
    let config = server_config(identity, expected).map_err(|error| fault(&error))?;
    let accepting = TlsAcceptor::from(Arc::new(config)).accept_with(prepared(carrier)?, |tls| {
        tls.set_buffer_limit(Some(WRITE_BUFFER));
    });
    let stream = accepting.await.map_err(|error| io_fault(&error))?;
    let tls = stream.get_ref().1;
    refuse_other_protocol(tls.alpn_protocol())?;
    let presented = tls.peer_certificates().and_then(<[_]>::first);
    let key = presented
        .and_then(|info| presented_key(info))
        .ok_or_else(|| HandshakeFault::NotOurs("it has no key".to_owned()))?;
    let mut stream = Stream::from(stream);
    let greeting = async {
        stream.write_all(&frame::prefix(Kind::Heartbeat, 0)).await?;
        stream.flush().await
    };
    greeting.await.map_err(|error| io_fault(&error))?;
    Ok((key, stream))
}

fn refuse_other_protocol(named: Option<&[u8]>) -> Result<(), HandshakeFault> {
    // A peer may leave the name out, which TLS itself accepts.
    let missing = || HandshakeFault::NotOurs("it named no protocol".to_owned());
    (named == Some(PROTOCOL)).then_some(()).ok_or_else(missing)
}

fn prepared(carrier: Carrier) -> Result<BufReader<Carrier>, HandshakeFault> {
    if let Carrier::Tcp(tcp) = &carrier {
        tcp.set_nodelay(true).map_err(|error| HandshakeFault::Broken(error.to_string()))?;
    }
    Ok(BufReader::with_capacity(READ_BUFFER, carrier))
}

/// The provider is named here, never taken from the process: nobody else's default decides our ciphers. AES-128 comes
/// first because 128 bits are what the protocols inside offer too.
fn provider() -> Arc<CryptoProvider> {
    use aws_lc_rs::cipher_suite::{TLS13_AES_128_GCM_SHA256, TLS13_AES_256_GCM_SHA384, TLS13_CHACHA20_POLY1305_SHA256};
    use aws_lc_rs::kx_group::{X25519, X25519MLKEM768};
    Arc::new(CryptoProvider {
        cipher_suites: vec![TLS13_AES_128_GCM_SHA256, TLS13_AES_256_GCM_SHA384, TLS13_CHACHA20_POLY1305_SHA256],
        kx_groups: vec![X25519MLKEM768, X25519],
        ..aws_lc_rs::default_provider()
    })
}

fn client_config(identity: &Arc<Identity>, expected: PublicKey) -> Result<ClientConfig, Error> {
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Pins(vec![expected])))
        .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(own_key(identity))));
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    config.resumption = Resumption::disabled();
    config.enable_early_data = false;
    config.enable_sni = false;
    Ok(config)
}

fn server_config(identity: &Arc<Identity>, expected: &[PublicKey]) -> Result<ServerConfig, Error> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&version::TLS13])?
        .with_client_cert_verifier(Arc::new(Pins(expected.to_vec())))
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(own_key(identity))));
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(config)
}

/// The fault behind an I/O error of a TLS stream.
fn io_fault(error: &io::Error) -> HandshakeFault {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(tls) => fault(tls),
        None => HandshakeFault::Broken(error.to_string()),
    }
}

fn fault(error: &Error) -> HandshakeFault {
    match error {
        Error::InvalidCertificate(CertificateError::Other(inner)) => match inner.0.downcast_ref::<NotPinned>() {
            Some(NotPinned(key)) => HandshakeFault::WrongKey(*key),
            None => HandshakeFault::NotOurs(error.to_string()),
        },
        Error::AlertReceived(AlertDescription::CertificateUnknown) => HandshakeFault::Refused,
        Error::AlertReceived(AlertDescription::CloseNotify | AlertDescription::UserCanceled) => {
            HandshakeFault::Broken(error.to_string())
        }
        other => HandshakeFault::NotOurs(other.to_string()),
    }
}
