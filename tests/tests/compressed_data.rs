//! `--compress-data`: less to ship, the same when it runs.

use std::fmt::Write as _;
use std::fs;

use tempfile::TempDir;
use wasmc_tests::process::Invocation;
use wasmc_tests::target::Target;
use wasmc_tests::tools;

/// More than one piece of what is compressed at once, and an odd length.
const DATA_BYTES: usize = (1 << 20) + 300_001;

/// Repetitions near and far, zeros, and noise.
fn data() -> Vec<u8> {
    let mut state = 7_u32;
    let mut bytes: Vec<u8> = Vec::new();
    while bytes.len() < DATA_BYTES {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let count = (state >> 8) as usize % 400;
        match state >> 30 {
            0 => bytes.resize(bytes.len() + count, 0),
            1 => bytes.extend((0..count as u32 % 20).map(|step| (state >> (step % 24)) as u8)),
            _ => {
                let start = bytes.len().saturating_sub(1 + (state >> 4) as usize % 70_000);
                (0..count.min(bytes.len()))
                    .for_each(|step| bytes.push(bytes[start + step % (bytes.len() - start)]));
            }
        }
    }
    bytes.truncate(DATA_BYTES);
    bytes
}

/// Traps unless its memory holds `data`.
fn program(data: &[u8]) -> String {
    let expected = data.iter().fold(0_u32, |sum, &byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let mut text = String::new();
    data.iter().for_each(|byte| write!(text, "\\{byte:02x}").unwrap());
    format!(
        "(module (memory (export \"memory\") 32) (data (i32.const 77) \"{text}\")
           (func (export \"_start\") (local $at i32) (local $sum i32)
             (loop $next
               (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31))
                 (i32.load8_u offset=77 (local.get $at))))
               (br_if $next (i32.ne (i32.const {}) (local.tee $at (i32.add (local.get $at) (i32.const 1))))))
             (if (i32.ne (local.get $sum) (i32.const {expected})) (then unreachable))
             (if (i32.load (i32.add (i32.const 77) (local.get $at))) (then unreachable))))",
        data.len()
    )
}

#[test]
fn the_program_sees_the_same_data() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("app.wat"), program(&data())).unwrap();
    for target in Target::ALL.into_iter().filter(|target| target.unavailable().is_none()) {
        let size_bytes = |flags: &[&str]| {
            let wasmc = Invocation::new(tools::wasmc()).dir(dir.path());
            let wasmc = wasmc.args(["app.wat", "-o", "app", "--target", target.name()]).args(flags);
            wasmc.must_succeed().unwrap();
            target.invocation(&dir.path().join("app")).must_succeed().unwrap();
            fs::metadata(dir.path().join("app")).unwrap().len()
        };
        let (plain, compressed) = (size_bytes(&[]), size_bytes(&["--compress-data"]));
        assert!(plain > DATA_BYTES as u64 && compressed < plain / 2, "{compressed} of {plain} bytes");
        size_bytes(&["--compress-data", "--memory", "checked"]);
    }
}
