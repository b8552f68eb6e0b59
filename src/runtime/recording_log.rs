//! What the loop records, in the order in which it happens: what changed in the desk, what was pressed,
//! what was told about it, and that it was drawn.

use std::time::Duration;

use jiff::Timestamp;

use super::{Session, recorder::Recorder};
use crate::{
    domain::Refusal,
    present::Show,
    recording::{Start, Stroke, What},
    tui::{Chord, KeyKind, Keymap},
};

/// How long the disk may take to write the end.
const LEAVE: Duration = Duration::from_secs(5);

/// A recording under way, or none.
#[derive(Debug, Default)]
pub struct RecordingLog(Option<Recorder>, Option<Show>);

impl RecordingLog {
    /// Begins: the desk keeps its updates from here on.
    pub(super) fn start(recorder: Option<Recorder>, session: &mut Session, keys: &Keymap) -> Self {
        let mut recording_log = Self(recorder, None);
        if recording_log.0.is_some() {
            session.record();
            let start = Start { setup: session.state().setup.clone(), keys: keys.changed() };
            recording_log.put(session.now(), What::Start(start.into()));
        }
        recording_log
    }

    /// What the desk learnt since it was asked last.
    pub(super) fn news(&mut self, session: &mut Session) {
        if self.0.is_none() {
            return;
        }
        for (at, news) in session.recorded() {
            self.put(at, What::News(news.without_bodies().into()));
        }
    }

    /// A key is about to be pressed.
    pub(super) fn key(&mut self, chord: Chord, kind: KeyKind, session: &mut Session) {
        if let Some(stroke) = Stroke::new(chord, kind) {
            self.happens(What::Key(stroke), session);
        }
    }

    /// Something else is about to come from the terminal.
    pub(super) fn happens(&mut self, what: What, session: &mut Session) {
        self.news(session);
        self.put(session.now(), what);
    }

    /// What the desk refused of a command.
    pub(super) fn told(&mut self, refusals: &[Refusal], session: &mut Session) {
        self.happens(What::Told(refusals.to_vec()), session);
    }

    /// What came of something that the desk knows nothing of.
    pub(super) fn said(&mut self, said: &Result<String, Refusal>, session: &mut Session) {
        self.happens(What::Said(said.clone()), session);
    }

    /// What stands beside the desk, if it is not what stood there before.
    pub(super) fn show(&mut self, show: Option<&Show>, at: Timestamp) {
        if self.0.is_some() && self.1.as_ref() != show {
            self.1 = show.cloned();
            self.put(at, What::Show(show.cloned().map(Box::new)));
        }
    }

    /// Everything up to now was drawn.
    pub(super) fn drawn(&mut self, at: Timestamp) {
        self.put(at, What::Drawn);
    }

    fn put(&mut self, at: Timestamp, what: What) {
        if let Some(recorder) = &mut self.0
            && !recorder.put(at, what)
        {
            // Why it ended is told by the thread that wrote it.
            self.0 = None;
        }
    }

    /// Ends the recording. Returns why not all of it is written.
    pub(super) fn close(mut self, session: &mut Session) -> Option<String> {
        self.news(session);
        let whole = self.0.is_none_or(|recorder| recorder.close(LEAVE));
        (!whole).then(|| "the end of the recording could not be written in time".to_owned())
    }
}
