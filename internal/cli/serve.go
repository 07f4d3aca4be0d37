package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

// serve runs the providers on one world until ctx is canceled. It holds the lock, so nothing else changes the world.
func (a *app) serve(ctx context.Context, verb string) error {
	return a.withWorld(verb, func(world *sandbox.World, region string) error {
		server, err := world.Serve(ctx, region)
		if err != nil {
			return err
		}
		if err := a.printEnvironment(region, server.DebugProviders()); err != nil {
			return errors.Join(err, server.Close())
		}
		fmt.Fprintln(a.stderr, "serving: set these environment variables for any pulumi command; stop with Ctrl-C")
		<-ctx.Done()
		return server.Close()
	})
}

// printEnvironment prints the environment variables that connect a Pulumi engine, as shell commands or as JSON.
func (a *app) printEnvironment(region, providers string) error {
	environment := []struct{ name, value string }{
		{"PULUMI_DEBUG_PROVIDERS", providers},
		{"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true"},
		{"AWS_REGION", region},
	}
	doc := map[string]string{}
	for _, v := range environment {
		doc[v.name] = v.value
		if !a.json {
			if _, err := fmt.Fprintf(a.stdout, "export %s=%s\n", v.name, v.value); err != nil {
				return err
			}
		}
	}
	if a.json {
		return a.print(doc)
	}
	return nil
}
