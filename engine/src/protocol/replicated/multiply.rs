//! Products (Araki et al. 2016, section 3.2): every party multiplies what it has of both factors, adds a fresh
//! sharing of zero, and sends the sum to the party before. Party `i` has `x_i` and `x_{i+1}`, likewise of `y`, so its
//! addend is `x_i (y_i + y_{i+1}) + x_{i+1} y_i`; the nine products of components are met once each.
//!
//! A dot product adds up before it is masked and sent: one element for each result. What one party knows it multiplies
//! by itself and shares anew; a public factor scales. Of a product of matrices the addends are others, with the same sum
//! (the module `matrix`).
//!
//! Verified parties prove what they sent (the module `integers`). What one of them knows they multiply like anything else:
//! nobody could check another sharing.

use super::matrix::{self, sums};
use super::messages::Messages;
use super::share::{Pair, Share};
use super::{PARTIES, REPLICATED_PRODUCTS, Replicated, next, previous};
use crate::correlation::{Dimensions, RingElement, SecretVec, add_products, elements_of};
use crate::net::{ChannelError, PartyIndex};
use crate::protocol::{Holder, ProductRequest, Shape};

/// A request on shapes.
pub(super) struct Plan {
    pub(super) dimensions: Dimensions,
    pub(super) holder: Holder,
    pub(super) way: Way,
}

/// How a product comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Without a message, since a factor is public.
    Local,
    /// By the party that knows both factors.
    Known(PartyIndex),
    /// By all three.
    Shared,
}

impl Plan {
    /// # Panics
    /// If lengths do not fit.
    pub(super) fn of<S>(request: &ProductRequest<'_, S>, verified: bool, shape: impl Fn(&S) -> Shape) -> Self {
        let (left, right) = factors(request);
        let (left, right) = (shape(left), shape(right));
        let dimensions = match request {
            ProductRequest::Elementwise(..) => {
                assert_eq!(left.length, right.length, "factors of one length");
                Dimensions { instances: left.length, rows: 1, columns: 1 }
            }
            ProductRequest::TableColumn { rows, .. } => {
                assert_eq!(left.length, rows * right.length, "a table of {rows} rows for this column");
                Dimensions { instances: 1, rows: *rows, columns: right.length }
            }
        };
        let way = match (left.holder, right.holder) {
            (Holder::Everybody, _) | (_, Holder::Everybody) => Way::Local,
            (Holder::Party(p), Holder::Party(q)) if p == q && !verified => Way::Known(p),
            _ => Way::Shared,
        };
        let holder = if way == Way::Shared { Holder::Shared } else { left.holder.join(right.holder) };
        Self { dimensions, holder, way }
    }

    /// Terms of the equation that is proven of a result: two for each product, and one if there is none.
    pub(super) fn terms(&self) -> usize {
        (2 * self.dimensions.columns).max(1)
    }

    /// Elements that are sent for it, by all parties together.
    pub(super) fn sent(&self) -> usize {
        match self.way {
            Way::Local => 0,
            Way::Known(_) => self.dimensions.results(),
            Way::Shared => PARTIES * self.dimensions.results(),
        }
    }
}

/// The messages of one call.
pub(super) fn product_messages(plans: &[Plan], element_bytes: usize) -> Messages {
    let mut messages = Messages::default();
    for plan in plans {
        let bytes = plan.dimensions.results() * element_bytes;
        match plan.way {
            Way::Local => {}
            Way::Known(party) => messages.add(party, next(party), bytes),
            Way::Shared => {
                (0..PARTIES).map(PartyIndex).for_each(|party| messages.add(party, previous(party), bytes));
            }
        }
    }
    messages
}

