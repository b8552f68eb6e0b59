//! A known secret in every place it can come from, every subcommand, a seller that sends it back in
//! every way: none of the bytes that come out or are kept hold it.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{Home, Ran, private};

/// With letters that JSON and URLs escape.
const SENTINEL: &str = "sk+SENTINEL/0123456789\"x=";

/// In base64 as it stands, and as it stands behind one and two other bytes; without the letters at
/// the ends, which depend on what is beside it.
const ENCODED: [&str; 3] =
    ["srU0VOVElORUwvMDEyMzQ1", "K1NFTlRJTkVMLzAxMjM0NTY3", "ytTRU5USU5FTC8wMTIzNDU2"];

/// A seller that gives our key back in its body, its headers and the addresses it sends us to.
struct Echo {
    url: String,
}

impl Echo {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for (turn, stream) in listener.incoming().flatten().enumerate() {
                // One that hangs up early has heard enough.
                let _ = answer(stream, turn);
            }
        });
        Self { url }
    }
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
}

fn answer(mut stream: TcpStream, turn: usize) -> std::io::Result<()> {
    let (mut key, mut path, mut length) = (String::new(), String::new(), 0);
    let mut reader = BufReader::new(stream.try_clone()?);
    for nth in 0.. {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if nth == 0 {
            line.split(' ').nth(1).unwrap_or_default().clone_into(&mut path);
        }
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            if line.trim_end().is_empty() {
                break;
            }
            continue;
        };
        match name.to_lowercase().as_str() {
            "x-api-key" => value.clone_into(&mut key),
            "authorization" => value.trim_start_matches("Bearer ").clone_into(&mut key),
            "content-length" => length = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    std::io::Read::read_exact(&mut reader, &mut body)?;
    let json = serde_json::to_string(&key).unwrap();
    let inside = json.trim_matches('"');
    let unicode = key.bytes().map(|byte| format!("\\u{byte:04x}")).collect::<Vec<_>>().concat();
    let encoded = percent(&key);
    let behind = ["", "a", "ab"].map(|before| STANDARD.encode(format!("{before}{key}")));
    let words = format!("{inside} {unicode} {encoded} {}", behind.join(" "));
    let product = format!(
        r#"{{"product_id":"p","name":"{words}","base_cpm":10.0,"inventory_type":"{inside}"}}"#
    );
    let (status, place, body) = match (turn % 4, path.as_str()) {
        (_, path) if path.contains("agent.json") => {
            ("200 OK", String::new(), format!(r#"{{"name":"{words}","version":"{inside}"}}"#))
        }
        (0, _) => ("302 Found", format!("/{encoded}?k={encoded}"), String::new()),
        (1, _) => ("401 Unauthorized", String::new(), format!(r#"{{"detail":"{words}"}}"#)),
        (2, _) => (
            "422 Unprocessable",
            String::new(),
            format!(r#"{{"detail":{{"error":"{inside}","message":"{words}"}}}}"#),
        ),
        (_, _) => ("200 OK", String::new(), format!(r#"{{"products":[{product}],"packages":[]}}"#)),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nx-echo: {key}\r\nwww-authenticate: Bearer {key}\r\nlocation: {place}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Whether bytes hold the key, or any way of writing it.
fn leaks(bytes: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(bytes);
    let escaped = ["SENTINEL", "%53%45%4E%54", "\\u0053\\u0045\\u004e"];
    escaped.into_iter().chain(ENCODED).find(|form| text.contains(form))
}

/// Every place a key can be in, each as the lines of a seller's block.
fn places(home: &Home) -> Vec<String> {
    let file = home.path("key");
    fs::write(&file, SENTINEL).unwrap();
    private(&file);
    let file = file.display();
    let line = format!("cat {file}");
    vec![
        "api_key_env = \"KEY\"".to_owned(),
        format!("api_key_file = \"{file}\""),
        format!("api_key_command = \"{line}\""),
        format!("api_key_command = [\"cat\", \"{file}\"]"),
        format!("api_key_command = \"{line}; {line} >&2; exit 1\""),
        format!("api_key = '{SENTINEL}'"),
        "api_key_keyring = \"dealdesk/none\"".to_owned(),
        "bearer_token_env = \"KEY\"".to_owned(),
        "auth = \"bearer\"\napi_key_env = \"KEY\"".to_owned(),
    ]
}

const LINES: &[&[&str]] = &[
    &["sellers", "list"],
    &["sellers", "test", "a"],
    &["kit", "list"],
    &["kit", "search", "words"],
    &["kit", "show", "pk"],
    &["kit", "products"],
    &["quote", "request", "--seller", "a", "--product", "p"],
    &["quote", "request", "--query", "p"],
    &["quote", "list"],
    &["quote", "show", "qt-1"],
    &["negotiate", "qt-1", "--target", "1", "--max", "2", "--step", "1", "--rounds", "1"],
    &["book", "qt-1", "--confirm", "1", "--max-cpm", "2"],
    &["deals", "list"],
    &["deals", "show", "D-1"],
    &["audit", "verify"],
    &["doctor"],
    &["config", "check"],
    &["config", "path"],
    &["config", "example"],
    &["keys"],
    &[],
];

fn clean(what: &str, bytes: &[u8]) {
    let found = leaks(bytes);
    assert_eq!(found, None, "{what}: {}", String::from_utf8_lossy(bytes));
}

/// Every file that the program wrote.
fn kept(folder: &Path, files: &mut usize) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            kept(&path, files);
        } else {
            *files += 1;
            clean(&path.display().to_string(), &fs::read(&path).unwrap());
        }
    }
}

#[test]
fn no_byte_that_comes_out_or_is_kept_holds_a_key() {
    for before in ["", "a", "ab"] {
        let encoded = STANDARD.encode(format!("{before}{SENTINEL}"));
        assert!(leaks(encoded.as_bytes()).is_some(), "{encoded}");
    }
    assert!(leaks(SENTINEL.as_bytes()).is_some() && leaks(percent(SENTINEL).as_bytes()).is_some());
    let echo = Echo::start();
    let (mut ran, mut files) = (0, 0);
    let count = places(&Home::new("")).len();
    for place in 0..count {
        let home = Home::new("");
        let config = format!(
            "[[sellers]]\nname = \"a\"\nurl = \"{}\"\nattempts = 1\n{}\n",
            echo.url,
            places(&home)[place]
        );
        fs::write(home.config(), config).unwrap();
        private(&home.config());
        // Every line in both formats for one place; each place once for the lines that ask sellers.
        for (nth, line) in LINES.iter().enumerate() {
            for json in [&[][..], &["--json"]] {
                if place > 1 && (nth + json.len()) % 2 == 0 {
                    continue;
                }
                let line = [line, json].concat();
                let mut command = home.command(&line);
                command.env("KEY", SENTINEL).env("PATH", "/usr/bin:/bin");
                command.env("DEALDESK_LOG", "trace").env("RUST_BACKTRACE", "full");
                let out = Ran::of(&command.output().unwrap());
                clean(&format!("{line:?} stdout"), out.stdout.as_bytes());
                clean(&format!("{line:?} stderr"), out.stderr.as_bytes());
                assert_ne!(out.code, -1, "{line:?} was killed");
                ran += 1;
            }
        }
        kept(&home.path("state"), &mut files);
    }
    assert!(ran > 200 && files >= 2 * count, "only {ran} runs and {files} files");
}
