//! The media kit: what everybody sees of a package, and what a known buyer sees.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    Answer,
    body::{Body, parse},
    errors::Failure,
    holder, json,
};
use crate::sim::iab::{
    exchange::Request,
    keys::Who,
    market::Market,
    price::{cents, tier_share},
    spec::{Layer, Package},
};

const AUDIENCE_TAXONOMY: &str = "1.1";
const CONTENT_TAXONOMY: &str = "3.1";

#[derive(Serialize)]
struct MediaKit<'a> {
    seller_name: &'a str,
    total_packages: usize,
    featured_count: usize,
    featured: Vec<View<'a>>,
    all_packages: Vec<View<'a>>,
}

#[derive(Serialize)]
struct Packages<'a> {
    packages: Vec<View<'a>>,
}

#[derive(Serialize)]
struct Results<'a> {
    results: Vec<View<'a>>,
}

#[derive(Serialize)]
struct View<'a> {
    package_id: &'a str,
    name: &'a str,
    description: Option<&'a str>,
    ad_formats: &'a [String],
    device_types: &'a [u8],
    cat: &'a [String],
    cattax: u8,
    audience_capabilities: Audience<'a>,
    geo_targets: &'a [String],
    tags: &'a [String],
    price_range: String,
    rate_type: &'static str,
    is_featured: bool,
    #[serde(flatten)]
    known: Option<Known<'a>>,
}

/// The audience part has another shape for a known buyer.
#[derive(Serialize)]
#[serde(untagged)]
enum Audience<'a> {
    Public {
        standard_taxonomy_version: &'static str,
        contextual_taxonomy_version: &'static str,
        supports_standard: bool,
        supports_contextual: bool,
        supports_agentic: bool,
        agentic_spec_version: Option<&'static str>,
    },
    Known {
        standard_segment_ids: &'a [String],
        standard_taxonomy_version: &'static str,
        contextual_segment_ids: [&'static str; 0],
        contextual_taxonomy_version: &'static str,
        agentic_capabilities: Option<&'static str>,
    },
}

/// What only a known buyer is told.
#[derive(Serialize)]
struct Known<'a> {
    exact_price: f64,
    floor_price: f64,
    currency: &'static str,
    placements: Vec<Spot<'a>>,
    negotiation_enabled: bool,
    volume_discounts_available: bool,
}

#[derive(Serialize)]
struct Spot<'a> {
    product_id: &'a str,
    product_name: &'a str,
    ad_formats: &'a [String],
    device_types: &'a [u8],
    weight: f64,
}

/// A package as `who` sees it; `None` is the public view.
fn view<'a>(market: &'a Market, package: &'a Package, who: Option<&Who>) -> View<'a> {
    let price = market.package_price(package);
    let tier = who.map(Who::tier).unwrap_or_default();
    let exact = cents(price.list * (1.0 - tier_share(tier)));
    let (audience_capabilities, known) = if who.is_some() {
        let audience = Audience::Known {
            standard_segment_ids: &package.segments,
            standard_taxonomy_version: AUDIENCE_TAXONOMY,
            contextual_segment_ids: [],
            contextual_taxonomy_version: CONTENT_TAXONOMY,
            agentic_capabilities: None,
        };
        let placements = package.placements.iter().filter_map(|placement| {
            let product = market.product(&placement.product_id)?;
            Some(Spot {
                product_id: &product.product_id,
                product_name: &product.name,
                ad_formats: &package.ad_formats,
                device_types: &package.device_types,
                weight: placement.weight,
            })
        });
        let negotiable = package.placements.iter().all(|placement| {
            market.product(&placement.product_id).is_some_and(|product| product.negotiable)
        });
        let known = Known {
            exact_price: exact,
            floor_price: price.floor,
            currency: "USD",
            placements: placements.collect(),
            negotiation_enabled: negotiable && market.negotiates_with(tier),
            volume_discounts_available: tier.may_negotiate() && !market.spec.volume.is_empty(),
        };
        (audience, Some(known))
    } else {
        let audience = Audience::Public {
            standard_taxonomy_version: AUDIENCE_TAXONOMY,
            contextual_taxonomy_version: CONTENT_TAXONOMY,
            supports_standard: !package.segments.is_empty(),
            supports_contextual: false,
            supports_agentic: false,
            agentic_spec_version: None,
        };
        (audience, None)
    };
    // A buyer without a tier is shown the range even where it is told the price.
    let price_range = if tier > crate::domain::Tier::Public {
        format!("${exact:.0} CPM")
    } else {
        format!("${:.0}-${:.0} CPM", price.list * 0.8, price.list * 1.2)
    };
    View {
        package_id: &package.package_id,
        name: &package.name,
        description: package.description.as_deref(),
        ad_formats: &package.ad_formats,
        device_types: &package.device_types,
        cat: &package.cat,
        cattax: 2,
        audience_capabilities,
        geo_targets: &package.geo_targets,
        tags: &package.tags,
        price_range,
        rate_type: "cpm",
        is_featured: package.featured,
        known,
    }
}

