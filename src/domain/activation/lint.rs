//! The lint: each field of the block and of the terms against what was bought.

use std::cmp::Ordering;

use super::{Bought, Lint, Owner, Severity, block, days};
use crate::domain::{
    Deal, DealType, OpenRtb,
    ids::{is_plain, shown},
    money::count,
    text::clean,
    twice,
};

/// Everything that was looked at, in the order of the block; what passes is in it too.
pub fn lint(deal: &Deal, bought: &Bought) -> Vec<Lint> {
    let mut found = Vec::new();
    if let Some(read) = &deal.openrtb {
        let object = block::object(deal).unwrap_or_default();
        found.extend(id(read, bought));
        found.extend(floor(read, bought, &object));
        found.extend(told_twice(deal));
        found.push(auction_type(read, bought));
        found.push(guaranteed(read, bought));
        found.push(seats(read, bought));
        found.push(domains(read, bought));
        let unknown = block::unknown(&object);
        if !unknown.is_empty() {
            let says = format!("OpenRTB does not define {}", unknown.join(", "));
            found.push(line("other", Severity::Info, Owner::Nobody, says));
        }
    } else {
        let says = "this seller sent no activation block: ask for it".to_owned();
        found.push(line("block", Severity::Error, Owner::Seller, says));
    }
    found.push(flight(bought));
    found.push(impressions(bought));
    found
}

fn line(field: &'static str, severity: Severity, owner: Owner, says: String) -> Lint {
    Lint { field, severity, says, owner }
}

fn pass(field: &'static str, says: String) -> Lint {
    line(field, Severity::Pass, Owner::Nobody, says)
}

fn id(read: &OpenRtb, bought: &Bought) -> Vec<Lint> {
    let (id, deal_id) = (read.id.as_str(), bought.deal_id.as_str());
    let first = if !is_plain(id) {
        let says = format!("{} has spaces or characters that cannot be seen", shown(id));
        line("id", Severity::Error, Owner::Seller, says)
    } else if id == deal_id {
        pass("id", format!("{id} is the Deal ID; it goes into the DSP's deal targeting"))
    } else {
        let how = if id.eq_ignore_ascii_case(deal_id) { "differs in case from" } else { "is not" };
        let says = format!("{id} {how} the Deal ID {}", bought.deal_id);
        line("id", Severity::Error, Owner::Seller, says)
    };
    let mut found = vec![first];
    if let Some(pair) = look_alikes(id) {
        let says = format!("it has {pair}, which look alike: copy it, do not type it");
        found.push(line("id", Severity::Info, Owner::Us, says));
    }
    found
}

/// Characters of an id that are taken for each other.
fn look_alikes(id: &str) -> Option<String> {
    let pairs = [('O', '0'), ('o', '0'), ('l', '1'), ('I', '1'), ('I', 'l')];
    let both = |(a, b): &(char, char)| id.contains(*a) && id.contains(*b);
    if let Some((a, b)) = pairs.into_iter().find(|pair| both(pair)) {
        return Some(format!("{a} and {b}"));
    }
    let twice = id.chars().find(|c| c.is_ascii_lowercase() && id.contains(c.to_ascii_uppercase()));
    twice.map(|c| format!("{c} and {}", c.to_ascii_uppercase()))
}

/// Names that stand twice in the block: a DSP may take the other value than the one read here.
fn told_twice(deal: &Deal) -> Vec<Lint> {
    let twice = deal.openrtb_raw.as_deref().map(twice::told).unwrap_or_default();
    let one = |path: &String| {
        let says =
            format!("{} is sent twice, and not the same: a DSP may take either", clean(path, 60));
        line("block", Severity::Error, Owner::Seller, says)
    };
    twice.iter().map(one).collect()
}

