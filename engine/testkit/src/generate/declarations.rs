//! Declarations, with the numbers and inputs that a run gives them.

use quorate_circuits::bind::{Arguments, size_key};
use quorate_circuits::clear::Inputs;
use quorate_circuits::number::{Range, format_decimal, word_of};

use super::choices::Choices;
use super::value::{Extent, Knowledge, MOST_GROUPS, MOST_LINES, MOST_MEMBERS, MOST_ROWS, MOST_WIDTH, Value};

/// The roles of every program: two or three single ones and a family.
pub(super) const ROLES: [&str; 4] = ["a", "b", "c", "m"];
/// The position of the family in [`ROLES`].
pub(super) const FAMILY: usize = 3;

/// What is declared.
pub(super) struct Declarations {
    pub(super) lines: Vec<String>,
    pub(super) arguments: Arguments,
    pub(super) inputs: Inputs,
    /// The inputs as values.
    pub(super) values: Vec<Value>,
    /// By role: its column of group numbers.
    pub(super) groups: Vec<(usize, Value)>,
    members: u64,
    rows: u64,
    widths: Vec<u64>,
    /// By role or member: how many lines its private columns have.
    private_lines: Vec<(String, u64)>,
}

impl Declarations {
    pub(super) fn new(choices: &mut Choices) -> Self {
        let mut up_to = |most: u64| 1 + choices.below(most as usize) as u64;
        let (members, groups, rows) = (up_to(MOST_MEMBERS), up_to(MOST_GROUPS), up_to(MOST_ROWS));
        let widths: Vec<u64> = (0..members).map(|_| up_to(MOST_WIDTH)).collect();
        let mut arguments = Arguments::default();
        arguments.parameters.insert("members".into(), members.to_string());
        arguments.parameters.insert("groups".into(), groups.to_string());
        arguments.sizes.insert("rows".into(), rows);
        for (member, width) in (1..).zip(&widths) {
            arguments.sizes.insert(size_key("width", Some(&format!("m_{member}"))), *width);
        }
        let early = choices.once_in(4);
        let some = |now: bool| if now { "parameter some: roles default a" } else { "" }.to_owned();
        let lines = [
            if early { "role a" } else { "" }.into(),
            some(early),
            "parameter v2 in 0..=100 default 7".into(),
            format!("parameter members in 1..={MOST_MEMBERS}"),
            format!("parameter groups in 1..={MOST_GROUPS} default 1"),
            "parameter edges[2..=4]: i32 default [-10, 0, 1, 100]".into(),
            if early { "" } else { "role a" }.into(),
            "role b".into(),
            "role c".into(),
            "role m[members]".into(),
            some(!early),
            format!("size rows in 1..={MOST_ROWS}"),
            format!("private size lines in 0..={MOST_LINES}"),
            format!("size width[m] in 1..={MOST_WIDTH}"),
        ];
        Self {
            lines: lines.into_iter().filter(|line| !line.is_empty()).collect(),
            arguments,
            inputs: Inputs::new(),
            values: vec![parameter()],
            groups: Vec::new(),
            members,
            rows,
            widths,
            private_lines: Vec::new(),
        }
    }

    /// Declares an input of a random role, type and shape, and gives it values.
    pub(super) fn input(&mut self, choices: &mut Choices) {
        let role = choices.below(ROLES.len());
        let name = format!("x{}", self.values.len());
        let shape = shape(choices, role);
        let element = Element::random(choices);
        let rounded = if choices.once_in(8) { " rounded" } else { "" };
        let value = self.declare(choices, role, &name, shape, &element, rounded);
        self.values.push(value);
    }

    /// Declares a table of one to three columns of a random role.
    pub(super) fn table(&mut self, choices: &mut Choices) {
        let role = choices.below(ROLES.len());
        let own = if role == FAMILY { Extent::Width } else { Extent::Total };
        let rows = *choices.pick(&[Extent::Rows, Extent::Constant(3), Extent::Lines, own]);
        let table = format!("t{}", self.values.len());
        self.lines.push(format!("table {}.{table}[{}] {{", ROLES[role], extent_name(rows)));
        for column in 0..=choices.below(3) {
            let element = Element::random(choices);
            let value = self.declare(choices, role, &format!("{table}.c{column}"), vec![rows], &element, "");
            self.values.push(value);
        }
        self.lines.push("}".into());
    }

    /// The column of group numbers of a role, declared when it is first asked for.
    pub(super) fn group(&mut self, choices: &mut Choices, role: usize) -> Value {
        if let Some((_, group)) = self.groups.iter().find(|(r, _)| *r == role) {
            return group.clone();
        }
        let greatest: u64 = self.arguments.parameters["groups"].parse().unwrap_or(1) - 1;
        let element =
            Element { text: "u8 in 0..groups".into(), is_bit: false, decimals: 0, range: Range::new(0, greatest) };
        let group = self.declare(choices, role, "group", vec![Extent::Lines], &element, "");
        let group = Value { range: Range::new(0, MOST_GROUPS - 1), ..group };
        self.groups.push((role, group.clone()));
        group
    }

