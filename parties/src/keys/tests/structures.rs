//! Structures in names: what is read, what is refused and where, and who can sign.

use proptest::prelude::*;

use super::*;

const DEPARTMENTS: (&str, [&str; 2]) =
    ("treasury:2of3 and compliance:1of2", ["treasury=ann,ben,cas", "compliance=dan,eve"]);

fn named(expression: &str, groups: &[&str]) -> Result<NamedStructure, StructureFault> {
    NamedStructure::new(expression, &groups.iter().map(|group| (*group).to_owned()).collect::<Vec<_>>())
}

fn names(list: &str) -> Vec<PartyName> {
    list.split(", ").map(party).collect()
}

/// A key of these holders.
fn key(structure: NamedStructure) -> PublicPart {
    let holders: Vec<Holder> = (1_u16..)
        .zip(structure.holders().expect("a structure"))
        .map(|(index, name)| Holder { name, identity: identity_key(index as u8), index })
        .collect();
    let threshold = structure.compiled().expect("a structure").signers_needed() as u16;
    let mut key = NewKey { threshold, structure: Some(structure), holders, ..new_key(Scheme::EcdsaSecp256k1) };
    key.commitments = Vec::new();
    PublicPart::new(key).expect("its fields agree")
}

#[test]
fn departments_are_read_and_compiled() {
    let structure = named(DEPARTMENTS.0, &DEPARTMENTS.1).expect("a structure");
    assert_eq!(structure.expression(), DEPARTMENTS.0);
    assert_eq!(structure.holders(), Ok(names("ann, ben, cas, dan, eve")));
    assert_eq!(structure.compiled().unwrap().to_string(), "2 of (2 of (1, 2, 3), 1 of (4, 5))");
    let sloppy = named(" ( treasury:2of3)and compliance : 1of2 ", &["treasury= cas,ann ,ben", "compliance=eve,dan*1"]);
    assert_eq!(sloppy, Ok(structure), "one structure has one form");
    let board = named("board:3of4", &["board=ceo*2,ann,ben"]).expect("a structure");
    assert_eq!(board.compiled().unwrap().to_string(), "3 of (1, 2, 3*2)");
    let nested = "2 of (ops:2of2, (ceo and cfo) or audit:2of3, zoe)";
    let nested = named(nested, &["ops=ann,ben", "audit=ann,cas,dan"]).expect("a structure");
    assert_eq!(nested.expression(), "2 of (ops:2of2, (ceo and cfo) or audit:2of3, zoe)");
    assert!(nested.is_canonical());
}

#[test]
fn what_is_no_structure_is_refused_at_its_place() {
    let refused = |expression: &str, groups: &[&str]| {
        let fault = named(expression, groups).expect_err("it is refused");
        (fault.at, fault.why)
    };
    let (treasury, both) = (["treasury=ann,ben,cas"], DEPARTMENTS.1);
    let at = |(at, why): (usize, String), place: usize, part: &str| {
        assert!(at == place && why.contains(part), "at {at}: {why}");
    };
    at(refused("treasury:2of3 xor compliance:1of2", &both), 14, "expected `and`, `or` or the end");
    at(refused("treasury:2of3 and", &both), 17, "expected a group");
    at(refused("treasury:2of4", &treasury), 9, "treasury has 3 members, who count 3: expected 2of3");
    at(refused("treasury:two", &treasury), 9, "as in 2of3");
    at(refused("treasury:4of3", &treasury), 9, "expected from 1of3 to 3of3");
    at(refused("audit:1of2", &treasury), 0, "--members 'audit=ann,ben,cas'");
    at(refused("treasury and zoe", &treasury), 9, "treasury is a group");
    at(refused("ann and ben or cas", &[]), 12, "parentheses where `and` and `or` meet");
    at(refused("(ann and ben", &[]), 12, "`)`");
    at(refused("3 of (ann, ben)", &[]), 0, "a number from 1 to 2");
    at(refused("ann or ben", &[]), 0, "ann could use the key alone");
    at(refused("ann", &[]), 0, "one holder could use the key alone");
    at(refused("ann and ann", &[]), 0, "ann is named twice");
    at(refused("Ann and ben", &[]), 0, "a holder's name");
    at(refused("ann and bén", &[]), 9, "without accents");
    at(refused("treasury:2of3", &both), 0, "compliance is given, but does not occur");
    at(refused("a:2of2", &["a"]), 1, "expected = and the members");
    at(refused("a:2of2", &["a=ann,ben", "a=ann,cas"]), 0, "given before");
    at(refused("a:2of2", &["a=ann,ann"]), 4, "named before");
    at(refused("a:2of2", &["a=ann,b/n"]), 4, "expected a holder's name");
    at(refused("a:2of2", &["a=ann*0,ben"]), 0, "a weight from 1 to 256");
    let shown = named("treasury:2of3 xor compliance:1of2", &both).expect_err("refused").to_string();
    assert_eq!(shown, "expected `and`, `or` or the end\n  treasury:2of3 xor compliance:1of2\n                ^");
}

