//! `negotiate`: a strategy plays a quote to its end, within the plan and your limits.

mod ending;
#[cfg(test)]
mod tests;

use crate::json::{
    Document, ErrorDoc, cpm,
    negotiation::{DoubtDoc, NegotiateDoc, RoundDoc, WouldDoc},
};
use std::{future::Future, time::Duration};

use self::ending::{exit_of, why};
use crate::cli::{
    context::Context,
    exit::Exit,
    fail::Failure,
    find::Wanted,
    out::{self, Shown},
    port::{self, Session, Waited, allowed},
    reply::Reply,
    seam,
    table::{Table, known},
    typed,
};
use crate::{
    desk::{self, QuoteRecord, State, state::Purpose},
    domain::{
        Negotiation, Outcome, QuoteRef,
        money::typed::{Understood, written},
        negotiation::Pending,
        strategy::{self, Amount, Plan, Value},
    },
};

/// `negotiate`.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Args {
    /// The quote's id, or SELLER/ID where several sellers have it
    pub(crate) quote_id: String,
    /// Your opening offer [default: what is configured for the strategy]
    #[arg(long, value_name = "CPM", value_parser = typed::price)]
    pub(crate) target: Option<typed::Given>,
    /// What you never pay more than [default: what is configured for the strategy]
    #[arg(long, value_name = "CPM", value_parser = typed::price)]
    pub(crate) max: Option<typed::Given>,
    /// How much you give per round, where the strategy gives steps [default: what is configured for it]
    #[arg(long, value_name = "AMOUNT", value_parser = typed::amount)]
    pub(crate) step: Option<typed::Given>,
    /// How many rounds you play at most [default: what is configured for the strategy]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) rounds: Option<u32>,
    /// Who plays [default: what is configured, else simple-threshold]
    #[arg(long, value_name = "NAME", long_help = strategies())]
    pub(crate) strategy: Option<String>,
    /// How many rounds it plays before it takes the first price within the maximum
    #[arg(long, value_name = "N")]
    pub(crate) patience: Option<u32>,
    /// How steep a time-dependent tactic is
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=10))]
    pub(crate) shape: Option<u32>,
    /// The most that the whole quote may cost at the price it agrees to
    #[arg(long, value_name = "AMOUNT", value_parser = typed::price)]
    pub(crate) spend: Option<typed::Given>,
    /// Seconds it plays at most, from its first offer on
    #[arg(long, value_name = "N")]
    pub(crate) seconds: Option<u32>,
    /// Say what would be offered first, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Negotiate although the seller is said not to with your tier, or not this product
    #[arg(long = "try")]
    pub(crate) tries: bool,
}

/// Every strategy with what it does and what it takes, from the one list of them.
pub(crate) fn strategies() -> String {
    let told = |parameters: &[strategy::Parameter]| {
        parameters.iter().map(|taken| format!("--{}", taken.name)).collect::<Vec<_>>().join(" ")
    };
    let mut lines = vec!["Who plays:".to_owned()];
    for known in strategy::ALL {
        let own = told(known.parameters());
        let own = if own.is_empty() { own } else { format!(" [{own}]") };
        lines.push(format!("- {}: {}{own}", known.name(), known.doc()));
    }
    lines.push(format!("All take {}", told(strategy::COMMON)));
    lines.join("\n")
}

pub(crate) async fn run(args: Args, context: &Context) -> Result<Reply, Failure> {
    let desk = &context.config.desk;
    let wanted = Wanted::new(&args.quote_id);
    seam::with_session_on(context, wanted.ids(), async |session| {
        negotiate(session, &args, desk.negotiate_wait, &mut port::ctrl_c()).await
    })
    .await
}

