//! What a proof says, word for word: each sentence is one rule, and each rule has its edges here.

use super::*;

/// Base, tier percent, volume percent and final price; an empty word is not told.
fn pricing(numbers: [&str; 4], rationale: &str) -> Pricing {
    let told = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let [base, tier, volume, charged] = numbers.map(told);
    Pricing {
        base_cpm: base.map(|text| text.parse().unwrap()),
        tier_discount_pct: tier.map(|text| text.parse().unwrap()),
        volume_discount_pct: volume.map(|text| text.parse().unwrap()),
        final_cpm: charged.map(|text| text.parse().unwrap()),
        pricing_model: "cpm".into(),
        rationale: rationale.into(),
    }
}

/// The findings as `verdict: words`, then the notes.
fn says(numbers: [&str; 4], rationale: &str, given: Option<Tier>, known: &Known) -> Vec<String> {
    let pricing = pricing(numbers, rationale);
    let proof = prove(Priced { pricing: &pricing, given, impressions: Some(1_000) }, known);
    let found = proof.findings.iter().map(|found| format!("{}: {}", found.verdict, found.says));
    found.chain(proof.notes.iter().map(|note| format!("note: {note}"))).collect()
}

fn cpm(text: &str) -> Option<Cpm> {
    text.parse().ok()
}

fn target(text: &str) -> Known {
    Known { target: cpm(text), ..Known::default() }
}

#[test]
fn the_sum_says_what_the_parts_make_and_by_how_much_the_price_differs() {
    let none = Known::default();
    for (numbers, known, line) in [
        (["20", "10", "5", "17.10"], &none, "match: 17.10 follows from its parts to the cent"),
        (
            ["20", "10", "5", "17.60"],
            &none,
            "sum: the parts make 17.10, they charge 17.60: 0.50 too much",
        ),
        (
            ["20", "10", "5", "16.60"],
            &none,
            "sum: the parts make 17.10, they charge 16.60: 0.50 in your favour",
        ),
        (
            ["15", "10", "5", "12.83"],
            &none,
            "rounding: 12.83 is 12.82 but for rounding: exactly it is 12.825",
        ),
        (
            ["20", "10", "5", "18.50"],
            &target("18.50"),
            "target: 18.50 USD is the target that was sent, and taken as it stands; without it the price \
             would be 17.10, 1.40 less",
        ),
        (
            ["20", "10", "5", "16.50"],
            &target("16.50"),
            "target: 16.50 USD is the target that was sent, and taken as it stands; the price without it \
             would be 17.10",
        ),
        (
            ["20", "10", "5", "16.50"],
            &Known { agreed: cpm("16.50"), ..Known::default() },
            "target: 16.50 USD is the price that was agreed; the price without it would be 17.10",
        ),
        (
            ["15 EUR", "10", "5", "12.82"],
            &none,
            "sum: the list price is in EUR and the final price in USD",
        ),
        (["20", "10", "5", ""], &none, "missing: no price was told: it is on request"),
    ] {
        assert_eq!(says(numbers, "", None, known), [line], "{numbers:?}");
    }
}

#[test]
fn a_target_that_is_the_price_itself_is_a_match() {
    let line = "match: 17.10 follows from its parts to the cent";
    assert_eq!(says(["20", "10", "5", "17.10"], "", None, &target("17.10")), [line]);
}

#[test]
fn the_least_price_of_a_seller_is_one_unit_and_stands_only_for_what_would_be_less() {
    let none = Known::default();
    let least = "match: 1.00 USD is the least this seller charges";
    assert_eq!(says(["0.50", "10", "5", "1.00"], "", None, &none), [least]);
    // What would be less, and is charged at another price.
    let line = "sum: the parts make 0.43, they charge 0.90: 0.47 too much";
    assert_eq!(says(["0.50", "10", "5", "0.90"], "", None, &none), [line]);
    // What would be more, and is charged at the least.
    let line = "sum: the parts make 17.10, they charge 1.00: 16.10 in your favour";
    assert_eq!(says(["20", "10", "5", "1.00"], "", None, &none), [line]);
    let line = "match: 1.00 follows from its parts to the cent";
    assert_eq!(says(["1.00", "0", "0", "1.00"], "", None, &none), [line]);
}

