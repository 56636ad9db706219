//! Stage 5: writes the image: headers, tables, and each section's bytes once.

use object::elf::{self, Dyn64, FileHeader64, Ident, ProgramHeader64, SectionHeader64};
use object::pod::{self, Pod};
use object::{I64, LittleEndian, U16, U32, U64};
use wasmc_compiler::Target;
use xxhash_rust::xxh3::xxh3_128;

use super::input::{Inputs, Kind, LE, Sym};
use super::layout::Layout;
use super::scan::Scan;
use super::segments::OutputSection;
use super::symtab::SymtabPlan;
use super::{got, machine};

pub const FILE_HEADER_BYTES: u64 = size_of::<FileHeader64<LittleEndian>>() as u64;
pub const SEGMENT_HEADER_BYTES: u64 = size_of::<ProgramHeader64<LittleEndian>>() as u64;
pub const SECTION_HEADER_BYTES: u64 = size_of::<SectionHeader64<LittleEndian>>() as u64;
pub const SYMBOL_BYTES: u64 = size_of::<Sym>() as u64;
pub const DYNAMIC_ENTRY_BYTES: u64 = size_of::<Dyn64<LittleEndian>>() as u64;
pub const DYNAMIC_BYTES: u64 = DYNAMIC_TAGS as u64 * DYNAMIC_ENTRY_BYTES;
const DYNAMIC_TAGS: usize = 10;

/// An ELF hash table with one bucket, and in it the null symbol.
pub const HASH_WORDS: [u32; 4] = [1, 1, 0, 0];

const BUILD_ID_BYTES: usize = 16;
const BUILD_ID_OWNER: [u8; 4] = *b"GNU\0";
/// Sizes of owner and id, the note's type, and the owner.
const BUILD_ID_HEADER_BYTES: u64 = 3 * 4 + BUILD_ID_OWNER.len() as u64;
pub const BUILD_ID_NOTE_BYTES: u64 = BUILD_ID_HEADER_BYTES + BUILD_ID_BYTES as u64;

/// Everything but relocated places and the build id.
pub fn write(
    target: Target,
    inputs: &Inputs<'_>,
    scan: &Scan,
    layout: &Layout,
    symtab: Option<&SymtabPlan>,
) -> Vec<u8> {
    let mut image = Image { bytes: vec![0; layout.file_size as usize] };
    image.headers(target, layout);
    image.input_sections(target, inputs, scan, layout);
    image.build_id_header(layout);
    image.dynamic(layout);
    image.got(scan, layout);
    if let Some(plan) = symtab {
        image.symbols(plan, layout);
    }
    image.bytes
}

/// Puts in the build id: a hash of all the other bytes.
pub fn sign(layout: &Layout, image: &mut [u8]) {
    let id = xxh3_128(image).to_be_bytes();
    let start = (layout.section(layout.numbers.build_id).offset + BUILD_ID_HEADER_BYTES) as usize;
    image[start..start + id.len()].copy_from_slice(&id);
}

struct Image {
    bytes: Vec<u8>,
}

impl Image {
    fn put_bytes(&mut self, offset: u64, bytes: &[u8]) {
        let start = offset as usize;
        self.bytes[start..start + bytes.len()].copy_from_slice(bytes);
    }

    fn put<T: Pod>(&mut self, offset: u64, value: &T) {
        self.put_bytes(offset, pod::bytes_of(value));
    }

    fn headers(&mut self, target: Target, layout: &Layout) {
        self.put(0, &file_header(target, layout));
        let mut offset = FILE_HEADER_BYTES;
        for segment in &layout.segments {
            let header = ProgramHeader64 {
                p_type: U32::new(LE, segment.p_type),
                p_flags: U32::new(LE, segment.flags),
                p_offset: U64::new(LE, segment.offset),
                p_vaddr: U64::new(LE, segment.address),
                p_paddr: U64::new(LE, segment.address),
                p_filesz: U64::new(LE, segment.file_size),
                p_memsz: U64::new(LE, segment.memory_size),
                p_align: U64::new(LE, segment.alignment),
            };
            self.put(offset, &header);
            offset += SEGMENT_HEADER_BYTES;
        }
        let names = layout.section(layout.numbers.section_names);
        let (mut name_offset, mut offset) = (1, layout.section_headers_offset);
        for section in &layout.sections {
            self.put_bytes(names.offset + name_offset, section.name.as_bytes());
            offset += SECTION_HEADER_BYTES;
            self.put(offset, &section_header(section, name_offset));
            name_offset += section.name.len() as u64 + 1;
        }
    }

    fn input_sections(&mut self, target: Target, inputs: &Inputs<'_>, scan: &Scan, layout: &Layout) {
        let filler = machine::text_filler(target);
        let mut text_end = layout.section(layout.numbers.text).offset;
        for (id, section) in inputs.ids() {
            if !scan.live[id.0 as usize] || section.kind == Kind::Bss {
                continue;
            }
            let offset = layout.file_offset(id);
            if section.kind == Kind::Text {
                self.bytes[text_end as usize..offset as usize].fill(filler);
                text_end = offset + section.size;
            }
            self.put_bytes(offset, section.data);
        }
    }

