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
    /// A session, before anything else.
    Session = "session",
    /// A byte of memory that a party holds at its fullest moment, besides its own columns: the system clears it first.
    Held = "byte held",
    /// A message sent or received.
    Message = "message",
    /// A byte sent.
    Sent = "byte sent",
    /// A byte received.
    Received = "byte received",
    /// The set-up of OTs with a peer, as the coming sender.
    SetUpSender = "set-up, sender",
    /// The same as the coming receiver.
    SetUpReceiver = "set-up, receiver",
    /// A correlated OT without pads, as sender.
    CotSender = "correlated OT, sender",
    /// The same as receiver.
    CotReceiver = "correlated OT, receiver",
    /// A leaf of a tree of an iteration of silent OT, as sender.
    LeafSender = "leaf of silent OT, sender",
    /// The same as receiver.
    LeafReceiver = "leaf of silent OT, receiver",
    /// A bit triple of streamed silent OT, by direction.
    StreamedTriple = "bit triple, streamed",
    /// A bit of a factor transferred by streamed silent OT, by direction.
    StreamedFactor = "factor bit, streamed",
    /// A bit triple with a peer, as sender.
    TripleSender = "bit triple, sender",
    /// The same as chooser.
    TripleChooser = "bit triple, chooser",
    /// A bit of a factor of a single product or of a row, as sender.
    FactorSender = "factor bit, sender",
    /// The same as chooser.
    FactorChooser = "factor bit, chooser",
    /// A bit of a factor that meets a column of a table, as sender.
    ColumnSender = "factor bit of a table, sender",
    /// The same as chooser.
    ColumnChooser = "factor bit of a table, chooser",
    /// An entry of such a column, as sender.
    EntrySender = "table entry, sender",
    /// The same as chooser.
    EntryChooser = "table entry, chooser",
    /// A daBit with a peer, as sender.
    DabitSender = "daBit, sender",
    /// The same as chooser.
    DabitChooser = "daBit, chooser",
    /// A value authenticated with a peer, as its owner.
    ValueOwner = "authenticated value, owner",
    /// The same as the one with the key.
    ValueKeyed = "authenticated value, with the key",
    /// A triple of authenticated values with a peer.
    ValueTriple = "authenticated triple",
    /// A random bit made, in arithmetic shares.
    RandomBit = "random bit",
    /// An element of a degree-t sharing that a party deals, with the check of all others'.
    Dealt = "element dealt",
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
    /// An AND gate of a circuit, whatever its batch.
    And = "AND gate",
    /// The same for each word of 64 instances.
    AndWord = "AND gate, word of 64",
    /// A local gate for each word of 64 instances.
    LocalWord = "local gate, word of 64",
    /// A bit that goes into a circuit or comes out of it.
    CircuitBit = "bit in or out of a circuit",
    /// An arithmetic element that somebody shares.
    Share = "element shared",
    /// A bit of a boolean element that somebody shares.
    ShareBit = "bit shared",
    /// An arithmetic element that is opened.
    Open = "element opened",
    /// A bit of a boolean element that is opened.
    OpenBit = "bit opened",
    /// An arithmetic element in a sum, a difference or a product with a public word.
    Linear = "element added",
    /// An arithmetic element picked, repeated or put behind others.
    Pick = "element picked",
    /// A bit of a boolean element picked, repeated, put behind others or regrouped.
    PickBit = "bit picked",
    /// A product of two arithmetic elements.
    Product = "product",
    /// A product within a sum: an entry of a table times its element of a column.
    Term = "term of a sum of products",
    /// The same where a table meets many columns.
    MatrixTerm = "term of a product of matrices",
    /// A bit of an addend of an arithmetic element.
    AddendBit = "bit of an addend",
    /// A bit of a boolean element that becomes arithmetic.
    ConvertBit = "bit converted",
    /// A bit of a key that is sorted by a protocol's own sort.
    SortBit = "bit of a key sorted",
    /// An element moved in the order of sorted keys.
    SortElement = "element moved by a sort",
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
