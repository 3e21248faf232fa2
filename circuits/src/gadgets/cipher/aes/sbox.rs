//! SubBytes on one byte: Boyar and Peralta, "A small depth-16 circuit for the AES S-box" (SEC 2012).
//!
//! The byte goes by a linear map to GF(((2^2)^2)^2), where its inverse is three products of sums and an inverse in
//! GF(2^4), and by another linear map back. Names are the paper's: U and S are input and output with the most
//! significant bit first, T, M and L the wires of the three parts.
//!
//! For `FewAnds` the inverse in GF(2^4) is the one of Boyar and Peralta, "A new combinational logic minimization
//! technique with applications to cryptology" (SEA 2010), which has two AND gates fewer and two levels more.

use crate::boolean::{Bits, Builder, Shape, Wire};

/// The S-box of FIPS 197, section 5.1.1. `FewAnds`: 32 AND gates in depth 6. `FewRounds`: 34 in depth 4.
///
/// # Panics
/// If `byte` does not have 8 bits.
pub fn substitute(builder: &mut Builder, byte: &Bits, shape: Shape) -> Bits {
    assert_eq!(byte.width(), 8, "a byte");
    let u: Vec<Wire> = byte.iter().rev().collect();
    let t = top(builder, &u);
    let products = middle(builder, &t, u[7], shape);
    let s = bottom(builder, &products);
    s.into_iter().rev().collect()
}

/// T1 to T27, each in its place; place 0 is not used.
fn top(builder: &mut Builder, u: &[Wire]) -> [Wire; 28] {
    let mut t = [Wire::FALSE; 28];
    t[1] = builder.xor(u[0], u[3]);
    t[2] = builder.xor(u[0], u[5]);
    t[3] = builder.xor(u[0], u[6]);
    t[4] = builder.xor(u[3], u[5]);
    t[5] = builder.xor(u[4], u[6]);
    t[6] = builder.xor(t[1], t[5]);
    t[7] = builder.xor(u[1], u[2]);
    t[8] = builder.xor(u[7], t[6]);
    t[9] = builder.xor(u[7], t[7]);
    t[10] = builder.xor(t[6], t[7]);
    t[11] = builder.xor(u[1], u[5]);
    t[12] = builder.xor(u[2], u[5]);
    t[13] = builder.xor(t[3], t[4]);
    t[14] = builder.xor(t[6], t[11]);
    t[15] = builder.xor(t[5], t[11]);
    t[16] = builder.xor(t[5], t[12]);
    t[17] = builder.xor(t[9], t[16]);
    t[18] = builder.xor(u[3], u[7]);
    t[19] = builder.xor(t[7], t[18]);
    t[20] = builder.xor(t[1], t[19]);
    t[21] = builder.xor(u[6], u[7]);
    t[22] = builder.xor(t[7], t[21]);
    t[23] = builder.xor(t[2], t[22]);
    t[24] = builder.xor(t[2], t[10]);
    t[25] = builder.xor(t[20], t[17]);
    t[26] = builder.xor(t[3], t[16]);
    t[27] = builder.xor(t[1], t[12]);
    t
}

/// M46 to M63, where `d` is U7.
fn middle(builder: &mut Builder, t: &[Wire; 28], d: Wire, shape: Shape) -> [Wire; 18] {
    let norm = norm(builder, t, d);
    let [m37, m38, m39, m40] = match shape {
        Shape::FewAnds => inverse_with_few_ands(builder, norm),
        Shape::FewRounds => inverse_with_few_rounds(builder, norm),
    };
    let m41 = builder.xor(m38, m40);
    let m42 = builder.xor(m37, m39);
    let m43 = builder.xor(m37, m38);
    let m44 = builder.xor(m39, m40);
    let m45 = builder.xor(m42, m41);
    [
        (m44, t[6]),
        (m40, t[8]),
        (m39, d),
        (m43, t[16]),
        (m38, t[9]),
        (m37, t[17]),
        (m42, t[15]),
        (m45, t[27]),
        (m41, t[10]),
        (m44, t[13]),
        (m40, t[23]),
        (m39, t[19]),
        (m43, t[3]),
        (m38, t[22]),
        (m37, t[20]),
        (m42, t[1]),
        (m45, t[4]),
        (m41, t[2]),
    ]
    .map(|(inverse, factor)| builder.and(inverse, factor))
}

