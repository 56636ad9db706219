//! Why a WebAssembly program stops: trap codes and their wording.

/// One byte in the trap table. The wording follows wasmtime, which users of
/// WebAssembly already know how to search for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum TrapCode {
    Unreachable = 1,
    MemoryOutOfBounds = 2,
    TableOutOfBounds = 3,
    IndirectCallToNull = 4,
    BadSignature = 5,
    IntegerDivisionByZero = 6,
    IntegerOverflow = 7,
    BadConversionToInteger = 8,
    StackOverflow = 9,
    /// `call_indirect` with an index past the table's end.
    UndefinedElement = 10,
}

impl TrapCode {
    pub const ALL: [TrapCode; 10] = [
        TrapCode::Unreachable,
        TrapCode::MemoryOutOfBounds,
        TrapCode::TableOutOfBounds,
        TrapCode::IndirectCallToNull,
        TrapCode::BadSignature,
        TrapCode::IntegerDivisionByZero,
        TrapCode::IntegerOverflow,
        TrapCode::BadConversionToInteger,
        TrapCode::StackOverflow,
        TrapCode::UndefinedElement,
    ];

    /// The code with this byte, if there is one.
    pub fn from_byte(byte: u8) -> Option<TrapCode> {
        Self::ALL.into_iter().find(|code| *code as u8 == byte)
    }

    /// What follows `wasm trap: ` in the report.
    pub fn message(self) -> &'static str {
        match self {
            TrapCode::Unreachable => "wasm `unreachable` instruction executed",
            TrapCode::MemoryOutOfBounds => "out of bounds memory access",
            TrapCode::TableOutOfBounds => "undefined element: out of bounds table access",
            TrapCode::IndirectCallToNull => "uninitialized element",
            TrapCode::BadSignature => "indirect call type mismatch",
            TrapCode::IntegerDivisionByZero => "integer divide by zero",
            TrapCode::IntegerOverflow => "integer overflow",
            TrapCode::BadConversionToInteger => "invalid conversion to integer",
            TrapCode::StackOverflow => "call stack exhausted",
            TrapCode::UndefinedElement => "undefined element: out of bounds table access",
        }
    }
}

/// Exit status of a process that trapped: what a shell shows for SIGABRT, but
/// reached by exit_group so that no core file is written.
pub const EXIT_STATUS_TRAP: i32 = 134;

#[cfg(test)]
mod tests {
    use super::TrapCode;

    #[test]
    fn every_code_is_found_by_its_byte() {
        for code in TrapCode::ALL {
            assert_eq!(TrapCode::from_byte(code as u8), Some(code));
        }
        assert_eq!(TrapCode::from_byte(0), None);
    }
}
