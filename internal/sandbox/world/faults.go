package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
)

// Fault makes API calls fail, or kills the process after them. It stands for a failure that remains after the real
// provider's own retries.
type Fault struct {
	Call string `json:"call"`
	// Code and Message are AWS's error. Without a code, the fault is a Crash.
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	// Crash kills the process right after the call took effect.
	Crash bool `json:"crash,omitempty"`
	// Times is how many more calls fail. With a Probability, the number is unlimited.
	Times       int     `json:"times,omitempty"`
	Probability float64 `json:"probability,omitempty"`
	Seed        string  `json:"seed,omitempty"`
	// Seen counts the calls per resource, so that chance depends only on the seed and not on the order of calls.
	Seen map[string]int `json:"seen,omitempty"`
}

// Error returns AWS's error text.
func (f *Fault) Error() string { return f.Code + ": " + f.Message }

const faultsName = "faults.json"

// Faults returns the faults that are still planned.
func (w *World) Faults() ([]*Fault, error) {
	data, err := os.ReadFile(w.beside(faultsName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read faults: %w", err)
	}
	var faults []*Fault
	if err := json.Unmarshal(data, &faults); err != nil {
		return nil, fmt.Errorf("parse faults %q: %w; start over with `sandbox fault clear`", w.beside(faultsName), err)
	}
	return faults, nil
}

// SetFaults replaces all faults.
func (w *World) SetFaults(faults []*Fault) error {
	if len(faults) == 0 {
		if err := os.Remove(w.beside(faultsName)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	data, err := json.MarshalIndent(faults, "", " ")
	if err != nil {
		return fmt.Errorf("encode faults: %w", err)
	}
	return w.replace(faultsName, append(data, '\n'))
}

// TakeFault returns the fault that affects a call on a resource, or nil. The fault is used up before the call
// continues, so that it does not kill the next process too.
func (w *World) TakeFault(call, resource string) (*Fault, error) {
	faults, err := w.Faults()
	if err != nil {
		return nil, err
	}
	for i, f := range faults {
		if f.Call != call {
			continue
		}
		hit := f.hits(resource)
		if f.Probability == 0 && f.Times == 0 {
			faults = slices.Delete(faults, i, i+1)
		}
		if err := w.SetFaults(faults); err != nil || hit {
			return f, err
		}
	}
	return nil, nil
}

// hits uses up one call, and reports whether the fault affects it.
func (f *Fault) hits(resource string) bool {
	if f.Probability == 0 {
		f.Times--
		return true
	}
	if f.Seen == nil {
		f.Seen = map[string]int{}
	}
	f.Seen[resource]++
	draw, _ := strconv.ParseUint(Digest(12, "fault", f.Seed, f.Call, resource, strconv.Itoa(f.Seen[resource])), 16, 64)
	return float64(draw)/(1<<48) < f.Probability
}
