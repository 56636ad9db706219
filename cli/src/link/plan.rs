//! Stage 4: decides where everything is; the order is that of [`lay_out`].

use object::elf;
use wasmc_compiler::Target;

use super::error::LinkError;
use super::got::{self, Got};
use super::group::{Group, Groups};
use super::input::{Inputs, Kind, SectionId, text};
use super::layout::{InputPlace, Layout, Numbers};
use super::output::{self, BUILD_ID_NOTE_BYTES};
use super::scan::{Scan, moves_with_image};
use super::segments::{Number, OutputSection, Segment, Segments};
use super::symbols::Symbols;
use super::symtab::SymtabPlan;
use super::{machine, relr};

/// Code begins at a multiple of this in the file: where pages are that small, no
/// constant of a program is also mapped as code.
const CODE_FILE_ALIGNMENT: u64 = 0x1000;
/// What is writable at start follows the code closely, which saves half a page
/// of zeros. The page that both have bytes in is mapped twice: as code, from the
/// file, and as data, without the right to execute.
const DATA_FILE_ALIGNMENT: u64 = 64;

pub fn lay_out(
    target: Target,
    inputs: &Inputs<'_>,
    symbols: &Symbols,
    scan: &Scan,
    symtab: Option<&SymtabPlan>,
) -> Result<Layout, LinkError> {
    let page_bytes = machine::max_page_bytes(target);
    let groups = Groups::gather(inputs, &scan.live, page_bytes)?;
    let relative = RelativePlaces::collect(inputs, scan, &groups);
    let mut planner = Planner::new(page_bytes, inputs, &groups);
    planner.read_only(relative.word_count());
    planner.code();
    planner.relro(&scan.got);
    planner.data();
    planner.program_headers();
    planner.not_loaded(symtab);
    let mut layout = planner.finish();
    layout.relr = relative.words(&layout, &groups);
    layout.entry = layout.address_of(symbols.entry);
    debug_assert_eq!(layout.relr.len() as u64 * 8, layout.section(layout.numbers.relr).size);
    Ok(layout)
}

/// Where addresses are added to at start, by section of the executable and
/// encoded, so that the table's size is known before any address is.
struct RelativePlaces {
    relro: Vec<u64>,
    got: Vec<u64>,
    data: Vec<u64>,
}

impl RelativePlaces {
    fn collect(inputs: &Inputs<'_>, scan: &Scan, groups: &Groups) -> RelativePlaces {
        let of_kind = |kind: Kind| {
            let places = scan.relative.iter().filter(|place| inputs.section(place.section).kind == kind);
            let mut offsets: Vec<u64> =
                places.map(|place| groups.offsets[place.section.0 as usize] + place.offset).collect();
            offsets.sort_unstable();
            offsets.dedup();
            relr::encode(&offsets)
        };
        let slots = scan.got.slots().iter().enumerate().filter(|(_, slot)| moves_with_image(**slot));
        let slot_offsets: Vec<u64> = slots.map(|(position, _)| position as u64 * got::SLOT_BYTES).collect();
        RelativePlaces {
            relro: of_kind(Kind::RelRo),
            got: relr::encode(&slot_offsets),
            data: of_kind(Kind::Data),
        }
    }

    fn word_count(&self) -> u64 {
        (self.relro.len() + self.got.len() + self.data.len()) as u64
    }

    fn words(&self, layout: &Layout, groups: &Groups) -> Vec<u64> {
        let start = |group: &Group| group.members.first().map_or(0, |&(id, _)| layout.section_address(id));
        let tables = [
            (&self.relro, start(&groups.relro)),
            (&self.got, layout.got_address()),
            (&self.data, start(&groups.data)),
        ];
        let rebased = tables
            .into_iter()
            .flat_map(|(words, address)| words.iter().map(move |&word| relr::rebase(word, address)));
        rebased.collect()
    }
}

struct Planner<'a, 'i> {
    inputs: &'a Inputs<'i>,
    groups: &'a Groups,
    segments: Segments,
    numbers: Numbers,
    notes: Vec<Number>,
    places: Vec<InputPlace>,
    relro: Option<Segment>,
}

