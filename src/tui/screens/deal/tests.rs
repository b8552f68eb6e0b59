//! A deal whose block is very long is read once, however often it is drawn.

use jiff::Timestamp;
use ratatui::{Terminal, backend::TestBackend, layout::Rect};

use super::DealDetail;
use crate::{
    desk::{Actor, Desk, Entry, Fact, Mode},
    runtime::load::Load,
    tui::parts::{
        context::{Cx, Dx},
        keymap::Keymap,
        screen::{Motion, Screen as _, Target},
        theme::Theme,
    },
};

const BODY: Rect = Rect { x: 0, y: 2, width: 120, height: 32 };

fn now() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

fn draw(desk: &Desk, screen: &mut DealDetail) -> String {
    let (theme, keymap) = (Theme::default(), Keymap::default());
    let dx = Dx {
        state: desk.state(),
        now: now(),
        theme: &theme,
        keymap: &keymap,
        size: (120, 36),
        show: None,
        forker: None,
    };
    screen.prepare(&dx, BODY);
    let mut terminal = Terminal::new(TestBackend::new(120, 36)).unwrap();
    terminal.draw(|frame| screen.draw(frame, BODY, &dx)).unwrap();
    crate::runtime::face::text(terminal.backend().buffer())
}

#[test]
fn a_block_of_megabytes_is_read_once_a_change() {
    let mut desk = Desk::default();
    desk.replay(Load { done: 3, block: 700_000, ..Load::default() }.entries(now()));
    let key = desk.state().deals.key(1).unwrap().clone();
    let mut screen = DealDetail::default();
    screen.select(&Target::Deal(key.clone()), desk.state());
    draw(&desk, &mut screen);
    assert_eq!(screen.block.times, 1);
    screen.turn(1);
    let mut seen = Vec::new();
    for motion in [Motion::Down, Motion::PageDown, Motion::Bottom, Motion::Up, Motion::Top] {
        screen.moved(motion, &mut Cx::new(desk.state(), now()));
        seen.push(draw(&desk, &mut screen));
    }
    assert_eq!(screen.block.times, 1, "a key reads nothing anew");
    assert!(seen[2].contains("placement\""), "its last lines are shown:\n{}", seen[2]);
    assert!(screen.block.len() > 15_000, "all of it: {} lines", screen.block.len());
    assert!(seen[4].contains("more lines"));

    // Another deal that changes is no reason either, this one is.
    for (place, times) in [(0, 1), (1, 2)] {
        let mut deal = desk.state().deals[place].deal.clone();
        deal.raw_status = "archived".into();
        let (at, actor) = (now(), Actor::Seller(deal.seller.clone()));
        desk.replay([Entry {
            at,
            actor,
            mode: Mode::Live,
            fact: Fact::DealSeen { deal, differences: None },
        }]);
        draw(&desk, &mut screen);
        draw(&desk, &mut screen);
        assert_eq!(screen.block.times, times);
    }
}
