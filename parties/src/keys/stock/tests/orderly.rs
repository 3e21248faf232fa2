//! What the stock does when nothing goes wrong, and what it refuses.

use super::*;

#[test]
fn items_are_used_in_order_over_restarts() {
    let world = World::new();
    let mut stock = world.open().expect("an empty stock");
    assert_eq!(stock.burned(), None);
    assert_eq!(refused(stock.take(&world.signers)), StockFault::Empty);
    stock.add(Hex([1; 32]), 0, &world.signers, items(1, 3)).expect("a batch");
    stock.add(Hex([2; 32]), 1, &world.signers, items(2, 2)).expect("another");
    assert_eq!(stock.left(&world.signers), 5);
    let mut seen = Vec::new();
    for _ in 0..2 {
        seen.push(stock.take(&world.signers).expect("an item").into_secret()[..2].to_vec());
    }
    stock.close().expect("in order");
    for _ in 0..3 {
        let mut stock = world.open().expect("it was closed in order");
        assert_eq!(stock.burned(), None);
        let item = stock.take(&world.signers).expect("an item");
        assert_eq!(Some(item.id().position), stock.last_used(&world.signers.digest()));
        seen.push(item.into_secret()[..2].to_vec());
        // Dropping is in order too.
    }
    assert_eq!(seen, [[1, 0], [1, 1], [1, 2], [2, 0], [2, 1]]);
    let mut stock = world.open().expect("it was closed in order");
    assert_eq!(refused(stock.take(&world.signers)), StockFault::Empty);
    assert_eq!(stock.next_lot(&world.signers), 2);
    let files = world.disk.names(&folder()).expect("readable");
    assert_eq!(files, ["CACHEDIR.TAG", "README", "journal"], "used batches are gone");
}

#[test]
fn used_items_are_erased() {
    let world = World::new();
    let mut stock = world.open().expect("an empty stock");
    stock.add(Hex([1; 32]), 0, &world.signers, items(1, 2)).expect("a batch");
    let path = folder().join(file_name(Hex([1; 32])));
    let before = world.disk.file(&path);
    let _ = stock.take(&world.signers).expect("an item");
    let (shape, after) = (Shape { count: 2, length: 4 }, world.disk.file(&path));
    let (first, second) = (slot_at(shape, 0) as usize, slot_at(shape, 1) as usize);
    assert!(after[first..second].iter().all(|byte| *byte == 0));
    assert_eq!(after[second..], before[second..]);
}

#[test]
fn signers_agree_on_an_item_and_those_before_it_are_burned() {
    let world = World::new();
    let mut stock = world.open().expect("an empty stock");
    stock.add(Hex([1; 32]), 0, &world.signers, items(1, 3)).expect("a batch");
    stock.add(Hex([2; 32]), 4, &world.signers, items(2, 3)).expect("another");
    let agreed = ItemId { batch: Hex([2; 32]), position: position(4, 1) };
    assert_eq!(stock.take_exactly(&world.signers, agreed).expect("it waits").into_secret()[..2], [2, 1]);
    assert_eq!(refused(stock.take_exactly(&world.signers, agreed)), StockFault::Absent);
    let skipped = ItemId { batch: Hex([1; 32]), position: position(0, 2) };
    assert_eq!(refused(stock.take_exactly(&world.signers, skipped)), StockFault::Absent);
    assert_eq!(stock.left(&world.signers), 1);
}

#[test]
fn signers_have_stocks_of_their_own() {
    let world = World::new();
    let others = Signers::new([public_key(1), public_key(3)]).expect("two parties");
    let mut stock = world.open().expect("an empty stock");
    stock.add(Hex([1; 32]), 0, &world.signers, items(1, 1)).expect("a batch");
    stock.add(Hex([2; 32]), 0, &others, items(2, 2)).expect("another");
    let _ = stock.take(&world.signers).expect("an item");
    assert_eq!((stock.left(&world.signers), stock.left(&others)), (0, 2));
    assert_eq!(stock.all_left(), [(others, 2)]);
    let strangers = Signers::new([public_key(2), public_key(3)]).expect("two parties");
    assert!(matches!(refused(stock.add(Hex([3; 32]), 0, &strangers, items(3, 1))), StockFault::Batch { .. }));
}

#[test]
fn batches_are_checked() {
    let world = World::new();
    let mut stock = world.open().expect("an empty stock");
    stock.add(Hex([1; 32]), 3, &world.signers, items(1, 1)).expect("a batch");
    let mut uneven = items(2, 2);
    uneven[1].push(0);
    for (session, lot, batch) in [
        (2, 4, Vec::new()),
        (2, 4, uneven),
        (2, 4, vec![Zeroizing::new(Vec::new())]),
        (2, 3, items(2, 1)),
        (2, u64::MAX, items(2, 1)),
        (1, 4, items(1, 1)),
    ] {
        let fault = refused(stock.add(Hex([session; 32]), lot, &world.signers, batch));
        assert!(matches!(fault, StockFault::Batch { .. }), "{fault}");
    }
}

