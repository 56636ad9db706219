//! `poll_oneoff`: waiting for descriptors and clocks.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::CWD;
use rustix::io::{Errno as Host, ioctl_fionread};

use super::types::{Dialect, NANOSECONDS};
use super::{Call, clock};
use crate::embedded;
use crate::errno::{Errno, Result};
use crate::fd::Table;
use crate::guest::{Guest, Record};

/// Most subscriptions of one call; more than a process has descriptors.
const SUBSCRIPTIONS_MAX: usize = 1024;

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
    /// So many bytes are there, without asking the kernel.
    ready_bytes: Option<u64>,
}

impl Subscription {
    /// There is an event without asking the kernel.
    fn is_certain(&self) -> bool {
        self.error.is_some() || self.ready_bytes.is_some()
    }
}

/// Room for one call's subscriptions.
pub struct PollSpace([Subscription; SUBSCRIPTIONS_MAX]);

impl Default for PollSpace {
    fn default() -> Self {
        Self::new()
    }
}

impl PollSpace {
    pub const fn new() -> PollSpace {
        PollSpace(
            [Subscription { userdata: 0, event_type: 0, error: None, deadline: 0, fd: 0, ready_bytes: None };
                SUBSCRIPTIONS_MAX],
        )
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
    let space = world.poll.0.get_mut(..len).ok_or(Errno::INVAL)?;
    for (index, slot) in (0..).zip(space.iter_mut()) {
        *slot = read_subscription(&call.guest, dialect, subscriptions, index, started)?;
    }
    // Linux passes over negative descriptors, as CWD is.
    let mut fds: [PollFd<'_>; SUBSCRIPTIONS_MAX] =
        core::array::from_fn(|_| PollFd::from_borrowed_fd(CWD, PollFlags::empty()));
    let fds = fds.get_mut(..len).ok_or(Errno::INVAL)?;
    for (subscription, slot) in space.iter_mut().zip(fds.iter_mut()) {
        if subscription.event_type != EVENT_CLOCK {
            subscription.ready_bytes = embedded::bytes_left(world.embedded, &world.table, subscription.fd);
        }
        match watch(subscription, &world.table) {
            Ok(fd) => *slot = fd,
            Err(errno) => subscription.error = Some(errno),
        }
    }
    let now = wait(space, fds)?;
    let mut written = 0;
    for (subscription, fd) in space.iter().zip(fds.iter()) {
        if let Some(event) = event(subscription, fd, now) {
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
        (clock::PROCESS_CPUTIME | clock::THREAD_CPUTIME, 0 | ABSTIME) => Err(Errno::NOTSUP),
        _ => Err(Errno::INVAL),
    }
}

/// What the kernel is asked about a subscription.
fn watch<'t>(subscription: &Subscription, table: &'t Table) -> Result<PollFd<'t>> {
    let events = match subscription.event_type {
        EVENT_FD_READ if subscription.ready_bytes.is_none() => PollFlags::IN,
        EVENT_FD_WRITE if subscription.ready_bytes.is_none() => PollFlags::OUT,
        _ => return subscription.error.map_or(Ok(PollFd::from_borrowed_fd(CWD, PollFlags::empty())), Err),
    };
    Ok(PollFd::from_borrowed_fd(table.get(subscription.fd)?.host()?, events))
}

/// Waits until there is an event; tells when that was.
fn wait(subscriptions: &[Subscription], fds: &mut [PollFd<'_>]) -> Result<u64> {
    let is_due = subscriptions.iter().any(Subscription::is_certain);
    let clocks = subscriptions.iter().filter(|subscription| subscription.event_type == EVENT_CLOCK);
    let first = if is_due { Some(0) } else { clocks.map(|subscription| subscription.deadline).min() };
    loop {
        let now = clock::now(clock::MONOTONIC)?;
        let timeout = first.map(|deadline| timespec(deadline.saturating_sub(now)));
        match poll(fds, timeout.as_ref()) {
            Err(Host::INTR) => continue,
            result => result?,
        };
        let now = clock::now(clock::MONOTONIC)?;
        let mut pairs = subscriptions.iter().zip(fds.iter());
        if pairs.any(|(subscription, fd)| is_ready(subscription, fd, now)) {
            return Ok(now);
        }
    }
}

fn timespec(nanoseconds: u64) -> Timespec {
    let per_second = NANOSECONDS as u64;
    Timespec { tv_sec: (nanoseconds / per_second) as i64, tv_nsec: (nanoseconds % per_second) as i64 }
}

fn is_ready(subscription: &Subscription, fd: &PollFd<'_>, now: u64) -> bool {
    subscription.is_certain()
        || match subscription.event_type {
            EVENT_CLOCK => subscription.deadline <= now,
            _ => !fd.revents().is_empty(),
        }
}

fn event(subscription: &Subscription, fd: &PollFd<'_>, now: u64) -> Option<Record<EVENT_BYTES>> {
    if !is_ready(subscription, fd, now) {
        return None;
    }
    let record =
        Record::ZERO.put(0, &subscription.userdata.to_le_bytes()).put(10, &[subscription.event_type]);
    let revents = fd.revents();
    let error = subscription.error.or(revents.contains(PollFlags::NVAL).then_some(Errno::BADF));
    if let Some(error) = error {
        return Some(record.put(8, &error.code().to_le_bytes()));
    }
    let bytes = match subscription.event_type {
        EVENT_FD_READ => subscription.ready_bytes.unwrap_or_else(|| ioctl_fionread(fd).unwrap_or(0)),
        _ => 0,
    };
    let flags = if revents.contains(PollFlags::HUP) { HANGUP } else { 0 };
    Some(record.put(16, &bytes.to_le_bytes()).put(24, &flags.to_le_bytes()))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};
    use std::vec::Vec;

    use super::super::testing::{DIR, OUT, Open, Sandbox};
    use super::*;
    use crate::fd::{Descriptor, Object};
    use crate::resolve::Resolver;

    const SUBSCRIPTIONS: u32 = 0x10000;
    const EVENTS: u32 = 0x20000;
    const MILLISECOND: u64 = 1_000_000;

    type Subscribed = Record<PREVIEW1_SUBSCRIPTION_BYTES>;

    fn clock(userdata: u64, clock: u32, timeout: u64, flags: u16) -> Subscribed {
        Record::ZERO
            .put(0, &userdata.to_le_bytes())
            .put(16, &clock.to_le_bytes())
            .put(24, &timeout.to_le_bytes())
            .put(40, &flags.to_le_bytes())
    }

    fn stream(userdata: u64, event_type: u8, fd: u32) -> Subscribed {
        Record::ZERO.put(0, &userdata.to_le_bytes()).put(8, &[event_type]).put(16, &fd.to_le_bytes())
    }

    /// Of an event: userdata, errno, type, bytes, flags.
    type Event = (u64, u16, u8, u64, u16);

    fn wait_for(guest: &mut Sandbox, subscribed: &[Subscribed]) -> Result<Vec<Event>> {
        for (index, record) in (0..).zip(subscribed) {
            guest.put(SUBSCRIPTIONS + index * 48, &record.0);
        }
        let count = subscribed.len() as u32;
        guest.call(|call| poll_oneoff(call, Dialect::Preview1, SUBSCRIPTIONS, EVENTS, count, OUT))?;
        let stored = guest.u32(OUT);
        let event = |index| guest.call(|call| call.guest.record::<EVENT_BYTES>(EVENTS, index));
        let events: Result<Vec<_>> = (0..stored).map(event).collect();
        Ok(events?
            .iter()
            .map(|event| (event.u64(0), event.u16(8), event.u8(10), event.u64(16), event.u16(24)))
            .collect())
    }

    fn add_pipe(guest: &mut Sandbox) -> (u32, u32) {
        let (reader, writer) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).unwrap();
        let mut add = |host| {
            let pipe = Descriptor { object: Object::File(host), base_rights: u64::MAX, ..Descriptor::CLOSED };
            guest.world.table.insert(pipe).unwrap()
        };
        (add(reader), add(writer))
    }

