//! Draws the booking ticket: what is committed, to whom, every check with its numbers, and the line
//! that takes the price at the foot, whatever is scrolled above it.

use jiff::SignedDuration;
use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{Book, outcome};
use crate::{
    desk::{BookingState, Mode, QuoteRecord, Ticket, TicketState, ticket::ARMED_SECONDS},
    domain::{Check, DealType, money, text},
    tui::parts::{
        context::Dx,
        countdown, money as amounts, pane,
        sheet::{self, Answer, Content as _, LEAVES, form::Form, look},
        theme::Meaning,
        waits,
    },
};

/// What it says above its foot.
pub(super) fn lines(book: &Book, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    match book.ticket(dx.state) {
        Some(ticket) if ticket.state == TicketState::Ended && book.before.is_none() => {
            outcome::lines(book, ticket, dx, wide)
        }
        Some(ticket) => open_lines(ticket, dx, wide),
        None => before_lines(book, dx, wide),
    }
}

pub(super) fn draw(
    (book, answer): (&Book, &Answer),
    frame: &mut Frame<'_>,
    screen: Rect,
    dx: &Dx<'_>,
) {
    let ticket = book.ticket(dx.state);
    let wide = screen.width.min(100);
    let mut lines = self::lines(book, dx, wide.saturating_sub(4));
    let form_rows = book.before.as_ref().map_or(0, Form::height);
    let foot_rows = 2 + form_rows;
    let high = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(foot_rows + 3);
    let what = title(book, ticket, dx);
    let hint = match ticket.map(|ticket| ticket.state) {
        Some(TicketState::Storing | TicketState::Sent) => "Esc hides this; what was sent goes on",
        Some(TicketState::Ended) => "Esc closes",
        Some(TicketState::Checking | TicketState::Armed | TicketState::Blocked) | None => LEAVES,
    };
    let inside = look::place(frame, screen, dx, (&what, hint), (wide, high));
    let foot_rows = foot_rows.min(inside.height);
    let body = Rect { height: inside.height - foot_rows, ..inside };
    let over = lines.len().saturating_sub(usize::from(body.height));
    lines.drain(..usize::from(book.scroll).min(over));
    pane::lines(frame, body, dx, &lines);
    let foot = Rect { y: body.bottom(), height: foot_rows, ..inside };
    draw_foot((book, answer), frame, foot, dx);
}

pub(super) fn title(book: &Book, ticket: Option<&Ticket>, dx: &Dx<'_>) -> String {
    let quote = format!("{} of {}", book.key.quote_id, book.key.seller);
    let Some(ticket) = ticket else { return format!("BOOK {quote}") };
    let step = match ticket.state {
        TicketState::Checking => "step 1 of 2: checking",
        TicketState::Armed if ticket.question().is_some() => "step 2 of 2: one more question",
        TicketState::Armed if ticket.easy => "step 2 of 2: y books",
        TicketState::Armed => "step 2 of 2: type the price",
        TicketState::Blocked => "blocked, nothing was sent",
        TicketState::Storing => "storing, then sending",
        TicketState::Sent => "sent",
        TicketState::Ended => ended(dx.state.bookings.get(&ticket.id).map(|booking| booking.state)),
    };
    format!("BOOK {quote} · {step}")
}

/// How a booking ended, for its title.
fn ended(state: Option<BookingState>) -> &'static str {
    match state {
        Some(BookingState::Done) => "booked",
        Some(BookingState::Disputed) => "booked, not as agreed",
        Some(BookingState::Refused) => "refused",
        Some(BookingState::Expired) => "the quote was over",
        Some(BookingState::NotSent) => "nothing was sent",
        Some(BookingState::Closed) => "closed",
        Some(BookingState::Waiting) => "waiting for the seller",
        Some(BookingState::Sent | BookingState::Unknown) | None => "outcome not known",
    }
}

fn before_lines(book: &Book, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    if book.before.is_none() {
        return vec![Line::from(" ◔ opening …")];
    }
    let price = dx.state.quote(&book.key).and_then(QuoteRecord::price);
    let words = format!(
        " This quote names a price ({}) and no impressions, so its cost is not known. What you plan to spend counts against your limits from the moment it is sent.",
        amounts::cpm(price, None)
    );
    let room = usize::from(wide).saturating_sub(1);
    pane::wrap(&words, room, 0).into_iter().map(Line::from).collect()
}

