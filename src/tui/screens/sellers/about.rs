//! What is known of one seller: what it speaks and how that was found out, what it knows us as, how it
//! answers, how far its clock is off, and what we have with it.

use ratatui::text::Line;

use super::view::took;
use crate::{
    desk::{SellerState, State, Stop, places::Dealings},
    domain::{Tier, text},
    tui::parts::{clock, context::Dx, facts, money, theme::Meaning},
};

/// The host of a URL.
pub(super) fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    text::clean(rest.split('/').next().unwrap_or(rest), 60)
}

/// Whether what is said with it can be read on the way: plain http to another machine.
pub(super) fn is_plain(url: &str) -> bool {
    url.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://")) && !is_here(url)
}

/// Whether it is this machine: a name or a number of its own, and nothing else behind it.
fn is_here(url: &str) -> bool {
    let host = host(url);
    let name =
        host.rsplit_once(':').filter(|_| !host.ends_with(']')).map_or(&*host, |(name, _)| name);
    let mut parts = name.split('.');
    let is_number = parts.next() == Some("127") && parts.all(|part| part.parse::<u8>().is_ok());
    name == "localhost" || name == "[::1]" || is_number
}

/// The tier that what a seller is told should earn.
fn earned(state: &State, seller: &SellerState) -> Tier {
    state.setup.identity.revealed(seller.info.reveal).tier()
}

/// The tier a seller gave us, where it is less than what it is told should earn.
pub(super) fn short_of(state: &State, seller: &SellerState) -> Option<Tier> {
    seller.tier.filter(|given| *given < earned(state, seller))
}

