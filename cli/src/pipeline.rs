//! From an input file to an output file, stage by stage.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use wasmc_compiler::{
    Artifact, CacheUse, CodeCache, Emit, Hooks, Options, Program, Progress, Target, Timings,
};

use crate::cache::Cache;
use crate::config::{Emission, Job, Output};
use crate::embed::Packed;
use crate::external_linker::{self, Linker};
use crate::link::{self, LinkInput};
use crate::output_file::{Mode, OutputFile};
use crate::progress::Bar;
use crate::report::{Failure, io_reason};
use crate::{check, describe, embed, execute, module_file, overlap, placeholders, runtimes};

/// How objects are named in messages of the linker.
const APP_NAME: &str = "the compiled module";
const RUNTIME_NAME: &str = "the runtime";

/// Does the whole job. Nothing is written or run unless all of it works.
pub fn run(job: &Job, stdout: &mut dyn Write, stderr: &mut dyn Write) -> Result<(), Failure> {
    let mut timings = Timings::default();
    let wasm = timings.measure("read", || module_file::read(&job.input))?;
    let destination = Destination::open(job)?;
    let bytes = build(job, &wasm, &mut timings, stderr)?;
    if let Destination::Process(arguments) = destination {
        print_timings(job, &timings, stderr);
        return Err(execute::execute(&bytes, &job.input, arguments));
    }
    timings.measure("write", || match destination {
        Destination::File(file) => file.write(&bytes),
        Destination::Stdout | Destination::Process(_) => write_to_stdout(stdout, &bytes),
    })?;
    print_timings(job, &timings, stderr);
    Ok(())
}

/// The module in the form that was asked for.
fn build(job: &Job, wasm: &[u8], timings: &mut Timings, stderr: &mut dyn Write) -> Result<Vec<u8>, Failure> {
    let runtime = match job.emit {
        Emission::Executable => Some(find_runtime(job.options.target)?),
        Emission::Object | Emission::Text(..) => None,
    };
    let about = |error: wasmc_compiler::Error| Failure::about(&job.input, error);
    let interface = wasmc_compiler::interface(wasm).map_err(about)?;
    let program = check::program(&module_name(&job.input), wasm, &interface).map_err(about)?;
    let packed = timings.measure("embed", || pack(job))?;
    if !job.quiet && job.emit == Emission::Executable {
        print_lines(stderr, &describe::grants(&job.access, &packed.trees));
    }
    let grants = job.access.grants.iter();
    let spelling = grants.filter_map(|grant| placeholders::warning(&grant.host, grant.guest.as_deref()));
    let warnings = overlap::warnings(&job.access.grants).into_iter().chain(spelling);
    print_lines(stderr, &warnings.map(|text| format!("wasmc: warning: {text}")).collect::<Vec<_>>());
    let config = job.access.config(wasm, interface.is_go);
    let options = Options { config, embedded: packed.image, ..job.options.clone() };
    if let Emission::Text(emit, functions) = &job.emit {
        return dump(job, &program, &options, *emit, functions);
    }
    let artifact = compile(job, &program, &options, timings)?;
    // What is embedded is in the object now, and may be large.
    drop(options);
    match runtime {
        Some(runtime) => timings.measure("link executable", || link_app(job, &artifact, runtime)),
        None => Ok(artifact.object),
    }
}

/// Compiles, with what the cache has.
fn compile(
    job: &Job,
    program: &Program<'_>,
    options: &Options,
    timings: &mut Timings,
) -> Result<Artifact, Failure> {
    let cache = timings.measure("open the cache", || open_cache(job))?;
    let bar = if job.progress { Bar::on_terminal() } else { None };
    let hooks = Hooks {
        cache: cache.as_ref().map(|cache| cache as &dyn CodeCache),
        progress: bar.as_ref().map(|bar| bar as &dyn Progress),
    };
    let artifact = in_threads(job.threads, || wasmc_compiler::compile_with(program, options, hooks))?;
    drop(bar);
    let artifact = artifact.map_err(|error| Failure::about(&job.input, error))?;
    timings.stages.extend_from_slice(&artifact.timings.stages);
    timings.cache = artifact.timings.cache;
    timings.measure("write the cache", || cache.map(Cache::finish));
    Ok(artifact)
}

/// A cache that nobody asked for is done without where it cannot be used.
fn open_cache(job: &Job) -> Result<Option<Cache>, Failure> {
    let Some(place) = &job.cache else { return Ok(None) };
    match Cache::open(&place.directory, place.limit_bytes) {
        Ok(cache) => Ok(Some(cache)),
        Err(reason) if place.is_asked => {
            Err(Failure::about(&place.directory, format!("the directory for --cache {reason}")))
        }
        Err(_) => Ok(None),
    }
}

