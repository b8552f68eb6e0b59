//! The words of the audience's view: by how much a side moved, whose turn it is, what it came to.

use rust_decimal::Decimal;

use crate::{
    domain::{Action, By, Cpm, Stage, money},
    present::{Audience, ModeWord, Talk},
    tui::parts::{stage, theme::Meaning},
};

/// What is said while the desk reads its store.
pub(super) const READING: &str = "the store is being read";

/// `down 0.84 from 24.69`, `up 1.25 from 21.50`, `as before`.
pub(super) fn step((now, before): (Option<Cpm>, Option<Cpm>)) -> Option<String> {
    let (now, before) = (now?, before?);
    let by = now.minus(&before)?;
    if by.is_zero() {
        return Some("as before".to_owned());
    }
    let way = if by.is_sign_negative() { "down" } else { "up" };
    Some(format!("{way} {} from {}", money::grouped(by.abs()), before.grouped()))
}

/// The step of their side.
pub(super) fn their_step(talk: &Talk) -> String {
    let asks = talk.asks();
    step(asks).or_else(|| asks.0.map(|_| "as quoted".to_owned())).unwrap_or_default()
}

/// The step of our side.
pub(super) fn our_step(talk: &Talk) -> String {
    let offers = talk.offers();
    step(offers).or_else(|| offers.0.map(|_| "our first offer".to_owned())).unwrap_or_default()
}

/// The title of their side.
pub(super) fn their_title(talk: &Talk) -> &'static str {
    if talk.stage == Stage::Rejected {
        "THEY REFUSED"
    } else if talk.agreed.is_some() {
        "AGREED"
    } else if is_final(talk) {
        "THEIR FINAL OFFER"
    } else {
        "THEY ASK"
    }
}

/// Whether their newest move was said to be their last.
pub(super) fn is_final(talk: &Talk) -> bool {
    let newest = talk.moves.iter().rev().find(|one| one.by == By::Them);
    newest.is_some_and(|one| one.action == Action::FinalOffer)
}

/// Where it stands, in words for a room, and how they look.
pub(super) fn standing(talk: &Talk) -> (String, Meaning) {
    let meaning = stage::meaning(talk.stage);
    let words = match talk.stage {
        Stage::MyTurn if talk.round() == 0 => "our turn: the first offer is ours".to_owned(),
        Stage::MyTurn if is_final(talk) => "our turn: yes, or leave".to_owned(),
        Stage::MyTurn => format!("our turn: round {}", talk.round() + 1),
        Stage::TheirTurn => "they are thinking".to_owned(),
        Stage::Unknown => "no answer came; it is looked up".to_owned(),
        Stage::Agreed => agreed(talk),
        Stage::Booking => "booking it".to_owned(),
        Stage::Waiting => "sent: their people decide".to_owned(),
        Stage::Proposed => "booked: the seller has yet to activate it".to_owned(),
        Stage::Active => "booked, and live".to_owned(),
        Stage::Disputed => "booked, but not as agreed".to_owned(),
        Stage::Expired => "the quote ran out".to_owned(),
        Stage::Rejected => "they said no".to_owned(),
        Stage::Declined => "we left".to_owned(),
        Stage::Quoted
        | Stage::Booked
        | Stage::Held
        | Stage::Paused
        | Stage::Renegotiating
        | Stage::Completed
        | Stage::Canceled
        | Stage::NotSent
        | Stage::Other => talk.stage.words().to_lowercase(),
    };
    (words, meaning)
}

/// `agreed, 3.51 under the quote`.
fn agreed(talk: &Talk) -> String {
    let under = talk.quoted().zip(talk.agreed).and_then(|(quoted, agreed)| quoted.minus(&agreed));
    match under.filter(|under| *under > Decimal::ZERO) {
        Some(under) => format!("agreed, {} under the quote", money::grouped(under)),
        None => "agreed".to_owned(),
    }
}

/// The words that say whose money it is, and whether each must stand out.
pub(super) fn modes(audience: &Audience) -> Vec<(String, Meaning)> {
    let plain = audience.mode == ModeWord::Live;
    let mode = (audience.mode.to_string(), if plain { Meaning::Plain } else { Meaning::Mode });
    let halt = audience.is_halted.then(|| ("HALT".to_owned(), Meaning::Alarm));
    halt.into_iter().chain([mode]).collect()
}

/// What stands beside: `seed 42 · scene 3/7 "The last dollar" · ×2 · ▶ playing`.
pub(super) fn show(audience: &Audience) -> String {
    let show = &audience.show;
    let scene = show.scene.as_ref();
    let scene = scene.map(|one| format!("scene {}/{} \"{}\"", one.number, one.of, one.title));
    let speed = Decimal::new(i64::from(show.speed), 2).normalize();
    let is_steered = audience.mode == ModeWord::Demo || audience.mode == ModeWord::Replay;
    let pace = match (show.is_playing, show.speed) {
        (false, _) => Some("‖ paused".to_owned()),
        (true, 100) => is_steered.then(|| "▶ playing".to_owned()),
        (true, _) => Some(format!("×{speed} · ▶ playing")),
    };
    let name = Some(show.name.clone()).filter(|name| !name.is_empty());
    [name, scene, pace].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_says_its_way_and_from_where() {
        let usd = |text: &str| Some(text.parse::<Cpm>().unwrap());
        assert_eq!(step((usd("23.85"), usd("24.69"))).as_deref(), Some("down 0.84 from 24.69"));
        assert_eq!(step((usd("1234.50"), usd("21.50"))).as_deref(), Some("up 1,213.00 from 21.50"));
        assert_eq!(step((usd("20"), usd("20"))).as_deref(), Some("as before"));
        assert_eq!(step((usd("20"), usd("20 EUR"))), None);
        assert_eq!(step((usd("20"), None)), None);
    }
}
