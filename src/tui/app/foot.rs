//! The two rows below every screen: what was said last, and the keys that are heard.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    domain::text,
    tui::{
        app::{beside, chrome::put_both, keydoc},
        parts::{
            context::Dx,
            field::Field,
            keymap::{Scope, bindings},
            keys::{Chord, short},
            screen::Screen,
            theme::Meaning,
        },
    },
};

/// What may follow the keys pressed so far: `g … b board  k kit`.
pub(crate) fn choices(dx: &Dx<'_>, pressed: &[Chord], gap: &str) -> Line<'static> {
    let mut spans = vec![Span::raw(format!(" {} …", short(pressed)))];
    let mut deeper = Vec::new();
    for row in bindings().filter(|row| row.scope == Scope::Desk) {
        for keys in dx.keymap.keys(row.verb) {
            let Some([next, rest @ ..]) = keys.strip_prefix(pressed) else { continue };
            let words = row.label.split_once(' ');
            let word = match (rest.is_empty(), words) {
                // What lies deeper is named by what its verbs begin with, once.
                (false, _) if deeper.contains(next) => continue,
                (false, words) => {
                    deeper.push(*next);
                    format!("{} …", words.map_or(row.label, |(begins, _)| begins))
                }
                (true, Some((_, ends))) if pressed.len() > 1 => ends.to_owned(),
                (true, _) => row.label.to_owned(),
            };
            spans.push(Span::styled(format!("{gap}{}", next.short()), dx.style(Meaning::Key)));
            spans.push(Span::raw(format!(" {word}")));
        }
    }
    Line::from(spans)
}

/// The line after `/`.
pub(crate) fn filter(frame: &mut Frame<'_>, row: Rect, dx: &Dx<'_>, field: &Field) {
    frame.render_widget(Line::from(Span::styled(" / ", dx.style(Meaning::Key))), row);
    let x = 3.min(row.width);
    field.draw(frame, Rect { x: row.x + x, width: row.width - x, ..row });
}

/// The last row: where the cursor is, then keys, cut from the right; `? keys` always stands.
pub(crate) fn footer(
    frame: &mut Frame<'_>,
    row: Rect,
    dx: &Dx<'_>,
    (scope, screen): (Scope, &dyn Screen),
    muted: bool,
) {
    let mut spans = Vec::new();
    let faults = beside::faults(dx);
    if !faults.is_empty() {
        let room = usize::from(row.width) * 2 / 3;
        spans.push(Span::styled(text::cut(&faults, room), dx.style(Meaning::Alarm)));
    }
    if let Some(list) = screen.list() {
        let ((at, of), filter) = (list.position(), list.filter_text());
        let filtered = if filter.is_empty() { String::new() } else { format!(" /{filter}") };
        let words = format!(" row {at} of {of}{} ", text::cut(&filtered, 24));
        spans.push(Span::styled(words, dx.style(Meaning::Dim)));
    }
    if muted {
        spans.push(Span::styled(" muted", dx.style(Meaning::Dim)));
    }
    let last = format!("{} keys ", dx.key("keys"));
    let width = |spans: &[Span<'_>]| spans.iter().map(Span::width).sum::<usize>();
    let room = usize::from(row.width).saturating_sub(text::width(&last) + 1);
    for (keys, verb) in keydoc::footer(dx.keymap, scope, screen, (dx.state, dx.now)) {
        if width(&spans) + text::width(&keys) + text::width(&verb) + 3 > room {
            break;
        }
        spans.push(Span::raw(" "));
        spans.push(Span::styled(keys, dx.style(Meaning::Key)));
        spans.push(Span::raw(format!(" {verb} ")));
    }
    put_both(frame, row, Line::from(spans), &last);
}

/// The row of keys while something lies over the screen: the screen's own are not heard.
pub(crate) fn footer_over(frame: &mut Frame<'_>, row: Rect, dx: &Dx<'_>, is_ticket: bool) {
    let what = if is_ticket { "the ticket" } else { "what is open" };
    let keys = [
        ("Esc".to_owned(), format!("closes {what}")),
        (dx.key("halt"), "halts everything automatic".to_owned()),
        (dx.key("quit"), "quits".to_owned()),
    ];
    let mut spans = vec![Span::styled(format!(" {what} has the keys "), dx.style(Meaning::Dim))];
    for (key, verb) in keys {
        spans.push(Span::raw(" "));
        spans.push(Span::styled(key, dx.style(Meaning::Key)));
        spans.push(Span::raw(format!(" {verb} ")));
    }
    frame.render_widget(Line::from(spans), row);
}
