//! Rewrites the expectations of a case to what happened, in place.

use crate::case::{Case, DIRECTIVE, Expected, TEXT_CUT, TEXT_LINE};
use crate::expect::Text;
use crate::process::Status;
use crate::run_case::{Outcome, Said, text_is_as_expected};

/// The case's new source. Expectations that hold stay as they are written, so
/// that their `[..]` survive.
pub fn blessed(case: &Case, source: &str, outcome: &Outcome) -> String {
    let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
    let must_say_all = case.must_say_all() || outcome.wasmc.status != Status::Code(0);
    bless_process(&mut lines, "wasmc-", &case.expected_wasmc, Some(&outcome.wasmc), must_say_all);
    bless_process(&mut lines, "", &case.expected, outcome.executable.as_ref(), true);
    lines.join("\n") + "\n"
}

fn bless_process(
    lines: &mut Vec<String>,
    prefix: &str,
    expected: &Expected,
    said: Option<&Said>,
    must_say_all: bool,
) {
    let status = said.map_or(Status::Code(0), |said| said.status);
    if expected.status != status {
        let block =
            (status != Status::Code(0)).then(|| vec![format!("{DIRECTIVE} {prefix}status: {status}")]);
        replace(lines, &format!("{prefix}status"), block);
    }
    let nothing = Text::default();
    for (stream, expected, actual) in [
        ("stdout", &expected.stdout, said.map_or(&nothing, |said| &said.stdout)),
        ("stderr", &expected.stderr, said.map_or(&nothing, |said| &said.stderr)),
    ] {
        if !text_is_as_expected(expected.as_ref(), actual, must_say_all) {
            let key = format!("{prefix}{stream}");
            let block = (actual != &nothing).then(|| text_block(&key, actual));
            replace(lines, &key, block);
        }
    }
}

fn text_block(key: &str, text: &Text) -> Vec<String> {
    let mut block = vec![format!("{DIRECTIVE} {key}:")];
    block.extend(text.lines.iter().map(|line| match line.as_str() {
        "" => TEXT_LINE.to_owned(),
        line => format!("{TEXT_LINE} {line}"),
    }));
    if text.is_cut {
        block.push(format!("{TEXT_CUT} no line end"));
    }
    block
}

/// Puts `block` in the place of the directive `key` with its text; where there
/// is none, after the last directive.
fn replace(lines: &mut Vec<String>, key: &str, block: Option<Vec<String>>) {
    let is_key = |line: &String| {
        line.strip_prefix(DIRECTIVE)
            .and_then(|rest| rest.split_once(':'))
            .is_some_and(|(k, _)| k.trim() == key)
    };
    let is_text = |line: &String| line.starts_with(TEXT_LINE) || line.starts_with(TEXT_CUT);
    let (start, end) = match lines.iter().position(is_key) {
        Some(start) => {
            let text_len = lines[start + 1..].iter().take_while(|line| is_text(line)).count();
            (start, start + 1 + text_len)
        }
        None => {
            let last = lines.iter().rposition(|line| line.starts_with(DIRECTIVE) || is_text(line));
            let end = last.map_or(0, |last| last + 1);
            (end, end)
        }
    };
    lines.splice(start..end, block.unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(source: &str) -> Vec<String> {
        source.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_block_is_replaced_where_it_stands() {
        let mut source = lines(";; about\n;;! stdout:\n;;| old\n;;| older\n(module)");
        replace(&mut source, "stdout", Some(text_block("stdout", &Text::from_output(b"new"))));
        assert_eq!(source, lines(";; about\n;;! stdout:\n;;| new\n;;\\ no line end\n(module)"));
        replace(&mut source, "stdout", None);
        assert_eq!(source, lines(";; about\n(module)"));
    }

    #[test]
    fn a_new_block_follows_the_last_directive() {
        let mut source = lines(";; about\n;;! args: a\n(module)");
        replace(&mut source, "status", Some(vec![";;! status: 3".into()]));
        assert_eq!(source, lines(";; about\n;;! args: a\n;;! status: 3\n(module)"));
    }
}
