//! `sellers add URL`: gets to know a new seller and writes it into the configuration. A key itself is
//! never an argument, which every process on the machine could read.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use super::{
    super::{
        check,
        context::Context,
        exit::Exit,
        fail::Failure,
        out::{self, Shown},
        prompt,
        reply::Reply,
        typed,
    },
    walk::{card, walk},
};
use crate::{
    domain::Tier,
    json::{
        Document,
        check::Finding,
        seller::{AddDoc, Known},
    },
    runtime::config::{
        Addition, Environment, Header, KeyPlace, NewSeller, Overrides, Seller, keep_secret,
    },
    sellers::http::shown_url,
};

/// How much of stdin is read for a key, in bytes.
const LONGEST: u64 = 16 * 1024;

/// `sellers add`.
#[derive(Debug, clap::Args)]
pub(crate) struct Add {
    /// The address of the seller, beginning with https
    url: String,
    /// Your own name for it
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    key: Key,
    /// How the key is sent
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    auth: Auth,
    /// The most it is told of you [default: all that your identity has]
    #[arg(long, value_name = "TIER", value_parser = typed::tier)]
    reveal: Option<Tier>,
    /// Plain http to another machine: your key travels unencrypted
    #[arg(long)]
    allow_http: bool,
    /// Do not ask the seller anything, only write
    #[arg(long)]
    offline: bool,
    /// Ask nothing: take what is given, and write it if the seller passes
    #[arg(long)]
    yes: bool,
}

/// Where the key is; none of these for a seller without one.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct Key {
    /// The variable that holds your key
    #[arg(long = "key-env", value_name = "NAME")]
    env: Option<String>,
    /// The file of mode 0600 that holds it
    #[arg(long = "key-file", value_name = "FILE")]
    file: Option<PathBuf>,
    /// The shell command that prints it
    #[arg(long = "key-command", value_name = "COMMAND")]
    command: Option<String>,
    /// Read the key from stdin and keep it in a file of mode 0600 beside the configuration
    #[arg(long = "key-stdin")]
    stdin: bool,
}

/// How a key is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Auth {
    /// As `X-Api-Key`.
    #[default]
    XApiKey,
    /// As `Authorization: Bearer`.
    Bearer,
}

/// A key's file that is taken away again unless its seller is written.
struct Kept(Option<PathBuf>);

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // It was made a moment ago; if it cannot be removed it stays private.
            let _ = std::fs::remove_file(path);
        }
    }
}

pub(crate) async fn add(args: Add, flags: &Overrides, context: &Context) -> Result<Reply, Failure> {
    let asks = !args.yes && !context.out.json && prompt::can_ask();
    if !asks && !args.yes {
        let cure = "give --yes with --name and where the key is, or run it in a terminal";
        return Err(Failure::usage("nobody is here to ask", cure));
    }
    let (config, environment) = (&context.config, &context.environment);
    let mut new = described(&args, config.identity.tier())?;
    // Before a name or a key is asked for: the address may be taken, or not be there at all.
    let mut addition = Addition::prepare(&new, flags, environment)?;
    if asks && args.name.is_none() {
        let usual = met(&args, &addition.seller, environment).await;
        let prepared = |name: &str| {
            let named = NewSeller { name: name.to_owned(), ..new.clone() };
            Addition::prepare(&named, flags, environment).map_err(|error| error.to_string())
        };
        addition = prompt::until("your own name for it", &usual, prepared)?;
        new.name = addition.seller.name.to_string();
    }
    let mut kept = Kept(None);
    new.key = place(&args.key, asks, &new.name, &addition.path, &mut kept)?;
    if asks && args.reveal.is_none() {
        let usual = new.reveal.unwrap_or(Tier::Agency).to_string();
        let question = "the most it is told: public, seat, agency, advertiser";
        new.reveal = Some(prompt::until(question, &usual, typed::tier)?);
    }
    addition = Addition::prepare(&new, flags, environment)?;
    let known = if args.offline {
        Known::unasked(&addition.seller)
    } else {
        out::words(&out::cleaned(&announced(&new)));
        walk(&addition.seller, &config.identity, environment).await
    };
    let passed = known.exit == Exit::Done;
    let writes = if asks { agreed(&known.checks, &addition)? } else { passed };
    let exit = if writes { Exit::Done } else { known.exit };
    let mut words = Vec::new();
    if writes {
        addition.write()?;
        kept.0 = None;
        words.push(format!("{} is written to {}", new.name, addition.path.display()));
        if config.limits.deal.is_none() || config.limits.cpm.is_empty() {
            words.push("your limits are not all set: until they are, nothing is booked".to_owned());
        }
    } else {
        words.push("nothing was written".to_owned());
    }
    let shown =
        if asks { Shown::Text(String::new()) } else { Shown::Table(check::table(&known.checks)) };
    let written = writes.then(|| addition.path.display().to_string());
    let body = AddDoc { known, block: addition.block, written };
    let document = Document::new(config.mode, context.now(), body);
    Ok(Reply::new(&document, shown)?.with_exit(exit).with_words(words))
}

