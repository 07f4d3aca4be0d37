package cli

import (
	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

// dns returns the commands for what the owner of a domain does outside of this stack.
func (a *app) dns() []*cobra.Command {
	verb := func(use, short string, n int, change func(*sandbox.World, string, []string) error) *cobra.Command {
		return &cobra.Command{
			Use: use, Short: short, Args: cobra.ExactArgs(n),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.withWorld(cmd.CommandPath(), func(w *sandbox.World, region string) error {
					return change(w, region, args)
				})
			},
		}
	}
	return []*cobra.Command{
		verb("put-certificate ARN DOMAIN", "Add an ACM certificate that was issued outside of this stack", 2,
			func(w *sandbox.World, region string, args []string) error {
				return w.PutCertificate(region, args[0], args[1])
			}),
		verb("issue-certificate DOMAIN", "Issue a requested certificate, as AWS does when it finds the validation record", 1,
			func(w *sandbox.World, region string, args []string) error { return w.IssueCertificate(region, args[0]) }),
		verb("put-zone ID NAME", "Add a Route 53 hosted zone that was created outside of this stack", 2,
			func(w *sandbox.World, region string, args []string) error { return w.PutZone(region, args[0], args[1]) }),
	}
}
