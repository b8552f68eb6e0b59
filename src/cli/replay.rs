//! `replay`: a recorded session played again, or the journal alone; as an asciicast for showing it
//! elsewhere. Nothing is asked or sent.

use std::{
    io::BufWriter,
    path::{Path, PathBuf},
};

use super::{
    context::Context, demo::hundredths, exit::Exit, fail::Failure, looks, out::Shown, reply::Reply,
    seam,
};
use crate::{
    desk::{Entry, Mode, SellerInfo, Setup},
    domain::{SellerName, Tier, money},
    json::{Document, replay::ReplayDoc},
    private,
    recording::{MOST_CELLS, Player, Recording, What, redacted},
    runtime::{cast, recorder, terminal::Replay},
    store::Reader,
};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

/// How many facts are read at once.
const AT_ONCE: u64 = 5_000;

/// `replay`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// What `--record` wrote [default: the journal of the store alone]
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Begin here: `12:30` after its start, or a time
    #[arg(long, visible_alias = "from", value_name = "WHEN")]
    pub(crate) at: Option<When>,
    /// Show what a room may see of it (F5 turns back)
    #[arg(long)]
    pub(crate) audience: bool,
    /// How fast it plays: 0.05 to 100 times as fast as it was
    #[arg(long, default_value = "1", value_parser = hundredths, value_name = "X")]
    pub(crate) speed: u32,
    /// The longest wait that is played, in seconds
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..), value_name = "SECONDS")]
    pub(crate) idle: u32,
    /// Of the journal: only what happened by this time
    #[arg(long, conflicts_with = "file", value_name = "TIME")]
    pub(crate) to: Option<Timestamp>,
    /// Write an asciicast (version 2) instead of playing it
    #[arg(long, value_name = "OUT")]
    pub(crate) cast: Option<PathBuf>,
    /// Write a recording for others instead of playing it: what a room may see and nothing else, with
    /// sellers, products and clients under other names and every price multiplied
    #[arg(long, conflicts_with = "cast", value_name = "OUT")]
    pub(crate) redact: Option<PathBuf>,
    /// What prices are multiplied by when they are redacted, 0.1 to 10 [default: another one each time]
    #[arg(long, requires = "redact", value_parser = factor, value_name = "X")]
    pub(crate) factor: Option<Decimal>,
    /// Columns and rows of the asciicast [default: those of the recording]
    #[arg(long, requires = "cast", value_parser = size, value_name = "COLSxROWS")]
    pub(crate) size: Option<(u16, u16)>,
}

/// A place in a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// So long after its start.
    After(SignedDuration),
    /// A time.
    At(Timestamp),
}

impl std::str::FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        let parts: Result<Vec<i64>, _> =
            text.split(':').map(|part| part.parse::<u32>().map(i64::from)).collect();
        let seconds = match parts.as_deref() {
            Ok([seconds]) => *seconds,
            Ok([minutes, seconds]) => minutes * 60 + seconds,
            Ok([hours, minutes, seconds]) => (hours * 60 + minutes) * 60 + seconds,
            _ => return Err("give 12:30, 1:02:30 or 2026-06-18T14:00:00Z".to_owned()),
        };
        Ok(Self::After(SignedDuration::from_secs(seconds)))
    }
}

impl When {
    fn of(self, start: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at.max(start),
            Self::After(span) => start.checked_add(span).unwrap_or(Timestamp::MAX),
        }
    }
}

fn factor(text: &str) -> Result<Decimal, String> {
    let factor = money::typed::factor(text).map_err(|no| format!("{text:?}: {no}"))?;
    let fits = (Decimal::new(1, 1)..=Decimal::TEN).contains(&factor) && factor != Decimal::ONE;
    if fits {
        Ok(factor)
    } else {
        Err("give 0.1 to 10, and not 1: prices would be told".to_owned())
    }
}

/// A factor that nobody knows: one that stood here could be undone by whoever reads this.
fn any_factor() -> Decimal {
    // The last bits of an id are chance.
    let chance = u32::try_from(uuid::Uuid::now_v7().as_u128() % 500).unwrap_or(0);
    Decimal::new(400 + i64::from(chance), 3)
}

fn size(text: &str) -> Result<(u16, u16), String> {
    let pair = text
        .split_once('x')
        .and_then(|(cols, rows)| Some((cols.parse().ok()?, rows.parse().ok()?)));
    let (wide, high) = MOST_CELLS;
    let fits = |(cols, rows): &(u16, u16)| (20..=wide).contains(cols) && (5..=high).contains(rows);
    pair.filter(fits).ok_or_else(|| format!("give columns and rows: 20x5 to {wide}x{high}"))
}

pub(crate) async fn run(args: Args, context: &Context) -> Result<Reply, Failure> {
    let idle = SignedDuration::from_secs(args.idle.into());
    let (mut player, path) = match &args.file {
        Some(path) => (recorded(path, context, idle)?, path.clone()),
        None => (journal(&args, context, idle)?, context.config.store.clone()),
    };
    if args.audience {
        player.watch_as_a_room();
    }
    let mut doc = summary(&player, &path, args.file.is_some());
    let mode = player.recording().head.mode;
    if let Some(out) = &args.cast {
        let head = &player.recording().head;
        let size = args.size.unwrap_or((head.cols, head.rows));
        write_cast(&mut player, size, out)?;
        doc.cast = Some(out.display().to_string());
    } else if let Some(out) = &args.redact {
        if player.recording().head.redacted {
            let says = format!("{} is redacted already", path.display());
            return Err(Failure::usage(says, "redact the recording it was made from"));
        }
        write_redacted(player, args.factor.unwrap_or_else(any_factor), out)?;
        doc.redacted = Some(out.display().to_string());
    } else if !context.out.json {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let at = args.at.map(|when| when.of(player.recording().head.started));
        let replay = Replay { player, name: name.unwrap_or_default(), speed: args.speed, at };
        return seam::replay(replay, context).await;
    }
    let text = words(&doc);
    Reply::new(&Document::new(mode, context.now(), doc), Shown::Text(text))
}

