//! A random linear code with few ones in a row: every output is the sum of ten elements of a table, at places that a
//! public seed draws (the 10-local code of Yang, Weng, Lan, Zhang and Wang, "Ferret: Fast Extension for Correlated OT
//! with Small Communication", CCS 2020, ePrint 2020/924, section 5).
//!
//! The cost is that of the loads: half of it is the third-level cache's, if no nearer one holds the table. So two tables
//! under one code are read together ([`LocalCode::add_both`]): their elements at a place are one load. The places
//! depend on the seed alone, never on the elements.

#[cfg(target_arch = "x86_64")]
mod gather;

use crate::Block;
use crate::aes::Aes128;
use crate::cpu::Level;

/// Elements that are added up for each output.
pub const ONES: usize = 10;

/// The most elements of a table: places have 18 bits.
pub const TABLE_MAX: usize = 1 << PLACE_BITS;

/// Bits of a place before it is cut to the table's size. Seven fit a block, so that three blocks of the seed's
/// stream serve two rows.
const PLACE_BITS: usize = 18;
/// Places that a block of the stream draws.
const PLACES_OF_BLOCK: usize = 128 / PLACE_BITS;
/// Blocks of the stream for two rows.
const BLOCKS_OF_TWO: usize = 3;
/// Rows whose places are drawn together.
const BATCH: usize = 32;
/// Blocks of the stream for a batch.
const BATCH_BLOCKS: usize = BATCH / 2 * BLOCKS_OF_TWO;

/// A code.
#[derive(Debug)]
pub struct LocalCode(Aes128);

impl LocalCode {
    /// The code of a public seed.
    pub fn new(seed: Block) -> Self {
        Self(Aes128::new(seed))
    }

    /// Adds row `first + j` times the table to `outputs[j]`. Rows may be computed in any portions; those that begin at
    /// even rows and have multiples of 32 are fastest.
    ///
    /// # Panics
    /// If the table's length is no power of two up to [`TABLE_MAX`].
    pub fn add(&self, table: &[Block], first: u64, outputs: &mut [Block]) {
        self.add_at_level(Level::of_this_machine(), table, first, outputs);
    }

    /// The same with two tables, element by element side by side: row `first + j` times the one to `outputs[0][j]`, and
    /// times the other to `outputs[1][j]`.
    ///
    /// # Panics
    /// As [`Self::add`]; if there are more outputs of the one than of the other.
    pub fn add_both(&self, tables: &[[Block; 2]], first: u64, outputs: [&mut [Block]; 2]) {
        self.add_both_at_level(Level::of_this_machine(), tables, first, outputs);
    }

    /// The same with the one table or, if `second`, the other one of two.
    ///
    /// # Panics
    /// As [`Self::add`].
    pub fn add_one_of_both(&self, tables: &[[Block; 2]], second: bool, mut first: u64, outputs: &mut [Block]) {
        // The loads bring the other one's elements too.
        let mut unused = [Block::ZERO; BATCH];
        for outputs in outputs.chunks_mut(BATCH) {
            let count = outputs.len();
            let unused = &mut unused[..count];
            self.add_both(tables, first, if second { [unused, outputs] } else { [outputs, unused] });
            first += count as u64;
        }
        Block::wipe(&mut unused);
    }

    fn add_at_level(&self, level: Level, table: &[Block], first: u64, outputs: &mut [Block]) {
        check(table.len());
        self.in_batches(first, [outputs], &|stream, [outputs]| match level {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a level is only ever one that the processor was found to have: all three include avx2.
            Level::Avx512 | Level::Vaes256 | Level::Avx2 => unsafe { gather::add_batch(table, stream, outputs) },
            _ => add_batch(table.as_chunks().0, stream, [outputs]),
        });
    }

    fn add_both_at_level(&self, level: Level, tables: &[[Block; 2]], first: u64, outputs: [&mut [Block]; 2]) {
        check(tables.len());
        assert_eq!(outputs[0].len(), outputs[1].len(), "rows of both");
        self.in_batches(first, outputs, &|stream, outputs| match level {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: likewise.
            Level::Avx512 | Level::Vaes256 | Level::Avx2 => unsafe { gather::add_batches(tables, stream, outputs) },
            _ => add_batch(tables, stream, outputs),
        });
    }

    /// Calls `add` with the stream and the outputs of batch after batch.
    fn in_batches<const N: usize>(
        &self,
        mut first: u64,
        mut outputs: [&mut [Block]; N],
        add: &impl Fn(&[Block], [&mut [Block]; N]),
    ) {
        let mut rows = outputs[0].len();
        if !first.is_multiple_of(2) && rows > 0 {
            // Rows are drawn in pairs, of which the first one was computed before.
            let mut twos = outputs.each_ref().map(|outputs| [Block::ZERO, outputs[0]]);
            self.in_batches(first - 1, twos.each_mut().map(|two| &mut two[..]), add);
            for (outputs, [_, second]) in outputs.iter_mut().zip(twos) {
                outputs[0] = second;
            }
            outputs = outputs.map(|outputs| &mut outputs[1..]);
            (first, rows) = (first + 1, rows - 1);
        }
        let mut position = first / 2 * BLOCKS_OF_TWO as u64;
        let mut stream = [Block::ZERO; BATCH_BLOCKS];
        for at in (0..rows).step_by(BATCH) {
            let count = BATCH.min(rows - at);
            let stream = &mut stream[..count.div_ceil(2) * BLOCKS_OF_TWO];
            self.0.keystream(position, stream);
            position += stream.len() as u64;
            add(stream, outputs.each_mut().map(|outputs| &mut outputs[at..][..count]));
        }
    }
}

