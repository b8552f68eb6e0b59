//! A DSP's table: CSV, semicolons or tabs, with a header somewhere near its top.

use super::{Cell, Export, Listed, Place, SHOWN, Shape, Trouble, read};
use crate::domain::{Currency, text};

/// How many lines may stand above the header.
const PREAMBLE: usize = 20;

/// A field of a deal that an export may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::EnumIter)]
pub(super) enum Field {
    DealId,
    Floor,
    Currency,
    DealType,
    At,
    Guaranteed,
    Seats,
    Domains,
    Start,
    End,
    Impressions,
}

impl Field {
    /// What the field is called: letters and digits in lower case, the surest name first.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::DealId => {
                &["dealid", "dealidentifier", "exchangedealid", "externaldealid", "dealcode", "id"]
            }
            Self::Floor => &[
                "bidfloor",
                "floorprice",
                "floor",
                "dealfloor",
                "dealprice",
                "fixedprice",
                "fixedpricecpm",
                "floorcpm",
                "agreedcpm",
                "pricecpm",
                "cpmprice",
                "cpm",
                "ratecpm",
                "rate",
                "price",
            ],
            Self::Currency => &["bidfloorcur", "currency", "currencycode", "pricecurrency", "cur"],
            Self::DealType => {
                &["dealtype", "transactiontype", "buyingtype", "programmatictype", "type"]
            }
            Self::At => &["at", "auctiontype"],
            Self::Guaranteed => &["guar", "guaranteed", "isguaranteed"],
            Self::Seats => {
                &["wseat", "seats", "seatid", "seatids", "buyerseat", "buyerseatid", "seat"]
            }
            Self::Domains => &["wadomain", "advertiserdomains", "advertiserdomain", "adomain"],
            Self::Start => {
                &["startdate", "flightstart", "starttime", "begindate", "validfrom", "start"]
            }
            Self::End => &["enddate", "flightend", "endtime", "validto", "validuntil", "end"],
            Self::Impressions => &[
                "impressions",
                "impressiongoal",
                "contractedimpressions",
                "bookedimpressions",
                "imps",
                "volume",
                "quantity",
            ],
        }
    }

    /// Which of `headers` holds this field.
    pub(super) fn of(self, headers: &[String]) -> Option<usize> {
        self.names().iter().find_map(|name| headers.iter().position(|header| header == name))
    }
}

/// A header as it is compared: without spaces, marks, case, and a currency in brackets.
pub(super) fn key(header: &str) -> String {
    let (name, _) = bracketed(header);
    name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
}

/// `Floor Price (USD)` as its name and its currency.
fn bracketed(header: &str) -> (&str, Option<Currency>) {
    let inside = header.trim().strip_suffix(')').and_then(|header| header.rsplit_once('('));
    match inside.map(|(name, code)| (name, read::currency(code.trim()))) {
        Some((name, Ok(code))) => (name, Some(code)),
        _ => (header, None),
    }
}

pub(super) fn parse(given: &str) -> Result<Export, Trouble> {
    let mut first = None;
    for delimiter in *b"\t;," {
        let rows = rows(given, delimiter)?;
        first = first.or_else(|| rows.first().cloned());
        if let Some(export) = with_header(&rows, delimiter)? {
            return Ok(export);
        }
    }
    let says = first.map_or_else(String::new, |row| text::clean(&row.cells.join(","), SHOWN));
    Err(Trouble::at(1, 1, format!("no column is called Deal ID; the first line is {says:?}")))
}

/// One line of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct TableRow {
    line: usize,
    cells: Vec<String>,
}

