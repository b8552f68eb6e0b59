//! What came of a booking, in the words of the outcome table: the Deal ID first where there is one.

use ratatui::text::{Line, Span};

use super::Book;
use crate::{
    desk::{BookingRecord, BookingState, Ticket},
    domain::{DealId, text},
    tui::parts::{context::Dx, countdown, money, pane, sheet::look, theme::Meaning},
};

pub(super) fn lines(book: &Book, ticket: &Ticket, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let Some(booking) = book.booking(dx.state) else {
        return vec![Line::from(format!(" ticket {} is over", ticket.id))];
    };
    let mut lines = head(booking, dx);
    if let Some(deal) = &booking.deal {
        lines.extend(deal_id(&deal.deal_id, dx));
    }
    lines.extend(says(booking, dx, wide));
    lines.push(look::rule(wide));
    lines.extend(money_words(booking, dx));
    lines
}

fn head(booking: &BookingRecord, dx: &Dx<'_>) -> Vec<Line<'static>> {
    let (mark, words, meaning) = match booking.state {
        BookingState::Sent => ("◔", "SENT: the answer is awaited", Meaning::Waiting),
        BookingState::Done => ("✓", "BOOKED as agreed", Meaning::Good),
        BookingState::Disputed => ("✗", "DISPUTED: booked, but not as agreed", Meaning::Bad),
        BookingState::Refused => ("✗", "REFUSED: nothing was booked", Meaning::Bad),
        BookingState::Expired => {
            ("✗", "EXPIRED: the quote was over, nothing was booked", Meaning::Bad)
        }
        BookingState::NotSent => ("✗", "NOT SENT: nothing left this machine", Meaning::Bad),
        BookingState::Closed => {
            ("–", "CLOSED with a reason: its outcome was never known", Meaning::Bad)
        }
        BookingState::Waiting => {
            ("◔", "WAITING: the seller has it, and has not decided yet", Meaning::Waiting)
        }
        BookingState::Unknown => {
            ("?!", "UNKNOWN: it left, and nobody knows what came of it", Meaning::Unknown)
        }
    };
    vec![Line::from(vec![
        Span::raw(" "),
        Span::styled(format!("{mark} {words}"), dx.style(meaning)),
    ])]
}

/// The id that goes into the DSP: a box of its own, nothing beside it.
fn deal_id(id: &DealId, dx: &Dx<'_>) -> Vec<Line<'static>> {
    let shown = text::cut(&id.to_string(), 60);
    let edge = "─".repeat(text::width(&shown) + 2);
    vec![
        Line::from(format!("           ┌{edge}┐")),
        Line::from(vec![
            Span::styled(" Deal ID   ", dx.style(Meaning::Dim)),
            Span::raw("│ "),
            Span::styled(shown, dx.style(Meaning::Selected)),
            Span::raw(" │"),
        ]),
        Line::from(format!("           └{edge}┘")),
    ]
}

fn says(booking: &BookingRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let theirs = matches!(
        booking.state,
        BookingState::Refused | BookingState::Expired | BookingState::Waiting
    );
    let label = if theirs { "they say" } else { "why" };
    if let Some(says) = &booking.says {
        lines.extend(look::facts(dx, label, says, wide));
    }
    if let Some(cure) = &booking.cure {
        lines.extend(look::facts(dx, "now", cure, wide));
    }
    match booking.state {
        BookingState::Done => lines.extend(deal_words(booking, dx, wide)),
        BookingState::Disputed => {
            for (field, agreed, booked) in &booking.differences {
                let words = format!("agreed {agreed}, booked {booked}");
                lines.push(pane::fact(
                    dx,
                    field,
                    16,
                    vec![Span::styled("✗ ", dx.style(Meaning::Bad)), Span::raw(words)],
                ));
            }
            let words = "the seller holds a deal on other terms than you typed. Nothing more is sent; it counts as spent until it is settled. Write to the seller with the ids below.";
            lines.extend(look::facts(dx, "now", words, wide));
        }
        BookingState::Unknown => lines.extend(unknown(booking, dx, wide)),
        BookingState::Waiting => lines.extend(waiting(booking, dx, wide)),
        BookingState::Sent
        | BookingState::Refused
        | BookingState::Expired
        | BookingState::Closed
        | BookingState::NotSent => {}
    }
    lines
}

fn deal_words(booking: &BookingRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let deal = booking.deal.as_ref().and_then(|key| dx.state.deals.get(key));
    let Some(deal) = deal else { return Vec::new() };
    let price = deal.deal.pricing.cpm();
    let same = format!(
        "price, impressions, flight and type compared with what you typed: all equal ({})",
        money::cpm(price, deal.deal.deal_type)
    );
    let mut lines = vec![look::fact(
        dx,
        "status",
        format!("“{}” at the seller; it is watched from here", deal.deal.raw_status),
    )];
    lines.extend(look::facts(dx, "proof", &format!("✓ {same}"), wide));
    let dsps: Vec<_> =
        deal.deal.activation_instructions.keys().map(|dsp| text::clean(dsp, 30)).collect();
    if !dsps.is_empty() {
        let words = format!("instructions for {} (⏎ opens the deal)", dsps.join(", "));
        lines.extend(look::facts(dx, "activate", &words, wide));
    }
    lines
}

fn unknown(booking: &BookingRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let words = "its money counts as spent. The desk looks the quote and its deal up again by itself (seconds, then minutes). It ends by evidence, or by a person: with the Deal ID, with a reason, or by sending it once more, which may book twice.";
    let mut lines = look::facts(dx, "now", words, wide);
    lines.extend(evidence(booking, dx, wide));
    lines
}

fn waiting(booking: &BookingRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let words = "it arrived and is never sent again. Its money counts. The desk looks until the seller names a deal or says no, or until you end it: with the Deal ID, or with a reason.";
    let mut lines = look::facts(dx, "now", words, wide);
    lines.extend(evidence(booking, dx, wide));
    lines
}

fn evidence(booking: &BookingRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if booking.evidence.is_empty() {
        lines.push(look::fact(dx, "evidence", "none yet"));
    }
    for evidence in booking.evidence.iter().rev().take(5) {
        let ago = countdown::ago(dx.now.duration_since(evidence.at));
        lines.extend(look::facts(
            dx,
            "evidence",
            &format!("{ago} {}: {}", evidence.looked_at, evidence.says),
            wide,
        ));
    }
    lines
}

fn money_words(booking: &BookingRecord, dx: &Dx<'_>) -> Vec<Line<'static>> {
    let intent = &booking.intent;
    let counts = match booking.state {
        BookingState::Sent | BookingState::Unknown | BookingState::Waiting => {
            "counts as spent until its outcome is known"
        }
        BookingState::Done => "is committed",
        BookingState::Disputed => "is what you typed, and counts as committed",
        BookingState::Refused | BookingState::Expired | BookingState::NotSent => "was not spent",
        BookingState::Closed => "no longer counts: a person closed it",
    };
    vec![
        look::fact(
            dx,
            "money",
            format!(
                "{} {} at {} CPM {counts}",
                intent.cost.grouped(),
                intent.cost.currency(),
                intent.confirmed.plain()
            ),
        ),
        look::fact(
            dx,
            "ids",
            format!(
                "quote {}   ticket {}   key {}",
                intent.quote.quote_id,
                intent.ticket,
                text::cut(&intent.idempotency_key, 12)
            ),
        ),
    ]
}

/// The keys once it is over.
pub(super) fn keys(book: &Book, dx: &Dx<'_>) -> Line<'static> {
    let Some(booking) = book.booking(dx.state) else {
        return look::answers(dx, &[("Esc", "closes")]);
    };
    match booking.state {
        BookingState::Done => look::answers(
            dx,
            &[("⏎", "opens the deal"), ("y", "copies the Deal ID"), ("Esc", "closes")],
        ),
        BookingState::Disputed => look::answers(
            dx,
            &[
                ("⏎", "opens the deal"),
                ("y", "copies the Deal ID"),
                ("C", "copies a note for the seller"),
                ("Esc", "closes"),
            ],
        ),
        BookingState::Unknown | BookingState::Waiting => look::answers(
            dx,
            &[("r", "looks again now"), ("C", "copies a note for the seller"), ("Esc", "closes")],
        ),
        BookingState::Refused
        | BookingState::Expired
        | BookingState::NotSent
        | BookingState::Closed => {
            look::answers(dx, &[("r", "asks for the quote again"), ("Esc", "closes")])
        }
        BookingState::Sent => look::answers(dx, &[("Esc", "hides this")]),
    }
}
