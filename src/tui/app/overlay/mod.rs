//! What lies over a screen wherever one is: help, what can be copied, the question before leaving.

mod copy_menu;
mod help;
mod leave;

pub(crate) use copy_menu::CopyMenu;
pub(crate) use help::Help;
pub(crate) use leave::Leave;

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use ratatui::{Frame, layout::Rect};

    use crate::{
        desk::State,
        tui::{
            app::{App, Options},
            parts::{
                context::{Act, Cx, Dx},
                keys::{Chord, KeyKind},
                modal::{Flow, Modal},
            },
        },
    };

    /// A ticket that takes no key.
    #[derive(Debug)]
    struct Deaf;

    impl Modal for Deaf {
        fn key(&mut self, _chord: Chord, _kind: KeyKind, _cx: &mut Cx<'_>) -> Flow {
            Flow::Ignored
        }

        fn draw(&self, _frame: &mut Frame<'_>, _screen: Rect, _dx: &Dx<'_>) {}

        fn is_ticket(&self) -> bool {
            true
        }
    }

    fn press(app: &mut App, key: &str) -> Vec<Act> {
        let (state, now) = (State::default(), Timestamp::UNIX_EPOCH);
        app.key(key.parse().unwrap(), KeyKind::Press, &state, now)
    }

    #[test]
    fn quitting_asks_only_while_a_ticket_is_open() {
        let mut app = App::new(Options::default());
        assert_eq!(press(&mut app, "q"), [Act::Quit]);
        app.lay(Box::new(Deaf));
        assert!(app.has_ticket());
        assert!(press(&mut app, "q").is_empty(), "it asks first");
        assert!(press(&mut app, "n").is_empty());
        assert!(press(&mut app, "q").is_empty());
        assert_eq!(press(&mut app, "y"), [Act::Quit]);
    }

    #[test]
    fn no_key_reaches_the_screen_under_an_overlay() {
        let mut app = App::new(Options::default());
        app.lay(Box::new(Deaf));
        for key in ["r", "8", "?", "/", "B", "y", "!"] {
            assert!(press(&mut app, key).is_empty(), "{key}");
        }
        assert_eq!(press(&mut app, "ctrl-l"), [Act::Redraw]);
    }
}