/// M20 to M23, the element of GF(2^4) that is to be inverted.
fn norm(builder: &mut Builder, t: &[Wire; 28], d: Wire) -> [Wire; 4] {
    let m1 = builder.and(t[13], t[6]);
    let m2 = builder.and(t[23], t[8]);
    let m3 = builder.xor(t[14], m1);
    let m4 = builder.and(t[19], d);
    let m5 = builder.xor(m4, m1);
    let m6 = builder.and(t[3], t[16]);
    let m7 = builder.and(t[22], t[9]);
    let m8 = builder.xor(t[26], m6);
    let m9 = builder.and(t[20], t[17]);
    let m10 = builder.xor(m9, m6);
    let m11 = builder.and(t[1], t[15]);
    let m12 = builder.and(t[4], t[27]);
    let m13 = builder.xor(m12, m11);
    let m14 = builder.and(t[2], t[10]);
    let m15 = builder.xor(m14, m11);
    let m16 = builder.xor(m3, m2);
    let m17 = builder.xor(m5, t[24]);
    let m18 = builder.xor(m8, m7);
    let m19 = builder.xor(m10, m15);
    let m20 = builder.xor(m16, m13);
    let m21 = builder.xor(m17, m15);
    let m22 = builder.xor(m18, m13);
    let m23 = builder.xor(m19, t[25]);
    [m20, m21, m22, m23]
}

/// M37 to M40 with seven AND gates in depth 2.
fn inverse_with_few_rounds(builder: &mut Builder, [m20, m21, m22, m23]: [Wire; 4]) -> [Wire; 4] {
    let m24 = builder.xor(m22, m23);
    let m25 = builder.and(m22, m20);
    let m26 = builder.xor(m21, m25);
    let m27 = builder.xor(m20, m21);
    let m28 = builder.xor(m23, m25);
    let m29 = builder.and(m28, m27);
    let m30 = builder.and(m26, m24);
    let m31 = builder.and(m20, m23);
    let m32 = builder.and(m27, m31);
    let m33 = builder.xor(m27, m25);
    let m34 = builder.and(m21, m22);
    let m35 = builder.and(m24, m34);
    let m36 = builder.xor(m24, m25);
    let m37 = builder.xor(m21, m29);
    let m38 = builder.xor(m32, m33);
    let m39 = builder.xor(m23, m30);
    let m40 = builder.xor(m35, m36);
    [m37, m38, m39, m40]
}

/// The same with five AND gates in depth 4. The wires are named as in the paper of 2010, where the input is T21 to
/// T24 and the output T29, T40, T33, T37.
fn inverse_with_few_ands(builder: &mut Builder, [t21, t22, t23, t24]: [Wire; 4]) -> [Wire; 4] {
    let t25 = builder.xor(t21, t22);
    let t26 = builder.and(t21, t23);
    let t27 = builder.xor(t24, t26);
    let t28 = builder.and(t25, t27);
    let t29 = builder.xor(t28, t22);
    let t30 = builder.xor(t23, t24);
    let t31 = builder.xor(t22, t26);
    let t32 = builder.and(t31, t30);
    let t33 = builder.xor(t32, t24);
    let t34 = builder.xor(t23, t33);
    let t35 = builder.xor(t27, t33);
    let t36 = builder.and(t24, t35);
    let t37 = builder.xor(t36, t34);
    let t38 = builder.xor(t27, t36);
    let t39 = builder.and(t29, t38);
    let t40 = builder.xor(t25, t39);
    [t29, t40, t33, t37]
}

/// S0 to S7 of M46 to M63.
fn bottom(builder: &mut Builder, m: &[Wire; 18]) -> [Wire; 8] {
    let &[m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61, m62, m63] = m;
    let l0 = builder.xor(m61, m62);
    let l1 = builder.xor(m50, m56);
    let l2 = builder.xor(m46, m48);
    let l3 = builder.xor(m47, m55);
    let l4 = builder.xor(m54, m58);
    let l5 = builder.xor(m49, m61);
    let l6 = builder.xor(m62, l5);
    let l7 = builder.xor(m46, l3);
    let l8 = builder.xor(m51, m59);
    let l9 = builder.xor(m52, m53);
    let l10 = builder.xor(m53, l4);
    let l11 = builder.xor(m60, l2);
    let l12 = builder.xor(m48, m51);
    let l13 = builder.xor(m50, l0);
    let l14 = builder.xor(m52, m61);
    let l15 = builder.xor(m55, l1);
    let l16 = builder.xor(m56, l0);
    let l17 = builder.xor(m57, l1);
    let l18 = builder.xor(m58, l8);
    let l19 = builder.xor(m63, l4);
    let l20 = builder.xor(l0, l1);
    let l21 = builder.xor(l1, l7);
    let l22 = builder.xor(l3, l12);
    let l23 = builder.xor(l18, l2);
    let l24 = builder.xor(l15, l9);
    let l25 = builder.xor(l6, l10);
    let l26 = builder.xor(l7, l9);
    let l27 = builder.xor(l8, l10);
    let l28 = builder.xor(l11, l14);
    let l29 = builder.xor(l11, l17);
    let negated = [(l16, l26), (l19, l28), (l13, l27), (l6, l23)].map(|(x, y)| {
        let sum = builder.xor(x, y);
        builder.not(sum)
    });
    let [s1, s2, s6, s7] = negated;
    let [s0, s3, s4, s5] = [(l6, l24), (l6, l21), (l20, l22), (l25, l29)].map(|(x, y)| builder.xor(x, y));
    [s0, s1, s2, s3, s4, s5, s6, s7]
}
