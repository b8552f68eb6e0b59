//! What desks learnt and could not store lies beside the store. Whatever reads quotes or deals takes it in
//! first; where it cannot, it tells what lies there, and never that there is nothing.

use std::{path::PathBuf, time::Duration};

use super::{
    context::Context,
    exit::Exit,
    fail::Failure,
    out,
    reply::{Reply, written},
    seam,
};
use crate::{
    domain::ids,
    json::UnstoredDoc,
    runtime::{
        open,
        spill::{self, Spilled},
    },
    store,
};

/// How long it is waited for another process that writes to the store.
const PATIENCE: Duration = Duration::from_secs(1);

impl UnstoredDoc {
    fn new((path, line): &(PathBuf, Spilled)) -> Self {
        let fact = &line.entry.fact;
        Self {
            at: line.entry.at.into(),
            kind: fact.kind().to_owned(),
            seller: fact.seller().0,
            quote_id: fact.quote().map(|quote| quote.quote_id.0),
            deal_id: fact.deal().map(|deal| deal.deal_id.0),
            file: path.display().to_string(),
        }
    }

    fn words(&self) -> String {
        let ids = [&self.quote_id, &self.deal_id].into_iter().flatten().map(|id| ids::shown(id));
        let ids = ids.collect::<Vec<_>>().join(" as ");
        format!("{} {} {ids} (in {})", self.kind, self.seller, self.file)
    }
}

/// Takes in what desks that are gone left beside the store, if it can be written. Returns what lies there
/// still: looked at before the store is read, so that what another process takes in meanwhile is told
/// or read.
pub(crate) async fn take_in(context: &Context) -> Vec<UnstoredDoc> {
    let path = &context.config.store;
    let left = beside(context);
    if left.is_empty() || context.config.read_only || !path.exists() {
        return left;
    }
    // Tried first: what cannot be stored now would be put beside it once more.
    let taken_in = match store::try_out(path, PATIENCE) {
        Ok(()) => seam::take_in(context).await.map_err(|failure| failure.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match taken_in {
        Ok(due) => due.into_iter().for_each(|words| out::words(&words)),
        Err(why) => tracing::warn!(%why, "what lies beside the store is not taken in"),
    }
    beside(context)
}

/// What still lies beside the store.
pub(crate) fn beside(context: &Context) -> Vec<UnstoredDoc> {
    let found = spill::beside(&open::location(&context.config));
    found.iter().map(UnstoredDoc::new).collect()
}

/// Words for a person about what lies beside the store.
fn words(left: &[UnstoredDoc]) -> Option<String> {
    let told: Vec<_> = left.iter().map(UnstoredDoc::words).collect();
    (!told.is_empty()).then(|| {
        format!(
            "NOT IN THE STORE, but beside it, since it could not be written: {}\n  → it is not in what \
             is shown here; `dealdesk doctor` says what is wrong with the store, and the next desk \
             that can write it takes it in",
            told.join("; ")
        )
    })
}

/// A reply, or a failure to find something, with what lies beside the store. A list tells it in its own
/// document.
pub(crate) fn told(result: Result<Reply, Failure>, left: &[UnstoredDoc]) -> Result<Reply, Failure> {
    let Some(words) = words(left) else { return result };
    match result {
        Ok(mut reply) => {
            if let Some(open) = reply.json.strip_suffix('}') {
                reply.json = format!("{open},\"unstored\":{}}}", written(&left)?);
            }
            Ok(reply.with_words([words]))
        }
        Err(mut failure) if failure.exit == Exit::NotFound => {
            failure.says = format!("{}. {words}", failure.says);
            Err(failure)
        }
        Err(failure) => Err(failure),
    }
}
