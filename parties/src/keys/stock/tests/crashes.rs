//! A crash at every write, a cut at every byte, a disk that is full at every write.

use super::memory::Failure;
use super::*;

/// A day's work: two batches, some items, a restart, a burn, a witness. Stops at the first error. Says what was handed
/// out.
fn work(world: &World, batch: u8) -> Vec<Vec<u8>> {
    let mut used = Vec::new();
    let mut day = || -> Result<(), KeyError> {
        let mut stock = world.open()?;
        let lot = stock.next_lot(&world.signers);
        stock.add(Hex([batch; 32]), lot, &world.signers, items(batch, 3))?;
        used.push(stock.take(&world.signers)?.into_secret().to_vec());
        stock.add(Hex([batch + 1; 32]), lot + 1, &world.signers, items(batch + 1, 4))?;
        used.push(stock.take(&world.signers)?.into_secret().to_vec());
        stock.close()?;
        let mut stock = world.open()?;
        used.push(stock.take(&world.signers)?.into_secret().to_vec());
        stock.burn_up_to(&world.signers.digest(), position(lot + 1, 0))?;
        stock.saw(&public_key(2), &world.signers, position(lot, 1))?;
        used.push(stock.take(&world.signers)?.into_secret().to_vec());
        stock.close()
    };
    // The error is the crash.
    let _ = day();
    used
}

/// Everything that a later process gets out of the stock.
fn rest(world: &World) -> Vec<Vec<u8>> {
    let mut stock = world.open().expect("after a crash it opens");
    std::iter::from_fn(|| stock.take(&world.signers).ok()).map(|item| item.into_secret().to_vec()).collect()
}

#[track_caller]
fn none_twice(used: &[Vec<u8>], context: &str) {
    let distinct: HashSet<&Vec<u8>> = used.iter().collect();
    assert_eq!(distinct.len(), used.len(), "{context}: {used:?}");
}

#[test]
fn a_crash_at_any_write_gives_no_item_twice() {
    let mut crashed = 0;
    for change in 0.. {
        let mut failed = false;
        for share in [0, 1, 60, 128, 254, 255] {
            let world = World::new();
            world.disk.fail_after(change, Failure::Crash, share);
            let mut used = work(&world, 1);
            failed = world.disk.restart();
            used.extend(rest(&world));
            none_twice(&used, &format!("crash at change {change}, {share} of 255"));
            crashed += usize::from(failed);
        }
        if !failed {
            break;
        }
    }
    assert!(crashed > 100, "the work has {crashed} places to crash at");
}

#[test]
fn a_crash_while_opening_after_a_crash_gives_no_item_twice() {
    for first in [8, 10, 14, 17] {
        for second in 0..10 {
            for share in [0, 100, 255] {
                let world = World::new();
                world.disk.fail_after(first, Failure::Crash, share);
                let mut used = work(&world, 1);
                world.disk.restart();
                world.disk.fail_after(second, Failure::Crash, share);
                used.extend(work(&world, 3));
                world.disk.restart();
                used.extend(rest(&world));
                none_twice(&used, &format!("crashes at {first} and {second}"));
            }
        }
    }
}

#[test]
fn a_journal_cut_at_any_byte_gives_no_item_twice() {
    let world = World::new();
    let used = work(&world, 1);
    let (files, whole) = (world.disk.copy(), world.disk.file(&journal()));
    assert!(opening::check_journal(&whole));
    for length in 0..whole.len() {
        world.disk.restore(files.clone());
        world.disk.set(&journal(), whole[..length].to_vec());
        let mut all = used.clone();
        all.extend(rest(&world));
        none_twice(&all, &format!("cut after {length} bytes"));
    }
}

#[test]
fn a_journal_with_any_bit_flipped_gives_no_item_twice() {
    let world = World::new();
    let used = work(&world, 1);
    let (files, whole) = (world.disk.copy(), world.disk.file(&journal()));
    for at in 0..whole.len() {
        world.disk.restore(files.clone());
        let mut altered = whole.clone();
        altered[at] ^= 1 << (at % 8);
        world.disk.set(&journal(), altered);
        // Of another version it is refused; else it burns.
        if (16..20).contains(&at) {
            assert!(matches!(refused(world.open()), StockFault::Version { .. }));
            continue;
        }
        let mut all = used.clone();
        all.extend(rest(&world));
        none_twice(&all, &format!("byte {at}"));
        assert_eq!(all.len(), used.len(), "what is altered burns");
    }
}

#[test]
fn a_full_disk_loses_nothing_that_is_not_used() {
    for change in 0..60 {
        let world = World::new();
        let mut stock = world.open().expect("an empty stock");
        stock.add(Hex([1; 32]), 0, &world.signers, items(1, 3)).expect("a batch");
        drop(stock);
        world.disk.fail_after(change, Failure::Full, 100);
        let mut used = Vec::new();
        let mut during = || -> Result<(), KeyError> {
            let mut stock = world.open()?;
            used.push(stock.take(&world.signers)?.into_secret()[1]);
            stock.add(Hex([2; 32]), 1, &world.signers, items(2, 1))?;
            used.push(stock.take(&world.signers)?.into_secret()[1]);
            stock.close()
        };
        let error = during().err();
        let failed = world.disk.restart();
        assert_eq!(failed, error.is_some(), "change {change}");
        assert!(error.is_none_or(|error| matches!(error, KeyError::Full { .. })));
        let stock = world.open().expect("there is room again");
        // Without room for the last record the process has not ended in order.
        if stock.burned().is_none() {
            assert!(stock.left(&world.signers) >= 3 - used.len() as u64, "change {change}");
        } else {
            assert_eq!(stock.burned().map(|(reason, _)| reason), Some(Reason::Unclean));
        }
        if !failed {
            return;
        }
    }
    panic!("the work never ended");
}
