//! The scripted world: three sellers with kits, quotes as they would answer, and short ways to a state.

use dealdesk::{
    desk::{SellerInfo, Setup},
    domain::{
        Action, Answer, Ask, Availability, Cpm, Deal, DealStatus, DealType, ErrorKind, Identity,
        Limits, OpenRtb, Package, Placement, Pricing, Product, ProductRef, Quote, QuoteAsk,
        QuoteRef, QuoteStatus, SellerError, Terms, Tier, ask::Moved,
    },
};
use jiff::SignedDuration;

use super::harness::Seat;

pub(crate) fn usd(text: &str) -> Cpm {
    text.parse().unwrap()
}

pub(crate) fn setup() -> Setup {
    let cpm = [("default".to_owned(), 30.into()), ("ctv".to_owned(), 26.into())];
    let seller = |name: &str, reveal| SellerInfo {
        name: name.into(),
        url: format!("https://sell.{name}.example"),
        protocol: "iab".into(),
        dialect: "v1".into(),
        reveal,
        auth: "key ••••c4".into(),
        honours_agreement: false,
    };
    Setup {
        identity: Identity {
            seat_id: Some("ttd-seat-123".into()),
            agency_id: Some("omnicom-456".into()),
            advertiser_id: Some("coca-cola".into()),
            dsp_platform: None,
            agent_url: None,
        },
        limits: Limits {
            exposure: Some(100_000.into()),
            day: Some(50_000.into()),
            deal: Some(25_000.into()),
            cpm: cpm.into(),
            ..Limits::default()
        },
        sellers: vec![
            seller("northlight", Tier::Agency),
            seller("harbor", Tier::Agency),
            seller("pinewave", Tier::Public),
        ],
        person: "ana@test".into(),
        owner: "owner-1".into(),
        is_host: true,
        ..Setup::default()
    }
}

pub(crate) fn seat(size: (u16, u16)) -> Seat {
    Seat::with(setup(), size)
}

pub(crate) fn package(id: &str, name: &str, price: Option<&str>, products: &[&str]) -> Package {
    Package {
        package_id: id.into(),
        name: name.into(),
        description: "Live professional sports on connected TV, national.".into(),
        ad_formats: vec!["video".into()],
        device_types: vec![3],
        cat: vec!["IAB17".into()],
        geo_targets: vec!["US".into()],
        tags: vec!["live".into()],
        featured: products.len() > 1,
        price_range: Some("$28-$42 CPM".into()),
        exact_price: price.map(usd),
        floor_price: price.map(|_| usd("19.00")),
        negotiation_enabled: price.map(|_| true),
        volume_discounts_available: price.map(|_| true),
        tells_placements: !products.is_empty(),
        placements: products
            .iter()
            .map(|id| Placement {
                product_id: (*id).into(),
                product_name: format!("Product {id}"),
                ad_formats: vec![],
                device_types: vec![],
                weight: None,
            })
            .collect(),
    }
}

pub(crate) fn product(id: &str) -> Product {
    Product {
        product_id: id.into(),
        name: format!("Product {id}"),
        description: String::new(),
        inventory_type: "ctv".into(),
        base_cpm: Some(usd("32.00")),
        floor_cpm: None,
        deal_types: vec!["programmatic_guaranteed".into()],
        available_impressions: None,
    }
}

/// What a seller's catalogue says of what was quoted.
pub(crate) fn listed(quote: &Quote) -> Product {
    let ProductRef { product_id, name, inventory_type } = quote.product.clone();
    Product { product_id, name, inventory_type, base_cpm: None, ..product("listed") }
}

pub(crate) fn error(kind: ErrorKind, status: u16, code: &str, says: &str) -> SellerError {
    SellerError {
        kind,
        http_status: status,
        code: code.into(),
        says: says.into(),
        cure: "try again in a while".into(),
        retry_after_s: None,
        bare: false,
    }
}

pub(crate) fn is(
    name: &'static str,
    what: &'static str,
) -> impl Fn(&dealdesk::domain::SellerName, &Ask) -> bool {
    move |seller, ask| seller.as_str() == name && ask.name() == what
}

impl Seat {
    /// Every seller is asked for its kit and answers; pinewave withholds prices.
    pub(crate) fn with_kits(mut self) -> Self {
        self.keys("2 r");
        self.northlight_answers();
        let harbor = vec![package("pkg-h1", "Harbor Prime Sports", Some("27.00"), &["prod-h1"])];
        self.answer_where(is("harbor", "packages"), Ok(Answer::Packages(harbor)));
        self.answer_where(is("harbor", "products"), Ok(Answer::Products(vec![product("prod-h1")])));
        let pinewave = vec![package("pkg-p1", "Sports Talk Video", None, &[])];
        self.answer_where(is("pinewave", "packages"), Ok(Answer::Packages(pinewave)));
        self.answer_where(is("pinewave", "products"), Ok(Answer::Products(vec![])));
        self
    }

    pub(crate) fn northlight_answers(&mut self) {
        let packages = vec![
            package("pkg-ctv-live", "CTV Live Sports", Some("28.80"), &["prod-1", "prod-2"]),
            package("pkg-ctv-replay", "CTV Sports Replays", Some("21.60"), &["prod-2"]),
        ];
        let products = vec![product("prod-1"), product("prod-2")];
        self.answer_where(is("northlight", "packages"), Ok(Answer::Packages(packages)));
        self.answer_where(is("northlight", "products"), Ok(Answer::Products(products)));
    }

