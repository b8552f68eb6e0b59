//! The parts of the audience's view: a side with its price, the gaps, the race, the clock, the story,
//! the board.

use ratatui::{
    Frame,
    layout::{Alignment, Rect},
    style::Style,
    text::{Line, Span},
    widgets::{Block, Borders},
};
use rust_decimal::Decimal;

use super::{Room, digits, words};
use crate::{
    domain::{By, Cpm, money, text},
    present::{Audience, Talk},
    tui::parts::{clock as clocks, countdown, pane, stage, theme::Meaning},
};

/// A box with a title; returns its inside.
fn boxed(frame: &mut Frame<'_>, area: Rect, title: &str, style: Style) -> Rect {
    let room = usize::from(area.width.saturating_sub(4));
    let title = Span::styled(format!(" {} ", text::cut(title, room)), style);
    let block = Block::new().borders(Borders::ALL).title_top(Line::from(title));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    inside
}

/// Lines from the top of `area`, each cut to its width.
pub(crate) fn put(frame: &mut Frame<'_>, area: Rect, lines: &[Line<'_>]) {
    for (line, y) in lines.iter().zip(0..area.height) {
        pane::draw_cut(frame, Rect { y: area.y + y, height: 1, ..area }, line);
    }
}

/// One side of a negotiation.
#[derive(Debug)]
pub(super) struct Side<'a> {
    title: &'a str,
    name: String,
    price: Option<Cpm>,
    meaning: Meaning,
    step: String,
    says: (String, Meaning),
    round: Option<u32>,
}

impl<'a> Side<'a> {
    pub(super) fn theirs(talk: &'a Talk) -> Self {
        let says = talk.their_words().map(|words| format!("“{words}”")).unwrap_or_default();
        Self {
            title: words::their_title(talk),
            name: talk.seller.to_uppercase(),
            price: talk.agreed.or(talk.asks().0),
            meaning: if talk.agreed.is_some() { Meaning::Good } else { Meaning::Them },
            step: words::their_step(talk),
            says: (says, Meaning::Plain),
            round: Some(talk.round()).filter(|round| *round > 0),
        }
    }

    pub(super) fn ours(talk: &'a Talk) -> Self {
        Self {
            title: "WE OFFER",
            name: format!("{} · {}", talk.product, talk.deal_type),
            price: talk.offers().0,
            meaning: Meaning::Us,
            step: words::our_step(talk),
            says: words::standing(talk),
            round: None,
        }
    }
}

/// Draws one side: name, price in big digits, step, words. Blank rows only where there is room.
pub(super) fn side(frame: &mut Frame<'_>, area: Rect, side: &Side<'_>, room: &Room<'_>) {
    let strong = room.style(side.meaning).patch(room.style(Meaning::Key));
    let inside = boxed(frame, area, side.title, strong);
    let wide = usize::from(inside.width);
    let margin = if wide >= 50 && !room.look.is_bigger { 4 } else { 1 };
    let cols = wide.saturating_sub(margin + 1);
    let price = side.price.map_or_else(|| "-.--".to_owned(), |cpm| cpm.plain());
    let rows = usize::from(inside.height);
    // Name, step and a row of words are there in any case.
    let most = if room.look.is_bigger { rows.saturating_sub(4) } else { rows };
    let drawn = digits::lines(&price, (cols, most), room.theme.ascii, room.look.is_bigger);
    let indent = " ".repeat(margin);
    let name = text::cut(&side.name, cols);
    let currency = side.price.map(|cpm| cpm.currency()).filter(|c| c.as_str() != "USD");
    let currency = currency.map(|currency| format!(" {currency}")).unwrap_or_default();
    let round = side.round.map(|round| format!("      round {round}")).unwrap_or_default();
    let mut blocks = vec![vec![Line::from(Span::styled(format!("{indent}{name}"), strong))]];
    let digit = |line: String| {
        let line = format!("{indent}{line}");
        Line::from(Span::styled(line, room.style(side.meaning).patch(room.style(Meaning::Key))))
    };
    blocks.push(drawn.into_iter().map(digit).collect());
    blocks.push(vec![Line::from(format!("{indent}{}{currency}{round}", side.step))]);
    let used = blocks.iter().map(Vec::len).sum::<usize>();
    let left = rows.saturating_sub(used).min(4);
    let says = pane::wrap(&side.says.0, cols, 0).into_iter().take(left);
    let style = room.style(side.says.1);
    let says = says.map(|line| {
        Line::from(vec![Span::raw(indent.clone()), Span::styled(line.trim_end().to_owned(), style)])
    });
    blocks.push(says.collect());
    let used = blocks.iter().map(Vec::len).sum::<usize>();
    let blanks = rows.saturating_sub(used);
    // Above the digits first, then below them, then above the words, then at the top; what is left over
    // in a large box, half above.
    let above = blanks.saturating_sub(4) / 2;
    let mut lines = vec![Line::default(); if above > 1 { above } else { 0 }];
    for (block, rank) in blocks.into_iter().zip([3, 0, 1, 2]) {
        if rank < blanks {
            lines.push(Line::default());
        }
        lines.extend(block);
    }
    put(frame, inside, &lines);
}

