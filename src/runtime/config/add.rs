//! Writing a new seller into the configuration. What is there stays, byte for byte, comments and all.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use toml::{Spanned, de::DeTable, de::DeValue};
use url::Url;

use super::{Config, ConfigError, Environment, Fault, Header, Overrides, Seller, load};
use crate::{
    domain::{SellerName, Tier},
    private,
};

/// Where the secret of a new seller is, as its block will say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPlace {
    /// A variable.
    Env(String),
    /// A file, as it is written: one that is not absolute lies beside the configuration.
    File(String),
    /// A line for the shell.
    Command(String),
}

/// A seller to be written.
#[derive(Debug, Clone)]
pub struct NewSeller {
    /// Our name for it.
    pub name: String,
    /// Where it is.
    pub url: Url,
    /// Where its secret is; `None` for an open door.
    pub key: Option<KeyPlace>,
    /// How the secret is sent.
    pub header: Header,
    /// The most it is told; `None` leaves it to the configuration's default.
    pub reveal: Option<Tier>,
    /// Whether plain HTTP may leave this machine.
    pub allow_http: bool,
}

/// A configuration with one seller more, checked and not written yet.
#[derive(Debug)]
pub struct Addition {
    /// The file.
    pub path: PathBuf,
    /// The lines that are added to it.
    pub block: String,
    /// The seller as the configuration will have it.
    pub seller: Seller,
    before: Option<String>,
    after: String,
}

impl NewSeller {
    /// The block that says all this.
    fn block(&self) -> String {
        let text = |text: &str| toml::Value::from(text).to_string();
        let mut lines = vec![
            "[[sellers]]".to_owned(),
            format!("name = {}", text(&self.name)),
            format!("url = {}", text(self.url.as_str().trim_end_matches('/'))),
        ];
        lines.extend(self.key.as_ref().map(|place| match place {
            KeyPlace::Env(name) => format!("api_key_env = {}", text(name)),
            KeyPlace::File(path) => format!("api_key_file = {}", text(path)),
            KeyPlace::Command(line) => format!("api_key_command = {}", text(line)),
        }));
        if self.header == Header::Bearer {
            lines.push("auth = \"bearer\"".to_owned());
        }
        lines.extend(self.reveal.map(|tier| format!("reveal = {}", text(&tier.to_string()))));
        if self.allow_http {
            lines.push("allow_http = true".to_owned());
        }
        lines.join("\n") + "\n"
    }
}

impl Addition {
    /// The configuration with `new` in it. Nothing is written.
    ///
    /// # Errors
    /// Where the configuration has faults, knows the name or the address already, or would have faults.
    pub fn prepare(
        new: &NewSeller,
        flags: &Overrides,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        let (path, _) = Config::file(flags, environment);
        let before = load::read(&path, false)?;
        let text = before.clone().unwrap_or_default();
        let old = Config::parse(&text, &path, before.is_some(), flags, environment)?;
        let fault = |says: String, cure: &str| Err(Fault::of_file(&path, says, cure).into());
        if let Some(known) = old.sellers.iter().find(|seller| seller.name.as_str() == new.name) {
            let says = format!("a seller is called {} already, at {}", new.name, known.url);
            return fault(says, "give the new one another name (--name)");
        }
        let base = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
        if let Some(known) = old.sellers.iter().find(|seller| base(&seller.url) == base(&new.url)) {
            let says = format!("{} is there already: it is the seller {}", new.url, known.name);
            return fault(says, &format!("dealdesk sellers test {}", known.name));
        }
        let block = new.block();
        let Some(after) = spliced(&text, &block) else {
            let says =
                format!("its sellers are a list in one line; add this one by hand:\n{block}");
            return fault(says, "write one [[sellers]] block for each seller");
        };
        let parsed = Config::parse(&after, &path, true, flags, environment);
        // The lines of a file that is not written would mislead.
        let parsed = parsed.map_err(|error| ConfigError {
            faults: error.faults.into_iter().map(|f| Fault { place: None, ..f }).collect(),
        })?;
        let name = SellerName::from(new.name.as_str());
        let (found, others): (Vec<_>, Vec<_>) =
            parsed.sellers.into_iter().partition(|seller| seller.name == name);
        let same = others.iter().map(|s| &s.name).eq(old.sellers.iter().map(|s| &s.name));
        match found.into_iter().next() {
            Some(seller) if same && parsed.limits == old.limits => {
                Ok(Self { path, block, seller, before, after })
            }
            Some(_) | None => fault(
                format!("no place was found for the new seller; add it by hand:\n{block}"),
                "",
            ),
        }
    }

    /// Writes it: whole or not at all, with the mode that the file had. A link stays a link.
    ///
    /// # Errors
    /// Where it cannot be written, or was changed since it was read.
    pub fn write(&self) -> Result<(), ConfigError> {
        let path = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        let now = load::read(&path, false)?;
        if now != self.before {
            let says = "was changed by someone else meanwhile; nothing was written";
            return Err(Fault::of_file(&path, says, "do it again").into());
        }
        replace(&path, self.after.as_bytes()).map_err(|error| {
            let says = format!("cannot be written: {error}");
            Fault::of_file(&path, says, "check who may write it and its folder").into()
        })
    }
}

