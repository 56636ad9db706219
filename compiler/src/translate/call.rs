//! Calls: direct, indirect, and of the runtime.

use super::env::{DataSymbol, Env, OTHER_SIGNATURE, RuntimeFunction, clif_type};
use super::func::{FuncTranslator, Region};
use super::trap::raised;
use crate::world::{Constant, FuncId, FunctionKind, SignatureId, TableId};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Inst, InstBuilder, Value, types};
use cranelift_entity::EntityRef;
use wasmc_abi::trap::TrapCode;
use wasmparser::ValType;

/// Bytes of an element of a code table, as a shift.
const CODE_OFFSET_SHIFT: i64 = 2;
/// Bytes of a [`wasmc_abi::app::FuncRecord`], as a shift.
const FUNC_RECORD_SHIFT: i64 = 3;

impl FuncTranslator<'_, '_> {
    pub(super) fn call(&mut self, function_index: u32) {
        let function = self.linked.functions[function_index as usize];
        let arity = self.env.world.function_type(function).params().len();
        let args = self.stack.split_off(self.stack.len() - arity);
        let results = self.call_function(function, &args);
        self.stack.extend(results);
    }

    pub(super) fn call_function(&mut self, function: FuncId, args: &[Value]) -> Vec<Value> {
        let env = self.env;
        if let FunctionKind::Host { module, symbol } = env.world.functions[function].kind {
            return self.call_host(function, module, symbol, args);
        }
        if let Some((host, mask)) = env.facts.forwards[function].filter(|_| env.host_forwarding) {
            let results = self.call_function(host, args);
            let kept =
                |result| mask.map_or(result, |mask| self.builder.ins().band_imm_s(result, i64::from(mask)));
            return results.into_iter().map(kept).collect();
        }
        if self.is_inlined(function, args) {
            return self.call_inlined(function, args);
        }
        if let Some(results) = self.call_unless_short(function, args) {
            return results;
        }
        self.call_body(function, args)
    }

    /// Calls a function that has a body.
    pub(super) fn call_body(&mut self, function: FuncId, args: &[Value]) -> Vec<Value> {
        let env = self.env;
        let can_unwind = env.unwinds_by_jump(function) && env.facts.constant_results[function] != Some(0);
        if can_unwind && !self.unwinds_through() {
            let callee = self.function_ref(Env::function_name(function), || env.signature(function));
            let code = self.builder.ins().func_addr(types::I64, callee);
            let results = self.call_catching(code, args);
            return self.settle_result(function, results);
        }
        let starts = args.first().is_some_and(|&arg| self.constant_i32(arg) == Some(0));
        let (function, args) = match env.facts.start_copies[function] {
            Some(copy) if starts => (copy, &args[1..]),
            _ => (function, args),
        };
        let callee = self.function_ref(Env::function_name(function), || env.signature(function));
        let carries = env.carries_stack_pointer(function);
        let args = self.outgoing(args, carries);
        let call = self.builder.ins().call(callee, &args);
        if env.unwinds_by_jump(function) {
            self.incoming(call, &[], carries);
            return self.settle_return(function);
        }
        let results = self.incoming(call, env.results(env.world.functions[function].signature), carries);
        self.settle_result(function, results)
    }

    /// No results where control does not come back.
    fn call_inlined(&mut self, function: FuncId, args: &[Value]) -> Vec<Value> {
        self.inline(function, args);
        if !self.reachable {
            return Vec::new();
        }
        let arity = self.env.world.function_type(function).results().len();
        let mut results = self.stack.split_off(self.stack.len() - arity);
        if let (Some(constant), 1) = (self.returned_constant, arity) {
            results = vec![self.constant(Constant::I32(constant as i32))];
        }
        self.call_result = results.first().copied().filter(|_| arity == 1);
        self.settle_result(function, results)
    }

    /// The arguments of a call as the callee takes them.
    pub(super) fn outgoing(&mut self, args: &[Value], carries_stack_pointer: bool) -> Vec<Value> {
        let stack_pointer = carries_stack_pointer.then(|| self.stack_pointer_value());
        let args = self.stored_all(args);
        stack_pointer.into_iter().chain(args).collect()
    }

    /// What a call has given back.
    pub(super) fn incoming(
        &mut self,
        call: Inst,
        types: &[ValType],
        carries_stack_pointer: bool,
    ) -> Vec<Value> {
        self.known.forget_contents();
        let stored = self.builder.inst_results(call).to_vec();
        if carries_stack_pointer {
            self.set_stack_pointer(*stored.last().expect("the signature has it"));
        }
        let results: Vec<Value> =
            types.iter().zip(stored).map(|(&ty, stored)| self.read(stored, clif_type(ty))).collect();
        self.call_result = match results[..] {
            [result] => Some(result),
            _ => None,
        };
        results
    }

    /// Replaces the result of a call by the constant that it always is. What
    /// only unwinds is rarely called.
    fn settle_result(&mut self, function: FuncId, results: Vec<Value>) -> Vec<Value> {
        let constant = self.env.facts.constant_results[function].filter(|_| self.env.constant_results);
        let Some(constant) = constant else {
            return results;
        };
        if constant != 0 && self.threading.is_resumable {
            self.set_current_cold();
        }
        vec![self.constant(Constant::I32(constant))]
    }

    /// The result of a function that unwinds by a jump, where it has come back.
    fn settle_return(&mut self, function: FuncId) -> Vec<Value> {
        let constant = self.env.facts.constant_results[function].filter(|_| self.env.constant_results);
        if constant.is_some_and(|constant| constant != 0) {
            self.never_reached();
            return Vec::new();
        }
        vec![self.constant(Constant::I32(0))]
    }

