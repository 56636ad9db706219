//! A panic is a bug in the runtime: say where and stop.

use core::panic::PanicInfo;

use wasmc_abi::trap::EXIT_STATUS_TRAP;
use wasmc_runtime_support::{exit, report};

/// The message is left out: formatting it would double the runtime's size.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let (file, line) = info.location().map_or(("", 0), |location| (location.file(), location.line()));
    report::message(&[
        b"wasmc runtime bug: ",
        file.as_bytes(),
        b":",
        report::decimal(line.into()).as_bytes(),
    ]);
    exit::exit(EXIT_STATUS_TRAP)
}
