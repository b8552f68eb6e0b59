//! Findings of `doctor` and of `sellers add` and `test`: what was looked at, how it is, how to mend it.

use super::table::Table;
use crate::json::check::Finding;
use crate::json::told;

/// A check with its outcome.
pub(crate) fn finding(
    name: &str,
    status: &'static str,
    detail: impl Into<String>,
    fix: &str,
) -> Finding {
    let (name, detail) = (name.to_owned(), detail.into());
    Finding { name, status, detail, fix: told(fix) }
}

impl Finding {
    /// Whether something does not work.
    pub(crate) fn failed(&self) -> bool {
        self.status == "fail"
    }

    fn mark(&self) -> &'static str {
        match self.status {
            "ok" => "✓",
            "warn" => "!",
            _ => "✗",
        }
    }

    /// As lines, for a person who watches.
    pub(crate) fn lines(&self) -> String {
        let Self { name, detail, fix, .. } = self;
        let fix = fix.as_ref().map_or_else(String::new, |fix| format!("\n  → {fix}"));
        format!("{} {name}: {detail}{fix}", self.mark())
    }
}

/// Checks as rows, each fix below its check.
pub(crate) fn table(checks: &[Finding]) -> Table {
    let mut table = Table::new(&["", "CHECK", "DETAIL"]);
    for check in checks {
        table.row([check.mark().to_owned(), check.name.clone(), check.detail.clone()]);
        if let Some(fix) = &check.fix {
            table.row([String::new(), String::new(), format!("→ {fix}")]);
        }
    }
    table
}
