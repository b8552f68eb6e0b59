//! Read-back: an export of the DSP or a bid request is pasted here, and stands field by field against
//! what was bought, with the money at stake. Closing it notes in the checklist what was found.

mod view;

use ratatui::{Frame, layout::Rect};

use super::activation::note;
use crate::{
    desk::{DealRecord, State, judge},
    domain::{
        DealRef,
        activation::{Bought, Item},
        readback::{self, Export, MOST_BYTES, ReadBack, Trouble},
    },
    tui::parts::{
        context::{Cx, Dx},
        keys::{Chord, Key, KeyKind},
        modal::{Flow, Modal},
    },
};

/// The most that is taken letter by letter, in bytes: some terminals type what is pasted.
const MOST_TYPED: usize = 64 * 1024;

/// The box.
#[derive(Debug)]
pub(super) struct ReadBackBox {
    deal: DealRef,
    /// What was pasted or typed, verbatim but for line ends.
    text: String,
    /// What it was read as; `None` until something is there, or has changed.
    export: Option<Result<Export, Trouble>>,
    /// What was bought when it was compared, and every place where the deal stands.
    compared: Option<(Bought, Vec<ReadBack>)>,
    scroll: usize,
    /// The most it can be scrolled.
    most: usize,
}

impl ReadBackBox {
    pub(super) fn new(record: &DealRecord) -> Self {
        Self {
            deal: record.reference(),
            text: String::new(),
            export: None,
            compared: None,
            scroll: 0,
            most: 0,
        }
    }

    /// The text is another.
    fn changed(&mut self) {
        (self.export, self.compared, self.scroll) = (None, None, 0);
    }

    fn types(&mut self, letter: char) {
        if self.text.len() + letter.len_utf8() <= MOST_TYPED {
            self.text.push(letter);
            self.changed();
        }
    }

    /// Reads and compares, if there is anything new to read or to compare with.
    fn read(&mut self, state: &State) {
        let Some(record) = state.deals.get(&self.deal).filter(|_| !self.text.is_empty()) else {
            return;
        };
        let export = self.export.get_or_insert_with(|| readback::parse(&self.text));
        let bought = judge::bought(state, record);
        if self.compared.as_ref().is_some_and(|(before, _)| *before == bought) {
            return;
        }
        if let Ok(export) = export {
            let found = readback::read_back(export, &bought);
            self.compared = Some((bought, found));
        }
    }

    /// Every place where the deal stands in what was read.
    fn found(&self) -> &[ReadBack] {
        self.compared.as_ref().map_or(&[], |(_, found)| found)
    }

    /// The checklist learns what was found.
    fn keep(&self, cx: &mut Cx<'_>) {
        let found = self.found();
        let Some(worst) = found.iter().find(|back| !back.agrees()).or(found.first()) else {
            return;
        };
        let item = Item::ReadBack;
        let step = if worst.agrees() { item.to_string() } else { item.failed() };
        note(&self.deal, step, view::in_short(worst), cx);
    }
}

impl Modal for ReadBackBox {
    fn key(&mut self, chord: Chord, kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        match chord.key {
            Key::Esc => {
                self.read(cx.state);
                self.keep(cx);
                return Flow::Close;
            }
            Key::Char('u') if chord.ctrl => {
                self.text.clear();
                self.changed();
            }
            Key::Char(letter) if !chord.ctrl && !chord.alt => self.types(letter),
            Key::Enter => self.types('\n'),
            Key::Tab => self.types('\t'),
            Key::Backspace => {
                self.text.pop();
                self.changed();
            }
            Key::Down => self.scroll = self.scroll.saturating_add(1),
            Key::Up => self.scroll = self.scroll.saturating_sub(1),
            Key::PageDown => self.scroll = self.scroll.saturating_add(10),
            Key::PageUp => self.scroll = self.scroll.saturating_sub(10),
            Key::Home => self.scroll = 0,
            Key::End => self.scroll = usize::MAX,
            Key::Char(_) | Key::F(_) | Key::BackTab | Key::Delete | Key::Left | Key::Right => {
                let _ = kind;
                return Flow::Ignored;
            }
        }
        Flow::Stay
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        // What is pasted stands for what was there: the half of two exports is neither.
        self.text.clear();
        self.changed();
        if text.len() > MOST_BYTES {
            // Read for its error alone: it is not kept.
            self.export = Some(readback::parse(text));
            return;
        }
        // Terminals send carriage returns for line ends.
        self.text = text.replace("\r\n", "\n").replace('\r', "\n");
        self.read(cx.state);
    }

    fn prepare(&mut self, dx: &Dx<'_>, screen: Rect) -> bool {
        self.read(dx.state);
        self.most = view::most(self, screen, dx);
        self.scroll = self.scroll.min(self.most);
        dx.state.deals.contains_key(&self.deal)
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        view::draw(self, frame, screen, dx);
    }
}
