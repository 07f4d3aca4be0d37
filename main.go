// Live Beats on AWS: a clustered Phoenix LiveView app on ECS Fargate behind a load balancer, one stack per environment.
//
// deploy is the architecture. Pulumi's engine runs this program without arguments (pulumi up). Run by a person it is
// the command line that runs the same deploy against an embedded sandbox of AWS (go run . up).
package main

import (
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/cli"
)

func main() {
	if engine := os.Getenv(pulumi.EnvMonitor) != ""; engine && len(os.Args) == 1 {
		pulumi.Run(deploy)
		return
	}
	os.Exit(cli.Main(deploy, os.Args[1:], os.Stdout, os.Stderr))
}

// deploy composes the stack, each part from those that it needs. What config makes of a part is in the file of its
// name; of a part that is one component, in args.go.
func deploy(ctx *pulumi.Context) error {
	s, err := newStack(ctx)
	if err != nil {
		return err
	}
	tls, err := s.newTLS()
	if err != nil {
		return err
	}
	repository, err := s.newRepository()
	if err != nil {
		return err
	}
	network, err := components.NewNetwork(ctx, s.name, s.networkArgs())
	if err != nil {
		return err
	}
	secrets, err := components.NewSecrets(ctx, s.name, s.secretsArgs())
	if err != nil {
		return err
	}
	cluster, err := components.NewEcsCluster(ctx, s.name, s.clusterArgs())
	if err != nil {
		return err
	}
	groups, err := components.NewSecurityGroups(ctx, s.name, s.groupsArgs(network, tls))
	if err != nil {
		return err
	}
	data, err := s.newData(network, groups)
	if err != nil {
		return err
	}
	roles, err := components.NewIamRoles(ctx, s.name, s.rolesArgs(cluster, secrets, data))
	if err != nil {
		return err
	}
	alb, err := s.newEdge(network, groups, tls)
	if err != nil {
		return err
	}
	watch, err := s.newWatch(cluster, alb, data)
	if err != nil {
		return err
	}
	service, err := components.NewLiveBeatsService(ctx, s.name,
		s.serviceArgs(network, secrets, cluster, groups, data, roles, alb, watch))
	if err != nil {
		return err
	}
	if err := s.operate(cluster, alb, watch, service); err != nil {
		return err
	}
	s.export(outputs{tls, repository, cluster, groups, data, alb, service})
	return nil
}