/// What lay between the sides after each move, newest last.
pub(super) fn gaps(frame: &mut Frame<'_>, area: Rect, talk: &Talk, room: &Room<'_>) {
    let title = Span::styled(" GAP, after each move", room.style(Meaning::Key));
    let gaps = talk.gaps();
    let mut lines = vec![Line::from(title)];
    if gaps.is_empty() {
        let words = "   no offer of ours yet";
        lines.push(Line::from(Span::styled(words, room.style(Meaning::Dim))));
    }
    let widest = gaps.iter().map(|gap| gap.gap).max().unwrap_or_default();
    let rows = usize::from(area.height).saturating_sub(1);
    let cells = usize::from(area.width).saturating_sub(18);
    let mut before = None;
    for gap in &gaps[gaps.len().saturating_sub(rows)..] {
        let label =
            if before == Some(gap.round) { String::new() } else { format!("R{}", gap.round) };
        before = Some(gap.round);
        let meaning = if gap.by == By::Us { Meaning::Us } else { Meaning::Them };
        lines.push(Line::from(vec![
            Span::raw(format!("   {} ", text::fit(&label, 3))),
            Span::raw(text::fit_right(&money::grouped(gap.gap), 8)),
            Span::raw("  "),
            Span::styled(bar(gap.gap, widest, cells), room.style(meaning)),
        ]));
    }
    put(frame, area, &lines);
}

/// A bar of what is left between the sides.
fn bar(gap: Decimal, widest: Decimal, cells: usize) -> String {
    let part = |amount: Decimal| {
        let cents = amount.max(Decimal::ZERO).saturating_mul(Decimal::ONE_HUNDRED);
        u64::try_from(cents.trunc()).unwrap_or(0)
    };
    countdown::bar(part(gap), part(widest), cells).trim_end_matches('░').to_owned()
}

