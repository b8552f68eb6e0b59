//! Draws what is known of the lines of the quotes that are no quotes: a seller that is being asked, one
//! that gave no quote, and an RFQ with who has answered what.

use jiff::tz::TimeZone;
use ratatui::text::Line;

use super::group::Group;
use crate::{
    domain::RfqId,
    tui::parts::{
        clock,
        context::Dx,
        facts::{plain as fact, wrapped},
        money,
        sheet::look,
    },
};

pub(super) fn asking(id: crate::desk::RequestId, dx: &Dx<'_>) -> Vec<Line<'static>> {
    let Some(flight) = dx.state.in_flight.get(&id) else { return Vec::new() };
    let Some((ask, _)) = flight.priced() else { return Vec::new() };
    let target = ask.target_cpm.map_or_else(|| "none".to_owned(), |cpm| cpm.to_string());
    vec![
        fact(
            dx,
            "asks",
            format!(
                "{} for {} impressions, {}",
                flight.seller,
                money::impressions(ask.impressions),
                ask.deal_type.words()
            ),
        ),
        fact(dx, "flight", format!("{} → {}   target {target}", ask.flight_start, ask.flight_end)),
        fact(dx, "told", look::told(&ask.identity)),
    ]
}

pub(super) fn failed(place: usize, dx: &Dx<'_>, wide: u16) -> (String, Vec<Line<'static>>) {
    let Some(failed) = dx.state.failed_asks.get(place) else { return Default::default() };
    let at = failed.at.to_zoned(TimeZone::UTC).strftime("%H:%M:%SZ").to_string();
    let mut lines = vec![fact(
        dx,
        "asked",
        format!("{} for {}, failed at {at}", failed.seller, failed.product),
    )];
    lines.extend(wrapped(dx, "says", &failed.error.told(), wide));
    lines.extend(wrapped(dx, "now", &failed.error.cure, wide));
    lines.push(fact(dx, "keys", format!("{} asks again, the same terms", dx.key("ask again"))));
    ("no quote came".to_owned(), lines)
}

pub(super) fn alone(dx: &Dx<'_>) -> Vec<Line<'static>> {
    let words = "quotes that were asked of one seller: nothing ranks them against each other";
    vec![fact(dx, "", words.to_owned())]
}

/// What was asked of several sellers, and what each answered.
pub(super) fn together(group: &Group, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let mut lines = wrapped(dx, "need", &group.need(), wide);
    lines.push(fact(dx, "asked", group.answers()));
    let best = group.best().into_iter().chain([group.cover()]).collect::<Vec<_>>();
    lines.extend(wrapped(dx, "best", &best.join(" · "), wide));
    let label = |nth: usize| if nth == 0 { "answers" } else { "" };
    for (nth, ranked) in group.ranking.rows.iter().take(usize::from(dx.size.1)).enumerate() {
        let at = dx.state.quote(&ranked.quote).map(|record| record.received_at);
        let at = at.map_or_else(String::new, clock::time);
        let place = match ranked.place {
            Ok(place) => format!("{place}."),
            Err(out) => format!("– {}:", out.words()),
        };
        let price = money::cpm(ranked.effective.map(|effective| effective.cpm), None);
        let words = format!("{place} {} {price} at {at}", ranked.quote.seller);
        lines.push(fact(dx, label(nth), words));
    }
    lines.extend(missing(&group.id, dx, wide));
    lines
}

/// Sellers of an RFQ that did not quote, in their words.
fn missing(rfq: &RfqId, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let failed = super::group::failures(dx.state);
    let of_it = failed.filter(|(_, failed)| failed.rfq.as_ref() == Some(rfq));
    let words = of_it.map(|(_, failed)| format!("{}: {}", failed.seller, failed.error.told()));
    words.flat_map(|words| wrapped(dx, "✗ none", &words, wide)).collect()
}
