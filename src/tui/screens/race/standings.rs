//! How the sellers of a race stand: what each asks, how far it is from us, how it moves, and what taking
//! its price would save against its quote, the runner-up and the target.

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use rust_decimal::Decimal;

use super::{Race, target};
use crate::{
    desk::{QuoteRecord, rivals},
    domain::{
        By, Cpm, Currency, Negotiation, Outcome, QuoteRef, negotiation::Pace, ranking::Ranked,
    },
    tui::{
        parts::{
            context::Dx,
            countdown, money, stage,
            table::{self, Cell, Column},
            theme::Meaning,
            widths::{self, Wants},
        },
        screens::{forecast, quotes::clock::Clock},
    },
};

/// Where each settles, if it does.
const FORECAST: &str = "FORECAST";

const COLUMNS: &[Column] = &[
    Column::left("", 2, 0),
    Column::left("SELLER", 10, 0),
    Column::grow("PRODUCT", 12, 1),
    Column::left("", 4, 2),
    Column::right("ASK", 7, 0),
    Column::right("OURS", 7, 0),
    Column::right("GAP", 6, 0),
    Column::left("ROUND", 7, 3),
    Column::right("GAVE", 6, 4),
    Column::left("PACE", 12, 6),
    Column::right(FORECAST, 13, 5),
    Column::right("QUOTE", 8, 0),
    Column::right("IF TAKEN", 11, 0),
    Column::right("vs QUOTE", 10, 7),
    Column::right("vs 2ND", 10, 0),
    Column::right("vs TARGET", 10, 8),
];

/// How many cells of the row the cursor's mark takes.
const MARK: u16 = 1;

/// How wide each column is in `wide` cells: no amount is cut. That of the forecast is there where one can be
/// made, and may be shown.
pub(super) fn widths(race: &Race, forecasts: bool, wide: u16, dx: &Dx<'_>) -> Vec<Option<u16>> {
    let wide = wide.saturating_sub(MARK);
    let place = COLUMNS.iter().position(|column| column.title == FORECAST);
    let has_any = forecasts && race.members.iter().any(|key| race.between(key).is_some());
    let without = place.filter(|_| !has_any);
    let mut columns = COLUMNS.to_vec();
    if let Some(place) = without {
        columns.remove(place);
    }
    let mut wants = Wants::none(&columns);
    for row in &race.standings.rows {
        let Some(record) = dx.state.quote(&row.quote) else { continue };
        let shown = (0..COLUMNS.len()).filter(|column| Some(*column) != without);
        for (place, column) in shown.enumerate() {
            wants.sees(place, &told(race, (row, record), column, dx));
        }
    }
    let mut widths = widths::fitted(&columns, &wants, wide);
    if let Some(place) = without {
        widths.insert(place, None);
    }
    widths
}

/// The heading.
pub(super) fn head(dx: &Dx<'_>, widths: &[Option<u16>]) -> Line<'static> {
    let mut line = table::head(COLUMNS, widths, dx.style(Meaning::Dim));
    line.spans.insert(0, Span::raw(" "));
    line
}

/// Every member in the order of its price, the chosen one marked.
pub(super) fn rows(
    race: &Race,
    at: &QuoteRef,
    dx: &Dx<'_>,
    widths: &[Option<u16>],
) -> Vec<Line<'static>> {
    let ranked = race.standings.rows.iter();
    ranked
        .filter_map(|row| Some((row, dx.state.quote(&row.quote)?)))
        .map(|(row, record)| line(race, (row, record), row.quote == *at, widths, dx))
        .collect()
}

fn line(
    race: &Race,
    (row, record): (&Ranked, &QuoteRecord),
    here: bool,
    widths: &[Option<u16>],
    dx: &Dx<'_>,
) -> Line<'static> {
    let plain = dx.style(if here { Meaning::Selected } else { Meaning::Plain });
    let at = record.stage();
    let mut spans = vec![Span::styled(if here { "▌" } else { " " }, dx.style(Meaning::Key))];
    spans.extend(table::row(COLUMNS, widths, |index| {
        let looks = match index {
            3 => dx.style(Meaning::NeedsMe),
            4 => dx.style(Meaning::Them),
            5 => dx.style(Meaning::Us),
            11 => clock(record, dx).1,
            _ => plain,
        };
        Cell::new(told(race, (row, record), index, dx), looks)
    }));
    if row.place.is_err() && at.group() == crate::domain::Group::Done {
        return Line::from(spans).style(dx.style(Meaning::Dim));
    }
    Line::from(spans)
}

