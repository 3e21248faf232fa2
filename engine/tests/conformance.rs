//! The suite that every protocol passes: a protocol is a line.

quorate_testkit::conformance!(yao);
quorate_testkit::conformance!(additive);
quorate_testkit::conformance!(replicated);
quorate_testkit::conformance!(replicated_malicious);
quorate_testkit::conformance!(shamir_robust);
quorate_testkit::conformance!(authenticated_garbling);
quorate_testkit::conformance!(spdz);
quorate_testkit::conformance!(shamir);

/// No protocol on numbers without its line; those on curves have `signing_programs`.
#[test]
fn every_protocol_has_its_line() {
    let lines = include_str!("conformance.rs");
    for offer in quorate_engine::protocol::OFFERS_ON_NUMBERS {
        assert!(lines.contains(&format!("conformance!({});", offer.name.name().replace('-', "_"))));
    }
}
