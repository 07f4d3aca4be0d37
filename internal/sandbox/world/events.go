package world

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/renameio/v2"
)

// Event is one API call, as CloudTrail would log it. It never holds a secret.
type Event struct {
	Time time.Time `json:"time"` // The world's clock.
	// Operation counts what made calls: one engine operation, or one command outside of Pulumi.
	Operation int    `json:"operation"`
	Call      string `json:"call"`
	Region    string `json:"region,omitempty"`
	Type      string `json:"type,omitempty"`
	ID        string `json:"id,omitempty"`
	// Name is the resource's name in AWS, or else its logical name.
	Name  string `json:"name,omitempty"`
	Error string `json:"error,omitempty"`
}

const eventsName = "events.jsonl"

// keptEvents is how many events outlive the beginning of an operation.
const keptEvents = 10_000

// BeginOperation numbers the calls to come, and forgets the oldest ones.
func (w *World) BeginOperation() error {
	events, err := w.Events()
	if err != nil {
		return err
	}
	w.operation = 1
	if len(events) > 0 {
		w.operation = events[len(events)-1].Operation + 1
	}
	if len(events) <= keptEvents {
		return nil
	}
	var kept bytes.Buffer
	encoder := json.NewEncoder(&kept)
	for _, e := range events[len(events)-keptEvents:] {
		if err := encoder.Encode(e); err != nil {
			return fmt.Errorf("encode event: %w", err)
		}
	}
	return w.replace(eventsName, kept.Bytes())
}

// Record appends an event at the world's time. Events lie beside the world's file, for parallel calls have no order
// that two equal runs share.
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

// Events lists the calls that were made, the oldest first.
func (w *World) Events() ([]Event, error) {
	data, err := os.ReadFile(w.beside(eventsName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
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
	// Staged in the same place, where a killed run leaves it to `sandbox reset`.
	staged := renameio.WithTempDir(filepath.Dir(w.path))
	if err := renameio.WriteFile(w.beside(name), data, 0o600, staged); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
