//! Native code for functions of Go whose body the compiler knows. The contract
//! is in [`wasmc_abi::symbols::INTRINSIC_PREFIX`]; how a function is recognised
//! and why this is exact, in the compiler's `analysis/intrinsics`.
//!
//! Each function here either does all that the body would do, or nothing: it
//! looks at its arguments first, and has no effect where anything is unusual.
// Functions that compiled code calls by their symbols.
#![allow(unsafe_code)]

mod big;
mod bytes;
mod crc32;
mod features;
mod frame;
mod portable;
mod sha;

#[cfg_attr(target_arch = "x86_64", path = "intrinsics/x86_64/mod.rs")]
#[cfg_attr(target_arch = "aarch64", path = "intrinsics/aarch64/mod.rs")]
mod arch;

use frame::Frame;
use wasmc_abi::app::MemoryRecord;
use wasmc_abi::symbols::NOT_APPLICABLE;

use crate::guest::Guest;

/// Functions of Go: the symbol, what it does, the words of its arguments and
/// results, and the addresses that it is told.
macro_rules! go {
    ($($symbol:ident = $function:path, $words:literal $(, $address:ident)*;)*) => { $(
        /// Returns whether it has done the function's work.
        ///
        /// # Safety
        /// As for [`Guest::new`].
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $symbol(
            record: *const MemoryRecord,
            stack_pointer: u32,
            frame_bytes: u32,
            $($address: u64,)*
        ) -> u32 {
            // SAFETY: the caller's promise.
            let guest = unsafe { Guest::new(record) };
            let frame = Frame::new(guest, stack_pointer, frame_bytes, $words);
            frame.and_then(|mut frame| $function(&mut frame $(, $address)*)).is_some().into()
        }
    )* };
}

/// Functions with parameters and a result of WebAssembly.
macro_rules! plain {
    ($($symbol:ident = $function:path, $param:ty;)*) => { $(
        /// Returns the function's result, or [`NOT_APPLICABLE`].
        ///
        /// # Safety
        /// As for [`Guest::new`].
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $symbol(
            record: *const MemoryRecord,
            first: $param,
            second: $param,
            third: $param,
        ) -> u64 {
            // SAFETY: the caller's promise.
            let guest = unsafe { Guest::new(record) };
            $function(&guest, first, second, third).unwrap_or(NOT_APPLICABLE)
        }
    )* };
}

plain! {
    wasmc_intrinsic_memchr = bytes::memchr, u32;
    wasmc_intrinsic_memcmp = bytes::memcmp, u32;
    wasmc_intrinsic_memeq = bytes::memeq, u64;
}

go! {
    wasmc_intrinsic_count = bytes::count, 7;
    wasmc_intrinsic_count_string = bytes::count_string, 5;
    wasmc_intrinsic_sha1_block = sha::sha1_block, 4;
    wasmc_intrinsic_sha256_block = sha::sha256_block, 4, table;
    wasmc_intrinsic_sha256_block_of_slice = sha::sha256_block_of_slice, 4, header;
    wasmc_intrinsic_sha512_block = sha::sha512_block, 4, table;
    wasmc_intrinsic_sha512_block_of_slice = sha::sha512_block_of_slice, 4, header;
    wasmc_intrinsic_md5_block = sha::md5_block, 4;
    wasmc_intrinsic_crc32_slicing8 = crc32::slicing8, 6;
    wasmc_intrinsic_big_add = big::add, 10;
    wasmc_intrinsic_big_sub = big::sub, 10;
    wasmc_intrinsic_big_mul_add = big::mul_add, 9;
    wasmc_intrinsic_big_add_mul = big::add_mul, 8;
    wasmc_intrinsic_big_add_mul_to = big::add_mul_to, 12;
}
