//! What can be copied of a deal: the block as received and normalised, with what that changes, the Deal
//! ID, the row, JSON, the command line. An id that is not what it looks like is not copied.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::activation::note;
use crate::{
    desk::DealRecord,
    domain::{
        DealRef, Refusal,
        activation::{self, Item, Normalised},
        ids::is_plain,
        text,
    },
    tui::parts::{
        context::{Cx, Dx},
        copies, json,
        keys::{Chord, Key, KeyKind},
        modal::{Flow, Modal},
        popup,
        theme::Meaning,
    },
};

/// One thing to copy.
#[derive(Debug)]
struct Offer {
    key: char,
    what: &'static str,
    /// The text, or why it is not copied.
    text: Result<String, Refusal>,
    /// What is to be known of it.
    notes: Vec<String>,
    /// Whether it takes the deal into the DSP: then the checklist notes it.
    activates: bool,
}

/// The copy menu of a deal.
#[derive(Debug)]
pub(super) struct DealCopies {
    deal: DealRef,
    offers: Vec<Offer>,
}

impl DealCopies {
    pub(super) fn new(record: &DealRecord) -> Self {
        let mut offers = vec![id(record)];
        offers.extend(received(record));
        offers.extend(activation::normalised(&record.deal).map(|block| normalised(&block)));
        let rest = copies::of_deal(record).into_iter();
        let rest = rest.filter(|copy| matches!(copy.key, 'r' | 'j' | 'd'));
        offers.extend(rest.map(|copy| Offer {
            key: copy.key,
            what: copy.what,
            text: Ok(copy.text),
            notes: Vec::new(),
            activates: false,
        }));
        Self { deal: record.reference(), offers }
    }
}

fn id(record: &DealRecord) -> Offer {
    let id = record.deal.deal_id.as_str();
    let refusal = || {
        let says = "it has spaces or characters that cannot be seen";
        Refusal::new("Deal ID", says, "ask the seller for an id that can be typed")
    };
    let text = if is_plain(id) { Ok(id.to_owned()) } else { Err(refusal()) };
    Offer { key: 'i', what: "Deal ID", text, notes: Vec::new(), activates: true }
}

fn received(record: &DealRecord) -> Option<Offer> {
    let raw = activation::as_received(&record.deal)?;
    let text = copies::as_received(raw);
    let note = if text == raw {
        "byte for byte as it came"
    } else {
        "what is not ASCII is escaped (\\uXXXX); the values are the same"
    };
    let notes = vec![note.to_owned()];
    Some(Offer { key: 'o', what: "as received", text: Ok(text), notes, activates: true })
}

fn normalised(block: &Normalised) -> Offer {
    let change = |change: &activation::Change| {
        let from = change.from.clone().unwrap_or_else(|| "absent".to_owned());
        format!("{} {from} → {}: {}", change.field, change.to, change.why)
    };
    let mut notes: Vec<_> = block.changes.iter().map(change).collect();
    if notes.is_empty() {
        notes.push("the same as received: nothing had to be changed".to_owned());
    }
    let text = Ok(json::escaped(&block.json));
    Offer { key: 'n', what: "normalised", text, notes, activates: true }
}

impl Modal for DealCopies {
    fn key(&mut self, chord: Chord, _kind: KeyKind, cx: &mut Cx<'_>) -> Flow {
        if chord.key == Key::Esc || chord == Chord::char('q') {
            return Flow::Close;
        }
        let chosen = self.offers.iter().find(|offer| Some(offer.key) == chord.letter());
        let Some(chosen) = chosen else { return Flow::Ignored };
        match &chosen.text {
            Ok(text) => {
                cx.copy(chosen.what, text.clone());
                if chosen.activates {
                    let (step, says) = (Item::Copied.to_string(), chosen.what.to_owned());
                    note(&self.deal, step, says, cx);
                }
            }
            Err(refusal) => cx.refuse(refusal),
        }
        Flow::Close
    }

    fn draw(&self, frame: &mut Frame<'_>, screen: Rect, dx: &Dx<'_>) {
        let room = usize::from(screen.width).saturating_sub(24).min(80);
        let mut lines = Vec::new();
        for offer in &self.offers {
            let (shown, look) = match &offer.text {
                Ok(text) => (text::clean(text, 200), Meaning::Dim),
                Err(refusal) => (format!("✗ not copied: {}", refusal.says), Meaning::Bad),
            };
            lines.push(Line::from(vec![
                Span::styled(offer.key.to_string(), dx.style(Meaning::Key)),
                Span::raw(format!(" {} ", text::fit(offer.what, 13))),
                Span::styled(text::cut(&shown, room), dx.style(look)),
            ]));
            for note in &offer.notes {
                let note = text::cut(&text::clean(note, 400), room + 13);
                lines.push(Line::from(format!("  · {note}")));
            }
        }
        popup::draw(frame, screen, dx, "COPY · Esc closes", &lines);
    }
}
