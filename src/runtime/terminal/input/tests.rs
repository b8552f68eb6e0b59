//! What the terminal's bytes come to for the loop, with the moments between them.

use super::*;

/// What pieces come to; nothing stands for a wait in which nothing comes, and at the end it is quiet.
fn happens(pieces: &[&[u8]]) -> Vec<Happened> {
    let urgent = vec!["f12".parse().unwrap()];
    let mut reader = Reader { parser: Parser::new(urgent), bursts: Bursts::default() };
    let mut out = Vec::new();
    for piece in pieces {
        out.extend(if piece.is_empty() { reader.quiet() } else { reader.read(piece) });
    }
    while reader.patience().is_some() {
        out.extend(reader.quiet());
    }
    out
}

fn key(name: &str) -> Happened {
    Happened::Key(name.parse().unwrap(), KeyKind::Press)
}

#[test]
fn keys_one_after_the_other_are_keys_and_at_once_they_are_a_burst() {
    assert_eq!(happens(&[b"y", b"", b"y"]), [key("y"), key("y")]);
    let burst = |names: &[&str]| {
        Happened::Burst(names.iter().map(|n| (n.parse().unwrap(), KeyKind::Press)).collect())
    };
    assert_eq!(happens(&[b"yyy"]), [burst(&["y", "y", "y"])]);
    // Too close for a person, although read apart.
    assert_eq!(happens(&[b"1", b"7", b"\r"]), [burst(&["1", "7", "enter"])]);
    assert_eq!(happens(&[b"\x1b"]), [key("esc")]);
    assert_eq!(happens(&[b"\x1b[A\x1b[A"]), [key("up"), key("up")]);
    let paste = Happened::Paste("17.00\r".to_owned());
    assert_eq!(happens(&[b"\x1b[200~17.00\r\x1b[201~"]), [paste]);
    // The end of a paste that was given up for lost, with its last letter.
    assert_eq!(happens(&[b"y\x1b[201~"]), [Happened::Paste("y".to_owned())]);
}

#[test]
fn after_any_burst_the_key_that_stops_the_desk_is_the_next_thing() {
    for many in [2_000, 20_000] {
        let read = [&b"j".repeat(many)[..], b"\x1b[24~"].concat();
        let mut reader = Reader { parser: Parser::new(Vec::new()), bursts: Bursts::default() };
        let happened: Vec<_> = read.chunks(AT_ONCE).flat_map(|piece| reader.read(piece)).collect();
        assert_eq!(happened.last(), Some(&key("f12")), "{many}");
        let keys: usize = happened
            .iter()
            .map(|happened| match happened {
                Happened::Burst(keys) => keys.len(),
                Happened::Key(..) => 1,
                other @ (Happened::Paste(_)
                | Happened::FocusGained
                | Happened::Ground(_)
                | Happened::Lost) => panic!("{other:?}"),
            })
            .sum();
        assert_eq!(keys, many + 1);
    }
}
