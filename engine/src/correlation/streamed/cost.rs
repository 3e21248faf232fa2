//! The messages of what is streamed, as lengths.

use super::portion::{DIRECTIONS, Portion, Streamed};
use crate::net::{Ledger, Work};
use crate::ot::silent::{Standing, silent_cost};

/// The paper twin of both parties' stocks: where they stand, by direction.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::correlation) struct StreamsOnPaper([Standing; 2]);

impl StreamsOnPaper {
    /// As [`super::make`].
    pub(in crate::correlation) fn make(&mut self, ledger: &mut Ledger, streamed: &Streamed, bits: usize) {
        for portion in streamed.portions(bits) {
            let mut taken: Vec<_> = DIRECTIONS
                .into_iter()
                .zip(&mut self.0)
                .map(|(direction, standing)| (direction.0, direction.1, standing, portion.transfers(direction, bits)))
                .filter(|(.., count)| *count > 0)
                .collect();
            silent_cost(ledger, &mut taken);
            let messages =
                DIRECTIONS.map(|direction| (direction.0, direction.1, portion.message(direction, bits) as u64));
            ledger.simultaneous(&messages.into_iter().filter(|(.., bytes)| *bytes > 0).collect::<Vec<_>>());
            let work = match portion {
                Portion::Bits(_) => Work::StreamedTriple,
                Portion::Products(..) => Work::StreamedFactor,
            };
            for direction in DIRECTIONS {
                let transfers = portion.transfers(direction, bits) as u64;
                [direction.0, direction.1].into_iter().for_each(|party| ledger.busy(party, work, transfers));
            }
        }
    }

    /// Bytes that a party's stocks take.
    pub(in crate::correlation) fn stock_bytes(&self) -> usize {
        self.0.iter().filter(|standing| !standing.is_new()).count() * crate::ot::silent::STOCK_BYTES
    }
}
