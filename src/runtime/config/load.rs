//! Finds the file, reads it, and lays flags and environment over it.

use std::{
    collections::BTreeMap,
    io::Read as _,
    path::{Path, PathBuf},
    time::Duration,
};

use toml::de::DeTable;
use url::Url;

use super::{
    Config, ConfigError, Desk, Environment, Fault, Origin, Overrides, Setting,
    document::{Document, Part, shown, texts},
    limits, seller, strategies, write_one,
};
use crate::{
    desk::{Mode, polls::Pace},
    domain::{Identity, strategy, text},
    private,
    tui::{Ground, Keymap, Motion},
};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

impl Config {
    /// Reads the configuration. A file that is named and missing is an error; the default one may be
    /// missing, and then nothing is configured.
    pub fn load(flags: &Overrides, environment: &Environment) -> Result<Self, ConfigError> {
        let (path, from) = Self::file(flags, environment);
        match read(&path, from != Origin::Default)? {
            Some(text) => Self::parse(&text, &path, true, flags, environment),
            None => Self::parse("", &path, false, flags, environment),
        }
    }

    /// As [`Self::load`], for what writes the file: a missing one is made by it.
    pub fn load_or_new(flags: &Overrides, environment: &Environment) -> Result<Self, ConfigError> {
        let (path, _) = Self::file(flags, environment);
        let text = read(&path, false)?;
        let exists = text.is_some();
        Self::parse(&text.unwrap_or_default(), &path, exists, flags, environment)
    }

    /// The file that is read, and what names it.
    pub fn file(flags: &Overrides, environment: &Environment) -> (PathBuf, Origin) {
        match (&flags.config, environment.var("DEALDESK_CONFIG")) {
            (Some(path), _) => (path.clone(), Origin::Flag("--config")),
            (None, Some(path)) => (path.into(), Origin::Variable("DEALDESK_CONFIG")),
            (None, None) => (environment.config_dir.join("config.toml"), Origin::Default),
        }
    }

    /// Reads a configuration from its text.
    pub fn parse(
        text: &str,
        path: &Path,
        exists: bool,
        flags: &Overrides,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        // The message alone: the error's own display repeats the line, which may hold a key.
        let root = DeTable::parse(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            let says = format!("this is not TOML: {}", text::clean(error.message(), 200));
            ConfigError::from(Fault::at(path, text, offset, says, ""))
        })?;
        let root = root.get_ref();
        let mut document = Document::new(path, text);
        document.check_sections(root);
        let mut config = Self {
            path: path.to_owned(),
            exists,
            user: text::clean(environment.user(), 40),
            ..Self::default()
        };
        config.identity = identity(&mut document, root);
        config.sellers = sellers(&mut document, root, path);
        config.limits = limits::read(&mut document, root, &config.sellers);
        config.presets = strategies::read(&mut document, root);
        let part = document.part(root, "private");
        config.private_clients = document.texts(&part, "clients");
        (config.present, config.socket) = (flags.present, flags.socket.clone());
        config.keymap = keymap(&mut document, root);
        let part = document.part(root, "desk");
        config.desk = desk(&mut document, &part);
        config.presets.first = document.choice(&part, "strategy", &names());
        config.places(&mut document, &part, flags, environment);
        config.settings = std::mem::take(&mut document.settings);
        config.understood = std::mem::take(&mut document.understood);
        config.notes = std::mem::take(&mut document.notes);
        if document.faults.is_empty() {
            Ok(config)
        } else {
            document.faults.sort_by_key(|fault| fault.place);
            Err(ConfigError { faults: document.faults })
        }
    }

    /// Mode, store and log: from flags, environment and file, in that order.
    fn places<'t>(
        &mut self,
        document: &mut Document<'t>,
        part: &Part<'t>,
        flags: &Overrides,
        environment: &Environment,
    ) {
        let from_flag = |on: bool, flag| if on { Origin::Flag(flag) } else { Origin::Default };
        (self.mode, self.read_only) =
            (if flags.paper { Mode::Paper } else { Mode::Live }, flags.read_only);
        let mode = (self.mode.to_string(), from_flag(flags.paper, "--paper"));
        let read_only = (self.read_only.to_string(), from_flag(flags.read_only, "--read-only"));
        let name = if flags.paper { "paper.db" } else { "live.db" };
        let (file, state) = (self.path.clone(), &environment.state_dir);
        let mut of_file = |key: &str| {
            let span = part.span_of(key);
            // Its settings line is written below, with the origin that won.
            let found = document.text(part, key);
            document.settings.pop();
            let beside = |name: String| file.parent().unwrap_or(Path::new("")).join(name);
            found.zip(span).map(|(p, span)| (beside(p.value), Origin::File(document.line(&span))))
        };
        // A paper desk never writes where live deals are kept (safety: they are different files).
        let store_of_file = of_file("store").filter(|_| !flags.paper);
        let log_of_file = of_file("log");
        let variable = environment.var("DEALDESK_STORE").map(PathBuf::from);
        let store = (flags.store.clone().map(|path| (path, Origin::Flag("--store"))))
            .or_else(|| variable.map(|path| (path, Origin::Variable("DEALDESK_STORE"))))
            .or(store_of_file)
            .unwrap_or_else(|| (state.join(name), Origin::Default));
        let log = (flags.log.clone().map(|path| (path, Origin::Flag("--log"))))
            .or(log_of_file)
            .unwrap_or_else(|| (state.join("dealdesk.log"), Origin::Default));
        let shown = |(path, from): &(PathBuf, Origin)| (path.display().to_string(), from.clone());
        for (key, (value, from)) in [
            ("mode", mode),
            ("read_only", read_only),
            ("store", shown(&store)),
            ("log", shown(&log)),
        ] {
            document.settings.push(Setting { key: key.to_owned(), value, from });
        }
        (self.store, self.log) = (store.0, log.0);
    }
}

