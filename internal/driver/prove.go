package driver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"

	"github.com/live-beats/live-beats-aws/internal/pack"
)

// ErrRefuted tells that the policy pack found what will not work on AWS.
var ErrRefuted = errors.New("the plan is refuted: the policies above say why, and what to change")

const previewVerb = "preview"

// saysProtected is in the engine's refusals to delete or replace what is protected: they have no code of their own.
const saysProtected = "To unprotect the resource, "

// Rehearse previews an up before it changes anything: with the policy pack, which proves that the plan will work,
// unless unproven; and because an up that is to delete or replace something protected would change everything else
// first. It shows what the policies say, and the rest only when the preview fails. Errors: ErrRefuted.
func (e *Engine) Rehearse(ctx context.Context, unproven bool) error {
	protected, err := e.protected()
	if err != nil || unproven && len(protected) == 0 {
		return err
	}
	if !unproven {
		fmt.Fprintln(e.log, "proving that the plan will work on AWS")
	}
	var shown bytes.Buffer
	err = e.run(ctx, previewVerb, func(s *auto.Stack) error {
		_, err := e.preview(ctx, s, PreviewOptions{Unproven: unproven}, &shown)
		if err != nil {
			_, _ = e.log.Write(shown.Bytes())
		}
		return err
	})
	if err != nil && bytes.Contains(shown.Bytes(), []byte(saysProtected)) {
		fmt.Fprintf(e.log, "nothing was changed; to delete or replace what is protected, set %s to false, run up, and "+
			"then make the change\n", e.protectKey())
	}
	return err
}

// preview makes one preview that is shown on a writer.
func (e *Engine) preview(
	ctx context.Context, s *auto.Stack, options PreviewOptions, log io.Writer,
) (Changes, error) {
	opts := []optpreview.Option{
		optpreview.ProgressStreams(log), optpreview.ErrorProgressStreams(log),
		optpreview.Color(e.color()), optpreview.SuppressProgress(),
	}
	if options.ExpectNoChanges {
		opts = append(opts, optpreview.ExpectNoChanges())
	}
	if options.Diff {
		opts = append(opts, optpreview.Diff())
	}
	if options.Unproven || e.PolicyPack == "" {
		result, err := s.Preview(ctx, opts...)
		return countsOf(result), err
	}
	if options.Plan != "" {
		s.Workspace().SetEnvVar(pack.EnvPlan, options.Plan)
		defer s.Workspace().UnsetEnvVar(pack.EnvPlan)
	}
	stream, ended := make(chan events.EngineEvent), make(chan struct{})
	heard := make(chan []apitype.PolicyEvent, 1)
	go func() { heard <- violations(stream, ended) }()
	result, err := s.Preview(ctx, append(opts, optpreview.PolicyPacks(e.PolicyPack), optpreview.EventStreams(stream))...)
	close(ended)
	for _, v := range <-heard {
		switch {
		case v.EnforcementLevel == string(apitype.Mandatory) && err != nil:
			err = ErrRefuted
		case log != io.Writer(e.log):
			fmt.Fprintf(e.log, "%s: %s\n", v.PolicyName, colors.Never.Colorize(v.Message))
		}
	}
	return countsOf(result), err
}

// violations reads what the policies report, until the preview has ended. All has been read by then; but the stream is
// not closed then if the CLI ended before it opened it.
func violations(stream <-chan events.EngineEvent, ended <-chan struct{}) []apitype.PolicyEvent {
	var found []apitype.PolicyEvent
	for {
		select {
		case event, open := <-stream:
			if !open {
				return found
			}
			if event.PolicyEvent != nil {
				found = append(found, *event.PolicyEvent)
			}
		case <-ended:
			return found
		}
	}
}

func countsOf(result auto.PreviewResult) Changes {
	changes := Changes{}
	for op, count := range result.ChangeSummary {
		changes[string(op)] = count
	}
	return changes
}
