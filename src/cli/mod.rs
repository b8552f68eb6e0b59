//! The command line: one file per subcommand. Arguments become commands, state becomes a table or JSON.
//!
//! Data goes to stdout, words to stderr, and the exit code tells a script what it came to ([`exit`]).
//! No rule about money lives here: subcommands ask the same desk as the terminal.

mod args;
mod audit;
mod avails;
mod book;
mod check;
mod config;
mod context;
mod deals;
mod demo;
mod doctor;
mod exit;
mod fail;
#[cfg(test)]
mod fake;
mod find;
mod fork;
mod halt;
mod keys;
mod kit;
mod lab;
mod limits;
mod listing;
mod logging;
mod looks;
mod missing;
mod negotiate;
mod orders;
mod out;
mod port;
mod present;
mod prompt;
mod quote;
mod reconcile;
mod records;
mod replay;
mod reply;
mod reread;
mod seam;
mod sellers;
mod simulate;
mod table;
#[cfg(test)]
mod tests;
mod typed;
mod unstored;
mod watch;

use crate::json::FailureDoc;
use std::{panic::AssertUnwindSafe, process::ExitCode};

use clap::Parser as _;
use tokio::runtime::Handle;

use self::{
    args::{Cli, Command, Global},
    context::Context,
    exit::Exit,
    fail::Failure,
    out::Out,
    reply::{Reply, written},
};
use crate::runtime::{
    config::{Config, Environment},
    jobs,
};

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let environment = Environment::of_process();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(misread(&error)),
    };
    let out = Out::new(cli.global.json, cli.global.color, &environment);
    // A panic has told what it is by now, wherever it was.
    let ended = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let result = start(cli, environment, out);
        finish(out, result)
    }));
    ExitCode::from(ended.unwrap_or(Exit::Bug.code()))
}

/// What clap has to say: help and version are data, all else is a usage error.
fn misread(error: &clap::Error) -> u8 {
    let is_error = error.use_stderr();
    let json = std::env::args_os().any(|arg| arg == "--json");
    if is_error && json {
        let text = error.to_string();
        let says = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        let failure = Failure::usage(says, "`dealdesk --help` lists what there is");
        print_failure(&failure);
    }
    // Nobody can be told that this fails.
    let _ = error.print();
    if is_error { Exit::Usage.code() } else { Exit::Done.code() }
}

fn start(cli: Cli, environment: Environment, out: Out) -> Result<Reply, Failure> {
    let is_face = match &cli.command {
        None | Some(Command::Replay(_) | Command::Present(_)) => true,
        Some(Command::Demo(args)) => !args.headless,
        Some(_) => false,
    };
    if is_face {
        color_eyre::install()?;
    }
    let cannot = |error| Failure::new(Exit::Bug, format!("nothing can be started: {error}"), "");
    let workers = jobs::workers().map_err(cannot)?;
    let front = jobs::front().map_err(cannot)?;
    let reply = front.block_on(dispatch(cli, environment, out, workers.handle().clone()));
    // A task that still waits for a seller is not waited for.
    front.shutdown_background();
    workers.shutdown_background();
    reply
}

async fn dispatch(
    cli: Cli,
    environment: Environment,
    out: Out,
    workers: Handle,
) -> Result<Reply, Failure> {
    let Cli { global, command } = cli;
    let open = |config, environment| {
        Context::new(config, environment, out, seam::clock(), workers.clone())
    };
    if global.record.is_some() && !matches!(command, None | Some(Command::Demo(_))) {
        let says = "--record records the desk in the terminal, and no subcommand";
        let cure = "`dealdesk --record FILE` or `dealdesk demo --record FILE`";
        return Err(Failure::usage(says, cure));
    }
    if global.paper && matches!(command, Some(Command::Demo(_) | Command::Simulate(_))) {
        let says = "--paper is for a desk with real sellers: here nothing is real anyway";
        return Err(Failure::usage(says, "leave it out; `dealdesk --paper` opens a desk on paper"));
    }
    match command {
        Some(Command::Config(command)) => config::run(command, &global.overrides(), &environment),
        Some(Command::Keys(args)) => keys::run(args),
        Some(Command::Lab(args)) if args.fork.is_none() => lab::run(&args),
        Some(Command::Doctor(args)) => doctor::run(args, &global, environment, open).await,
        // These need no configuration, and a broken one does not stop them.
        Some(Command::Demo(mut args)) => {
            args.store.clone_from(&global.store);
            args.record = args.record.or_else(|| global.record.clone());
            let config = bare(&global, &environment);
            Box::pin(demo::run(args, &open(config, environment))).await
        }
        Some(Command::Replay(args)) => {
            let mut config = bare(&global, &environment);
            config.store = global.store.clone().unwrap_or(config.store);
            Box::pin(replay::run(args, &open(config, environment))).await
        }
        Some(Command::Present(_)) => {
            let config = bare(&global, &environment);
            seam::attach(&open(config, environment)).await
        }
        Some(Command::Simulate(args)) => {
            let config = bare(&global, &environment);
            simulate::run(args, &open(config, environment)).await
        }
        command => {
            let flags = global.overrides();
            let writes_it = matches!(command, Some(Command::Sellers(sellers::Command::Add(_))));
            let config = if writes_it {
                Config::load_or_new(&flags, &environment)?
            } else {
                Config::load(&flags, &environment)?
            };
            for note in &config.notes {
                out::words(&note.to_string());
            }
            let context = open(config, environment);
            let log = logging::start(&context.config.log, &context.environment);
            if let Err(why) = &log {
                out::words(why);
            }
            logging::started(&context);
            let reads = match &command {
                Some(Command::Deals(_) | Command::Quote(_)) => true,
                Some(Command::Orders(orders)) => orders.is_read(),
                _ => false,
            };
            let left = if reads { Box::pin(unstored::take_in(&context)).await } else { Vec::new() };
            let result = Box::pin(desk(command, &global, &context)).await;
            let result = unstored::told(result, &left);
            logging::ended(&result);
            result
        }
    }
}