/// The program headers that [`Planner`] makes: three or four segments to load,
/// the build id and the other notes, and dynamic, relro and stack.
fn segment_count(groups: &Groups) -> u64 {
    3 + u64::from(groups.has_data()) + 1 + groups.notes.len() as u64 + 3
}

impl<'a, 'i> Planner<'a, 'i> {
    fn new(page_bytes: u64, inputs: &'a Inputs<'i>, groups: &'a Groups) -> Planner<'a, 'i> {
        let headers_size = output::FILE_HEADER_BYTES + segment_count(groups) * output::SEGMENT_HEADER_BYTES;
        Planner {
            inputs,
            groups,
            segments: Segments::new(page_bytes, headers_size),
            numbers: Numbers::default(),
            notes: Vec::new(),
            places: vec![InputPlace::default(); inputs.sections.len()],
            relro: None,
        }
    }

    fn read_only(&mut self, relr_words: u64) {
        self.numbers.build_id = self.note(".note.gnu.build-id", BUILD_ID_NOTE_BYTES, 4);
        for &id in &self.groups.notes {
            let section = self.inputs.section(id);
            let number = self.note(&text(section.name), section.size, section.alignment);
            self.place(id, number, 0);
        }
        self.dynamic_symbols();
        self.numbers.relr = self.segments.add(OutputSection {
            sh_type: elf::SHT_RELR,
            size: relr_words * 8,
            alignment: 8,
            entry_size: 8,
            ..OutputSection::loaded(".relr.dyn", 0)
        });
        self.group(OutputSection::loaded(".rodata", 0), &self.groups.read_only);
    }

    fn note(&mut self, name: &str, size: u64, alignment: u64) -> Number {
        let number = self.segments.add(OutputSection {
            sh_type: elf::SHT_NOTE,
            size,
            alignment,
            ..OutputSection::loaded(name, 0)
        });
        self.notes.push(number);
        number
    }

    /// Tables that hold nothing but the null symbol: a dynamic section has to
    /// point to them.
    fn dynamic_symbols(&mut self) {
        self.numbers.dynstr = self.segments.add(OutputSection {
            sh_type: elf::SHT_STRTAB,
            size: 1,
            ..OutputSection::loaded(".dynstr", 0)
        });
        self.numbers.dynsym = self.segments.add(OutputSection {
            sh_type: elf::SHT_DYNSYM,
            size: output::SYMBOL_BYTES,
            alignment: 8,
            entry_size: output::SYMBOL_BYTES,
            link: self.numbers.dynstr,
            info: 1,
            ..OutputSection::loaded(".dynsym", 0)
        });
        self.numbers.hash = self.segments.add(OutputSection {
            sh_type: elf::SHT_HASH,
            size: size_of_val(&output::HASH_WORDS) as u64,
            alignment: 4,
            entry_size: 4,
            link: self.numbers.dynsym,
            ..OutputSection::loaded(".hash", 0)
        });
    }

    fn code(&mut self) {
        self.segments.begin(elf::PF_R | elf::PF_X, CODE_FILE_ALIGNMENT);
        self.numbers.text = self.group(OutputSection::loaded(".text", elf::SHF_EXECINSTR), &self.groups.text);
    }

    fn relro(&mut self, got: &Got) {
        self.segments.begin(elf::PF_R | elf::PF_W, DATA_FILE_ALIGNMENT);
        self.group(OutputSection::loaded(".data.rel.ro", elf::SHF_WRITE), &self.groups.relro);
        self.numbers.dynamic = self.segments.add(OutputSection {
            sh_type: elf::SHT_DYNAMIC,
            size: output::DYNAMIC_BYTES,
            alignment: 8,
            entry_size: output::DYNAMIC_ENTRY_BYTES,
            link: self.numbers.dynstr,
            ..OutputSection::loaded(".dynamic", elf::SHF_WRITE)
        });
        if got.size_bytes() > 0 {
            self.numbers.got = self.segments.add(OutputSection {
                size: got.size_bytes(),
                alignment: got::SLOT_BYTES,
                entry_size: got::SLOT_BYTES,
                ..OutputSection::loaded(".got", elf::SHF_WRITE)
            });
        }
        // Protection works in whole pages, so the rest of the last one has to
        // be there and to hold nothing else.
        let padding = self.segments.to_page_end();
        if padding > 0 {
            self.segments.add(OutputSection {
                sh_type: elf::SHT_NOBITS,
                size: padding,
                ..OutputSection::loaded(".relro_padding", elf::SHF_WRITE)
            });
        }
        self.relro = self.segments.last().copied();
    }

