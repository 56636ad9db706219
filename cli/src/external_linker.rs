//! Links with a program of the system's instead of our own linker.
//!
//! Either a C compiler's driver or a linker can be given; a script tells it
//! where the symbols are that the runtime asks for.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use object::elf;
use object::read::elf::{Dyn, FileHeader, ProgramHeader};
use wasmc_compiler::Target;

use crate::link::LinkInput;
use crate::report::{Failure, io_reason};
use crate::targets;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linker {
    /// Our own.
    Internal,
    /// The C compiler that the `cc` crate finds for the target: by `CC_TARGET`,
    /// `TARGET_CC`, `CC`, or the usual names.
    SystemCompiler,
    Program(PathBuf),
}

impl Linker {
    pub fn from_flag(value: Option<&OsStr>) -> Linker {
        match value {
            None => Linker::Internal,
            Some(name) if name == "cc" => Linker::SystemCompiler,
            Some(path) => Linker::Program(path.into()),
        }
    }
}

/// For GNU ld and lld. What they would call `_DYNAMIC` and the like is not
/// needed; the order of sections is that of our own linker.
const SCRIPT: &str = "\
ENTRY(_start)
SECTIONS
{
  . = SIZEOF_HEADERS;
  .note.wasmc : { __wasmc_image_base = . - SIZEOF_HEADERS; KEEP(*(.note.wasmc)) }
  .note.gnu.build-id : { *(.note.gnu.build-id) }
  .hash : { *(.hash) }
  .gnu.hash : { *(.gnu.hash) }
  .dynsym : { *(.dynsym) }
  .dynstr : { *(.dynstr) }
  .rela.dyn : { *(.rela.*) }
  .relr.dyn : { __wasmc_relr_start = .; *(.relr.dyn) __wasmc_relr_end = .; }
  .rodata : { *(.rodata .rodata.*) }
  . = ALIGN(CONSTANT(MAXPAGESIZE));
  .text : { *(.text .text.*) }
  . = ALIGN(CONSTANT(MAXPAGESIZE));
  .data.rel.ro : { __wasmc_relro_start = .; *(.data.rel.ro .data.rel.ro.*) }
  .dynamic : { *(.dynamic) }
  .got : { *(.got .got.plt) . = ALIGN(CONSTANT(MAXPAGESIZE)); __wasmc_relro_end = .; }
  .data : { *(.data .data.*) }
  .bss : { *(.bss .bss.* COMMON) }
  /DISCARD/ : { *(.eh_frame .eh_frame_hdr .comment .note.gnu.property) }
}
";

/// How the program takes what is meant for the linker.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    CompilerDriver,
    Linker,
}

