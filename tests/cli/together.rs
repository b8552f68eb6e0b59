//! Several processes at one quote at once: a move is made once, and whoever comes second is told.

use serde_json::Value;

use crate::{Home, Ran, Seller, halting::quoted, schema};

/// Every move that was stored: its round and its price.
fn moves(home: &Home) -> Vec<(u64, String)> {
    let facts = home.run(&["watch", "--from", "0", "--no-follow", "--json"]).stdout;
    let facts = facts.lines().map(|line| schema::check("fact", line));
    let moves = facts.filter(|fact| fact["kind"] == "move.stored");
    let of = |fact: Value| {
        let pending = &fact["fact"]["move_stored"]["pending"];
        (pending["round"].as_u64().unwrap(), pending["cpm"].to_string())
    };
    moves.map(of).collect()
}

#[test]
fn strategies_that_are_started_together_make_every_move_once() {
    for dialect in ["v1", "v2"] {
        let seller = Seller::speaking(dialect);
        let home = seller.home();
        for _ in 0..3 {
            let (quote, _) = quoted(&home);
            let before = moves(&home).len();
            let line = ["negotiate", &quote, "--target", "12", "--max", "16", "--step", "0.7"];
            let line = [&line[..], &["--rounds", "5", "--json"]].concat();
            let children: Vec<_> = (0..3).map(|_| home.command(&line).spawn().unwrap()).collect();
            let ran = children.into_iter().map(|child| child.wait_with_output().unwrap());
            let ran: Vec<Ran> = ran.map(|output| Ran::of(&output)).collect();
            // One of them plays; the others are told so, or saw how it ended.
            for ran in &ran {
                assert!([0, 7].contains(&ran.code), "{}\n{}\n{}", ran.code, ran.stdout, ran.stderr);
            }
            let made = moves(&home).split_off(before);
            let mut rounds: Vec<_> = made.iter().map(|(round, _)| *round).collect();
            rounds.dedup();
            assert_eq!(rounds.len(), made.len(), "{dialect}: {made:?}");
            assert!(!made.is_empty());
        }
    }
}
