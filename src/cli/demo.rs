//! `demo`: the desk with sellers of its own, nothing to configure, no real money.

use std::{io::Read as _, path::PathBuf};

use rust_decimal::Decimal;

use crate::{
    domain::money,
    json::story::{MissedDoc, SceneDoc, StoryDoc},
    present::Story,
    private,
    runtime::{
        load::Load,
        show::{Missed, Player, Reached},
    },
    store::Location,
};

use super::{
    context::Context, exit::Exit, fail::Failure, out::Shown, reply::Reply, seam, table::Table,
};

/// The longest story that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// The smallest screen for which the story of the demo is made, in columns and rows.
const LEAST: (u16, u16) = (80, 24);

/// `demo`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Chance: the same seed tells the same story
    #[arg(long, default_value_t = 42, value_name = "N")]
    pub(crate) seed: u64,
    /// How fast its clock runs: 0.05 to 100 times as fast as the wall's
    #[arg(long, default_value = "1", value_parser = hundredths, value_name = "X")]
    pub(crate) speed: u32,
    /// Play the demo's story, or the one in FILE; F9 shows what you can do meanwhile
    #[arg(
        long,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        value_name = "FILE"
    )]
    pub(crate) story: Option<String>,
    /// Play the story without a terminal, on a clock that waits for nobody, and say what was reached
    #[arg(long, requires = "story")]
    pub(crate) headless: bool,
    /// Columns and rows of the screen that is not there
    #[arg(long, requires = "headless", default_value = "120x36", value_parser = size, value_name = "WxH")]
    pub(crate) size: (u16, u16),
    /// Print the screen at the end of every scene, to stderr
    #[arg(long, requires = "headless")]
    pub(crate) frames: bool,
    /// Record it in this new file, for `dealdesk replay`
    #[arg(long, conflicts_with = "headless", value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// Load for measuring: rows=N,countdowns=N,rate=N,done=N,quotes=N,block=BYTES
    #[arg(long, hide = true, value_name = "LOAD")]
    pub(crate) load: Option<Load>,
    /// Write the load into this store, through its journal, and leave
    #[arg(long, hide = true, requires = "load", value_name = "FILE")]
    pub(crate) into: Option<PathBuf>,
    /// Panic when this key is pressed, to see that the terminal survives it
    #[arg(long, hide = true, value_name = "KEY")]
    pub(crate) panic_on: Option<char>,
    /// Keep what happens in this store [default: in memory]. Given as `--store`.
    #[arg(skip)]
    pub(crate) store: Option<PathBuf>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Result<Reply, Failure> {
    if let (Some(load), Some(into)) = (args.load, &args.into) {
        let written = load.write(Location::File(into.clone()), context.now()).await?;
        return Ok(Reply::nothing().with_words([format!("{written} facts written")]));
    }
    if args.story.as_deref().is_some_and(str::is_empty) {
        let of_terminal = || crossterm::terminal::size().ok();
        let size = if args.headless { Some(args.size) } else { of_terminal() };
        can_be_seen(size)?;
    }
    let story = args.story.as_deref().map(story).transpose()?;
    if let (true, Some(story)) = (args.headless, &story) {
        return headless(&args, story.clone()).await;
    }
    seam::demo(args, story, context).await
}

/// The story of the demo shows tickets and tables whole: on a smaller screen some of it is not there.
fn can_be_seen(size: Option<(u16, u16)>) -> Result<(), Failure> {
    let (wide, high) = LEAST;
    // Where there is no terminal, nothing opens in it either, and that is said then.
    let Some((columns, rows)) = size.filter(|(columns, rows)| *columns < wide || *rows < high)
    else {
        return Ok(());
    };
    let says = format!(
        "{columns}×{rows} is too small for the story: it is made for {wide}×{high} and more"
    );
    Err(Failure::usage(says, format!("make the window at least {wide}×{high}, or give --size")))
}

/// The story that is named: the demo's own where no file is.
fn story(file: &str) -> Result<Story, Failure> {
    if file.is_empty() {
        return Story::of_the_demo().map_err(|says| Failure::new(Exit::Bug, says, "report it"));
    }
    let mut text = String::new();
    let read =
        private::named(file.as_ref()).and_then(|file| file.take(LARGEST).read_to_string(&mut text));
    read.map_err(|error| {
        let says = format!("the story {file} cannot be read: {error}");
        Failure::usage(says, "give a file that is there, or `--story` alone")
    })?;
    Story::read(&text).map_err(|says| {
        let says = format!("{file} is no story: {says}");
        Failure::usage(says, "assets/story.toml of the source is one to copy")
    })
}

