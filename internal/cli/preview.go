package cli

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/driver"
)

func (a *app) preview() *cobra.Command {
	var options driver.PreviewOptions
	cmd := &cobra.Command{
		Use:   "preview",
		Short: "Show what up would do",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if options.Plan != "" {
				file, err := filepath.Abs(options.Plan)
				if err != nil {
					return err
				}
				options.Plan = file
			}
			return refutedPlan(a.change(cmd, func(ctx context.Context, e *driver.Engine) (driver.Changes, error) {
				return e.Preview(ctx, options)
			}))
		},
	}
	cmd.Flags().BoolVar(&options.ExpectNoChanges, "expect-no-changes", false, "fail if there is anything to change")
	cmd.Flags().BoolVar(&options.Diff, "diff", false, "show every changed property")
	cmd.Flags().StringVar(&options.Plan, "save-plan", "", "save the plan, without secrets, for verify --state FILE")
	skipProofs(cmd, &options.SkipPolicies)
	cmd.MarkFlagsMutuallyExclusive("save-plan", "skip-proofs")
	return cmd
}

func skipProofs(cmd *cobra.Command, skip *bool) {
	cmd.Flags().BoolVar(skip, "skip-proofs", false, "do not prove first that the plan will work on AWS")
}
