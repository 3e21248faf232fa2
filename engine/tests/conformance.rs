//! The suite that every protocol passes: a protocol is a line.

quorate_testkit::conformance!(yao);
quorate_testkit::conformance!(additive);

/// No protocol without its line.
#[test]
fn every_protocol_has_its_line() {
    let lines = include_str!("conformance.rs");
    for offer in quorate_engine::protocol::OFFERS {
        assert!(lines.contains(&format!("conformance!({});", offer.name.name().replace('-', "_"))));
    }
}
