//! What is run to find out how long units of work take: programs in which each kind of unit weighs by turns.

/// A program and its sizes, for a protocol whose products are as cheap as `replicated`'s.
pub(super) struct Workload {
    pub(super) name: &'static str,
    pub(super) source: &'static str,
    /// Parameters but for `rows`.
    pub(super) parameters: &'static [(&'static str, &'static str)],
    /// It runs once with each.
    pub(super) rows: &'static [usize],
    /// In which power of `rows` the work grows; none if it is rounds that take time, not gates.
    pub(super) power: i32,
}

/// Elements that let arithmetic shares be of 128 bits.
const WIDE: &[(&str, &str)] = &[("most", "100000000000000")];

/// Keys of more bits.
const TALL: &[(&str, &str)] = &[("most", "1000000000")];

macro_rules! workload {
    ($name:literal, $parameters:expr, $rows:expr, $power:expr) => {
        Workload {
            name: $name,
            source: include_str!(concat!("programs/", $name, ".qp")),
            parameters: $parameters,
            rows: $rows,
            power: $power,
        }
    };
}

/// All of them. The first is the smallest: it warms the machine.
pub(super) const WORKLOADS: &[Workload] = &[
    workload!("compared", &[], &[1, 4_000, 40_000], 1),
    workload!("products", &[], &[10_000, 200_000, 1_500_000], 1),
    workload!("products", WIDE, &[10_000, 200_000], 1),
    workload!("opened", &[], &[200_000], 1),
    workload!("opened", WIDE, &[100_000], 1),
    workload!("sums", &[], &[2_000, 20_000], 1),
    workload!("sums", WIDE, &[10_000], 1),
    workload!("weighted", &[], &[2_000, 20_000], 1),
    workload!("weighted", WIDE, &[10_000], 1),
    workload!("dot-product", &[], &[30_000, 600_000], 1),
    workload!("dot-product", WIDE, &[300_000], 1),
    workload!("matrices", &[], &[60, 200], 3),
    workload!("matrices", WIDE, &[120], 3),
    workload!("scores", &[], &[4_000], 1),
    workload!("compared", WIDE, &[20_000], 1),
    workload!("larger", &[], &[20_000], 1),
    workload!("larger", WIDE, &[4_000, 20_000], 1),
    workload!("greatest", &[], &[20_000], 1),
    workload!("greatest", WIDE, &[10_000], 1),
    workload!("sorted", &[], &[1_000, 8_000], 1),
    workload!("sorted", TALL, &[8_000], 1),
    workload!("grouped", &[], &[2_000, 30_000], 1),
    workload!("divided", &[], &[1_000], 1),
    workload!("divided", WIDE, &[500], 1),
    workload!("chain", &[], &[20, 100], 0),
    workload!("mixed", &[], &[20_000], 1),
];

impl Workload {
    /// `rows` for work that is so many times less.
    pub(super) fn scaled(&self, rows: usize, smaller: f64) -> usize {
        match self.power {
            0 => rows,
            power => ((rows as f64 / smaller.powf(1.0 / f64::from(power))).round() as usize).max(1),
        }
    }
}
