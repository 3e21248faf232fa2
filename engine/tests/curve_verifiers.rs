//! Programs over curves that no protocol runs: each is refused before anything is sent, with the reason and the line.

use std::sync::Arc;

use quorate_circuits::bind::BoundProgram;
use quorate_circuits::library;
use quorate_circuits::text::parse;
use quorate_engine::net::PartyIndex;
use quorate_engine::plan::{Asked, choose};
use quorate_engine::protocol::ProtocolName::{self, Dkls, Frost, ShamirSigning, SpdzSigning};
use quorate_testkit::read_arguments;

/// What a protocol says about a program of two roles; `None` if it runs it.
fn verdict(protocol: ProtocolName, source: &str) -> Option<String> {
    let program = Arc::new(parse(source).unwrap_or_else(|error| panic!("{}", error.render("a program", source))));
    let bound = BoundProgram::new(&program, &read_arguments(&program, "")).expect("it binds");
    let asked = Asked { protocol: Some(protocol), ..Asked::default() };
    let party_of: Vec<PartyIndex> = (0..bound.roles.len()).map(PartyIndex).collect();
    let refusal = choose(&Arc::new(bound), party_of.len(), &party_of, &asked).err()?;
    let prefix = format!("{}: ", protocol.name());
    let reason = refusal.reasons.iter().find_map(|reason| reason.strip_prefix(&prefix));
    Some(reason.expect("the protocol's own reason").to_owned())
}

/// The lines in front of every text: the first statement of a case is in line 8.
fn text(curve: &str, statements: &str) -> String {
    format!(
        "program refused
role a
role b
held key.secret: scalar({curve})
held key.point: point({curve})
held nonce.k: scalar({curve})
held public nonce.opened: scalar({curve})
{statements}
"
    )
}

#[track_caller]
fn refused(protocol: ProtocolName, statements: &str, line: usize, reason: &str) {
    let curve = if protocol == Dkls { "secp256k1" } else { "ed25519" };
    let source = text(curve, statements);
    let said = verdict(protocol, &source).unwrap_or_else(|| panic!("{} runs it:\n{source}", protocol.name()));
    assert!(said.starts_with(&format!("line {line}: ")) && said.contains(reason), "{said}\n{source}");
}

#[track_caller]
fn runs(protocol: ProtocolName, statements: &str) {
    let curve = if protocol == Dkls { "secp256k1" } else { "ed25519" };
    let source = text(curve, statements);
    assert_eq!(verdict(protocol, &source), None, "{source}");
}

/// An ECDSA signature of the number 5, which the cases below spoil.
const ECDSA: &str = "let k = random_scalar(secp256k1)
let mask = random_scalar(secp256k1)
let R = open_point(k)
let r = x_coordinate(R)
assert_point(key.secret, key.point)
let product = key.secret * mask
let u = open(k * mask)
let w = open(5 * mask + r * product)
let s = w / u
assert r == x_coordinate((5 / s) * generator(secp256k1) + (r / s) * key.point), \"wrong\"
output s = s";

/// A Schnorr signature, likewise, after the parameter of its message: its first statement is in line 9.
const SCHNORR: &str = "let k = random_scalar(ed25519)
let R = open_point(k)
let e = challenge_ed25519(R, key.point, message)
let s = open(k + e * key.secret)
assert s * generator(ed25519) == R + e * key.point, \"wrong\"
output s = s";

fn ecdsa(line: &str, other: &str) -> String {
    assert!(ECDSA.contains(line));
    ECDSA.replace(line, other)
}

