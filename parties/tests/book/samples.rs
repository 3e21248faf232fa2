//! The Rust of the book does what the book says of it.

use quorate_circuits::boolean::Shape;
use quorate_circuits::digest::ProgramDigest;
use quorate_circuits::text::parse;

use crate::auction::auction;
use crate::markdown::Page;
use crate::median::median_circuit;
use crate::source;

#[test]
fn the_auction_in_rust_is_the_auction_of_the_first_chapter() {
    let pages = Page::all(&source());
    let first = pages.iter().find(|page| page.path.ends_with("first.md")).expect("the first chapter");
    let block = first.blocks().into_iter().find(|block| block.file() == Some("auction.qp")).expect("its program");
    let text = parse(&first.text(&block)).expect("well formed");
    let rust = auction().expect("well formed");
    assert_eq!(ProgramDigest::of(&rust), ProgramDigest::of(&text));
}

#[test]
fn the_gadget_is_the_median() {
    for shape in [Shape::FewAnds, Shape::FewRounds] {
        let circuit = median_circuit(4, shape);
        for numbers in 0..1u32 << 12 {
            let mut three = [numbers & 15, numbers >> 4 & 15, numbers >> 8];
            let inputs: Vec<u64> = (0..12).map(|bit| u64::from(numbers >> bit & 1)).collect();
            let outputs = circuit.evaluate(&inputs);
            let found = outputs.iter().enumerate().fold(0, |sum, (i, bit)| sum | (*bit as u32 & 1) << i);
            three.sort_unstable();
            assert_eq!(found, three[1]);
        }
    }
    assert_eq!(median_circuit(64, Shape::FewAnds).and_gates(), 6 * 64);
}
