//! A hundred million AND gates under `yao` in less than 200 MiB a party.
//!
//! Peak memory is a figure of a process, so each party is a process of its own: the test starts its own binary
//! twice, with a socket between the two where standard input would be.
#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use futures_channel::mpsc;
use futures_executor::{block_on, block_on_stream};
use futures_util::{SinkExt, StreamExt};
use quorate_circuits::clear::Column;
use quorate_circuits::number::Word;
use quorate_engine::net::{FrameReceiver, FrameSender, Link, LinkError, LinkFuture, MAX_FRAME, PartyIndex};
use quorate_engine::plan::cost;
use quorate_engine::protocol::ProtocolName;
use quorate_testkit::{Case, Cluster};

/// Which party a started process is.
const PARTY: &str = "QUORATE_MEMORY_TEST_PARTY";
const ROWS: usize = 520_000;
const MOST_KIBIBYTES: usize = 200 << 10;

const PROGRAM: &str = "program total_of_larger
role a
role b
size rows in 1..=10^7
input a.x[rows]: i64
input b.y[rows]: i64
let x = share(a.x)
let y = share(b.y)
reveal total = sum(select(x > y, x, y)) to all
";

#[test]
fn a_hundred_million_gates_need_less_than_200_mebibytes() {
    if let Ok(party) = std::env::var(PARTY) {
        return be(party.parse().expect("0 or 1"));
    }
    let (left, right) = UnixStream::pair().expect("sockets");
    let started = [(0, left), (1, right)].map(|(party, socket)| start(party, socket));
    let due = total();
    for (party, process) in started.into_iter().enumerate() {
        let (learned, kibibytes) = report(process);
        assert_eq!(learned, due, "party {party}");
        assert!(kibibytes < MOST_KIBIBYTES, "party {party}: {kibibytes} KiB");
    }
}

/// What both learn.
fn total() -> i128 {
    let larger = numbers(PartyIndex(0)).zip(numbers(PartyIndex(1))).map(|(x, y)| i128::from(x.max(y)));
    larger.sum()
}

/// A party's column, made up anew wherever it is needed (a linear congruential generator).
fn numbers(party: PartyIndex) -> impl Iterator<Item = i64> {
    let next = |x: &u64| Some(x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
    std::iter::successors(Some(17 + party.0 as u64), next).take(ROWS).map(u64::cast_signed)
}

fn start(party: usize, socket: UnixStream) -> Child {
    Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "a_hundred_million_gates_need_less_than_200_mebibytes", "--nocapture"])
        .env(PARTY, party.to_string())
        .stdin(Stdio::from(OwnedFd::from(socket)))
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts")
}

/// The total and the peak memory that a party's process states.
fn report(process: Child) -> (i128, usize) {
    let output = process.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    let line = text.lines().find_map(|line| line.split_once("report ")).expect("a report").1;
    let (total, kibibytes) = line.split_once(' ').expect("two numbers");
    (total.parse().expect("a total"), kibibytes.parse().expect("a size"))
}

/// One party, in its own process.
fn be(party: usize) {
    let me = PartyIndex(party);
    let mut case = Case::new(PROGRAM, &format!("rows={ROWS}"), &[]);
    let name = ["a.x", "b.y"][party];
    case.inputs.insert(name.to_owned(), numbers(me).map(|n| i128::from(n).cast_unsigned()).collect::<Vec<Word>>());
    let cluster = Cluster::new(case).protocol(ProtocolName::Yao);
    assert!(cost(&cluster.plan()).and_gates > 100_000_000);
    let socket = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned().expect("a socket"));
    let (link, writer) = link(socket);
    let links = if party == 0 { vec![None, Some(link)] } else { vec![Some(link), None] };
    let ended = cluster.run_one(me, links);
    let outcome = ended.result.expect("it runs");
    drop(ended.session);
    writer.join().expect("all frames are on their way");
    let Column::Words(words) = &outcome.outputs[0].1 else { panic!("a number") };
    writeln!(std::io::stdout(), "report {} {}", words[0].cast_signed(), peak_kibibytes()).expect("a pipe");
}

fn peak_kibibytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("the high-water mark");
    line.split_whitespace().nth(1).and_then(|figure| figure.parse().ok()).expect("a number")
}

struct ToWriter(mpsc::Sender<Vec<u8>>);
struct FromReader(mpsc::Receiver<Vec<u8>>);

impl FrameSender for ToWriter {
    fn send(&mut self, frame: Vec<u8>) -> LinkFuture<'_, ()> {
        Box::pin(async move { self.0.send(frame).await.map_err(|_| LinkError::Closed) })
    }
}

impl FrameReceiver for FromReader {
    fn receive(&mut self) -> LinkFuture<'_, Vec<u8>> {
        Box::pin(async move { self.0.next().await.ok_or(LinkError::Closed) })
    }
}

/// A link over a socket: a thread that writes, to be waited for at the end, and one that reads.
fn link(socket: UnixStream) -> (Link, JoinHandle<()>) {
    let (to_writer, frames) = mpsc::channel(2);
    let (mut arrived, from_reader) = mpsc::channel(2);
    let mut reading = socket.try_clone().expect("a second handle");
    let mut writing = socket;
    let writer = std::thread::spawn(move || {
        for frame in block_on_stream(frames) {
            let frame: Vec<u8> = frame;
            let length = (frame.len() as u32).to_le_bytes();
            if writing.write_all(&length).and_then(|()| writing.write_all(&frame)).is_err() {
                return;
            }
        }
    });
    std::thread::spawn(move || {
        let mut length = [0; 4];
        while reading.read_exact(&mut length).is_ok() {
            let length = u32::from_le_bytes(length) as usize;
            assert!(length <= MAX_FRAME);
            let mut frame = vec![0; length];
            if reading.read_exact(&mut frame).is_err() || block_on(arrived.send(frame)).is_err() {
                return;
            }
        }
    });
    (Link { sender: Box::new(ToWriter(to_writer)), receiver: Box::new(FromReader(from_reader)) }, writer)
}
