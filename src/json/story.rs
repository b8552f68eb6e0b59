//! What a story that was played without a terminal came to.

use serde::Serialize;

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
