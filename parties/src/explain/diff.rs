//! What changed from one program to another, in what it discloses and in what it costs.

use std::collections::{BTreeMap, BTreeSet};

use quorate_circuits::program::{ParameterKind, Program, Size};
use quorate_engine::net::Phase;
use quorate_engine::plan::{Candidate, Cost};
use quorate_engine::protocol::ProtocolName;
use serde_json::{Map, Value, json};

use super::table::count_text;
use super::{Explanation, Question};
use crate::exit::{Exit, Failure};
use crate::output::{bytes_text, grid};
use crate::program::Loaded;

/// Two explanations, of an old program and a new one.
#[derive(Clone, Debug)]
pub struct Difference {
    old: Explanation,
    new: Explanation,
}

/// Something named that one of the two has otherwise than the other.
struct Change {
    /// Which list of the disclosure.
    section: &'static str,
    name: String,
    old: Option<Value>,
    new: Option<Value>,
}

/// The lists of a disclosure page that are compared: field, section, and the field by which items are named.
const LISTS: [(&str, &str, &str); 3] =
    [("provides", "input", "name"), ("reveals", "output", "name"), ("solvable", SOLVING, "input")];
const SOLVING: &str = "who can solve";

impl Difference {
    /// Explains both programs with the same numbers: a parameter or size is given to each program that has it.
    ///
    /// # Errors
    /// As [`Explanation::new`]; a parameter that neither program has.
    pub fn new(old: &Loaded, new: &Loaded, question: &Question) -> Result<Self, Failure> {
        for name in question.parameters.keys() {
            if !has(&old.program, name) && !has(&new.program, name) {
                let message = format!("--param {name}: neither program has a parameter or size of this name");
                return Err(Failure::new(Exit::BadInput, message));
            }
        }
        let explain = |loaded: &Loaded| {
            let mut question = question.clone();
            question.parameters.retain(|name, _| has(&loaded.program, name));
            Explanation::new(loaded, &question)
        };
        Ok(Self { old: explain(old)?, new: explain(new)? })
    }

    /// For people.
    pub fn text(&self) -> String {
        let (old, new) = (self.old.page.json(), self.new.page.json());
        let title =
            |page: &Map<String, Value>| format!("{}, digest {}", plain(&page["program"]), plain(&page["digest"]));
        let mut text = format!("old: program {}\nnew: program {}\n", title(&old), title(&new));
        text += "\nDisclosure\n";
        let changes = self.changes();
        if changes.is_empty() {
            text += "  no difference in disclosure\n";
        }
        for change in &changes {
            text += &change.text();
        }
        text += "\nCost; the old figure, the new one where it is another, and the difference\n";
        text += &grid(
            &[
                "protocol",
                "AND gates",
                "multiplications",
                "rounds",
                "set-up",
                "preprocessing",
                "online",
                "bytes in all",
            ],
            self.candidates().map(|(old, new)| cost_row(old, new, &self.neither(new.protocol))),
        );
        text
    }

    /// The same as one JSON object.
    pub fn json(&self) -> Value {
        let (old, new) = (self.old.page.json(), self.new.page.json());
        let identity = |page: &Map<String, Value>| json!({"program": page["program"], "digest": page["digest"]});
        let changes = self.changes();
        let change = |c: &Change| json!({"section": c.section, "name": c.name, "old": c.old, "new": c.new});
        let costs = self.candidates().map(|(old, new)| {
            json!({
                "protocol": new.protocol.name(),
                "old": figures(old).map(figures_json),
                "new": figures(new).map(figures_json),
            })
        });
        json!({
            "old": identity(&old),
            "new": identity(&new),
            "disclosure": {
                "equal": changes.is_empty(),
                "changes": changes.iter().map(change).collect::<Vec<_>>(),
            },
            "cost": costs.collect::<Vec<_>>(),
        })
    }

