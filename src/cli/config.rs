//! `config path|check|example`: where the configuration is, what it says, what it could say.

use serde::Serialize;

use super::{
    exit::Exit,
    fail::Failure,
    json::{Reply, told},
    out::Shown,
    table::Table,
};
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

/// What `config path` prints.
#[derive(Debug, Serialize)]
pub(crate) struct PathDoc {
    pub(crate) path: String,
    pub(crate) from: String,
    pub(crate) exists: bool,
}

/// What `config check` prints.
#[derive(Debug, Serialize)]
pub(crate) struct CheckDoc {
    pub(crate) path: String,
    pub(crate) exists: bool,
    pub(crate) ok: bool,
    pub(crate) settings: Vec<SettingDoc>,
    pub(crate) notes: Vec<FaultDoc>,
    pub(crate) faults: Vec<FaultDoc>,
}

/// One value.
#[derive(Debug, Serialize)]
pub(crate) struct SettingDoc {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) from: String,
}

/// One thing that is wrong.
#[derive(Debug, Serialize)]
pub(crate) struct FaultDoc {
    pub(crate) line: Option<usize>,
    pub(crate) column: Option<usize>,
    pub(crate) says: String,
    pub(crate) cure: Option<String>,
}

/// What `config example` prints.
#[derive(Debug, Serialize)]
pub(crate) struct ExampleDoc {
    pub(crate) sections: Vec<SectionDoc>,
    /// The file, ready to be written.
    pub(crate) toml: String,
}

/// A table of the file; one that has no keys here has names that are free.
#[derive(Debug, Serialize)]
pub(crate) struct SectionDoc {
    pub(crate) name: &'static str,
    pub(crate) says: Option<String>,
    pub(crate) keys: Vec<KeyDoc>,
}

/// A key of the file.
#[derive(Debug, Serialize)]
pub(crate) struct KeyDoc {
    pub(crate) name: &'static str,
    /// What holds where it is absent; `null` is nothing.
    pub(crate) default: Option<&'static str>,
    /// A value as TOML writes it.
    pub(crate) example: Option<String>,
    pub(crate) says: Option<String>,
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
