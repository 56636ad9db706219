//! Searching and comparing a few bytes: most strings are short, and a call of
//! the runtime would take longer than they do.
//!
//! A vector of 16 bytes is loaded where the range begins, if so many are inside
//! the memory, and what is beyond the range is masked off. Nothing but the
//! result can tell that more was read.

use super::func::{FuncTranslator, Region};
use super::place::Address;
use crate::analysis::INTRINSICS;
use crate::world::{FuncId, FunctionKind, MemoryId};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, MemFlagsData, Value, types};
use cranelift_entity::EntityRef;

const VECTOR_BYTES: i64 = 16;
const BYTE_MAX: i64 = 255;
/// About as large a body the short case would be.
const SHORT_BYTES: usize = 100;

impl FuncTranslator<'_, '_> {
    /// Returns from an intrinsic of three parameters, the last of which is a
    /// length, where that is short; goes to `long` in any other case.
    pub(super) fn short_range(&mut self, memory: MemoryId, name: &str, params: &[Value], long: Block) {
        let Some(result) = self.short_result(memory, name, params, long) else {
            self.builder.ins().jump(long, &[]);
            return;
        };
        self.push(result);
        self.return_();
        self.reachable = true;
    }

    /// The result of such an intrinsic where the length is short, which goes to
    /// `long` in any other case; nothing if it is not such a one.
    fn short_result(&mut self, memory: MemoryId, name: &str, params: &[Value], long: Block) -> Option<Value> {
        let &[first, second, len] = params else {
            return None;
        };
        let short = match name {
            "memchr" => Self::short_memchr,
            "memcmp" => Self::short_memcmp,
            "memeq" => Self::short_memeq,
            _ => return None,
        };
        let is_long = self.builder.ins().icmp_imm_s(IntCC::UnsignedGreaterThan, len, VECTOR_BYTES);
        self.leave_if(is_long, long);
        Some(short(self, memory, (first, second, len), long))
    }

    /// Calls an intrinsic only where the length is not short; nothing if
    /// `function` is none that has such a case.
    pub(super) fn call_unless_short(&mut self, function: FuncId, args: &[Value]) -> Option<Vec<Value>> {
        let found = self.env.intrinsic(function).filter(|_| self.env.inlining && self.has_room())?;
        let FunctionKind::Body { module, .. } = self.env.world.functions[function].kind else {
            return None;
        };
        let memory = *self.linked.memories.first().filter(|_| module == self.position)?;
        let contents = self.known.contents().to_vec();
        let long = self.builder.create_block();
        let result = self.short_result(memory, INTRINSICS[found.intrinsic].name, args, long)?;
        self.inlined_bytes += SHORT_BYTES;
        let done = self.builder.create_block();
        let ty = self.builder.func.dfg.value_type(result);
        let joined = self.builder.append_block_param(done, self.env.stored_type(ty));
        let stored = self.stored(result);
        self.builder.ins().jump(done, &[stored.into()]);
        self.builder.set_cold_block(long);
        self.builder.seal_block(long);
        self.builder.switch_to_block(long);
        let results = self.call_body(function, args);
        let results = self.block_args(&results);
        self.builder.ins().jump(done, &results);
        self.builder.seal_block(done);
        self.builder.switch_to_block(done);
        // It has written nothing.
        self.known.set_contents(contents);
        self.call_result = None;
        Some(vec![self.read(joined, ty)])
    }

    /// The pointer to a byte, or 0; all are i32.
    fn short_memchr(&mut self, memory: MemoryId, params: (Value, Value, Value), long: Block) -> Value {
        let (pointer, byte, len) = params;
        let is_no_byte = self.builder.ins().icmp_imm_s(IntCC::UnsignedGreaterThan, byte, BYTE_MAX);
        self.leave_if(is_no_byte, long);
        let start = self.extended(pointer);
        let bytes = self.vector(memory, start, long);
        let byte = self.builder.ins().ireduce(types::I8, byte);
        let wanted = self.builder.ins().splat(types::I8X16, byte);
        let is_equal = self.builder.ins().icmp(IntCC::Equal, bytes, wanted);
        let found = self.masked(is_equal, len);
        let index = self.builder.ins().ctz(found);
        let at = self.builder.ins().iadd(pointer, index);
        let none = self.builder.ins().iconst(types::I32, 0);
        self.builder.ins().select(found, at, none)
    }