#[test]
fn the_library_runs_under_one_protocol_each() {
    for entry in library::SIGNING {
        let program = Arc::new(entry.program().expect("it parses"));
        let is_of =
            |item: &&str| program.parameters().iter().any(|parameter| item.split('=').next() == Some(&parameter.name));
        let digest = format!("digest={}", "ab".repeat(32));
        let of_sharings = ["holders=3", "threshold=2", "who=2of(1,2,3)", "dealers=2", "helpers=2", "index=3"];
        let of_signing = ["signers=2", "count=3", &digest, "message=00ff"];
        let items = of_sharings.into_iter().chain(of_signing);
        let arguments: Vec<&str> = items.filter(is_of).collect();
        let bound = BoundProgram::new(&program, &read_arguments(&program, &arguments.join(" "))).expect("it binds");
        let party_of: Vec<PartyIndex> = (0..bound.roles.len()).map(PartyIndex).collect();
        let choice = choose(&Arc::new(bound), party_of.len(), &party_of, &Asked::default());
        // A whole key that is handed over is neither multiplied nor summed: either may do it, and one comes first.
        let for_products = entry.name.starts_with("ecdsa") || entry.name.ends_with("-export");
        let expected = if for_products { Dkls } else { Frost };
        assert_eq!(choice.expect("it runs").plan.protocol, expected, "{}", entry.name);
    }
}

#[test]
fn the_programs_that_are_spoilt_below_run() {
    runs(Dkls, ECDSA);
    let source = text("ed25519", SCHNORR).replace("role a", "parameter message: bytes[0..=64]\nrole a");
    let program = Arc::new(parse(&source).expect("a program"));
    let bound = BoundProgram::new(&program, &read_arguments(&program, "message=ab")).expect("it binds");
    let party_of = [PartyIndex(0), PartyIndex(1)];
    assert!(choose(&Arc::new(bound), 2, &party_of, &Asked::default()).is_ok());
}

#[test]
fn factors_of_dkls_are_pinned() {
    let unpinned = ecdsa("assert_point(key.secret, key.point)\n", "");
    refused(Dkls, &unpinned, 12, "pinned by no public point");
    refused(Dkls, &ecdsa("key.secret * mask", "nonce.k * mask"), 13, "pinned by no public point");
    refused(Dkls, &ecdsa("key.secret * mask", "(key.secret + k) * mask"), 13, "pinned by no public point");
    refused(Dkls, &ecdsa("k * mask)", "k * mask * mask)"), 14, "pinned by no public point");
    refused(Dkls, &ecdsa("r * product)", "r * (product * mask))"), 15, "pinned by no public point");
    refused(Dkls, &ecdsa("key.secret * mask", "key.secret * k"), 13, "neither factor is a random scalar of its own");
    refused(Dkls, &ecdsa("key.secret * mask", "key.secret * (mask + 1)"), 13, "neither factor is a random scalar");
}

#[test]
fn a_mask_hides_one_quotient() {
    // The key or the nonce themselves.
    refused(Dkls, &ecdsa("open(5 * mask", "open(key.secret + 5 * mask"), 15, "line 12 itself");
    refused(Dkls, &ecdsa("open(5 * mask", "open(k + 5 * mask"), 15, "line 8 itself");
    // The mask, or a second sum of it: the key is a quotient of what was opened.
    let mask_too = ecdsa("let s = w / u", "let v = open(mask)\nlet s = w / u");
    refused(Dkls, &mask_too, 16, "tells a second time");
    let the_key = ecdsa("let s = w / u", "let v = open(product)\nlet s = w / u");
    refused(Dkls, &the_key, 16, "tells a second time");
    refused(Dkls, &ecdsa("open(k * mask)", "open(k * mask + mask)"), 14, "opened by itself");
    // One nonce under two masks makes two equations.
    let twice = ecdsa("let w =", "let other = random_scalar(secp256k1)\nlet v = open(k * other)\nlet w =");
    refused(Dkls, &twice, 16, "this nonce is multiplied a second time");
    let mixed =
        ecdsa("let w = open(", "let other = random_scalar(secp256k1)\nlet v = key.secret * other\nlet w = open(v + ");
    refused(Dkls, &mixed, 17, "different masks");
    // A vector of sums of one mask.
    let several = "let k = random_scalar(secp256k1, 2)
let mask = random_scalar(secp256k1)
let R = open_point(k)
let u = open(k * mask)";
    refused(Dkls, several, 11, "several sums");
    let one_nonce = several.replace("secp256k1, 2", "secp256k1").replacen(
        "mask = random_scalar(secp256k1",
        "mask = random_scalar(secp256k1, 2",
        1,
    );
    refused(Dkls, &one_nonce, 11, "several masks");
}