fn check(length: usize) {
    assert!(length.is_power_of_two() && length <= TABLE_MAX, "a table that places can address");
}

/// Adds the rows drawn by `stream`, times each of the tables that stand side by side, to that one's outputs.
fn add_batch<const N: usize>(tables: &[[Block; N]], stream: &[Block], mut outputs: [&mut [Block]; N]) {
    for (two, blocks) in stream.as_chunks().0.iter().enumerate() {
        for (row, places) in (2 * two..outputs[0].len()).zip(places(blocks).as_chunks::<ONES>().0) {
            for place in places {
                let elements = tables[*place as usize & (tables.len() - 1)];
                outputs.iter_mut().zip(elements).for_each(|(outputs, element)| outputs[row] ^= element);
            }
        }
    }
}

/// The places of two rows and one that is left over, not cut to the table's size.
#[inline(always)]
fn places(blocks: &[Block; BLOCKS_OF_TWO]) -> [u64; 2 * ONES + 1] {
    let mut places = [0; 2 * ONES + 1];
    for (block, places) in blocks.iter().zip(places.as_chunks_mut().0) {
        let (low, high) = (block.to_u128() as u64, (block.to_u128() >> 64) as u64);
        *places = [low, low >> 18, low >> 36, low >> 54 | high << 10, high >> 8, high >> 26, high >> 44];
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(length: usize) -> Vec<Block> {
        let mut table = vec![Block::ZERO; length];
        Aes128::new(Block::new(5)).keystream(0, &mut table);
        table
    }

    proptest! {
        #[test]
        fn every_version_adds_the_same(seed: u128, log in 0_usize..19, first in 0_u64..1 << 40, rows in 0_usize..80) {
            let (code, table) = (LocalCode::new(Block::new(seed)), table(1 << log));
            let begun: Vec<Block> = (0..rows).map(|j| Block::new(j as u128)).collect();
            let mut expected = begun.clone();
            code.add_at_level(Level::Portable, &table, first, &mut expected);
            for level in Level::all_of_this_machine() {
                let mut outputs = begun.clone();
                code.add_at_level(level, &table, first, &mut outputs);
                prop_assert_eq!(&outputs, &expected, "{:?}", level);
            }
        }

        #[test]
        fn two_tables_are_added_as_each_alone(
            seed: u128, log in 0_usize..19, first in 0_u64..1 << 40, rows in 0_usize..80,
        ) {
            let (code, both) = (LocalCode::new(Block::new(seed)), table(2 << log));
            let sides: [Vec<Block>; 2] = [0, 1].map(|side| both.iter().skip(side).step_by(2).copied().collect());
            let begun: [Vec<Block>; 2] = [0, 1].map(|side| (0..rows).map(|j| Block::new(side << 64 | j as u128)).collect());
            let mut expected = begun.clone();
            for (table, outputs) in sides.iter().zip(&mut expected) {
                code.add_at_level(Level::Portable, table, first, outputs);
            }
            for level in Level::all_of_this_machine() {
                let mut outputs = begun.clone();
                code.add_both_at_level(level, both.as_chunks().0, first, outputs.each_mut().map(|rows| &mut rows[..]));
                prop_assert_eq!(&outputs, &expected, "{:?}", level);
            }
            for (second, (begun, expected)) in [false, true].into_iter().zip(begun.iter().zip(&expected)) {
                let mut outputs = begun.clone();
                code.add_one_of_both(both.as_chunks().0, second, first, &mut outputs);
                prop_assert_eq!(&outputs, expected);
            }
        }

        #[test]
        fn portions_do_not_matter(seed: u128, cut in 0_usize..80, rows in 80_usize..120) {
            let (code, table) = (LocalCode::new(Block::new(seed)), table(256));
            let (mut whole, mut parts) = (vec![Block::ZERO; rows], vec![Block::ZERO; rows]);
            code.add(&table, 0, &mut whole);
            let (first, second) = parts.split_at_mut(cut);
            code.add(&table, 0, first);
            code.add(&table, cut as u64, second);
            prop_assert_eq!(whole, parts);
        }
    }

    #[test]
    fn places_are_the_seven_fields_of_each_block() {
        let blocks = [Block::new(0x0123_4567_89ab_cdef_0011_2233_4455_6677), Block::new(1 << 53), Block::ONES];
        let mask = (1 << PLACE_BITS) - 1;
        for (i, place) in places(&blocks).into_iter().enumerate() {
            let expected = (blocks[i / 7].to_u128() >> (PLACE_BITS * (i % 7))) as u64 & mask;
            assert_eq!(place & mask, expected, "place {i}");
        }
    }

    /// With one element that differs from zero, an output shows how often its row drew it.
    #[test]
    fn every_element_is_drawn_by_its_share_of_the_rows() {
        let (code, rows) = (LocalCode::new(Block::new(77)), 1 << 14);
        for element in [0, 1, 15] {
            let mut table = vec![Block::ZERO; 16];
            table[element] = Block::new(1);
            let mut outputs = vec![Block::ZERO; rows];
            code.add(&table, 0, &mut outputs);
            let odd = outputs.iter().filter(|output| output.lsb()).count() as f64 / rows as f64;
            // Odd with probability (1 - (1 - 2/16)^10) / 2 = 0.368; six standard deviations are 0.023.
            assert!((odd - 0.368).abs() < 0.023, "{odd}");
        }
    }
}
