//! The optimisations, by the names that users switch them off with.

/// An optimisation that can be switched off by itself; the program's meaning
/// does not change, only its speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Optimization {
    /// Branches to a loop that begins with a table go straight to the table's
    /// entry, where that is known.
    JumpThreading,
    /// Branches to an interpreter's loop read the next instruction and jump by
    /// its table themselves.
    DispatchCopies,
    /// Calls of functions that only hand their parameters on to the runtime
    /// call the runtime.
    HostForwarding,
    /// The global that is used most is passed between functions in registers.
    StackPointer,
    /// Go's unwinding of the native stack is one jump, for which no call tests its
    /// result.
    UnwindJumps,
    /// Values of type i32 are kept zero-extended to 64 bits.
    ZeroExtension,
    /// What follows a call whose result is always the same is decided early.
    ConstantResults,
    /// Calls through tables that never change find their target in one step.
    ConstantTables,
    /// Large memories are in huge pages, where the kernel has them.
    HugePages,
    /// Pages of large programs are mapped when they are touched, without neighbours,
    /// where the kernel can be told so.
    SinglePages,
    /// Calls of small functions are replaced by their bodies.
    Inlining,
    /// What has just been stored is not loaded again.
    StoreForwarding,
    /// Small functions that can be resumed in their middle have a copy that only
    /// starts at the beginning.
    StartCopies,
    /// Copies and fills of a known small size are loads and stores.
    InlineBulk,
    /// The high word of a product of two i64 is one instruction, where the program
    /// computes it from four products.
    MultiplyHigh,
    /// Functions that gain by it have a second version for newer CPUs, which is chosen
    /// when the program runs.
    CpuVersions,
    /// x86-64 code takes as few bytes as it can.
    ShortCode,
    /// Functions whose body is catalogued call native code of the same meaning.
    Intrinsics,
    /// Functions that the program cannot reach are not compiled.
    DeadFunctions,
}

impl Optimization {
    pub const ALL: [Optimization; 19] = [
        Optimization::JumpThreading,
        Optimization::DispatchCopies,
        Optimization::HostForwarding,
        Optimization::StackPointer,
        Optimization::UnwindJumps,
        Optimization::ZeroExtension,
        Optimization::ConstantResults,
        Optimization::ConstantTables,
        Optimization::HugePages,
        Optimization::SinglePages,
        Optimization::Inlining,
        Optimization::StoreForwarding,
        Optimization::StartCopies,
        Optimization::InlineBulk,
        Optimization::MultiplyHigh,
        Optimization::CpuVersions,
        Optimization::ShortCode,
        Optimization::Intrinsics,
        Optimization::DeadFunctions,
    ];

    /// Whether it costs next to no time, or saves more than it costs.
    pub(super) fn is_cheap(self) -> bool {
        !matches!(self, Optimization::Inlining | Optimization::StartCopies | Optimization::CpuVersions)
    }

    /// The name, as users write it.
    pub fn name(self) -> &'static str {
        match self {
            Optimization::JumpThreading => "jump-threading",
            Optimization::DispatchCopies => "dispatch-copies",
            Optimization::HostForwarding => "host-forwarding",
            Optimization::StackPointer => "stack-pointer",
            Optimization::UnwindJumps => "unwind-jumps",
            Optimization::ZeroExtension => "zero-extension",
            Optimization::ConstantResults => "constant-results",
            Optimization::ConstantTables => "constant-tables",
            Optimization::HugePages => "huge-pages",
            Optimization::SinglePages => "single-pages",
            Optimization::Inlining => "inlining",
            Optimization::StoreForwarding => "store-forwarding",
            Optimization::StartCopies => "start-copies",
            Optimization::InlineBulk => "inline-bulk",
            Optimization::MultiplyHigh => "multiply-high",
            Optimization::CpuVersions => "cpu-versions",
            Optimization::ShortCode => "short-code",
            Optimization::Intrinsics => "intrinsics",
            Optimization::DeadFunctions => "dead-functions",
        }
    }
}
