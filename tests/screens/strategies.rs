//! The auto ticket of every strategy: its own lines, what is configured for it, and what it does in words.

use dealdesk::{
    desk::{Fact, Setup, State, log::What},
    domain::strategy::{self, ALL, Plan, Strategy},
};

use super::{
    harness::{Seat, look},
    world::setup,
};

/// A desk on which something is configured for one strategy.
fn configured() -> Setup {
    let mut setup = setup();
    let conceder = strategy::by_name("conceder").unwrap();
    for parameter in strategy::parameters(conceder) {
        let typed = match parameter.name {
            "max" => "90%",
            "rounds" => "7",
            "spend" => "12_000",
            "shape" => "4",
            _ => continue,
        };
        setup.presets.set("conceder", *parameter, parameter.read(typed, None).unwrap());
    }
    setup
}

/// The auto ticket, turned to this strategy.
fn ticket(strategy: &dyn Strategy, setup: Setup, size: (u16, u16)) -> Seat {
    let mut seat = Seat::with(setup, size);
    seat.quoted("northlight", "qt-1", "25.00", 10);
    seat.keys("3 N a");
    let place = ALL.iter().position(|one| one.name() == strategy.name()).unwrap();
    seat.keys("up").keys(&vec!["right"; place].join(" "));
    seat
}

fn armed(state: &State) -> Option<Plan> {
    state.log.lines().iter().rev().find_map(|line| match &line.what {
        What::Fact(entry) => {
            if let Fact::AutoArmed { plan, .. } = &entry.fact {
                Some(plan.clone())
            } else {
                None
            }
        }
        What::Exchange(..) | What::Refused(_) => None,
    })
}

#[test]
fn every_strategy_has_its_own_lines_and_arms_what_they_say() {
    for strategy in ALL {
        let mut seat = ticket(*strategy, setup(), (120, 36));
        let screen = seat.screen();
        for parameter in strategy::parameters(*strategy) {
            // Where there is little room the words are cut.
            assert!(
                screen.contains(&parameter.doc[..24.min(parameter.doc.len())]),
                "{} {}: {screen}",
                strategy.name(),
                parameter.name
            );
        }
        seat.keys("y");
        let plan = armed(seat.desk.state()).unwrap();
        assert_eq!(plan.strategy, strategy.name());
        assert!(plan.options.is_plain(), "{plan:?}");
    }
}

#[test]
fn what_is_configured_stands_there_and_what_is_typed_over_it_stays() {
    let conceder = strategy::by_name("conceder").unwrap();
    let mut seat = ticket(conceder, configured(), (120, 36));
    assert!(seat.shows("22.50") && seat.shows("12000.00"), "{}", seat.screen());
    // Another target, then on to the next strategy and back: it stays, and the rest is each one's own.
    seat.keys("down").keys(&["backspace"; 5].join(" ")).typed("19.50").keys("up left right");
    assert!(seat.shows("19.50"), "{}", seat.screen());
    seat.keys("y");
    let plan = armed(seat.desk.state()).unwrap();
    assert_eq!((plan.target.plain(), plan.max.plain()), ("19.50".to_owned(), "22.50".to_owned()));
    assert_eq!((plan.rounds, plan.options.shape), (7, Some(4)));
    assert_eq!(plan.options.spend.map(|spend| spend.plain()).as_deref(), Some("12000.00"));

    // What makes no sense is said, and nothing is armed.
    let mut seat = ticket(conceder, configured(), (120, 36));
    seat.keys("up up").keys("down down down down down down").typed("99").keys("y");
    assert!(seat.shows("a whole number from"), "{}", seat.screen());
    assert_eq!(armed(seat.desk.state()), None);
}

#[test]
fn the_ticket_says_what_the_strategy_does() {
    for strategy in ALL {
        let mut seat = ticket(*strategy, setup(), (120, 36));
        seat.keys("?");
        assert!(seat.shows(&format!("[strategies.{}]", strategy.name())), "{}", seat.screen());
        seat.keys("?");
        assert!(!seat.shows("[strategies."), "{}", seat.screen());
        assert_eq!(seat.commits(), 0);
    }
    look("auto_ticket_conceder", |size| {
        ticket(strategy::by_name("conceder").unwrap(), configured(), size)
    });
    look("auto_ticket_help", |size| {
        let mut seat = ticket(strategy::by_name("simple-threshold").unwrap(), setup(), size);
        seat.keys("?");
        seat
    });
}