/// Where the result goes, known to be possible before the work.
enum Destination<'j> {
    Stdout,
    File(OutputFile),
    /// It is run with these arguments.
    Process(&'j [OsString]),
}

impl Destination<'_> {
    fn open(job: &Job) -> Result<Destination<'_>, Failure> {
        let mode = if job.emit == Emission::Executable { Mode::Executable } else { Mode::Plain };
        match &job.output {
            Output::Stdout => Ok(Destination::Stdout),
            Output::File(path) => OutputFile::open(path, &job.input, mode).map(Destination::File),
            Output::Process(arguments) => Ok(Destination::Process(arguments)),
        }
    }
}

/// Text shows functions, which nothing embedded changes.
fn pack(job: &Job) -> Result<Packed, Failure> {
    match (&job.emit, &job.output) {
        (Emission::Text(..), _) => Ok(Packed::default()),
        (_, Output::Stdout | Output::Process(_)) => embed::pack(&job.access.embed, None),
        (_, Output::File(output)) => embed::pack(&job.access.embed, Some(output)),
    }
}

fn find_runtime(target: Target) -> Result<&'static [u8], Failure> {
    runtimes::find(target).map_err(|command| {
        Failure::new(format!(
            "this wasmc was built without the runtime for {}; to add it: {command}",
            target.name()
        ))
    })
}

/// For messages and symbols.
fn module_name(input: &Path) -> String {
    input.file_stem().map_or_else(|| "module".to_string(), |stem| stem.to_string_lossy().into_owned())
}

/// Runs `work` where the compiler finds as many threads as were asked for. It is one
/// of them that does `work`, so that what follows the compilation of functions can
/// use the memory that the same thread has freed.
fn in_threads<T: Send>(threads: Option<usize>, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build();
    let pool = pool.map_err(|error| {
        let count = threads.map_or(String::new(), |threads| format!("{threads} "));
        Failure::new(format!("cannot start {count}threads: {error}; ask for fewer by -j"))
    })?;
    Ok(pool.install(work))
}

fn link_app(job: &Job, artifact: &Artifact, runtime: &[u8]) -> Result<Vec<u8>, Failure> {
    let objects = [
        LinkInput { name: APP_NAME, bytes: &artifact.object },
        LinkInput { name: RUNTIME_NAME, bytes: runtime },
    ];
    let target = job.options.target;
    let linked = match (&job.linker, job.strip) {
        (Linker::Internal, false) => link::link(target, &objects),
        (Linker::Internal, true) => link::link_stripped(target, &objects),
        (external, strip) => return external_linker::link(external, target, &objects, strip),
    };
    linked.map_err(|error| Failure::about(&job.input, error))
}

fn dump(
    job: &Job,
    program: &Program<'_>,
    options: &Options,
    emit: Emit,
    functions: &[String],
) -> Result<Vec<u8>, Failure> {
    let text = in_threads(job.threads, || wasmc_compiler::dump(program, options, emit, functions))?;
    text.map(String::into_bytes).map_err(|error| Failure::about(&job.input, error))
}

/// A reader that has enough, such as `head`, is no failure.
fn write_to_stdout(stdout: &mut dyn Write, bytes: &[u8]) -> Result<(), Failure> {
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to the standard output: {}", io_reason(&error))))
        }
        _ => Ok(()),
    }
}

fn print_timings(job: &Job, timings: &Timings, stderr: &mut dyn Write) {
    if job.timings {
        print_lines(stderr, &timing_lines(timings));
    }
}

fn timing_lines(timings: &Timings) -> Vec<String> {
    let total: Duration = timings.stages.iter().map(|(_, time)| *time).sum();
    let line = |(stage, time): (&str, Duration)| format!("{:>10.3} ms  {stage}", time.as_secs_f64() * 1e3);
    let stages = timings.stages.iter().copied().chain([("total", total)]).map(line);
    stages.chain(timings.cache.map(cache_line)).collect()
}

fn cache_line(cache: CacheUse) -> String {
    let CacheUse { hits, misses, is_same_program } = cache;
    let program = if is_same_program { "the same program" } else { "another program" };
    format!("     cache: {hits} functions found, {misses} compiled; {program}")
}

/// Telling is a courtesy: where nobody can read it, the work goes on.
fn print_lines(stderr: &mut dyn Write, lines: &[String]) {
    for line in lines {
        let _ = writeln!(stderr, "{line}");
    }
}
