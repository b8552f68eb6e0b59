//! `doctor`: checks everything the desk stands on, says how to mend it, and spends nothing.

use std::io::IsTerminal as _;

use super::{
    args::Global,
    check::{self, finding},
    config::bad_key,
    context::Context,
    exit::Exit,
    fail::Failure,
    looks,
    out::{self, Color, Shown},
    reply::Reply,
    sellers::walk::walk,
};
use crate::{
    desk::{ACCEPT, Mode},
    json::{
        Document,
        check::{DoctorDoc, Finding},
    },
    runtime::config::{Config, Environment, quoted, write_one},
    store::{self, Chain, Reader, StoreError, Trouble, Tuning},
    tui::Depth,
};
use jiff::Timestamp;

/// `doctor`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Args {
    /// Do not ask the sellers
    #[arg(long)]
    offline: bool,
}

/// Takes the configuration as it may be: a broken one is a finding, not the end.
pub(crate) async fn run(
    args: Args,
    global: &Global,
    environment: Environment,
    open: impl FnOnce(Config, Environment) -> Context,
) -> Result<Reply, Failure> {
    let mut checks = Vec::new();
    let config = match Config::load(&global.overrides(), &environment) {
        Ok(config) => {
            checks.extend(configuration(&config, &environment));
            config
        }
        Err(error) => {
            let faults = error.faults.iter();
            checks.extend(faults.map(|fault| {
                let fix = if fault.cure.is_empty() { "correct that line" } else { &fault.cure };
                finding("config", "fail", fault.to_string(), fix)
            }));
            Config { mode: Mode::Live, ..Config::default() }
        }
    };
    let context = open(config, environment);
    if !context.config.store.as_os_str().is_empty() {
        checks.push(store(&context));
        checks.extend(open_to_others(&context));
        checks.extend(raised(&context));
    }
    if !args.offline && !context.config.sellers.is_empty() {
        out::progress(&format!("asking {} sellers …", context.config.sellers.len()));
        checks.extend(sellers(&context).await);
    }
    checks.extend(terminal(&context.environment));
    reply(checks, context.config.mode, context.now())
}

fn reply(checks: Vec<Finding>, mode: Mode, now: Timestamp) -> Result<Reply, Failure> {
    let failed = checks.iter().any(Finding::failed);
    let table = check::table(&checks);
    let exit = if failed { Exit::Configuration } else { Exit::Done };
    let document = Document::new(mode, now, DoctorDoc { checks });
    Ok(Reply::new(&document, Shown::Table(table))?.with_exit(exit))
}

fn configuration(config: &Config, environment: &Environment) -> Vec<Finding> {
    let path = config.path.display();
    let mut found = Vec::new();
    if config.exists {
        found.push(finding("config", "ok", format!("{path}, no unknown key"), ""));
    } else {
        let fix = write_one(&config.path);
        found.push(finding("config", "warn", format!("{path} is not there yet"), &fix));
    }
    found.extend(
        config.notes.iter().map(|note| finding("config", "warn", note.to_string(), &note.cure)),
    );
    if config.sellers.is_empty() {
        found.push(finding("sellers", "warn", "none is configured", "dealdesk sellers add URL"));
    }
    let limits = &config.limits;
    let unset = [
        ("exposure", limits.exposure.is_none()),
        ("day", limits.day.is_none()),
        ("deal", limits.deal.is_none()),
        ("cpm", limits.cpm.is_empty()),
    ];
    let unset: Vec<_> = unset.iter().filter(|(_, unset)| *unset).map(|(name, _)| *name).collect();
    found.push(if unset.is_empty() {
        finding("limits", "ok", "all set", "")
    } else {
        let detail = format!("not set: {}; nothing can be booked", unset.join(", "));
        finding("limits", "warn", detail, "set them in [limits]")
    });
    let (keys, total) = (config.resolve(environment), config.sellers.len());
    let bad: Vec<_> = keys.into_iter().filter_map(bad_key).collect();
    if bad.is_empty() && total > 0 {
        found.push(finding("keys", "ok", "every key can be read, by you alone", ""));
    }
    found.extend(bad.into_iter().map(|(name, error)| {
        finding("keys", "fail", format!("{name}: {}", error.says), &error.cure)
    }));
    found
}

