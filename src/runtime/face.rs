//! The terminal face over a desk at work: what a key leads to, and what is drawn. The loop of a real
//! terminal and the stage without one both go through here.

use ratatui::{Frame, buffer::Buffer};

use super::{Session, show::Player};
use crate::{
    domain::text::width,
    present::Control,
    tui::{Act, App, Chord, KeyKind},
};

/// The face, with whoever shows it.
#[derive(Debug)]
pub struct Face {
    /// The face itself.
    pub app: App,
    /// Who shows the desk to a room, where its time is its own.
    pub player: Option<Player>,
}

impl Face {
    /// A key of a person. Returns what is left to do to the terminal.
    pub fn key(&mut self, chord: Chord, kind: KeyKind, session: &mut Session) -> Vec<Act> {
        if let Some(player) = &mut self.player {
            player.pressed(chord, session.now());
            if !self.app.is_showing(chord) {
                player.hold();
            }
        }
        self.press(chord, kind, session)
    }

    /// What was pasted. Returns what is left to do to the terminal.
    pub fn paste(&mut self, text: &str, session: &mut Session) -> Vec<Act> {
        if let Some(player) = &mut self.player {
            player.hold();
        }
        let acts = self.app.paste(text, session.state(), session.now());
        self.perform(acts, session)
    }

    fn press(&mut self, chord: Chord, kind: KeyKind, session: &mut Session) -> Vec<Act> {
        let acts = self.app.key(chord, kind, session.state(), session.now());
        self.perform(acts, session)
    }

    fn perform(&mut self, acts: Vec<Act>, session: &mut Session) -> Vec<Act> {
        let mut left = Vec::new();
        for act in acts {
            match act {
                Act::Command(command) => {
                    let refusals = session.command(command);
                    self.app.commanded(&refusals, session.state(), session.now());
                }
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
        self.app.told(done.told, session.now());
        if let Some(command) = done.command {
            let refusals = session.command(command);
            self.app.commanded(&refusals, session.state(), session.now());
        }
    }

    /// Draws everything.
    pub fn draw(&mut self, frame: &mut Frame<'_>, session: &Session) {
        self.app.show(self.player.as_ref().map(Player::show));
        self.app.draw(frame, session.state(), session.now());
        if let Some(player) = &mut self.player
            && player.reads()
        {
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
            Some(chord) => {
                player.pressed(chord, session.now());
                Some(self.press(chord, KeyKind::Press, session))
            }
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
