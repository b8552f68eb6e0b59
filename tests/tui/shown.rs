//! The keys behind F9: they work in a demo or a replay, whatever is open, and nowhere else.

use dealdesk::{
    present::{Control, Fault, Scene, Show},
    tui::Act,
};

use crate::{driver::Driver, fixtures::busy};

fn show() -> Show {
    Show { name: "seed 42".into(), speed: 100, is_playing: true, ..Show::default() }
}

fn shown(size: (u16, u16)) -> Driver {
    let mut driver = Driver::new(busy(), size);
    driver.app.show(Some(show()));
    driver
}

#[test]
fn time_and_faults_are_behind_one_key() {
    let mut driver = shown((120, 36));
    for (keys, control) in [
        ("f9 space", Control::Pause),
        ("f9 .", Control::Step),
        ("f9 <", Control::Slower),
        ("f9 >", Control::Faster),
        ("f9 J", Control::NextScene),
        ("f9 R", Control::Restart),
        ("f9 x d", Control::Fault(Fault::DropReply)),
        ("f9 x 5", Control::Fault(Fault::Busy)),
        ("f9 x t", Control::Fault(Fault::Delay)),
        ("f9 x e", Control::Fault(Fault::Expire)),
        ("f9 x p", Control::Fault(Fault::Reprice)),
        ("f9 x 2", Control::Fault(Fault::Twice)),
        ("f9 x k", Control::Fault(Fault::Skew)),
        ("f9 x o", Control::Fault(Fault::Offline)),
    ] {
        assert_eq!(driver.keys(keys), [Act::Show(control)], "{keys}");
    }
    driver.keys("f9");
    let screen = driver.screen();
    assert!(screen.contains("F9 …  space pause  . step"), "{screen}");
    assert!(screen.contains("x fault …"), "{screen}");
    driver.keys("x");
    assert!(driver.screen().contains("d drop  5 busy  t delay"), "{}", driver.screen());
    assert!(driver.keys("q").is_empty(), "a key that is none of them only ends the sequence");
    assert_eq!(driver.keys("q"), [Act::Quit]);
}

#[test]
fn they_work_over_a_ticket_and_while_something_is_typed() {
    let mut driver = shown((120, 36));
    driver.keys("/");
    assert_eq!(driver.keys("f9 space"), [Act::Show(Control::Pause)]);
    driver.type_text("har");
    assert!(driver.screen().contains("/ har"), "{}", driver.screen());
    driver.keys("esc ?");
    assert_eq!(driver.keys("f9 ."), [Act::Show(Control::Step)]);
    assert!(driver.screen().contains("RULE"), "the list of keys is still open");
}

#[test]
fn a_desk_whose_time_is_everybodys_refuses_them_and_swallows_nothing() {
    let mut driver = Driver::new(busy(), (120, 36));
    assert!(driver.keys("f9").is_empty());
    assert!(driver.screen().contains("only a demo or a replay"), "{}", driver.screen());
    assert_eq!(driver.keys("q"), [Act::Quit], "nothing is begun");
}

#[test]
fn an_empty_screen_shows_the_name_and_comes_back_with_any_key() {
    let mut driver = shown((80, 24));
    driver.keys("f9 b");
    let screen = driver.screen();
    assert_eq!(screen.trim(), "D E A L D E S K");
    assert!(driver.keys("q").is_empty(), "a key pressed blind does nothing");
    assert!(driver.screen().contains("[1 Board"), "{}", driver.screen());
}

#[test]
fn pace_faults_and_caption_stand_beside_the_desk() {
    for size in [(80, 24), (120, 36)] {
        let mut driver = shown(size);
        let before = driver.screen();
        assert!(!before.contains('×') && !before.contains("paused"), "{before}");
        let scene = Scene { number: 3, of: 6, title: "The last dollar".into() };
        driver.app.show(Some(Show {
            speed: 200,
            scene: Some(scene),
            caption: vec![
                "The seller has slowed down.".into(),
                "Most buyers stop here. Watch what one more small step does.".into(),
            ],
            faults: vec!["northlight drops the reply to the next send".into()],
            ..show()
        }));
        insta::assert_snapshot!(format!("shown_{}x{}", size.0, size.1), driver.screen());
        driver.app.show(Some(Show { is_playing: false, ..show() }));
        assert!(driver.screen().contains("paused"), "{}", driver.screen());
        assert_eq!(driver.screen().lines().count(), before.lines().count());
    }
}
