//! What a negotiation amounts to in words and money: whose turn it is, what a draft would do, what
//! accepting or leaving is worth, and what the strategy does next and why.

use jiff::Timestamp;
use ratatui::text::{Line, Span};

use super::{Ladder, games, outcomes, rounds};
use crate::{
    desk::{self, QuoteRecord, State, Stored, state::Purpose},
    domain::{Action, By, Cpm, Negotiation, Outcome, Refusal, strategy::Plan},
    tui::{
        parts::{
            context::Dx,
            countdown, money, pane,
            theme::Meaning,
            waits::{self, seconds},
        },
        screens::describe,
    },
};

pub(super) const LABEL: usize = 7;

/// Whether a strategy plays.
pub(super) fn is_armed(record: &QuoteRecord) -> bool {
    record.negotiation.as_ref().is_some_and(|game| game.auto.is_some())
}

/// Since when an answer is waited for: to a move, or to the quote at the agreed price.
pub(super) fn waits_since(state: &State, record: &QuoteRecord) -> Option<Timestamp> {
    let key = record.reference();
    let flights = state.in_flight.values().filter(|flight| match flight.purpose.in_the_end() {
        Purpose::Move(other) => *other == key,
        Purpose::Quote { requote_of, agreed, .. } => {
            agreed.is_some()
                && requote_of.as_ref() == Some(&key.quote_id)
                && flight.seller == key.seller
        }
        Purpose::Publish
        | Purpose::Reread(_)
        | Purpose::TicketCatalogue(..)
        | Purpose::TicketReread(..)
        | Purpose::LookMove(_)
        | Purpose::LookStanding(_)
        | Purpose::Booking(..)
        | Purpose::LookBooking(..)
        | Purpose::EnterDeal(..)
        | Purpose::Rematch { .. }
        | Purpose::ShowKeys(..)
        | Purpose::Poll(_)
        | Purpose::Avails
        | Purpose::Orders
        | Purpose::SendOrder(..) => false,
    });
    flights.map(|flight| flight.since).min()
}

/// Everything below the axis, most important first.
pub(super) fn lines(
    ladder: &Ladder,
    record: &QuoteRecord,
    game: &Negotiation,
    dx: &Dx<'_>,
    wide: u16,
) -> Vec<Line<'static>> {
    let mut lines = turn(ladder, record, game, dx, wide);
    if game.is_over() {
        lines.extend(outcomes::worth(ladder, record, game, dx));
        return lines;
    }
    // What plays by itself is told before everything that can wait.
    let auto = auto(record, game, dx, wide);
    let (first, last) = if is_armed(record) { (auto, Vec::new()) } else { (Vec::new(), auto) };
    lines.extend(first);
    lines.push(gap(ladder, game, dx));
    // Before the first offer: how they negotiated before.
    if game.played() == 0 {
        let book = outcomes::play_book(ladder.book.as_ref(), record.quote.seller.as_str());
        lines.extend(fact(dx, "BEFORE", &book, wide));
    }
    lines.extend(outcomes::if_taken(ladder, record, game, dx, wide));
    lines.extend(outcomes::if_walked(ladder, record, dx, wide));
    lines.extend(last);
    lines.push(moves(game, dx));
    lines
}

pub(super) fn fact(dx: &Dx<'_>, label: &str, words: &str, wide: u16) -> Vec<Line<'static>> {
    pane::facts(dx, (label, LABEL), words, usize::from(wide).saturating_sub(LABEL + 3))
}

fn marked(
    dx: &Dx<'_>,
    label: &str,
    word: &str,
    meaning: Meaning,
    words: &str,
    wide: u16,
) -> Vec<Line<'static>> {
    let room = usize::from(wide).saturating_sub(LABEL + 3).max(10);
    let text = format!("{word} {words}");
    let mut lines = Vec::new();
    for (nth, part) in pane::wrap(&text, room, 0).into_iter().enumerate() {
        let rest = part.strip_prefix(word).filter(|_| nth == 0).map(str::to_owned);
        let spans = match rest {
            Some(rest) => vec![Span::styled(word.to_owned(), dx.style(meaning)), Span::raw(rest)],
            None => vec![Span::raw(part)],
        };
        lines.push(pane::fact(dx, if nth == 0 { label } else { "" }, LABEL, spans));
    }
    lines
}

