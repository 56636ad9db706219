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

/// The names of the proposals that would make an invalid module valid: a single
/// one if that is enough, else all that it needs; None where none helps.
pub(crate) fn name_missing_proposal(wasm: &[u8]) -> Option<String> {
    let valid = |features| Validator::new_with_features(features).validate_all(wasm).is_ok();
    let all_of = |proposals: &[(&str, WasmFeatures)]| {
        proposals.iter().fold(SUPPORTED, |all, (_, features)| all.union(*features))
    };
    if !valid(all_of(&PROPOSALS)) {
        return None;
    }
    if let Some((name, _)) = PROPOSALS.iter().find(|(_, features)| valid(SUPPORTED.union(*features))) {
        return Some((*name).to_owned());
    }
    // From the end, so that what includes another proposal goes before it.
    let mut needed = PROPOSALS.to_vec();
    for position in (0..PROPOSALS.len()).rev() {
        let left_out = needed.remove(position);
        if !valid(all_of(&needed)) {
            needed.insert(position, left_out);
        }
    }
    let names: Vec<&str> = needed.iter().map(|(name, _)| *name).collect();
    Some(names.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::name_missing_proposal;

    fn missing(wat: &str) -> Option<String> {
        name_missing_proposal(&wat::parse_str(wat).expect("valid text"))
    }

    #[test]
    fn one_proposal_is_named_alone_and_two_together() {
        let simd = "(func (drop (v128.const i64x2 0 0)))";
        let tail = "(func $f (return_call $f))";
        assert_eq!(missing(&format!("(module {simd})")).as_deref(), Some("SIMD"));
        assert_eq!(missing(&format!("(module {simd} {tail})")).as_deref(), Some("SIMD and tail calls"));
    }

    #[test]
    fn no_proposal_mends_an_invalid_module() {
        assert_eq!(missing("(module (func (drop)))"), None);
    }
}
