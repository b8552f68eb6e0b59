//! `deals readback`: a DSP's export or a bid request against what was bought.

use std::io::{self, Read};

use super::super::{
    context::Context,
    exit::Exit,
    fail::Failure,
    find::Wanted,
    out::{self, Shown},
    records::Records,
    reply::Reply,
    table::known,
};
use crate::{
    domain::{
        ids::shown,
        readback::{self, MOST_BYTES},
    },
    json::{
        Document,
        readback::{ReadDealDoc, ReadbackDoc},
    },
    private,
    store::DealFilter,
};

/// `deals readback`.
#[derive(Debug, clap::Args)]
pub(crate) struct Readback {
    /// A DSP's export (CSV, tabs, semicolons, JSON) or an `OpenRTB` bid request; - reads stdin
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    /// Only this deal, which then has to be in it
    #[arg(long, value_name = "DEAL")]
    pub(crate) deal: Option<String>,
}

/// The most ids of others that are named.
const MOST_NAMED: usize = 100;

pub(super) fn run(context: &Context, args: &Readback) -> Result<Reply, Failure> {
    let given = read(&args.file)?;
    let export = readback::parse(&given).map_err(|trouble| {
        let says = format!("{} cannot be read back: {trouble}", name(&args.file));
        Failure::usage(says, "give a DSP's export with a Deal ID column, or a bid request")
    })?;
    let records = Records::open(context)?;
    let deals = match &args.deal {
        Some(typed) => vec![records.deal(&Wanted::new(typed))?],
        None => records.deals(&DealFilter::default())?,
    };
    let (mut items, mut ours) = (Vec::new(), Vec::new());
    for record in &deals {
        let bought = super::bought(context, &records, record)?;
        for back in readback::read_back(&export, &bought) {
            ours.push(back.place.clone());
            items.push(ReadDealDoc::new(&record.deal.seller, &bought, back));
        }
    }
    if items.is_empty() {
        let what = args.deal.as_ref().map_or_else(
            || "none of the desk's deals".to_owned(),
            |deal| format!("nothing like the deal {}", shown(deal)),
        );
        let says = format!("{} has {what} among its {}", name(&args.file), export.deals.len());
        let harm = export.harm();
        let says = harm.map_or_else(|| says.clone(), |harm| format!("{says}, but {harm}"));
        let cure = "check that the deal was set up, and under this Deal ID";
        return Err(Failure::new(Exit::NotFound, says, cure).coded("deal"));
    }
    let mut body = ReadbackDoc::new(export.shape, items, export.unused);
    if args.deal.is_none() {
        let others = export.deals.iter().filter(|listed| !ours.contains(&listed.place));
        body.not_ours = others.map(|listed| listed.deal_id.clone()).take(MOST_NAMED).collect();
    }
    let exit = if body.agrees { Exit::Done } else { Exit::Disputed };
    let shown = Shown::Text(text(&body));
    let document = Document::new(context.config.mode, context.now(), body);
    Ok(Reply::new(&document, shown)?.with_exit(exit))
}

fn name(file: &str) -> &str {
    if file == "-" { "what came on stdin" } else { file }
}

/// What stands in the file, never more than is read.
fn read(file: &str) -> Result<String, Failure> {
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    let result = if file == "-" {
        io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        private::named(file.as_ref()).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    let failed = |why: String| {
        let says = format!("{} cannot be read: {why}", name(file));
        Failure::usage(says, "give a text file, or - to read stdin")
    };
    result.map_err(|error| failed(error.to_string()))?;
    if bytes.len() > MOST_BYTES {
        return Err(failed(format!("it is larger than {MOST_BYTES} bytes")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        failed(format!("it is no UTF-8 text (byte {at}): save it as UTF-8"))
    })
}

fn text(body: &ReadbackDoc) -> String {
    let mut lines = Vec::new();
    for item in &body.items {
        let stands = item.stands;
        lines.push(format!(
            "{} ({})  {stands}  at {}",
            shown(&item.deal_id),
            item.seller,
            item.place
        ));
        for row in &item.rows {
            let mark = match row.outcome.as_str() {
                "agrees" => "✓",
                "absent" => "–",
                _ => "✗",
            };
            let note = row.note.as_ref().map_or_else(String::new, |note| format!("  {note}"));
            lines.push(format!("{mark} {:<12} {:<26} {}{note}", row.field, row.agreed, row.theirs));
        }
        let days = match (item.days_lost, item.days) {
            (Some(lost), Some(of)) => format!("{lost} of {of} days"),
            _ => "? days".to_owned(),
        };
        let money = known(item.at_stake.clone());
        lines.push(format!("at stake       {money} {} and {days}", item.currency));
    }
    if !body.not_ours.is_empty() {
        let ids: Vec<_> = body.not_ours.iter().map(|id| shown(id)).collect();
        lines.push(format!("not ours       {}", ids.join(", ")));
    }
    if !body.unused.is_empty() {
        lines.push(format!("not read       {}", body.unused.join(", ")));
    }
    out::cleaned(&lines.join("\n"))
}
