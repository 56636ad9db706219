//! What a function's body can lead to besides its own operators: functions that
//! it calls or makes references to, tables and segments that references can be
//! taken out of.

use crate::world::{FuncId, LinkedModule, SignatureId, TableId};
use std::collections::BTreeSet;
use wasmparser::Operator;

/// All indices are the module's.
#[derive(Default)]
pub(super) struct Uses {
    /// Directly.
    pub functions_called: BTreeSet<u32>,
    pub functions_referenced: BTreeSet<u32>,
    /// By reference: table and type.
    pub called_through: BTreeSet<(u32, u32)>,
    /// References come out as values, or go to another table.
    tables_read: BTreeSet<u32>,
    segments_copied: BTreeSet<u32>,
}

impl Uses {
    pub fn add(&mut self, operator: &Operator<'_>) {
        match *operator {
            Operator::Call { function_index } => {
                self.functions_called.insert(function_index);
            }
            Operator::RefFunc { function_index } => {
                self.functions_referenced.insert(function_index);
            }
            Operator::CallIndirect { type_index, table_index } => {
                self.called_through.insert((table_index, type_index));
            }
            Operator::TableGet { table } | Operator::TableCopy { src_table: table, .. } => {
                self.tables_read.insert(table);
            }
            Operator::TableInit { elem_index, .. } => {
                self.segments_copied.insert(elem_index);
            }
            _ => {}
        }
    }
}

/// The same of a function of the program.
#[derive(Default, Clone)]
pub(super) struct Leads {
    /// Called or made references to.
    pub functions: Vec<FuncId>,
    pub called_through: Vec<(TableId, SignatureId)>,
    pub tables_read: Vec<TableId>,
    /// By module and position.
    pub segments_copied: Vec<(usize, usize)>,
}

impl Leads {
    pub fn new(position: usize, linked: &LinkedModule<'_>, uses: &Uses) -> Leads {
        let functions = uses.functions_called.iter().chain(&uses.functions_referenced);
        let called_through = uses.called_through.iter();
        Leads {
            functions: functions.map(|&function| linked.functions[function as usize]).collect(),
            called_through: called_through
                .map(|&(table, ty)| (linked.tables[table as usize], linked.signatures[ty as usize]))
                .collect(),
            tables_read: uses.tables_read.iter().map(|&table| linked.tables[table as usize]).collect(),
            segments_copied: uses.segments_copied.iter().map(|&at| (position, at as usize)).collect(),
        }
    }
}
