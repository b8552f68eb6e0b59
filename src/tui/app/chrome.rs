//! The frame around every screen: who we are, how much is out and which screens there are above it.

use jiff::tz::TimeZone;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};
use rust_decimal::Decimal;

use crate::{
    desk::{ACCEPT, Health, State},
    domain::{Group, text},
    tui::{
        app::beside,
        parts::{
            clock,
            context::Dx,
            countdown,
            mode::{mode_style, modes},
            money, pane,
            screen::{ScreenId, TABS},
            theme::Meaning,
        },
        screens::sellers::health_mark,
    },
};

/// The rows of a frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    pub(crate) header: Rect,
    /// What must not be missed: under the header, on every screen.
    pub(crate) alarms: Rect,
    pub(crate) tabs: Rect,
    pub(crate) body: Rect,
    /// What a story says, under the screen.
    pub(crate) caption: Rect,
    pub(crate) message: Rect,
    pub(crate) footer: Rect,
}

/// Where everything goes: a pure function of the size and of how many rows alarms and caption take.
pub(crate) fn layout(area: Rect, (alarms, caption): (usize, usize)) -> Parts {
    let alarms = u16::try_from(alarms).unwrap_or(u16::MAX).min(area.height.saturating_sub(4));
    let left = area.height.saturating_sub(4 + alarms);
    let caption = u16::try_from(caption).unwrap_or(u16::MAX).min(left);
    let row = |y: u16| {
        Rect { y: area.y + y.min(area.height), height: 1.min(area.height), ..area }
            .intersection(area)
    };
    let last = area.height.saturating_sub(1);
    Parts {
        header: row(0),
        alarms: Rect { y: area.y + 1.min(area.height), height: alarms, ..area },
        tabs: row(1 + alarms),
        body: Rect { y: area.y + (2 + alarms).min(area.height), height: left - caption, ..area },
        caption: Rect { y: last.saturating_sub(1 + caption).max(area.y), height: caption, ..area },
        message: row(last.saturating_sub(1)),
        footer: row(last),
    }
}

/// What must not be missed, in at most two rows each: the halt with its reason, a store that is not
/// written with the place where what happened is kept, limits that wait for a reason. They stay until
/// it is over.
pub(crate) fn alarms(dx: &Dx<'_>) -> Vec<String> {
    let state = dx.state;
    let halt = state.controls.halt.as_ref().map(|stop| {
        let who = if stop.tripped { "the desk itself".to_owned() } else { stop.by.to_string() };
        let (at, key) = (clock::moment_utc(stop.at, dx.now), dx.key("resume"));
        let why = text::clean(&stop.why, 200);
        format!("HALT since {at} by {who} ({key} resumes): {why}. Nothing automatic is sent.")
    });
    let trouble = state.trouble.as_ref().map(|trouble| {
        let trouble = text::clean(trouble, 300);
        format!("STORE cannot be written: {trouble}. Nothing that commits is sent until it is.")
    });
    let raised = state.raised_limits();
    let raised = (!raised.is_empty()).then(|| {
        let words: Vec<_> = raised.iter().map(ToString::to_string).collect();
        let words = text::clean(&words.join(", "), 200);
        format!("LIMITS raised, not in force until a reason is given: {words}. {ACCEPT}")
    });
    let wide = usize::from(dx.size.0).saturating_sub(2).max(10);
    let rows = |words: String| {
        let mut lines = pane::wrap(&words, wide, 2);
        if lines.len() > 2 {
            let rest: Vec<_> = lines.drain(1..).map(|line| line.trim().to_owned()).collect();
            lines.push(text::cut(&format!("  {}", rest.join(" ")), wide));
        }
        lines
    };
    [halt, trouble, raised].into_iter().flatten().flat_map(rows).collect()
}

/// Draws the alarms: whole rows, so that no look at the screen misses them.
pub(crate) fn draw_alarms(frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>, alarms: &[String]) {
    for (words, y) in alarms.iter().zip(0..area.height) {
        let row = Rect { y: area.y + y, height: 1, ..area };
        frame.render_widget(Line::from(format!(" {words}")), row);
        frame.buffer_mut().set_style(row, dx.style(Meaning::Alarm));
    }
}

