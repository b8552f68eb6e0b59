//! A story as it is written: scenes with captions, the keys to press, and what must be seen before it
//! goes on. Whoever plays it presses the keys a buyer would.

use serde::Deserialize;

use super::Scene;
use crate::{
    desk::{DealRecord, QuoteRecord, State},
    domain::{SellerName, Stage},
};

/// The story of the demo.
const STORY: &str = include_str!("../../assets/story.toml");

/// How long a step may take to be reached, in seconds, where it says nothing.
const WITHIN: u32 = 30;

/// A story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Its scenes, in order; each can be played by itself.
    pub scenes: Vec<StoryScene>,
}

/// A scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryScene {
    /// What it is called.
    pub title: String,
    /// Its steps, in order.
    pub steps: Vec<Step>,
}

/// A step: something is said, keys are pressed, something is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The caption, a line each; the one before stays where it is empty.
    pub says: Vec<String>,
    /// What comes next, and what is expected then.
    pub then: Vec<String>,
    /// How long the caption is read before the keys are pressed, in seconds.
    pub hold: u32,
    /// What is pressed.
    pub presses: Vec<Press>,
    /// What must be seen before the next step.
    pub until: Until,
    /// How long that may take, in seconds.
    pub within: u32,
    /// It is left out where a seller's newest quote is in one of these stages already: a scene before it
    /// brought it there.
    pub unless: Option<(SellerName, Vec<Stage>)>,
}

/// Something that is pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Press {
    /// A key, as the configuration names it.
    Key(String),
    /// Keys that belong together, pressed quickly one after the other: `f9+x+d`.
    Sequence(Vec<String>),
    /// A text, letter by letter.
    Text(String),
    /// The price that the open ticket asks for.
    Price,
    /// The price that the seller asks in the negotiation under the cursor.
    Theirs,
    /// The id of the newest deal.
    Deal,
    /// The price agreed in the newest deal.
    Agreed,
}

