//! The keys of the ladder.

use super::actions;

actions! { Ladder:
    Counter "counter" ["N"] Ticket "offer the drafted price; y in its ticket sends it";
    Accept "accept" ["A"] Ticket "take their price; its ticket asks to type it";
    Walk "walk" ["W"] Ticket "leave the negotiation";
    TickUp "tick up" ["+"] Look "draft .05 more";
    TickDown "tick down" ["-"] Look "draft .05 less";
    Type "type price" ["e"] Look "draft a price by typing it, with . or ,";
    Middle "middle" ["m"] Look "draft the middle between theirs and ours";
    Match "match" ["="] Look "draft their price";
    Auto "auto" ["a"] Ask "let a strategy play; again: take over";
    Book "book" ["B"] Ticket "book what was agreed, or the quote as it is";
    JumpUp "jump on" ["]"] Move "draft .25 more";
    JumpDown "jump back" ["["] Move "draft .25 less";
    Race "view" as "race" ["v"] Look "the race: every seller of the same thing on one axis, or this one alone";
    WhatIf "what if" ["i"] Look "what each strategy would come to from this round on: SIM, nothing is sent";
    Forecast "forecast" ["c"] Look "the forecast in full: how likely they take a price, where it settles, how it was counted";
    Zoom "zoom" ["z"] Look "zoom the axis and put it around the two prices";
    Open "open" ["enter"] Go "the seller's reply in full; in the race: this seller's ladder";
    AskAgain "ask again" ["r"] Ask "ask for a new quote on the same terms";
    Trigger "trigger" ["P"] Ticket "book by itself, once, when the price is low enough; again: let that go";
    Privacy "privacy" as "hide forecast" ["p"] Look "hide the forecast on the ladder and in the race, or show it again";
}
