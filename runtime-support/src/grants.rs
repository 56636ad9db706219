//! From what the executable was built to allow, and what its caller adds, to
//! the directories and variables the guest gets.

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{AtFlags, Mode, OFlags, Stat, fstat, openat, readlinkat_raw, statat};
use rustix::io::Errno as Host;
use wasmc_abi::config::{self, Grant, Item, policy};
use wasmc_abi::grant;

use crate::fd::{Descriptor, Object};
use crate::names::Names;
use crate::path::{self, PathBuffer};
use crate::process::Process;
use crate::synthetic::Node;
use crate::world::{Mount, Source, World};
use arguments::{Arguments, Flag};
pub use failure::{Failure, Reason};
use listeners::Listeners;

mod arguments;
mod environment;
mod failure;
mod listeners;
mod working_directory;

pub type Result<T> = core::result::Result<T, Failure>;

/// What grants are read against.
pub struct Surroundings<'a> {
    pub process: &'a Process,
    /// Relative host directories start here.
    pub cwd: BorrowedFd<'a>,
    /// Its path without symbolic links, where the caller knows better than the
    /// kernel.
    pub cwd_path: Option<&'static [u8]>,
}

const OPEN_DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

const TOO_MANY_NAMES: Failure = Failure::new(Reason::TooManyNames, b"");

/// Gives the guest its descriptors and its environment.
pub fn apply(
    world: &mut World,
    surroundings: &Surroundings<'_>,
    config: &'static [u8],
    names: Names,
) -> Result<()> {
    let policy = config::items(config).find_map(|item| match item {
        Item::Policy(bits) => Some(bits),
        _ => None,
    });
    let has = |bit| policy.is_some_and(|bits| bits & bit != 0);
    world.process = Some(*surroundings.process);
    world.is_go = has(policy::GO_GUEST);
    for number in 0..3 {
        // The table is empty, so the guest's numbers are the host's.
        let _ = world.table.insert(Descriptor::stdio(number));
    }
    let mut builder = Builder {
        world,
        surroundings,
        names,
        listeners: Listeners::new(),
        has_relative_host: false,
        has_relative_guest: false,
        trees: 0,
    };
    builder.unblock_stdin();
    if has(policy::INHERIT_ENV) {
        builder.inherit_variables(has(policy::INJECT_PWD))?;
    }
    for item in config::items(config) {
        builder.apply_item(item)?;
    }
    builder.read_arguments(has(policy::RUNTIME_DIRS))?;
    builder.add_synthetic_root()?;
    if has(policy::INJECT_PWD) {
        builder.add_working_directory()?;
        builder.inject_pwd()?;
    }
    builder.listeners.open(builder.world)
}

struct Builder<'a> {
    world: &'a mut World,
    surroundings: &'a Surroundings<'a>,
    names: Names,
    listeners: Listeners,
    /// A directory was granted by a path from the working directory.
    has_relative_host: bool,
    /// A directory got a name of the guest's that is no absolute path.
    has_relative_guest: bool,
    /// How many of the image's trees have a mount.
    trees: u32,
}

