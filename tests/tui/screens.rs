//! Every screen in every state at both sizes, as a picture.

use crate::{driver::Driver, fixtures};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 36)];

/// Draws a screen, reached by `keys`, in every state and size.
fn pictures(name: &str, keys: &str) {
    for (state_name, state) in fixtures::all() {
        for size in SIZES {
            let mut driver = Driver::new(state.clone(), size);
            driver.keys(keys);
            let picture = format!("{name}-{state_name}-{}x{}", size.0, size.1);
            insta::assert_snapshot!(picture, driver.screen());
        }
    }
}

#[test]
fn board() {
    pictures("board", "");
}

#[test]
fn deal() {
    for (state_name, state) in [("busy", fixtures::busy()), ("disputed", fixtures::disputed())] {
        for size in SIZES {
            let mut driver = Driver::new(state.clone(), size);
            driver.keys("/");
            driver.type_text("deal:HSN");
            driver.keys("enter enter");
            let picture = format!("deal-{state_name}-{}x{}", size.0, size.1);
            insta::assert_snapshot!(picture.clone(), driver.screen());
            driver.keys("tab");
            insta::assert_snapshot!(format!("{picture}-activation"), driver.screen());
            driver.keys("tab");
            insta::assert_snapshot!(format!("{picture}-steps"), driver.screen());
            driver.keys("tab");
            insta::assert_snapshot!(format!("{picture}-audit"), driver.screen());
        }
    }
}

#[test]
fn no_deal_is_chosen() {
    let mut driver = Driver::new(fixtures::empty(), (80, 24));
    driver.keys("enter");
    insta::assert_snapshot!("board-empty-enter", driver.screen());
}

#[test]
fn sellers() {
    pictures("sellers", "8");
    for size in SIZES {
        let mut driver = Driver::new(fixtures::halted_seller(), size);
        driver.keys("8 j");
        let picture = format!("sellers-halted-{}x{}", size.0, size.1);
        insta::assert_snapshot!(picture, driver.screen());
    }
}

#[test]
fn log() {
    pictures("log", "9");
}

#[test]
fn large() {
    for size in [(160, 45), (200, 60)] {
        let mut driver = Driver::new(fixtures::busy(), size);
        let name = format!("board-busy-{}x{}", size.0, size.1);
        insta::assert_snapshot!(name, driver.screen());
    }
}

#[test]
fn over_the_screen() {
    let mut driver = Driver::new(fixtures::busy(), (120, 36));
    driver.keys("?");
    insta::assert_snapshot!("help-board", driver.screen());
    driver.type_text("book");
    insta::assert_snapshot!("help-board-book", driver.screen());
    driver.keys("esc y");
    insta::assert_snapshot!("copy-menu", driver.screen());
    driver.keys("esc 9 g g enter");
    insta::assert_snapshot!("log-raw", driver.screen());
}

#[test]
fn too_small() {
    let mut driver = Driver::new(fixtures::busy(), (58, 12));
    insta::assert_snapshot!("small", driver.screen());
}

/// However few rows and columns there are, how the desk works and the keys that stop it stand.
#[test]
fn the_keys_that_still_hold_stand_at_any_size() {
    for size in [(20, 5), (30, 3), (59, 15), (100, 4), (24, 15)] {
        let screen = Driver::new(fixtures::busy(), size).screen();
        for words in ["LIVE", "!2 need you", "F12 halt", "q quit"] {
            assert!(screen.contains(words), "{size:?} {words}: {screen}");
        }
    }
}