    pub(super) fn call_indirect(&mut self, type_index: u32, table_index: u32) {
        let signature = self.linked.signatures[type_index as usize];
        let table = self.linked.tables[table_index as usize];
        let index = self.pop();
        let arity = self.env.world.signatures[signature].params().len();
        let args = self.stack.split_off(self.stack.len() - arity);
        let code_table = self.env.code_tables.iter().position(|&known| known == (table, signature));
        let code = match code_table {
            Some(position) => self.code_in_table(position, table, index),
            None => {
                let reference = self.table_element(table, index, TrapCode::UndefinedElement);
                self.checked_code(reference, signature)
            }
        };
        let results = self.call_code(code, signature, &args);
        self.stack.extend(results);
    }

    /// The code address of an element of a table that never changes. Elements
    /// without code for the signature say why instead.
    fn code_in_table(&mut self, position: usize, table: TableId, index: Value) -> Value {
        self.check_element_index(table, index, TrapCode::UndefinedElement);
        let codes = self.data_address(DataSymbol::CodeTable(position));
        let index_wide = self.extended(index);
        let distance = self.builder.ins().ishl_imm_s(index_wide, CODE_OFFSET_SHIFT);
        let entry = self.builder.ins().iadd(codes, distance);
        let flags = self.trusted(Region::Constant).with_readonly();
        let code_offset = self.builder.ins().uload32(flags, entry, 0);
        let last_reason = i64::from(OTHER_SIGNATURE);
        let is_code = self.builder.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, code_offset, last_reason);
        let (ok, bad) = (self.builder.create_block(), self.builder.create_block());
        self.builder.set_cold_block(bad);
        self.builder.ins().brif(is_code, ok, &[], bad, &[]);
        self.builder.seal_block(ok);
        self.builder.seal_block(bad);
        self.builder.switch_to_block(bad);
        self.builder.ins().trapz(code_offset, raised(TrapCode::IndirectCallToNull));
        self.builder.ins().trap(raised(TrapCode::BadSignature));
        self.builder.switch_to_block(ok);
        let text = self.data_address(DataSymbol::Text);
        self.builder.ins().iadd(text, code_offset)
    }

    /// The code address behind a reference, after the check of its signature.
    /// Null has a signature of its own, so that one comparison is enough; which
    /// trap it is gets decided off the hot path.
    fn checked_code(&mut self, reference: Value, expected: SignatureId) -> Value {
        let records = self.data_address(DataSymbol::FuncRecords);
        let reference_wide = self.extended(reference);
        let distance = self.builder.ins().ishl_imm_s(reference_wide, FUNC_RECORD_SHIFT);
        let record = self.builder.ins().iadd(records, distance);
        let flags = self.trusted(Region::Constant).with_readonly();
        let signature = self.builder.ins().load(types::I32, flags, record, 4);
        let expected = self.builder.ins().iconst(types::I32, expected.index() as i64);
        let matches = self.builder.ins().icmp(IntCC::Equal, signature, expected);
        let (ok, bad) = (self.builder.create_block(), self.builder.create_block());
        self.builder.set_cold_block(bad);
        self.builder.ins().brif(matches, ok, &[], bad, &[]);
        self.builder.seal_block(ok);
        self.builder.seal_block(bad);
        self.builder.switch_to_block(bad);
        self.builder.ins().trapz(reference, raised(TrapCode::IndirectCallToNull));
        self.builder.ins().trap(raised(TrapCode::BadSignature));
        self.builder.switch_to_block(ok);
        let code_offset = self.builder.ins().uload32(flags, record, 0);
        let text = self.data_address(DataSymbol::Text);
        self.builder.ins().iadd(text, code_offset)
    }

    fn call_code(&mut self, code: Value, signature: SignatureId, args: &[Value]) -> Vec<Value> {
        let clif = self.env.reference_signature(signature);
        let builder = &mut self.builder;
        let signature_ref = *self
            .signature_refs
            .entry(signature.index() as u32)
            .or_insert_with(|| builder.import_signature(clif));
        let env = self.env;
        let carries = env.reference_carries_stack_pointer(signature);
        let unwinds_by_jump = env.references_unwind_by_jump(signature);
        if unwinds_by_jump && carries && !self.unwinds_through() {
            return self.call_catching(code, args);
        }
        let args = self.outgoing(args, carries);
        let call = self.builder.ins().call_indirect(signature_ref, code, &args);
        if unwinds_by_jump {
            self.incoming(call, &[], carries);
            return vec![self.constant(Constant::I32(0))];
        }
        self.incoming(call, env.results(signature), carries)
    }

    /// Calls a reference that is known to be a function of type `() -> ()`.
    pub(super) fn call_reference(&mut self, reference: Value, signature: SignatureId) {
        let code = self.checked_code(reference, signature);
        self.call_code(code, signature, &[]);
    }

    pub(super) fn ref_func(&mut self, function_index: u32) {
        let function = self.linked.functions[function_index as usize];
        let value = self.constant(Constant::Function(function));
        self.push(value);
    }

    /// Calls a function of the runtime's support for compiled code.
    pub(super) fn call_runtime(&mut self, function: RuntimeFunction, args: &[Value]) -> Option<Value> {
        let env = self.env;
        let callee = self.function_ref(env.runtime_name(function), || env.runtime_signature(function));
        self.known.forget_contents();
        let call = self.builder.ins().call(callee, args);
        self.builder.inst_results(call).first().copied()
    }
}
