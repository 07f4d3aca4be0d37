package driver

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

// Changes counts resources by what is done to them: create, update, same, delete, replace, ...
type Changes map[string]int

// Up deploys the stack; Rehearse comes before it.
func (e *Engine) Up(ctx context.Context) (changes Changes, err error) {
	err = e.run(ctx, "up", func(s *auto.Stack) error {
		result, err := s.Up(ctx, optup.ProgressStreams(e.log), optup.ErrorProgressStreams(e.log),
			optup.Color(e.color()), optup.SuppressOutputs(), optup.SuppressProgress())
		changes = changesOf(result.Summary)
		return err
	})
	return changes, err
}

// PreviewOptions choose what a preview shows.
type PreviewOptions struct {
	ExpectNoChanges bool // Fail if there is anything to change.
	Diff            bool // Show each changed property, not one line per resource.
	Unproven        bool // Without the policy pack.
	// Plan is the file to which the policy pack saves what it judges; none if it is empty.
	Plan string
}

// Preview plans an Up and changes nothing. Errors: ErrRefuted.
func (e *Engine) Preview(ctx context.Context, options PreviewOptions) (changes Changes, err error) {
	err = e.run(ctx, previewVerb, func(s *auto.Stack) error {
		changes, err = e.preview(ctx, s, options, e.log)
		return err
	})
	return changes, err
}

// Refresh reads every resource back into the state.
func (e *Engine) Refresh(ctx context.Context) (changes Changes, err error) {
	err = e.run(ctx, "refresh", func(s *auto.Stack) error {
		result, err := s.Refresh(ctx, optrefresh.ProgressStreams(e.log), optrefresh.ErrorProgressStreams(e.log),
			optrefresh.Color(e.color()), optrefresh.SuppressProgress())
		changes = changesOf(result.Summary)
		return err
	})
	return changes, err
}

// Destroy deletes every resource of the stack and keeps the empty stack. Errors: *ProtectedError.
func (e *Engine) Destroy(ctx context.Context) (changes Changes, err error) {
	if err := e.refuseProtected(); err != nil {
		return nil, err
	}
	err = e.run(ctx, "destroy", func(s *auto.Stack) error {
		result, err := s.Destroy(ctx, optdestroy.ProgressStreams(e.log), optdestroy.ErrorProgressStreams(e.log),
			optdestroy.Color(e.color()), optdestroy.SuppressProgress())
		changes = changesOf(result.Summary)
		return err
	})
	return changes, err
}

const outputVerb = "output"

// Outputs are the stack's outputs with their secrets in clear; State.Outputs has them masked.
func (e *Engine) Outputs(ctx context.Context) (map[string]any, error) {
	outputs := map[string]any{}
	err := e.run(ctx, outputVerb, func(s *auto.Stack) error {
		values, err := s.Outputs(ctx)
		for name, value := range values {
			outputs[name] = value.Value
		}
		return err
	})
	return outputs, err
}

func changesOf(summary auto.UpdateSummary) Changes {
	if summary.ResourceChanges == nil {
		return Changes{}
	}
	return *summary.ResourceChanges
}
