//! `poll_oneoff`: waiting for descriptors and clocks.

use rustix::fd::AsRawFd;
use rustix::io::{Errno as Host, ioctl_fionread};
use rustix::time::Timespec;
use wasmc_abi::embed::Image;

use super::types::{Dialect, NANOSECONDS};
use super::{Call, clock};
use crate::embedded;
use crate::errno::{Errno, Result};
use crate::fd::{DESCRIPTORS_MAX, Table};
use crate::guest::{Guest, Record};
use crate::sys::{self, PollEntry};

/// Most subscriptions of one call: Go's own limit.
const SUBSCRIPTIONS_MAX: usize = if cfg!(test) { 2048 } else { 65536 };

const PREVIEW1_SUBSCRIPTION_BYTES: usize = 48;
const UNSTABLE_SUBSCRIPTION_BYTES: usize = 56;
const EVENT_BYTES: usize = 32;

const EVENT_CLOCK: u8 = 0;
const EVENT_FD_READ: u8 = 1;
const EVENT_FD_WRITE: u8 = 2;

/// Of subscription_clock: the timeout is a time, not a duration.
const ABSTIME: u16 = 1;
/// Of event_fd_readwrite: the other side is gone.
const HANGUP: u16 = 1;

/// A subscription, read once from guest memory.
#[derive(Clone, Copy)]
struct Subscription {
    userdata: u64,
    event_type: u8,
    /// Fails at once, without waiting.
    error: Option<Errno>,
    /// On the monotonic clock, in nanoseconds.
    deadline: u64,
    fd: u32,
    /// Of a descriptor: which of the kernel's entries is about it.
    entry: u32,
    /// So many bytes are there, without asking the kernel.
    ready_bytes: Option<u64>,
}

/// Room for one call's subscriptions. Part of .bss: what no call has used costs
/// nothing.
pub struct PollSpace {
    subscriptions: [Subscription; SUBSCRIPTIONS_MAX],
    /// What the kernel is asked, once for each descriptor: it takes no more
    /// entries than the process may have descriptors.
    entries: [PollEntry; DESCRIPTORS_MAX],
    /// By the guest's descriptor, one more than the index of its entry. Zeros
    /// between calls.
    entry_of: [u32; DESCRIPTORS_MAX],
}

impl Default for PollSpace {
    fn default() -> Self {
        Self::new()
    }
}

impl PollSpace {
    pub const fn new() -> PollSpace {
        const UNUSED: Subscription = Subscription {
            userdata: 0,
            event_type: 0,
            error: None,
            deadline: 0,
            fd: 0,
            entry: 0,
            ready_bytes: None,
        };
        PollSpace {
            subscriptions: [UNUSED; SUBSCRIPTIONS_MAX],
            entries: [PollEntry { fd: 0, events: 0, found: 0 }; DESCRIPTORS_MAX],
            entry_of: [0; DESCRIPTORS_MAX],
        }
    }
}

pub fn poll_oneoff(
    call: &mut Call<'_>,
    dialect: Dialect,
    subscriptions: u32,
    events: u32,
    count: u32,
    stored: u32,
) -> Result<()> {
    let len = count as usize;
    if len == 0 || len > SUBSCRIPTIONS_MAX {
        return Err(Errno::INVAL);
    }
    call.guest.check(events, u64::from(count) * EVENT_BYTES as u64)?;
    call.guest.check(stored, 4)?;
    let world = &mut *call.world;
    let started = clock::now(clock::MONOTONIC)?;
    let PollSpace { subscriptions: room, entries, entry_of } = &mut world.poll;
    let asked = room.get_mut(..len).ok_or(Errno::INVAL)?;
    for (index, slot) in (0..).zip(asked.iter_mut()) {
        *slot = read_subscription(&call.guest, dialect, subscriptions, index, started)?;
    }
    let entries = watch(asked, entries, entry_of, world.embedded, &world.table);
    let now = wait(asked, entries)?;
    let mut written = 0;
    for subscription in asked.iter() {
        if let Some(event) = event(subscription, entries, now, &world.table) {
            call.guest.write(events + written * EVENT_BYTES as u32, &event.0)?;
            written += 1;
        }
    }
    call.guest.write_u32(stored, written)
}

fn read_subscription(
    guest: &Guest<'_>,
    dialect: Dialect,
    array: u32,
    index: u32,
    now: u64,
) -> Result<Subscription> {
    match dialect {
        Dialect::Preview1 => {
            let record: Record<PREVIEW1_SUBSCRIPTION_BYTES> = guest.record(array, index)?;
            decode(&record, 16, now)
        }
        Dialect::Unstable => {
            let record: Record<UNSTABLE_SUBSCRIPTION_BYTES> = guest.record(array, index)?;
            // A clock has an identifier of its own before the rest.
            let clock_at = if record.u8(8) == EVENT_CLOCK { 24 } else { 16 };
            decode(&record, clock_at, now)
        }
    }
}

fn decode<const N: usize>(record: &Record<N>, body: usize, now: u64) -> Result<Subscription> {
    let event_type = record.u8(8);
    let mut subscription = Subscription {
        userdata: record.u64(0),
        event_type,
        error: None,
        deadline: u64::MAX,
        fd: record.u32(body),
        entry: 0,
        ready_bytes: None,
    };
    match event_type {
        EVENT_CLOCK => match deadline(record.u32(body), record.u64(body + 8), record.u16(body + 24), now) {
            Ok(deadline) => subscription.deadline = deadline,
            Err(errno) => subscription.error = Some(errno),
        },
        EVENT_FD_READ | EVENT_FD_WRITE => {}
        _ => return Err(Errno::INVAL),
    }
    Ok(subscription)
}