/// Whose turn it is, and what the draft would do.
pub(super) fn turn(
    ladder: &Ladder,
    record: &QuoteRecord,
    game: &Negotiation,
    dx: &Dx<'_>,
    wide: u16,
) -> Vec<Line<'static>> {
    let say = |word: &str, meaning, words: &str| marked(dx, "NOW", word, meaning, words, wide);
    let storing = |(stored, _): &(Stored, desk::Entry)| matches!(stored, Stored::Move(other, _) if *other == game.quote);
    if dx.state.storing.iter().any(storing) {
        return say("◔ storing", Meaning::Waiting, "the move; it is sent when it is safe");
    }
    if let Some(pending) = &game.pending {
        if pending.action == Action::Walk {
            let words = format!("{} that you leave", record.quote.seller);
            return say("◔ telling", Meaning::Waiting, &words);
        }
        if pending.in_doubt {
            let seen = pending.seen.last().map_or(String::new(), |seen| {
                let ago = countdown::ago(dx.now.duration_since(seen.at));
                format!(" Newest, {ago}: {}.", seen.says)
            });
            let until = if seen.is_empty() { " Nothing can be offered until then." } else { "" };
            let words = format!(
                "no readable answer to our {}. It may have arrived: the desk looks it up in the seller's history and never repeats it blindly.{until}{seen}",
                pending.cpm
            );
            return say("?! UNKNOWN", Meaning::Unknown, &words);
        }
        let since = waits_since(dx.state, record).unwrap_or(pending.at);
        let waits = dx.now.duration_since(since);
        let usual = waits::words(dx.state, &record.quote.seller, waits);
        let words = format!("{} to our {} ({usual})", seconds(waits), pending.cpm);
        return say("◔ answering", Meaning::Waiting, &words);
    }
    if let Some(ended) = ended(record, game, dx) {
        return say(&ended.0, ended.1, &ended.2);
    }
    if let Some((quoted, theirs)) = game.above_quote().filter(|_| ladder.draft().is_none()) {
        let last = if game.is_final() { "their final offer; " } else { "" };
        let goes_on = if game.is_final() {
            String::new()
        } else {
            format!(" An offer under {quoted} may go on.")
        };
        let words = format!(
            "{last}quoted {quoted}, now {theirs}: nothing is agreed there. {} books the quote as it is, {} leaves.{goes_on}",
            dx.key("book"),
            dx.key("walk")
        );
        return say("✗ ABOVE THE QUOTE", Meaning::Bad, &words);
    }
    if game.is_final() {
        let price = game.their_last().map_or_else(String::new, |price| price.to_string());
        let words = format!(
            "{price}, they say. Only {} (take it) and {} (leave) are left.",
            dx.key("accept"),
            dx.key("walk")
        );
        return say("▸ FINAL OFFER", Meaning::NeedsMe, &words);
    }
    let Some(draft) = ladder.draft() else {
        let words = format!(
            "type a price ({}) or step it ({} {} {}), or take the middle ({}); {} sends it. {} takes theirs",
            dx.key("type price"),
            dx.key("tick up"),
            dx.key("tick down"),
            dx.key("jump on"),
            dx.key("middle"),
            dx.key("counter"),
            dx.key("accept")
        );
        return say("▸ MY TURN", Meaning::Us, &words);
    };
    let of = draft.currency();
    let moved = |from: Option<Cpm>| {
        from.and_then(|from| draft.minus(&from)).map(|by| money::signed(by, of))
    };
    let ours = moved(game.our_last())
        .map_or_else(|| "first offer".to_owned(), |by| format!("{by} on ours"));
    let theirs =
        moved(game.their_last()).map_or_else(String::new, |by| format!(", {by} from theirs"));
    let matching = game.their_last() == Some(draft);
    let check = desk::check_offer(dx.state, record, (draft, matching));
    let (word, meaning, verdict) = match &check {
        Ok(()) if game.is_backwards(draft) => (
            "▸ draft",
            Meaning::Us,
            format!("! below your own last; {} asks twice", dx.key("counter")),
        ),
        Ok(()) => ("▸ draft", Meaning::Us, format!("✓ {} then y sends it", dx.key("counter"))),
        Err(refusal) => ("✗ draft", Meaning::Bad, format!("✗ {refusal}")),
    };
    say(word, meaning, &format!("{draft}  {ours}{theirs}  {verdict}"))
}

