//! The command line: `dealdesk <thing> <verb>`, and the options every subcommand takes.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::{
    audit, avails, book, config, deals, demo, doctor, exit, halt, keys, kit, lab, limits,
    negotiate, orders, out::Color, present, quote, reconcile, replay, sellers, simulate, watch,
};
use crate::runtime::config::Overrides;

/// The trading desk for media buyers. Without a subcommand it opens in the terminal.
#[derive(Debug, Parser)]
#[command(name = "dealdesk", version, propagate_version = true, after_help = exit::table())]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Options of every subcommand.
#[derive(Debug, Clone, Default, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub(crate) struct Global {
    /// The configuration file [default: `dealdesk config path` shows it; environment: `DEALDESK_CONFIG`]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The store [environment: `DEALDESK_STORE`]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,
    /// Print JSON: one document, or one a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Read only: no ticket opens, nothing is asked that commits
    #[arg(long, global = true)]
    pub(crate) read_only: bool,
    /// Paper: tickets run to their end and send nothing; a store of its own
    #[arg(long, global = true)]
    pub(crate) paper: bool,
    /// Colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Record the desk in this new file, for `dealdesk replay`
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// The log file
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Show what a room may see to terminals that are attached (`dealdesk present --attach`)
    #[arg(long, global = true)]
    pub(crate) present: bool,
    /// Where that is shown [default: beside the store]
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) socket: Option<PathBuf>,
}

impl Global {
    pub(crate) fn overrides(&self) -> Overrides {
        Overrides {
            config: self.config.clone(),
            store: self.store.clone(),
            log: self.log.clone(),
            paper: self.paper,
            read_only: self.read_only,
            present: self.present,
            socket: self.socket.clone(),
        }
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The desk with sellers of its own: nothing to configure, no real money
    Demo(demo::Args),
    /// Play a recorded session again, or the journal alone; as an asciicast too. Nothing is sent
    Replay(replay::Args),
    /// Run a simulated seller on this machine
    Simulate(simulate::Args),
    /// Your sellers
    #[command(subcommand)]
    Sellers(sellers::Command),
    /// What sellers have on offer
    #[command(subcommand)]
    Kit(kit::Command),
    /// Quotes: ask, look, list
    #[command(subcommand)]
    Quote(quote::Command),
    /// How many impressions could be had: binds nobody
    Avails(avails::Avails),
    /// Let a strategy negotiate a quote, within your limits
    Negotiate(negotiate::Args),
    /// Play strategies against simulated sellers, and see what each would have paid; sends nothing
    Lab(lab::Args),
    /// Book a quote: re-read, checked, confirmed at its price
    Book(book::Args),
    /// Look again at bookings whose outcome nobody knows
    Reconcile(reconcile::Args),
    /// Stop everything automatic, or one seller, now
    Halt(halt::Halt),
    /// Let what was stopped go on
    Resume(halt::Resume),
    /// Which limits hold; a raise waits for your reason
    #[command(subcommand)]
    Limits(limits::Command),
    /// Your deals
    #[command(subcommand)]
    Deals(deals::Command),
    /// Insertion orders and change requests, as sellers keep them
    #[command(subcommand)]
    Orders(orders::Command),
    /// What a room may see of a desk, on another terminal
    Present(present::Args),
    /// Everything that happens, one fact a line
    Watch(watch::Args),
    /// The record of what happened
    #[command(subcommand)]
    Audit(audit::Command),
    /// Check configuration, keys, clocks, sellers, store and terminal; spends nothing
    Doctor(doctor::Args),
    /// The configuration file
    #[command(subcommand)]
    Config(config::Command),
    /// The keys of the terminal desk
    Keys(keys::Args),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn clap_finds_nothing_wrong() {
        Cli::command().debug_assert();
    }

    /// Every file of the program, and what is read before it is run.
    fn texts(folder: &std::path::Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                texts(&path, found);
            } else if path.extension().is_some_and(|is| is == "rs" || is == "toml" || is == "md") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }

