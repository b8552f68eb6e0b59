//! Draws a forecast: a row for each price of ours, where the talk settles, how often that was right, and
//! how it was reached in words.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::Outlook;
use crate::{
    domain::{
        Cpm,
        forecast::{Chance, ENOUGH, Forecast, Record},
        text,
    },
    tui::parts::{context::Dx, money, pane, theme::Meaning},
};

/// The rule above the pane, the heading of its rows, four prices, and three lines of words.
const ROWS: u16 = 9;

/// The rule above, and why there is nothing.
const NO_ROWS: u16 = 2;

/// The narrowest pane.
pub(super) const WIDE: u16 = 58;

impl Outlook {
    /// How many rows the pane takes at the foot of `area`; none where that leaves fewer than `rest`.
    pub(crate) fn rows(&self, area: Rect, rest: u16) -> u16 {
        let rows = if self.forecast.is_some() { ROWS } else { NO_ROWS };
        if area.width >= WIDE && area.height >= rows + rest { rows } else { 0 }
    }

    /// The pane.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>) {
        if area.height < NO_ROWS {
            return;
        }
        let (why, hides) = (dx.key("forecast"), dx.key("privacy"));
        let rule = format!("┄┄ FORECAST ┄┄ {why} why, {hides} hides ");
        let rule = format!("{rule}{}", "┄".repeat(usize::from(area.width)));
        frame.render_widget(
            Line::from(rule).style(dx.style(Meaning::Dim)),
            Rect { height: 1, ..area },
        );
        let below = Rect { y: area.y + 1, height: area.height - 1, ..area };
        let mut lines = self.table(dx);
        lines.extend(self.told().into_iter().map(|words| Line::from(format!(" {words}"))));
        pane::lines(frame, below, dx, &lines);
    }

    /// The heading and a row for each price; nothing where there is no forecast.
    pub(super) fn table(&self, dx: &Dx<'_>) -> Vec<Line<'static>> {
        let Some(forecast) = &self.forecast else { return Vec::new() };
        let head = cells("WE SEND", "THEY ACCEPT", "SETTLES NEAR", "FINAL OR REJECT");
        let mut lines = vec![Line::from(format!("  {head}")).style(dx.style(Meaning::Dim))];
        lines.extend(self.chances.iter().map(|chance| self.row(forecast, chance, dx)));
        lines
    }

    fn row(&self, forecast: &Forecast, chance: &Chance, dx: &Dx<'_>) -> Line<'static> {
        let percent = |likely: Option<u8>| match likely {
            Some(likely) => format!("{likely}%"),
            None => money::UNKNOWN.to_owned(),
        };
        let price = |price: Option<Cpm>| match price {
            Some(price) => price.plain(),
            None => money::UNKNOWN.to_owned(),
        };
        let is_theirs = chance.price == forecast.stands;
        let ends = if is_theirs { "(their price)".to_owned() } else { percent(chance.ends) };
        let words = cells(
            &price(Some(chance.price)),
            &percent(chance.accept),
            &price(chance.settles),
            &ends,
        );
        let is_draft = self.draft == Some(chance.price);
        let (mark, meaning) =
            if is_draft { ("▸", Meaning::Selected) } else { (" ", Meaning::Plain) };
        Line::from(vec![
            Span::styled(format!("{mark} "), dx.style(Meaning::Us)),
            Span::styled(words, dx.style(meaning)),
        ])
    }

    /// Where it settles, how often that was right and how it was reached; or why nothing is said.
    pub(super) fn told(&self) -> Vec<String> {
        if self.is_over {
            return vec![self.over()];
        }
        let Some(forecast) = &self.forecast else { return vec![self.nothing()] };
        vec![self.settles(forecast), self.record(forecast), why(forecast)]
    }

    fn nothing(&self) -> String {
        match self.talks {
            0 => "nothing to go on: no history with this seller yet".to_owned(),
            talks => format!("nothing to go on yet: {}", past_talks(talks)),
        }
    }

    /// What was forecast at the last turn, against what came.
    fn over(&self) -> String {
        let Some((agreed, told)) = &self.came else {
            return "this talk is over: no price was agreed".to_owned();
        };
        let Some((range, held)) = told else {
            return format!("this talk is over: {}, not forecast", agreed.plain());
        };
        let verdict = if *held { "✓ held" } else { "✗ missed" };
        let range = between(range.low, range.high);
        format!("this talk is over: {}, last forecast {range} {verdict}", agreed.plain())
    }

    fn settles(&self, forecast: &Forecast) -> String {
        let (agreed, over) = self.agreed;
        let of = format!("{agreed} of {over} ended with a price");
        if forecast.is_final {
            let price = forecast.stands.plain();
            let before = match forecast.finals {
                (_, 0) => "none before".to_owned(),
                (agreed, all) => format!("{agreed} of {all} before agreed"),
            };
            return format!("their final offer stands: {price} or nothing; {before}");
        }
        match &forecast.range {
            Some(range) if range.low == range.high => {
                format!("settles {}: {of}", range.low.plain())
            }
            Some(range) => {
                let middle = range.middle.plain();
                format!("settles {}, near {middle}: {of}", between(range.low, range.high))
            }
            None if agreed < ENOUGH => format!("settles ?: {of}, {ENOUGH} are needed"),
            None => {
                let ours = forecast.ours.map_or_else(String::new, |ours| ours.plain());
                format!("settles ?: past talks settled under our {ours}")
            }
        }
    }

    fn record(&self, forecast: &Forecast) -> String {
        let from = format!("from {}", past_talks(self.talks));
        let Record { held, of } = forecast.record;
        let Some(percent) = forecast.record.percent() else {
            return format!("{from}; no range of it could be tried yet");
        };
        let few = if forecast.record.is_few() { " (few)" } else { "" };
        format!("{from}; its range held {held} of {of} times: {percent}%{few}")
    }
}

/// How the range was reached, in words.
fn why(forecast: &Forecast) -> String {
    let last = if forecast.is_last_round { "; last round" } else { "" };
    let Some(range) = forecast.range else {
        let words = "why they say that their next answer is their last";
        return if forecast.is_last_round { words.to_owned() } else { String::new() };
    };
    let (least, most) = range.gives;
    let gave = if most.is_zero() {
        "nothing".to_owned()
    } else if least == most {
        format!("{}%", least.normalize())
    } else {
        format!("{}–{}%", least.normalize(), most.normalize())
    };
    format!("why the {} that agreed gave {gave} more from here{last}", range.from)
}

fn past_talks(many: usize) -> String {
    if many == 1 { "1 past talk".to_owned() } else { format!("{many} past talks") }
}

/// `23.26–23.60`; one price where both are the same.
pub(crate) fn between(low: Cpm, high: Cpm) -> String {
    if low == high { low.plain() } else { format!("{}–{}", low.plain(), high.plain()) }
}

fn cells(price: &str, accept: &str, settles: &str, ends: &str) -> String {
    format!(
        "{} {} {} {}",
        text::fit_right(price, 9),
        text::fit_right(accept, 12),
        text::fit_right(settles, 14),
        text::fit_right(ends, 16)
    )
}
