// Live Beats on AWS: a clustered Phoenix LiveView app on ECS Fargate behind a load balancer, one stack per environment.
//
// deploy is the architecture, in four phases. Pulumi's engine runs this program without arguments (pulumi up). Run by a
// person it is the command line that runs the same deploy against an embedded sandbox of AWS (go run . up).
package main

import (
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/cli"
	"github.com/live-beats/live-beats-aws/internal/stack"
)

func main() {
	if engine := os.Getenv(pulumi.EnvMonitor) != ""; engine && len(os.Args) == 1 {
		pulumi.Run(deploy)
		return
	}
	os.Exit(cli.Main(deploy, os.Args[1:], os.Stdout, os.Stderr))
}

// deploy composes the stack, each part from those that it needs. What config makes of a part is a method of its name in
// internal/stack.
func deploy(ctx *pulumi.Context) error {
	s, err := stack.Load(ctx)
	if err != nil {
		return err
	}
	var p stack.Parts
	for _, phase := range []func(*pulumi.Context, *stack.Stack, *stack.Parts) error{network, data, edge, app} {
		if err := phase(ctx, s, &p); err != nil {
			return err
		}
	}
	s.Export(&p)
	return nil
}

// network is where everything lives, and who may reach whom.
func network(ctx *pulumi.Context, s *stack.Stack, p *stack.Parts) (err error) {
	if p.Network, err = components.NewNetwork(ctx, s.Name, s.Network()); err != nil {
		return err
	}
	p.Groups, err = components.NewSecurityGroups(ctx, s.Name, s.SecurityGroups(p.Network))
	return err
}

// data is what outlives the tasks: secrets, the database and uploads.
func data(ctx *pulumi.Context, s *stack.Stack, p *stack.Parts) error {
	secrets, err := components.NewSecrets(ctx, s.Name, s.Secrets())
	if err != nil {
		return err
	}
	p.Parameters = secrets.Parameters()
	if s.HasDatabase() {
		if p.Database, err = components.NewDatabase(ctx, s.Name, s.Database(p.Network, p.Groups)); err != nil {
			return err
		}
		p.Parameters = p.Parameters.Merge(p.Database.Parameters())
	}
	if s.HasUploads() {
		p.Uploads, err = components.NewUploads(ctx, s.Name, s.Uploads(p.Network, p.Groups))
	}
	return err
}

// edge is what browsers reach: certificates, the load balancer with its log, and its names.
func edge(ctx *pulumi.Context, s *stack.Stack, p *stack.Parts) (err error) {
	if s.HasCertificates() {
		if p.Certificates, err = components.NewCertificates(ctx, s.Name, s.Certificates()); err != nil {
			return err
		}
	}
	var logs *components.LogBucket
	if s.HasAccessLogs() {
		if logs, err = components.NewLogBucket(ctx, s.Name, s.LogBucket()); err != nil {
			return err
		}
	}
	if p.Alb, err = components.NewAlb(ctx, s.Name, s.Alb(p.Network, p.Groups, p.Certificates, logs)); err != nil {
		return err
	}
	if s.HasDNSRecords() {
		_, err = components.NewDnsRecords(ctx, s.Name, s.DNSRecords(p.Alb))
	}
	return err
}

// app is what runs: the image's repository, the cluster, and the service with what it may do, what watches it and what
// scales it.
func app(ctx *pulumi.Context, s *stack.Stack, p *stack.Parts) (err error) {
	if s.HasRepository() {
		if p.Repository, err = components.NewRepository(ctx, s.Name, s.Repository()); err != nil {
			return err
		}
	}
	if p.Cluster, err = components.NewEcsCluster(ctx, s.Name, s.EcsCluster()); err != nil {
		return err
	}
	if p.Roles, err = components.NewIamRoles(ctx, s.Name, s.IamRoles(p.Cluster, p.Parameters, p.Uploads)); err != nil {
		return err
	}
	if s.HasAlarms() {
		args := s.Observability(p.Cluster, p.Alb, p.Database)
		if p.Observability, err = components.NewObservability(ctx, s.Name, args); err != nil {
			return err
		}
	}
	if p.Service, err = components.NewLiveBeatsService(ctx, s.Name, s.LiveBeatsService(p)); err != nil {
		return err
	}
	if s.HasAlarms() {
		args := s.LogAlarms(p.Observability, p.Service)
		if _, err = components.NewLogAlarms(ctx, s.Name, args); err != nil {
			return err
		}
	}
	if s.HasAutoscaling() {
		args := s.Autoscaling(p.Cluster, p.Alb, p.Service)
		if _, err = components.NewAutoscaling(ctx, s.Name, args); err != nil {
			return err
		}
	}
	if s.HasBudget() {
		_, err = components.NewBudget(ctx, s.Name, s.Budget())
	}
	return err
}