#[test]
fn partners_remember_for_each_other() {
    let world = World::new();
    let mut stock = world.open().expect("an empty stock");
    let partner = public_key(2);
    stock.saw(&partner, &world.signers, position(3, 9)).expect("a partner's use");
    stock.saw(&partner, &world.signers, position(3, 4)).expect("an earlier one changes nothing");
    drop(stock);
    let mut stock = world.open().expect("it was closed in order");
    assert_eq!(stock.seen_of(&partner), [(world.signers.digest(), position(3, 9))]);
    assert_eq!(stock.seen_of(&public_key(3)), []);
    for stranger in [public_key(3), public_key(1)] {
        assert!(stock.saw(&stranger, &world.signers, position(0, 0)).is_err());
    }
}

#[test]
fn a_partners_word_burns_and_cannot_use_up_all_numbers() {
    let world = World::new();
    let mut stock = world.open().expect("an empty stock");
    stock.add(Hex([1; 32]), 0, &world.signers, items(1, 5)).expect("a batch");
    let digest = world.signers.digest();
    assert_eq!(stock.burn_up_to(&digest, position(0, 2)).expect("burns"), 3);
    assert_eq!(stock.burn_up_to(&digest, position(0, 1)).expect("nothing to burn"), 0);
    assert_eq!(stock.take(&world.signers).expect("an item").into_secret()[..2], [1, 3]);
    let leap = position(u64::MAX, 0);
    assert!(matches!(refused(stock.burn_up_to(&digest, leap)), StockFault::Implausible { .. }));
    assert_eq!(stock.burn_up_to(&digest, position(6, 0)).expect("batches that this party has lost"), 1);
    assert_eq!(stock.next_lot(&world.signers), 7);
}

#[test]
fn whatever_is_not_certain_burns_the_stock() {
    let mut world = World::new();
    let filled = |world: &World| {
        let mut stock = world.open().expect("it opens");
        stock.add(Hex([1; 32]), stock.next_lot(&world.signers), &world.signers, items(1, 4)).expect("a batch");
        let _ = stock.take(&world.signers).expect("an item");
        stock
    };
    let burned = |world: &World, reason: Reason| {
        let mut stock = world.open().expect("it opens");
        assert_eq!(stock.burned(), Some((reason, 3)));
        assert_eq!(refused(stock.take(&world.signers)), StockFault::Empty);
        drop(stock);
        assert_eq!(world.open().expect("it opens").burned(), None, "once");
    };
    std::mem::forget(filled(&world));
    // The forgotten stock holds its lock still.
    world.locks = tempfile::tempdir().expect("a temporary directory");
    burned(&world, Reason::Unclean);
    drop(filled(&world));
    world.origin.epoch = 1;
    burned(&world, Reason::Epoch);
    drop(filled(&world));
    world.origin.generation = 2;
    burned(&world, Reason::Generation);
    drop(filled(&world));
    let path = folder().join(file_name(Hex([1; 32])));
    let length = world.disk.file(&path).len();
    world.disk.set(&path, vec![0; length]);
    burned(&world, Reason::Inconsistent);
    drop(filled(&world));
    world.disk.remove(&path).expect("it is there");
    burned(&world, Reason::Inconsistent);
    drop(filled(&world));
    let mut altered = world.disk.file(&journal());
    *altered.last_mut().expect("a journal has bytes") ^= 1;
    world.disk.set(&journal(), altered);
    // The record that was altered is the last one, by which the process had ended in order.
    burned(&world, Reason::Torn);
    drop(filled(&world));
    world.disk.remove(&journal()).expect("it is there");
    let stock = world.open().expect("it opens");
    assert_eq!(stock.burned(), Some((Reason::NoJournal, 0)));
    assert_eq!(stock.left(&world.signers), 0);
}

#[test]
fn another_key_another_version_and_another_passphrase_are_refused() {
    let mut world = World::new();
    let mut stock = world.open().expect("an empty stock");
    stock.add(Hex([1; 32]), 0, &world.signers, items(1, 2)).expect("a batch");
    drop(stock);
    let origin = world.origin.clone();
    world.origin.party = public_key(2);
    assert_eq!(refused(world.open()), StockFault::OtherKey { field: "party" });
    world.origin = origin;
    let good = world.disk.file(&journal());
    let mut newer = good.clone();
    newer[16] = 2;
    world.disk.set(&journal(), newer);
    assert_eq!(refused(world.open()), StockFault::Version { found: 2, known: 1 });
    world.disk.set(&journal(), good);
    let other = Passphrase::of_bytes(b"another").expect("it is one");
    world.sealing = SealingKey::create(&other, Cost::new(8, 1, 1).expect("in bounds")).expect("there is randomness");
    let mut stock = world.open().expect("the journal is not sealed");
    assert_eq!(refused(stock.take(&world.signers)), StockFault::Altered);
    assert_eq!(stock.left(&world.signers), 1, "it is used up all the same");
}