fn names() -> Vec<&'static str> {
    strategy::ALL.iter().map(|strategy| strategy.name()).collect()
}

/// The text of a file; `None` where it is missing and may be.
pub(super) fn read(path: &Path, must_be_there: bool) -> Result<Option<String>, ConfigError> {
    let fault = |says: String, cure: &str| Err(Fault::of_file(path, says, cure).into());
    let file = match private::named(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_be_there => {
            return Ok(None);
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let cure = format!("check the path, or write one: {}", write_one(path));
            return fault("there is no such file".to_owned(), &cure);
        }
        Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => {
            return fault(format!("cannot be read: {error}"), "name the configuration file itself");
        }
        Err(error) => return fault(format!("cannot be read: {error}"), "check who owns it"),
    };
    let mut bytes = Vec::new();
    if let Err(error) = file.take(LARGEST + 1).read_to_end(&mut bytes) {
        return fault(format!("cannot be read: {error}"), "name the configuration file itself");
    }
    if bytes.len() as u64 > LARGEST {
        return fault("is larger than 1 MiB".to_owned(), "is this the configuration file?");
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(&error.as_bytes()[..good]).into_owned();
            Err(Fault::at(path, &text, good, "this is not UTF-8", "save the file as UTF-8").into())
        }
    }
}

fn identity<'t>(document: &mut Document<'t>, root: &'t DeTable<'t>) -> Identity {
    let part = document.part(root, "identity");
    let mut field = |name: &str| {
        document.text(&part, name).map(|placed| placed.value).filter(|text| !text.is_empty())
    };
    Identity {
        seat_id: field("seat_id"),
        agency_id: field("agency_id"),
        advertiser_id: field("advertiser_id"),
        dsp_platform: field("dsp_platform"),
        agent_url: agent(document, &part),
    }
}

/// Where the buyer's agent is. It costs the tier at every v2 seller that does not know it.
fn agent<'t>(document: &mut Document<'t>, part: &Part<'t>) -> Option<String> {
    let url = document.text(part, "agent_url").filter(|url| !url.value.is_empty())?;
    let is_address = Url::parse(&url.value).is_ok_and(|parsed| {
        matches!(parsed.scheme(), "http" | "https")
            && parsed.username().is_empty()
            && parsed.password().is_none()
    });
    if !is_address {
        let cure = "write it like https://buyer.example, without user name or password";
        document.fault(&url.span, "`agent_url` is no web address", cure);
        return None;
    }
    let says = "a v2 seller that does not know your `agent_url` gives you the public tier, whatever the key";
    document.note(&url.span, says, "leave it out unless your sellers have registered it");
    Some(url.value)
}

