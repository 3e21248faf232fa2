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
        // In the shape of three signers: each set is a pair.
        "shamir-signing/seeds" => {
            vec![field("seed of the set", Made::Bytes, 16), field("seed of the pair", Made::Bytes, 16)]
        }
        "shamir-signing/ready" => Vec::new(),
        "shamir-signing/points" => vec![field("points", Made::Points, pairs() * point)],
        "shamir-signing/open" => vec![field("opened", Made::Scalars, opened(plan, curve) * SCALAR)],
        step if step.starts_with("spdz-signing/") => with_macs(plan, step, point),
        "frost/commit" => (0..pairs())
            .flat_map(|_| [field("hiding", Made::Points, point), field("binding", Made::Points, point)])
            .collect(),
        "frost/echo" => vec![echo],
        "frost/share" => vec![field("share of the signature", Made::Scalars, opened(plan, curve) * SCALAR)],
        other => panic!("{other} has no fields yet"),
    }
}

/// Two steps: products, and what is opened of them.
fn with_macs(plan: &Plan, step: &str, point: usize) -> Vec<Field> {
    let general = plan.curve.as_ref().and_then(|curve| curve.general.as_ref()).expect("a plan with MACs");
    let [first, second] = &general.steps[..] else { panic!("two steps") };
    let (triples, keys) = (first.products.len(), general.keys.len());
    let values = general.random_scalars() + keys + 5 * triples + 1;
    let opened = |count: usize| [field("opened", Made::Scalars, count * SCALAR), field("MACs", Made::Bytes, 32)];
    let points = first.points.len() * point;
    match step {
        "spdz-signing/begin" => vec![
            field("corrections", Made::Bytes, begin_bytes(triples) - RESPONSE),
            field("response", Made::Bytes, RESPONSE),
        ],
        "spdz-signing/answer" => vec![
            field("OLE corrections", Made::Scalars, triples * BITS * 3 * SCALAR),
            field("eta", Made::Scalars, triples * SCALAR),
            field("mu", Made::Bytes, 32),
            field("psi", Made::Scalars, triples * SCALAR),
        ],
        "spdz-signing/values" => vec![field("corrections of values", Made::Scalars, values * 32 * SCALAR)],
        "spdz-signing/check" => vec![
            field("combination", Made::Scalars, SCALAR),
            field("its MAC", Made::Scalars, SCALAR),
            field("rho", Made::Scalars, triples * SCALAR),
            field("MACs of rho", Made::Bytes, 32),
            field("keys' MACs", Made::Points, keys * point),
        ],
        "spdz-signing/sacrifice" => vec![
            field("echo", Made::Bytes, echo_bytes(plan.parties)),
            field("nothing", Made::Scalars, SCALAR),
            field("its MAC", Made::Scalars, SCALAR),
        ],
        "spdz-signing/multiply" => {
            let points = [field("points", Made::Points, points), field("points' MACs", Made::Points, points)];
            opened(2 * triples).into_iter().chain(points).collect()
        }
        "spdz-signing/open" => opened(second.openings.len()).to_vec(),
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
