//! The keys of the sellers.

use super::actions;

actions! { Sellers:
    Open "open" ["enter"] Go "the seller's kit";
    Test "test" ["T"] Ask "harmless reads that show whether the seller is there and takes our key";
    Halt "halt seller" ["H"] Stop "stop this seller now: its automation and its tickets, never the reading of its deals";
    Resume "resume" ["U"] Ticket "let this seller go on, or the desk if only that is halted: type the word";
    AskAgain "ask again" ["r"] Ask "read the seller's packages and products again";
}
