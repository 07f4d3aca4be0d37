// Package journal keeps a document in a file, and beside it a journal of the changes since the document was written.
// The cost of a change depends on the size of the change, not of the document. A kill at any moment loses no change for
// which Append has returned.
//
// The first line of the journal is the digest of the document that it belongs to. The document can therefore be
// replaced at any time: an old journal that was not removed no longer matches and is ignored.
package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// File is a document with its journal. One process at a time may write; others may Read at the same time.
type File struct {
	path  string
	begun bool // The journal belongs to the document and ends with a complete line.
}

// New returns the document at path. The file does not have to exist.
func New(path string) *File { return &File{path: path} }

// Path returns the path of the document.
func (f *File) Path() string { return f.path }

func (f *File) journalPath() string { return f.path + ".journal" }

// Read returns the document and the changes to it. The document is nil if the file does not exist. The changes are in
// order, each without its newline. A change that a kill has cut off is left out.
func (f *File) Read() (document []byte, changes [][]byte, err error) {
	if document, err = read(f.path); err != nil {
		return nil, nil, err
	}
	for {
		journal, err := read(f.journalPath())
		if err != nil {
			return nil, nil, err
		}
		if lines, ok := belonging(journal, document); ok {
			return document, lines, nil
		}
		// The journal belongs to an earlier document, or another process has just replaced the document.
		again, err := read(f.path)
		if err != nil || bytes.Equal(again, document) {
			return document, nil, err
		}
		document = again
	}
}

// belonging returns the changes in a journal. ok is false if the journal does not belong to the document.
func belonging(journal, document []byte) (changes [][]byte, ok bool) {
	lines := bytes.Split(journal, []byte("\n"))
	if len(lines) < 2 || string(lines[0]) != digest(document) {
		return nil, false
	}
	return lines[1 : len(lines)-1], true // The part after the last newline is empty or was cut off.
}

// Append writes changes to the journal. Each change must be one line. With sync, these changes and all earlier ones
// also survive a power cut. After an error, none of the changes is in the journal.
func (f *File) Append(sync bool, changes ...[]byte) (err error) {
	if !f.begun {
		if err := f.begin(); err != nil {
			return fmt.Errorf("begin journal: %w", err)
		}
	}
	var lines []byte
	for _, change := range changes {
		lines = append(append(lines, change...), '\n')
	}
	file, err := os.OpenFile(f.journalPath(), os.O_WRONLY|os.O_APPEND, 0o600) // Fails if the file was removed.
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := write(file, lines, sync); err != nil {
		f.begun = false // The journal may end with an incomplete line.
		return fmt.Errorf("write journal: %w", err)
	}
	return nil
}

// write appends data to a file, or leaves the file unchanged.
func write(file *os.File, data []byte, sync bool) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if _, err = file.Write(data); err == nil && sync {
		err = file.Sync()
	}
	if err != nil {
		return errors.Join(err, file.Truncate(info.Size()))
	}
	return nil
}

// begin prepares the journal for appending: it removes an incomplete last line, or starts a new journal.
func (f *File) begin() error {
	document, err := read(f.path)
	if err != nil {
		return err
	}
	journal, err := read(f.journalPath())
	if err != nil {
		return err
	}
	if _, ok := belonging(journal, document); ok {
		err = os.Truncate(f.journalPath(), int64(bytes.LastIndexByte(journal, '\n')+1))
	} else if err = os.MkdirAll(filepath.Dir(f.path), 0o700); err == nil {
		err = os.WriteFile(f.journalPath(), []byte(digest(document)+"\n"), 0o600)
		err = errors.Join(err, syncDir(filepath.Dir(f.path)))
	}
	f.begun = err == nil
	return err
}

// syncDir makes sure that a new file in a directory survives a power cut.
func syncDir(path string) (err error) {
	dir, err := os.Open(path) //nolint:gosec // The caller chooses the path.
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	return dir.Sync()
}

// Replace writes a new document without changes. After a crash, the file has the old document with its journal or the
// new document, never a part of it.
func (f *File) Replace(document []byte) error {
	dir := filepath.Dir(f.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write %q: %w", f.path, err)
	}
	// The temporary file is in the same directory: elsewhere, others might read it.
	if err := renameio.WriteFile(f.path, document, 0o600, renameio.WithTempDir(dir)); err != nil {
		return fmt.Errorf("write %q: %w", f.path, err)
	}
	f.begun = false
	if err := os.Remove(f.journalPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove journal: %w", err)
	}
	return nil
}

// read reads a whole file. A missing file is nil.
func read(path string) ([]byte, error) {
	data, err := os.ReadFile(path) //nolint:gosec // The caller chooses the path.
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

func digest(document []byte) string {
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:])
}
