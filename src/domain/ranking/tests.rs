//! Ranking: who is best and cover, ties, what is out of it, and the side-by-side rows.

use rust_decimal::Decimal;

use super::*;
use crate::domain::{
    DealType, Pricing, ProductRef, QuoteStatus, Terms, Tier,
    proof::{Known, prove},
};

fn quote(seller: &str, id: &str, kind: DealType, cpm: &str) -> Quote {
    let cpm = (!cpm.is_empty()).then(|| cpm.parse().unwrap());
    Quote {
        quote_id: id.into(),
        seller: seller.into(),
        status: QuoteStatus::Available,
        raw_status: "available".into(),
        deal_type: kind,
        product: ProductRef {
            product_id: "p".into(),
            name: "Sports".into(),
            inventory_type: "ctv".into(),
        },
        pricing: Pricing {
            base_cpm: cpm,
            tier_discount_pct: Some(Decimal::ZERO),
            volume_discount_pct: Some(Decimal::ZERO),
            final_cpm: cpm,
            pricing_model: "cpm".into(),
            rationale: String::new(),
        },
        terms: Terms {
            impressions: Some(500_000),
            flight_start: Some("2026-07-01".into()),
            flight_end: Some("2026-09-30".into()),
            guaranteed: kind.is_guaranteed(),
        },
        availability: None,
        buyer_tier: Some(Tier::Public),
        expires_at: jiff::Timestamp::UNIX_EPOCH,
        created_at: None,
        calls_itself: None,
        deal_id: None,
    }
}

fn candidate(quote: &Quote) -> Candidate<'_> {
    let price = quote.pricing.final_cpm;
    Candidate { quote, price, left: SignedDuration::from_secs(60), out: None }
}

fn ids(ranking: &Ranking) -> Vec<&str> {
    ranking.rows.iter().map(|row| row.quote.quote_id.as_str()).collect()
}

#[test]
fn cheapest_in_effect_first_and_the_cover_is_of_another_seller() {
    use DealType::{Auction, Guaranteed, Preferred};
    let quotes = [
        quote("harbor", "h", Preferred, "27.00"),
        quote("meridian", "m2", Preferred, "25.30"),
        quote("meridian", "m1", Guaranteed, "25.22"),
        quote("pinewave", "p", Auction, "21.50"),
        quote("northlight", "n", Preferred, ""),
        quote("bayline", "b", Preferred, "20.00 EUR"),
    ];
    let mut candidates: Vec<_> = quotes.iter().map(candidate).collect();
    let ranking = rank(&candidates, &Assumptions::default(), Currency::USD);
    // 21.50 × 1.20 is 25.80.
    assert_eq!(ids(&ranking), ["m1", "m2", "p", "h", "n", "b"]);
    let best = ranking.best().unwrap();
    assert_eq!((best.quote.quote_id.as_str(), best.above_best), ("m1", Some(Decimal::ZERO)));
    let cover = ranking.cover().unwrap();
    assert_eq!(cover.quote.quote_id.as_str(), "p");
    let effective = cover.effective.unwrap();
    assert_eq!((effective.plain.plain(), effective.cpm.plain()), ("21.50".into(), "25.80".into()));
    assert!(effective.is_assumed() && !best.effective.unwrap().is_assumed());
    assert_eq!(cover.cost.unwrap().plain(), "10750.00");
    let places: Vec<_> = ranking.rows.iter().map(|row| row.place).collect();
    assert_eq!(places[3..], [Ok(4), Err(Unranked::Unpriced), Err(Unranked::Currency)]);

    // Without the uplift the floor is the cheapest; a path fee moves it back.
    let mut assume = Assumptions { auction_uplift: Decimal::ONE, ..Assumptions::default() };
    assert_eq!(ids(&rank(&candidates, &assume, Currency::USD))[0], "p");
    let fee = PathFee { intermediary_pct: Decimal::TEN, tech_cpm: Decimal::TWO };
    assume.paths.insert("pinewave".into(), fee);
    let ranking = rank(&candidates, &assume, Currency::USD);
    assert_eq!(ids(&ranking)[..3], ["m1", "m2", "p"]);
    assert_eq!(ranking.rows[2].effective.unwrap().cpm.plain(), "25.65");

    // What is over is out, whatever it costs.
    candidates[2].out = Some(Unranked::Expired);
    let ranking = rank(&candidates, &Assumptions::default(), Currency::USD);
    assert_eq!(ids(&ranking), ["m2", "p", "h", "m1", "n", "b"]);
    assert_eq!(ranking.row(&quotes[2].reference()).unwrap().place, Err(Unranked::Expired));
}

