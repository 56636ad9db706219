//! Hardware faults: handlers, and the report that ends the process.
// Signal handlers, and the state they read.
#![allow(unsafe_code)]

mod backtrace;
mod classify;
mod functions;

use core::ffi::c_void;
use core::ops::Range;
use core::sync::atomic::{AtomicU64, Ordering};

use rustix::mm::{MapFlags, ProtFlags};
use wasmc_abi::trap::{EXIT_STATUS_TRAP, TrapCode};

use crate::app::{self, App};
use crate::process::Process;
use crate::report::{self, Output, decimal, hex};
use crate::stack::GuestStack;
use crate::sys::{self, Registers, SignalInfo};
use backtrace::ReturnAddresses;
use classify::{Cause, Fault, Guest};
use functions::Functions;

const SIGNALS: [i32; 5] = [sys::SIGILL, sys::SIGTRAP, sys::SIGBUS, sys::SIGFPE, sys::SIGSEGV];

/// For the handler itself, beyond what the kernel saves there.
const HANDLER_STACK_BYTES: u64 = 32 << 10;
/// What the kernel saves with AVX-512, for kernels that do not say.
const SAVED_STATE_BYTES: u64 = 8 << 10;

/// The guest stack's guard start, usable start and end.
static STACK_BOUNDS: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];

/// From now on a fault is a trap's report or our own bug's.
pub fn install(stack: &GuestStack, process: &Process) {
    let bounds = [stack.guard.start, stack.usable.start, stack.usable.end];
    for (place, bound) in STACK_BOUNDS.iter().zip(bounds) {
        place.store(bound, Ordering::Relaxed);
    }
    // All of them wait while one is handled: a fault in the handler then ends
    // the process, because the kernel does not let a fault wait.
    let all = sys::signal_set(&SIGNALS);
    let installed = install_signal_stack(process).and_then(|()| {
        for signal in SIGNALS {
            // SAFETY: the handler uses nothing that the interrupted code owns.
            unsafe { sys::handle_signal(signal, handle, all) }?;
        }
        sys::unblock_signals(all)
    });
    if let Err(errno) = installed {
        let number = decimal(errno.unsigned_abs().into());
        report::fatal(&[b"cannot handle signals: error ", number.as_bytes()]);
    }
}

fn install_signal_stack(process: &Process) -> Result<(), sys::Errno> {
    let saved_bytes = process.min_signal_stack_bytes().unwrap_or(0).max(SAVED_STATE_BYTES);
    let len_bytes = (saved_bytes + HANDLER_STACK_BYTES) as usize;
    let protection = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: a new mapping where nothing is, used for nothing else.
    unsafe {
        let base =
            rustix::mm::mmap_anonymous(core::ptr::null_mut(), len_bytes, protection, MapFlags::PRIVATE)
                .map_err(|errno| errno.raw_os_error())?;
        sys::set_signal_stack(core::ptr::slice_from_raw_parts_mut(base.cast(), len_bytes))
    }
}

/// # Safety
/// Only the kernel calls this, as a signal handler.
unsafe extern "C" fn handle(signal: i32, info: *const SignalInfo, context: *mut c_void) {
    // SAFETY: the kernel hands both to a handler with SA_SIGINFO.
    let (info, registers) = unsafe { (&*info, Registers::new(context)) };
    if info.code <= 0 {
        // Another process sent it, as `kill -SEGV` does.
        die_of(signal);
        return;
    }
    let fault = Fault { signal, pc: registers.pc(), address: info.address };
    let Some(app) = App::current() else {
        report_runtime_bug(&fault);
        return die_of(signal);
    };
    match guest(app).classify(&fault) {
        Cause::Trap { code, wasm_offset } => {
            #[cfg(feature = "harness")]
            if crate::harness::recover(&registers, code) {
                return;
            }
            report_trap(app, &registers, code, wasm_offset);
            crate::exit::exit(EXIT_STATUS_TRAP)
        }
        Cause::RuntimeBug => {
            report_runtime_bug(&fault);
            die_of(signal);
        }
    }
}

/// Ends the process by `signal`'s default action once the handler has returned.
fn die_of(signal: i32) {
    let _ = sys::reset_signal(signal);
    sys::raise(signal);
}

fn stack_bound(index: usize) -> u64 {
    STACK_BOUNDS[index].load(Ordering::Relaxed)
}

fn text_of(app: App) -> Range<u64> {
    let text = app.descriptor().text;
    text.address..text.address + text.count
}

fn guest(app: App) -> Guest<'static> {
    Guest {
        origin: app::origin(),
        text: text_of(app),
        stack_guard: stack_bound(0)..stack_bound(1),
        regions: app.regions(),
        trap_sites: app.trap_sites(),
    }
}

fn report_trap(app: App, registers: &Registers, code: TrapCode, wasm_offset: Option<u32>) {
    let mut out = Output::stderr();
    out.push(b"wasm trap: ");
    out.push(code.message().as_bytes());
    out.push(b"\nwasm backtrace:\n");
    let functions = Functions::new(text_of(app), app.function_offsets(), app.functions());
    let stack = stack_bound(1)..stack_bound(2);
    // The first instruction saves the caller's frame pointer: until it has run,
    // the caller's return address is not in the chain yet.
    let at_entry = (functions.is_entry(registers.pc()) && stack.contains(&registers.stack_pointer()))
        // SAFETY: that is the first instruction, with a stack pointer in the stack.
        .then(|| unsafe { registers.return_address_at_entry() });
    // SAFETY: the guest's stack stays mapped.
    let chain = unsafe { ReturnAddresses::new(stack, registers.frame_pointer()) };
    let return_addresses = at_entry.into_iter().chain(chain);
    let frames = backtrace::frames(&functions, registers.pc(), wasm_offset, return_addresses);
    backtrace::print(&mut out, &functions, frames);
    out.flush();
}

fn report_runtime_bug(fault: &Fault) {
    report::message(&[
        b"wasmc runtime bug: signal ",
        decimal(fault.signal.unsigned_abs().into()).as_bytes(),
        b" at ",
        hex(fault.pc).as_bytes(),
        b", address ",
        hex(fault.address).as_bytes(),
    ]);
}
