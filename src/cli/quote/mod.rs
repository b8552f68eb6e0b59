//! `quote request|show|list|compare`: a seller's price, asked for, looked up, held against others.

mod compare;
mod request;
mod show;
mod targets;
#[cfg(test)]
mod tests;

pub(crate) use request::Request;
pub(crate) use show::{List, Show};
pub(crate) use targets::{Sought, targets};

use super::{
    context::Context,
    fail::Failure,
    find::Wanted,
    reply::Reply,
    seam,
    table::{Table, known},
};
use crate::domain::{money, span};
use crate::json::{book::CheckDoc, quote::QuoteDoc};

/// The verbs.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Ask one seller or several for a price
    Request(Request),
    /// Show a quote, as the seller has it now
    Show(Show),
    /// List quotes
    List(List),
    /// Two to four quotes side by side, as their sellers have them now
    Compare(compare::Compare),
}

pub(crate) async fn run(command: Command, context: &Context) -> Result<Reply, Failure> {
    let wait = context.config.desk.ask_wait;
    match command {
        Command::Request(request) => {
            seam::with_session_lately(context, async |session| {
                request::request(session, wait, &request).await
            })
            .await
        }
        Command::Show(show) => show::show(context, &show).await,
        Command::List(list) => show::list(context, &list),
        Command::Compare(compare) => {
            let wanted: Vec<_> = compare.quotes.iter().map(|typed| Wanted::new(typed)).collect();
            let ids = wanted.iter().flat_map(Wanted::ids);
            seam::with_session_about(context, ids, async |session| {
                compare::compare(session, wait, &compare).await
            })
            .await
        }
    }
}

/// Quotes as rows.
fn table(items: &[QuoteDoc]) -> Table {
    let mut table = Table::new(&COLUMNS);
    for item in items {
        table.row(cells(item));
    }
    table
}

const COLUMNS: [&str; 13] = [
    "QUOTE",
    "SELLER",
    "STAGE",
    "PRODUCT",
    "TYPE",
    ">IMPRESSIONS",
    ">CPM",
    ">EFFECTIVE",
    ">COST",
    "CUR",
    "PROOF",
    ">LEFT",
    "CHECKS",
];

fn cells(item: &QuoteDoc) -> [String; 13] {
    [
        item.quote_id.clone(),
        item.seller.clone(),
        item.stage.clone(),
        known(item.product.name.clone().or_else(|| Some(item.product.product_id.clone()))),
        item.deal_type.clone(),
        known(item.terms.impressions),
        known(item.agreed_cpm.clone().or_else(|| item.pricing.final_cpm.clone())),
        effective(item),
        known(item.cost.clone()),
        known(item.booked_in.clone()),
        item.proof.verdict.clone(),
        item.seconds_left.map_or_else(|| "–".to_owned(), clock),
        doubts(item),
    ]
}

/// What a ticket would stop at, ask about or warn of.
fn doubts(item: &QuoteDoc) -> String {
    let lines: Vec<_> = item.checks.iter().map(CheckDoc::line).collect();
    if lines.is_empty() { "–".to_owned() } else { lines.join("; ") }
}

/// The effective CPM, marked where an assumption or a fee is in it.
fn effective(item: &QuoteDoc) -> String {
    let rank = item.rank.as_ref();
    let price = item.agreed_cpm.as_ref().or(item.pricing.final_cpm.as_ref());
    match rank.and_then(|rank| rank.effective_cpm.as_ref()) {
        Some(effective) if Some(effective) != price => format!("{effective}*"),
        Some(effective) => effective.clone(),
        None => "–".to_owned(),
    }
}

/// `59:07`, `23h59m`.
fn clock(seconds: i64) -> String {
    span::lasting(jiff::SignedDuration::from_secs(seconds))
}

/// A quote in lines.
fn text(item: &QuoteDoc) -> String {
    let pricing = &item.pricing;
    let quoted = known(pricing.currency.clone());
    let booked = known(item.booked_in.clone());
    let left =
        item.seconds_left.map_or_else(|| "over".to_owned(), |s| format!("{} left", clock(s)));
    let percent = |percent: &Option<String>| {
        percent.as_ref().map_or_else(|| "?".to_owned(), |percent| format!("{percent} %"))
    };
    // The parts above make this, where the price is another one.
    let computed = item.proof.computed_cpm.as_ref();
    let parts = computed.filter(|computed| Some(*computed) != pricing.final_cpm.as_ref());
    let parts = parts.map_or_else(String::new, |made| format!("; its parts make {made}"));
    let agreed = item.agreed_cpm.as_ref().map(|agreed| format!("{agreed} {booked} CPM"));
    let lines = [
        ("quote", format!("{}  ({})  {}", item.quote_id, item.seller, item.stage)),
        ("product", format!("{}  {}", item.product.product_id, known(item.product.name.clone()))),
        ("deal type", item.deal_type.clone()),
        ("list price", format!("{} {quoted}", known(pricing.base_cpm.clone()))),
        (
            "tier",
            format!(
                "{} off  {}",
                percent(&pricing.tier_discount_pct),
                known(item.buyer_tier.clone())
            ),
        ),
        ("volume", format!("{} off", percent(&pricing.volume_discount_pct))),
        ("price", format!("{} {quoted} CPM{parts}", known(pricing.final_cpm.clone()))),
        ("agreed", agreed.unwrap_or_else(|| "–".to_owned())),
        ("volume", format!("{} impressions", known(item.terms.impressions.map(money::count)))),
        (
            "flight",
            format!(
                "{} to {}",
                known(item.terms.flight_start.clone()),
                known(item.terms.flight_end.clone())
            ),
        ),
        ("cost", format!("{} {booked}", known(item.cost.clone()))),
        ("expires", format!("{}  {left}", crate::cli::out::time(item.expires_at))),
        ("made", item.made.clone().unwrap_or_else(|| "–".to_owned())),
        ("says", pricing.rationale.clone().unwrap_or_else(|| "–".to_owned())),
    ];
    let mut lines: Vec<_> =
        lines.into_iter().map(|(name, value)| format!("{name:<11} {value}")).collect();
    let proof = &item.proof;
    let worth = match (&proof.difference, &proof.worth) {
        (Some(difference), _) if difference == "0.00" => String::new(),
        (Some(difference), worth) => {
            format!("  {difference} {quoted} a thousand, {} {quoted} in all", known(worth.clone()))
        }
        (None, _) => String::new(),
    };
    lines.push(format!("{:<11} {}{worth}", "proof", proof.verdict));
    lines.extend(item.checks.iter().map(|check| format!("{:<11} {}", "terms", check.line())));
    lines.extend(proof.notes.iter().map(|note| format!("{:<11} {note}", "")));
    crate::cli::out::cleaned(&lines.join("\n"))
}