#[test]
fn what_is_kept_is_answered_with_once() {
    // Opened and kept.
    let both = ecdsa("output s = s", "keep other.mask = mask\noutput s = s");
    refused(Dkls, &both, 18, "tells a second time");
    // In two records, each of which is consumed once.
    let two = ecdsa("let w = open(5 * mask + r * product)\n", "keep one.mask = mask\nkeep two.product = product\n");
    let two = two.lines().take(9).collect::<Vec<_>>().join("\n");
    refused(Dkls, &two, 16, "tells a second time");
    // The product with the nonce, as shares.
    let shares = ecdsa("let u = open(k * mask)", "keep one.denominator = k * mask");
    let shares = shares.lines().take(7).collect::<Vec<_>>().join("\n");
    refused(Dkls, &shares, 14, "not kept as shares");
    let nonce = ecdsa("let u = open(k * mask)", "keep one.nonce = k");
    let nonce = nonce.lines().take(7).collect::<Vec<_>>().join("\n");
    refused(Dkls, &nonce, 14, "line 8 itself");
    // A held record is opened twice, or as it was made.
    let held = "let delta = coin(secp256k1)\nlet v = open(delta * nonce.k)\nlet w = open((delta + 1) * nonce.k)";
    refused(Dkls, held, 10, "tells a second time");
    refused(Dkls, "let v = open(5 * nonce.k)", 8, "no coin");
    runs(Dkls, "let v = open(coin(secp256k1) * nonce.k)");
}

#[test]
fn what_is_shown_is_checked() {
    let unchecked = ECDSA.lines().filter(|line| !line.starts_with("assert r")).collect::<Vec<_>>().join("\n");
    refused(Dkls, &unchecked, 17, "no assert checks that");
    let assert = ECDSA.lines().find(|line| line.starts_with("assert r")).expect("it is there");
    let trivial = [
        "assert s == s",
        "assert s * generator(secp256k1) == s * generator(secp256k1)",
        "assert 0 * s == 0",
        "assert s - s == 0",
        "assert 0 * s * generator(secp256k1) == R - R",
        "assert (s + 1) - s == 1",
        "assert r == r",
        "assert r == x_coordinate(R)",
        "assert u == w",
    ];
    for instead in trivial {
        refused(Dkls, &ecdsa(assert, &format!("{instead}, \"wrong\"")), 18, "no assert checks that");
    }
    // What the assert pins is the signature, not each of the two numbers of which it is the quotient.
    refused(Dkls, &ecdsa("output s = s", "output s = s\noutput u = u"), 19, "no assert checks that");
    // A scalar that was kept as it was opened.
    let opens = |lines: &str| format!("let v = open(coin(secp256k1) * nonce.k)\n{lines}");
    refused(Dkls, &opens("output opened = nonce.opened"), 9, "no assert checks that");
    refused(Dkls, "keep one.point = nonce.opened * generator(secp256k1)", 8, "no assert checks that");
    let checked = "assert nonce.opened * generator(secp256k1) == key.point, \"wrong\"\noutput opened = nonce.opened";
    runs(Dkls, &opens(checked));
}

#[test]
fn keys_are_kept_and_opened_in_one_way() {
    let key = |lines: &str| format!("let x = random_scalar(secp256k1)\nlet X = open_point(x)\n{lines}");
    runs(Dkls, &key("keep key.secret = x threshold 2 for products\nkeep key.point = X"));
    refused(Dkls, &key("keep key.secret = x threshold 2 for sums"), 10, "needs no multiplication");
    refused(Dkls, &key("keep key.secret = x"), 10, "under a threshold");
    refused(Dkls, &key("keep key.point = X"), 10, "under a threshold");
    let opened = key("keep key.secret = x threshold 2 for products\nlet v = open(x)\noutput v = v");
    refused(Dkls, &opened, 10, "used for nothing else");
    refused(Dkls, &key("keep key.secret = x + 1 threshold 2 for products"), 10, "is one random scalar");
    refused(Dkls, &key("let Y = open_point(x)"), 10, "a second time");
    refused(Dkls, "let Y = open_point(key.secret)", 8, "only a random scalar or a nonce");
    refused(Dkls, "let Y = open_point(nonce.k)", 8, "that is for frost");
    refused(Dkls, "let x = random_scalar(secp256k1)\nkeep other.x = x", 8, "that is for frost");
    refused(Dkls, &key("let y = random_scalar(secp256k1)"), 10, "neither a nonce, a factor nor kept");
    refused(Dkls, &key("let y = random_scalar(p256)\nlet Y = open_point(y)"), 10, "it mixes p256 with secp256k1");
}

