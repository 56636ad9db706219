//! What the program may reach: grants, variables, listeners, and how strictly.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wasmc_abi::config::{Grant, Item, policy, push};
use wasmc_abi::{grant, listen};

use crate::args::{GrantArg, GrantArgs, GuestArg, SandboxArg};
use crate::report::{Failure, printable};
use crate::runtimes;

/// What the flags grant.
#[derive(Debug, Clone)]
pub struct Access {
    pub grants: Vec<OwnedGrant>,
    /// `KEY=VALUE`, or `KEY` to be taken from the environment.
    pub env: Vec<Vec<u8>>,
    pub inherit_env: bool,
    pub argv0: Option<Vec<u8>>,
    pub listen: Vec<Vec<u8>>,
    pub embed: Vec<EmbedFlag>,
    pub kernel_sandbox: SandboxArg,
    pub runtime_dirs: bool,
    pub inject_pwd: bool,
    pub guest: GuestArg,
}

/// [`Grant`] with its strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedGrant {
    pub host: Vec<u8>,
    pub guest: Option<Vec<u8>>,
    pub read_only: bool,
    pub optional: bool,
}

/// `--embed HOST_DIR::GUEST`: a directory of the machine that compiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbedFlag {
    pub host: PathBuf,
    pub guest: Vec<u8>,
}

/// Reads the flags; [`Access::runtime_dirs`] is no matter of theirs.
///
/// # Errors
/// The first flag whose value makes no sense.
pub fn resolve(args: &GrantArgs) -> Result<Access, Failure> {
    let access = Access {
        grants: args.in_order.iter().map(grant).collect::<Result<_, _>>()?,
        env: env(args)?,
        inherit_env: args.inherit_env,
        argv0: argv0(args)?,
        listen: args.listen.iter().map(|text| listen(text)).collect::<Result<_, _>>()?,
        embed: args.embed.iter().map(|text| embed(text)).collect::<Result<_, _>>()?,
        kernel_sandbox: args.kernel_sandbox,
        runtime_dirs: false,
        inject_pwd: !args.no_inject_pwd,
        guest: args.guest,
    };
    check_names(&access)?;
    Ok(access)
}

/// Of two directories with the same name the program would never see one, unless
/// one may be missing.
fn check_names(access: &Access) -> Result<(), Failure> {
    let granted = access.grants.iter().filter(|grant| !grant.optional);
    let granted = granted.map(|grant| grant.guest.as_deref().unwrap_or(&grant.host));
    let names = granted.chain(access.embed.iter().map(|embed| &embed.guest[..]));
    let mut seen = Vec::new();
    for name in names {
        let parts: Vec<&[u8]> =
            name.split(|byte| *byte == b'/').filter(|part| !matches!(*part, b"" | b".")).collect();
        let place = (name.starts_with(b"/"), parts);
        if seen.contains(&place) {
            return Err(Failure::usage(format!(
                "two directories have the program's name {}; give one another: HOST::NAME",
                printable(name)
            )));
        }
        seen.push(place);
    }
    Ok(())
}

fn grant(arg: &GrantArg) -> Result<OwnedGrant, Failure> {
    let flag = if arg.optional { "--dir-optional" } else { "--dir" };
    let grant = grant::parse(arg.text.as_bytes(), arg.optional)
        .map_err(|error| Failure::usage(format!("{flag} {}: {}", arg.text.display(), error.message())))?;
    Ok(OwnedGrant {
        host: grant.host.to_vec(),
        guest: grant.guest.map(<[u8]>::to_vec),
        read_only: grant.read_only,
        optional: grant.optional,
    })
}

fn env(args: &GrantArgs) -> Result<Vec<Vec<u8>>, Failure> {
    let checked = args.env.iter().map(|text| {
        let bytes = text.as_bytes();
        let name = bytes.split(|byte| *byte == b'=').next().unwrap_or_default();
        let wrong = |reason| Err(Failure::usage(format!("--env {}: {reason}", printable(bytes))));
        if name.is_empty() {
            return wrong("the variable has no name");
        }
        if name.iter().any(u8::is_ascii_control) {
            return wrong("the variable's name holds a line end or another control character");
        }
        Ok(bytes.to_vec())
    });
    checked.collect()
}

fn listen(text: &OsStr) -> Result<Vec<u8>, Failure> {
    match listen::parse(text.as_bytes()) {
        Ok(_) => Ok(text.as_bytes().to_vec()),
        Err(error) => {
            Err(Failure::usage(format!("--listen {}: {}", printable(text.as_bytes()), error.message())))
        }
    }
}

