//! How strategies play where a plan says nothing else: `[strategies.NAME]`, with the parameters that
//! strategy has.

use std::fmt::Write as _;

use serde::de::IgnoredAny;
use toml::de::DeValue;

use super::{
    amounts::{Misread, bare},
    document::{Document, shown},
    fault::{meant, nearest},
    keys::Named,
};
use crate::domain::{
    money::{Mistyped, typed::Understood},
    strategy::{self, Amount, Parameter, Presets, Value},
};

/// The presets of the file. A strategy or a parameter that nobody knows is a fault.
pub(super) fn read(document: &mut Document<'_>, written: Named<Named<IgnoredAny>>) -> Presets {
    let mut presets = Presets::default();
    for (name, parameters) in written {
        let Some(known) = strategy::by_name(name.get_ref()) else {
            let names = strategy::ALL.iter().map(|strategy| strategy.name());
            let cure = nearest(name.get_ref(), names).map_or_else(
                || format!("there are: {}", strategy::names()),
                |near| format!("did you mean [strategies.{near}]?"),
            );
            let says = format!("no strategy is called `{}`", shown(name.get_ref()));
            document.fault(&name.span(), says, cure);
            continue;
        };
        for (name, number) in parameters.get_ref() {
            let own = || strategy::parameters(known);
            let Some(parameter) = own().find(|known| known.name == name.get_ref()) else {
                let cure = meant(name.get_ref(), own().map(|known| known.name), "known");
                let says = format!("{} takes no `{}`", known.name(), shown(name.get_ref()));
                document.fault(&name.span(), says, cure);
                continue;
            };
            let label = format!("strategies.{}.{}", known.name(), parameter.name);
            let value = document.at(&number.span());
            let read = self::written(&value, *parameter).map_err(Misread::from);
            let read = document.read(&label, &parameter.must_be(), number, read);
            let Some(read) = read else { continue };
            if let Some(text) = value.as_str() {
                document.understood.extend(Understood::new(&label, text, read.to_string()));
            }
            document.set(label, read.to_string(), name.span());
            presets.set(known.name(), *parameter, read);
        }
        check_order(document, parameters.get_ref(), &presets, known.name());
    }
    presets
}

/// A target above the maximum is no plan. One in CPM and one as a share of the quote are compared once
/// there is a quote.
fn check_order(
    document: &mut Document<'_>,
    parameters: &Named<IgnoredAny>,
    presets: &Presets,
    name: &str,
) {
    let (target, max) = (presets.price(name, "target"), presets.price(name, "max"));
    let (Some(target), Some(max), Some(number)) = (target, max, parameters.get("target")) else {
        return;
    };
    let is_above = match (target, max) {
        (Amount::Cpm(target), Amount::Cpm(max))
        | (Amount::Percent(target), Amount::Percent(max)) => target > max,
        (Amount::Cpm(_), Amount::Percent(_)) | (Amount::Percent(_), Amount::Cpm(_)) => false,
    };
    if is_above {
        let says = format!("`strategies.{name}.target` {target} is above its max {max}");
        document.fault(&number.span(), says, "give a target at or under the max");
    }
}

/// A number, or a text as people write it.
fn written(value: &DeValue<'_>, parameter: Parameter) -> Result<Value, Mistyped> {
    match (bare(value), value.as_str()) {
        (Some(number), _) => parameter.of_a_program(number),
        (None, Some(text)) => parameter.understand(text, None),
        (None, None) => Err(Mistyped::Not(String::new())),
    }
}

