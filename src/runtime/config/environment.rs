//! What surrounds the desk: environment variables, the directories of the platform, who is logged in.
//! Read once at the start, so that everything else can be tested with another.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf};

use etcetera::BaseStrategy as _;

/// The variables and directories that the configuration depends on.
#[derive(Clone, Default)]
pub struct Environment {
    vars: BTreeMap<String, String>,
    /// Where configuration lives: `$XDG_CONFIG_HOME` or its like.
    pub config_dir: PathBuf,
    /// Where stores and logs live: `$XDG_STATE_HOME` or its like.
    pub state_dir: PathBuf,
}

impl std::fmt::Debug for Environment {
    /// Names only: variables hold keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment")
            .field("vars", &self.vars.keys().collect::<Vec<_>>())
            .field("config_dir", &self.config_dir)
            .field("state_dir", &self.state_dir)
            .finish()
    }
}

impl Environment {
    /// The environment of this process. Variables that are not text are left out.
    pub fn of_process() -> Self {
        let text = |os: OsString| os.into_string().ok();
        let vars = std::env::vars_os().filter_map(|(k, v)| Some((text(k)?, text(v)?))).collect();
        let (config, state) = etcetera::choose_base_strategy().map_or_else(
            |_| (PathBuf::from(".config"), PathBuf::from(".local/state")),
            |dirs| (dirs.config_dir(), dirs.state_dir().unwrap_or_else(|| dirs.data_dir())),
        );
        Self { vars, config_dir: config.join("dealdesk"), state_dir: state.join("dealdesk") }
    }

    /// An environment made by hand.
    pub fn new(vars: &[(&str, &str)], config_dir: PathBuf, state_dir: PathBuf) -> Self {
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self { vars: vars.collect(), config_dir, state_dir }
    }

    /// A variable; an empty one counts as absent.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The names of the variables that are set.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.vars.keys().map(String::as_str)
    }

    /// Who is logged in; `someone` where nothing says.
    pub fn user(&self) -> &str {
        ["USER", "LOGNAME", "USERNAME"]
            .into_iter()
            .find_map(|name| self.var(name))
            .unwrap_or("someone")
    }
}
