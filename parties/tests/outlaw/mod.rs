//! A party whose key is pinned, and which then does on the wire whatever the test wants. It has a TLS of its own: its
//! keys and signatures come from another library than ours.
#![allow(dead_code, unreachable_pub, reason = "a module of several test binaries, each of which uses a part")]

use std::sync::Arc;
use std::time::Duration;

use quorate::identity::{Address, Home, Identity};
use rustls::client::AlwaysResolvesClientRawPublicKeys;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Dials until somebody answers, and is accepted as the other end of a session's link.
pub async fn knock(identity: &Arc<Identity>, address: &Address) -> TlsStream<TcpStream> {
    let mut stream = shake_hands(identity, address).await;
    // The first kind of call: a link of the session with this rendezvous.
    let call = [&[0, 32][..], &[0; 32]].concat();
    stream.write_all(&frame(3, &call)).await.expect("it listens");
    stream.flush().await.expect("it listens");
    let mut answer = [0; 7];
    stream.read_exact(&mut answer).await.expect("it answers");
    assert_eq!(answer, [4, 2, 0, 0, 0, 0, 0], "accepted, with nothing more to say");
    stream
}

/// A frame of the wire: its kind, its length, its body.
pub fn frame(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &(body.len() as u32).to_le_bytes(), body].concat()
}

/// Dials until somebody answers, and is accepted by its key.
pub async fn shake_hands(identity: &Arc<Identity>, address: &Address) -> TlsStream<TcpStream> {
    let mut stream = loop {
        match TcpStream::connect((address.host(), address.port())).await {
            Ok(tcp) => break handshake(identity, tcp).await,
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    let mut greeting = [0; 5];
    stream.read_exact(&mut greeting).await.expect("a pinned key is accepted");
    assert_eq!(greeting, [1, 0, 0, 0, 0], "a heartbeat");
    stream
}

async fn handshake(identity: &Arc<Identity>, tcp: TcpStream) -> TlsStream<TcpStream> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let key = aws_lc_rs::sign::any_supported_type(&pkcs8(identity)).expect("an Ed25519 key");
    let info = key.public_key().expect("it has one").as_ref().to_vec();
    let certified = Arc::new(CertifiedKey::new(vec![CertificateDer::from(info)], key));
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("it knows TLS 1.3")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody))
        .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(certified)));
    config.alpn_protocols = vec![b"quorate/2".to_vec()];
    let name = ServerName::try_from("anything.invalid").expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, tcp).await.expect("the handshake is lawful")
}

/// The secret of an identity leaves it only through its home's file.
fn pkcs8(identity: &Arc<Identity>) -> PrivateKeyDer<'static> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    Home::at(directory.path()).store(identity).expect("an empty home");
    let seed = std::fs::read_to_string(directory.path().join("identity/secret.key")).expect("it was just written");
    let prefix = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let der = [prefix.as_slice(), &hex::decode(seed.trim()).expect("hexadecimal")].concat();
    PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der))
}

#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("no".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        key: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = aws_lc_rs::default_provider().signature_verification_algorithms;
        let key = rustls::pki_types::SubjectPublicKeyInfoDer::from(key.as_ref());
        rustls::crypto::verify_tls13_signature_with_raw_key(message, &key, signed, &known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}
