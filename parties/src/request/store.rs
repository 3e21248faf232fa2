//! Where a home keeps requests: `HOME/requests/ID.toml`, one bundle each.

use std::path::{Path, PathBuf};

use super::{BUNDLE_LIMIT, Bundle, BundleFault, RequestError, RequestId};
use crate::identity::Home;
use crate::keys::{Disk, Files};

/// The requests of a home.
#[derive(Clone, Debug)]
pub struct Requests {
    folder: PathBuf,
}

impl Requests {
    /// The requests of `home`.
    pub fn of(home: &Home) -> Self {
        Self { folder: home.path().join("requests") }
    }

    /// All of them, by id.
    ///
    /// # Errors
    /// If one is damaged: it is named, and nothing is skipped in silence; the file system's.
    pub fn list(&self) -> Result<Vec<Bundle>, RequestError> {
        self.ids()?.into_iter().map(|id| self.load(id)).collect()
    }

    /// The request whose id begins with these digits; eight are enough if they are unambiguous.
    ///
    /// # Errors
    /// If there is none, several, or it is damaged.
    pub fn find(&self, digits: &str) -> Result<Bundle, RequestError> {
        let found: String = digits.chars().take(64).collect();
        let ids: Vec<_> = self.ids()?.into_iter().filter(|id| id.to_string().starts_with(digits)).collect();
        match ids.as_slice() {
            [id] if digits.len() >= 8 => self.load(*id),
            [] | [_] => Err(RequestError::Unknown { found, folder: self.folder.clone() }),
            _ => Err(RequestError::Ambiguous { found, count: ids.len(), folder: self.folder.clone() }),
        }
    }

    /// Keeps a bundle, together with what is known of its request already. Gives back both together.
    ///
    /// # Errors
    /// If what is there is damaged; the file system's.
    pub fn keep(&self, bundle: &Bundle) -> Result<Bundle, RequestError> {
        let path = self.path(bundle.id());
        let mut whole = match read(&path)? {
            Some(known) => known,
            None => bundle.clone(),
        };
        whole.merge(bundle).map_err(|fault| RequestError::Bundle { path: path.clone(), fault })?;
        Files.make_folder(&self.folder).map_err(|error| RequestError::io("create", &self.folder, &error))?;
        let text = whole.to_text();
        Files.replace(&path, text.as_bytes()).map_err(|error| RequestError::io("write", &path, &error))?;
        Ok(whole)
    }

    /// Reads a bundle from any file.
    ///
    /// # Errors
    /// If it is not there or no bundle.
    pub fn read(path: &Path) -> Result<Bundle, RequestError> {
        let absent = || RequestError::Io {
            action: "read",
            path: path.to_owned(),
            kind: std::io::ErrorKind::NotFound,
            reason: "there is no such file".to_owned(),
        };
        read(path)?.ok_or_else(absent)
    }

    fn ids(&self) -> Result<Vec<RequestId>, RequestError> {
        let names = Files.names(&self.folder).map_err(|error| RequestError::io("read", &self.folder, &error))?;
        Ok(names.iter().filter_map(|name| name.strip_suffix(".toml")?.parse().ok()).collect())
    }

    fn load(&self, id: RequestId) -> Result<Bundle, RequestError> {
        let path = self.path(id);
        let bundle = Self::read(&path)?;
        if bundle.id() == id {
            return Ok(bundle);
        }
        let fault = BundleFault::OtherRequest { found: bundle.id(), expected: id };
        Err(RequestError::Bundle { path, fault })
    }

    fn path(&self, id: RequestId) -> PathBuf {
        self.folder.join(format!("{id}.toml"))
    }
}

fn read(path: &Path) -> Result<Option<Bundle>, RequestError> {
    let bytes = Files.read(path, BUNDLE_LIMIT).map_err(|error| RequestError::io("read", path, &error))?;
    let parsed = bytes.map(|bytes| Bundle::parse(&bytes)).transpose();
    parsed.map_err(|fault| RequestError::Bundle { path: path.to_owned(), fault })
}
