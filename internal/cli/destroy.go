package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/driver"
)

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
