//! Stage 1: reads relocatable objects; borrows everything, copies nothing.

use object::elf::{self, FileHeader64, Rela64, Sym64};
use object::read::elf::{FileHeader, SectionHeader, SymbolTable};
use object::{LittleEndian, SectionIndex};
use wasmc_compiler::Target;

use super::error::LinkError;
use super::{LinkInput, machine};

pub const LE: LittleEndian = LittleEndian;

/// Keeps sums of sizes far from overflow; no target's code spans as much.
const SECTION_BYTES_MAX: u64 = 1 << 40;

type Header = FileHeader64<LittleEndian>;
pub type Rela = Rela64<LittleEndian>;
pub type Sym = Sym64<LittleEndian>;

/// Position in [`Inputs::objects`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ObjectId(pub u32);

/// Position in [`Inputs::sections`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SectionId(pub u32);

/// All objects, and the sections of all of them in one list.
pub struct Inputs<'a> {
    pub objects: Vec<Object<'a>>,
    pub sections: Vec<Section<'a>>,
}

pub struct Object<'a> {
    pub name: &'a str,
    pub symbols: SymbolTable<'a, Header>,
    /// The id of its section 0.
    first_section: u32,
}

pub struct Section<'a> {
    pub object: ObjectId,
    pub name: &'a [u8],
    pub kind: Kind,
    pub alignment: u64,
    pub size: u64,
    /// Empty for [`Kind::Bss`].
    pub data: &'a [u8],
    pub relocations: &'a [Rela],
}

/// The part of the executable that a section becomes part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Note,
    ReadOnly,
    Text,
    /// Written only while the executable relocates itself.
    RelRo,
    Data,
    Bss,
    /// Not in memory at run time: symbols, debugging information, comments.
    NotLoaded,
    /// Loaded, but in a way that this linker does not implement.
    Unsupported(&'static str),
}

impl<'a> Inputs<'a> {
    pub fn section(&self, id: SectionId) -> &Section<'a> {
        &self.sections[id.0 as usize]
    }

    pub fn object(&self, id: ObjectId) -> &Object<'a> {
        &self.objects[id.0 as usize]
    }

    pub fn ids(&self) -> impl Iterator<Item = (SectionId, &Section<'a>)> {
        self.sections.iter().enumerate().map(|(index, section)| (SectionId(index as u32), section))
    }

    /// `SECTION of OBJECT`, for messages.
    pub fn describe(&self, id: SectionId) -> String {
        let section = self.section(id);
        format!("{} of {}", text(section.name), self.object(section.object).name)
    }
}

impl Object<'_> {
    pub fn section_id(&self, index: SectionIndex) -> SectionId {
        SectionId(self.first_section + index.0 as u32)
    }
}

/// A name as text; names from a module are UTF-8 in any case.
pub fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

pub fn read<'a>(target: Target, objects: &[LinkInput<'a>]) -> Result<Inputs<'a>, LinkError> {
    let mut inputs = Inputs { objects: Vec::new(), sections: Vec::new() };
    for object in objects {
        read_object(target, object, &mut inputs)?;
    }
    Ok(inputs)
}

fn read_object<'a>(target: Target, input: &LinkInput<'a>, inputs: &mut Inputs<'a>) -> Result<(), LinkError> {
    let malformed = |error: object::read::Error| LinkError::Malformed {
        object: input.name.to_string(),
        reason: error.to_string(),
    };
    let header = Header::parse(input.bytes).map_err(malformed)?;
    if header.endian().is_err()
        || header.e_type.get(LE) != elf::ET_REL
        || header.e_machine.get(LE) != machine::elf_machine(target)
    {
        let expected = format!("a relocatable object for {}", target.name());
        return Err(LinkError::WrongKind { object: input.name.to_string(), expected });
    }
    let table = header.sections(LE, input.bytes).map_err(malformed)?;
    let id = ObjectId(inputs.objects.len() as u32);
    let first_section = inputs.sections.len() as u32;
    for header in table.iter() {
        let name = table.section_name(LE, header).map_err(malformed)?;
        let section = Section {
            object: id,
            name,
            kind: classify(name, header.sh_type.get(LE), header.sh_flags.get(LE)),
            alignment: header.sh_addralign.get(LE).max(1),
            size: header.sh_size.get(LE),
            data: header.data(LE, input.bytes).map_err(malformed)?,
            relocations: &[],
        };
        check_section(input.name, &section)?;
        inputs.sections.push(section);
    }
    for header in table.iter() {
        let applies_to = (first_section as usize).checked_add(header.sh_info.get(LE) as usize);
        if let Some((relocations, _)) = header.rela(LE, input.bytes).map_err(malformed)? {
            let section = applies_to.and_then(|index| inputs.sections.get_mut(index));
            section.ok_or_else(|| no_such_section(input.name))?.relocations = relocations;
        } else if header.sh_type.get(LE) == elf::SHT_REL {
            return Err(unsupported(input.name, "relocations without addends"));
        }
    }
    let symbols = table.symbols(LE, input.bytes, elf::SHT_SYMTAB).map_err(malformed)?;
    inputs.objects.push(Object { name: input.name, symbols, first_section });
    Ok(())
}

fn classify(name: &[u8], sh_type: u32, sh_flags: u64) -> Kind {
    let has = |flag: u32| sh_flags & u64::from(flag) != 0;
    if !has(elf::SHF_ALLOC) || name == b".note.gnu.property" {
        return Kind::NotLoaded;
    }
    if has(elf::SHF_TLS) {
        return Kind::Unsupported("thread-local storage");
    }
    match (sh_type, has(elf::SHF_EXECINSTR), has(elf::SHF_WRITE)) {
        (elf::SHT_INIT_ARRAY | elf::SHT_FINI_ARRAY | elf::SHT_PREINIT_ARRAY, _, _) => {
            Kind::Unsupported("constructors or destructors")
        }
        (elf::SHT_NOTE, false, false) => Kind::Note,
        (elf::SHT_NOBITS, false, true) => Kind::Bss,
        (_, true, true) => Kind::Unsupported("a section that is writable and executable"),
        (_, true, false) => Kind::Text,
        (_, false, false) => Kind::ReadOnly,
        (_, false, true) if name.starts_with(b".data.rel.ro") => Kind::RelRo,
        (_, false, true) => Kind::Data,
    }
}

/// Refuses at once what would otherwise be lost without a trace: nothing
/// refers to constructors by a relocation.
fn check_section(object: &str, section: &Section<'_>) -> Result<(), LinkError> {
    if !section.alignment.is_power_of_two() {
        let reason = format!("the alignment of section {} is no power of two", text(section.name));
        return Err(LinkError::Malformed { object: object.to_string(), reason });
    }
    if section.size > SECTION_BYTES_MAX {
        return Err(unsupported(object, "a section of more than a tebibyte"));
    }
    match section.kind {
        Kind::Unsupported(what) if section.size > 0 => Err(unsupported(object, what)),
        _ => Ok(()),
    }
}

fn no_such_section(object: &str) -> LinkError {
    let reason = "relocations for a section that does not exist".to_string();
    LinkError::Malformed { object: object.to_string(), reason }
}

fn unsupported(object: &str, what: &str) -> LinkError {
    LinkError::Unsupported { object: object.to_string(), what: what.to_string() }
}
