//! What circuit files cannot say: names, types, owners and bit order, in a JSON file beside the circuit.
//!
//! ```json
//! {
//!   "inputs": [
//!     {"name": "key", "width": 128, "reading": "bytes", "bit_order": "least-significant-first", "party": 1},
//!     {"name": "plaintext", "party": 2}
//!   ],
//!   "outputs": [{"name": "ciphertext", "bit_order": "most-significant-first"}]
//! }
//! ```
//!
//! Only names are needed. A sidecar is applied when it is named; a circuit means what its wires say until then.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use quorate_circuits::boolean::Circuit;
use quorate_circuits::gadgets::{Gadget, Port, Reading};
use serde::{Deserialize, Serialize};

use crate::exit::{Exit, Failure};

/// Bytes of the longest sidecar that is read.
pub const SIDECAR_LIMIT: usize = 16 << 20;

/// The values of a circuit, in order of declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sidecar {
    /// The input values.
    pub inputs: Vec<SidecarPort>,
    /// The output values.
    pub outputs: Vec<SidecarPort>,
}

/// An input or output value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SidecarPort {
    /// Its name.
    pub name: String,
    /// Its bits, to notice a sidecar of another circuit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<usize>,
    /// How its bits are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<ReadingName>,
    /// Which wire is which bit.
    #[serde(default)]
    pub bit_order: BitOrder,
    /// Whose input it is: parties count from 1. Outputs have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<usize>,
}

/// Which wire of a value is which bit of the number that people write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BitOrder {
    /// The first wire is the least significant bit.
    #[default]
    LeastSignificantFirst,
    /// The first wire is the most significant bit.
    MostSignificantFirst,
    /// The first wire is the least significant bit of the first byte: bytes in the order in which people write them.
    LeastSignificantFirstPerByte,
}

impl BitOrder {
    /// The bits of a number, least significant first, in the order of the wires; and the other way: each order is its
    /// own inverse.
    ///
    /// `bits` are whole bytes where bytes are meant: [`Sidecar::check`] sees to it.
    pub fn arranged(self, bits: &[bool]) -> Vec<bool> {
        match self {
            Self::LeastSignificantFirst => bits.to_vec(),
            Self::MostSignificantFirst => bits.iter().rev().copied().collect(),
            Self::LeastSignificantFirstPerByte => bits.chunks(8).rev().flatten().copied().collect(),
        }
    }
}

/// A [`Reading`] by its name: `unsigned`, `signed`, `bytes`, `bits`, `float`, or `fixed(16)` for so many binary digits
/// behind the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ReadingName(pub Reading);

impl fmt::Display for ReadingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Reading::Unsigned => f.write_str("unsigned"),
            Reading::Signed => f.write_str("signed"),
            Reading::Bytes => f.write_str("bytes"),
            Reading::Bits => f.write_str("bits"),
            Reading::Float => f.write_str("float"),
            Reading::Fixed(digits) => write!(f, "fixed({digits})"),
        }
    }
}

impl FromStr for ReadingName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fixed = || text.strip_prefix("fixed(")?.strip_suffix(')')?.parse().ok().map(Reading::Fixed);
        let named = [Reading::Unsigned, Reading::Signed, Reading::Bytes, Reading::Bits, Reading::Float];
        let reading = named.into_iter().find(|reading| Self(*reading).to_string() == text).or_else(fixed);
        reading.map(Self).ok_or_else(|| {
            format!("{text:?} is no reading; expected unsigned, signed, bytes, bits, float or fixed(DIGITS)")
        })
    }
}

impl From<ReadingName> for String {
    fn from(name: ReadingName) -> Self {
        name.to_string()
    }
}

impl TryFrom<String> for ReadingName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl Sidecar {
    /// The sidecar of a gadget.
    pub fn of_gadget(gadget: &Gadget) -> Self {
        let port = |port: &Port| SidecarPort {
            name: port.name.to_owned(),
            width: Some(port.width),
            reading: Some(ReadingName(port.reading)),
            bit_order: match port.reading {
                Reading::Bytes => BitOrder::LeastSignificantFirstPerByte,
                _ => BitOrder::LeastSignificantFirst,
            },
            party: None,
        };
        let ports = |ports: &[Port]| ports.iter().map(port).collect();
        Self { inputs: ports(gadget.inputs), outputs: ports(gadget.outputs) }
    }

    /// Where the sidecar of a circuit file lies: `FILE.json`.
    pub fn beside(circuit: &Path) -> PathBuf {
        let mut path = circuit.as_os_str().to_owned();
        path.push(".json");
        path.into()
    }

    /// Reads the sidecar of a circuit.
    ///
    /// # Errors
    /// If it cannot be read, is no sidecar, or is that of another circuit.
    pub fn read(path: &Path, circuit: &Circuit) -> Result<Self, Failure> {
        let refused = |why: String| Failure::new(Exit::BadInput, format!("{}: {why}", path.display()));
        let unreadable = |error: std::io::Error| refused(format!("this cannot be read ({error})"));
        let mut content = Vec::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(SIDECAR_LIMIT as u64 + 1).read_to_end(&mut content).map_err(unreadable)?;
        if content.len() > SIDECAR_LIMIT {
            return Err(refused(format!("this has more than {SIDECAR_LIMIT} bytes and is no sidecar")));
        }
        let sidecar: Self = serde_json::from_slice(&content)
            .map_err(|error| refused(format!("this is no sidecar: {error}")).hint(EXAMPLE))?;
        sidecar.check(circuit).map_err(refused)?;
        Ok(sidecar)
    }

