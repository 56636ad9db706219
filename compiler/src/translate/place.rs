//! Where memories, globals and tables are: the one file that knows how code
//! reaches the guest's address space. A new way (a static symbol, an instance
//! pointer) is a new case of [`Place`].

use super::env::{DataSymbol, Env, NAMESPACE_DATA};
use super::func::FuncTranslator;
use crate::options::{BaseMode, Target};
use cranelift_codegen::ir::{self, InstBuilder, Value, types};
use wasmc_abi::app;

/// How code reaches a position in the guest's address space.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// At an address that is known now.
    Absolute(u64),
    /// At a distance from the origin, which the pinned register holds.
    Register(i64),
}

/// A base value and the displacement that goes into the instruction.
#[derive(Clone, Copy)]
pub(super) struct Address {
    pub base: Value,
    pub offset: i32,
}

/// The origin where it is fixed. On x86-64 it is low, so that memory's address
/// fits an instruction's displacement and needs no register; below it is room
/// for the store. On AArch64 one instruction makes it.
pub(crate) fn fixed_origin(target: Target) -> u64 {
    match target {
        Target::X86_64Linux => 0x1000_0000,
        Target::Aarch64Linux => 0x1_0000_0000,
    }
}

/// First address that no x86-64 displacement reaches.
const DISPLACEMENT_LIMIT: u64 = 1 << 31;

impl Env<'_> {
    /// The place at `offset` from the origin.
    pub(super) fn place(&self, offset: i64) -> Place {
        match self.base {
            BaseMode::Fixed => Place::Absolute(fixed_origin(self.target).wrapping_add_signed(offset)),
            BaseMode::Register => Place::Register(offset),
        }
    }

    /// What the descriptor says about the origin.
    pub(crate) fn placement(&self) -> (u32, u64) {
        match self.base {
            BaseMode::Fixed => (app::PLACEMENT_FIXED, fixed_origin(self.target)),
            BaseMode::Register => (app::PLACEMENT_ANYWHERE, 0),
        }
    }

    /// What the pinned register holds, where that is known and displacements can
    /// contain it.
    pub(crate) fn pinned_constant(&self) -> Option<i32> {
        let (_, origin) = self.placement();
        i32::try_from(origin).ok().filter(|_| self.pins_origin && self.base == BaseMode::Fixed)
    }
}

impl FuncTranslator<'_, '_> {
    /// The address of a word in the store. All words share one base value, so
    /// that it is made once for a function and displacements stay small.
    pub(super) fn store_address(&mut self, offset: i64) -> Address {
        let store_bytes = self.env.layout.store_bytes as i64;
        match self.env.place(-store_bytes) {
            Place::Absolute(address) => {
                let base = self.builder.ins().iconst(types::I64, address as i64);
                Address { base, offset: (offset + store_bytes) as i32 }
            }
            Place::Register(_) => {
                Address { base: self.builder.ins().get_pinned_reg(types::I64), offset: offset as i32 }
            }
        }
    }

    /// The address `index + offset` bytes after `place`, where `index` is a
    /// zero-extended i32.
    pub(super) fn indexed_address(&mut self, place: Place, index: Value, offset: u64) -> Address {
        match place {
            Place::Absolute(start) => self.indexed_absolute(start, index, offset),
            Place::Register(distance) => {
                let origin = self.builder.ins().get_pinned_reg(types::I64);
                let base = self.builder.ins().iadd(origin, index);
                self.displaced(base, distance + offset as i64)
            }
        }
    }

    fn indexed_absolute(&mut self, start: u64, index: Value, offset: u64) -> Address {
        let folds = self.env.target == Target::X86_64Linux && start + offset < DISPLACEMENT_LIMIT;
        if folds {
            return Address { base: index, offset: (start + offset) as i32 };
        }
        let start = self.builder.ins().iconst(types::I64, start as i64);
        let base = self.builder.ins().iadd(start, index);
        self.displaced(base, offset as i64)
    }

    fn displaced(&mut self, base: Value, displacement: i64) -> Address {
        match i32::try_from(displacement) {
            Ok(offset) => Address { base, offset },
            Err(_) => Address { base: self.builder.ins().iadd_imm_s(base, displacement), offset: 0 },
        }
    }

    /// An address as one value.
    pub(super) fn address_value(&mut self, address: Address) -> Value {
        match address.offset {
            0 => address.base,
            offset => self.builder.ins().iadd_imm_s(address.base, i64::from(offset)),
        }
    }

    /// The address of `place` itself.
    pub(super) fn place_value(&mut self, place: Place) -> Value {
        match place {
            Place::Absolute(address) => self.builder.ins().iconst(types::I64, address as i64),
            Place::Register(distance) => {
                let origin = self.builder.ins().get_pinned_reg(types::I64);
                self.builder.ins().iadd_imm_s(origin, distance)
            }
        }
    }

    /// The address of read-only data of the executable.
    pub(super) fn data_address(&mut self, symbol: DataSymbol) -> Value {
        let name = ir::UserExternalName::new(NAMESPACE_DATA, symbol.to_index());
        let name = self.builder.func.declare_imported_user_function(name);
        let data = ir::GlobalValueData::Symbol {
            name: ir::ExternalName::user(name),
            offset: 0.into(),
            colocated: true,
            tls: false,
        };
        let global_value = *self
            .data_symbols
            .entry(symbol.to_index())
            .or_insert_with(|| self.builder.func.create_global_value(data));
        self.builder.ins().symbol_value(types::I64, global_value)
    }
}
