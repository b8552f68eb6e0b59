//! What came of a booking, in lines.

use super::Args;
use crate::cli::{json::book::BookDoc, out};

pub(super) fn text(body: &BookDoc, args: &Args) -> String {
    let mut lines = vec![format!("outcome  {}", body.outcome)];
    if let Some(deal) = &body.deal {
        lines.push(format!("deal     {}  ({})  {}", deal.deal_id, deal.seller, deal.stage));
        lines.extend(deal.differences.iter().map(|difference| {
            format!(
                "differs  {}: agreed {}, booked {}",
                difference.field, difference.agreed, difference.booked
            )
        }));
    }
    if let Some(ticket) = &body.ticket {
        lines.push(format!("ticket   {}  key {}", ticket.id, ticket.idempotency_key));
    }
    if args.dry_run || body.refusal.is_some() {
        lines.extend(body.checks.iter().map(|check| {
            format!("{} {:<9} {}", if check.ok { "✓" } else { "✗" }, check.name, check.says)
        }));
    }
    if args.dry_run && body.exit == 0 {
        lines.push("dry run: every check passed; nothing was sent".to_owned());
    }
    out::cleaned(&lines.join("\n"))
}
