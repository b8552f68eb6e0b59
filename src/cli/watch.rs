//! `watch`: one fact a line, each with the cursor that resumes after it.

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;

use super::{
    context::Context,
    exit::Exit,
    fail::Failure,
    out::{self, Shown},
    port,
    records::Records,
    reply::{Reply, written},
    table::Table,
};
use crate::{
    desk::KINDS,
    json::fact::FactDoc,
    private,
    store::{Recorded, StoreWatch},
};

/// How many facts are read at once.
const AT_ONCE: u64 = 500;

/// A write is heard of before it can be read: SQLite writes its log first and says last that it
/// counts. So each is looked for again a little later, and then no more.
const LOOKS: [Duration; 3] =
    [Duration::from_millis(20), Duration::from_millis(200), Duration::from_secs(2)];

/// `watch`.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Args {
    /// Start after this fact: the `seq` of the last one you have. 0 is from the beginning
    /// [default: only what happens from now on]
    #[arg(long, value_name = "SEQ")]
    pub(crate) from: Option<u64>,
    /// Of this seller
    #[arg(long, value_name = "NAME")]
    pub(crate) seller: Option<String>,
    /// Of this kind, or that begin with it: `booking`, `quote.received`
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// Stop once everything up to now is printed
    #[arg(long)]
    pub(crate) no_follow: bool,
    /// Only what concerns bookings and deals.
    #[arg(skip)]
    pub(crate) deals_only: bool,
}

impl Args {
    fn wants(&self, row: &Recorded) -> bool {
        let fact = &row.entry.fact;
        let of_seller = self.seller.as_ref().is_none_or(|name| fact.seller().as_str() == name);
        let of_kind = self.kind.as_deref().is_none_or(|kind| fact.kind().starts_with(kind));
        let is_deal = ["booking.", "intent.", "deal."].iter().any(|k| fact.kind().starts_with(k));
        of_seller && of_kind && (!self.deals_only || is_deal)
    }
}

pub(crate) async fn run(args: Args, context: &Context) -> Result<Reply, Failure> {
    let changed = Arc::new(Notify::new());
    // Watched before the first read, so that nothing falls between the two.
    let _watch = (!args.no_follow).then(|| start(context, &changed)).transpose()?;
    let mut looks = LOOKS.iter();
    let mut interrupt = port::ctrl_c();
    let mut records = if args.no_follow {
        Records::open(context)?
    } else {
        Records::of_a_store_to_come(context, false)?
    };
    check(&args, context, &records)?;
    if records.reader().is_none() && !args.no_follow {
        out::progress(&format!("waiting for {} …", context.config.store.display()));
    }
    let mut seq = match args.from {
        Some(seq) => seq,
        None => records.reader().map_or(Ok(0), crate::store::Reader::head)?,
    };
    loop {
        seq = print(&records, &args, seq, context.out.json)?;
        if args.no_follow {
            return Ok(Reply::nothing());
        }
        let look = looks.next();
        let again = async {
            match look {
                Some(after) => context.clock.sleep(*after).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = &mut interrupt => return Ok(Reply::nothing()),
            () = changed.notified() => looks = LOOKS.iter(),
            () = again => {}
        }
        if records.reader().is_none() {
            // Whoever makes the store is done with it by the last look.
            records = Records::of_a_store_to_come(context, looks.len() == 0)?;
        }
    }
}

/// A filter that nothing can pass, and a place that is not there, are not waited at for ever.
fn check(args: &Args, context: &Context, records: &Records) -> Result<(), Failure> {
    records.seller(context, args.seller.as_deref())?;
    if let Some(kind) = &args.kind
        && !KINDS.iter().any(|known| known.starts_with(kind.as_str()))
    {
        let says = format!("no fact is of kind {kind:?}");
        let cure = format!("there are: {}", KINDS.join(", "));
        return Err(Failure::new(Exit::NotFound, says, cure).coded("kind"));
    }
    let newest = records.reader().map_or(Ok(0), crate::store::Reader::head)?;
    if let Some(from) = args.from.filter(|from| *from > newest) {
        let says = format!("nothing follows {from}: the newest fact of this store is {newest}");
        let cure = "the store may have been replaced: start from 0";
        return Err(Failure::new(Exit::NotFound, says, cure).coded("from"));
    }
    Ok(())
}

fn start(context: &Context, changed: &Arc<Notify>) -> Result<StoreWatch, Failure> {
    let store = &context.config.store;
    if let Some(folder) = store.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private::folder(folder).map_err(|error| {
            let says = format!("{} cannot be made: {error}", folder.display());
            Failure::new(Exit::Configuration, says, "name another store with --store")
        })?;
    }
    let changed = Arc::clone(changed);
    Ok(StoreWatch::start(store, move || changed.notify_one())?)
}

/// Prints what came after `seq`, and returns the newest.
fn print(records: &Records, args: &Args, mut seq: u64, json: bool) -> Result<u64, Failure> {
    loop {
        let rows = records.after(seq, AT_ONCE)?;
        let Some(last) = rows.last() else { return Ok(seq) };
        seq = last.seq;
        for row in rows.iter().filter(|row| args.wants(row)) {
            out::line(&line(row, json)?)?;
        }
    }
}

fn line(row: &Recorded, json: bool) -> Result<String, Failure> {
    let fact = FactDoc::new(row.seq, &row.entry);
    if json {
        return written(&fact);
    }
    let FactDoc { seq, at, kind, seller, subject, by, .. } = fact;
    let [seller, subject] = [seller, subject].map(Option::unwrap_or_default);
    Ok(Table::tsv_row([seq.to_string(), at.to_string(), kind.to_owned(), seller, subject, by]))
}

impl Reply {
    /// Everything was printed already.
    pub(crate) fn nothing() -> Self {
        let (json, shown) = (String::new(), Shown::Text(String::new()));
        Self { json, shown, words: Vec::new(), exit: Exit::Done, unless_stored: None }
    }
}
