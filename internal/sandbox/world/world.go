// Package world is the sandbox's memory: every object of one simulated AWS account, kept in one file that is replaced
// atomically after every change. Ids and times come from the world, never from chance, so that the same steps give the
// same world.
package world

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// Account is the id of the simulated AWS account.
const Account = "123456789012"

// FormatVersion is the version of the file's layout that this build writes, and the newest that it reads.
const FormatVersion = 1

const fileName = "world.json"

// ErrNewer reports a world that a newer build wrote.
var ErrNewer = errors.New("written by a newer version")

// Object is one thing that exists in the account.
type Object struct {
	// Type is the Pulumi token, or a name of the sandbox's own ("ecs/task") for what Pulumi does not manage.
	Type string `json:"type"`
	// Region is empty for global services.
	Region string `json:"region,omitempty"`
	ID     string `json:"id"`
	// Seeded objects are there in a new account.
	Seeded bool `json:"seeded,omitempty"`
	// Seed and Created are where generated ids and times of this object come from.
	Seed    string    `json:"seed,omitempty"`
	Created time.Time `json:"created"`
	// Sealed names the properties that hold digests because they came in as secrets.
	Sealed []string `json:"sealed,omitempty"`
	// Props are plain JSON values under Pulumi's property names.
	Props map[string]any `json:"props"`
}

// state is the file's layout.
type state struct {
	Version     int            `json:"version"`
	Clock       time.Time      `json:"clock"`
	Generations map[string]int `json:"generations"`
	Objects     []*Object      `json:"objects"`
}

// World is one account. Callers that read and then write hold Lock over both.
type World struct {
	sync.Mutex
	path      string
	state     state
	operation int
}

// epoch is when a new world begins.
var epoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// Open loads the world of a directory; a directory without one gets a new world, written at once so that a directory
// that cannot be written is found out before anything is created. Errors: ErrNewer, a damaged file, an unwritable one.
func Open(dir string) (*World, error) {
	w := &World{
		path:  filepath.Join(dir, fileName),
		state: state{Version: FormatVersion, Clock: epoch, Generations: map[string]int{}},
	}
	data, err := os.ReadFile(w.path)
	if errors.Is(err, fs.ErrNotExist) {
		return w, w.Save()
	}
	if err != nil {
		return nil, fmt.Errorf("read world: %w", err)
	}
	var header struct{ Version int }
	if err := json.Unmarshal(data, &header); err != nil {
		return nil, fmt.Errorf("parse world %q: %w; start over with `sandbox reset`", w.path, err)
	}
	if header.Version > FormatVersion {
		return nil, fmt.Errorf("open world %q: %w: it has layout %d, this build reads up to %d; "+
			"update this checkout, or start over with `sandbox reset`", w.path, ErrNewer, header.Version, FormatVersion)
	}
	if err := json.Unmarshal(data, &w.state); err != nil {
		return nil, fmt.Errorf("parse world %q: %w; start over with `sandbox reset`", w.path, err)
	}
	return w, nil
}

// Save writes the world. A crash leaves the old file or the new one, never a part.
func (w *World) Save() error {
	slices.SortFunc(w.state.Objects, compare)
	data, err := json.MarshalIndent(w.state, "", " ")
	if err != nil {
		return fmt.Errorf("encode world: %w", err)
	}
	return w.replace(fileName, append(data, '\n'))
}

func compare(a, b *Object) int {
	return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Region, b.Region), cmp.Compare(a.ID, b.ID))
}

// Get finds an object, or nil.
func (w *World) Get(typ, region, id string) *Object {
	return w.Find(typ, region, func(o *Object) bool { return o.ID == id })
}

// Find returns the first object of a type for which match holds, or nil.
func (w *World) Find(typ, region string, match func(*Object) bool) *Object {
	for _, o := range w.List(typ, region) {
		if match(o) {
			return o
		}
	}
	return nil
}

// List returns the objects of a type, by id. An empty typ lists every type.
func (w *World) List(typ, region string) []*Object {
	var found []*Object
	for _, o := range w.state.Objects {
		if (typ == "" || o.Type == typ) && (o.Region == region || o.Region == "") {
			found = append(found, o)
		}
	}
	slices.SortFunc(found, compare)
	return found
}

// All returns every object of every region.
func (w *World) All() []*Object { return slices.SortedFunc(slices.Values(w.state.Objects), compare) }

// Put adds an object, or replaces the one with its identity.
func (w *World) Put(o *Object) {
	w.Delete(o)
	w.state.Objects = append(w.state.Objects, o)
}

// Delete removes an object; one that is not there is no error.
func (w *World) Delete(o *Object) {
	w.state.Objects = slices.DeleteFunc(w.state.Objects, func(other *Object) bool { return compare(o, other) == 0 })
}

// Graph is the account as package awsmodel reads it.
func (w *World) Graph() *graph.Graph {
	resources := make([]*graph.Resource, len(w.state.Objects))
	for i, o := range w.state.Objects {
		resources[i] = &graph.Resource{Type: o.Type, Region: o.Region, ID: o.ID, Props: o.Props}
	}
	return graph.New(resources...)
}

// Now is the world's time.
func (w *World) Now() time.Time { return w.state.Clock }

// Advance moves the world's clock forward.
func (w *World) Advance(d time.Duration) { w.state.Clock = w.state.Clock.Add(d) }

// Generation counts how often something was created under a key (a URN).
func (w *World) Generation(key string) int { return w.state.Generations[key] }

// NextGeneration records one more creation under a key.
func (w *World) NextGeneration(key string) { w.state.Generations[key]++ }

// Digest returns n hex digits (64 at most) that belong to the parts alone: the source of every id and generated name.
func Digest(n int, parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return hex.EncodeToString(h.Sum(nil))[:n]
}

// UUID is one of version 4 (RFC 9562) that belongs to the parts alone.
func UUID(parts ...string) string {
	d := Digest(32, append([]string{"uuid"}, parts...)...)
	variant := string("89ab"[d[16]%4])
	return strings.Join([]string{d[:8], d[8:12], "4" + d[13:16], variant + d[17:20], d[20:]}, "-")
}
