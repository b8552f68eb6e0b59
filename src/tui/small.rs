//! Below 60×16 there is no room to decide safely: a summary, and no tickets.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    board, chrome,
    context::{Dx, Wake},
    parts::{countdown, money},
    theme::Meaning,
};
use crate::domain::{Group, text};

/// Whether a terminal of this size is too small.
pub(crate) fn is_small((cols, rows): (u16, u16)) -> bool {
    cols < 60 || rows < 16
}

pub(crate) fn draw(frame: &mut Frame<'_>, dx: &Dx<'_>) {
    let area = frame.area();
    let (cols, rows) = dx.size;
    let state = dx.state;
    let mut mode = vec![Span::raw("DEALDESK ")];
    for (word, stands_out) in chrome::modes(state) {
        mode.push(Span::styled(word, chrome::mode_style(dx, word, stands_out)));
        mode.push(Span::raw(" "));
    }
    mode.push(Span::raw(format!(" {cols}x{rows} is too small; needs 60x16")));
    let mine = state.board.count(Group::NeedsMe);
    let (exposure, limits) = (&state.exposure, &state.setup.limits);
    let amount = |amount| money::short(amount, limits.currency);
    let mut lines = vec![Line::from(mode)];
    for alarm in chrome::alarms(dx) {
        lines.push(Line::from(alarm).style(dx.style(Meaning::Alarm)));
    }
    lines.extend([Line::from(vec![
        Span::styled(format!("!{mine} need you"), dx.style(Meaning::NeedsMe)),
        Span::raw(next_deadline(dx)),
    ])]);
    if !exposure.unknown.is_zero() {
        let says = format!("?! unknown bookings hold {}", amount(exposure.unknown));
        lines.push(Line::from(Span::styled(says, dx.style(Meaning::Unknown))));
    }
    let limit =
        limits.exposure.map_or_else(|| "no limit set".to_owned(), |l| format!("of {}", amount(l)));
    lines.push(Line::from(format!("exposure {} {limit}", amount(exposure.total()))));
    lines.push(Line::from("No ticket can be opened or answered at this size."));
    lines.push(Line::from("What runs by itself keeps its own limits."));
    let (halt, quit) = (dx.key("halt"), dx.key("quit"));
    lines.push(Line::from(format!("{halt} halt   {quit} quit   (grow the window to go on)")));
    for (line, y) in lines.iter().zip(0..area.height) {
        frame.render_widget(line, Rect { y: area.y + y, height: 1, ..area });
    }
}

/// The nearest deadline of a quote.
fn next_deadline(dx: &Dx<'_>) -> String {
    let next = board::next_deadlines(dx, 1);
    let Some((left, record)) = next.first() else { return String::new() };
    let name = text::cut(&format!("{} {}", record.quote.quote_id, record.quote.seller), 30);
    format!("   next {} {name}", countdown::left(*left))
}

pub(crate) fn wakes(wake: &mut Wake, dx: &Dx<'_>) {
    if let Some((left, _)) = board::next_deadlines(dx, 1).first() {
        wake.clock(*left, dx.now);
    }
}
