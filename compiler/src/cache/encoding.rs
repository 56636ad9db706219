//! Entries as bytes: numbers in LEB128, as in WebAssembly.

use super::FunctionEntry;
use crate::codegen::{Names, OpenRelocation, Reference, Site, Template};
use crate::world::FuncId;
use cranelift_codegen::binemit::Reloc;
use wasmc_abi::trap::TrapCode;
use wasmparser::BinaryReader;

/// Kinds of relocations by their numbers in entries. Code with others, which
/// this compiler does not make, is not kept.
const RELOCATION_KINDS: [Reloc; 6] = [
    Reloc::Abs8,
    Reloc::X86PCRel4,
    Reloc::X86CallPCRel4,
    Reloc::Arm64Call,
    Reloc::Aarch64AdrPrelPgHi21,
    Reloc::Aarch64AddAbsLo12Nc,
];

/// Kinds of [`Reference`].
const NAME: u64 = 0;
const OWN: u64 = 1;
const CPU_CHOICE: u64 = 2;

fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// A function's code; none where it has something that cannot be written.
pub(super) fn template(template: &Template) -> Option<Vec<u8>> {
    let Template { bytes, align, relocations, traps } = template;
    let mut entry = Vec::with_capacity(bytes.len() + 16 + 8 * (relocations.len() + traps.len()));
    push(&mut entry, bytes.len() as u64);
    entry.extend_from_slice(bytes);
    push(&mut entry, u64::from(*align));
    push(&mut entry, relocations.len() as u64);
    for OpenRelocation { offset, kind, target, addend } in relocations {
        let (target_kind, number) = match *target {
            Reference::Name(position) => (NAME, position),
            Reference::Own(distance) => (OWN, distance),
            Reference::CpuChoice => (CPU_CHOICE, 0),
        };
        push(&mut entry, u64::from(*offset));
        push(&mut entry, RELOCATION_KINDS.iter().position(|known| known == kind)? as u64);
        push(&mut entry, target_kind);
        push(&mut entry, u64::from(number));
        push(&mut entry, ((addend << 1) ^ (addend >> 63)) as u64);
    }
    push(&mut entry, traps.len() as u64);
    for Site { offset, wasm_distance, code } in traps {
        push(&mut entry, u64::from(*offset));
        push(&mut entry, wasm_distance.map_or(0, |distance| u64::from(distance) + 1));
        push(&mut entry, *code as u64);
    }
    Some(entry)
}

/// None for bytes that [`template`] does not write.
pub(super) fn read_template(entry: &[u8]) -> Option<Template> {
    let mut reader = Reader(BinaryReader::new(entry, 0));
    let len = reader.size()?;
    let bytes = reader.0.read_bytes(len).ok()?.to_vec();
    let align = reader.word()?;
    let relocations = reader.list(|reader| {
        let offset = reader.word()?;
        let kind = *RELOCATION_KINDS.get(reader.size()?)?;
        let target = match (reader.number()?, reader.word()?) {
            (NAME, position) => Reference::Name(position),
            (OWN, distance) => Reference::Own(distance),
            (CPU_CHOICE, 0) => Reference::CpuChoice,
            _ => return None,
        };
        let addend = reader.number()?;
        let addend = (addend >> 1) as i64 ^ -((addend & 1) as i64);
        Some(OpenRelocation { offset, kind, target, addend })
    })?;
    let traps = reader.list(|reader| {
        let offset = reader.word()?;
        let wasm_distance = match reader.number()?.checked_sub(1) {
            Some(distance) => Some(u32::try_from(distance).ok()?),
            None => None,
        };
        let code = TrapCode::from_byte(u8::try_from(reader.number()?).ok()?)?;
        Some(Site { offset, wasm_distance, code })
    })?;
    reader.0.eof().then_some(Template { bytes, align, relocations, traps })
}

/// A program's functions.
pub(super) fn program(functions: &[(FuncId, FunctionEntry)]) -> Vec<u8> {
    let mut entry = Vec::with_capacity(functions.len() * 64);
    push(&mut entry, functions.len() as u64);
    for (function, FunctionEntry { key, names }) in functions {
        push(&mut entry, u64::from(function.as_u32()));
        entry.extend_from_slice(key);
        push(&mut entry, u64::from(names.base));
        push(&mut entry, names.functions.len() as u64);
        for &(namespace, index) in &names.functions {
            push(&mut entry, u64::from(namespace));
            push(&mut entry, u64::from(index));
        }
    }
    entry
}

/// None for bytes that [`program`] does not write.
pub(super) fn read_program(entry: &[u8]) -> Option<Vec<(FuncId, FunctionEntry)>> {
    let mut reader = Reader(BinaryReader::new(entry, 0));
    let functions = reader.list(|reader| {
        let function = FuncId::from_u32(reader.word()?);
        let key = reader.0.read_bytes(32).ok()?.try_into().ok()?;
        let base = reader.word()?;
        let functions = reader.list(|reader| Some((reader.word()?, reader.word()?)))?;
        Some((function, FunctionEntry { key, names: Names { base, functions } }))
    })?;
    reader.0.eof().then_some(functions)
}

struct Reader<'e>(BinaryReader<'e>);

impl Reader<'_> {
    fn number(&mut self) -> Option<u64> {
        self.0.read_var_u64().ok()
    }

    fn word(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        (0..count).map(|_| item(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Template {
        let relocation = |offset, kind, target, addend| OpenRelocation { offset, kind, target, addend };
        Template {
            bytes: (0..=255).collect(),
            align: 16,
            relocations: vec![
                relocation(3, Reloc::X86CallPCRel4, Reference::Name(300), -4),
                relocation(u32::MAX, Reloc::Abs8, Reference::Own(0), i64::MIN),
            ],
            traps: vec![
                Site { offset: 7, wasm_distance: None, code: TrapCode::Unreachable },
                Site { offset: 9, wasm_distance: Some(u32::MAX), code: TrapCode::BadSignature },
            ],
        }
    }

    fn sample_program() -> Vec<(FuncId, FunctionEntry)> {
        let names = Names { base: u32::MAX, functions: vec![(0, 1), (2, 1 << 31)] };
        vec![(FuncId::from_u32(200), FunctionEntry { key: [200; 32], names })]
    }

    #[test]
    fn what_was_written_is_read() {
        assert_eq!(read_template(&template(&sample()).unwrap()), Some(sample()));
        assert_eq!(read_program(&program(&sample_program())), Some(sample_program()));
    }

    #[test]
    fn what_is_cut_or_too_long_is_nothing() {
        let mut entry = template(&sample()).unwrap();
        assert!((0..entry.len()).all(|len| read_template(&entry[..len]).is_none()));
        entry.push(0);
        assert_eq!(read_template(&entry), None);
        let mut entry = program(&sample_program());
        assert!((0..entry.len()).all(|len| read_program(&entry[..len]).is_none()));
        entry.push(0);
        assert_eq!(read_program(&entry), None);
    }
}
