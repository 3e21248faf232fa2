//! What the language refuses of programs on curves: where, and in which words.

use quorate_circuits::text::parse;

const HEAD: &str = "program p
parameter n in 1..=9
parameter message: bytes[0..=9]
parameter digest: bytes[32]
parameter path: scalar(secp256k1) default 0
parameter many in 1..=10^6
parameter who: structure
role a
role b
held key.secret: scalar(secp256k1)
held key.point: point(secp256k1)
held public other.scalar: scalar(p256)
held other.point: point(ed25519)
let k = random_scalar(secp256k1)
let R = open_point(k)
";

/// The line after the head.
const LINE: u32 = 16;

/// A statement, the column of the error, and what is said there.
const REFUSED: &[(&str, u32, &str)] = &[
    // Kinds and curves that do not mix.
    ("let x = k + other.scalar", 11, "a value on secp256k1 meets one on p256"),
    ("let x = R + other.point", 11, "a value on secp256k1 meets one on ed25519"),
    ("let x = k + R", 11, "a scalar meets a point; write the scalar as a point: x * generator(secp256k1)"),
    ("let x = R * R", 11, "points have no product"),
    ("let x = k + n", 11, "a number meets a value on secp256k1"),
    ("let x = k * 0.5", 11, "only whole numbers that are written out do"),
    ("let x = k + (n > 3)", 11, "a bit meets a value on secp256k1"),
    ("let x = path + message", 14, "bytes are for digest_scalar and the challenges of signatures alone"),
    ("let x = -message", 9, "bytes are for digest_scalar"),
    ("let x = path < 3", 14, "lt is for numbers; scalars and points know + - * / and == alone"),
    ("let x = path != 3", 14, "ne is for numbers"),
    ("let x = max(path, 3)", 9, "max is for numbers"),
    ("let x = share(path)", 9, "share is for numbers"),
    ("let x = k[0]", 10, "this is for numbers and bits; the operand is scalar(secp256k1)"),
    ("let x = bits(path, 3)", 9, "this is for numbers and bits; the operand is scalar(secp256k1)"),
    ("let x = random_scalar(secp256k1, 3) + random_scalar(secp256k1, 4)", 37, "shapes differ: [3] and [4]"),
    // Secrecy.
    ("let x = path / k", 14, "only public scalars are divided; this one is secret"),
    (
        "let x = k * R",
        11,
        "the multiple of a point is taken by a public scalar; this one is secret; open_point(x) is x*G",
    ),
    ("let x = k == 3", 11, "only public scalars and points are compared; this one is secret"),
    ("let x = low_s(k)", 9, "low_s takes a public scalar; this one is secret; open it first: low_s(open(s))"),
    ("let x = open(path)", 9, "this scalar is public already; use it as it is"),
    ("let x = open_point(path)", 9, "this scalar is public already; write x * generator(secp256k1)"),
    ("let x = open(3)", 9, "open takes scalars or points; this is a number"),
    ("let x = open(R)", 9, "open takes scalar(secp256k1) here; this is point(secp256k1)"),
    ("reveal x = k to all", 8, "is not revealed; open it inside the protocol, and show it: output s = open(x)"),
    ("reveal x = path to all", 8, "is not revealed"),
    ("output x = k", 8, "an output is public; this scalar is secret; open it: output s = open(x)"),
    ("output x = message", 8, "these are bytes"),
    // Who has what, and who gets it.
    ("held more.point: point(secp256k1) by a", 6, "everybody knows this; `by` says who has the shares of a secret"),
    ("keep key.secret = path to a", 6, "only a single secret scalar is handed to one party"),
    ("assert_point(path, R)", 1, "assert_point is for a secret scalar; this one is public"),
    ("assert_point(R, k)", 1, "assert_point takes scalar(secp256k1) here; this is point(secp256k1)"),
    ("assert_point(k, other.point)", 1, "a value on secp256k1 meets one on ed25519"),
    ("assert_point(1, 2)", 1, "assert_point takes scalars or points; this is a number"),
    ("assert k, \"x\"", 1, "assert takes a bit"),
    ("assert_point(k, R), x", 21, "assert ends with a message in quotes"),
    // Functions of schemes.
    ("let x = x_coordinate(other.point)", 9, "x_coordinate is not defined on ed25519"),
    ("let x = x_coordinate(path)", 9, "x_coordinate takes point(secp256k1) here; this is scalar(secp256k1)"),
    ("let x = even_y(path)", 9, "even_y takes point(secp256k1) here"),
    ("let x = digest_scalar(ed25519, digest)", 9, "digest_scalar is not defined on ed25519"),
    ("let x = digest_scalar(p256, path)", 9, "digest_scalar takes bytes here; this is scalar(secp256k1)"),
    ("let x = challenge_bip340(other.point, other.point, message)", 9, "challenge_bip340 takes point(secp256k1) here"),
    ("let x = challenge_ed25519(other.point, other.point, path)", 9, "a value on ed25519 meets one on secp256k1"),
    ("let x = challenge_ed25519(R, R, message)", 9, "challenge_ed25519 takes point(ed25519) here"),
    ("let x = coin(p-256)", 14, "there is no curve p; write secp256k1, p256 or ed25519"),
    ("let x = coin(3)", 14, "expected a curve"),
    ("let x = random_scalar(secp256k1, 0)", 9, "between 1 and 65536"),
    ("let x = random_scalar(secp256k1, many)", 9, "between 1 and 65536"),
    ("let x = random_scalar(secp256k1, path)", 9, "between 1 and 65536"),
    // Records.
    (
        "let x = presignature.mask",
        9,
        "there is no role presignature, and no record presignature of which something is held",
    ),
    ("let x = kay.secret", 9, "did you mean key?"),
    ("let x = key.secrte", 13, "there is no held value key.secrte; did you mean secret?"),
    ("held key.secret: scalar(secp256k1)", 6, "key.secret is held twice"),
    ("held a.secret: scalar(secp256k1)", 6, "a is the name of a role and of a record"),
    ("held public x.y: point(p256)", 18, "points are public always; leave out `public`"),
    ("held x.y: u8", 11, "a value of type u8 cannot be held"),
    ("held x.in: point(p256)", 6, "x.in cannot be a name"),
    ("keep a.x = k", 6, "a is the name of a role and of a record"),
    ("keep x.y = n", 6, "only scalars and points are kept; this is a number"),
    ("keep x.y = message", 6, "only scalars and points are kept; this is a bytes"),
    ("keep x.y = path threshold 2 for sums", 6, "a threshold is for what is secret; everybody knows this"),
    ("keep x.y = random_scalar(p256, 3) threshold 2 for sums", 6, "a threshold is for a single scalar"),
    ("keep x.y = k threshold 1 for sums", 6, "a threshold is a number, or a parameter, between 2 and 256"),
    ("keep x.y = k threshold n for sums", 6, "with a threshold of 1 every party would know the secret"),
    ("keep x.y = k threshold 2 for love", 30, "expected products or sums"),
    ("keep x.y = k threshold who for sums", 24, "this is a structure; write structure in front of it"),
    ("keep x.y = k structure n for sums", 24, "this is no structure; write threshold in front of it"),
    ("keep x.y = k structure 2 for sums", 24, "this is no structure"),
    ("keep x.y = path structure who for sums", 6, "a threshold is for what is secret; everybody knows this"),
    ("let x = k + who", 13, "a structure is no value: it says who can use what is kept"),
    ("keep x.y = k threshold 2", 25, "expected \"for\""),
    ("keep x = k", 8, "expected \".\""),
    // Parameters.
    ("parameter x: bytes[9..=3]", 11, "the least length of x is above its greatest"),
    ("parameter x: bytes[65537]", 11, "x can be too long; at most 65536 bytes"),
    ("parameter x: scalar(p256) default -1", 11, "the default of x is a whole number that is not negative"),
    ("parameter x: point(p256)", 14, "a parameter of type point does not exist"),
    // The rest of the language.
    ("function f(x) = x * generator(p256)", 21, "a function works on numbers and bits, not on values of curves"),
    ("function f(x) = x + path", 21, "a function works on numbers and bits, not on values of curves"),
    ("function f(x) = key.point", 17, "a function sees its parameters alone"),
    (
        "let x = random_bits(3)",
        9,
        "a program on curves works on no secret numbers; random_scalar(curve) draws a scalar",
    ),
    ("input a.x: u8", 9, "so that it has no inputs"),
];