/// What is about to happen, before it is over.
fn open_lines(ticket: &Ticket, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let Some(record) = dx.state.quote(&ticket.quote) else { return Vec::new() };
    let mut lines = vec![head(ticket, record, dx, wide)];
    if let (TicketState::Blocked, Some(check)) = (ticket.state, ticket.blocked_by()) {
        let words = format!("{}: {} → {}", check.name, check.says, check.cure);
        lines.extend(look::trouble(dx, &words, wide));
    }
    lines.extend(terms(ticket, record, dx, wide));
    lines.push(look::rule(wide));
    lines.extend(checks(ticket, dx, wide));
    if ticket.state != TicketState::Blocked {
        lines.push(look::rule(wide));
        lines.extend(after(ticket, dx, wide));
    }
    lines
}

/// The number that hurts, first.
fn head(ticket: &Ticket, record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Line<'static> {
    let about = if record.quote.terms.guaranteed { "" } else { "~" };
    let cost = ticket.cost.map(|cost| format!("{about}{}", cost.in_full()));
    let cost = cost.unwrap_or_else(|| amounts::UNKNOWN.to_owned());
    let (words, meaning) = match ticket.state {
        TicketState::Blocked => ("✗ NOTHING CAN BE SENT", Meaning::Bad),
        TicketState::Storing => ("◔ STORING, THEN SENDING", Meaning::Waiting),
        TicketState::Sent => ("◔ SENT, THE ANSWER IS AWAITED", Meaning::Waiting),
        TicketState::Checking | TicketState::Armed | TicketState::Ended => {
            ("YOU ARE ABOUT TO COMMIT", Meaning::Selected)
        }
    };
    let amount = format!("{cost} ");
    let gap = usize::from(wide).saturating_sub(text::width(words) + text::width(&amount) + 1);
    Line::from(vec![
        Span::styled(format!(" {words}"), dx.style(meaning)),
        Span::raw(" ".repeat(gap)),
        Span::styled(amount, dx.style(Meaning::Selected)),
    ])
}

fn terms(ticket: &Ticket, record: &QuoteRecord, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let quote = &record.quote;
    let price = ticket.price.map_or_else(|| "?".to_owned(), |price| price.to_string());
    let seller = dx.state.sellers.get(&quote.seller).map(|seller| &seller.info);
    let whom = seller.map_or_else(String::new, |info| format!("  {}  {}", info.url, info.auth));
    let volume = match (quote.terms.impressions, ticket.planned_spend) {
        (Some(impressions), _) => {
            format!("{} imps × {price} CPM ÷ 1000", money::count(impressions))
        }
        (None, Some(spend)) => format!("{price} CPM, planned spend {spend}"),
        (None, None) => format!("{price} CPM, impressions ?"),
    };
    let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "?".to_owned());
    let flight = format!("{} → {}", day(&quote.terms.flight_start), day(&quote.terms.flight_end));
    let sure = if quote.terms.guaranteed { "guaranteed" } else { "not guaranteed" };
    let kind = match quote.deal_type {
        DealType::Auction | DealType::Curated => {
            format!("{}: the price is a floor, you may pay more", quote.deal_type)
        }
        DealType::Guaranteed | DealType::Preferred => format!("{}: {sure}", quote.deal_type),
    };
    let agreed =
        record.agreed.map_or_else(String::new, |agreed| format!("   agreed {}", agreed.plain()));
    let mut lines = vec![
        look::fact(dx, "price", format!("{volume}{agreed}")),
        look::fact(
            dx,
            "product",
            format!("{}  {}   {kind}", quote.product.name, quote.product.product_id),
        ),
        look::fact(dx, "flight", flight),
        look::fact(dx, "seller", format!("{}{whom}", quote.seller)),
    ];
    lines.extend(look::facts(dx, "told", &look::told(&ticket.identity.without_agent()), wide));
    if let Some(notes) = &ticket.notes {
        lines.extend(look::facts(dx, "note", &format!("“{notes}”"), wide));
    }
    lines
}

fn checks(ticket: &Ticket, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    if ticket.state == TicketState::Checking {
        let waits = waited(ticket, dx);
        return vec![Line::from(vec![
            Span::styled(" ◔ ", dx.style(Meaning::Waiting)),
            Span::raw(format!("reading the quote again to check it, {waits}")),
        ])];
    }
    ticket.checks.iter().flat_map(|check| check_lines(check, dx, wide)).collect()
}

fn check_lines(check: &Check, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let (mark, meaning) = mark(check);
    let words = if check.ok && check.asks.is_some() {
        format!("{} (answered)", check.says)
    } else if (check.ok && !check.warns) || check.cure.is_empty() {
        check.says.clone()
    } else {
        format!("{} → {}", check.says, check.cure)
    };
    let room = usize::from(wide).saturating_sub(look::LABEL + 3);
    pane::marked(dx, (&check.name, look::LABEL), (mark, meaning), &words, room)
}