fn recorded(path: &Path, context: &Context, idle: SignedDuration) -> Result<Player, Failure> {
    let shown = path.display();
    let recording = recorder::open(path).map_err(|bad| {
        Failure::new(Exit::Configuration, format!("{shown} cannot be played: {bad}"), bad.cure())
    })?;
    Player::new(recording, looks::options(context), idle).map_err(|error| {
        let says = format!("{shown} cannot be played: it was made with other keys: {error}");
        Failure::new(Exit::Configuration, says, "play it with the dealdesk that made it")
    })
}

/// The journal alone: what the desk knew of quotes, negotiations and deals.
fn journal(args: &Args, context: &Context, idle: SignedDuration) -> Result<Player, Failure> {
    let reader = Reader::open(&context.config.store)?;
    let mut entries: Vec<Entry> = Vec::new();
    let mut seq = 0;
    loop {
        let rows = reader.entries(seq, AT_ONCE)?;
        let Some(last) = rows.last() else { break };
        seq = last.seq;
        entries.extend(rows.into_iter().map(|row| row.entry));
    }
    entries.retain(|entry| args.to.is_none_or(|to| entry.at <= to));
    if entries.is_empty() {
        let says = format!("nothing happened in {}", context.config.store.display());
        return Err(Failure::new(Exit::NotFound, says, "name another store with --store"));
    }
    let setup = setup(context, &entries);
    Ok(Player::of_journal(entries, setup, looks::options(context), idle))
}

/// The desk as it is configured now, with the sellers that the journal names: no secret is read.
fn setup(context: &Context, entries: &[Entry]) -> Setup {
    let config = &context.config;
    let mut names: Vec<SellerName> =
        entries.iter().filter_map(|entry| entry.fact.of_seller()).collect();
    names.sort_unstable();
    names.dedup();
    let seller = |name| SellerInfo {
        name,
        url: String::new(),
        protocol: "iab".to_owned(),
        dialect: "auto".to_owned(),
        reveal: Tier::Public,
        auth: "none".to_owned(),
        honours_agreement: false,
    };
    Setup {
        mode: entries.first().map_or(Mode::Live, |entry| entry.mode),
        read_only: true,
        identity: config.identity.clone(),
        limits: config.limits.clone(),
        private_clients: config.private_clients.clone(),
        sellers: names.into_iter().map(seller).collect(),
        ..Setup::default()
    }
}

fn write_cast(player: &mut Player, size: (u16, u16), out: &Path) -> Result<(), Failure> {
    let cannot = |error| unwritten("the asciicast", out, &error);
    let file = create(out).map_err(cannot)?;
    cast::write(player, size, BufWriter::new(file)).map_err(cannot)?;
    Ok(())
}

fn write_redacted(player: Player, factor: Decimal, out: &Path) -> Result<(), Failure> {
    let cannot = |error| unwritten("the redacted recording", out, &error);
    let file = create(out).map_err(cannot)?;
    redacted(player, factor).write(BufWriter::new(file)).map_err(cannot)
}

/// For its owner alone, and never over another file.
fn create(out: &Path) -> std::io::Result<std::fs::File> {
    private::file().write(true).create_new(true).open(out)
}

fn unwritten(what: &str, out: &Path, error: &std::io::Error) -> Failure {
    let says = format!("{what} cannot be written to {}: {error}", out.display());
    Failure::new(Exit::Configuration, says, "name a new file in a folder that you may write to")
}

fn summary(player: &Player, path: &Path, is_recording: bool) -> ReplayDoc {
    let Recording { head, lines, breaks_off } = player.recording();
    let ended = lines.last().map_or(head.started, |line| line.at);
    let count = |is: fn(&What) -> bool| lines.iter().filter(|line| is(&line.is)).count();
    ReplayDoc {
        source: match (is_recording, head.redacted) {
            (true, false) => "recording",
            (true, true) => "room",
            (false, _) => "journal",
        },
        path: path.display().to_string(),
        started: head.started.into(),
        ended: ended.into(),
        lasted_s: ended.duration_since(head.started).as_secs(),
        plays_s: player.timeline().length().as_secs(),
        facts: count(|is| matches!(is, What::News(news) if news.entry().is_some())),
        keys: count(|is| matches!(is, What::Key(_))),
        frames: count(|is| matches!(is, What::Drawn)),
        breaks_off: *breaks_off,
        cast: None,
        redacted: None,
    }
}

fn words(doc: &ReplayDoc) -> String {
    let ReplayDoc { source, path, facts, keys, lasted_s, plays_s, breaks_off, .. } = doc;
    let off = if *breaks_off { "; it breaks off: the desk was killed" } else { "" };
    let written = doc.cast.as_ref().or(doc.redacted.as_ref());
    let written = written.map(|out| format!("\nwritten: {out}")).unwrap_or_default();
    let what = match *source {
        "room" => "what a room saw".to_owned(),
        _ => format!("{facts} facts, {keys} keys"),
    };
    format!("{path}: {what} in {lasted_s} s, plays {plays_s} s{off}{written}")
}
