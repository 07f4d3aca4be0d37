package driver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	pkgresource "github.com/pulumi/pulumi/pkg/v3/resource"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/live-beats/live-beats-aws/internal/plan"
)

// Changes counts resources by operation: create, update, same, delete, replace, ...
type Changes map[string]int

// any reports whether anything changes. A resource that is only read does not change.
func (c Changes) any() bool {
	for op, n := range c {
		if n > 0 && op != string(deploy.OpSame) && op != string(deploy.OpRead) {
			return true
		}
	}
	return false
}

// ErrRefuted reports that the plan violates mandatory policies: it will not work on AWS.
var ErrRefuted = errors.New("the plan violates mandatory policies: see above for the reasons and what to change")

// errChanges reports changes in a plan that was expected to have none.
var errChanges = errors.New("no changes were expected, but the plan above has some")

// PreviewOptions choose what a preview evaluates and shows.
type PreviewOptions struct {
	ExpectNoChanges bool // Fail if the plan has any change.
	Diff            bool // Show each changed property instead of one line per resource.
	SkipPolicies    bool // Do not evaluate the policies.
	// Plan is the file in which to save the evaluated plan. Empty: the plan is not saved.
	Plan string
	// PolicyPack is the path of an executable policy pack that replaces this program's own policies. It is started as the
	// official CLI starts it.
	PolicyPack string
}

// Preview plans an Up and changes nothing. Errors: ErrRefuted.
func (e *Engine) Preview(ctx context.Context, options PreviewOptions) (changes Changes, err error) {
	err = e.run(ctx, "preview", func(o *operation) error {
		changes, _, err = o.preview(ctx, options, view{diff: options.Diff})
		if err == nil && options.ExpectNoChanges && changes.any() {
			err = errChanges
		}
		return err
	})
	return changes, err
}

// preview makes one plan, and returns its changes and its policy violations.
func (o *operation) preview(ctx context.Context, options PreviewOptions, v view) (Changes, []violation, error) {
	s := step{kind: apitype.PreviewUpdate, dryRun: true, view: v}
	if !options.SkipPolicies {
		s.policy = &policies{executable: options.PolicyPack}
	}
	changes, found, err := o.do(ctx, s)
	if s.policy != nil && options.Plan != "" && s.policy.plan != nil {
		if saved := plan.Save(options.Plan, s.policy.plan); saved != nil {
			return changes, found, errors.Join(err, saved)
		}
	}
	for _, v := range found {
		if v.mandatory && err != nil {
			return changes, found, ErrRefuted
		}
	}
	return changes, found, err
}

// UpOptions choose what is checked before an update.
type UpOptions struct {
	SkipPolicies bool // Do not evaluate the policies.
}

// Up plans an update, evaluates the policies, and then makes the update. It shows the plan's policy violations, and the
// whole plan only if the plan fails. Nil changes mean that the update did not start. Errors: ErrRefuted.
func (e *Engine) Up(ctx context.Context, options UpOptions) (changes Changes, err error) {
	err = e.run(ctx, "up", func(o *operation) error {
		if err := o.previewFirst(ctx, options); err != nil {
			return err
		}
		changes, _, err = o.do(ctx, step{kind: apitype.UpdateUpdate})
		return err
	})
	return changes, err
}

// previewFirst plans the update before anything changes, for two reasons. The policies check that it will work. And an
// update that deletes or replaces a protected resource would otherwise change everything else before it fails.
func (o *operation) previewFirst(ctx context.Context, options UpOptions) error {
	protected := o.snapshot != nil && slices.ContainsFunc(o.snapshot.Resources, func(r *pkgresource.State) bool {
		return r.Protect
	})
	if options.SkipPolicies && !protected {
		return nil
	}
	if !options.SkipPolicies {
		fmt.Fprintln(o.Log, "checking whether the plan will work on AWS")
	}
	var shown bytes.Buffer
	_, violations, err := o.preview(ctx, PreviewOptions{SkipPolicies: options.SkipPolicies}, view{to: &shown})
	if err != nil {
		_, _ = o.Log.Write(shown.Bytes())
		if bytes.Contains(shown.Bytes(), []byte(unprotectHint)) {
			fmt.Fprintf(o.Log, "nothing was changed; to delete or replace a protected resource, set %s to false, run up, "+
				"and then make the change\n", o.protectKey())
		}
		return err
	}
	for _, v := range violations {
		fmt.Fprintf(o.Log, "%s: %s\n", v.policy, v.text)
	}
	// The plan has marked resources to replace in the snapshot: load it again.
	o.snapshot, err = o.state.load(ctx)
	return err
}

// unprotectHint is part of the engine's refusals to delete or replace a protected resource: they have no error code.
const unprotectHint = "To unprotect the resource, "

// Refresh reads every resource and updates the state.
func (e *Engine) Refresh(ctx context.Context) (changes Changes, err error) {
	err = e.run(ctx, "refresh", func(o *operation) error {
		changes, _, err = o.do(ctx, step{kind: apitype.RefreshUpdate})
		return err
	})
	return changes, err
}

// Destroy deletes every resource of the stack, and keeps the empty stack. Errors: *ProtectedError.
func (e *Engine) Destroy(ctx context.Context) (changes Changes, err error) {
	if err := e.refuseProtected(); err != nil {
		return nil, err
	}
	err = e.run(ctx, "destroy", func(o *operation) error {
		changes, _, err = o.do(ctx, step{kind: apitype.DestroyUpdate})
		return err
	})
	return changes, err
}

// Import is an existing resource to import into the stack.
type Import struct {
	Type, Name, ID string
}

// Import adds existing resources to the state, each with its current inputs.
func (e *Engine) Import(ctx context.Context, resources []Import) (changes Changes, err error) {
	s := step{kind: apitype.ResourceImportUpdate}
	for _, r := range resources {
		s.imports = append(s.imports, deploy.Import{Type: tokens.Type(r.Type), Name: r.Name, ID: resource.ID(r.ID)})
	}
	err = e.run(ctx, "import into", func(o *operation) error {
		changes, _, err = o.do(ctx, s)
		return err
	})
	return changes, err
}

// Outputs returns the stack's outputs with secrets in plain text. State.Outputs masks them.
func (e *Engine) Outputs(ctx context.Context) (map[string]any, error) {
	snapshot, err := e.state.load(ctx)
	if err != nil || snapshot == nil {
		return nil, err
	}
	for _, r := range snapshot.Resources {
		if r.Type == resource.RootStackType {
			return r.Outputs.MapRepl(nil, plainText), nil
		}
	}
	return nil, nil
}

func plainText(v resource.PropertyValue) (any, bool) {
	if v.IsSecret() {
		return v.SecretValue().Element.MapRepl(nil, plainText), true
	}
	return nil, false
}