impl<R: RingElement> Replicated<R> {
    /// All requests in one round.
    pub(super) async fn products(
        &mut self,
        requests: &[ProductRequest<'_, Share<R>>],
    ) -> Result<Vec<Share<R>>, ChannelError> {
        let me = self.me();
        let plans: Vec<Plan> =
            requests.iter().map(|request| Plan::of(request, self.record.is_some(), |share| share.shape)).collect();
        let mut outgoing: [Vec<u8>; PARTIES] = Default::default();
        let mut pairs = Vec::with_capacity(requests.len());
        let masked: usize = plans.iter().filter(|plan| plan.way == Way::Shared).map(|p| p.dimensions.results()).sum();
        let room = || SecretVec::with_capacity(masked);
        let mut masks = self.record.is_some().then(|| Pair::new(room(), room()));
        while let Some((request, plan)) = requests.get(pairs.len()).zip(plans.get(pairs.len())) {
            let (left, right) = factors(request);
            match plan.way {
                Way::Local => pairs.push(local(left, right, plan.dimensions)),
                Way::Known(party) => {
                    let values = if party == me { known(left, right, plan.dimensions) } else { SecretVec::default() };
                    pairs.push(self.share_elements(party, plan.dimensions.results(), values, &mut outgoing));
                }
                Way::Shared if matches!(request, ProductRequest::TableColumn { .. }) => {
                    let columns = columns_of(left, &requests[pairs.len()..], &plans[pairs.len()..]);
                    let addends = self.matrix_addends(left, &columns, plan.dimensions, masks.as_mut());
                    pairs.extend(addends.into_iter().map(|addend| Pair::new(addend, SecretVec::default())));
                }
                Way::Shared => pairs.push(Pair::new(self.addend(left, right, masks.as_mut()), SecretVec::default())),
            }
        }
        let messages = product_messages(&plans, R::BYTES);
        let incoming = self.pass_products(&messages, &plans, &pairs, outgoing).await?;
        let mut rests = [previous(me), next(me)].map(|peer| incoming[peer.0].as_slice());
        let mut received = |from: usize, length: usize| -> SecretVec<R> {
            let (message, rest) = rests[from].split_at(length * R::BYTES);
            rests[from] = rest;
            elements_of::<R>(message).into()
        };
        let shares = plans.iter().zip(pairs).map(|(plan, pair)| {
            let length = plan.dimensions.results();
            let pair = match plan.way {
                Way::Shared => Pair { second: received(1, length), ..pair },
                Way::Known(party) if party == previous(me) => Pair { first: received(0, length), ..pair },
                Way::Known(_) | Way::Local => pair,
            };
            Share::arithmetic(length, plan.holder, pair)
        });
        let shares: Vec<Share<R>> = shares.collect();
        if let Some(masks) = masks {
            self.record_products(requests, &plans, &masks, &shares).await?;
        }
        Ok(shares)
    }

    /// Sends my addends to the party before, and what I know to the one after. A single product is sent from where it
    /// stands.
    async fn pass_products(
        &mut self,
        messages: &Messages,
        plans: &[Plan],
        pairs: &[Pair<SecretVec<R>>],
        mut outgoing: [Vec<u8>; PARTIES],
    ) -> Result<Vec<Vec<u8>>, ChannelError> {
        let back = previous(self.me()).0;
        let addends = plans.iter().zip(pairs).filter(|(plan, _)| plan.way == Way::Shared);
        let addends: Vec<&[u8]> = addends.map(|(_, pair)| bytemuck::cast_slice(&pair.first)).collect();
        if addends.len() > 1 {
            outgoing[back] = addends.concat();
        }
        let mut slices = outgoing.each_ref().map(Vec::as_slice);
        if let [addend] = addends.as_slice() {
            slices[back] = addend;
        }
        messages.pass_slices(&mut self.session.network, REPLICATED_PRODUCTS, &slices).await
    }

    /// My addend of an element-wise product, masked.
    fn addend(
        &mut self,
        left: &Share<R>,
        right: &Share<R>,
        mut masks: Option<&mut Pair<SecretVec<R>>>,
    ) -> SecretVec<R> {
        let (x, y) = (left.elements(), right.elements());
        let piece = super::keys::Keys::piece::<R>();
        let keys = self.keys();
        let lefts = x.first.chunks(piece).zip(x.second.chunks(piece));
        let rights = y.first.chunks(piece).zip(y.second.chunks(piece));
        let mut addend = Vec::with_capacity(x.first.len());
        for ((a, b), (c, d)) in lefts.zip(rights) {
            let from = addend.len();
            addend.extend(a.iter().zip(b).zip(c.iter().zip(d)).map(|((a, b), (c, d))| *a * (*c + *d) + *b * *c));
            keys.add_zero(&mut addend[from..], masks.as_deref_mut());
        }
        addend.into()
    }

    /// My addends of the products of a table with columns, masked, for each column.
    fn matrix_addends(
        &mut self,
        table: &Share<R>,
        columns: &[&Share<R>],
        dimensions: Dimensions,
        mut masks: Option<&mut Pair<SecretVec<R>>>,
    ) -> Vec<SecretVec<R>> {
        let pairs: Vec<&Pair<SecretVec<R>>> = columns.iter().map(|column| column.elements()).collect();
        let mut addends = SecretVec::<R>::zeros(dimensions.rows * columns.len());
        if dimensions.table() > 0 {
            matrix::add_addends(&mut addends, table.elements(), &pairs, masks.is_some());
        }
        let addend = |c: usize| SecretVec::from(addends[c * dimensions.rows..][..dimensions.rows].to_vec());
        let mut addends: Vec<SecretVec<R>> = (0..columns.len()).map(addend).collect();
        let keys = self.keys();
        addends.iter_mut().for_each(|addend| keys.add_zero(addend, masks.as_deref_mut()));
        addends
    }
}

/// The columns that this table is multiplied with by the first of these requests and those right behind it: a product
/// of two tables comes column by column.
fn columns_of<'a, R: RingElement>(
    table: &Share<R>,
    requests: &[ProductRequest<'a, Share<R>>],
    plans: &[Plan],
) -> Vec<&'a Share<R>> {
    let with_table = requests.iter().zip(plans).map_while(|(request, plan)| match *request {
        ProductRequest::TableColumn { table: other, column, .. } if plan.way == Way::Shared => {
            std::ptr::eq(other, table).then_some(column)
        }
        _ => None,
    });
    with_table.collect()
}