/// The configuration where there is one, else the defaults; where it cannot be read, that is said.
fn bare(global: &Global, environment: &Environment) -> Config {
    Config::load(&global.overrides(), environment).unwrap_or_else(|error| {
        out::words(&format!("{error}\nthe configuration has faults: without it, the usual holds"));
        Config {
            mode: seam::mode(global.paper),
            read_only: global.read_only,
            user: environment.user().to_owned(),
            present: global.present,
            socket: global.socket.clone(),
            unread: Some(error),
            ..Config::default()
        }
    })
}

async fn desk(
    command: Option<Command>,
    global: &Global,
    context: &Context,
) -> Result<Reply, Failure> {
    match command {
        None => seam::terminal(context, global.record.clone()).await,
        Some(Command::Sellers(command)) => {
            sellers::run(command, &global.overrides(), context).await
        }
        Some(Command::Kit(command)) => kit::run(command, context).await,
        Some(Command::Quote(command)) => quote::run(command, context).await,
        Some(Command::Avails(args)) => avails::run(args, context).await,
        Some(Command::Negotiate(args)) => negotiate::run(args, context).await,
        Some(Command::Book(args)) => book::run(args, context).await,
        Some(Command::Reconcile(args)) => reconcile::run(args, context).await,
        Some(Command::Halt(args)) => halt::halt(args, context).await,
        Some(Command::Resume(args)) => halt::resume(args, context).await,
        Some(Command::Limits(command)) => limits::run(command, context).await,
        Some(Command::Deals(command)) => deals::run(command, context).await,
        Some(Command::Orders(command)) => orders::run(command, context).await,
        Some(Command::Watch(args)) => watch::run(args, context).await,
        Some(Command::Audit(command)) => audit::run(&command, context).await,
        Some(Command::Lab(lab::Args { fork: Some(quote), round, .. })) => {
            fork::run(&quote, round, context)
        }
        Some(
            Command::Config(_)
            | Command::Doctor(_)
            | Command::Demo(_)
            | Command::Replay(_)
            | Command::Simulate(_)
            | Command::Present(_)
            | Command::Keys(_)
            | Command::Lab(_),
        ) => Err(Failure::new(Exit::Bug, "this subcommand was not started", "")),
    }
}

/// Prints a reply or a failure and returns the exit code. A closed pipe ends it without a word.
fn finish(out: Out, result: Result<Reply, Failure>) -> u8 {
    match result {
        Ok(reply) => {
            for words in &reply.words {
                out::words(&out::cleaned(words));
            }
            let printed = if out.json { out::line(&reply.json) } else { out.data(&reply.shown) };
            match printed {
                Ok(()) => reply.exit.code(),
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => reply.exit.code(),
                Err(error) => {
                    out::words(&format!("the output could not be written: {error}"));
                    // What was done is done: its own code matters more than a full disk's.
                    if reply.exit == Exit::Done { Exit::Bug.code() } else { reply.exit.code() }
                }
            }
        }
        Err(failure) => {
            if failure.is_quiet() {
                return failure.exit.code();
            }
            if out.json {
                print_failure(&failure);
            }
            out::words(&out::cleaned(&failure.to_string()));
            failure.exit.code()
        }
    }
}

fn print_failure(failure: &Failure) {
    if let Ok(json) = written(&FailureDoc::new(failure)) {
        // The words on stderr say it too.
        let _ = out::line(&json);
    }
}
