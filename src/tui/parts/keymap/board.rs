//! The keys of the board.

use super::actions;

actions! { Board:
    Open "open" ["enter"] Go "open what is under the cursor";
    Book "book" ["B"] Ticket "book: reads the quote again, checks everything, then asks for the price";
    Counter "counter" ["N"] Ticket "negotiate: offer a price";
    Accept "accept" ["A"] Ticket "accept their price";
    Walk "walk" ["W"] Ticket "leave the negotiation";
    AskAgain "ask again" ["r"] Ask "ask again: a new quote, a deal's status, what became of a booking";
    EnterDeal "enter deal" ["M"] Ticket "say which deal an UNKNOWN booking became; the seller is asked";
    EndUnknown "end in writing" as "close" ["E"] Ticket "close an UNKNOWN booking with a reason; its money no longer counts";
    SendAgain "send again" ["S"] Ticket "send an UNKNOWN booking once more; says what may come of it";
    Acknowledge "acknowledge" ["n"] Look "say that you saw what became of a deal that was rejected, lapsed or is gone";
    Note "copy note" ["C"] Look "copy a note for the seller about an UNKNOWN or DISPUTED booking";
    LetGo "let go" ["x"] Stop "let a quote go; the seller is told nothing";
    Timeline "view" as "timeline" ["v"] Look "the timeline: open quotes and holds on one axis, the next to run out first";
    Fold "fold" ["o"] Look "show what is done, or fold it away";
}