/// The executable's bytes.
pub fn link(
    linker: &Linker,
    target: Target,
    objects: &[LinkInput<'_>],
    strip: bool,
) -> Result<Vec<u8>, Failure> {
    let (mut command, kind) = command(linker, target)?;
    let cannot =
        |error: std::io::Error| Failure::new(format!("cannot write files to link: {}", io_reason(&error)));
    let directory = tempfile::tempdir().map_err(cannot)?;
    let script = directory.path().join("wasmc.ld");
    let output = directory.path().join("output");
    fs::write(&script, SCRIPT).map_err(cannot)?;
    command.args(flags(kind, &script, strip)).arg("-o").arg(&output);
    for (position, object) in objects.iter().enumerate() {
        let path = directory.path().join(format!("{position}.o"));
        fs::write(&path, object.bytes).map_err(cannot)?;
        command.arg(path);
    }
    run(&mut command)?;
    let image = fs::read(&output).map_err(|_| failed(&command, "it wrote no output"))?;
    match has_only_packed_relocations(&image) {
        Some(true) => Ok(image),
        Some(false) => Err(failed(
            &command,
            "it cannot pack relative relocations for this target (-z pack-relative-relocs); use a newer one, or lld",
        )),
        None => Err(failed(&command, "its output is no position-independent executable")),
    }
}

fn command(linker: &Linker, target: Target) -> Result<(Command, Kind), Failure> {
    match linker {
        Linker::Program(path) => Ok((Command::new(path), kind(path))),
        Linker::SystemCompiler | Linker::Internal => {
            let compiler = cc::Build::new()
                .target(targets::c_triple(target))
                .host(env!("WASMC_HOST_TRIPLE"))
                .opt_level(0)
                .cargo_metadata(false)
                .cargo_warnings(false)
                .try_get_compiler()
                .map_err(|error| Failure::new(format!("no C compiler for {}: {error}", target.name())))?;
            Ok((compiler.to_command(), Kind::CompilerDriver))
        }
    }
}

/// Linkers are called ld, ld.lld, aarch64-linux-gnu-ld, ld.lld-19, mold, wild.
fn kind(path: &Path) -> Kind {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_linker = name
        .split(['-', '.'])
        .any(|part| matches!(part, "ld" | "ld64" | "lld" | "bfd" | "gold" | "mold" | "wild"));
    if is_linker { Kind::Linker } else { Kind::CompilerDriver }
}

fn flags(kind: Kind, script: &Path, strip: bool) -> Vec<OsString> {
    let mut script_flag = OsString::from("--script=");
    script_flag.push(script);
    let mut for_linker: Vec<OsString> =
        ["--build-id", "--gc-sections", "-znoexecstack", "-zpack-relative-relocs"].map(OsString::from).into();
    for_linker.push(script_flag);
    match kind {
        Kind::Linker => {
            let mut flags: Vec<OsString> =
                ["-static", "-pie", "--no-dynamic-linker"].map(OsString::from).into();
            flags.append(&mut for_linker);
            flags.extend(strip.then(|| "-s".into()));
            flags
        }
        Kind::CompilerDriver => {
            let mut flags: Vec<OsString> =
                ["-static-pie", "-nostdlib", "-nostartfiles"].map(OsString::from).into();
            for flag in for_linker {
                flags.push("-Xlinker".into());
                flags.push(flag);
            }
            flags.extend(strip.then(|| "-s".into()));
            flags
        }
    }
}

fn run(command: &mut Command) -> Result<(), Failure> {
    let output = command
        .output()
        .map_err(|error| failed(command, &format!("cannot run it: {}", io_reason(&error))))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = if said.trim().is_empty() { output.status.to_string() } else { said.trim().to_string() };
    Err(failed(command, &said))
}

fn failed(command: &Command, reason: &str) -> Failure {
    Failure::new(format!("linking with {}: {reason}", command.get_program().display()))
}

/// The runtime applies RELR relocations to itself, and no others. `None`: the
/// file has no dynamic section to tell.
fn has_only_packed_relocations(image: &[u8]) -> Option<bool> {
    let endian = object::LittleEndian;
    let header = elf::FileHeader64::<object::LittleEndian>::parse(image).ok()?;
    let segments = header.program_headers(endian, image).ok()?;
    let entries = segments.iter().find_map(|segment| segment.dynamic(endian, image).ok().flatten())?;
    let value =
        |tag| entries.iter().find(|entry| entry.d_tag(endian) == tag).map(|entry| entry.d_val(endian));
    Some(value(elf::DT_RELASZ).unwrap_or(0) == 0 && value(elf::DT_RELSZ).unwrap_or(0) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linkers_are_told_from_compilers_by_name() {
        for name in ["ld", "/usr/bin/ld.lld-19", "aarch64-linux-gnu-ld", "aarch64-linux-gnu-ld.bfd", "mold"] {
            assert!(kind(Path::new(name)) == Kind::Linker, "{name}");
        }
        for name in ["cc", "/usr/bin/clang-19", "aarch64-linux-gnu-gcc", "gcc-12", "/opt/ld/bin/gcc", "build"]
        {
            assert!(kind(Path::new(name)) == Kind::CompilerDriver, "{name}");
        }
    }

    #[test]
    fn a_program_that_fails_is_named_with_what_it_said() {
        let linker = Linker::Program("/nonexistent/cc".into());
        let failure = link(&linker, Target::X86_64Linux, &[], false).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "linking with /nonexistent/cc: cannot run it: no such file or directory"
        );
        let failure = link(&Linker::Program("false".into()), Target::X86_64Linux, &[], false).unwrap_err();
        assert_eq!(failure.to_string(), "linking with false: exit status: 1");
        let failure = link(&Linker::Program("true".into()), Target::X86_64Linux, &[], false).unwrap_err();
        assert_eq!(failure.to_string(), "linking with true: it wrote no output");
    }
}
