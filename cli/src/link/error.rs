//! Why objects cannot be linked, in one line each.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkError {
    /// The object is no ELF file that this linker can read.
    Malformed { object: String, reason: String },
    /// The object is for another architecture, or not relocatable.
    WrongKind { object: String, expected: String },
    /// The object has something that wasmc's inputs never have.
    Unsupported { object: String, what: String },
    /// Two objects define the same symbol.
    Duplicate { symbol: String, first: String, second: String },
    /// Every symbol that is needed and defined nowhere.
    Undefined(Vec<UndefinedSymbol>),
    /// A place that cannot hold what its relocation asks for.
    Relocation { object: String, section: String, offset: u64, symbol: String, fault: RelocationFault },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndefinedSymbol {
    pub name: String,
    /// The first place that needs it: `SECTION of OBJECT`.
    pub needed_by: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelocationFault {
    /// The kind of relocation, as the architecture's ELF supplement numbers it.
    UnknownKind(u32),
    /// The place is not within its section.
    OutsideSection,
    /// The value does not fit in this many bits.
    Overflow { value: i64, bits: u32 },
    /// A branch on aarch64 reaches 128 MiB, and the code is larger.
    BranchTooFar { distance_bytes: i64 },
    /// The instruction needs a multiple of this.
    Misaligned { value: i64, multiple_bytes: u64 },
    /// The value is known only when the executable starts, and the place
    /// cannot take it then.
    NotConstant,
    /// The place is to be relocated at start but is in a read-only section.
    ReadOnlyPlace,
    /// The place is to be relocated at start but has an odd address.
    OddPlace,
    /// The symbol is nowhere in the executable, so nothing is any distance
    /// from it: a plain number, or weak and defined nowhere.
    NoAddress,
    /// A table of addresses has slots for symbols, not for symbols plus this.
    GotAddend(i64),
}

impl fmt::Display for RelocationFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            RelocationFault::UnknownKind(kind) => write!(f, "relocation kind {kind} is not supported"),
            RelocationFault::OutsideSection => f.write_str("the relocated place is outside its section"),
            RelocationFault::Overflow { value, bits } => write!(f, "{value:#x} does not fit in {bits} bits"),
            RelocationFault::BranchTooFar { distance_bytes } => {
                write!(
                    f,
                    "a branch of {distance_bytes} bytes is out of reach: the code is larger than the 128 MiB that aarch64 branches span"
                )
            }
            RelocationFault::Misaligned { value, multiple_bytes } => {
                write!(f, "{value:#x} is not a multiple of {multiple_bytes}")
            }
            RelocationFault::NotConstant => {
                f.write_str("the address is known only at start, and the place cannot be relocated then")
            }
            RelocationFault::ReadOnlyPlace => {
                f.write_str("an address in a read-only section cannot be relocated at start")
            }
            RelocationFault::OddPlace => {
                f.write_str("an address at an odd place cannot be relocated at start")
            }
            RelocationFault::NoAddress => f.write_str("the symbol has no address in the executable"),
            RelocationFault::GotAddend(addend) => {
                write!(f, "an address table entry with the addend {addend}")
            }
        }
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Malformed { object, reason } => {
                write!(f, "{object} is not a valid object file: {reason}")
            }
            LinkError::WrongKind { object, expected } => write!(f, "{object} is not {expected}"),
            LinkError::Unsupported { object, what } => {
                write!(f, "{object} has {what}, which wasmc cannot link")
            }
            LinkError::Duplicate { symbol, first, second } => {
                write!(f, "{symbol} is defined in both {first} and {second}")
            }
            LinkError::Undefined(symbols) => {
                f.write_str("undefined ")?;
                f.write_str(if symbols.len() == 1 { "symbol: " } else { "symbols: " })?;
                for (position, symbol) in symbols.iter().enumerate() {
                    let separator = if position == 0 { "" } else { ", " };
                    write!(f, "{separator}{} (needed by {})", symbol.name, symbol.needed_by)?;
                }
                Ok(())
            }
            LinkError::Relocation { object, section, offset, symbol, fault } => {
                write!(f, "{section}+{offset:#x} of {object}, which refers to {symbol}: {fault}")
            }
        }
    }
}

impl std::error::Error for LinkError {}
