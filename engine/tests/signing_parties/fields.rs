//! The fields of every message of key generation and signing, as the protocols' documentation lays them out.

use quorate_circuits::curve::CurveName;
use quorate_engine::crypto::echo_bytes;
use quorate_engine::net::Step;
use quorate_engine::plan::{CurvePlan, Plan};
use quorate_engine::vole::{BITS, begin_bytes};

/// Bytes of a scalar, of a digest and of what opens a commitment.
const SCALAR: usize = 32;
/// Bytes of the response to the check of an OT extension.
const RESPONSE: usize = 48;

/// What a field is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    Points,
    Scalars,
    Bytes,
}

/// A field of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) made: Made,
    pub(crate) bytes: usize,
}

fn field(name: &'static str, made: Made, bytes: usize) -> Field {
    Field { name, made, bytes }
}

/// The fields of a step's message, one after the other.
pub(crate) fn fields(plan: &Plan, step: Step) -> Vec<Field> {
    let curve = plan.curve.as_ref().expect("a plan over a curve");
    let point = if curve.curve == CurveName::Ed25519 { 32 } else { 33 };
    let echo = field("echo", Made::Bytes, echo_bytes(plan.parties));
    let pairs = || curve.nonces.iter().map(|n| n.length).chain(curve.stored.iter().map(|s| s.length)).sum::<usize>();
    match step.name() {
        "key/commit" => vec![field("commitment", Made::Bytes, 32)],
        "key/deal" => vec![
            field("opening", Made::Bytes, 32),
            field("coefficients", Made::Points, curve.keys[0].sharing.access.signers_needed() * point),
            field("proof", Made::Scalars, 2 * SCALAR),
            field("share", Made::Scalars, SCALAR),
        ],
        "key/complain" => vec![echo, field("complaints", Made::Bytes, plan.parties)],
        "key/confirm" | "key/settle" => vec![echo, field("digest", Made::Bytes, 32)],
        "key/answer" => vec![field("answer", Made::Scalars, SCALAR)],
        "reshare/commit" => {
            let dealers = curve.resharings[0].dealers.count;
            vec![field("commitment", Made::Bytes, 32), field("publics", Made::Points, dealers * point)]
        }
        "reshare/deal" => vec![
            field("opening", Made::Bytes, 32),
            field("coefficients", Made::Points, curve.resharings[0].sharing.access.signers_needed() * point),
            field("proof", Made::Scalars, 2 * SCALAR),
            field("share", Made::Scalars, SCALAR),
        ],
        "reshare/complain" => vec![echo, field("complaints", Made::Bytes, plan.parties)],
        "reshare/confirm" | "reshare/settle" => vec![echo, field("digest", Made::Bytes, 32)],
        "reshare/answer" => vec![field("answer", Made::Scalars, SCALAR)],
        "hand/mask" => vec![field("mask", Made::Scalars, SCALAR)],
        "hand/term" => {
            let helpers = curve.deliveries[0].helpers.count;
            vec![
                field("commitments", Made::Points, helpers * point),
                field("masks", Made::Points, (helpers - 1) * point),
                field("term", Made::Scalars, SCALAR),
            ]
        }
        "ot/base" => vec![field("receiver's points", Made::Points, 8192), field("sender's points", Made::Points, 4096)],
        "ot/trees" => vec![field("trees", Made::Bytes, 6144)],
        "dkls/draw" => draw(curve),
        "dkls/answer" => answer(curve, point),
        "dkls/open" => vec![field("opened", Made::Scalars, opened(plan, curve) * SCALAR)],
        "frost/commit" => (0..pairs())
            .flat_map(|_| [field("hiding", Made::Points, point), field("binding", Made::Points, point)])
            .collect(),
        "frost/echo" => vec![echo],
        "frost/share" => vec![field("share of the signature", Made::Scalars, opened(plan, curve) * SCALAR)],
        other => panic!("{other} has no fields yet"),
    }
}

fn draw(curve: &CurvePlan) -> Vec<Field> {
    let mut fields = vec![field("commitment", Made::Bytes, 32)];
    for mask in &curve.masks {
        fields.push(field("corrections", Made::Bytes, begin_bytes(mask.length) - RESPONSE));
        fields.push(field("response", Made::Bytes, RESPONSE));
    }
    fields
}

fn answer(curve: &CurvePlan, point: usize) -> Vec<Field> {
    let nonces: usize = curve.nonces.iter().map(|nonce| nonce.length).sum();
    let mut fields = vec![
        field("opening", Made::Bytes, 32),
        field("nonces", Made::Points, nonces * point),
        field("heard", Made::Bytes, 32),
    ];
    for mask in &curve.masks {
        let (width, length) = (mask.products.len(), mask.length);
        fields.push(field("OLE corrections", Made::Scalars, length * BITS * (width + 1) * SCALAR));
        fields.push(field("eta", Made::Scalars, length * SCALAR));
        fields.push(field("mu", Made::Bytes, 32));
        fields.push(field("gamma", Made::Points, length * width * point));
        fields.push(field("psi", Made::Scalars, length * SCALAR));
    }
    fields
}

/// Scalars of a round of openings: the programs here have rounds of equal size.
fn opened(plan: &Plan, curve: &CurvePlan) -> usize {
    let length = |id: &quorate_circuits::bind::ValueId| plan.program.value(*id).shape.length().unwrap_or(1);
    let rounds: Vec<usize> = curve.openings.iter().map(|round| round.iter().map(length).sum()).collect();
    assert!(rounds.windows(2).all(|pair| pair[0] == pair[1]), "rounds of one size");
    rounds[0]
}