fn store(context: &Context) -> Finding {
    let path = &context.config.store;
    let shown = path.display();
    let reader = match Reader::open(path) {
        Ok(reader) => reader,
        Err(error) if error.kind == Trouble::Missing => {
            return match written(context) {
                Ok(()) => {
                    let detail =
                        format!("{shown} is made when something happens; tried: it can be");
                    finding("store", "ok", detail, "")
                }
                Err(error) => finding("store", "fail", error.to_string(), error.kind.cure()),
            };
        }
        Err(error) => return finding("store", "fail", error.to_string(), error.kind.cure()),
    };
    match reader.verify() {
        Ok(Chain::Verified { rows, .. }) => match written(context) {
            Ok(()) => {
                let tried =
                    if context.config.read_only { "" } else { "; tried: it can be written" };
                let detail = format!("{shown}, {rows} facts, none changed or missing{tried}");
                finding("store", "ok", detail, "")
            }
            Err(error) => finding("store", "fail", error.to_string(), error.kind.cure()),
        },
        Ok(Chain::Edited { table, why }) => {
            let detail = format!("{shown}: somebody edited the table {table}: {why}");
            finding(
                "store",
                "fail",
                detail,
                "dealdesk audit rebuild makes it again from the record",
            )
        }
        Ok(Chain::Broken { seq, why }) => {
            let detail = format!("{shown} is broken at fact {seq}: {why}");
            finding("store", "fail", detail, "keep a copy; facts before that one can be trusted")
        }
        Err(error) => finding("store", "fail", error.to_string(), error.kind.cure()),
    }
}

/// Whether the store can be written, found out by writing. A desk that only reads writes nothing.
fn written(context: &Context) -> Result<(), StoreError> {
    if context.config.read_only {
        return Ok(());
    }
    store::try_out(&context.config.store, Tuning::default().patience)
}

/// What others may do with the store: its facts are prices, limits and clients, and what is booked rests on
/// them.
fn open_to_others(context: &Context) -> Vec<Finding> {
    let open = store::open_to_others(&context.config.store).into_iter();
    let told = open.map(|open| {
        let status = if open.can_write { "fail" } else { "warn" };
        let (shown, says) = (open.path.display(), open.says);
        let fix = format!("run: chmod {} {}", open.closes, quoted(&open.path));
        finding("store", status, format!("{shown}: {says}"), &fix)
    });
    told.collect()
}

/// Limits that the configuration raises and that wait for a reason.
fn raised(context: &Context) -> Option<Finding> {
    // Where there is no store yet, or none that can be read, nothing was accepted.
    let accepted = Reader::open(&context.config.store).ok()?.controls().ok()?.limits?;
    let configured = &context.config.limits;
    let waiting = configured.strictest(&accepted).changed(configured);
    let waiting: Vec<_> = waiting.iter().map(ToString::to_string).collect();
    let detail = format!("raised, and not in force: {}", waiting.join(", "));
    (!waiting.is_empty()).then(|| finding("limits", "warn", detail, ACCEPT))
}

/// Every seller, all at once: what it speaks, how it is, and how that was found out.
async fn sellers(context: &Context) -> Vec<Finding> {
    let (config, environment) = (&context.config, &context.environment);
    let walks = config.sellers.iter().map(|seller| walk(seller, &config.identity, environment));
    let known = futures::future::join_all(walks).await;
    let named = known.into_iter().flat_map(|known| {
        let name = known.seller;
        known
            .checks
            .into_iter()
            .map(move |found| Finding { name: format!("{name} {}", found.name), ..found })
    });
    named.collect()
}

fn terminal(environment: &Environment) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(says) = looks::shows_none(environment) {
        found.push(finding("terminal", "warn", says, looks::NO_SCREEN));
    } else {
        let colors = match looks::depth(Color::Auto, true, environment) {
            Depth::None if environment.var("NO_COLOR").is_some() => "no colours (NO_COLOR)",
            Depth::None => "no colours",
            Depth::Sixteen => "16 colours",
            Depth::Indexed => "256 colours",
            Depth::True => "true colours",
        };
        let term = environment.var("TERM").unwrap_or_default();
        found.push(finding("terminal", "ok", format!("{term}, {colors}"), ""));
    }
    if std::io::stdout().is_terminal() {
        match crossterm::terminal::size() {
            Ok((columns, rows)) if columns < 80 || rows < 24 => found.push(finding(
                "size",
                "warn",
                format!("{columns}×{rows}"),
                "make the window at least 80×24",
            )),
            Ok((columns, rows)) => {
                found.push(finding("size", "ok", format!("{columns}×{rows}"), ""));
            }
            Err(error) => found.push(finding("size", "warn", error.to_string(), "")),
        }
    }
    let locale = looks::locale(environment).unwrap_or("not set");
    found.push(if looks::is_utf8(locale) {
        finding("locale", "ok", locale, "")
    } else {
        finding("locale", "warn", format!("{locale} is not UTF-8"), "export LANG=C.UTF-8")
    });
    found
}
