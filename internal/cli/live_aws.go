//go:build aws

package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/live-beats/live-beats-aws/internal/awslive"
	"github.com/live-beats/live-beats-aws/internal/status"
)

func init() {
	readAWS = func(ctx context.Context, log io.Writer, service status.Service) (*status.Status, error) {
		reader, err := awslive.Open(ctx, service.Region)
		if err != nil {
			fmt.Fprintln(log, "aws: read only")
			return nil, err
		}
		fmt.Fprintf(log, "aws: account %s, region %s, read only\n", reader.Account, reader.Region)
		return reader.Status(ctx, service.Cluster, service.Name)
	}
}
