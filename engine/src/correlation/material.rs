//! Correlated randomness between sessions: how a party's store is written out once it is made, and read back by the one
//! run that consumes it.
//!
//! A stretch of a run is written as its [`Demand`] says, without lengths of its own: the words of the bit triples' `a`,
//! `b` and `c`; for each kind of product, in the order of kinds, what this party holds of tables, columns and products;
//! of daBits the boolean words and the ring's elements. All little-endian. Reader and writer know the demand from the
//! plan, so nothing that is read decides how much is allocated.
//!
//! *The caller guarantees* that what is written is secret, that it is read unaltered or not at all, by the party that
//! wrote it, beside the same material of all others, and once: a second use of a mask or triple reveals the difference
//! of what was masked.

use super::RingElement;
use super::dabit::DaBits;
use super::demand::Demand;
use super::secret::SecretVec;
use super::store::{BitTriples, ProductShares, Store};
use crate::net::MaterialFault;
use bytemuck::Pod;

/// Where prepared material comes from.
pub trait MaterialSource {
    /// Fills `into` with the next bytes.
    ///
    /// # Errors
    /// If there are not as many, or they are not those that were written.
    fn read(&mut self, into: &mut [u8]) -> Result<(), MaterialFault>;
}

/// Where prepared material goes.
pub trait MaterialSink {
    /// Takes the next bytes of a run's material. They are secret.
    ///
    /// # Errors
    /// If they cannot be kept.
    fn write(&mut self, bytes: &[u8]) -> Result<(), MaterialFault>;

    /// The material of a run is complete; what follows is the next run's.
    ///
    /// # Errors
    /// If it cannot be kept.
    fn end_run(&mut self) -> Result<(), MaterialFault>;
}

impl<R: RingElement> Store<R> {
    /// Moves the material of `demand`, which is all there is, out into `sink`.
    ///
    /// # Errors
    /// The sink's.
    pub(super) fn write(&mut self, demand: &Demand, sink: &mut dyn MaterialSink) -> Result<(), MaterialFault> {
        let BitTriples { a, b, c } = self.take_bits(demand.bit_triple_words);
        [a, b, c].iter().try_for_each(|part| put(sink, part))?;
        for (kind, instances) in &demand.products {
            let ProductShares { table, column, product } = self.take_products(*kind, *instances);
            [table, column, product].iter().try_for_each(|part| put(sink, part))?;
        }
        let DaBits { boolean, arithmetic } = self.take_dabits(demand.dabit_words);
        put(sink, &boolean)?;
        put(sink, &arithmetic)
    }

    /// Reads back what [`Self::write`] wrote for the same demand.
    ///
    /// # Errors
    /// The source's.
    pub(super) fn read(&mut self, demand: &Demand, source: &mut dyn MaterialSource) -> Result<(), MaterialFault> {
        let words = demand.bit_triple_words;
        self.put_bits(&BitTriples { a: next(source, words)?, b: next(source, words)?, c: next(source, words)? });
        for (kind, instances) in &demand.products {
            let [table, column, product] = self.parts(*kind, *instances);
            let made = ProductShares {
                table: next(source, table)?,
                column: next(source, column)?,
                product: next(source, product)?,
            };
            self.put_products(*kind, &made);
        }
        let boolean = next(source, demand.dabit_words)?;
        self.put_dabits(&DaBits { boolean, arithmetic: next(source, 64 * demand.dabit_words)? });
        Ok(())
    }
}

/// Writes elements.
pub(crate) fn put<T: Pod>(sink: &mut dyn MaterialSink, elements: &[T]) -> Result<(), MaterialFault> {
    if elements.is_empty() { Ok(()) } else { sink.write(bytemuck::cast_slice(elements)) }
}

/// The next `count` elements.
pub(crate) fn next<T: Pod>(source: &mut dyn MaterialSource, count: usize) -> Result<SecretVec<T>, MaterialFault> {
    let mut elements = SecretVec::zeros(count);
    if count > 0 {
        source.read(bytemuck::cast_slice_mut(&mut elements))?;
    }
    Ok(elements)
}
