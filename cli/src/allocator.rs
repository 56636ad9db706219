//! What the system's allocator is told.

// The C library's own function, which has no safe interface.
#![allow(unsafe_code)]

/// From this size on, a block is a mapping of its own.
#[cfg(target_env = "gnu")]
const OWN_MAPPING_BYTES: std::ffi::c_int = 256 << 10;
/// As glibc's `malloc.h` numbers it.
#[cfg(target_env = "gnu")]
const M_MMAP_THRESHOLD: std::ffi::c_int = -3;

/// Has large blocks unmapped when they are freed. By itself glibc soon takes them
/// from its arenas, one a thread, where they stay in memory and no other thread
/// can use them.
pub fn give_large_blocks_back() {
    #[cfg(target_env = "gnu")]
    {
        unsafe extern "C" {
            fn mallopt(parameter: std::ffi::c_int, value: std::ffi::c_int) -> std::ffi::c_int;
        }
        // SAFETY: as malloc.h declares it; it may be called at any time. Where it
        // refuses, memory is used as before.
        unsafe { mallopt(M_MMAP_THRESHOLD, OWN_MAPPING_BYTES) };
    }
}
