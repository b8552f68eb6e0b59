//! The keys that hold on every screen.

use super::actions;

actions! { Desk:
    Down "down" ["j", "down"] Move "next row";
    Up "up" ["k", "up"] Move "row before";
    Left "left" ["h", "left"] Move "to the left";
    Right "right" ["l", "right"] Move "to the right";
    Top "top" ["g g", "home"] Move "first row";
    Bottom "bottom" ["G", "end"] Move "last row";
    PageDown "page_down" ["ctrl-d", "pagedown"] Move "a page down";
    PageUp "page_up" ["ctrl-u", "pageup"] Move "a page up";
    NextPane "pane" ["tab"] Move "next pane";
    PaneBefore "pane_before" ["backtab"] Move "pane before";
    NextMine "next mine" ["!"] Go "next row that needs me, on whatever screen";
    Filter "filter" ["/"] Look "show only rows with these words: !not, ~fuzzy, col:word, col<number";
    Sort "sort" ["s"] Look "sort by the next column";
    Copy "copy" ["y"] Look "copy: id, row, JSON, OpenRTB, command line";
    Back "back" ["esc"] Go "one step back";
    Board "board" ["1", "g b"] Go "the deal board";
    Kit "kit" ["2", "g k"] Go "what sellers offer";
    Quotes "quotes" ["3", "g q"] Go "quotes side by side";
    Ladder "ladder" ["4", "g l"] Go "negotiations";
    Sellers "sellers" ["8", "g s"] Go "sellers and how they do";
    Log "log" ["9", "g e"] Go "everything that happened";
    Halt "halt" ["f12"] Stop "stop everything automatic now; works everywhere and asks nothing";
    Resume "resume" ["U"] Ticket "resume what was stopped: type the word";
    Bell "bell" ["b"] Look "mute the bell, or not";
    Audience "audience" ["f5"] Show "what a room may see, in place of the desk; again: back";
    Bigger "bigger" ["f6"] Show "bigger digits before a room, or as before";
    Captions "captions" ["f7"] Show "the story's captions, or none";
    KeyNames "key names" ["f8"] Show "name the keys that are pressed before a room, or not";
    Help "keys" ["?"] Desk "this list; type to filter, Enter runs";
    Redraw "redraw" ["ctrl-l"] Desk "draw everything again";
    Suspend "suspend" ["ctrl-z"] Desk "put the desk in the background";
    Quit "quit" ["q", "ctrl-c"] Desk "quit; asks while a ticket is open, a strategy plays or a trigger is armed";
    Pause "pause" ["f9 space"] Show "let the time of a demo or a replay stand still, or go on";
    Step "step" ["f9 ."] Show "to the next thing that happens, and no further";
    Before "step back" ["f9 ,"] Show "in a replay: to what happened before";
    Slower "slower" ["f9 <"] Show "half as fast, down to a quarter";
    Faster "faster" ["f9 >"] Show "twice as fast, up to eight times";
    NextScene "scene" ["f9 J"] Show "the next scene of the story";
    Again "again" ["f9 R"] Show "the scene from its beginning";
    Blank "blank" ["f9 b"] Show "empty the screen, so that the room looks at you; any key brings it back";
    FaultDrop "fault drop" ["f9 x d"] Show "the seller's next reply is lost after it did what it was asked";
    FaultBusy "fault busy" ["f9 x 5"] Show "the seller's next three answers are 503";
    FaultDelay "fault delay" ["f9 x t"] Show "the seller's next answer takes ten seconds";
    FaultExpire "fault expire" ["f9 x e"] Show "the quote under the cursor expires now";
    FaultReprice "fault reprice" ["f9 x p"] Show "the seller's prices rise by 3 %";
    FaultTwice "fault twice" ["f9 x 2"] Show "the seller's next answer comes twice";
    FaultSkew "fault skew" ["f9 x k"] Show "the seller's clock is thirty seconds ahead";
    FaultOffline "fault offline" ["f9 x o"] Show "the seller cannot be reached, or can again";
}
