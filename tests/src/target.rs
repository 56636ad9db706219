//! The architectures that tests compile for, and how this machine runs each.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;
use std::sync::LazyLock;

use crate::process::Invocation;
use crate::tools;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    X86_64,
    Aarch64,
}

/// What a program without openat2 gets instead; it then resolves paths itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Openat2 {
    /// As before Linux 5.6.
    Missing,
    /// As in containers whose seccomp filter does not know the call.
    Denied,
}

impl Target {
    pub const ALL: [Target; 2] = [Target::X86_64, Target::Aarch64];

    /// As `--target` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Target::X86_64 => "x86_64-linux",
            Target::Aarch64 => "aarch64-linux",
        }
    }

    /// The architecture alone, for names of tests.
    pub fn arch(self) -> &'static str {
        match self {
            Target::X86_64 => "x86_64",
            Target::Aarch64 => "aarch64",
        }
    }

    /// The target whose executables this machine runs by itself.
    pub fn native() -> Target {
        if cfg!(target_arch = "aarch64") { Target::Aarch64 } else { Target::X86_64 }
    }

    pub fn is_native(self) -> bool {
        self == Target::native()
    }

    /// Why nothing can be compiled for this target and run here, if so.
    pub fn unavailable(self) -> Option<String> {
        if !embedded().contains(&self) {
            return Some(format!("this wasmc has no runtime for {}", self.name()));
        }
        self.no_emulator()
    }

    /// Why nothing for this target can be run here, if so.
    pub fn no_emulator(self) -> Option<String> {
        let is_missing = !self.is_native() && tools::find(self.emulators()).is_none();
        is_missing.then(|| format!("{} is not on PATH", self.emulators()[0]))
    }

    fn emulators(self) -> &'static [&'static str] {
        match self {
            Target::X86_64 => &["qemu-x86_64-static", "qemu-x86_64"],
            Target::Aarch64 => &["qemu-aarch64-static", "qemu-aarch64"],
        }
    }

    /// A run of a native `executable` that finds no openat2.
    pub fn invocation_without(openat2: Openat2, executable: &Path) -> Invocation {
        let answer = match openat2 {
            Openat2::Missing => "missing",
            Openat2::Denied => "denied",
        };
        Invocation::new(tools::without_openat2()).args([OsString::from(answer), executable.into()])
    }

    /// A run of `executable`, by the emulator where it is not native.
    pub fn invocation(self, executable: &Path) -> Invocation {
        if self.is_native() {
            return Invocation::new(executable);
        }
        let emulator = tools::find(self.emulators()).expect("tests skip targets that cannot run");
        Invocation::new(emulator).args([OsString::from(executable)])
    }
}

/// What `wasmc targets` says is embedded, a line a target: `NAME  embedded`.
fn embedded() -> &'static BTreeSet<Target> {
    static EMBEDDED: LazyLock<BTreeSet<Target>> = LazyLock::new(|| {
        let output = Invocation::new(tools::wasmc()).args(["targets"]).output().expect("wasmc runs");
        assert!(output.is_success(), "wasmc targets failed: {}", output.stderr_text());
        let text = output.stdout_text();
        let is_embedded = |target: &Target| {
            text.lines().any(|line| line.starts_with(target.name()) && line.contains("embedded"))
        };
        Target::ALL.into_iter().filter(is_embedded).collect()
    });
    &EMBEDDED
}
