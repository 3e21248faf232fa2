//! Folding with an associative operation in logarithmic depth.

/// `items[0] ∘ items[1] ∘ ...` by a balanced tree: `items.len() - 1` operations in depth lg `items.len()`, and
/// `items[0]` at the full depth. `None` for no items.
pub(super) fn reduce<T: Copy>(mut items: Vec<T>, mut combine: impl FnMut(T, T) -> T) -> Option<T> {
    while items.len() > 1 {
        items = combine_pairs(&items, &mut combine);
    }
    items.pop()
}

/// All the prefixes `items[0] ∘ ... ∘ items[i]` in depth lg n and fewer than 4n operations: the construction P_0
/// of Ladner and Fischer, "Parallel prefix computation" (1980).
///
/// The low half, whose last prefix alone is needed in time, is computed with half the operations at the price of
/// one level for the others; the high half then takes that last prefix in.
pub(super) fn prefixes<T: Copy>(items: &[T], combine: &mut impl FnMut(T, T) -> T) -> Vec<T> {
    if items.len() < 2 {
        return items.to_vec();
    }
    let (low, high) = items.split_at(items.len().div_ceil(2));
    let mut prefixed = sparse_prefixes(low, combine);
    let last = prefixed[low.len() - 1];
    for prefix in prefixes(high, combine) {
        prefixed.push(combine(last, prefix));
    }
    prefixed
}

/// The construction P_1: depth lg n for the last prefix and one more for the others.
fn sparse_prefixes<T: Copy>(items: &[T], combine: &mut impl FnMut(T, T) -> T) -> Vec<T> {
    if items.len() < 2 {
        return items.to_vec();
    }
    let of_pairs = prefixes(&combine_pairs(items, combine), combine);
    let mut prefixed = Vec::with_capacity(items.len());
    prefixed.push(items[0]);
    for (index, &item) in items.iter().enumerate().skip(1) {
        let pair = index / 2;
        let ends_pair = index % 2 == 1 || index == items.len() - 1;
        prefixed.push(if ends_pair { of_pairs[pair] } else { combine(of_pairs[pair - 1], item) });
    }
    prefixed
}

/// Combines neighbours; an item without one stays as it is.
fn combine_pairs<T: Copy>(items: &[T], combine: &mut impl FnMut(T, T) -> T) -> Vec<T> {
    items.chunks(2).map(|pair| if let [low, high] = *pair { combine(low, high) } else { pair[0] }).collect()
}