impl Builder<'_> {
    fn apply_item(&mut self, item: Item<'static>) -> Result<()> {
        match item {
            Item::Policy(_) => Ok(()),
            Item::Grant(grant) => self.add_grant(&grant),
            Item::EnvSet(entry) => self.set_variable(entry),
            Item::EnvInherit(name) => self.inherit_variable(name),
            Item::Embed(guest) => self.add_embedded(guest),
            Item::Argv0(name) => {
                self.world.argv0 = Some(name);
                Ok(())
            }
            Item::Listen(address) => self.listeners.add(address),
            Item::Calls(_) | Item::Compiler(_) | Item::ModuleSha256(_) => Ok(()),
        }
    }

    /// Takes grants from the front of the program's own arguments, where they
    /// may stand there, and hides them from the guest.
    fn read_arguments(&mut self, may_grant: bool) -> Result<()> {
        if !may_grant {
            return Ok(());
        }
        let process = *self.surroundings.process;
        let mut arguments = Arguments { process, next: 1 };
        match process.arg(1) {
            Some(b"--") => arguments.next = 2,
            Some(first) if Flag::starts(first) => {
                self.must_not_be_privileged(first)?;
                while let Some((flag, value)) = arguments.next_flag()? {
                    self.apply_flag(flag, value)?;
                }
            }
            _ => {}
        }
        self.world.skipped_args = arguments.next - 1;
        Ok(())
    }

    /// Who starts a program with more rights than their own has no say in what
    /// it may reach.
    fn must_not_be_privileged(&self, subject: &'static [u8]) -> Result<()> {
        let is_privileged = self.surroundings.process.is_secure();
        if is_privileged { Err(Failure::new(Reason::Privileged, subject)) } else { Ok(()) }
    }

    fn apply_flag(&mut self, flag: Flag, value: &'static [u8]) -> Result<()> {
        let optional = match flag {
            Flag::Directory => false,
            Flag::OptionalDirectory => true,
            Flag::Variable if value.is_empty() || value.starts_with(b"=") => {
                return Err(Failure::new(Reason::NoVariableName, value));
            }
            Flag::Variable if value.contains(&b'=') => return self.set_variable(value),
            Flag::Variable => return self.inherit_variable(value),
            Flag::Listener => return self.listeners.add(value),
        };
        match grant::parse(value, optional) {
            Ok(grant) => self.add_grant(&grant),
            Err(error) => Err(Failure::new(Reason::Grammar(error), value)),
        }
    }

    fn add_grant(&mut self, grant: &Grant<'static>) -> Result<()> {
        let host = match self.expand(grant.host) {
            // As a directory that is not there.
            Err(failure) if grant.optional && failure.is_unset() => return Ok(()),
            host => host?,
        };
        let Some(directory) = self.open(host, grant.optional)? else { return Ok(()) };
        let stat = stat_of(&directory, host)?;
        let clean = self.clean_host(host, &stat)?;
        let name = match grant.guest {
            Some(guest) => self.join(b"", guest)?,
            None => clean,
        };
        let path = match grant.guest {
            Some(guest) => Some(self.join(b"/", guest)?),
            None => path::is_absolute(name).then_some(name),
        };
        let mount = Mount { is_read_only: grant.read_only, source: Source::host(&stat), ..Mount::EMPTY };
        let alias = match path {
            None => self.absolute(clean, &stat)?,
            Some(_) => None,
        };
        self.has_relative_host |= alias.is_some();
        self.has_relative_guest |= grant.guest.is_some() && !path::is_absolute(name);
        if let Some(alias) = alias {
            let again = openat(&directory, c".", OPEN_DIRECTORY, Mode::empty())
                .map_err(|errno| cannot_open(host, errno))?;
            self.add_mount(Object::Directory(directory), Mount { name, path, ..mount })?;
            self.add_mount(Object::Directory(again), Mount { name: alias, path: Some(alias), ..mount })
        } else {
            self.add_mount(Object::Directory(directory), Mount { name, path, ..mount })
        }
    }

    /// The next tree of the image, under a name of the guest's.
    fn add_embedded(&mut self, guest: &'static [u8]) -> Result<()> {
        let root = self.world.embedded.and_then(|image| image.tree(self.trees));
        let root = root.ok_or(Failure::new(Reason::NotEmbedded, guest))?;
        self.trees += 1;
        let (name, path) = (self.join(b"", guest)?, self.join(b"/", guest)?);
        self.has_relative_guest |= !path::is_absolute(name);
        let source = Source::Embedded(root);
        let mount = Mount { name, path: Some(path), is_read_only: true, source, ..Mount::EMPTY };
        self.add_mount(Object::EmbeddedDirectory(root), mount)
    }

    /// `directory` is what the mount's descriptor stands for.
    fn add_mount(&mut self, directory: Object, mut mount: Mount) -> Result<()> {
        mount.is_host_root = mount.name == b"/" && self.is_host_root(&mount);
        if self.world.is_go && path::is_absolute(mount.name) && mount.name != b"/" {
            mount.name = self.names.store(&[mount.name, b"/"]).ok_or(TOO_MANY_NAMES)?;
        }
        let id = self.world.mounts.add(mount).ok_or(TOO_MANY_NAMES)?;
        let descriptor = Descriptor { is_preopen: true, ..Descriptor::of_directory(directory, id) };
        let fd = self.world.table.insert(descriptor).map_err(|_| TOO_MANY_NAMES)?;
        if let Some(mount) = self.world.mounts.get_mut(id) {
            mount.fd = fd;
        }
        Ok(())
    }

    fn is_host_root(&self, mount: &Mount) -> bool {
        statat(self.surroundings.cwd, c"/", AtFlags::empty()).is_ok_and(|root| is_at(mount, &root))
    }

    /// Opens a host directory; `None` for a missing one that may be missing.
    fn open(&self, host: &'static [u8], optional: bool) -> Result<Option<OwnedFd>> {
        let path = buffer(host, host)?;
        match openat(self.surroundings.cwd, path.as_c_str(), OPEN_DIRECTORY, Mode::empty()) {
            Ok(directory) => Ok(Some(directory)),
            Err(Host::NOENT) if optional => Ok(None),
            Err(errno) => Err(cannot_open(host, errno)),
        }
    }

    /// The host directory's name, cleaned. Cleaning `link/..` lexically may
    /// name another directory than the one that was opened.
    fn clean_host(&mut self, host: &'static [u8], opened: &Stat) -> Result<&'static [u8]> {
        let clean = self.join(b"", host)?;
        if path::components(host).any(|name| name == b"..") && !self.leads_to(clean, opened) {
            return Err(Failure::new(Reason::MisleadingDots, host));
        }
        Ok(clean)
    }

    /// `name` from the working directory, as an absolute path without `..`.
    /// The shell's idea of the working directory is preferred, if it is right.
    fn absolute(&mut self, name: &[u8], opened: &Stat) -> Result<Option<&'static [u8]>> {
        let by_shell = self.surroundings.process.env_value(b"PWD").filter(|pwd| path::is_absolute(pwd));
        for cwd in [by_shell, self.cwd_path()?].into_iter().flatten() {
            let absolute = path::join_clean(cwd, name).map_err(|_| TOO_MANY_NAMES)?;
            if self.leads_to(absolute.as_bytes(), opened) {
                return self.names.store(&[absolute.as_bytes()]).ok_or(TOO_MANY_NAMES).map(Some);
            }
        }
        Ok(None)
    }

    /// Whether `path` is the directory that was opened.
    fn leads_to(&self, path: &[u8], opened: &Stat) -> bool {
        let Ok(path) = PathBuffer::new(path) else { return false };
        statat(self.surroundings.cwd, path.as_c_str(), AtFlags::empty())
            .is_ok_and(|stat| stat.st_dev == opened.st_dev && stat.st_ino == opened.st_ino)
    }

    /// The working directory's path by the kernel; `None` where it has none.
    fn cwd_path(&mut self) -> Result<Option<&'static [u8]>> {
        if let Some(known) = self.surroundings.cwd_path {
            return Ok(Some(known));
        }
        let Ok(path) = crate::cwd::path() else { return Ok(None) };
        self.names.store(&[path.as_bytes()]).ok_or(TOO_MANY_NAMES).map(Some)
    }

    fn join(&mut self, base: &[u8], path: &'static [u8]) -> Result<&'static [u8]> {
        let joined = path::join_clean(base, path).map_err(|_| too_long(path))?;
        if joined.as_bytes() == path {
            return Ok(path);
        }
        self.names.store(&[joined.as_bytes()]).ok_or(TOO_MANY_NAMES)
    }

    /// Replaces `{HOME}`, `{TMPDIR}` and `{EXE_DIR}`; other braces stay.
    fn expand(&mut self, host: &'static [u8]) -> Result<&'static [u8]> {
        if !host.contains(&b'{') {
            return Ok(host);
        }
        let mut expanded = PathBuffer::EMPTY;
        let mut rest = host;
        while let Some((first, after)) = rest.split_first() {
            let (text, next) = if let Some(next) = rest.strip_prefix(b"{EXE_DIR}") {
                (self.executable_directory(host)?, next)
            } else if let Some(next) = rest.strip_prefix(b"{HOME}") {
                (self.variable(b"HOME", Failure::new(Reason::HomeUnset, host))?, next)
            } else if let Some(next) = rest.strip_prefix(b"{TMPDIR}") {
                (self.variable(b"TMPDIR", Failure::new(Reason::TmpdirUnset, host))?, next)
            } else {
                (core::slice::from_ref(first), after)
            };
            expanded.push(text).map_err(|_| too_long(host))?;
            rest = next;
        }
        self.names.store(&[expanded.as_bytes()]).ok_or(TOO_MANY_NAMES)
    }

    fn variable(&self, name: &[u8], unset: Failure) -> Result<&'static [u8]> {
        self.must_not_be_privileged(unset.subject())?;
        // An empty one would turn `{HOME}/data` into `/data`.
        let value = self.surroundings.process.env_value(name).filter(|value| !value.is_empty());
        value.ok_or(unset)
    }

    /// The directory of the file that is running, absolute. Where /proc is
    /// not there to tell, the program's name is, if it is a path.
    fn executable_directory(&mut self, host: &'static [u8]) -> Result<&'static [u8]> {
        let mut file = PathBuffer::EMPTY;
        if let Ok(len) = readlinkat_raw(self.surroundings.cwd, c"/proc/self/exe", file.room()) {
            file.truncate(len);
            // What runs may be in memory only, or removed since; the text is then
            // no path, and its directory another one.
            if statat(self.surroundings.cwd, file.as_c_str(), AtFlags::empty()).is_err() {
                return Err(Failure::new(Reason::ExecutableUnknown, host));
            }
        } else if let Some(name) = self.surroundings.process.arg(0).filter(|name| name.contains(&b'/')) {
            file = buffer(name, host)?;
        }
        let cwd = if path::is_absolute(file.as_bytes()) { Some(&b"/"[..]) } else { self.cwd_path()? };
        match cwd {
            Some(cwd) if !file.as_bytes().is_empty() => {
                let joined = path::join_clean(cwd, path::split(file.as_bytes()).directory);
                let joined = joined.map_err(|_| too_long(host))?;
                self.names.store(&[joined.as_bytes()]).ok_or(TOO_MANY_NAMES)
            }
            _ => Err(Failure::new(Reason::ExecutableUnknown, host)),
        }
    }

    /// Go programs find their mounts from `/`.
    fn add_synthetic_root(&mut self) -> Result<()> {
        let is_needed = self.world.is_go
            && self.world.mounts.iter().next().is_some()
            && !self.world.mounts.iter().any(|(_, mount)| mount.name == b"/");
        if is_needed {
            let root = Descriptor { is_preopen: true, ..Descriptor::synthetic(Node::ROOT) };
            self.world.table.insert(root).map_err(|_| TOO_MANY_NAMES)?;
        }
        Ok(())
    }
}

fn is_at(mount: &Mount, stat: &Stat) -> bool {
    mount.source == Source::host(stat)
}

fn stat_of(directory: &OwnedFd, host: &'static [u8]) -> Result<Stat> {
    fstat(directory.as_fd()).map_err(|errno| cannot_open(host, errno))
}

fn buffer(path: &[u8], host: &'static [u8]) -> Result<PathBuffer> {
    PathBuffer::new(path).map_err(|_| too_long(host))
}

fn too_long(host: &'static [u8]) -> Failure {
    Failure::new(Reason::NameTooLong, host)
}

fn cannot_open(host: &'static [u8], errno: Host) -> Failure {
    let reason = match errno {
        Host::NOENT => Reason::NotFound,
        Host::NOTDIR => Reason::NotDirectory,
        Host::ACCESS | Host::PERM => Reason::Denied,
        Host::LOOP => Reason::TooManyLinks,
        Host::MFILE | Host::NFILE => Reason::TooManyFiles,
        _ => Reason::CannotOpen,
    };
    Failure::new(reason, host)
}

#[cfg(test)]
mod tests;
