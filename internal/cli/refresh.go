package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/driver"
)

func (a *app) refresh() *cobra.Command {
	return &cobra.Command{
		Use:   "refresh",
		Short: "Read every resource back into the state",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.change(cmd, func(ctx context.Context, e *driver.Engine) (driver.Changes, error) {
				return e.Refresh(ctx)
			})
		},
	}
}
