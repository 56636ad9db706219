//! Trap codes: WebAssembly's in Cranelift's, and back for the trap table.

use cranelift_codegen::ir::TrapCode as Clif;
use wasmc_abi::trap::TrapCode;

/// A trap that code raises by itself, as Cranelift carries it.
pub(super) fn raised(code: TrapCode) -> Clif {
    Clif::unwrap_user(code as u8)
}

/// On loads and stores of linear memory: the hardware raises it, and the
/// runtime knows it by the address.
pub(super) const MEMORY_FAULT: Clif = Clif::HEAP_OUT_OF_BOUNDS;

/// After a call that never comes back.
pub(super) const NEVER_REACHED: Clif = Clif::unwrap_user(200);

/// What a trap of compiled code means; None where the instruction faults on an
/// address, or where control never gets, which needs no entry in the trap table.
pub(crate) fn trap_code(code: Clif) -> Option<TrapCode> {
    match code {
        Clif::HEAP_OUT_OF_BOUNDS | Clif::STACK_OVERFLOW | NEVER_REACHED => None,
        Clif::INTEGER_OVERFLOW => Some(TrapCode::IntegerOverflow),
        Clif::INTEGER_DIVISION_BY_ZERO => Some(TrapCode::IntegerDivisionByZero),
        Clif::BAD_CONVERSION_TO_INTEGER => Some(TrapCode::BadConversionToInteger),
        user => {
            let known = TrapCode::ALL.into_iter().find(|&known| raised(known) == user);
            Some(known.unwrap_or_else(|| panic!("unknown trap code {user}")))
        }
    }
}