    fn declare(
        &mut self,
        choices: &mut Choices,
        role: usize,
        name: &str,
        shape: Vec<Extent>,
        element: &Element,
        rounded: &str,
    ) -> Value {
        let role_name = ROLES[role];
        let extents: Vec<String> = shape.iter().map(|extent| extent_name(*extent)).collect();
        let extents = if extents.is_empty() { String::new() } else { format!("[{}]", extents.join(", ")) };
        match name.split_once('.') {
            None => self.lines.push(format!("input {role_name}.{name}{extents}: {}{rounded}", element.text)),
            Some((_, column)) => self.lines.push(format!("  {column}: {}{rounded}", element.text)),
        }
        let owners: Vec<String> = match role {
            FAMILY => (1..=self.members).map(|member| format!("m_{member}")).collect(),
            _ => vec![role_name.into()],
        };
        for (position, owner) in owners.into_iter().enumerate() {
            let length: u64 = shape.iter().map(|extent| self.length(choices, *extent, &owner, position)).product();
            let words = (0..length).map(|_| word_of(choices.value(&element.range))).collect();
            // An input that can be one value only is not asked for.
            if element.range.single().is_none() {
                self.inputs.insert(format!("{owner}.{name}"), words);
            }
        }
        Value {
            text: format!("{role_name}.{name}"),
            is_bit: element.is_bit,
            knowledge: Knowledge::Private(role),
            member: role == FAMILY,
            shape,
            decimals: element.decimals,
            range: element.range,
            depends: 0,
        }
    }

    fn length(&mut self, choices: &mut Choices, extent: Extent, owner: &str, member: usize) -> u64 {
        match extent {
            Extent::Constant(n) => n,
            Extent::Rows => self.rows,
            Extent::Width => self.widths[member],
            Extent::Total => self.widths.iter().sum(),
            Extent::Groups | Extent::Intervals => 0,
            Extent::Lines => {
                if let Some((_, lines)) = self.private_lines.iter().find(|(o, _)| o == owner) {
                    return *lines;
                }
                let lines = choices.below(MOST_LINES as usize + 1) as u64;
                self.private_lines.push((owner.to_owned(), lines));
                lines
            }
        }
    }
}

/// A public value; its name is one that the language would give to a value without one, were it not taken.
fn parameter() -> Value {
    let (knowledge, range) = (Knowledge::Public, Range::new(0, 100));
    Value { text: "v2".into(), is_bit: false, knowledge, member: false, shape: vec![], decimals: 0, range, depends: 0 }
}

fn shape(choices: &mut Choices, role: usize) -> Vec<Extent> {
    let member = role == FAMILY;
    match choices.below(8) {
        0 | 1 => vec![],
        2 => vec![Extent::Constant(3)],
        3 => vec![Extent::Rows],
        4 => vec![Extent::Lines],
        5 if member => vec![Extent::Width],
        5 => vec![Extent::Total],
        6 if member => vec![Extent::Rows, Extent::Width],
        6 if choices.once_in(3) => vec![Extent::Rows, Extent::Total],
        6 => vec![Extent::Rows, Extent::Constant(3)],
        _ => vec![Extent::Constant(1)],
    }
}

fn extent_name(extent: Extent) -> String {
    match extent {
        Extent::Constant(n) => n.to_string(),
        Extent::Rows => "rows".into(),
        Extent::Lines => "lines".into(),
        Extent::Width => "width".into(),
        Extent::Total => "total width".into(),
        Extent::Groups => "groups".into(),
        Extent::Intervals => String::new(),
    }
}

/// An input's type.
struct Element {
    text: String,
    is_bit: bool,
    decimals: u32,
    range: Range,
}

impl Element {
    fn random(choices: &mut Choices) -> Self {
        let integer = |text: String, range| Self { text, is_bit: false, decimals: 0, range };
        match choices.below(6) {
            0 => Self { text: "bit".into(), is_bit: true, decimals: 0, range: Range::BIT },
            1 => {
                let bits = *choices.pick(&[8, 16, 32, 64]);
                integer(format!("u{bits}"), Range::unsigned(bits))
            }
            2 => {
                let bits = *choices.pick(&[8, 16, 32, 64]);
                integer(format!("i{bits}"), Range::signed(bits))
            }
            3 => {
                let most = 1 + choices.below(1000) as i64;
                integer(format!("u32 in 0..{}", most + 1), Range::new(0, most))
            }
            4 => {
                let low = choices.below(400) as i64 - 200;
                let high = low + 1 + choices.below(300) as i64;
                integer(format!("i16 in {low}..={high}"), Range::new(low, high))
            }
            _ => {
                let decimals = choices.below(4) as u32;
                let range = Range::new(-(choices.below(5000) as i64), 1 + choices.below(5000) as i64);
                let [low, high] = [range.low, range.high].map(|bound| format_decimal(bound, decimals));
                Self { text: format!("fixed({decimals}) in {low}..={high}"), is_bit: false, decimals, range }
            }
        }
    }
}
