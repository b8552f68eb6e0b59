//! Records kept whole and packed.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Thing {
    name: u32,
    words: Vec<String>,
    over: bool,
}

impl Record for Thing {
    type Key = u32;
    type Brief = usize;

    fn key(&self) -> u32 {
        self.name
    }

    fn brief(&self, _names: &mut Names) -> usize {
        self.words.len()
    }

    fn rests(&self) -> bool {
        self.over
    }
}

fn thing(name: u32) -> Thing {
    Thing { name, words: vec![format!("word {}", name % 7)], over: !name.is_multiple_of(3) }
}

#[test]
fn what_rests_is_packed_and_what_is_expected_of_is_not() {
    let mut kept = Kept::default();
    for name in 0..3_000 {
        kept.put(name, thing(name));
    }
    assert_eq!(kept.packed().0, 2_000 - WHOLE);
    assert_eq!(kept.looked_at(), 0);
    assert!(kept.values().cloned().eq((0..3_000).map(thing)));
    assert_eq!(kept.looked_at(), 2_000 - WHOLE);
    kept.close();
    assert_eq!(kept.looked_at(), 0);
    kept.briefs().for_each(|(_, words)| assert_eq!(*words, 1));
    assert_eq!(kept.looked_at(), 0, "what is brief is not looked at");
    // One that comes to life again is whole, and stays so.
    assert_eq!(kept.edit(&1, |thing| thing.over = false), Some(1));
    let packed = kept.packed().0;
    assert_eq!(packed, 2_000 - WHOLE - 1);
    (3_000..6_000).for_each(|name| drop(kept.put(name, thing(name))));
    assert!(!kept[1].over);
    assert_eq!(kept.looked_at(), 0, "it was not packed again");
}

#[test]
fn a_name_that_comes_again_is_kept_once_and_names_that_do_not_come_again_are_not_remembered() {
    let mut names = Names::default();
    let first = names.one("sports");
    assert!(Arc::ptr_eq(&first, &names.one("sports")));
    for number in 0..NAMES * 2 {
        assert_eq!(*names.one(&format!("name {number}")), *format!("name {number}"));
    }
    assert!(names.0.len() <= NAMES);
    assert_eq!(names.one("sports"), first);
}

/// What does not come out as it went in: a part of it is not written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Leaky {
    #[serde(skip)]
    lost: u32,
}

impl Record for Leaky {
    type Key = u32;
    type Brief = ();

    fn key(&self) -> u32 {
        self.lost
    }

    fn brief(&self, _names: &mut Names) {}

    fn rests(&self) -> bool {
        true
    }
}

#[test]
fn what_would_not_come_out_as_it_went_in_stays_whole() {
    let mut kept = Kept::default();
    for lost in 0..1_000 {
        kept.put(lost, Leaky { lost });
    }
    assert_eq!(kept.packed().0, 1, "the one that has nothing to lose");
    assert!(kept.iter().all(|(key, record)| *key == record.lost));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn it_is_a_map_in_the_order_of_arrival(
        moves in prop::collection::vec((0u32..2_500, any::<bool>(), any::<bool>()), 0..4_000),
    ) {
        let (mut kept, mut model) = (Kept::<Thing>::default(), IndexMap::<u32, Thing>::new());
        for (name, puts, over) in moves {
            if puts {
                let thing = Thing { over, ..thing(name) };
                let was = model.insert_full(name, thing.clone());
                prop_assert_eq!(kept.put(name, thing), was);
            } else {
                let change = |thing: &mut Thing| {
                    thing.words.push("more".to_owned());
                    thing.over = over;
                };
                prop_assert_eq!(kept.edit(&name, change), model.get_index_of(&name));
                if let Some(thing) = model.get_mut(&name) {
                    change(thing);
                }
            }
        }
        prop_assert!(kept.iter().eq(model.iter()));
        prop_assert!(kept.clone() == kept);
        for (index, (name, thing)) in model.iter().enumerate() {
            prop_assert_eq!(kept.get_full(name), Some((index, name, thing)));
            prop_assert_eq!(kept.brief(index), Some(&thing.words.len()));
        }
    }
}
