//! Every place a secret can be in: what is refused, in which words, and that none of them holds it.

use super::{command, *};

const SENTINEL: &str = "sk-SENTINEL-do-not-print-9f";

fn environment() -> Environment {
    let variables = [("DESK_KEY", SENTINEL), ("BAD", "a b"), ("NO_KEY", "")];
    Environment::new(&variables, "/c".into(), "/s".into())
}

fn says(source: &Source) -> String {
    let read = source.read(&environment());
    read.map_or_else(|error| error.to_string(), |secret| secret.expose_secret().to_owned())
}

#[test]
fn an_environment_variable_is_read_and_a_missing_one_is_named() {
    assert_eq!(says(&Source::Env("DESK_KEY".into())), SENTINEL);
    let missing = says(&Source::Env("DESK_KYE".into()));
    assert_eq!(
        missing,
        "$DESK_KYE is not set ($DESK_KEY is set: is it that?); export DESK_KYE=… first"
    );
    assert!(says(&Source::Env("BAD".into())).contains("no key has"));
    let empty = says(&Source::Env("NO_KEY".into()));
    assert_eq!(empty, "$NO_KEY is empty; export NO_KEY=… with the key");
    let near_empty = says(&Source::Env("NO_KYE".into()));
    assert_eq!(near_empty, "$NO_KYE is not set; export NO_KYE=… first");
}

#[test]
fn a_command_gives_its_first_line_or_a_reason() {
    let run = |line: &str| says(&Source::Command(Run::Shell(line.into())));
    assert_eq!(run(&format!("echo {SENTINEL}; echo second line")), SENTINEL);
    let failed = run(&format!("echo {SENTINEL}; echo 'no {SENTINEL} \u{1b}[2Jhere' >&2; exit 3"));
    assert_eq!(
        failed,
        "the key's command failed (exit status: 3) and said: no (key) �[2Jhere; run it by hand to see \
         what it says"
    );
    // It says what it never printed: only words are left of that.
    let said = |words: &str| {
        let told = run(&format!("printf '%b' '{words}' >&2; exit 1"));
        let (_, told) = told.split_once(" and said: ").unwrap_or_default();
        told.split_once(';').unwrap_or_default().0.to_owned()
    };
    for (words, told) in [
        ("gpg: decryption failed: No secret key", "gpg: decryption failed: No secret key"),
        (
            "cat: /home/ana/.password-store/dsp.gpg: Permission denied",
            "cat: /home/ana/.password-store/dsp.gpg: Permission denied",
        ),
        ("ERROR Unauthorized.", "ERROR Unauthorized."),
        ("+ curl -H X-Api-Key:sk-SENTINEL-9f https", "+ curl -H …:… https"),
        ("token=ask_live_4f9a77c02be1d3", "…"),
        ("sk-SENT\\0342\\0200\\0213INEL-do-not-print", "…"),
        ("key \"c2stU0VOVElORUw+/QQ==\" is bad", "key \"…/QQ==\" is bad"),
        ("http://ana:hunter22@vault/x", "http://(key)@vault/x"),
        ("averyverylongwordthatnobodywrites", "…"),
    ] {
        assert_eq!(said(words), told, "{words}");
    }
    assert_eq!(
        run(&format!("printf '{SENTINEL}\\r\\n'; exec >&- 2>&-; exec sleep 60 </dev/null"))
            .split(';')
            .next(),
        Some("the key's command failed (signal: 9 (SIGKILL))")
    );
    assert!(run("yes 0123456789").starts_with("the key's command failed"), "it is cut off");
    assert!(run("printf '\\377\\376'").starts_with("the key's command printed no text"));
    assert!(run("true").contains("is empty"));
    let slow =
        command::read(&Run::Shell("exec sleep 60".into()), Duration::from_millis(1)).unwrap_err();
    assert!(slow.says.contains("took over"));
    let none = says(&Source::Command(Run::Program("/no/such/program".into(), vec![])));
    assert!(none.starts_with("the key's command cannot be started"), "{none}");
}

#[test]
fn a_command_in_words_meets_no_shell() {
    let words = ["%s", "$HOME;`x`"].map(str::to_owned).to_vec();
    assert_eq!(says(&Source::Command(Run::Program("printf".into(), words))), "$HOME;`x`");
}

#[cfg(not(feature = "keyring"))]
#[test]
fn without_the_keyring_its_keys_name_what_is_missing() {
    let source = Source::Keyring { service: "dealdesk".into(), account: "a".into() };
    let says = says(&source);
    assert!(says.contains("`--features keyring`") && says.contains("dealdesk/a"), "{says}");
}

#[test]
fn a_key_is_not_taken_for_the_name_of_a_variable() {
    for (text, is_name) in [
        ("NORTHLIGHT_KEY", true),
        ("_k2", true),
        ("northlight_api_key_of_the_agency", true),
        ("sk-SENTINEL-0123456789", false),
        ("ask_live_4f9a77c02be1d3", false),
        ("2nd", false),
        ("A=B", false),
        ("", false),
    ] {
        assert_eq!(names_a_variable(text), is_name, "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_refused_with_the_command_that_cures_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("my key");
    std::fs::write(&path, format!("{SENTINEL}\n")).unwrap();
    for (mode, ok) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let says = says(&Source::File(path.clone()));
        assert_eq!(says == SENTINEL, ok, "{mode:o}: {says}");
        if !ok {
            assert!(says.contains(&format!("chmod 600 '{}'", path.display())), "{says}");
        }
    }
    let mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let (link, open) = (dir.path().join("link"), dir.path().join("open"));
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let through = says(&Source::File(link.clone()));
    assert!(through.contains("others can read it (mode 0604)"), "{through}");
    mode(&path, 0o600);
    assert_eq!(says(&Source::File(link)), SENTINEL);
    std::fs::create_dir(&open).unwrap();
    keep_secret(&open.join("made/key"), &SecretString::from(SENTINEL)).unwrap();
    std::fs::rename(open.join("made/key"), open.join("key")).unwrap();
    for (folder_mode, ok) in [(0o755, true), (0o1777, true), (0o777, false), (0o702, false)] {
        mode(&open, folder_mode);
        let says = says(&Source::File(open.join("key")));
        assert_eq!(says == SENTINEL, ok, "{folder_mode:o}: {says}");
        assert!(ok || says.contains("chmod o-w"), "{says}");
    }
    assert!(
        keep_secret(&open.join("key"), &SecretString::from("other")).is_err(),
        "none is overwritten"
    );
    assert!(says(&Source::File(dir.path().to_owned())).contains("is not a file"));
    assert!(says(&Source::File(dir.path().join("none"))).contains("cannot be read"));
    for for_a_shell in ["~/k", "$HOME/k", "${HOME}/k", "~ana/k"] {
        let says = says(&Source::File(dir.path().join(for_a_shell)));
        assert!(says.contains("`~` and `$HOME` are taken as they stand"), "{says}");
    }
}

#[test]
fn nothing_that_is_printed_holds_the_secret() {
    let secret = SecretString::from(SENTINEL);
    let inline = Source::Inline(secret.clone(), "/none".into());
    for text in [
        format!("{inline:?} {inline}"),
        format!("{:?}", inline.read(&environment())),
        format!("{:?}", environment()),
        masked(&secret),
    ] {
        assert!(!text.contains("SENTINEL"), "{text}");
    }
    assert_eq!(masked(&secret), "••••9f");
    assert_eq!(masked(&SecretString::from("short")), "••••");
}
