package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

func (a *app) sandbox() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Do what happens outside Pulumi, or start over",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			a.began = false
			return errors.New("what to do in the sandbox is missing")
		},
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "reset",
		Short: "Remove the sandbox's world and the engine's state of every stack",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.reset(cmd.CommandPath()) },
	}, &cobra.Command{
		Use:   "put-parameter NAME VALUE",
		Short: "Set an SSM parameter, as an operator would; a VALUE of - is read from stdin",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.putParameter(cmd.CommandPath(), args[0], args[1])
		},
	})
	return cmd
}

func (a *app) reset(verb string) error {
	p, err := a.load()
	if err != nil {
		return err
	}
	return locked(p, verb, func() error {
		return errors.Join(sandbox.Reset(p.Sandbox()), driver.Reset(p.Sandbox()))
	})
}

func (a *app) putParameter(verb, name, value string) error {
	p, err := a.load()
	if err != nil {
		return err
	}
	if value == "-" {
		data, err := io.ReadAll(a.stdin)
		if err != nil {
			return fmt.Errorf("read value from stdin: %w", err)
		}
		value = strings.TrimSuffix(string(data), "\n")
	}
	return locked(p, verb, func() error {
		world, err := sandbox.Open(p.Sandbox())
		if err != nil {
			return err
		}
		version, err := world.PutParameter(p.Region(), name, value)
		if err != nil {
			return err
		}
		if a.json {
			return a.print(map[string]any{"name": name, "version": version})
		}
		_, err = fmt.Fprintf(a.stdout, "%s is now at version %d\n", name, version)
		return err
	})
}
