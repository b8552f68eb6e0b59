//! Draws "what if": how the seller is explained, what each strategy comes to, and the rounds of one.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::WhatIf;
use crate::{
    domain::{
        Negotiation,
        fork::{self, Fork},
        money::plain,
    },
    tui::{
        parts::{
            context::Dx,
            pane, popup,
            table::{self, Cell, Column},
            theme::Meaning,
            widths::{self, Wants},
        },
        screens::describe,
    },
};

/// The mark of everything here.
const SIM: &str = " SIM ";

/// Where the words of a fact begin.
const LABEL: usize = 8;

pub(super) fn draw(what_if: &WhatIf, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
    let record = dx.state.quote(&what_if.key);
    let Some(game) = record.and_then(|record| record.negotiation.as_ref()) else { return };
    let title = format!(
        "SIM: what if, from round {} of {} · {} {}",
        what_if.from, what_if.last, what_if.key.seller, what_if.key.quote_id
    );
    let size = (screen.width.min(120), screen.height);
    let hint = "← → another round · ↑ ↓ whose rounds · Esc closes";
    let inside = popup::place(frame, screen, dx, &title, hint, size);
    let wide = usize::from(inside.width).saturating_sub(2);
    let mut lines = vec![Line::from(vec![
        Span::raw(" "),
        Span::styled(SIM, dx.style(Meaning::Mode)),
        Span::raw(" a model of the seller answers; nothing can be sent from here"),
    ])];
    match &what_if.found {
        Ok(fork) => lines.extend(found(what_if, fork, game, dx, wide)),
        Err(why) => lines.extend(fact(dx, "not", why, wide)),
    }
    pane::lines(frame, inside, dx, &lines);
}

fn fact(dx: &Dx<'_>, label: &str, words: &str, wide: usize) -> Vec<Line<'static>> {
    pane::facts(dx, (label, LABEL), words, wide.saturating_sub(LABEL + 2))
}

fn found(
    what_if: &WhatIf,
    fork: &Fork,
    game: &Negotiation,
    dx: &Dx<'_>,
    wide: usize,
) -> Vec<Line<'static>> {
    let mut lines = seller(fork, dx, wide);
    lines.push(Line::default());
    let price = game.agreed.map_or_else(|| "no price".to_owned(), |agreed| agreed.plain());
    let played = game.played().to_string();
    let real = ["it was".to_owned(), game.outcome.to_string(), price, "–".to_owned(), played];
    let tried = fork.lines.iter().enumerate();
    let tried: Vec<_> = tried.map(|(nth, line)| cells(line, nth == what_if.at)).collect();
    let mut wants = Wants::none(&COLUMNS);
    for cells in tried.iter().chain([&real]) {
        cells.iter().enumerate().for_each(|(column, told)| wants.sees(column, told));
    }
    let widths = widths::fitted(&COLUMNS, &wants, u16::try_from(wide).unwrap_or(u16::MAX));
    lines.push(table::head(&COLUMNS, &widths, dx.style(Meaning::Dim)));
    lines.push(row(&widths, dx, Meaning::Plain, &real));
    for (nth, cells) in tried.iter().enumerate() {
        let meaning = if nth == what_if.at { Meaning::Selected } else { Meaning::Plain };
        lines.push(row(&widths, dx, meaning, cells));
    }
    lines.push(Line::default());
    if let Some(line) = fork.lines.get(what_if.at) {
        lines.extend(rounds(line, fork, dx, wide));
    }
    lines
}

/// How the seller is explained, and what is not known of it.
fn seller(fork: &Fork, dx: &Dx<'_>, wide: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (nth, fit) in fork.fits.iter().enumerate() {
        let how = if fit.hits == fit.of { "fits" } else { "nearest" };
        let words = format!("{} ({how}: {} of {} answers to the cent)", fit.says, fit.hits, fit.of);
        lines.extend(fact(dx, if nth == 0 { "seller" } else { "or" }, &words, wide));
    }
    let tried: Vec<_> = fork.reserves.iter().map(|reserve| plain(*reserve)).collect();
    let words = if fork.reserve_seen {
        format!("it stopped at {}: as low as it goes", tried.join(", "))
    } else {
        format!("how low it goes was not seen; tried: {}", tried.join(", "))
    };
    lines.extend(fact(dx, "lowest", &words, wide));
    lines
}

const COLUMNS: [Column; 5] = [
    Column::left("STRATEGY", 18, 0),
    Column::grow("THEN IT WOULD", 20, 0),
    Column::left("SETTLES", 15, 0),
    Column::left("DEALS", 10, 0),
    Column::left("ROUNDS", 7, 0),
];

fn row(
    widths: &[Option<u16>],
    dx: &Dx<'_>,
    meaning: Meaning,
    cells: &[String; 5],
) -> Line<'static> {
    let style = dx.style(meaning);
    let spans = table::row(&COLUMNS, widths, |index| {
        Cell::new(cells.get(index).cloned().unwrap_or_default(), style)
    });
    Line::from(spans)
}

fn cells(line: &fork::Line, here: bool) -> [String; 5] {
    let range = |least: String, most: String| {
        if least == most { least } else { format!("{least}–{most}") }
    };
    let price = line
        .prices
        .map_or_else(|| "no price".to_owned(), |(least, most)| range(least.plain(), most.plain()));
    [
        format!("{}{}", if here { "▌" } else { " " }, line.strategy),
        describe::step_words(&line.first),
        price,
        format!("{} of {}", line.deals, line.worlds),
        range(line.rounds.0.to_string(), line.rounds.1.to_string()),
    ]
}

/// The rounds of one strategy against the seller as it fits best.
fn rounds(line: &fork::Line, fork: &Fork, dx: &Dx<'_>, wide: usize) -> Vec<Line<'static>> {
    let amount =
        |amount: Option<rust_decimal::Decimal>| amount.map_or_else(|| "?".to_owned(), plain);
    let told = line.played.iter().zip(1_u32..).map(|(exchange, number)| {
        let mark = if number >= fork.from { "SIM " } else { "" };
        format!("{mark}R{number} us {} them {}", amount(exchange.ours), amount(exchange.theirs))
    });
    let told: Vec<_> = told.collect();
    let words =
        if told.is_empty() { "it ends before a round".to_owned() } else { told.join(" · ") };
    fact(dx, "rounds", &words, wide)
}
