//! What the system's allocator is told.

// The C library's own function, which has no safe interface.
#![allow(unsafe_code)]

/// From this size on, a block is a mapping of its own.
#[cfg(target_env = "gnu")]
const OWN_MAPPING_BYTES: libc::c_int = 256 << 10;

/// Has large blocks unmapped when they are freed. By itself glibc soon takes them
/// from its arenas, one a thread, where they stay in memory and no other thread
/// can use them.
pub fn give_large_blocks_back() {
    #[cfg(target_env = "gnu")]
    // SAFETY: it may be called at any time. Where it refuses, memory is used as before.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, OWN_MAPPING_BYTES);
    }
}
