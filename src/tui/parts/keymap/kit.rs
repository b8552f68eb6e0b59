//! The keys of the media kit.

use super::actions;

actions! { Kit:
    Quote "quote" ["Q"] Ticket "ask for a quote on the package or product, or on all marked ones";
    Mark "mark" ["space"] Look "mark it, or not";
    MarkAll "mark all" ["*"] Look "mark all that is shown, or none: Q asks all their sellers at once";
    Seller "whose" ["w"] Look "only what the next seller has, then all again";
    Format "format" ["t"] Look "only what is in the next format, then all again";
    Open "open" ["enter"] Go "all that is known of it";
    AskAgain "ask again" ["r"] Ask "ask every seller for its kit again";
}
