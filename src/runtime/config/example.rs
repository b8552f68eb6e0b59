//! `config.example.toml`, written from the table of keys.

use std::{fmt::Write as _, path::Path};

use super::keys::{SECTIONS, Section};
use crate::tui::keys_toml;

/// The command that writes one to start from. The folder may not be there yet on a fresh machine.
pub fn write_one(path: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let missing = folder.filter(|folder| !folder.exists());
    let makes = missing.map(|folder| format!("mkdir -p {} && ", quoted(folder)));
    let makes = makes.unwrap_or_default();
    format!("{makes}dealdesk config example > {}", quoted(path))
}

/// A path as a shell takes it.
pub fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-+@%".contains(&b));
    if plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// A whole configuration with every key, ready to be changed. What is optional is behind `#`.
pub fn example() -> String {
    let mut out = String::from(
        "# dealdesk configuration. `dealdesk config path` says where it belongs,\n\
         # `dealdesk config check` says what every value is and where it came from.\n\
         # Written by `dealdesk config example`.\n",
    );
    for section in SECTIONS {
        write(&mut out, section);
    }
    out
}

fn write(out: &mut String, section: &Section) {
    out.push('\n');
    for line in section.says.lines() {
        let _ = writeln!(out, "# {line}");
    }
    let _ = match section.name {
        "sellers" => writeln!(out, "[[sellers]]"),
        // It has tables alone, one for each.
        "strategies" => Ok(()),
        name => writeln!(out, "[{name}]"),
    };
    for key in section.keys.iter().filter(|key| !key.example.is_empty()) {
        let (mark, value) = match key.example.strip_prefix('#') {
            Some(value) => ("# ", value),
            None => ("", key.example),
        };
        let line = format!("{mark}{} = {value}", key.name);
        let _ = if key.says.is_empty() {
            writeln!(out, "{line}")
        } else {
            writeln!(out, "{line:<44} # {}", key.says)
        };
    }
    let free = match section.name {
        "limits.cpm" => "default = 30.00\nctv = 26.00\nnorthlight = 27.00\n".to_owned(),
        "limits.rates" => "# EUR = 1.08\n".to_owned(),
        "strategies" => super::strategies::example(),
        "keys" => keys_toml().trim_start_matches("[keys]\n").to_owned(),
        _ => String::new(),
    };
    out.push_str(&free);
}
