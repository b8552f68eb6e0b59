//! `sellers list`: who is configured, who answers, and how far their clocks are off; `sellers add` and
//! `sellers test` get to know one.

mod add;
mod test;
mod tiers;
pub(crate) mod walk;

use std::time::Duration;

use jiff::Timestamp;

use super::{
    context::Context,
    fail::Failure,
    out::{self, Shown},
    port::Session,
    reply::Reply,
    seam,
    table::{Table, known},
};
use crate::{
    desk::{self, SellerState},
    domain::{Ask, SellerName, Tier, span},
    json::{At, Document, Items, seller::SellerDoc},
    runtime::config::Overrides,
};

/// The verbs.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List them; each is asked whether it is there
    List(List),
    /// Get to know a new seller and write it into the configuration
    Add(add::Add),
    /// Look at one from its connection to its key; spends nothing
    Test(test::Test),
}

/// `sellers list`.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Ask nobody
    #[arg(long)]
    offline: bool,
}

pub(crate) async fn run(
    command: Command,
    flags: &Overrides,
    context: &Context,
) -> Result<Reply, Failure> {
    let list = match command {
        Command::List(list) => list,
        Command::Add(args) => return add::add(args, flags, context).await,
        Command::Test(args) => return test::test(args, context).await,
    };
    seam::with_session_about(context, [], async |session| {
        let kept = |name: &SellerName| tiers::kept(context, name);
        self::list(session, context.config.desk.ask_wait, list.offline, &kept).await
    })
    .await
}

pub(crate) async fn list(
    session: &mut impl Session,
    wait: Duration,
    offline: bool,
    kept: &dyn Fn(&SellerName) -> Option<(Tier, Timestamp)>,
) -> Result<Reply, Failure> {
    if !offline {
        probe(session, wait).await;
    }
    let (state, now) = (session.state(), session.now());
    let mut table = Table::new(&["SELLER", "STATUS", "DIALECT", "TIER", "CLOCK", "AUTH", "URL"]);
    let doc = |seller: &SellerState| {
        let doc = SellerDoc::new(seller);
        match kept(&seller.info.name).filter(|_| doc.tier.is_none()) {
            Some((tier, at)) => doc.with_tier(tier, at),
            None => doc,
        }
    };
    let items: Vec<SellerDoc> = state.sellers.values().map(doc).collect();
    for (item, seller) in items.iter().zip(state.sellers.values()) {
        let clock = seller.skew().map(|s| format!("{:+} to {:+} ms", s.low_ms, s.high_ms));
        table.row([
            item.name.clone(),
            item.status.to_owned(),
            item.dialect.clone(),
            known(item.tier.as_ref().map(|tier| aged(tier, item.tier_at, now))),
            known(clock),
            item.auth.clone(),
            item.url.clone(),
        ]);
    }
    let words: Vec<String> = if items.is_empty() {
        vec!["no sellers are configured: `dealdesk sellers add URL` adds one".to_owned()]
    } else {
        let errors = items.iter().filter_map(|item| Some((item.name.clone(), item.error.clone()?)));
        errors.map(|(name, error)| format!("{name}: {error}")).collect()
    };
    let items = Items { items, partial: Vec::new() };
    let document = Document::new(state.setup.mode, now, items);
    Ok(Reply::new(&document, Shown::Table(table))?.with_words(words))
}

/// `agency, 2h05m ago`: a tier that was heard before says when.
fn aged(tier: &str, heard: Option<At>, now: Timestamp) -> String {
    let ago = heard.map(|At(at)| format!(", {} ago", span::lasting(now.duration_since(at))));
    format!("{tier}{}", ago.unwrap_or_default())
}

/// Asks every seller whether it is there. Spends nothing.
pub(crate) async fn probe(session: &mut impl Session, wait: Duration) {
    let names: Vec<_> = session.state().sellers.keys().cloned().collect();
    out::progress(&format!("asking {} sellers …", names.len()));
    for name in names {
        // A refusal can only say that the seller is not configured, and these are.
        let _ = session.command(desk::Command::Probe(name));
    }
    let asking = |state: &desk::State| state.in_flight.values().any(|f| f.ask == Ask::Probe);
    session.until(wait, |state| !asking(state)).await;
}