#[test]
fn what_was_not_told_is_named_by_its_part() {
    for (numbers, lack) in [
        (["", "10", "5", "17"], "the list price was not told"),
        (["20", "", "5", "17"], "the tier discount was not told"),
        (["20", "10", "", "17"], "the volume discount was not told"),
        (["20", "", "", "17"], "the tier discount and the volume discount was not told"),
        (["20", "101", "5", "17"], "the discounts are no percents of a price"),
    ] {
        let line = format!("{lack}, so the price cannot be worked out");
        let none = Known::default();
        assert_eq!(says(numbers, "", None, &none), [format!("missing: {line}")]);
        let target = target("17");
        let what = "17.00 USD is the target that was sent, and taken as it stands";
        assert_eq!(says(numbers, "", None, &target), [format!("target: {what}; {line}")]);
    }
}

#[test]
fn a_target_that_cost_nothing_is_no_loss_and_another_finding_is_none_either() {
    let weight = |numbers, known: &Known| {
        let pricing = pricing(numbers, "");
        prove(Priced { pricing: &pricing, given: None, impressions: None }, known).weight()
    };
    let below = ["20", "10", "5", "16.00"];
    assert_eq!(weight(below, &target("16.00")), Weight::Agrees);
    assert_eq!(weight(["20", "10", "5", "18.00"], &target("18.00")), Weight::Disagrees);
    // The difference of a rounding is no loss by a target.
    assert_eq!(weight(["15", "10", "5", "12.83"], &Known::default()), Weight::Agrees);
    let same = Finding {
        verdict: Verdict::Target,
        says: String::new(),
        should_be: None,
        difference: Some(Decimal::ZERO),
        worth: None,
    };
    let proof = Proof {
        verdict: Verdict::Target,
        computed: None,
        difference: None,
        worth: None,
        findings: vec![same],
        steps: Vec::new(),
        notes: Vec::new(),
    };
    assert_eq!(proof.weight(), Weight::Agrees, "a target that is the price costs nothing");
}

#[test]
fn words_that_differ_are_set_beside_the_quote() {
    let none = Known::default();
    let first = "match: 17.10 follows from its parts to the cent";
    for (words, line) in [
        ("Base price: $21.00 CPM", Some("list price 21.00, the quote 20.00")),
        ("Agency tier: -12%", Some("12% off for tier, the quote 10%; tier agency, the quote seat")),
        ("Volume discount: -4%", Some("4% off for volume, the quote 5%")),
        (
            "Base price: $20.00 CPM | Final price: $17.10 CPM",
            Some("nothing off for tier, the quote 10%; nothing off for volume, the quote 5%"),
        ),
        ("Base price: $20.00 CPM", None),
        ("Final price: $17.10 CPM", None),
        ("Final price: $16.10 CPM", Some("final price 16.10, the quote 17.10")),
    ] {
        let found = says(["20", "10", "5", "17.10"], words, Some(Tier::Seat), &none);
        let found: Vec<&String> = found.iter().filter(|line| !line.starts_with("tier: ")).collect();
        match line {
            Some(line) => assert_eq!(found, [&format!("words: the words say {line}"), first]),
            None => assert_eq!(found, [first], "{words}"),
        }
    }
    let quiet = says(["20", "10", "5", "17.10"], "", None, &none);
    assert_eq!(quiet, [first], "a seller that says nothing is not told of");
    let note = "note: the rationale gives no numbers that can be read";
    assert_eq!(says(["20", "10", "5", "17.10"], "Our best.", None, &none), [first, note]);
}

#[test]
fn a_seller_may_account_for_the_price_without_the_target_and_for_no_other() {
    let known = target("16.00");
    let words = |price: &str| format!("Final price: ${price} CPM");
    let found = |price: &str| says(["20", "10", "5", "16.00"], &words(price), None, &known).len();
    assert_eq!(found("17.10"), 1, "the price without the target");
    assert_eq!(found("16.00"), 1, "the target");
    assert_eq!(found("18.00"), 2, "another price");
    // Where no target was sent, the words are about the price that is charged.
    let none = Known::default();
    let line = "words: the words say final price 17.10, the quote 18.00";
    let said = says(["20", "10", "5", "18.00"], &words("17.10"), None, &none);
    assert!(said.iter().any(|said| said == line), "{said:?}");
}