fn floor(
    read: &OpenRtb,
    bought: &Bought,
    object: &serde_json::Map<String, serde_json::Value>,
) -> Vec<Lint> {
    let mut found = Vec::new();
    let used = block::floors(object);
    if used.len() > 1 {
        let says = format!("{} are sent together; a deal has one of them", used.join(" and "));
        found.push(line("bidfloor", Severity::Error, Owner::Seller, says));
    }
    let Some(floor) = read.bidfloor else {
        let sent = |field: &str| object.get(field).filter(|value| !value.is_null());
        if let (Some(floor), currency) = (sent("bidfloor"), sent("bidfloorcur")) {
            let beside = currency.map_or_else(String::new, |code| format!(" beside {code}"));
            let says = format!("{floor}{beside} is no floor that can be read: ask what is meant");
            found.push(line("bidfloor", Severity::Error, Owner::Seller, clean(&says, 120)));
            return found;
        }
        let says = match used.first() {
            Some(other) if *other != "bidfloor" => {
                format!("the floor is sent as {other}: check that it comes to {}", bought.cpm)
            }
            _ => format!("no floor is sent: ask the seller to send {}", bought.cpm),
        };
        found.push(line("bidfloor", Severity::Warn, Owner::Seller, says));
        return found;
    };
    let agreed = bought.cpm;
    let stands =
        if floor.is_same(&agreed) { Some(Ordering::Equal) } else { floor.partial_cmp(&agreed) };
    found.push(match stands {
        Some(Ordering::Equal) => pass("bidfloor", format!("{floor} is the agreed price")),
        Some(Ordering::Greater) => {
            let says = format!("{floor} is above the agreed {agreed}: bids at that price lose");
            line("bidfloor", Severity::Error, Owner::Seller, says)
        }
        Some(Ordering::Less) => {
            let says = format!("{floor} is below the agreed {agreed}: ask which one is charged");
            line("bidfloor", Severity::Warn, Owner::Seller, says)
        }
        None => {
            let says = format!("{floor} is not in the currency that was agreed: {agreed}");
            line("bidfloor", Severity::Error, Owner::Seller, says)
        }
    });
    found.push(currency(floor.currency().as_str(), agreed.currency().as_str(), object));
    found
}

/// `bidfloorcur`: USD where it is absent, whatever the rest of the request says.
fn currency(read: &str, agreed: &str, object: &serde_json::Map<String, serde_json::Value>) -> Lint {
    let sent = object.get("bidfloorcur").is_some_and(|value| !value.is_null());
    if object.get("bidfloor").is_some_and(serde_json::Value::is_object) {
        let says = format!("{read} is sent inside the floor, which a DSP reads as a plain number");
        return line("bidfloorcur", Severity::Info, Owner::Dsp, says);
    }
    if !sent && agreed != "USD" {
        let says = format!("not sent, which OpenRTB reads as USD; {agreed} was agreed");
        return line("bidfloorcur", Severity::Error, Owner::Seller, says);
    }
    if read != agreed {
        let says = format!("{read}, but {agreed} was agreed");
        return line("bidfloorcur", Severity::Error, Owner::Seller, says);
    }
    let says = if sent { agreed.to_owned() } else { "not sent: OpenRTB reads USD".to_owned() };
    pass("bidfloorcur", says)
}

fn auction_type(read: &OpenRtb, bought: &Bought) -> Lint {
    let says = OpenRtb::auction_words(read.at);
    let warn =
        |against: &str| line("at", Severity::Warn, Owner::Seller, format!("{says}; {against}"));
    match (bought.deal_type, read.at) {
        (Some(DealType::Guaranteed | DealType::Preferred), Some(1 | 2)) => {
            warn("the terms say fixed price, which OpenRTB writes as 3: bid the agreed price")
        }
        (Some(DealType::Auction | DealType::Curated), Some(3)) => {
            warn("the terms say auction, which OpenRTB writes as 1 or 2: the floor is no price")
        }
        (_, Some(1..=3)) => pass("at", says),
        (_, None) => line("at", Severity::Info, Owner::Nobody, says),
        (_, Some(_)) => {
            line("at", Severity::Info, Owner::Seller, format!("{says}: ask what it means"))
        }
    }
}

fn guaranteed(read: &OpenRtb, bought: &Bought) -> Lint {
    let is_pg = bought.deal_type.is_some_and(DealType::is_guaranteed);
    match (is_pg, read.guar) {
        (true, Some(1)) => pass("guar", "1, the deal is guaranteed and must be bid on".to_owned()),
        (true, None) => {
            let says = "not sent: OpenRTB 2.6 marks a guaranteed deal with 1".to_owned();
            line("guar", Severity::Info, Owner::Seller, says)
        }
        (true, Some(other)) => {
            let says = format!("{other}, but the deal is guaranteed, which OpenRTB marks with 1");
            line("guar", Severity::Warn, Owner::Seller, says)
        }
        (false, Some(1)) => {
            let says = "1 obliges us to bid, but nothing guaranteed was bought".to_owned();
            line("guar", Severity::Warn, Owner::Seller, says)
        }
        (false, _) => pass("guar", "nothing is guaranteed".to_owned()),
    }
}

