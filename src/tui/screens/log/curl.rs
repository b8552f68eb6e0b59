//! A request as a curl command, to be pasted into a shell. What opens the seller's door is a variable there.

use serde::de::IgnoredAny;

use crate::domain::Exchange;

/// The command: the request as it left, but for the key.
pub(super) fn of(exchange: &Exchange) -> String {
    let (names, body) = parts(&exchange.request);
    let mut words = vec![format!("curl -X {} {}", exchange.method, quoted(&exchange.url))];
    for name in names.split(',').map(str::trim) {
        words.extend(header(name).map(|header| format!("-H {header}")));
    }
    if !body.is_empty() {
        words.push(format!("--data-raw {}", quoted(body)));
        if serde_json::from_str::<IgnoredAny>(body).is_err() {
            words.push("# the desk kept no more of the body".to_owned());
        }
    }
    words.join(" ")
}

/// The names of the headers, and the body behind them.
fn parts(request: &str) -> (&str, &str) {
    let named = request.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    named.map_or(("", ""), |(names, body)| (names, body.trim()))
}

/// A header with what the desk sends in it; `None` for one that makes no difference here.
fn header(name: &str) -> Option<&'static str> {
    match name {
        "accept" => Some("'accept: application/json'"),
        "cache-control" => Some("'cache-control: no-cache'"),
        "content-type" => Some("'content-type: application/json'"),
        "x-api-key" => Some("\"x-api-key: $SELLER_KEY\""),
        "authorization" => Some("\"authorization: Bearer $SELLER_TOKEN\""),
        _ => None,
    }
}

/// A text as one word of a shell: within single quotes nothing has a meaning.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn exchange(method: &str, url: &str, request: &str) -> Exchange {
        Exchange {
            seller: "a".into(),
            method: method.into(),
            url: url.into(),
            request: request.into(),
            status: 200,
            response: String::new(),
            sent_at: jiff::Timestamp::UNIX_EPOCH,
            took_ms: 1,
            attempts: 1,
            skew: None,
            made: crate::domain::skew::Made::default(),
        }
    }

    /// The words that a shell makes of it.
    fn words(shell: &str, command: &str) -> Vec<String> {
        let script = format!("curl() {{ printf '%s\\0' \"$@\"; }}\n{command}\n");
        let mut run = Command::new(shell);
        let run = run.args(["-c", &script]).env("SELLER_KEY", "k 1").env("SELLER_TOKEN", "t\"2");
        let ran = run.output().unwrap();
        assert!(ran.status.success() && ran.stderr.is_empty(), "{command}: {ran:?}");
        let told = String::from_utf8(ran.stdout).unwrap();
        told.strip_suffix('\0').unwrap().split('\0').map(str::to_owned).collect()
    }

    #[test]
    fn a_shell_reads_it_as_the_request_that_left() {
        let body = r#"{"quote_id":"qt-1","notes":["it's $HOME `x` \\ !",[1]],"n":"a\nb"}"#;
        let posted = format!("[accept, content-type, x-api-key] {body}");
        let odd = "https://a.test/api?q='$(id)'&b=[1]";
        for shell in ["sh", "bash"] {
            for (method, url, request, expect) in [
                (
                    "POST",
                    "https://a.test/api/v1/deals",
                    posted.as_str(),
                    vec![
                        "-H",
                        "accept: application/json",
                        "-H",
                        "content-type: application/json",
                        "-H",
                        "x-api-key: k 1",
                        "--data-raw",
                        body,
                    ],
                ),
                (
                    "GET",
                    odd,
                    "[accept, authorization, cache-control, pragma]",
                    vec![
                        "-H",
                        "accept: application/json",
                        "-H",
                        "authorization: Bearer t\"2",
                        "-H",
                        "cache-control: no-cache",
                    ],
                ),
                ("GET", odd, "[accept]", vec!["-H", "accept: application/json"]),
                ("GET", odd, "", vec![]),
            ] {
                let command = of(&exchange(method, url, request));
                let expect: Vec<_> = ["-X", method, url].into_iter().chain(expect).collect();
                assert_eq!(words(shell, &command), expect, "{shell}: {command}");
                assert!(!command.contains("k 1") && !command.contains("t\"2"), "{command}");
            }
        }
        // What was too long to be kept is not passed off as the whole.
        let cut = of(&exchange("POST", "https://a.test", "[accept] {\"a\":\"b…"));
        assert!(cut.ends_with("# the desk kept no more of the body"), "{cut}");
        assert_eq!(words("sh", &cut).last().unwrap(), "{\"a\":\"b…");
    }
}
