//! Waiting for pipes, sockets and clocks, in both layouts.

use std::time::{Duration, Instant};
use std::vec::Vec;

use super::super::testing::{DIR, OUT, Open, Sandbox};
use super::*;
use crate::fd::{Descriptor, Object};
use crate::guest::testing::Memory;
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
    let stream =
        Record::<UNSTABLE_SUBSCRIPTION_BYTES>::ZERO.put(8, &[EVENT_FD_READ]).put(16, &reader.to_le_bytes());
    guest.put(SUBSCRIPTIONS, &stream.0);
    guest.put(SUBSCRIPTIONS + 56, &clock.0);
    assert_eq!(
        guest.call(|call| poll_oneoff(call, Dialect::Unstable, SUBSCRIPTIONS, EVENTS, 2, OUT)),
        Ok(())
    );
    assert_eq!((guest.u32(OUT), guest.u32(EVENTS), guest.u32(EVENTS + 8)), (1, 7, 0));
}

#[test]
fn many_subscriptions_of_few_descriptors() {
    let mut guest = Sandbox::new(Resolver::new());
    let (reader, writer) = add_pipe(&mut guest);
    // More than the process may have descriptors by default; several times the
    // same one, clocks between them.
    let mut subscribed: Vec<_> = (0..1300).map(|index| clock(index, 1, u64::MAX, 0)).collect();
    subscribed.extend((0..700).map(|_| stream(7, EVENT_FD_READ, reader)));
    guest.memory = Memory::new(1 << 20);
    let waited = |guest: &mut Sandbox, subscribed: &[Subscribed]| {
        for (index, record) in (0..).zip(subscribed) {
            guest.put(SUBSCRIPTIONS + index * 48, &record.0);
        }
        let (count, events) = (subscribed.len() as u32, 0x80000);
        guest.call(|call| poll_oneoff(call, Dialect::Preview1, SUBSCRIPTIONS, events, count, OUT)).unwrap();
        (guest.u32(OUT), guest.bytes(events, 11))
    };
    assert_eq!(guest.write(writer, b"abc"), Ok(3));
    let (stored, first) = waited(&mut guest, &subscribed);
    assert_eq!((stored, first[0], first[10]), (700, 7, EVENT_FD_READ));
    subscribed.push(stream(8, EVENT_FD_WRITE, writer));
    let (stored, _) = waited(&mut guest, &subscribed);
    assert_eq!(stored, 701);
}

#[test]
fn one_descriptor_to_read_and_to_write() {
    let mut guest = Sandbox::new(Resolver::new());
    let (left, right) = rustix::net::socketpair(
        rustix::net::AddressFamily::UNIX,
        rustix::net::SocketType::STREAM,
        rustix::net::SocketFlags::CLOEXEC,
        None,
    )
    .unwrap();
    let socket = Descriptor { object: Object::Socket(left), base_rights: u64::MAX, ..Descriptor::CLOSED };
    let fd = guest.world.table.insert(socket).unwrap();
    let subscribed = [stream(1, EVENT_FD_READ, fd), stream(2, EVENT_FD_WRITE, fd)];
    let writable = (2, 0, EVENT_FD_WRITE, 0, 0);
    assert_eq!(wait_for(&mut guest, &subscribed), Ok(std::vec![writable]));
    rustix::io::write(&right, b"ab").unwrap();
    assert_eq!(wait_for(&mut guest, &subscribed), Ok(std::vec![(1, 0, EVENT_FD_READ, 2, 0), writable]));
    assert_eq!(wait_for(&mut guest, &subscribed[1..]), Ok(std::vec![writable]));
}