/// Asks the seller who it is, without a key, and says so. The name that its own suggests.
async fn met(args: &Add, seller: &Seller, environment: &Environment) -> String {
    let usual = seller.name.to_string();
    if args.offline {
        return usual;
    }
    out::words(&format!("asking {} who it is; no key goes along", shown_url(&seller.url)));
    match card(seller, environment).await {
        Ok(card) if !card.name.is_empty() => {
            out::words(&out::cleaned(&format!("it calls itself {:?}", card.name)));
            // A host's own name is what people call it; an address has none.
            if usual == ADDRESS { named_after(&card.name).unwrap_or(usual) } else { usual }
        }
        Ok(_) => usual,
        Err(error) => {
            out::words(&out::cleaned(&format!("it did not say: {error}")));
            usual
        }
    }
}

/// A short name from the one a seller gives itself: `Northlight Media` becomes `northlight-media`.
fn named_after(own: &str) -> Option<String> {
    let words = own.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let name: String = words.join("-").chars().take(32).collect();
    let name = name.trim_end_matches('-');
    (!name.is_empty() && name != "default").then(|| name.to_owned())
}

/// What a seller is called that is known by its address alone.
const ADDRESS: &str = "seller";

/// The seller without its key.
fn described(args: &Add, tier: Tier) -> Result<NewSeller, Failure> {
    let example = "write it like https://sell.example.com";
    // What was written is not repeated: it may carry a password.
    let url = Url::parse(args.url.trim())
        .map_err(|error| Failure::usage(format!("that is no web address: {error}"), example))?;
    let name = args.name.clone().unwrap_or_else(|| suggested(&url));
    let header = if args.auth == Auth::Bearer { Header::Bearer } else { Header::Key };
    // Where there is nothing to tell yet, nothing is settled either.
    let reveal = args.reveal.or((tier > Tier::Public).then_some(tier));
    Ok(NewSeller { name, url, key: None, header, reveal, allow_http: args.allow_http })
}

/// A name from the host: `sell.northlight.example` becomes `northlight`.
fn suggested(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(host)) => {
            let mut labels = host.rsplit('.');
            let last = labels.next().unwrap_or_default();
            labels.next().unwrap_or(last).chars().take(32).collect()
        }
        Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => ADDRESS.to_owned(),
    }
}

/// Where the key is: as the command line says, or as a person does.
fn place(
    key: &Key,
    asks: bool,
    name: &str,
    config: &Path,
    kept: &mut Kept,
) -> Result<Option<KeyPlace>, Failure> {
    if let Some(name) = &key.env {
        return Ok(Some(KeyPlace::Env(name.clone())));
    }
    if let Some(line) = &key.command {
        return Ok(Some(KeyPlace::Command(line.clone())));
    }
    if let Some(path) = &key.file {
        return file(path).map(Some);
    }
    if key.stdin {
        return keep(&from_stdin()?, name, config, kept).map(Some);
    }
    if !asks {
        return Ok(None);
    }
    let question = "where is your key: variable, file, command, paste it now, none";
    let kinds = |answer: &str| {
        let first = answer.to_lowercase().chars().next();
        first.filter(|first| "vfcpn".contains(*first)).ok_or_else(|| {
            "that is none of them: answer variable, file, command, paste or none".to_owned()
        })
    };
    let said = |text: &str| {
        let is_empty = text.is_empty();
        if is_empty { Err("say which".to_owned()) } else { Ok(text.to_owned()) }
    };
    Ok(match prompt::until(question, "variable", kinds)? {
        'v' => {
            let plain =
                |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
            let usual = format!("{}_KEY", name.chars().map(plain).collect::<String>());
            Some(KeyPlace::Env(prompt::until("its name", &usual, said)?))
        }
        'f' => Some(file(Path::new(&prompt::until("the file", "", said)?))?),
        'c' => Some(KeyPlace::Command(prompt::until("the command that prints it", "", said)?)),
        'p' => Some(keep(&prompt::secret("your key")?, name, config, kept)?),
        _ => None,
    })
}

