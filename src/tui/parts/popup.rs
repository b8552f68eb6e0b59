//! A box in the middle of the screen, over what lies there.

use ratatui::{
    Frame,
    layout::Rect,
    text::Line,
    widgets::{Block, BorderType, Borders, Clear},
};

use crate::{
    domain::text,
    tui::parts::{context::Dx, pane, theme::Meaning},
};

/// Clears a place of `wide`×`high` cells (less where the screen is smaller), draws a double frame
/// with a title and a hint, and returns its inside.
pub(crate) fn place(
    frame: &mut Frame<'_>,
    screen: Rect,
    dx: &Dx<'_>,
    title: &str,
    hint: &str,
    (wide, high): (u16, u16),
) -> Rect {
    let (width, height) = (wide.min(screen.width), high.min(screen.height));
    let area = Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    };
    frame.render_widget(Clear, area);
    (area.top()..area.bottom()).for_each(|y| pane::free(frame, area.x, y));
    let room = usize::from(width.saturating_sub(6));
    let mut block = Block::new().borders(Borders::ALL).border_type(BorderType::Double);
    if !title.is_empty() {
        let title = format!(" {} ", text::cut(title, room));
        block = block.title_top(Line::from(title).style(dx.style(Meaning::Key)));
    }
    if !hint.is_empty() {
        block =
            block.title_bottom(Line::from(format!(" {} ", text::cut(hint, room))).right_aligned());
    }
    let inside = block.inner(area);
    frame.render_widget(block, area);
    inside
}

/// A box just large enough for its lines.
pub(crate) fn draw(
    frame: &mut Frame<'_>,
    screen: Rect,
    dx: &Dx<'_>,
    title: &str,
    lines: &[Line<'_>],
) {
    let wide = lines.iter().map(Line::width).max().unwrap_or(0).max(text::width(title) + 4);
    let size =
        (u16::try_from(wide + 4).unwrap_or(u16::MAX), u16::try_from(lines.len() + 2).unwrap_or(4));
    let inside = place(frame, screen, dx, title, "", size);
    let inside = Rect {
        x: inside.x.saturating_add(1).min(inside.right()),
        width: inside.width.saturating_sub(2),
        ..inside
    };
    pane::lines(frame, inside, dx, lines);
}
