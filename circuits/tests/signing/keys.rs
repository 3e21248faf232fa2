//! Key generation: what is kept, and how it is shared.

use std::sync::Arc;

use quorate_circuits::access::Structure;
use quorate_circuits::bind::{Arguments, BoundProgram, Knowledge, Members, Purpose, Sharing};
use quorate_circuits::clear::Column;
use quorate_circuits::curve::{CurveName, Point};
use quorate_circuits::library;

use crate::run::{Run, scalar};

const SCHEMES: [(&str, CurveName, Purpose); 4] = [
    ("ecdsa-secp256k1", CurveName::Secp256k1, Purpose::Products),
    ("ecdsa-p256", CurveName::P256, Purpose::Products),
    ("bip340", CurveName::Secp256k1, Purpose::Sums),
    ("ed25519", CurveName::Ed25519, Purpose::Sums),
];

#[test]
fn a_key_is_kept_and_its_point_shown() {
    for (scheme, curve, _) in SCHEMES {
        let drawn = [scalar(curve, 1), scalar(curve, 2)];
        let (outputs, kept) = Run::new().drawing(&drawn).of(&format!("{scheme}-key")).expect("a key");
        let point = Column::Points(vec![Point::base(&drawn[0])]);
        assert_eq!(kept["key.secret"], Column::Scalars(vec![drawn[0]]));
        assert_eq!(kept["key.point"], point);
        assert_eq!(outputs["public_key"], point);
        let chain_code = (curve == CurveName::Secp256k1).then(|| Column::Scalars(vec![drawn[1]]));
        assert_eq!(outputs.get("chain_code"), chain_code.as_ref(), "{scheme}");
    }
}

#[test]
fn shares_are_for_what_the_scheme_does_with_them() {
    for (scheme, _, purpose) in SCHEMES {
        let program = Arc::new(library::find(&format!("{scheme}-key")).expect("listed").program().expect("it parses"));
        let bound = |holders: &str, threshold: &str| {
            let mut arguments = Arguments::default();
            arguments.parameters.insert("holders".into(), holders.into());
            arguments.parameters.insert("threshold".into(), threshold.into());
            BoundProgram::new(&program, &arguments)
        };
        let program = bound("5", "3").expect("3 of 5");
        assert!(program.works_on_curves());
        let kept: Vec<_> = program.kept().collect();
        let (name, id, sharing) = &kept[0];
        let (access, among) = (Structure::threshold(3, 5).expect("3 of 5"), Members { first: 0, count: 5 });
        assert_eq!((name.as_str(), sharing), ("key.secret", &Some(Sharing { access, among, purpose })));
        assert_eq!(program.value(*id).knowledge, Knowledge::Secret);
        assert_eq!((kept[1].0.as_str(), &kept[1].2), ("key.point", &None));
        let error = bound("2", "3").expect_err("3 of 2").to_string();
        assert!(error.contains("a threshold of 3 among 2 parties"), "{error}");
    }
}

#[test]
fn structures_say_who_can_use_a_key() {
    for (scheme, _, purpose) in SCHEMES {
        let entry = library::find(&format!("{scheme}-structured-key")).expect("listed");
        let program = Arc::new(entry.program().expect("it parses"));
        let bound = |who: &str| {
            let mut arguments = Arguments::default();
            arguments.parameters.insert("holders".into(), "5".into());
            arguments.parameters.insert("who".into(), who.into());
            BoundProgram::new(&program, &arguments).map_err(|error| error.to_string())
        };
        let departments = bound("2of(2of(1,2,3),1of(4,5))").expect("five holders");
        let (_, value) = departments.parameters.iter().find(|(name, _)| name == "who").expect("it is a parameter");
        assert_eq!(value.to_string(), "2 of (2 of (1, 2, 3), 1 of (4, 5))", "what parties compare is canonical");
        let sharing = departments.kept().next().expect("the key").2;
        let access = "2 of (2 of (1, 2, 3), 1 of (4, 5))".parse().expect("a structure");
        let among = Members { first: 0, count: 5 };
        assert_eq!(sharing, Some(Sharing { access, among, purpose }));
        let all = bound("all").expect("all of them").kept().next().expect("the key").2.expect("it is shared");
        assert_eq!(all.access.plain_threshold(), Some(5));
        let refused = |who: &str, why: &str| {
            let error = bound(who).expect_err(who);
            assert!(error.contains(why), "{error}");
        };
        refused("2 of (1, 2, 3)", "a structure of 3 holders among 5 parties");
        refused("2 of (1, 2, 3, 4, 5, 6)", "a structure of 6 holders where there are 5");
        refused("2 of (1, 2, 3, 4, 6)", "holder 5 is not an input of any gate");
        refused("1 of (1, 2, 3, 4, 5)", "holder 1 could use the key alone");
        refused("2 of (1, 2, 3, 4, 5", "at character 20: expected , or )");
    }
}
