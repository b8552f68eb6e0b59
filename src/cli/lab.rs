//! `lab`: strategies against the simulated sellers' own rule, without network, and what each would have
//! paid. Everything in it is SIM: it opens no store, asks no seller and cannot send. (`--fork` is `fork.rs`.)

use std::{num::NonZero, thread};

use super::{fail::Failure, negotiate::strategies, out::Shown, reply::Reply, table::Table};
use crate::{
    domain::strategy::{self, Options, Strategy},
    json::lab::{LabDoc, LabRow, MeanDoc},
    lab::{self, Amount, Ask, Mean, Report, Row, Sweep, Terms},
    sim::iab::{Spec, catalog, spec::demo},
};

/// `lab`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Who plays, side by side; several with commas, or `all`
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', default_value = "simple-threshold,adaptive", long_help = strategies())]
    strategy: Vec<String>,
    /// Against whom; `all` is the five sellers of the demo
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', default_value = "all")]
    seller: Vec<String>,
    /// One product of theirs, by its id
    #[arg(long, value_name = "ID")]
    product: Option<String>,
    /// Negotiations for each strategy and seller
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    runs: u64,
    /// Chance: the same seed gives the same report on any number of cores
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The opening offer: CPM, or a share of the quote
    #[arg(long, value_name = "CPM|%", default_value_t = Terms::default().target)]
    target: Amount,
    /// Never offered or accepted more: CPM, or a share of the quote
    #[arg(long, value_name = "CPM|%", default_value_t = Terms::default().max)]
    max: Amount,
    /// What is given a round: CPM, or a share of the quote
    #[arg(long, value_name = "CPM|%", default_value_t = Terms::default().step)]
    step: Amount,
    /// Rounds that are played at most
    #[arg(long, value_name = "N", default_value_t = Terms::default().rounds, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// How many rounds are played before the first price within the maximum is taken
    #[arg(long, value_name = "N")]
    patience: Option<u32>,
    /// How steep a time-dependent tactic is
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=10))]
    shape: Option<u32>,
    /// Vary one of target, max, step, rounds: target=18..24, max=90%..98%/2
    #[arg(long, value_name = "NAME=FROM..TO[/STEP]")]
    sweep: Option<Sweep>,
    /// Play a negotiation of yours again, against what its seller was like; reads the store
    #[arg(long, value_name = "QUOTE", conflicts_with_all = ["seller", "product", "runs", "sweep", "md"])]
    pub(super) fork: Option<String>,
    /// From this round of yours on, with --fork [default: the last one]
    #[arg(long, value_name = "N", requires = "fork")]
    pub(super) round: Option<u32>,
    /// As Markdown
    #[arg(long)]
    md: bool,
}

pub(crate) fn run(args: &Args) -> Result<Reply, Failure> {
    let ask = ask(args)?;
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let report = lab::run(&ask, args.product.as_deref(), cores);
    if report.rows.is_empty() {
        let product = args.product.as_deref().unwrap_or("nothing");
        let says = format!("{product:?} is not negotiated by any of these sellers");
        return Err(Failure::usage(says, "`dealdesk lab` without --product plays all they have"));
    }
    let shown = if args.md {
        Shown::Text(lab::markdown(&report).trim_end().to_owned())
    } else {
        Shown::Table(table(&report))
    };
    let chart = if args.md { Vec::new() } else { lab::chart(&report) };
    let sim = "SIM: simulated sellers, no network, nothing was sent".to_owned();
    let reply = Reply::new(&LabDoc::new(&report), shown)?;
    Ok(reply.with_words(std::iter::once(sim).chain(chart)))
}

fn ask(args: &Args) -> Result<Ask, Failure> {
    let terms = Terms {
        target: args.target,
        max: args.max,
        step: args.step,
        rounds: args.rounds,
        options: Options { patience: args.patience, shape: args.shape, ..Options::default() },
    };
    Ok(Ask {
        strategies: players(&args.strategy)?,
        sellers: sellers(&args.seller)?,
        terms: args.sweep.map_or_else(|| vec![terms], |sweep| sweep.over(terms)),
        runs: args.runs,
        seed: args.seed,
    })
}

