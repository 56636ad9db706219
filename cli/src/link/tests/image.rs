//! What loaders, debuggers and the runtime rely on in an executable.

use std::collections::BTreeMap;

use object::elf::{self, FileHeader64, ProgramHeader64};
use object::read::elf::{Dyn, FileHeader, ProgramHeader, SectionHeader};
use object::{LittleEndian, Object, ObjectSection, ObjectSymbol};
use wasmc_compiler::Target;

use super::link_example;
use crate::link::machine::max_page_bytes;
use crate::link::{LinkInput, link};

const LE: LittleEndian = LittleEndian;
type Header = FileHeader64<LittleEndian>;

fn segments(image: &[u8]) -> &[ProgramHeader64<LittleEndian>] {
    Header::parse(image).unwrap().program_headers(LE, image).unwrap()
}

fn of_type(image: &[u8], p_type: u32) -> Vec<&ProgramHeader64<LittleEndian>> {
    segments(image).iter().filter(|segment| segment.p_type(LE) == p_type).collect()
}

fn dynamic(image: &[u8]) -> BTreeMap<i64, u64> {
    let segment = of_type(image, elf::PT_DYNAMIC)[0];
    let entries = segment.dynamic(LE, image).unwrap().unwrap();
    entries.iter().map(|entry| (entry.d_tag(LE), entry.d_val(LE))).collect()
}

/// The bytes at an address, from the segment that loads it.
fn at(image: &[u8], address: u64, size: u64) -> &[u8] {
    let loads = of_type(image, elf::PT_LOAD);
    let bytes = loads.iter().find_map(|segment| segment.data_range(LE, image, address, size).ok().flatten());
    bytes.unwrap_or_else(|| panic!("{address:#x} is not loaded"))
}

fn word_at(image: &[u8], address: u64) -> u64 {
    u64::from_le_bytes(at(image, address, 8).try_into().unwrap())
}

#[test]
fn it_is_a_static_pie() {
    for target in Target::ALL {
        let image = link_example(target);
        assert_eq!(Header::parse(&*image).unwrap().e_type(LE), elf::ET_DYN);
        assert!(of_type(&image, elf::PT_INTERP).is_empty());
        let dynamic = dynamic(&image);
        assert_ne!(dynamic[&elf::DT_FLAGS_1] & u64::from(elf::DF_1_PIE), 0);
        assert!(!dynamic.contains_key(&elf::DT_NEEDED) && !dynamic.contains_key(&elf::DT_TEXTREL));
        for tag in [elf::DT_HASH, elf::DT_SYMTAB, elf::DT_STRTAB] {
            assert!(dynamic[&tag] > 0);
        }
    }
}

#[test]
fn segments_are_apart_and_never_writable_and_executable() {
    for target in Target::ALL {
        let (image, page) = (link_example(target), max_page_bytes(target));
        let mut end = 0;
        for segment in of_type(&image, elf::PT_LOAD) {
            assert_ne!(segment.p_flags(LE) & (elf::PF_W | elf::PF_X), elf::PF_W | elf::PF_X);
            assert_eq!(segment.p_align(LE), page);
            assert_eq!(segment.p_vaddr(LE) % page, segment.p_offset(LE) % page);
            assert!(segment.p_vaddr(LE) / page * page >= end, "two segments on one page");
            end = (segment.p_vaddr(LE) + segment.p_memsz(LE)).next_multiple_of(page);
        }
        let stack = of_type(&image, elf::PT_GNU_STACK);
        assert_eq!(stack.len(), 1);
        assert_eq!(stack[0].p_flags(LE) & elf::PF_X, 0);
    }
}

#[test]
fn loaded_sections_lie_in_segments_of_their_permissions() {
    for target in Target::ALL {
        let image = link_example(target);
        let header = Header::parse(&*image).unwrap();
        let sections = header.sections(LE, &*image).unwrap();
        for section in sections.iter().filter(|section| section.sh_flags(LE) & u64::from(elf::SHF_ALLOC) != 0)
        {
            let start = section.sh_addr(LE);
            let holder = of_type(&image, elf::PT_LOAD).into_iter().find(|segment| {
                segment.p_vaddr(LE) <= start
                    && start + section.sh_size(LE) <= segment.p_vaddr(LE) + segment.p_memsz(LE)
            });
            let flags = holder.expect("a segment that loads the section").p_flags(LE);
            let has = |flag: u32| section.sh_flags(LE) & u64::from(flag) != 0;
            assert_eq!(flags & elf::PF_W != 0, has(elf::SHF_WRITE));
            assert_eq!(flags & elf::PF_X != 0, has(elf::SHF_EXECINSTR));
            assert_eq!(start % section.sh_addralign(LE).max(1), 0);
        }
    }
}

