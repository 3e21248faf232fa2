//! Pages and their fenced blocks.

use std::ops::Range;
use std::path::{Path, PathBuf};

/// A page of the book.
pub(crate) struct Page {
    pub(crate) path: PathBuf,
    pub(crate) lines: Vec<String>,
}

/// A fenced block.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) language: String,
    attributes: Vec<String>,
    /// The lines between the fences, by index from 0.
    pub(crate) lines: Range<usize>,
}

/// A command of a console block, and what is written below it.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    /// As `sh` reads it.
    pub(crate) text: String,
    /// The exit code it ends with.
    pub(crate) code: i32,
    /// The lines of its output.
    pub(crate) output: Range<usize>,
}

/// An output that is another than the page says.
pub(crate) struct Miss {
    pub(crate) command: Command,
    pub(crate) code: Option<i32>,
    pub(crate) found: Vec<String>,
}

impl Page {
    /// All pages below a directory, by name.
    pub(crate) fn all(directory: &Path) -> Vec<Self> {
        let mut pages = Vec::new();
        let mut entries: Vec<PathBuf> =
            std::fs::read_dir(directory).expect("the book is there").map(|e| e.expect("an entry").path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                pages.extend(Self::all(&path));
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text = std::fs::read_to_string(&path).expect("text");
                pages.push(Self { path, lines: text.lines().map(ToOwned::to_owned).collect() });
            }
        }
        pages
    }

    /// `docs/src/test.md:12`.
    pub(crate) fn place(&self, line: usize) -> String {
        let path = self.path.strip_prefix(crate::source()).expect("below the book");
        format!("docs/src/{}:{}", path.display(), line + 1)
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<(usize, Vec<String>)> = None;
        for (number, line) in self.lines.iter().enumerate() {
            let Some(info) = line.trim_start().strip_prefix("```") else { continue };
            assert!(line.starts_with("```"), "{}: a fence begins its line", self.place(number));
            open = match open {
                None => Some((number + 1, info.split_whitespace().map(ToOwned::to_owned).collect())),
                Some((first, mut words)) => {
                    assert!(!words.is_empty(), "{}: a block has a language", self.place(first - 1));
                    let language = words.remove(0);
                    blocks.push(Block { language, attributes: words, lines: first..number });
                    None
                }
            };
        }
        assert!(open.is_none(), "{}: a block is never closed", self.place(0));
        blocks
    }

    pub(crate) fn text(&self, block: &Block) -> String {
        self.lines[block.lines.clone()].iter().map(|line| format!("{line}\n")).collect()
    }

    /// The commands of a console block.
    pub(crate) fn commands(&self, block: &Block) -> Vec<Command> {
        let mut commands: Vec<Command> = Vec::new();
        let mut continued = false;
        for number in block.lines.clone() {
            let line = &self.lines[number];
            let command = line.strip_prefix("$ ");
            if let (Some(command), false) = (command, continued) {
                commands.push(Command { text: command.to_owned(), code: 0, output: number + 1..number + 1 });
            } else {
                let place = self.place(number);
                let last = commands.last_mut().unwrap_or_else(|| panic!("{place}: begin with a command"));
                if continued {
                    last.text += &format!("\n{line}");
                    last.output = number + 1..number + 1;
                } else {
                    last.output.end = number + 1;
                }
            }
            continued = (continued || command.is_some()) && line.ends_with('\\');
        }
        for command in &mut commands {
            if let Some((_, code)) = command.text.split_once("# exit code ") {
                command.code = code.trim().parse().expect("an exit code");
            }
        }
        commands
    }

    /// Writes what was found into the page. An exit code that is another one is a mistake, and stays one.
    pub(crate) fn bless(&mut self, misses: &[Miss]) {
        let mut misses: Vec<&Miss> = misses.iter().filter(|miss| miss.code == Some(miss.command.code)).collect();
        misses.sort_by_key(|miss| std::cmp::Reverse(miss.command.output.start));
        for miss in &misses {
            self.lines.splice(miss.command.output.clone(), miss.found.iter().cloned());
        }
        if !misses.is_empty() {
            std::fs::write(&self.path, self.lines.join("\n") + "\n").expect("the page is written");
        }
    }
}

impl Block {
    /// The value of `name=value`.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }

    /// The file that it is, or is added to.
    pub(crate) fn file(&self) -> Option<&str> {
        self.attribute("file").or_else(|| self.attribute("append"))
    }

    pub(crate) fn is_console(&self) -> bool {
        self.language == "console"
    }
}

impl Miss {
    pub(crate) fn text(&self, page: &Page) -> String {
        let expected = page.lines[self.command.output.clone()].join("\n");
        let place = page.place(self.command.output.start - 1);
        let code = self.code.map_or("a signal".to_owned(), |code| code.to_string());
        format!(
            "{place}: {}\n--- the book says (exit code {}):\n{expected}\n--- found (exit code {code}):\n{}\n",
            self.command.text,
            self.command.code,
            self.found.join("\n")
        )
    }
}