    pub(crate) fn kit_fails(&mut self, name: &'static str, error: &SellerError) {
        self.answer_where(is(name, "packages"), Err(error.clone()));
        self.answer_where(is(name, "products"), Err(error.clone()));
    }

    pub(crate) fn ask(&self) -> QuoteAsk {
        QuoteAsk {
            product_id: "prod-1".into(),
            product_name: Some("Product prod-1".into()),
            deal_type: DealType::Guaranteed,
            impressions: Some(500_000),
            flight_start: "2026-07-01".parse().unwrap(),
            flight_end: "2026-09-30".parse().unwrap(),
            target_cpm: None,
            identity: self.desk.state().setup.identity.revealed(Tier::Agency),
            currency: None,
        }
    }

    pub(crate) fn quote(&self, seller: &str, id: &str, price: &str, minutes: i64) -> Quote {
        Quote {
            quote_id: id.into(),
            seller: seller.into(),
            status: QuoteStatus::Available,
            raw_status: "available".into(),
            deal_type: DealType::Guaranteed,
            product: ProductRef {
                product_id: "prod-1".into(),
                name: "CTV Live Sports".into(),
                inventory_type: "ctv".into(),
            },
            pricing: Pricing {
                base_cpm: Some(usd("32.00")),
                tier_discount_pct: Some(10.into()),
                volume_discount_pct: Some(5.into()),
                final_cpm: Some(usd(price)),
                pricing_model: "cpm".into(),
                rationale: "Agency tier 10% + volume 5%".into(),
            },
            terms: Terms {
                impressions: Some(500_000),
                flight_start: Some("2026-07-01".into()),
                flight_end: Some("2026-09-30".into()),
                guaranteed: true,
            },
            availability: Some(Availability {
                inventory_available: Some(true),
                estimated_fill_rate: Some("0.86".parse().unwrap()),
                competing_demand: Some("medium".into()),
            }),
            buyer_tier: Some(Tier::Agency),
            expires_at: self.now + SignedDuration::from_mins(minutes),
            created_at: Some(self.now),
            calls_itself: None,
            deal_id: None,
        }
    }

    /// A quote on the desk.
    pub(crate) fn quoted(&mut self, seller: &str, id: &str, price: &str, minutes: i64) -> QuoteRef {
        let quote = self.quote(seller, id, price, minutes);
        self.quoted_as(quote)
    }

    pub(crate) fn quoted_as(&mut self, quote: Quote) -> QuoteRef {
        let key = quote.reference();
        // What was asked for is what was quoted.
        let ask = QuoteAsk {
            product_id: quote.product.product_id.clone(),
            impressions: quote.terms.impressions,
            deal_type: quote.deal_type,
            ..self.ask()
        };
        let seller = quote.seller.clone();
        let command = dealdesk::desk::Command::RequestQuote { seller, ask, rfq: None };
        self.input(dealdesk::desk::Input::Command(command));
        self.answer_where(|_, ask| ask.name() == "quote", Ok(Answer::Quote(Box::new(quote))));
        key
    }

    pub(crate) fn known(&self, key: &QuoteRef) -> Quote {
        self.desk.state().quote(key).unwrap().quote.clone()
    }

    /// The re-read finds the quote unchanged.
    pub(crate) fn same(&mut self, key: &QuoteRef) {
        let quote = self.known(key);
        self.answer_where(|_, ask| ask.name() == "get quote", Ok(Answer::Quote(Box::new(quote))));
    }

    /// Opens the ticket of the quote under the cursor of the quotes, up to where it hears what is typed.
    pub(crate) fn arms(&mut self, key: &QuoteRef) -> &mut Self {
        self.keys("3 B");
        self.same(key);
        self.screen();
        self.wait(400)
    }

    pub(crate) fn deal(&self, id: &str, key: &QuoteRef) -> Deal {
        let known = self.known(key);
        Deal {
            deal_id: id.into(),
            seller: key.seller.clone(),
            quote_id: Some(key.quote_id.clone()),
            deal_type: Some(known.deal_type),
            raw_deal_type: "PG".into(),
            status: DealStatus::Proposed,
            raw_status: "proposed".into(),
            product: known.product,
            pricing: known.pricing,
            terms: known.terms,
            buyer_tier: known.buyer_tier,
            expires_at: None,
            activation_instructions: [("ttd".to_owned(), "target it".to_owned())].into(),
            openrtb: Some(OpenRtb {
                id: id.into(),
                bidfloor: None,
                at: Some(1),
                wseat: vec![],
                wadomain: vec![],
                guar: None,
            }),
            openrtb_raw: Some("{}".into()),
            created_at: None,
            calls_itself: None,
            replaced_by: None,
        }
    }
}

pub(crate) fn moved(round: u32, action: &str, ours: &str, theirs: &str) -> Answer {
    Answer::Moved(Moved {
        negotiation_id: Some("neg-1".into()),
        round,
        action: Action::parse(action),
        buyer_cpm: Some(usd(ours)),
        seller_cpm: Some(usd(theirs)),
        rationale: "Good faith movement; limited room left.".into(),
        status: "active".into(),
        rounds_left: Some(5 - i64::from(round)),
        raw: format!(
            "{{\"action\":\"{action}\",\"seller_price\":{theirs},\"round_number\":{round}}}"
        ),
    })
}
