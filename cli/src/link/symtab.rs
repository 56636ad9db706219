//! The executable's symbol table, for debuggers and profilers.

use object::U16;
use object::elf;
use object::read::elf::Sym as _;

use super::input::{Inputs, LE, ObjectId, SectionId, Sym};
use super::layout::Layout;
use super::symbols::{Definition, Symbols};

/// Which symbols are kept, and their names.
pub struct SymtabPlan {
    /// Local symbols first, as ELF wants it.
    symbols: Vec<Kept>,
    pub local_count: u32,
    pub strings: Vec<u8>,
}

struct Kept {
    name_offset: u32,
    entry: Sym,
    section: SectionId,
    definition: Definition,
}

/// Keeps the functions and objects of live sections.
pub fn plan(inputs: &Inputs<'_>, symbols: &Symbols, live: &[bool]) -> SymtabPlan {
    let mut plan = SymtabPlan { symbols: Vec::new(), local_count: 0, strings: vec![0] };
    let mut globals = Vec::new();
    for (position, object) in inputs.objects.iter().enumerate() {
        let definitions = symbols.of_object(ObjectId(position as u32));
        for (entry, &definition) in object.symbols.iter().zip(definitions) {
            let Definition::Section { section, .. } = definition else { continue };
            let is_wanted = matches!(entry.st_type(), elf::STT_FUNC | elf::STT_OBJECT);
            if !is_wanted || entry.is_undefined(LE) || !live[section.0 as usize] {
                continue;
            }
            let Ok(name) = object.symbols.symbol_name(LE, entry) else { continue };
            let kept = Kept { name_offset: plan.strings.len() as u32, entry: *entry, section, definition };
            plan.strings.extend_from_slice(name);
            plan.strings.push(0);
            if entry.st_bind() == elf::STB_LOCAL {
                plan.symbols.push(kept);
            } else {
                globals.push(kept);
            }
        }
    }
    plan.local_count = plan.symbols.len() as u32;
    plan.symbols.append(&mut globals);
    plan
}

impl SymtabPlan {
    /// With the null symbol that comes first.
    pub fn size_bytes(&self) -> u64 {
        (self.symbols.len() as u64 + 1) * size_of::<Sym>() as u64
    }

    pub fn entries<'a>(&'a self, layout: &'a Layout) -> impl Iterator<Item = Sym> + 'a {
        self.symbols.iter().map(|kept| {
            let mut entry = kept.entry;
            entry.st_name.set(LE, kept.name_offset);
            entry.st_value.set(LE, layout.address_of(kept.definition));
            entry.st_shndx = U16::new(LE, layout.output_section(kept.section));
            entry
        })
    }
}