pub(crate) async fn negotiate(
    session: &mut impl Session,
    args: &Args,
    wait: Duration,
    interrupt: &mut (impl Future<Output = ()> + Unpin),
) -> Result<Reply, Failure> {
    let record = Wanted::new(&args.quote_id).quote_of(session.state())?;
    let key = record.reference();
    let plan = plan(args, session.state(), record)?;
    typed::say(&understood(args, record));
    if args.tries {
        allowed(&session.command(desk::Command::TryTalks(key.clone())))?;
    }
    if args.dry_run {
        return dry_run(session, &key, args, &plan);
    }
    read_again(session, &key, wait, interrupt).await;
    out::progress(&format!("{} plays {} …", plan.strategy, key.quote_id));
    let arm = desk::Command::ArmAuto { quote: key.clone(), plan: plan.clone() };
    allowed(&session.command(arm))?;
    let mut waited = port::wait(session, wait, interrupt, |state| is_settled(state, &key)).await;
    // A seller that does not honour an agreement at booking is quoted again at the agreed price.
    if waited == Waited::Done && is_agreed(session.state(), &key) {
        waited = port::wait(session, wait, interrupt, |state| is_carried_over(state, &key)).await;
    }
    if waited != Waited::Done && (plays(session.state(), &key) || session.state().is_storing(&key))
    {
        let why = match waited {
            Waited::Interrupted => "interrupted",
            Waited::Done | Waited::TimedOut => "it took too long",
        };
        let stop = desk::Command::StopAuto { quote: key.clone(), why: why.to_owned() };
        // A refusal can only say that nothing plays, and then nothing is to be stopped.
        let _ = session.command(stop);
    }
    reply(session, &key, (args, &plan), Play::Real(waited))
}

/// A quote that is over by our clock alone is read again before a move is made: the seller's clock counts.
async fn read_again(
    session: &mut impl Session,
    key: &QuoteRef,
    wait: Duration,
    interrupt: &mut (impl Future<Output = ()> + Unpin),
) {
    let state = session.state();
    let record = state.quote(key);
    if !record.is_some_and(|record| state.is_over_by_ours_alone(record, session.now())) {
        return;
    }
    let _ = session.command(desk::Command::Reread(key.clone()));
    let purpose = Purpose::Reread(key.clone());
    let is_told = |state: &State| !state.in_flight.values().any(|flight| flight.purpose == purpose);
    let _ = port::wait(session, wait, interrupt, is_told).await;
}

/// What is said here, over what is configured for the strategy. Nothing is guessed in a script: what
/// neither says is asked for.
fn plan(args: &Args, state: &State, record: &QuoteRecord) -> Result<Plan, Failure> {
    let presets = &state.setup.presets;
    let known = match &args.strategy {
        Some(name) => strategy::by_name(name).ok_or_else(|| {
            let says = format!("no strategy is called {name:?}");
            Failure::usage(says, format!("there are: {}", strategy::names()))
        })?,
        None => presets.first().ok_or_else(|| Failure::usage("there is no strategy", ""))?,
    };
    let name = known.name();
    let no_price = || Failure::usage("the quote names no price", "ask the seller for one");
    let quoted = record.quote.pricing.cpm().ok_or_else(no_price)?;
    let mut plan = desk::plan_for(state, record, known).ok_or_else(no_price)?;
    let amount = |option: &str, given: &Option<typed::Given>| {
        given.as_ref().map(|given| given.of(option, quoted.currency())).transpose()
    };
    let price = |option: &str, given: &Option<typed::Given>| {
        let read = given.as_ref().map(|given| given.beside(option, quoted)).transpose()?;
        Ok::<_, Failure>(read.map(|cpm| Value::Price(Amount::Cpm(cpm))))
    };
    let count = |count: Option<u32>| count.map(Value::Count);
    let mut missing = Vec::new();
    for (parameter, said) in [
        ("target", price("--target", &args.target)?),
        ("max", price("--max", &args.max)?),
        ("step", amount("--step", &args.step)?.map(|step| Value::Price(Amount::Cpm(step)))),
        ("rounds", count(args.rounds)),
        ("spend", amount("--spend", &args.spend)?.map(Value::Money)),
        ("seconds", count(args.seconds)),
        ("patience", count(args.patience)),
        ("shape", count(args.shape)),
    ] {
        if let Some(value) = said {
            plan.say(parameter, value, quoted);
            continue;
        }
        let takes = strategy::parameters(known).any(|known| known.name == parameter);
        let is_needed = ["target", "max", "step", "rounds"].contains(&parameter);
        if takes && is_needed && !presets.says(name, parameter) {
            missing.push(parameter);
        }
    }
    if missing.is_empty() {
        return Ok(plan);
    }
    let says = format!("{name} needs --{}", missing.join(", --"));
    let cure = format!("give what is missing, or set it under [strategies.{name}]");
    Err(Failure::usage(says, cure))
}

