package cli

import (
	"context"

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
			return a.change(cmd, func(ctx context.Context, e *driver.Engine) (driver.Changes, error) {
				return e.Preview(ctx, options)
			})
		},
	}
	cmd.Flags().BoolVar(&options.ExpectNoChanges, "expect-no-changes", false, "fail if there is anything to change")
	cmd.Flags().BoolVar(&options.Diff, "diff", false, "show every changed property")
	return cmd
}
