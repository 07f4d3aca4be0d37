package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/plan"
)

func (a *app) preview() *cobra.Command {
	var options driver.PreviewOptions
	cmd := &cobra.Command{
		Use:   "preview",
		Short: "Show what up would do",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("save-plan") {
				if err := plan.CheckName(options.Plan); err != nil {
					return err
				}
				file, err := filepath.Abs(options.Plan)
				if err != nil {
					return err
				}
				options.Plan = file
			}
			return markViolation(a.change(cmd, func(ctx context.Context, e *driver.Engine) (driver.Changes, error) {
				return e.Preview(ctx, options)
			}))
		},
	}
	cmd.Flags().BoolVar(&options.ExpectNoChanges, "expect-no-changes", false, "fail if the plan has any change")
	cmd.Flags().BoolVar(&options.Diff, "diff", false, "show every changed property")
	cmd.Flags().StringVar(&options.Plan, "save-plan", "", "save the plan, without secrets, for verify --state FILE")
	skipProofs(cmd, &options.SkipPolicies)
	cmd.MarkFlagsMutuallyExclusive("save-plan", "skip-proofs")
	return cmd
}

func skipProofs(cmd *cobra.Command, skip *bool) {
	cmd.Flags().BoolVar(skip, "skip-proofs", false, "do not check first whether the plan will work on AWS")
}

func (a *app) up() *cobra.Command {
	var options driver.UpOptions
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Deploy the stack, then show its outputs and the status of the service",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withEngine(cmd, func(ctx context.Context, s *session) error { return runUp(ctx, s, options) })
		},
	}
	skipProofs(cmd, &options.SkipPolicies)
	return cmd
}

func runUp(ctx context.Context, s *session, options driver.UpOptions) error {
	changes, err := s.engine.Up(ctx, options)
	if err != nil && changes == nil {
		return markViolation(err)
	}
	state, stateErr := driver.ReadState(s.project)
	if stateErr != nil {
		return errors.Join(err, stateErr)
	}
	// Reading the status advances the world: save this run's world first.
	if flushErr := s.world.Flush(); flushErr != nil {
		return errors.Join(err, flushErr)
	}
	status, statusErr := serviceStatus(s.world, state)
	if statusErr != nil {
		return errors.Join(err, statusErr)
	}
	switch {
	case status == nil || status.Healthy() || ctx.Err() != nil:
	case err != nil:
		err = badResult{err}
	default:
		err = badResult{fmt.Errorf("up stack %q: the service is not healthy", s.stack)}
	}
	if s.json {
		doc := result(s.stack, changes, err)
		doc.Outputs, doc.Status = state.Outputs(), status
		return errors.Join(err, s.print(doc))
	}
	if err == nil {
		err = printTable(s.stdout, state.Outputs())
		s.suggest()
	}
	if status != nil {
		fmt.Fprintf(s.stdout, "\n%s\n", status)
	}
	return err
}

// markViolation marks the error of a preview or an up as a bad result if the plan violates mandatory policies.
func markViolation(err error) error {
	if errors.Is(err, driver.ErrRefuted) {
		return badResult{err}
	}
	return err
}

func (s *session) suggest() {
	fmt.Fprintf(s.stderr, "next: go run . status --stack %[1]s\n"+
		"      edit Pulumi.%[1]s.yaml, then go run . preview --stack %[1]s\n", s.stack)
}

func (a *app) refresh() *cobra.Command {
	return &cobra.Command{
		Use:   "refresh",
		Short: "Read every resource and update the state",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.change(cmd, func(ctx context.Context, e *driver.Engine) (driver.Changes, error) {
				return e.Refresh(ctx)
			})
		},
	}
}

func (a *app) destroy() *cobra.Command {
	return &cobra.Command{
		Use:   "destroy",
		Short: "Delete every resource of the stack",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.change(cmd, func(ctx context.Context, e *driver.Engine) (driver.Changes, error) {
				return e.Destroy(ctx)
			})
		},
	}
}
