//! What bytes say, by tables: keys, and everything that looks like keys and is none.

use super::*;

/// What is read, in pieces; nothing stands for a wait in which nothing comes.
fn said(pieces: &[&[u8]]) -> String {
    let mut parser = Parser::new(vec!["f12".parse().unwrap(), "ctrl-x".parse().unwrap()]);
    let mut out = Vec::new();
    for piece in pieces {
        if piece.is_empty() {
            assert!(parser.patience().is_some(), "{pieces:?}: nobody waits here");
            parser.quiet(&mut out);
        } else {
            parser.feed(piece, &mut out);
        }
    }
    let word = |token: &Token| match token {
        Token::Key(chord, KeyKind::Press) => chord.to_string(),
        Token::Key(chord, KeyKind::Repeat) => format!("{chord}~"),
        Token::Paste(text) => format!("{text:?}"),
        Token::PasteEnds => "paste-ends".to_owned(),
        Token::FocusGained => "focus".to_owned(),
        Token::Ground(ground) => ground.to_string(),
    };
    out.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// The same bytes in one piece, and cut in two at every place: nothing depends on how they come.
fn says(bytes: &[u8], is: &str) {
    assert_eq!(said(&[bytes]), is, "{:?}", String::from_utf8_lossy(bytes));
    for cut in 1..bytes.len() {
        let (one, two) = bytes.split_at(cut);
        assert_eq!(said(&[one, two]), is, "{:?} cut at {cut}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn keys_are_what_terminals_send_for_them() {
    for (bytes, is) in [
        (&b"q"[..], "q"),
        (b"Q", "Q"),
        (b"jk", "j k"),
        (b" ", "space"),
        ("é€🙂".as_bytes(), "é € 🙂"),
        (b"\r", "enter"),
        (b"\n", "ctrl-j"),
        (b"\t", "tab"),
        (b"\x7f", "backspace"),
        (b"\x08", "ctrl-h"),
        (b"\x03", "ctrl-c"),
        (b"\x1a", "ctrl-z"),
        (b"\x00", "ctrl-space"),
        (b"\x1bx", "alt-x"),
        ("\u{1b}é".as_bytes(), "alt-é"),
        (b"\x1b[A\x1b[B\x1b[C\x1b[D", "up down right left"),
        (b"\x1bOA\x1bOB", "up down"),
        (b"\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[7~\x1b[8~", "home end home end home end"),
        (b"\x1b[5~\x1b[6~\x1b[3~\x1b[Z", "pageup pagedown delete backtab"),
        (b"\x1bOP\x1bOQ\x1bOR\x1bOS", "f1 f2 f3 f4"),
        (b"\x1b[11~\x1b[15~\x1b[17~\x1b[21~", "f1 f5 f6 f10"),
        (b"\x1b[23~\x1b[24~\x1b[25~\x1b[28~\x1b[34~", "f11 f12 f13 f15 f20"),
        (b"\x1b[[A\x1b[[E", "f1 f5"),
        (b"\x1b[24;2~", "f12"),
        (b"\x1b[1;5A\x1b[1;3D\x1b[1;2Q", "ctrl-up alt-left f2"),
        (b"\x1bOp\x1bOy\x1bOM\x1bOn", "0 9 enter ."),
        (b"\x1b[97u\x1b[97;5u\x1b[97;2u\x1b[97:65;2u", "a ctrl-a A A"),
        (b"\x1b[27u\x1b[13u\x1b[9;2u\x1b[127u", "esc enter backtab backspace"),
        (b"\x1b[121;1:2u\x1b[121;1:3u", "y~"),
        (b"\x1b[27;5;105~", "ctrl-i"),
        // Keys of the window manager, and letters of nobody.
        (b"\x1b[113;9u\x1b[57358u\x1b[57344u", ""),
    ] {
        says(bytes, is);
    }
}

#[test]
fn esc_is_a_key_once_nothing_follows_it() {
    for (pieces, is) in [
        (&[&b"\x1b"[..]][..], ""),
        (&[b"\x1b", b""], "esc"),
        (&[b"\x1b", b"", b"q"], "esc q"),
        (&[b"\x1b\x1b", b""], "esc esc"),
        (&[b"\x1b\x1b[A"], "esc up"),
        // Late, but read as one: a key sequence that was torn.
        (&[b"\x1b", b"", b"[24~"], "esc f12"),
        (&[b"\x1b", b"", b"[", b"q"], "esc [ q"),
        (&[b"\x1b[", b""], "alt-["),
        (&[b"\x1bO", b""], "alt-O"),
        (&[b"\x1bP", b""], "alt-P"),
    ] {
        assert_eq!(said(pieces), is, "{pieces:?}");
    }
}

/// What terminals say of themselves when a program asks.
const ANSWERS: &[&[u8]] = &[
    b"\x1b]10;rgb:c0c0/c0c0/c0c0\x1b\\",
    b"\x1b]10;rgb:c0c0/c0c0/c0c0\x07",
    b"\x1b]4;1;rgb:cdcd/0000/0000\x07",
    b"\x1b]52;c;cQ==\x07",
    b"\x1b]52;c;eXl5eXl5\x1b\\",
    b"\x1b]52;c;\x1b\\",
    b"\x1b]l a title\x1b\\",
    b"\x1bP1+r436f=323536;524742\x1b\\",
    b"\x1bP0+r\x1b\\",
    b"\x1bP>|xterm(388)\x1b\\",
    b"\x1bP!|7E565445\x1b\\",
    b"\x1bP1$r0 q\x1b\\",
    b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b^private\x1b\\",
    b"\x1bXstart\x1b\\",
    b"\x1b[?62;1;4;22c",
    b"\x1b[>41;388;0c",
    b"\x1b[=0c",
    b"\x1b[12;40R",
    b"\x1b[1;2R",
    b"\x1b[?2026;2$y",
    b"\x1b[?997;1n",
    b"\x1b[0n",
    b"\x1b[8;36;120t",
    b"\x1b[48;36;120;720;1200t",
    b"\x1b[?1u",
    b"\x1b[O",
    b"\x1b[<0;10;20M",
    b"\x1b[<0;10;20m",
    b"\x1b[32;10;20M",
    b"\x1b[M !!",
    b"\x1b[Myyy",
    b"\x1b\\",
];

#[test]
fn answers_are_never_keys_however_they_come() {
    for answer in ANSWERS {
        says(answer, "");
        // Early and late, before and behind keys.
        let among = [b"j", *answer, b"k", *answer, *answer, b"\x1b[24~"].concat();
        says(&among, "j k f12");
    }
    says(b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\q", "dark q");
    says(b"\x1b]11;rgb:ffff/ffff/ffff\x07q", "light q");
    says(b"\x1b[I", "focus");
    // As long as any clipboard.
    let long = [&b"\x1b]52;c;"[..], &b"eXl5".repeat(50_000), b"\x07q"].concat();
    assert_eq!(said(&[&long]), "q");
}

#[test]
fn the_late_rest_of_an_answer_is_no_key() {
    let text = b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\";
    for cut in 2..text.len() - 1 {
        let (one, two) = text.split_at(cut);
        // In the same breath it is whole, also after a stop in the middle.
        assert_eq!(said(&[one, two, b"q"]), "dark q", "cut at {cut}");
        let late = said(&[one, b"", two, b"q"]);
        let begun = cut == 2;
        assert_eq!(late, if begun { "alt-] q" } else { "q" }, "cut at {cut}");
    }
    let said_late = |one: &[u8], two: &[u8]| said(&[one, b"", two, b"q"]);
    assert_eq!(said_late(b"\x1b", b"]11;rgb:1e1e/1e1e/1e1e\x1b\\"), "esc dark q");
    assert_eq!(said_late(b"\x1b", b"[?62;1;4c"), "esc q");
    assert_eq!(said_late(b"\x1b[?62;", b"1;4c"), "q");
    assert_eq!(said_late(b"\x1bP1+r436f=", b"323536\x1b\\"), "q");
    // What a person presses next is a key: one after the other.
    assert_eq!(said(&[b"\x1b]11;rgb:", b"", b"q", b"1", b"\x07"]), "q 1 ctrl-g");
}

#[test]
fn nothing_unfinished_makes_it_deaf() {
    for begun in [
        &b"\x1b[<0;"[..],
        b"\x1b[",
        b"\x1b[[",
        b"\x1b[M",
        b"\x1b[M!",
        b"\x1b]11;rgb:1e1e",
        b"\x1b]52;c;AAAA",
        b"\x1bP1+r43",
        b"\x1b_G",
        b"\x1bO",
        b"\x1bO5",
        b"\xe2\x82",
        b"\xf0",
        b"\x1b[200~abc",
        b"\x1b[200~abc\x1b",
        b"\x1b[200~abc\x1b[201",
    ] {
        // The key that stops the desk is heard at once.
        let shown = String::from_utf8_lossy(begun).into_owned();
        assert!(said(&[begun, b"\x1b[24~"]).contains("f12"), "{shown}");
        // Every key is, after a second of quiet.
        let paste = begun.starts_with(b"\x1b[200~");
        let waits: &[&[u8]] = if paste { &[b"", b"", b"", b""] } else { &[b""] };
        let pieces = [&[begun][..], waits, &[b"3", b"8", b"\x1b[24~", b"q"]].concat();
        assert!(said(&pieces).ends_with("3 8 f12 q"), "{shown}: {}", said(&pieces));
    }
    // A sequence without an end is none, and what is no part of it is a key.
    assert_eq!(said(&[b"\x1b[12\x03", b"\x1b]11;\r"]), "ctrl-c enter");
    let endless = [&b"\x1b["[..], &b"1;".repeat(10_000), b"Aq"].concat();
    assert_eq!(said(&[&endless]), "q");
}

#[test]
fn a_paste_is_one_thing_verbatim() {
    says(b"\x1b[200~17.00\r\x1b[201~q", "\"17.00\\r\" q");
    says(b"\x1b[200~\x1b[201~", "\"\"");
    says("\u{1b}[200~a\tb\né\u{1b}[201~".as_bytes(), "\"a\\tb\\né\"");
    // What looks like keys in it is text.
    says(b"\x1b[200~y\x1b[A\x1b]\x1b\x1b[201~", "\"y\\u{1b}[A\\u{1b}]\\u{1b}\"");
    says(b"\x1b[200~\x1b[200~\x1b[201~", "\"\\u{1b}[200~\"");
    says(b"\x1b[201~", "paste-ends");
    // The keys that stop the desk are heard in it, and are no part of it.
    says(b"\x1b[200~ab\x1b[24~c\x1b[201~", "f12 \"abc\"");
    says(b"\x1b[200~ab\x18c\x1b[201~", "ctrl-x \"abc\"");
}

#[test]
fn a_paste_without_an_end_is_over_after_a_second_of_pauses() {
    assert_eq!(said(&[b"\x1b[200~abc", b"", b"", b""]), "");
    assert_eq!(said(&[b"\x1b[200~abc", b"", b"", b"", b""]), "\"abc\"");
    // Also of one into which somebody types.
    let typed: &[&[u8]] = &[b"\x1b[200~abc", b"", b"d", b"", b"q", b"", b"q", b"", b"q"];
    assert_eq!(said(typed), "\"abcdqq\" q");
    assert_eq!(Parser::new(Vec::new()).patience(), None, "a key is waited for without end");
    let waits: Duration = PAUSE * 4;
    assert_eq!(waits, Duration::from_secs(1));
}

#[test]
fn no_bytes_at_all_stop_it() {
    let mut dice: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut parser = Parser::new(vec!["f12".parse().unwrap()]);
    let mut out = Vec::new();
    for round in 0..200_000_u32 {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        let byte = dice.to_le_bytes()[3];
        // Of every kind as often as plain letters.
        let byte = match dice % 3 {
            0 => b"\x1b[]OP<;~\\\x07M01?"[usize::from(byte) % 14],
            1 => byte & 0x7f,
            _ => byte,
        };
        parser.feed(&[byte], &mut out);
        if round % 97 == 0 {
            // However it stands: the key that stops the desk is heard.
            out.clear();
            parser.feed(b"\x1b[24~", &mut out);
            let f12 = Token::Key("f12".parse().unwrap(), KeyKind::Press);
            assert!(out.contains(&f12), "{round}: {parser:?} {out:?}");
        }
        if out.len() > 10_000 {
            out.clear();
        }
    }
}
