//! What is put beside a store: where, what of it is believed, and that it is taken in once.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::*;
use crate::{
    desk::{Actor, Fact, Mode},
    domain::QuoteRef,
};

fn line(n: usize) -> Spilled {
    let fact = Fact::QuoteLetGo { quote: QuoteRef::new("a", format!("qt-{n}")) };
    let at = jiff::Timestamp::UNIX_EPOCH;
    Spilled { entry: Entry { at, actor: Actor::Desk, mode: Mode::Live, fact }, exchange: None }
}

fn in_folder(folder: &Path) -> Vec<Place> {
    let own = folder.join("own");
    vec![
        Place { above: None, folder: folder.join("desk.db.spill") },
        Place { folder: own.join("1.spill"), above: Some(own) },
    ]
}

fn all_left(places: &[Place]) -> Vec<Spilled> {
    read(&left_in(places, |_| false))
}

fn read(files: &[Taken]) -> Vec<Spilled> {
    let lines = files.iter().flat_map(|file| &file.lines);
    lines.filter_map(|(_, line)| line.clone()).collect()
}

/// A disk that is full for files there: it takes the first half of what is written.
fn full(there: &Path) -> impl Fn(&Path, &mut File, &[u8]) -> io::Result<()> {
    let there = there.to_owned();
    move |path, file, bytes| {
        if path.starts_with(&there) {
            file.write_all(&bytes[..bytes.len() / 2])?;
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        write(file, bytes)
    }
}

#[test]
fn a_place_that_fails_is_followed_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let places = in_folder(folder.path());
    let mut spill = Spill::default();
    let first = places[0].folder.clone();
    let at = spill.put_with(&places, "me", &[line(1)], full(&first)).unwrap().to_owned();
    assert!(at.starts_with(&places[1].folder), "{}", at.display());
    // It stays there, and when that one is full too the first may be well again.
    let at = spill.put_with(&places, "me", &[line(2)], full(&first)).unwrap().to_owned();
    assert!(at.starts_with(&places[1].folder));
    let second = places[1].folder.clone();
    let at = spill.put_with(&places, "me", &[line(3)], full(&second)).unwrap().to_owned();
    assert!(at.starts_with(&places[0].folder));
    let mut left = all_left(&places);
    left.sort_by_key(|line| line.entry.fact.subject());
    assert_eq!(left, [line(1), line(2), line(3)]);
    let both_full = full(folder.path());
    assert!(spill.put_with(&places, "me", &[line(4)], both_full).is_err());

    let files = left_in(&places, |_| false);
    spill.clear();
    assert!(files.iter().all(|file| !file.path.exists()));
    // Whoever is alive stores it himself.
    let _ = Spill::default().put_with(&places, "me", &[line(5)], |_, f, b| write(f, b)).unwrap();
    assert_eq!(read(&left_in(&places, |owner| owner == "me")), []);
}

/// The files with their text; those that are only made to take their place are none of them.
fn texts(folder: &Path) -> Vec<(String, String)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let text = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.map(|path| (name(&path), text(&path))).collect()
}

