//! Stage 3: which sections are needed, and what their relocations need.
//!
//! Starts at the entry point and follows references; whatever is not reached
//! is left out, which also drops exception tables and unused functions.

use super::error::{LinkError, RelocationFault, UndefinedSymbol};
use super::got::Got;
use super::input::{Inputs, Kind, SectionId, text};
use super::relocate::{Need, Relocation};
use super::symbols::{Definition, Symbols, display_name};
use wasmc_abi::symbols as abi;
use wasmc_compiler::Target;

pub struct Scan {
    /// By [`SectionId`]: whether the section is part of the executable.
    pub live: Vec<bool>,
    pub got: Got,
    /// Places to which the load address is added at start, other than the
    /// slots of [`Scan::got`].
    pub relative: Vec<Place>,
}

#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub section: SectionId,
    pub offset: u64,
}

struct Scanner<'a, 'i> {
    target: Target,
    inputs: &'i Inputs<'a>,
    symbols: &'i Symbols,
    scan: Scan,
    pending: Vec<SectionId>,
    undefined: Vec<UndefinedSymbol>,
}

pub fn scan(target: Target, inputs: &Inputs<'_>, symbols: &Symbols) -> Result<Scan, LinkError> {
    let scan = Scan { live: vec![false; inputs.sections.len()], got: Got::default(), relative: Vec::new() };
    let mut scanner = Scanner { target, inputs, symbols, scan, pending: Vec::new(), undefined: Vec::new() };
    match symbols.entry {
        Definition::Section { section, .. } if inputs.section(section).kind == Kind::Text => {
            scanner.mark(section);
        }
        Definition::Section { section, .. } => {
            let object = inputs.object(inputs.section(section).object).name.to_string();
            return Err(LinkError::Unsupported { object, what: format!("a {} that is no code", abi::START) });
        }
        _ => scanner.needs_undefined(abi::START, || "the executable's entry".to_string()),
    }
    for (id, _) in inputs.ids().filter(|(_, section)| section.kind == Kind::Note) {
        scanner.mark(id);
    }
    while let Some(id) = scanner.pending.pop() {
        scanner.section(id)?;
    }
    if !scanner.undefined.is_empty() {
        return Err(LinkError::Undefined(scanner.undefined));
    }
    Ok(scanner.scan)
}

impl Scanner<'_, '_> {
    fn mark(&mut self, id: SectionId) {
        let live = &mut self.scan.live[id.0 as usize];
        if !*live {
            *live = true;
            self.pending.push(id);
        }
    }

    fn section(&mut self, id: SectionId) -> Result<(), LinkError> {
        let inputs = self.inputs;
        for rela in inputs.section(id).relocations {
            let relocation = Relocation::read(rela);
            self.relocation(id, &relocation)
                .map_err(|fault| relocation_error(inputs, id, &relocation, fault))?;
        }
        Ok(())
    }

    fn relocation(&mut self, id: SectionId, relocation: &Relocation) -> Result<(), RelocationFault> {
        let inputs = self.inputs;
        let section = inputs.section(id);
        let definition =
            self.symbols.definition(section.object, relocation.symbol).ok_or(RelocationFault::NoAddress)?;
        let need = relocation.need(self.target, section.data, definition)?;
        match definition {
            _ if need == Need::Nothing => return Ok(()),
            // Symbol 0 is undefined by definition: it stands for no symbol.
            Definition::Undefined if relocation.symbol == 0 => return Err(RelocationFault::NoAddress),
            Definition::Undefined => {
                let name = display_name(inputs, section.object, relocation.symbol);
                self.needs_undefined(&name, || inputs.describe(id));
                return Ok(());
            }
            Definition::Section { section: target, .. } => {
                if matches!(inputs.section(target).kind, Kind::NotLoaded | Kind::Unsupported(_)) {
                    return Err(RelocationFault::NoAddress);
                }
                self.mark(target);
            }
            Definition::Absolute(_) | Definition::Boundary(_) | Definition::Null => {}
        }
        match need {
            Need::Slot => self.scan.got.add(definition),
            Need::Address64 if moves_with_image(definition) => {
                check_relative_place(section.kind, section.alignment, relocation.offset)?;
                self.scan.relative.push(Place { section: id, offset: relocation.offset });
            }
            Need::Constant if moves_with_image(definition) => return Err(RelocationFault::NotConstant),
            Need::Distance if !moves_with_image(definition) => return Err(RelocationFault::NoAddress),
            Need::Nothing | Need::Address64 | Need::Constant | Need::Distance => {}
        }
        Ok(())
    }

    fn needs_undefined(&mut self, name: &str, needed_by: impl FnOnce() -> String) {
        if !self.undefined.iter().any(|symbol| symbol.name == name) {
            self.undefined.push(UndefinedSymbol { name: name.to_string(), needed_by: needed_by() });
        }
    }
}

/// Whether the address is known only once the executable is loaded.
pub fn moves_with_image(definition: Definition) -> bool {
    match definition {
        Definition::Section { .. } | Definition::Boundary(_) => true,
        Definition::Absolute(_) | Definition::Null | Definition::Undefined => false,
    }
}

fn check_relative_place(kind: Kind, alignment: u64, offset: u64) -> Result<(), RelocationFault> {
    if !matches!(kind, Kind::RelRo | Kind::Data) {
        return Err(RelocationFault::ReadOnlyPlace);
    }
    if alignment < 2 || !offset.is_multiple_of(2) {
        return Err(RelocationFault::OddPlace);
    }
    Ok(())
}

pub fn relocation_error(
    inputs: &Inputs<'_>,
    id: SectionId,
    relocation: &Relocation,
    fault: RelocationFault,
) -> LinkError {
    let section = inputs.section(id);
    LinkError::Relocation {
        object: inputs.object(section.object).name.to_string(),
        section: text(section.name),
        offset: relocation.offset,
        symbol: display_name(inputs, section.object, relocation.symbol),
        fault,
    }
}