fn argv0(args: &GrantArgs) -> Result<Option<Vec<u8>>, Failure> {
    match args.argv0.as_ref().map(|name| name.as_bytes()) {
        Some(b"") => Err(Failure::usage("--argv0: the name is empty")),
        name => Ok(name.map(<[u8]>::to_vec)),
    }
}

fn embed(text: &OsStr) -> Result<EmbedFlag, Failure> {
    let fields = grant::parse(text.as_bytes(), false);
    match fields {
        // A grant is writable unless it says otherwise; this one cannot be.
        Ok(Grant { guest: Some(_), .. }) if text.as_bytes().ends_with(b"::rw") => Err(Failure::usage(
            format!("--embed {}: what is embedded is read-only; leave out ::rw", text.display()),
        )),
        Ok(Grant { host, guest: Some(guest), .. }) => {
            Ok(EmbedFlag { host: PathBuf::from(OsStr::from_bytes(host)), guest: guest.to_vec() })
        }
        Ok(_) => Err(Failure::usage(format!("--embed {}: expected HOST_DIR::GUEST", text.display()))),
        Err(error) => Err(Failure::usage(format!("--embed {}: {}", text.display(), error.message()))),
    }
}

fn replace(text: &[u8], placeholder: &[u8], value: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(placeholder) {
            replaced.extend_from_slice(value);
            rest = after;
        } else {
            replaced.push(*first);
            rest = after;
        }
    }
    replaced
}

impl OwnedGrant {
    pub fn as_grant(&self) -> Grant<'_> {
        Grant {
            host: &self.host,
            guest: self.guest.as_deref(),
            read_only: self.read_only,
            optional: self.optional,
        }
    }
}

impl Access {
    /// Replaces `{EXE_DIR}` by the directory that `file` is in.
    ///
    /// # Errors
    /// A directory whose name would be taken for another placeholder.
    pub fn replace_executable_directory(&mut self, file: &Path) -> Result<(), Failure> {
        let absolute = std::path::absolute(file);
        let directory = absolute.as_deref().ok().and_then(Path::parent).unwrap_or(Path::new("/"));
        for grant in &mut self.grants {
            let replaced = replace(&grant.host, b"{EXE_DIR}", directory.as_os_str().as_bytes());
            if replaced != grant.host && directory.as_os_str().as_bytes().contains(&b'{') {
                let reason = "{EXE_DIR} cannot stand for a directory with a brace in its name";
                return Err(Failure::about(file, reason));
            }
            grant.host = replaced;
        }
        Ok(())
    }

    /// The bits that the executable keeps. `module_is_go` says what the module
    /// itself tells.
    fn policy(&self, module_is_go: bool) -> u32 {
        let is_go = match self.guest {
            GuestArg::Auto => module_is_go,
            GuestArg::Go => true,
            GuestArg::Other => false,
        };
        let bits = [
            (self.runtime_dirs, policy::RUNTIME_DIRS),
            (self.inject_pwd, policy::INJECT_PWD),
            (is_go, policy::GO_GUEST),
            (self.inherit_env, policy::INHERIT_ENV),
            (self.kernel_sandbox != SandboxArg::Off, policy::KERNEL_SANDBOX),
            (self.kernel_sandbox == SandboxArg::Require, policy::KERNEL_SANDBOX_REQUIRED),
        ];
        bits.into_iter().filter(|(is_set, _)| *is_set).fold(0, |all, (_, bit)| all | bit)
    }

