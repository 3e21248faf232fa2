//! The programs of threshold signing: for each scheme one that makes a key, one that signs with nothing prepared, and
//! two that prepare signatures and finish them; then those of a key's later life.

use super::Entry;

macro_rules! entry {
    ($name:literal, $summary:literal) => {
        Entry { name: $name, summary: $summary, source: include_str!(concat!("../signing/", $name, ".qp")) }
    };
}

/// All of them.
pub const SIGNING: &[Entry] = &[
    entry!(
        "ecdsa-secp256k1-key",
        "A shared key for ECDSA on secp256k1 (Bitcoin, Ethereum); any threshold of its holders can sign."
    ),
    entry!(
        "ecdsa-secp256k1-structured-key",
        "A shared key for ECDSA on secp256k1 (Bitcoin, Ethereum); departments and weights decide who can sign."
    ),
    entry!("ecdsa-secp256k1", "An ECDSA signature on secp256k1 with a shared key, with nothing prepared."),
    entry!("ecdsa-secp256k1-presign", "A stock of presignatures for ecdsa-secp256k1-sign."),
    entry!("ecdsa-secp256k1-sign", "An ECDSA signature on secp256k1 from a presignature: one number from each signer."),
    entry!("ecdsa-p256-key", "A shared key for ECDSA on P-256; any threshold of its holders can sign."),
    entry!(
        "ecdsa-p256-structured-key",
        "A shared key for ECDSA on P-256; departments and weights decide who can sign."
    ),
    entry!("ecdsa-p256", "An ECDSA signature on P-256 with a shared key, with nothing prepared."),
    entry!("ecdsa-p256-presign", "A stock of presignatures for ecdsa-p256-sign."),
    entry!("ecdsa-p256-sign", "An ECDSA signature on P-256 from a presignature: one number from each signer."),
    entry!("bip340-key", "A shared key for BIP340 (Taproot); any threshold of its holders can sign."),
    entry!("bip340-structured-key", "A shared key for BIP340 (Taproot); departments and weights decide who can sign."),
    entry!("bip340", "A Schnorr signature of Bitcoin (BIP340) with a shared key, with nothing prepared."),
    entry!("bip340-presign", "A stock of nonces for bip340-sign."),
    entry!("bip340-sign", "A BIP340 signature with a prepared nonce: one number from each signer."),
    entry!("ed25519-key", "A shared key for Ed25519; any threshold of its holders can sign."),
    entry!("ed25519-structured-key", "A shared key for Ed25519; departments and weights decide who can sign."),
    entry!("ed25519", "An Ed25519 signature with a shared key, with nothing prepared."),
    entry!("ed25519-presign", "A stock of nonces for ed25519-sign."),
    entry!("ed25519-sign", "An Ed25519 signature with a prepared nonce: one number from each signer."),
    entry!(
        "ecdsa-secp256k1-reshare",
        "New shares of a key for ECDSA on secp256k1, for the same or other holders; the key stays."
    ),
    entry!(
        "ecdsa-secp256k1-structured-reshare",
        "New shares of a key for ECDSA on secp256k1 under departments and weights; the key stays."
    ),
    entry!(
        "ecdsa-secp256k1-recover",
        "A lost share of a key for ECDSA on secp256k1, made again by holders who learn nothing of it."
    ),
    entry!("ecdsa-secp256k1-import", "A key for ECDSA on secp256k1 that somebody has already, divided among holders."),
    entry!(
        "ecdsa-secp256k1-export",
        "A key for ECDSA on secp256k1 put together in one place, by a quorum of its holders."
    ),
    entry!(
        "ecdsa-p256-reshare",
        "New shares of a key for ECDSA on P-256, for the same or other holders; the key stays."
    ),
    entry!(
        "ecdsa-p256-structured-reshare",
        "New shares of a key for ECDSA on P-256 under departments and weights; the key stays."
    ),
    entry!(
        "ecdsa-p256-recover",
        "A lost share of a key for ECDSA on P-256, made again by holders who learn nothing of it."
    ),
    entry!("ecdsa-p256-import", "A key for ECDSA on P-256 that somebody has already, divided among holders."),
    entry!("ecdsa-p256-export", "A key for ECDSA on P-256 put together in one place, by a quorum of its holders."),
    entry!("bip340-reshare", "New shares of a key for BIP340, for the same or other holders; the key stays."),
    entry!("bip340-structured-reshare", "New shares of a key for BIP340 under departments and weights; the key stays."),
    entry!("bip340-recover", "A lost share of a key for BIP340, made again by holders who learn nothing of it."),
    entry!("bip340-import", "A key for BIP340 that somebody has already, divided among holders."),
    entry!("bip340-export", "A key for BIP340 put together in one place, by a quorum of its holders."),
    entry!("ed25519-reshare", "New shares of a key for Ed25519, for the same or other holders; the key stays."),
    entry!(
        "ed25519-structured-reshare",
        "New shares of a key for Ed25519 under departments and weights; the key stays."
    ),
    entry!("ed25519-recover", "A lost share of a key for Ed25519, made again by holders who learn nothing of it."),
    entry!("ed25519-import", "A key for Ed25519 that somebody has already, divided among holders."),
    entry!("ed25519-export", "A key for Ed25519 put together in one place, by a quorum of its holders."),
];
