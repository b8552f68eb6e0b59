//! The steps to take in a DSP: which value goes into which field. One file a DSP in `assets/dsp/`.

use serde::Deserialize;

use super::Bought;
use crate::domain::DealType;

/// The files.
pub(super) const FILES: [&str; 5] = [
    include_str!("../../../assets/dsp/ttd.toml"),
    include_str!("../../../assets/dsp/dv360.toml"),
    include_str!("../../../assets/dsp/xandr.toml"),
    include_str!("../../../assets/dsp/amazon.toml"),
    include_str!("../../../assets/dsp/yahoo.toml"),
];

/// A demand-side platform and what to do there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dsp {
    /// What sellers call it in their instructions: lower case, no spaces.
    pub name: String,
    /// Its name.
    pub title: String,
    /// Other names of it.
    #[serde(default)]
    pub also: Vec<String>,
    /// What to do, in order.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What to do.
    pub says: String,
    /// The field of the DSP's form.
    #[serde(default)]
    pub field: Option<String>,
    /// What goes into it.
    #[serde(default)]
    pub value: Option<Part>,
    /// The kinds of deal it is for; every kind where none is named.
    #[serde(default)]
    pub only: Vec<DealType>,
}

/// A part of what was bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The Deal ID, verbatim.
    DealId,
    /// The agreed CPM without its currency.
    Cpm,
    /// The currency of the agreed CPM.
    Currency,
    /// PG, PD or PA in words.
    DealType,
    /// Impressions.
    Impressions,
    /// First day of the flight.
    Start,
    /// Last day of the flight.
    End,
    /// Our seat.
    Seat,
}

/// A step with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// What to do.
    pub says: String,
    /// The field of the DSP's form.
    pub field: Option<String>,
    /// What goes into it, verbatim; `None` where the step has no field, or it is not known.
    pub value: Option<String>,
}

impl Dsp {
    /// The steps for this deal, with its values.
    pub fn filled(&self, bought: &Bought) -> Vec<Filled> {
        let fits = |step: &&Step| {
            step.only.is_empty() || bought.deal_type.is_some_and(|kind| step.only.contains(&kind))
        };
        let filled = |step: &Step| Filled {
            says: step.says.clone(),
            field: step.field.clone(),
            value: step.value.and_then(|part| part.of(bought)),
        };
        self.steps.iter().filter(fits).map(filled).collect()
    }
}

impl Part {
    fn of(self, bought: &Bought) -> Option<String> {
        match self {
            Self::DealId => Some(bought.deal_id.as_str().to_owned()),
            Self::Cpm => Some(bought.cpm.plain()),
            Self::Currency => Some(bought.cpm.currency().to_string()),
            Self::DealType => bought.deal_type.map(|kind| kind.words().to_owned()),
            Self::Impressions => bought.impressions.map(|number| number.to_string()),
            Self::Start => bought.start.map(|day| day.to_string()),
            Self::End => bought.end.map(|day| day.to_string()),
            Self::Seat => bought.seat.clone(),
        }
    }
}

/// Every DSP that the desk has steps for. A file that could not be read would be missing; a test
/// reads them all.
pub fn dsps() -> Vec<Dsp> {
    FILES.iter().filter_map(|text| toml::from_str(text).ok()).collect()
}

/// The DSP of this name, however it is written (`The Trade Desk`, `ttd`).
pub fn by_name(name: &str) -> Option<Dsp> {
    let key = |name: &str| -> String {
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
    };
    let wanted = key(name);
    dsps().into_iter().find(|dsp| {
        let mut names = dsp.also.iter().chain([&dsp.name, &dsp.title]);
        names.any(|name| key(name) == wanted)
    })
}
