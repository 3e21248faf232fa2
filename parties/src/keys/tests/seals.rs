//! Sealed files: what opens, and what each kind of damage is called.

use proptest::prelude::*;

use super::*;

fn binding() -> Binding {
    Binding {
        content: Content::Share,
        scheme: Scheme::EcdsaSecp256k1,
        key_id: Hex([5; 32]),
        epoch: 3,
        generation: 4,
        party: party("alice"),
        party_key: identity_key(1),
        public_part: Hex([8; 32]),
    }
}

fn key(text: &str) -> SealingKey {
    SealingKey::create(&passphrase(text), cheap()).expect("there is randomness")
}

#[test]
fn a_sealed_file_opens_with_its_passphrase_only() {
    let sealed = key("right").seal(&binding(), b"a share").expect("it is short");
    assert!(!sealed.windows(7).any(|window| window == b"a share"));
    let opened = SealingKey::of_file(&passphrase("right"), &sealed).expect("a sealed file").open(&binding(), &sealed);
    assert_eq!(opened.expect("the right passphrase").as_slice(), b"a share");
    let wrong = SealingKey::of_file(&passphrase("wrong"), &sealed).expect("a sealed file");
    assert_eq!(wrong.open(&binding(), &sealed), Err(SealFault::Refused));
    assert_eq!(key("right").open(&binding(), &sealed), Err(SealFault::OtherSalt));
}

#[test]
fn one_key_opens_all_files_of_a_key() {
    let sealing = key("right");
    let pairs = Binding { content: Content::Pairs, ..binding() };
    let (first, second) = (sealing.seal(&binding(), b"one"), sealing.seal(&pairs, b"two"));
    let (first, second) = (first.expect("it is short"), second.expect("it is short"));
    assert_eq!(sealing.open(&binding(), &first).expect("its own").as_slice(), b"one");
    assert_eq!(sealing.open(&pairs, &second).expect("its own").as_slice(), b"two");
    assert_eq!(sealing.open(&pairs, &first), Err(SealFault::OtherKey { field: "kind" }));
    let again = sealing.seal(&binding(), b"one").expect("it is short");
    assert_ne!(first, again, "nonces are fresh");
}

#[test]
fn a_file_at_the_wrong_place_is_named() {
    let sealing = key("right");
    let sealed = sealing.seal(&binding(), b"a share").expect("it is short");
    let open = |binding: &Binding| sealing.open(binding, &sealed).expect_err("another binding");
    let other = Binding { party: party("bob"), party_key: identity_key(2), ..binding() };
    let fault = open(&other);
    assert!(matches!(&fault, SealFault::OtherParty { found, .. } if found == "alice"), "{fault}");
    assert!(fault.to_string().starts_with("the file belongs to alice (key "), "{fault}");
    for (other, field) in [
        (Binding { scheme: Scheme::Bip340, ..binding() }, "scheme"),
        (Binding { key_id: Hex([6; 32]), ..binding() }, "key id"),
        (Binding { epoch: 4, ..binding() }, "epoch"),
        (Binding { generation: 5, ..binding() }, "generation"),
        (Binding { public_part: Hex([9; 32]), ..binding() }, "public part"),
    ] {
        assert_eq!(open(&other), SealFault::OtherKey { field });
    }
}

#[test]
fn every_cut_and_every_altered_byte_is_refused() {
    let sealing = key("right");
    let sealed = sealing.seal(&binding(), b"a share").expect("it is short");
    for length in 0..sealed.len() {
        let fault = sealing.open(&binding(), &sealed[..length]).expect_err("it is cut");
        assert_eq!(fault, SealFault::Truncated { length });
    }
    let mut longer = sealed.clone();
    longer.push(0);
    assert_eq!(sealing.open(&binding(), &longer), Err(SealFault::TooLong));
    for at in 0..sealed.len() {
        for bit in 0..8 {
            let mut altered = sealed.clone();
            altered[at] ^= 1 << bit;
            assert!(sealing.open(&binding(), &altered).is_err(), "byte {at}, bit {bit}");
        }
    }
    let mut newer = sealed.clone();
    newer[16] = 2;
    assert_eq!(sealing.open(&binding(), &newer), Err(SealFault::Version { found: 2 }));
    assert_eq!(sealing.open(&binding(), b"something else entirely"), Err(SealFault::Foreign));
}

#[test]
fn a_file_cannot_ask_for_endless_work() {
    let sealed = key("right").seal(&binding(), b"a share").expect("it is short");
    for (at, number) in [(20, u32::MAX), (20, 1 << 21), (20, 0), (24, 0), (24, 65), (28, 0), (28, 17)] {
        let mut greedy = sealed.clone();
        greedy[at..at + 4].copy_from_slice(&number.to_le_bytes());
        let fault = SealingKey::of_file(&passphrase("right"), &greedy).err();
        assert!(matches!(fault, Some(SealFault::Cost { .. })), "{number} at {at}");
    }
    assert!(Cost::new(1 << 20, 4, 16).is_some());
    assert!(Cost::new(1 << 20, 5, 1).is_none(), "more than 4 GiB of work");
}

#[test]
fn the_default_cost_is_64_mib_and_three_passes() {
    assert_eq!(Some(Cost::DEFAULT), Cost::new(65_536, 3, 1));
    let sealing = SealingKey::create(&passphrase("right"), Cost::DEFAULT).expect("there is memory");
    let sealed = sealing.seal(&binding(), b"a share").expect("it is short");
    let again = SealingKey::of_file(&passphrase("right"), &sealed).expect("a sealed file");
    assert_eq!(again.open(&binding(), &sealed).expect("the right passphrase").as_slice(), b"a share");
}

#[test]
fn too_much_is_not_sealed() {
    let content = vec![0; CONTENT_LIMIT + 1];
    assert_eq!(key("right").seal(&binding(), &content), Err(SealFault::TooLong));
}

proptest! {
    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), prefix in 0_usize..260) {
        let sealing = key("right");
        let sealed = sealing.seal(&binding(), b"a share").expect("it is short");
        prop_assert!(sealing.open(&binding(), &bytes).is_err());
        let spliced = [&sealed[..prefix.min(sealed.len() - 1)], bytes.as_slice()].concat();
        prop_assert!(sealing.open(&binding(), &spliced).is_err());
    }
}
