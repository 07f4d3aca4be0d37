package driver

import (
	"fmt"
	"strings"
)

// ProtectedError refuses to destroy a stack that holds protected resources, before anything is deleted: the engine
// itself would delete all that it can before it comes to them.
type ProtectedError struct {
	Stack string
	Names []string // Of the protected resources.
	Key   string   // The config key that protects them.
}

func (e *ProtectedError) Error() string {
	return fmt.Sprintf("destroy stack %q: nothing was deleted: %d resources are protected (%s); set %s to false, run up, "+
		"and then destroy", e.Stack, len(e.Names), strings.Join(e.Names, ", "), e.Key)
}

// refuseProtected tells whether a destroy may begin.
func (e *Engine) refuseProtected() error {
	state, err := ReadState(e.Project)
	if err != nil {
		return err
	}
	if names := state.Protected(); len(names) > 0 {
		return &ProtectedError{Stack: e.Project.Stack, Names: names, Key: e.protectKey()}
	}
	return nil
}

func (e *Engine) protectKey() string { return e.Project.Name() + ":protect" }
