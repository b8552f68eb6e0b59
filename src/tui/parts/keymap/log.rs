//! The keys of the log.

use super::actions;

actions! { Log:
    Open "open" ["enter"] Go "the whole request and reply";
    Follow "follow" ["f"] Look "stay on the newest line, or not";
    Level "view" as "level" ["v"] Look "how much a line must matter to be shown";
}
