//! Words that come often, each with a number. A word is learnt once it came several times, so that
//! ids, which come once or twice, never are.

use std::{hash::BuildHasher as _, sync::Arc};

use indexmap::IndexMap;

use super::hash::Quick;

/// How often a text comes before it is a word.
const OFTEN: u8 = 6;

/// What is shorter or longer is never a word, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=256;

/// How many words are learnt at most: what else comes often by then is written out.
const MOST: usize = 50_000;

/// How many texts are counted at once. When there are more, counting begins anew.
const COUNTED: usize = 50_000;

/// The words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    all: Vec<Arc<str>>,
    numbers: IndexMap<Arc<str>, u32, Quick>,
    counted: IndexMap<u64, u8, Quick>,
}

impl Words {
    /// The word with a number.
    pub(super) fn word(&self, number: u64) -> Option<&str> {
        self.all.get(usize::try_from(number).ok()?).map(|word| &**word)
    }

    /// The number of a text that is a word, or that becomes one by being said once more.
    pub(super) fn number(&mut self, text: &str) -> Option<u32> {
        if let Some(number) = self.numbers.get(text) {
            return Some(*number);
        }
        if !LENGTHS.contains(&text.len()) || self.all.len() >= MOST || !self.is_often(text) {
            return None;
        }
        self.learn(text)
    }

    /// The number of a name, which is a word from its first time on.
    pub(super) fn name(&mut self, name: &'static str) -> Option<u32> {
        self.numbers.get(name).copied().or_else(|| self.learn(name))
    }

    fn learn(&mut self, text: &str) -> Option<u32> {
        let number = u32::try_from(self.all.len()).ok()?;
        let word: Arc<str> = text.into();
        self.all.push(Arc::clone(&word));
        self.numbers.insert(word, number);
        Some(number)
    }

    fn is_often(&mut self, text: &str) -> bool {
        let hash = self.counted.hasher().hash_one(text);
        if self.counted.len() >= COUNTED {
            self.counted.clear();
        }
        let count = self.counted.entry(hash).or_default();
        *count += 1;
        *count >= OFTEN
    }
}
