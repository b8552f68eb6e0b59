//! What the tickets that are answered in words say before they are answered.

use ratatui::text::Line;

use super::{About, unknown};
use crate::{
    desk::{
        self, BookingRecord, Stop,
        controls::{AGAIN, RESUME},
    },
    domain::{TicketId, text},
    tui::parts::{clock, context::Dx, countdown, facts, sheet::look},
};

pub(super) fn title(about: &About, dx: &Dx<'_>) -> String {
    let quote = |ticket: &TicketId| {
        unknown(dx.state, ticket).map_or_else(String::new, |booking| {
            let quote = &booking.intent.quote;
            format!("{} of {}", quote.quote_id, quote.seller)
        })
    };
    match about {
        About::Resume(None) => "RESUME the desk".to_owned(),
        About::Resume(Some(seller)) => format!("RESUME {seller}"),
        About::EnterDeal(ticket) => format!("DEAL ID of {}", quote(ticket)),
        About::EndUnknown(ticket) => format!("CLOSE WITH A REASON {}", quote(ticket)),
        About::SendAgain(ticket) => format!("SEND AGAIN {}", quote(ticket)),
    }
}

/// The words before the line that is typed, and how many cells it has.
pub(super) fn asks(about: &About) -> (&'static str, u16) {
    match about {
        About::Resume(_) => ("Type resume: ", 14),
        About::SendAgain(_) => ("Type again: ", 14),
        About::EnterDeal(_) => ("Deal ID, as the seller told it: ", 40),
        About::EndUnknown(_) => ("Why, in your words: ", 60),
    }
}

pub(super) fn lines(about: &About, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let state = dx.state;
    match about {
        About::Resume(None) => {
            let then = "strategies may be armed again, by hand: none starts by itself";
            state.controls.halt.as_ref().map_or_else(Vec::new, |stop| halted(dx, stop, then, wide))
        }
        About::Resume(Some(seller)) => {
            let stop = state.controls.sellers.get(seller);
            let then = "tickets to it open again; strategies are armed again by hand";
            stop.map_or_else(Vec::new, |stop| halted(dx, stop, then, wide))
        }
        About::EnterDeal(ticket) => unknown(state, ticket).map_or_else(Vec::new, |booking| {
            let seller = &booking.intent.quote.seller;
            let sends = format!(
                "asks {seller} for that deal and books nothing; it counts only if {seller} says that it is the deal of this quote"
            );
            let after = "its terms are compared with what was agreed: DONE, or DISPUTED";
            let mut lines = lost(dx, booking, wide);
            lines.extend(look::facts(dx, "sends", &sends, wide));
            lines.extend(look::facts(dx, "after", after, wide));
            lines
        }),
        About::SendAgain(ticket) => unknown(state, ticket).map_or_else(Vec::new, |booking| {
            let mut lines = lost(dx, booking, wide);
            match desk::may_send_again(state, booking, dx.now) {
                Ok(()) => {
                    lines.extend(look::facts(dx, "danger", &desk::risk(state, booking), wide));
                    let sends = "the same booking once more: same key, same body";
                    lines.push(look::fact(dx, "sends", sends));
                    let answer = format!("the word {AGAIN}; nothing else sends it");
                    lines.push(look::fact(dx, "answer", answer));
                }
                Err(refusal) => {
                    lines.extend(look::facts(dx, "not now", &refusal.to_string(), wide));
                }
            }
            lines
        }),
        About::EndUnknown(ticket) => unknown(state, ticket).map_or_else(Vec::new, |booking| {
            let seller = &booking.intent.quote.seller;
            let money = format!(
                "{} no longer counts against your limits",
                facts::amount(booking.held())
            );
            let danger = format!(
                "nothing is sent and nothing is undone: if {seller} did book it, you owe it all the same"
            );
            let kept = format!(
                "your words stay in the journal with your name ({}): say what {seller} told you, and who",
                text::clean(&state.setup.person, 40)
            );
            let mut lines = lost(dx, booking, wide);
            lines.push(look::fact(dx, "money", money));
            lines.extend(look::facts(dx, "danger", &danger, wide));
            lines.extend(look::facts(dx, "kept", &kept, wide));
            lines
        }),
    }
}

fn halted(dx: &Dx<'_>, stop: &Stop, then: &str, wide: u16) -> Vec<Line<'static>> {
    let by = if stop.tripped { "the desk itself".to_owned() } else { stop.by.to_string() };
    let at = clock::moment_utc(stop.at, dx.now);
    let ago = countdown::ago(dx.now.duration_since(stop.at));
    let mut lines = vec![look::fact(dx, "halted", format!("{at} ({ago}) by {by}"))];
    lines.extend(look::facts(dx, "why", &text::clean(&stop.why, 300), wide));
    lines.extend(look::facts(dx, "then", then, wide));
    lines.push(look::fact(dx, "answer", format!("the word {RESUME}; nothing else lets it go on")));
    lines
}

fn lost(dx: &Dx<'_>, booking: &BookingRecord, wide: u16) -> Vec<Line<'static>> {
    let intent = &booking.intent;
    let left = format!(
        "{} at {} CPM left us {} ({})",
        facts::amount(intent.cost),
        intent.confirmed.plain(),
        clock::moment_utc(booking.at, dx.now),
        countdown::ago(dx.now.duration_since(booking.at)),
    );
    let mut lines = vec![look::fact(dx, "booking", left)];
    let newest = booking.evidence.last().map(|seen| {
        let ago = countdown::ago(dx.now.duration_since(seen.at));
        format!("{ago} {}: {}", seen.looked_at, seen.says)
    });
    let newest = newest.unwrap_or_else(|| "none yet".to_owned());
    lines.extend(look::facts(dx, "evidence", &text::clean(&newest, 300), wide));
    lines
}
