package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/awslive"
	"github.com/live-beats/live-beats-aws/internal/driver"
)

// liveFlags ask about AWS instead of the sandbox.
type liveFlags struct {
	aws bool
	awslive.Service
}

func (l *liveFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&l.aws, "aws", false, "show the stack's service on AWS; only reads, with the AWS CLI's credentials")
	f.StringVar(&l.Cluster, "cluster", "", "with --aws: the cluster's name, instead of the stack's")
	f.StringVar(&l.Name, "service", "", "with --aws: the service's name, instead of the stack's")
	f.StringVar(&l.Region, "region", "", "with --aws: the region, instead of the stack's or the profile's")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if named := l.Cluster != "" || l.Name != ""; !l.aws && (named || l.Region != "") {
			return errors.New("--cluster, --service and --region need --aws: the sandbox has the stack's alone")
		} else if named && (l.Cluster == "" || l.Name == "") {
			return errors.New("--cluster and --service go together")
		}
		return nil
	}
}

// runLiveStatus says first of all where it reads.
func (a *app) runLiveStatus(ctx context.Context, l liveFlags) error {
	service, err := a.serviceOnAWS(ctx, l)
	if err != nil {
		fmt.Fprintln(a.stderr, "aws: read only")
		return err
	}
	reader, err := awslive.Open(ctx, service.Region)
	if err != nil {
		fmt.Fprintln(a.stderr, "aws: read only")
		return err
	}
	fmt.Fprintf(a.stderr, "aws: account %s, region %s, read only\n", reader.Account, reader.Region)
	status, err := reader.Status(ctx, service.Cluster, service.Name)
	if err != nil {
		return err
	}
	return a.showStatus(status)
}

// serviceOnAWS is the one that the flags name, or the stack's.
func (a *app) serviceOnAWS(ctx context.Context, l liveFlags) (awslive.Service, error) {
	if l.Name != "" {
		return l.Service, nil
	}
	arn, err := driver.ServiceArn(ctx, a.dir, a.stack)
	if err != nil {
		return awslive.Service{}, fmt.Errorf("%w: give --cluster NAME and --service NAME", err)
	}
	service, err := awslive.ParseService(arn)
	if err == nil && l.Region != "" {
		service.Region = l.Region
	}
	return service, err
}
