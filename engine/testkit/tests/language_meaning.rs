//! Binding and evaluation: generated programs cannot overflow, and every value stays in the range inferred for it.

use std::sync::Arc;

use proptest::prelude::*;
use quorate_circuits::bind::{Arguments, BoundProgram, size_key};
use quorate_circuits::clear::{Column, evaluate};
use quorate_circuits::disclosure::Disclosure;
use quorate_circuits::library::PROGRAMS;
use quorate_circuits::number::value_of;
use quorate_circuits::program::Program;
use quorate_circuits::text::parse;
use quorate_testkit::generate::{Generated, programs};

fn program(source: &str) -> Arc<Program> {
    Arc::new(parse(source).unwrap_or_else(|e| panic!("{}", e.render("generated.qp", source))))
}

fn bound(generated: &Generated) -> BoundProgram {
    let program = program(&generated.source);
    BoundProgram::new(&program, &generated.arguments).unwrap_or_else(|e| panic!("{e}"))
}

/// Arguments that somebody might mistype: some known names, any text.
fn arguments() -> impl Strategy<Value = Arguments> {
    let names = ["members", "groups", "edges", "some", "parties", "decimals", "banks", "receivers", "rows", "?"];
    let texts = [
        "1",
        "3",
        "64",
        "0",
        "-1",
        "18446744073709551616",
        "",
        ",",
        "0,1",
        "1,0",
        "1.5,2",
        "10^9,10^400",
        "a",
        "all,all",
        "m_2",
        "bank",
    ];
    let text = prop_oneof![prop::sample::select(texts.to_vec()).prop_map(str::to_owned), ".{0,12}", "-?[0-9]{1,40}"];
    let parameters =
        prop::collection::btree_map(prop::sample::select(names.to_vec()).prop_map(str::to_owned), text, 0..6);
    let size_names = ["rows", "lines", "width", "columns"];
    let member = prop_oneof![Just(None), (0..5u8, prop::sample::select(vec!["m", "bank", "party"])).prop_map(Some)];
    let key = (prop::sample::select(size_names.to_vec()), member)
        .prop_map(|(name, member)| size_key(name, member.map(|(i, role)| format!("{role}_{i}")).as_deref()));
    let size = prop_oneof![0..5u64, any::<u64>(), Just(1 << 20)];
    let sizes = prop::collection::btree_map(key, size, 0..8);
    (parameters, sizes).prop_map(|(parameters, sizes)| Arguments { parameters, sizes })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn generated_programs_bind_at_every_extreme(generated in programs()) {
        let program = program(&generated.source);
        BoundProgram::check_greatest(&program).unwrap_or_else(|e| panic!("{}", e.render("generated.qp", &generated.source)));
        BoundProgram::new(&program, &generated.arguments.with_least_sizes(&program)).unwrap_or_else(|e| panic!("{e}"));
    }

    #[test]
    fn every_value_lies_in_its_range(generated in programs()) {
        let program = bound(&generated);
        let evaluation = evaluate(&program, &generated.inputs, &generated.tape).unwrap_or_else(|e| panic!("{e}"));
        for id in program.ids() {
            let value = program.value(id);
            let column = evaluation.column(id);
            if let Some(length) = value.shape.length() {
                prop_assert_eq!(column.len(), length, "{:?}", value);
            }
            if let Column::Words(words) = column {
                for word in words {
                    let found = value_of(*word, &value.range);
                    prop_assert!(value.range.contains(found), "{found} is outside {:?}: {value:?}", value.range);
                }
            }
        }
    }

    #[test]
    fn disclosure_is_computed_for_every_program(generated in programs()) {
        let program = bound(&generated);
        let disclosure = Disclosure::of(&program, &generated.arguments, &[]).unwrap_or_else(|e| panic!("{e}"));
        prop_assert_eq!(disclosure.reveals.len(), program.outputs().count());
    }

    #[test]
    fn any_arguments_bind_or_are_refused(generated in programs(), arguments in arguments()) {
        let mut some = generated.arguments.clone();
        some.parameters.extend(arguments.parameters.clone());
        some.sizes.extend(arguments.sizes.clone());
        let sources = PROGRAMS.iter().map(|entry| entry.source).chain([generated.source.as_str()]);
        for source in sources {
            let program = program(source);
            for arguments in [&arguments, &some] {
                if let Ok(bound) = BoundProgram::new(&program, arguments) {
                    prop_assert!(bound.ids().count() > 0);
                }
            }
        }
    }
}
