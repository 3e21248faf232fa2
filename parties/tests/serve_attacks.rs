//! Resident processes and callers that break the rules: strangers, floods, and pinned partners with their own wire.

mod command;
mod fixture;
mod holders;
mod outlaw;

use std::sync::Arc;
use std::time::Duration;

use command::{Running, start};
use holders::{Holders, text};
use outlaw::{frame, shake_hands};
use quorate::identity::{Address, Hex, Home, Identity, PublicKey};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// The longest call.
const CALL_LIMIT: u32 = 320 * 1024;

/// What travels, written down a second time: a change of the wire shows itself here.
#[derive(Serialize)]
#[allow(dead_code, reason = "the order of the variants is what matters")]
enum Call {
    Session { rendezvous: Hex<32> },
    Invitation { rendezvous: Hex<32>, content: Vec<u8> },
    Witness(Vec<u8>),
    Health,
}

#[derive(Debug, Deserialize)]
enum Answer {
    Accepted(Vec<u8>),
    Here,
    NotNow(String),
    Refused { policy: bool, why: String },
}

#[derive(Serialize)]
enum Invitation {
    Presign { key: String, count: u32, signers: Vec<PublicKey> },
    Sign { key: String, subject: Hex<32>, signers: Vec<PublicKey> },
    Request { key: String, request: Hex<32>, bundle: String, signers: Vec<PublicKey> },
}

#[derive(Serialize)]
struct Question {
    key: String,
    used: Vec<(Vec<PublicKey>, u64, u32)>,
}

/// Three holders, of whom ann has a resident process; cas is the outlaw.
struct Scene {
    holders: Holders,
    ann: Running,
    address: Address,
    cas: Arc<Identity>,
    title: String,
}

fn identity(holders: &Holders, name: &str) -> Identity {
    Home::at(holders.company.home(name)).identity().expect("an identity")
}

fn serve(holders: &Holders, name: &str, options: &[&str]) -> Running {
    let (home, passphrase) = (holders.company.home(name), holders.passphrase(name));
    let place = ["serve", "--home", &home, "--passphrase-file", &passphrase];
    let running = start(&[&place, options].concat());
    running.until("serving");
    running
}

impl Scene {
    fn new(scheme: &str) -> Self {
        let holders = Holders::new();
        let made = holders.generate("treasury", scheme);
        let title = format!("{scheme} {} epoch 0", text(&made[0], "key_id"));
        let ann = serve(&holders, "ann", &["--wait", "2"]);
        let address = identity(&holders, "ann").card().address().clone();
        let cas = Arc::new(identity(&holders, "cas"));
        Self { holders, ann, address, cas, title }
    }

    fn key_of(&self, name: &str) -> PublicKey {
        identity(&self.holders, name).public_key()
    }

    /// One call of cas, and its answer.
    async fn call(&self, call: &Call) -> Answer {
        let mut stream = shake_hands(&self.cas, &self.address).await;
        send(&mut stream, &postcard::to_stdvec(call).expect("plain data")).await;
        answer(&mut stream).await
    }

    async fn invite(&self, rendezvous: u8, invitation: &Invitation) -> Answer {
        let content = postcard::to_stdvec(invitation).expect("plain data");
        self.call(&Call::Invitation { rendezvous: Hex([rendezvous; 32]), content }).await
    }

    fn presign(&self, key: &str, count: u32, names: &[&str]) -> Invitation {
        let signers = names.iter().map(|name| self.key_of(name)).collect();
        Invitation::Presign { key: key.to_owned(), count, signers }
    }

    /// Ann still answers, signs, and ends in order.
    fn ends_well(self) -> String {
        let ask = ["sign", "treasury", "--signers", "ann,ben", "--message", "pay the rent", "--json"];
        let home = self.holders.company.home("ann");
        let at_ann = start(&[&["key"][..], &ask, &["--home", &home]].concat());
        let at_ben = self.holders.start("ben", &ask);
        let signed = [at_ann, at_ben].map(|running| self.holders.end(running).json());
        assert_eq!(signed[0]["signature"], signed[1]["signature"]);
        self.ann.signal("TERM");
        let ended = self.holders.end(self.ann);
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        assert!(!ended.err.contains("panicked"), "{}", ended.err);
        ended.err
    }
}

async fn send(stream: &mut TlsStream<TcpStream>, call: &[u8]) {
    stream.write_all(&frame(3, call)).await.expect("it listens");
    stream.flush().await.expect("it listens");
}

