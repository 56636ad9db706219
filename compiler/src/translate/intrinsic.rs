//! The call of native code from within a function whose body is catalogued, see
//! `analysis/intrinsics`. It returns where the native code did the work; else
//! the body goes on.

use super::func::FuncTranslator;
use crate::analysis::{Convention, INTRINSICS, Match};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, AbiParam, Block, InstBuilder, Opcode, Signature, Value, types};
use wasmc_abi::symbols::NOT_APPLICABLE;
use wasmparser::{MemArg, MemArgTarget};

/// Go's stack pointer.
const STACK_POINTER: u32 = 0;
/// What a return drops from the stack besides the frame.
const RETURN_ADDRESS_BYTES: i64 = 8;

impl FuncTranslator<'_, '_> {
    /// Calls the native code; the value stack is empty at a hook.
    pub(super) fn call_intrinsic(&mut self, found: &Match) {
        match INTRINSICS[found.intrinsic].convention {
            Convention::Go => self.call_go_intrinsic(found),
            Convention::Plain => self.call_plain_intrinsic(found),
            Convention::NotReplaced => {}
        }
    }

    fn call_go_intrinsic(&mut self, found: &Match) {
        self.global_get(STACK_POINTER);
        let stack_pointer = self.pop();
        let go_on = self.builder.create_block();
        if let Some((word, least)) = INTRINSICS[found.intrinsic].least {
            let offset = u64::from(found.frame_bytes) + RETURN_ADDRESS_BYTES as u64 + u64::from(word) * 8;
            self.push(stack_pointer);
            self.load(
                Opcode::Load,
                types::I64,
                8,
                &MemArg { align: 3, max_align: 3, offset, target: MemArgTarget::Memory(0), ordering: None },
            );
            let len = self.pop();
            let is_short = self.builder.ins().icmp_imm_s(IntCC::SignedLessThan, len, least);
            self.leave_if(is_short, go_on);
        }
        let mut args = vec![stack_pointer];
        args.push(self.builder.ins().iconst(types::I32, i64::from(found.frame_bytes)));
        args.extend(found.addresses.iter().map(|&address| self.builder.ins().iconst(types::I64, address)));
        let is_done = self.call_native(found.intrinsic, &args, types::I32);
        self.return_if(is_done, |translator| {
            translator.global_get(STACK_POINTER);
            let stack_pointer = translator.pop();
            let dropped_bytes = i64::from(found.frame_bytes) + RETURN_ADDRESS_BYTES;
            let stack_pointer = translator.builder.ins().iadd_imm_s(stack_pointer, dropped_bytes);
            translator.push(stack_pointer);
            translator.global_set(STACK_POINTER);
            let is_unwinding = translator.builder.ins().iconst(types::I32, 0);
            translator.push(is_unwinding);
        });
        self.builder.ins().jump(go_on, &[]);
        self.builder.switch_to_block(go_on);
    }

    fn call_plain_intrinsic(&mut self, found: &Match) {
        let Some(&memory) = self.linked.memories.first() else {
            return;
        };
        let params: Vec<Value> =
            (0..self.parameter_count).map(|index| self.local_get(index as u32)).collect();
        let long = self.builder.create_block();
        self.short_range(memory, INTRINSICS[found.intrinsic].name, &params, long);
        self.builder.switch_to_block(long);
        let answer = self.call_native(found.intrinsic, &params, types::I64);
        let is_done = self.builder.ins().icmp_imm_s(IntCC::NotEqual, answer, NOT_APPLICABLE as i64);
        let result = self.result_type();
        self.return_if(is_done, |translator| {
            let value = match result {
                types::I32 => translator.builder.ins().ireduce(result, answer),
                _ => answer,
            };
            translator.push(value);
        });
    }

    /// Calls the native code of an intrinsic with the module's record and `args`.
    fn call_native(&mut self, intrinsic: usize, args: &[Value], result: ir::Type) -> Value {
        let record = match self.linked.memories.first() {
            Some(&memory) => self.memory_record(memory),
            None => self.builder.ins().iconst(types::I64, 0),
        };
        let mut all = vec![record];
        all.extend_from_slice(args);
        let params: Vec<AbiParam> =
            all.iter().map(|&arg| AbiParam::new(self.builder.func.dfg.value_type(arg))).collect();
        let call_conv = self.env.host_call_conv;
        let callee = self.function_ref(self.env.intrinsic_name(intrinsic), || {
            let mut signature = Signature::new(call_conv);
            signature.params = params;
            signature.returns.push(AbiParam::new(result));
            signature
        });
        self.known.forget_contents();
        let call = self.builder.ins().call(callee, &all);
        self.builder.inst_results(call)[0]
    }

    /// Goes to `block` if `condition` holds.
    pub(super) fn leave_if(&mut self, condition: Value, block: Block) {
        let next = self.builder.create_block();
        self.builder.ins().brif(condition, block, &[], next, &[]);
        self.builder.seal_block(next);
        self.builder.switch_to_block(next);
    }

    /// Returns what `results` leaves on the value stack if `condition` holds.
    fn return_if(&mut self, condition: Value, results: impl FnOnce(&mut Self)) {
        let (done, go_on) = (self.builder.create_block(), self.builder.create_block());
        self.builder.ins().brif(condition, done, &[], go_on, &[]);
        self.builder.switch_to_block(done);
        results(self);
        self.return_();
        self.reachable = true;
        self.builder.switch_to_block(go_on);
    }
}