/// Plays a story to its end, or to the step that is not reached.
async fn headless(args: &Args, story: Story) -> Result<Reply, Failure> {
    let many = story.scenes.len();
    let mut stage = seam::stage(args, story).await?;
    let mut frames = Vec::new();
    let mut told = 0;
    loop {
        let goes_on = stage.plays();
        let reached = stage.player().map(Player::reached).unwrap_or_default();
        for scene in reached.iter().skip(told).filter(|_| args.frames) {
            frames.push(format!("{} {}\n{}", scene.number, scene.title, stage.text()));
        }
        told = reached.len();
        if !goes_on {
            break;
        }
    }
    let player = stage.player();
    let reached = player.map(Player::reached).unwrap_or_default();
    let missed = player.and_then(Player::missed);
    let document = StoryDoc::new(args.seed, reached, missed);
    let mut table = Table::new(&["SCENE", "TITLE", ">STEPS", ">SECONDS"]);
    for scene in &document.scenes {
        let number = format!("{}/{many}", scene.number);
        let (title, steps) = (scene.title.clone(), scene.steps.to_string());
        table.row([number, title, steps, scene.took_s.clone()]);
    }
    let reply = Reply::new(&document, Shown::Table(table))?.with_words(frames);
    Ok(match missed {
        None => reply,
        Some(missed) => {
            let Missed { number, title, step, says, screen } = missed;
            let words = format!("the story stopped: scene {number} {title:?}, step {step}: {says}");
            reply.with_exit(Exit::Bug).with_words([words, format!("the screen was:\n{screen}")])
        }
    })
}

/// A size as it is typed: `120x36`.
fn size(text: &str) -> Result<(u16, u16), String> {
    let sides = text.split_once('x').and_then(|(cols, rows)| {
        let (cols, rows) = (cols.parse::<u16>().ok()?, rows.parse::<u16>().ok()?);
        ((60..=500).contains(&cols) && (16..=200).contains(&rows)).then_some((cols, rows))
    });
    sides.ok_or_else(|| format!("{text:?} is no size: give 60x16 to 500x200"))
}

/// A speed as it is typed (`0.5`), in hundredths.
pub(crate) fn hundredths(text: &str) -> Result<u32, String> {
    let speed = money::typed::factor(text).map_err(|no| format!("{text:?}: {no}"))?;
    let hundredths = money::exact::as_percent(speed).round();
    let known = (Decimal::from(5)..=Decimal::from(10_000)).contains(&hundredths);
    u32::try_from(hundredths)
        .ok()
        .filter(|_| known)
        .ok_or_else(|| format!("{text} is out of range: give 0.05 to 100"))
}

impl StoryDoc {
    pub(crate) fn new(seed: u64, reached: &[Reached], missed: Option<&Missed>) -> Self {
        let scene = |scene: &Reached| {
            let took = scene.ended.duration_since(scene.began);
            let took_s = format!("{}.{}", took.as_secs(), took.subsec_millis() / 100);
            let (number, title, steps) = (scene.number, scene.title.clone(), scene.steps);
            SceneDoc { number, title, steps, took_s }
        };
        let missed = missed.map(|missed| MissedDoc {
            scene: missed.number,
            title: missed.title.clone(),
            step: missed.step,
            says: missed.says.clone(),
        });
        Self { mode: "demo", seed, scenes: reached.iter().map(scene).collect(), missed }
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::cli::{reply::written, tests::schema};

    #[test]
    fn the_document_is_what_its_schema_says() {
        let began = Timestamp::UNIX_EPOCH;
        let ended = began + SignedDuration::from_millis(61_250);
        let reached = Reached { number: 1, title: "Browse".to_owned(), steps: 3, began, ended };
        let missed = Missed {
            number: 2,
            title: "Race".to_owned(),
            step: 1,
            says: "waited 30 s".to_owned(),
            screen: String::new(),
        };
        for missed in [None, Some(&missed)] {
            let document = StoryDoc::new(42, std::slice::from_ref(&reached), missed);
            let document = schema::check("demo", &written(&document).unwrap());
            assert_eq!(document["scenes"][0]["took_s"], "61.2");
        }
    }
}
