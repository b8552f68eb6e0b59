//! What a reply, or its absence, means: the text of a success, or an error in words for a person.

use jiff::{Timestamp, fmt::rfc2822};
use reqwest::header::{CONTENT_ENCODING, HeaderMap, LOCATION, RETRY_AFTER};
use serde::Deserialize;

use super::{
    Attempt, Http, cure, date,
    envelope::{self, Envelope},
    guard, nonsense,
    transport::{BODY_CAP, TransportError, WireReply},
};
use crate::domain::{ErrorKind, SellerError, text};

/// JSON that is nested deeper is not read (`serde_json`'s own limit).
pub(crate) const DEPTH_CAP: usize = 128;

/// The byte-order mark of a text in UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// How everything that gzip packed begins.
const GZIP: &[u8] = b"\x1f\x8b";

/// The text of a success; our own keys are masked in it.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// HTTP status, 2xx.
    pub(crate) status: u16,
    /// The body as the seller sent it.
    pub(crate) body: String,
}

impl Reply {
    /// Reads the body.
    ///
    /// # Errors
    /// [`ErrorKind::Nonsense`] for what is no JSON or of another shape, [`ErrorKind::TooLarge`] for
    /// what is nested too deep.
    pub(crate) fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, SellerError> {
        serde_json::from_str(&self.body).map_err(|error| {
            let says = error.to_string();
            if says.contains("recursion limit exceeded") {
                return SellerError {
                    kind: ErrorKind::TooLarge,
                    ..self.nonsense("too_deep", format!("nested deeper than {DEPTH_CAP}"))
                };
            }
            if error.is_data() {
                return self.nonsense("unreadable_reply", says);
            }
            self.nonsense("bad_json", format!("the seller's answer is no JSON: {says}"))
        })
    }

    /// An error about this reply.
    pub(crate) fn nonsense(&self, code: &str, says: impl Into<String>) -> SellerError {
        nonsense(self.status, code, text::clean(&says.into(), 300))
    }
}

/// An error with the body that led to it.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: SellerError,
    pub(super) body: String,
}

/// What came of an attempt of `http`, received at `now`.
pub(super) fn judge(http: &Http, attempt: Attempt, now: Timestamp) -> Result<Reply, Failure> {
    let error = match attempt {
        Attempt::Replied(reply) => return judge_reply(http, &reply, now),
        Attempt::Failed(error) => lost(http, error),
        Attempt::TimedOut => {
            let says = format!("no answer within {:?}", http.endpoint.timeout);
            silent(http, ErrorKind::Timeout, "timeout", 0, &says)
        }
    };
    Err(Failure { error, body: String::new() })
}

fn silent(http: &Http, kind: ErrorKind, code: &str, status: u16, says: &str) -> SellerError {
    let says = http.mask.shown(says, 300);
    SellerError {
        http_status: status,
        ..SellerError::transport(kind, code, says, cure::of_transport(code))
    }
}

/// The error where no reply came.
fn lost(http: &Http, error: TransportError) -> SellerError {
    match error {
        TransportError::Setup(says) => silent(http, ErrorKind::Configuration, "setup", 0, &says),
        TransportError::Unreachable(says) => unreachable(http, &says),
        TransportError::Broken { says, status, .. } => {
            silent(http, ErrorKind::Broken, "reset", status, &says)
        }
        TransportError::NotHttp(says) => nonsense(0, "http_error", http.mask.shown(&says, 300)),
        TransportError::TooLarge { status, cap } => too_large(status, cap),
    }
}

/// Nothing was sent: by whose fault, as far as can be told. A proxy on the way is named.
fn unreachable(http: &Http, says: &str) -> SellerError {
    let is_certificate = says.contains(cure::CERTIFICATE);
    let code = if is_certificate { "certificate" } else { "connect_error" };
    let by = http.proxy.as_ref();
    let by = by.map(|proxy| format!(" (by the proxy {} of ${})", proxy.shown, proxy.variable));
    let told = format!("{says}{}", by.unwrap_or_default());
    let error = silent(http, ErrorKind::Unreachable, code, 0, &told);
    match cure::of_way(says, http.proxy.as_ref()) {
        Some(cure) => cure::instead(error, &cure),
        None => error,
    }
}

