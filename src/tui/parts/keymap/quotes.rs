//! The keys of the quotes.

use super::actions;

actions! { Quotes:
    Book "book" ["B"] Ticket "book the quote: reads it again, checks everything, asks for the price";
    Counter "counter" ["N"] Ticket "negotiate: goes to the ladder";
    Compare "match" as "compare" ["="] Look "compare: two to four marked quotes side by side; else the best that were asked for together";
    Mark "mark" ["space"] Look "mark the quote to compare it, or not";
    AskAgain "ask again" ["r"] Ask "ask for the same terms again; the old row stays";
    LetGo "let go" ["x"] Stop "let the quote go; tells the seller nothing";
    Timeline "view" as "timeline" ["v"] Look "the timeline: open quotes and holds on one axis, the next to run out first";
    Trigger "trigger" ["P"] Ticket "book by itself, once, when the price is low enough; again: let that go";
    Open "open" ["enter"] Go "its ladder or its deal, else all that is known of it";
}
