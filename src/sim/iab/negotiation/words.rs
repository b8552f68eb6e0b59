//! What a seller says with its move: the sentences of the IAB seller agent, and the moods of the others.

use super::{
    Negotiation,
    rule::{Said, SellerAnswer},
};
use crate::sim::iab::{chance::Chance, spec::NegotiationRules};

pub(super) fn says(
    negotiation: &Negotiation,
    offer: f64,
    answer: &SellerAnswer,
    rules: &NegotiationRules,
    chance: &Chance,
) -> String {
    let (price, floor) = (answer.price, negotiation.floor);
    let (round, max) = (negotiation.next_round(), negotiation.max_rounds);
    match answer.said {
        Said::Met => "Buyer price meets or exceeds seller target. Deal accepted.".to_owned(),
        Said::NotValid => {
            format!("Buyer price ${offer:.2} is not a valid offer. Cannot negotiate.")
        }
        Said::BelowFloor => {
            format!("Buyer price ${offer:.2} is below floor ${floor:.2}. Cannot negotiate.")
        }
        Said::RoundsOver => {
            format!("Maximum {max} rounds reached. Negotiation concluded without agreement.")
        }
        Said::FloorIsFinal => {
            format!("Final offer at our floor price ${floor:.2} CPM. We cannot go lower.")
        }
        Said::FloorIsOffered => format!(
            "Buyer offer ${offer:.2} is below our floor. Countering at the floor price ${floor:.2} \
             CPM \u{2014} the minimum viable price for this inventory (round {round}/{max})."
        ),
        Said::AllGiven(total) => {
            let most = total * 100.0;
            format!(
                "Final offer at ${price:.2} CPM. This represents our maximum concession of \
                 {most:.0}%."
            )
        }
        Said::Countered(name) => {
            format!("Counter at ${price:.2} CPM ({name} strategy, round {round}/{max}).")
        }
        Said::Agreed => format!("Agreed at ${offer:.2} CPM."),
        Said::Good => format!("Good. Agreed at ${offer:.2} CPM."),
        Said::CanDo => format!("We can do that. Agreed at ${offer:.2} CPM."),
        Said::TooFar => "We are too far apart. We end the talks here.".to_owned(),
        Said::NoOffer => "That is not an offer.".to_owned(),
        Said::LastWord => format!("${price:.2} CPM is our final offer."),
        Said::Mood => mood(negotiation, rules, chance, round, price),
    }
}

/// What it says with a counter: one of its moods, picked by the negotiation and the round.
fn mood(
    negotiation: &Negotiation,
    rules: &NegotiationRules,
    chance: &Chance,
    round: u32,
    price: f64,
) -> String {
    let count = u64::try_from(rules.moods.len()).unwrap_or(0);
    if count == 0 {
        return format!("Counter at ${price:.2} CPM.");
    }
    let pick =
        chance.within([0, count - 1], &format!("mood {}", negotiation.subject), u64::from(round));
    let mood = usize::try_from(pick).ok().and_then(|pick| rules.moods.get(pick));
    mood.map_or_else(|| format!("Counter at ${price:.2} CPM."), Clone::clone)
}
