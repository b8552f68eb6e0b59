//! Rows for people: aligned on a terminal, with thousands kept apart; tab-separated to a pipe, with numbers as
//! programs write them.

use crate::domain::{money, text};

/// Named columns and rows of cells. A cell that is not known is `?`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    columns: Vec<(&'static str, bool)>,
    rows: Vec<Vec<String>>,
}

/// The widest a cell is on a terminal.
const WIDEST: usize = 60;

impl Table {
    /// A table with these columns; a name that begins with `>` is a column of numbers.
    pub(crate) fn new(columns: &[&'static str]) -> Self {
        let columns = columns.iter().map(|name| match name.strip_prefix('>') {
            Some(name) => (name, true),
            None => (*name, false),
        });
        Self { columns: columns.collect(), rows: Vec::new() }
    }

    /// Adds a row. Cells are cleaned: they may hold a seller's words.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(cleaned).into());
    }

    /// In columns, for a terminal.
    pub(crate) fn aligned(&self, color: bool) -> String {
        let for_people = |(index, cell): (usize, &String)| {
            let is_number = self.columns.get(index).is_some_and(|(_, number)| *number);
            if is_number { grouped(cell) } else { cell.clone() }
        };
        let rows = self.rows.iter().map(|row| row.iter().enumerate().map(for_people).collect());
        let rows: Vec<Vec<String>> = rows.collect();
        let widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(index, (name, _))| {
                // The last column runs as far as it likes: nothing stands behind it.
                if index + 1 == self.columns.len() && !self.columns[index].1 {
                    return text::width(name);
                }
                let cells = rows.iter().filter_map(|row| row.get(index));
                cells
                    .map(|cell| text::width(cell))
                    .chain([text::width(name)])
                    .max()
                    .unwrap_or(0)
                    .min(WIDEST)
            })
            .collect();
        let line = |cells: &[&str]| {
            let cells = cells.iter().enumerate().map(|(index, cell)| {
                let width = widths.get(index).copied().unwrap_or(0);
                let number = self.columns.get(index).is_some_and(|(_, number)| *number);
                if index + 1 == self.columns.len() && !number {
                    return (*cell).to_owned();
                }
                if number { text::fit_right(cell, width) } else { text::fit(cell, width) }
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        let head = line(&names);
        let head = if color { format!("\u{1b}[1m{head}\u{1b}[0m") } else { head };
        let rows = rows.iter().map(|row| {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            line(&cells)
        });
        [head].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
    }

    /// A row for a pipe.
    pub(crate) fn tsv_row<const N: usize>(cells: [String; N]) -> String {
        cells.map(cleaned).join("\t")
    }

    /// Tab-separated, for a pipe. Cleaned cells hold no tab and no line break.
    pub(crate) fn tsv(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        let rows = self.rows.iter().map(|row| row.join("\t"));
        [names.join("\t")].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
    }
}

/// A cell without what a terminal could take for more than text. Most have nothing of the kind.
fn cleaned(cell: String) -> String {
    let is_plain =
        cell.len() <= 400 && cell.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    let cell = if is_plain { cell } else { text::clean(&cell, 400) };
    cell.trim().to_owned()
}

/// A number as programs write it, with its thousands kept apart; anything else as it is.
fn grouped(cell: &str) -> String {
    let (sign, number) = cell.strip_prefix('-').map_or(("", cell), |number| ("-", number));
    let (whole, fraction) = number.split_at(number.find('.').unwrap_or(number.len()));
    let is_digits = fraction.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    match whole.parse::<u64>() {
        Ok(whole) if is_digits => format!("{sign}{}{fraction}", money::count(whole)),
        Ok(_) | Err(_) => cell.to_owned(),
    }
}

/// A value, or `?`.
pub(crate) fn known<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "?".to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_columns_and_a_pipe_gets_tabs() {
        let mut table = Table::new(&["QUOTE", ">CPM"]);
        table.row(["qt-1".into(), "9.80".into()]);
        table.row(["日本\tq\n".into(), known::<String>(None)]);
        assert_eq!(table.aligned(false), "QUOTE    CPM\nqt-1    9.80\n日本 q     ?");
        assert_eq!(table.tsv(), "QUOTE\tCPM\nqt-1\t9.80\n日本 q\t?");
        assert!(table.aligned(true).starts_with("\u{1b}[1mQUOTE"));
    }

    #[test]
    fn numbers_have_one_style_for_people_and_one_for_programs() {
        let mut table = Table::new(&["ID", ">IMPS", ">COST"]);
        table.row(["1234".into(), "500000".into(), "13680.00".into()]);
        table.row(["5678".into(), "?".into(), "-1234.5*".into()]);
        table.row(["9".into(), "999".into(), "-1234567.50".into()]);
        assert_eq!(
            table.tsv(),
            "ID\tIMPS\tCOST\n1234\t500000\t13680.00\n5678\t?\t-1234.5*\n9\t999\t-1234567.50"
        );
        let words = table.aligned(false);
        let fields = words.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let fields: Vec<_> = fields.collect();
        assert_eq!(
            fields,
            [
                vec!["ID", "IMPS", "COST"],
                vec!["1234", "500,000", "13,680.00"],
                vec!["5678", "?", "-1234.5*"],
                vec!["9", "999", "-1,234,567.50"],
            ]
        );
    }
}
