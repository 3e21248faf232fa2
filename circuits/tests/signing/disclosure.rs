//! What the pages of the signing programs say.

use std::sync::Arc;

use quorate_circuits::bind::{Arguments, BoundProgram};
use quorate_circuits::disclosure::Disclosure;
use quorate_circuits::library;
use quorate_circuits::program::Program;
use quorate_circuits::text::parse;

fn page(program: Program, parameters: &[(&str, &str)]) -> Disclosure {
    let program = Arc::new(program);
    let mut arguments = Arguments::greatest(&program);
    for (name, value) in parameters {
        arguments.parameters.insert((*name).to_owned(), (*value).to_owned());
    }
    let bound = BoundProgram::new(&program, &arguments).expect("bound");
    Disclosure::of(&bound, &arguments, &[]).expect("a page")
}

fn of_library(name: &str, parameters: &[(&str, &str)]) -> Disclosure {
    page(library::find(name).expect("listed").program().expect("it parses"), parameters)
}

#[test]
fn programs_of_the_library_deserve_no_remark() {
    for entry in library::SIGNING {
        let page = of_library(entry.name, &[]);
        assert!(page.lints.is_empty(), "{}: {:?}", entry.name, page.lints);
        assert!(page.provides.is_empty() && page.solvable.is_empty() && page.public_sizes.is_empty());
        for opened in page.opens {
            let point = opened.what.contains("point");
            let checked = !opened.checked_on.is_empty() || !opened.kept_as.is_empty();
            assert!(point || checked, "{}: {:?}", entry.name, opened.name);
        }
    }
}

#[test]
fn a_signature_opens_two_scalars_and_a_point_and_says_so() {
    let page = of_library("ecdsa-secp256k1", &[("signers", "3")]);
    let opens: Vec<(&str, &str)> =
        page.opens.iter().map(|o| (o.name.as_deref().unwrap_or_default(), o.what.as_str())).collect();
    assert_eq!(opens, [("R", "the point of the scalar"), ("u", "the scalar"), ("w", "the scalar")]);
    assert!(page.opens.iter().all(|opened| opened.checked_on.len() == 1 && opened.kept_as.is_empty()));
    let held: Vec<(&str, &str)> = page.held.iter().map(|c| (c.name.as_str(), c.what.as_str())).collect();
    assert_eq!(
        held,
        [
            ("key.secret", "scalar(secp256k1): in shares, a whole one is nowhere"),
            ("key.point", "point(secp256k1): known to all"),
        ]
    );
    assert!(page.kept.is_empty());
    let outputs: Vec<(&str, &str)> = page.reveals.iter().map(|o| (o.name.as_str(), o.what.as_str())).collect();
    assert_eq!(
        outputs,
        [
            ("nonce", "a point of secp256k1"),
            ("r", "a scalar of secp256k1"),
            ("s", "a scalar of secp256k1"),
            ("public_key", "a point of secp256k1"),
        ]
    );
    assert!(page.reveals.iter().all(|output| !output.derived && output.receivers.len() == 3));
}

#[test]
fn what_is_kept_says_who_can_use_it() {
    let key = of_library("ecdsa-p256-key", &[("holders", "5"), ("threshold", "3")]);
    let kept: Vec<(&str, &str)> = key.kept.iter().map(|c| (c.name.as_str(), c.what.as_str())).collect();
    assert_eq!(
        kept,
        [
            ("key.secret", "scalar(p256): in shares for products, of which any 3 of 5 parties can make use"),
            ("key.point", "point(p256): known to all"),
        ]
    );
    let key = of_library("bip340-structured-key", &[("holders", "3"), ("who", "3 of (1*2, 2, 3)")]);
    assert_eq!(
        key.kept[0].what,
        "scalar(secp256k1): in shares for sums, of which 3 of (1*2, 2, 3) of the parties, numbered in the order of \
         their roles, can make use"
    );
    let stock = of_library("ecdsa-p256-presign", &[("count", "7")]);
    assert_eq!(stock.kept[0].what, "7 of point(p256): known to all");
    assert_eq!(stock.kept[2].what, "7 of scalar(p256): in shares, of which all parties together can make use");
    let opened = stock.opens.iter().find(|opened| opened.name.as_deref() == Some("u")).expect("it is opened");
    assert_eq!((opened.what.as_str(), opened.checked_on.as_slice()), ("7 scalars", [].as_slice()));
    assert_eq!(opened.kept_as, ["presignature.opened"]);
}

#[test]
fn what_is_unchecked_or_unused_is_remarked_on() {
    let source = "program p\nrole a\nrole b\nheld key.secret: scalar(p256)\nheld key.point: point(p256)\n\
        let k = random_scalar(p256)\nlet spare = random_scalar(p256)\noutput x = open(key.secret * k)\n";
    let remarks: Vec<String> =
        page(parse(source).expect("it parses"), &[]).lints.iter().map(|l| l.to_string()).collect();
    assert_eq!(
        remarks,
        [
            "line 8 opens a scalar, and no assert depends on it: a wrong one would go unnoticed",
            "key.point is held, but nothing depends on it",
            "line 7 draws a random scalar, but nothing depends on it",
        ]
    );
}