/// Several negotiations at once, a row each.
pub(super) fn race(frame: &mut Frame<'_>, area: Rect, audience: &Audience, room: &Room<'_>) {
    let head = format!(" RACE of {}", audience.talks.len());
    let mut lines = vec![Line::from(Span::styled(head, room.style(Meaning::Key)))];
    let gap = |talk: &Talk| talk.gaps().last().map(|gap| gap.gap);
    let widest = audience.talks.iter().filter_map(gap).max().unwrap_or_default();
    let best = audience.talks.iter().filter_map(|talk| talk.asks().0.map(|cpm| cpm.amount())).min();
    let wide = usize::from(area.width);
    let (asked, offered, price, between) =
        if wide < 60 { ("ASK", "OFFER", 8, 7) } else { ("THEY ASK", "WE OFFER", 10, 8) };
    let name = (wide / 5).clamp(10, 20);
    let cells = wide.saturating_sub(name + 2 * price + between + 18);
    let cells = if cells < 6 { 0 } else { cells };
    let dim = room.style(Meaning::Dim);
    if area.height > 4 {
        let head = format!(
            "   {}{}{}{}  {}",
            text::fit("", name),
            text::fit_right(asked, price),
            text::fit_right(offered, price),
            text::fit_right("GAP", between),
            text::fit("", cells),
        );
        lines.push(Line::from(Span::styled(head, dim)));
    }
    for (nth, talk) in audience.talks.iter().enumerate() {
        let asks = talk.agreed.or(talk.asks().0);
        let is_best = best.is_some() && asks.map(|cpm| cpm.amount()) == best;
        let here = audience.focus == Some(nth);
        let plain = |cpm: Option<Cpm>| cpm.map_or_else(|| "—".to_owned(), |cpm| cpm.plain());
        let named = room.style(if here { Meaning::Selected } else { Meaning::Plain });
        let them = room.style(if is_best { Meaning::Good } else { Meaning::Them });
        let apart = gap(talk);
        let drawn = apart.map(|gap| bar(gap, widest, cells)).unwrap_or_default();
        let mark = if is_best { "✓" } else { " " };
        lines.push(Line::from(vec![
            Span::raw(if here { " ▸ " } else { "   " }),
            Span::styled(text::fit(&talk.seller, name), named),
            Span::styled(text::fit_right(&format!("{mark}{}", plain(asks)), price), them),
            Span::styled(text::fit_right(&plain(talk.offers().0), price), room.style(Meaning::Us)),
            Span::raw(text::fit_right(&apart.map(money::grouped).unwrap_or_default(), between)),
            Span::raw(if cells > 0 { "  " } else { "" }),
            Span::styled(text::fit(&drawn, cells), room.style(Meaning::Waiting)),
            Span::styled(
                format!(" {}", talk.stage.words()),
                room.style(stage::meaning(talk.stage)),
            ),
        ]));
    }
    put(frame, area, &lines);
}

/// The clock of the quote, big.
pub(super) fn clock(frame: &mut Frame<'_>, area: Rect, talk: &Talk, room: &Room<'_>) {
    let left = talk.left(room.now).map(|left| left.max(jiff::SignedDuration::ZERO));
    let whole = talk.lives_s.map(jiff::SignedDuration::from_secs);
    let (mark, meaning) = left.map_or(("", Meaning::Dim), |left| clocks::urgency(left, whole));
    let strong = room.style(meaning).patch(room.style(Meaning::Key));
    let inside = boxed(frame, area, "QUOTE CLOCK", strong);
    let wide = usize::from(inside.width);
    let Some(left) = left else {
        let words = words::standing(talk).0;
        return put(frame, inside, &[Line::default(), Line::from(format!("  {words}"))]);
    };
    let shown = countdown::left(left);
    let shown = shown.trim_start_matches("T-");
    let rows = usize::from(inside.height).saturating_sub(1);
    let ascii = room.theme.ascii;
    let bigger = room.look.is_bigger;
    let drawn = digits::lines(shown, (wide.saturating_sub(2), rows), ascii, bigger);
    let above = rows.saturating_sub(drawn.len()).div_ceil(2);
    let mut lines = vec![Line::default(); above];
    let digit =
        |line: String| Line::from(Span::styled(line.clone(), strong)).alignment(Alignment::Center);
    lines.extend(drawn.into_iter().map(digit));
    lines.resize(rows, Line::default());
    let (seconds, name) = countdown::scale(left);
    let seconds =
        talk.lives_s.and_then(|s| u64::try_from(s).ok()).filter(|s| *s > 0).unwrap_or(seconds);
    let name = talk.lives_s.map_or_else(|| name.to_owned(), |s| format!("/{}", span(s)));
    let cells = wide.saturating_sub(text::width(&name) + 5);
    let part = u64::try_from(left.as_secs()).unwrap_or(0);
    let bar = countdown::bar(part, seconds, cells);
    lines.push(Line::from(vec![
        Span::styled(format!(" {}{bar}", text::fit(mark, 1)), room.style(meaning)),
        Span::raw(format!(" {name}")),
    ]));
    put(frame, inside, &lines);
}

