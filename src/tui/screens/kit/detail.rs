//! Draws all that is known of one package: what it is, what it costs, and what its seller withholds.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use super::{Kit, Offer, Row, candidate, offer, view};
use crate::{
    desk::SellerState,
    domain::{
        Cpm, DealType, Package, Product, ids,
        kit::{self, WITHHOLDABLE, device_name},
    },
    tui::parts::{context::Dx, money, pane, theme::Meaning},
};

const LABEL: usize = 11;

/// What each product would cost at each tier, or that only a range is told.
fn by_tier(seller: &SellerState, package: &Package, dx: &Dx<'_>) -> Vec<Line<'static>> {
    let parts = package.blend(seller.products.as_deref().unwrap_or_default());
    if parts.iter().any(|part| part.list.is_some()) {
        let line = |(nth, part): (usize, &kit::Part)| {
            let told = part.list.map_or_else(|| "on request".to_owned(), prices);
            let label = if nth == 0 { "by tier" } else { "" };
            fact(dx, label, format!("{told}   {}", part.name))
        };
        return parts.iter().enumerate().map(line).collect();
    }
    let product = package.placements.first().and_then(|first| seller.product(&first.product_id));
    let list = product.filter(|_| parts.is_empty()).and_then(|product| product.base_cpm);
    let words = list.map_or_else(
        || {
            let range = package.price_range.as_deref().unwrap_or("?");
            format!("{range}, and nothing more is told")
        },
        tiers,
    );
    vec![fact(dx, "by tier", words)]
}

fn tiers(list: Cpm) -> String {
    format!("{}   worked out from its list price", prices(list))
}

fn prices(list: Cpm) -> String {
    let prices = kit::by_tier(list).into_iter();
    let prices = prices.map(|(tier, cpm)| format!("{tier} {}", money::cpm(Some(cpm), None)));
    prices.collect::<Vec<_>>().join("   ")
}

/// Of which products a price is a blend, if it is one.
fn blend(seller: &SellerState, package: &Package, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let words = super::blend(seller, package, dx.state);
    words.map_or_else(Vec::new, |words| facts(dx, "", &words, wide))
}

pub(super) fn draw(kit: &Kit, frame: &mut Frame<'_>, area: Rect, dx: &Dx<'_>) {
    let Some(row) = kit.row().filter(|_| area.height > 2) else { return };
    let Some((seller, offer)) = offer(row, dx.state) else { return };
    let name = match offer {
        Offer::Package(package) => &package.name,
        Offer::Product(product) => &product.name,
    };
    let title = format!("{name} · {} · {}", row.key.seller, ids::shown(&row.key.id));
    let hint =
        if kit.opened { "Esc closes".to_owned() } else { format!("{} all fields", dx.key("open")) };
    let inside = pane::boxed(frame, area, dx, &title, &hint, kit.opened);
    let lines = match offer {
        Offer::Package(package) => lines(row, seller, package, dx, inside.width),
        Offer::Product(product) => of_product(row, seller, product, dx, inside.width),
    };
    pane::lines(frame, inside, dx, &lines);
}

fn lines(
    row: &Row,
    seller: &SellerState,
    package: &Package,
    dx: &Dx<'_>,
    wide: u16,
) -> Vec<Line<'static>> {
    let mut lines = vec![price(row, package, dx)];
    lines.extend(blend(seller, package, dx, wide));
    let terms = format!(
        "floor {}   negotiable {}   volume discount {}",
        row.floor, row.negotiable, row.volume
    );
    lines.push(fact(dx, "terms", terms));
    lines.extend(withheld(seller, package, dx, wide));
    lines.extend(by_tier(seller, package, dx));
    lines.push(fact(dx, "products", products(row, dx)));
    if !package.description.is_empty() {
        lines.extend(facts(dx, "words", &format!("“{}”", package.description), wide));
    }
    let devices: Vec<_> = package
        .device_types
        .iter()
        .map(|number| format!("{} ({number})", device_name(*number)))
        .collect();
    lines.push(fact(
        dx,
        "formats",
        format!(
            "{}   devices {}",
            or_none(&package.ad_formats.join(" ")),
            or_none(&devices.join(", "))
        ),
    ));
    lines.push(fact(
        dx,
        "where",
        format!(
            "geo {}   cat {}",
            or_none(&package.geo_targets.join(" ")),
            or_none(&package.cat.join(" "))
        ),
    ));
    if !package.tags.is_empty() {
        lines.push(fact(dx, "tags", package.tags.join(" ")));
    }
    lines.push(source(seller, dx));
    lines
}

