//! AND gates and AND depth.

use super::super::{Bits, Builder, Shape, Signedness, integer};
use super::{SHAPES, circuit};

#[test]
fn print_table() {
    type G = fn(&mut Builder, &[Bits], Shape) -> Bits;
    let u = Signedness::Unsigned;
    let _ = u;
    let table: Vec<(&str, G)> = vec![
        ("add", |b, v, s| integer::add(b, &v[0], &v[1], s)),
        ("addc", |b, v, s| integer::add_with_carry(b, &v[0], &v[1], v[2][0], s)),
        ("sub", |b, v, s| integer::sub(b, &v[0], &v[1], s)),
        ("neg", |b, v, s| integer::neg(b, &v[0], s)),
        ("abs", |b, v, s| integer::abs(b, &v[0], s)),
        ("lt", |b, v, s| integer::less_than(b, &v[0], &v[1], Signedness::Unsigned, s).into()),
        ("lts", |b, v, s| integer::less_than(b, &v[0], &v[1], Signedness::Signed, s).into()),
        ("eq", |b, v, _| integer::equal(b, &v[0], &v[1]).into()),
        ("min", |b, v, s| integer::min(b, &v[0], &v[1], Signedness::Unsigned, s)),
        ("select", |b, v, _| integer::select(b, v[2][0], &v[0], &v[1])),
        ("mul", |b, v, s| integer::multiply(b, &v[0], &v[1], s)),
        ("wide", |b, v, s| integer::multiply_wide(b, &v[0], &v[1], Signedness::Unsigned, s)),
        ("wides", |b, v, s| integer::multiply_wide(b, &v[0], &v[1], Signedness::Signed, s)),
        ("square", |b, v, s| integer::square(b, &v[0], s)),
        ("squarew", |b, v, s| integer::square_wide(b, &v[0], Signedness::Unsigned, s)),
        ("squarews", |b, v, s| integer::square_wide(b, &v[0], Signedness::Signed, s)),
        ("popcount", |b, v, s| integer::popcount(b, &v[0], s)),
        ("sum3", |b, v, s| integer::sum(b, &v[..3], v[0].width(), s)),
        ("sum4", |b, v, s| integer::sum(b, &v[..4], v[0].width(), s)),
        ("sum16", |b, v, s| integer::sum(b, v, v[0].width(), s)),
        ("shl6", |b, v, _| integer::shift_left_by(b, &v[0], &v[1].truncate(v[0].width().ilog2() as usize))),
        ("sar6", |b, v, _| integer::shift_right_by(b, &v[0], &v[1].truncate(v[0].width().ilog2() as usize), Signedness::Signed)),
    ];
    for width in [8, 16, 32, 64, 128] {
        for (name, gadget) in &table {
            let t = std::time::Instant::now();
            let c = SHAPES.map(|s| circuit(&[width; 16], |b, v| gadget(b, v, s)));
            let t = t.elapsed();
            println!("{width:4} {name:10} ands {:6} depth {:4} | {:6} {:4}  {} {:?}", c[0].and_gates(), c[0].and_depth(), c[1].and_gates(), c[1].and_depth(), c[0].gates().len(), t);
        }
    }
}
