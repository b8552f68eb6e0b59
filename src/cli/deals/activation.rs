//! `deals activation`: what the seller says is to be done, the block of a deal to take away, what to look at,
//! and the steps of a DSP.

use super::super::{
    context::Context,
    fail::Failure,
    find::Wanted,
    out::{self, Shown},
    records::Records,
    reply::Reply,
};
use crate::domain::activation;
use crate::json::{Document, activation::ActivationDoc};

/// `deals activation`.
#[derive(Debug, clap::Args)]
pub(crate) struct Activation {
    /// The Deal ID, or SELLER/ID where several sellers have it
    pub(crate) deal_id: String,
    /// With the steps of this DSP: ttd, dv360, xandr, amazon or yahoo
    #[arg(long, value_name = "NAME")]
    pub(crate) dsp: Option<String>,
    /// The block as OpenRTB writes it for this kind of deal, with every change named
    #[arg(long)]
    pub(crate) normalised: bool,
}

pub(super) fn run(context: &Context, args: &Activation) -> Result<Reply, Failure> {
    let records = Records::open(context)?;
    let record = records.deal(&Wanted::new(&args.deal_id))?;
    let bought = super::bought(context, &records, &record)?;
    let dsp = match &args.dsp {
        Some(name) => Some(activation::by_name(name).ok_or_else(|| {
            let known: Vec<_> = activation::dsps().into_iter().map(|dsp| dsp.name).collect();
            let says = format!("there are no steps for a DSP called {name}");
            Failure::usage(says, format!("there are: {}", known.join(", ")))
        })?),
        None => None,
    };
    let body = ActivationDoc::new(&record.deal, &bought, dsp.as_ref());
    let shown = Shown::Text(shown(&body, args.normalised, &record.deal));
    Reply::new(&Document::new(context.config.mode, context.now(), body), shown)
}

fn shown(body: &ActivationDoc, normalised: bool, deal: &crate::domain::Deal) -> String {
    let block = if normalised {
        activation::normalised(deal).map(|normalised| normalised.json)
    } else {
        body.as_received.clone()
    };
    let mut lines = super::instructed(&body.instructions);
    lines.push(block.unwrap_or_else(|| "this seller sent no activation block".to_owned()));
    if let Some(changed) = body.normalised.as_ref().filter(|_| normalised) {
        lines.extend(changed.changes.iter().map(|change| {
            let from = change.from.as_deref().unwrap_or("absent");
            format!("changed   {}: {from} → {}, {}", change.field, change.to, change.why)
        }));
    }
    lines.extend(body.lint.iter().map(super::LintDoc::line));
    if let Some(dsp) = &body.dsp {
        lines.push(dsp.title.clone());
        lines.extend(dsp.steps.iter().enumerate().map(|(nth, step)| {
            let value = step.field.as_ref().map_or_else(String::new, |field| {
                format!("  [{field}: {}]", step.value.as_deref().unwrap_or("?"))
            });
            format!("{:>3}  {}{value}", nth + 1, step.says)
        }));
    }
    out::cleaned(&lines.join("\n"))
}