#[test]
fn a_key_says_who_can_sign_and_what_is_missing() {
    let vault = key(named(DEPARTMENTS.0, &DEPARTMENTS.1).unwrap());
    assert_eq!((vault.signers_needed, vault.privacy_threshold, vault.signers_enough()), (3, 2, 4));
    assert!(vault.allows(&names("eve, ann, cas")) && !vault.allows(&names("ann, ben, cas")));
    assert_eq!(vault.lacking(&names("ann, ben, cas")).unwrap(), "compliance: 1 more of dan, eve");
    assert_eq!(vault.lacking(&names("ann, dan, eve")).unwrap(), "treasury: 1 more of ben, cas");
    assert_eq!(vault.lacking(&names("ann")).unwrap(), "treasury: 1 more of ben, cas; compliance: 1 more of dan, eve");
    assert_eq!(vault.lacking(&names("ann, ben, dan")), None);
    assert_eq!(vault.first_quorum(), names("ann, ben, dan"));
    assert_eq!(vault.quorums(2), [names("ann, ben, dan"), names("ben, cas, dan")]);
    let board = key(named("board:3of4 or (zoe and ann)", &["board=ceo*2,ann,ben"]).unwrap());
    let missing = board.lacking(&names("ann, ben")).unwrap();
    assert_eq!(missing, "either board: 1 more of ceo*2, or zoe");
    assert_eq!(board.idle(&names("ann, ceo, zoe")), Vec::<PartyName>::new());
    assert_eq!(board.idle(&names("ben, ann, zoe")), names("ben"));
}

#[test]
fn public_parts_with_a_structure_are_read_as_they_were_written() {
    let part = key(named(DEPARTMENTS.0, &DEPARTMENTS.1).unwrap());
    let text = part.to_text().expect("small numbers");
    assert_eq!(PublicPart::parse(text.as_bytes()), Ok(part.clone()));
    for (from, to) in [
        ("treasury:2of3 and", "treasury:3of3 and"),
        ("treasury:2of3 and", "treasury:2of3  and"),
        ("ann,ben,cas", "ann,ben,dan"),
        ("ann,ben,cas", "cas,ben,ann"),
        ("signers_needed = 3", "signers_needed = 4"),
        ("name = \"ben\"", "name = \"zoe\""),
        ("index = 3", "index = 7"),
    ] {
        assert!(text.contains(from), "{from} in {text}");
        let altered = PublicPart::parse(text.replace(from, to).as_bytes());
        assert!(matches!(altered, Err(PublicPartFault::Field { .. })), "{to}: {altered:?}");
    }
    let other = key(named("treasury:2of3 and compliance:2of2", &DEPARTMENTS.1).unwrap());
    assert_ne!(part.digest(), other.digest());
    let renamed = key(named("finance:2of3 and compliance:1of2", &["finance=ann,ben,cas", DEPARTMENTS.1[1]]).unwrap());
    assert_ne!(part.digest(), renamed.digest(), "the names of groups are part of it");
}

proptest! {
    #[test]
    fn no_text_is_taken_for_a_structure_that_it_is_not(text in "[a-c:0-9of() ,]{0,30}", members in "[a-c,*0-9]{0,8}") {
        if let Ok(structure) = named(&text, &[&format!("a={members}")]) {
            prop_assert!(structure.is_canonical());
            prop_assert!(structure.compiled().is_ok());
        }
    }
}
