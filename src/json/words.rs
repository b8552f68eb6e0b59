//! Words of the desk, as they are told to a script.

/// Words without the keys of the terminal desk: `book it (B)` becomes `book it`.
pub(crate) fn without_keys(words: &str) -> String {
    let is_key = |word: &str| word.chars().count() == 1 || matches!(word, "Enter" | "Esc" | "Tab");
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once(" (") {
        out.push_str(before);
        match after.split_once(')') {
            Some((key, more)) if is_key(key) => rest = more,
            Some(_) | None => {
                out.push_str(" (");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_terminal_desk_are_not_told_to_a_script() {
        for (words, expect) in [
            ("open the deal (Enter)", "open the deal"),
            (
                "book it as quoted (B), or ask another seller",
                "book it as quoted, or ask another seller",
            ),
            (
                "reveal the agency to this seller (sellers.reveal), then",
                "reveal the agency to this seller (sellers.reveal), then",
            ),
            ("odd (", "odd ("),
            ("ask again (r) or walk (W)", "ask again or walk"),
        ] {
            assert_eq!(without_keys(words), expect);
        }
    }
}