/// The lines, the most important first.
pub(super) fn lines(dx: &Dx<'_>, seller: &SellerState, wide: usize) -> Vec<Line<'static>> {
    let state = dx.state;
    let info = &seller.info;
    let mut lines = Vec::new();
    if let Some(stop) = state.controls.sellers.get(&info.name) {
        lines.extend(bad(dx, "HALTED", &halted(dx, stop), wide));
    }
    lines.push(facts::plain(dx, "address", text::clean(&info.url, 200)));
    if is_plain(&info.url) {
        let words = "plain http: whatever is said, the key too, can be read on the way";
        lines.extend(bad(dx, "danger", words, wide));
    }
    lines.push(facts::plain(dx, "auth", text::clean(&info.auth, 40)));
    lines.extend(key(dx, seller, wide));
    lines.extend(facts::wrapped(dx, "speaks", &speaks(seller), wide));
    lines.extend(tier(dx, seller, wide));
    lines.extend(facts::wrapped(dx, "answers", &answers(dx, seller), wide));
    lines.extend(clock_words(dx, seller, wide));
    if let Some((at, error)) = &seller.last_error {
        let words = format!("{} {error} · {}", clock::time(*at), error.cure);
        lines.extend(facts::wrapped(dx, "failed", &words, wide));
    }
    lines.extend(serves(dx, seller, wide));
    lines.push(facts::plain(dx, "with it", dealings(state, seller)));
    let books = if seller.honours_agreement() {
        "books an agreed price as it is; what it books is compared all the same"
    } else {
        "an agreed price is re-quoted before it is booked"
    };
    lines.extend(facts::wrapped(dx, "agreed", books, wide));
    let policy = "reads and quotes are asked again on 502, 503, 504 and time-outs; a booking only on evidence, once, with the same key";
    lines.extend(facts::wrapped(dx, "policy", policy, wide));
    lines
}

fn bad(dx: &Dx<'_>, label: &str, words: &str, wide: usize) -> Vec<Line<'static>> {
    let mut lines = facts::wrapped(dx, label, words, wide);
    for span in lines.iter_mut().flat_map(|line| line.spans.iter_mut()) {
        span.style = dx.style(Meaning::Bad);
    }
    lines
}

fn halted(dx: &Dx<'_>, stop: &Stop) -> String {
    let by = if stop.tripped { "the desk itself".to_owned() } else { stop.by.to_string() };
    let at = clock::moment_utc(stop.at, dx.now);
    let key = dx.key("resume");
    format!(
        "since {at} by {by}: {}. No ticket, no strategy; {key} resumes it",
        text::clean(&stop.why, 200)
    )
}

/// What became of our key when it was checked last.
fn key(dx: &Dx<'_>, seller: &SellerState, wide: usize) -> Vec<Line<'static>> {
    match &seller.key_check {
        None => Vec::new(),
        Some((at, Ok(check))) => {
            let tier = check.tier.map_or_else(String::new, |tier| format!(" ({tier})"));
            let words = format!("{} {}{tier}", clock::moment_utc(*at, dx.now), check.says);
            facts::wrapped(dx, "key", &words, wide)
        }
        Some((at, Err(error))) => {
            let at = clock::moment_utc(*at, dx.now);
            bad(dx, "key", &format!("{at} {error} · {}", error.cure), wide)
        }
    }
}

/// Which dialect, and how that was found out.
fn speaks(seller: &SellerState) -> String {
    let protocol = text::clean(&seller.info.protocol, 20);
    match &seller.spoke {
        Some(spoke) => {
            let found = text::clean(&spoke.found_by, 120);
            format!("{protocol} {}: {found}", text::clean(&spoke.dialect, 20))
        }
        None => format!(
            "{protocol}, dialect not yet known (configured: {})",
            text::clean(&seller.info.dialect, 20)
        ),
    }
}

/// What it is told of us, what that should earn, and what it gives.
fn tier(dx: &Dx<'_>, seller: &SellerState, wide: usize) -> Vec<Line<'static>> {
    let earned = earned(dx.state, seller);
    let told = format!("told at most our {}, which should earn {earned}", seller.info.reveal);
    match (seller.tier, short_of(dx.state, seller)) {
        (_, Some(given)) => {
            let points = earned.discount_pct().saturating_sub(given.discount_pct());
            let words =
                format!("✗ {told}; it gives {given}: {} points less off", points.normalize());
            bad(dx, "tier", &words, wide)
        }
        (Some(given), None) => facts::wrapped(dx, "tier", &format!("{given}; {told}"), wide),
        (None, None) => {
            facts::wrapped(dx, "tier", &format!("{} (no quote yet); {told}", money::UNKNOWN), wide)
        }
    }
}

/// How it answers: health, times, failures, when it last did.
fn answers(dx: &Dx<'_>, seller: &SellerState) -> String {
    let took = |percent| seller.percentile(percent).map_or_else(|| money::UNKNOWN.to_owned(), took);
    let last =
        seller.last_ok.map_or_else(|| "never".to_owned(), |at| clock::moment_utc(at, dx.now));
    let failures = if seller.failures == 1 { "failure" } else { "failures" };
    format!(
        "{} · p50 {} · p95 {} · {} {failures} since · last {last}",
        seller.health,
        took(50),
        took(95),
        seller.failures,
    )
}

fn clock_words(dx: &Dx<'_>, seller: &SellerState, wide: usize) -> Vec<Line<'static>> {
    let words = match seller.skew() {
        Some(skew) => format!(
            "theirs minus ours is between {} and {}; guards use the worse end",
            facts::skew(skew.low_ms),
            facts::skew(skew.high_ms)
        ),
        None => "theirs is not known yet: guards are twice as wide".to_owned(),
    };
    facts::wrapped(dx, "clock", &words, wide)
}

/// What it says of itself and publishes.
fn serves(dx: &Dx<'_>, seller: &SellerState, wide: usize) -> Vec<Line<'static>> {
    let card = seller.card.as_ref().map_or_else(
        || "it has not said who it is".to_owned(),
        |card| format!("{} {} {}", card.name, card.version, card.provider),
    );
    let many =
        |count: Option<usize>| count.map_or_else(|| money::UNKNOWN.to_owned(), |n| n.to_string());
    let mut lines = facts::wrapped(dx, "says", &card, wide);
    lines.push(facts::plain(
        dx,
        "serves",
        format!(
            "packages {} · products {}",
            many(seller.packages.as_ref().map(Vec::len)),
            many(seller.products.as_ref().map(Vec::len)),
        ),
    ));
    if let Some(error) = &seller.kit_error {
        let words = format!("the newest try failed: {error} · {}", error.cure);
        lines.extend(facts::wrapped(dx, "", &words, wide));
    }
    lines
}

/// What we have with it: `2 live · 1 unknown · $33.0k held`.
fn dealings(state: &State, seller: &SellerState) -> String {
    if state.is_reading {
        return "? (the store is being read)".to_owned();
    }
    let Dealings { deals, live, unknown, held } = state.places.dealings(&seller.info.name);
    let held = money::short(held, state.setup.limits.currency);
    let word = if deals == 1 { "deal" } else { "deals" };
    format!("{deals} {word} · {live} live · {unknown} unknown · {held} held")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_a_danger_only_beyond_this_machine() {
        for (url, danger) in [
            ("https://sell.example", false),
            ("http://sell.example:8000", true),
            ("HTTP://sell.example", true),
            ("http://localhost:8000/api", false),
            ("http://127.0.0.1:8000", false),
            ("http://[::1]:8000", false),
            ("http://127.0.0.1.evil.example", true),
            ("http://localhost.evil.example", true),
        ] {
            assert_eq!(is_plain(url), danger, "{url}");
        }
    }
}
