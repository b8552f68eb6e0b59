//! How a ticket looks: what it is for and how the desk works in its title, facts, checks with their
//! mark, and the line that answers it last.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::form::Form;
use crate::{
    domain::{Identity, Refusal, Tier, text},
    tui::parts::{context::Dx, mode, pane, popup, theme::Meaning},
};

/// How wide the labels are.
pub(crate) const LABEL: usize = 9;

/// How wide a ticket is at most.
const WIDE: u16 = 96;

/// The title of a ticket: the mode stands in every one, so that no picture of it can mislead.
pub(crate) fn title(dx: &Dx<'_>, what: &str) -> String {
    let modes: Vec<_> = mode::modes(dx.state).into_iter().map(|(word, _)| word).collect();
    format!("{} · {what}", modes.join(" "))
}

/// A box in the middle, `wide`×`high` at most; returns its inside with a margin.
pub(crate) fn place(
    frame: &mut Frame<'_>,
    screen: Rect,
    dx: &Dx<'_>,
    (what, hint): (&str, &str),
    size: (u16, u16),
) -> Rect {
    let inside = popup::place(frame, screen, dx, &title(dx, what), hint, size);
    let margin = 1.min(inside.width);
    Rect { x: inside.x + margin, width: inside.width.saturating_sub(2), ..inside }
}

/// How wide the lines of a ticket at the foot of the screen are.
pub(crate) fn foot_width(dx: &Dx<'_>) -> u16 {
    dx.size.0.min(WIDE).saturating_sub(4)
}

/// A box at the foot of the screen with a form, if there is one, and `lines` below it, so that what is
/// decided about stays in sight. Returns its last row, for the line that answers.
pub(crate) fn at_foot(
    frame: &mut Frame<'_>,
    screen: Rect,
    dx: &Dx<'_>,
    head: (&str, &str),
    (form, lines): (Option<&Form>, &[Line<'_>]),
) -> Rect {
    let filled = form.map_or(0, Form::height);
    let high = filled + 3 + u16::try_from(lines.len()).unwrap_or(0);
    let high = high.min(screen.height);
    let foot = Rect { y: screen.bottom() - high, height: high, ..screen };
    let inside = place(frame, foot, dx, head, (WIDE, high));
    if let Some(form) = form {
        form.draw(frame, inside, dx);
    }
    let used = filled.min(inside.height);
    let rest = Rect { y: inside.y + used, height: inside.height - used, ..inside };
    let body = Rect { height: rest.height.saturating_sub(1), ..rest };
    pane::lines(frame, body, dx, lines);
    Rect { y: inside.bottom().saturating_sub(1), height: 1.min(rest.height), ..inside }
}

/// `label  words`.
pub(crate) fn fact(dx: &Dx<'_>, label: &str, words: impl Into<String>) -> Line<'static> {
    pane::fact(dx, label, LABEL, vec![Span::raw(words.into())])
}

/// `label  words` in more than one line where they are long.
pub(crate) fn facts(dx: &Dx<'_>, label: &str, words: &str, wide: u16) -> Vec<Line<'static>> {
    pane::facts(dx, (label, LABEL), words, usize::from(wide).saturating_sub(LABEL + 2))
}

/// A rule with its mark: `✓ words`, `✗ words → cure`.
pub(crate) fn verdict(dx: &Dx<'_>, result: &Result<(), Refusal>, good: &str) -> Line<'static> {
    match result {
        Ok(()) => pane::fact(
            dx,
            "allowed",
            LABEL,
            vec![Span::styled("✓ ", dx.style(Meaning::Good)), Span::raw(good.to_owned())],
        ),
        Err(refusal) => {
            let says = refusal.to_string();
            let mark = Span::styled("✗ ", dx.style(Meaning::Bad));
            pane::fact(dx, "refused", LABEL, vec![mark, Span::raw(says)])
        }
    }
}

/// What is wrong with the answer so far.
pub(crate) fn trouble(dx: &Dx<'_>, words: &str, wide: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (nth, words) in
        pane::wrap(words, usize::from(wide).saturating_sub(4).max(10), 0).into_iter().enumerate()
    {
        let mark = if nth == 0 { " ✗ " } else { "   " };
        lines.push(Line::from(vec![Span::styled(mark, dx.style(Meaning::Bad)), Span::raw(words)]));
    }
    lines
}

/// A line between parts.
pub(crate) fn rule(wide: u16) -> Line<'static> {
    Line::from(" ".to_owned() + &"┄".repeat(usize::from(wide).saturating_sub(2)))
}

/// Keys that answer: `y sends it   Esc leaves everything as it was`.
pub(crate) fn answers(dx: &Dx<'_>, keys: &[(&str, &str)]) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    for (key, words) in keys {
        spans.push(Span::styled((*key).to_owned(), dx.style(Meaning::Key)));
        spans.push(Span::raw(format!(" {words}    ")));
    }
    Line::from(spans)
}

/// Which of our names a seller is told, by field: `agency_id omnicom-456`.
pub(crate) fn told(identity: &Identity) -> String {
    let fields: Vec<_> = identity
        .fields()
        .map(|(name, value)| format!("{name} {}", text::clean(value, 40)))
        .collect();
    if fields.is_empty() { "nothing about us".to_owned() } else { fields.join(" · ") }
}

/// Which of our names a seller is not told, by field.
pub(crate) fn untold(whole: &Identity, told: &Identity) -> String {
    let told: Vec<_> = told.fields().map(|(name, _)| name).collect();
    let untold: Vec<_> =
        whole.fields().map(|(name, _)| name).filter(|name| !told.contains(name)).collect();
    untold.join(", ")
}

/// The tier an identity earns, in capitals as sellers write it.
pub(crate) fn tier(tier: Tier) -> String {
    tier.to_string().to_uppercase()
}
