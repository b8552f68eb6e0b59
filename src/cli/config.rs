//! `config path|check|example`: where the configuration is, what it says, what it could say.

use super::{exit::Exit, fail::Failure, out::Shown, reply::Reply, table::Table};
use crate::json::config::{
    CheckDoc, ExampleDoc, FaultDoc, KeyDoc, PathDoc, SectionDoc, SettingDoc,
};
use crate::json::told;
use crate::runtime::config::{
    Config, ConfigError, Environment, Fault, Key, Overrides, Resolved, SECTIONS, Section, example,
    write_one,
};

/// The verbs.
#[derive(Debug, Clone, Copy, clap::Subcommand)]
pub(crate) enum Command {
    /// Print where the file is looked for
    Path,
    /// Print every value and where it came from; read every key
    Check,
    /// Print a whole configuration to start from
    Example,
}

impl SectionDoc {
    fn new(section: &Section) -> Self {
        let key = |key: &Key| KeyDoc {
            name: key.name,
            default: key.default,
            example: told(key.example.trim_start_matches('#')),
            says: told(key.says),
        };
        let keys = section.keys.iter().map(key).collect();
        Self { name: section.name, says: told(section.says), keys }
    }
}

impl FaultDoc {
    pub(crate) fn new(fault: &Fault) -> Self {
        let (line, column) = fault.place.unzip();
        Self { line, column, says: fault.says.clone(), cure: told(&fault.cure) }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        // Its words name file, line, column and cure.
        Self::new(Exit::Configuration, error.to_string(), "").coded("config")
    }
}

pub(crate) fn run(
    command: Command,
    flags: &Overrides,
    environment: &Environment,
) -> Result<Reply, Failure> {
    match command {
        Command::Path => {
            let (path, from) = Config::file(flags, environment);
            let exists = path.exists();
            let words =
                (!exists).then(|| format!("there is no such file yet: {}", write_one(&path)));
            let path = path.display().to_string();
            let document = PathDoc { path: path.clone(), from: from.to_string(), exists };
            Ok(Reply::new(&document, Shown::Text(path))?.with_words(words))
        }
        Command::Check => check(flags, environment),
        Command::Example => {
            let toml = example();
            let sections = SECTIONS.iter().map(SectionDoc::new).collect();
            Reply::new(&ExampleDoc { sections, toml: toml.clone() }, Shown::Text(toml))
        }
    }
}

fn check(flags: &Overrides, environment: &Environment) -> Result<Reply, Failure> {
    let (path, _) = Config::file(flags, environment);
    let path_shown = path.display().to_string();
    let config = match Config::load(flags, environment) {
        Ok(config) => config,
        Err(error) => {
            let faults = error.faults.iter().map(FaultDoc::new).collect();
            let (settings, notes) = (Vec::new(), Vec::new());
            let exists = path.exists();
            let body = CheckDoc { path: path_shown, exists, ok: false, settings, notes, faults };
            let reply = Reply::new(&body, Shown::Text(String::new()))?;
            let words = error.faults.iter().map(ToString::to_string);
            return Ok(reply.with_exit(Exit::Configuration).with_words(words));
        }
    };
    let keys = config.resolve(environment).into_iter().filter_map(bad_key);
    let keys: Vec<Fault> = keys
        .map(|(name, error)| {
            let says = format!("the key of {name}: {}", error.says);
            Fault { path: path.clone(), place: None, says, cure: error.cure }
        })
        .collect();
    let mut table = Table::new(&["KEY", "VALUE", "FROM"]);
    let settings = config.settings.iter().map(|setting| SettingDoc {
        key: setting.key.clone(),
        value: setting.value.clone(),
        from: setting.from.to_string(),
    });
    let settings: Vec<_> = settings.collect();
    for SettingDoc { key, value, from } in &settings {
        table.row([key.clone(), value.clone(), from.clone()]);
    }
    let words: Vec<String> = config.notes.iter().chain(&keys).map(ToString::to_string).collect();
    let body = CheckDoc {
        path: path_shown,
        exists: config.exists,
        ok: keys.is_empty(),
        settings,
        notes: config.notes.iter().map(FaultDoc::new).collect(),
        faults: keys.iter().map(FaultDoc::new).collect(),
    };
    let exit = if keys.is_empty() { Exit::Done } else { Exit::Configuration };
    Ok(Reply::new(&body, Shown::Table(table))?.with_exit(exit).with_words(words))
}

/// A seller whose key cannot be had, with the reason.
pub(crate) fn bad_key(
    seller: Resolved,
) -> Option<(crate::domain::SellerName, crate::domain::SellerError)> {
    let error = seller.endpoint.err()?;
    Some((seller.info.name, error))
}
