//! What a fault makes of an answer.

use serde_json::{Value, json};

use super::Fault;
use crate::sim::{
    exchange::{Cut, Reply, Request},
    market::{Market, Refusal, Surface, conflict},
    wire::{refused, unavailable},
};

/// The reply that is given instead of acting; `None` where the seller acts.
pub(crate) fn instead(market: &Market, request: &Request, faults: &[Fault]) -> Option<Reply> {
    faults.iter().find_map(|fault| {
        Some(match fault {
            Fault::CutAtHead | Fault::CutBeforeActing => Reply::cut_off(Cut::Drop),
            Fault::Unavailable => unavailable(market),
            Fault::Broken { status, acts: false } => senseless(*status),
            Fault::Throttled { says, retry_after_s } => throttled(market, *says, *retry_after_s),
            Fault::KeyConflict => {
                let key = field(request, "idempotency_key").unwrap_or_default();
                refused(market, conflict(Surface::Deals, &key))
            }
            Fault::Refuses { status, code } => refused(market, refusal(*status, code)),
            Fault::Ponders { status, acts: false } => undecided(*status),
            Fault::Drop
            | Fault::HalfHead
            | Fault::HalfBody
            | Fault::Slow(_)
            | Fault::Twice
            | Fault::ActsLate(_)
            | Fault::Broken { .. }
            | Fault::Garbled
            | Fault::Html
            | Fault::Huge(_)
            | Fault::Snatched
            | Fault::Ponders { .. }
            | Fault::Differs(_) => return None,
        })
    })
}

/// The reply as a fault leaves it, after the seller acted.
pub(crate) fn spoilt(mut reply: Reply, fault: &Fault) -> Reply {
    match fault {
        Fault::Drop => reply.cut = Some(Cut::Drop),
        Fault::HalfHead => reply.cut = Some(Cut::HalfHead),
        Fault::HalfBody => reply.cut = Some(Cut::HalfBody),
        Fault::Twice => reply.cut = Some(Cut::Twice),
        Fault::Slow(by) => reply.delay += *by,
        Fault::Broken { status, .. } => return senseless(*status),
        Fault::Ponders { status, .. } => return undecided(*status),
        Fault::Garbled => reply.body = b"{\"deal\": {\"deal_id\": ".to_vec(),
        Fault::Html => {
            let page = b"<html><head><title>502 Bad Gateway</title></head></html>".to_vec();
            return Reply::new(502, "text/html", page);
        }
        Fault::Huge(bytes) => reply.body = vec![b' '; *bytes],
        Fault::CutAtHead
        | Fault::CutBeforeActing
        | Fault::ActsLate(_)
        | Fault::Unavailable
        | Fault::Throttled { .. }
        | Fault::Snatched
        | Fault::KeyConflict
        | Fault::Differs(_)
        | Fault::Refuses { .. } => {}
    }
    reply
}

/// What a text field of a request's body says.
pub(crate) fn field(request: &Request, name: &str) -> Option<String> {
    let body: Value = serde_json::from_slice(&request.body).ok()?;
    body.get(name)?.as_str().map(str::to_owned)
}

/// An error without a word that a program could read; after a 500 the connection is closed too.
fn senseless(status: u16) -> Reply {
    let says = match status {
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Internal Server Error",
    };
    let mut reply = Reply::new(status, "text/plain; charset=utf-8", says.as_bytes().to_vec());
    reply.cut = (status == 500).then_some(Cut::After);
    reply
}

/// A booking that arrived and that nobody has decided on yet.
fn undecided(status: u16) -> Reply {
    let says =
        json!({"deal": null, "status": "pending_approval", "message": "Sales will look at it."});
    Reply::new(status, "application/json", says.to_string().into_bytes())
}

fn throttled(market: &Market, says: bool, retry_after_s: Option<u32>) -> Reply {
    let mut reply = if says {
        let message = "Too many requests. The request was not processed.";
        let detail = json!({"error": "rate_limited", "message": message, "processed": false});
        refused(market, Refusal::Told { status: 429, detail })
    } else {
        refused(market, Refusal::words(429, "Too Many Requests"))
    };
    if let Some(seconds) = retry_after_s {
        reply.headers.insert("retry-after".to_owned(), seconds.to_string());
    }
    reply
}

fn refusal(status: u16, code: &'static str) -> Refusal {
    let says = match status {
        400 => "This request cannot be taken.",
        401 => "Invalid API key",
        403 => "Agent is blocked. Contact the seller operator for access.",
        404 => "It was not found.",
        409 => "It is not where this could be done.",
        410 => "Quote has expired. Request a new quote.",
        422 => "Validation failed.",
        _ => "No.",
    };
    if code.is_empty() { Refusal::words(status, says) } else { Refusal::coded(status, code, says) }
}
