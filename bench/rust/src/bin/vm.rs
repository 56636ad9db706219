//! Runs a program for a register machine: a match over an enum in a loop.

use bench_programs::{Sum, rounds};

#[derive(Clone, Copy)]
enum Instruction {
    Set { to: u8, value: i64 },
    Add { to: u8, a: u8, b: u8 },
    Multiply { to: u8, a: u8, b: u8 },
    Remainder { to: u8, a: u8, b: u8 },
    Load { to: u8, address: u8 },
    Store { from: u8, address: u8 },
    BranchIfLess { a: u8, b: u8, to: u16 },
    BranchIfZero { a: u8, to: u16 },
    Jump { to: u16 },
    Halt,
}

const CELLS: usize = 1 << 12;

/// Fills the memory by a recurrence, then counts the Collatz steps of each cell.
fn program() -> Vec<Instruction> {
    use Instruction::*;
    vec![
        Set { to: 1, value: 1 },
        Set { to: 2, value: 2 },
        Set { to: 3, value: 3 },
        Set { to: 4, value: CELLS as i64 },
        Set { to: 5, value: 9973 },
        Set { to: 6, value: 0 },
        // 6: cell[i] = (cell[i] * 3 + i) % 9973
        Load { to: 7, address: 6 },
        Multiply { to: 7, a: 7, b: 3 },
        Add { to: 7, a: 7, b: 6 },
        Remainder { to: 7, a: 7, b: 5 },
        Store { from: 7, address: 6 },
        // 11: a few steps of Collatz, in register 8 the number of steps
        Set { to: 8, value: 0 },
        Set { to: 10, value: 12 },
        Remainder { to: 9, a: 7, b: 2 },
        BranchIfZero { a: 9, to: 18 },
        Multiply { to: 7, a: 7, b: 3 },
        Add { to: 7, a: 7, b: 1 },
        Jump { to: 20 },
        // 18: halving, as a multiplication by the inverse modulo a prime
        Set { to: 9, value: 4987 },
        Multiply { to: 7, a: 7, b: 9 },
        Remainder { to: 7, a: 7, b: 5 },
        Add { to: 8, a: 8, b: 1 },
        BranchIfLess { a: 8, b: 10, to: 13 },
        Add { to: 0, a: 0, b: 7 },
        Add { to: 6, a: 6, b: 1 },
        BranchIfLess { a: 6, b: 4, to: 6 },
        Halt,
    ]
}

fn run(program: &[Instruction], memory: &mut [i64]) -> i64 {
    let mut registers = [0i64; 16];
    let mut next = 0usize;
    loop {
        let instruction = program[next];
        next += 1;
        match instruction {
            Instruction::Set { to, value } => registers[to as usize] = value,
            Instruction::Add { to, a, b } => {
                registers[to as usize] = registers[a as usize].wrapping_add(registers[b as usize]);
            }
            Instruction::Multiply { to, a, b } => {
                registers[to as usize] = registers[a as usize].wrapping_mul(registers[b as usize]);
            }
            Instruction::Remainder { to, a, b } => {
                registers[to as usize] = registers[a as usize].wrapping_rem(registers[b as usize]);
            }
            Instruction::Load { to, address } => {
                registers[to as usize] = memory[registers[address as usize] as usize];
            }
            Instruction::Store { from, address } => {
                memory[registers[address as usize] as usize] = registers[from as usize];
            }
            Instruction::BranchIfLess { a, b, to } => {
                if registers[a as usize] < registers[b as usize] {
                    next = to as usize;
                }
            }
            Instruction::BranchIfZero { a, to } => {
                if registers[a as usize] == 0 {
                    next = to as usize;
                }
            }
            Instruction::Jump { to } => next = to as usize,
            Instruction::Halt => return registers[0],
        }
    }
}

fn main() {
    let program = program();
    let mut memory = vec![1i64; CELLS];
    let mut sum = Sum::default();
    for _ in 0..rounds(500) {
        sum.add(run(&program, &mut memory) as u64);
    }
    sum.print("vm");
}