    #[test]
    fn the_earliest_clock_ends_the_wait() {
        let mut guest = Sandbox::new(Resolver::new());
        let start = Instant::now();
        let events = wait_for(
            &mut guest,
            &[clock(1, 1, u64::MAX, 0), clock(2, 0, 20 * MILLISECOND, 0), clock(3, 1, u64::MAX, ABSTIME)],
        );
        assert_eq!(events, Ok(std::vec![(2, 0, EVENT_CLOCK, 0, 0)]));
        assert!(start.elapsed() >= Duration::from_millis(20));
    }

    #[test]
    fn times_in_the_past_are_due_at_once() {
        let mut guest = Sandbox::new(Resolver::new());
        for record in
            [clock(1, 0, 0, ABSTIME), clock(1, 0, 5, ABSTIME), clock(1, 1, 5, ABSTIME), clock(1, 1, 0, 0)]
        {
            assert_eq!(wait_for(&mut guest, &[record]), Ok(std::vec![(1, 0, EVENT_CLOCK, 0, 0)]));
        }
        let soon = super::clock::now(super::clock::REALTIME).unwrap() + 10 * MILLISECOND;
        let start = Instant::now();
        assert!(wait_for(&mut guest, &[clock(1, 0, soon, ABSTIME)]).is_ok());
        assert!(start.elapsed() >= Duration::from_millis(9));
    }