fn too_large(status: u16, cap: usize) -> SellerError {
    let says = format!("the answer is larger than {} MiB and was not read", cap / 1024 / 1024);
    SellerError { kind: ErrorKind::TooLarge, ..nonsense(status, "too_large", says) }
}

fn judge_reply(http: &Http, reply: &WireReply, now: Timestamp) -> Result<Reply, Failure> {
    let status = reply.status;
    if reply.body.len() > BODY_CAP {
        return Err(Failure { error: too_large(status, BODY_CAP), body: String::new() });
    }
    if let Some(how) = packing(reply) {
        return Err(Failure { error: packed(status, &how), body: format!("({how})") });
    }
    // Some programs begin every text with a mark of its byte order.
    let bytes = reply.body.strip_prefix(MARK).unwrap_or(&reply.body);
    let is_text = std::str::from_utf8(bytes).is_ok();
    let text = String::from_utf8_lossy(bytes);
    let is_binary =
        !is_text && text.contains(|sign: char| sign.is_control() && !sign.is_whitespace());
    let body = if is_binary {
        format!("({} bytes that are no text)", bytes.len())
    } else {
        http.mask.text(text.into_owned())
    };
    let error = if !(200..300).contains(&status) {
        refusal(http, reply, &body, now)
    } else if body.trim().is_empty() {
        nonsense(status, "empty_reply", "the seller answered nothing where JSON was expected")
    } else if envelope::is_html(&body) {
        nonsense(status, "html", "the seller answered HTML, not JSON: is the URL right?")
    } else if !is_text {
        nonsense(status, "bad_json", "the seller's answer is no text in UTF-8")
    } else {
        return Ok(Reply { status, body });
    };
    Err(Failure { error, body })
}

/// How a reply is packed, though the desk asked for none: as its header says, or as its first bytes do.
fn packing(reply: &WireReply) -> Option<String> {
    let header = reply.headers.get(CONTENT_ENCODING).map(|how| how.to_str().unwrap_or("?"));
    let how = header.map(|how| text::clean(how.trim(), 40).to_ascii_lowercase());
    let how = how.filter(|how| !matches!(how.as_str(), "" | "identity"));
    how.filter(|_| !reply.body.is_empty())
        .or_else(|| reply.body.starts_with(GZIP).then(|| "gzip".to_owned()))
}

/// A packed answer: what is in it nobody knows, whatever its status.
fn packed(status: u16, how: &str) -> SellerError {
    let says = format!("the seller's answer is packed ({how}), which was not asked for");
    let kind = match status {
        400..=499 => ErrorKind::Refused,
        500..=599 => ErrorKind::Unavailable,
        _ => ErrorKind::Nonsense,
    };
    SellerError { kind, bare: true, ..nonsense(status, cure::PACKED, says) }
}

/// The error of a status that is no success.
fn refusal(http: &Http, reply: &WireReply, body: &str, now: Timestamp) -> SellerError {
    let status = reply.status;
    let envelope = envelope::read(body);
    let cure = cure::of_status((status, &envelope), &http.endpoint, http.proxy.as_ref());
    let Envelope { mut code, mut says, mut bare, .. } = envelope;
    let kind = match status {
        400..=499 => ErrorKind::Refused,
        500..=599 => ErrorKind::Unavailable,
        _ => ErrorKind::Nonsense,
    };
    if (300..400).contains(&status) {
        let place = reply.headers.get(LOCATION).and_then(|place| place.to_str().ok());
        let url = place.and_then(|place| http.endpoint.url.join(place).ok());
        let place = url.as_ref().map_or_else(|| "nowhere".to_owned(), guard::shown_url);
        says = http.mask.shown(&format!("it sends us to {place}"), 300);
        "redirect".clone_into(&mut code);
        bare = false;
    }
    let retry_after_s = retry_after(&reply.headers, now);
    SellerError { kind, http_status: status, code, says, cure, retry_after_s, bare }
}

/// `Retry-After`: seconds, or a date on the seller's clock.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<u32> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(u32::try_from(seconds).unwrap_or(u32::MAX));
    }
    let until = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    let left = until.duration_since(date(headers).unwrap_or(now)).as_secs().max(0);
    Some(u32::try_from(left).unwrap_or(u32::MAX))
}