    fn data(&mut self) {
        let writable = elf::PF_R | elf::PF_W;
        let (data, bss) = (&self.groups.data, &self.groups.bss);
        match (data.is_empty(), bss.is_empty()) {
            (true, true) => return,
            (true, false) => self.segments.begin_zeroed(writable),
            (false, _) => self.segments.begin(writable, 1),
        }
        self.group(OutputSection::loaded(".data", elf::SHF_WRITE), data);
        let bss_section =
            OutputSection { sh_type: elf::SHT_NOBITS, ..OutputSection::loaded(".bss", elf::SHF_WRITE) };
        self.group(bss_section, bss);
    }

    fn program_headers(&mut self) {
        self.segments.describe(elf::PT_DYNAMIC, self.numbers.dynamic);
        for number in std::mem::take(&mut self.notes) {
            self.segments.describe(elf::PT_NOTE, number);
        }
        let relro = self.relro.expect("laid out before");
        self.segments.push(Segment { p_type: elf::PT_GNU_RELRO, flags: elf::PF_R, alignment: 1, ..relro });
        let flags = elf::PF_R | elf::PF_W;
        self.segments.push(Segment { p_type: elf::PT_GNU_STACK, flags, alignment: 16, ..Segment::default() });
    }

    fn not_loaded(&mut self, symtab: Option<&SymtabPlan>) {
        if let Some(plan) = symtab {
            self.numbers.symtab = self.segments.add(OutputSection {
                sh_type: elf::SHT_SYMTAB,
                size: plan.size_bytes(),
                alignment: 8,
                entry_size: output::SYMBOL_BYTES,
                // The next section.
                link: self.segments.next_number() + 1,
                info: plan.local_count + 1,
                ..OutputSection::not_loaded(".symtab")
            });
            self.numbers.strtab = self.segments.add(OutputSection {
                sh_type: elf::SHT_STRTAB,
                size: plan.strings.len() as u64,
                ..OutputSection::not_loaded(".strtab")
            });
        }
        let mut names = OutputSection { sh_type: elf::SHT_STRTAB, ..OutputSection::not_loaded(".shstrtab") };
        names.size = self.segments.section_names_size(&names);
        self.numbers.section_names = self.segments.add(names);
    }

    /// Adds the section that a group becomes, unless the group is empty.
    fn group(&mut self, section: OutputSection, group: &Group) -> Number {
        if group.is_empty() {
            return 0;
        }
        let section = OutputSection { size: group.size, alignment: group.alignment, ..section };
        let number = self.segments.add(section);
        for &(id, offset) in &group.members {
            self.place(id, number, offset);
        }
        number
    }

    fn place(&mut self, id: SectionId, number: Number, offset: u64) {
        let section = self.segments.section(number);
        let place =
            InputPlace { address: section.address + offset, offset: section.offset + offset, output: number };
        self.places[id.0 as usize] = place;
    }

    fn finish(self) -> Layout {
        debug_assert_eq!(self.segments.segments.len() as u64, segment_count(self.groups));
        let section_headers_offset = self.segments.file_size().next_multiple_of(8);
        let header_count = self.segments.sections.len() as u64 + 1;
        let relro = self.relro.expect("laid out before");
        Layout {
            numbers: self.numbers,
            relr: Vec::new(),
            entry: 0,
            section_headers_offset,
            file_size: section_headers_offset + header_count * output::SECTION_HEADER_BYTES,
            relro: relro.address..relro.address + relro.memory_size,
            places: self.places,
            sections: self.segments.sections,
            segments: self.segments.segments,
        }
    }
}
