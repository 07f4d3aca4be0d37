package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
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
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.began = false
			var verbs []string
			for _, verb := range cmd.Commands() {
				verbs = append(verbs, verb.Name())
			}
			return fmt.Errorf("what to do in the sandbox is missing: want one of %s", strings.Join(verbs, ", "))
		},
	}
	cmd.AddCommand(a.dns()...)
	cmd.AddCommand(a.drift(), a.events(), a.fault(), a.image(), a.redeploy(), &cobra.Command{
		Use:   "reset",
		Short: "Remove the sandbox's world and the engine's state of every stack",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.reset(cmd.CommandPath()) },
	}, a.putKey(), a.putParameter(), &cobra.Command{
		Use:   "serve",
		Short: "Serve the providers to any Pulumi program until interrupted; prints the environment that it needs",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), cmd.CommandPath()) },
	}, &cobra.Command{
		Use:   "describe [ID]",
		Short: "Show as JSON what the account holds: everything, or what an id, name or ARN names",
		Args:  cobra.MaximumNArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return a.describe(strings.Join(args, "")) },
	}, &cobra.Command{
		Use:   "delete ID",
		Short: "Delete a resource as somebody would in the console",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.outside(cmd.CommandPath(), func(w *sandbox.World, region string) error {
				return w.Remove(region, args[0])
			})
		},
	})
	return cmd
}

func (a *app) drift() *cobra.Command {
	return &cobra.Command{
		Use:   "drift ID PROPERTY=VALUE",
		Short: "Change a resource as somebody would in the console; PROPERTY may be a path, VALUE may be JSON",
		Long: "Change one input of a resource outside of Pulumi, under AWS's rules. ID is an id, a name or an ARN;\n" +
			"where resources share one, as those of a bucket do, it is their type and id in quotes: \"TYPE ID\".",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			property, value, ok := strings.Cut(args[1], "=")
			if !ok {
				return fmt.Errorf("drift %q: %q must be PROPERTY=VALUE", args[0], args[1])
			}
			return a.outside(cmd.CommandPath(), func(w *sandbox.World, region string) error {
				return w.Drift(region, args[0], property, value)
			})
		},
	}
}

func (a *app) redeploy() *cobra.Command {
	return &cobra.Command{
		Use:   "redeploy SERVICE",
		Short: "Force a new deployment of an ECS service as it is, by name or ARN",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withWorld(cmd.CommandPath(), func(w *sandbox.World, region string) error {
				return w.Redeploy(region, args[0])
			})
		},
	}
}

func (a *app) describe(id string) error {
	world, region, err := a.open()
	if err != nil {
		return err
	}
	objects, err := world.Describe(region, id)
	if err != nil {
		return err
	}
	return a.print(objects)
}

// outside changes the world without the engine, and says how to see what it makes of that.
func (a *app) outside(verb string, change func(*sandbox.World, string) error) error {
	return a.withWorld(verb, func(world *sandbox.World, region string) error {
		if err := change(world, region); err != nil {
			return err
		}
		fmt.Fprintf(a.stderr, "Pulumi sees this after: go run . refresh --stack %s\n", a.stack)
		return nil
	})
}

// withWorld runs f on the stack's world with nothing else at work there.
func (a *app) withWorld(verb string, f func(world *sandbox.World, region string) error) error {
	p, err := a.load()
	if err != nil {
		return err
	}
	return locked(p, verb, func() error {
		world, err := sandbox.Open(p.Sandbox())
		if err != nil {
			return err
		}
		return errors.Join(f(world, p.Region()), world.Flush())
	})
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

func (a *app) putKey() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "put-key ARN",
		Short: "Add a KMS key that was made outside of this stack",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var policy []byte
			if file != "" {
				var err error
				if policy, err = os.ReadFile(file); err != nil { //nolint:gosec // The user names the file.
					return fmt.Errorf("read key policy: %w", err)
				}
			}
			return a.withWorld(cmd.CommandPath(), func(w *sandbox.World, region string) error {
				return w.PutKey(region, args[0], string(policy))
			})
		},
	}
	cmd.Flags().StringVar(&file, "policy", "", "file with its key policy; without it AWS's default")
	return cmd
}

func (a *app) putParameter() *cobra.Command {
	var key string
	cmd := &cobra.Command{
		Use:   "put-parameter NAME VALUE",
		Short: "Set an SSM parameter, as an operator would; a VALUE of - is read from stdin",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.setParameter(cmd.CommandPath(), args[0], args[1], key)
		},
	}
	cmd.Flags().StringVar(&key, "key-id", "", "KMS key that encrypts the value; without it the account's own")
	return cmd
}

func (a *app) setParameter(verb, name, value, key string) error {
	if value == stdin {
		data, err := io.ReadAll(a.stdin)
		if err != nil {
			return fmt.Errorf("read value from stdin: %w", err)
		}
		value = strings.TrimSuffix(string(data), "\n")
	}
	return a.withWorld(verb, func(w *sandbox.World, region string) error {
		version, err := w.PutParameter(region, name, value, key)
		if err != nil {
			return err
		}
		if a.json {
			return a.print(map[string]any{"name": name, "version": version})
		}
		fmt.Fprintf(a.stderr, "Tasks that read it are replaced by: go run . up --stack %s\n", a.stack)
		_, err = fmt.Fprintf(a.stdout, "%s is now at version %d\n", name, version)
		return err
	})
}
