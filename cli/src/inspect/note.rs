//! The note in which an executable carries what it was built to allow.

use object::read::elf::{ElfFile64, ProgramHeader};
use object::{Architecture, Endianness, FileKind, Object};
use wasmc_abi::symbols::{NOTE_OWNER, NOTE_TYPE_CONFIG};
use wasmc_compiler::Target;

/// An executable's target and its [`wasmc_abi::config`].
pub struct Note<'data> {
    pub target: Target,
    pub config: &'data [u8],
}

/// Finds the note by the program headers, which `strip` and linkers keep.
///
/// # Errors
/// Why `bytes` is nothing that wasmc made.
pub fn find(bytes: &[u8]) -> Result<Note<'_>, String> {
    const NOT_OURS: &str = "this is no executable made by wasmc";
    if bytes.starts_with(b"\0asm") {
        return Err("this is a WebAssembly module; inspect takes an executable that wasmc made of one".into());
    }
    if !matches!(FileKind::parse(bytes), Ok(FileKind::Elf64)) {
        return Err(NOT_OURS.into());
    }
    let malformed = |error: object::Error| format!("a malformed ELF file: {error}");
    let elf: ElfFile64<'_, Endianness> = ElfFile64::parse(bytes).map_err(malformed)?;
    let target = match elf.architecture() {
        Architecture::X86_64 => Target::X86_64Linux,
        Architecture::Aarch64 => Target::Aarch64Linux,
        _ => return Err(NOT_OURS.into()),
    };
    for segment in elf.elf_program_headers() {
        let Some(mut notes) = segment.notes(elf.endian(), bytes).map_err(malformed)? else { continue };
        while let Some(note) = notes.next().map_err(malformed)? {
            if note.name() == NOTE_OWNER.as_bytes() && note.n_type(elf.endian()) == NOTE_TYPE_CONFIG {
                return Ok(Note { target, config: note.desc() });
            }
        }
    }
    Err(NOT_OURS.into())
}
