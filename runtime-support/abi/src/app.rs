//! What compiled code tells the runtime about itself: one [`AppDescriptor`].
//!
//! All addresses are 64-bit and relocated when the executable starts. Places in
//! the guest's address space are offsets in bytes from its *origin*, the address
//! of the first linear memory: the origin is a constant of the compiled code
//! ([`PLACEMENT_FIXED`]) or chosen at start and kept in a register
//! ([`PLACEMENT_ANYWHERE`]).
//!
//! ```text
//!   origin - store_bytes      origin                                  origin + reserved_after_bytes
//!   | store: globals, records | memory 0 + guard | memory 1 ... | tables that can grow |
//! ```

/// Changes whenever a layout here does; runtime and compiled code must agree.
pub const ABI_VERSION: u32 = 6;

/// `placement`: compiled code contains the origin's address.
pub const PLACEMENT_FIXED: u32 = 0;
/// `placement`: the runtime may choose any origin and passes it to the entry.
pub const PLACEMENT_ANYWHERE: u32 = 1;

/// WebAssembly page size in bytes.
pub const PAGE_BYTES: u64 = 65536;

/// Smallest guard below the guest's stack, in bytes; a whole number of pages
/// on every page size Linux has.
pub const STACK_GUARD_BYTES: u64 = 65536;

/// An array in the executable.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Array {
    /// Address of the first element.
    pub address: u64,
    /// Number of elements, not of bytes.
    pub count: u64,
}

#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct AppDescriptor {
    /// [`ABI_VERSION`].
    pub abi_version: u32,
    /// One of [`crate::app::cpu`].
    pub cpu_level: u32,
    /// [`PLACEMENT_FIXED`] or [`PLACEMENT_ANYWHERE`].
    pub placement: u32,
    /// 1 where every access is checked by code: the runtime reserves nothing
    /// beyond what a memory holds and grows it in place. 0: guard regions.
    pub memory_is_checked: u32,
    /// Address of memory 0 where the placement is fixed, else 0.
    pub origin: u64,
    /// Bytes below the origin: all of them are read-write from the start.
    pub store_bytes: u64,
    /// Bytes from the origin on that belong to the guest, guards included.
    pub reserved_after_bytes: u64,
    /// Usable bytes of the guest's native stack.
    pub stack_bytes: u64,
    /// Of bytes: all compiled code. A fault is a trap only if its PC is in here.
    pub text: Array,
    /// Of bytes: see [`crate::sites::trap_sites`].
    pub trap_sites: Array,
    /// Of u32: where the code of each function starts, in bytes from the start of
    /// the text, ascending. WebAssembly's functions come first, glue follows.
    pub function_offsets: Array,
    /// Of bytes: WebAssembly's functions, see [`crate::sites::functions`].
    pub functions: Array,
    /// Of [`Region`].
    pub regions: Array,
    /// Of [`MemoryDescriptor`].
    pub memories: Array,
    /// `extern "C" fn(origin: u64)`: instantiates, then runs the root export.
    pub entry: u64,
    /// `extern "C" fn(origin: u64, funcref: u64)`: calls a function of type
    /// `() -> ()` by reference. Only the specification harness uses it.
    pub call_funcref: u64,
    /// Of bytes: see [`crate::config`].
    pub config: Array,
    /// Of bytes: see [`crate::embed`]. None where nothing is embedded.
    pub embedded: Array,
    /// [`crate::symbols::DECOMPRESS`] where data is compressed, else 0.
    pub decompress: u64,
    /// [`crate::symbols::MOVE_PAGES`] where a [`Run::is_movable`], else 0.
    pub move_pages: u64,
    /// [`crate::symbols::MAP_SINGLE_PAGES`] where that is wanted, else 0.
    pub map_single_pages: u64,
    /// Address of a u32 that the runtime makes 1 where the CPU is of the highest
    /// level in [`crate::app::cpu`], else 0. Functions that are there twice read it.
    /// 0 where none is.
    pub cpu_choice: u64,
}