    /// Everything in the two disclosures that is not the same; programs' names and digests aside.
    fn changes(&self) -> Vec<Change> {
        let (old, new) = (self.old.page.json(), self.new.page.json());
        let mut changes = Vec::new();
        compare("bounds of", bounds(&self.old.loaded.program), bounds(&self.new.loaded.program), &mut changes);
        for (field, section) in [("parameters", "parameter"), ("public_sizes", "public size")] {
            compare(section, named(&old, field), named(&new, field), &mut changes);
        }
        compare("role", roles(&old), roles(&new), &mut changes);
        for (field, section, key) in LISTS {
            compare(section, listed(&old, field, key), listed(&new, field, key), &mut changes);
        }
        compare_remarks(&old, &new, &mut changes);
        changes
    }

    /// What is said of a protocol that runs neither program: most often it computes on values of another kind.
    fn neither(&self, protocol: ProtocolName) -> String {
        let on_curves = |explanation: &Explanation| explanation.choice.plan.curve.is_some();
        if [&self.old, &self.new].iter().any(|explanation| on_curves(explanation) == protocol.is_on_curves()) {
            return "fits neither".to_owned();
        }
        if protocol.is_on_curves() { "is for curves".to_owned() } else { "is for numbers".to_owned() }
    }

    /// Both programs under each protocol: all are considered, in the same order.
    fn candidates(&self) -> impl Iterator<Item = (&Candidate, &Candidate)> {
        self.old.choice.candidates.iter().zip(&self.new.choice.candidates)
    }
}

impl Change {
    fn text(&self) -> String {
        let Self { section, name, old, new } = self;
        let name = if name.is_empty() { String::new() } else { format!(" {name}") };
        let words = |value: &Value| if *section == SOLVING { solvers(value) } else { in_words(value) };
        match (old, new) {
            (Some(old), Some(new)) => {
                format!("  ~ {section}{name}\n      was  {}\n      is   {}\n", words(old), words(new))
            }
            (None, Some(new)) => format!("  + {section}{name}: {}\n", words(new)),
            (Some(old), None) => format!("  - {section}{name}: {}\n", words(old)),
            (None, None) => String::new(),
        }
    }
}

/// Whether a program has a parameter or a size of this name, as in `rows` or `columns[bank_1]`.
fn has(program: &Program, name: &str) -> bool {
    let base = name.split('[').next().unwrap_or(name);
    program.parameters().iter().any(|parameter| parameter.name == name)
        || program.sizes().iter().any(|size| size.name == base)
}

/// What the declarations allow, by name: bounds do not show on a page that is bound to numbers.
fn bounds(program: &Program) -> BTreeMap<String, Value> {
    let parameters = program.parameters().iter().filter_map(|parameter| match &parameter.kind {
        ParameterKind::Number { least, greatest, .. } | ParameterKind::List { least, greatest, .. } => {
            Some((parameter.name.clone(), json!(format!("{least}..={greatest}"))))
        }
        ParameterKind::Bytes { least, greatest } => {
            Some((parameter.name.clone(), json!(format!("{least}..={greatest} bytes"))))
        }
        ParameterKind::Roles { .. } | ParameterKind::Scalar { .. } | ParameterKind::Structure => None,
    });
    let size = |size: &Size| {
        let known = if size.private { "known to its owner alone" } else { "public" };
        (size.name.clone(), json!(format!("{}..={}, {known}", size.least, size.greatest)))
    };
    parameters.chain(program.sizes().iter().map(size)).collect()
}

type Items = BTreeMap<String, Value>;

