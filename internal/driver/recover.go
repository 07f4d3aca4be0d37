package driver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/renameio/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
)

// object is JSON of the engine's, of which most is none of ours: fields that we do not know stay as they are.
type object = map[string]any

// removeLocks cancels what a killed run left locked: ours is the only run alive. With the lock goes the file of
// attributes beside the state: the engine does not need it, and a kill while writing it makes it unreadable.
func (e *Engine) removeLocks() error {
	locks, err := fs.Glob(os.DirFS(e.dir.locks()), "*/*/*/*.json") // The directory's own name is no pattern.
	if err != nil || len(locks) == 0 {
		return err
	}
	fmt.Fprintln(e.log, "the last run was killed: its lock on the engine's state is removed")
	attributes := statePath(e.Project) + ".attrs"
	if err := errors.Join(os.RemoveAll(e.dir.locks()), os.RemoveAll(attributes)); err != nil {
		return fmt.Errorf("remove stale locks: %w", err)
	}
	return nil
}

// recover settles the operations that a killed run left undecided in the state. What it created is adopted, for the
// world knows who created what; of what it changed or deleted, the truth is read back. It edits the engine's file: to
// export and import the state would put its secrets in clear on the disk.
func (e *Engine) recover(ctx context.Context, stack *auto.Stack) error {
	state, err := ReadState(e.Project)
	if err != nil || !state.interrupted() {
		return err
	}
	path := statePath(e.Project)
	file, err := readObject(path)
	if err != nil {
		return fmt.Errorf("recover stack %q: %w", e.Project.Stack, err)
	}
	checkpoint, _ := file["checkpoint"].(object)
	latest, _ := checkpoint["latest"].(object)
	stale, err := e.settle(latest)
	if err != nil {
		return fmt.Errorf("recover stack %q: %w", e.Project.Stack, err)
	}
	data, err := json.Marshal(file)
	if err != nil {
		return fmt.Errorf("recover stack %q: %w", e.Project.Stack, err)
	}
	if err := renameio.WriteFile(path, data, 0o600, renameio.WithTempDir(filepath.Dir(path))); err != nil {
		return fmt.Errorf("recover stack %q: %w", e.Project.Stack, err)
	}
	if len(stale) == 0 {
		return nil
	}
	if _, err := stack.Refresh(ctx, optrefresh.Target(stale), optrefresh.ErrorProgressStreams(e.log)); err != nil {
		return fmt.Errorf("recover stack %q: read what a killed run changed: %w", e.Project.Stack, err)
	}
	return nil
}

// settle takes the pending operations out of a deployment. It returns the URNs of which the state may be out of date.
func (e *Engine) settle(latest object) (stale []string, err error) {
	for _, op := range objects(latest["pending_operations"]) {
		pending, _ := op["resource"].(object)
		urn, _ := pending["urn"].(string)
		name := string(resource.URN(urn).Type()) + " " + resource.URN(urn).Name()
		switch op["type"] {
		case "creating":
			if err := e.adopt(latest, pending, name); err != nil {
				return nil, err
			}
		case "updating", "deleting":
			fmt.Fprintf(e.log, "the last run was killed while it was %s %s: its state is read back\n", op["type"], name)
			stale = append(stale, urn)
		}
	}
	delete(latest, "pending_operations")
	return stale, nil
}

// adopt completes a creation whose outcome the engine did not learn.
func (e *Engine) adopt(latest, pending object, name string) error {
	if pending["custom"] != true {
		return nil
	}
	urn, _ := pending["urn"].(string)
	id, found, err := e.Created(e.Project.Region(), urn)
	if err != nil {
		return err
	}
	resources := objects(latest["resources"])
	if found == nil || slices.ContainsFunc(resources, func(r object) bool { return holds(r, urn, id, found) }) {
		fmt.Fprintf(e.log, "the last run was killed while it created %s: nothing was created\n", name)
		return nil
	}
	fmt.Fprintf(e.log, "the last run was killed while it created %s: it exists as %s, adopted\n", name, id)
	kept := make([]any, 0, len(resources)+1)
	for _, r := range resources {
		if r["urn"] == urn && r["pendingReplacement"] == true {
			continue // It was deleted to make room.
		}
		if r["urn"] == urn {
			r["delete"] = true
		}
		kept = append(kept, r)
	}
	pending["id"], pending["outputs"] = id, outputs(pending, found)
	latest["resources"] = append(kept, pending)
	return nil
}

// holds tells whether the state has what was found: then it is an earlier one of the same name.
func holds(r object, urn, id string, found object) bool {
	known, _ := r["outputs"].(object)
	return r["urn"] == urn && r["pendingReplacement"] != true && r["id"] == id && known["arn"] == found["arn"]
}

// outputs are those that were found, but secrets as they were asked for.
func outputs(pending, found object) object {
	out := object{}
	inputs, _ := pending["inputs"].(object)
	for name, v := range inputs {
		if name != "__defaults" {
			out[name] = v
		}
	}
	for name, v := range found {
		if asked, ok := out[name].(object); !ok || asked[sig.Key] != sig.Secret {
			out[name] = v
		}
	}
	return out
}

func objects(v any) []object {
	items, _ := v.([]any)
	found := make([]object, 0, len(items))
	for _, item := range items {
		if o, ok := item.(object); ok {
			found = append(found, o)
		}
	}
	return found
}

// readObject keeps numbers as they are written.
func readObject(path string) (object, error) {
	data, err := os.ReadFile(path) //nolint:gosec // The engine's own file.
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	o := object{}
	return o, decoder.Decode(&o)
}
