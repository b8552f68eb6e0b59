//! Which dialect each seller speaks, remembered from one run to the next, so that nothing has to be
//! found out before the first question. A seller that stops fitting is looked at anew by its adapter.

use serde::{Deserialize, Serialize};

use super::Session;
use crate::{desk::RequestId, domain::Heard, store::Cached};

/// What it is kept under.
pub(super) const KIND: &str = "dialect";

/// What is kept of a seller. At another address it may be another seller.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    url: String,
    dialect: String,
}

impl Session {
    /// Tells every adapter what its seller spoke in an earlier run.
    pub(super) fn recall_dialects(&mut self, known: &[Cached]) {
        for cached in known {
            let seller = &cached.seller;
            let Some(Ok(adapter)) = self.sellers.get(seller) else { continue };
            // What cannot be read is found out again.
            let Ok(kept) = serde_json::from_str::<Kept>(&cached.json) else { continue };
            let url = self.state().sellers.get(seller).map(|known| known.info.url.as_str());
            if url == Some(kept.url.as_str())
                && let Some(spoke) = adapter.recall(&kept.dialect)
            {
                self.desk.recall_dialect(seller, spoke);
            }
        }
    }

    /// Keeps what an answer shows of its seller's dialect, where that is new.
    pub(super) fn keep_dialect(&mut self, id: RequestId, heard: &Heard) {
        let Some(spoke) = &heard.spoke else { return };
        let Some(flight) = self.state().in_flight.get(&id) else { return };
        let Some(known) = self.state().sellers.get(&flight.seller) else { return };
        if known.spoke.as_ref().is_some_and(|known| known.dialect == spoke.dialect) {
            return;
        }
        let kept = Kept { url: known.info.url.clone(), dialect: spoke.dialect.clone() };
        let Ok(json) = serde_json::to_string(&kept) else { return };
        let seller = flight.seller.clone();
        let cached = Cached { seller, kind: KIND.to_owned(), json, at: self.clock.now() };
        self.writer.cache(cached, &mut self.jobs);
    }
}