    /// Whether it fits a circuit; if not, why.
    ///
    /// # Errors
    /// Values that are missing, of another width or of the same name; bytes that are not whole; an owner of an output.
    pub fn check(&self, circuit: &Circuit) -> Result<(), String> {
        check_ports("input", &self.inputs, circuit.input_widths())?;
        check_ports("output", &self.outputs, circuit.output_widths())?;
        if let Some(port) = self.inputs.iter().find(|port| port.party == Some(0)) {
            return Err(format!("the input {} belongs to party 0; parties count from 1", port.name));
        }
        match self.outputs.iter().find(|port| port.party.is_some()) {
            Some(port) => Err(format!("the output {} has a party; only inputs belong to one", port.name)),
            None => Ok(()),
        }
    }
}

const EXAMPLE: &str = r#"write {"inputs": [{"name": "key", "bit_order": "least-significant-first"}], "outputs": [{"name": "result"}]}; bit orders are least-significant-first, most-significant-first and least-significant-first-per-byte"#;

fn check_ports(kind: &str, ports: &[SidecarPort], widths: &[usize]) -> Result<(), String> {
    if ports.len() != widths.len() {
        return Err(format!("this names {} {kind}s, and the circuit has {}", ports.len(), widths.len()));
    }
    let mut names = BTreeSet::new();
    for (port, &width) in ports.iter().zip(widths) {
        let name = &port.name;
        if !names.insert(name) {
            return Err(format!("two {kind}s have the name {name}"));
        }
        if let Some(found) = port.width.filter(|found| *found != width) {
            return Err(format!("the {kind} {name} has {found} bits here and {width} in the circuit"));
        }
        if port.bit_order == BitOrder::LeastSignificantFirstPerByte && width % 8 != 0 {
            return Err(format!(
                "the {kind} {name} has {width} bits, which are no whole bytes, and a bit order per byte"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use quorate_circuits::boolean::Builder;

    use super::*;

    fn circuit() -> Circuit {
        let (builder, inputs) = Builder::new(&[16, 3]);
        builder.finish(vec![inputs[0].clone()])
    }

    fn check(text: &str) -> Result<(), String> {
        let sidecar: Sidecar = serde_json::from_str(text).map_err(|error| error.to_string())?;
        sidecar.check(&circuit())
    }

    #[test]
    fn names_are_enough() {
        assert_eq!(check(r#"{"inputs": [{"name": "a"}, {"name": "b"}], "outputs": [{"name": "a"}]}"#), Ok(()));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let wrong = |first: &str, output: &str, words: &str| {
            let text = format!(r#"{{"inputs": [{{"name": "a"}}{first}], "outputs": [{{"name": "c"{output}}}]}}"#);
            let error = check(&text).expect_err("this does not fit");
            assert!(error.contains(words), "{error}");
        };
        wrong("", "", "this names 1 inputs, and the circuit has 2");
        wrong(r#", {"name": "a"}"#, "", "two inputs have the name a");
        wrong(r#", {"name": "b", "width": 4}"#, "", "the input b has 4 bits here and 3 in the circuit");
        wrong(r#", {"name": "b", "bit_order": "least-significant-first-per-byte"}"#, "", "no whole bytes");
        wrong(r#", {"name": "b", "party": 0}"#, "", "party 0");
        wrong(r#", {"name": "b"}"#, r#", "party": 1"#, "only inputs belong to one");
        wrong(r#", {"name": "b"}"#, r#", "bit_order": "backwards""#, "unknown variant `backwards`");
        wrong(r#", {"name": "b"}"#, r#", "reading": "text""#, "\"text\" is no reading");
        wrong(r#", {"name": "b"}"#, r#", "colour": "red""#, "unknown field `colour`");
    }

    #[test]
    fn orders_are_their_own_inverses() {
        // 0x8001, as a number; the wires of each order by hand.
        let number: Vec<bool> = (0..16).map(|bit| bit == 0 || bit == 15).collect();
        let wires = |order: BitOrder| -> Vec<usize> {
            let arranged = order.arranged(&number);
            assert_eq!(order.arranged(&arranged), number);
            (0..16).filter(|wire| arranged[*wire]).collect()
        };
        assert_eq!(wires(BitOrder::LeastSignificantFirst), [0, 15]);
        assert_eq!(wires(BitOrder::MostSignificantFirst), [0, 15]);
        // 0x80 is the first byte, and its bit 7 is wire 7; 0x01 the second, and its bit 0 is wire 8.
        assert_eq!(wires(BitOrder::LeastSignificantFirstPerByte), [7, 8]);
        assert_eq!(BitOrder::MostSignificantFirst.arranged(&[true, false, false]), [false, false, true]);
    }

    #[test]
    fn readings_have_names() {
        for reading in [Reading::Bits, Reading::Fixed(16), Reading::Fixed(0), Reading::Float] {
            assert_eq!(ReadingName(reading).to_string().parse(), Ok(ReadingName(reading)));
        }
        assert!("fixed(-1)".parse::<ReadingName>().is_err());
    }
}