/// An object of the page.
fn named(page: &Map<String, Value>, field: &str) -> Items {
    page[field].as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// A list of the page, by the field that names its items.
fn listed(page: &Map<String, Value>, field: &str, key: &str) -> Items {
    list(&page[field]).map(|item| (plain(&item[key]), unnamed(item, key))).collect()
}

fn roles(page: &Map<String, Value>) -> Items {
    list(&page["roles"]).map(|role| (plain(role), json!("takes part"))).collect()
}

/// Remarks have no names: one that reads otherwise is another.
fn compare_remarks(old: &Map<String, Value>, new: &Map<String, Value>, changes: &mut Vec<Change>) {
    let remarks = |page: &Map<String, Value>| -> BTreeSet<String> { list(&page["remarks"]).map(plain).collect() };
    let (old, new) = (remarks(old), remarks(new));
    let change = |old, new| Change { section: "remark", name: String::new(), old, new };
    changes.extend(old.difference(&new).map(|text| change(Some(json!(text)), None)));
    changes.extend(new.difference(&old).map(|text| change(None, Some(json!(text)))));
}

fn compare(section: &'static str, old: Items, mut new: Items, changes: &mut Vec<Change>) {
    for (name, before) in old {
        let after = new.remove(&name);
        if after.as_ref() != Some(&before) {
            changes.push(Change { section, name, old: Some(before), new: after });
        }
    }
    changes.extend(new.into_iter().map(|(name, after)| Change { section, name, old: None, new: Some(after) }));
}

/// An item without the field that names it.
fn unnamed(item: &Value, key: &str) -> Value {
    let fields = item.as_object().into_iter().flatten().filter(|(field, _)| *field != key);
    Value::Object(fields.map(|(key, value)| (key.clone(), value.clone())).collect())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn in_words(value: &Value) -> String {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null() && **value != json!(false))
            .map(|(key, value)| format!("{}: {}", key.replace('_', " "), in_words(value)))
            .collect::<Vec<_>>()
            .join("; "),
        Value::Array(items) => items.iter().map(in_words).collect::<Vec<_>>().join(", "),
        other => plain(other),
    }
}

/// Who can solve an input, by linear algebra.
fn solvers(value: &Value) -> String {
    match value["coalition"].as_array() {
        None => "nobody".to_owned(),
        Some(roles) => roles.iter().map(plain).collect::<Vec<_>>().join(", "),
    }
}

/// Figures that are compared, in the order of the table.
fn figures(candidate: &Candidate) -> Option<[u64; 7]> {
    let cost: &Cost = &candidate.verdict.as_ref().ok()?.1;
    let [set_up, preprocessing, online] = Phase::ALL.map(|phase| cost.phases[phase as usize].bytes);
    Some([cost.and_gates, cost.multiplications, cost.rounds().into(), set_up, preprocessing, online, cost.bytes()])
}

fn figures_json([and_gates, multiplications, rounds, set_up, preprocessing, online, bytes]: [u64; 7]) -> Value {
    json!({
        "and_gates": and_gates,
        "multiplications": multiplications,
        "rounds": rounds,
        "bytes": bytes,
        "phases": {"set-up": set_up, "preprocessing": preprocessing, "online": online},
    })
}

fn cost_row(old: &Candidate, new: &Candidate, neither: &str) -> Vec<String> {
    let name = new.protocol.name().to_owned();
    let cells = |figures: [u64; 7], cell: &dyn Fn(usize, u64) -> String| -> Vec<String> {
        figures.into_iter().enumerate().map(|(i, figure)| cell(i, figure)).collect()
    };
    let shown = |i: usize, figure: u64| if i < 3 { count_text(figure) } else { bytes_text(figure) };
    let figures = match (figures(old), figures(new)) {
        (None, None) => vec![neither.to_owned()],
        (Some(_), None) => vec!["fits no longer".to_owned()],
        (None, Some(new)) => cells(new, &|i, figure| format!("{} (new)", shown(i, figure))),
        (Some(old), Some(new)) => cells(new, &|i, figure| match figure.abs_diff(old[i]) {
            0 => shown(i, figure),
            difference => {
                let sign = if figure > old[i] { "+" } else { "−" };
                format!("{} → {} ({sign}{})", shown(i, old[i]), shown(i, figure), shown(i, difference))
            }
        }),
    };
    std::iter::once(name).chain(figures).collect()
}
