//! Random histories of work, crashes and restored copies, with a partner who remembers.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::memory::Failure;
use super::*;

#[derive(Clone, Debug)]
enum Step {
    Add(u8),
    Take(u8),
    Reopen,
    /// The process is killed between two operations.
    Kill,
    /// The machine stops after so many changes, in the middle of one.
    Crash(usize, u8),
    /// A copy of the whole folder is made, if so after the process has ended in order: then nothing in it shows that it
    /// is old.
    Copy(bool),
    /// The last copy is put in place of the folder.
    Restore,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (1_u8..5).prop_map(Step::Add),
        6 => (1_u8..4).prop_map(Step::Take),
        2 => Just(Step::Reopen),
        1 => Just(Step::Kill),
        2 => (0_usize..12, any::<u8>()).prop_map(|(changes, share)| Step::Crash(changes, share)),
        2 => any::<bool>().prop_map(Step::Copy),
        1 => Just(Step::Restore),
    ]
}

/// The party, its partner's memory, and everything that was ever handed out.
struct Life {
    world: World,
    stock: Option<Stock<Memory>>,
    copy: Option<BTreeMap<PathBuf, Vec<u8>>>,
    witnessed: Option<Position>,
    used: HashSet<Vec<u8>>,
    batches: u8,
}

impl Life {
    /// Starts, asks the partner, and burns up to what it says, before anything else.
    fn start(&mut self) {
        if self.stock.is_some() {
            return;
        }
        // A process that was killed has let go of its lock.
        self.world.locks = tempfile::tempdir().expect("a temporary directory");
        let Ok(mut stock) = self.world.open() else { return };
        let digest = self.world.signers.digest();
        if self.witnessed.is_some_and(|last| stock.burn_up_to(&digest, last).is_err()) {
            return;
        }
        self.stock = Some(stock);
    }

    fn run(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Add(count) => self.add(count),
            Step::Take(count) => (0..count).try_for_each(|_| self.take())?,
            Step::Reopen => self.stock = None,
            Step::Kill => self.kill(),
            Step::Crash(changes, share) => {
                self.world.disk.fail_after(changes, Failure::Crash, share);
                for _ in 0..3 {
                    self.start();
                    self.take()?;
                    self.add(2);
                }
                self.kill();
                self.world.disk.restart();
            }
            Step::Copy(in_order) => {
                if in_order {
                    self.stock = None;
                }
                self.copy = Some(self.world.disk.copy());
            }
            Step::Restore => {
                self.kill();
                if let Some(copy) = self.copy.clone() {
                    self.world.disk.restore(copy);
                }
            }
        }
        Ok(())
    }

    fn kill(&mut self) {
        std::mem::forget(self.stock.take());
    }

    fn add(&mut self, count: u8) {
        let Some(stock) = &mut self.stock else { return };
        self.batches += 1;
        let lot = stock.next_lot(&self.world.signers);
        // A batch that could not be kept was never shown to the partner.
        let _ = stock.add(Hex([self.batches; 32]), lot, &self.world.signers, items(self.batches, count));
    }

    fn take(&mut self) -> Result<(), TestCaseError> {
        let Some(stock) = &mut self.stock else { return Ok(()) };
        let Ok(item) = stock.take(&self.world.signers) else { return Ok(()) };
        // The partner sees every use, as it takes part in it.
        self.witnessed = self.witnessed.max(Some(item.id().position));
        prop_assert!(self.used.insert(item.into_secret().to_vec()), "an item was handed out twice");
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_history_gives_an_item_twice(steps in proptest::collection::vec(step(), 1..40)) {
        let (stock, copy, witnessed, used) = (None, None, None, HashSet::new());
        let mut life = Life { world: World::new(), stock, copy, witnessed, used, batches: 0 };
        for step in steps {
            life.start();
            life.run(step)?;
        }
        life.start();
        for _ in 0..20 {
            life.take()?;
        }
    }

    #[test]
    fn any_bytes_as_a_journal_are_burned_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let world = World::new();
        drop(world.open().expect("an empty stock"));
        let mut following = world.disk.file(&journal());
        following.extend_from_slice(&bytes);
        for content in [bytes.clone(), following] {
            world.disk.set(&journal(), content);
            prop_assert!(world.open().is_ok_and(|stock| bytes.is_empty() || stock.burned().is_some()));
        }
    }
}
