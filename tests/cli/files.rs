//! Files that a person names: what is no plain file is refused in words, and never waited for. A store that
//! others may write to is told, with the `chmod` that cures it.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::Home;

/// A pipe into which nobody writes.
fn pipe(home: &Home) -> String {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let path = home.path("pipe");
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    path.display().to_string()
}

#[test]
fn a_pipe_is_refused_in_words_wherever_a_file_is_named() {
    let home = Home::new("");
    let pipe = pipe(&home);
    let story = format!("--story={pipe}");
    for (line, code) in [
        (&["replay", &pipe][..], 3),
        (&["replay", &pipe, "--cast", "out"], 3),
        (&["deals", "readback", &pipe], 2),
        (&["--config", &pipe, "config", "check"], 3),
        (&["--config", &pipe, "deals", "list"], 3),
        (&["--store", &pipe, "deals", "list"], 3),
        (&["--store", &pipe, "watch", "--no-follow"], 3),
        (&["--store", &pipe, "halt"], 3),
        (&["demo", "--headless", &story], 2),
    ] {
        let ran = home.run(line);
        assert_eq!(ran.code, code, "{line:?}: {}{}", ran.stdout, ran.stderr);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains("it is a pipe, and no plain file"), "{line:?}: {said}");
    }
    // The log is left out, and the desk works all the same.
    let ran = home.run(&["--log", &pipe, "deals", "list"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("no log: ") && ran.stderr.contains("a pipe"), "{}", ran.stderr);
}

#[test]
fn a_recording_whose_screen_no_terminal_has_is_refused() {
    let home = Home::new("");
    let (file, out) = (home.path("a.rec"), home.path("a.cast").display().to_string());
    let head = r#"{"dealdesk_recording":1,"version":"0.1.0","mode":"demo","cols":65535,"rows":65535,"started":"2026-06-18T14:00:00Z"}"#;
    fs::write(&file, format!("{head}\n")).unwrap();
    let file = file.display().to_string();
    for line in [&["replay", &file, "--cast", &out][..], &["replay", &file, "--json"]] {
        let ran = home.run(line);
        assert_eq!(ran.code, 3, "{line:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("says 65535×65535, and no screen is larger"), "{}", ran.stderr);
    }
}

#[test]
fn doctor_tries_the_store_and_tells_whom_it_is_open_to() {
    let home = Home::new("");
    let doctor = |status: &str| {
        let ran = home.run(&["doctor", "--offline", "--json"]);
        let document = ran.json("doctor");
        let checks = document["checks"].as_array().unwrap().clone();
        let of_store = checks.into_iter().filter(|check| check["name"] == "store");
        let told = of_store.filter(|check| check["status"] == status);
        told.map(|check| format!("{} {}", check["detail"], check["fix"])).collect::<Vec<_>>()
    };
    assert!(doctor("ok")[0].contains("tried: it can be"), "{:?}", doctor("ok"));
    assert!(!home.path("state").exists(), "nothing is left of a trial");
    assert_eq!(home.run(&["halt"]).code, 0);
    assert!(doctor("ok")[0].contains("tried: it can be written"), "{:?}", doctor("ok"));
    let folder = home.path("state/dealdesk");
    let store = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let store = store.into_iter().find(|path| path.extension().is_some_and(|e| e == "db")).unwrap();
    let chmod = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let before = doctor("fail");
    assert_eq!(before, Vec::<String>::new());
    chmod(&store, 0o666);
    let told = doctor("fail").concat();
    assert!(told.contains("mode 0666") && told.contains("run: chmod 600 "), "{told}");
    chmod(&store, 0o600);
    chmod(&folder, 0o777);
    let told = doctor("fail").concat();
    assert!(told.contains("mode 0777") && told.contains("run: chmod go-w "), "{told}");
}

#[test]
fn paper_is_refused_where_nothing_is_real() {
    let home = Home::new("");
    for line in [&["demo", "--paper"][..], &["--paper", "simulate", "--listen", "127.0.0.1:0"]] {
        let ran = home.run(line);
        assert_eq!(ran.code, 2, "{line:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("nothing is real anyway"), "{}", ran.stderr);
    }
}
