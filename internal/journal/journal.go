// Package journal keeps a document in a file, and beside it a journal of the changes since it was written. A change
// costs what the change is, not what the document is, and a kill at any moment loses none that Append has returned
// for.
//
// The journal's first line names the document that it belongs to, by its digest. So the document can be replaced at any
// time: a journal that was not removed after that belongs to nothing.
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

// File is a document with its journal. One process at a time writes; any may Read meanwhile.
type File struct {
	path  string
	begun bool // The journal belongs to the document, and ends with a whole line.
}

// New is the document at a path, which need not be there.
func New(path string) *File { return &File{path: path} }

// Path is where the document lies.
func (f *File) Path() string { return f.path }

func (f *File) journalPath() string { return f.path + ".journal" }

// Read returns the document, nil if there is none, and the changes to it, in their order, each without its newline. A
// change that a kill has cut off was never made.
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
		// It belongs to a document before, or another process has just replaced the document.
		again, err := read(f.path)
		if err != nil || bytes.Equal(again, document) {
			return document, nil, err
		}
		document = again
	}
}

// belonging are the changes in a journal, if it belongs to a document.
func belonging(journal, document []byte) (changes [][]byte, ok bool) {
	lines := bytes.Split(journal, []byte("\n"))
	if len(lines) < 2 || string(lines[0]) != digest(document) {
		return nil, false
	}
	return lines[1 : len(lines)-1], true // What follows the last newline was cut off, or is nothing.
}

// Append writes changes down, each of which is one line. With sync they outlast a power cut as well, and so does all
// that was appended before. After an error none of them is there.
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
	file, err := os.OpenFile(f.journalPath(), os.O_WRONLY|os.O_APPEND, 0o600) // Fails if somebody has removed it.
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := write(file, lines, sync); err != nil {
		f.begun = false // It may end with half a line.
		return fmt.Errorf("write journal: %w", err)
	}
	return nil
}

// write appends to a file, all or nothing.
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

// begin continues the journal, after what a kill has cut off, or begins one.
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

// syncDir makes a new file in a directory outlast a power cut.
func syncDir(path string) (err error) {
	dir, err := os.Open(path) //nolint:gosec // The caller's own.
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	return dir.Sync()
}

// Replace writes a new document, to which there are no changes. A crash leaves the old one with its journal or the new
// one, never a part.
func (f *File) Replace(document []byte) error {
	dir := filepath.Dir(f.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write %q: %w", f.path, err)
	}
	// Staged in the same place: elsewhere others could find it.
	if err := renameio.WriteFile(f.path, document, 0o600, renameio.WithTempDir(dir)); err != nil {
		return fmt.Errorf("write %q: %w", f.path, err)
	}
	f.begun = false
	if err := os.Remove(f.journalPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove journal: %w", err)
	}
	return nil
}

// read reads a whole file; one that is not there is empty.
func read(path string) ([]byte, error) {
	data, err := os.ReadFile(path) //nolint:gosec // The caller's own.
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

func digest(document []byte) string {
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:])
}
