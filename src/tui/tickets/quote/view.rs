//! Draws the quote ticket: what is asked for, who is told what of us, and the line that asks.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{QuoteTicket, Terms};
use crate::{
    desk::judge,
    domain::{
        Cost, Cpm, Identity,
        flight::{self, Odd},
        money, text,
    },
    tui::parts::{
        context::Dx,
        money as amounts, pane,
        sheet::{self, Answer, Content, look},
        theme::Meaning,
    },
};

pub(super) fn draw(
    (ticket, answer): (&QuoteTicket, &Answer),
    frame: &mut Frame<'_>,
    screen: Rect,
    dx: &Dx<'_>,
) {
    let wide = screen.width.min(96);
    let mut below = self::below(ticket, dx, wide.saturating_sub(4));
    if let Some(trouble) = &answer.trouble {
        below.extend(look::trouble(dx, trouble, wide.saturating_sub(4)));
    }
    let rows = ticket.form.height() + 3 + u16::try_from(below.len()).unwrap_or(0);
    let what = ticket.title(dx);
    let head = (what.as_str(), ticket.hint());
    let inside = look::place(frame, screen, dx, head, (wide, rows + 2));
    let first = Rect { height: 1.min(inside.height), ..inside };
    frame.render_widget(title(ticket, inside.width), first);
    let form = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    ticket.form.draw(frame, form, dx);
    let used = (1 + ticket.form.height()).min(inside.height);
    let last = 1.min(inside.height - used);
    let rest = Rect { y: inside.y + used, height: inside.height - used - last, ..inside };
    pane::lines(frame, rest, dx, &below);
    let foot = Rect { y: inside.bottom() - last, height: last, ..inside };
    if answer.is_sent() {
        let line = Line::from(" ◔ asking …").style(dx.style(Meaning::Waiting));
        return frame.render_widget(line, foot);
    }
    let here = if ticket.form.is_at_send() { "▌" } else { " " };
    frame.render_widget(Span::styled(here, dx.style(Meaning::Key)), foot);
    let rest = Rect { x: foot.x + 1.min(foot.width), width: foot.width.saturating_sub(1), ..foot };
    sheet::draw_confirm(&ticket.confirm(dx.state), answer, frame, rest, dx);
}

pub(super) fn sellers(ticket: &QuoteTicket) -> String {
    let mut names: Vec<_> = ticket.candidates.iter().map(|c| c.seller.to_string()).collect();
    names.dedup();
    names.join(", ")
}

fn title(ticket: &QuoteTicket, wide: u16) -> Line<'static> {
    let titles: Vec<_> = ticket.candidates.iter().map(|c| c.title.clone()).collect();
    Line::from(text::cut(&format!(" {}", titles.join(" · ")), usize::from(wide)))
}

pub(super) fn below(ticket: &QuoteTicket, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let mut lines = vec![look::rule(wide)];
    lines.extend(told(ticket, dx, wide));
    let many = ticket.candidates.len();
    if many > super::FEW {
        let asks: Vec<_> = (0..many).filter_map(|place| asks(ticket, place)).collect();
        lines.extend(look::facts(dx, "asks", &asks.join(" · "), wide));
    }
    for (nth, words) in ticket.left_out.iter().enumerate() {
        let label = if nth == 0 { "not asked" } else { "" };
        lines.extend(look::facts(dx, label, words, wide));
    }
    lines.extend(price_words(ticket, dx, wide));
    lines.extend(odd(ticket, dx, wide));
    lines.push(look::fact(
        dx,
        "commits",
        "nothing: a quote is a price that can be booked until it expires",
    ));
    lines
}

/// Who is told what of us: sellers that are told the same stand together.
fn told(ticket: &QuoteTicket, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let mut by_identity: Vec<(Identity, Vec<String>)> = Vec::new();
    for candidate in &ticket.candidates {
        let identity = ticket.identity(dx.state, &candidate.seller);
        let name = candidate.seller.to_string();
        match by_identity.iter_mut().find(|(other, _)| *other == identity) {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => by_identity.push((identity, vec![name])),
        }
    }
    let mut lines = Vec::new();
    for (identity, names) in by_identity {
        let (told, tier) = (look::told(&identity), look::tier(identity.tier()));
        let are = if names.len() == 1 { "is" } else { "are" };
        let words = format!("{} {are} told {told} (earns {tier})", names.join(", "));
        lines.extend(look::facts(dx, "identity", &words, wide));
        let untold = look::untold(&dx.state.setup.identity, &identity);
        if identity.agent_url.is_some() {
            let words = "agent_url: a v2 seller that does not know it gives the public tier, whatever the key";
            lines.extend(look::facts(dx, "", words, wide));
        }
        if !untold.is_empty() {
            let words = format!("not told {untold}");
            lines.push(look::fact(dx, "", words).style(dx.style(Meaning::Dim)));
        }
    }
    lines
}