/// What stands in a column of a member.
fn told(race: &Race, (row, record): (&Ranked, &QuoteRecord), column: usize, dx: &Dx<'_>) -> String {
    let game = record.negotiation.as_ref();
    let worth = || Worth::of(race, row, record, dx);
    let of = rivals::asks(record).map_or(Currency::USD, |price| price.currency());
    let signed = |amount: Option<Decimal>| {
        amount.map_or_else(|| money::NONE.to_owned(), |by| money::signed(by, of))
    };
    let price = |cpm: Option<Cpm>| {
        cpm.map_or_else(|| money::NONE.to_owned(), |cpm| money::cpm(Some(cpm), None))
    };
    match column {
        0 => row.place.map_or_else(|_| "–".to_owned(), |place| place.to_string()),
        1 => record.quote.seller.to_string(),
        2 => record.quote.product.name.clone(),
        3 => race.word(row).to_owned(),
        4 => money::cpm(rivals::asks(record), None),
        5 => price(game.and_then(Negotiation::our_last)),
        6 => {
            let gap = game.filter(|game| !game.is_over()).and_then(Negotiation::gap);
            let told = |gap| crate::domain::money::grouped_in(gap, of);
            gap.map_or_else(|| money::NONE.to_owned(), told)
        }
        7 => round(game),
        8 => {
            let given = game.and_then(|game| game.given(By::Them));
            given.map_or_else(|| money::NONE.to_owned(), |(_, share)| format!("{share}%"))
        }
        9 => game.map_or_else(String::new, pace),
        10 => {
            let over = game.is_some_and(Negotiation::is_over);
            let none = if over { money::NONE } else { money::UNKNOWN };
            let told = race.between(&row.quote).map(|(low, high)| forecast::between(low, high));
            told.unwrap_or_else(|| none.to_owned())
        }
        11 => clock(record, dx).0,
        // What cannot be had is not taken.
        12.. if !row.competes() => money::NONE.to_owned(),
        12 => money::cost(worth().cost, record.quote.terms.guaranteed),
        13 => signed(worth().vs_quote),
        14 => signed(worth().vs_cover),
        _ => signed(worth().vs_target),
    }
}

/// `R2 us`: the round, and whose turn it is; `none` where nothing was offered.
fn round(game: Option<&Negotiation>) -> String {
    let Some(game) = game else { return "none".to_owned() };
    match game.outcome {
        Outcome::Accepted => return "agreed".to_owned(),
        Outcome::WalkedAway => return "left".to_owned(),
        Outcome::Rejected => return "refused".to_owned(),
        Outcome::TimedOut => return "expired".to_owned(),
        Outcome::Open | Outcome::Halted | Outcome::Unknown => {}
    }
    let whose = if game.is_our_turn() { "us" } else { "them" };
    let round = game.played() + u32::from(game.pending.is_some());
    format!("R{round} {whose}")
}

/// How large a move is beside the largest.
const BARS: [&str; 5] = ["▁", "▂", "▃", "▅", "▇"];

/// `slowing ▅▃▁`: how their moves go, and each as a bar.
fn pace(game: &Negotiation) -> String {
    let moves: Vec<_> = game.moves(By::Them).iter().map(Decimal::abs).collect();
    let Some(most) = moves.iter().max().filter(|most| !most.is_zero()) else {
        return game.pace(By::Them).map_or_else(String::new, |pace| pace.to_string());
    };
    let bar = |by: &Decimal| {
        let fifth = by.checked_mul(Decimal::from(4)).and_then(|by| by.checked_div(*most));
        let place = fifth.and_then(|by| usize::try_from(by.round()).ok()).unwrap_or(0);
        BARS[place.min(BARS.len() - 1)]
    };
    let newest = moves.len().saturating_sub(3);
    let bars: String = moves.iter().skip(newest).map(bar).collect();
    let word = match game.pace(By::Them) {
        Some(Pace::Quickening) => "quicker".to_owned(),
        Some(pace) => pace.to_string(),
        None => String::new(),
    };
    format!("{word} {bars}").trim_start().to_owned()
}

fn clock(record: &QuoteRecord, dx: &Dx<'_>) -> (String, Style) {
    let runs = record.is_open() || record.is_negotiating();
    if !runs {
        let at = record.stage();
        return (at.words().to_owned(), dx.style(stage::meaning(at)));
    }
    let clock = Clock::of(dx.state, record, dx.now);
    (format!("{}{}", clock.mark, countdown::left(clock.left)), dx.style(clock.meaning))
}

/// What taking a price comes to, in the quote's money.
#[derive(Debug, Default)]
struct Worth {
    cost: Option<crate::domain::Cost>,
    vs_quote: Option<Decimal>,
    vs_cover: Option<Decimal>,
    vs_target: Option<Decimal>,
}

impl Worth {
    fn of(race: &Race, row: &Ranked, record: &QuoteRecord, dx: &Dx<'_>) -> Self {
        let Some(price) = rivals::asks(record) else { return Self::default() };
        let Some(imps) = record.quote.terms.impressions else { return Self::default() };
        let cost = price.cost(imps);
        let against = |other: Option<Cpm>| cost.minus(&other?.cost(imps));
        // As both come out in effect: an auction's floor is not what is paid.
        let cover =
            rivals::best_other(&race.standings, &row.quote).and_then(|other| other.effective);
        let rates = dx.state.setup.limits.rates();
        let vs_cover = row.effective.zip(cover).and_then(|(ours, cover)| {
            let cover = rates.cpm(cover.cpm, ours.cpm.currency())?;
            ours.cpm.cost(imps).minus(&cover.cost(imps))
        });
        let game = record.negotiation.as_ref();
        let quoted = game.and_then(Negotiation::quoted).or(record.quote.pricing.cpm());
        Self {
            cost: Some(cost),
            vs_quote: against(quoted),
            vs_cover,
            vs_target: against(target(record).and_then(|cpm| rates.cpm(cpm, price.currency()))),
        }
    }
}
