//! Stage 6: makes each reference point to where its symbol is.

mod aarch64;
mod place;
mod x86_64;

use wasmc_compiler::Target;

use super::error::{LinkError, RelocationFault};
use super::input::{Inputs, Kind, LE, Rela, Section, SectionId};
use super::layout::Layout;
use super::scan::{Scan, relocation_error};
use super::symbols::{Definition, Symbols};

/// One entry of a relocation table.
#[derive(Debug, Clone, Copy)]
pub struct Relocation {
    /// Of the place, in bytes from its section's start.
    pub offset: u64,
    /// As the architecture's ELF supplement numbers it.
    pub kind: u32,
    /// Position in the object's symbol table.
    pub symbol: u32,
    pub addend: i64,
}

/// What a relocation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Nothing,
    /// The address in 64 bits; added to at start.
    Address64,
    /// The address in fewer bits, so it has to be a constant.
    Constant,
    /// The distance from the place, or the place in a page.
    Distance,
    /// The distance to a slot of the address table.
    Slot,
}

/// The numbers of one relocation; the ELF supplements' letters are in brackets.
struct Values {
    /// Of the symbol [S].
    symbol: u64,
    /// [A]
    addend: i64,
    /// Of the place [P].
    place: u64,
    /// Of the symbol's slot in the address table [G + GOT], where the
    /// relocation needs one.
    slot: Option<u64>,
}

impl Values {
    /// [S + A]
    fn target(&self) -> u64 {
        self.symbol.wrapping_add_signed(self.addend)
    }

    /// [S + A - P]
    fn distance(&self) -> i64 {
        self.target().wrapping_sub(self.place) as i64
    }
}

impl Relocation {
    pub fn read(rela: &Rela) -> Relocation {
        Relocation {
            offset: rela.r_offset.get(LE),
            kind: rela.r_type(LE, false),
            symbol: rela.r_sym(LE, false),
            addend: rela.r_addend.get(LE),
        }
    }

    /// What this relocation takes, in a section with these contents and for a
    /// symbol with this definition.
    pub fn need(
        &self,
        target: Target,
        contents: &[u8],
        definition: Definition,
    ) -> Result<Need, RelocationFault> {
        match target {
            Target::X86_64Linux => x86_64::need(self, contents, definition),
            Target::Aarch64Linux => aarch64::need(self),
        }
    }
}

/// Applies every relocation of every live section to the image.
pub fn relocate(
    target: Target,
    inputs: &Inputs<'_>,
    symbols: &Symbols,
    scan: &Scan,
    layout: &Layout,
    image: &mut [u8],
) -> Result<(), LinkError> {
    let context = Context { target, symbols, scan, layout };
    for (id, section) in inputs.ids() {
        if !scan.live[id.0 as usize] || section.kind == Kind::Bss {
            continue;
        }
        let start = layout.file_offset(id) as usize;
        let contents = &mut image[start..start + section.data.len()];
        for rela in section.relocations {
            let relocation = Relocation::read(rela);
            context
                .apply(id, section, &relocation, contents)
                .map_err(|fault| relocation_error(inputs, id, &relocation, fault))?;
        }
    }
    Ok(())
}

struct Context<'a> {
    target: Target,
    symbols: &'a Symbols,
    scan: &'a Scan,
    layout: &'a Layout,
}

impl Context<'_> {
    fn apply(
        &self,
        id: SectionId,
        section: &Section<'_>,
        relocation: &Relocation,
        contents: &mut [u8],
    ) -> Result<(), RelocationFault> {
        let definition = self.symbols.definition(section.object, relocation.symbol);
        let definition = definition.ok_or(RelocationFault::NoAddress)?;
        let slot = match relocation.need(self.target, contents, definition)? {
            Need::Slot => self.scan.got.offset(definition).map(|offset| self.layout.got_address() + offset),
            _ => None,
        };
        let values = Values {
            symbol: self.layout.address_of(definition),
            addend: relocation.addend,
            place: self.layout.section_address(id).wrapping_add(relocation.offset),
            slot,
        };
        match self.target {
            Target::X86_64Linux => x86_64::apply(relocation, contents, &values),
            Target::Aarch64Linux => aarch64::apply(relocation, contents, &values),
        }
    }
}
