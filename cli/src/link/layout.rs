//! Stage 4: where everything is, in the file and in memory.
//!
//! ```text
//!   R    headers, notes, dynamic symbols, RELR table, read-only data
//!   RX   code
//!   RW   what is read-only once relocated, up to a page's end
//!   RW   data, zeroed data
//!        symbols, section names, section headers
//! ```
//!
//! This file holds the result and how to ask it; `plan` makes it.

use std::ops::Range;

use super::input::SectionId;
use super::segments::{Number, OutputSection, Segment};
use super::symbols::{Boundary, Definition};

pub struct Layout {
    /// Without the null section, which has number 0.
    pub sections: Vec<OutputSection>,
    pub segments: Vec<Segment>,
    pub numbers: Numbers,
    /// RELR words, for final addresses.
    pub relr: Vec<u64>,
    pub entry: u64,
    pub section_headers_offset: u64,
    pub file_size: u64,
    /// What is read-only once relocated.
    pub relro: Range<u64>,
    /// By [`SectionId`].
    pub places: Vec<InputPlace>,
}

/// The sections that are written or referred to by name; 0: there is none.
#[derive(Default, Clone, Copy)]
pub struct Numbers {
    pub build_id: Number,
    pub dynsym: Number,
    pub dynstr: Number,
    pub hash: Number,
    pub relr: Number,
    pub text: Number,
    pub dynamic: Number,
    pub got: Number,
    pub symtab: Number,
    pub strtab: Number,
    pub section_names: Number,
}

/// Where an input section is.
#[derive(Clone, Copy, Default)]
pub struct InputPlace {
    pub address: u64,
    /// In the file.
    pub offset: u64,
    /// The section of the executable that it is part of.
    pub output: Number,
}

impl Layout {
    pub fn section(&self, number: Number) -> &OutputSection {
        &self.sections[number as usize - 1]
    }

    pub fn section_address(&self, id: SectionId) -> u64 {
        self.places[id.0 as usize].address
    }

    pub fn file_offset(&self, id: SectionId) -> u64 {
        self.places[id.0 as usize].offset
    }

    pub fn output_section(&self, id: SectionId) -> Number {
        self.places[id.0 as usize].output
    }

    pub fn address_of(&self, definition: Definition) -> u64 {
        match definition {
            Definition::Section { section, value } => self.section_address(section).wrapping_add(value),
            Definition::Absolute(value) => value,
            Definition::Null | Definition::Undefined => 0,
            Definition::Boundary(boundary) => self.boundary(boundary),
        }
    }

    fn boundary(&self, boundary: Boundary) -> u64 {
        let relr = self.section(self.numbers.relr);
        match boundary {
            Boundary::ImageBase => 0,
            Boundary::RelrStart => relr.address,
            Boundary::RelrEnd => relr.address + relr.size,
            Boundary::RelroStart => self.relro.start,
            Boundary::RelroEnd => self.relro.end,
        }
    }

    pub fn got_address(&self) -> u64 {
        if self.numbers.got == 0 { 0 } else { self.section(self.numbers.got).address }
    }
}
