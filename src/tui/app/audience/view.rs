//! Draws what a room sees, at any size: whose ask and whose offer in big digits, what lies between them,
//! the clock, the story or the board, the keys.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{Room, keys_shown, panes, words};
use crate::{
    domain::Cpm,
    present::Audience,
    tui::{
        app::{chrome, small},
        parts::theme::Meaning,
    },
};

/// Where everything goes.
#[derive(Debug, Clone, Copy)]
struct Parts {
    header: Rect,
    theirs: Rect,
    ours: Rect,
    /// Gaps of one negotiation, or the race of several.
    middle: Rect,
    clock: Rect,
    /// Story, or board.
    below: Rect,
    foot: Rect,
}

impl Parts {
    /// A pure function of the size, so that nothing moves while it is looked at.
    fn of(area: Rect) -> Self {
        let roomy = area.height >= 30;
        let blank = u16::from(roomy);
        let foot = if roomy { 3 } else { 2 };
        let below = match area.height {
            ..30 => 0,
            30..45 => 7,
            45.. => 9,
        };
        let rest = area.height.saturating_sub(1 + foot + below + 3 * blank);
        let middle = (rest * 36 / 100).max(7).min(rest / 2);
        let margin = if area.width >= 100 { 2 } else { 0 };
        let inner = Rect { x: area.x + margin, width: area.width - 2 * margin, ..area };
        let rows = |y: u16, height: u16| Rect { y: area.y + y, height, ..inner };
        let boxes = rows(1 + blank, rest - middle);
        let gap = margin * 2;
        let half = (inner.width - gap) / 2;
        let between = rows(1 + 2 * blank + boxes.height, middle);
        let clock = match area.width {
            ..100 => 30,
            100..160 => 38,
            160.. => 60,
        };
        let clock = clock.min(inner.width / 2);
        Self {
            header: Rect { height: 1, ..area },
            theirs: Rect { width: half, ..boxes },
            ours: Rect { x: boxes.x + half + gap, width: inner.width - half - gap, ..boxes },
            middle: Rect { width: between.width - clock - 1, ..between },
            clock: Rect { x: between.right() - clock, width: clock, ..between },
            below: rows(1 + 2 * blank + rest, below),
            foot: Rect { y: area.bottom() - foot, height: foot, ..area },
        }
    }

    /// The boxes and what lies below them as one place.
    fn whole(self) -> Rect {
        Rect {
            width: self.ours.right() - self.theirs.x,
            height: self.middle.bottom() - self.theirs.y,
            ..self.theirs
        }
    }
}

/// Draws what a room sees.
pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, audience: &Audience, room: &Room<'_>) {
    if audience.show.is_blank {
        return blank(frame, area, audience, room);
    }
    if small::is_small((area.width, area.height)) {
        return few(frame, area, audience, room);
    }
    let parts = Parts::of(area);
    header(frame, parts.header, audience, room);
    match audience.talk() {
        Some(talk) => {
            panes::side(frame, parts.theirs, &panes::Side::theirs(talk), room);
            panes::side(frame, parts.ours, &panes::Side::ours(talk), room);
            if audience.talks.len() > 1 {
                panes::race(frame, parts.middle, audience, room);
            } else {
                panes::gaps(frame, parts.middle, talk, room);
            }
            panes::clock(frame, parts.clock, talk, room);
        }
        None => panes::board(frame, parts.whole(), audience, room),
    }
    if parts.below.height > 0 {
        let tells = !audience.show.caption.is_empty() || !audience.show.next.is_empty();
        if tells && room.look.captions {
            panes::story(frame, parts.below, audience, room);
        } else if audience.talk().is_some() {
            panes::board(frame, parts.below, audience, room);
        }
    }
    foot(frame, parts.foot, audience, room);
}

fn header(frame: &mut Frame<'_>, row: Rect, audience: &Audience, room: &Room<'_>) {
    let mut spans = Vec::new();
    for (word, meaning) in words::modes(audience) {
        spans.push(Span::raw(" "));
        spans.push(Span::styled(word, room.style(meaning)));
    }
    spans.push(Span::raw(format!("  {}", words::show(audience))));
    let right = if row.width >= 110 {
        "AUDIENCE VIEW: no limits, targets, drafts or forecast "
    } else {
        "AUDIENCE VIEW "
    };
    chrome::put_both(frame, row, Line::from(spans), right);
}

fn foot(frame: &mut Frame<'_>, area: Rect, audience: &Audience, room: &Room<'_>) {
    let mut lines = Vec::new();
    let keys = keys_shown(audience, room);
    if let Some(said) = room.said {
        lines.push(Line::from(format!(" {said}")));
    } else if keys.is_empty() {
        lines.push(Line::default());
    } else {
        let mut spans = vec![Span::styled(" keys ", room.style(Meaning::Dim))];
        for key in keys {
            spans.push(Span::raw(" "));
            spans.push(Span::styled(format!(" {key} "), room.style(Meaning::Mode)));
        }
        lines.push(Line::from(spans));
    }
    if area.height > 2 {
        let faults = &audience.show.faults;
        let armed = (!faults.is_empty()).then(|| format!(" faults armed: {}", faults.join(", ")));
        lines.push(Line::from(Span::styled(armed.unwrap_or_default(), room.style(Meaning::Bad))));
    }
    let mut spans = Vec::new();
    for verb in room.verbs {
        let key = room.keymap.short(verb);
        spans.push(Span::styled(format!(" {key}"), room.style(Meaning::Key)));
        spans.push(Span::raw(format!(" {verb} ")));
    }
    lines.push(Line::from(spans));
    panes::put(frame, area, &lines);
}

/// Nothing but whose desk it is and whose money: while the presenter speaks of something else.
fn blank(frame: &mut Frame<'_>, area: Rect, audience: &Audience, room: &Room<'_>) {
    let mut spans = vec![Span::styled("D E A L D E S K", room.style(Meaning::Key))];
    for (word, meaning) in words::modes(audience) {
        spans.push(Span::raw("   "));
        spans.push(Span::styled(word, room.style(meaning)));
    }
    let y = area.y + area.height / 2;
    let row = Rect { y, height: 1.min(area.height), ..area };
    frame.render_widget(Line::from(spans).centered(), row);
}

/// Where there is no room for boxes: the same in a few lines.
fn few(frame: &mut Frame<'_>, area: Rect, audience: &Audience, room: &Room<'_>) {
    let mut head = Vec::new();
    for (word, meaning) in words::modes(audience) {
        head.push(Span::styled(word, room.style(meaning)));
        head.push(Span::raw(" "));
    }
    head.push(Span::raw("AUDIENCE VIEW"));
    let mut lines = vec![Line::from(head)];
    if let Some(talk) = audience.talk() {
        let price = |cpm: Option<Cpm>| cpm.map_or_else(|| "—".to_owned(), |cpm| cpm.to_string());
        let seller = talk.seller.to_uppercase();
        lines.push(Line::from(format!("{seller} asks {}", price(talk.asks().0))));
        lines.push(Line::from(format!("we offer {}", price(talk.offers().0))));
        let (says, meaning) = words::standing(talk);
        lines.push(Line::from(Span::styled(says, room.style(meaning))));
    } else {
        let words =
            if audience.is_reading { words::READING } else { "nothing is being negotiated" };
        lines.push(Line::from(words));
    }
    let key = room.verbs.first().map(|verb| format!("{} {verb}", room.keymap.short(verb)));
    lines.push(Line::from(key.unwrap_or_default()));
    panes::put(frame, area, &lines);
}
