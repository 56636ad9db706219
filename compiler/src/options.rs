//! What a caller chooses about a compilation.

mod optimization;

pub use optimization::Optimization;

/// An operating system and architecture that code can be made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    X86_64Linux,
    Aarch64Linux,
}

impl Target {
    pub const ALL: [Target; 2] = [Target::X86_64Linux, Target::Aarch64Linux];

    /// The short name, as users write it.
    pub fn name(self) -> &'static str {
        match self {
            Target::X86_64Linux => "x86_64-linux",
            Target::Aarch64Linux => "aarch64-linux",
        }
    }
}

/// The least CPU the executable will run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cpu {
    /// The target's documented baseline: x86-64-v2, armv8.0-a.
    Baseline,
    /// x86-64-v3 (AVX2, BMI, FMA).
    X86_64V3,
}

/// How an access outside a linear memory is caught.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemoryMode {
    /// The whole index range is reserved; the hardware faults.
    Guard,
    /// Each access compares against the memory's present size.
    Checked,
}

/// Where the guest's memories, globals and tables are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseMode {
    /// At an address that compiled code contains.
    Fixed,
    /// At an address chosen at start and kept in a register.
    Register,
}

/// How much the code generator optimises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptLevel {
    /// Nothing but what makes code correct.
    None,
    /// This compiler's own optimisations that make it faster, too.
    Fast,
    /// Everything.
    Speed,
}

#[derive(Debug, Clone)]
pub struct Options {
    pub target: Target,
    pub cpu: Cpu,
    pub memory: MemoryMode,
    pub base: BaseMode,
    pub opt_level: OptLevel,
    /// Left out even where the level would have them.
    pub disabled: Vec<Optimization>,
    /// Usable bytes of the guest's native stack.
    pub stack_bytes: u64,
    /// Initial data takes less of the executable, and longer to start.
    pub compress_data: bool,
    /// Encoded [`wasmc_abi::config`] that is baked into the executable.
    pub config: Vec<u8>,
    /// Encoded [`wasmc_abi::embed`] that is baked into the executable.
    pub embedded: Vec<u8>,
    /// Also run Cranelift's verifier on every function; for tests.
    pub verify: bool,
}

impl Options {
    /// 256 MiB: recursion that a native Go program survives is survived here.
    pub const STACK_BYTES_DEFAULT: u64 = 256 << 20;

    /// Whether an optimisation of this compiler's own is on.
    pub fn optimizes(&self, optimization: Optimization) -> bool {
        let is_in_level = match self.opt_level {
            OptLevel::None => false,
            OptLevel::Fast => optimization.is_cheap(),
            OptLevel::Speed => true,
        };
        is_in_level && !self.disabled.contains(&optimization)
    }

    /// Whether machine code is made smaller after Cranelift.
    pub(crate) fn shortens_code(&self) -> bool {
        self.target == Target::X86_64Linux && self.optimizes(Optimization::ShortCode)
    }

    /// Whether the pinned register holds the origin: because nothing else knows it, or
    /// because accesses by a register take fewer bytes.
    pub(crate) fn pins_origin(&self) -> bool {
        self.base == BaseMode::Register || self.shortens_code()
    }

    pub fn new(target: Target) -> Options {
        Options {
            target,
            cpu: Cpu::Baseline,
            memory: MemoryMode::Guard,
            base: BaseMode::Fixed,
            opt_level: OptLevel::Speed,
            disabled: Vec::new(),
            stack_bytes: Self::STACK_BYTES_DEFAULT,
            compress_data: false,
            config: Vec::new(),
            embedded: Vec::new(),
            verify: cfg!(debug_assertions),
        }
    }
}
