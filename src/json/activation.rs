//! What a DSP needs of a deal: the block, what the desk finds in it, and the steps to take.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

use super::told;
use crate::domain::{
    Deal,
    activation::{self, Bought, Change, Dsp, Filled, Lint, Normalised, Severity},
};

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub(crate) struct LintDoc {
    pub(crate) field: String,
    pub(crate) says: String,
    /// Whether a person should look at it.
    pub(crate) doubt: bool,
    /// `pass`, `info`, `warn`, `error`.
    pub(crate) severity: String,
    /// Who can put it right: `nobody`, `us`, `dsp`, `seller`.
    pub(crate) owner: String,
}

/// A deal, ready to be set up.
#[derive(Debug, Serialize)]
pub(crate) struct ActivationDoc {
    pub(crate) deal_id: String,
    pub(crate) seller: String,
    /// Byte for byte as the seller sent it.
    pub(crate) as_received: Option<String>,
    pub(crate) normalised: Option<NormalisedDoc>,
    pub(crate) lint: Vec<LintDoc>,
    /// The steps of the DSP that was named.
    pub(crate) dsp: Option<DspDoc>,
    /// Per DSP, in the seller's words.
    pub(crate) instructions: BTreeMap<String, String>,
}

/// The block as OpenRTB writes it.
#[derive(Debug, Serialize)]
pub(crate) struct NormalisedDoc {
    pub(crate) block: Box<RawValue>,
    pub(crate) changes: Vec<ChangeDoc>,
}

/// A field that is not as the seller sent it.
#[derive(Debug, Serialize)]
pub(crate) struct ChangeDoc {
    pub(crate) field: String,
    /// JSON text; `null` where it was absent.
    pub(crate) from: Option<String>,
    /// JSON text.
    pub(crate) to: String,
    pub(crate) why: String,
}

/// What to do in a DSP.
#[derive(Debug, Serialize)]
pub(crate) struct DspDoc {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) steps: Vec<StepDoc>,
}

/// One step.
#[derive(Debug, Serialize)]
pub(crate) struct StepDoc {
    pub(crate) says: String,
    /// The field of the DSP's form.
    pub(crate) field: Option<String>,
    /// What goes into it, verbatim.
    pub(crate) value: Option<String>,
}

impl LintDoc {
    pub(crate) fn of(lint: Lint) -> Self {
        Self {
            field: lint.field.to_owned(),
            says: lint.says,
            doubt: lint.severity >= Severity::Warn,
            severity: lint.severity.to_string(),
            owner: lint.owner.to_string(),
        }
    }

    /// In a line, for a person.
    pub(crate) fn line(&self) -> String {
        let mark = match self.severity.as_str() {
            "pass" => "✓",
            "info" => "·",
            "warn" => "!",
            _ => "✗",
        };
        let owner =
            if self.owner == "nobody" { String::new() } else { format!(" ({})", self.owner) };
        format!("{mark} {:<12} {}{owner}", self.field, self.says)
    }
}

impl ActivationDoc {
    pub(crate) fn new(deal: &Deal, bought: &Bought, dsp: Option<&Dsp>) -> Self {
        Self {
            deal_id: deal.deal_id.0.clone(),
            seller: deal.seller.0.clone(),
            as_received: activation::as_received(deal).and_then(told),
            normalised: activation::normalised(deal).and_then(NormalisedDoc::new),
            lint: activation::lint(deal, bought).into_iter().map(LintDoc::of).collect(),
            dsp: dsp.map(|dsp| DspDoc::new(dsp, bought)),
            instructions: deal.activation_instructions.clone(),
        }
    }
}

impl NormalisedDoc {
    fn new(normalised: Normalised) -> Option<Self> {
        let changes = normalised.changes.into_iter().map(ChangeDoc::new).collect();
        // One document is one line.
        let block = serde_json::from_str::<Compact>(&normalised.json).ok()?;
        Some(Self { block: block.0, changes })
    }
}

/// JSON without the spaces between its parts.
struct Compact(Box<RawValue>);

impl<'de> serde::Deserialize<'de> for Compact {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spaced = Box::<RawValue>::deserialize(deserializer)?;
        // The block is pretty-printed by us: only what stands at a line's beginning is space.
        let text: String = spaced.get().lines().map(str::trim_start).collect();
        RawValue::from_string(text).map(Self).map_err(serde::de::Error::custom)
    }
}

impl ChangeDoc {
    fn new(change: Change) -> Self {
        let (field, why) = (change.field.to_owned(), change.why.to_owned());
        Self { field, from: change.from, to: change.to, why }
    }
}

impl DspDoc {
    fn new(dsp: &Dsp, bought: &Bought) -> Self {
        let step = |step: Filled| StepDoc { says: step.says, field: step.field, value: step.value };
        Self {
            name: dsp.name.clone(),
            title: dsp.title.clone(),
            steps: dsp.filled(bought).into_iter().map(step).collect(),
        }
    }
}
