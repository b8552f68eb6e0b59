//! Where the command line meets the runtime: the session behind the subcommands, the terminal desk,
//! the demo and the simulated seller.

use std::{io::IsTerminal as _, path::PathBuf, sync::Arc, time::Duration};

use jiff::Timestamp;

use super::{
    context::Context,
    demo,
    exit::Exit,
    fail::Failure,
    looks, out, port, present,
    reply::{Reply, written},
    simulate,
};
use crate::{
    clock::Clock,
    desk::{Command, Mode, QuoteRecord, State, needs_requote},
    domain::{Cpm, Refusal},
    json::simulate::ListeningDoc,
    present::Story,
    runtime::{
        self, Scope, Session, SystemClock,
        headless::{Headless, Set},
        open, terminal,
    },
    sellers::{self, PROTOCOLS},
    sim,
    store::{Location, Tuning},
    tui,
};

/// How long the journal may take to be written at the end.
const LEAVE: Duration = Duration::from_secs(5);

impl port::Session for Session {
    fn state(&self) -> &State {
        Self::state(self)
    }

    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    fn steady(&self) -> Duration {
        self.clock().steady()
    }

    fn command(&mut self, command: Command) -> Vec<Refusal> {
        Self::command(self, command)
    }

    async fn until(&mut self, wait: Duration, done: impl FnMut(&State) -> bool) -> bool {
        Self::until(self, wait, done).await
    }
}

/// Opens a desk with its store and its sellers, lets `play` use it, and writes what is left to write. It knows
/// everything.
pub(crate) async fn with_session<F>(context: &Context, play: F) -> Result<Reply, Failure>
where
    F: AsyncFnOnce(&mut Session) -> Result<Reply, Failure>,
{
    scoped(context, Scope::Whole, play).await
}

/// The same with a desk that knows what something is expected of, what is about these ids, of quotes and
/// deals, and all money that is out: for what books, negotiates or settles these. A big book costs it little.
pub(crate) async fn with_session_on<F>(
    context: &Context,
    ids: impl IntoIterator<Item = &str>,
    play: F,
) -> Result<Reply, Failure>
where
    F: AsyncFnOnce(&mut Session) -> Result<Reply, Failure>,
{
    let ids = ids.into_iter().map(str::to_owned).collect();
    scoped(context, Scope::Living(ids), play).await
}

/// The same with a desk that knows only of these ids, of quotes and deals: for what asks sellers about
/// these alone, or about none. It books nothing and does nothing by itself, and a big book costs it
/// nothing.
pub(crate) async fn with_session_about<F>(
    context: &Context,
    ids: impl IntoIterator<Item = &str>,
    play: F,
) -> Result<Reply, Failure>
where
    F: AsyncFnOnce(&mut Session) -> Result<Reply, Failure>,
{
    let ids = ids.into_iter().map(str::to_owned).collect();
    scoped(context, Scope::About(ids), play).await
}

/// The same with a desk that knows also what all deals are called: for what asks sellers about these.
pub(crate) async fn with_session_named<F>(
    context: &Context,
    ids: impl IntoIterator<Item = &str>,
    play: F,
) -> Result<Reply, Failure>
where
    F: AsyncFnOnce(&mut Session) -> Result<Reply, Failure>,
{
    let ids = ids.into_iter().map(str::to_owned).collect();
    scoped(context, Scope::Named(ids), play).await
}

/// The same with a desk that knows the newest quotes, and what all others are called: for what asks for new
/// ones.
pub(crate) async fn with_session_lately<F>(context: &Context, play: F) -> Result<Reply, Failure>
where
    F: AsyncFnOnce(&mut Session) -> Result<Reply, Failure>,
{
    scoped(context, Scope::Lately, play).await
}

/// Takes in what desks that are gone could not store, and does nothing else: no seller is asked for
/// anything. Returns what is left to a person, in words.
pub(crate) async fn take_in(context: &Context) -> Result<Vec<String>, Failure> {
    let mut session = session(context, "cli");
    let location = open::location(&context.config);
    session.attach_scoped(location, Tuning::default(), Scope::Left).await?;
    let due = agreed_elsewhere(session.state());
    let unwritten = |why| Failure::new(Exit::Configuration, why, "");
    session.close(LEAVE).await.map_err(unwritten)?;
    Ok(due)
}

