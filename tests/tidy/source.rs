//! The files of the project as the rules of the house see them: what runs, without tests and comments.

use std::{fs, ops::Range, path::PathBuf, sync::LazyLock};

use syn::{Attribute, spanned::Spanned, visit::Visit};

/// A file of the project.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// All of it.
    pub(crate) text: String,
    /// What of it runs outside of tests.
    pub(crate) running: String,
}

/// Every Rust file of the project, by its path.
pub(crate) static HOUSE: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let folders = ["src", "tests", "benches"].into_iter();
    folders
        .flat_map(|folder| files(folder, "rs"))
        .map(|(path, text)| Source::new(path, text))
        .collect()
});

impl Source {
    pub(crate) fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        let running = running(&text);
        Self { path, text, running }
    }

    /// Whether it lies in a folder.
    pub(crate) fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    /// Whether all of it is a test.
    pub(crate) fn is_test(&self) -> bool {
        self.path.iter().any(|part| part == "tests" || part == "tests.rs")
    }

    /// The layer of the project that it belongs to.
    pub(crate) fn layer(&self) -> &str {
        let inner = self.path.strip_prefix("src").ok();
        inner.and_then(|path| path.iter().next()).and_then(|part| part.to_str()).unwrap_or("")
    }
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files of a folder whose names end so, with their text.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    folders.retain(|folder| folder.exists());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root()).unwrap().to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// The code of a file without what is compiled for tests alone and without comments: rules speak of what
/// runs. What follows a test module is seen like everything else.
fn running(text: &str) -> String {
    let file = syn::parse_file(text).unwrap();
    let mut tests = Tests::default();
    tests.visit_file(&file);
    let mut code = text.as_bytes().to_vec();
    for range in tests.0 {
        for byte in code.get_mut(range).unwrap().iter_mut().filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
    }
    let code = String::from_utf8(code).unwrap();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    code.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

/// Where the parts of a file are that are compiled for tests alone.
#[derive(Debug, Default)]
struct Tests(Vec<Range<usize>>);

impl Tests {
    /// Notes a part if it is for tests alone. Returns whether it is.
    fn note(&mut self, attributes: &[Attribute], part: &impl Spanned) -> bool {
        let is_test = attributes.iter().any(is_for_tests);
        if is_test {
            self.0.push(part.span().byte_range());
        }
        is_test
    }
}

/// `#[cfg(test)]`, `#[cfg(all(test, …))]` or `#[test]`.
fn is_for_tests(attribute: &Attribute) -> bool {
    if attribute.path().is_ident("test") {
        return true;
    }
    let Ok(list) = attribute.meta.require_list() else { return false };
    let what: String = list.tokens.to_string().split_whitespace().collect();
    list.path.is_ident("cfg") && (what == "test" || what.starts_with("all(test,"))
}

macro_rules! noted {
    ($($visit:ident: $part:ident),+ $(,)?) => {
        impl<'ast> Visit<'ast> for Tests {
            $(fn $visit(&mut self, part: &'ast syn::$part) {
                if !self.note(&part.attrs, part) {
                    syn::visit::$visit(self, part);
                }
            })+
        }
    };
}

noted! {
    visit_arm: Arm,
    visit_expr_block: ExprBlock,
    visit_expr_call: ExprCall,
    visit_expr_if: ExprIf,
    visit_expr_match: ExprMatch,
    visit_expr_method_call: ExprMethodCall,
    visit_field: Field,
    visit_field_value: FieldValue,
    visit_impl_item_const: ImplItemConst,
    visit_impl_item_fn: ImplItemFn,
    visit_impl_item_type: ImplItemType,
    visit_item_const: ItemConst,
    visit_item_enum: ItemEnum,
    visit_item_fn: ItemFn,
    visit_item_impl: ItemImpl,
    visit_item_macro: ItemMacro,
    visit_item_mod: ItemMod,
    visit_item_static: ItemStatic,
    visit_item_struct: ItemStruct,
    visit_item_trait: ItemTrait,
    visit_item_type: ItemType,
    visit_item_use: ItemUse,
    visit_local: Local,
    visit_stmt_macro: StmtMacro,
    visit_trait_item_fn: TraitItemFn,
    visit_variant: Variant,
}

#[test]
fn what_is_for_tests_alone_is_left_out_and_nothing_else() {
    let text = "//! A file.\nuse a::b;\n#[cfg(test)]\nuse only::tests;\nfn runs() {\n    // a note\n    \
                let x = 1;\n    #[cfg(test)]\n    let seen = 2;\n}\n#[cfg(test)]\nmod tests {\n    \
                fn inner() { let forbidden = \"}\"; }\n}\n#[cfg(not(test))]\nfn also() {}\nstruct S {\n    \
                #[cfg(test)]\n    put: u64,\n    kept: u64,\n}\nfn after() {}\n";
    let running = running(text);
    for seen in ["use a::b;", "fn runs()", "let x = 1;", "fn also()", "kept: u64", "fn after()"] {
        assert!(running.contains(seen), "{seen} is not seen in:\n{running}");
    }
    for unseen in ["only::tests", "a note", "let seen", "forbidden", "put: u64"] {
        assert!(!running.contains(unseen), "{unseen} is seen in:\n{running}");
    }
}
