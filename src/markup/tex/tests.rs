use super::{Macros, is_mark, read, table, trimmed};
use crate::markup::typst_math;

/// A use of the command, with arguments of every kind that it takes.
fn sample(command: &table::Command) -> Option<String> {
    // Its last argument is an operator.
    if command.name == "sideset" {
        return Some(r"\sideset{_a}{^b}{\sum}".to_owned());
    }
    let mut sample = String::new();
    for kind in command.signature.chars() {
        sample.push_str(match kind {
            'm' | 'u' => "{ab}",
            'o' => "[c]",
            'p' | '*' | '^' => "",
            'r' if command.name == "unicode" => "{x41}",
            'r' if command.name == "enclose" => "{box}",
            'r' => "{red}",
            't' => "{some text}",
            'l' => "{2em}",
            'd' => "(",
            'D' => "{(}",
            'x' => r"{a & b \cr c & d}",
            'c' => "{H2O}",
            'v' => "|a|",
            // Commands that only work within something else, or around it.
            _ => return None,
        });
    }
    let within = ["begin", "left", "right", "middle", "cr", "hfil", "hfill", "hfilll", "hline", "hdashline"];
    let within = within.contains(&command.name) || command.signature.contains('u') || command.paper == "@limits";
    (!within).then(|| format!("a \\{}{sample} b", command.name))
}

#[test]
fn every_command_of_the_table_is_read_and_set_as_the_table_says() {
    let mut read_ones = 0;
    for name in table::commands() {
        let command = table::command(name).expect("it is in the table");
        let Some(sample) = sample(command) else { continue };
        let formula = read(&sample, true, &mut Macros::default());
        let formula = formula.unwrap_or_else(|faults| panic!("{sample}: {faults:?}"));
        let paper = typst_math::convert(&formula.mathml);
        assert_eq!(paper.is_err(), command.paper == "?", "{sample}: {paper:?}");
        read_ones += 1;
    }
    assert!(read_ones > 900, "only {read_ones}");
}

#[test]
fn every_environment_of_the_table_is_read_and_set_as_the_table_says() {
    for name in table::environments() {
        let environment = table::environment(name).expect("it is in the table");
        let arguments = match environment.signature {
            "r" if name.contains("at") => "{2}",
            "r" | "pr" if name.contains("array") => "{cc}",
            "pr" => "{align}",
            "m" => "{f}",
            "l" => "{1em}",
            _ => "",
        };
        let body = match (environment.columns, environment.rows) {
            (true, _) => r"a & b \\ c & d",
            (false, true) => r"a \\ b",
            (false, false) => "a",
        };
        let sample = format!("\\begin{{{name}}}{arguments} {body} \\end{{{name}}}");
        let formula = read(&sample, true, &mut Macros::default());
        let formula = formula.unwrap_or_else(|faults| panic!("{sample}: {faults:?}"));
        assert_eq!(typst_math::convert(&formula.mathml).is_err(), environment.paper == "?", "{sample}");
    }
}

#[test]
fn what_is_written_instead_of_a_command_is_known() {
    for name in ["bm", "R", "nicefrac", "prescript", "textsubscript", "argmax", "llbracket"] {
        assert!(table::meant(name).is_some() && table::command(name).is_none(), "{name}");
        let formula = read(&format!("\\{name}{{a}}{{b}}{{c}}"), true, &mut Macros::default());
        let tex = formula.expect("it is rewritten").tex;
        let again = read(&tex, true, &mut Macros::default()).expect("MathJax knows it");
        assert_eq!(again.tex, tex);
    }
}

#[test]
fn edges_of_hidden_parts_stay_where_they_are() {
    let cases = [
        ("L = ⟦(y - x)^2⟧", "L = ⟦(y - x)^2⟧"),
        (r"\frac{⟦a⟧}{2}", r"\frac{⟦a⟧}{2}"),
        // Whatever replaces the part must be the argument as well.
        ("x^⟦2+1⟧", "x^{⟦2+1⟧}"),
        (r"\hat⟦x⟧ + \bm⟦y⟧", r"\hat{⟦x⟧} + \boldsymbol{⟦y⟧}"),
        (r"\begin{pmatrix}⟦1⟧ & 2\end{pmatrix}", r"\begin{pmatrix}⟦1⟧ & 2\end{pmatrix}"),
        (r"\text{a ⟦b⟧ 50\%}", r"\text{a ⟦b⟧ 50%}"),
        (r"\newcommand{\sq}[1]{#1^2}\sq{⟦a⟧}", "⟦a⟧^2"),
    ];
    let marked = |text: &str| text.replace('⟦', "\u{fdd0}").replace('⟧', "\u{fdd1}");
    for (tex, want) in cases {
        let formula = read(&marked(tex), true, &mut Macros::default()).expect("it is right");
        assert_eq!(formula.tex, marked(want));
        let paper = typst_math::convert(&formula.mathml).expect("paper sets it");
        assert!(!paper.contains(is_mark), "{tex}");
    }
}