#[test]
fn refusals_name_the_place_and_the_way_out() {
    let mut misses = Vec::new();
    for (statement, column, message) in REFUSED {
        // A function is looked at where it is used, and a value where it is named.
        let used = if statement.starts_with("function") { "\noutput y = f(3)" } else { "" };
        let source = format!("{HEAD}{statement}{used}\n");
        let error = parse(&source).expect_err(statement);
        let said = format!("{}; {}", error.message, error.hint.as_deref().unwrap_or_default());
        let at = (error.span.line, error.span.column);
        if !said.contains(message) || at != (LINE, *column) || !error.render("p.qp", &source).contains('^') {
            misses.push(format!("{statement}\n  {said} at {at:?}"));
        }
    }
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

#[test]
fn something_is_opened_or_kept() {
    let source = "program p\nrole a\nlet c = coin(p256)\noutput x = c\n";
    let error = parse(source).expect_err("nothing is computed together");
    assert!(error.message.contains("the program reveals nothing"), "{error}");
}

#[test]
fn a_program_of_all_of_it_is_accepted() {
    let source = format!(
        "{HEAD}let c = coin(secp256k1)
let y = -k * 3 + 2 * c - key.secret * k
assert_point(y, open_point(y)), \"not y\"
let v = random_scalar(secp256k1, n)
let w = open(v * c + 1)
assert w * generator(secp256k1) == c * open_point(v) + 1 * generator(secp256k1), \"not w\"
output r = low_s(x_coordinate(-R - key.point) / 2)
keep a_record.v = v
keep key.secret = y threshold 2 for sums
keep key.point = even_y(R) * R
output e = challenge_bip340(R, R, message) + digest_scalar(secp256k1, digest)
output c = c
"
    );
    let program = parse(&source).unwrap_or_else(|error| panic!("{}", error.render("p.qp", &source)));
    let text = quorate_circuits::text::print(&program);
    let again = parse(&text).unwrap_or_else(|error| panic!("{}", error.render("p.qp", &text)));
    assert_eq!(again, program, "{text}");
    assert_eq!(quorate_circuits::text::print(&again), text);
}