#[test]
fn what_is_taken_in_goes_and_what_cannot_be_read_or_judged_stays() {
    let folder = tempfile::tempdir().unwrap();
    let places = in_folder(folder.path());
    let beside = places[0].folder.clone();
    private::make_own_folder(&beside).unwrap();
    let of = |n: usize| serde_json::to_string(&line(n)).unwrap();
    let (one, two) = (of(1), of(2));
    // Torn within a letter of a word, and at the end.
    let torn = [&one.as_bytes()[..20], b"\xc3"].concat();
    let whole =
        [&torn[..], b"\n", one.as_bytes(), b"\n\n", two.as_bytes(), b"\n", &two.as_bytes()[..9]]
            .concat();
    let mut file = private::append_own(&beside.join("gone.jsonl")).unwrap();
    file.write_all(&whole).unwrap();
    assert_eq!(all_left(&places), [line(1), line(2)]);

    let knows = |n: usize| move |entry: &Entry| *entry == line(n).entry;
    let mut files = left_in(&places, |_| false);
    for file in &mut files {
        file.leave_out(knows(1));
    }
    // While one takes it in, it is nobody else's.
    assert!(left_in(&places, |_| false).is_empty());
    // What was begun before and did not come to its end is no file of a desk.
    fs::write(beside.join("gone.rest"), "x").unwrap();
    fs::set_permissions(beside.join("gone.rest"), fs::Permissions::from_mode(0o600)).unwrap();
    taken_in(files);
    assert_eq!(all_left(&places), [line(2)]);
    let found = texts(&beside);
    let [(name, text)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(name, "gone.jsonl");
    let rest = format!("{}\n{two}\n{}\n", String::from_utf8_lossy(&torn), &two[..9]);
    assert_eq!(*text, rest);
    let mode = fs::metadata(beside.join("gone.jsonl")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let mut files = left_in(&places, |_| false);
    for file in &mut files {
        file.leave_out(knows(2));
    }
    taken_in(files);
    assert_eq!((all_left(&places), texts(&beside).len()), (vec![], 1), "half lines stay");
    // One that lies there whole is gone with its folder.
    fs::write(beside.join("gone.jsonl"), format!("{one}\n")).unwrap();
    let mut files = left_in(&places, |_| false);
    for file in &mut files {
        file.leave_out(knows(1));
    }
    taken_in(files);
    assert!(!beside.exists());
}

#[test]
fn a_disk_that_is_full_leaves_no_half_line() {
    // A file of the system that is always full.
    let Ok(mut file) = File::options().append(true).open("/dev/full") else { return };
    assert!(write(&mut file, b"a line").is_err());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    let mut file = private::append_own(&path).unwrap();
    write(&mut file, b"one\n").unwrap();
    let mut read_only = File::open(&path).unwrap();
    assert!(write(&mut read_only, b"two\n").is_err());
    assert_eq!(fs::read(&path).unwrap(), b"one\n");
}

#[test]
fn only_what_nobody_else_can_have_put_there_is_taken_in() {
    let mode = |path: &Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let folder = tempfile::tempdir().unwrap();
    let places = in_folder(folder.path());
    let mut spill = Spill::default();
    for place in &places {
        let only = std::slice::from_ref(place);
        let path = Spill::default()
            .put_with(only, "me", &[line(1)], |_, f, b| write(f, b))
            .unwrap()
            .to_owned();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(all_left(only), [line(1)]);
        for wide in [0o602, 0o620, 0o640, 0o604] {
            mode(&path, wide);
            assert_eq!(all_left(only), [], "a file of mode {wide:o}");
            assert!(spill.put_with(only, "me", &[line(2)], |_, f, b| write(f, b)).is_err());
        }
        mode(&path, 0o600);
        for open in [Some(place.folder.as_path()), place.above.as_deref()].into_iter().flatten() {
            for wide in [0o777, 0o770, 0o755, 0o1777] {
                mode(open, wide);
                assert_eq!(all_left(only), [], "a folder of mode {wide:o}");
                assert!(spill.put_with(only, "x", &[line(2)], |_, f, b| write(f, b)).is_err());
            }
            mode(open, 0o700);
            // A link to a folder of ours, which somebody else may have made.
            let moved = open.with_extension("moved");
            fs::rename(open, &moved).unwrap();
            symlink(&moved, open).unwrap();
            assert_eq!(all_left(only), [], "a linked folder");
            assert!(spill.put_with(only, "x", &[line(2)], |_, f, b| write(f, b)).is_err());
            fs::remove_file(open).unwrap();
            fs::rename(&moved, open).unwrap();
        }
        assert_eq!(all_left(only), [line(1)]);

        let other = path.with_file_name("other.jsonl");
        symlink(&path, &other).unwrap();
        assert_eq!(all_left(only), [line(1)], "a link is not followed");
        fs::remove_file(&other).unwrap();
        fs::hard_link(&path, &other).unwrap();
        assert_eq!(all_left(only), [], "two names");
        fs::remove_file(&other).unwrap();
        // Only where the tests run as somebody who may give files away.
        let nobody = Some(65_534);
        if std::os::unix::fs::chown(&path, nobody, None).is_ok() {
            assert_eq!(all_left(only), [], "another user's file");
            std::os::unix::fs::chown(&path, Some(rustix::process::geteuid().as_raw()), None)
                .unwrap();
            std::os::unix::fs::chown(&place.folder, nobody, None).unwrap();
            assert_eq!(all_left(only), [], "another user's folder");
        }
    }
}