impl TableRow {
    fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// Stands behind the table while it is read: where a quote is never closed, it ends up inside of it.
const END: &str = "\u{1}";

/// Splits a table into cells. A quoted cell may hold delimiters, line breaks and doubled quotes.
fn rows(given: &str, delimiter: u8) -> Result<Vec<TableRow>, Trouble> {
    let whole = format!("{given}\n{END}");
    let mut rows = Vec::new();
    let mut reader = csv::ReaderBuilder::new();
    reader.delimiter(delimiter).has_headers(false).flexible(true);
    for record in reader.from_reader(whole.as_bytes()).into_records() {
        let record = record.map_err(|error| Trouble::new(error.to_string()))?;
        let cells: Vec<_> = record.iter().map(unquoted).collect();
        let (from, line) = record.position().map_or((0, 1), |at| (at.byte(), at.line()));
        // The blank lines before a row are counted to it.
        let before = whole.bytes().skip(usize::try_from(from).unwrap_or(usize::MAX));
        let blank = before.take_while(|byte| b"\r\n".contains(byte));
        let blank = blank.filter(|byte| *byte == b'\n').count();
        let line = usize::try_from(line).unwrap_or(usize::MAX).saturating_add(blank);
        rows.push(TableRow { line, cells });
    }
    match rows.pop() {
        Some(end) if end.cells == [END] => {}
        open => return Err(unclosed(&open.unwrap_or_default())),
    }
    rows.retain(|row| !row.is_empty());
    Ok(rows)
}

/// A cell without the quotes that stand behind spaces: `A1, "25.65"`.
fn unquoted(cell: &str) -> String {
    let behind = cell.strip_prefix([' ', '\t']).map(str::trim);
    let inside = behind.and_then(|cell| cell.strip_prefix('"')?.strip_suffix('"'));
    inside.map_or_else(|| cell.to_owned(), |inside| inside.replace("\"\"", "\""))
}

/// A quote that is never closed takes all that follows into its cell, which is the last one.
fn unclosed(row: &TableRow) -> Trouble {
    let before = row.cells.iter().rev().skip(1);
    let breaks = before.flat_map(|cell| cell.matches('\n')).count();
    let line = row.line.saturating_add(breaks);
    Trouble::at(line, row.cells.len(), "a quote is opened here and never closed")
}

fn with_header(rows: &[TableRow], delimiter: u8) -> Result<Option<Export>, Trouble> {
    let keys = |row: &TableRow| row.cells.iter().map(|cell| key(cell)).collect::<Vec<_>>();
    let is_header = |row: &TableRow| {
        let keys = keys(row);
        Field::DealId
            .of(&keys)
            .is_some_and(|at| keys.len() > 1 || keys.get(at) != Some(&"id".into()))
    };
    let Some(at) = rows.iter().take(PREAMBLE).position(is_header) else { return Ok(None) };
    let Some((header, body)) = rows.get(at..).and_then(<[_]>::split_first) else { return Ok(None) };
    let columns = Columns::new(header, keys(header), delimiter)?;
    let mut deals = Vec::new();
    for row in body {
        deals.extend(columns.deal(row)?);
    }
    let used = columns.used();
    let unused = header.cells.iter().enumerate().filter(|(at, _)| !used.contains(at));
    let unused = unused.map(|(_, cell)| text::clean(cell, SHOWN).trim().to_owned());
    let unused = unused.filter(|name| !name.is_empty()).collect();
    Ok(Some(Export { shape: Shape::Table, deals, unused }))
}

/// Which column holds what.
struct Columns {
    keys: Vec<String>,
    width: usize,
    /// The currency that the price's header names.
    currency: Option<Currency>,
    numbers: read::Numbers,
}

impl Columns {
    fn new(header: &TableRow, keys: Vec<String>, delimiter: u8) -> Result<Self, Trouble> {
        use strum::IntoEnumIterator as _;
        for field in Field::iter() {
            let Some(first) = field.of(&keys) else { continue };
            let again = keys.iter().skip(first + 1).position(|key| keys.get(first) == Some(key));
            if let Some(again) = again {
                let name = header.cells.get(first).map_or("", String::as_str).trim().to_owned();
                let (column, says) = (first + again + 2, text::clean(&name, SHOWN));
                let says = format!("a second column is called {says:?}: which one is it?");
                return Err(Trouble::at(header.line, column, says));
            }
        }
        let price = Field::Floor.of(&keys).and_then(|at| header.cells.get(at));
        let currency = price.and_then(|header| bracketed(header).1);
        let numbers = if delimiter == b',' { read::Numbers::Point } else { read::Numbers::Either };
        Ok(Self { width: header.cells.len(), keys, currency, numbers })
    }

    fn used(&self) -> Vec<usize> {
        use strum::IntoEnumIterator as _;
        Field::iter().filter_map(|field| field.of(&self.keys)).collect()
    }

    /// The deal of a row; none where the row names none (a sum, a blank).
    fn deal(&self, row: &TableRow) -> Result<Option<Listed>, Trouble> {
        let extra = row.cells.iter().skip(self.width).find(|cell| !cell.trim().is_empty());
        if extra.is_some() {
            let (cells, width) = (row.cells.len(), self.width);
            let says = format!(
                "{cells} cells, but the header has {width}: a comma in a number that is not quoted?"
            );
            return Err(Trouble::at(row.line, width + 1, says));
        }
        let id = Field::DealId.of(&self.keys).and_then(|at| row.cells.get(at));
        let Some(id) = id.filter(|id| !id.trim().is_empty()) else { return Ok(None) };
        let column = Field::DealId.of(&self.keys).map_or(1, |at| at + 1);
        let mut deal = Listed::new(Place::At { line: row.line, column }, id.clone());
        let numbers = self.numbers;
        let (mut beside, floor) = (None, self.cell(row, Field::Floor));
        if let Some((raw, place)) = floor {
            let floor = Cell::of(raw, place, |raw| read::amount(raw, numbers));
            (deal.floor, beside) = split(floor);
        }
        deal.currency = match self.cell(row, Field::Currency) {
            Some((raw, place)) => Cell::of(raw, place, read::currency),
            None => Cell::Absent,
        };
        if deal.currency == Cell::Absent
            && let Some(currency) = beside.or(self.currency)
        {
            deal.currency = Cell::Read(currency);
        }
        self.fill(row, Field::DealType, &mut deal.deal_type, read::deal_type);
        self.fill(row, Field::At, &mut deal.at, read::auction_type);
        self.fill(row, Field::Guaranteed, &mut deal.guaranteed, read::flag);
        self.fill(row, Field::Seats, &mut deal.seats, |raw| Ok(read::names(raw)));
        self.fill(row, Field::Domains, &mut deal.domains, |raw| Ok(read::names(raw)));
        self.fill(row, Field::Start, &mut deal.start, read::day);
        self.fill(row, Field::End, &mut deal.end, read::day);
        self.fill(row, Field::Impressions, &mut deal.impressions, read::count);
        Ok(Some(deal))
    }

    fn cell<'r>(&self, row: &'r TableRow, field: Field) -> Option<(&'r str, Place)> {
        let at = field.of(&self.keys)?;
        Some((row.cells.get(at)?, Place::At { line: row.line, column: at + 1 }))
    }

    fn fill<T>(
        &self,
        row: &TableRow,
        field: Field,
        into: &mut Cell<T>,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) {
        if let Some((raw, place)) = self.cell(row, field) {
            *into = Cell::of(raw, place, read);
        }
    }
}

/// A price and the currency that stands beside it.
pub(super) fn split<A>(cell: Cell<(A, Option<Currency>)>) -> (Cell<A>, Option<Currency>) {
    match cell {
        Cell::Absent => (Cell::Absent, None),
        Cell::Read((amount, currency)) => (Cell::Read(amount), currency),
        Cell::Unreadable { raw, why, place } => (Cell::Unreadable { raw, why, place }, None),
    }
}