fn players(names: &[String]) -> Result<Vec<&'static dyn Strategy>, Failure> {
    if names.iter().any(|name| name == "all") {
        return Ok(strategy::ALL.to_vec());
    }
    let known = |name: &String| {
        strategy::by_name(name).ok_or_else(|| {
            let says = format!("no strategy is called {name:?}");
            Failure::usage(says, format!("there are: all, {}", strategy::names()))
        })
    };
    names.iter().map(known).collect()
}

fn sellers(names: &[String]) -> Result<Vec<Spec>, Failure> {
    if names.iter().any(|name| name == "all") {
        return Ok(demo());
    }
    let all = catalog();
    let known = |name: &String| {
        all.iter().find(|spec| spec.name == *name).cloned().ok_or_else(|| {
            let known: Vec<_> = all.iter().map(|spec| spec.name.as_str()).collect();
            let says = format!("no simulated seller is called {name:?}");
            Failure::usage(says, format!("there are: all, {}", known.join(", ")))
        })
    };
    names.iter().map(known).collect()
}

fn table(report: &Report) -> Table {
    let mut table = Table::new(&[
        "SELLER",
        "TEMPER",
        "STRATEGY",
        ">TARGET",
        ">MAX",
        ">STEP",
        ">ROUNDS",
        ">SETTLE CPM",
        ">% OF QUOTE",
        ">PLAYED",
        ">WALK %",
        ">GAIN %",
    ]);
    for row in &report.rows {
        table.row([
            row.seller.clone(),
            row.behaviour.clone(),
            row.strategy.to_owned(),
            row.terms.target.to_string(),
            row.terms.max.to_string(),
            row.terms.step.to_string(),
            row.terms.rounds.to_string(),
            lab::interval(row.settle),
            lab::interval(row.of_quote),
            lab::interval(row.rounds),
            format!("{:.2}", row.walk_rate()),
            lab::interval(row.gain),
        ]);
    }
    table
}

impl LabDoc {
    pub(crate) fn new(report: &Report) -> Self {
        Self {
            mode: "sim",
            seed: report.seed,
            runs: report.runs,
            currency: "USD",
            rows: report.rows.iter().map(LabRow::new).collect(),
        }
    }
}

impl LabRow {
    fn new(row: &Row) -> Self {
        Self {
            seller: row.seller.clone(),
            temper: row.behaviour.clone(),
            strategy: row.strategy,
            target: row.terms.target.to_string(),
            max: row.terms.max.to_string(),
            step: row.terms.step.to_string(),
            rounds_at_most: row.terms.rounds,
            runs: row.runs,
            deals: row.deals,
            walk_pct: format!("{:.4}", row.walk_rate()),
            settle_cpm: row.settle.map(MeanDoc::new),
            settle_pct_of_quote: row.of_quote.map(MeanDoc::new),
            rounds: row.rounds.map(MeanDoc::new),
            gain_pct: row.gain.map(MeanDoc::new),
        }
    }
}

impl MeanDoc {
    fn new(mean: Mean) -> Self {
        let told = |number: f64| format!("{number:.4}");
        Self {
            mean: told(mean.mean),
            low: told(mean.mean - mean.half),
            high: told(mean.mean + mean.half),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::args::{Cli, Command};
    use crate::cli::tests::schema;

    fn reply(line: &str) -> Result<Reply, Failure> {
        let cli = Cli::try_parse_from(format!("dealdesk lab {line}").split_whitespace()).unwrap();
        match cli.command {
            Some(Command::Lab(args)) => run(&args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_document_is_what_its_schema_says_and_always_sim() {
        let reply =
            reply("--strategy all --seller harbor,reference --runs 300 --sweep rounds=2..3");
        let reply = reply.unwrap();
        let document = schema::check("lab", &reply.json);
        assert_eq!(document["mode"], "sim");
        assert_eq!(document["rows"].as_array().unwrap().len(), strategy::ALL.len() * 2 * 2);
        assert!(reply.words.iter().all(|words| !words.is_empty()));
        assert!(reply.words[0].starts_with("SIM"));
    }

    #[test]
    fn what_is_not_known_is_said_with_what_there_is() {
        for (line, cure) in [
            ("--strategy magic", "adaptive"),
            ("--seller nobody", "northlight"),
            ("--product nothing --runs 1", "--product"),
        ] {
            let failure = reply(line).unwrap_err();
            assert!(failure.cure.contains(cure), "{line}: {}", failure.cure);
        }
    }
}