#[test]
fn what_is_protected_after_relocation_is_whole_pages_of_one_segment() {
    for target in Target::ALL {
        let image = link_example(target);
        let relro = of_type(&image, elf::PT_GNU_RELRO)[0];
        let (start, end) = (relro.p_vaddr(LE), relro.p_vaddr(LE) + relro.p_memsz(LE));
        let others = of_type(&image, elf::PT_LOAD);
        let code_end = others
            .iter()
            .filter(|other| other.p_vaddr(LE) < start)
            .map(|other| other.p_vaddr(LE) + other.p_memsz(LE));
        assert!(code_end.max().unwrap() <= start - start % 0x1000, "a page in memory of its own");
        assert_eq!(end % max_page_bytes(target), 0);
        let same = |segment: &&&ProgramHeader64<LittleEndian>| segment.p_vaddr(LE) == start;
        let load = of_type(&image, elf::PT_LOAD);
        let load = load.iter().find(same).unwrap();
        assert_eq!(load.p_memsz(LE), relro.p_memsz(LE));
        let file = object::File::parse(&*image).unwrap();
        for name in [".data.rel.ro", ".got", ".dynamic"] {
            assert!((start..end).contains(&file.section_by_name(name).unwrap().address()), "{name}");
        }
        assert!(file.section_by_name(".data").unwrap().address() >= end);
    }
}

/// Every stored address, and no other word, is found through the RELR table.
#[test]
fn the_table_names_every_address_to_relocate() {
    for target in Target::ALL {
        let image = link_example(target);
        let file = object::File::parse(&*image).unwrap();
        let address = |name| file.symbol_by_name(name).unwrap().address();
        let start = |name| file.section_by_name(name).unwrap().address();
        let stored = BTreeMap::from([
            (address("wasmc_app"), address("main")),
            (address("wasmc_app") + 8, address("main") + 8),
            (address("wasmc_app") + 72, address("main") + 72),
            (start(".got"), address("wasmc_app")),
            (address("pointer"), address("state")),
        ]);
        let places = relr_places(&image);
        assert_eq!(places, stored.keys().copied().collect::<Vec<_>>());
        for (place, value) in stored {
            assert_eq!(word_at(&image, place), value);
        }
    }
}

fn relr_places(image: &[u8]) -> Vec<u64> {
    let dynamic = dynamic(image);
    assert_eq!(dynamic[&elf::DT_RELRENT], 8);
    let (mut places, mut next) = (Vec::new(), 0);
    for index in 0..dynamic[&elf::DT_RELRSZ] / 8 {
        let word = word_at(image, dynamic[&elf::DT_RELR] + index * 8);
        if word.is_multiple_of(2) {
            places.push(word);
            next = word + 8;
        } else {
            places.extend((0..63).filter(|bit| word >> (bit + 1) & 1 == 1).map(|bit| next + bit * 8));
            next += 63 * 8;
        }
    }
    places
}

#[test]
fn the_runtime_finds_the_boundaries() {
    use super::build::ObjectBuilder;
    use wasmc_abi::symbols as abi;

    let names = [abi::RELR_START, abi::RELR_END, abi::IMAGE_BASE, abi::RELRO_START, abi::RELRO_END];
    for target in Target::ALL {
        let mut runtime = ObjectBuilder::new(target);
        let text = runtime.text(".text", 64);
        let start = runtime.function("_start", text, 0, 64);
        let table = runtime.data(".data.rel.ro.table", 40);
        let table_symbol = runtime.object("table", table, 0, 40);
        runtime.distance(text, 0, table_symbol);
        for (index, name) in names.into_iter().enumerate() {
            let symbol = runtime.external(name);
            runtime.address(table, index as u64 * 8, symbol, 0);
        }
        runtime.distance(text, 8, start);
        let bytes = runtime.finish();
        let image = link(target, &[LinkInput { name: "runtime", bytes: &bytes }]).unwrap();
        let file = object::File::parse(&*image).unwrap();
        let table = file.symbol_by_name("table").unwrap().address();
        let values: Vec<u64> = (0..5).map(|index| word_at(&image, table + index * 8)).collect();
        let (dynamic, relro) = (dynamic(&image), of_type(&image, elf::PT_GNU_RELRO)[0]);
        let relr = dynamic[&elf::DT_RELR];
        let relro = (relro.p_vaddr(LE), relro.p_vaddr(LE) + relro.p_memsz(LE));
        assert_eq!(values, [relr, relr + dynamic[&elf::DT_RELRSZ], 0, relro.0, relro.1]);
    }
}

#[test]
fn notes_are_found_from_the_program_headers() {
    for target in Target::ALL {
        let image = link_example(target);
        let notes = of_type(&image, elf::PT_NOTE);
        let names: Vec<Vec<u8>> = notes
            .iter()
            .map(|segment| {
                let mut notes = segment.notes(LE, &*image).unwrap().unwrap();
                notes.next().unwrap().unwrap().name().to_vec()
            })
            .collect();
        assert_eq!(names, [b"GNU".to_vec(), b"wasmc".to_vec()]);
    }
}

#[test]
fn zeroed_data_takes_no_room_in_the_file() {
    for target in Target::ALL {
        assert!(link_example(target).len() < 0x1_0000);
    }
}
