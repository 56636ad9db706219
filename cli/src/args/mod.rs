//! The command line as it was typed; what it means is decided in `config`.

mod cache;
mod code;
mod compile;
mod grants;
mod inspect;
mod run;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser};

use crate::report::Failure;
pub use cache::CacheArgs;
pub use code::{BaseArg, CodeArgs, CpuArg, MemoryArg};
pub use compile::{CompileArgs, EmitArg};
pub use grants::{GrantArg, GrantArgs, GuestArg, SandboxArg};
pub use inspect::InspectArgs;
pub use run::RunArgs;

/// One use of the command.
#[derive(Debug)]
pub enum Args {
    Compile(Box<CompileArgs>),
    Run(Box<RunArgs>),
    Inspect(InspectArgs),
    Targets,
}

/// List the targets, and how to add those whose runtime is missing
#[derive(Debug, Parser)]
#[command(name = "wasmc targets", max_term_width = 100, override_usage = "wasmc targets")]
struct TargetsArgs {}

/// What the arguments ask for: work, or text to print and the end of it.
#[derive(Debug)]
pub enum Parsed {
    Args(Args),
    Text(String),
}

/// Reads the command line, program name first. A first argument that names a
/// command is no input; a file of that name is `./targets`.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Parsed, Failure> {
    let words: Vec<OsString> = words.into_iter().collect();
    let rest = words.get(1..).unwrap_or_default();
    let (parsed, help) = match words.get(1).and_then(|word| word.to_str()) {
        Some("targets") => (TargetsArgs::try_parse_from(rest).map(|_| Args::Targets), "wasmc targets --help"),
        Some("inspect") => (InspectArgs::try_parse_from(rest).map(Args::Inspect), "wasmc inspect --help"),
        Some("run") => (parse_run(rest).map(|args| Args::Run(Box::new(args))), "wasmc run --help"),
        Some("help") => (parse_compile(&["wasmc".into(), "--help".into()]).map(compile), HELP),
        _ => (parse_compile(&words).map(compile), HELP),
    };
    match parsed {
        Ok(args) => Ok(Parsed::Args(args)),
        Err(error) if !error.use_stderr() => Ok(Parsed::Text(error.render().to_string())),
        Err(error) => {
            let message = in_one_line(&error.render().to_string());
            Err(Failure::usage(match misspelt_command(rest, &error) {
                Some(word) => format!(
                    "there is no command '{word}', only {}; or, if that is the input: {message}; try '{help}'",
                    COMMANDS.join(", ")
                ),
                None => format!("{message}; try '{help}'"),
            }))
        }
    }
}

const HELP: &str = "wasmc --help";
const COMMANDS: [&str; 3] = ["run", "inspect", "targets"];

/// The first word, where it looks like a command that does not exist: a word
/// with another one after it, where one input is taken.
fn misspelt_command<'a>(words: &'a [OsString], error: &clap::Error) -> Option<&'a str> {
    let first = words.first()?.to_str()?;
    let is_word = first.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_other = is_word && !COMMANDS.contains(&first);
    (is_other && error.kind() == clap::error::ErrorKind::UnknownArgument).then_some(first)
}

fn compile(args: CompileArgs) -> Args {
    Args::Compile(Box::new(args))
}

fn parse_compile(words: &[OsString]) -> Result<CompileArgs, clap::Error> {
    let matches = CompileArgs::command().try_get_matches_from(words)?;
    let mut args = CompileArgs::from_arg_matches(&matches)?;
    args.grants.in_order = grants::in_order(&matches);
    Ok(args)
}

fn parse_run(words: &[OsString]) -> Result<RunArgs, clap::Error> {
    let matches = RunArgs::command().try_get_matches_from(words)?;
    let mut args = RunArgs::from_arg_matches(&matches)?;
    args.grants.in_order = grants::in_order(&matches);
    if args.input().is_none() {
        let message = "the following required arguments were not provided: <INPUT>";
        return Err(clap::Error::raw(clap::error::ErrorKind::MissingRequiredArgument, message));
    }
    Ok(args)
}