/// What must be so before a story goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Until {
    /// Words that stand on the screen.
    pub shows: Vec<String>,
    /// Words that no longer do.
    pub hides: Vec<String>,
    /// A seller's newest quote is in one of these stages.
    pub quote: Option<(SellerName, Vec<Stage>)>,
    /// A seller's newest deal is in one of these stages.
    pub deal: Option<(SellerName, Vec<Stage>)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    scene: Vec<WrittenScene>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenScene {
    title: String,
    step: Vec<WrittenStep>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStep {
    #[serde(default)]
    says: Vec<String>,
    #[serde(default)]
    then: Vec<String>,
    #[serde(default)]
    hold: u32,
    #[serde(default)]
    keys: String,
    #[serde(default)]
    shows: Vec<String>,
    #[serde(default)]
    hides: Vec<String>,
    quote: Option<WrittenStages>,
    deal: Option<WrittenStages>,
    within: Option<u32>,
    unless: Option<WrittenStages>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStages {
    seller: String,
    is: Vec<String>,
}

impl Story {
    /// The demo's own.
    ///
    /// # Errors
    /// Never, unless this program was built with a broken one; a test reads it.
    pub fn of_the_demo() -> Result<Self, String> {
        Self::read(STORY)
    }

    /// Reads a story.
    ///
    /// # Errors
    /// What is wrong with it, and in which scene and step.
    pub fn read(text: &str) -> Result<Self, String> {
        let written: Written = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut scenes = Vec::new();
        for scene in written.scene {
            let mut steps = Vec::new();
            for (nth, step) in scene.step.into_iter().enumerate() {
                let place = |why| format!("scene {:?}, step {}: {why}", scene.title, nth + 1);
                steps.push(step.read().map_err(place)?);
            }
            if steps.is_empty() {
                return Err(format!("scene {:?} has no step", scene.title));
            }
            scenes.push(StoryScene { title: scene.title, steps });
        }
        if scenes.is_empty() {
            return Err("there is no scene".to_owned());
        }
        Ok(Self { scenes })
    }

    /// A scene as it is announced, by its place from 0.
    pub fn scene(&self, place: usize) -> Option<Scene> {
        let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let title = self.scenes.get(place)?.title.clone();
        Some(Scene { number: number(place + 1), of: number(self.scenes.len()), title })
    }
}

impl WrittenStep {
    fn read(self) -> Result<Step, String> {
        let presses = self.keys.split_whitespace().map(press).collect();
        let stages = |written: WrittenStages| {
            let stage = |word: &String| {
                word.parse::<Stage>()
                    .map_err(|_| format!("{word:?} is no stage of a quote or deal"))
            };
            let stages = written.is.iter().map(stage).collect::<Result<Vec<_>, _>>()?;
            Ok::<_, String>((SellerName::from(written.seller.as_str()), stages))
        };
        let until = Until {
            shows: self.shows,
            hides: self.hides,
            quote: self.quote.map(stages).transpose()?,
            deal: self.deal.map(stages).transpose()?,
        };
        let within = self.within.unwrap_or(WITHIN);
        let unless = self.unless.map(stages).transpose()?;
        Ok(Step {
            says: self.says,
            then: self.then,
            hold: self.hold,
            presses,
            until,
            within,
            unless,
        })
    }
}

fn press(word: &str) -> Press {
    let quoted = word.strip_prefix('"').and_then(|word| word.strip_suffix('"'));
    match (word, quoted) {
        ("{price}", _) => Press::Price,
        ("{theirs}", _) => Press::Theirs,
        ("{deal}", _) => Press::Deal,
        ("{agreed}", _) => Press::Agreed,
        (_, Some(text)) if !text.is_empty() => Press::Text(text.to_owned()),
        (keys, _) if keys.len() > 1 && keys.contains('+') => {
            Press::Sequence(keys.split('+').map(str::to_owned).collect())
        }
        (key, _) => Press::Key(key.to_owned()),
    }
}

impl Until {
    /// What is not so yet, in words; `None` where all of it is.
    pub fn missing(&self, screen: &str, state: &State) -> Option<String> {
        if let Some(words) = self.shows.iter().find(|words| !screen.contains(words.as_str())) {
            return Some(format!("{words:?} on the screen"));
        }
        if let Some(words) = self.hides.iter().find(|words| screen.contains(words.as_str())) {
            return Some(format!("{words:?} gone from the screen"));
        }
        if let Some((seller, stages)) = &self.quote {
            let is = newest(state, seller);
            if !is.is_some_and(|stage| stages.contains(&stage)) {
                return Some(wanted(seller, "quote", stages, is));
            }
        }
        if let Some((seller, stages)) = &self.deal {
            let mut deals = state.deals.values().rev();
            let newest = deals.find(|record| record.deal.seller == *seller);
            let is = newest.map(DealRecord::stage);
            if !is.is_some_and(|stage| stages.contains(&stage)) {
                return Some(wanted(seller, "deal", stages, is));
            }
        }
        None
    }
}

/// The stage of a seller's newest quote.
fn newest(state: &State, seller: &SellerName) -> Option<Stage> {
    let mut quotes = state.quotes.values().rev();
    quotes.find(|record| record.quote.seller == *seller).map(QuoteRecord::stage)
}

impl Step {
    /// Whether it is left out, as things stand.
    pub fn is_needless(&self, state: &State) -> bool {
        self.unless.as_ref().is_some_and(|(seller, stages)| {
            newest(state, seller).is_some_and(|stage| stages.contains(&stage))
        })
    }
}

fn wanted(seller: &SellerName, what: &str, stages: &[Stage], is: Option<Stage>) -> String {
    let stages: Vec<_> = stages.iter().map(Stage::to_string).collect();
    let is = is.map_or_else(|| "there is none".to_owned(), |stage| format!("it is {stage}"));
    format!("the newest {what} of {seller} being {} ({is})", stages.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demos_story_can_be_read() {
        let story = Story::of_the_demo().unwrap();
        assert!(story.scenes.len() >= 6, "{}", story.scenes.len());
        for scene in &story.scenes {
            assert!(!scene.steps[0].says.is_empty(), "{} begins without a caption", scene.title);
            for step in &scene.steps {
                let long = step.says.iter().map(String::len).sum::<usize>();
                assert!(long <= 200, "too long to be read: {:?}", step.says);
            }
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let wrong = |text: &str| Story::read(text).unwrap_err();
        assert!(wrong("").contains("scene"));
        assert!(wrong("scene = []").contains("no scene"));
        let bad = "[[scene]]\ntitle = \"Race\"\n[[scene.step]]\nquote = { seller = \"a\", is = [\"NICE\"] }";
        assert_eq!(wrong(bad), "scene \"Race\", step 1: \"NICE\" is no stage of a quote or deal");
        let unknown = "[[scene]]\ntitle = \"Race\"\n[[scene.step]]\nkey = \"N\"";
        assert!(wrong(unknown).contains("key"), "{}", wrong(unknown));
    }

    #[test]
    fn keys_texts_and_prices_are_told_apart() {
        let text = "[[scene]]\ntitle = \"t\"\n[[scene.step]]\nkeys = 'N \"22.50\" {price} {theirs} enter \" + f9+x+d'";
        let story = Story::read(text).unwrap();
        let key = |name: &str| Press::Key(name.into());
        let typed = Press::Text("22.50".into());
        let fault = Press::Sequence(["f9", "x", "d"].map(str::to_owned).into());
        let (price, theirs) = (Press::Price, Press::Theirs);
        let wanted = [key("N"), typed, price, theirs, key("enter"), key("\""), key("+"), fault];
        assert_eq!(story.scenes[0].steps[0].presses, wanted);
    }
}