async fn answer(stream: &mut TlsStream<TcpStream>) -> Answer {
    let hears = async {
        let mut head = [0; 5];
        stream.read_exact(&mut head).await.expect("an answer");
        assert_eq!(head[0], 4, "an answer");
        let mut body = vec![0; u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize];
        stream.read_exact(&mut body).await.expect("an answer");
        postcard::from_bytes(&body).expect("an answer")
    };
    tokio::time::timeout(Duration::from_secs(30), hears).await.expect("it answers")
}

#[track_caller]
fn refused(answer: Answer, words: &str) {
    match answer {
        Answer::Refused { policy: false, why } if why.contains(words) => {}
        other => panic!("{other:?} instead of a refusal with {words:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gets_no_further_than_the_handshake() {
    let scene = Scene::new("ed25519");
    scene.holders.company.add("mallory");
    let mallory = Arc::new(identity(&scene.holders, "mallory"));
    let address = scene.address.clone();
    let turned_away = tokio::spawn(async move { shake_hands(&mallory, &address).await }).await;
    assert!(turned_away.is_err(), "the handshake does not succeed");
    scene.ann.until("turned away a connection");
    assert!(matches!(scene.call(&Call::Health).await, Answer::Accepted(more) if more.is_empty()));
    scene.ends_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_too_long_or_none_is_cut_off() {
    let scene = Scene::new("ed25519");
    let announced = |kind: u8, length: u32| [&[kind][..], &length.to_le_bytes()].concat();
    let garbage = [
        announced(3, u32::MAX),
        announced(3, CALL_LIMIT + 1),
        announced(0, 10),
        announced(9, 0),
        frame(3, &[77]),
        frame(3, &[1, 32]),
        // A call with something behind it.
        frame(3, &[3, 0]),
        // A list that claims to be longer than everything.
        frame(3, &[2, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    ];
    for bytes in garbage {
        let mut stream = shake_hands(&scene.cas, &scene.address).await;
        stream.write_all(&bytes).await.expect("it listens");
        stream.flush().await.expect("it listens");
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut rest)).await;
        assert!(closed.is_ok() && rest.is_empty(), "{bytes:?} is answered with {rest:?}");
    }
    // What is a call and says nothing sensible inside is refused in words.
    refused(scene.call(&Call::Witness(vec![0xff; 1000])).await, "another layout");
    let invitation = Call::Invitation { rendezvous: Hex([1; 32]), content: vec![9; 70_000] };
    refused(scene.call(&invitation).await, "another layout");
    scene.ends_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_of_connections_keep_nobody_out() {
    let scene = Scene::new("ed25519");
    let mut silent = Vec::new();
    for _ in 0..400 {
        silent.push(TcpStream::connect((scene.address.host(), scene.address.port())).await.expect("it listens"));
    }
    assert!(matches!(scene.call(&Call::Health).await, Answer::Accepted(_)));
    // A partner that shakes hands and then says nothing is a flood as well.
    let mut handshakes = Vec::new();
    for _ in 0..150 {
        handshakes.push(shake_hands(&scene.cas, &scene.address).await);
    }
    assert!(matches!(scene.call(&Call::Health).await, Answer::Accepted(_)));
    scene.ends_well();
    drop((silent, handshakes));
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_are_checked() {
    let scene = Scene::new("ed25519");
    let other = scene.title.replace("epoch 0", "epoch 1");
    refused(scene.invite(1, &scene.presign(&other, 1, &["ann", "cas"])).await, "keeps no such key");
    refused(scene.invite(2, &scene.presign("\u{1b}[31m", 1, &["ann", "cas"])).await, "keeps no such key");
    for signers in [&["ann", "ben"][..], &["cas", "ben"], &[]] {
        let invitation = scene.presign(&scene.title, 1, signers);
        refused(scene.invite(3, &invitation).await, "not holders, or without caller or called");
    }
    scene.holders.company.add("mallory");
    let invitation = scene.presign(&scene.title, 1, &["ann", "cas", "mallory"]);
    refused(scene.invite(4, &invitation).await, "not holders");
    for count in [0, 1025, u32::MAX] {
        refused(scene.invite(5, &scene.presign(&scene.title, count, &["ann", "cas"])).await, "so much");
    }
    let twice = scene.presign(&scene.title, 1, &["ann", "cas", "cas"]);
    refused(scene.invite(6, &twice).await, "so much");
    let signers = vec![scene.key_of("ann"), scene.key_of("cas")];
    let sign = Invitation::Sign { key: scene.title.clone(), subject: Hex([7; 32]), signers };
    match scene.invite(7, &sign).await {
        Answer::NotNow(why) => assert!(why.contains("its own user"), "{why}"),
        other => panic!("{other:?}"),
    }
    let signers = vec![scene.key_of("ann"), scene.key_of("cas")];
    let bundle = "format = 1\n".to_owned();
    let request = Invitation::Request { key: scene.title.clone(), request: Hex([7; 32]), bundle, signers };
    refused(scene.invite(8, &request).await, "carries no request, or another one");
    let said = scene.ends_well();
    assert!(!said.contains('\u{1b}'), "words of a caller do not steer a terminal");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_for_once() {
    let scene = Scene::new("ed25519");
    let invitation = scene.presign(&scene.title, 1, &["ann", "cas"]);
    assert!(matches!(scene.invite(1, &invitation).await, Answer::Accepted(_)));
    // Said again while the session goes on, it is the same session.
    assert!(matches!(scene.invite(1, &invitation).await, Answer::Accepted(_)));
    // Nobody comes.
    scene.ann.until("preparing with treasury failed");
    refused(scene.invite(1, &invitation).await, "for once");
    let said = scene.ends_well();
    assert_eq!(said.matches("preparing with treasury: ").count(), 1, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_that_hangs_holds_up_nobody_else() {
    let scene = Scene::new("ecdsa-secp256k1");
    let invitation = scene.presign(&scene.title, 4, &["ann", "cas"]);
    let mut hanging = Vec::new();
    for rendezvous in 1..20 {
        assert!(matches!(scene.invite(rendezvous, &invitation).await, Answer::Accepted(_)));
        if scene.cas.public_key() < scene.key_of("ann") {
            // The outlaw is the one of the two that dials: it comes, and says nothing more.
            let mut stream = shake_hands(&scene.cas, &scene.address).await;
            let call = Call::Session { rendezvous: Hex([rendezvous; 32]) };
            send(&mut stream, &postcard::to_stdvec(&call).expect("plain data")).await;
            assert!(matches!(answer(&mut stream).await, Answer::Accepted(_)));
            hanging.push(stream);
        }
    }
    let said = scene.ends_well();
    assert!(said.contains("signing with treasury done: ann, ben"), "{said}");
    drop(hanging);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_tells_of_its_own_uses_only() {
    let scene = Scene::new("ed25519");
    let [ann, ben, cas] = ["ann", "ben", "cas"].map(|name| scene.key_of(name));
    let tell = |key: &str, signers: Vec<PublicKey>, lot: u64| {
        Call::Witness(
            postcard::to_stdvec(&Question { key: key.to_owned(), used: vec![(signers, lot, 0)] }).expect("data"),
        )
    };
    refused(scene.call(&tell("ed25519 no epoch 0", vec![ben, cas], 0)).await, "keeps no such key");
    refused(scene.call(&tell(&scene.title, vec![ann, ben], 0)).await, "no holders of the key, or without the one");
    refused(scene.call(&tell(&scene.title, vec![cas, cas], 0)).await, "no holders of the key, or without the one");
    refused(scene.call(&tell(&scene.title, vec![ben, cas], u64::MAX)).await, "no batch of these signers");
    assert!(matches!(scene.call(&tell(&scene.title, vec![ben, cas], 3)).await, Answer::Accepted(_)));
    // What cas has told burns nothing of ben's or ann's.
    scene
        .holders
        .end(start(&[
            "key",
            "presign",
            "treasury",
            "--count",
            "1",
            "--json",
            "--home",
            &scene.holders.company.home("ann"),
            "--signers",
            "ann,ben",
            "--wait",
            "1",
        ]))
        .fails(3, &["ben"]);
    let ben = serve(&scene.holders, "ben", &[]);
    let home = scene.holders.company.home("ann");
    let ask = ["key", "presign", "treasury", "--count", "2", "--signers", "ann,ben", "--json", "--home", &home];
    assert_eq!(scene.holders.end(start(&ask)).json()["stock"], json!(2));
    ben.signal("TERM");
    let ended = scene.holders.end(ben);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    scene.ends_well();
}
