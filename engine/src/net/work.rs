//! What a party's processor is busy with: the units in which a protocol counts its computing.
//!
//! The engine has no clock. It counts units; how long one takes on a machine is measured elsewhere.

use super::Phase;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)*) => {
        /// A kind of unit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Work {
            $($(#[$doc])* $kind,)*
        }

        impl Work {
            /// All kinds, in order.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The name in files.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

kinds! {
    /// A frame sent or received.
    Message = "message",
    /// The set-up of OTs with a peer, as the coming sender.
    SetUpSender = "set-up, sender",
    /// The same as the coming receiver.
    SetUpReceiver = "set-up, receiver",
    /// A correlated OT without pads, as sender.
    CotSender = "correlated OT, sender",
    /// The same as receiver.
    CotReceiver = "correlated OT, receiver",
    /// A bit of an input as a label, at the garbler.
    LabelGarbler = "input label, garbler",
    /// The same at the evaluator.
    LabelEvaluator = "input label, evaluator",
    /// An AND gate garbled with others of its batch.
    GarbleAnd = "AND gate garbled",
    /// A local gate garbled with others of its batch.
    GarbleLocal = "local gate garbled",
    /// An AND gate evaluated with others of its batch.
    EvaluateAnd = "AND gate evaluated",
    /// A local gate evaluated with others of its batch.
    EvaluateLocal = "local gate evaluated",
    /// An AND gate garbled alone, with the local gates that come with it.
    GarbleAlone = "AND gate garbled alone",
    /// The same evaluated.
    EvaluateAlone = "AND gate evaluated alone",
    /// A bit triple with a peer, as sender.
    TripleSender = "bit triple, sender",
    /// The same as chooser.
    TripleChooser = "bit triple, chooser",
    /// A bit of a factor transferred for products modulo 2^64, as sender.
    FactorSender64 = "factor bit 64, sender",
    /// The same as chooser.
    FactorChooser64 = "factor bit 64, chooser",
    /// An entry of a table multiplied modulo 2^64, as sender.
    EntrySender64 = "table entry 64, sender",
    /// The same as chooser.
    EntryChooser64 = "table entry 64, chooser",
    /// A bit of a factor transferred for products modulo 2^128, as sender.
    FactorSender128 = "factor bit 128, sender",
    /// The same as chooser.
    FactorChooser128 = "factor bit 128, chooser",
    /// An entry of a table multiplied modulo 2^128, as sender.
    EntrySender128 = "table entry 128, sender",
    /// The same as chooser.
    EntryChooser128 = "table entry 128, chooser",
    /// A daBit modulo 2^64 with a peer, as sender.
    DabitSender64 = "daBit 64, sender",
    /// The same as chooser.
    DabitChooser64 = "daBit 64, chooser",
    /// A daBit modulo 2^128 with a peer, as sender.
    DabitSender128 = "daBit 128, sender",
    /// The same as chooser.
    DabitChooser128 = "daBit 128, chooser",
    /// An AND gate on XOR shares, whatever its batch.
    ShareAnd = "AND gate on shares",
    /// The same for each word of 64 instances.
    ShareAndWord = "AND gate on shares, word of 64",
    /// A local gate on XOR shares, for each word of 64 instances.
    ShareLocalWord = "local gate on shares, word of 64",
}

/// How many units of each kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Units(Vec<u64>);

impl Default for Units {
    fn default() -> Self {
        Self(vec![0; Work::ALL.len()])
    }
}

impl Units {
    /// Adds units of a kind.
    pub fn add(&mut self, work: Work, units: u64) {
        self.0[work as usize] += units;
    }

    /// Units of a kind.
    pub fn of(&self, work: Work) -> u64 {
        self.0[work as usize]
    }

    /// Seconds that they take, if a unit of each kind takes `seconds`.
    pub fn seconds(&self, seconds: impl Fn(Work) -> f64) -> f64 {
        Work::ALL.iter().map(|work| self.of(*work) as f64 * seconds(*work)).sum()
    }
}

/// A party's work by phase: `work[phase as usize]` for the phases of [`Phase::ALL`].
pub type PartyWork = [Units; Phase::ALL.len()];