/// All that is known of a product.
fn of_product(
    row: &Row,
    seller: &SellerState,
    product: &Product,
    dx: &Dx<'_>,
    wide: u16,
) -> Vec<Line<'static>> {
    let price = match product.base_cpm {
        Some(price) => format!("{} CPM, before your discount", money::cpm(Some(price), None)),
        None => "on request: a quote tells it".to_owned(),
    };
    let mut lines = vec![
        pane::fact(dx, "list price", LABEL, vec![Span::styled(price, dx.style(Meaning::Selected))]),
        fact(dx, "terms", format!("floor {}   negotiable {}", row.floor, row.negotiable)),
    ];
    if let Some(list) = product.base_cpm {
        lines.push(fact(dx, "by tier", tiers(list)));
    }
    let deals: Vec<_> = product
        .deal_types
        .iter()
        .map(|raw| DealType::parse(raw).map_or_else(|| raw.clone(), |known| known.to_string()))
        .collect();
    lines.push(fact(dx, "deal types", or_none(&deals.join(" ")).to_owned()));
    let available = product.available_impressions.map(crate::domain::money::count);
    lines.push(fact(dx, "available", available.unwrap_or_else(|| "?".to_owned())));
    if !product.description.is_empty() {
        lines.extend(facts(dx, "words", &format!("“{}”", product.description), wide));
    }
    lines.push(fact(dx, "inventory", or_none(&product.inventory_type).to_owned()));
    lines.push(source(seller, dx));
    lines
}

/// The price first: it is what the row is looked at for.
fn price(row: &Row, package: &Package, dx: &Dx<'_>) -> Line<'static> {
    let tier = dx
        .state
        .sellers
        .get(&row.key.seller)
        .map(|seller| dx.state.setup.identity.revealed(seller.info.reveal).tier());
    let tier = tier.map_or_else(String::new, |tier| format!(" as {tier}"));
    let price = match (&package.exact_price, &package.price_range) {
        (Some(price), Some(range)) => {
            format!("{} CPM{tier} (they say “{range}”)", money::cpm(Some(*price), None))
        }
        (Some(price), None) => format!("{} CPM{tier}", money::cpm(Some(*price), None)),
        (None, Some(range)) => format!("“{range}”, no exact price{tier}"),
        (None, None) => format!("⊘ no price{tier}"),
    };
    pane::fact(dx, "your price", LABEL, vec![Span::styled(price, dx.style(Meaning::Selected))])
}

/// What is not told, and what would open it.
fn withheld(seller: &SellerState, package: &Package, dx: &Dx<'_>, wide: u16) -> Vec<Line<'static>> {
    let withheld = package.withheld();
    if withheld.is_empty() {
        return Vec::new();
    }
    let needs = WITHHOLDABLE
        .iter()
        .filter(|(field, _)| withheld.contains(field))
        .map(|(_, tier)| *tier)
        .max();
    let now = dx.state.setup.identity.revealed(seller.info.reveal).tier();
    let named: Vec<_> = withheld.iter().map(|field| plainly(field)).collect();
    let named = named.join(", ");
    let words = match needs.filter(|needs| *needs > now) {
        Some(needs) => format!(
            "⊘ {named}: until you reveal your {needs} ID; {} is told you as {now} (`reveal` in its block)",
            seller.info.name
        ),
        // It knows enough of us: it does not say.
        None => format!("⊘ {named}: {} does not say", seller.info.name),
    };
    facts(dx, "withheld", &words, wide)
}

/// A field that is withheld, as a buyer calls it.
fn plainly(field: &str) -> &str {
    match field {
        "exact_price" => "your price",
        "floor_price" => "the floor",
        "placements" => "its products",
        "negotiation_enabled" => "whether it is negotiable",
        "volume_discounts_available" => "volume discounts",
        other => other,
    }
}

fn products(row: &Row, dx: &Dx<'_>) -> String {
    let Some(candidate) = candidate(row, dx.state) else { return "?".to_owned() };
    if candidate.products.is_empty() {
        return "⊘ none told, so no quote can be asked for".to_owned();
    }
    let names: Vec<_> =
        candidate.products.iter().map(|(id, name)| format!("{name} {id}")).collect();
    names.join(" · ")
}

fn source(seller: &SellerState, dx: &Dx<'_>) -> Line<'static> {
    let age = match view::age(seller, dx.now).as_str() {
        "now" => "read just now".to_owned(),
        age => format!("{age} old"),
    };
    let info = &seller.info;
    let words = format!("{} · {} {} · kit {age}", info.url, info.protocol, info.dialect);
    let mut spans = vec![Span::raw(words)];
    if let Some(error) = &seller.kit_error {
        spans.push(Span::styled(format!(" · newest try failed: {error}"), dx.style(Meaning::Bad)));
    }
    pane::fact(dx, "source", LABEL, spans)
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { money::NONE } else { text }
}

fn fact(dx: &Dx<'_>, label: &str, words: String) -> Line<'static> {
    pane::fact(dx, label, LABEL, vec![Span::raw(words)])
}

fn facts(dx: &Dx<'_>, label: &str, words: &str, wide: u16) -> Vec<Line<'static>> {
    pane::facts(dx, (label, LABEL), words, usize::from(wide).saturating_sub(LABEL + 3))
}