/// Index of code that is no WebAssembly function.
pub const NO_FUNCTION: u32 = u32::MAX;

/// A piece of the guest's address space.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Region {
    /// Of its first byte from the origin.
    pub offset: i64,
    /// Bytes that belong to it, guard included.
    pub reserve_bytes: u64,
    /// Bytes that are readable and writable at start.
    pub accessible_bytes: u64,
    /// Of [`Run`], ascending and disjoint: its initial contents; zero elsewhere.
    pub runs: Array,
    /// One of [`region`].
    pub kind: u64,
    /// From this distance on, the kernel is asked for huge pages; 0 means never.
    pub huge_pages_from_bytes: u64,
}

/// What a [`Region`] holds.
pub mod region {
    pub const STORE: u64 = 0;
    pub const MEMORY: u64 = 1;
    pub const TABLE: u64 = 2;
}

/// Initial bytes of part of a region.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Run {
    /// Of its first byte from the region's start.
    pub offset: u64,
    /// How many they are.
    pub len_bytes: u64,
    /// Of bytes: themselves or, where these are fewer, see [`crate::lz4`].
    pub data: Array,
    /// 1 where the bytes fill whole blocks of [`MOVABLE_BLOCK_BYTES`], in the
    /// region and in the executable, where they are writable and nothing else
    /// refers to them: their pages may be moved instead of copied.
    pub is_movable: u64,
}

/// The unit in which initial data is moved: the smallest page size there is.
pub const MOVABLE_BLOCK_BYTES: u64 = 4096;

/// A linear memory that the program defines.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct MemoryDescriptor {
    /// Of its [`MemoryRecord`] from the origin.
    pub record_offset: i64,
    /// Index of its region.
    pub region: u64,
    /// Bytes it may grow to: the declared maximum, at most 4 GiB.
    pub max_bytes: u64,
}

/// A linear memory while the program runs; lives in the store, filled in by
/// the runtime before the entry is called.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct MemoryRecord {
    /// Address of its first byte.
    pub base: u64,
    /// Its present size; compiled code reads this for memory.size and checks.
    pub len_bytes: u64,
    /// Bytes it may grow to.
    pub max_bytes: u64,
    /// Reserved bytes from `base` on, guard included.
    pub reserved_bytes: u64,
}

/// Byte offsets that compiled code uses.
pub mod memory_record {
    pub const BASE: i32 = 0;
    pub const LEN_BYTES: i32 = 8;
    pub const SIZE_BYTES: u32 = 32;
}

/// What a funcref's number selects: reference `n` is record `n`, and record 0
/// is null with a signature that no call expects.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct FuncRecord {
    /// Of the function's entry, in bytes from the start of the text.
    pub code_offset: u32,
    /// The program's number for its type; equal types have equal numbers.
    pub signature: u32,
}

/// [`FuncRecord::signature`] of the null reference.
pub const NULL_SIGNATURE: u32 = u32::MAX;

/// Least CPU that the compiled code needs.
pub mod cpu {
    /// SSE3, SSSE3, SSE4.1, SSE4.2, POPCNT, CMPXCHG16B, LAHF.
    pub const X86_64_V2: u32 = 2;
    /// v2 and AVX, AVX2, BMI1, BMI2, FMA, LZCNT, MOVBE, F16C.
    pub const X86_64_V3: u32 = 3;
    /// The base architecture.
    pub const ARMV8_0: u32 = 0x100;
}

const _: () = {
    assert!(size_of::<Array>() == 16);
    assert!(size_of::<AppDescriptor>() == 224);
    assert!(size_of::<Region>() == 56);
    assert!(size_of::<Run>() == 40);
    assert!(size_of::<MemoryDescriptor>() == 24);
    assert!(size_of::<MemoryRecord>() == memory_record::SIZE_BYTES as usize);
    assert!(core::mem::offset_of!(MemoryRecord, len_bytes) == memory_record::LEN_BYTES as usize);
    assert!(size_of::<FuncRecord>() == 8);
};
