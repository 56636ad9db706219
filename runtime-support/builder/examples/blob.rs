//! Builds one runtime by hand: `cargo run -p wasmc-runtime-builder --example
//! blob -- TARGET OUTPUT [FEATURE...]`.

use std::path::Path;

use wasmc_runtime_builder::{Request, TARGETS, build};

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, output, features @ ..] = &arguments[..] else {
        return Err("usage: blob TARGET OUTPUT [FEATURE...]".into());
    };
    let target = TARGETS.iter().find(|target| target.name == name).ok_or("unknown target")?;
    let features: Vec<&str> = features.iter().map(String::as_str).collect();
    let manifest_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source_dir = manifest_dir.parent().ok_or("the builder lies in runtime-support")?;
    let target_dir = source_dir.with_file_name("target").join("runtime");
    let request = Request { target: *target, features: &features, source_dir, target_dir: &target_dir };
    let blob = build(&request)?;
    std::fs::write(output, &blob.object)?;
    println!("{output}: {} bytes, {}", blob.object.len(), blob.toolchain);
    Ok(())
}
