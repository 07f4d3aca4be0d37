package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/proof"
	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/verify"
)

// stdin is the file name that stands for stdin.
const stdin = "-"

// verifyOptions choose what verify evaluates and what it prints.
type verifyOptions struct {
	states   []string
	explain  string
	controls bool
	markdown bool
}

func (a *app) verify() *cobra.Command {
	var options verifyOptions
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Show the result of each check of the policy pack for the deployed stack",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.runVerify(options) },
	}
	cmd.Flags().StringArrayVar(&options.states, "state", nil,
		"evaluate a file from pulumi stack export instead, also of a stack on AWS; - reads it from stdin; "+
			"repeat it for stacks that belong together")
	cmd.Flags().StringVar(&options.explain, "explain", "",
		"show every step of one check: "+strings.Join(proof.Checks(), ", "))
	cmd.Flags().BoolVar(&options.controls, "controls", false, "show the result of each of AWS's security controls")
	cmd.Flags().BoolVar(&options.markdown, "markdown", false, "print the table in Markdown")
	cmd.MarkFlagsMutuallyExclusive("explain", "markdown")
	cmd.MarkFlagsMutuallyExclusive("explain", "controls")
	return cmd
}

func (a *app) runVerify(options verifyOptions) error {
	report, err := a.evaluate(options.states)
	if err != nil {
		return err
	}
	switch {
	case options.explain != "":
		err = a.explain(report, options.explain)
	case a.json:
		err = a.print(report)
	case options.controls && options.markdown:
		_, err = fmt.Fprintln(a.stdout, report.ControlsTable().RenderMarkdown())
	case options.controls:
		_, err = fmt.Fprintln(a.stdout, report.ControlsTable().Render())
	case options.markdown:
		_, err = fmt.Fprintln(a.stdout, report.Markdown())
	default:
		_, err = fmt.Fprintln(a.stdout, report)
	}
	if n := len(report.Refuted()); n > 0 {
		err = errors.Join(err, badResult{fmt.Errorf("verify: %d violations: run with --explain CHECK for the details", n)})
	}
	return err
}

// evaluate runs the checks on the state of the stack, or on state files together. A state without a service has nothing
// to check: that is an error, so that verify does not pass on a wrong file.
func (a *app) evaluate(files []string) (*verify.Report, error) {
	if len(files) == 0 {
		return a.evaluateStack()
	}
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = fmt.Sprintf("file %q", file)
		if file == stdin {
			names[i] = "stdin"
		}
	}
	where := strings.Join(names, ", ")
	fmt.Fprintf(a.stderr, "%s: read only, no AWS account is touched\n", where)
	report, err := a.evaluateFiles(files)
	if err == nil && len(report.Proofs) == 0 {
		err = errors.New("it has no ECS service, so there is nothing to check")
	}
	if err != nil {
		return nil, fmt.Errorf("verify %s: %w", where, err)
	}
	return report, nil
}

func (a *app) evaluateStack() (*verify.Report, error) {
	p, err := a.load()
	if err != nil {
		return nil, err
	}
	state, err := driver.ExportState(p)
	if err != nil {
		return nil, err
	}
	report := &verify.Report{}
	if state != nil {
		report, err = verify.State(bytes.NewReader(state))
	}
	if err == nil && len(report.Proofs) == 0 {
		return nil, fmt.Errorf("verify stack %q: no service is deployed: run up first "+
			"(preview checks the plan without deploying)", a.stack)
	}
	return report, err
}

func (a *app) evaluateFiles(names []string) (report *verify.Report, err error) {
	readers := make([]io.Reader, len(names))
	for i, name := range names {
		if name == stdin {
			readers[i] = a.stdin
			continue
		}
		file, openErr := os.Open(name) //nolint:gosec // The user names the file.
		if openErr != nil {
			return nil, fmt.Errorf("open state: %w", openErr)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		readers[i] = file
	}
	return verify.State(readers...)
}

func (a *app) explain(report *verify.Report, id string) error {
	proofs := report.Of(id)
	if len(proofs) == 0 {
		return fmt.Errorf("explain %q: no such check for this stack's services: must be one of %s",
			id, strings.Join(report.Asked(), ", "))
	}
	if a.json {
		return a.print(proofs)
	}
	for _, p := range proofs {
		fmt.Fprint(a.stdout, verify.Proof(p))
	}
	return nil
}