/// Agreements whose seller books no other price than its quote's.
fn agreed_elsewhere(state: &State) -> Vec<String> {
    let quotes = state.quotes_at(0..state.quotes.len()).filter(|record| record.is_open());
    let due = quotes.filter_map(|record| Some((record, needs_requote(state, record)?)));
    let words = |(record, agreed): (&QuoteRecord, Cpm)| {
        let (id, seller) = (&record.quote.quote_id, &record.quote.seller);
        format!(
            "{seller} agreed to {agreed} for {id}, which books another price: ask for a quote at \
             the agreed price (r at the desk)"
        )
    };
    due.map(words).collect()
}

async fn scoped<F>(context: &Context, scope: Scope, play: F) -> Result<Reply, Failure>
where
    F: AsyncFnOnce(&mut Session) -> Result<Reply, Failure>,
{
    let mut session = session(context, "cli");
    let location = open::location(&context.config);
    session.attach_scoped(location, Tuning::default(), scope).await?;
    let reply = play(&mut session).await;
    if let Err(unwritten) = session.close(LEAVE).await {
        return reply?.unwritten(&unwritten);
    }
    reply
}

fn session(context: &Context, face: &str) -> Session {
    let workers = context.workers.clone();
    open::session(&context.config, &context.environment, face, workers)
}

/// The desk in the terminal.
pub(crate) async fn terminal(context: &Context, record: Option<PathBuf>) -> Result<Reply, Failure> {
    needs_a_terminal(context)?;
    let session = session(context, "terminal");
    let given = Given { location: open::location(&context.config), record, panic_on: None };
    show((session, None, None), context, given).await
}

/// The desk with sellers of its own.
pub(crate) async fn demo(
    args: demo::Args,
    story: Option<Story>,
    context: &Context,
) -> Result<Reply, Failure> {
    needs_a_terminal(context)?;
    let person = format!("{}@terminal", context.config.user);
    let demo = set(&args, person, context.config.read_only);
    let (session, player) =
        runtime::demo::shown(&demo, context.workers.clone()).map_err(|error| {
            let says = format!("the demo's sellers cannot listen on this machine: {error}");
            Failure::new(Exit::Configuration, says, "allow listening on 127.0.0.1")
        })?;
    let location = args.store.map_or(Location::Memory, Location::File);
    let given = Given { location, record: args.record, panic_on: args.panic_on };
    show((session, Some(player), story), context, given).await
}

fn set(args: &demo::Args, person: String, read_only: bool) -> runtime::demo::Demo {
    let (seed, speed, load) = (args.seed, args.speed, args.load);
    runtime::demo::Demo { seed, speed, load, read_only, person }
}

/// The same without a terminal, on a clock that stands still until all work is done. Who sits at it is
/// the same everywhere, since frames and journal are to be.
pub(crate) async fn stage(args: &demo::Args, story: Story) -> Result<Headless, Failure> {
    let demo = set(args, "demo@stage".to_owned(), false);
    let location = args.store.clone().map_or(Location::Memory, Location::File);
    let (size, story) = (args.size, Some(story));
    let set = Set { size, location, story, ..Set::default() };
    Ok(Headless::open(&demo, set).await?)
}

fn needs_a_terminal(context: &Context) -> Result<(), Failure> {
    if !out::at_a_terminal() {
        let cure = "start it in a terminal, or use a subcommand (`dealdesk --help`)";
        return Err(Failure::usage("the desk needs a terminal", cure));
    }
    shows_a_screen(context)
}

/// A terminal that moves no cursor would be written full of signs.
fn shows_a_screen(context: &Context) -> Result<(), Failure> {
    let Some(says) = looks::shows_none(&context.environment) else { return Ok(()) };
    Err(Failure::usage(format!("{says}: no screen can be shown here"), looks::NO_SCREEN))
}

/// What a face in the terminal is given on the command line.
struct Given {
    location: Location,
    record: Option<PathBuf>,
    panic_on: Option<char>,
}

