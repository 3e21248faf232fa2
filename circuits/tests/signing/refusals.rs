//! What stops a program on curves in the clear, with the line that says so.

use std::sync::Arc;

use quorate_circuits::bind::{Arguments, BoundProgram};
use quorate_circuits::clear::{ClearError, Column, Held, Inputs, Tape, evaluate_with};
use quorate_circuits::curve::{CurveName, Point, Scalar};
use quorate_circuits::text::parse;

use crate::run::{Run, scalar};

const CURVE: CurveName = CurveName::Secp256k1;

fn error(statements: &str, drawn: &[Scalar]) -> ClearError {
    let source = format!("program p\nrole a\n{statements}");
    let program = Arc::new(parse(&source).unwrap_or_else(|error| panic!("{}", error.render("p", &source))));
    let bound = BoundProgram::new(&program, &Arguments::default()).expect("bound");
    let tape = Tape { numbers: &[], scalars: drawn };
    evaluate_with(&bound, &Inputs::new(), &Held::new(), tape).expect_err(statements)
}

#[test]
fn what_has_no_result_stops_at_its_line() {
    let k = scalar(CURVE, 1);
    let zero = Scalar::zero(CURVE);
    let opened = "let k = random_scalar(secp256k1)\nlet x = open(k)\n";
    assert_eq!(error(&format!("{opened}output y = 1 / x\n"), &[zero]), ClearError::DivisionByZero(5));
    let point = format!("{opened}output y = x_coordinate(x * generator(secp256k1))\n");
    assert_eq!(error(&point, &[zero]), ClearError::NoCoordinates(5));
    let even = format!("{opened}output y = even_y(open_point(k))\n");
    assert_eq!(error(&even, &[zero]), ClearError::NoCoordinates(5));
    assert_eq!(error(opened, &[]), ClearError::TapeTooShort(0));
    let failed = error(&format!("{opened}assert x == 3, \"not three\"\n"), &[k]);
    assert_eq!(failed, ClearError::AssertFailed { message: "not three".into(), line: 5 });
    let failed = error(&format!("{opened}assert_point(k, generator(secp256k1))\n"), &[k]);
    let message = "a secret does not belong to its public point".to_owned();
    assert_eq!(failed, ClearError::AssertFailed { message, line: 5 });
}

#[test]
fn what_is_held_is_what_was_declared() {
    let (key, digest) = (scalar(CURVE, 1), "00".repeat(32));
    let run = Run::of_key(&key).given("digest", &*digest).drawing(&[key, key]);
    assert!(run.of("ecdsa-secp256k1").is_ok());
    let without = Run::new().given("digest", &*digest).drawing(&[key, key]).of("ecdsa-secp256k1");
    assert_eq!(without, Err(ClearError::MissingHeld("key.secret".into())));
    let foreign = scalar(CurveName::P256, 1);
    let point = Point::base(&key);
    for (name, column, expected) in [
        ("key.secret", Column::Scalars(vec![foreign]), "scalar(secp256k1)"),
        ("key.secret", Column::Points(vec![point]), "scalar(secp256k1)"),
        ("key.secret", Column::Scalars(vec![key, key]), "scalar(secp256k1)"),
        ("key.point", Column::Points(vec![]), "point(secp256k1)"),
        ("key.point", Column::Words(vec![1]), "point(secp256k1)"),
    ] {
        let wrong = ClearError::WrongHeld { name: name.into(), expected: expected.into() };
        assert_eq!(run.clone().held(name, column).of("ecdsa-secp256k1"), Err(wrong));
    }
    let other = Column::Points(vec![Point::generator(CURVE)]);
    let error = run.held("key.point", other).of("ecdsa-secp256k1").expect_err("another key");
    assert!(error.to_string().contains("a secret does not belong to its public point"), "{error}");
}
