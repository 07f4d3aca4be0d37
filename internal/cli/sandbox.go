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
		Short: "Inspect the simulated account, change it outside of Pulumi, or start over",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.parsed = false
			var verbs []string
			for _, verb := range cmd.Commands() {
				verbs = append(verbs, verb.Name())
			}
			return fmt.Errorf("the sandbox command is missing: must be one of %s", strings.Join(verbs, ", "))
		},
	}
	cmd.AddCommand(a.dns()...)
	cmd.AddCommand(a.drift(), a.events(), a.fault(), a.image(), a.redeploy(), &cobra.Command{
		Use:   "reset",
		Short: "Delete the simulated account and the state of every stack",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.reset(cmd.CommandPath()) },
	}, a.putKey(), a.putParameter(), &cobra.Command{
		Use:   "serve",
		Short: "Serve the providers to other Pulumi programs until interrupted; print the environment variables to set",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), cmd.CommandPath()) },
	}, &cobra.Command{
		Use:   "describe [ID]",
		Short: "Print as JSON what the account contains: everything, or what an id, name, ARN or \"TYPE ID\" refers to",
		Args:  cobra.MaximumNArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return a.describe(strings.Join(args, "")) },
	}, &cobra.Command{
		Use:   "delete ID",
		Short: "Delete a resource or a final snapshot outside of Pulumi, as in the console",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeAsOperator(cmd.CommandPath(), func(w *sandbox.World, region string) error {
				return w.Remove(region, args[0])
			})
		},
	})
	return cmd
}

func (a *app) drift() *cobra.Command {
	return &cobra.Command{
		Use:   "drift ID PROPERTY=VALUE",
		Short: "Change a resource outside of Pulumi, as in the console; PROPERTY may be a path, VALUE may be JSON",
		Long: "Change one input of a resource outside of Pulumi. AWS's rules apply. ID is an id, a name or an ARN.\n" +
			"If several resources have the same id, as a bucket and its settings do, give type and id in quotes: \"TYPE ID\".",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			property, value, ok := strings.Cut(args[1], "=")
			if !ok {
				return fmt.Errorf("drift %q: %q must be PROPERTY=VALUE", args[0], args[1])
			}
			return a.changeAsOperator(cmd.CommandPath(), func(w *sandbox.World, region string) error {
				return w.Drift(region, args[0], property, value)
			})
		},
	}
}

func (a *app) redeploy() *cobra.Command {
	return &cobra.Command{
		Use:   "redeploy SERVICE",
		Short: "Force a new deployment of an unchanged ECS service, by name or ARN",
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

// changeAsOperator changes the world outside of Pulumi, and prints the command that reads the change into the state.
func (a *app) changeAsOperator(verb string, change func(*sandbox.World, string) error) error {
	return a.withWorld(verb, func(world *sandbox.World, region string) error {
		if err := change(world, region); err != nil {
			return err
		}
		fmt.Fprintf(a.stderr, "to read this change into Pulumi's state: go run . refresh --stack %s\n", a.stack)
		return nil
	})
}

// withWorld runs f on the stack's world while holding the lock, and saves the world.
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
		Short: "Add a KMS key that was created outside of this stack",
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
	cmd.Flags().StringVar(&file, "policy", "", "file with the key policy (default: AWS's default key policy)")
	return cmd
}

func (a *app) putParameter() *cobra.Command {
	var key string
	cmd := &cobra.Command{
		Use:   "put-parameter NAME VALUE",
		Short: "Set an SSM parameter, as an operator would; VALUE - reads the value from stdin",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.setParameter(cmd.CommandPath(), args[0], args[1], key)
		},
	}
	cmd.Flags().StringVar(&key, "key-id", "", "KMS key that encrypts the value (default: the account's key alias/aws/ssm)")
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
		fmt.Fprintf(a.stderr, "to replace the tasks that read it: go run . up --stack %s\n", a.stack)
		_, err = fmt.Fprintf(a.stdout, "%s is now at version %d\n", name, version)
		return err
	})
}
