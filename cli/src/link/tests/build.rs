//! Makes relocatable objects, the same for each target as far as possible.

use object::write::{Object, Relocation, SectionId, Symbol, SymbolId, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationFlags, SectionFlags, SectionKind, SymbolFlags,
    SymbolKind, SymbolScope, elf,
};
use wasmc_compiler::Target;

pub struct ObjectBuilder {
    target: Target,
    object: Object<'static>,
}

impl ObjectBuilder {
    pub fn new(target: Target) -> ObjectBuilder {
        let architecture = match target {
            Target::X86_64Linux => Architecture::X86_64,
            Target::Aarch64Linux => Architecture::Aarch64,
        };
        ObjectBuilder { target, object: Object::new(BinaryFormat::Elf, architecture, Endianness::Little) }
    }

    pub fn finish(self) -> Vec<u8> {
        self.object.write().unwrap()
    }

    pub fn section(&mut self, name: &str, kind: SectionKind, bytes: &[u8], alignment: u64) -> SectionId {
        let section = self.object.add_section(Vec::new(), name.as_bytes().to_vec(), kind);
        self.object.append_section_data(section, bytes, alignment);
        section
    }

    pub fn text(&mut self, name: &str, size: usize) -> SectionId {
        self.section(name, SectionKind::Text, &vec![0; size], 16)
    }

    pub fn code(&mut self, name: &str, bytes: &[u8]) -> SectionId {
        self.section(name, SectionKind::Text, bytes, 16)
    }

    pub fn data(&mut self, name: &str, size: usize) -> SectionId {
        self.section(name, SectionKind::Data, &vec![0; size], 8)
    }

    pub fn constant(&mut self, name: &str, bytes: &[u8]) -> SectionId {
        self.section(name, SectionKind::ReadOnlyData, bytes, 8)
    }

    pub fn bss(&mut self, name: &str, size: u64) -> SectionId {
        let section =
            self.object.add_section(Vec::new(), name.as_bytes().to_vec(), SectionKind::UninitializedData);
        self.object.append_section_bss(section, size, 8);
        section
    }

    /// A note of an owner and four bytes.
    pub fn note(&mut self) {
        let words = [6u32, 4, 1].map(u32::to_le_bytes).concat();
        let bytes = [words.as_slice(), b"wasmc\0\0\0", &[1, 2, 3, 4]].concat();
        let section = self.section(".note.wasmc", SectionKind::Note, &bytes, 4);
        self.object.section_mut(section).flags = SectionFlags::Elf { sh_flags: u64::from(elf::SHF_ALLOC) };
    }

    pub fn function(&mut self, name: &str, section: SectionId, value: u64, size: u64) -> SymbolId {
        self.symbol(name, SymbolSection::Section(section), value, size, SymbolKind::Text, false)
    }

    pub fn object(&mut self, name: &str, section: SectionId, value: u64, size: u64) -> SymbolId {
        self.symbol(name, SymbolSection::Section(section), value, size, SymbolKind::Data, false)
    }

    pub fn external(&mut self, name: &str) -> SymbolId {
        self.symbol(name, SymbolSection::Undefined, 0, 0, SymbolKind::Unknown, false)
    }

    pub fn weak(&mut self, name: &str, section: SymbolSection) -> SymbolId {
        self.symbol(name, section, 0, 0, SymbolKind::Text, true)
    }

    fn symbol(
        &mut self,
        name: &str,
        section: SymbolSection,
        value: u64,
        size: u64,
        kind: SymbolKind,
        weak: bool,
    ) -> SymbolId {
        self.object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
            value,
            size,
            kind,
            scope: SymbolScope::Linkage,
            weak,
            section,
            flags: SymbolFlags::None,
        })
    }

    fn relocation(&mut self, section: SectionId, offset: u64, symbol: SymbolId, addend: i64, r_type: u32) {
        let flags = RelocationFlags::Elf { r_type };
        self.object.add_relocation(section, Relocation { offset, symbol, addend, flags }).unwrap();
    }

    pub fn call(&mut self, section: SectionId, offset: u64, symbol: SymbolId) {
        match self.target {
            Target::X86_64Linux => self.relocation(section, offset, symbol, -4, elf::R_X86_64_PLT32),
            Target::Aarch64Linux => self.relocation(section, offset, symbol, 0, elf::R_AARCH64_CALL26),
        }
    }

    pub fn address(&mut self, section: SectionId, offset: u64, symbol: SymbolId, addend: i64) {
        let r_type = match self.target {
            Target::X86_64Linux => elf::R_X86_64_64,
            Target::Aarch64Linux => elf::R_AARCH64_ABS64,
        };
        self.relocation(section, offset, symbol, addend, r_type);
    }

    /// An address in 32 bits.
    pub fn short_address(&mut self, section: SectionId, offset: u64, symbol: SymbolId) {
        let r_type = match self.target {
            Target::X86_64Linux => elf::R_X86_64_32S,
            Target::Aarch64Linux => elf::R_AARCH64_ABS32,
        };
        self.relocation(section, offset, symbol, 0, r_type);
    }

    /// A load from the table of addresses.
    pub fn address_load(&mut self, section: SectionId, offset: u64, symbol: SymbolId) {
        match self.target {
            Target::X86_64Linux => self.relocation(section, offset, symbol, -4, elf::R_X86_64_GOTPCREL),
            Target::Aarch64Linux => {
                self.relocation(section, offset, symbol, 0, elf::R_AARCH64_ADR_GOT_PAGE);
                self.relocation(section, offset + 4, symbol, 0, elf::R_AARCH64_LD64_GOT_LO12_NC);
            }
        }
    }

    /// The distance to the symbol from the end of the 32-bit place.
    pub fn distance(&mut self, section: SectionId, offset: u64, symbol: SymbolId) {
        match self.target {
            Target::X86_64Linux => self.relocation(section, offset, symbol, -4, elf::R_X86_64_PC32),
            Target::Aarch64Linux => self.relocation(section, offset, symbol, -4, elf::R_AARCH64_PREL32),
        }
    }
}