#[test]
fn nonces_of_frost_answer_one_challenge_each() {
    let with_message = |statements: &str| {
        let source = text("ed25519", statements).replace("role a", "parameter message: bytes[0..=64]\nrole a");
        let program = Arc::new(parse(&source).unwrap_or_else(|error| panic!("{}", error.render("a program", &source))));
        let bound = BoundProgram::new(&program, &read_arguments(&program, "message=ab")).expect("it binds");
        let asked = Asked { protocol: Some(Frost), ..Asked::default() };
        let refusal = choose(&Arc::new(bound), 2, &[PartyIndex(0), PartyIndex(1)], &asked);
        let refusal = refusal.err().unwrap_or_else(|| panic!("frost runs it:\n{source}"));
        refusal.reasons.into_iter().find_map(|r| r.strip_prefix("frost: ").map(str::to_owned)).expect("its reason")
    };
    let says = |statements: &str, line: usize, reason: &str| {
        let said = with_message(statements);
        assert!(said.starts_with(&format!("line {line}: ")) && said.contains(reason), "{said}\n{statements}");
    };
    let spoilt = |line: &str, other: &str| SCHNORR.replace(line, other);
    says(&spoilt("output s = s", "let t = open(k + 2 * e * key.secret)\noutput s = s"), 14, "twice with one nonce");
    says(&spoilt("open(k + e * key.secret)", "open(e * key.secret)"), 12, "the sum of one nonce and of keys");
    says(
        &spoilt("open(k + e * key.secret)", "open(k + nonce.k + e * key.secret)"),
        12,
        "the sum of one nonce and of keys",
    );
    says(&spoilt("open(k + e * key.secret)", "open(k + 5 * key.secret)"), 12, "something else than the challenge");
    says(&spoilt("challenge_ed25519(R, key.point, message)", "5"), 10, "0 challenges");
    let second = spoilt("let s =", "let f = challenge_ed25519(R, R, message)\nlet s =");
    says(&second, 10, "2 challenges");
    says(&spoilt("challenge_ed25519(R, key.point", "challenge_ed25519(R, R"), 11, "do not depend on the nonce");
    says(&spoilt("output s = s", "keep nonce.k = k\noutput s = s"), 14, "each once and for nothing else");
    says(&spoilt("assert s * generator(ed25519) == R + e * key.point, \"wrong\"\n", ""), 13, "no assert checks that");
    says("let k = random_scalar(ed25519)\nkeep nonce.k = k\nkeep other.k = k", 11, "each once");
    says("let k = random_scalar(ed25519)\nkeep nonce.k = 2 * k", 9, "neither a nonce");
    says("keep other.k = nonce.k", 9, "each once");
    says("let k = random_scalar(ed25519)\nlet x = k * key.secret\nlet s = open(x)", 10, "multiplies two secret");
    let key = "let x = random_scalar(ed25519)\nlet X = open_point(x)\nkeep key.secret = x threshold 2 for products";
    says(key, 11, "needs multiplications");
}

/// The cases above with a third signer, who stands in the line of the first statement.
fn among_three(statements: &str) -> Option<String> {
    verdict(ShamirSigning, &text("secp256k1", statements).replace("role b\n", "role b\nrole c\n"))
}

