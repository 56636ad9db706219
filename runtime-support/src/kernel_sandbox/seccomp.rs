//! The seccomp filter: a program for the kernel that looks at the number of
//! each system call, of some at an argument, and answers whether it may run.
//!
//! The kernel remembers which numbers a filter allows without looking at
//! arguments (from Linux 5.11 on) and does not run the filter for them again.

use linux_raw_sys::general as linux;

use super::calls::{Condition, HOST_CALLS_COUNT, HostCall};
use crate::sys::restrict::{self, Instruction};

/// From linux/filter.h: load a word of the call's description; compare and
/// jump; answer.
const LOAD: u16 = 0x20;
const JUMP_IF_EQUAL: u16 = 0x15;
const JUMP_IF_ABOVE: u16 = 0x25;
const JUMP_IF_AT_LEAST: u16 = 0x35;
const JUMP_IF_ANY_BIT: u16 = 0x45;
const ANSWER: u16 = 0x06;

/// Offsets in the kernel's struct seccomp_data. Of an argument, which is 64
/// bits there, the lower half counts: the kernel itself reads no more.
const NUMBER_OFFSET: u32 = 0;
const ARCHITECTURE_OFFSET: u32 = 4;
const fn argument_offset(index: u32) -> u32 {
    16 + 8 * index
}

/// From linux/seccomp.h.
const ANSWER_ALLOW: u32 = 0x7fff_0000;
const ANSWER_ERROR: u32 = 0x0005_0000;
const ANSWER_KILL_PROCESS: u32 = 0x8000_0000;
const EPERM: u32 = 1;

/// From linux/audit.h.
#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xc000_00b7;

/// Calls by x32, another ABI of the same architecture, have this bit.
const X32_BIT: u32 = 0x4000_0000;

/// From asm-generic/ioctls.h: whether it is a terminal, how much can be read.
const TCGETS: u32 = 0x5401;
const TIOCGWINSZ: u32 = 0x5413;
const FIONREAD: u32 = 0x541b;

/// Below the reach of a jump, which is 255 instructions.
const INSTRUCTIONS_MAX: usize = 192;

/// Where a jump goes that is resolved when the filter's end is known.
const TO_ALLOW: u8 = 255;
const TO_REFUSE: u8 = 254;
const NEXT: u8 = 0;

/// The kernel has no seccomp filters, or refused this one.
pub struct Unavailable;

/// Allows `calls`, which are in the order of their numbers, and no others.
pub fn restrict(calls: impl Iterator<Item = HostCall>) -> Result<(), Unavailable> {
    let process = rustix::process::getpid().as_raw_nonzero().get().unsigned_abs();
    let filter = Filter::new(calls, process);
    let instructions = filter.instructions.get(..filter.len).ok_or(Unavailable)?;
    restrict::set_seccomp_filter(instructions).map_err(|_| Unavailable)
}

struct Filter {
    /// More than there is room for, if that has not sufficed.
    len: usize,
    instructions: [Instruction; INSTRUCTIONS_MAX],
}

impl Filter {
    fn new(calls: impl Iterator<Item = HostCall>, process: u32) -> Filter {
        const UNUSED: Instruction = Instruction { code: 0, if_true: 0, if_false: 0, value: 0 };
        let mut filter = Filter { len: 0, instructions: [UNUSED; INSTRUCTIONS_MAX] };
        filter.load(ARCHITECTURE_OFFSET);
        filter.jump(JUMP_IF_EQUAL, ARCHITECTURE, 1, NEXT);
        filter.answer(ANSWER_KILL_PROCESS);
        filter.load(NUMBER_OFFSET);
        let mut sorted = [HostCall { number: 0, condition: Condition::Any }; HOST_CALLS_COUNT];
        let mut count = 0;
        for (slot, call) in sorted.iter_mut().zip(calls) {
            *slot = call;
            count += 1;
        }
        let sorted = sorted.get(..count).unwrap_or_default();
        filter.leave_out_higher(sorted.last().map_or(0, |call| call.number));
        filter.search(sorted, process);
        filter.finish();
        filter
    }