/// The terminal's title, with how many rows need a person.
pub(crate) fn title(state: &State, mine: usize) -> String {
    let words: Vec<_> = modes(state).into_iter().map(|(word, _)| word).collect();
    let mine = if mine > 0 { format!(" !{mine}") } else { String::new() };
    format!("dealdesk {}{mine}", words.join(" "))
}

/// The first row. The clock always stands; the rest is said as fully as fits beside it.
pub(crate) fn header(frame: &mut Frame<'_>, row: Rect, dx: &Dx<'_>, seconds: bool) {
    let clock = dx.now.to_zoned(TimeZone::UTC);
    let format = if seconds { "%H:%M:%SZ " } else { "%H:%MZ " };
    let clock = clock.strftime(format).to_string();
    let room = usize::from(row.width).saturating_sub(text::width(&clock) + 1);
    let ways = [(false, true), (true, true), (true, false)];
    let mut lines = ways
        .into_iter()
        .filter(|(narrow, _)| *narrow || !dx.is_narrow())
        .map(|(narrow, bar)| standing(dx, narrow, bar));
    let line = lines.find(|line| line.width() <= room);
    put_both(frame, row, line.unwrap_or_else(|| standing(dx, true, false)), &clock);
}

/// Who we are, how the desk works, how much is out and how the sellers do: in few words where it is
/// narrow, and with a bar of how much is out or without.
fn standing(dx: &Dx<'_>, narrow: bool, bar: bool) -> Line<'static> {
    let state = dx.state;
    let gap = if narrow { " " } else { " │ " };
    let mut spans = vec![Span::styled(" DEALDESK", dx.style(Meaning::Key))];
    if !narrow {
        spans.push(Span::raw(format!("{gap}{}", who(state))));
    }
    spans.push(Span::raw(gap));
    for (nth, (word, stands_out)) in modes(state).into_iter().enumerate() {
        spans.push(Span::raw(if nth > 0 { " " } else { "" }));
        spans.push(Span::styled(word, mode_style(dx, word, stands_out)));
    }
    if let Some(armed) = armed(dx) {
        spans.push(Span::raw(" "));
        spans.push(Span::styled(armed, dx.style(Meaning::Mode)));
    }
    if let Some(pace) = beside::pace(dx) {
        spans.push(Span::styled(format!(" {pace}"), dx.style(Meaning::Mode)));
    }
    spans.push(Span::raw(if narrow { "  " } else { gap }));
    spans.extend(exposure(dx, narrow, bar));
    spans.push(Span::raw(if narrow { "  " } else { gap }));
    spans.extend(sellers(dx));
    Line::from(spans)
}

/// Triggers that are armed, by the end of the first: a word on every screen, so that none is forgotten.
fn armed(dx: &Dx<'_>) -> Option<String> {
    let triggers = || dx.state.controls.triggers.values();
    let first = triggers().map(|trigger| trigger.terms.until).min()?;
    let until = first.to_zoned(TimeZone::UTC).strftime("%H:%MZ").to_string();
    Some(match triggers().count() {
        1 => format!("TRIGGER {until}"),
        many => format!("{many} TRIGGERS {until}"),
    })
}

/// Whom sellers take us for.
fn who(state: &State) -> String {
    let identity = &state.setup.identity;
    let known = [&identity.agency_id, &identity.seat_id, &identity.advertiser_id];
    let name = known.into_iter().flatten().find(|name| !name.is_empty());
    text::cut(&name.map_or_else(|| "public".to_owned(), |name| text::clean(name, 60)), 20)
}

fn exposure(dx: &Dx<'_>, narrow: bool, bar: bool) -> Vec<Span<'static>> {
    if dx.state.is_reading {
        return vec![Span::styled("exposure ?", dx.style(Meaning::Unknown))];
    }
    let (exposure, limits) = (&dx.state.exposure, &dx.state.setup.limits);
    let (total, currency) = (exposure.total(), limits.currency);
    let amount = money::short(total, currency);
    let mut spans = Vec::new();
    match limits.exposure {
        Some(limit) => {
            let percent = money::percent(total, limit).unwrap_or(Decimal::ONE_HUNDRED);
            let over = total > limit;
            let meaning = if over { Meaning::Bad } else { Meaning::Plain };
            let of = money::short(limit, currency);
            let words = if narrow {
                format!("{amount}/{of}")
            } else {
                format!("exposure {amount} of {of}")
            };
            spans.push(Span::styled(words, dx.style(meaning)));
            let part = u64::try_from(percent.max(Decimal::ZERO)).unwrap_or(100);
            if bar {
                spans.push(Span::raw(format!(" {}", countdown::bar(part, 100, 10))));
            }
            if !narrow || over {
                spans.push(Span::styled(format!(" {percent}%"), dx.style(meaning)));
            }
        }
        None => spans.push(Span::raw(format!("exposure {amount}, no limit set"))),
    }
    if !exposure.unknown.is_zero() {
        let unknown = money::short(exposure.unknown, currency);
        spans.push(Span::raw(" "));
        spans.push(Span::styled(format!("(? {unknown})"), dx.style(Meaning::Unknown)));
    }
    spans
}

fn sellers(dx: &Dx<'_>) -> Vec<Span<'static>> {
    let count =
        |health: Health| dx.state.sellers.values().filter(|seller| seller.health == health).count();
    let mut spans = vec![Span::raw("sellers")];
    let marks = [Health::Up, Health::Degraded, Health::Down, Health::Unknown];
    for health in marks.into_iter().filter(|health| count(*health) > 0) {
        let (mark, meaning) = health_mark(health);
        spans.push(Span::styled(format!(" {}{mark}", count(health)), dx.style(meaning)));
    }
    if spans.len() == 1 {
        spans.push(Span::raw(" 0"));
    }
    let halted = dx.state.controls.sellers.len();
    if halted > 0 {
        spans.push(Span::styled(format!(" {halted}‖"), dx.style(Meaning::Bad)));
    }
    spans
}

/// The second row: the screens, with how much is on each and how much of it needs a person.
pub(crate) fn tabs(frame: &mut Frame<'_>, row: Rect, dx: &Dx<'_>, on: ScreenId, right: &str) {
    let mut spans = Vec::new();
    for (screen, digit, name) in TABS {
        let current = *screen == on;
        let (open, close) = if current { ("[", "]") } else { (" ", " ") };
        let style = dx.style(if current { Meaning::Selected } else { Meaning::Plain });
        spans.push(Span::styled(format!("{open}{digit} {name}"), style));
        let (count, mine) = counts(dx.state, *screen);
        if mine > 0 {
            spans.push(Span::styled(format!(" !{mine}"), dx.style(Meaning::NeedsMe)));
        } else if count > 0 {
            spans.push(Span::styled(format!(" {count}"), style));
        }
        spans.push(Span::styled(close, style));
    }
    let line = Line::from(spans);
    let room = usize::from(row.width).saturating_sub(line.width());
    let right = if right.is_empty() { String::new() } else { format!("▸ {right} ") };
    // The screens stand; where one is, is said in what they leave.
    let right = if room < 8 { String::new() } else { text::cut(&right, room) };
    put_both(frame, row, line, &right);
}

/// How many rows a screen has, and how many of them need a person. Only counts that are kept.
fn counts(state: &State, screen: ScreenId) -> (usize, usize) {
    match screen {
        ScreenId::Board => {
            let of = |group| state.board.count(group);
            let open = of(Group::NeedsMe) + of(Group::Pipeline) + of(Group::Live);
            (open, of(Group::NeedsMe))
        }
        ScreenId::Sellers => {
            let down = |health| matches!(health, Health::Down | Health::Degraded);
            let bad = state.sellers.values().filter(|seller| down(seller.health)).count();
            (state.sellers.len(), bad)
        }
        ScreenId::Quotes | ScreenId::Kit | ScreenId::Ladder | ScreenId::Deal | ScreenId::Log => {
            (0, 0)
        }
    }
}

/// A line from the left, and words at the right end that win where both do not fit: the line ends
/// before them, with a mark that there is more of it.
pub(crate) fn put_both(frame: &mut Frame<'_>, row: Rect, left: Line<'_>, right: &str) {
    let wide = u16::try_from(text::width(right)).unwrap_or(row.width).min(row.width);
    let room = row.width - wide;
    let is_cut = left.width() > usize::from(room);
    frame.render_widget(left, Rect { width: room, ..row });
    if let (true, Some(end)) = (is_cut, room.checked_sub(1)) {
        frame.render_widget(Line::from("…"), Rect { x: row.x + end, width: 1, ..row });
    }
    frame.render_widget(Line::from(right), Rect { x: row.right() - wide, width: wide, ..row });
}