/// A file as it is named from here, which is not where the configuration lies.
fn file(path: &Path) -> Result<KeyPlace, Failure> {
    let whole = std::path::absolute(path)?;
    let text = whole
        .to_str()
        .ok_or_else(|| Failure::usage("the key file's name is no text", "give it a plain name"))?;
    Ok(KeyPlace::File(text.to_owned()))
}

fn from_stdin() -> Result<SecretString, Failure> {
    if prompt::can_ask() {
        return prompt::secret("your key");
    }
    let mut text = String::new();
    std::io::stdin().take(LONGEST).read_to_string(&mut text)?;
    let text = SecretString::from(text);
    let first = text.expose_secret().lines().next().unwrap_or_default().trim();
    Ok(SecretString::from(first))
}

/// Keeps a key in a file of its own beside the configuration.
fn keep(
    secret: &SecretString,
    name: &str,
    config: &Path,
    kept: &mut Kept,
) -> Result<KeyPlace, Failure> {
    if secret.expose_secret().is_empty() {
        return Err(Failure::usage("there is no key there", "give the key alone on one line"));
    }
    let within = format!("keys/{name}");
    let path = config.parent().unwrap_or(Path::new("")).join(&within);
    keep_secret(&path, secret).map_err(|error| {
        let says = format!("the key cannot be kept in {}: {error}", path.display());
        Failure::new(Exit::Configuration, says, "remove that file, or name it with --key-file")
    })?;
    kept.0 = Some(path);
    Ok(KeyPlace::File(within))
}

/// What is about to be asked, and whether a key goes along.
fn announced(new: &NewSeller) -> String {
    let key = match &new.key {
        None => "no key goes along".to_owned(),
        Some(KeyPlace::Env(name)) => format!("your key from ${name} goes along"),
        Some(KeyPlace::File(path)) => format!("your key from {path} goes along"),
        Some(KeyPlace::Command(_)) => "the key that your command prints goes along".to_owned(),
    };
    format!("asking {} for its card, products and packages; {key}", new.url)
}

/// Shows what was found and what would be written, and asks.
fn agreed(checks: &[Finding], addition: &Addition) -> Result<bool, Failure> {
    for check in checks {
        out::words(&out::cleaned(&check.lines()));
    }
    out::words(&format!("\n{}", out::cleaned(&addition.block)));
    let failed = checks.iter().any(Finding::failed);
    let passed = if failed { "It did not pass. Write it all the same" } else { "Write this" };
    prompt::yes(&format!("{passed} to {}?", addition.path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_suggested_from_what_the_seller_calls_itself() {
        for (own, name) in [
            ("Northlight Media", Some("northlight-media")),
            ("  Harbor & Sons, Inc. ", Some("harbor-sons-inc")),
            ("Медиа", None),
            ("Default", None),
            ("A very long name of a publisher of many", Some("a-very-long-name-of-a-publisher")),
        ] {
            assert_eq!(named_after(own).as_deref(), name, "{own}");
        }
    }

    #[test]
    fn a_name_is_suggested_from_the_host() {
        for (url, name) in [
            ("https://sell.northlight.example", "northlight"),
            ("https://harbor.example:8443/base", "harbor"),
            ("http://localhost:8001", "localhost"),
            ("http://127.0.0.1:8001", "seller"),
        ] {
            assert_eq!(suggested(&url.parse().unwrap()), name, "{url}");
        }
    }
}
