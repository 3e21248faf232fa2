//! Terminals in which the commands of a page are run.

use std::collections::{HashMap, HashSet};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::fixture::free_address;
use crate::markdown::{Block, Command, Miss, Page};
use crate::output::{is_as_written, without_chance};

/// No command of the book takes so long on any machine; a hang is a failure.
const LONGEST: Duration = Duration::from_secs(180);

/// Runs the commands of a page in its own directory: what is not as written.
pub(crate) fn run(page: &Page) -> Vec<Miss> {
    let blocks: Vec<Block> = page.blocks();
    if !blocks.iter().any(Block::is_console) {
        return Vec::new();
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    // A name without symbolic links, as commands print it.
    let path = directory.path().canonicalize().expect("a path");
    let mut machine = Machine { page, directory: &path, ports: ports(page), exports: HashMap::new() };
    let mut misses = Vec::new();
    let mut together: Vec<Block> = Vec::new();
    for block in blocks {
        let again = together.iter().any(|other| name(other) == name(&block)) || name(&block).is_empty();
        if block.is_console() && again {
            misses.extend(machine.run(&together));
            together.clear();
        }
        if block.is_console() {
            together.push(block);
        } else if block.file().is_some() {
            misses.extend(machine.run(&together));
            together.clear();
            write(page, &block, &path);
        }
    }
    misses.extend(machine.run(&together));
    misses
}

/// Writes a file of the page, or adds to one.
fn write(page: &Page, block: &Block, directory: &Path) {
    let Some(file) = block.file() else { return };
    let path = directory.join(file);
    let before = match block.attribute("append") {
        Some(_) => std::fs::read_to_string(&path).expect("a file to add to"),
        None => String::new(),
    };
    std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    std::fs::write(path, before + &page.text(block)).expect("a file");
}

fn name(block: &Block) -> &str {
    block.attribute("terminal").unwrap_or("")
}

/// The ports of the page, with ports that are free.
fn ports(page: &Page) -> Vec<(String, String)> {
    let text = page.lines.join("\n");
    let named: HashSet<String> = (17_100..17_200)
        .map(|port| format!("127.0.0.1:{port}"))
        .filter(|address| text.contains(address.as_str()))
        .collect();
    named.into_iter().map(|address| (address, free_address().to_string())).collect()
}

struct Machine<'a> {
    page: &'a Page,
    directory: &'a Path,
    ports: Vec<(String, String)>,
    /// By terminal: its lines with `export`.
    exports: HashMap<String, String>,
}

impl Machine<'_> {
    /// Runs blocks of different terminals at the same time.
    fn run(&mut self, blocks: &[Block]) -> Vec<Miss> {
        let machine = &*self;
        let ended: Vec<(Vec<Miss>, String)> = std::thread::scope(|scope| {
            let terminals: Vec<_> = blocks.iter().map(|block| scope.spawn(move || machine.terminal(block))).collect();
            terminals.into_iter().map(|terminal| terminal.join().expect("a terminal")).collect()
        });
        let mut misses = Vec::new();
        for (block, (missed, exports)) in blocks.iter().zip(ended) {
            misses.extend(missed);
            self.exports.insert(name(block).to_owned(), exports);
        }
        misses
    }

    fn terminal(&self, block: &Block) -> (Vec<Miss>, String) {
        let mut exports = self.exports.get(name(block)).cloned().unwrap_or_default();
        let mut misses = Vec::new();
        for command in self.page.commands(block) {
            misses.extend(self.command(&exports, command.clone()));
            if command.text.starts_with("export ") {
                exports += &format!("{}\n", command.text);
            }
        }
        (misses, exports)
    }

    fn command(&self, exports: &str, command: Command) -> Option<Miss> {
        let text = self.ports.iter().fold(command.text.clone(), |text, (named, free)| text.replace(named, free));
        let (code, output) = self.shell(&format!("{exports}exec 2>&1\n{text}"));
        let output = self.ports.iter().fold(output, |output, (named, free)| output.replace(free, named));
        let directory = self.directory.to_str().expect("a path in UTF-8");
        let output: Vec<String> = output.lines().map(ToOwned::to_owned).collect();
        let as_written = is_as_written(&self.page.lines[command.output.clone()], &output);
        if code == Some(command.code) && as_written {
            return None;
        }
        // What circuits compute is no chance.
        let is_chance = !text.starts_with("quorate circuit") || text.contains("--protocol");
        let found = output.into_iter().map(|line| if is_chance { without_chance(&line, directory) } else { line });
        let found = found.collect();
        Some(Miss { command, code, found })
    }

    fn shell(&self, script: &str) -> (Option<i32>, String) {
        let built = Path::new(env!("CARGO_BIN_EXE_quorate")).parent().expect("a directory");
        let path = format!("{}:{}", built.display(), std::env::var("PATH").unwrap_or_default());
        let process = Process::new("sh")
            .args(["-c", script])
            .current_dir(self.directory)
            .env("PATH", path)
            .env("HOME", self.directory)
            .env("TMPDIR", self.directory)
            .env_remove("QUORATE_HOME")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .process_group(0)
            .spawn()
            .expect("a shell");
        ended_in_time(process, script)
    }
}

fn ended_in_time(process: Child, script: &str) -> (Option<i32>, String) {
    let group = process.id();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(process.wait_with_output()));
    let Ok(output) = receiver.recv_timeout(LONGEST) else {
        let _ = Process::new("kill").args(["-KILL", "--", &format!("-{group}")]).status();
        panic!("this hangs:\n{script}");
    };
    let output = output.expect("the shell ends");
    (output.status.code(), String::from_utf8(output.stdout).expect("text"))
}