    #[test]
    fn bad_subscriptions_are_events_of_their_own() {
        let mut guest = Sandbox::new(Resolver::new());
        let badf = Errno::BADF.code();
        let events = wait_for(
            &mut guest,
            &[
                clock(1, 1, u64::MAX, 0),
                stream(2, EVENT_FD_READ, 99),
                stream(3, EVENT_FD_WRITE, u32::MAX),
                clock(4, 9, 0, 0),
                clock(5, 2, 0, 0),
            ],
        );
        let expected = std::vec![
            (2, badf, EVENT_FD_READ, 0, 0),
            (3, badf, EVENT_FD_WRITE, 0, 0),
            (4, Errno::INVAL.code(), EVENT_CLOCK, 0, 0),
            (5, Errno::NOTSUP.code(), EVENT_CLOCK, 0, 0),
        ];
        assert_eq!(events, Ok(expected));
        assert_eq!(wait_for(&mut guest, &[stream(1, 3, 0)]), Err(Errno::INVAL));
    }

    #[test]
    fn descriptors_that_are_ready() {
        let mut guest = Sandbox::new(Resolver::new());
        let file = guest.open(DIR, "file", Open::READ).unwrap();
        let (reader, writer) = add_pipe(&mut guest);
        let subscribed = [
            stream(1, EVENT_FD_READ, reader),
            stream(2, EVENT_FD_READ, file),
            stream(3, EVENT_FD_WRITE, writer),
            clock(4, 1, 1000 * MILLISECOND, 0),
        ];
        let file_event = (2, 0, EVENT_FD_READ, 10, 0);
        let writer_event = (3, 0, EVENT_FD_WRITE, 0, 0);
        assert_eq!(wait_for(&mut guest, &subscribed), Ok(std::vec![file_event, writer_event]));
        assert_eq!(guest.write(writer, b"abc"), Ok(3));
        let reader_event = (1, 0, EVENT_FD_READ, 3, 0);
        assert_eq!(wait_for(&mut guest, &subscribed), Ok(std::vec![reader_event, file_event, writer_event]));
        assert!(guest.world.table.take(writer).is_ok());
        let hung_up = (1, 0, EVENT_FD_READ, 3, HANGUP);
        assert_eq!(wait_for(&mut guest, &subscribed[..1]), Ok(std::vec![hung_up]));
    }

    #[test]
    fn counts_do_not_wrap() {
        let mut guest = Sandbox::new(Resolver::new());
        for count in [0, SUBSCRIPTIONS_MAX as u32 + 1, 0x0555_5556, u32::MAX] {
            let result =
                guest.call(|call| poll_oneoff(call, Dialect::Preview1, SUBSCRIPTIONS, EVENTS, count, OUT));
            assert_eq!(result, Err(Errno::INVAL));
        }
        let end = (1 << 18) - 40;
        assert_eq!(
            guest.call(|call| poll_oneoff(call, Dialect::Preview1, end, EVENTS, 1, OUT)),
            Err(Errno::FAULT)
        );
        assert_eq!(
            guest.call(|call| poll_oneoff(call, Dialect::Preview1, SUBSCRIPTIONS, end, 2, OUT)),
            Err(Errno::FAULT)
        );
        assert_eq!(
            guest.call(|call| poll_oneoff(call, Dialect::Preview1, SUBSCRIPTIONS, EVENTS, 1, u32::MAX)),
            Err(Errno::FAULT)
        );
    }

    #[test]
    fn the_predecessors_layout() {
        let mut guest = Sandbox::new(Resolver::new());
        let (reader, _) = add_pipe(&mut guest);
        let clock = Record::<UNSTABLE_SUBSCRIPTION_BYTES>::ZERO
            .put(0, &7u64.to_le_bytes())
            .put(16, &u64::MAX.to_le_bytes())
            .put(24, &1u32.to_le_bytes())
            .put(32, &MILLISECOND.to_le_bytes());
        let stream = Record::<UNSTABLE_SUBSCRIPTION_BYTES>::ZERO
            .put(8, &[EVENT_FD_READ])
            .put(16, &reader.to_le_bytes());
        guest.put(SUBSCRIPTIONS, &stream.0);
        guest.put(SUBSCRIPTIONS + 56, &clock.0);
        assert_eq!(
            guest.call(|call| poll_oneoff(call, Dialect::Unstable, SUBSCRIPTIONS, EVENTS, 2, OUT)),
            Ok(())
        );
        assert_eq!((guest.u32(OUT), guest.u32(EVENTS), guest.u32(EVENTS + 8)), (1, 7, 0));
    }
}