fn sellers<'t>(
    document: &mut Document<'t>,
    root: &'t DeTable<'t>,
    path: &Path,
) -> Vec<seller::Seller> {
    let mut sellers: Vec<seller::Seller> = Vec::new();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let mut urls: BTreeMap<String, String> = BTreeMap::new();
    for mut part in document.parts(root, "sellers") {
        let Some(seller) = seller::read(document, &mut part, path) else { continue };
        let name = seller.name.to_string();
        let span = part.span_of("name").unwrap_or_else(|| part.span.clone());
        if let Some(line) = lines.get(&name) {
            let says = format!("a second seller is called `{name}`; the first is on line {line}");
            document.fault(&span, says, "give it another name");
            continue;
        }
        lines.insert(name.clone(), document.line(&span));
        let url = seller.url.to_string().trim_end_matches('/').to_owned();
        if let Some(other) = urls.insert(url, name) {
            let span = part.span_of("url").unwrap_or_else(|| part.span.clone());
            let says = format!("this is the address of `{other}` too");
            document.note(&span, says, "the desk takes them for two sellers");
        }
        sellers.push(seller);
    }
    sellers
}

/// The keys in force. Those that were changed are checked together: two may want the same one.
fn keymap<'t>(document: &mut Document<'t>, root: &'t DeTable<'t>) -> Keymap {
    let part = document.part(root, "keys");
    let (mut changes, mut places) = (BTreeMap::new(), BTreeMap::new());
    for (name, value) in part.free() {
        // Each is cut by itself, so that what is said about them never is. What is meant is short.
        let verb = shown(&name.value);
        let label = format!("keys.{verb}");
        let Some(keys) = texts(value.get_ref()) else {
            document.wrong(&label, "a key in quotes, or a list of them", value);
            continue;
        };
        let keys: Vec<_> = keys.iter().map(|key| shown(key)).collect();
        document.set(label, shown(&keys.join(", ")), Some(name.span.clone()));
        places.insert(verb.clone(), name.span);
        changes.insert(verb, keys);
    }
    let (keymap, faults) = Keymap::checked(&changes);
    for fault in &faults {
        let span = places.get(fault.verb()).cloned().unwrap_or_else(|| part.span.clone());
        document.fault(&span, fault.to_string(), "");
    }
    keymap
}

fn desk<'t>(document: &mut Document<'t>, part: &Part<'t>) -> Desk {
    let usual = Desk::default();
    let theme = document.choice(part, "theme", &["auto", "dark", "light"]);
    let theme = theme.and_then(|word| word.parse::<Ground>().ok());
    let motion = document.choice(part, "motion", &["full", "calm", "still"]);
    let motion = motion.and_then(|word| word.parse::<Motion>().ok());
    let bell = document.flag(part, "bell");
    let present = document.flag(part, "present");
    let a_second = document.number(part, "polls_per_second", (1, 1_000));
    let at_once = document.number(part, "polls_at_once", (1, 100));
    let polls = Pace {
        a_second: a_second.unwrap_or(usual.polls.a_second),
        at_once: at_once.and_then(|most| most.try_into().ok()).unwrap_or(usual.polls.at_once),
    };
    let mut wait = |name: &str, usual: Duration| {
        document.number(part, name, (1, 3600)).map_or(usual, |s| Duration::from_secs(s.into()))
    };
    Desk {
        polls,
        theme,
        motion: motion.unwrap_or(usual.motion),
        bell: bell.unwrap_or(usual.bell),
        present: present.unwrap_or(usual.present),
        ask_wait: wait("ask_wait_s", usual.ask_wait),
        arm_wait: wait("arm_wait_s", usual.arm_wait),
        book_wait: wait("book_wait_s", usual.book_wait),
        negotiate_wait: wait("negotiate_wait_s", usual.negotiate_wait),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_our_agent_is_is_off_and_warned_of_where_it_is_set() {
        let parse = |text: &str| {
            let environment = Environment::new(&[], "/etc".into(), "/var".into());
            Config::parse(text, Path::new("c.toml"), true, &Overrides::default(), &environment)
        };
        let off = parse("[identity]\nseat_id = \"s\"").unwrap();
        assert_eq!((off.identity.agent_url, off.notes.len()), (None, 0));
        let on = parse("[identity]\nagent_url = \"https://buyer.example/a\"").unwrap();
        assert_eq!(on.identity.agent_url.as_deref(), Some("https://buyer.example/a"));
        let note = on.notes[0].to_string();
        assert!(note.starts_with("c.toml:2:13: ") && note.contains("public tier"), "{note}");
        for bad in ["buyer", "ftp://buyer.example", "https://me:secret@buyer.example"] {
            let fault = parse(&format!("[identity]\nagent_url = \"{bad}\"")).unwrap_err();
            let says = fault.to_string();
            assert!(says.contains("is no web address") && !says.contains("secret"), "{says}");
        }
    }
}
