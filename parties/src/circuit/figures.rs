//! What a circuit consists of.

use quorate_circuits::boolean::{Circuit, Gate};
use quorate_circuits::bristol::{Format, GateKind, Statistics};
use serde_json::{Map, Value, json};

use super::NamedCircuit;
use crate::output::grid;

/// The counts of a circuit: its file's, gate for gate, and those of the simplified circuit that runs.
pub struct Figures<'a> {
    named: &'a NamedCircuit,
    file: Statistics,
    simplified: [(GateKind, usize); 3],
}

impl<'a> Figures<'a> {
    /// Counts.
    pub fn of(named: &'a NamedCircuit) -> Self {
        Self { named, file: Statistics::of(&named.netlist), simplified: kinds(&named.circuit) }
    }

    /// The counts for programs. `gates`, `and_gates` and `and_depth` are the file's.
    pub fn json(&self) -> Value {
        let (netlist, circuit) = (&self.named.netlist, &self.named.circuit);
        let map = |kinds: &mut dyn Iterator<Item = (GateKind, usize)>| -> Map<String, Value> {
            kinds.map(|(kind, count)| (kind.name().to_owned(), count.into())).collect()
        };
        let mut json = json!({
            "circuit": self.named.name,
            "format": match netlist.format() {
                Format::Fashion => "fashion",
                Format::Bristol => "bristol",
            },
            "inputs": circuit.input_widths(),
            "outputs": circuit.output_widths(),
            "wires": netlist.header().wires(),
            "gates_total": netlist.gates().len(),
            "gates": map(&mut self.file.kinds()),
            "and_gates": self.file.and_gates,
            "and_depth": self.file.and_depth,
            "simplified": {
                "gates_total": circuit.gates().len(),
                "gates": map(&mut self.simplified.iter().copied().filter(|(_, count)| *count > 0)),
                "and_gates": circuit.and_gates(),
                "and_depth": circuit.and_depth(),
            },
        });
        if let Some(published) = self.named.gadget.and_then(|gadget| gadget.published) {
            json["published"] = json!({ "and_gates": published.and_gates, "source": published.source });
        }
        json
    }

    /// The counts for people.
    pub fn text(&self) -> String {
        let (named, netlist, circuit) = (self.named, &self.named.netlist, &self.named.circuit);
        let mut text = match named.gadget {
            Some(gadget) => format!("{}: {}\n", gadget.name, gadget.doc),
            None => format!("{}: {}\n", named.name, netlist.format()),
        };
        text += &format!("inputs    {}\n", widths(circuit.input_widths()));
        text += &format!("outputs   {}\n", widths(circuit.output_widths()));
        if let Some(published) = named.gadget.and_then(|gadget| gadget.published) {
            text += &format!("published {} AND gates ({})\n", published.and_gates, published.source);
        }
        let simplified =
            |kind: GateKind| self.simplified.iter().find(|(k, _)| *k == kind).map_or(0, |(_, count)| *count);
        let is_there = |kind: &GateKind| self.file.count(*kind) + simplified(*kind) > 0;
        let row =
            |name: &str, file: usize, simplified: usize| [name.to_owned(), file.to_string(), simplified.to_string()];
        let mut rows: Vec<[String; 3]> = GateKind::ALL
            .into_iter()
            .filter(is_there)
            .map(|kind| row(kind.name(), self.file.count(kind), simplified(kind)))
            .collect();
        rows.push(row("all", netlist.gates().len(), circuit.gates().len()));
        if self.file.count(GateKind::Mand) > 0 {
            rows.push(row("ANDs, with those in MAND", self.file.and_gates, circuit.and_gates()));
        }
        rows.push(row("AND depth", self.file.and_depth, circuit.and_depth()));
        text + "\n" + &grid(&["gates", "in the file", "simplified"], rows)
    }
}

/// The gates of a circuit, by the names that a file gives them.
fn kinds(circuit: &Circuit) -> [(GateKind, usize); 3] {
    let inversions = circuit.gates().iter().filter(|gate| matches!(gate, Gate::Not(_))).count();
    let ands = circuit.and_gates();
    [(GateKind::Xor, circuit.gates().len() - ands - inversions), (GateKind::And, ands), (GateKind::Inv, inversions)]
}

/// `2 values of 64 bits`, `3 values of 8, 8 and 1 bits`.
fn widths(widths: &[usize]) -> String {
    let bits = |width: usize| if width == 1 { "1 bit".to_owned() } else { format!("{width} bits") };
    match widths {
        [] => "none".into(),
        [width] => format!("1 value of {}", bits(*width)),
        [first, rest @ ..] if rest.iter().all(|width| width == first) => {
            format!("{} values of {}", widths.len(), bits(*first))
        }
        [several @ .., last] => {
            let list: Vec<String> = several.iter().map(usize::to_string).collect();
            format!("{} values of {} and {}", widths.len(), list.join(", "), bits(*last))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_read_like_sentences() {
        assert_eq!(widths(&[]), "none");
        assert_eq!(widths(&[1]), "1 value of 1 bit");
        assert_eq!(widths(&[128, 128]), "2 values of 128 bits");
        assert_eq!(widths(&[8, 8, 1]), "3 values of 8, 8 and 1 bit");
    }
}