#[test]
fn at_the_same_price_guaranteed_then_time_then_name() {
    use DealType::{Guaranteed, Preferred};
    let quotes = [
        quote("d", "4", Preferred, "20"),
        quote("c", "3", Preferred, "20"),
        quote("b", "2", Preferred, "20.00"),
        quote("z", "1", Guaranteed, "20"),
    ];
    let mut candidates: Vec<_> = quotes.iter().map(candidate).collect();
    candidates[2].left = SignedDuration::from_secs(600);
    let ranking = rank(&candidates, &Assumptions::default(), Currency::USD);
    assert_eq!(ids(&ranking), ["1", "2", "3", "4"]);
    assert_eq!(ranking.cover().unwrap().quote.quote_id.as_str(), "2");
}

#[test]
fn one_seller_alone_has_no_cover_and_nothing_has_no_best() {
    let quotes =
        [quote("a", "1", DealType::Preferred, "20"), quote("a", "2", DealType::Preferred, "21")];
    let candidates: Vec<_> = quotes.iter().map(candidate).collect();
    let ranking = rank(&candidates, &Assumptions::default(), Currency::USD);
    assert!(ranking.best().is_some() && ranking.cover().is_none());
    assert!(rank(&[], &Assumptions::default(), Currency::USD).best().is_none());
}

#[test]
fn a_cent_is_worth_sixty_points_which_is_why_nothing_is_ranked_by_it() {
    let scored = |cpm: &str, kind| Scored {
        effective: Some(cpm.parse().unwrap()),
        kind: Some(kind),
        fill: None,
    };
    let pair = [scored("20.00", DealType::Preferred), scored("20.01", DealType::Guaranteed)];
    assert_eq!(scores(&pair), [Decimal::from(88), Decimal::from(34)]);
}

#[test]
fn a_move_has_a_way() {
    let moved = |a: &str, b: &str| Move::of(a.parse().unwrap(), b.parse().unwrap());
    for (before, after, words) in [
        ("25.22", "25.60", "25.22 → 25.60 ▲"),
        ("25.60", "25.22", "25.60 → 25.22 ▼"),
        ("25.6", "25.60", "25.60 → 25.60 ="),
    ] {
        assert_eq!(moved(before, after).unwrap().to_string(), words);
    }
    assert_eq!(moved("25.22", "25.22 EUR"), None);
}

#[test]
fn side_by_side_marks_what_is_not_like_the_first() {
    let quotes = [
        quote("harbor", "h", DealType::Preferred, "27.00"),
        quote("meridian", "m", DealType::Guaranteed, "25.22"),
    ];
    let candidates: Vec<_> = quotes.iter().map(candidate).collect();
    let ranking = rank(&candidates, &Assumptions::default(), Currency::USD);
    let proofs: Vec<_> = quotes.iter().map(|quote| prove(quote, &Known::default())).collect();
    let compared: Vec<_> = quotes
        .iter()
        .zip(&proofs)
        .map(|(quote, proof)| Compared {
            quote,
            agreed: None,
            ranked: ranking.row(&quote.reference()),
            proof,
            left: SignedDuration::from_secs(3_723),
        })
        .collect();
    let rows = compare(&compared);
    let row = |field: &str| rows.iter().find(|row| row.field == field).unwrap();
    assert_eq!(row("final CPM").values, ["27.00 USD", "25.22 USD"]);
    assert_eq!(row("above best").values, ["1.78", "0.00"]);
    assert_eq!(row("final CPM").differs, [false, true]);
    assert_eq!(row("time left").values, ["1:02:03", "1:02:03"]);
    assert!(!row("product").is_mixed() && row("guaranteed").is_mixed());
    assert_eq!(row("fill").values, ["?", "?"]);
}