/// Clap's message without the paragraphs that are the same for every error.
fn in_one_line(rendered: &str) -> String {
    let paragraphs = rendered.split("\n\n").map(str::trim);
    let is_own = |text: &&str| {
        let general = ["Usage:", "For more information", "tip: to pass"];
        !general.iter().any(|start| text.starts_with(start))
    };
    let own = paragraphs.filter(is_own);
    let message = own.collect::<Vec<_>>().join("; ").replace('\n', " ");
    let words: Vec<&str> = message.split_whitespace().collect();
    words.join(" ").trim_start_matches("error: ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtimes;

    fn parse_words(words: &[&str]) -> Result<Parsed, Failure> {
        parse(["wasmc"].iter().chain(words).map(OsString::from))
    }

    fn compile_args(words: &[&str]) -> CompileArgs {
        match parse_words(words) {
            Ok(Parsed::Args(Args::Compile(args))) => *args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_definition_is_consistent() {
        CompileArgs::command().debug_assert();
        TargetsArgs::command().debug_assert();
        InspectArgs::command().debug_assert();
        RunArgs::command().debug_assert();
    }

    #[test]
    fn optimisation_is_written_as_compilers_do() {
        assert_eq!(compile_args(&["-O0", "a.wasm"]).code.opt_level, "0");
        assert_eq!(compile_args(&["a.wasm", "--opt-level", "2"]).code.opt_level, "2");
        assert_eq!(compile_args(&["a.wasm"]).code.opt_level, "2");
        assert_eq!(compile_args(&["a.wasm", "--no-opt", "jump-threading"]).code.no_opt, ["jump-threading"]);
    }

    #[test]
    fn grants_keep_their_order() {
        let args = compile_args(&["--dir-optional", "a", "--dir=b", "x.wasm", "--dir-optional", "c"]);
        let grants: Vec<_> =
            args.grants.in_order.iter().map(|grant| (grant.text.to_str().unwrap(), grant.optional)).collect();
        assert_eq!(grants, [("a", true), ("b", false), ("c", true)]);
    }

    #[test]
    fn targets_is_a_command_and_needs_no_input() {
        assert!(matches!(parse_words(&["targets"]), Ok(Parsed::Args(Args::Targets))));
        assert!(matches!(parse_words(&["targets", "--help"]), Ok(Parsed::Text(_))));
        assert!(parse_words(&["targets", "x"]).is_err());
        assert_eq!(compile_args(&["./targets"]).input, std::path::PathBuf::from("./targets"));
    }

    #[test]
    fn what_follows_the_input_of_run_is_the_programs() {
        let run_args = |words: &[&str]| match parse_words(words) {
            Ok(Parsed::Args(Args::Run(args))) => *args,
            other => panic!("{other:?}"),
        };
        let args =
            run_args(&["run", "--dir=/", "--env", "PWD", "app.wasm", "-test.v", "--dir", "x", "--", "y"]);
        assert_eq!(args.input(), Some("app.wasm".into()));
        assert_eq!(args.arguments(), ["-test.v", "--dir", "x", "--", "y"]);
        assert_eq!(args.grants.in_order.len(), 1);
        assert!(run_args(&["run", "app.wasm"]).arguments().is_empty());
        assert_eq!(run_args(&["run", "app.wasm", "--", "x"]).arguments(), ["--", "x"]);
        assert_eq!(run_args(&["run", "-O0", "-j1", "help", "x"]).input(), Some("help".into()));
        for (words, expected) in [
            (&["run"][..], "not provided: <INPUT>; try 'wasmc run --help'"),
            (&["run", "--dirs", ".", "a.wasm"], "a similar argument exists: '--dir'"),
            (&["run", "-o", "x", "a.wasm"], "unexpected argument '-o' found; try 'wasmc run --help'"),
        ] {
            let Err(failure) = parse_words(words) else { panic!("{words:?} was accepted") };
            assert_eq!(
                (failure.exit_status(), failure.to_string().contains(expected)),
                (2, true),
                "{failure}"
            );
        }
        assert!(matches!(parse_words(&["run", "--help"]), Ok(Parsed::Text(_))));
    }

    #[test]
    fn mistakes_are_one_line_with_status_2() {
        for (words, expected) in [
            (&[][..], "the following required arguments were not provided: <INPUT>; try 'wasmc --help'"),
            (
                &["a.wasm", "--cpu", "z80"],
                "invalid value 'z80' for '--cpu <CPU>' [possible values: baseline, x86-64-v3]",
            ),
            (&["a.wasm", "b.wasm"], "unexpected argument 'b.wasm' found"),
            (&["ruun", "a.wasm"], "there is no command 'ruun', only run, inspect, targets; or"),
            (&["a.wasm", "--runtime-dir"], "a similar argument exists: '--runtime-dirs'"),
        ] {
            let Err(failure) = parse_words(words) else { panic!("{words:?} was accepted") };
            assert_eq!(failure.exit_status(), 2);
            assert!(failure.to_string().contains(expected), "{failure}");
            assert_eq!(failure.to_string().lines().count(), 1);
        }
    }

    #[test]
    fn version_and_help_are_no_errors() {
        let Ok(Parsed::Text(version)) = parse_words(&["--version"]) else { panic!("no text") };
        assert_eq!(version, format!("wasmc {} (runtimes {})\n", env!("CARGO_PKG_VERSION"), runtimes::HASH));
        let Ok(Parsed::Text(help)) = parse_words(&["--help"]) else { panic!("no text") };
        assert!(help.contains("Examples:") && help.contains("--dir-optional"));
        assert!(help.lines().all(|line| line.len() <= 100), "a line is too long for a terminal");
    }
}
