//! Programs on curves.

use quorate_circuits::bind::*;
use quorate_circuits::clear::*;
use quorate_circuits::curve::*;
use quorate_circuits::text::{parse, print};
use std::sync::Arc;

#[test]
fn end_to_end() {
    let source = include_str!("../src/signing/ecdsa-secp256k1.qp");
    let program = parse(source).unwrap_or_else(|e| panic!("{}", e.render("x", source)));
    let text = print(&program);
    assert_eq!(parse(&text).unwrap_or_else(|e| panic!("{}", e.render("x", &text))), program);
    let program = Arc::new(program);
    BoundProgram::check_greatest(&program).unwrap();
    let mut arguments = Arguments::default();
    arguments.parameters.insert("signers".into(), "2".into());
    arguments.parameters.insert("digest".into(), "11".repeat(32));
    arguments.parameters.insert("path".into(), "7".into());
    let bound = BoundProgram::new(&program, &arguments).unwrap();
    let s = |n: u8| Scalar::from_uniform(CurveName::Secp256k1, &[n; 64]);
    let mut held = Held::new();
    held.insert("key.secret".into(), Column::Scalars(vec![s(3)]));
    held.insert("key.point".into(), Column::Points(vec![Point::base(&s(3))]));
    let run = evaluate_with(&bound, &Inputs::new(), &held, Tape { numbers: &[], scalars: &[s(1), s(2)] }).unwrap();
    assert_eq!(run.outputs(&bound).count(), 4);
}
