//! What an IAB seller writes, in either dialect (wire/iab.md sections 3 to 6). Lenient: a field may
//! come as anything, and a price as a number or as Money. Never leaves this folder.

#![expect(
    non_snake_case,
    clippy::struct_field_names,
    reason = "fields are named as they are on the wire"
)]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::sellers::lenient::{Field, Part, Parts};

macro_rules! replies {
    ($( $(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty,)+ } )+) => { $(
        $(#[$doc])*
        #[derive(Debug, Default, Deserialize)]
        #[serde(default)]
        pub(super) struct $name {
            $(pub(super) $field: $kind,)+
        }
    )+ };
}

replies! {
    /// `GET /.well-known/agent.json`.
    Card { name: Field, version: Field, provider: Part<Provider>, }

    /// The publisher behind a card.
    Provider { name: Field, }

    /// `GET /packages`, `GET /media-kit/packages`, `POST /media-kit/search`.
    PackageList { packages: Parts<Package>, results: Parts<Package>, }

    /// A package, in the public or the authenticated view.
    Package {
        package_id: Field, name: Field, description: Field, ad_formats: Field, device_types: Field,
        cat: Field, geo_targets: Field, tags: Field, is_featured: Field, price_range: Field,
        exact_price: Field, floor_price: Field, currency: Field, pricing_model: Field,
        negotiation_enabled: Field,
        volume_discounts_available: Field, placements: Parts<Placement>,
    }

    /// A product within a package.
    Placement {
        product_id: Field, product_name: Field, ad_formats: Field, device_types: Field,
        weight: Field,
    }

    /// `GET /products`; v2 hands it out in pages.
    ProductList { products: Parts<Product>, total_count: Field, }

    /// A product of the catalogue.
    Product {
        product_id: Field, name: Field, description: Field, inventory_type: Field,
        base_cpm: Field, floor_cpm: Field, currency: Field, deal_types: Field,
        available_impressions: Field, base_price: Field, ad_formats: Field, ext: Part<ProductExt>,
        pricing_model: Field,
    }

    /// What v2 keeps beside the shared product.
    ProductExt { inventory_type: Field, floor_cpm: Field, deal_types: Field, }

    /// `POST /api/v1/quotes`, `GET /api/v1/quotes/{id}`.
    Quote {
        quote_id: Field, status: Field, deal_type: Field, product: Part<ProductRef>,
        product_id: Field, terms: Part<Terms>, availability: Field, buyer_tier: Field, expires_at: Field, created_at: Field, deal_id: Field,
        seller_id: Field,
    }

    /// `POST /api/v1/deals`, `GET /api/v1/deals/{id}`; a migrated deal has its terms flat.
    Deal {
        deal_id: Field, deal_type: Field, status: Field, quote_id: Field,
        product: Part<ProductRef>, product_id: Field, terms: Part<Terms>,
        flight_start: Field, flight_end: Field, buyer_tier: Field, expires_at: Field,
        activation_instructions: Part<BTreeMap<String, Field>>, openrtb_params: Part<OpenRtb>,
        created_at: Field, replacement_deal_id: Field, seller_id: Field,
    }

    /// `GET /api/v1/deals/{id}/lineage`: which deals stand for one that is used no more.
    Lineage { replacements: Parts<Replacement>, }

    /// A deal that stands for another one.
    Replacement { deal_id: Field, }

    /// The product of a quote or deal.
    ProductRef { product_id: Field, name: Field, inventory_type: Field, }

    /// An amount of v2: micros are millionths of the currency's unit.
    Money { amount_micros: Field, currency: Field, }

    /// Where a quote or deal, or what its envelope stands in, may tell its price and volume.
    Flat {
        pricing: Part<Pricing>, terms: Part<Terms>, final_cpm: Field, actual_price_cpm: Field,
        base_cpm: Field, currency: Field, pricing_model: Field, pricing_type: Field,
        impressions: Field,
    }

    /// The prices of a quote or deal; percents, not fractions.
    Pricing {
        base_cpm: Field, tier_discount_pct: Field, volume_discount_pct: Field, final_cpm: Field,
        actual_price_cpm: Field, currency: Field, pricing_model: Field, pricing_type: Field,
        rationale: Field,
    }

    /// Volume and flight.
    Terms { impressions: Field, flight_start: Field, flight_end: Field, guaranteed: Field, }

    /// What it says of its avails.
    Availability {
        inventory_available: Field, estimated_fill_rate: Field, competing_demand: Field,
    }

    /// The deal block for the DSP.
    OpenRtb {
        id: Field, bidfloor: Field, bidfloorcur: Field, at: Field, wseat: Field, wadomain: Field,
        guar: Field,
    }

    /// The seller's answer to a move in v2: what changed beside the round itself.
    Message { round: Part<Round>, }

    /// The seller's answer to a move, and a round of its history.
    Round {
        negotiation_id: Field, round_number: Field, action: Field, buyer_price: Field,
        seller_price: Field, currency: Field, rationale: Field, status: Field,
        rounds_remaining: Field, quote_id: Field, proposal_id: Field,
    }

    /// `POST /products/avails`, in either form.
    AvailsReply { avails: Parts<Avails>, }

    /// Avails of a product: the words of both forms.
    Avails {
        productid: Field, product_id: Field,
        availableImpressions: Field, available_impressions: Field, availability: Field,
        guaranteedImpressions: Field, guaranteed_impressions: Field,
        estimatedCpm: Field, estimated_cpm: Field, price: Field,
        totalCost: Field, total_cost: Field, currency: Field,
        availableTargeting: Field, available_targeting: Field,
        availsstatus: Part<AvailsStatus>, startdate: Field, enddate: Field,
    }

    /// Whether there is any, in words.
    AvailsStatus { status: Field, reason: Field, }

    /// `POST /pricing`; discounts are fractions here.
    Price { tier_discount: Field, }

    /// `GET /api/v1/orders`.
    OrderList { orders: Parts<Order>, }

    /// `POST /api/v1/orders`, `GET /api/v1/orders/{id}`.
    Order {
        order_id: Field, status: Field, audit_log: Part<Audit>, deal_id: Field, quote_id: Field,
        created_at: Field, metadata: Part<BTreeMap<String, Field>>,
    }

    /// The steps of an order, within it and as `GET /api/v1/orders/{id}/history`.
    Audit { order_id: Field, current_status: Field, transitions: Parts<Step>, }

    /// One step of an order.
    Step { from_status: Field, to_status: Field, timestamp: Field, actor: Field, reason: Field, }

    /// `GET /api/v1/change-requests`.
    ChangeList { change_requests: Parts<Change>, }

    /// `POST /api/v1/change-requests`, `GET /api/v1/change-requests/{id}`.
    Change {
        change_request_id: Field, order_id: Field, deal_id: Field, status: Field,
        change_type: Field, severity: Field, requested_by: Field, requested_at: Field,
        reason: Field, diffs: Parts<Diff>, proposed_values: Part<BTreeMap<String, Field>>,
        validation_errors: Field, approved_by: Field, approved_at: Field,
        rejection_reason: Field, applied_at: Field,
    }

    /// One field that changes.
    Diff { field: Field, old_value: Field, new_value: Field, }

    /// `GET /proposals/{id}/negotiation`.
    History {
        negotiation_id: Field, quote_id: Field, proposal_id: Field, status: Field,
        max_rounds: Field, currency: Field, rounds: Parts<Round>,
    }
}

/// The deal block byte for byte, bare or in its envelope.
#[derive(Debug, Deserialize)]
pub(super) struct Verbatim<'a> {
    #[serde(borrow, default)]
    pub(super) openrtb_params: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) deal: Option<&'a RawValue>,
}