/// A product with a public factor, component by component.
fn local<R: RingElement>(left: &Share<R>, right: &Share<R>, dimensions: Dimensions) -> Pair<SecretVec<R>> {
    let product = |table: &[R], column: &[R]| {
        let mut product = SecretVec::zeros(dimensions.results());
        add_up(&mut product, table, column, dimensions);
        product
    };
    match (left.shape.holder, right.shape.holder) {
        (Holder::Everybody, Holder::Everybody) => {
            Pair::new(product(&left.elements().first, &right.elements().first), SecretVec::default())
        }
        (Holder::Everybody, _) => right.elements().map(|column| product(&left.elements().first, column)),
        _ => left.elements().map(|table| product(table, &right.elements().first)),
    }
}

/// The product of two vectors that this party knows.
fn known<R: RingElement>(left: &Share<R>, right: &Share<R>, dimensions: Dimensions) -> SecretVec<R> {
    let mut product = SecretVec::zeros(dimensions.results());
    add_up(&mut product, &sums(left.elements()), &sums(right.elements()), dimensions);
    product
}

/// Adds products; of what is not there, nothing.
fn add_up<R: RingElement>(sums: &mut [R], table: &[R], column: &[R], dimensions: Dimensions) {
    if !table.is_empty() && !column.is_empty() {
        add_products(sums, table, column, dimensions);
    }
}

pub(super) fn factors<'a, S>(request: &ProductRequest<'a, S>) -> (&'a S, &'a S) {
    match *request {
        ProductRequest::Elementwise(left, right) => (left, right),
        ProductRequest::TableColumn { table, column, .. } => (table, column),
    }
}
