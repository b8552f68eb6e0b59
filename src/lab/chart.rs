//! The report for people: a bar of what each strategy paid, and the rows as Markdown.

use super::{Mean, Report, Row};

/// How wide a bar is.
const WIDE: u32 = 40;

/// A number with its interval: `91.23 ±0.04`; `?` where nothing was counted.
pub fn interval(mean: Option<Mean>) -> String {
    mean.map_or_else(|| "?".to_owned(), |mean| format!("{:.2} ±{:.2}", mean.mean, mean.half))
}

/// What was paid, in percent of the quote, as bars: one line a row, from half the quote to all of it.
pub fn chart(report: &Report) -> Vec<String> {
    let name = report.rows.iter().map(|row| row.strategy.len()).max().unwrap_or(0);
    let seller = report.rows.iter().map(|row| row.seller.len()).max().unwrap_or(0);
    let scale =
        format!("{:seller$}  {:name$}  SIM: paid, % of the quote; each ▪ is 1.25 over 50", "", "");
    let bars = report.rows.iter().map(|row| {
        let paid = row.of_quote.map_or(0.0, |paid| paid.mean);
        // A mark for each step that is reached: no number is cut to a width.
        let reached = (1..=WIDE).filter(|mark| 50.0 + f64::from(*mark) * 1.25 <= paid);
        let bar: String = reached.map(|_| '▪').collect();
        let told = row.of_quote.map_or_else(|| "no deal".to_owned(), |_| format!("{paid:.2}"));
        format!("{:seller$}  {:name$}  {bar} {told}", row.seller, row.strategy)
    });
    std::iter::once(scale.trim_end().to_owned()).chain(bars).collect()
}

/// The rows as a Markdown table.
pub fn markdown(report: &Report) -> String {
    let head = "| seller | temper | strategy | settle CPM | % of quote | rounds | walk % | gain % |\n\
                |---|---|---|--:|--:|--:|--:|--:|\n";
    let line = |row: &Row| {
        format!(
            "| {} | {} | {} | {} | {} | {} | {:.2} | {} |\n",
            row.seller,
            row.behaviour,
            row.strategy,
            interval(row.settle),
            interval(row.of_quote),
            interval(row.rounds),
            row.walk_rate(),
            interval(row.gain)
        )
    };
    report.rows.iter().map(line).fold(head.to_owned(), |text, line| text + &line)
}
