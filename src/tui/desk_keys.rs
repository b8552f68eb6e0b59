//! The keys that hold on every screen.

use super::keymap::actions;

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
    Resume "resume" ["U"] Ticket "let what was stopped go on: type the word";
    Bell "bell" ["b"] Look "mute the bell, or not";
    Help "keys" ["?"] Desk "this list; type to filter, Enter runs";
    Redraw "redraw" ["ctrl-l"] Desk "draw everything again";
    Suspend "suspend" ["ctrl-z"] Desk "put the desk in the background";
    Quit "quit" ["q", "ctrl-c"] Desk "quit; asks only if a ticket is open";
}