#[test]
fn a_tier_is_held_against_what_it_earns_and_against_what_we_told() {
    let told = |tier: Tier| Known { told: Some(tier), ..Known::default() };
    let nobody = Known::default();
    let (public, seat, agency) = (Tier::Public, Tier::Seat, Tier::Agency);
    let earned = ["20", "10", "0", "18.00"];
    let short = ["20", "5", "0", "19.00"];
    for (numbers, given, known, lines) in [
        (earned, Some(agency), &nobody, vec![]),
        (earned, Some(agency), &told(agency), vec![]),
        (earned, None, &told(agency), vec![]),
        (
            short,
            Some(agency),
            &told(agency),
            vec!["tier: tier agency earns 10% off, they took off 5%"],
        ),
        (
            short,
            None,
            &told(agency),
            vec!["tier: we told agency, which earns 10%; they took off 5%"],
        ),
        (
            short,
            Some(seat),
            &told(agency),
            vec!["tier: we told agency and they gave seat: they may want a key that proves it"],
        ),
        (
            earned,
            Some(agency),
            &told(public),
            vec![
                "note: they gave tier agency, more than the public we told: our key says more of us",
            ],
        ),
        (short, None, &nobody, vec![]),
    ] {
        let said = says(numbers, "", given, known);
        let said: Vec<&String> = said.iter().filter(|line| !line.starts_with("match: ")).collect();
        assert_eq!(said, lines, "{numbers:?} {given:?}");
    }
}

#[test]
fn a_wrong_tier_costs_nothing_where_our_own_price_is_at_or_under_the_tiers() {
    let known = |target: &str| Known { told: Some(Tier::Agency), ..self::target(target) };
    let kind = |charged: &str, target: &str| {
        let said = says(["20", "0", "0", charged], "", Some(Tier::Agency), &known(target));
        said.into_iter().filter(|line| line.contains("tier agency earns")).collect::<Vec<_>>()
    };
    let words = "tier agency earns 10% off, they took off 0%";
    let note = format!("note: {words}; the price is below that of the tier all the same");
    assert_eq!(kind("17.00", "17.00"), std::slice::from_ref(&note));
    assert_eq!(kind("18.00", "18.00"), [note], "at the tier's price");
    let finding = format!("tier: {words}");
    assert_eq!(
        kind("19.00", "19.00"),
        std::slice::from_ref(&finding),
        "our target, above the tier's price"
    );
    assert_eq!(kind("17.00", "16.00"), [finding], "a price that is not ours");
}

#[test]
fn the_kit_is_held_against_the_list_price_and_its_range_in_whole_dollars() {
    let kit = |list: &str, exact: &str, range: &str| KitPrice {
        list: cpm(list),
        exact: cpm(exact),
        range: (!range.is_empty()).then(|| range.to_owned()),
    };
    let found = |base: &str, kit: KitPrice| {
        let charged = price_of(base.parse().unwrap(), Decimal::TEN, Decimal::ZERO).unwrap();
        let known = Known { kit, ..Known::default() };
        let said = says([base, "10", "0", &charged.plain()], "", None, &known);
        said.into_iter().filter(|line| !line.starts_with("match: ")).collect::<Vec<_>>()
    };
    let quiet: [&str; 0] = [];
    let starts = |of: &str, base: &str| format!("{of}, the quote starts from {base} USD");
    let dearer = |line: String| [format!("kit: {line}")];
    let cheaper = |line: String| [format!("note: {line}: in your favour")];
    // The catalogue's list price is the one that counts.
    assert_eq!(found("20", kit("20", "17.00", "$40-$50 CPM")), quiet);
    assert_eq!(
        found("20", kit("18", "", "")),
        dearer(starts("the catalogue lists 18.00 USD", "20.00"))
    );
    assert_eq!(
        found("20", kit("22", "", "")),
        cheaper(starts("the catalogue lists 22.00 USD", "20.00"))
    );
    // A kit's exact price is that of some tier.
    for exact in ["20.00", "19.00", "18.00", "17.00"] {
        assert_eq!(found("20", kit("", exact, "")), quiet, "{exact}");
    }
    let words = "the kit's price is 11.00 USD, the quote's before volume 18.00 USD";
    assert_eq!(found("20", kit("", "11.00", "")), dearer(words.to_owned()));
    // An exact price settles it, whatever the range says.
    assert_eq!(found("20", kit("", "18.00", "$40-$50 CPM")), quiet);
    // Half a dollar around the range is rounding.
    let range = "the kit's range is $18-$22 CPM";
    for (base, line) in [
        ("17.50", None),
        ("17.49", Some(cheaper(starts(range, "17.49")))),
        ("18", None),
        ("20", None),
        ("22", None),
        ("22.50", None),
        ("22.51", Some(dearer(starts(range, "22.51")))),
    ] {
        let said = found(base, kit("", "", "$18-$22 CPM"));
        assert_eq!(said, line.map_or_else(Vec::new, Vec::from), "{base}");
    }
}

