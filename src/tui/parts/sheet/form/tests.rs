//! What is typed into the lines of a form, and what of it is taken.

use super::*;

#[test]
fn a_letter_that_is_no_answer_is_left_to_the_ticket() {
    let price = Entry::new("price", Kind::Price(Currency::USD), "", "");
    let kind = Entry::choice("type", vec!["PG".into(), "PD".into()], 0, "");
    let mut form = Form::new(vec![price, kind], 0);
    assert_eq!(form.key(Chord::char('2')), Took::Yes);
    assert_eq!(form.key(Chord::char('y')), Took::No);
    assert_eq!(form.text("price"), "2");
    assert!(form.paste("5,5\n"));
    for other in ["y\n", "5,y\n5", "1e3"] {
        assert!(!form.paste(other), "{other:?} would be another figure without what does not fit");
    }
    assert_eq!(form.text("price"), "25,5");
    form.key(Chord::ctrl('u'));
    assert!(form.paste("−5.99"), "it is read as what it is");
    assert_eq!(form.fault().map(|(label, _)| label), Some("price"));
    for (text, fits) in [("1.234 EUR", false), ("$25.2k", true), ("25,000", false)] {
        form.key(Chord::ctrl('u'));
        assert!(form.paste(text));
        assert_eq!(form.fault().is_none(), fits, "{text}");
    }
    form.key(Chord::key(Key::Enter));
    form.key(Chord::key(Key::Left));
    assert_eq!(form.chosen("type"), 1);
    form.key(Chord::char(' '));
    assert_eq!(form.chosen("type"), 0);
    assert!(!form.is_at_send());
    form.key(Chord::key(Key::Tab));
    assert!(form.is_at_send());
    assert_eq!(form.key(Chord::key(Key::Enter)), Took::No);
}
fn keys(form: &mut Form, keys: &str) {
    for letter in keys.chars() {
        assert_eq!(form.key(Chord::char(letter)), Took::Yes);
    }
}

#[test]
fn a_line_that_was_come_to_is_replaced_by_what_is_typed() {
    let from = "2026-06-18".parse().unwrap();
    let count = Entry::new("count", Kind::Count, "500000", "");
    let day = Entry::new("day", Kind::Day(from), "2026-06-25", "");
    let mut form = Form::new(vec![count, day], 0);
    keys(&mut form, "1.2m");
    assert_eq!((form.text("count"), form.fault()), ("1.2m", None));
    form.key(Chord::key(Key::Tab));
    keys(&mut form, "+30d");
    assert_eq!((form.text("day"), form.fault()), ("+30d", None));
    form.key(Chord::key(Key::Tab));
    assert!(form.is_at_send());
    form.key(Chord::key(Key::Tab));
    assert!(!form.is_at_send(), "tab goes round");
    form.key(Chord::key(Key::End));
    keys(&mut form, "5");
    assert_eq!(form.text("count"), "1.2m5");
    assert_eq!(form.fault().map(|(label, _)| label), Some("count"));
    form.key(Chord::ctrl('u'));
    assert_eq!(form.text("count"), "");
    form.key(Chord::key(Key::BackTab));
    assert!(form.is_at_send(), "and back");
    form.key(Chord::key(Key::BackTab));
    form.key(Chord::key(Key::Backspace));
    keys(&mut form, "2026-02-30");
    assert_eq!(form.fault().map(|(label, _)| label), Some("day"));
}