#[test]
fn an_honest_majority_needs_no_points_that_pin_factors_and_checks_the_rest() {
    assert_eq!(among_three(ECDSA), None);
    assert_eq!(among_three(&ecdsa("assert_point(key.secret, key.point)\n", "")), None);
    let says = |statements: &str, line: usize, reason: &str| {
        let said = among_three(statements).unwrap_or_else(|| panic!("it runs:\n{statements}"));
        assert!(said.starts_with(&format!("line {line}: ")) && said.contains(reason), "{said}\n{statements}");
    };
    says(&ecdsa("key.secret * mask", "nonce.k * mask"), 14, "a nonce or a key");
    says(&ecdsa("key.secret * mask", "(key.secret + k) * mask"), 14, "a nonce or a key");
    says(&ecdsa("r * product)", "r * (product * mask))"), 16, "a nonce or a key");
    says(&ecdsa("open(5 * mask", "open(k + 5 * mask"), 16, "line 9 itself");
    says(&ecdsa("let s = w / u", "let v = open(mask)\nlet s = w / u"), 17, "tells a second time");
    says(&ecdsa("output s = s", "output s = s\noutput u = u"), 20, "no assert checks that");
    says(&ecdsa("open(5 * mask", "open(u * mask"), 16, "depends on what line 15 opens");
    says("let v = open(nonce.opened * coin(secp256k1) * nonce.k)", 9, "depends on what line 9 opens");
    says("let x = random_scalar(secp256k1)\nkeep other.x = x", 9, "that is for frost");
    let even = verdict(ShamirSigning, &text("secp256k1", ECDSA)).expect("two are no majority");
    assert!(even.contains("an odd number of signers"), "{even}");
}

/// What a coefficient is made of that was opened and not checked, the last to speak chooses.
#[test]
fn nothing_is_opened_that_depends_on_what_nobody_has_checked() {
    refused(Dkls, &ecdsa("open(5 * mask", "open(u * mask"), 15, "depends on what line 14 opens");
}

#[test]
fn keys_that_more_signers_use_than_can_have_them_are_asked_for_by_name() {
    let library = |threshold: usize, asked: &Asked| {
        let entry = library::SIGNING.iter().find(|entry| entry.name == "ecdsa-secp256k1-key").expect("it is there");
        let program = Arc::new(entry.program().expect("it parses"));
        let arguments = read_arguments(&program, &format!("holders=3 threshold={threshold}"));
        let bound = BoundProgram::new(&program, &arguments).expect("it binds");
        let party_of: Vec<PartyIndex> = (0..3).map(PartyIndex).collect();
        choose(&Arc::new(bound), 3, &party_of, asked)
    };
    let choice = library(2, &Asked { corrupt: Some(1), ..Asked::default() }).expect("dkls");
    assert_eq!((choice.plan.protocol, choice.claim.corrupt), (Dkls, 1));
    let of_majority = choice.candidates.iter().find(|c| c.protocol == ShamirSigning).expect("it is considered");
    assert!(of_majority.verdict.as_ref().is_err_and(|reason| reason.contains("ask for it by name")));
    let named = Asked { protocol: Some(ShamirSigning), ..Asked::default() };
    let choice = library(2, &named).expect("it is asked for");
    assert_eq!((choice.plan.protocol, choice.claim.corrupt), (ShamirSigning, 1));
    let refusal = library(3, &named).expect_err("five would sign").to_string();
    assert!(refusal.contains("threshold 3 is 5 signers, of 3 holders"), "{refusal}");
}

/// To sign, an honest majority is asked for by name as well: how many signers it takes is the key's matter, of which the
/// program says nothing.
#[test]
fn an_honest_majority_is_asked_for() {
    let source = text("secp256k1", ECDSA).replace("role b\n", "role b\nrole c\n");
    let program = Arc::new(parse(&source).expect("a program"));
    let bound = Arc::new(BoundProgram::new(&program, &read_arguments(&program, "")).expect("it binds"));
    let party_of: Vec<PartyIndex> = (0..3).map(PartyIndex).collect();
    let chosen = |corrupt, protocol| {
        let asked = Asked { corrupt, protocol, ..Asked::default() };
        let choice = choose(&bound, 3, &party_of, &asked).expect("it runs");
        (choice.plan.protocol, choice.claim.corrupt)
    };
    assert_eq!(chosen(None, None), (Dkls, 2));
    assert_eq!(chosen(Some(1), None), (Dkls, 2));
    assert_eq!(chosen(None, Some(ShamirSigning)), (ShamirSigning, 1));
    assert_eq!(chosen(Some(1), Some(ShamirSigning)), (ShamirSigning, 1));
    let too_many = Asked { corrupt: Some(2), protocol: Some(ShamirSigning), ..Asked::default() };
    let refusal = choose(&bound, 3, &party_of, &too_many).expect_err("one may be").to_string();
    assert!(refusal.contains("it withstands 1 corrupt party, not 2"), "{refusal}");
}