#[test]
fn a_dearer_kit_is_worth_its_share_of_the_price() {
    let kit = KitPrice { range: Some("$18-$22 CPM".to_owned()), ..KitPrice::default() };
    let known = Known { kit, ..Known::default() };
    let pricing = pricing(["24", "10", "0", "21.60"], "");
    let proof = prove(Priced { pricing: &pricing, given: None, impressions: None }, &known);
    // 2.00 above the range's upper edge, less ten percent.
    assert_eq!((proof.verdict, proof.difference), (Verdict::Kit, Some("1.80".parse().unwrap())));
}

#[test]
fn the_price_of_parts_is_worked_out_for_prices_and_percents_alone() {
    let price = |base: &str, tier: &str, volume: &str| {
        let number = |text: &str| text.parse::<Decimal>().unwrap();
        price_of(base.parse().unwrap(), number(tier), number(volume)).map(|cpm| cpm.plain())
    };
    for (base, tier, volume, made) in [
        ("20", "10", "5", Some("17.10")),
        ("0", "10", "5", Some("0.00")),
        ("20", "100", "0", Some("0.00")),
        ("20", "0", "100", Some("0.00")),
        ("-0.01", "10", "5", None),
        ("20", "100.1", "5", None),
        ("20", "-0.1", "5", None),
        ("20", "10", "100.1", None),
        ("20", "10", "-0.1", None),
    ] {
        assert_eq!(price(base, tier, volume).as_deref(), made, "{base} {tier} {volume}");
    }
}

#[test]
fn what_we_asked_for_is_what_a_price_is_held_against() {
    let ask = QuoteAsk {
        product_id: "p-1".into(),
        product_name: None,
        deal_type: crate::domain::DealType::Preferred,
        impressions: None,
        flight_start: "2027-01-01".parse().unwrap(),
        flight_end: "2027-01-31".parse().unwrap(),
        target_cpm: cpm("11"),
        identity: crate::domain::Identity {
            agency_id: Some("agency-1".into()),
            ..Default::default()
        },
        currency: None,
    };
    let known = Known::asked(&ask, cpm("12"));
    let expected = Known {
        told: Some(Tier::Agency),
        target: cpm("11"),
        agreed: cpm("12"),
        kit: KitPrice::default(),
    };
    assert_eq!(known, expected);
}

#[test]
fn the_kit_of_a_product_is_found_by_its_id() {
    let product = |id: &str, base: &str| Product {
        product_id: id.into(),
        name: id.to_uppercase(),
        description: String::new(),
        inventory_type: String::new(),
        base_cpm: cpm(base),
        floor_cpm: None,
        deal_types: vec![],
        available_impressions: None,
    };
    let of = ProductRef { product_id: "b".into(), name: "B".into(), inventory_type: String::new() };
    let kit = KitPrice::of(&of, &[product("a", "10"), product("b", "12")], &[]);
    assert_eq!(kit.list, cpm("12"));
    assert_eq!(KitPrice::of(&of, &[product("a", "10")], &[]), KitPrice::default());
}
