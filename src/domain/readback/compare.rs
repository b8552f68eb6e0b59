//! What the DSP has, field by field against what was bought, and what that is worth.

use jiff::civil::Date;
use rust_decimal::Decimal;
use strum::Display;

use super::{
    Cell, Export, Listed, Place,
    spreadsheet::{harm, unmarked},
};
use crate::domain::{
    Cost, Cpm, DealType, OpenRtb,
    activation::{Bought, days},
    ids::shown,
    money::{count, exact, plain_in},
    text,
};

/// How a field stands to what was bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display)]
#[strum(serialize_all = "lowercase")]
pub enum Outcome {
    /// As agreed.
    Agrees,
    /// Not as agreed.
    Differs,
    /// The DSP does not say.
    Absent,
    /// It cannot be read, or nothing is known to hold it against.
    Unreadable,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is: `id`, `floor`, `currency`, `type`, `at`, `guaranteed`, `seat`, `domain`, `start`,
    /// `end`, `impressions`.
    pub field: &'static str,
    /// As agreed, in words.
    pub agreed: String,
    /// As the DSP has it, cleaned; `–` where it does not say.
    pub theirs: String,
    /// How the two stand.
    pub outcome: Outcome,
    /// What to know: by how much it differs, or why it cannot be read, with its place.
    pub note: Option<String>,
}

impl Row {
    /// Whether it is as agreed, or something that a DSP need not say.
    pub fn is_fine(&self) -> bool {
        match self.outcome {
            Outcome::Agrees => true,
            Outcome::Absent => !matches!(self.field, "id" | "floor"),
            Outcome::Differs | Outcome::Unreadable => false,
        }
    }
}

/// One deal read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadBack {
    /// Where it stands in what was given.
    pub place: Place,
    /// Field by field.
    pub rows: Vec<Row>,
    /// The difference of the floor over all impressions, as an amount above zero; `None` where the
    /// DSP's floor or the impressions are not known.
    pub at_stake: Option<Cost>,
    /// Days of the flight on which the DSP does not buy, of how many.
    pub days_lost: Option<(i64, i64)>,
}

impl ReadBack {
    /// Whether nothing differs, nothing is unreadable, and both id and floor were there to agree.
    pub fn agrees(&self) -> bool {
        self.rows.iter().all(Row::is_fine)
    }

    /// How it stands, in the words of a heading. What cannot be read is not said to differ.
    pub fn stands(&self) -> &'static str {
        let is_open = |row: &Row| row.is_fine() || row.outcome == Outcome::Unreadable;
        match (self.agrees(), self.rows.iter().all(is_open)) {
            (true, _) => "as agreed",
            (false, true) => "CANNOT BE READ",
            (false, false) => "NOT AS AGREED",
        }
    }
}

/// Every place where the export has the deal, or something that was surely meant to be it: an id that
/// differs in case, a space, a hidden character or a prefix, or that a spreadsheet harmed. Empty where it
/// has nothing like it.
pub fn read_back(export: &Export, bought: &Bought) -> Vec<ReadBack> {
    let id = bought.deal_id.as_str();
    let alike = |is: fn(&str, &str) -> bool| {
        let alike: Vec<_> = export.deals.iter().filter(|deal| is(&deal.deal_id, id)).collect();
        if alike.is_empty() { None } else { Some(alike) }
    };
    let harmed = |theirs: &str, ours: &str| harm(unmarked(theirs), ours).is_some();
    let meant = alike(is_it).or_else(|| alike(is_meant)).or_else(|| alike(harmed));
    meant.unwrap_or_default().into_iter().map(|listed| one(listed, bought)).collect()
}

/// Whether it is the id: verbatim, or as a spreadsheet keeps text.
fn is_it(theirs: &str, ours: &str) -> bool {
    theirs == ours || unmarked(theirs) == ours
}

/// An id as people see it.
fn seen(id: &str) -> String {
    text::clean(id, usize::MAX).split_whitespace().collect::<String>().to_lowercase()
}

fn is_meant(theirs: &str, ours: &str) -> bool {
    let (theirs, ours) = (seen(unmarked(theirs)), seen(ours));
    if ours.is_empty() {
        return false;
    }
    let prefixed = || {
        let prefix = theirs.strip_suffix(&ours);
        prefix.is_some_and(|prefix| prefix.ends_with(|c: char| !c.is_alphanumeric()))
    };
    theirs == ours || prefixed()
}

