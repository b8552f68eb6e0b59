//! Every move of a negotiation as a row: who, what, at which price, by how much, and the gap it left.

use jiff::{Timestamp, tz::TimeZone};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};
use rust_decimal::Decimal;

use crate::{
    domain::{Action, By, Cpm, Currency, Negotiation},
    tui::parts::{
        context::Dx,
        money, pane,
        table::{self, Cell, Column},
        theme::Meaning,
        widths::{self, Wants},
    },
};

/// One move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Move {
    /// Its round.
    pub(super) round: u32,
    pub(super) by: By,
    /// `counter`, `accept`, `draft`, `sending`, `lost`.
    pub(super) action: String,
    pub(super) cpm: Option<Cpm>,
    /// By how much its side moved since its own last price.
    pub(super) by_how_much: Option<Decimal>,
    /// The same in percent of that price, as given to the other side.
    pub(super) gave: Option<Decimal>,
    /// What lay between the sides after it.
    pub(super) gap: Option<Decimal>,
    at: When,
    /// Which of the negotiation's rounds it is, if it is one.
    pub(super) place: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum When {
    At(Timestamp),
    Words(&'static str),
}

/// Every move, the one under way and the draft last.
pub(super) fn all(game: &Negotiation, draft: Option<Cpm>) -> Vec<Move> {
    let mut moves: Vec<Move> = Vec::new();
    let (mut theirs, mut ours): (Option<Cpm>, Option<Cpm>) = (None, None);
    let mut add =
        |round: u32, by: By, action: String, cpm: Option<Cpm>, at: When, place, offers: bool| {
            // A refusal's price is no offer: it moves nothing.
            let before = if by == By::Us { ours } else { theirs }.filter(|_| offers);
            let by_how_much = cpm.zip(before).and_then(|(now, before)| now.minus(&before));
            let share = by_how_much.zip(before).and_then(|(by, before)| {
                let given = by.checked_div(before.amount())?.checked_mul(Decimal::ONE_HUNDRED)?;
                Some(given.abs().round_dp(1))
            });
            if offers {
                if by == By::Us { ours = cpm.or(ours) } else { theirs = cpm.or(theirs) }
            }
            let gap = theirs.zip(ours).and_then(|(theirs, ours)| theirs.minus(&ours));
            let gap = gap.filter(|_| offers);
            moves.push(Move { round, by, action, cpm, by_how_much, gave: share, gap, at, place });
        };
    for (place, round) in game.rounds.iter().enumerate() {
        let offers = round.action.is_offer() || round.action == Action::Accept;
        let action = round.action.to_string();
        add(round.round, round.by, action, round.cpm, When::At(round.at), Some(place), offers);
    }
    if let Some(pending) = &game.pending {
        let (word, when) = if pending.in_doubt {
            (format!("{} lost?", pending.action), When::Words("no answer"))
        } else {
            (format!("{} sent", pending.action), When::Words("answering"))
        };
        let price = Some(pending.cpm).filter(|_| pending.action != Action::Walk);
        add(pending.round, By::Us, word, price, when, None, price.is_some());
    } else if let Some(draft) = draft {
        add(
            game.played() + 1,
            By::Us,
            "draft".to_owned(),
            Some(draft),
            When::Words("not sent"),
            None,
            true,
        );
    }
    moves
}

const COLUMNS: &[Column] = &[
    Column::right("R", 2, 0),
    Column::left("WHO", 4, 0),
    Column::grow("ACTION", 9, 6),
    Column::right("CPM", 7, 0),
    Column::right("MOVE", 6, 0),
    Column::right("GAP", 6, 0),
    Column::right("GAVE", 5, 5),
    Column::left("AT", 9, 4),
];

/// Draws the rows from `offset`, the one at `cursor` chosen, and their words below.
pub(super) fn draw(
    game: &Negotiation,
    moves: &[Move],
    (cursor, offset): (usize, usize),
    frame: &mut Frame<'_>,
    area: Rect,
    dx: &Dx<'_>,
) {
    if area.height < 2 {
        return;
    }
    let words = words(game, moves.get(cursor), area.width);
    let below = u16::try_from(words.len()).unwrap_or(0).min(area.height.saturating_sub(3));
    let of = game.currency();
    let widths = widths::fitted(COLUMNS, &wants(moves, of), area.width.saturating_sub(2));
    let head = Rect { x: area.x + 1, width: area.width - 1, height: 1, ..area };
    let titles = Line::from(table::row(COLUMNS, &widths, |index| title(index, of).into()));
    frame.render_widget(titles.style(dx.style(Meaning::Dim)), head);
    let rows = usize::from(area.height - 1 - below);
    // The cursor stays in sight above their words.
    let first = offset.max((cursor + 1).saturating_sub(rows));
    for (nth, (place, one)) in moves.iter().enumerate().skip(first).take(rows).enumerate() {
        let y = area.y + 1 + u16::try_from(nth).unwrap_or(0);
        let repeated =
            place > 0 && moves.get(place - 1).is_some_and(|before| before.round == one.round);
        let line = line((one, of), repeated, place == cursor, &widths, dx);
        frame.render_widget(line, Rect { y, height: 1, ..area });
    }
    let foot = Rect { y: area.bottom() - below, height: below, ..area };
    let lines: Vec<_> = words.into_iter().map(Line::from).collect();
    pane::lines(frame, foot, dx, &lines[..usize::from(below).min(lines.len())]);
}

/// How wide the texts of the moves are, column by column: no amount is cut.
fn wants(moves: &[Move], of: Currency) -> Wants {
    let mut wants = Wants::none(COLUMNS);
    wants.sees(3, &title(3, of));
    for one in moves {
        (0..COLUMNS.len()).for_each(|column| wants.sees(column, &told(one, of, column)));
    }
    wants
}

/// The heading of a column: a price's names its currency.
fn title(column: usize, of: Currency) -> String {
    match COLUMNS[column].title {
        "CPM" => format!("{of} CPM"),
        title => title.to_owned(),
    }
}

/// What stands in a column of a move.
fn told(one: &Move, of: Currency, column: usize) -> String {
    match column {
        0 => one.round.to_string(),
        1 => if one.by == By::Us { "us" } else { "them" }.to_owned(),
        2 => one.action.replace('_', " "),
        3 => one.cpm.map_or_else(|| money::NONE.to_owned(), |cpm| cpm.plain_beside(of)),
        4 => one.by_how_much.map_or_else(String::new, |by| money::signed(by, of)),
        5 => one.gap.map_or_else(String::new, |gap| gap_words(gap, of)),
        6 => one.gave.map_or_else(String::new, |gave| format!("{gave}%")),
        _ => match &one.at {
            When::At(at) => at.to_zoned(TimeZone::UTC).strftime("%H:%M:%S").to_string(),
            When::Words(words) => (*words).to_owned(),
        },
    }
}

fn line(
    (one, of): (&Move, Currency),
    repeated: bool,
    here: bool,
    widths: &[Option<u16>],
    dx: &Dx<'_>,
) -> Line<'static> {
    let side = if one.by == By::Us { Meaning::Us } else { Meaning::Them };
    let plain = dx.style(if here { Meaning::Selected } else { Meaning::Plain });
    let mut spans = vec![Span::styled(if here { "▌" } else { " " }, dx.style(Meaning::Key))];
    spans.extend(table::row(COLUMNS, widths, |index| match index {
        0 if repeated => Cell::default(),
        1 | 3 => Cell::new(told(one, of, index), dx.style(side)),
        7 if matches!(one.at, When::Words(_)) => {
            Cell::new(told(one, of, index), dx.style(Meaning::Waiting))
        }
        _ => Cell::new(told(one, of, index), plain),
    }));
    Line::from(spans)
}