    /// The commands that a text names: what follows `dealdesk` behind a quotation mark.
    fn named(text: &str) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        for (before, _) in text.match_indices("dealdesk ") {
            let is_named = text[..before].ends_with(['`', '"', '>', '&']);
            let is_line = text[..before].ends_with("&& ") || text[..before].ends_with('\n');
            let rest = &text[before + "dealdesk ".len()..];
            let line = rest.split(['`', '"', '\n', '|']).next().unwrap_or_default();
            let is_word =
                |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
            let words: Vec<_> =
                line.split(' ').take_while(is_word).map(str::to_owned).take(2).collect();
            if (is_named || is_line) && !words.is_empty() {
                found.push(words);
            }
        }
        found
    }

    #[test]
    fn advice_names_commands_that_exist() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut all = Vec::new();
        for folder in ["src", "assets"] {
            texts(&root.join(folder), &mut all);
        }
        for file in ["README.md", "config.example.toml"] {
            all.push((file.to_owned(), std::fs::read_to_string(root.join(file)).unwrap()));
        }
        let command = Cli::command();
        let mut seen = 0;
        for (file, text) in all {
            // What a test says is no advice.
            let said = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            for words in named(said) {
                let line = words.join(" ");
                let sub = command.find_subcommand(&words[0]);
                let sub = sub.unwrap_or_else(|| panic!("{file}: dealdesk {line}"));
                if let Some(verb) = words.get(1).filter(|_| sub.has_subcommands()) {
                    assert!(sub.find_subcommand(verb).is_some(), "{file}: dealdesk {line}");
                }
                seen += 1;
            }
        }
        assert!(seen > 60, "only {seen} were looked at");
    }

    #[test]
    fn the_lines_that_scripts_rest_on_are_understood() {
        for line in [
            "dealdesk",
            "dealdesk --paper --read-only --color never --log l --config c --store s",
            "dealdesk --record a.rec",
            "dealdesk --record a.rec demo",
            "dealdesk demo --record a.rec",
            "dealdesk replay a.rec --at 12:30 --speed 4 --idle 2",
            "dealdesk replay a.rec --cast a.cast --size 120x36 --json",
            "dealdesk replay --store s --to 2026-06-18T14:00:00Z",
            "dealdesk demo --seed 42 --speed 2 --store s --present --socket p",
            "dealdesk --present",
            "dealdesk present --attach --socket p",
            "dealdesk simulate --listen 127.0.0.1:0 --seller harbor --protocol iab --dialect v1 \
             --seed 7 --quote-ttl 60",
            "dealdesk sellers list --json",
            "dealdesk sellers add https://a.example --name a --key-env A_KEY --reveal agency --auth \
             bearer --allow-http --offline --yes --json",
            "dealdesk sellers add https://a.example --key-command cat --yes",
            "dealdesk sellers test a --json",
            "dealdesk kit list --seller a --featured",
            "dealdesk kit search sports --seller a",
            "dealdesk kit show pkg-1",
            "dealdesk kit products --seller a",
            "dealdesk quote request --seller a --product p --type PG --impressions 500_000 --start \
             2026-07-01 --end 2026-07-31 --target-cpm 20 --reveal agency --json",
            "dealdesk quote request --seller a --seller b --query sports",
            "dealdesk quote show qt-1 --offline",
            "dealdesk quote list",
            "dealdesk negotiate qt-1",
            "dealdesk negotiate qt-1 --target 20 --max 26 --step 1.25 --rounds 5 --strategy \
             simple-threshold --dry-run",
            "dealdesk lab --strategy adaptive,boulware --seller all --runs 1000 --seed 1 --target 80% \
             --max 24.5 --step 1 --rounds 4 --sweep target=18..24 --json",
            "dealdesk lab --fork a/qt-1 --round 2 --json",
            "dealdesk book qt-1 --confirm 25.22 --max-cpm 26 --notes n --planned-spend 100 --confirm-cost 12610 --despite halted --dry-run",
            "dealdesk reconcile --all --json",
            "dealdesk reconcile qt-1",
            "dealdesk reconcile a/qt-1 --deal D-1",
            "dealdesk reconcile qt-1 --close words",
            "dealdesk halt",
            "dealdesk halt --seller a --why words",
            "dealdesk resume --confirm resume",
            "dealdesk limits show --json",
            "dealdesk limits accept --reason words",
            "dealdesk deals list --stage active --seller a",
            "dealdesk deals show D-1 --offline",
            "dealdesk deals watch --from 3",
            "dealdesk avails --seller a --product p,q --impressions 500_000 --start 2026-07-01 --end \
             2026-07-31",
            "dealdesk avails --product p --json",
            "dealdesk orders list --seller a --deal D-1 --status draft --all",
            "dealdesk orders show a/ORD-1",
            "dealdesk orders history a/ORD-1 --json",
            "dealdesk orders changes --seller a --deal D-1 --order ORD-1",
            "dealdesk orders create --deal D-1 --set name=Q3 --set budget=12500.50 --confirm create",
            "dealdesk orders change a/ORD-1 --type flight_dates --set flight_end=2026-08-02 --reason \
             late --confirm change",
            "dealdesk watch --from 17 --json",
            "dealdesk audit verify",
            "dealdesk doctor --json",
            "dealdesk config path",
            "dealdesk config check",
            "dealdesk config example",
        ] {
            assert!(parse(line).is_ok(), "{line}: {}", parse(line).unwrap_err());
        }
    }

    #[test]
    fn nonsense_is_a_usage_error() {
        for line in [
            "dealdesk bok qt-1",
            "dealdesk quote request --product p --type XX",
            "dealdesk quote request --product p --impressions 25,22",
            "dealdesk negotiate --target 20",
            "dealdesk negotiate qt-1 --target -1 --max 2 --step 1 --rounds 3",
            "dealdesk deals list --stage sold",
            "dealdesk lab --sweep price=1..2",
            "dealdesk lab --target much",
            "dealdesk lab --round 2",
            "dealdesk lab --fork qt-1 --sweep rounds=2..3",
            "dealdesk simulate",
            "dealdesk replay a.rec --size 120x36",
            "dealdesk replay a.rec --at noon",
            "dealdesk replay a.rec --cast a.cast --size 1x1",
            "dealdesk reconcile",
            "dealdesk present",
            "dealdesk reconcile qt-1 --all",
            "dealdesk reconcile --all --close words",
            "dealdesk sellers add",
            "dealdesk sellers add https://a.example --key sk-1",
            "dealdesk sellers add https://a.example --key-env A --key-stdin",
            "dealdesk limits accept",
            "dealdesk watch --from minus-one",
            "dealdesk avails",
            "dealdesk avails --product p --impressions 25,22",
            "dealdesk orders show",
            "dealdesk orders show ORD-1",
            "dealdesk orders create --deal D-1",
            "dealdesk orders create --deal D-1 --set name --confirm create",
            "dealdesk orders change a/ORD-1 --type makegood --reason r --confirm change",
        ] {
            let error = parse(line).map(|_| ()).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }
}
