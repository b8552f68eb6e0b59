//! The keys of one deal.

use super::actions;

actions! { Deal:
    Open "open" ["enter"] Go "the whole of the line under the cursor in the audit trail";
    Copy "copy" ["y"] Look "copy: the block as received or normalised, the Deal ID, row, JSON, command line";
    NextDsp "whose" as "next DSP" ["w"] Look "whose steps: those in the next DSP";
    ReadBack "read back" ["d"] Look "read back: paste what the DSP has, it stands field by field against the deal";
    CheckOff "mark" as "check off" ["space"] Look "mark which steps of the activation are done";
    AskAgain "ask again" ["r"] Ask "read the deal's status again";
    ItemBefore "jump back" as "deal before" ["["] Move "the deal before";
    NextItem "jump on" as "next deal" ["]"] Move "the next deal";
}
