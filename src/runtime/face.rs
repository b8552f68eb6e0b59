//! The terminal face over a desk at work: what a key leads to, and what is drawn. The loop of a real
//! terminal and the stage without one both go through here.

use ratatui::{Frame, buffer::Buffer};

use super::{Session, recording_log::RecordingLog, show::Player, terminal::letter};
use crate::{
    desk::Command,
    domain::text::width,
    present::Control,
    recording::{self, What},
    tui::{Act, App, Chord, KeyKind},
};

/// The face, with whoever shows it.
#[derive(Debug)]
pub struct Face {
    /// The face itself.
    pub app: App,
    /// Who shows the desk to a room, where its time is its own.
    pub player: Option<Player>,
    /// Where it is recorded, if it is.
    pub recording_log: RecordingLog,
}

impl Face {
    /// A key of a person. Returns what is left to do to the terminal.
    pub fn key(&mut self, chord: Chord, kind: KeyKind, session: &mut Session) -> Vec<Act> {
        let is_own = !self.app.is_showing(chord);
        if let Some(player) = self.player.as_mut().filter(|_| is_own) {
            player.hold();
        }
        let left = self.press(chord, kind, session);
        // Its keys would not be heard, nor what it waits for be seen: it goes on in front of the desk.
        if let Some(player) = self.player.as_mut().filter(|_| self.app.is_before_a_room()) {
            player.hold();
        }
        left
    }

    /// What was pasted. Returns what is left to do to the terminal.
    pub fn paste(&mut self, text: &str, session: &mut Session) -> Vec<Act> {
        if let Some(player) = &mut self.player {
            player.hold();
        }
        self.recording_log.happens(What::Paste(text.to_owned()), session);
        let acts = self.app.paste(text, session.state(), session.now());
        self.perform(acts, session)
    }

    /// Several keys at once, as no person presses them: what is pasted into a terminal that does not mark
    /// it. Where keys answer something they are text, as every paste is; elsewhere they are keys. The one
    /// that stops everything always is. Returns what is left to do to the terminal.
    pub fn burst(&mut self, keys: &[(Chord, KeyKind)], session: &mut Session) -> Vec<Act> {
        let mut left = Vec::new();
        let chords: Vec<_> = keys.iter().map(|(chord, _)| *chord).collect();
        for (place, (chord, kind)) in keys.iter().enumerate() {
            // What a key opened may take the rest in another way.
            if !self.app.takes_as_paste(&chords[place..]) {
                left.extend(self.key(*chord, *kind, session));
                continue;
            }
            for (chord, kind) in &keys[place..] {
                if self.app.halts(*chord) {
                    left.extend(self.press(*chord, *kind, session));
                }
            }
            let text: String = chords[place..].iter().copied().filter_map(letter).collect();
            left.extend(self.paste(&text, session));
            break;
        }
        left
    }

    /// The terminal has another size. More of it than a screen has is not drawn on, and that is said.
    pub fn resized(&mut self, size: (u16, u16), session: &mut Session) {
        let (cols, rows) = recording::drawn(size);
        self.recording_log.happens(What::Size(cols, rows), session);
        self.app.resized(cols, rows, session.now());
        if (cols, rows) != size {
            let words = format!(
                "the terminal says {}×{}: the desk is drawn on {cols}×{rows} of it",
                size.0, size.1
            );
            self.recording_log.said(&Ok(words.clone()), session);
            self.app.told(Ok(words), session.now());
        }
    }

    /// The terminal has the focus again.
    pub fn focus_gained(&mut self, session: &mut Session) {
        self.recording_log.happens(What::Focus, session);
        self.app.focus_gained(session.now());
    }

    fn press(&mut self, chord: Chord, kind: KeyKind, session: &mut Session) -> Vec<Act> {
        self.recording_log.key(chord, kind, session);
        let acts = self.app.key(chord, kind, session.state(), session.now());
        self.perform(acts, session)
    }

    fn perform(&mut self, acts: Vec<Act>, session: &mut Session) -> Vec<Act> {
        let mut left = Vec::new();
        for act in acts {
            match act {
                Act::Command(command) => self.command(command, session),
                Act::Show(control) => self.control(control, session),
                Act::Quit | Act::Suspend | Act::Redraw | Act::Copy(_) => left.push(act),
            }
        }
        left
    }

    fn control(&mut self, control: Control, session: &mut Session) {
        let Some(player) = &mut self.player else { return };
        let focus = self.app.focus(session.state());
        let done = player.control(control, focus, (session.next_deadline(), session.now()));
        self.recording_log.said(&done.told, session);
        self.app.told(done.told, session.now());
        if let Some(command) = done.command {
            self.command(command, session);
        }
    }

    fn command(&mut self, command: Command, session: &mut Session) {
        let refusals = session.command(command);
        self.recording_log.told(&refusals, session);
        self.app.commanded(&refusals, session.state(), session.now());
    }

    /// Draws everything.
    pub fn draw(&mut self, frame: &mut Frame<'_>, session: &Session) {
        let (show, now) = (self.player.as_ref().map(Player::show), session.now());
        self.recording_log.show(show.as_ref(), now);
        self.app.show(show);
        self.app.draw(frame, session.state(), now);
        self.recording_log.drawn(now);
        let is_desk = !self.app.is_before_a_room();
        if let Some(player) = self.player.as_mut().filter(|player| is_desk && player.reads()) {
            player.seen(text(frame.buffer_mut()));
        }
    }

    /// Lets the story go on, if its time has come and the newest frame shows what it waits for: it
    /// presses a key, or says something else. Returns what is left to do to the terminal; `None`
    /// where nothing changed.
    pub fn tell(&mut self, session: &mut Session) -> Option<Vec<Act>> {
        let player = self.player.as_mut()?;
        let before = player.told();
        let focus = self.app.focus(session.state());
        match player.tell(session.state(), focus.as_ref(), session.now()) {
            Some(chord) => Some(self.press(chord, KeyKind::Press, session)),
            None => (player.told() != before).then(Vec::new),
        }
    }
}

/// A frame as text, a line a row, trailing blanks cut.
pub fn text(buffer: &Buffer) -> String {
    let area = buffer.area;
    let mut out = String::new();
    for y in area.top()..area.bottom() {
        let mut row = String::new();
        let mut x = area.left();
        while x < area.right() {
            let symbol = buffer.cell((x, y)).map_or(" ", |cell| cell.symbol());
            row.push_str(symbol);
            // What is two cells wide hides the cell behind it.
            x += u16::try_from(width(symbol)).unwrap_or(1).max(1);
        }
        out.push_str(row.trim_end());
        out.push('\n');
    }
    out
}
