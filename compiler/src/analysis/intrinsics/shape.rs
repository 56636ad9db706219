//! A body as the catalogue describes it: all its bytes, but for the immediates
//! that a linker writes. The catalogue's generator and the recogniser share
//! this file, so that they cannot disagree.

use sha2::{Digest, Sha256};
use wasmparser::{FuncType, FunctionBody, Operator, Result};

/// A decoded body.
pub struct Shape<'a> {
    locals: &'a [u8],
    pub operators: Vec<(Operator<'a>, &'a [u8])>,
}

impl<'a> Shape<'a> {
    /// # Errors
    /// A body that is malformed.
    pub fn read(body: &FunctionBody<'a>) -> Result<Shape<'a>> {
        let bytes = body.as_bytes();
        let start = body.range().start;
        let mut reader = body.get_operators_reader()?;
        let position = |offset: u64| (offset - start) as usize;
        let mut from = position(reader.original_position());
        let locals = &bytes[..from];
        let mut operators = Vec::new();
        while !reader.eof() {
            let operator = reader.read()?;
            let to = position(reader.original_position());
            operators.push((operator, &bytes[from..to]));
            from = to;
        }
        Ok(Shape { locals, operators })
    }

    /// The digest of a function's type, locals and operators; of an operator in
    /// `holes`, which ascend, the opcode alone counts. Each part carries its
    /// length, so that no two bodies give the same input.
    pub fn digest(&self, ty: &FuncType, holes: impl Iterator<Item = usize>) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for (kind, types) in [(b'p', ty.params()), (b'r', ty.results())] {
            types.iter().for_each(|ty| hasher.update(format!("{}{ty};", kind as char)));
        }
        hasher.update((self.locals.len() as u32).to_le_bytes());
        hasher.update(self.locals);
        let mut holes = holes.peekable();
        for (position, (_, bytes)) in self.operators.iter().enumerate() {
            let is_hole = holes.next_if_eq(&position).is_some();
            let kept = if is_hole { &bytes[..1] } else { bytes };
            hasher.update((kept.len() as u32 | u32::from(is_hole) << 31).to_le_bytes());
            hasher.update(kept);
        }
        hasher.finalize().into()
    }
}

/// What the linker wrote into an operator that can be a hole.
pub fn immediate(operator: &Operator<'_>) -> Option<i64> {
    match *operator {
        Operator::I64Const { value } => Some(value),
        Operator::I32Const { value } => Some(value.into()),
        Operator::Call { function_index } => Some(function_index.into()),
        _ => None,
    }
}