/// `harbor: Harbor Prime Sports`.
fn asks(ticket: &QuoteTicket, place: usize) -> Option<String> {
    let (_, product) = ticket.product(place)?;
    Some(format!("{}: {product}", ticket.candidates.get(place)?.seller))
}

/// What a seller's price is known to be before it is asked, and by what: the list price of the product that is
/// asked for, at our tier; where that is not known, what the kit says of its package.
fn known_price(
    ticket: &QuoteTicket,
    terms: &Terms,
    dx: &Dx<'_>,
    place: usize,
) -> Option<(Cpm, String)> {
    let candidate = ticket.candidates.get(place)?;
    let (seller, ask) = ticket.ask(dx.state, terms, place)?;
    if let Some(price) = judge::list_price_for_us(dx.state, &seller, &ask) {
        return Some((price, format!("list price at your tier {price}")));
    }
    let price = candidate.price?;
    let blend = candidate.blend.as_ref().map_or_else(String::new, |blend| format!(" ({blend})"));
    Some((price, format!("kit price {price}{blend}")))
}

/// What the money would be, as far as prices are known before anyone is asked.
fn price_words(ticket: &QuoteTicket, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let Ok(terms) = ticket.terms((dx.state, dx.now)) else { return Vec::new() };
    let Some(impressions) = terms.impressions else { return Vec::new() };
    let mut words = vec![format!("{} impressions", money::count(impressions))];
    for (place, candidate) in ticket.candidates.iter().enumerate() {
        if let Some((price, by)) = known_price(ticket, &terms, dx, place) {
            let cost = amounts::cost(Some(price.cost(impressions)), terms.kind.is_guaranteed());
            words.push(format!("{}'s {by} makes {cost}", candidate.seller));
        }
    }
    if let Some(target) = terms.target {
        let cost = amounts::cost(Some(target.cost(impressions)), terms.kind.is_guaranteed());
        words.push(format!("at your target {cost}"));
    }
    let days = terms.end.since(terms.start).ok().map(|span| span.get_days() + 1);
    if let Some(days) = days.filter(|days| *days > 0) {
        words.push(format!("{days} days"));
    }
    look::facts(dx, "terms", &words.join(" · "), wide)
}

/// What should be looked at before anybody is asked: odd days, and a cost over the limit of a deal.
fn odd(ticket: &QuoteTicket, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let Ok(terms) = ticket.terms((dx.state, dx.now)) else { return Vec::new() };
    let mut words = Vec::new();
    if let Some(Odd::Stops(why) | Odd::Warns(why)) =
        flight::odd_flight(terms.start, terms.end, super::today(dx.now))
    {
        words.push(why);
    }
    let limits = &dx.state.setup.limits;
    let dearest = ticket.candidates.iter().enumerate().filter_map(|(place, candidate)| {
        let (price, _) = known_price(ticket, &terms, dx, place)?;
        let cost = price.cost(terms.impressions?);
        let held = limits.held(cost)?;
        Some((held.amount(), candidate.seller.clone()))
    });
    if let (Some((cost, seller)), Some(most)) = (dearest.max(), limits.deal)
        && cost > most
    {
        let amount = |amount| amounts::cost(Some(Cost::new(amount, limits.currency)), true);
        let (cost, most) = (amount(cost), amount(most));
        words.push(format!("at {seller} it may cost {cost}: over your limit per deal {most}"));
    }
    let words = words.into_iter().map(|words| format!("! {words}"));
    let lines = words.flat_map(|words| look::facts(dx, "look", &words, wide));
    lines.map(|line| line.style(dx.style(Meaning::Waiting))).collect()
}