fn one(listed: &Listed, bought: &Bought) -> ReadBack {
    let mut rows = vec![id(listed, bought)];
    let (floor, at_stake) = floor(listed, bought);
    rows.extend(floor);
    rows.push(deal_type(listed, bought));
    rows.push(auction_type(listed, bought));
    rows.push(guaranteed(listed, bought));
    rows.push(names("seat", &listed.seats, bought.seat.as_slice()));
    rows.push(names("domain", &listed.domains, &bought.domains));
    rows.push(day("start", &listed.start, bought.start));
    rows.push(day("end", &listed.end, bought.end));
    rows.push(impressions(listed, bought));
    // What the DSP does not tell, and we do not know either, is not worth a line.
    rows.retain(|row| row.outcome != Outcome::Absent || row.agreed != "?");
    ReadBack { place: listed.place.clone(), rows, at_stake, days_lost: days_lost(listed, bought) }
}

fn row(field: &'static str, agreed: String, theirs: String, outcome: Outcome) -> Row {
    Row { field, agreed, theirs, outcome, note: None }
}

/// A row of a cell; `judge` says whether what was read is as agreed.
fn judged<T>(
    field: &'static str,
    agreed: String,
    cell: &Cell<T>,
    words: impl Fn(&T) -> String,
    judge: impl Fn(&T) -> bool,
) -> Row {
    match cell {
        Cell::Absent => row(field, agreed, "–".to_owned(), Outcome::Absent),
        Cell::Read(value) if agreed == "?" => {
            let note = Some("nothing is known to hold it against".to_owned());
            Row { note, ..row(field, agreed, words(value), Outcome::Absent) }
        }
        Cell::Read(value) => {
            let outcome = if judge(value) { Outcome::Agrees } else { Outcome::Differs };
            row(field, agreed, words(value), outcome)
        }
        Cell::Unreadable { raw, why, place } => {
            let note = Some(format!("{place}: {why}"));
            Row { note, ..row(field, agreed, raw.clone(), Outcome::Unreadable) }
        }
    }
}

fn id(listed: &Listed, bought: &Bought) -> Row {
    let (theirs, ours) = (listed.deal_id.as_str(), bought.deal_id.as_str());
    let (words, read) = (shown(theirs).into_owned(), unmarked(theirs));
    let agreed = shown(ours).into_owned();
    if is_it(theirs, ours) {
        return row("id", agreed, words, Outcome::Agrees);
    }
    if let Some(harm) = harm(read, ours) {
        let note = Some(harm.says());
        return Row { note, ..row("id", agreed, words, Outcome::Unreadable) };
    }
    let how = if read.trim() == ours {
        "there is a space before or after it"
    } else if read.eq_ignore_ascii_case(ours) {
        "capitals and small letters are not the same"
    } else if seen(read) == seen(ours) {
        "it has a space or a character that cannot be seen"
    } else {
        "something stands before it: some exchanges want that, ask the seller"
    };
    Row { note: Some(how.to_owned()), ..row("id", agreed, words, Outcome::Differs) }
}

fn floor(listed: &Listed, bought: &Bought) -> ([Row; 2], Option<Cost>) {
    let agreed = bought.cpm;
    let same_currency = listed.currency.ok().is_none_or(|currency| *currency == agreed.currency());
    let mut floor = judged(
        "floor",
        agreed.plain(),
        &listed.floor,
        |theirs| plain_in(*theirs, agreed.currency()),
        |theirs| exact::is_same(*theirs, agreed.amount()),
    );
    let gap = listed.floor.ok().and_then(|theirs| theirs.checked_sub(agreed.amount()));
    let is_noise = listed.floor.ok().is_some_and(|it| exact::is_same(*it, agreed.amount()));
    let gap = gap.map(|gap| if is_noise { Decimal::ZERO } else { gap });
    if let Some(gap) = gap.filter(|gap| !gap.is_zero()) {
        let way = if gap > Decimal::ZERO { "above" } else { "below" };
        let gap = format!("{} {way} the agreed price", plain_in(gap.abs(), agreed.currency()));
        let unit = listed.floor.ok().and_then(|theirs| other_unit(*theirs, agreed));
        floor.note = Some(unit.map_or_else(|| gap.clone(), |unit| format!("{gap}; {unit}")));
    }
    let currency = judged(
        "currency",
        agreed.currency().to_string(),
        &listed.currency,
        ToString::to_string,
        |_| same_currency,
    );
    let at_stake = gap
        .filter(|_| same_currency)
        .and_then(|gap| Some(Cpm::new(gap.abs(), agreed.currency()).cost(bought.impressions?)));
    ([floor, currency], at_stake)
}