/// `3.19`; below zero where we are over them: `−1.81`.
pub(super) fn gap_words(gap: Decimal, of: Currency) -> String {
    let over = gap.is_sign_negative();
    if over { money::signed(gap, of) } else { crate::domain::money::grouped_in(gap, of) }
}

/// The words that came with a move, in quotes; theirs of the newest move where ours is chosen.
fn words(game: &Negotiation, chosen: Option<&Move>, wide: u16) -> Vec<String> {
    let round = chosen.and_then(|chosen| game.rounds.get(chosen.place?));
    let said = round.filter(|round| !round.rationale.is_empty());
    let newest = || game.rounds.iter().rev().find(|round| !round.rationale.is_empty());
    let Some(round) = said.or_else(newest) else { return Vec::new() };
    let text = crate::domain::text::cut(&round.rationale, usize::from(wide) * 3);
    let words = format!(" R{}: “{text}”", round.round);
    pane::wrap(&words, usize::from(wide).saturating_sub(1), 0).into_iter().take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{QuoteRef, Round};

    #[test]
    fn moves_gaps_and_what_was_given() {
        let usd = |text: &str| text.parse::<Cpm>().unwrap();
        let quote = QuoteRef::new("s", "q");
        let mut game = Negotiation::open(quote, usd("27.36"), "", Timestamp::UNIX_EPOCH);
        for (round, by, action, price) in [
            (1, By::Us, Action::Counter, "20.00"),
            (1, By::Them, Action::Counter, "25.99"),
            (2, By::Us, Action::Counter, "21.50"),
            (2, By::Them, Action::Reject, "99.00"),
        ] {
            game.rounds.push(Round {
                round,
                by,
                action,
                cpm: Some(usd(price)),
                rationale: String::new(),
                at: Timestamp::UNIX_EPOCH,
                raw: None,
            });
        }
        let moves = all(&game, Some(usd("22.00")));
        let text =
            |value: Option<Decimal>| value.map_or_else(String::new, |value| value.to_string());
        let rows: Vec<_> = moves
            .iter()
            .map(|one| {
                format!(
                    "{} {} {} {}",
                    one.action,
                    text(one.by_how_much),
                    text(one.gap),
                    text(one.gave)
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                "open   ",
                "counter  7.36 ",
                "counter -1.37 5.99 5.0",
                "counter 1.50 4.49 7.5",
                "reject   ",
                "draft 0.50 3.99 2.3",
            ]
        );
    }
}