/// A quote of the race that is not negotiated: how to begin, or why it cannot be.
pub(super) fn not_begun(can: &Result<(), Refusal>, dx: &Dx<'_>) -> Line<'static> {
    let words = match can {
        Ok(()) => {
            format!("not negotiated yet; {} opens it, the first offer is yours", dx.key("counter"))
        }
        Err(refusal) => format!("✗ {refusal}"),
    };
    pane::fact(dx, "NOW", LABEL, vec![Span::raw(words)])
}

/// What came of it, and what is next.
fn ended(
    record: &QuoteRecord,
    game: &Negotiation,
    dx: &Dx<'_>,
) -> Option<(String, Meaning, String)> {
    let (word, meaning, words) = match game.outcome {
        Outcome::Open | Outcome::Halted | Outcome::Unknown => return None,
        Outcome::Accepted => {
            let price = game.agreed.map_or_else(|| "?".to_owned(), |price| price.to_string());
            (format!("◎ AGREED {price}"), Meaning::Good, agreed_words(record, dx))
        }
        Outcome::WalkedAway => {
            let book = format!(" {} could still book the quote as it is.", dx.key("book"));
            let still = if games::can_book(dx.state, record) { book } else { String::new() };
            let words = format!("you left.{still}{}", anew(record, dx));
            ("– walked away".to_owned(), Meaning::Dim, words)
        }
        Outcome::Rejected => (
            "✗ REJECTED".to_owned(),
            Meaning::Bad,
            format!("they refused and ended it.{}", anew(record, dx)),
        ),
        Outcome::TimedOut => (
            "✗ EXPIRED".to_owned(),
            Meaning::Bad,
            format!("the quote ran out under it.{}", anew(record, dx)),
        ),
    };
    Some((word, meaning, words))
}

/// How the same terms are asked for again, where they can be.
fn anew(record: &QuoteRecord, dx: &Dx<'_>) -> String {
    if games::can_ask_again(dx.state, record, dx.now) {
        format!(" {} asks anew", dx.key("ask again"))
    } else {
        String::new()
    }
}

/// After an agreement: the desk asks for a quote at that price by itself, where the seller needs one.
fn agreed_words(record: &QuoteRecord, dx: &Dx<'_>) -> String {
    let book = dx.key("book");
    let key = record.reference();
    if let Some(deal) = &record.deal {
        return format!("and booked: {deal}");
    }
    if let Some(since) = waits_since(dx.state, record) {
        let waits = seconds(dx.now.duration_since(since));
        return format!("· ◔ the desk asks {} for a quote at that price, {waits}", key.seller);
    }
    if let Some(error) = &record.requote_error {
        return format!("· ✗ the quote at that price failed: {error}.{}", anew(record, dx));
    }
    let newest = games::newest(dx.state, &key);
    let Some(newer) = dx.state.quote(&newest).filter(|_| newest != key) else {
        return match desk::can_book(dx.state, record) {
            Ok(()) => format!("· {book} books this quote at that price"),
            Err(refusal) => format!("· {refusal}"),
        };
    };
    if let Some(deal) = &newer.deal {
        return format!("and booked as {deal} (quote {})", newest.quote_id);
    }
    let quoted = newer.quote.pricing.cpm();
    let left = countdown::left(dx.state.left(newer, dx.now));
    if let Err(refusal) = desk::can_book(dx.state, newer) {
        return format!("· {} quoted it: {refusal}", newest.quote_id);
    }
    if quoted.is_some() && quoted == record.agreed {
        return format!("· {} quotes it, {left}: {book} books it", newest.quote_id);
    }
    format!(
        "· but {} quotes {}: {book} is blocked by that",
        newest.quote_id,
        money::cpm(quoted, None)
    )
}

fn gap(ladder: &Ladder, game: &Negotiation, dx: &Dx<'_>) -> Line<'static> {
    let ours = ladder.draft().or(game.our_last());
    let gap = game.their_last().zip(ours).and_then(|(theirs, ours)| theirs.minus(&ours));
    let mut parts = Vec::new();
    let of = game.currency();
    match gap.map(|gap| format!("{} {of}", rounds::gap_words(gap, of))) {
        Some(gap) => parts.push(gap),
        None => parts.push("you have offered nothing yet".to_owned()),
    }
    parts.extend(game.middle().map(|middle| format!("midpoint {middle}")));
    let total = |by: By| {
        let (amount, share) = game.given(by)?;
        let amount = crate::domain::money::plain_in(amount, of);
        Some(if dx.is_narrow() { format!("{share}%") } else { format!("{amount} ({share}%)") })
    };
    let left = match game.rounds_left {
        Some(left) if left < 0 => "no rounds left".to_owned(),
        Some(1) => "1 round left".to_owned(),
        Some(left) => format!("{left} rounds left"),
        None => "rounds left ?".to_owned(),
    };
    parts.push(left);
    parts.extend([(By::Them, "they"), (By::Us, "you")].into_iter().filter_map(|(by, who)| {
        let given = total(by)?;
        Some(format!("{who} gave {given}"))
    }));
    pane::fact(dx, "GAP", LABEL, vec![Span::raw(parts.join(" · "))])
}

fn moves(game: &Negotiation, dx: &Dx<'_>) -> Line<'static> {
    let of = game.currency();
    let side = |by: By| {
        let moves: Vec<_> = game.moves(by).into_iter().map(|by| money::signed(by, of)).collect();
        let pace = game.pace(by).map_or_else(String::new, |pace| format!(" {pace}"));
        if moves.is_empty() { money::NONE.to_owned() } else { moves.join(" ") + &pace }
    };
    let words = format!("them {}   us {}   {of}", side(By::Them), side(By::Us));
    pane::fact(dx, "MOVES", LABEL, vec![Span::raw(words)])
}

/// What the strategy does, or would do, and why.
fn auto(record: &QuoteRecord, game: &Negotiation, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let key = dx.key("auto");
    let terms = |plan: &Plan| {
        let step = crate::domain::money::plain_in(plan.step, plan.max.currency());
        format!("{} → {} by {step}", plan.target.plain(), plan.max)
    };
    if let Some(plan) = &game.auto {
        let next = desk::would_do(dx.state, record, plan, dx.now).map_or_else(
            || "waits for their answer".to_owned(),
            |step| format!("next {}", describe::step_words(&step)),
        );
        let words = format!("({key} takes over) {next} · {}, {} rounds", terms(plan), plan.rounds);
        return marked(dx, "AUTO", "▶ ON", Meaning::Waiting, &words, wide);
    }
    let halted =
        if game.outcome == Outcome::Halted { "stopped, the negotiation is open; " } else { "" };
    let would = dx.state.setup.presets.first().and_then(|first| {
        let plan = desk::plan_for(dx.state, record, first)?;
        let step = desk::would_do(dx.state, record, &plan, dx.now)?;
        Some(format!("{} would {}", terms(&plan), describe::step_words(&step)))
    });
    let would = would.unwrap_or_else(|| "waits".to_owned());
    fact(dx, "AUTO", &format!("off ({key} arms it): {halted}{would}"), wide)
}