    /// Judges the numbers above `last`, which are half of all in most programs.
    fn leave_out_higher(&mut self, last: u32) {
        if cfg!(target_arch = "x86_64") {
            self.jump(JUMP_IF_ABOVE, last, NEXT, 3);
            self.jump(JUMP_IF_AT_LEAST, X32_BIT, NEXT, 1);
            self.answer(ANSWER_KILL_PROCESS);
            self.refuse();
        } else {
            self.jump(JUMP_IF_ABOVE, last, TO_REFUSE, NEXT);
        }
    }

    /// Judges the loaded number: a comparison leaves out half of the range. That
    /// is short for the kernel, which runs the filter for each number there is to
    /// find out what to remember, or, before Linux 5.11, for each call.
    fn search(&mut self, calls: &[HostCall], process: u32) {
        let (first, last) = match calls {
            [first, .., last] => (first.number, last.number),
            [call] => return self.judge(call, process),
            [] => return self.refuse(),
        };
        let middle = first.midpoint(last);
        let half = calls.partition_point(|call| call.number <= middle);
        let (low, high) = calls.split_at(half.clamp(1, calls.len() - 1));
        let at = self.len;
        self.jump(JUMP_IF_AT_LEAST, high.first().map_or(0, |call| call.number), NEXT, NEXT);
        self.search(low, process);
        let skipped = self.len - at - 1;
        if let Some(jump) = self.instructions.get_mut(at) {
            jump.if_true = skipped as u8;
        }
        self.search(high, process);
    }

    fn judge(&mut self, call: &HostCall, process: u32) {
        if call.condition == Condition::Any {
            return self.jump(JUMP_IF_EQUAL, call.number, TO_ALLOW, TO_REFUSE);
        }
        self.jump(JUMP_IF_EQUAL, call.number, NEXT, TO_REFUSE);
        match call.condition {
            Condition::Any => {}
            Condition::OwnProcess => {
                self.load(argument_offset(0));
                self.jump(JUMP_IF_EQUAL, process, TO_ALLOW, TO_REFUSE);
            }
            Condition::FileFlags => self.judge_command(&[linux::F_GETFL, linux::F_SETFL]),
            Condition::Question => self.judge_command(&[TCGETS, TIOCGWINSZ, FIONREAD]),
            Condition::NotExecutable => {
                self.load(argument_offset(2));
                self.jump(JUMP_IF_ANY_BIT, linux::PROT_EXEC, TO_REFUSE, TO_ALLOW);
            }
        }
    }

    fn judge_command(&mut self, commands: &[u32]) {
        self.load(argument_offset(1));
        for command in commands {
            self.jump(JUMP_IF_EQUAL, *command, TO_ALLOW, NEXT);
        }
        self.refuse();
    }

    fn refuse(&mut self) {
        self.answer(ANSWER_ERROR | EPERM);
    }

    /// Adds the two answers and leads jumps there.
    fn finish(&mut self) {
        let refuse = self.len;
        self.refuse();
        let allow = self.len;
        self.answer(ANSWER_ALLOW);
        for (index, instruction) in self.instructions.iter_mut().enumerate().take(refuse) {
            for target in [&mut instruction.if_true, &mut instruction.if_false] {
                match *target {
                    TO_ALLOW => *target = (allow - index - 1) as u8,
                    TO_REFUSE => *target = (refuse - index - 1) as u8,
                    _ => {}
                }
            }
        }
    }

    fn load(&mut self, offset: u32) {
        self.push(Instruction { code: LOAD, if_true: 0, if_false: 0, value: offset });
    }

    fn jump(&mut self, code: u16, value: u32, if_true: u8, if_false: u8) {
        self.push(Instruction { code, if_true, if_false, value });
    }

    fn answer(&mut self, answer: u32) {
        self.push(Instruction { code: ANSWER, if_true: 0, if_false: 0, value: answer });
    }

