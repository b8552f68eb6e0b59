//! What a story that was played without a terminal came to.

use serde::Serialize;

use crate::runtime::show::{Missed, Reached};

/// What `demo --headless --story` prints.
#[derive(Debug, Serialize)]
pub(crate) struct StoryDoc {
    /// Always `demo`: no seller of yours was asked.
    pub(crate) mode: &'static str,
    pub(crate) seed: u64,
    /// The scenes that were played to their end.
    pub(crate) scenes: Vec<SceneDoc>,
    /// The step that was not reached.
    pub(crate) missed: Option<MissedDoc>,
}

/// A scene that was played to its end.
#[derive(Debug, Serialize)]
pub(crate) struct SceneDoc {
    pub(crate) number: u32,
    pub(crate) title: String,
    pub(crate) steps: usize,
    /// On the demo's clock, seconds as a decimal string.
    pub(crate) took_s: String,
}

/// A step that was not reached.
#[derive(Debug, Serialize)]
pub(crate) struct MissedDoc {
    pub(crate) scene: u32,
    pub(crate) title: String,
    pub(crate) step: usize,
    pub(crate) says: String,
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
    use crate::cli::json::{schema, written};

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
