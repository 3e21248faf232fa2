//! Any bytes as a partner's card or as a receipt: accepted or refused with a field, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quorate::identity::Card;
use quorate::receipt::verify;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(card) = Card::parse(bytes) {
        assert_eq!(Card::parse(card.to_text().as_bytes()).map(|again| again.to_text()).ok(), Some(card.to_text()));
    }
    let _ = verify(bytes, &[]);
});
