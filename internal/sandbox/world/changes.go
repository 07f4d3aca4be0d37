package world

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// changes records what has changed since the last Save, and how to undo it.
type changes struct {
	objects     map[identity]bool
	generations map[string]bool
	undo        []func()
	written     time.Time // The clock as last saved.
	size        int       // The journal's size in bytes.

	seen map[identity]string // With CheckEdits: each object as last saved.
}

type identity struct {
	Type   string `json:"type"`
	Region string `json:"region,omitempty"`
	ID     string `json:"id"`
}

func identityOf(o *Object) identity { return identity{o.Type, o.Region, o.ID} }

func newChanges() changes {
	return changes{objects: map[identity]bool{}, generations: map[string]bool{}}
}

// remember marks an object as changed, and records what is stored under its identity now, for undo.
func (c *changes) remember(w *World, o *Object) {
	id := identityOf(o)
	c.objects[id] = true
	i, found := w.search(o)
	if !found {
		c.undo = append(c.undo, func() {
			c.objects[id] = true
			w.remove(o)
		})
		return
	}
	current := w.objects[o.Type][i]
	kept := *current
	kept.Props, _ = copied(current.Props).(map[string]any)
	c.undo = append(c.undo, func() {
		c.objects[id] = true
		*current = kept
		w.put(current)
	})
}

func (c *changes) count(w *World, key string) {
	c.generations[key] = true
	before, counted := w.generations[key]
	c.undo = append(c.undo, func() {
		c.generations[key] = true
		if w.generations[key] = before; !counted {
			delete(w.generations, key)
		}
	})
}

// Checkpoint begins a series of changes that can be undone. The function that it returns undoes them; it does not turn
// the clock back.
func (w *World) Checkpoint() (restore func()) {
	w.changes.undo = nil
	return func() {
		for i := len(w.changes.undo) - 1; i >= 0; i-- {
			w.changes.undo[i]()
		}
		w.changes.undo = nil
	}
}

// change is one line of the journal.
type change struct {
	Clock       time.Time      `json:"clock"`
	Generations map[string]int `json:"generations,omitempty"` // Zero: removed.
	Put         []*Object      `json:"put,omitempty"`
	Delete      []identity     `json:"delete,omitempty"`
}

// Save writes what has changed. After a crash, either all of it is stored or nothing.
func (w *World) Save() error {
	if w.CheckEdits {
		if err := w.checkEdits(); err != nil {
			return err
		}
	}
	if len(w.changes.objects)+len(w.changes.generations) == 0 && w.changes.written.Equal(w.clock) {
		return nil
	}
	line := change{Clock: w.clock, Generations: map[string]int{}}
	for key := range w.changes.generations {
		line.Generations[key] = w.generations[key]
	}
	for id := range w.changes.objects {
		if o := w.exact(id); o != nil {
			line.Put = append(line.Put, o)
		} else {
			line.Delete = append(line.Delete, id)
		}
	}
	data, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("encode world: %w", err)
	}
	if err := w.file.Append(true, data); err != nil {
		return fmt.Errorf("write world: %w", err)
	}
	w.changes.saved(w.clock)
	return w.compact(len(data))
}

// saved forgets the changes that have just been written. They can still be undone.
func (c *changes) saved(clock time.Time) {
	clear(c.objects)
	clear(c.generations)
	c.written = clock
}

// compact writes the world as one document when the journal has grown long.
func (w *World) compact(more int) error {
	const long = 16 << 20
	if w.changes.size += more; w.changes.size < long {
		return nil
	}
	return w.Flush()
}

func (w *World) exact(id identity) *Object {
	if i, found := w.search(&Object{Type: id.Type, Region: id.Region, ID: id.ID}); found {
		return w.objects[id.Type][i]
	}
	return nil
}

// apply applies the changes in one line of the journal.
func (w *World) apply(line []byte) error {
	var c change
	if err := json.Unmarshal(line, &c); err != nil {
		return err
	}
	w.clock = c.Clock
	maps.Copy(w.generations, c.Generations)
	maps.DeleteFunc(w.generations, func(_ string, n int) bool { return n == 0 })
	if err := w.putAll(c.Put); err != nil {
		return err
	}
	for _, id := range c.Delete {
		w.remove(&Object{Type: id.Type, Region: id.Region, ID: id.ID})
	}
	return nil
}

// putAll stores objects that were read from a file.
func (w *World) putAll(objects []*Object) error {
	for i, o := range objects {
		if o == nil || o.Type == "" || o.ID == "" {
			return fmt.Errorf("object %d has no type or id", i)
		}
		w.put(o)
	}
	return nil
}

// checkEdits finds an object that was changed in place without Edit.
func (w *World) checkEdits() error {
	seen := map[identity]string{}
	for _, o := range w.All() {
		data, err := json.Marshal(o)
		if err != nil {
			return err
		}
		id := identityOf(o)
		seen[id] = string(data)
		if before, ok := w.changes.seen[id]; ok && before != seen[id] && !w.changes.objects[id] {
			return fmt.Errorf("%s %s was changed in place without World.Edit", o.Type, o.ID)
		}
	}
	w.changes.seen = seen
	return nil
}

// copied returns a deep copy of a plain JSON value: behaviours change the properties of other objects in place.
func copied(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = copied(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = copied(item)
		}
		return out
	}
	return v
}
