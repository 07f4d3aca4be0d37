// Live Beats on AWS: a clustered Phoenix LiveView app on ECS Fargate behind a load balancer. Each environment is a
// stack.
//
// The function deploy declares the architecture in four phases. There are two ways to run it. Pulumi's engine starts
// this program without arguments (pulumi up). Started by a user (go run . up), this program is a command line, which
// runs the same deploy against an embedded sandbox of AWS.
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

// deploy declares the stack: each component, with the components that it depends on as arguments. The arguments of a
// component follow from the config. A method with the component's name in internal/stack computes them.
func deploy(ctx *pulumi.Context) error {
	s, err := stack.Load(ctx)
	if err != nil {
		return err
	}
	var p stack.Parts
	for _, phase := range []func(*pulumi.Context, *stack.Stack, *stack.Parts) error{network, data, loadBalancer, app} {
		if err := phase(ctx, s, &p); err != nil {
			return err
		}
	}
	s.Export(&p)
	return nil
}

// network declares the VPC, its subnets, and the security groups.
func network(ctx *pulumi.Context, s *stack.Stack, p *stack.Parts) (err error) {
	if p.Network, err = components.NewNetwork(ctx, s.Name, s.Network()); err != nil {
		return err
	}
	p.Groups, err = components.NewSecurityGroups(ctx, s.Name, s.SecurityGroups(p.Network))
	return err
}

// data declares what outlives the tasks: secrets, the database and uploads.
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

// loadBalancer declares what browsers connect to: the load balancer, its certificates, access logs and DNS records.
func loadBalancer(ctx *pulumi.Context, s *stack.Stack, p *stack.Parts) (err error) {
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

// app declares the image repository, the cluster, the IAM roles and the service, with its alarms, autoscaling and
// budget.
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
