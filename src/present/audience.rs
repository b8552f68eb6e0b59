//! What a room may see of a desk: what was said between buyer and sellers, and nothing that only the
//! buyer knows. Limits, targets, drafts, plans, forecasts, exposure, costs, notes, keys, ids and the
//! log have no field here, so they cannot be shown, sent or recorded by mistake.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Show, mask::Mask};
use crate::{
    desk::{DealRecord, Mode, OnBoard, QuoteRecord, State, rivals, state::Purpose},
    domain::{Action, By, Cpm, DealType, Group, QuoteRef, Round, Skew, Stage, text},
};

/// How many negotiations are shown side by side.
const TALKS: usize = 8;
/// How many rows of the board are shown.
const ROWS: usize = 12;
/// How many of the newest keys are shown.
const KEYS: usize = 3;

/// What a room may see. Every text in it is masked ([`Mask`]).
///
/// A new field must be something that a seller or the room knows anyway; [`Audience::each_text`] and
/// [`Audience::each_price`] name every field, so that it is also masked and can be redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// Whose money it is: the word in every header and title.
    pub mode: ModeWord,
    /// Whether everything automatic is stopped.
    pub is_halted: bool,
    /// Whether the desk still reads its store: what there is is not known yet.
    #[serde(default)]
    pub is_reading: bool,
    /// What stands beside the desk.
    pub show: Show,
    /// Negotiations, in the order they came.
    pub talks: Vec<Talk>,
    /// Which of them is looked at.
    pub focus: Option<usize>,
    /// The first rows of the board.
    pub rows: Vec<BoardRow>,
    /// How many more rows it has.
    pub more_rows: usize,
}

/// Whose money it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE")]
pub enum ModeWord {
    /// Real sellers, real money.
    #[default]
    Live,
    /// Real sellers; nothing that commits is sent.
    Paper,
    /// The desk's own sellers.
    Demo,
    /// A recording.
    Replay,
}

/// A negotiation: what both sides said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    /// The seller, by our name for it.
    pub seller: String,
    /// The product, as the seller calls it.
    pub product: String,
    /// What kind of deal it is about.
    pub deal_type: DealType,
    /// Every move that was made, the quoted price first.
    pub moves: Vec<Move>,
    /// Our offer that is with the seller and has no answer yet.
    pub offered: Option<Cpm>,
    /// Where it stands: of the deal, where it became one.
    pub stage: Stage,
    /// The price agreed.
    pub agreed: Option<Cpm>,
    /// When the quote ends, on our clock; `None` where its clock no longer runs.
    pub ends_at: Option<Timestamp>,
    /// How long the quote lived in all, in seconds.
    pub lives_s: Option<i64>,
}

/// One move, as the other side got it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Its round; 0 is the quoted price.
    pub round: u32,
    /// Whose it was.
    pub by: By,
    /// What it was.
    pub action: Action,
    /// At which price.
    pub cpm: Option<Cpm>,
    /// The seller's words; empty for our own moves.
    pub words: String,
}

/// A row of the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardRow {
    /// Where it stands.
    pub stage: Stage,
    /// The seller, by our name for it.
    pub seller: String,
    /// The product, as the seller calls it.
    pub product: String,
    /// The kind of deal, where the seller says a known one.
    pub deal_type: Option<DealType>,
    /// What the seller asks by now, or what was agreed.
    pub cpm: Option<Cpm>,
}

impl Audience {
    /// What a room may see of a desk, looking at the negotiation of one quote; without one at the
    /// newest that runs, else at the newest that is over.
    pub fn of(state: &State, focus: Option<&QuoteRef>, show: &Show) -> Self {
        let (talks, focus) = talks(state, focus);
        let board = state.board.rows();
        let rows = board.iter().take(ROWS).filter(|key| key.group() != Group::Done);
        let mut audience = Self {
            mode: match state.setup.mode {
                Mode::Live => ModeWord::Live,
                Mode::Paper => ModeWord::Paper,
                Mode::Demo => ModeWord::Demo,
            },
            is_halted: state.controls.halt.is_some(),
            is_reading: state.is_reading,
            show: show.clone(),
            talks,
            focus,
            rows: rows.filter_map(|key| Some(row(state, state.row(key.row())?))).collect(),
            more_rows: 0,
        };
        let open =
            [Group::NeedsMe, Group::Pipeline, Group::Live].map(|group| state.board.count(group));
        audience.more_rows = open.iter().sum::<usize>().saturating_sub(audience.rows.len());
        keep_keys(&mut audience.show);
        let mask = Mask::of(&state.setup);
        audience.each_text(|text| *text = mask.text(text));
        audience
    }

    /// The negotiation that is looked at.
    pub fn talk(&self) -> Option<&Talk> {
        self.talks.get(self.focus?)
    }

    /// Cleans every text: it was cleaned when it came into the desk, but this may have come from anybody.
    pub fn clean(&mut self) {
        self.each_text(|words| *words = text::prose(words));
    }

