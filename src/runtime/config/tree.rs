//! The values of a TOML file as a tree, and their places in its text.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeFloat, DeTable, DeValue},
};

use super::document::shown;

/// Puts a number that nothing is read from in the place of all that serde would take for something
/// else: numbers of another base, too long or with decimals, times, and lists where there must be a
/// table. Whoever needs the text asks for what is written.
pub(super) fn hide(value: &mut DeValue<'_>, is_list: bool) {
    let is_plain = |text: &str| text.parse::<i64>().is_ok();
    match value {
        DeValue::Table(table) => {
            table.iter_mut().for_each(|(_, value)| hide(value.get_mut(), true));
        }
        DeValue::Array(list) if is_list => {
            list.iter_mut().for_each(|value| hide(value.get_mut(), false));
        }
        DeValue::Integer(number) if number.radix() == 10 && is_plain(number.as_str()) => {}
        DeValue::String(_) | DeValue::Boolean(_) => {}
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) => {
            *value = DeValue::Float(DeFloat::default());
        }
    }
}

/// The value at `span`, at any depth.
pub(super) fn find<'v, 't>(value: &'v DeValue<'t>, span: &Range<usize>) -> Option<&'v DeValue<'t>> {
    let table = value.as_table().into_iter().flat_map(DeTable::values);
    let mut within = table.chain(value.as_array().into_iter().flatten());
    within.find_map(|value| {
        let own = || (value.span() == *span).then(|| value.get_ref());
        find(value.get_ref(), span).or_else(own)
    })
}

/// Takes what is at `span` out of a table, and says which names lead to it. An entry of a list is
/// called by its own name.
pub(super) fn take_out(table: &mut DeTable<'_>, span: &Range<usize>) -> Option<Vec<String>> {
    let mut own = None;
    for (name, value) in table.iter_mut() {
        let within = match value.get_mut() {
            DeValue::Table(table) => take_out(table, span),
            DeValue::Array(list) => list.iter_mut().find_map(|entry| take_out_of(entry, span)),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => None,
        };
        if let Some(names) = within {
            return Some([vec![shown(name.get_ref())], names].concat());
        }
        if name.span() == *span || value.span() == *span {
            own = Some(name.get_ref().clone());
            break;
        }
    }
    let own = own?;
    table.remove(own.as_ref());
    Some(vec![shown(&own)])
}

/// As [`take_out`], of an entry of a list. One that is no table at all becomes an empty one.
fn take_out_of(entry: &mut Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<Vec<String>> {
    let is_own = entry.span() == *span;
    if let DeValue::Table(table) = entry.get_mut() {
        let own = table.get("name").and_then(|name| name.get_ref().as_str());
        let own = shown(own.unwrap_or("?"));
        return take_out(table, span).map(|names| [vec![own], names].concat());
    }
    is_own.then(|| {
        *entry.get_mut() = DeValue::Table(DeTable::new());
        Vec::new()
    })
}
