//! Copies and fills of a known small size, as loads and stores.
//!
//! The caller has checked the bounds, so that nothing here can fault. All loads
//! come before the first store: that makes overlap exact, and lets the last
//! chunk reach back over the one before it where the size is no sum of chunks.

use super::func::{FuncTranslator, Region};
use crate::world::MemoryId;
use cranelift_codegen::ir::{self, InstBuilder, MemFlagsData, Value, types};
use cranelift_entity::EntityRef;

/// Half of the vector registers hold so many bytes; Go's compiler copies
/// values of up to 64 bytes without `memory.copy`.
const INLINE_BYTES_MAX: u32 = 128;

/// A part of the range that one instruction moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Chunk {
    offset: i32,
    ty: ir::Type,
}

/// Covers `len_bytes` bytes, from the start, with the largest chunks that fit.
fn chunks(len_bytes: u32) -> Vec<Chunk> {
    let widths = [types::I8X16, types::I64, types::I32, types::I16, types::I8];
    let Some(&widest) = widths.iter().find(|ty| ty.bytes() <= len_bytes) else {
        return Vec::new();
    };
    let whole = len_bytes / widest.bytes();
    let offset_of = |position: u32| (position * widest.bytes()) as i32;
    let mut chunks: Vec<Chunk> =
        (0..whole).map(|position| Chunk { offset: offset_of(position), ty: widest }).collect();
    let rest_bytes = len_bytes % widest.bytes();
    // The narrowest that covers the rest; it reaches back over bytes that have
    // been loaded already.
    if let Some(&ty) = widths.iter().rev().find(|ty| rest_bytes > 0 && ty.bytes() >= rest_bytes) {
        chunks.push(Chunk { offset: (len_bytes - ty.bytes()) as i32, ty });
    }
    chunks
}

impl FuncTranslator<'_, '_> {
    /// The size, where it is known and small enough to be moved inline.
    pub(super) fn inline_len_bytes(&self, len: Value) -> Option<u32> {
        let is_on = self.env.inline_bulk;
        self.constant_i32(len).filter(|&len_bytes| is_on && len_bytes <= INLINE_BYTES_MAX)
    }

    /// Copies between two addresses, each with the memory it is in.
    pub(super) fn copy_inline(&mut self, to: (MemoryId, Value), from: (MemoryId, Value), len_bytes: u32) {
        self.known.forget_contents();
        let (to_flags, from_flags) = (self.checked_flags(to.0), self.checked_flags(from.0));
        let chunks = chunks(len_bytes);
        let load = |chunk: &Chunk| self.builder.ins().load(chunk.ty, from_flags, from.1, chunk.offset);
        let values: Vec<Value> = chunks.iter().map(load).collect();
        for (chunk, value) in chunks.iter().zip(values) {
            self.builder.ins().store(to_flags, value, to.1, chunk.offset);
        }
    }

    /// Fills from an address with the low 8 bits of `byte`, an i32.
    pub(super) fn fill_inline(&mut self, memory: MemoryId, at: Value, byte: Value, len_bytes: u32) {
        self.known.forget_contents();
        let flags = self.checked_flags(memory);
        let byte = self.builder.ins().ireduce(types::I8, byte);
        for chunk in chunks(len_bytes) {
            let value = self.repeated(byte, chunk.ty);
            self.builder.ins().store(flags, value, at, chunk.offset);
        }
    }

    /// `byte` in every byte of a value of type `ty`.
    fn repeated(&mut self, byte: Value, ty: ir::Type) -> Value {
        match ty {
            types::I8 => byte,
            types::I8X16 => self.builder.ins().splat(ty, byte),
            _ => {
                let wide = self.builder.ins().uextend(ty, byte);
                let ones = 0x0101_0101_0101_0101_u64 >> (64 - ty.bits());
                self.builder.ins().imul_imm_s(wide, ones as i64)
            }
        }
    }

    /// Flags of an access to checked bytes of a memory, of any alignment.
    fn checked_flags(&mut self, memory: MemoryId) -> MemFlagsData {
        let region = self.alias_region(Region::Memory(memory.index() as u32));
        MemFlagsData::new().with_trap_code(None).with_alias_region(Some(region))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_cover_exactly_the_range() {
        for len_bytes in 0..=INLINE_BYTES_MAX {
            let mut covered = vec![false; len_bytes as usize];
            for chunk in chunks(len_bytes) {
                let start = chunk.offset as usize;
                covered[start..start + chunk.ty.bytes() as usize].fill(true);
            }
            assert!(covered.iter().all(|&is_covered| is_covered), "{len_bytes} bytes");
            let fewest = len_bytes.div_ceil(16).max(1) as usize;
            let is_short = len_bytes < 16;
            assert!(chunks(len_bytes).len() <= fewest + usize::from(is_short), "{len_bytes} bytes");
        }
    }
}