    /// The difference of the first bytes that differ, or 0; all are i32.
    fn short_memcmp(&mut self, memory: MemoryId, params: (Value, Value, Value), long: Block) -> Value {
        let (left, right) = (self.extended(params.0), self.extended(params.1));
        let differs = self.differences(memory, (left, right, params.2), long);
        // Of no bit, the length of the mask: a byte that has been loaded, too.
        let some = self.builder.ins().bor_imm_s(differs, 1 << (VECTOR_BYTES - 1));
        let index = self.builder.ins().ctz(some);
        let index = self.extended(index);
        let left = self.byte(memory, left, index);
        let right = self.byte(memory, right, index);
        let difference = self.builder.ins().isub(left, right);
        let none = self.builder.ins().iconst(types::I32, 0);
        self.builder.ins().select(differs, difference, none)
    }

    /// Whether ranges are equal; all are i64.
    fn short_memeq(&mut self, memory: MemoryId, params: (Value, Value, Value), long: Block) -> Value {
        let (left, right, len) = params;
        let both = self.builder.ins().bor(left, right);
        let high = self.builder.ins().ushr_imm_s(both, 32);
        self.leave_if(high, long);
        let len = self.builder.ins().ireduce(types::I32, len);
        let differs = self.differences(memory, (left, right, len), long);
        let is_equal = self.builder.ins().icmp_imm_s(IntCC::Equal, differs, 0);
        self.builder.ins().uextend(types::I64, is_equal)
    }

    /// A bit for each of the first `len` bytes that differ.
    fn differences(&mut self, memory: MemoryId, ranges: (Value, Value, Value), long: Block) -> Value {
        let (left, right, len) = ranges;
        let left = self.vector(memory, left, long);
        let right = self.vector(memory, right, long);
        let differs = self.builder.ins().icmp(IntCC::NotEqual, left, right);
        self.masked(differs, len)
    }

    /// The 16 bytes at an address below 2^32, unless some are outside.
    fn vector(&mut self, memory: MemoryId, start: Value, long: Block) -> Value {
        let end = self.builder.ins().iadd_imm_s(start, VECTOR_BYTES);
        let len_bytes = self.memory_len_bytes(memory);
        let is_outside = self.builder.ins().icmp(IntCC::UnsignedGreaterThan, end, len_bytes);
        self.leave_if(is_outside, long);
        let (Address { base, offset }, flags) = self.checked_access(memory, start);
        self.builder.ins().load(types::I8X16, flags, base, offset)
    }

    /// A byte that [`FuncTranslator::vector`] has loaded.
    fn byte(&mut self, memory: MemoryId, start: Value, index: Value) -> Value {
        let at = self.builder.ins().iadd(start, index);
        let (Address { base, offset }, flags) = self.checked_access(memory, at);
        self.builder.ins().uload8(types::I32, flags, base, offset)
    }

    fn checked_access(&mut self, memory: MemoryId, index: Value) -> (Address, MemFlagsData) {
        let place = self.env.place(self.env.layout.memories[memory].offset);
        let address = self.indexed_address(place, index, 0);
        let region = self.alias_region(Region::Memory(memory.index() as u32));
        (address, MemFlagsData::new().with_trap_code(None).with_alias_region(Some(region)))
    }

    /// The bits of the first `len` lanes, of which there are no more than 16.
    fn masked(&mut self, lanes: Value, len: Value) -> Value {
        let bits = self.builder.ins().vhigh_bits(types::I32, lanes);
        let one = self.builder.ins().iconst(types::I32, 1);
        let above = self.builder.ins().ishl(one, len);
        let mask = self.builder.ins().iadd_imm_s(above, -1);
        self.builder.ins().band(bits, mask)
    }
}
