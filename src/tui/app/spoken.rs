//! The one message line: the newest word, the desk's or the face's own. A word is told for a while, then it
//! is old, then it is gone: what stands there is about now. The log keeps what the desk said.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    desk::State,
    domain::text,
    tui::{
        app::foot,
        parts::{
            context::{Dx, Said, Wake},
            keys::Chord,
            theme::Meaning,
        },
    },
};

/// How long a word is new.
const NEW: SignedDuration = SignedDuration::from_secs(15);

/// How long it is told.
const TOLD: SignedDuration = SignedDuration::from_mins(2);

/// The newest word: when it was said, whether something is wrong, and the words.
fn newest<'a>(state: &'a State, said: Option<&'a Said>) -> Option<(Timestamp, bool, &'a str)> {
    let desk = state.message.as_ref().map(|m| (m.at, m.bad, m.says.as_str()));
    let own = said.map(|said| (said.at, said.bad, said.words.as_str()));
    match (desk, own) {
        (Some(desk), Some(own)) => Some(if own.0 >= desk.0 { own } else { desk }),
        (desk, own) => own.or(desk),
    }
}

/// When the line changes by itself.
pub(crate) fn wakes(wake: &mut Wake, state: &State, said: Option<&Said>, now: Timestamp) {
    let Some((at, ..)) = newest(state, said) else { return };
    let ages = [NEW, TOLD].into_iter().filter_map(|age| at.checked_add(age).ok());
    ages.filter(|change| *change > now).for_each(|change| wake.by(change));
}

/// Draws the line, or what may follow the keys pressed so far.
pub(crate) fn draw(
    frame: &mut Frame<'_>,
    row: Rect,
    dx: &Dx<'_>,
    said: Option<&Said>,
    pressed: &[Chord],
) {
    if !pressed.is_empty() {
        let wide = foot::choices(dx, pressed, "  ");
        let fits = wide.width() <= usize::from(row.width);
        let line = if fits { wide } else { foot::choices(dx, pressed, " ") };
        return frame.render_widget(line, row);
    }
    let Some((at, bad, words)) = newest(dx.state, said) else { return };
    let age = dx.now.duration_since(at);
    if age >= TOLD {
        return;
    }
    let time = at.to_zoned(TimeZone::UTC).strftime("%H:%M:%S").to_string();
    let mut spans = vec![Span::styled(format!(" {time} "), dx.style(Meaning::Dim))];
    if bad {
        spans.push(Span::styled("✗ ", dx.style(Meaning::Bad)));
    }
    let room = usize::from(row.width).saturating_sub(12);
    let meaning = if age < NEW { Meaning::Plain } else { Meaning::Dim };
    spans.push(Span::styled(text::cut(words, room), dx.style(meaning)));
    frame.render_widget(Line::from(spans), row);
}
