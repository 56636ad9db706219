//! Loads, stores, and a memory's size.

use super::env::RuntimeFunction;
use super::func::{FuncTranslator, Region};
use super::known::{Position, part_type};
use super::place::Address;
use super::trap::{MEMORY_FAULT, raised};
use crate::options::MemoryMode;
use crate::world::MemoryId;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, InstBuilder, MemFlagsData, Opcode, Value, types};
use cranelift_entity::EntityRef;
use wasmc_abi::app::{PAGE_BYTES, memory_record};
use wasmc_abi::trap::TrapCode;
use wasmparser::{MemArg, MemArgTarget};

/// log2 of [`PAGE_BYTES`].
const PAGE_SHIFT: i64 = PAGE_BYTES.trailing_zeros() as i64;

/// An access that is about to be made.
struct Access {
    address: Address,
    flags: MemFlagsData,
    position: Position,
    /// The zero-extended index.
    index: Value,
}

impl FuncTranslator<'_, '_> {
    /// A load: `opcode` extends what it reads to `ty` where it is narrower.
    pub(super) fn load(&mut self, opcode: Opcode, ty: ir::Type, access_bytes: u64, memarg: &MemArg) {
        let access = self.access(access_bytes, memarg);
        if let Some(known) = self.known_content(opcode, ty, access.position) {
            return self.push(known);
        }
        let value = self.load_from(opcode, ty, &access);
        if matches!(opcode, Opcode::Uload8 | Opcode::Uload16 | Opcode::Uload32) && ty == types::I64 {
            self.is_extension[value] = self.env.zero_extension;
        }
        let position = self.note_access(&access, memarg);
        let moved = if opcode == Opcode::Load { Some(ty) } else { part_type(opcode) };
        if let Some(moved) = moved.filter(|_| self.env.store_forwarding) {
            self.known.add_content(position, moved, value);
        }
        self.push(value);
    }

    fn load_from(&mut self, opcode: Opcode, ty: ir::Type, access: &Access) -> Value {
        let &Access { address, flags, .. } = access;
        let Address { base, offset } = address;
        let is_operand = opcode == Opcode::Load && self.next_computes;
        if ty == types::I32
            && self.env.zero_extension
            && !is_operand
            && let Some(wide) = self.zero_extending_load(opcode, flags, address)
        {
            return self.narrowed(wide);
        }
        let ins = self.builder.ins();
        match opcode {
            Opcode::Load => ins.load(ty, flags, base, offset),
            Opcode::Uload8 => ins.uload8(ty, flags, base, offset),
            Opcode::Sload8 => ins.sload8(ty, flags, base, offset),
            Opcode::Uload16 => ins.uload16(ty, flags, base, offset),
            Opcode::Sload16 => ins.sload16(ty, flags, base, offset),
            Opcode::Uload32 => ins.uload32(flags, base, offset),
            Opcode::Sload32 => ins.sload32(flags, base, offset),
            other => unreachable!("{other} is no load of WebAssembly"),
        }
    }

    /// A load of up to 32 bits into 64, unless it extends a sign.
    fn zero_extending_load(
        &mut self,
        opcode: Opcode,
        flags: MemFlagsData,
        address: Address,
    ) -> Option<Value> {
        let Address { base, offset } = address;
        let ins = self.builder.ins();
        match opcode {
            Opcode::Load => Some(ins.uload32(flags, base, offset)),
            Opcode::Uload8 => Some(ins.uload8(types::I64, flags, base, offset)),
            Opcode::Uload16 => Some(ins.uload16(types::I64, flags, base, offset)),
            _ => None,
        }
    }

