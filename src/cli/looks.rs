//! How things look here: how many colours, on which ground, with which signs; and whether a screen can be
//! shown at all.

use super::{context::Context, out::Color};
use crate::{
    runtime::config::Environment,
    tui::{Depth, Ground, Options},
};

/// What to do where no screen can be shown.
pub(crate) const NO_SCREEN: &str =
    "use a terminal with cursor movement; the subcommands work without one";

/// How many colours are used: what is asked for on the command line goes before what the environment
/// wants (`NO_COLOR`, then `CLICOLOR_FORCE` and `FORCE_COLOR`), and that before what the terminal has.
pub(crate) fn depth(asked: Color, tty: bool, environment: &Environment) -> Depth {
    let var = |name: &str| environment.var(name);
    let wants = |name: &str| var(name).is_some_and(|value| !matches!(value, "0" | "false"));
    let has_some = var("NO_COLOR").is_none();
    let is_forced = match asked {
        Color::Always => true,
        Color::Auto => has_some && (wants("CLICOLOR_FORCE") || wants("FORCE_COLOR")),
        Color::Never => false,
    };
    let may = asked == Color::Auto && has_some && tty;
    let term = var("TERM").unwrap_or_default();
    let has_all =
        matches!(var("COLORTERM"), Some("truecolor" | "24bit")) || term.ends_with("-direct");
    if !is_forced && !may {
        Depth::None
    } else if has_all {
        Depth::True
    } else if term.contains("256color") {
        Depth::Indexed
    } else if is_forced || !is_colourless(term) {
        Depth::Sixteen
    } else {
        Depth::None
    }
}

/// Terminals of one colour, by their name in `TERM`.
fn is_colourless(term: &str) -> bool {
    let number = term.strip_prefix("vt").map(|rest| rest.trim_end_matches(char::is_alphabetic));
    let old = number.and_then(|number| number.split('-').next()?.parse::<u16>().ok());
    let is_one = ["", "dumb", "unknown"].contains(&term);
    is_one
        || old.is_some_and(|number| number < 525)
        || term.ends_with("-m")
        || term.ends_with("mono")
}

/// Why no screen can be shown, if none can.
pub(crate) fn shows_none(environment: &Environment) -> Option<String> {
    match environment.var("TERM") {
        None => Some("TERM is not set".to_owned()),
        Some("dumb") => Some("TERM is dumb".to_owned()),
        Some(_) => None,
    }
}

/// The ground of the terminal, where the environment tells it: `15;0` is light letters on a dark one.
fn ground(environment: &Environment) -> Option<Ground> {
    let last = environment.var("COLORFGBG")?.rsplit(';').next()?.parse().ok()?;
    Some(match last {
        0..=6 | 8 => Ground::Dark,
        7 | 9..=15 => Ground::Light,
        _ => return None,
    })
}

/// The character set that programs are to use, as the locale names it.
pub(crate) fn locale(environment: &Environment) -> Option<&str> {
    ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| environment.var(name))
}

/// Whether a locale's signs are those of UTF-8.
pub(crate) fn is_utf8(locale: &str) -> bool {
    locale.to_lowercase().replace('-', "").contains("utf8") || cfg!(windows)
}

/// How the terminal face looks here.
pub(crate) fn options(context: &Context) -> Options {
    let (environment, desk) = (&context.environment, &context.config.desk);
    let term = environment.var("TERM");
    // Where no locale is named, most terminals show what is sent to them.
    let ascii = locale(environment).is_some_and(|locale| !is_utf8(locale));
    Options {
        ground: desk.theme.or_else(|| ground(environment)).unwrap_or_default(),
        // The Linux console writes the question out.
        asks_ground: desk.theme.is_none() && term != Some("linux"),
        depth: context.out.depth,
        motion: desk.motion,
        ascii: ascii || term == Some("linux"),
        forker: Some(crate::lab::fork),
        keymap: context.config.keymap.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(vars: &[(&str, &str)]) -> Environment {
        Environment::new(vars, "c".into(), "s".into())
    }

    #[test]
    fn colours_follow_the_line_then_the_wishes_then_the_terminal() {
        use Color::{Always, Auto, Never};
        use Depth::{Indexed, None, Sixteen, True};
        let xterm = ("TERM", "xterm-256color");
        for (asked, tty, vars, is) in [
            (Auto, true, &[xterm][..], Indexed),
            (Auto, true, &[xterm, ("COLORTERM", "truecolor")], True),
            (Auto, true, &[("TERM", "xterm")], Sixteen),
            (Auto, true, &[("TERM", "xterm-direct")], True),
            (Auto, true, &[("TERM", "vt100")], None),
            (Auto, true, &[("TERM", "vt220")], None),
            (Auto, true, &[("TERM", "vt102-w")], None),
            (Auto, true, &[("TERM", "vt525")], Sixteen),
            (Auto, true, &[("TERM", "vte")], Sixteen),
            (Auto, true, &[("TERM", "xterm-mono")], None),
            (Auto, true, &[("TERM", "dumb")], None),
            (Auto, false, &[xterm], None),
            (Auto, true, &[xterm, ("NO_COLOR", "1")], None),
            (Auto, true, &[xterm, ("NO_COLOR", "")], Indexed),
            (Auto, false, &[xterm, ("CLICOLOR_FORCE", "1")], Indexed),
            (Auto, false, &[xterm, ("FORCE_COLOR", "1")], Indexed),
            (Auto, false, &[xterm, ("CLICOLOR_FORCE", "0")], None),
            (Auto, true, &[("TERM", "vt100"), ("FORCE_COLOR", "1")], Sixteen),
            (Auto, true, &[xterm, ("NO_COLOR", "1"), ("FORCE_COLOR", "1")], None),
            (Always, false, &[xterm, ("NO_COLOR", "1")], Indexed),
            (Always, true, &[("TERM", "vt100")], Sixteen),
            (Never, true, &[xterm, ("FORCE_COLOR", "1")], None),
        ] {
            assert_eq!(depth(asked, tty, &environment(vars)), is, "{asked:?} {tty} {vars:?}");
        }
    }

    #[test]
    fn the_ground_is_the_last_of_its_colours() {
        for (told, is) in [
            ("15;0", Some(Ground::Dark)),
            ("0;15", Some(Ground::Light)),
            ("0;default;15", Some(Ground::Light)),
            ("12;8", Some(Ground::Dark)),
            ("0;7", Some(Ground::Light)),
            ("0;default", None),
            ("0;99", None),
        ] {
            assert_eq!(ground(&environment(&[("COLORFGBG", told)])), is, "{told}");
        }
        assert_eq!(ground(&environment(&[])), None);
    }

    #[test]
    fn a_terminal_without_a_screen_is_named() {
        for (vars, says) in [
            (&[][..], Some("TERM is not set")),
            (&[("TERM", "")], Some("TERM is not set")),
            (&[("TERM", "dumb")], Some("TERM is dumb")),
            (&[("TERM", "vt100")], None),
        ] {
            assert_eq!(shows_none(&environment(vars)).as_deref(), says, "{vars:?}");
        }
    }

    #[test]
    fn signs_are_those_of_the_locale() {
        for (locale, utf8) in [
            ("C.UTF-8", true),
            ("en_US.utf8", true),
            ("C", false),
            ("POSIX", false),
            ("de_DE.ISO-8859-1", false),
            ("ja_JP.eucJP", false),
            ("en_US", false),
        ] {
            assert_eq!(is_utf8(locale), utf8, "{locale}");
        }
    }
}