/// When a clock's subscription is due, on the monotonic clock.
fn deadline(clock: u32, timeout: u64, flags: u16, now: u64) -> Result<u64> {
    match (clock, flags) {
        (clock::REALTIME | clock::MONOTONIC, 0) => Ok(now.saturating_add(timeout)),
        (clock::MONOTONIC, ABSTIME) => Ok(timeout),
        (clock::REALTIME, ABSTIME) => {
            Ok(now.saturating_add(timeout.saturating_sub(clock::now(clock::REALTIME)?)))
        }
        // These stand still while the program waits.
        (clock::PROCESS_CPUTIME | clock::THREAD_CPUTIME, 0 | ABSTIME) => Err(Errno::NOTSUP),
        _ => Err(Errno::INVAL),
    }
}

/// What the kernel is asked: the entries that were used.
fn watch<'e>(
    subscriptions: &mut [Subscription],
    entries: &'e mut [PollEntry],
    entry_of: &mut [u32],
    image: Option<Image<'static>>,
    table: &Table,
) -> &'e mut [PollEntry] {
    let mut used = 0;
    for subscription in subscriptions.iter_mut().filter(|one| one.event_type != EVENT_CLOCK) {
        subscription.ready_bytes = embedded::bytes_left(image, table, subscription.fd);
        if subscription.ready_bytes.is_some() {
            continue;
        }
        let host = match table.get(subscription.fd).and_then(|descriptor| descriptor.host()) {
            Ok(host) => host.as_raw_fd(),
            Err(errno) => {
                subscription.error = Some(errno);
                continue;
            }
        };
        // The table has this descriptor, so these have it too.
        let Some(known) = entry_of.get_mut(subscription.fd as usize) else { continue };
        let is_new = *known == 0;
        if is_new {
            used += 1;
            *known = used;
        }
        subscription.entry = *known - 1;
        if let Some(entry) = entries.get_mut(subscription.entry as usize) {
            let events = if is_new { 0 } else { entry.events };
            *entry = PollEntry { fd: host, events: events | subscription.host_events(), found: 0 };
        }
    }
    for subscription in subscriptions.iter() {
        if let Some(known) = entry_of.get_mut(subscription.fd as usize) {
            *known = 0;
        }
    }
    entries.get_mut(..used as usize).unwrap_or_default()
}

/// Waits until there is an event; tells when that was.
fn wait(subscriptions: &[Subscription], entries: &mut [PollEntry]) -> Result<u64> {
    let is_due = subscriptions.iter().any(Subscription::is_certain);
    let clocks = subscriptions.iter().filter(|subscription| subscription.event_type == EVENT_CLOCK);
    let first = if is_due { Some(0) } else { clocks.map(|subscription| subscription.deadline).min() };
    loop {
        let now = clock::now(clock::MONOTONIC)?;
        let timeout = first.map(|deadline| timespec(deadline.saturating_sub(now)));
        match sys::poll(entries, timeout) {
            Err(sys::EINTR) => continue,
            result => result.map_err(Host::from_raw_os_error)?,
        };
        let now = clock::now(clock::MONOTONIC)?;
        if subscriptions.iter().any(|subscription| subscription.is_ready(entries, now)) {
            return Ok(now);
        }
    }
}

fn timespec(nanoseconds: u64) -> Timespec {
    let per_second = NANOSECONDS as u64;
    Timespec { tv_sec: (nanoseconds / per_second) as i64, tv_nsec: (nanoseconds % per_second) as i64 }
}

impl Subscription {
    /// There is an event without asking the kernel.
    fn is_certain(&self) -> bool {
        self.error.is_some() || self.ready_bytes.is_some()
    }

    /// The kernel is asked about it.
    fn is_of_host(&self) -> bool {
        self.event_type != EVENT_CLOCK && !self.is_certain()
    }

    fn host_events(&self) -> i16 {
        if self.event_type == EVENT_FD_READ { sys::POLLIN } else { sys::POLLOUT }
    }

    /// What the kernel found of what this one is about.
    fn found(&self, entries: &[PollEntry]) -> i16 {
        let found = entries.get(self.entry as usize).map_or(0, |entry| entry.found);
        found & (self.host_events() | sys::POLLERR | sys::POLLHUP | sys::POLLNVAL)
    }

    fn is_ready(&self, entries: &[PollEntry], now: u64) -> bool {
        self.is_certain()
            || match self.event_type {
                EVENT_CLOCK => self.deadline <= now,
                _ => self.found(entries) != 0,
            }
    }
}

fn event(
    subscription: &Subscription,
    entries: &[PollEntry],
    now: u64,
    table: &Table,
) -> Option<Record<EVENT_BYTES>> {
    if !subscription.is_ready(entries, now) {
        return None;
    }
    let record =
        Record::ZERO.put(0, &subscription.userdata.to_le_bytes()).put(10, &[subscription.event_type]);
    let found = if subscription.is_of_host() { subscription.found(entries) } else { 0 };
    let error = subscription.error.or((found & sys::POLLNVAL != 0).then_some(Errno::BADF));
    if let Some(error) = error {
        return Some(record.put(8, &error.code().to_le_bytes()));
    }
    let bytes = match subscription.event_type {
        EVENT_FD_READ if subscription.ready_bytes.is_some() => subscription.ready_bytes?,
        EVENT_FD_READ => ioctl_fionread(table.get(subscription.fd).ok()?.host().ok()?).unwrap_or(0),
        _ => 0,
    };
    let flags = if found & sys::POLLHUP != 0 { HANGUP } else { 0 };
    Some(record.put(16, &bytes.to_le_bytes()).put(24, &flags.to_le_bytes()))
}

#[cfg(test)]
mod tests;
