// Package world stores the state of the sandbox: every object of one simulated AWS account, in one file with a journal
// of the changes since it was written. Ids and times come from the world and not from chance, so that the same steps
// give the same world.
package world

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/journal"
)

// Account is the id of the simulated AWS account.
const Account = "123456789012"

// FormatVersion is the version of the file's layout that this build writes. It is also the newest version that it
// reads.
const FormatVersion = 1

const fileName = "world.json"

// ErrNewer reports a world that was written by a newer build.
var ErrNewer = errors.New("written by a newer version")

// Object is one object in the account.
type Object struct {
	// Type is the Pulumi type token, or the sandbox's own name ("ecs/task") for what Pulumi does not manage.
	Type string `json:"type"`
	// Region is empty for global services.
	Region string `json:"region,omitempty"`
	ID     string `json:"id"`
	// Seeded objects exist in every new account.
	Seeded bool `json:"seeded,omitempty"`
	// Generated ids and times of this object are derived from Seed and Created.
	Seed    string    `json:"seed,omitempty"`
	Created time.Time `json:"created"`
	// Sealed names the properties that hold digests because they came in as secrets.
	Sealed []string `json:"sealed,omitempty"`
	// Props are plain JSON values under Pulumi's property names.
	Props map[string]any `json:"props"`
}

// document is the file's layout.
type document struct {
	Version     int            `json:"version"`
	Clock       time.Time      `json:"clock"`
	Generations map[string]int `json:"generations"`
	Objects     []*Object      `json:"objects"`
}

// World is one account. Callers that read and then write hold Lock for both.
type World struct {
	sync.Mutex
	// CheckEdits makes Save refuse a change in place that was not announced by Edit. It is for tests: its cost grows with
	// the world.
	CheckEdits bool

	path        string
	file        *journal.File
	clock       time.Time
	generations map[string]int
	objects     map[string][]*Object // By type, each in the order of compare.
	changes     changes
	operation   int
}

// epoch is the time at which a new world begins.
var epoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// Open loads the world of a directory. If there is none, it creates one and writes it at once, so that an unwritable
// directory is found before anything is created. Errors: ErrNewer, a damaged file, an unwritable file.
func Open(dir string) (*World, error) {
	path := filepath.Join(dir, fileName)
	w := &World{
		path: path, file: journal.New(path), clock: epoch,
		generations: map[string]int{}, objects: map[string][]*Object{}, changes: newChanges(),
	}
	data, lines, err := w.file.Read()
	if err != nil {
		return nil, fmt.Errorf("read world: %w", err)
	}
	if data == nil {
		return w, w.write()
	}
	if err := w.load(data, lines); err != nil {
		return nil, err
	}
	return w, nil
}

func (w *World) load(data []byte, lines [][]byte) error {
	var header struct{ Version int }
	if err := json.Unmarshal(data, &header); err != nil {
		return fmt.Errorf("parse world %q: %w; start over with `sandbox reset`", w.path, err)
	}
	if header.Version > FormatVersion {
		return fmt.Errorf("open world %q: %w: it has layout %d, this build reads up to %d; "+
			"update this checkout, or start over with `sandbox reset`", w.path, ErrNewer, header.Version, FormatVersion)
	}
	if header.Version < 1 {
		return fmt.Errorf("parse world %q: it has no version, so it is not a world; start over with `sandbox reset`", w.path)
	}
	var d document
	if err := json.Unmarshal(data, &d); err != nil {
		return fmt.Errorf("parse world %q: %w; start over with `sandbox reset`", w.path, err)
	}
	w.clock = d.Clock
	maps.Copy(w.generations, d.Generations)
	if err := w.putAll(d.Objects); err != nil {
		return fmt.Errorf("parse world %q: %w; start over with `sandbox reset`", w.path, err)
	}
	for _, line := range lines {
		w.changes.size += len(line)
		if err := w.apply(line); err != nil {
			return fmt.Errorf("parse the journal of world %q: %w; start over with `sandbox reset`", w.path, err)
		}
	}
	w.changes.saved(w.clock)
	return nil
}

// Flush writes the world as one document, if anything was saved since that document was last written.
func (w *World) Flush() error {
	if w.changes.size == 0 {
		return nil
	}
	return w.write()
}

