//! `lab --fork`: what each strategy would have come to from a round of one of your negotiations on, against
//! what its seller was like. SIM: it reads the store, asks no seller and cannot send.

use super::{
    context::Context, fail::Failure, find::Wanted, out::Shown, records::Records, reply::Reply,
    table::Table,
};
use crate::{
    desk::{self, Controls, Desk},
    domain::money::plain,
    json::fork::ForkDoc,
    lab,
    store::{QuoteFilter, Reader},
};

pub(crate) fn run(quote: &str, round: Option<u32>, context: &Context) -> Result<Reply, Failure> {
    let records = Records::open(context)?;
    let wanted = Wanted::new(quote);
    let record = records.quote(&wanted)?;
    let nothing = || {
        let says = format!("nothing was negotiated about {}", record.quote.quote_id);
        Failure::usage(says, "`dealdesk quote list` names your quotes")
    };
    let game = record.negotiation.as_ref().ok_or_else(nothing)?;
    // A desk that only reads: it knows the other quotes, which one strategy looks at, and the limits.
    let mut desk = Desk::new(context.config.setup("cli", &[]));
    let controls = records.reader().map_or_else(|| Ok(Controls::default()), Reader::controls)?;
    let quotes = records.quotes(&QuoteFilter::default())?;
    desk.restore(quotes, Vec::new(), Vec::new(), controls);
    let from = round.unwrap_or_else(|| game.played());
    let question = desk::what_if(desk.state(), &record, from).ok_or_else(nothing)?;
    let fork = lab::fork(&question).map_err(|why| {
        Failure::usage(why, format!("--round goes from 1 to {}", game.played().max(1)))
    })?;
    let mut table =
        Table::new(&["STRATEGY", "THEN IT WOULD", ">SETTLES FROM", ">TO", ">DEALS", ">ROUNDS"]);
    let body = ForkDoc::new(&record, &fork);
    for line in &body.strategies {
        let price = |price: &Option<String>| price.clone().unwrap_or_else(|| "no price".to_owned());
        table.row([
            line.strategy.clone(),
            format!("{} {}", line.would.action, line.would.cpm.clone().unwrap_or_default()),
            price(&line.settles_from),
            price(&line.settles_to),
            format!("{} of {}", line.deals, line.worlds),
            format!("{}–{}", line.rounds_least, line.rounds_most),
        ]);
    }
    let seller = body.fits.iter().map(|fit| {
        format!("the seller: {} ({} of {} answers to the cent)", fit.says, fit.hits, fit.of)
    });
    let tried: Vec<_> = fork.reserves.iter().map(|reserve| plain(*reserve)).collect();
    let lowest =
        if fork.reserve_seen { "it stopped at" } else { "how low it goes was not seen; tried:" };
    let sim = "SIM: a model of the seller, no network, nothing was sent".to_owned();
    let lowest = format!("{lowest} {}", tried.join(", "));
    let words: Vec<String> = std::iter::once(sim).chain(seller).chain([lowest]).collect();
    Ok(Reply::new(&body, Shown::Table(table))?.with_words(words))
}
