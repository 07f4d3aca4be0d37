package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/status"
)

// liveFlags make status read AWS instead of the sandbox.
type liveFlags struct {
	aws bool
	status.Service
}

func (l *liveFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&l.aws, "aws", false, "show the stack's service on AWS; only reads, with the AWS CLI's credentials")
	f.StringVar(&l.Cluster, "cluster", "", "with --aws: the name of the cluster, instead of the stack's cluster")
	f.StringVar(&l.Name, "service", "", "with --aws: the name of the service, instead of the stack's service")
	f.StringVar(&l.Region, "region", "", "with --aws: the region, instead of the region of the stack or the profile")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if named := l.Cluster != "" || l.Name != ""; !l.aws && (named || l.Region != "") {
			return errors.New("--cluster, --service and --region need --aws: the sandbox has only the stack's service")
		} else if named && (l.Cluster == "" || l.Name == "") {
			return errors.New("--cluster and --service must be set together")
		}
		return nil
	}
}

// runLiveStatus shows the status of a service on AWS. Its first line of output says that it only reads, and where.
func (a *app) runLiveStatus(ctx context.Context, l liveFlags) error {
	if readAWS == nil {
		return a.withAWSClients(ctx)
	}
	service, err := a.serviceOnAWS(ctx, l)
	if err != nil {
		fmt.Fprintln(a.stderr, "aws: read only")
		return err
	}
	status, err := readAWS(ctx, a.stderr, service)
	if err != nil {
		return err
	}
	return a.showStatus(status)
}

// readAWS reads a service on AWS. It is nil in a build without the tag aws: only status --aws needs AWS's clients, and
// they are a twelfth of the code to compile.
var readAWS func(ctx context.Context, log io.Writer, service status.Service) (*status.Status, error)

// withAWSClients builds the program with AWS's clients and runs this command in it.
func (a *app) withAWSClients(ctx context.Context) error {
	const remedy = "build the program with go build -tags aws"
	root, err := driver.Find(a.dir)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		return fmt.Errorf("status --aws: this build has no AWS clients, and the source is not in %q: %s", root, remedy)
	}
	if _, err := exec.LookPath("go"); err != nil {
		return fmt.Errorf("status --aws: this build has no AWS clients, and go is not on PATH: %s", remedy)
	}
	fmt.Fprintln(a.stderr, "aws: building the program with AWS's clients (takes 20 seconds the first time)")
	program := filepath.Join(root, "bin", "live-beats-aws")
	//nolint:gosec // The source of this program.
	build := exec.CommandContext(ctx, "go", "build", "-tags", "aws", "-o", program, ".")
	build.Dir, build.Stdout, build.Stderr = root, a.stderr, a.stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("status --aws: build the program with AWS's clients: %w", err)
	}
	cmd := exec.CommandContext(ctx, program, a.args...) //nolint:gosec // This program, built with AWS's clients.
	cmd.Stdin, cmd.Stdout, cmd.Stderr = a.stdin, a.stdout, a.stderr
	err = cmd.Run()
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		return &endedError{exit.ExitCode()}
	}
	return err
}

// endedError is the exit code of another process, which has already printed the reason.
type endedError struct{ code int }

func (e *endedError) Error() string { return fmt.Sprint("exit status ", e.code) }

// serviceOnAWS returns the service that the flags name, or the stack's service.
func (a *app) serviceOnAWS(ctx context.Context, l liveFlags) (status.Service, error) {
	if l.Name != "" {
		return l.Service, nil
	}
	arn, err := driver.ServiceArn(ctx, a.dir, a.stack)
	if err != nil {
		return status.Service{}, fmt.Errorf("%w: give --cluster NAME and --service NAME", err)
	}
	service, err := status.ParseService(arn)
	if err == nil && l.Region != "" {
		service.Region = l.Region
	}
	return service, err
}