/// `10m`, `2h`, `3d`.
fn span(seconds: i64) -> String {
    match seconds {
        ..3_600 => format!("{}m", (seconds + 59) / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        86_400.. => format!("{}d", seconds / 86_400),
    }
}

/// What the story says of what is seen, and what comes.
pub(super) fn story(frame: &mut Frame<'_>, area: Rect, audience: &Audience, room: &Room<'_>) {
    let show = &audience.show;
    let inside = boxed(frame, area, "STORY", room.style(Meaning::Key));
    let wide = usize::from(inside.width).saturating_sub(4);
    let mut lines = Vec::new();
    for (nth, caption) in show.caption.iter().enumerate() {
        for (row, words) in pane::wrap(caption, wide, 0).into_iter().enumerate() {
            let mark = if nth == 0 && row == 0 { " ▸ " } else { "   " };
            lines.push(Line::from(vec![
                Span::styled(mark, room.style(Meaning::Us)),
                Span::styled(words.trim_end().to_owned(), room.style(Meaning::Selected)),
            ]));
        }
    }
    if !show.next.is_empty() {
        if lines.len() + show.next.len() < usize::from(inside.height) {
            lines.push(Line::default());
        }
        for (nth, next) in show.next.iter().enumerate() {
            let label = if nth == 0 { " NEXT  " } else { "       " };
            lines.push(Line::from(vec![
                Span::styled(label, room.style(Meaning::Dim)),
                Span::raw(text::cut(next, wide.saturating_sub(5))),
            ]));
        }
    }
    put(frame, inside, &lines);
}

/// The first rows of the board.
pub(super) fn board(frame: &mut Frame<'_>, area: Rect, audience: &Audience, room: &Room<'_>) {
    let inside = boxed(frame, area, "BOARD", room.style(Meaning::Key));
    if audience.rows.is_empty() {
        let nothing = "nothing is on the board";
        let words = if audience.is_reading { words::READING } else { nothing };
        let words = format!("  {words}");
        return put(frame, inside, &[Line::from(Span::styled(words, room.style(Meaning::Dim)))]);
    }
    let wide = usize::from(inside.width);
    let name = (wide / 5).clamp(8, 24);
    let product = wide.saturating_sub(name + 36);
    let rows = usize::from(inside.height);
    let over = audience.rows.len() > rows || audience.more_rows > 0;
    let shown = if over { rows.saturating_sub(1) } else { rows }.min(audience.rows.len());
    let mut lines: Vec<_> = audience.rows[..shown]
        .iter()
        .map(|row| {
            let style = room.style(stage::meaning(row.stage));
            let kind = row.deal_type.map_or_else(|| "?".to_owned(), |kind| kind.to_string());
            let cpm = row.cpm.map_or_else(|| "?".to_owned(), |cpm| cpm.plain());
            Line::from(vec![
                Span::styled(format!("  {} ", text::fit(row.stage.mark(), 2)), style),
                Span::styled(text::fit(row.stage.words(), 12), style),
                Span::raw(text::fit(&row.seller, name)),
                Span::raw(" "),
                Span::raw(text::fit(&row.product, product)),
                Span::raw(format!("  {kind}  ")),
                Span::raw(text::fit_right(&cpm, 10)),
            ])
        })
        .collect();
    if over {
        let more = audience.rows.len() - shown + audience.more_rows;
        let words = format!("  … {more} more");
        lines.push(Line::from(Span::styled(words, room.style(Meaning::Dim))));
    }
    put(frame, inside, &lines);
}