#[test]
fn breaks_that_nothing_follows_are_dropped() {
    for tex in [r"a\\", r"a\\\\", r"a \\ \\[1ex] \\* ", r"a\\\\\\\\"] {
        for display in [false, true] {
            let formula = read(tex, display, &mut Macros::default()).expect("it is right");
            assert_eq!((formula.tex.as_str(), formula.remarks.len()), ("a", 0), "{tex}");
        }
    }
}

#[test]
fn a_comment_at_the_end_swallows_nothing() {
    let formula = read(r"a \\ b % or c", true, &mut Macros::default()).expect("it is right");
    assert_eq!(formula.tex, "\\begin{gathered}a \\\\ b % or c\n\\end{gathered}");
    let again = read(&formula.tex, true, &mut Macros::default()).expect("it is right");
    assert_eq!(again.tex, formula.tex);
}

#[test]
fn an_argument_that_becomes_a_script_is_put_in_braces_where_it_must_be() {
    let cases = [
        (r"\prescript{14}{6}{C}", r"{}^{14}_{6}{C}"),
        (r"\prescript a b C", r"{}^ a_ b C"),
        (r"\prescript ''C", r"{}^ {'}_{'}C"),
        (r"\prescript\log\alpha C", r"{}^{\log}_{\alpha} C"),
    ];
    for (tex, want) in cases {
        let formula = read(tex, true, &mut Macros::default()).expect("it is right");
        assert_eq!(formula.tex, want);
        let again = read(&formula.tex, true, &mut Macros::default()).expect("it is right");
        assert_eq!(again.tex, formula.tex);
    }
}

#[test]
fn what_mathjax_would_reject_is_told_and_not_written() {
    // MathJax has no `\nicefrac`, and its equivalent ends in a subscript.
    let faults = read(r"\nicefrac{1}{2}_3", true, &mut Macros::default()).expect_err("two subscripts in a row");
    assert_eq!(faults.len(), 1);
    assert!(faults[0].message.contains("cannot rewrite"), "{}", faults[0].message);
    assert!(read(r"{\nicefrac{1}{2}}_3", true, &mut Macros::default()).is_ok());
}

#[test]
fn a_bracket_that_begins_the_rows_is_no_argument() {
    for start in ["[a]", " \n[a]", "% or b\n[a]", " % [c]\n % d\n\n [a]"] {
        let formula = read(&format!("{start} \\\\ b"), true, &mut Macros::default()).expect("it is right");
        assert!(formula.tex.starts_with("\\begin{gathered}{}"), "{}", formula.tex);
        let again = read(&formula.tex, true, &mut Macros::default()).expect("it is right");
        assert_eq!(again.tex, formula.tex);
    }
}

#[test]
fn a_break_within_braces_is_told_and_stays() {
    let formula = read(r"\frac{a \\ b}{c}", true, &mut Macros::default()).expect("it is right");
    assert_eq!((formula.tex.as_str(), formula.remarks.len()), (r"\frac{a \\ b}{c}", 1));
    let formula = read(r"\frac{a \\ b}{c} \\ d", true, &mut Macros::default()).expect("it is right");
    assert_eq!(formula.tex, r"\begin{gathered}\frac{a \\ b}{c} \\ d\end{gathered}");
}

#[test]
fn a_space_at_the_end_that_is_a_command_stays_one() {
    for (tex, want) in [(r" a\ ", r"a\ "), (r" a\\\ ", r"a\\\ "), (r" a\\ ", r"a\\"), (" a ", "a"), ("\\\n", "\\\n")] {
        assert_eq!(trimmed(tex), want);
    }
    let formula = read(r"\bm x\ ", false, &mut Macros::default()).expect("it is right");
    assert_eq!(formula.tex, r"\boldsymbol x\ ");
}

#[test]
fn no_formula_costs_much_time_or_depth() {
    let deep = |open: &str, close: &str| format!("{}x{}", open.repeat(5000), close.repeat(5000));
    let hostile = [
        deep("{", "}"),
        deep(r"\frac{1}{", "}"),
        deep(r"\left(", r"\right)"),
        deep(r"\text{$", "$}"),
        deep(r"\begin{matrix}", r"\end{matrix}"),
        deep("x^", ""),
        deep(r"\hat", ""),
        r"\\".repeat(9000),
        "&".repeat(9000),
        r"\def\a{\b\b}\def\b{\c\c}\def\c{\a\a}\a".to_owned(),
        (0..20).map(|n| format!(r"\def\x{}{{\x{1}\x{1}\x{1}\x{1}}}", letter(n), letter(n + 1))).collect::<String>()
            + r"\xa",
        "€".repeat(9000),
        r"\ce{".to_owned() + &"A->[".repeat(5000) + "}",
    ];
    for tex in hostile {
        let _ = read(&tex, true, &mut Macros::default());
    }
}

fn letter(number: u8) -> char {
    char::from(b'a' + number)
}
