//! Sorting: rows of keys, and columns that are put in their order.
//!
//! A radix sort, from the least digit to the greatest (Chida, Hamada, Ikarashi, Kikuchi, Kiribuchi, Pinkas, "An
//! Efficient Secure Three-Party Sorting Protocol with an Honest Majority", ePrint 2019/695; Asharov, Hamada, Ikarashi,
//! Kikuchi, Nof, Pinkas, Takahashi, Tomida, "Efficient Secure Three-Party Sorting with Applications to Data Analysis and
//! Heavy Hitters", CCS 2022). Nothing is compared. What is known of the order so far are the *ranks*: by element, its
//! place. For a digit, ranks and digits are shuffled together (the module `shuffle`), and the shuffled ranks are opened:
//! a uniform permutation, which says where the shuffled digits belong. By these each place is counted (the module
//! `digit`), and the new places go back through the shuffle. At last the columns are shuffled with the ranks.
//!
//! *Semi-honest, one of three corrupted*, as everything of the parties that trust. Whatever a party receives is hidden
//! by a stream that two others have in common, used this once; but for the opened ranks, a permutation that contains one
//! which neither of the two others knows alone, so that to each of the three it is uniform, and independent of all that
//! was opened before. Parties 0 and 2 see each other's addends of it, which follow from it and their own; party 1 is told
//! others.
//!
//! *Departures.* The papers sort with replicated ranks; here they are two addends between one digit and the next, and
//! the last step of a way back runs into the first of the next shuffle. The papers inject bits one by one; here party 1
//! deals the flags of a digit at once. Ranks are opened to the two who need them.
//!
//! | step | who | bytes for each element; `w` of a place, `f = (2^d - 1) w` of a digit's flags | depth |
//! |---|---|---|---|
//! | least digit | 1 to 2; 0 and 2 to each other; 2 to 0 | `f`; `f`; `w` | 3 |
//! | each other digit: shuffle | 0 to 2, 1 to 0; 1 to 2 | `w + d / 8`; `f` | 1 |
//! | places are opened, flags | 0 and 2 to each other | `w + d / 8`, `f` | 2 |
//! | back | 1 to 0, 2 to 0, 0 to 1 | `w` | 2 |
//! | columns: shuffle | 0 to 2, 1 to 0 | `w` and the elements | 1 |
//! | places are opened, columns | 0 and 2 to each other; both to 1 | `w` and the elements; `w` | 1 |
//!
//! Digits have from 1 to 4 bits, whichever weighs least with [`BYTES_OF_A_ROUND`]. A vector is in memory as a whole:
//! there is no sorting tile by tile.

mod column;
mod digit;
mod layout;
mod permutation;
mod shuffle;
mod sorting;
mod wire;

pub(crate) use layout::BYTES_OF_A_ROUND;

use self::layout::Layout;
use self::sorting::Sorting;
use self::wire::Incoming;
use super::messages::Messages;
use super::share::Share;
use super::{PARTIES, REPLICATED_SORT, Replicated};
use crate::correlation::RingElement;
use crate::net::{ChannelError, Holding, Ledger, Memory, PartyIndex, Whose};
use crate::protocol::{Shape, SortRequest};

const P0: PartyIndex = PartyIndex(0);
const P1: PartyIndex = PartyIndex(1);
const P2: PartyIndex = PartyIndex(2);

/// What a party sends in a step, by receiver.
type Outgoing = [Vec<u8>; PARTIES];

/// What a sort weighs: a party's bytes, and [`BYTES_OF_A_ROUND`] for each round.
pub(crate) fn sort_weight(rows: usize, row: usize, width: usize) -> u64 {
    Layout::new(rows, row, width, &[], 0).weight()
}

impl<R: RingElement> Replicated<R> {
    /// All requests side by side, step by step.
    pub(super) async fn sorted(
        &mut self,
        requests: &[SortRequest<'_, Share<R>>],
    ) -> Result<Vec<Vec<Share<R>>>, ChannelError> {
        let layouts = requests.iter().map(|request| Layout::of(request, R::BITS, |share: &Share<R>| share.shape));
        let mut sorts: Vec<Sorting<'_, R>> =
            layouts.zip(requests).map(|(layout, request)| Sorting::new(layout, request)).collect();
        let steps = sorts.iter().map(|sort| sort.layout().steps()).max().unwrap_or(0);
        for step in 0..steps {
            let mut messages = Messages::default();
            let mut outgoing = Outgoing::default();
            for sort in sorts.iter_mut().filter(|sort| step < sort.layout().steps()) {
                sort.layout().add_messages(step, &mut messages);
                sort.send(step, self, &mut outgoing);
            }
            let received = messages.pass(&mut self.session.network, REPLICATED_SORT, &outgoing).await?;
            let mut incoming = Incoming::new(&received);
            for sort in sorts.iter_mut().filter(|sort| step < sort.layout().steps()) {
                sort.receive(step, self.me(), &mut incoming)?;
            }
        }
        Ok(sorts.into_iter().map(Sorting::finish).collect())
    }
}

/// The same on paper.
pub(super) fn sort_cost<S>(
    ledger: &mut Ledger,
    requests: &[SortRequest<'_, S>],
    ring_bits: usize,
    shape: impl Fn(&S) -> Shape + Copy,
) {
    let layouts: Vec<Layout> = requests.iter().map(|request| Layout::of(request, ring_bits, shape)).collect();
    let held = |layout: &Layout| -> Holding {
        ledger.accounts().hold(Memory::Wires, Whose::Everybody, layout.working_bytes() as u64)
    };
    let holdings: Vec<Holding> = layouts.iter().map(held).collect();
    for step in 0..layouts.iter().map(Layout::steps).max().unwrap_or(0) {
        let mut messages = Messages::default();
        let bytes: Vec<usize> = layouts.iter().map(|layout| layout.add_messages(step, &mut messages)).collect();
        ledger.split(bytes.into_iter().map(|bytes| bytes as u64));
        messages.charge(ledger);
    }
    drop(holdings);
}
