//! The list of keys: typing narrows it, also to keys of other screens, and Enter runs what is chosen.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    domain::text,
    tui::parts::{
        context::{Cx, Dx},
        field::Field,
        keymap::{Action, Binding, Group, Keymap, Scope, bindings},
        keys::{Chord, Key, KeyKind},
        list::{List, Listed as _},
        modal::{Flow, Modal},
        pane, popup,
        screen::Motion,
        theme::Meaning,
    },
};

/// One line of the list.
#[derive(Debug, Clone)]
struct Entry {
    action: Action,
    keys: String,
    verb: &'static str,
    /// What the footer calls it here.
    label: &'static str,
    doc: &'static str,
    group: Group,
    /// The other screen it belongs to.
    place: Option<Scope>,
}

/// The list of keys of a screen.
#[derive(Debug)]
pub(crate) struct Help {
    scope: Scope,
    all: Vec<Entry>,
    shown: Vec<usize>,
    list: List<usize>,
    field: Field,
}

impl Help {
    pub(crate) fn new(scope: Scope, keymap: &Keymap) -> Self {
        let entry = |row: &Binding| Entry {
            action: row.action,
            keys: keymap.all_short(row.verb),
            verb: row.verb,
            label: row.label,
            doc: row.doc,
            group: row.group,
            place: (row.scope != scope && row.scope != Scope::Desk).then_some(row.scope),
        };
        // The screen's own keys first, in the order of its footer; then those of every screen.
        let mut all: Vec<_> = bindings().filter(|row| row.scope == scope).map(entry).collect();
        let shared = all.len();
        all.extend(bindings().filter(|row| row.scope == Scope::Desk).map(entry));
        all[shared..].sort_by_key(|entry| entry.group);
        // Those of other screens are found by typing, and run there.
        let others = bindings().filter(|row| row.scope != scope && row.scope != Scope::Desk);
        all.extend(others.map(entry));
        let mut help =
            Self { scope, all, shown: Vec::new(), list: List::default(), field: Field::default() };
        help.narrow();
        help
    }

    fn narrow(&mut self) {
        let words = self.field.text().to_lowercase();
        let is_asked = !words.trim().is_empty();
        let fits = |entry: &Entry| {
            if entry.place.is_some() && !is_asked {
                return false;
            }
            if let Some(key) = self.field.text().strip_prefix('@') {
                return entry.keys.split(' ').any(|own| own == key);
            }
            let place = entry.place.map(|place| place.to_string()).unwrap_or_default();
            let text =
                format!("{} {} {} {} {place}", entry.verb, entry.label, entry.doc, entry.group);
            let text = text.to_lowercase();
            words.split_whitespace().all(|word| text.contains(word))
        };
        self.shown = (0..self.all.len()).filter(|&index| fits(&self.all[index])).collect();
    }

    fn chosen(&self) -> Option<&Entry> {
        self.list.cursor().and_then(|&index| self.all.get(index))
    }

    /// Runs what is chosen; what belongs to another screen is run there, so that is said.
    fn run(&self, cx: &mut Cx<'_>) -> Flow {
        match self.chosen() {
            Some(Entry { place: Some(place), keys, .. }) => {
                cx.say(format!("{keys} works on {place}"));
                Flow::Stay
            }
            Some(entry) => Flow::Run(entry.action),
            None => Flow::Stay,
        }
    }
}

/// The lines under the list.
const RULES: [&str; 4] = [
    "RULE    small letters look or ask; CAPITALS open a ticket; only its typed answer sends.",
    "MARKS   ours ○ ◎ ▸   theirs ●   yours !   good ✓   waiting ◔   bad ✗   unknown ?!   withheld ⊘",
    "NUMBERS ~ not guaranteed   f floor   — does not apply   ⊘ withheld   ? not known",
    "CLOCKS  T-03:41 left on the seller's clock; +02:11 since; the scale of a bar stands behind /",
];

