//! Arguments and expected results: from the script's form to wat of the driver.

use anyhow::{Result, bail};
use wasmparser::ValType;
use wast::core::{NanPattern, WastArgCore, WastRetCore};
use wast::{WastArg, WastRet};

/// Floats as their bits.
#[derive(Debug, Clone, Copy)]
pub enum Value {
    I32(u32),
    I64(u64),
    F32(u32),
    F64(u64),
    /// Of the parameter's type.
    Null,
    Extern(u32),
}

/// What a result must be.
#[derive(Debug, Clone, Copy)]
pub enum Pattern {
    /// An i32 or f32 whose bits under the mask are these.
    Bits32 {
        mask: u32,
        bits: u32,
    },
    /// An i64 or f64 whose bits under the mask are these.
    Bits64 {
        mask: u64,
        bits: u64,
    },
    Null,
    NotNull,
    Extern(u32),
}

/// An externref is the number it stands for, plus one: zero is null.
fn extern_number(number: u32) -> u32 {
    number + 1
}

impl Value {
    pub fn from_script(arg: &WastArg<'_>) -> Result<Value> {
        let WastArg::Core(arg) = arg else { bail!("an argument of a component") };
        Ok(match arg {
            WastArgCore::I32(value) => Value::I32(*value as u32),
            WastArgCore::I64(value) => Value::I64(*value as u64),
            WastArgCore::F32(value) => Value::F32(value.bits),
            WastArgCore::F64(value) => Value::F64(value.bits),
            WastArgCore::RefNull(_) => Value::Null,
            WastArgCore::RefExtern(number) => Value::Extern(*number),
            WastArgCore::V128(_) | WastArgCore::RefHost(_) => bail!("unsupported argument {arg:?}"),
        })
    }

    /// An expression of type `ty` with this value.
    pub fn to_wat(self, ty: ValType) -> String {
        match self {
            Value::I32(bits) => format!("(i32.const {bits})"),
            Value::I64(bits) => format!("(i64.const {bits})"),
            Value::F32(bits) => format!("(f32.reinterpret_i32 (i32.const {bits}))"),
            Value::F64(bits) => format!("(f64.reinterpret_i64 (i64.const {bits}))"),
            Value::Null if ty == ValType::EXTERNREF => "(ref.null extern)".to_owned(),
            Value::Null => "(ref.null func)".to_owned(),
            Value::Extern(number) => format!("(call $to_extern (i32.const {}))", extern_number(number)),
        }
    }
}

impl Pattern {
    pub fn from_script(ret: &WastRet<'_>) -> Result<Pattern> {
        let WastRet::Core(ret) = ret else { bail!("a result of a component") };
        let exactly32 = |bits| Pattern::Bits32 { mask: u32::MAX, bits };
        let exactly64 = |bits| Pattern::Bits64 { mask: u64::MAX, bits };
        // "Canonical" leaves the sign open; "arithmetic" the payload's lower bits too.
        let nan32 = |mask| Pattern::Bits32 { mask, bits: 0x7FC0_0000 };
        let nan64 = |mask| Pattern::Bits64 { mask, bits: 0x7FF8_0000_0000_0000 };
        Ok(match ret {
            WastRetCore::I32(value) => exactly32(*value as u32),
            WastRetCore::I64(value) => exactly64(*value as u64),
            WastRetCore::F32(NanPattern::Value(value)) => exactly32(value.bits),
            WastRetCore::F32(NanPattern::CanonicalNan) => nan32(0x7FFF_FFFF),
            WastRetCore::F32(NanPattern::ArithmeticNan) => nan32(0x7FC0_0000),
            WastRetCore::F64(NanPattern::Value(value)) => exactly64(value.bits),
            WastRetCore::F64(NanPattern::CanonicalNan) => nan64(0x7FFF_FFFF_FFFF_FFFF),
            WastRetCore::F64(NanPattern::ArithmeticNan) => nan64(0x7FF8_0000_0000_0000),
            WastRetCore::RefNull(_) => Pattern::Null,
            WastRetCore::RefExtern(Some(number)) => Pattern::Extern(*number),
            WastRetCore::RefExtern(None) | WastRetCore::RefFunc(None) => Pattern::NotNull,
            other => bail!("unsupported result {other:?}"),
        })
    }

    /// Code that checks the expression `got` of type `ty`.
    pub fn check_wat(self, got: &str, ty: ValType) -> String {
        match self {
            Pattern::Bits32 { mask, bits } => {
                let got =
                    if ty == ValType::F32 { format!("(i32.reinterpret_f32 {got})") } else { got.to_owned() };
                format!("(call $check32 {got} (i32.const {mask}) (i32.const {bits}))")
            }
            Pattern::Bits64 { mask, bits } => {
                let got =
                    if ty == ValType::F64 { format!("(i64.reinterpret_f64 {got})") } else { got.to_owned() };
                format!("(call $check64 {got} (i64.const {mask}) (i64.const {bits}))")
            }
            Pattern::Null => format!("(call $check32 (ref.is_null {got}) (i32.const -1) (i32.const 1))"),
            Pattern::NotNull => format!("(call $check32 (ref.is_null {got}) (i32.const -1) (i32.const 0))"),
            Pattern::Extern(number) => {
                let number = extern_number(number);
                format!("(call $check32 (call $from_extern {got}) (i32.const -1) (i32.const {number}))")
            }
        }
    }
}
