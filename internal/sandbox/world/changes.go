package world

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// changes are what has happened since the last Save, and how to take it back.
type changes struct {
	objects     map[identity]bool
	generations map[string]bool
	undo        []func()
	written     time.Time // The clock as it was last saved.
	size        int       // Of the journal, in bytes.

	seen map[identity]string // With CheckEdits: each object as it was last saved.
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

// remember marks an object as changed, and what is under its identity now as what to go back to.
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

// Checkpoint remembers what there is. The function that it answers puts that back; time that has passed stays passed.
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
	Generations map[string]int `json:"generations,omitempty"` // Zero: forgotten.
	Put         []*Object      `json:"put,omitempty"`
	Delete      []identity     `json:"delete,omitempty"`
}

// Save writes down what has changed: all of it, or after a crash nothing.
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

// saved forgets what is written down now; it can still be taken back.
func (c *changes) saved(clock time.Time) {
	clear(c.objects)
	clear(c.generations)
	c.written = clock
}

// compact writes the world as one document when the journal has become long.
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

// apply makes the changes of one line of the journal.
func (w *World) apply(line []byte) error {
	var c change
	if err := json.Unmarshal(line, &c); err != nil {
		return err
	}
	w.clock = c.Clock
	maps.Copy(w.generations, c.Generations)
	maps.DeleteFunc(w.generations, func(_ string, n int) bool { return n == 0 })
	for _, o := range c.Put {
		w.put(o)
	}
	for _, id := range c.Delete {
		w.remove(&Object{Type: id.Type, Region: id.Region, ID: id.ID})
	}
	return nil
}

// checkEdits finds an object that was changed without a word.
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

// copied copies a plain JSON value, for behaviours change the properties of other objects in place.
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
