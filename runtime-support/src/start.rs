//! From the first instruction to the last, in order.
// The start trusts the linker, the kernel and the compiler, in this order.
#![allow(unsafe_code)]

use core::ffi::c_void;

use rustix::mm::MprotectFlags;
use wasmc_abi::app::{ABI_VERSION, AppDescriptor};

use crate::app::App;
use crate::process::Process;
use crate::{
    cpu, exit, kernel_sandbox, memory, relocate, report, reserve, returns, stack, stdio, trap, vdso, world,
};

/// The executable as the linker laid it out: addresses from its symbols.
#[derive(Clone, Copy)]
pub struct Image {
    pub base: u64,
    pub relr_start: u64,
    pub relr_end: u64,
    pub relro_start: u64,
    pub relro_end: u64,
    pub app: u64,
}

/// Runs the program.
///
/// # Safety
/// Only for the ELF entry point: `stack_pointer` is what it found, `image`
/// holds the linker's symbols.
pub unsafe fn start(stack_pointer: *const u64, image: &Image) -> ! {
    // SAFETY: this is the start of the process.
    let (process, app) = unsafe {
        relocate(image);
        (Process::from_stack(stack_pointer), App::new(&*(image.app as *const AppDescriptor)))
    };
    let descriptor = app.descriptor();
    report::set_program(process.arg(0).unwrap_or_default());
    check_version(descriptor);
    let model = cpu::check(descriptor.cpu_level, app.cpu_choice());
    protect_relocated(image, process.page_bytes());
    vdso::install(&process);
    returns::install(model.forgets_returns);
    stdio::open_missing();
    let origin = reserve::reserve(app, process.page_bytes());
    memory::write_records(app, origin);
    app.set_current(origin);
    if let Some(map_single_pages) = app.map_single_pages() {
        map_single_pages(process.page_bytes());
    }
    let stack = stack::map(descriptor.stack_bytes, process.page_bytes());
    trap::install(&stack, &process);
    world::prepare(&process, app.config(), app.embedded());
    // SAFETY: the guest, which calls WASI, does not run yet.
    kernel_sandbox::enter(unsafe { world::enter().0 }, app.config(), app.is_checked());
    // SAFETY: the compiler wrote the entry; the stack is new.
    unsafe { stack.run(descriptor.entry, origin) };
    exit::exit(0)
}

/// # Safety
/// Must be the first thing that happens, and happen once.
unsafe fn relocate(image: &Image) {
    // SAFETY: the linker's table names words of this image only.
    unsafe {
        let count = (image.relr_end - image.relr_start) as usize / size_of::<u64>();
        let relr = core::slice::from_raw_parts(image.relr_start as *const u64, count);
        relocate::relocate(image.base, relr);
    }
}

/// Makes read-only what only relocation writes. The range begins with its
/// segment, which shares its first page with no other.
fn protect_relocated(image: &Image, page_bytes: u64) {
    let start = image.relro_start - image.relro_start % page_bytes;
    let len_bytes = (image.relro_end - start) as usize;
    if image.relro_start == image.relro_end {
        return;
    }
    // SAFETY: the linker's range holds only what nobody writes any more.
    let protected = unsafe { rustix::mm::mprotect(start as *mut c_void, len_bytes, MprotectFlags::READ) };
    if protected.is_err() {
        report::fatal(&[b"cannot make relocated data read-only"]);
    }
}

fn check_version(descriptor: &AppDescriptor) {
    if descriptor.abi_version != ABI_VERSION {
        report::fatal(&[b"wasmc bug: the compiled code is for another version of the runtime"]);
    }
}