    /// A store of the lowest `access_bytes` bytes.
    pub(super) fn store(&mut self, opcode: Opcode, access_bytes: u64, memarg: &MemArg) {
        let value = self.pop();
        let access = self.access(access_bytes, memarg);
        let Access { address: Address { base, offset }, flags, .. } = access;
        let ins = self.builder.ins();
        match opcode {
            Opcode::Store => ins.store(flags, value, base, offset),
            Opcode::Istore8 => ins.istore8(flags, value, base, offset),
            Opcode::Istore16 => ins.istore16(flags, value, base, offset),
            Opcode::Istore32 => ins.istore32(flags, value, base, offset),
            other => unreachable!("{other} is no store of WebAssembly"),
        };
        let position = self.note_access(&access, memarg);
        self.known.store(position, access_bytes);
        if !self.env.store_forwarding {
            return;
        }
        if opcode == Opcode::Store {
            let ty = self.builder.func.dfg.value_type(value);
            self.known.add_content(position, ty, value);
        } else if opcode == Opcode::Istore32 {
            let low = self.wrap(value);
            self.known.add_content(position, types::I32, low);
        } else if let Some(part) = part_type(opcode) {
            self.known.add_content(position, part, value);
        }
    }

    /// Notes what an access proves about its index, see [`super::known`]; gives
    /// the position as it is known with that.
    fn note_access(&mut self, access: &Access, memarg: &MemArg) -> Position {
        let memory = access.position.memory;
        if self.env.layout.memories[memory].max_bytes < 1 << 32 {
            self.known.add_access(access.index);
        }
        self.known.position(memory, access.index, memarg.offset)
    }

    /// Pops the index of an access and makes its address; in checked mode,
    /// traps first where the access is out of bounds.
    fn access(&mut self, access_bytes: u64, memarg: &MemArg) -> Access {
        let MemArgTarget::Memory(memory_index) = memarg.target else {
            unreachable!("validation refuses accesses to arrays");
        };
        let memory = self.linked.memories[memory_index as usize];
        let index = self.pop();
        let index = self.extended(index);
        if self.env.memory == MemoryMode::Checked {
            let end = self.builder.ins().iadd_imm_s(index, (memarg.offset + access_bytes) as i64);
            let len_bytes = self.memory_len_bytes(memory);
            let is_outside = self.builder.ins().icmp(IntCC::UnsignedGreaterThan, end, len_bytes);
            self.builder.ins().trapnz(is_outside, raised(TrapCode::MemoryOutOfBounds));
        }
        let position = self.known.position(memory, index, memarg.offset);
        let (base, offset) = self.known.without_additions(index, memarg.offset);
        let place = self.env.place(self.env.layout.memories[memory].offset);
        let address = self.indexed_address(place, base, offset);
        let region = self.alias_region(Region::Memory(memory.index() as u32));
        let flags = MemFlagsData::new().with_trap_code(Some(MEMORY_FAULT)).with_alias_region(Some(region));
        Access { address, flags, position, index }
    }

    /// The memory's present size, as i64.
    pub(super) fn memory_len_bytes(&mut self, memory: MemoryId) -> Value {
        let layout = self.env.layout.memories[memory];
        if let Some(bytes) = layout.fixed_bytes {
            return self.builder.ins().iconst(types::I64, bytes as i64);
        }
        let address = self.store_address(layout.record_offset);
        let flags = self.trusted(Region::Store);
        self.builder.ins().load(types::I64, flags, address.base, address.offset + memory_record::LEN_BYTES)
    }

    pub(super) fn memory_size(&mut self, memory_index: u32) {
        let memory = self.linked.memories[memory_index as usize];
        let len_bytes = self.memory_len_bytes(memory);
        let pages = self.builder.ins().ushr_imm_s(len_bytes, PAGE_SHIFT);
        let pages = self.builder.ins().ireduce(types::I32, pages);
        self.push(pages);
    }

    pub(super) fn memory_grow(&mut self, memory_index: u32) {
        let memory = self.linked.memories[memory_index as usize];
        let delta_pages = self.pop();
        let delta_pages = self.extended(delta_pages);
        let record = self.memory_record(memory);
        let old_pages = self.call_runtime(RuntimeFunction::Grow, &[record, delta_pages]);
        let old_pages = old_pages.expect("memory_grow returns a value");
        let old_pages = self.builder.ins().ireduce(types::I32, old_pages);
        self.push(old_pages);
    }

    /// The address of the memory's record.
    pub(super) fn memory_record(&mut self, memory: MemoryId) -> Value {
        self.place_value(self.env.place(self.env.layout.memories[memory].record_offset))
    }
}
