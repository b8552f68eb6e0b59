//! Below 60×16 there is no room to decide safely: a summary, and no tickets.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    domain::{Group, text},
    tui::{
        app::chrome,
        parts::{
            context::{Dx, Wake},
            countdown, mode, money, pane,
            theme::Meaning,
        },
        screens::board,
    },
};

/// Whether a terminal of this size is too small.
pub(crate) fn is_small((cols, rows): (u16, u16)) -> bool {
    cols < 60 || rows < 16
}

pub(crate) fn draw(frame: &mut Frame<'_>, dx: &Dx<'_>) {
    let area = frame.area();
    let wide = usize::from(area.width);
    let row = |y: u16| Rect { y: area.y + y, height: 1, ..area }.intersection(area);
    let mut mode = vec![Span::raw("DEALDESK ")];
    for (word, stands_out) in mode::modes(dx.state) {
        mode.push(Span::styled(word, mode::mode_style(dx, word, stands_out)));
        mode.push(Span::raw(" "));
    }
    frame.render_widget(Line::from(mode), row(0));
    // The keys that still hold stand however few rows there are.
    let (halt, quit) = (dx.key("halt"), dx.key("quit"));
    let keys = format!("{halt} halt   {quit} quit");
    let room = area.height.saturating_sub(2);
    let mut below = 1;
    for (words, meaning) in words(dx) {
        for line in pane::wrap(&words, wide, 2) {
            if below <= room {
                frame.render_widget(Line::from(line).style(dx.style(meaning)), row(below));
                below += 1;
            }
        }
    }
    frame.render_widget(Line::from(keys), row(below.min(area.height.saturating_sub(1))));
}

/// What a person must know at any size, what matters most first.
fn words(dx: &Dx<'_>) -> Vec<(String, Meaning)> {
    let (state, (cols, rows)) = (dx.state, dx.size);
    let (exposure, limits) = (&state.exposure, &state.setup.limits);
    let amount = |amount| money::short(amount, limits.currency);
    let alarms = chrome::alarms(dx).into_iter().map(|alarm| (alarm, Meaning::Alarm));
    let mine = if state.is_reading {
        ("The store is being read.".to_owned(), Meaning::Waiting)
    } else {
        (format!("!{} need you", state.board.count(Group::NeedsMe)), Meaning::NeedsMe)
    };
    let out = if state.is_reading { "?".to_owned() } else { amount(exposure.total()) };
    let unknown = (!exposure.unknown.is_zero()).then(|| {
        let says = format!("?! unknown bookings hold {}", amount(exposure.unknown));
        (says, Meaning::Unknown)
    });
    let limit =
        limits.exposure.map_or_else(|| "no limit set".to_owned(), |l| format!("of {}", amount(l)));
    let plain = [
        Some(format!("{cols}x{rows} is too small; needs 60x16")),
        Some(format!("exposure {out} {limit}")),
        next_deadline(dx),
        Some("No ticket can be opened or answered at this size.".to_owned()),
        Some("What runs by itself keeps its own limits.".to_owned()),
        Some("Grow the window to go on.".to_owned()),
    ];
    let plain = plain.into_iter().flatten().map(|words| (words, Meaning::Plain));
    alarms.chain([mine]).chain(unknown).chain(plain).collect()
}

/// The nearest deadline of a quote.
fn next_deadline(dx: &Dx<'_>) -> Option<String> {
    let next = board::next_deadlines(dx, 1);
    let (left, record) = next.first()?;
    let name = text::cut(&format!("{} {}", record.quote.quote_id, record.quote.seller), 30);
    Some(format!("next {} {name}", countdown::left(*left)))
}

pub(crate) fn wakes(wake: &mut Wake, dx: &Dx<'_>) {
    if let Some((left, _)) = board::next_deadlines(dx, 1).first() {
        wake.clock(*left, dx.now);
    }
}
