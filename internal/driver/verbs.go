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

// Changes counts resources by what is done to them: create, update, same, delete, replace, ...
type Changes map[string]int

// any tells whether something is to change; what is only read is no change.
func (c Changes) any() bool {
	for op, n := range c {
		if n > 0 && op != string(deploy.OpSame) && op != string(deploy.OpRead) {
			return true
		}
	}
	return false
}

// ErrRefuted tells that the policy pack found what will not work on AWS.
var ErrRefuted = errors.New("the plan is refuted: the policies above say why, and what to change")

// errChanges tells that a plan was to be empty.
var errChanges = errors.New("no changes were expected, but the plan above has some")

// PreviewOptions choose what a preview judges and shows.
type PreviewOptions struct {
	ExpectNoChanges bool // Fail if there is anything to change.
	Diff            bool // Show each changed property, not one line per resource.
	SkipPolicies    bool // Do not judge the plan.
	// Plan is the file to which what is judged is saved; none if it is empty.
	Plan string
	// PolicyPack is the path of an executable that judges in place of this program's own policies; it is started as an
	// official CLI does it.
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

// preview makes one plan. It returns what the policies say of it.
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

// UpOptions choose what comes before an update.
type UpOptions struct {
	SkipPolicies bool // Do not judge the plan.
}

// Up plans and judges an update, and then makes it. It shows of the plan what the policies say, and the rest only when
// the plan fails. Without changes in its answer, nothing was begun. Errors: ErrRefuted.
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

// previewFirst plans the update before it changes anything: with the policies, which prove that it will work; and
// because an update that is to delete or replace something protected would change everything else first.
func (o *operation) previewFirst(ctx context.Context, options UpOptions) error {
	protected := o.snapshot != nil && slices.ContainsFunc(o.snapshot.Resources, func(r *pkgresource.State) bool {
		return r.Protect
	})
	if options.SkipPolicies && !protected {
		return nil
	}
	if !options.SkipPolicies {
		fmt.Fprintln(o.Log, "proving that the plan will work on AWS")
	}
	var shown bytes.Buffer
	_, violations, err := o.preview(ctx, PreviewOptions{SkipPolicies: options.SkipPolicies}, view{to: &shown})
	if err != nil {
		_, _ = o.Log.Write(shown.Bytes())
		if bytes.Contains(shown.Bytes(), []byte(saysProtected)) {
			fmt.Fprintf(o.Log, "nothing was changed; to delete or replace what is protected, set %s to false, run up, and "+
				"then make the change\n", o.protectKey())
		}
		return err
	}
	for _, v := range violations {
		fmt.Fprintf(o.Log, "%s: %s\n", v.policy, v.text)
	}
	// The plan has marked in the snapshot what it would replace.
	o.snapshot, err = o.state.load(ctx)
	return err
}

// saysProtected is in the engine's refusals to delete or replace what is protected: they have no code of their own.
const saysProtected = "To unprotect the resource, "

// Refresh reads every resource back into the state.
func (e *Engine) Refresh(ctx context.Context) (changes Changes, err error) {
	err = e.run(ctx, "refresh", func(o *operation) error {
		changes, _, err = o.do(ctx, step{kind: apitype.RefreshUpdate})
		return err
	})
	return changes, err
}

// Destroy deletes every resource of the stack and keeps the empty stack. Errors: *ProtectedError.
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

// Import is a resource that exists and that the stack takes over.
type Import struct {
	Type, Name, ID string
}

// Import takes resources over into the state, each with the inputs that it has.
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

// Outputs are the stack's outputs with their secrets in plain text; State.Outputs has them masked.
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
