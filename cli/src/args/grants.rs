//! What the program may reach: the flags that `wasmc` and `wasmc run` share.

use std::ffi::OsString;

use clap::{ArgMatches, Args, ValueEnum};

#[derive(Debug, Clone, Args)]
pub struct GrantArgs {
    /// Grant a directory. HOST is looked up when the executable starts: relative paths from the
    /// directory it is started in, {HOME}, {TMPDIR} and {EXE_DIR} replaced. GUEST is the program's
    /// name for it. Can be given several times
    #[arg(long, value_name = "HOST[::GUEST][::ro|::rw]", help_heading = "Grants")]
    pub dir: Vec<OsString>,

    /// The same, but the directory may be missing when the executable starts
    #[arg(long, value_name = "HOST[::GUEST][::ro|::rw]", help_heading = "Grants")]
    pub dir_optional: Vec<OsString>,

    /// Set an environment variable, or (without a value) pass on the one that the executable gets.
    /// Can be given several times
    #[arg(long, value_name = "KEY[=VALUE]", help_heading = "Grants")]
    pub env: Vec<OsString>,

    /// Pass on every environment variable that the executable gets; --env goes before. PWD is still
    /// set to the program's own working directory
    #[arg(long, help_heading = "Grants")]
    pub inherit_env: bool,

    /// What the program sees as its own name [default: as the executable is called]
    #[arg(long, value_name = "NAME", help_heading = "Grants")]
    pub argv0: Option<OsString>,

    /// Listen on a TCP address when the executable starts; the program gets the listening socket
    /// after its directories. HOST is an IPv4 address, an IPv6 address in brackets, localhost, or *
    /// for every address; names are not looked up. Can be given several times
    #[arg(long, value_name = "HOST:PORT", help_heading = "Grants")]
    pub listen: Vec<OsString>,

    /// Pack a directory into the executable; the program sees it as GUEST, read-only. Can be given
    /// several times
    #[arg(long, value_name = "HOST_DIR::GUEST", help_heading = "Grants")]
    pub embed: Vec<OsString>,

    /// Whether the kernel enforces the grants too, with Landlock and seccomp
    #[arg(long, value_enum, default_value_t = SandboxArg::Auto, help_heading = "Grants")]
    pub kernel_sandbox: SandboxArg,

    /// Do not tell the program its working directory in PWD
    #[arg(long, help_heading = "Grants")]
    pub no_inject_pwd: bool,

    /// Whether the module comes from Go, whose path handling needs help
    #[arg(long, value_enum, default_value_t = GuestArg::Auto, help_heading = "Grants")]
    pub guest: GuestArg,

    /// --dir and --dir-optional together, in the order they were given.
    #[arg(skip)]
    pub in_order: Vec<GrantArg>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantArg {
    pub text: OsString,
    pub optional: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GuestArg {
    /// Look at the module
    Auto,
    /// It does
    Go,
    /// It does not
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SandboxArg {
    /// As far as the kernel can
    Auto,
    /// In full, or the executable does not start
    Require,
    /// No
    Off,
}

/// --dir and --dir-optional of a command line, in the order they were given.
pub fn in_order(matches: &ArgMatches) -> Vec<GrantArg> {
    let of_flag = |flag: &str, optional: bool| -> Vec<(usize, GrantArg)> {
        let positions = matches.indices_of(flag).into_iter().flatten();
        let values = matches.get_many::<OsString>(flag).into_iter().flatten();
        positions.zip(values).map(|(at, text)| (at, GrantArg { text: text.clone(), optional })).collect()
    };
    let mut grants = of_flag("dir", false);
    grants.extend(of_flag("dir_optional", true));
    grants.sort_by_key(|(position, _)| *position);
    grants.into_iter().map(|(_, grant)| grant).collect()
}