/// Puts `bytes` in place of a file, by a new file beside it.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    private::folder(folder)?;
    let mode = match fs::metadata(path) {
        Ok(meta) if meta.permissions().readonly() => {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
        }
        Ok(meta) => Some(meta.permissions()),
        Err(_) => None,
    };
    let beside = folder.join(format!(".config-{}.toml", uuid::Uuid::now_v7()));
    let written = fresh(&beside, bytes, mode).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // It may not be there at all.
        let _ = fs::remove_file(&beside);
    }
    written?;
    // So that the new name survives a power cut; some systems cannot do this for folders.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

fn fresh(path: &Path, bytes: &[u8], mode: Option<fs::Permissions>) -> io::Result<()> {
    let mut file = private::file().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    if let Some(mode) = mode {
        file.set_permissions(mode)?;
    }
    file.sync_all()
}

/// `text` with `block` behind its last seller, or at its end; `None` where sellers are no blocks.
fn spliced(text: &str, block: &str) -> Option<String> {
    let root = DeTable::parse(text).ok()?;
    let sellers = root.get_ref().get("sellers").and_then(|value| value.get_ref().as_array());
    let last = match sellers.map(|list| list.iter().next_back()) {
        None => None,
        Some(None) => return None,
        Some(Some(last)) if text.get(last.span())?.starts_with('{') => return None,
        Some(Some(last)) => Some(last),
    };
    let at = last.map_or(text.len(), |last| end_of_block(text, end_of(last)));
    let (before, after) = text.split_at_checked(at)?;
    let eol = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut out = before.to_owned();
    if !before.is_empty() {
        out.push_str(if before.ends_with('\n') { "" } else { eol });
        out.push_str(eol);
    }
    out.push_str(&block.replace('\n', eol));
    if !after.is_empty() && !after.starts_with(['\n', '\r']) {
        out.push_str(eol);
    }
    out.push_str(after);
    Some(out)
}

/// Where the last value within ends.
fn end_of(value: &Spanned<DeValue<'_>>) -> usize {
    let own = value.span().end;
    let inner = value.get_ref().as_table().into_iter().flatten();
    inner.map(|(_, value)| end_of(value)).fold(own, usize::max)
}

/// Where a block ends whose last value ends at `at`: comments right below it are its own, unless the
/// next table follows them at once.
fn end_of_block(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let mut lines = rest.split_inclusive('\n');
    let own = at + lines.next().map_or(0, str::len);
    let mut end = own;
    for line in lines {
        match line.trim_start().chars().next() {
            Some('#') => end += line.len(),
            None => return end,
            Some(_) => return own,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BLOCK: &str = "[[sellers]]\nname = \"n\"\nurl = \"https://n.example\"\n";

    #[test]
    fn a_block_finds_its_place_and_nothing_else_moves() {
        for (text, before, after) in [
            ("", "", ""),
            ("# mine\n", "# mine\n\n", ""),
            ("[limits]\nday = 1", "[limits]\nday = 1\n\n", ""),
            (
                "[[sellers]]\nname = 'a' # ours\n# attempts = 3\n\n# money\n[limits]\nday = 1\n",
                "[[sellers]]\nname = 'a' # ours\n# attempts = 3\n\n",
                "\n# money\n[limits]\nday = 1\n",
            ),
            (
                "[[sellers]]\nname = 'a'\n# money\n[limits]\n",
                "[[sellers]]\nname = 'a'\n\n",
                "\n# money\n[limits]\n",
            ),
            (
                "[[sellers]]\r\nname = 'a'\r\n[limits]\r\n",
                "[[sellers]]\r\nname = 'a'\r\n\r\n",
                "\r\n[limits]\r\n",
            ),
            ("[[sellers]]\nname = 'a'", "[[sellers]]\nname = 'a'\n\n", ""),
        ] {
            let block =
                if text.contains('\r') { BLOCK.replace('\n', "\r\n") } else { BLOCK.to_owned() };
            assert_eq!(
                spliced(text, BLOCK).unwrap(),
                format!("{before}{block}{after}"),
                "{text:?}"
            );
        }
        assert_eq!(spliced("sellers = []\n", BLOCK), None);
        assert_eq!(spliced("sellers = [{name = 'a'}]\n", BLOCK), None);
    }

    proptest! {
        #[test]
        fn whatever_the_file_looks_like_its_bytes_stay(
            parts in prop::collection::vec(prop::sample::select(vec![
                "# words\n", "\n", "[[sellers]]\nname = \"a\"\n", "# x = 3\n", "[[sellers]]\n",
                "  [[ sellers ]] # odd\n  name = '''b\n[[sellers]]\n'''\n",
            ]), 0..9),
            tail in prop::sample::select(vec!["", "[limits]\ncpm.ctv = 3\n", "[limits] # no end"]),
        ) {
            let text = parts.concat() + tail;
            let after = spliced(&text, BLOCK).unwrap();
            let (before, behind) = after.split_once(BLOCK).unwrap();
            let kept = |part: &str| part.split('\n').filter(|l| !l.is_empty()).map(str::to_owned)
                .collect::<Vec<_>>();
            prop_assert_eq!([kept(before), kept(behind)].concat(), kept(&text));
            let was: toml::Table = text.parse().unwrap();
            let is: toml::Table = after.parse().unwrap();
            let count = |table: &toml::Table| {
                table.get("sellers").and_then(toml::Value::as_array).map_or(0, Vec::len)
            };
            prop_assert_eq!(count(&is), count(&was) + 1);
            prop_assert_eq!(is.get("limits"), was.get("limits"));
        }
    }
}
