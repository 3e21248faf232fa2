//! The page in `SECURITY.md` is generated from the values that plans and receipts carry.

use quorate_engine::protocol::promises;

const BEGIN: &str =
    "<!-- promises: begin (generated; QUORATE_BLESS=1 cargo test -p quorate-engine --test promises) -->\n";
const END: &str = "<!-- promises: end -->";

#[test]
fn the_security_page_prints_the_table_of_promises() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../SECURITY.md");
    let page = std::fs::read_to_string(path).expect("SECURITY.md is there");
    let from = page.find(BEGIN).expect("the begin mark") + BEGIN.len();
    let to = page.find(END).expect("the end mark");
    if std::env::var_os("QUORATE_BLESS").is_some() {
        std::fs::write(path, format!("{}{}{}", &page[..from], promises(), &page[to..])).expect("written");
        return;
    }
    assert_eq!(&page[from..to], promises(), "run the command that the page names");
}
