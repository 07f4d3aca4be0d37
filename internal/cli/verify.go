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

// stdin is its name as a file.
const stdin = "-"

// verifyOptions choose what is judged and what is shown.
type verifyOptions struct {
	state, explain string
	controls       bool
	markdown       bool
}

func (a *app) verify() *cobra.Command {
	var options verifyOptions
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Show what proves that the deployed stack works, or what it lacks",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.runVerify(options) },
	}
	cmd.Flags().StringVar(&options.state, "state", "",
		"judge a file of pulumi stack export instead, of a stack on AWS too; - reads it from stdin")
	cmd.Flags().StringVar(&options.explain, "explain", "",
		"show the whole path of one question: "+strings.Join(proof.Checks(), ", "))
	cmd.Flags().BoolVar(&options.controls, "controls", false, "show AWS's security controls, one by one")
	cmd.Flags().BoolVar(&options.markdown, "markdown", false, "print a table in Markdown")
	cmd.MarkFlagsMutuallyExclusive("explain", "markdown")
	cmd.MarkFlagsMutuallyExclusive("explain", "controls")
	return cmd
}

func (a *app) runVerify(options verifyOptions) error {
	report, err := a.judge(options.state)
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
		err = errors.Join(err, refuted{fmt.Errorf("verify: %d refuted: see --explain QUESTION", n)})
	}
	return err
}

// judge reads the state of the stack, or that in a file. One without a service proves nothing, and must not pass.
func (a *app) judge(file string) (*verify.Report, error) {
	if file == "" {
		return a.judgeStack()
	}
	where := fmt.Sprintf("file %q", file)
	if file == stdin {
		where = "stdin"
	}
	fmt.Fprintf(a.stderr, "%s: read only, no AWS account is touched\n", where)
	report, err := a.judgeFile(file)
	if err == nil && len(report.Proofs) == 0 {
		err = errors.New("there is no ECS service, so nothing to prove")
	}
	if err != nil {
		return nil, fmt.Errorf("verify %s: %w", where, err)
	}
	return report, nil
}

func (a *app) judgeStack() (*verify.Report, error) {
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
		return nil, fmt.Errorf("verify stack %q: no service is deployed: run up first (preview proves before)", a.stack)
	}
	return report, err
}

func (a *app) judgeFile(name string) (report *verify.Report, err error) {
	if name == stdin {
		return verify.State(a.stdin)
	}
	file, err := os.Open(name) //nolint:gosec // The user's own choice.
	if err != nil {
		return nil, fmt.Errorf("open state: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return verify.State(io.Reader(file))
}

func (a *app) explain(report *verify.Report, id string) error {
	proofs := report.Of(id)
	if len(proofs) == 0 {
		return fmt.Errorf("explain %q: the stack's services raise no such question; it must be one of %s",
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