    /// Goes through every text. Every field is named, so that a new one cannot be forgotten.
    pub fn each_text(&mut self, mut with: impl FnMut(&mut String)) {
        let Self {
            mode: _,
            is_halted: _,
            is_reading: _,
            show,
            talks,
            focus: _,
            rows,
            more_rows: _,
        } = self;
        let Show { name, scene, caption, next, speed: _, is_playing: _, is_blank: _, faults, keys } =
            show;
        with(name);
        if let Some(super::Scene { number: _, of: _, title }) = scene {
            with(title);
        }
        caption.iter_mut().chain(next).chain(faults).for_each(&mut with);
        for super::Key { name, at: _ } in keys {
            with(name);
        }
        for talk in talks {
            let Talk {
                seller,
                product,
                deal_type: _,
                moves,
                offered: _,
                stage: _,
                agreed: _,
                ends_at: _,
                lives_s: _,
            } = talk;
            with(seller);
            with(product);
            for Move { round: _, by: _, action, cpm: _, words } in moves {
                with(words);
                if let Action::Other(word) = action {
                    with(word);
                }
            }
        }
        for BoardRow { stage: _, seller, product, deal_type: _, cpm: _ } in rows {
            with(seller);
            with(product);
        }
    }

    /// Goes through every price. Every field is named, so that a new one cannot be forgotten.
    pub fn each_price(&mut self, mut with: impl FnMut(&mut Cpm)) {
        let Self {
            mode: _,
            is_halted: _,
            is_reading: _,
            show: _,
            talks,
            focus: _,
            rows,
            more_rows: _,
        } = self;
        for talk in talks {
            let Talk {
                seller: _,
                product: _,
                deal_type: _,
                moves,
                offered,
                stage: _,
                agreed,
                ends_at: _,
                lives_s: _,
            } = talk;
            for Move { round: _, by: _, action: _, cpm, words: _ } in moves {
                cpm.iter_mut().for_each(&mut with);
            }
            offered.iter_mut().chain(agreed).for_each(&mut with);
        }
        for BoardRow { stage: _, seller: _, product: _, deal_type: _, cpm } in rows {
            cpm.iter_mut().for_each(&mut with);
        }
    }
}

/// Only the newest keys, and none that a number is typed with: what is typed into a line may be an
/// amount that nobody offered.
fn keep_keys(show: &mut Show) {
    let types = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '$');
    show.keys.retain(|key| !key.name.chars().all(types));
    let old = show.keys.len().saturating_sub(KEYS);
    show.keys.drain(..old);
}

/// The negotiations to show, in the order they came, and which of them is looked at.
fn talks(state: &State, focus: Option<&QuoteRef>) -> (Vec<Talk>, Option<usize>) {
    let wanted = focus.and_then(|key| state.quotes.get_index_of(key));
    let talks = |place: &usize| state.quotes.brief(*place).is_some_and(|brief| brief.talks);
    let place = |record: &QuoteRecord| state.quotes.get_index_of(&record.reference());
    let running = rivals::running(state);
    let newest = || running.iter().max_by_key(|record| record.changed_at).copied();
    let newest = || newest().or_else(|| rivals::over(state).next()).and_then(place);
    let Some(at) = wanted.filter(talks).or_else(newest) else {
        return (Vec::new(), None);
    };
    let others = running.iter().filter_map(|record| place(record)).filter(|place| *place != at);
    let mut places: Vec<_> = others.take(TALKS - 1).collect();
    places.push(at);
    places.sort_unstable();
    let focus = places.iter().position(|place| *place == at);
    let of = |place: &usize| state.quotes.get_index(*place);
    (places.iter().filter_map(of).map(|(_, record)| talk(state, record)).collect(), focus)
}

fn talk(state: &State, record: &QuoteRecord) -> Talk {
    let by_now = rivals::stands_for(state, record);
    let deal = by_now.deal_key().and_then(|key| state.deals.get(&key));
    let quote = &by_now.quote;
    let runs = by_now.is_open() && deal.is_none();
    let ends_at = runs.then(|| Skew::ours(state.skew(&quote.seller), quote.expires_at));
    let lives = quote.created_at.map(|at| quote.expires_at.duration_since(at).as_secs());
    let rounds = record.negotiation.as_ref().map(|game| game.rounds.as_slice()).unwrap_or_default();
    Talk {
        seller: quote.seller.to_string(),
        product: quote.product.name.clone(),
        deal_type: quote.deal_type,
        moves: rounds.iter().map(one_move).collect(),
        offered: offered(state, record),
        stage: deal.map_or_else(|| by_now.stage(), DealRecord::stage),
        agreed: record.agreed,
        ends_at: ends_at.map(to_the_second),
        lives_s: lives.filter(|_| runs),
    }
}

/// A countdown in seconds needs no more, and what has no fraction cannot look like a price.
fn to_the_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

fn one_move(round: &Round) -> Move {
    let theirs = round.by == By::Them;
    Move {
        round: round.round,
        by: round.by,
        action: round.action.clone(),
        cpm: round.cpm,
        words: if theirs { round.rationale.clone() } else { String::new() },
    }
}

/// Our price that this desk has put to the seller. One that is only stored, or of which nobody knows
/// whether it arrived, may never have been offered.
fn offered(state: &State, record: &QuoteRecord) -> Option<Cpm> {
    let pending = record.negotiation.as_ref()?.priced_move()?;
    let key = record.reference();
    let asks = |purpose: &Purpose| matches!(purpose, Purpose::Move(quote) if *quote == key);
    let is_sent = state.in_flight.values().any(|question| asks(&question.purpose));
    Some(pending.cpm).filter(|_| is_sent && !pending.in_doubt)
}

fn row(state: &State, row: &dyn OnBoard) -> BoardRow {
    let row = row.row(state);
    BoardRow {
        stage: row.stage,
        seller: row.seller.to_string(),
        product: row.product.to_owned(),
        deal_type: row.deal_type,
        cpm: row.reached,
    }
}
