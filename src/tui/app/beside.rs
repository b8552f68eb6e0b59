//! What a demo or a replay says beside the desk: how fast time passes, what goes wrong next, and the
//! story's caption in at most two rows above the message.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    domain::text,
    tui::parts::{context::Dx, pane, theme::Meaning},
};

/// The most rows of a caption.
const ROWS: usize = 2;

/// The name that stands on an empty screen.
const LOGO: &str = "D E A L D E S K";

/// Time's pace in a word, where it is not the wall's: `×2`, `paused`.
pub(crate) fn pace(dx: &Dx<'_>) -> Option<String> {
    let show = dx.show?;
    match (show.is_playing, show.speed) {
        (false, _) => Some("paused".to_owned()),
        (true, 100) => None,
        (true, speed) => Some(format!("×{}", hundredths(speed))),
    }
}

/// `200` as `2`, `25` as `0.25`.
fn hundredths(speed: u32) -> String {
    let (whole, part) = (speed / 100, speed % 100);
    let part = format!("{part:02}");
    let part = part.trim_end_matches('0');
    if part.is_empty() { whole.to_string() } else { format!("{whole}.{part}") }
}

/// What goes wrong next, for the bottom line; empty where nothing is armed.
pub(crate) fn faults(dx: &Dx<'_>) -> String {
    let faults = dx.show.map(|show| show.faults.as_slice()).unwrap_or_default();
    if faults.is_empty() { String::new() } else { format!(" FAULT {} ", faults.join("; ")) }
}

/// The rows of the story's caption; none where no story plays.
pub(crate) fn caption(dx: &Dx<'_>) -> Vec<String> {
    let Some(show) = dx.show else { return Vec::new() };
    let scene = show.scene.as_ref();
    let scene = scene.map(|scene| format!("{}/{} {}", scene.number, scene.of, scene.title));
    let said = text::clean(&show.caption.join(" "), 400);
    let words = match (scene, said.is_empty()) {
        (None, true) => return Vec::new(),
        (None, false) => said,
        (Some(scene), true) => scene,
        (Some(scene), false) => format!("{scene} · {said}"),
    };
    let wide = usize::from(dx.size.0).saturating_sub(4).max(10);
    let mut rows = pane::wrap(&words, wide, 0);
    if rows.len() > ROWS {
        let rest = rows.drain(ROWS - 1..).collect::<Vec<_>>().join(" ");
        rows.push(text::cut(&rest, wide));
    }
    rows
}

/// Where overlays are drawn: a caption is not covered, since the room reads it.
pub(crate) fn over(area: Rect, caption: Rect) -> Rect {
    let height = if caption.height > 0 { caption.y - area.y } else { area.height };
    Rect { height, ..area }
}

/// Draws the caption.
pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>, caption: &[String]) {
    for (nth, (words, y)) in caption.iter().zip(0..area.height).enumerate() {
        let mark = if nth == 0 { " ▸ " } else { "   " };
        let row = Rect { y: area.y + y, height: 1, ..area };
        let line = Line::from(vec![Span::raw(mark), Span::raw(words.clone())]);
        frame.render_widget(line.style(dx.style(Meaning::Key)), row);
    }
}

/// An empty screen with the name on it.
pub(crate) fn blank(frame: &mut Frame<'_>, dx: &Dx<'_>) {
    let area = frame.area();
    let row = Rect { y: area.y + area.height / 2, height: 1.min(area.height), ..area };
    let line = Line::from(Span::styled(LOGO, dx.style(Meaning::Dim)));
    frame.render_widget(line.centered(), row);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_written_as_a_person_says_it() {
        let written: Vec<_> = [25, 50, 100, 150, 200, 800].map(hundredths).into();
        assert_eq!(written, ["0.25", "0.5", "1", "1.5", "2", "8"]);
    }
}
