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
    /// Whose process this is, as the system's list of users tells it.
    owner: Option<String>,
}

impl std::fmt::Debug for Environment {
    /// Names only: variables hold keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment")
            .field("vars", &self.vars.keys().collect::<Vec<_>>())
            .field("config_dir", &self.config_dir)
            .field("state_dir", &self.state_dir)
            .field("owner", &self.owner)
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
        Self {
            vars,
            config_dir: config.join("dealdesk"),
            state_dir: state.join("dealdesk"),
            owner: owner(),
        }
    }

    /// An environment made by hand.
    pub fn new(vars: &[(&str, &str)], config_dir: PathBuf, state_dir: PathBuf) -> Self {
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self { vars: vars.collect(), config_dir, state_dir, owner: None }
    }

    /// A variable; an empty one counts as absent.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The names of the variables that are set.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.vars.keys().map(String::as_str)
    }

    /// Who is logged in; where no variable says so (in a container, from cron) whose process this is;
    /// `someone` where nothing says.
    pub fn user(&self) -> &str {
        ["USER", "LOGNAME", "USERNAME"]
            .into_iter()
            .find_map(|name| self.var(name))
            .or(self.owner.as_deref())
            .unwrap_or("someone")
    }
}

/// The name of the user that this process belongs to; its number where the list of users has no name.
#[cfg(unix)]
fn owner() -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    // A process's own folder is its user's.
    let uid = std::fs::metadata("/proc/self").ok()?.uid();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    Some(name_of(uid, &users).unwrap_or_else(|| format!("uid-{uid}")))
}

#[cfg(not(unix))]
fn owner() -> Option<String> {
    None
}

/// The name of a user in a list of them, a line each: `name:x:uid:…`.
fn name_of(uid: u32, users: &str) -> Option<String> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        let own: u32 = fields.nth(1)?.parse().ok()?;
        (own == uid).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_logged_in_is_told_by_a_variable_or_by_whose_process_it_is() {
        let users = "root:x:0:0:root:/root:/bin/sh\nbroken\n:x:7:\nana:x:1000:1000::/home/ana:\n";
        assert_eq!(name_of(1000, users).as_deref(), Some("ana"));
        assert_eq!(name_of(0, users).as_deref(), Some("root"));
        assert_eq!((name_of(7, users), name_of(8, users)), (None, None));
        let made = |vars: &[(&str, &str)]| Environment {
            owner: Some("root".to_owned()),
            ..Environment::new(vars, PathBuf::new(), PathBuf::new())
        };
        assert_eq!(made(&[("LOGNAME", "ana")]).user(), "ana");
        assert_eq!(made(&[("USER", "")]).user(), "root");
        assert_eq!(Environment::default().user(), "someone");
    }
}
