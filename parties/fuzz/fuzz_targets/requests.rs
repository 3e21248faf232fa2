//! Any bytes as the text of a request, as a bundle, a policy, an approval of a change or a quorum: accepted or refused
//! with a place, never a panic. What is accepted is written again as it was, or as something that says the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quorate::policy::{ChangeApproval, Policy, Quorum, difference, lint, replay};
use quorate::request::{Amount, Bundle, Iban, Moment, Request, Span};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = Request::parse(bytes) {
        assert_eq!(request.to_text().as_bytes(), bytes);
    }
    if let Ok(bundle) = Bundle::parse(bytes) {
        assert_eq!(Bundle::parse(bundle.to_text().as_bytes()), Ok(bundle));
    }
    if let Ok(policy) = Policy::parse(bytes) {
        assert_eq!(Policy::parse(policy.to_text().as_bytes()), Ok(policy.clone()));
        assert_eq!(difference(&policy, &policy).unwrap_or_default(), Vec::<String>::new());
        let _ = lint(&policy);
    }
    if let Ok(approval) = ChangeApproval::parse(bytes) {
        assert_eq!(ChangeApproval::parse(approval.to_text().as_bytes()), Ok(approval));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(quorum) = text.parse::<Quorum>() {
        assert_eq!(quorum.to_string().parse(), Ok(quorum));
    }
    if let Ok(amount) = text.parse::<Amount>() {
        assert_eq!(amount.to_string().parse(), Ok(amount));
    }
    if let Ok(moment) = text.parse::<Moment>() {
        assert_eq!(moment.to_string(), text);
    }
    let _ = (text.parse::<Span>(), text.parse::<Iban>());
    let anybody = "format = 1\nkey = \"k\"\nversion = 1\n[people.ann]\nidentity = \
        \"5866666666666666666666666666666666666666666666666666666666666666\"\nroles = [\"a\"]\n\
        [change]\nquorum = \"1 of a\"\n";
    let policy = Policy::parse(anybody.as_bytes()).expect("a policy");
    let _ = replay(&policy, text);
});
