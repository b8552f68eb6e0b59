//! A desk that is killed at any moment has lost nothing that it said was stored.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use dealdesk::store::{Chain, HostLease, Intended, Location, OwnerLock, Store, owner_is_alive};

use super::facts::{folded, intent_for, many, snapshot_of};

const STORE: &str = "DEALDESK_TEST_KILLED_STORE";
const OWNER: &str = "the-killed-one";
const KILLS: usize = 24;

/// Not a test by itself: the process that [`whatever_was_acknowledged_survives_a_kill`] kills. It tells
/// on stdout what it is about to store, and what is stored.
#[test]
#[ignore = "run as a process of its own by the test that kills it"]
fn victim() {
    let Some(path) = env::var_os(STORE).map(PathBuf::from) else { return };
    let location = Location::File(path);
    let _owner = OwnerLock::create(&location, OWNER).unwrap();
    let _host = HostLease::try_acquire(&location).unwrap().unwrap();
    let store = Store::open(location).unwrap();
    let mut newest = store.load().wait().unwrap().seq;
    let say = |word: &str, seq: u64| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n{word} {seq}").unwrap();
        out.flush().unwrap();
    };
    for n in usize::try_from(newest).unwrap()..usize::MAX {
        say("begin", newest);
        let batch: Vec<_> =
            (0..=n % 4).map(|part| store.append(many(n * 8 + part..n * 8 + part + 1))).collect();
        for reply in batch {
            newest = reply.wait().unwrap().last_seq;
            say("stored", newest);
        }
        let intent = store.append_intent(intent_for(n * 8), newest).wait().unwrap();
        let Intended::Stored { seq } = intent else { panic!("nobody else writes: {intent:?}") };
        newest = seq;
        say("stored", newest);
    }
}

fn start(path: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["kill::victim", "--exact", "--ignored", "--nocapture"])
        .env(STORE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn whatever_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let location = Location::File(path.clone());
    let mut before = 0;
    for kill in 0..KILLS {
        let mut victim = start(&path);
        let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
        let mut acknowledged = before;
        let mut told = 0;
        // After so many words, whatever it is doing then; what is still in the pipe is read as well.
        for line in lines.map_while(Result::ok) {
            let mut words = line.split(' ');
            match (words.next(), words.next().and_then(|seq| seq.parse::<u64>().ok())) {
                (Some("stored"), Some(seq)) => acknowledged = acknowledged.max(seq),
                (Some("begin"), Some(_)) => {}
                _ => continue,
            }
            if told == 0 {
                assert!(owner_is_alive(&location, OWNER).unwrap());
                assert!(HostLease::try_acquire(&location).unwrap().is_none());
            }
            told += 1;
            if told == 1 + kill * 7 % 31 {
                victim.kill().unwrap();
            }
        }
        victim.wait().unwrap();
        assert!(told > kill * 7 % 31, "it ended by itself after {told} words");
        assert!(!owner_is_alive(&location, OWNER).unwrap());
        assert!(HostLease::try_acquire(&location).unwrap().is_some());

        let store = Store::open(location.clone()).unwrap();
        let chain = store.verify().wait().unwrap();
        let Chain::Verified { rows, .. } = chain else { panic!("{chain:?}") };
        assert!(rows >= acknowledged, "{acknowledged} were acknowledged, {rows} are there");
        let entries = store.entries(0, u64::MAX).wait().unwrap();
        assert_eq!(entries.len(), usize::try_from(rows).unwrap());
        let state = folded(entries.iter().map(|row| &row.entry));
        assert_eq!(store.load().wait().unwrap(), snapshot_of(&state, entries.len()));
        before = rows;
    }
    assert!(before > 100);
}
