//! Products of arithmetic shares by random products that are spent on them (Beaver, "Efficient Multiparty Protocols
//! Using Circuit Randomization", CRYPTO 1991), for tables.
//!
//! For a random table `A`, column `B` and their product `C`: open `E = T - A` to the holders of the column and
//! `f = c - B` to the holders of the table; then `T c = A f + E B + C + E f`, of which every party has a share.

use super::share::Share;
use super::tiling::{Opening, Plan, Tile, openings};
use super::{ADDITIVE_PRODUCTS, Additive};
use crate::correlation::{ProductShares, RingElement, SecretVec, add_products, elements_of};
use crate::net::{ChannelError, Ledger, PartyIndex};
use crate::protocol::ProductRequest;
use crate::protocol::vector::Holder;

/// A tile under way.
struct Opened<'a, R: RingElement> {
    tile: &'a Tile,
    random: ProductShares<R>,
    /// `E`: first my part, at the end the whole.
    table: Vec<R>,
    /// `f`, likewise.
    column: Vec<R>,
}

impl<R: RingElement> Additive<R> {
    /// All requests in one round.
    pub(super) async fn products(
        &mut self,
        requests: &[ProductRequest<'_, Share<R>>],
    ) -> Result<Vec<Share<R>>, ChannelError> {
        let plans: Vec<Plan> = requests.iter().map(|request| Plan::of(request, |share| share.shape)).collect();
        let mut opened = Vec::new();
        for (request, plan) in requests.iter().zip(&plans) {
            let (table, column) = factors(request);
            for tile in &plan.tiles {
                opened.push(self.mask(tile, table.elements(), column.elements(), plan.dimensions.columns));
            }
        }
        self.open_factors(&mut opened).await?;
        let me = self.me();
        let mut opened = opened.into_iter();
        let results = requests.iter().zip(&plans).map(|(request, plan)| {
            let (table, column) = factors(request);
            let mut result = SecretVec::zeros(if plan.holds_result(me) { plan.dimensions.results() } else { 0 });
            for tile in opened.by_ref().take(plan.tiles.len()) {
                tile.add_to(&mut result, me);
            }
            if plan.tiles.is_empty() {
                let (table, column) = (table.elements(), column.elements());
                if !result.is_empty() && !table.is_empty() && !column.is_empty() {
                    add_products(&mut result, table, column, plan.dimensions);
                }
            }
            Share::arithmetic(plan.holder, plan.dimensions.results(), result)
        });
        Ok(results.collect())
    }

    /// Takes the random product for a tile and masks my parts of the factors with it.
    fn mask<'a>(&mut self, tile: &'a Tile, table: &[R], column: &[R], columns: usize) -> Opened<'a, R> {
        let random = self.correlations.take_products(tile.kind, tile.instances);
        self.consumed.add_products(tile.kind, tile.instances);
        let masked = |values: &[R], masks: &[R]| values.iter().zip(masks).map(|(v, m)| *v - *m).collect();
        let (mut e, mut f) = (Vec::new(), Vec::new());
        if tile.kind.table.include(self.me()) {
            let part = SecretVec::from(tile.table_of(table, columns));
            e = masked(&part, &random.table);
        }
        if tile.kind.column.include(self.me()) {
            let part = if tile.instances == 1 { &column[tile.columns.clone()] } else { column };
            f = masked(part, &random.column);
        }
        Opened { tile, random, table: e, column: f }
    }

    /// Sends my masked parts to those who need them and adds theirs.
    async fn open_factors(&mut self, opened: &mut [Opened<'_, R>]) -> Result<(), ChannelError> {
        let (me, parties) = (self.me(), self.parties());
        let tiles: Vec<&Tile> = opened.iter().map(|opened| opened.tile).collect();
        let mut outgoing: Vec<Option<Vec<u8>>> = vec![None; parties];
        let mut lengths: Vec<Option<usize>> = vec![None; parties];
        for ((from, to), elements) in openings(&tiles, parties) {
            if from == me {
                outgoing[to.0] = Some(Vec::with_capacity(elements * R::BYTES));
            }
            if to == me {
                lengths[from.0] = Some(elements * R::BYTES);
            }
        }
        for opened in &*opened {
            for (to, message) in outgoing.iter_mut().enumerate() {
                let (Some(message), Opening { table, column }) = (message, opened.tile.opening(me, PartyIndex(to)))
                else {
                    continue;
                };
                message.extend_from_slice(bytemuck::cast_slice(&opened.table[..table]));
                message.extend_from_slice(bytemuck::cast_slice(&opened.column[..column]));
            }
        }
        let outgoing: Vec<Option<&[u8]>> = outgoing.iter().map(Option::as_deref).collect();
        let incoming = self.session.network.scatter(ADDITIVE_PRODUCTS, &outgoing, &lengths).await?;
        for (from, message) in incoming.iter().enumerate().filter(|(from, _)| lengths[*from].is_some()) {
            let mut rest = message.as_slice();
            for opened in &mut *opened {
                let Opening { table, column } = opened.tile.opening(PartyIndex(from), me);
                rest = add_message(&mut opened.table, table, rest);
                rest = add_message(&mut opened.column, column, rest);
            }
        }
        Ok(())
    }
}