/// `✓` it holds, `!` a person has to look or to answer, `✗` nothing can be sent.
fn mark(check: &Check) -> (&'static str, Meaning) {
    let asks = !check.ok && check.asks.is_some();
    if asks || check.warns {
        ("!", Meaning::NeedsMe)
    } else if check.ok {
        ("✓", Meaning::Good)
    } else {
        ("✗", Meaning::Bad)
    }
}

fn after(ticket: &Ticket, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    if dx.state.setup.mode == Mode::Paper {
        let words = "nothing: paper mode runs the ticket to its end and sends nothing";
        return vec![look::fact(dx, "sends", words)];
    }
    let key = text::cut(&ticket.idempotency_key, 12);
    let sends =
        format!("one booking of {}, key {key}, stored before it is sent", ticket.quote.quote_id);
    let mut lines = vec![look::fact(dx, "sends", sends)];
    lines.extend(look::facts(
        dx,
        "after",
        "no readable answer → UNKNOWN: counted as spent, looked up, never sent again blindly",
        wide,
    ));
    lines.push(look::fact(dx, "undo", "a booked deal is not undone from here"));
    lines
}

/// What is typed, or what is waited for; the newest trouble above it.
fn draw_foot((book, answer): (&Book, &Answer), frame: &mut Frame<'_>, foot: Rect, dx: &Dx<'_>) {
    let ticket = book.ticket(dx.state);
    if foot.height < 2 {
        return;
    }
    let row = |y: u16| Rect { y: foot.y + y, height: 1, ..foot };
    let last = row(foot.height - 1);
    if let Some(trouble) = &answer.trouble {
        let words = text::cut(trouble, usize::from(foot.width).saturating_sub(4));
        let mark = Span::styled(" ✗ ", dx.style(Meaning::Bad));
        frame.render_widget(Line::from(vec![mark, Span::raw(words)]), row(0));
    } else if let Some(ticket) = ticket.filter(|ticket| ticket.state == TicketState::Armed) {
        frame.render_widget(
            Line::from(armed_words(ticket, dx)).style(dx.style(Meaning::Dim)),
            row(0),
        );
    }
    if let Some(form) = &book.before {
        form.draw(frame, Rect { y: foot.y + 1, height: foot.height - 2, ..foot }, dx);
        let keys = [("⏎", "on the last line goes on and checks everything"), ("Esc", "back")];
        return frame.render_widget(look::answers(dx, &keys), last);
    }
    let Some(ticket) = ticket else { return };
    match ticket.state {
        TicketState::Armed => {
            sheet::draw_confirm(&book.confirm(dx.state), answer, frame, last, dx);
        }
        TicketState::Checking => say(frame, last, "Nothing can be typed while it is checked."),
        TicketState::Blocked => {
            let keys =
                [("⏎", "checks again"), ("r", "asks for the quote again"), ("Esc", "closes")];
            frame.render_widget(look::answers(dx, &keys), last);
        }
        TicketState::Storing => {
            say(frame, last, "◔ it is stored first, so that nothing is lost; then it is sent");
        }
        TicketState::Sent => say(frame, last, &format!("◔ waiting {}", waited(ticket, dx))),
        TicketState::Ended => frame.render_widget(outcome::keys(book, dx), last),
    }
}

/// For how long the seller is waited for, and how long its answers usually take.
fn waited(ticket: &Ticket, dx: &Dx<'_>) -> String {
    let waits = dx.now.duration_since(ticket.since);
    let usual = waits::words(dx.state, &ticket.quote.seller, waits);
    format!("{} ({usual})", countdown::since(waits))
}

fn say(frame: &mut Frame<'_>, row: Rect, words: &str) {
    frame.render_widget(Line::from(format!(" {words}")).style(Style::new()), row);
}

fn armed_words(ticket: &Ticket, dx: &Dx<'_>) -> String {
    let spent = dx.now.duration_since(ticket.since);
    let left = SignedDuration::from_secs(ARMED_SECONDS) - spent;
    let quote = dx.state.quote(&ticket.quote).map(|record| dx.state.left(record, dx.now));
    let quote =
        quote.map_or_else(String::new, |left| format!(" · quote {}", countdown::left(left)));
    format!(
        " checked {}; checks again in {}s{quote} · tab adds a note",
        countdown::ago(spent),
        left.as_secs().max(0)
    )
}