impl Modal for Help {
    fn key(&mut self, chord: Chord, _kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        match chord.key {
            Key::Esc => return Flow::Close,
            Key::Enter => return self.run(cx),
            Key::Down => self.list.moved(Motion::Down),
            Key::Up => self.list.moved(Motion::Up),
            Key::PageDown => self.list.moved(Motion::PageDown),
            Key::PageUp => self.list.moved(Motion::PageUp),
            Key::Char('c' | 'l' | 'z') if chord.ctrl => return Flow::Ignored,
            Key::Char(_)
            | Key::F(_)
            | Key::Tab
            | Key::BackTab
            | Key::Backspace
            | Key::Delete
            | Key::Left
            | Key::Right
            | Key::Home
            | Key::End => {
                if self.field.key(chord) {
                    self.narrow();
                    self.list.put_place(0);
                }
            }
        }
        Flow::Stay
    }

    fn paste(&mut self, text: &str, _cx: &mut Cx<'_>) {
        self.field.paste(text);
        self.narrow();
        self.list.put_place(0);
    }

    fn prepare(&mut self, _dx: &Dx<'_>, screen: Rect) -> bool {
        let height = usize::from(screen.height.min(36)).saturating_sub(RULES.len() + 6);
        let shown = &self.shown;
        self.list.settle(
            shown.len(),
            height,
            |place| shown.get(place).copied(),
            |key| shown.iter().position(|index| index == key),
        );
        true
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let title = format!("KEYS on {} · type to filter, @ by key, ⏎ runs it", self.scope);
        let size = (100, screen.height.min(36));
        let inside = popup::place(frame, screen, dx, &title, "Esc closes", size);
        if inside.height < 4 {
            return;
        }
        let row = |y: u16| Rect { y: inside.y + y, height: 1, ..inside };
        frame.render_widget(
            Line::from(" filter › "),
            Rect { width: 10.min(inside.width), ..row(0) },
        );
        let field = Rect { x: inside.x + 10, width: inside.width.saturating_sub(10), ..row(0) };
        self.field.draw(frame, field);
        let rules = u16::try_from(RULES.len()).unwrap_or(0).min(inside.height.saturating_sub(4));
        let list =
            Rect { y: inside.y + 2, height: inside.height.saturating_sub(3 + rules), ..inside };
        let visible = self.shown.iter().enumerate().skip(self.list.offset());
        let mut lines: Vec<_> = visible
            .take(usize::from(list.height))
            .filter_map(|(place, &index)| Some((place, self.all.get(index)?)))
            .map(|(place, entry)| line(entry, place == self.list.place(), dx, list.width))
            .collect();
        if lines.is_empty() {
            let words = format!(" No key is called {:?} on any screen.", self.field.text());
            lines.push(Line::from(words).style(dx.style(Meaning::Dim)));
        }
        pane::lines(frame, list, dx, &lines);
        let below = Rect { y: inside.bottom() - rules, height: rules, ..inside };
        let rules: Vec<_> = RULES.iter().map(|rule| Line::from(format!(" {rule}"))).collect();
        pane::lines(frame, below, dx, &rules[..usize::from(below.height).min(rules.len())]);
    }
}

fn line(entry: &Entry, chosen: bool, dx: &Dx<'_>, wide: u16) -> Line<'static> {
    let style = if chosen { dx.style(Meaning::Selected) } else { dx.style(Meaning::Plain) };
    let mark = if chosen { "▌" } else { " " };
    // What it is called in the configuration has marks that words do not have.
    let (label, group) = (entry.label.replace('_', " "), entry.group.to_string());
    let place = entry.place.map_or(group, |place| place.to_string());
    Line::from(vec![
        Span::raw(mark),
        Span::styled(text::fit(&text::cut(&place, 6), 7), dx.style(Meaning::Dim)),
        Span::styled(text::fit(&entry.keys, 11), dx.style(Meaning::Key)),
        Span::styled(text::fit(&label, 12), style),
        Span::styled(text::cut(entry.doc, usize::from(wide).saturating_sub(33)), style),
    ])
}