fn seats(read: &OpenRtb, bought: &Bought) -> Lint {
    let named = read.wseat.join(", ");
    match &bought.seat {
        _ if read.wseat.is_empty() => match bought.deal_type {
            Some(DealType::Guaranteed | DealType::Preferred) => {
                let says = "no seats are named: any seat can buy on this deal".to_owned();
                line("wseat", Severity::Warn, Owner::Seller, says)
            }
            Some(DealType::Auction | DealType::Curated) | None => {
                pass("wseat", "any seat may bid: no seats are named".to_owned())
            }
        },
        Some(seat) if read.wseat.contains(seat) => {
            pass("wseat", format!("{named}: yours is among them"))
        }
        Some(seat) => {
            let says = format!("{named}: yours ({seat}) is missing, so your bids are refused");
            line("wseat", Severity::Error, Owner::Seller, says)
        }
        None => {
            let says = format!("{named}: your seat is not configured, check that it is among them");
            line("wseat", Severity::Info, Owner::Us, says)
        }
    }
}

fn domains(read: &OpenRtb, bought: &Bought) -> Lint {
    let named = read.wadomain.join(", ");
    let allowed =
        |domain: &&String| read.wadomain.iter().any(|one| one.eq_ignore_ascii_case(domain));
    if read.wadomain.is_empty() {
        return pass("wadomain", "any advertiser domain: none is named".to_owned());
    }
    if bought.domains.is_empty() {
        let says = format!("{named}: check that these are your advertiser's");
        return line("wadomain", Severity::Info, Owner::Us, says);
    }
    let missing: Vec<_> =
        bought.domains.iter().filter(|domain| !allowed(domain)).cloned().collect();
    if missing.is_empty() {
        return pass("wadomain", format!("{named}: yours are among them"));
    }
    let says = format!("{named}: {} is missing, so its ads are refused", missing.join(", "));
    line("wadomain", Severity::Error, Owner::Seller, says)
}

fn flight(bought: &Bought) -> Lint {
    let (Some(start), Some(end)) = (bought.start, bought.end) else {
        let says = "the seller's dates cannot be read: ask when the deal runs".to_owned();
        return line("flight", Severity::Warn, Owner::Seller, says);
    };
    let Some(total) = days(start, end) else {
        let says = format!("{start} to {end}: it ends before it starts");
        return line("flight", Severity::Error, Owner::Seller, says);
    };
    let runs = format!("{start} to {end}, {total} days");
    let Some(asked) = bought.asked else { return pass("flight", runs) };
    if start < asked.start || end > asked.end {
        let says =
            format!("{runs}: it runs outside the {} to {} asked for", asked.start, asked.end);
        return line("flight", Severity::Warn, Owner::Seller, says);
    }
    let wanted = days(asked.start, asked.end).unwrap_or(total);
    if total < wanted {
        let says = format!("{runs}: {} of the {wanted} days asked for are missing", wanted - total);
        return line("flight", Severity::Warn, Owner::Seller, says);
    }
    pass("flight", format!("{runs}, as asked for"))
}

fn impressions(bought: &Bought) -> Lint {
    let is_pg = bought.deal_type.is_some_and(DealType::is_guaranteed);
    let asked = bought.asked.and_then(|asked| asked.impressions);
    match (bought.impressions, asked) {
        (None, _) if is_pg => {
            let says = "none are named, but the deal is guaranteed".to_owned();
            line("impressions", Severity::Error, Owner::Seller, says)
        }
        (None, _) => {
            let says = "none are named: the cost is what is delivered".to_owned();
            line("impressions", Severity::Info, Owner::Nobody, says)
        }
        (Some(bought), Some(asked)) if bought != asked => {
            let says = format!("{} were bought, {} asked for", count(bought), count(asked));
            line("impressions", Severity::Warn, Owner::Seller, says)
        }
        (Some(bought), _) => {
            let sure = if is_pg { "guaranteed" } else { "not guaranteed" };
            pass("impressions", format!("{}, {sure}", count(bought)))
        }
    }
}