async fn show(
    (mut session, player, story): (Session, Option<runtime::show::Player>, Option<Story>),
    context: &Context,
    given: Given,
) -> Result<Reply, Failure> {
    let Given { location, record, panic_on } = given;
    let notice = context.config.unread.as_ref().map(|error| {
        let first = error.faults.first().map(ToString::to_string).unwrap_or_default();
        let says = format!("the configuration has faults, the usual keys and looks hold: {first}");
        Refusal::new("config", says, "`dealdesk config check` tells all of them")
    });
    let mut options = looks::options(context);
    if story.is_some() {
        // A story presses the keys that the desk comes with.
        options.keymap = tui::Keymap::default();
    }
    let presenting = present::begin(&mut session, context, &location)?;
    let start = terminal::Start {
        options,
        bell: context.config.desk.bell,
        location,
        player,
        story,
        record,
        presenting,
        notice,
        panic_on,
    };
    left(Box::pin(terminal::run(session, start)).await)
}

/// A recording or a journal in the terminal.
pub(crate) async fn replay(replay: terminal::Replay, context: &Context) -> Result<Reply, Failure> {
    if !out::at_a_terminal() {
        let cure = "start it in a terminal, or give --json or --cast OUT";
        return Err(Failure::usage("a replay needs a terminal", cure));
    }
    shows_a_screen(context)?;
    left(Box::pin(terminal::replay(replay)).await)
}

/// This terminal, attached to a desk.
pub(crate) async fn attach(context: &Context) -> Result<Reply, Failure> {
    needs_a_terminal(context)?;
    let attach = terminal::Attach {
        options: looks::options(context),
        places: present::places(context),
        workers: context.workers.clone(),
    };
    left(Box::pin(terminal::attach(attach)).await)
}

/// How a terminal was left.
fn left(outcome: Result<terminal::Left, terminal::TerminalError>) -> Result<Reply, Failure> {
    match outcome {
        Ok(left) => Ok(Reply::nothing().with_exit(Exit::of_leaving(left))),
        Err(error @ terminal::TerminalError::Unrecorded(..)) => {
            let cure = "name a new file in a folder that you may write to";
            Err(Failure::new(Exit::Configuration, error.to_string(), cure))
        }
        Err(terminal::TerminalError::Store(error)) => Err(error.into()),
        Err(
            error @ (terminal::TerminalError::Io(_)
            | terminal::TerminalError::Panicked
            | terminal::TerminalError::Unwritten(_)),
        ) => Err(Failure::new(Exit::Bug, error.to_string(), "")),
    }
}

/// Serves a simulated seller until it is stopped.
pub(crate) async fn simulate(args: simulate::Args, context: &Context) -> Result<Reply, Failure> {
    let protocol = sellers::protocol(&args.protocol);
    let Some(simulator) = protocol.and_then(|protocol| protocol.sim) else {
        let says = format!("no simulated seller speaks {}", args.protocol);
        let protocols = PROTOCOLS.iter().filter(|protocol| protocol.sim.is_some());
        let names: Vec<_> = protocols.map(|protocol| protocol.name).collect();
        return Err(Failure::usage(says, format!("use --protocol {}", names.join(" or "))));
    };
    let wanted = sim::Wanted {
        seller: args.seller.clone(),
        dialect: args.dialect.map(|dialect| dialect.to_string()),
        hostile: args.hostile,
        seed: args.seed,
        quote_ttl: args.quote_ttl.map(|seconds| Duration::from_secs(seconds.into())),
    };
    let Some(simulated) = (simulator.open)(&wanted, context.now()) else {
        let says = format!("there is no simulated seller {:?}", args.seller);
        let names = (simulator.names)().join(", ");
        return Err(Failure::usage(says, format!("there are: {names}")));
    };
    let cannot = |error: std::io::Error| {
        let says = format!("cannot listen on {}: {error}", args.listen);
        Failure::new(Exit::Configuration, says, "use a free port, or port 0 for any")
    };
    let listener = tokio::net::TcpListener::bind(args.listen).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let listening = ListeningDoc {
        url: format!("http://{address}"),
        seller: args.seller.clone(),
        protocol: args.protocol.clone(),
        dialect: simulated.dialect,
        keys: simulated.keys,
    };
    out::line(&written(&listening)?)?;
    if std::io::stderr().is_terminal() {
        out::words("listening; Ctrl-C stops it");
    }
    let clock = Arc::clone(&context.clock);
    sim::http::serve(listener, simulated.seller, clock, port::ctrl_c()).await.map_err(cannot)?;
    Ok(Reply::nothing())
}

/// The time that everything here goes by.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// The mode of documents that are about no desk at all.
pub(crate) fn mode(paper: bool) -> Mode {
    if paper { Mode::Paper } else { Mode::Live }
}