// write replaces the document. A crash leaves either the old document with its journal or the new one, never a part.
func (w *World) write() error {
	data, err := json.MarshalIndent(document{FormatVersion, w.clock, w.generations, w.All()}, "", " ")
	if err != nil {
		return fmt.Errorf("encode world: %w", err)
	}
	if err := w.file.Replace(append(data, '\n')); err != nil {
		return fmt.Errorf("write world: %w", err)
	}
	w.changes.saved(w.clock)
	w.changes.size = 0
	return nil
}

func compare(a, b *Object) int {
	return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Region, b.Region), cmp.Compare(a.ID, b.ID))
}

// Get returns an object, or nil.
func (w *World) Get(typ, region, id string) *Object {
	for _, place := range []string{"", region} {
		if i, found := w.search(&Object{Type: typ, Region: place, ID: id}); found {
			return w.objects[typ][i]
		}
	}
	return nil
}

func (w *World) search(o *Object) (int, bool) {
	return slices.BinarySearchFunc(w.objects[o.Type], o, compare)
}

// Find returns the first object of a type for which match returns true, or nil. An empty typ means every type.
func (w *World) Find(typ, region string, match func(*Object) bool) *Object {
	objects := w.objects[typ]
	if typ == "" {
		objects = w.All()
	}
	for _, o := range objects {
		if (o.Region == region || o.Region == "") && match(o) {
			return o
		}
	}
	return nil
}

// List returns the objects of a type, ordered by id. An empty typ means every type.
func (w *World) List(typ, region string) []*Object {
	objects := w.objects[typ]
	if typ == "" {
		objects = w.All()
	}
	var found []*Object
	for _, o := range objects {
		if o.Region == region || o.Region == "" {
			found = append(found, o)
		}
	}
	return found
}

// All returns every object of every region.
func (w *World) All() []*Object {
	all := []*Object{}
	for _, typ := range slices.Sorted(maps.Keys(w.objects)) {
		all = append(all, w.objects[typ]...)
	}
	return all
}

// OfType returns the objects of a type in every region, ordered by region and id.
func (w *World) OfType(typ string) []*Object { return slices.Clone(w.objects[typ]) }

// Put adds an object, or replaces the object with the same identity.
func (w *World) Put(o *Object) {
	w.changes.remember(w, o)
	w.put(o)
}

func (w *World) put(o *Object) {
	i, found := w.search(o)
	if found {
		w.objects[o.Type][i] = o
		return
	}
	w.objects[o.Type] = slices.Insert(w.objects[o.Type], i, o)
}

// Delete removes an object. It is not an error if it does not exist.
func (w *World) Delete(o *Object) {
	w.changes.remember(w, o)
	w.remove(o)
}

func (w *World) remove(o *Object) {
	if i, found := w.search(o); found {
		// A list that a caller is iterating over must not change.
		w.objects[o.Type] = slices.Delete(slices.Clone(w.objects[o.Type]), i, i+1)
	}
}

// Edit announces that an object of the world is about to be changed in place. Its identity must not change.
func (w *World) Edit(o *Object) { w.changes.remember(w, o) }

// Graph returns the account in the form that package awsmodel reads.
func (w *World) Graph() *graph.Graph {
	objects := w.All()
	resources := make([]*graph.Resource, len(objects))
	for i, o := range objects {
		resources[i] = &graph.Resource{Type: o.Type, Region: o.Region, ID: o.ID, Props: o.Props}
	}
	return graph.New(resources...)
}

// Now returns the world's time.
func (w *World) Now() time.Time { return w.clock }

// Advance moves the world's clock forward.
func (w *World) Advance(d time.Duration) { w.clock = w.clock.Add(d) }

// Generation returns how many times something was created under a key (a URN).
func (w *World) Generation(key string) int { return w.generations[key] }

// NextGeneration records one more creation under a key.
func (w *World) NextGeneration(key string) {
	w.changes.count(w, key)
	w.generations[key]++
}

// Digest returns n hex digits (at most 64) that depend only on the parts. Every id and generated name is made from it.
func Digest(n int, parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return hex.EncodeToString(h.Sum(nil))[:n]
}

// UUID returns a version 4 UUID (RFC 9562) that depends only on the parts.
func UUID(parts ...string) string {
	d := Digest(32, append([]string{"uuid"}, parts...)...)
	variant := string("89ab"[d[16]%4])
	return strings.Join([]string{d[:8], d[8:12], "4" + d[13:16], variant + d[17:20], d[20:]}, "-")
}
