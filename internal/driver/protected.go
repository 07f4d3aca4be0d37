package driver

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
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
	names, err := e.protected()
	if err != nil || len(names) == 0 {
		return err
	}
	return &ProtectedError{Stack: e.Project.Stack, Names: names, Key: e.protectKey()}
}

// rehearse runs a preview before an up of a stack that holds protected resources, as pulumi up does: without it, an up
// that is to delete or replace one of them would change everything else first.
func (e *Engine) rehearse(ctx context.Context) error {
	names, err := e.protected()
	if err != nil || len(names) == 0 {
		return err
	}
	return e.run(ctx, "up", func(stack *auto.Stack) error {
		var plan bytes.Buffer
		_, err := stack.Preview(ctx, optpreview.ProgressStreams(&plan), optpreview.ErrorProgressStreams(&plan),
			optpreview.Color(e.color()), optpreview.SuppressProgress())
		if err == nil || ctx.Err() != nil {
			return err
		}
		fmt.Fprintf(e.log, "%snothing was changed; to delete or replace what is protected, set %s to false, run up, and "+
			"then make the change\n", &plan, e.protectKey())
		return err
	})
}

func (e *Engine) protectKey() string { return e.Project.Name() + ":protect" }

func (e *Engine) protected() ([]string, error) {
	state, err := ReadState(e.Project)
	if err != nil {
		return nil, err
	}
	return state.Protected(), nil
}