    fn build_id_header(&mut self, layout: &Layout) {
        let offset = layout.section(layout.numbers.build_id).offset;
        let words = [BUILD_ID_OWNER.len() as u32, BUILD_ID_BYTES as u32, elf::NT_GNU_BUILD_ID];
        self.put(offset, &words.map(|word| U32::new(LE, word)));
        self.put_bytes(offset + 12, &BUILD_ID_OWNER);
    }

    fn dynamic(&mut self, layout: &Layout) {
        let hash = layout.section(layout.numbers.hash);
        self.put(hash.offset, &HASH_WORDS.map(|word| U32::new(LE, word)));
        let relr = layout.section(layout.numbers.relr);
        for (index, &word) in layout.relr.iter().enumerate() {
            self.put(relr.offset + index as u64 * 8, &U64::new(LE, word));
        }
        let address = |number| layout.section(number).address;
        let tags: [(i64, u64); DYNAMIC_TAGS] = [
            (elf::DT_HASH, hash.address),
            (elf::DT_STRTAB, address(layout.numbers.dynstr)),
            (elf::DT_SYMTAB, address(layout.numbers.dynsym)),
            (elf::DT_STRSZ, 1),
            (elf::DT_SYMENT, SYMBOL_BYTES),
            (elf::DT_RELR, relr.address),
            (elf::DT_RELRSZ, relr.size),
            (elf::DT_RELRENT, 8),
            (elf::DT_FLAGS_1, u64::from(elf::DF_1_NOW | elf::DF_1_PIE)),
            (elf::DT_NULL, 0),
        ];
        let start = layout.section(layout.numbers.dynamic).offset;
        for (index, (tag, value)) in tags.into_iter().enumerate() {
            let entry = Dyn64 { d_tag: I64::new(LE, tag), d_val: U64::new(LE, value) };
            self.put(start + index as u64 * DYNAMIC_ENTRY_BYTES, &entry);
        }
    }

    fn got(&mut self, scan: &Scan, layout: &Layout) {
        for (index, &slot) in scan.got.slots().iter().enumerate() {
            let offset = layout.section(layout.numbers.got).offset + index as u64 * got::SLOT_BYTES;
            self.put(offset, &U64::new(LE, layout.address_of(slot)));
        }
    }

    fn symbols(&mut self, plan: &SymtabPlan, layout: &Layout) {
        let mut offset = layout.section(layout.numbers.symtab).offset;
        for entry in plan.entries(layout) {
            offset += SYMBOL_BYTES;
            self.put(offset, &entry);
        }
        self.put_bytes(layout.section(layout.numbers.strtab).offset, &plan.strings);
    }
}

fn file_header(target: Target, layout: &Layout) -> FileHeader64<LittleEndian> {
    FileHeader64 {
        e_ident: Ident {
            magic: elf::ELFMAG,
            class: elf::ELFCLASS64,
            data: elf::ELFDATA2LSB,
            version: elf::EV_CURRENT,
            os_abi: elf::ELFOSABI_NONE,
            abi_version: 0,
            padding: [0; 7],
        },
        e_type: U16::new(LE, elf::ET_DYN),
        e_machine: U16::new(LE, machine::elf_machine(target)),
        e_version: U32::new(LE, u32::from(elf::EV_CURRENT)),
        e_entry: U64::new(LE, layout.entry),
        e_phoff: U64::new(LE, FILE_HEADER_BYTES),
        e_shoff: U64::new(LE, layout.section_headers_offset),
        e_flags: U32::new(LE, 0),
        e_ehsize: U16::new(LE, FILE_HEADER_BYTES as u16),
        e_phentsize: U16::new(LE, SEGMENT_HEADER_BYTES as u16),
        e_phnum: U16::new(LE, layout.segments.len() as u16),
        e_shentsize: U16::new(LE, SECTION_HEADER_BYTES as u16),
        e_shnum: U16::new(LE, layout.sections.len() as u16 + 1),
        e_shstrndx: U16::new(LE, layout.numbers.section_names),
    }
}

fn section_header(section: &OutputSection, name_offset: u64) -> SectionHeader64<LittleEndian> {
    SectionHeader64 {
        sh_name: U32::new(LE, name_offset as u32),
        sh_type: U32::new(LE, section.sh_type),
        sh_flags: U64::new(LE, u64::from(section.flags)),
        sh_addr: U64::new(LE, section.address),
        sh_offset: U64::new(LE, section.offset),
        sh_size: U64::new(LE, section.size),
        sh_link: U32::new(LE, u32::from(section.link)),
        sh_info: U32::new(LE, section.info),
        sh_addralign: U64::new(LE, section.alignment),
        sh_entsize: U64::new(LE, section.entry_size),
    }
}
