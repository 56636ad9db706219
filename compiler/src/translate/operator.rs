//! The one dispatch over operators; its arms are calls.

use super::func::FuncTranslator;
use crate::error::{Error, Result};
use crate::world::Constant;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F32, F64, I8, I16, I32, I64};
use cranelift_codegen::ir::{InstBuilder, Opcode, Value};
use wasmparser::Operator;

impl FuncTranslator<'_, '_> {
    /// Translates one operator that validation has accepted; `offset` is its
    /// position in the binary.
    pub(super) fn operator(&mut self, operator: &Operator<'_>, offset: u64) -> Result<()> {
        if !self.reachable && !is_structural(operator) {
            return Ok(());
        }
        match operator {
            // Control
            Operator::Nop => {}
            Operator::Unreachable => self.unreachable(),
            Operator::Block { blockty } => self.block(*blockty),
            Operator::Loop { blockty } => self.loop_(*blockty),
            Operator::If { blockty } => self.if_(*blockty),
            Operator::Else => self.else_(),
            Operator::End => self.end(),
            Operator::Br { relative_depth } => self.br(*relative_depth),
            Operator::BrIf { relative_depth } => self.br_if(*relative_depth),
            Operator::BrTable { targets } => self.br_table(targets, offset)?,
            Operator::Return => self.return_(),
            Operator::Call { function_index } => self.call(*function_index),
            Operator::CallIndirect { type_index, table_index } => {
                self.call_indirect(*type_index, *table_index)
            }

            // Values
            Operator::Drop => {
                self.pop();
            }
            Operator::Select | Operator::TypedSelect { .. } => {
                let (first, second, condition) = self.pop3();
                let chosen = self.builder.ins().select(condition, first, second);
                self.push(chosen);
            }
            Operator::LocalGet { local_index } => {
                let value = self.local_get(*local_index);
                self.push(value);
            }
            Operator::LocalSet { local_index } => {
                let value = self.pop();
                self.local_set(*local_index, value);
            }
            Operator::LocalTee { local_index } => {
                let value = self.pop();
                self.local_set(*local_index, value);
                self.push(value);
            }
            Operator::GlobalGet { global_index } => self.global_get(*global_index),
            Operator::GlobalSet { global_index } => self.global_set(*global_index),
            Operator::I32Const { value } => self.push_constant(Constant::I32(*value)),
            Operator::I64Const { value } => self.push_constant(Constant::I64(*value)),
            Operator::F32Const { value } => self.push_constant(Constant::F32(value.bits())),
            Operator::F64Const { value } => self.push_constant(Constant::F64(value.bits())),
            Operator::RefNull { .. } => self.push_constant(Constant::Null),
            Operator::RefIsNull => self.is_zero(),
            Operator::RefFunc { function_index } => self.ref_func(*function_index),

            // Memory
            Operator::MemorySize { mem } => self.memory_size(*mem),
            Operator::MemoryGrow { mem } => self.memory_grow(*mem),
            Operator::MemoryCopy { dst_mem, src_mem } => self.memory_copy(*dst_mem, *src_mem),
            Operator::MemoryFill { mem } => self.memory_fill(*mem),
            Operator::MemoryInit { data_index, mem } => self.memory_init(*mem, *data_index as usize),
            Operator::DataDrop { data_index } => self.data_drop(*data_index as usize),
            Operator::I32Load { memarg } => self.load(Opcode::Load, I32, 4, memarg),
            Operator::I64Load { memarg } => self.load(Opcode::Load, I64, 8, memarg),
            Operator::F32Load { memarg } => self.load(Opcode::Load, F32, 4, memarg),
            Operator::F64Load { memarg } => self.load(Opcode::Load, F64, 8, memarg),
            Operator::I32Load8S { memarg } => self.load(Opcode::Sload8, I32, 1, memarg),
            Operator::I32Load8U { memarg } => self.load(Opcode::Uload8, I32, 1, memarg),
            Operator::I32Load16S { memarg } => self.load(Opcode::Sload16, I32, 2, memarg),
            Operator::I32Load16U { memarg } => self.load(Opcode::Uload16, I32, 2, memarg),
            Operator::I64Load8S { memarg } => self.load(Opcode::Sload8, I64, 1, memarg),
            Operator::I64Load8U { memarg } => self.load(Opcode::Uload8, I64, 1, memarg),
            Operator::I64Load16S { memarg } => self.load(Opcode::Sload16, I64, 2, memarg),
            Operator::I64Load16U { memarg } => self.load(Opcode::Uload16, I64, 2, memarg),
            Operator::I64Load32S { memarg } => self.load(Opcode::Sload32, I64, 4, memarg),
            Operator::I64Load32U { memarg } => self.load(Opcode::Uload32, I64, 4, memarg),
            Operator::I32Store { memarg } => self.store(Opcode::Store, 4, memarg),
            Operator::I64Store { memarg } => self.store(Opcode::Store, 8, memarg),
            Operator::F32Store { memarg } => self.store(Opcode::Store, 4, memarg),
            Operator::F64Store { memarg } => self.store(Opcode::Store, 8, memarg),
            Operator::I32Store8 { memarg } => self.store(Opcode::Istore8, 1, memarg),
            Operator::I32Store16 { memarg } => self.store(Opcode::Istore16, 2, memarg),
            Operator::I64Store8 { memarg } => self.store(Opcode::Istore8, 1, memarg),
            Operator::I64Store16 { memarg } => self.store(Opcode::Istore16, 2, memarg),
            Operator::I64Store32 { memarg } => self.store(Opcode::Istore32, 4, memarg),

            // Tables
            Operator::TableGet { table } => self.table_get(*table),
            Operator::TableSet { table } => self.table_set(*table),
            Operator::TableSize { table } => self.table_size(*table),
            Operator::TableGrow { table } => self.table_grow(*table),
            Operator::TableFill { table } => self.table_fill(*table),
            Operator::TableCopy { dst_table, src_table } => self.table_copy(*dst_table, *src_table),
            Operator::TableInit { elem_index, table } => self.table_init(*table, *elem_index as usize),
            Operator::ElemDrop { elem_index } => self.elem_drop(*elem_index as usize),

            // Comparisons
            Operator::I32Eqz | Operator::I64Eqz => self.is_zero(),
            Operator::I32Eq | Operator::I64Eq => self.compare(IntCC::Equal),
            Operator::I32Ne | Operator::I64Ne => self.compare(IntCC::NotEqual),
            Operator::I32LtS | Operator::I64LtS => self.compare(IntCC::SignedLessThan),
            Operator::I32LtU | Operator::I64LtU => self.compare(IntCC::UnsignedLessThan),
            Operator::I32GtS | Operator::I64GtS => self.compare(IntCC::SignedGreaterThan),
            Operator::I32GtU | Operator::I64GtU => self.compare(IntCC::UnsignedGreaterThan),
            Operator::I32LeS | Operator::I64LeS => self.compare(IntCC::SignedLessThanOrEqual),
            Operator::I32LeU | Operator::I64LeU => self.compare(IntCC::UnsignedLessThanOrEqual),
            Operator::I32GeS | Operator::I64GeS => self.compare(IntCC::SignedGreaterThanOrEqual),
            Operator::I32GeU | Operator::I64GeU => self.compare(IntCC::UnsignedGreaterThanOrEqual),
            Operator::F32Eq | Operator::F64Eq => self.compare_floats(FloatCC::Equal),
            Operator::F32Ne | Operator::F64Ne => self.compare_floats(FloatCC::NotEqual),
            Operator::F32Lt | Operator::F64Lt => self.compare_floats(FloatCC::LessThan),
            Operator::F32Gt | Operator::F64Gt => self.compare_floats(FloatCC::GreaterThan),
            Operator::F32Le | Operator::F64Le => self.compare_floats(FloatCC::LessThanOrEqual),
            Operator::F32Ge | Operator::F64Ge => self.compare_floats(FloatCC::GreaterThanOrEqual),

            // Integer arithmetic; division and remainder trap by themselves
            Operator::I32Clz | Operator::I64Clz => self.unary(|ins, x| ins.clz(x)),
            Operator::I32Ctz | Operator::I64Ctz => self.unary(|ins, x| ins.ctz(x)),
            Operator::I32Popcnt | Operator::I64Popcnt => self.unary(|ins, x| ins.popcnt(x)),
            Operator::I32Add if self.add_followed(false) => {}
            Operator::I32Sub if self.add_followed(true) => {}
            Operator::I64Add => self.add_wide(),
            Operator::I64And => self.and_wide(),
            Operator::I64ShrU => self.shift_right_wide(),
            Operator::I32Add => self.binary(|ins, x, y| ins.iadd(x, y)),
            Operator::I32Sub | Operator::I64Sub => self.binary(|ins, x, y| ins.isub(x, y)),
            Operator::I32Mul | Operator::I64Mul => self.binary(|ins, x, y| ins.imul(x, y)),
            Operator::I32DivS | Operator::I64DivS => self.binary(|ins, x, y| ins.sdiv(x, y)),
            Operator::I32DivU | Operator::I64DivU => self.binary(|ins, x, y| ins.udiv(x, y)),
            Operator::I32RemS | Operator::I64RemS => self.binary(|ins, x, y| ins.srem(x, y)),
            Operator::I32RemU | Operator::I64RemU => self.binary(|ins, x, y| ins.urem(x, y)),
            Operator::I32And => self.binary(|ins, x, y| ins.band(x, y)),
            Operator::I32Or | Operator::I64Or => self.binary(|ins, x, y| ins.bor(x, y)),
            Operator::I32Xor | Operator::I64Xor => self.binary(|ins, x, y| ins.bxor(x, y)),
            Operator::I32Shl | Operator::I64Shl => self.binary(|ins, x, y| ins.ishl(x, y)),
            Operator::I32ShrS | Operator::I64ShrS => self.binary(|ins, x, y| ins.sshr(x, y)),
            Operator::I32ShrU => self.binary(|ins, x, y| ins.ushr(x, y)),
            Operator::I32Rotl | Operator::I64Rotl => self.binary(|ins, x, y| ins.rotl(x, y)),
            Operator::I32Rotr | Operator::I64Rotr => self.binary(|ins, x, y| ins.rotr(x, y)),

            // Float arithmetic
            Operator::F32Abs | Operator::F64Abs => self.unary(|ins, x| ins.fabs(x)),
            Operator::F32Neg | Operator::F64Neg => self.unary(|ins, x| ins.fneg(x)),
            Operator::F32Ceil | Operator::F64Ceil => self.unary(|ins, x| ins.ceil(x)),
            Operator::F32Floor | Operator::F64Floor => self.unary(|ins, x| ins.floor(x)),
            Operator::F32Trunc | Operator::F64Trunc => self.unary(|ins, x| ins.trunc(x)),
            Operator::F32Nearest | Operator::F64Nearest => self.unary(|ins, x| ins.nearest(x)),
            Operator::F32Sqrt | Operator::F64Sqrt => self.unary(|ins, x| ins.sqrt(x)),
            Operator::F32Add | Operator::F64Add => self.binary(|ins, x, y| ins.fadd(x, y)),
            Operator::F32Sub | Operator::F64Sub => self.binary(|ins, x, y| ins.fsub(x, y)),
            Operator::F32Mul | Operator::F64Mul => self.binary(|ins, x, y| ins.fmul(x, y)),
            Operator::F32Div | Operator::F64Div => self.binary(|ins, x, y| ins.fdiv(x, y)),
            Operator::F32Min | Operator::F64Min => self.binary(|ins, x, y| ins.fmin(x, y)),
            Operator::F32Max | Operator::F64Max => self.binary(|ins, x, y| ins.fmax(x, y)),
            Operator::F32Copysign | Operator::F64Copysign => self.binary(|ins, x, y| ins.fcopysign(x, y)),

            // Conversions
            Operator::I32WrapI64 => {
                let value = self.pop();
                let narrow = self.wrap(value);
                self.push(narrow);
            }
            Operator::I64ExtendI32S => self.unary(|ins, x| ins.sextend(I64, x)),
            Operator::I64ExtendI32U => {
                let value = self.pop();
                let wide = self.extended(value);
                self.push(wide);
            }
            Operator::I32Extend8S | Operator::I64Extend8S => self.extend_sign(I8),
            Operator::I32Extend16S | Operator::I64Extend16S => self.extend_sign(I16),
            Operator::I64Extend32S => self.extend_sign(I32),
            Operator::I32TruncF32S | Operator::I32TruncF64S => self.unary(|ins, x| ins.fcvt_to_sint(I32, x)),
            Operator::I32TruncSatF32S | Operator::I32TruncSatF64S => {
                self.unary(|ins, x| ins.fcvt_to_sint_sat(I32, x))
            }
            Operator::I32TruncF32U | Operator::I32TruncF64U => self.unary(|ins, x| ins.fcvt_to_uint(I32, x)),
            Operator::I32TruncSatF32U | Operator::I32TruncSatF64U => {
                self.unary(|ins, x| ins.fcvt_to_uint_sat(I32, x))
            }
            Operator::I64TruncF32S | Operator::I64TruncF64S => self.unary(|ins, x| ins.fcvt_to_sint(I64, x)),
            Operator::I64TruncSatF32S | Operator::I64TruncSatF64S => {
                self.unary(|ins, x| ins.fcvt_to_sint_sat(I64, x))
            }
            Operator::I64TruncF32U | Operator::I64TruncF64U => self.unary(|ins, x| ins.fcvt_to_uint(I64, x)),
            Operator::I64TruncSatF32U | Operator::I64TruncSatF64U => {
                self.unary(|ins, x| ins.fcvt_to_uint_sat(I64, x))
            }
            Operator::F32ConvertI32S | Operator::F32ConvertI64S => {
                self.unary(|ins, x| ins.fcvt_from_sint(F32, x))
            }
            Operator::F32ConvertI32U | Operator::F32ConvertI64U => {
                self.unary(|ins, x| ins.fcvt_from_uint(F32, x))
            }
            Operator::F64ConvertI32S | Operator::F64ConvertI64S => {
                self.unary(|ins, x| ins.fcvt_from_sint(F64, x))
            }
            Operator::F64ConvertI32U | Operator::F64ConvertI64U => {
                self.unary(|ins, x| ins.fcvt_from_uint(F64, x))
            }
            Operator::F32DemoteF64 => self.unary(|ins, x| ins.fdemote(F32, x)),
            Operator::F64PromoteF32 => self.unary(|ins, x| ins.fpromote(F64, x)),
            Operator::I32ReinterpretF32 => self.reinterpret(I32),
            Operator::I64ReinterpretF64 => self.reinterpret(I64),
            Operator::F32ReinterpretI32 => self.reinterpret(F32),
            Operator::F64ReinterpretI64 => self.reinterpret(F64),

            other => {
                return Err(Error::new(format!("unsupported instruction {other:?}")).at(offset));
            }
        }
        Ok(())
    }

    /// Adds or subtracts a constant that [`super::known`] follows; false where
    /// the operands are others.
    fn add_followed(&mut self, is_subtraction: bool) -> bool {
        let right = *self.stack.last().expect("validation keeps the stack balanced");
        let Some(distance) = self.followed_distance(right, is_subtraction) else {
            return false;
        };
        let (left, _) = self.pop2();
        let sum = self.add_distance(left, distance);
        self.push(sum);
        true
    }

    pub(super) fn local_get(&mut self, local_index: u32) -> Value {
        if let Some(constant) = self.known_local(local_index) {
            return self.constant(Constant::I32(constant as i32));
        }
        let (variable, ty) = self.locals[local_index as usize];
        let stored = self.builder.use_var(variable);
        self.read(stored, ty)
    }

    fn local_set(&mut self, local_index: u32, value: Value) {
        let stored = self.stored(value);
        self.builder.def_var(self.locals[local_index as usize].0, stored);
        self.note_local(local_index, value);
    }

    fn push_constant(&mut self, constant: Constant) {
        let value = self.constant(constant);
        self.push(value);
    }
}

/// Whether an operator opens or closes a block, and so counts in dead code.
fn is_structural(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } | Operator::Else | Operator::End
    )
}
