//! Which WebAssembly proposals are compiled, and naming the one that is missing.

use wasmparser::{Validator, WasmFeatures};

/// WebAssembly 2.0 without SIMD, and constant expressions that compute.
pub(crate) const SUPPORTED: WasmFeatures =
    WasmFeatures::WASM2.difference(WasmFeatures::SIMD).union(WasmFeatures::EXTENDED_CONST);

/// Proposals that a valid module may need beyond [`SUPPORTED`], by the names
/// that users know them by.
const PROPOSALS: [(&str, WasmFeatures); 12] = [
    ("SIMD", WasmFeatures::SIMD),
    ("relaxed SIMD", WasmFeatures::RELAXED_SIMD.union(WasmFeatures::SIMD)),
    ("threads", WasmFeatures::THREADS),
    ("tail calls", WasmFeatures::TAIL_CALL),
    ("multiple memories", WasmFeatures::MULTI_MEMORY),
    ("memory64", WasmFeatures::MEMORY64),
    ("exception handling", WasmFeatures::EXCEPTIONS),
    ("legacy exception handling", WasmFeatures::LEGACY_EXCEPTIONS.union(WasmFeatures::EXCEPTIONS)),
    ("typed function references", WasmFeatures::FUNCTION_REFERENCES),
    ("garbage collection", WasmFeatures::GC.union(WasmFeatures::FUNCTION_REFERENCES)),
    ("custom page sizes", WasmFeatures::CUSTOM_PAGE_SIZES),
    ("wide arithmetic", WasmFeatures::WIDE_ARITHMETIC),
];

/// The names of the proposals that would make the module valid, if there are
/// any: the smallest single one, else all that it needs.
pub(crate) fn name_missing_proposal(wasm: &[u8]) -> Option<String> {
    let valid = |features| Validator::new_with_features(features).validate_all(wasm).is_ok();
    if let Some((name, _)) = PROPOSALS.iter().find(|(_, features)| valid(SUPPORTED.union(*features))) {
        return Some((*name).to_owned());
    }
    let everything = PROPOSALS.iter().fold(SUPPORTED, |all, (_, features)| all.union(*features));
    if !valid(everything) {
        return None;
    }
    let without = |left_out: usize| {
        let kept = PROPOSALS.iter().enumerate().filter(|(position, _)| *position != left_out);
        kept.fold(SUPPORTED, |all, (_, (_, features))| all.union(*features))
    };
    let needed: Vec<&str> = (0..PROPOSALS.len()).filter(|&p| !valid(without(p))).map(|p| PROPOSALS[p].0).collect();
    Some(if needed.is_empty() { "several proposals".to_owned() } else { needed.join(" and ") })
}