/// The unit in which a floor that is far above the agreed price was probably written.
fn other_unit(theirs: Decimal, agreed: Cpm) -> Option<String> {
    let as_cpm = |unit| theirs.checked_div(unit).map(|cpm| cpm.normalize());
    let is_near = |cpm: &Decimal| {
        let most = agreed.amount().saturating_mul(Decimal::TEN);
        *cpm <= most && cpm.saturating_mul(Decimal::TEN) >= agreed.amount()
    };
    let words = |unit: &str, cpm: Decimal| {
        format!("it looks like {unit}: that would be {}", plain_in(cpm, agreed.currency()))
    };
    // A million times a price is no price; a hundred times it may be one, but for the same to the cent.
    let micros = as_cpm(Decimal::from(1_000_000)).filter(is_near);
    let cents = as_cpm(Decimal::ONE_HUNDRED).filter(|cpm| exact::is_same(*cpm, agreed.amount()));
    micros.map(|cpm| words("micros", cpm)).or_else(|| cents.map(|cpm| words("cents", cpm)))
}

fn deal_type(listed: &Listed, bought: &Bought) -> Row {
    let agreed = bought.deal_type.map_or_else(|| "?".to_owned(), |kind| kind.to_string());
    judged("type", agreed, &listed.deal_type, ToString::to_string, |theirs| {
        Some(*theirs) == bought.deal_type
    })
}

/// The auction type that OpenRTB has for the deal that was bought, or the one that its seller sends.
fn auction_type(listed: &Listed, bought: &Bought) -> Row {
    let sent = listed.at.ok().is_some_and(|at| bought.at == Some(*at));
    let agreed = match bought.deal_type {
        Some(DealType::Guaranteed | DealType::Preferred) => "3, the floor is the price",
        Some(DealType::Auction | DealType::Curated) => "1 or 2, an auction above the floor",
        None => "?",
    };
    let row = judged(
        "at",
        agreed.to_owned(),
        &listed.at,
        |at| OpenRtb::auction_words(Some(*at)),
        |at| match bought.deal_type {
            _ if sent => true,
            Some(DealType::Guaranteed | DealType::Preferred) => *at == 3,
            Some(DealType::Auction | DealType::Curated) => matches!(at, 1 | 2),
            None => true,
        },
    );
    let note = sent.then(|| "as the seller sends it".to_owned());
    Row { note: row.note.clone().or(note), ..row }
}

fn guaranteed(listed: &Listed, bought: &Bought) -> Row {
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let ours = bought.deal_type.map(DealType::is_guaranteed);
    let agreed = ours.map_or_else(|| "?".to_owned(), yes);
    judged(
        "guaranteed",
        agreed,
        &listed.guaranteed,
        |theirs| yes(*theirs),
        |theirs| ours == Some(*theirs),
    )
}

/// Whether all of ours may buy; a list that names none lets everybody.
fn names(field: &'static str, cell: &Cell<Vec<String>>, ours: &[String]) -> Row {
    let words = |names: &[String]| {
        let cleaned: Vec<_> = names.iter().map(|name| text::clean(name, 40)).collect();
        cleaned.join(", ")
    };
    let agreed = if ours.is_empty() { "?".to_owned() } else { words(ours) };
    let any = |theirs: &Vec<String>| {
        if theirs.is_empty() { "any".to_owned() } else { words(theirs) }
    };
    judged(field, agreed, cell, any, |theirs| {
        let is_in = |one: &String| theirs.iter().any(|other| other.eq_ignore_ascii_case(one));
        theirs.is_empty() || ours.iter().all(is_in)
    })
}

fn day(field: &'static str, cell: &Cell<Date>, ours: Option<Date>) -> Row {
    let agreed = ours.map_or_else(|| "?".to_owned(), |day| day.to_string());
    let mut row = judged(field, agreed, cell, ToString::to_string, |theirs| Some(*theirs) == ours);
    if let (Some(theirs), Some(ours)) = (cell.ok(), ours)
        && let Ok(gap) = ours.until(*theirs)
        && gap.get_days() != 0
    {
        let (gap, way) = (gap.get_days().abs(), if *theirs > ours { "later" } else { "earlier" });
        row.note = Some(format!("{gap} {} {way}", if gap == 1 { "day" } else { "days" }));
    }
    row
}

fn impressions(listed: &Listed, bought: &Bought) -> Row {
    let agreed = bought.impressions.map_or_else(|| "?".to_owned(), count);
    judged(
        "impressions",
        agreed,
        &listed.impressions,
        |theirs| count(*theirs),
        |theirs| Some(*theirs) == bought.impressions,
    )
}

/// Days of the flight outside of what the DSP has, of how many.
fn days_lost(listed: &Listed, bought: &Bought) -> Option<(i64, i64)> {
    let (start, end) = (bought.start?, bought.end?);
    let total = days(start, end)?;
    let from = listed.start.ok().map_or(start, |theirs| start.max(*theirs));
    let to = listed.end.ok().map_or(end, |theirs| end.min(*theirs));
    Some((total - days(from, to).unwrap_or(0), total))
}