/// With MACs whatever is opened is right, so that nothing is asked of a program but that its secrets can have some.
#[test]
fn macs_leave_a_program_to_itself() {
    runs(SpdzSigning, &SCHNORR.replace("challenge_ed25519(R, key.point, message)", "5"));
    let of_ecdsa = |statements: &str| verdict(SpdzSigning, &text("secp256k1", statements));
    for statements in [
        ECDSA.to_owned(),
        ecdsa("assert_point(key.secret, key.point)\n", ""),
        ecdsa("key.secret * mask", "(key.secret + k) * mask"),
        ecdsa("open(k * mask)", "open(k * mask * mask)"),
        ecdsa("open(5 * mask", "open(u * mask"),
        ecdsa("output s = s", "output s = s\noutput u = u"),
    ] {
        assert_eq!(of_ecdsa(&statements), None, "{statements}");
    }
    let says = |statements: &str, line: usize, reason: &str| {
        let said = of_ecdsa(statements).unwrap_or_else(|| panic!("it runs:\n{statements}"));
        assert!(said.starts_with(&format!("line {line}: ")) && said.contains(reason), "{said}\n{statements}");
    };
    says("let v = open(coin(secp256k1) * nonce.k)", 8, "have no MACs");
    let key = "let x = random_scalar(secp256k1)\nlet X = open_point(x)\nkeep key.secret = x threshold 2 for products";
    says(key, 10, "kept has no MACs");
    says(
        "let x = random_scalar(secp256k1)\nassert_point(x + key.secret, key.point)\noutput v = open(x)",
        9,
        "only keys are asserted",
    );
}

/// A secret of which the parties of one role have the shares: its first statement is in line 5.
fn by_some(protocol: ProtocolName, statements: &str) -> Option<String> {
    let curve = if protocol == Dkls { "secp256k1" } else { "ed25519" };
    let held = format!("held key.secret: scalar({curve}) by a\nheld key.point: point({curve})");
    verdict(protocol, &format!("program refused\nrole a\nrole b\n{held}\n{statements}\n"))
}

#[test]
fn what_some_hold_is_kept_anew_and_nothing_else() {
    let asserted = "assert_point(key.secret, key.point)";
    let kept =
        |purpose: &str| format!("keep key.secret = key.secret threshold 2 for {purpose}\nkeep key.point = key.point");
    assert_eq!(by_some(Dkls, &format!("{asserted}\n{}", kept("products"))), None);
    assert_eq!(by_some(Frost, &format!("{asserted}\n{}", kept("sums"))), None);
    let to_one = "keep key.secret = key.secret to b at 1 for sums\nkeep key.point = key.point";
    assert_eq!(by_some(Frost, &format!("{asserted}\n{to_one}")), None);
    assert_eq!(by_some(Frost, &format!("{asserted}\nkeep export.secret = key.secret to b")), None);
    let cases = [
        (kept("sums"), "kept under a threshold, and its point"),
        (format!("{asserted}\noutput x = open(key.secret)\n{}", kept("sums")), "used for nothing else"),
        (format!("{asserted}\n{}\nkeep other.secret = key.secret to b", kept("sums")), "used for nothing else"),
        (format!("{asserted}\n{}", kept("products")), "a key for products needs multiplications"),
        (format!("{asserted}\nkeep key.secret = key.secret to b"), "a whole key to another record"),
        (format!("{asserted}\nkeep other.secret = key.secret to b at 1 for sums"), "a whole key to another record"),
        (
            format!("{asserted}\n{}\nlet k = random_scalar(ed25519)\nkeep nonce.k = k", kept("sums")),
            "does nothing else with secrets",
        ),
    ];
    for (statements, reason) in cases {
        let said = by_some(Frost, &statements).unwrap_or_else(|| panic!("frost runs it:\n{statements}"));
        assert!(said.contains(reason), "{said}\n{statements}");
    }
    let everybody = "assert_point(key.secret, key.point)\nkeep key.secret = key.secret threshold 2 for sums";
    refused(Frost, everybody, 9, "say who has the shares");
}