    /// What the executable is told about itself.
    pub fn config(&self, wasm: &[u8], module_is_go: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        push(&mut bytes, &Item::Compiler(format!("wasmc {}", runtimes::VERSION).as_bytes()));
        push(&mut bytes, &Item::ModuleSha256(&Sha256::digest(wasm).into()));
        push(&mut bytes, &Item::Policy(self.policy(module_is_go)));
        for grant in &self.grants {
            push(&mut bytes, &Item::Grant(grant.as_grant()));
        }
        for embed in &self.embed {
            push(&mut bytes, &Item::Embed(&embed.guest));
        }
        for address in &self.listen {
            push(&mut bytes, &Item::Listen(address));
        }
        if let Some(name) = &self.argv0 {
            push(&mut bytes, &Item::Argv0(name));
        }
        for text in &self.env {
            let item = if text.contains(&b'=') { Item::EnvSet(text) } else { Item::EnvInherit(text) };
            push(&mut bytes, &item);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::args::{Args, Parsed, parse};
    use wasmc_abi::config::items;

    fn access(words: &[&str]) -> Result<Access, Failure> {
        match parse(["wasmc", "a.wasm"].iter().chain(words).map(OsString::from))? {
            Parsed::Args(Args::Compile(args)) => {
                Ok(Access { runtime_dirs: args.runtime_dirs, ..resolve(&args.grants)? })
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_configuration_holds_what_was_granted() {
        let words = [
            "--dir=/tmp::/t::ro",
            "--dir-optional",
            "x",
            "--env=A=b=c",
            "--env",
            "HOME",
            "--runtime-dirs",
            "--embed=assets::/a",
            "--listen=127.0.0.1:80",
            "--argv0=tool",
        ];
        let bytes = access(&words).unwrap().config(b"wasm", true);
        let grant = Grant { host: b"/tmp", guest: Some(b"/t"), read_only: true, optional: false };
        let hash = Sha256::digest(b"wasm").into();
        let compiler = format!("wasmc {}", runtimes::VERSION);
        let expected = [
            Item::Compiler(compiler.as_bytes()),
            Item::ModuleSha256(&hash),
            Item::Policy(
                policy::RUNTIME_DIRS | policy::INJECT_PWD | policy::GO_GUEST | policy::KERNEL_SANDBOX,
            ),
            Item::Grant(grant),
            Item::Grant(Grant { host: b"x", guest: None, read_only: false, optional: true }),
            Item::Embed(b"/a"),
            Item::Listen(b"127.0.0.1:80"),
            Item::Argv0(b"tool"),
            Item::EnvSet(b"A=b=c"),
            Item::EnvInherit(b"HOME"),
        ];
        assert_eq!(items(&bytes).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_module_tells_whether_it_is_go_unless_the_user_does() {
        let bits = |words: &[&str], is_go| {
            let bytes = access(words).unwrap().config(b"", is_go);
            let mut policies = items(&bytes).filter_map(|item| match item {
                Item::Policy(bits) => Some(bits),
                _ => None,
            });
            let Some(bits) = policies.next() else { panic!("no policy") };
            bits & policy::GO_GUEST != 0
        };
        assert!(bits(&[], true) && !bits(&[], false));
        assert!(bits(&["--guest=go"], false) && !bits(&["--guest=other"], true));
    }

    #[test]
    fn the_module_stands_for_the_executable() {
        let mut access = access(&["--dir={EXE_DIR}/data", "--dir=/x{EXE_DIR}"]).unwrap();
        assert!(access.replace_executable_directory(Path::new("/opt/{HOME}/app.wasm")).is_err());
        access.replace_executable_directory(Path::new("/opt/app.wasm")).unwrap();
        assert_eq!((&*access.grants[0].host, &*access.grants[1].host), (&b"/opt/data"[..], &b"/x/opt"[..]));
    }

    #[test]
    fn what_makes_no_sense_is_a_usage_error() {
        for (words, expected) in [
            (&["--dir", ""][..], "--dir : the host directory is empty"),
            (&["--dir", "/a::/b::rx"], "--dir /a::/b::rx: the third field must be ro or rw"),
            (&["--env", "=x"], "--env =x: the variable has no name"),
            (&["--embed", "/a"], "--embed /a: expected HOST_DIR::GUEST"),
            (&["--embed", "/a::/b::rw"], "--embed /a::/b::rw: what is embedded is read-only"),
            (&["--embed", "/a::ro"], "--embed /a::ro: expected HOST_DIR::GUEST"),
            (&["--embed", "::/a"], "--embed ::/a: the host directory is empty"),
            (&["--argv0", ""], "--argv0: the name is empty"),
            (&["--dir", "x::/a", "--dir", "y::/./a/"], "two directories have the program's name /./a/"),
            (&["--dir", "a", "--embed", "y::a"], "two directories have the program's name a"),
            (&["--env", "A\nB=1"], "--env A\\nB=1: the variable's name holds a line end"),
            (&["--env", "A\nB"], "--env A\\nB: the variable's name holds a line end"),
            (&["--listen", "80"], "--listen 80: expected HOST:PORT"),
            (&["--listen", "a.b:80"], "--listen a.b:80: HOST must be an IPv4 address"),
            (&["--listen", "0.0.0.0:65536"], "--listen 0.0.0.0:65536: the port must be"),
        ] {
            let failure = access(words).unwrap_err();
            assert_eq!(failure.exit_status(), 2, "{failure}");
            assert!(failure.to_string().contains(expected), "{failure}");
        }
        assert!(access(&["--env", "A=b\nc", "--env", "A="]).is_ok());
    }
}