/// The example's lines: every strategy with everything it takes.
pub(super) fn example() -> String {
    let mut out = String::new();
    for known in strategy::ALL {
        let (name, doc) = (known.name(), known.doc());
        let _ = writeln!(out, "\n# {name}: {doc}\n[strategies.{name}]");
        for parameter in strategy::parameters(*known) {
            let line = format!("# {} = {}", parameter.name, parameter.example);
            let _ = writeln!(out, "{line:<44} # {}", parameter.doc);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rust_decimal::Decimal;

    use crate::{
        domain::{
            Cpm,
            strategy::{Options, Plan, Strategy},
        },
        runtime::config::{Config, ConfigError, Environment, Origin, Overrides},
    };

    fn parse(text: &str) -> Result<Config, ConfigError> {
        let environment = Environment::new(&[], "/etc".into(), "/var".into());
        Config::parse(text, Path::new("c.toml"), true, &Overrides::default(), &environment)
    }

    #[test]
    fn every_fault_names_its_place_and_its_cure() {
        for (text, expect) in [
            (
                "[strategies.adaptve]\n",
                "c.toml:1:13: no strategy is called `adaptve`; did you mean [strategies.adaptive]?",
            ),
            (
                "[strategies.boulware]\nstep = 1",
                "c.toml:2:1: boulware takes no `step`; known: target, max, rounds, spend, seconds, shape",
            ),
            (
                "[strategies.boulware]\nshape = 11",
                "c.toml:2:9: `strategies.boulware.shape` must be a whole number from 2 to 10; this is an \
             integer",
            ),
            (
                "[strategies.simple-threshold]\ntarget = \"most\"",
                "c.toml:2:10: `strategies.simple-threshold.target` must be a price like 22.50, or a share \
             of the quote like \"80%\"; this is a string",
            ),
            (
                "[strategies.adaptive]\nmax = \"50%\"\ntarget = \"120%\"",
                "c.toml:3:10: `strategies.adaptive.target` 120% is above its max 50%; give a target at or \
                 under the max",
            ),
            (
                "[strategies.conceder]\ntarget = 26\nmax = 25.5",
                "c.toml:2:10: `strategies.conceder.target` 26.00 is above its max 25.50; give a target at or \
                 under the max",
            ),
            (
                "[strategies]\nboulware = 3",
                "c.toml:2:12: `strategies.boulware` must be a table, it is an integer",
            ),
            (
                "[desk]\nstrategy = \"boulwar\"",
                "c.toml:2:12: `boulwar` is no strategy the desk knows; did you mean `boulware`?",
            ),
        ] {
            let faults = parse(text).unwrap_err().faults;
            assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), [expect]);
        }
    }

    #[test]
    fn what_is_configured_of_a_strategy_is_laid_over_a_plan_and_shown_with_its_line() {
        let text = "[desk]\nstrategy = \"boulware\"\n[strategies.boulware]\ntarget = \"80%\"\nmax = 24.50\n\
                rounds = 4\nspend = 12_000\nseconds = 90\nshape = 5\n";
        let config = parse(text).unwrap();
        assert_eq!(config.presets.first().map(Strategy::name), Some("boulware"));
        let quoted = Cpm::usd(Decimal::from(25));
        let plain = Plan {
            strategy: "boulware".to_owned(),
            target: quoted,
            max: quoted,
            step: Decimal::ONE,
            rounds: 9,
            options: Options::default(),
        };
        let mut plan = plain.clone();
        config.presets.lay_over(&mut plan, quoted);
        assert_eq!(
            (plan.target.plain(), plan.max.plain()),
            ("20.00".to_owned(), "24.50".to_owned())
        );
        assert_eq!((plan.rounds, plan.options.seconds, plan.options.shape), (4, Some(90), Some(5)));
        assert_eq!(plan.options.spend.map(|spend| spend.plain()).as_deref(), Some("12000.00"));
        let mut other = Plan { strategy: "adaptive".to_owned(), ..plain };
        let before = other.clone();
        config.presets.lay_over(&mut other, quoted);
        assert_eq!(other, before, "each has its own");
        let shown = |key: &str| config.settings.iter().find(|setting| setting.key == key).unwrap();
        let target = shown("strategies.boulware.target");
        assert_eq!((target.value.as_str(), &target.from), ("80%", &Origin::File(4)));
        assert_eq!(shown("desk.strategy").value, "boulware");
    }
}