impl<R: RingElement> Opened<'_, R> {
    /// Adds my share of the tile's product to the rows of the result that it covers.
    fn add_to(mut self, result: &mut [R], me: PartyIndex) {
        let dimensions = self.tile.dimensions();
        let result = if dimensions.instances == 1 { &mut result[self.tile.rows.clone()] } else { result };
        result.iter_mut().zip(self.random.product.iter()).for_each(|(result, c)| *result += *c);
        if self.tile.closer() == me {
            // A f + E f in one.
            self.random.table.iter_mut().zip(&self.table).for_each(|(a, e)| *a += *e);
        }
        if self.tile.kind.table.include(me) {
            add_products(result, &self.random.table, &self.column, dimensions);
        }
        if self.tile.kind.column.include(me) {
            add_products(result, &self.table, &self.random.column, dimensions);
        }
    }
}

impl Plan {
    fn holds_result(&self, me: PartyIndex) -> bool {
        match self.holder {
            Holder::Party(party) => party == me,
            Holder::Everybody | Holder::Shared => true,
        }
    }
}

/// Adds the first `count` elements of a message to `sum`, which may be empty so far, and returns the rest.
fn add_message<'a, R: RingElement>(sum: &mut Vec<R>, count: usize, message: &'a [u8]) -> &'a [u8] {
    let (first, rest) = message.split_at(count * R::BYTES);
    if sum.len() < count {
        sum.resize(count, R::ZERO);
    }
    sum.iter_mut().zip(elements_of::<R>(first)).for_each(|(sum, term)| *sum += term);
    rest
}

fn factors<'a, S>(request: &ProductRequest<'a, S>) -> (&'a S, &'a S) {
    match *request {
        ProductRequest::Elementwise(left, right) => (left, right),
        ProductRequest::TableColumn { table, column, .. } => (table, column),
    }
}

/// Elements that a product's openings have, of all parties together.
pub(super) fn opened_elements(plan: &Plan, parties: usize) -> u64 {
    openings(&plan.tiles.iter().collect::<Vec<_>>(), parties).values().map(|elements| *elements as u64).sum()
}

/// The messages of one call.
pub(super) fn products_cost(ledger: &mut Ledger, plans: &[Plan], element_bytes: usize) {
    let tiles: Vec<&Tile> = plans.iter().flat_map(|plan| &plan.tiles).collect();
    let openings = openings(&tiles, ledger.parties());
    let messages = openings.into_iter().map(|((from, to), elements)| (from, to, (elements * element_bytes) as u64));
    ledger.simultaneous(&messages.collect::<Vec<_>>());
}
