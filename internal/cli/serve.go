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
		if err := a.printEnvironment(region, server); err != nil {
			return errors.Join(err, server.Close())
		}
		fmt.Fprintln(a.stderr, "serving: set these environment variables for any pulumi command; stop with Ctrl-C")
		<-ctx.Done()
		return server.Close()
	})
}

// printEnvironment prints the environment variables that connect a Pulumi engine, as shell commands or as JSON.
func (a *app) printEnvironment(region string, server *sandbox.Server) error {
	environment := []struct{ name, value string }{
		{"PULUMI_DEBUG_PROVIDERS", server.DebugProviders()},
		{"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true"},
		{"AWS_REGION", region},
		// For what the program itself asks AWS: the service's health, keys and certificates. No request is signed with a
		// real key.
		{"AWS_ENDPOINT_URL_ECS", server.Endpoint},
		{"AWS_ENDPOINT_URL_KMS", server.Endpoint},
		{"AWS_ENDPOINT_URL_ACM", server.Endpoint},
		{"AWS_ACCESS_KEY_ID", "sandbox"},
		{"AWS_SECRET_ACCESS_KEY", "sandbox"},
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