/// What of the options is no plain figure, with what it is read as.
fn understood(args: &Args, record: &QuoteRecord) -> Vec<Understood> {
    let Some(quoted) = record.quote.pricing.cpm() else { return Vec::new() };
    let prices = [("--target", &args.target), ("--max", &args.max)].into_iter();
    let prices = prices.filter_map(|(option, given)| {
        let given = given.as_ref()?;
        given.said(option, given.beside(option, quoted).ok()?, quoted.currency())
    });
    let amounts = [("--step", &args.step), ("--spend", &args.spend)].into_iter();
    let amounts = amounts.filter_map(|(option, given)| {
        let given = given.as_ref()?;
        given.said(option, given.of(option, quoted.currency()).ok()?, quoted.currency())
    });
    prices.chain(amounts).collect()
}

fn game<'s>(state: &'s State, key: &QuoteRef) -> Option<&'s Negotiation> {
    state.quote(key)?.negotiation.as_ref()
}

/// Whether our strategy plays it: another process may play one, too.
fn plays(state: &State, key: &QuoteRef) -> bool {
    let owner = state.quote(key).and_then(|record| record.auto_owner.as_ref());
    owner == Some(&state.setup.owner) && game(state, key).is_some_and(|game| game.auto.is_some())
}

/// Over, stopped, or in doubt with nobody playing. A lost move is looked up while there is time, and how
/// it stands after a refused one. What another process goes on with is not waited for.
fn is_settled(state: &State, key: &QuoteRef) -> bool {
    let purpose = Purpose::LookStanding(key.clone());
    let looks = state.in_flight.values().any(|flight| flight.purpose == purpose);
    let is_ours = |owner: &String| *owner == state.setup.owner;
    game(state, key).is_none_or(|game| {
        let waits = game.pending.as_ref().is_some_and(|pending| is_ours(&pending.owner));
        game.is_over() || (!plays(state, key) && !waits && !looks)
    }) && !state.is_storing(key)
}

fn is_agreed(state: &State, key: &QuoteRef) -> bool {
    game(state, key).is_some_and(|game| game.outcome == Outcome::Accepted)
}

fn is_carried_over(state: &State, key: &QuoteRef) -> bool {
    let honours =
        state.sellers.get(&key.seller).is_some_and(crate::desk::SellerState::honours_agreement);
    state.quote(key).is_none_or(|record| {
        // A seller that agreed to its own quoted price needs no new quote.
        let same = record.agreed.is_some() && record.agreed == record.quote.pricing.cpm();
        honours || same || record.replaced_by.is_some() || record.requote_error.is_some()
    })
}

/// The quote that books the agreed price, if there is one.
fn bookable(state: &State, record: &QuoteRecord) -> Option<String> {
    let agreed = record.agreed?;
    let honours = state
        .sellers
        .get(&record.quote.seller)
        .is_some_and(crate::desk::SellerState::honours_agreement);
    // What it wrote down is what it would book.
    let is_dearer =
        record.negotiation.as_ref().is_some_and(|game| game.accepted_dearer().is_some());
    if (honours && !is_dearer) || record.quote.pricing.cpm() == Some(agreed) {
        return Some(record.quote.quote_id.0.clone());
    }
    let newer =
        QuoteRef { seller: record.quote.seller.clone(), quote_id: record.replaced_by.clone()? };
    // A new quote at another price does not carry the agreement.
    let newer = state.quote(&newer).filter(|newer| newer.quote.pricing.cpm() == Some(agreed))?;
    Some(newer.quote.quote_id.0.clone())
}

fn dry_run(
    session: &impl Session,
    key: &QuoteRef,
    args: &Args,
    plan: &Plan,
) -> Result<Reply, Failure> {
    let state = session.state();
    let record = state.quote(key).ok_or_else(|| Failure::usage("the quote is gone", ""))?;
    desk::can_negotiate(state, record).map_err(|refusal| Failure::of_refusal(&refusal))?;
    if let Some(refusal) = plan.fault() {
        return Err(Failure::of_refusal(&refusal));
    }
    let limit = desk::limit_of(state, record).map_err(|refusal| Failure::of_refusal(&refusal))?;
    if let Some(limit) = limit.filter(|limit| plan.max > *limit) {
        let says = format!("the maximum {} is above your limit {limit}", plan.max);
        let cure = "plan at or under the limit, or raise it in the configuration";
        return Err(Failure::new(Exit::Blocked, says, cure).coded("limit"));
    }
    let would = desk::would_do(state, record, plan, session.now());
    let would = would.as_ref().map(WouldDoc::new);
    reply(session, key, (args, plan), Play::Dry(would))
}

