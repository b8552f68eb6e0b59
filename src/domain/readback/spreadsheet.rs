//! What a spreadsheet does to a DSP's export when it is opened and saved again: it marks text as text, takes
//! long ids for numbers, and shortens them.

/// A cell without the marks of a spreadsheet that keeps it as text: `="112233"` and `'112233` are 112233.
pub(super) fn unmarked(cell: &str) -> &str {
    let trimmed = cell.trim();
    let formula = trimmed.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let apostrophe =
        || trimmed.strip_prefix('\'').map(|rest| rest.strip_suffix('\'').unwrap_or(rest));
    formula.or_else(apostrophe).unwrap_or(cell)
}

/// How a spreadsheet harmed an id that it took for a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Harm {
    /// It shows an exponent: `1.12233E+17`.
    Exponent,
    /// It keeps fifteen to seventeen digits; those behind are zeros.
    Rounded,
    /// The zeros before it are gone.
    Zeros,
}

impl Harm {
    /// The harm and its cure.
    pub(super) fn says(self) -> String {
        let harm = match self {
            Self::Exponent => "a spreadsheet shortened this id to a number with an exponent",
            Self::Rounded => "a spreadsheet rounded this id: its last digits are gone",
            Self::Zeros => "a spreadsheet took the zeros away that stand before this id",
        };
        format!("{harm}; {CURE}")
    }
}

/// What to do about an id that was harmed.
pub(super) const CURE: &str = "export it again and do not open it in a spreadsheet, or import the Deal ID \
                               column as text";

/// How a spreadsheet made `theirs` of `ours`; `None` where no spreadsheet makes the one of the other.
pub(super) fn harm(theirs: &str, ours: &str) -> Option<Harm> {
    let theirs = theirs.trim();
    let whole = number(ours)?;
    let length = ours.trim_start_matches('0').len();
    if let Some((value, digits)) = exponent(theirs) {
        return is_shortened(value, whole, (length, digits)).then_some(Harm::Exponent);
    }
    let value = number(theirs)?;
    if value == whole {
        return (theirs.len() < ours.len()).then_some(Harm::Zeros);
    }
    let is_rounded = (15..=17).any(|digits| is_shortened(value, whole, (length, digits)));
    is_rounded.then_some(Harm::Rounded)
}

/// Whether an id cannot be what was booked, whatever was booked: a number with an exponent.
pub(super) fn is_number_with_exponent(id: &str) -> bool {
    exponent(unmarked(id).trim()).is_some()
}

fn number(digits: &str) -> Option<u128> {
    let is_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if is_digits { digits.parse().ok() } else { None }
}

/// `1.12233E+17`, `1,12233e17`: its value and how many digits it has.
fn exponent(text: &str) -> Option<(u128, usize)> {
    let (mantissa, power) = text.split_once(['e', 'E'])?;
    let power: u32 = power.strip_prefix('+').unwrap_or(power).parse().ok()?;
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    if whole.len() != 1 || (!fraction.is_empty() && number(fraction).is_none()) {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let behind = power.checked_sub(u32::try_from(fraction.len()).ok()?)?;
    let value = number(&digits)?.checked_mul(10_u128.checked_pow(behind)?)?;
    Some((value, digits.len()))
}

/// Whether `value` is `whole`, a number of `length` digits, rounded or cut to its first `digits`.
fn is_shortened(value: u128, whole: u128, (length, digits): (usize, usize)) -> bool {
    let Some(lost) = length.checked_sub(digits).and_then(|lost| u32::try_from(lost).ok()) else {
        return false;
    };
    let Some(unit) = 10_u128.checked_pow(lost) else { return false };
    let cut = whole - whole % unit;
    let rounded = if whole % unit >= unit.div_ceil(2) { cut.checked_add(unit) } else { Some(cut) };
    lost > 0 && (value == cut || Some(value) == rounded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_of_text_are_no_part_of_a_cell() {
        for (cell, is) in [
            ("=\"112233\"", "112233"),
            (" '112233", "112233"),
            ("'112233'", "112233"),
            ("112233", "112233"),
            (" D-1", " D-1"),
            ("=1+1", "=1+1"),
            ("O'Neil", "O'Neil"),
        ] {
            assert_eq!(unmarked(cell), is, "{cell}");
        }
    }

    #[test]
    fn an_id_that_was_harmed_is_told_from_another_id() {
        const ID: &str = "112233445566778899";
        for (theirs, ours, is) in [
            ("1.12233E+17", ID, Some(Harm::Exponent)),
            ("1,12233e+17", ID, Some(Harm::Exponent)),
            ("1.12233445566779E+17", ID, Some(Harm::Exponent)),
            ("1E+17", ID, Some(Harm::Exponent)),
            ("1.12234E+17", ID, None),
            ("1.12233E+16", ID, None),
            ("112233445566778000", ID, Some(Harm::Rounded)),
            ("112233445566779000", ID, Some(Harm::Rounded)),
            ("112233445566778900", ID, Some(Harm::Rounded)),
            ("112233445566778898", ID, None),
            ("112233000000000000", ID, None),
            (ID, ID, None),
            ("4711", "0004711", Some(Harm::Zeros)),
            ("1E+05", "HSN-1", None),
            ("112233445566778000", "HSN-1", None),
            ("9.99E+99", ID, None),
        ] {
            assert_eq!(harm(theirs, ours), is, "{theirs} of {ours}");
        }
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(theirs in "[0-9eE+.,'=\"]{0,40}", ours in "[0-9]{0,40}") {
            let _ = (harm(&theirs, &ours), unmarked(&theirs), is_number_with_exponent(&theirs));
        }
    }
}
