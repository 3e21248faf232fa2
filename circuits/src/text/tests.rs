use super::{parse, print};
use crate::library;

#[test]
fn library_programs_print_back_to_themselves() {
    for entry in library::all() {
        let program = entry.program().unwrap_or_else(|e| panic!("{}", e.render(entry.name, entry.source)));
        assert_eq!(program.name(), entry.name);
        let text = print(&program);
        let again = parse(&text).unwrap_or_else(|e| panic!("{}", e.render(entry.name, &text)));
        assert_eq!(again, program, "{text}");
        assert_eq!(print(&again), text);
    }
}

#[test]
fn errors_point_at_the_place() {
    let head = "program p\nrole a\nrole b\ninput a.x: u8\ninput b.y: u8\n";
    let cases: &[(&str, u32, u32, &str)] = &[
        ("reveal s = share(a.x) + b.y to all\n", 6, 23, "a private value meets a secret one"),
        ("reveal s = share(a.z) to all\n", 6, 20, "there is no input z"),
        ("reveal s = shar(a.x) to all\n", 6, 12, "there is no function shar"),
        ("reveal s = share(a.x to all\n", 6, 17, "this bracket is never closed"),
        ("reveal s = (share(a.x) +) to all\n", 6, 25, "expected a value"),
        ("reveal s = share(a.x, b.y) to all\n", 6, 12, "share takes 1 operands"),
        ("reveal s = a.x to all\n", 6, 8, "only a secret value is revealed"),
        ("lett s = a.x\n", 6, 1, "lett begins no statement"),
        ("reveal s = 12abc to all\n", 6, 12, "a number runs into a name"),
        ("reveal s = share(a.x) to c\n", 6, 26, "there is no role c"),
        ("reveal s = share(a.x) $ to all\n", 6, 23, "has no meaning here"),
        ("output s = share(a.x) / 2\n", 6, 23, "a quotient is made of public"),
        ("reveal s = sum(share(a.x)) to all\n", 6, 12, "sum needs a vector"),
        ("reveal s = share(a.x) to all\nreveal s = share(a.x) to all\n", 7, 8, "s is declared twice"),
        ("let in = share(a.x)\n", 6, 5, "cannot be a name"),
        ("assert a.x, \"x\"\n", 6, 1, "assert takes a bit"),
        ("assert a.x > 1, \"x\n", 6, 17, "this text is never closed"),
        ("let x = 1\n", 1, 1, "the program reveals nothing"),
        ("reveal s =", 6, 11, "expected a value"),
    ];
    for (line, row, column, message) in cases {
        let source = format!("{head}{line}");
        let error = parse(&source).expect_err(line);
        assert!(error.message.contains(message), "{line}: {error}");
        assert_eq!((error.span.line, error.span.column), (*row, *column), "{line}: {error}");
        let rendered = error.render("p.qp", &source);
        assert!(rendered.contains('^') || line.ends_with('='), "{rendered}");
    }
}

#[test]
fn deep_nesting_is_refused_without_a_crash() {
    for source in [
        format!(
            "program p\nrole a\ninput a.x: u8\nreveal s = {}share(a.x){} to all\n",
            "(".repeat(5000),
            ")".repeat(5000)
        ),
        format!("program p\nrole a\ninput a.x: u8\nreveal s = {}share(a.x) to all\n", "-".repeat(5000)),
        format!("program p\nrole a\ninput a.x: u8\nreveal s = {}1 to all\n", "1 + ".repeat(100_000)),
    ] {
        assert!(parse(&source).is_err());
    }
}
