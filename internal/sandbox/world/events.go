package world

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/renameio/v2"
)

// Event is one API call, as CloudTrail would log it. It never holds a secret.
type Event struct {
	Time time.Time `json:"time"` // The world's clock.
	// Operation counts the operations that made calls: engine operations, and commands outside of Pulumi.
	Operation int    `json:"operation"`
	Call      string `json:"call"`
	Region    string `json:"region,omitempty"`
	Type      string `json:"type,omitempty"`
	ID        string `json:"id,omitempty"`
	// Name is the resource's name in AWS, or its logical name if it has none.
	Name  string `json:"name,omitempty"`
	Error string `json:"error,omitempty"`
}

const eventsName = "events.jsonl"

// keptEvents is how many events are kept when an operation begins.
const keptEvents = 10_000

// BeginOperation numbers the calls that follow, and drops the oldest events.
func (w *World) BeginOperation() error {
	data, err := w.readEvents()
	if err != nil {
		return err
	}
	w.operation = 1
	for line := range lastFirst(data) {
		var e Event
		if json.Unmarshal(line, &e) == nil {
			w.operation = e.Operation + 1
			break
		}
	}
	if bytes.Count(data, []byte("\n")) <= keptEvents {
		return nil
	}
	kept := slices.Collect(lastFirst(data))[:keptEvents]
	slices.Reverse(kept)
	return w.replace(eventsName, append(bytes.Join(kept, []byte("\n")), '\n'))
}

// lastFirst yields the lines of a text, the last one first.
func lastFirst(data []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for rest := bytes.TrimSuffix(data, []byte("\n")); len(rest) > 0; {
			i := bytes.LastIndexByte(rest, '\n')
			if !yield(rest[i+1:]) {
				return
			}
			rest = rest[:max(i, 0)]
		}
	}
}

func (w *World) readEvents() ([]byte, error) {
	data, err := os.ReadFile(w.beside(eventsName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read events: %w", err)
	}
	return data, nil
}

// Record appends an event at the world's time. Events have their own file: parallel calls have no fixed order, so two
// equal runs would differ.
func (w *World) Record(e Event) error {
	e.Time, e.Operation = w.Now(), w.operation
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode event: %w", err)
	}
	file, err := os.OpenFile(w.beside(eventsName), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("record event: %w", err)
	}
	_, err = file.Write(append(line, '\n'))
	return errors.Join(err, file.Close())
}

// Events returns the recorded calls, the oldest first.
func (w *World) Events() ([]Event, error) {
	data, err := w.readEvents()
	if err != nil {
		return nil, err
	}
	var events []Event
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var e Event
		if json.Unmarshal(lines.Bytes(), &e) == nil { // A killed process may leave half a line.
			events = append(events, e)
		}
	}
	return events, nil
}

func (w *World) beside(name string) string { return filepath.Join(filepath.Dir(w.path), name) }

func (w *World) replace(name string, data []byte) error {
	// The temporary file is in the same directory, where `sandbox reset` removes it after a killed run.
	staged := renameio.WithTempDir(filepath.Dir(w.path))
	if err := renameio.WriteFile(w.beside(name), data, 0o600, staged); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