/// Whether it was played, or what would be played first.
enum Play {
    Real(Waited),
    Dry(Option<WouldDoc>),
}

fn reply(
    session: &impl Session,
    key: &QuoteRef,
    (args, plan): (&Args, &Plan),
    play: Play,
) -> Result<Reply, Failure> {
    let state = session.state();
    let record = state.quote(key).ok_or_else(|| Failure::usage("the quote is gone", ""))?;
    let game = record.negotiation.as_ref();
    // The move of another process is that one's, while its answer is awaited.
    let is_ours = |pending: &&Pending| pending.in_doubt || pending.owner == state.setup.owner;
    let doubt = game.and_then(|game| game.pending.as_ref()).filter(is_ours);
    let refused = game.and_then(|game| game.refused.as_ref());
    let is_played = matches!(play, Play::Real(_));
    let would_not = is_played && game.is_none() && record.no_talks.is_some();
    let outcome = if would_not { Outcome::Rejected } else { Outcome::Open };
    let outcome = game.map_or(outcome, |game| game.outcome);
    let outcome =
        if doubt.is_some() && outcome != Outcome::Accepted { Outcome::Unknown } else { outcome };
    let (exit, would, is_dry) = match play {
        // It would not begin: the quote is as it was.
        Play::Real(_) if would_not => (Exit::Refused, None, false),
        Play::Real(waited) => (exit_of(outcome, waited, refused), None, false),
        Play::Dry(would) => (Exit::Done, would, true),
    };
    let accepted = outcome == Outcome::Accepted;
    let currency = record.standing().map_or(plan.max.currency(), |price| price.currency());
    let agreed = cpm(record.agreed.filter(|_| accepted));
    let book_quote_id = if accepted { bookable(state, record) } else { None };
    let failure = why(state, record, exit, accepted && book_quote_id.is_none());
    let body = NegotiateDoc {
        quote_id: key.quote_id.0.clone(),
        seller: key.seller.0.clone(),
        strategy: plan.strategy.clone(),
        outcome: outcome.to_string(),
        final_cpm: agreed.clone(),
        currency: currency.to_string(),
        rounds_count: game.map_or(0, Negotiation::played),
        rounds: game.into_iter().flat_map(|game| &game.rounds).map(RoundDoc::new).collect(),
        agreed_cpm: agreed,
        next: if book_quote_id.is_some() { "book" } else { "none" },
        book_quote_id,
        dry_run: is_dry,
        would,
        in_doubt: doubt.map(DoubtDoc::new),
        understood: understood(args, record),
        error: failure.as_ref().map(ErrorDoc::new),
        exit: exit.code(),
    };
    let evidence = body.in_doubt.iter().flat_map(|doubt| &doubt.evidence);
    let evidence = evidence.map(|seen| format!("{} {}", out::time(seen.at), seen.says));
    let words = summary(&body, plan).into_iter().chain(evidence);
    let words: Vec<String> = words.chain(failure.map(|failure| failure.to_string())).collect();
    let mut table = Table::new(&["ROUND", "BY", "ACTION", ">CPM", "CUR", "SAYS"]);
    for round in &body.rounds {
        table.row([
            round.round.to_string(),
            round.by.clone(),
            round.action.clone(),
            known(round.cpm.clone()),
            body.currency.clone(),
            round.rationale.clone().unwrap_or_else(|| "–".to_owned()),
        ]);
    }
    let document = Document::new(state.setup.mode, session.now(), body);
    Ok(Reply::new(&document, Shown::Table(table))?.with_exit(exit).with_words(words))
}

fn summary(body: &NegotiateDoc, plan: &Plan) -> Vec<String> {
    if let Some(would) = &body.would {
        let price =
            would.cpm.as_deref().map_or(String::new(), |cpm| format!(" {cpm} {}", body.currency));
        return vec![format!(
            "{} would {}{price}: {}; nothing was sent",
            plan.strategy, would.action, would.why
        )];
    }
    match (&body.agreed_cpm, &body.book_quote_id) {
        (Some(agreed), Some(id)) => vec![format!(
            "agreed at {agreed} {}\n  → dealdesk book {}/{id} --confirm {agreed} --max-cpm {}",
            body.currency,
            body.seller,
            written(plan.max.amount(), plan.max.currency())
        )],
        (_, _) => vec![format!("outcome: {}", body.outcome)],
    }
}
