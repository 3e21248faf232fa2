//! Sessions of one process that take from one stock at once.

use super::*;
use crate::keys::stock::Reserve;

fn reserve(world: &World, count: u8) -> Reserve<Memory> {
    let mut stock = world.open().expect("an empty stock");
    stock.add(Hex([1; 32]), 0, &world.signers, items(1, count)).expect("a batch");
    Reserve::new(stock)
}

fn item(number: u32) -> ItemId {
    ItemId { batch: Hex([1; 32]), position: position(0, number) }
}

#[test]
fn sessions_overtake_each_other_and_get_what_they_hold() {
    let world = World::new();
    let mut reserve = reserve(&world, 4);
    for number in 0..3 {
        assert_eq!(reserve.free(&world.signers), [item(number)]);
        assert!(reserve.hold(&world.signers, item(number)));
        assert!(!reserve.hold(&world.signers, item(number)), "it is held");
    }
    for number in [2, 0, 1] {
        let taken = reserve.take(&world.signers, item(number)).expect("it is held");
        assert_eq!(taken.into_secret()[..2], [1, number as u8]);
    }
    for number in 0..3 {
        assert_eq!(refused(reserve.take(&world.signers, item(number))), StockFault::Absent);
        assert!(!reserve.hold(&world.signers, item(number)), "it is used");
    }
    assert_eq!(reserve.stock().left(&world.signers), 1);
    assert!(reserve.hold(&world.signers, item(3)));
}

#[test]
fn what_is_put_aside_is_used_up_on_the_disk() {
    let world = World::new();
    let mut reserve = reserve(&world, 3);
    assert!(reserve.hold(&world.signers, item(0)) && reserve.hold(&world.signers, item(2)));
    let _ = reserve.take(&world.signers, item(2)).expect("it is held");
    drop(reserve);
    // The process ends before the first session has taken its item: nobody ever gets it.
    let stock = world.open().expect("it was closed in order");
    assert_eq!((stock.left(&world.signers), stock.last_used(&world.signers.digest())), (0, Some(position(0, 2))));
}

#[test]
fn what_is_released_is_there_for_others() {
    let world = World::new();
    let mut reserve = reserve(&world, 2);
    assert!(reserve.hold(&world.signers, item(0)));
    reserve.release(&world.signers, item(0));
    assert_eq!(refused(reserve.take(&world.signers, item(0))), StockFault::Absent);
    assert!(reserve.hold(&world.signers, item(0)));
    // What was put aside is not.
    assert!(reserve.hold(&world.signers, item(1)));
    let _ = reserve.take(&world.signers, item(1)).expect("it is held");
    reserve.release(&world.signers, item(0));
    assert_eq!(refused(reserve.take(&world.signers, item(0))), StockFault::Absent);
    assert!(!reserve.hold(&world.signers, item(0)));
}

#[test]
fn a_partner_that_has_seen_a_running_session_burns_nothing_of_it() {
    let world = World::new();
    let mut reserve = reserve(&world, 5);
    assert!((0..3).all(|number| reserve.hold(&world.signers, item(number))));
    // The partner has gone ahead with the second session, and says so in another one.
    let digest = world.signers.digest();
    assert_eq!(reserve.heed(&public_key(2), &digest, position(0, 1)).expect("plausible"), 0);
    for number in 0..3 {
        let _ = reserve.take(&world.signers, item(number)).expect("it is held");
    }
    assert_eq!(reserve.stock().left(&world.signers), 2);
}

#[test]
fn a_witness_that_knows_more_than_this_process_has_done_burns_what_sessions_hold() {
    let digest = World::new().signers.digest();
    // A signer that has seen what no session here holds; another holder that was never told by this process.
    for (witness, last) in [(2, position(0, 3)), (3, position(0, 1))] {
        let world = World::new();
        let mut reserve = reserve(&world, 5);
        assert!((0..2).all(|number| reserve.hold(&world.signers, item(number))));
        assert!(reserve.heed(&public_key(witness), &digest, last).expect("plausible") > 0);
        for number in 0..2 {
            assert_eq!(refused(reserve.take(&world.signers, item(number))), StockFault::Absent);
        }
    }
    // What this process has told it itself is no news.
    let world = World::new();
    let mut reserve = reserve(&world, 5);
    assert!(reserve.hold(&world.signers, item(0)) && reserve.hold(&world.signers, item(1)));
    let _ = reserve.take(&world.signers, item(1)).expect("it is held");
    assert_eq!(reserve.heed(&public_key(3), &digest, position(0, 1)).expect("plausible"), 0);
    let _ = reserve.take(&world.signers, item(0)).expect("it was put aside");
}