    fn push(&mut self, instruction: Instruction) {
        if let Some(slot) = self.instructions.get_mut(self.len) {
            *slot = instruction;
        }
        self.len += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::super::calls::needed;
    use super::*;

    const PROCESS: u32 = 4711;
    const REFUSED: u32 = ANSWER_ERROR | EPERM;
    /// More than any system call's.
    const NUMBERS: u32 = 600;

    fn filter(reachable: u64) -> Vec<Instruction> {
        let filter = Filter::new(needed(reachable, false), PROCESS);
        filter.instructions[..filter.len].to_vec()
    }

    /// What the kernel would answer, and whether by number alone.
    fn run(filter: &[Instruction], architecture: u32, number: u32, arguments: [u32; 3]) -> (u32, bool) {
        let (mut at, mut word, mut by_number) = (0, 0, true);
        loop {
            let Instruction { code, if_true, if_false, value } = filter[at];
            at += 1;
            let is_true = match code {
                ANSWER => return (value, by_number),
                LOAD if value == NUMBER_OFFSET => {
                    word = number;
                    continue;
                }
                LOAD if value == ARCHITECTURE_OFFSET => {
                    word = architecture;
                    continue;
                }
                LOAD => {
                    word = arguments[(value as usize - 16) / 8];
                    by_number = false;
                    continue;
                }
                JUMP_IF_EQUAL => word == value,
                JUMP_IF_ABOVE => word > value,
                JUMP_IF_AT_LEAST => word >= value,
                JUMP_IF_ANY_BIT => word & value != 0,
                _ => panic!("unknown instruction {code:#x}"),
            };
            at += usize::from(if is_true { if_true } else { if_false });
        }
    }

    #[test]
    fn exactly_the_needed_calls_are_allowed() {
        let bit = |name| 1 << wasmc_abi::wasi::index(name).unwrap();
        for reachable in [0, u64::MAX, bit("fd_read"), bit("path_rename") | bit("random_get")] {
            let filter = filter(reachable);
            for number in 0..NUMBERS {
                let call = needed(reachable, false).find(|call| call.number == number);
                let plain = call.is_some_and(|call| call.condition == Condition::Any);
                let (answer, by_number) = run(&filter, ARCHITECTURE, number, [0; 3]);
                if plain {
                    assert_eq!((answer, by_number), (ANSWER_ALLOW, true), "{number}");
                } else if call.is_none() {
                    assert_eq!(answer, REFUSED, "{number}");
                }
            }
        }
    }

    #[test]
    fn arguments_decide_where_they_matter() {
        let filter = filter(u64::MAX);
        let answer = |number, arguments| run(&filter, ARCHITECTURE, number, arguments).0;
        for (number, allowed, refused) in [
            (linux::__NR_tgkill, [PROCESS, 1, 6], [PROCESS + 1, 1, 6]),
            (linux::__NR_fcntl, [3, linux::F_SETFL, 0], [3, linux::F_DUPFD, 0]),
            (linux::__NR_ioctl, [1, 0x5413, 0], [1, 0x5412, 0]),
            (linux::__NR_mprotect, [0, 0, 3], [0, 0, 7]),
        ] {
            assert_eq!(answer(number, allowed), ANSWER_ALLOW, "{number}");
            assert_eq!(answer(number, refused), REFUSED, "{number}");
        }
    }

    #[test]
    fn other_kinds_of_calls_end_the_process() {
        let filter = filter(u64::MAX);
        let other = run(&filter, 0x4000_0003, linux::__NR_write, [0; 3]).0;
        assert_eq!(other, ANSWER_KILL_PROCESS);
        if cfg!(target_arch = "x86_64") {
            let x32 = run(&filter, ARCHITECTURE, X32_BIT | linux::__NR_write, [0; 3]).0;
            assert_eq!(x32, ANSWER_KILL_PROCESS);
        }
    }

    #[test]
    fn the_longest_filter_has_room() {
        let all = Filter::new(needed(u64::MAX, false).chain(needed(0, true)), PROCESS);
        assert!(all.len <= INSTRUCTIONS_MAX);
    }
}
