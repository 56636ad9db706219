//! Symbol and section names that cross the boundary.
//!
//! Every function the runtime offers to compiled code takes a pointer to the
//! calling module's [`crate::app::MemoryRecord`] first (null where the module
//! has no memory), then the WebAssembly parameters, in the platform's C calling
//! convention.

/// Data, defined by compiled code: the [`crate::app::AppDescriptor`].
pub const APP: &str = "wasmc_app";

/// Code, defined by the runtime: the executable's ELF entry point.
pub const START: &str = "_start";

/// Code, defined by the runtime:
/// `extern "C" fn(memory: *mut MemoryRecord, delta_pages: u64) -> u64`,
/// the old size in pages, or `u64::MAX` where the memory cannot grow.
pub const MEMORY_GROW: &str = "wasmc_memory_grow";

/// Code, defined by the runtime: `extern "C" fn(dst: *mut u8, src: *const u8, len: u64)`,
/// C's memmove. The caller has checked both ranges.
pub const MEMORY_COPY: &str = "wasmc_memory_copy";

/// Code, defined by the runtime: `extern "C" fn(dst: *mut u8, byte: u32, len: u64)`,
/// C's memset. The caller has checked the range.
pub const MEMORY_FILL: &str = "wasmc_memory_fill";

/// Code, defined by the runtime, in Cranelift's `tail` convention:
/// `fn(stack_pointer: u64, argument: u64, code: u64) -> (u64, u64)`, calls the code
/// with the first two. Gives back 0 and the stack pointer that the code returns, or
/// 1 and that with which something within it called [`UNWIND`].
pub const CATCH_UNWINDING: &str = "wasmc_catch_unwinding";

/// Code, defined by the runtime, in Cranelift's `tail` convention:
/// `fn(stack_pointer: u64) -> !`, leaves all calls up to the last
/// [`CATCH_UNWINDING`].
pub const UNWIND: &str = "wasmc_unwind";

/// Code, defined by the runtime:
/// `extern "C" fn(from: *const u8, from_bytes: u64, to: *mut u8, to_bytes: u64) -> bool`,
/// fills the one range with what the other holds compressed, see [`crate::lz4`];
/// whether it was that much. Only executables with compressed data refer to it,
/// so that the others do not have it.
pub const DECOMPRESS: &str = "wasmc_decompress";

/// Code, defined by the runtime:
/// `extern "C" fn(source: u64, target: u64, len_bytes: u64) -> bool`, puts pages
/// elsewhere, in place of what is there; where it cannot, there are zeros. Only
/// executables with such pages refer to it.
pub const MOVE_PAGES: &str = "wasmc_move_pages";

/// Code, defined by the runtime: `extern "C" fn(page_bytes: u64)`, asks the kernel
/// to map pages of the compiled code and of data that was moved only when they are
/// touched, without neighbours. Only large executables refer to it.
pub const MAP_SINGLE_PAGES: &str = "wasmc_map_single_pages";

/// Prefix of the symbols of intrinsics: native code that a function of the
/// program may call in place of the rest of its body, `wasmc_intrinsic_memchr`.
/// All take the module's record first. Those of Go's functions then take the
/// stack pointer, the bytes that the function lowered it by, and the addresses
/// that the catalogue names, and return 1, or 0 where they did nothing. The
/// others take the function's parameters and return the zero-extended result,
/// or [`NOT_APPLICABLE`].
pub const INTRINSIC_PREFIX: &str = "wasmc_intrinsic_";

/// The intrinsics, without the prefix.
pub const INTRINSICS: [&str; 17] = [
    "memchr",
    "memcmp",
    "memeq",
    "count",
    "count_string",
    "sha1_block",
    "sha256_block",
    "sha256_block_of_slice",
    "sha512_block",
    "sha512_block_of_slice",
    "md5_block",
    "crc32_slicing8",
    "big_add",
    "big_sub",
    "big_mul_add",
    "big_add_mul",
    "big_add_mul_to",
];

/// What an intrinsic returns that did nothing and has no result.
pub const NOT_APPLICABLE: u64 = u64::MAX;

/// Prefix of a WASI function's symbol: `wasmc_wasi_snapshot_preview1_fd_write`.
pub const WASI_PREFIX: &str = "wasmc_";

/// Start of the linker-made table of relative relocations (ELF RELR words,
/// 8 bytes each), which the runtime applies to itself before anything else.
pub const RELR_START: &str = "__wasmc_relr_start";
/// End of the table that [`RELR_START`] begins.
pub const RELR_END: &str = "__wasmc_relr_end";
/// Address of the executable's own ELF header, hence the load bias.
pub const IMAGE_BASE: &str = "__wasmc_image_base";
/// Start of what is read-only once relocated: the start of a segment. The
/// runtime mprotects it from the page that holds it, as no dynamic loader does
/// so in a static-pie.
pub const RELRO_START: &str = "__wasmc_relro_start";
/// End of what [`RELRO_START`] begins, a multiple of every page size.
pub const RELRO_END: &str = "__wasmc_relro_end";

/// Section of compiled code.
pub const SECTION_TEXT: &str = ".text";
/// Section of the [`crate::embed`] image; linkers put it with other read-only
/// data.
pub const SECTION_EMBEDDED: &str = ".rodata.wasmc_embedded";
/// Sections of initial data that is moved into place, see
/// [`crate::app::Run::is_movable`]; linkers put them with other writable data.
pub const SECTION_MOVABLE: &str = ".data.wasmc_initial";
/// ELF note that carries the [`crate::config`] bytes, so that tools can read
/// what an executable was granted.
pub const SECTION_NOTE: &str = ".note.wasmc";
/// Owner name in that note.
pub const NOTE_OWNER: &str = "wasmc";
/// Type of the note that holds the encoded configuration.
pub const NOTE_TYPE_CONFIG: u32 = 1;
