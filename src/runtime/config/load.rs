//! Finds the file, reads it, and lays flags and environment over it.

use std::{
    collections::BTreeMap,
    io::Read as _,
    path::{Path, PathBuf},
    time::Duration,
};

use toml::Spanned;
use url::Url;

use super::{
    Config, ConfigError, Desk, Environment, Fault, Origin, Overrides, SECTIONS, Setting,
    document::{Document, shown},
    keys::{self, Named, Text, Texts, Whole},
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
        let (mut document, file) = Document::parse(path, text)?;
        let mut config = Self {
            path: path.to_owned(),
            exists,
            user: text::clean(environment.user(), 40),
            ..Self::default()
        };
        config.identity = identity(&mut document, file.identity);
        config.sellers = sellers(&mut document, file.sellers, path);
        config.limits = limits::read(&mut document, file.limits, &config.sellers);
        config.presets = strategies::read(&mut document, file.strategies);
        let clients = file.private.clients.as_ref().map(|clients| clients.get_ref().list());
        config.private_clients = clients.unwrap_or_default().to_vec();
        (config.present, config.socket) = (flags.present, flags.socket.clone());
        config.keymap = keymap(&mut document, file.keys);
        let mut desk = file.desk;
        config.presets.first = document.choice("strategy", desk.strategy.take(), &names());
        config.places(&mut document, (desk.store.take(), desk.log.take()), flags, environment);
        config.desk = Desk::read(&mut document, desk);
        // Section by section, as the example has them.
        document.settings.sort_by_key(|setting| {
            let section = setting.key.split('.').next().unwrap_or_default();
            SECTIONS.iter().position(|known| known.name == section).unwrap_or(SECTIONS.len())
        });
        config.settings = document.settings;
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
    fn places(
        &mut self,
        document: &mut Document<'_>,
        (store, log): (Option<Text>, Option<Text>),
        flags: &Overrides,
        environment: &Environment,
    ) {
        let from_flag = |on: bool, flag| if on { Origin::Flag(flag) } else { Origin::Default };
        (self.mode, self.read_only) =
            (if flags.paper { Mode::Paper } else { Mode::Live }, flags.read_only);
        let mode = (self.mode.to_string(), from_flag(flags.paper, "--paper"));
        let read_only = (self.read_only.to_string(), from_flag(flags.read_only, "--read-only"));
        let name = if flags.paper { "paper.db" } else { "live.db" };
        let (folder, state) = (self.path.parent().unwrap_or(Path::new("")), &environment.state_dir);
        let of_file =
            |text: Text| (folder.join(text.get_ref()), Origin::File(document.line(&text.span())));
        // A paper desk never writes where live deals are kept (safety: they are different files).
        let store_of_file = store.filter(|_| !flags.paper).map(of_file);
        let log_of_file = log.map(of_file);
        // They are listed below, with the origin that won.
        document.settings.retain(|it| !matches!(it.key.as_str(), "desk.store" | "desk.log"));
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

fn identity(document: &mut Document<'_>, written: keys::Identity) -> Identity {
    let field = |text: Option<Text>| text.map(Spanned::into_inner).filter(|text| !text.is_empty());
    Identity {
        agent_url: written.agent_url.and_then(|url| agent(document, url)),
        seat_id: field(written.seat_id),
        agency_id: field(written.agency_id),
        advertiser_id: field(written.advertiser_id),
        dsp_platform: field(written.dsp_platform),
    }
}

/// Where the buyer's agent is. It costs the tier at every v2 seller that does not know it.
fn agent(document: &mut Document<'_>, url: Text) -> Option<String> {
    let (span, url) = (url.span(), url.into_inner());
    if url.is_empty() {
        return None;
    }
    let is_address = Url::parse(&url).is_ok_and(|parsed| {
        matches!(parsed.scheme(), "http" | "https")
            && parsed.username().is_empty()
            && parsed.password().is_none()
    });
    if !is_address {
        let cure = "write it like https://buyer.example, without user name or password";
        document.fault(&span, "`agent_url` is no web address", cure);
        return None;
    }
    let says = "a v2 seller that does not know your `agent_url` gives you the public tier, whatever the key";
    document.note(&span, says, "leave it out unless your sellers have registered it");
    Some(url)
}

fn sellers(
    document: &mut Document<'_>,
    blocks: Vec<Spanned<keys::Seller>>,
    path: &Path,
) -> Vec<seller::Seller> {
    let mut sellers: Vec<seller::Seller> = Vec::new();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let mut urls: BTreeMap<String, String> = BTreeMap::new();
    for block in blocks {
        let written = block.get_ref();
        let place = |text: &Option<Text>| text.as_ref().map_or(block.span(), Spanned::span);
        let (name_span, url_span) = (place(&written.name), place(&written.url));
        let Some(seller) = seller::read(document, block, path) else { continue };
        let name = seller.name.to_string();
        if let Some(line) = lines.get(&name) {
            let says = format!("a second seller is called `{name}`; the first is on line {line}");
            document.fault(&name_span, says, "give it another name");
            continue;
        }
        lines.insert(name.clone(), document.line(&name_span));
        let url = seller.url.to_string().trim_end_matches('/').to_owned();
        if let Some(other) = urls.insert(url, name) {
            let says = format!("this is the address of `{other}` too");
            document.note(&url_span, says, "the desk takes them for two sellers");
        }
        sellers.push(seller);
    }
    sellers
}

/// The keys in force. Those that were changed are checked together: two may want the same one.
fn keymap(document: &mut Document<'_>, written: Option<Spanned<Named<Texts>>>) -> Keymap {
    let (mut changes, mut places) = (BTreeMap::new(), BTreeMap::new());
    let section = written.as_ref().map(Spanned::span).unwrap_or_default();
    for (name, keys) in written.map(Spanned::into_inner).unwrap_or_default() {
        // Each is cut by itself, so that what is said about them never is. What is meant is short.
        let verb = shown(name.get_ref());
        let keys: Vec<_> = keys.get_ref().list().iter().map(|key| shown(key)).collect();
        document.set(format!("keys.{verb}"), shown(&keys.join(", ")), name.span());
        places.insert(verb.clone(), name.span());
        changes.insert(verb, keys);
    }
    let (keymap, faults) = Keymap::checked(&changes);
    for fault in &faults {
        let span = places.get(fault.verb()).unwrap_or(&section);
        document.fault(span, fault.to_string(), "");
    }
    keymap
}

impl Desk {
    fn read(document: &mut Document<'_>, written: keys::Desk) -> Self {
        let usual = Self::default();
        let theme = document.choice("theme", written.theme, &["auto", "dark", "light"]);
        let motion = document.choice("motion", written.motion, &["full", "calm", "still"]);
        let wait = |written: Option<Spanned<Whole<1, 3600>>>, usual: Duration| {
            written.map_or(usual, |it| Duration::from_secs(it.get_ref().0.into()))
        };
        let at_once = written.polls_at_once.and_then(|most| most.get_ref().0.try_into().ok());
        let polls = Pace {
            a_second: written.polls_per_second.map_or(usual.polls.a_second, |it| it.get_ref().0),
            at_once: at_once.unwrap_or(usual.polls.at_once),
        };
        Self {
            polls,
            theme: theme.and_then(|word| word.parse::<Ground>().ok()),
            motion: motion.and_then(|word| word.parse::<Motion>().ok()).unwrap_or(usual.motion),
            bell: written.bell.map_or(usual.bell, Spanned::into_inner),
            present: written.present.map_or(usual.present, Spanned::into_inner),
            ask_wait: wait(written.ask_wait_s, usual.ask_wait),
            arm_wait: wait(written.arm_wait_s, usual.arm_wait),
            book_wait: wait(written.book_wait_s, usual.book_wait),
            negotiate_wait: wait(written.negotiate_wait_s, usual.negotiate_wait),
        }
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