pub(super) fn media_kit(market: &Market) -> Answer {
    let all = || market.spec.packages.iter();
    let featured: Vec<View> = all()
        .filter(|package| package.featured)
        .map(|package| view(market, package, None))
        .collect();
    json(&MediaKit {
        seller_name: &market.spec.title,
        total_packages: market.spec.packages.len(),
        featured_count: featured.len(),
        featured,
        all_packages: all().map(|package| view(market, package, None)).collect(),
    })
}

/// The packages that the query's filters leave.
fn filtered<'a>(market: &'a Market, request: &Request) -> Result<Vec<&'a Package>, Failure> {
    let layer: Option<Layer> = match request.parameter("layer") {
        Some(word) => {
            Some(word.parse().map_err(|()| Failure::words(400, format!("Invalid layer: {word}")))?)
        }
        None => None,
    };
    let audience = request.parameter("audience_type");
    if let Some(word) = &audience
        && !["agentic", "contextual", "standard"].contains(&word.as_str())
    {
        let says = format!(
            "Invalid audience_type: '{word}'. Must be one of ['agentic', 'contextual', 'standard']."
        );
        return Err(Failure::words(400, says));
    }
    let segment = request.parameter("audience_id");
    if segment.is_some() && audience.is_none() {
        return Err(Failure::words(
            400,
            "audience_id requires audience_type to disambiguate corpus.",
        ));
    }
    let featured = request
        .parameter("featured_only")
        .is_some_and(|word| ["true", "1", "yes", "on"].contains(&word.to_lowercase().as_str()));
    let reaches = |package: &Package| match audience.as_deref() {
        None => true,
        Some("standard") => match &segment {
            Some(segment) => package.segments.contains(segment),
            None => !package.segments.is_empty(),
        },
        Some(_) => false,
    };
    Ok(market
        .spec
        .packages
        .iter()
        .filter(|package| layer.is_none_or(|layer| package.layer == layer))
        .filter(|package| !featured || package.featured)
        .filter(|package| reaches(package))
        .collect())
}

pub(super) fn public_packages(market: &Market, request: &Request) -> Answer {
    let packages = filtered(market, request)?;
    let packages = packages.into_iter().map(|package| view(market, package, None)).collect();
    json(&Packages { packages })
}

pub(super) fn public_package(market: &Market, package_id: &str) -> Answer {
    json(&view(market, find(market, package_id)?, None))
}

fn find<'a>(market: &'a Market, package_id: &str) -> Result<&'a Package, Failure> {
    let mut packages = market.spec.packages.iter();
    packages
        .find(|package| package.package_id == package_id)
        .ok_or_else(|| Failure::words(404, "Package not found"))
}

/// Who looks: the key's holder, or whom the query claims; `None` is the public.
fn viewer(market: &mut Market, request: &Request, now: Timestamp) -> Result<Option<Who>, Failure> {
    if let Some(who) = holder(market, request, now)? {
        return Ok(Some(who));
    }
    let claimed = request.parameter("buyer_tier").is_some_and(|tier| tier != "public");
    Ok(claimed.then(|| Who {
        agency_id: request.parameter("agency_id"),
        advertiser_id: request.parameter("advertiser_id"),
        ..Who::default()
    }))
}

pub(super) fn packages(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let who = viewer(market, request, now)?;
    let packages = filtered(market, request)?;
    let packages =
        packages.into_iter().map(|package| view(market, package, who.as_ref())).collect();
    json(&Packages { packages })
}

pub(super) fn package(
    market: &mut Market,
    package_id: &str,
    request: &Request,
    now: Timestamp,
) -> Answer {
    let who = viewer(market, request, now)?;
    json(&view(market, find(market, package_id)?, who.as_ref()))
}

pub(super) fn search(market: &mut Market, request: &Request, now: Timestamp) -> Answer {
    let whole = parse(request)?;
    let held = holder(market, request, now)?;
    let mut body = Body::open(whole)?;
    let query = body.text("query");
    let claimed = body.claim();
    body.done()?;
    let who = held.or(claimed);
    let found = market.search(&query);
    let results = found.into_iter().map(|package| view(market, package, who.as_ref())).collect();
    json(&Results { results })
}
